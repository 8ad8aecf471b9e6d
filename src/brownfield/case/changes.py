"""Changes: a new case that differs from another in named cells. A scenario is a named set of them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from brownfield.case.case import Case
from brownfield.case.checks import OF_FACTS, check
from brownfield.case.checks_view import View
from brownfield.case.edits import Edit, Trouble, applied, edits_of
from brownfield.errors import CaseError, Problem, Where, nearest, one_of, shown

__all__ = ["Edit", "changed", "scenario"]


def changed(case: Case, edits: Sequence[Edit]) -> Case:
    """A new case with the edits made in order.

    Every value is read as a file would be, and the result is checked like a case that was read. What a claim says of
    a cell does not bind it: to ask what if is to differ from the evidence. CaseError with every problem.
    """
    result, troubles = applied(case, edits)
    problems = [_problem(trouble, Where(edits[number].table, column=edits[number].column)) for number, trouble in troubles]
    return _checked(result, problems)


def scenario(case: Case, name: str) -> Case:
    """The case with all changes of a scenario made, in the order of their rows. CaseError with every problem."""
    view = View(case)
    names = sorted(set(view.rows("scenarios")["scenario"]))
    if name not in names:
        fix = f"{nearest(name, names)}the scenarios are {one_of(names)}" if names else "add it to scenarios, with its changes"
        raise CaseError([Problem("BF103", view.where("scenarios", None), f"no scenario {shown(name)}", "a scenario of the case", fix)])
    rows = view.rows("changes").filter(pl.col("scenario") == name)
    result, troubles = applied(case, edits_of(rows))
    problems = [_problem(trouble, view.where("changes", rows["_row"][number], trouble.part)) for number, trouble in troubles]
    return _checked(result, problems)


def _problem(trouble: Trouble, where: Where) -> Problem:
    return Problem(trouble.code, where, trouble.found, trouble.expected, trouble.fix)


def _checked(case: Case, problems: list[Problem]) -> Case:
    """The case when nothing is wrong with it or the edits that led to it."""
    problems = problems or check(case, checks=OF_FACTS)
    if problems:
        raise CaseError(problems)
    return case
