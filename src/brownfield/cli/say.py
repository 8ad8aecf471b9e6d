"""What the commands say: problems and results as text or as JSON, and the exit status that goes with them."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import typer

from brownfield.errors import CaseError, LedgerError

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
            tell(str(error), error=True)
        raise typer.Exit(PROBLEMS) from None
    except LedgerError as error:
        if as_json:
            print_json({"failure": str(error)})
        else:
            tell(f"Brownfield failed its own check: {error}", error=True)
        raise typer.Exit(INTERNAL) from None
    except KeyboardInterrupt:
        tell("Stopped.", error=True)
        raise typer.Exit(STOPPED) from None


def tell(text: str, *, error: bool = False) -> None:
    """Text on the terminal, as text: what a case contains can neither steer the terminal nor fail to be shown."""
    stream = sys.stderr if error else sys.stdout
    shown = "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in text)
    encoding = stream.encoding or "utf-8"
    typer.echo(shown.encode(encoding, "backslashreplace").decode(encoding), err=error)


def print_json(value: Mapping[str, Any]) -> None:
    """One JSON value on standard output; a number that is not finite becomes null, every other one keeps all its digits."""
    typer.echo(as_json_text(value, ascii_only=(sys.stdout.encoding or "").lower() not in ("utf-8", "utf8")))


def as_json_text(value: Any, *, ascii_only: bool = False) -> str:
    """A value as JSON text."""
    return json.dumps(_plain(value), ensure_ascii=ascii_only, allow_nan=False, indent=2)


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
    tell(f"Wrote {path}")
