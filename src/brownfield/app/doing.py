"""What each kind of work does: a call that Python and the commands have, too, and the page that the report makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brownfield.app import history
from brownfield.app.asked import base_of, case_of, keep_base
from brownfield.app.desk import Desk
from brownfield.app.links import mark_for
from brownfield.app.studying import STUDIES, solves_of
from brownfield.app.work import Diary, Result, Work
from brownfield.errors import CaseError, Problem

if TYPE_CHECKING:
    from brownfield.solve.outcome import Outcome


def done(folder: Path, asked: Mapping[str, Any], diary: Diary) -> Result:
    """Do what was asked. CaseError with every problem of the case or of the question."""
    desk = Desk(folder.parents[2])
    if asked["kind"] == "open":
        return opened(desk, asked, diary)
    if asked["kind"] == "recall":
        return recalled(desk, folder, asked, diary)
    diary.say(words="reading the case")
    base = base_of(desk, asked)
    work = Work(folder, asked, desk, case_of(base, asked), diary)
    result = KINDS[str(asked["kind"])](work)
    return Result({**result.told, "base": base.digest}, result.sections, result.report)


def solve(work: Work) -> Result:
    """The best plan, begun from an earlier one when there is one; stopped by hand, the best so far."""
    from brownfield.study.solves import Task

    run = str(work.asked.get("start") or "")
    work.say(words="looking for a plan")
    start = history.plan_at(work.folder.parent / Path(run).name / "plan") if run else None
    with solves_of(work) as solves:
        outcome = solves.solve(Task(work.case, start=start))
    history.keep(outcome, work.folder / "plan")
    work.say(words="drawing the pages", incumbent=outcome.npv, bound=outcome.bound)
    return reported(work, outcome)


def reported(work: Work, outcome: Outcome) -> Result:
    """An outcome with its report."""
    from brownfield.report.fragments import of_outcome

    whole, sections = of_outcome(outcome, mark_for(work.folder.name))
    return Result(history.told_of(outcome), sections, whole)


def recalled(desk: Desk, folder: Path, asked: Mapping[str, Any], diary: Diary) -> Result:
    """A solve that a command kept in the store, opened again and checked like any plan."""
    from brownfield.study.opened import opened as found
    from brownfield.study.store import Store

    diary.say(words="opening the run")
    outcome = found(Store.at(desk.store, make=False), int(asked["number"]), int(asked["solve"]))
    keep_base(desk, outcome.case)
    history.keep(outcome, folder / "plan")
    result = reported(Work(folder, asked, desk, outcome.case, diary), outcome)
    return Result({**result.told, "base": outcome.case.digest}, result.sections, result.report)


def evidence(work: Work) -> Result:
    """What rests on which source, as it was known on a day."""
    from brownfield.report.fragments import of_evidence

    work.say(words="reading the sources")
    return Result({"case": {"name": work.case.settings.name}}, {"evidence": of_evidence(work.case, mark_for(work.folder.name))})


def opened(desk: Desk, asked: Mapping[str, Any], diary: Diary) -> Result:
    """A workbook that was dropped, as a case of its own: read in full and found without a problem, or not taken at all."""
    from brownfield.app.cells import MisreadError, read
    from brownfield.files.folder import write_folder

    file = desk.state / "uploads" / Path(str(asked["file"])).name
    diary.say(words="reading the workbook")
    try:
        case = read(file)
        place = desk.place_for(Path(str(asked["name"])).stem)
        write_folder(case, place)
    except CaseError as error:
        found = [_under(str(asked["name"]), file, problem) for problem in error.problems]
        raise MisreadError(found, getattr(error, "sheets", [])) from None
    finally:
        file.unlink(missing_ok=True)
    return Result({"opened": place.relative_to(desk.root).as_posix(), "case": {"name": case.settings.name}})


def _under(name: str, file: Path, problem: Problem) -> Problem:
    """A problem with a workbook under the name that its owner knows it by."""
    return replace(problem, where=replace(problem.where, file=name)) if problem.where.file == str(file) else problem


KINDS: dict[str, Callable[[Work], Result]] = {"solve": solve, "evidence": evidence, **STUDIES}
"""Kinds of work by name."""
