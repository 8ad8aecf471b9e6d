"""What plans of blocks miss because it is the whole's, its cash and its policies; and how plants are decided again for that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, hstack

from brownfield.model.assemble import Model
from brownfield.model.program import Floats, Ints
from brownfield.solve.block import MEND, MOST, NEAR, NEGLIGIBLE
from brownfield.solve.cash import rows_of
from brownfield.solve.home import lean
from brownfield.solve.neighbours import kept_beside
from brownfield.solve.pieces import NOTHING, Answer, Piece
from brownfield.solve.progress import Watch
from brownfield.solve.start import with_fixed

MISSED = 100.0
"""What a million of missing cash costs, in millions: far more than any plan gains by it. A policy that is
missed altogether costs as many times the gross value of a plan."""
REACHED = 1e-6
"""Limits are kept when no more than this is missing of them all together."""
IN_VAIN = 6
"""Places that are decided again one after the other without bringing a plan nearer to its limits, before that is given up."""


def with_misses(model: Model, piece: Piece, gross: float) -> Piece:
    """The piece when cash may fall short of its floor and policies may be missed, both dearly: columns more, after all others.

    The first of them are for the floor, one for each period. gross: gross value of a plan, the worth of which a policy missed
    altogether costs some times.
    """
    floor, policies = (rows_of(model, family) for family in ("liquidity_floor", "hold_policies"))
    if not len(floor) + len(policies):
        return piece
    low, high = policies[np.isfinite(piece.row_lower[policies])], policies[np.isfinite(piece.row_upper[policies])]
    asked = np.abs(np.concatenate([piece.row_lower[low], piece.row_upper[high]]))
    price = MISSED * np.concatenate([np.ones(len(floor)), gross / np.maximum(asked, 1.0)])
    sign = np.concatenate([np.ones(len(floor) + len(low)), -np.ones(len(high))])
    extra, none = len(sign), np.zeros(len(sign))
    missed = csr_array((sign, (np.concatenate([floor, low, high]), np.arange(extra))), shape=(piece.matrix.shape[0], extra))
    return replace(
        piece,
        worth=np.concatenate([piece.worth, -price]),
        lower=np.concatenate([piece.lower, none]),
        upper=np.concatenate([piece.upper, none + np.inf]),
        matrix=csr_array(hstack([piece.matrix, missed])),
        whole=np.concatenate([piece.whole, none > 0]),
    )


def missing_cash(model: Model, piece: Piece, together: Floats, watch: Watch, gross: float) -> Floats | None:
    """What cash whole decisions lack in each period, when policies may be missed as well; None when they break other rules."""
    short, columns = with_misses(model, piece, gross), len(piece.worth)
    periods = sum(block.count for block in model.program.family("liquidity_floor"))
    answer = with_fixed(short, short.whole, np.concatenate([together, np.zeros(len(short.worth) - columns)]), watch)
    return None if answer.solution is None else answer.solution[columns : columns + periods]


def within_limits(
    model: Model, piece: Piece, kind: Ints, owner: Ints, places: Sequence[tuple[int, ...]], together: Floats, watch: Watch, gross: float
) -> Iterator[Answer]:
    """A first plan where those of blocks miss policies or take more cash than there is: plants are decided again, in turn, for that.

    Yields after each step, with a plan at the end if there is one. places: plants to free together. together: whole decisions of blocks.
    """
    columns = len(piece.worth)
    short = lean(model, with_misses(model, piece, gross))
    if len(short.worth) == columns:
        return
    best = with_fixed(short, short.whole, np.concatenate([together, np.zeros(len(short.worth) - columns)]), watch)
    in_vain = 0
    for plants in (*places, ()):
        if best.solution is None or watch.should_stop():
            return
        if float(best.solution[columns:].sum()) <= REACHED:
            break
        if plants and in_vain >= IN_VAIN:
            continue  # to the last step, which is to decide everything again
        kept = np.zeros_like(short.whole)
        if plants:
            kept[:columns] = kept_beside(model, piece, kind, owner, plants)
        work = MEND if plants else MOST
        answer = with_fixed(short, kept, best.solution, watch, start=best.solution, near=NEAR * gross, work=work, keen=True)
        better = answer.solution is not None and answer.worth > best.worth + NEGLIGIBLE * gross
        best, in_vain = (answer, 0) if better else (best, in_vain + 1)
        yield NOTHING
    if best.solution is not None and float(best.solution[columns:].sum()) <= REACHED:
        yield with_fixed(lean(model, piece), piece.whole, best.solution[:columns], watch)
