"""What of a plan can be carried over to a changed case: all that it decides, or only what weighs most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brownfield.model.assemble import Model
from brownfield.model.given import Given, columns_of
from brownfield.model.program import Floats
from brownfield.plan.plan import Plan
from brownfield.solve.explain import LIMITS, PROMISES
from brownfield.solve.highs import polish
from brownfield.solve.pieces import whole_piece
from brownfield.solve.progress import Watch
from brownfield.solve.start import LAUNCHES, SITES, kinds_of_columns, with_fixed

WORK = 12
"""Work for the shift models when those of the plan cannot all be kept."""

FACT = 1000.0
"""How much dearer it is to miss a fact than a promise or a limit."""


@dataclass(frozen=True)
class Carried:
    """A plan in a changed case. solution: its columns, None when none was found. shifts_kept: whether all shift models stayed."""

    given: Given
    solution: Floats | None
    shifts_kept: bool


def carried(model: Model, plan: Plan, watch: Watch) -> Carried:
    """Keep every whole decision of a plan and reckon volumes, people and cash anew (a linear program, no search).

    Where that is impossible, or the case has plants or lines that the plan says nothing of, sites, launches and offers are kept
    and the rest is searched.
    """
    given = columns_of(model, plan)
    whole = model.program.integer_columns()
    if bool(given.said[whole].all()):
        exact = polish(model.program, given.columns)
        if exact is not None:
            return Carried(given, exact, True)
    kind = kinds_of_columns(model)
    kept = given.said & ((kind == SITES) | (kind == LAUNCHES))
    answer = with_fixed(whole_piece(model), kept, given.columns, watch, work=WORK)
    return Carried(given, None if answer.solution is None else polish(model.program, answer.solution), False)


def rules_that_break(model: Model, given: Given) -> tuple[str, ...]:
    """Which rules break when every decision of the plan is kept: the least that would have to give, a sentence for each rule.

    Each row may be missed, at a price of one over what it asks for, facts at a thousand times that; bounds of columns are kept.
    """
    program = model.program
    rows = np.arange(program.row_count)
    low, high = program.row_bounds()
    low_at, high_at = np.isfinite(low), np.isfinite(high)
    asked = np.maximum(np.where(low_at, np.abs(low), np.where(high_at, np.abs(high), 1.0)), 1.0)
    price = FACT / asked
    for family in PROMISES + LIMITS:
        for block in program.family(family):
            price[block.first : block.first + block.count] /= FACT
    keys = {"row": ([str(row) for row in rows], rows)}
    columns = program.column_count
    short, over = program.columns("short", keys, low_at), program.columns("over", keys, high_at)
    program.terms(rows, short, 1.0)
    program.terms(rows, over, -1.0)
    program.objective = np.zeros(program.column_count)
    for slack in (short, over):
        program.objective[slack[slack >= 0]] = -price[slack >= 0]
    best = polish(program, np.concatenate([given.columns, np.zeros(program.column_count - columns)]))
    if best is None:
        return ()
    padded = np.append(best, 0.0)
    missed = np.flatnonzero(padded[short] + padded[over] > 1e-6 * asked)
    told: dict[str, list[str]] = {}
    for block in program.row_blocks:
        for row in missed[(missed >= block.first) & (missed < block.first + block.count)]:
            told.setdefault(block.name, []).append(", ".join(block.key(int(row)).values()))
    return tuple(f"rule {family} breaks for {_some(places)}" for family, places in told.items())


def _some(places: list[str]) -> str:
    shown = "; ".join(places[:3])
    return shown + (f" and {len(places) - 3} more" if len(places) > 3 else "")
