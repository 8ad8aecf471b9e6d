"""The options that every study shares: where its solves run, and where they are kept."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from brownfield.study.fanout import Engine
    from brownfield.study.solves import Solves

VARIABLE = "BROWNFIELD_STORE"
"""The environment variable that names the store where no option does."""

StoreFolder = Annotated[
    Path | None, typer.Option("--store", metavar="FOLDER", envvar=VARIABLE, help="Keep finished solves there, and take from there.")
]

_OPTIONS: dict[str, tuple[Any, Any]] = {
    "engine": (
        Annotated[str, typer.Option("--engine", metavar="NAME", help="Where solves run: processes, serial, or dask with --scheduler.")],
        "processes",
    ),
    "scheduler": (Annotated[str | None, typer.Option("--scheduler", metavar="ADDRESS", help="Of a Dask cluster: tcp://HOST:PORT.")], None),
    "memory": (Annotated[float | None, typer.Option("--memory", min=0.1, metavar="GB", help="Memory of each solve's process.")], None),
    "store": (StoreFolder, None),
}


@dataclass(frozen=True)
class Fan:
    """Where the solves of a command run, where they are kept, and what the command is."""

    command: str
    asked: dict[str, Any] = field(default_factory=dict)
    store: Path | None = None
    engine: str = "processes"
    scheduler: str | None = None
    memory: float | None = None

    def __post_init__(self) -> None:
        from brownfield.study.fanout import ENGINES

        if self.engine not in ENGINES:
            raise typer.BadParameter(f"--engine is one of {', '.join(ENGINES)}")
        if (self.engine == "dask") != (self.scheduler is not None):
            raise typer.BadParameter("--engine dask and --scheduler ADDRESS go together")
        if self.scheduler is not None and not re.fullmatch(r"(tcp|tls)://.+:\d+", self.scheduler):
            raise typer.BadParameter("--scheduler is an address like tcp://10.0.0.5:8786")

    @contextmanager
    def solves(self, gap: float, time_limit: float | None, repeatable: bool) -> Iterator[Solves]:
        """Solves with their engine and store, and a run begun there; at the end the run is marked as what it came to."""
        from brownfield.study.solves import Solves
        from brownfield.study.store import Store

        store = None if self.store is None else Store.at(self.store)
        engine = self._engine()
        number = None if store is None else store.begin(self.command, self.asked)
        solves = Solves(gap=gap, time_limit=time_limit, repeatable=repeatable, store=store, number=number, engine=engine)
        state = "failed"
        try:
            yield solves
            state = "stopped" if solves.stopped else "done"
        except KeyboardInterrupt:
            state = "stopped"
            raise
        finally:
            engine.close()
            if store is not None and number is not None:
                store.end(number, state)

    def _engine(self) -> Engine:
        from brownfield.study.fanout import GIGA, Processes, Serial

        if self.scheduler is not None:
            from brownfield.study.cluster import Dask

            return Dask(self.scheduler)
        return Serial() if self.engine == "serial" else Processes(None if self.memory is None else int(self.memory * GIGA))


def fanned(command: Callable[..., None]) -> Callable[..., None]:
    """A command of many solves, with the shared options in place of its parameter `fan`."""
    return _sharing(command, tuple(_OPTIONS))


def kept(command: Callable[..., None]) -> Callable[..., None]:
    """A command of one solve, which is made in this process, with the option that names a store in place of `fan`."""
    return _sharing(command, ("store",))


def _sharing(command: Callable[..., None], names: tuple[str, ...]) -> Callable[..., None]:
    given = inspect.signature(command, eval_str=True)
    own = [parameter for name, parameter in given.parameters.items() if name != "fan"]
    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=_OPTIONS[name][0], default=_OPTIONS[name][1]) for name in names
    ]
    defaults = {parameter.name: parameter.default for parameter in own}

    @wraps(command)
    def wrapped(**options: Any) -> None:
        shared = {name: options.pop(name) for name in names}
        asked = {name: _plain(value) for name, value in options.items() if value != defaults[name]}
        command(**options, fan=Fan(command.__name__, asked, **{"engine": "serial"} | shared))

    wrapped.__dict__["__signature__"] = given.replace(parameters=[*own, *more])
    wrapped.__annotations__ = {parameter.name: parameter.annotation for parameter in (*own, *more)}
    return wrapped


def _plain(value: Any) -> Any:
    """A value of an option for JSON."""
    return [_plain(item) for item in value] if isinstance(value, list) else str(value) if isinstance(value, Path) else value
