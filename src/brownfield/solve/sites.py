"""Better plans by turning over what becomes of one plant at a time, with all that is not a site left fractional meanwhile.

A plant that should stay open draws launches and shifts of many others with it: a neighbourhood small enough to be searched does not
hold all of them. Fractional they cost little time, and tell well enough which plants are decided wrongly; then the rest is decided
anew for all plants.
"""

from __future__ import annotations

import numpy as np

from brownfield.model.program import Floats, Ints
from brownfield.solve.pieces import Answer, Flags, Piece, search
from brownfield.solve.progress import Watch
from brownfield.solve.start import SITES, from_sites

AT_ONCE = 6
"""Plants looked at in one step."""
GLANCE = 12
"""Work for one plant."""
NEAR = 5e-4
"""How near to its bound each is searched, as a share of gross value."""
WORSE, TRIED = 5e-3, 4
"""How much worse than with the sites as they are it may then look, as a share of gross value, to be tried, and how many are."""


class SiteSteps:
    """Steps to other sites from the plans that it is given, one after the other; first those of which the relaxation thinks differently.

    ends: the column that says whether a plant is open in the end, -1 where it cannot be. relaxed: a solution of the relaxation.
    """

    def __init__(self, piece: Piece, kind: Ints, owner: Ints, ends: Ints, relaxed: Floats, watch: Watch, gross: float) -> None:
        self.piece, self.kind, self.owner, self.ends = piece, kind, owner, ends
        self.relaxed, self.watch, self.gross = relaxed, watch, gross
        self.sites: Flags = piece.whole & (kind == SITES)
        self._begun = np.zeros(0)
        self._left: list[int] = []
        self._seen: list[tuple[float, int, Floats]] = []
        self._base = Answer(None, -np.inf, np.inf)

    def next(self, plan: Floats) -> Answer:
        """One step: a few plants looked at, or a plan with the sites that then look best; without a solution while there is none."""
        if self.stale(plan):
            self._begun, self._left, self._seen = np.round(plan[self.sites]), self._in_turn(plan), []
            self._base = self._fractional(plan, None)
        elif not self._left and self._seen:
            sites = plan.copy()
            _, _, sites[self.sites] = self._seen.pop(0)
            return from_sites(self.piece, self.kind, sites, self.watch, self.gross)
        for plant in self._left[:AT_ONCE]:
            if self._base.solution is not None:
                self._look(self._base.solution, plant)
        del self._left[:AT_ONCE]
        if not self._left:
            self._together()
            self._seen = sorted(self._seen, key=lambda seen: seen[:2])[:TRIED]
        return Answer(None, -np.inf, np.inf)

    def _look(self, plan: Floats, plant: int) -> Answer:
        """What comes of a plant turned over, kept to be tried where it looks not much worse than the sites as they are."""
        answer = self._fractional(plan, plant)
        known = {seen[:2] for seen in self._seen}
        if answer.solution is not None and answer.worth > self._base.worth - WORSE * self.gross and (-answer.worth, plant) not in known:
            self._seen.append((-answer.worth, plant, np.round(answer.solution[self.sites])))
        return answer

    def _together(self) -> None:
        """Plants that look better turned over, each by itself, are turned over one after the other, as long as that looks better still."""
        best = self._base
        for worse, plant, _ in sorted(self._seen, key=lambda seen: seen[:2]):
            if best.solution is not None and -worse > self._base.worth + NEAR * self.gross:
                answer = self._look(best.solution, plant)
                best = answer if answer.worth > best.worth + NEAR * self.gross else best

    @property
    def spent(self) -> bool:
        """Whether the sites of the last plan were all tried."""
        return not (self._left or self._seen)

    def stale(self, plan: Floats) -> bool:
        """Whether a plan has other sites than those that are tried."""
        return not np.array_equal(np.round(plan[self.sites]), self._begun)

    def _in_turn(self, plan: Floats) -> list[int]:
        """Plants that may be open in the end, first those whose sites the relaxation has most different."""
        apart = np.bincount(self.owner[self.sites], np.abs(plan - self.relaxed)[self.sites], len(self.ends))
        return sorted(np.flatnonzero(self.ends >= 0).tolist(), key=lambda plant: (-apart[plant], plant))

    def _fractional(self, plan: Floats, turned: int | None) -> Answer:
        """The best solution, only sites whole and as in a plan, but for one plant that ends open where it did not or not where it did."""
        lower, upper = self.piece.lower.copy(), self.piece.upper.copy()
        kept = self.sites.copy() if turned is None else self.sites & (self.owner != turned)
        lower[kept] = upper[kept] = np.round(plan[kept])
        if turned is not None:
            column = self.ends[turned]
            lower[column] = upper[column] = 1 - np.round(plan[column])
        return search(self.piece, self.watch, lower=lower, upper=upper, whole=self.sites, near=NEAR * self.gross, work=GLANCE)
