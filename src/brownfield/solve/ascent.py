"""The bound of a block: cuts of the whole block first, then branching on what weighs most, with all that weighs less left fractional.

HiGHS branches where it hopes for most in a single step, and that is among thousands of shift models, of which each moves next to nothing.
Left only sites to branch on, with the cuts that it had found at the root of the whole block in the program, it comes to an end; what it
comes to is a bound of the block, for it solved a relaxation of it. Then launches have to be whole as well, then everything.
"""

from __future__ import annotations

from dataclasses import replace

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array, vstack

from brownfield.model.program import Ints
from brownfield.solve.climb import Climb, Cuts
from brownfield.solve.highs import stop_when
from brownfield.solve.pieces import Flags, Piece, loaded
from brownfield.solve.progress import Watch
from brownfield.solve.start import LAUNCHES, SITES

STAGES: tuple[tuple[int, ...], ...] = ((SITES,), (SITES, LAUNCHES), ())
"""What has to be whole in each tree; in the last one everything."""
TIGHT = 1e-6
"""A cut this near its bound is kept for the trees."""


class Ascent:
    """A search for the bound of a block that rests between rounds and goes on where it was; to be ended in any case.

    bound: on any solution. over: no more will come.
    """

    def __init__(self, piece: Piece, kind: Ints, watch: Watch, near: float) -> None:
        self.watch, self._near = watch, near
        self.bound, self.over = np.inf, False
        self._floor = -np.inf
        self._stage = -1
        self._piece, self._kind = piece, kind
        self._climb: Climb | None = None

    def end(self) -> None:
        """Let go of what is searching."""
        if self._climb is not None:
            self._climb.end()

    def go_on(self, work: int) -> None:
        """Search with so much work more."""
        climb = self._climb = self._climb or self._root()
        climb.go_on(work)
        self.bound = min(self.bound, max(climb.bound, self._floor))
        if self.watch.should_stop():
            return
        if self._stage < 0 and climb.cuts is not None and not climb.over:
            self._piece = _with_cuts(self._piece, climb.cuts, self.watch)
            # cuts may count on what was found before them: a bound from them is one on what is better than that
            self._floor = -np.inf if climb.solution is None else float(self._piece.worth @ climb.solution) + self._piece.constant
            self._next()
        elif climb.over:
            self.over = self._stage in (-1, len(STAGES) - 1)
            if not self.over:
                self._next()

    def _root(self) -> Climb:
        """The search of the root, of what presolving leaves of the block."""
        smaller, left = _presolved(self._piece, self.watch)
        if not len(left):
            return Climb(self._piece, self.watch)
        self._piece, self._kind = smaller, self._kind[left]
        return Climb(smaller, self.watch, bound_only=True, presolved=True)

    def _next(self) -> None:
        """The next tree."""
        self.end()
        self._stage += 1
        kinds = STAGES[self._stage]
        whole: Flags = self._piece.whole & np.isin(self._kind, kinds) if kinds else self._piece.whole
        self._climb = Climb(self._piece, self.watch, whole=whole, bound_only=True, near=self._near)


def _presolved(piece: Piece, watch: Watch) -> tuple[Piece, Ints]:
    """What HiGHS makes of a piece before it begins, and the columns of it that are left."""
    solver = loaded(piece, watch)
    for column in range(len(piece.worth)):
        solver.passColName(column, f"c{column}")
    solver.presolve()
    lp = solver.getPresolvedLp()
    a = lp.a_matrix_
    entries, shape = (np.array(a.value_), np.array(a.index_), np.array(a.start_)), (lp.num_row_, lp.num_col_)
    rows = csr_array(entries, shape=shape) if a.format_ == highspy.MatrixFormat.kRowwise else csc_array(entries, shape=shape).tocsr()
    kinds = lp.integrality_ or [highspy.HighsVarType.kContinuous] * lp.num_col_  # none are told when none are whole
    whole = np.array([kind != highspy.HighsVarType.kContinuous for kind in kinds], dtype=bool)
    smaller = Piece(
        -np.array(lp.col_cost_), -lp.offset_, np.array(lp.col_lower_), np.array(lp.col_upper_),
        rows, np.array(lp.row_lower_), np.array(lp.row_upper_), whole,
    )  # fmt: skip
    return smaller, np.array([int(name[1:]) for name in lp.col_names_], dtype=np.int64)


def _with_cuts(piece: Piece, cuts: Cuts, watch: Watch) -> Piece:
    """A piece with those cuts that its relaxation meets."""

    def among(chosen: Flags) -> Piece:
        return replace(
            piece,
            matrix=vstack([piece.matrix, cuts.matrix[chosen]]).tocsr(),
            row_lower=np.concatenate([piece.row_lower, cuts.lower[chosen]]),
            row_upper=np.concatenate([piece.row_upper, cuts.upper[chosen]]),
        )

    every = among(np.ones(len(cuts.lower), dtype=bool))
    solver = loaded(every, watch, whole=np.zeros_like(piece.whole))
    stop_when(solver, watch.should_stop)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return every
    meets = cuts.matrix @ np.array(solver.getSolution().col_value)
    return among((meets > cuts.upper - TIGHT) | (meets < cuts.lower + TIGHT))
