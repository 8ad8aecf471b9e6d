"""A block of a model, or the whole of it, and what is known of it while it is searched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brownfield.model.program import Floats, Ints
from brownfield.solve.ascent import Ascent
from brownfield.solve.pieces import Answer, Piece, search
from brownfield.solve.progress import Watch

GROWTH, MOST = 2, 400
"""By how much the work for the bound of a block grows from one time to the next, and what it comes to at most."""
CLIMB, NORMAL, SLOWER = 30, 25_000, 0.6
"""Work of the long search of the whole in its first round, for a program of so many coefficients; twice as much in each later one.
Less, and growing more slowly, for larger programs, where a step takes longer: so that plans and bounds take about as long."""
NEAR = 2e-4
"""How near to its bound a block or a neighbourhood is searched, as a share of gross value."""
NEGLIGIBLE = 1e-6
"""A gain of no more than this share of gross value counts as none."""
MEND = 40
"""Work for a neighbourhood of one or two plants; more in step with their number."""
ALONE, HALF = 55, 0.5
"""Work for the best solution of a block, and the part of the time limit that it may take."""


@dataclass
class Block:
    """A block, or the whole model, with what is known of it: its best solution, and a bound on any.

    kind, owner: what each column decides, and its plant. numbers: of its columns. places: plants to free together, in turn.
    work: the next for its bound.
    """

    piece: Piece
    kind: Ints
    owner: Ints
    numbers: Ints
    places: list[tuple[int, ...]]
    solution: Floats | None = None
    worth: float = -np.inf
    bound: float = np.inf
    work: float = CLIMB
    turn: int = 0
    in_vain: int = 0

    @property
    def spent(self) -> bool:
        """Whether all places were tried in vain."""
        return self.solution is None or self.in_vain >= len(self.places)

    @property
    def open(self) -> float:
        """How much better a solution of the block could be."""
        return self.bound - self.worth

    def take(self, answer: Answer) -> bool:
        """Keep the solution of a search where it is better than the best known."""
        if answer.solution is None or answer.worth <= self.worth:
            return False
        self.solution, self.worth, self.in_vain = answer.solution, answer.worth, 0
        return True

    def search_alone(self, watch: Watch, near: float) -> None:
        """Search for the best solution, whole as it is, as far as the bound of its root and what HiGHS finds there."""

        def bounded(bound: float) -> None:
            self.bound = min(self.bound, bound)

        found = search(self.piece, watch, near=near, work=ALONE, on_bound=bounded, keen=True, share=HALF)
        bounded(found.bound)
        self.take(found)

    def search_on(self, ascent: Ascent, work: int | None = None) -> None:
        """Search on for a better bound, with so much work, or each time with more."""
        if work is None:
            work = round(self.work * min(1.0, (NORMAL / max(1, self.piece.matrix.nnz)) ** SLOWER))
            self.work = min(MOST, self.work * GROWTH)
        ascent.go_on(work)
        self.bound = min(self.bound, ascent.bound)
