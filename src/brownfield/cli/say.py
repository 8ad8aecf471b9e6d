"""What the commands say: problems and results as text or as JSON, and the exit status that goes with them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import typer

from brownfield.errors import CaseError, LedgerError, listing

INTERNAL, PROBLEMS, INFEASIBLE, NO_PLAN = 1, 2, 3, 4
"""Exit statuses besides 0: a defect of Brownfield; problems in the input; no plan obeys every rule; stopped without a plan."""

STOPPED = 130
"""Exit status after Ctrl-C outside a solve, as shells expect it."""


@contextmanager
def speaking(as_json: bool = False) -> Iterator[None]:
    """Problems and failures as words or JSON, with their exit status, and never as a traceback."""
    try:
        yield
    except CaseError as error:
        if as_json:
            print_json({"problems": [problem.as_dict() for problem in error.problems]})
        else:
            typer.echo(listing(error.problems), err=True)
        raise typer.Exit(PROBLEMS) from None
    except LedgerError as error:
        if as_json:
            print_json({"failure": str(error)})
        else:
            typer.echo(f"Brownfield failed its own check: {error}", err=True)
        raise typer.Exit(INTERNAL) from None
    except KeyboardInterrupt:
        typer.echo("Stopped.", err=True)
        raise typer.Exit(STOPPED) from None


def print_json(value: Mapping[str, Any]) -> None:
    """One JSON value on standard output; a number that is not finite becomes null, every other one keeps all its digits."""
    typer.echo(as_json_text(value))


def as_json_text(value: Any) -> str:
    """A value as JSON text."""
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, indent=2)


def _plain(value: Any) -> Any:
    """A value made of what JSON knows."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (str, int, bool)) else str(value)


def wrote(path: object) -> None:
    """Say that something was written."""
    typer.echo(f"Wrote {path}")
