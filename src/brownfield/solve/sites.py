"""Better plans by turning over what becomes of one plant at a time, with all that is not a site left fractional meanwhile.

A plant that should stay open draws launches and shifts of many others with it: a neighbourhood small enough to be searched does not
hold all of them. Fractional they cost little time, and tell well enough which plants are decided wrongly; then the rest is decided
anew for all plants.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from scipy.sparse import csr_array

from brownfield.model.program import Floats, Ints
from brownfield.solve.pieces import NOTHING, Answer, Flags, Piece, search
from brownfield.solve.progress import Watch
from brownfield.solve.start import COARSE, SITES, from_sites

GLANCE, AGREE = 12, 40
"""Work for one plant turned over, and for those of which blocks have chosen what cannot be together."""
WHOLE = 1e-6
"""How nearly rules on whole numbers are kept."""
WORSE, TRIED, A_ROUND = 5e-3, 4, 2
"""How much worse than with the sites as they are it may then look, as a share of gross value, to be tried; how many are, and in a round."""


def agreed(piece: Piece, kind: Ints, owner: Ints, chosen: Floats, watch: Watch, gross: float) -> Floats | None:
    """Sites that blocks chose without one another, as the rules on sites of several blocks want them; None when none are found.

    Two blocks may both have taken an offer that one place only can have: where such a rule is broken, the sites of the plants that
    it is about are decided again together, with all that is not a site left fractional.
    """
    sites = piece.whole & (kind == SITES)
    there = csr_array((np.ones(piece.matrix.nnz), piece.matrix.indices, piece.matrix.indptr), shape=piece.matrix.shape)
    alone = there @ ~sites == 0
    does = piece.matrix @ np.where(sites, np.round(chosen), 0.0)
    broken = alone & ((does < piece.row_lower - WHOLE) | (does > piece.row_upper + WHOLE))
    if not broken.any():
        return chosen
    plants = np.unique(owner[there.T @ broken > 0])
    lower, upper, kept = piece.lower.copy(), piece.upper.copy(), sites & ~np.isin(owner, plants)
    lower[kept] = upper[kept] = np.round(chosen[kept])
    return search(piece, watch, lower=lower, upper=upper, whole=sites, near=COARSE * gross, work=AGREE).solution


class SiteSteps:
    """Steps to other sites from the plans that it is given.

    ends: the column that says whether a plant is open in the end, -1 where it cannot be.
    """

    def __init__(self, piece: Piece, kind: Ints, owner: Ints, ends: Ints, watch: Watch, gross: float) -> None:
        self.piece, self.kind, self.owner, self.ends = piece, kind, owner, ends
        self.watch, self.gross = watch, gross
        self.sites: Flags = piece.whole & (kind == SITES)
        self._plan: Floats | None = None
        self._looks: dict[int | None, Answer] = {}
        self._ways: list[Floats] | None = None

    def looks(self, plan: Floats) -> list[Callable[[], Answer]]:
        """Looks at each plant of a plan turned over, to be taken side by side; what they see is kept. Of the plan, only sites count."""
        self._plan, self._looks, self._ways = plan, {}, None
        plants = np.flatnonzero(self.ends >= 0).tolist()
        return [partial(self._look, plan, plant) for plant in (None, *plants)]

    def ways(self) -> list[Callable[[], Answer]]:
        """Plans made of what looked best, the next few, to be made side by side."""
        ways = self._chosen() if self._ways is None else self._ways
        some, self._ways = ways[:A_ROUND], ways[A_ROUND:]
        return [partial(from_sites, self.piece, self.kind, way, self.watch, self.gross) for way in some]

    @property
    def spent(self) -> bool:
        """Whether the sites of the last plan were all tried."""
        return self._ways is not None and not self._ways

    def stale(self, plan: Floats | None) -> bool:
        """Whether there is a plan, with other sites than those that are tried."""
        if plan is None:
            return False
        return self._plan is None or not np.array_equal(np.round(plan[self.sites]), np.round(self._plan[self.sites]))

    def _look(self, plan: Floats, plant: int | None) -> Answer:
        """Look at a plant turned over, or at the sites as they are."""
        self._looks[plant] = self._fractional(plan, plant)
        return NOTHING

    def _chosen(self) -> list[Floats]:
        """What to try: what looks not much worse than the sites as they are, best first.

        Plants that look better turned over, each by itself, are turned over one after the other, as long as that looks better still.
        """
        base = best = self._looks[None]
        order = sorted((plant for plant in self._looks if plant is not None), key=lambda plant: (-self._looks[plant].worth, plant))
        seen = [self._looks[plant] for plant in order]
        for plant in order:
            if best.solution is None or self._looks[plant].worth <= base.worth + COARSE * self.gross:
                break
            answer = self._looks[plant] if best is base else self._fractional(best.solution, plant)
            if best is not base:
                seen.append(answer)
            best = answer if answer.worth > best.worth + COARSE * self.gross else best
        seen = [answer for answer in seen if answer.solution is not None and answer.worth > base.worth - WORSE * self.gross]
        return [answer.solution for answer in sorted(seen, key=lambda answer: -answer.worth)[:TRIED] if answer.solution is not None]

    def _fractional(self, plan: Floats, turned: int | None) -> Answer:
        """The best solution, only sites whole and as in a plan, but for one plant that ends open where it did not or not where it did."""
        lower, upper = self.piece.lower.copy(), self.piece.upper.copy()
        kept = self.sites.copy() if turned is None else self.sites & (self.owner != turned)
        lower[kept] = upper[kept] = np.round(plan[kept])
        if turned is not None:
            column = self.ends[turned]
            lower[column] = upper[column] = 1 - np.round(plan[column])
        return search(self.piece, self.watch, lower=lower, upper=upper, whole=self.sites, near=COARSE * self.gross, work=GLANCE)
