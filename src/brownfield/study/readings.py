"""What a study of contested claims finds: readings worked out, what finding out is worth, and all of it together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from brownfield.case.case import Case
from brownfield.solve.outcome import Outcome
from brownfield.study.contested import Contest, Option, Reading
from brownfield.study.trials import Trial
from brownfield.study.verdicts import Verdict

Effect = Literal["flips", "likely", "open", "stays", "none"]
"""flips: proved to flip; likely: the best plans found say so; open: not settled; stays: proved to stay; none: no plan obeys the rules."""


@dataclass(frozen=True)
class Tried:
    """One reading, worked out. trial: the best plans with and without the verdict, between their limits.

    low, high: the best plan is worth between these (million). kept: worth of today's plan kept in this reading (None: it cannot
    be kept; why_not says why). effect: what becomes of the verdict. solved: False where the limits follow from those of today.
    best: the best plan found.
    """

    reading: Reading
    trial: Trial
    low: float
    high: float
    kept: float | None
    why_not: tuple[str, ...]
    effect: Effect
    solved: bool
    best: Outcome | None

    @property
    def possible(self) -> bool:
        """Whether there is a plan at all."""
        return self.low > -math.inf

    @property
    def regret(self) -> tuple[float, float] | None:
        """What today's plan gives away: at least, at most (million); None where it cannot be kept, or there is no plan."""
        if self.kept is None or not self.possible:
            return None
        return max(self.low - self.kept, 0.0), max(self.high - self.kept, 0.0)

    @property
    def badness(self) -> tuple[bool, float]:
        """How bad the reading is for today's plan: not to be kept at all is worse than any regret; no plan at all is nobody's fault."""
        if not self.possible:
            return False, -1.0
        return (True, 0.0) if self.regret is None else (False, self.regret[0])


@dataclass(frozen=True)
class Ask:
    """What finding out about one contested cell is worth under its weights: between low and high (million).

    low, high are None when no plan considered can be kept under every version: then it has to be known first. tried: the versions
    that were worked out, what the case has first; left_out: weight of versions under which no plan obeys the rules. considered: how
    many plans. complete: every version was worked out.
    """

    contest: Contest
    tried: tuple[Tried, ...]
    low: float | None
    high: float | None
    left_out: float
    considered: int
    complete: bool

    @property
    def must(self) -> bool:
        """Whether no plan considered can be kept under every version."""
        return self.complete and self.low is None and any(one.possible for one in self.tried)

    @property
    def effect(self) -> Effect:
        """The strongest effect of its versions on the verdict."""
        order: tuple[Effect, ...] = ("flips", "likely", "open", "none", "stays")
        return min((one.effect for one in self.tried[1:]), key=order.index, default="stays")

    @property
    def rank(self) -> tuple[object, ...]:
        """The most worth asking first: must be known, worth of knowing, effect on the verdict, regret."""
        order = ("flips", "likely", "open", "none", "stays")
        regrets = [one.regret[0] for one in self.tried if one.regret]
        hair = round(self.low or 0.0, 6)
        return not self.must, -hair, order.index(self.effect), -max(regrets, default=0.0), -(self.high or 0.0), self.contest.cell


@dataclass(frozen=True)
class Flips:
    """What was found. now: whether the verdict is true of the best plan today (None: not settled); likely: of the best plan found.

    today: the case as it is. singles, pairs: readings worked out, the worst first; worst: the worst combination found; method:
    exact (every combination of the claims that move anything), greedy, or none. idle: contested cells that move nothing. impossible:
    versions that the case cannot have, and why. waiting: readings that the number of solves did not allow.
    """

    case: Case
    verdict: Verdict
    contests: tuple[Contest, ...]
    today: Tried | None
    singles: tuple[Tried, ...] = ()
    pairs: tuple[Tried, ...] = ()
    more: tuple[Tried, ...] = ()
    asks: tuple[Ask, ...] = ()
    idle: tuple[Contest, ...] = ()
    impossible: tuple[tuple[Option, str], ...] = ()
    waiting: tuple[Reading, ...] = ()
    all_pairs: int = 0
    method: Literal["exact", "greedy", "none"] = "none"
    solves: int = 0
    seconds: float = 0.0
    gap: float = 0.0
    stopped: bool = False

    @property
    def now(self) -> bool | None:
        """Whether the verdict is proved true, or not true, of the best plan today."""
        return None if self.today is None else self.today.trial.state

    @property
    def likely(self) -> bool:
        """The same of the best plan found."""
        return self.today is not None and (self.today.trial.likely if self.now is None else self.now)

    @property
    def worst(self) -> Tried | None:
        """The combination under which today's plan does worst; the smaller one where two are as bad."""
        return max(
            (one for one in (*self.singles, *self.pairs, *self.more) if one.possible),
            key=lambda one: (one.badness[0], round(one.badness[1], 6), -len(one.reading)),
            default=None,
        )


def effect_of(trial: Trial, today: Tried | None, *, possible: bool) -> Effect:
    """What becomes of the verdict under a reading, against what it is today."""
    if not possible:
        return "none"
    if today is None:
        return "open" if trial.state is None else "stays"
    before = today.trial.state if today.trial.state is not None else today.trial.likely
    if trial.state is None:
        apart = trial.true.low != trial.false.low
        return "likely" if apart and trial.likely != before else "open"
    if trial.state == before:
        return "stays"
    return "flips" if today.trial.state is not None else "likely"
