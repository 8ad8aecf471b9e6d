"""A block of a model, or the whole of it, and what is known of it while it is searched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brownfield.model.program import Floats, Ints
from brownfield.solve.ascent import Ascent
from brownfield.solve.pieces import Answer, Piece

GROWTH, MOST = 2, 400
"""By how much the work for the bound of a block grows from one time to the next, and what it comes to at most."""
CLIMB, NORMAL, SLOWER = 30, 25_000, 0.6
"""Work of the long search of the whole in its first round, for a program of so many coefficients; twice as much in each later one.
Less, and growing more slowly, for larger programs, where a step takes longer: so that plans and bounds take about as long."""


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

    def take(self, answer: Answer | None) -> bool:
        """Keep the solution of a search where it is better than the best known."""
        if answer is None or answer.solution is None or answer.worth <= self.worth:
            return False
        self.solution, self.worth, self.in_vain = answer.solution, answer.worth, 0
        return True

    def search_on(self, ascent: Ascent) -> None:
        """Search on for a better bound, each time with more work."""
        ascent.go_on(round(self.work * min(1.0, (NORMAL / max(1, self.piece.matrix.nnz)) ** SLOWER)))
        self.bound, self.work = min(self.bound, ascent.bound), min(MOST, self.work * GROWTH)
