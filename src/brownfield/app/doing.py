"""What each kind of work does: a call that Python and the commands have, too, and the page that the report makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brownfield.app import history
from brownfield.app.asked import base_of, case_of
from brownfield.app.desk import Desk
from brownfield.app.links import mark_for

if TYPE_CHECKING:
    from brownfield.app.work import Diary
    from brownfield.case.case import Case
    from brownfield.solve.outcome import Outcome, Point


@dataclass(frozen=True)
class Result:
    """What came out: plain values, sections for the pages, the report as one file."""

    told: Mapping[str, Any]
    sections: Mapping[str, str] = field(default_factory=dict)
    report: str = ""


@dataclass(frozen=True)
class Work:
    """A piece of work under way: its folder, what was asked, the opened folder, the case, where it says how far it is."""

    folder: Path
    asked: Mapping[str, Any]
    desk: Desk
    case: Case
    diary: Diary

    def plan_of(self, run: str) -> Path:
        """The folder of the plan of another run."""
        return self.folder.parent / Path(run).name / "plan"


def done(folder: Path, asked: Mapping[str, Any], diary: Diary) -> Result:
    """Do what was asked. CaseError with every problem of the case or of the question."""
    desk = Desk(folder.parents[2])
    diary.say(words="reading the case")
    base = base_of(desk, asked)
    work = Work(folder, {**asked, "base": base.digest}, desk, case_of(base, asked), diary)
    result = KINDS[str(asked["kind"])](work)
    return Result({**result.told, "base": base.digest}, result.sections, result.report)


def solve(work: Work) -> Result:
    """The best plan, begun from an earlier one when there is one; stopped by hand, the best so far."""
    from brownfield.solve import solve as solved

    options, run = work.asked, str(work.asked.get("start") or "")
    work.diary.say(words="looking for a plan")
    outcome = solved(
        work.case,
        gap=float(options.get("gap", 0.01)),
        time_limit=options.get("time_limit"),
        repeatable=bool(options.get("repeatable")),
        start=history.plan_at(work.plan_of(run)) if run else None,
        on_progress=lambda point: _heard(work, point),
    )
    history.keep(outcome, work.folder / "plan")
    work.diary.say(words="drawing the pages", incumbent=outcome.npv, bound=outcome.bound)
    return reported(work, outcome)


def _heard(work: Work, point: Point) -> None:
    work.diary.say(words="looking for a better plan", seconds=point.seconds, incumbent=point.incumbent, bound=point.bound)


def reported(work: Work, outcome: Outcome) -> Result:
    """An outcome with its report."""
    from brownfield.report.fragments import of_outcome

    whole, sections = of_outcome(outcome, mark_for(work.folder.name))
    return Result(history.told_of(outcome), sections, whole)


KINDS: dict[str, Callable[[Work], Result]] = {"solve": solve}
"""Kinds of work by name."""
