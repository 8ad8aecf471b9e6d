"""What every command of a study is asked besides its own question: each option is declared here, once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from brownfield.cli import run, say, studied
from brownfield.cli.commands import AsJson, AsOf, Force, Gap, InScenario, Quiet, Repeatable
from brownfield.cli.fan import OPTIONS as OF_FAN
from brownfield.cli.fan import Fan, sharing
from brownfield.cli.watched import watched

if TYPE_CHECKING:
    from brownfield.case.case import Case
    from brownfield.study.solves import Solves

EachTime = Annotated[
    float | None, typer.Option("--time-limit", min=0.1, metavar="SECONDS", help="Stop each solve then, with the best plan so far.")
]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="The report of the study, as one HTML file.")]

OF_SEARCH: dict[str, tuple[Any, Any]] = {"time_limit": (EachTime, None), "gap": (Gap, 0.01), "repeatable": (Repeatable, False)}
"""Options of how far solves go."""

OF_CASE: dict[str, tuple[Any, Any]] = {"scenario": (InScenario, None), "as_of": (AsOf, None)}
"""Options of which case it is."""

OF_ANSWER: dict[str, tuple[Any, Any]] = {"out": (Out, None), "as_json": (AsJson, False), "quiet": (Quiet, False), "force": (Force, False)}
"""Options of where the answer goes."""


@dataclass(frozen=True)
class Study:
    """What a command of a study was asked besides its own question: which case, how far to search, where the answer goes."""

    fan: Fan
    out: Path | None = None
    time_limit: float | None = None
    gap: float = 0.01
    repeatable: bool = False
    scenario: str | None = None
    as_of: str | None = None
    as_json: bool = False
    quiet: bool = False
    force: bool = False

    @property
    def silent(self) -> bool:
        """Whether nothing is said on the way."""
        return self.as_json or self.quiet

    def speaking(self) -> AbstractContextManager[None]:
        """Problems and failures are said as words or JSON."""
        return say.speaking(self.as_json)

    def read(self, path: Path) -> Case:
        """The case that is meant."""
        return run.read(path, self.as_of, self.scenario)

    def free(self) -> None:
        """Refuse, before anything is solved, to write the report over what is no report."""
        run.report_free(self.out, self.force)

    def solves(self, currency: str, time_limit: float | None = None) -> AbstractContextManager[Solves]:
        """The solves of the study, with a line of progress where one is wanted. time_limit: of each, where another one is meant."""
        limit = self.time_limit if time_limit is None else time_limit
        return watched(self.gap, limit, self.repeatable, shown=not self.silent, currency=currency, fan=self.fan)

    def end(self, case: Case, answer: studied.Answer) -> None:
        """Write the report, say what came out, and end with its exit status."""
        studied.end(case, answer, self.out, as_json=self.as_json, quiet=self.quiet)


def a_study(*, solving: bool = True, without: tuple[str, ...] = ()) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A command of a study, with the shared options in place of its parameter `study`.

    solving: whether it makes solves, and so has the options of how far they go and where they run. without: options it has not.
    """
    known = OF_ANSWER | OF_CASE | (OF_SEARCH if solving else {})
    options = {name: option for name, option in known.items() if name not in without}

    def study(fan: Fan, asked: dict[str, Any]) -> Study:
        return Study(fan, **asked)

    return lambda command: sharing(command, "study", options, OF_FAN if solving else {}, study)
