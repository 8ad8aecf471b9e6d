"""What is known of a verdict at values of an input: the best plans with and without it, and between which limits they are worth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from brownfield.errors import LedgerError
from brownfield.solve.outcome import Outcome
from brownfield.study.slopes import Line

HAIR = 1e-7
"""Worths closer than this part of the gross value are not told apart: solvers reckon with rounding."""


@dataclass(frozen=True)
class Side:
    """The best plan of one kind at one value: worth at least `low`, at most `high` (million). -inf: there is none; inf: not known."""

    low: float
    high: float
    outcome: Outcome | None = None
    line: Line | None = None

    @classmethod
    def of(cls, outcome: Outcome, line: Line | None) -> Side:
        """What a solve says."""
        if outcome.status == "infeasible":
            return cls(-math.inf, -math.inf, outcome)
        high = math.inf if outcome.bound is None else outcome.bound
        return cls(-math.inf if outcome.npv is None else outcome.npv, high, outcome, line)


@dataclass(frozen=True)
class Trial:
    """One value of the input, with the best plan of which the verdict is true there, and the best of which it is not."""

    value: float
    true: Side
    false: Side
    hair: float

    def side(self, truth: bool) -> Side:
        """One of the two."""
        return self.true if truth else self.false

    @property
    def state(self) -> bool | None:
        """Whether the verdict is proved true of the best plan, or not true; None: the limits of the two overlap."""
        if self.true.low > self.false.high + self.hair:
            return True
        if self.false.low > self.true.high + self.hair:
            return False
        return None

    @property
    def impossible(self) -> bool:
        """Whether there is no plan at all at this value, with or without the verdict."""
        return self.true.high == self.false.high == -math.inf

    @property
    def likely(self) -> bool:
        """Which of the two plans found is worth more, proved or not."""
        return self.true.low > self.false.low

    @property
    def gap(self) -> float:
        """By how much the limits of either worth may be apart here, at most."""
        return max((s.high - s.low for s in (self.true, self.false) if math.isfinite(s.high - s.low)), default=0.0)


@dataclass(frozen=True)
class Known:
    """All trials of one threshold, by value, and whether the input moves nothing but worth (`convex`).

    Then every plan is possible at every value, so the lines of all plans bound W from below everywhere, and W is convex, so that
    between two trials it is nowhere above the straight line between its upper limits.
    """

    trials: tuple[Trial, ...]
    convex: bool

    def lines(self, truth: bool) -> list[Line]:
        """The worth of every plan found of one kind, as the input moves."""
        return [side.line for trial in self.trials if (side := trial.side(truth)).line is not None]

    def worth(self, truth: bool, value: float) -> float:
        """Worth of the best plan known of one kind at a value; proved to be possible there only where `convex`."""
        return max((line(value) for line in self.lines(truth)), default=-math.inf)

    def lead(self, value: float) -> float:
        """By how much the best plan known with the verdict is worth more than the best without it."""
        return self.worth(True, value) - self.worth(False, value)

    def crossings(self, low: float, high: float) -> list[float]:
        """Where the two best plans known are worth the same, strictly between two values, in order."""
        found = set()
        for one in self.lines(True):
            for other in self.lines(False):
                if one.slope != other.slope:
                    value = one.at + (other(one.at) - one.npv) / (one.slope - other.slope)
                    size = 1e-9 * max(1.0, abs(one(value)))
                    met = abs(one(value) - self.worth(True, value)) <= size and abs(other(value) - self.worth(False, value)) <= size
                    if met and low < value < high:
                        found.add(value)
        return sorted(found)

    def high(self, truth: bool, value: float) -> float:
        """Upper limit of W at a value: of a trial there, or by convexity between two; inf where nothing is known."""
        for one, other in pairwise(self.trials):
            if one.value <= value <= other.value and self.convex:
                a, b = one.side(truth).high, other.side(truth).high
                if math.isinf(a) or math.isinf(b):
                    return max(a, b)
                return a + (b - a) * (value - one.value) / (other.value - one.value)
        return next((trial.side(truth).high for trial in self.trials if trial.value == value), math.inf)

    def low(self, truth: bool, value: float) -> float:
        """Lower limit of W at a value: the best plan known where every plan is possible, else what was found there."""
        if self.convex:
            return self.worth(truth, value)
        return next((trial.side(truth).low for trial in self.trials if trial.value == value), -math.inf)

    def pair(self, now: float) -> tuple[Trial, Trial] | None:
        """The two trials nearest to now between which the verdict is proved to flip, with nothing proved between them."""
        proved = [trial for trial in self.trials if trial.state is not None]
        pairs = [(a, b) for a, b in pairwise(proved) if a.state != b.state]
        return min(pairs, key=lambda pair: max(pair[0].value - now, now - pair[1].value), default=None)

    def interval(self, now: float) -> tuple[float, float] | None:
        """Between which values the verdict is proved to flip, as narrow as is known; None when no flip is proved."""
        pair = self.pair(now)
        if pair is None:
            return None
        a, b = pair
        if not self.convex:
            return a.value, b.value
        inside = [trial for trial in self.trials if a.value <= trial.value <= b.value]
        low = self.reach(inside, bool(a.state))
        high = self.reach(inside[::-1], bool(b.state))
        return (low, high) if low <= high else (a.value, b.value)

    def reach(self, trials: Sequence[Trial], truth: bool) -> float:
        """How far from the first trial the verdict is proved to stay as it is, towards the last."""
        for p, q in pairwise(trials):
            far = self._proved(p, q, truth)
            if far != q.value:
                return far
        return trials[-1].value

    def _proved(self, p: Trial, q: Trial, truth: bool) -> float:
        """The same between two neighbours: as long as some plan of this kind beats the limit of the other kind.

        Best plan less limit is convex between them, so where it is not positive is one stretch; this is its beginning.
        """
        limit = (p.side(not truth).high, q.side(not truth).high)
        if any(math.isinf(one) and one > 0 for one in limit):
            return p.value
        begin, end = 0.0, 1.0
        for line in self.lines(truth):
            first, last = line(p.value) - limit[0] - p.hair, line(q.value) - limit[1] - q.hair
            if first > 0 and last > 0:
                return q.value
            if first > 0:
                begin = max(begin, first / (first - last))
            elif last > 0:
                end = min(end, first / (first - last))
        return p.value + begin * (q.value - p.value) if begin < end else q.value

    def check(self) -> None:
        """Where W must be convex, it is: no plan found at one value may beat the limit proved at another. LedgerError otherwise."""
        if not self.convex:
            return
        for trial in self.trials:
            for truth in (True, False):
                worth, limit = self.worth(truth, trial.value), trial.side(truth).high
                if worth > limit + 10 * trial.hair:
                    kind: Literal["with", "without"] = "with" if truth else "without"
                    raise LedgerError(
                        f"a plan {kind} the verdict is worth {worth:,.6f} million at {trial.value:g}, where none was proved to be worth "
                        f"more than {limit:,.6f}. This is a defect of Brownfield."
                    )
