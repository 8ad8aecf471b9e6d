"""The whole cut into parts by what becomes of a few sites, each part searched on its own from its root.

HiGHS does not know what weighs most. After its root it tries out branchings among thousands of shift models, for as long as the root took
or longer. With two or three sites decided first, presolve takes away much of the program, and the cuts of a part's own root
are far nearer to what that part is worth.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from types import TracebackType

import highspy
import numpy as np

from brownfield.model.program import Floats, Ints
from brownfield.solve.climb import Climb
from brownfield.solve.highs import stop_when
from brownfield.solve.pieces import Piece, loaded
from brownfield.solve.progress import Watch
from brownfield.solve.start import SITES

CANDIDATES, DECIDED = 8, 0.01
"""Sites of which it is tried out what deciding them either way costs, and how near to a whole number a site counts as decided."""
CHEAPEST, DEAREST = 1e-6, 0.02
"""What deciding a site counts as costing at least and, also where it cannot be, at most: shares of gross value."""
STRIDE = 10
"""Steps of the loosest part before it is asked again which one is."""


@dataclass(frozen=True)
class Part:
    """A part of a program: bounds of its columns, and its relaxation: what that is worth, its solution, its basis."""

    lower: Floats
    upper: Floats
    worth: float
    solution: Floats
    basis: highspy.HighsBasis


class Leaf:
    """The search of one part of a piece. bound: on its solutions, from its relaxation."""

    def __init__(self, piece: Piece, watch: Watch, near: float, bound: float = np.inf) -> None:
        self._lower, self._upper = piece.lower, piece.upper
        self._told: Floats | None = None
        self._bound = bound
        self.climb = Climb(piece, watch, near=near)

    @property
    def bound(self) -> float:
        """No solution of the part is worth more."""
        return -np.inf if self.climb.impossible else min(self._bound, self.climb.bound)

    def go_on(self, work: int, better: Floats | None) -> None:
        """Search with so much work more. better: a solution of the piece; it is passed on where it is one of the part, once."""
        fits = better is not None and better is not self._told and bool(((self._lower < better + 0.5) & (better < self._upper + 0.5)).all())
        self._told = better
        self.climb.go_on(work, better if fits else None)


class Leaves:
    """Searches of all parts of a piece, to be used in a `with`: of the whole where `parts` is 1.

    near: a solution of a part this near its bound, in money, ends its search.
    """

    def __init__(self, piece: Piece, kind: Ints, watch: Watch, gross: float, parts: int, near: float = 0.0) -> None:
        self._piece, self._watch, self._gross, self._parts = piece, watch, gross, parts
        self._sites = np.flatnonzero((kind == SITES) & piece.whole & (piece.lower < piece.upper))
        self._worth = -np.inf
        self._near = near
        self._leaves = [Leaf(piece, watch, near)] if parts == 1 else []

    def __enter__(self) -> Leaves:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for leaf in self._leaves:
            leaf.climb.end()

    @property
    def bound(self) -> float:
        """No solution of the piece is worth more; infinite where nothing is known."""
        return max((leaf.bound for leaf in self._leaves), default=np.inf)

    @property
    def solution(self) -> Floats | None:
        """The best solution that a search came upon."""
        found = [leaf.climb.solution for leaf in self._leaves if leaf.climb.solution is not None]
        return max(found, key=lambda solution: float(self._piece.worth @ solution), default=None)

    @property
    def over(self) -> bool:
        """Whether no part is left in which there could be anything better."""
        return bool(self._leaves) and not self._left(self._leaves)

    def divide(self) -> None:
        """Make the parts: the one whose relaxation is worth most is cut in two, again and again."""
        if not self._leaves:
            parts = self._divided()
            pieces = [(replace(self._piece, lower=part.lower, upper=part.upper), part.worth) for part in parts]
            self._leaves = [Leaf(piece, self._watch, self._near, bound) for piece, bound in pieces or [(self._piece, np.inf)]]

    def tasks(self, work: int, better: Floats | None, most: int) -> list[Callable[[], None]]:
        """What there is to do next: at most so many tasks, each on parts of its own. better: a solution to beat."""
        self.divide()
        if better is not None:
            self._worth = float(self._piece.worth @ better) + self._piece.constant
        left = self._left(self._leaves)
        return [partial(self._go_on, left[first::most], work, better) for first in range(min(most, len(left)))]

    def _left(self, leaves: list[Leaf]) -> list[Leaf]:
        """Those in which there could be something better, the loosest first."""
        return sorted((leaf for leaf in leaves if not leaf.climb.over and leaf.bound > self._worth), key=lambda leaf: -leaf.bound)

    def _go_on(self, leaves: list[Leaf], work: int, better: Floats | None) -> None:
        """Search the loosest in turn, with so much work in all."""
        while work > 0 and (left := self._left(leaves)) and not self._watch.should_stop():
            left[0].go_on(min(STRIDE, work), better)
            work -= STRIDE

    def _divided(self) -> list[Part]:
        relaxation = Relaxation(self._piece, self._sites, self._watch)
        whole = relaxation.of(self._piece.lower, self._piece.upper)
        if whole is None:
            return []
        made, order = 1, [(-whole.worth, 0, whole)]
        while len(order) < self._parts and (halves := self._halves(relaxation, order[0][2])):
            heapq.heappop(order)
            for half in halves:
                heapq.heappush(order, (-half.worth, made, half))
                made += 1
        return [part for _, _, part in order]

    def _halves(self, relaxation: Relaxation, part: Part) -> list[Part]:
        """A part with one site decided either way, where there is a solution: the site that both ways together cost most.

        What is equally open in the relaxation is one plant in many periods: the last of them is tried for all.
        """
        apart = np.round(np.abs(part.solution[self._sites] - 0.5), 4)[::-1]
        values, last = np.unique(apart, return_index=True)
        dearest, best = 0.0, []
        for site in self._sites[::-1][last[values < 0.5 - DECIDED][:CANDIDATES]]:
            halves, cost = [], 1.0
            for way in (0.0, 1.0):
                lower, upper = part.lower.copy(), part.upper.copy()
                lower[site] = upper[site] = way
                half = relaxation.of(lower, upper, part.basis)
                halves += [half] if half is not None else []
                lost = np.inf if half is None else (part.worth - half.worth) / self._gross
                cost *= min(DEAREST, max(CHEAPEST, lost))
            if not relaxation.clear:
                return []
            if cost > dearest:
                dearest, best = cost, halves
        return best


class Relaxation:
    """The relaxation of a piece with other bounds of some columns, solved again and again. clear: every answer was one."""

    def __init__(self, piece: Piece, columns: Ints, watch: Watch) -> None:
        self.clear = True
        self._columns = columns.astype(np.int32)
        self._solver = loaded(piece, watch, whole=np.zeros_like(piece.whole))
        stop_when(self._solver, watch.should_stop)

    def of(self, lower: Floats, upper: Floats, basis: highspy.HighsBasis | None = None) -> Part | None:
        """The part between these bounds, None where it has no solution or the answer is not clear. basis: to begin from."""
        columns, solver = self._columns, self._solver
        solver.changeColsBounds(len(columns), columns, lower[columns], upper[columns])
        if basis is not None:
            solver.setBasis(basis)
        solver.run()
        status = solver.getModelStatus()
        self.clear &= status in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible)
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        return Part(lower, upper, -solver.getInfo().objective_function_value, np.array(solver.getSolution().col_value), solver.getBasis())
