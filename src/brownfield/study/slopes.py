"""How the worth of a plan moves with an input: the ledger's derivative, and whether anything but worth moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from brownfield.case.case import Case
from brownfield.errors import CaseError
from brownfield.model.assemble import assemble
from brownfield.model.program import Program
from brownfield.plan.ledger import keep_books
from brownfield.plan.plan import Plan
from brownfield.study.inputs import Input

EVEN = 1e-9
"""Three points lie on a line when the middle one is off it by no more than this part of their size."""


@dataclass(frozen=True)
class Line:
    """The worth of one plan as the input moves: `npv` at `at`, and `slope` for each unit of the input (million)."""

    at: float
    npv: float
    slope: float

    def __call__(self, value: float) -> float:
        """Worth of the plan at a value of the input."""
        return self.npv + self.slope * (value - self.at)


def line_of(case: Case, given: Input, value: float, plan: Plan, npv: float) -> Line:
    """The derivative of a plan's NPV by the input, from its ledger kept at two values: exact where the worth is linear."""
    away = away_from(given, value)
    return Line(value, npv, (keep_books(given.at(case, away), plan).npv - npv) / (away - value))


def away_from(given: Input, value: float) -> float:
    """A second value for a difference: near, within the range, and a whole step away where only whole values make sense."""
    wide = given.high - given.low or 1.0
    step = given.step or max(abs(value), 1e-3 * wide, 1e-9) * 0.5
    return value + step if value + step <= given.high or value - step < given.low else value - step


def same_but_for_worth(case: Case, given: Input) -> bool:
    """Whether the input moves the worth of decisions and nothing else, evenly: then W is convex in it, and Newton is exact.

    Checked on the assembled programs at three values across its range: the same columns, rows, bounds and coefficients, and an
    objective that lies on a line. Not at the very ends: a cost of nothing has no columns.
    """
    if given.step:
        return False
    wide = given.high - given.low
    parts = (0.001, 0.37, 0.999)
    try:
        programs = [assemble(given.at(case, given.low + part * wide)).program for part in parts]
    except CaseError:
        return False
    if not (alike(programs[0], programs[1]) and alike(programs[0], programs[2])):
        return False
    first, middle, last = (np.append(program.objective, program.constant) for program in programs)
    share = (parts[1] - parts[0]) / (parts[2] - parts[0])
    off = np.abs(middle - (1 - share) * first - share * last)
    return bool(np.all(off <= EVEN * (np.abs(first) + np.abs(last) + 1e-12)))


def alike(one: Program, other: Program) -> bool:
    """Whether two programs have the same columns, rows, bounds and coefficients."""
    if (one.column_count, one.row_count) != (other.column_count, other.row_count):
        return False
    return all(a.shape == b.shape and np.array_equal(a, b) for a, b in zip(_arrays(one), _arrays(other), strict=True))


def _arrays(program: Program) -> list[Any]:
    """Everything that a program asks for but its objective."""
    return [*program.column_bounds(), *program.row_bounds(), *program.matrix()]
