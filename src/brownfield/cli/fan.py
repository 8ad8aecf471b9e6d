"""Where solves run and where they are kept, as options; and commands that share options."""

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

Options = dict[str, tuple[Any, Any]]
"""Options by name: annotation and default."""

OPTIONS: Options = {
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

        store, engine = None if self.store is None else Store.at(self.store), self._engine()
        solves = Solves(gap=gap, time_limit=time_limit, repeatable=repeatable, store=store, engine=engine)
        try:
            with solves.as_run(self.command, self.asked):
                yield solves
        finally:
            engine.close()

    def _engine(self) -> Engine:
        from brownfield.study.fanout import GIGA, Processes, Serial

        if self.scheduler is not None:
            from brownfield.study.cluster import Dask

            return Dask(self.scheduler)
        return Serial() if self.engine == "serial" else Processes(None if self.memory is None else int(self.memory * GIGA))


def kept(command: Callable[..., None]) -> Callable[..., None]:
    """A command of one solve, which is made in this process, with the option that names a store in place of `fan`."""
    return sharing(command, "fan", {}, {"store": OPTIONS["store"]}, lambda fan, _: fan)


def sharing(
    command: Callable[..., None], place: str, options: Options, of_fan: Options, made: Callable[[Fan, dict[str, Any]], Any]
) -> Callable[..., None]:
    """A command with shared options in place of its parameter `place`, which is made of them.

    options: those that are kept with a run as what was asked; of_fan: those of where it runs, which are not.
    """
    given = inspect.signature(command, eval_str=True)
    own = [parameter for name, parameter in given.parameters.items() if name != place]
    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
        for name, (annotation, default) in (options | of_fan).items()
    ]
    defaults = {parameter.name: parameter.default for parameter in (*own, *more)}

    @wraps(command)
    def wrapped(**told: Any) -> None:
        shared = {name: told.pop(name) for name in of_fan}
        asked = {name: _plain(value) for name, value in told.items() if value != defaults[name]}
        fan = Fan(command.__name__, asked, **{"engine": "serial"} | shared)
        its = {name: told.pop(name) for name in options}
        command(**told, **{place: made(fan, its)})

    wrapped.__dict__["__signature__"] = given.replace(parameters=[*own, *more])
    wrapped.__annotations__ = {parameter.name: parameter.annotation for parameter in (*own, *more)}
    return wrapped


def _plain(value: Any) -> Any:
    """A value of an option for JSON."""
    return [_plain(item) for item in value] if isinstance(value, list) else str(value) if isinstance(value, Path) else value
