"""Better plans from a good one: free the large decisions of a few plants, keep those of all others, solve again."""

from __future__ import annotations

import numpy as np

from brownfield.model.assemble import Model
from brownfield.model.program import Ints
from brownfield.solve.pieces import Flags, Piece
from brownfield.solve.start import REST, SHIFTS


def neighbourhoods(model: Model, plants: Ints, near: int = 3) -> list[tuple[int, ...]]:
    """Plants among some, then pairs and threes of those that share most demand, in the order in which they are tried."""
    data = model.data
    could = data.could_build.astype(float)
    shared = (could * data.most_wanted.sum(axis=1)) @ could.T
    own = [(-float(shared[i, i]), (int(i),)) for i in plants]
    pairs, threes = set(), set()
    for i in plants:
        order = sorted((j for j in plants if j != i and shared[i, j] > 0), key=lambda j: (-shared[i, j], j))
        pairs |= {(-float(shared[i, j]), tuple(sorted((int(i), int(j))))) for j in order[:near]}
        if len(order) > 1:
            threes.add((-float(shared[i, order[:2]].sum()), tuple(sorted((int(i), *map(int, order[:2]))))))
    return [place for group in (own, pairs, threes) for _, place in sorted(group)]


def kept_beside(model: Model, piece: Piece, kind: Ints, owner: Ints, plants: tuple[int, ...]) -> Flags:
    """Columns that stay as they are when some plants are freed.

    Sites, offers and launches of all other plants stay. Plants that share no product with the freed ones stay altogether, with
    volumes and people; those that do may take on or give up work.
    """
    data = model.data
    mine: Flags = np.any(data.could_build[list(plants)], axis=0)
    touched: Flags = np.any(data.could_build & mine, axis=1)
    touched[list(plants)] = True
    owned = owner >= 0
    large = piece.whole & owned & ~np.isin(owner, plants) & (kind != SHIFTS) & (kind != REST)
    return np.asarray(large | (owned & ~touched[owner]))
