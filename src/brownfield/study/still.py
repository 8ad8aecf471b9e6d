"""What can be seen of a changed case without a solve: that nothing moves, or that nothing can become better than today's plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brownfield.case.case import Case
from brownfield.model.assemble import assemble
from brownfield.plan.ledger import keep_books
from brownfield.solve.outcome import Outcome
from brownfield.study.slopes import alike


@dataclass(frozen=True)
class Bound:
    """How worths move when the rules stay the same: today's plan by `own`, any other by `top` at most (million). same: nothing moves."""

    own: float
    top: float
    same: bool


def bounded(case: Case, other: Case, best: Outcome, hair: float) -> Bound | None:
    """Whether the best plan of a case is proved to be as good in the other one; None when only a solve can tell.

    It is when both programs have the same columns, rows and bounds, and no plan can gain more than this one: a column gains at
    most its coefficient's change times the bound that suits it, so what becomes dearer and is not used changes nothing.
    """
    if case.digest == other.digest:
        return Bound(0.0, 0.0, same=True)
    one, two = assemble(case).program, assemble(other).program
    if not alike(one, two):
        return None
    change = two.objective - one.objective
    constant = two.constant - one.constant
    if not change.any() and constant == 0:
        return Bound(0.0, 0.0, same=True)
    moved = np.flatnonzero(change)
    low, high = one.column_bounds()
    top = float(np.maximum(change[moved] * low[moved], change[moved] * high[moved]).sum()) + constant
    assert best.plan is not None
    assert best.npv is not None
    own = keep_books(other, best.plan).npv - best.npv
    return Bound(own, max(top, own), same=False) if top - own <= hair else None
