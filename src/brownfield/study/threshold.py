"""Thresholds: the value of one input at which a verdict flips, as an interval that nothing but a better proof can narrow.

With W₁(x) and W₀(x) the worth of the best plan with the verdict forced true and forced false, the verdict flips where they are
the same. Every solve gives a plan (W is at least its worth) and a bound (W is at most that); the interval is where these limits
leave the answer open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from brownfield.case.case import Case
from brownfield.errors import CaseError
from brownfield.solve.outcome import Outcome
from brownfield.study.inputs import Input
from brownfield.study.slopes import Line, line_of, same_but_for_worth
from brownfield.study.solves import LARGE, Solves, Task, size
from brownfield.study.trials import HAIR, Known, Side, Trial
from brownfield.study.verdicts import Verdict, holds

MOST_SOLVES = {"small": 60, "large": 6}
"""Solves that one threshold may take, for cases that one solve keeps busy for long and for others."""

FINE = 1e-6
"""An interval narrower than this part of the range looked at is narrow enough."""

ROUGH = 1e-3
"""The same where nothing but halving narrows it."""

Status = Literal["flips", "open", "stays", "rules"]
"""flips: proved to flip inside the interval; open: a flip is likely, or the verdict itself is not settled, and the interval is open on
one side at least; stays: no flip was found in the range looked at; rules: the opposite is against the rules at any value."""


@dataclass(frozen=True)
class Threshold:
    """What was found about one verdict and one input.

    low, high: the flip lies between them (None: open on that side). now: whether the verdict is true of the best plan now (None:
    not settled). above: whether it is true above the interval. proved: of `stays`, whether no flip inside the range is proved.
    method: newton (W is convex in the input) or bracketing. verified: solved again, unforced, on both sides. likely: the value at
    which the best plans known are worth the same. failure: why the range had to be cut.
    """

    case: Case
    verdict: Verdict
    given: Input
    status: Status
    now: bool | None
    low: float | None
    high: float | None
    above: bool | None
    likely: float | None
    method: Literal["newton", "bracketing"]
    proved: bool
    verified: bool
    known: Known
    gap: float
    solves: int
    seconds: float
    stopped: bool = False
    cut: str = ""

    @property
    def change(self) -> float | None:
        """The least relative change of the input that may flip the verdict; None where that means nothing."""
        ends = [end for end in (self.low, self.high) if end is not None]
        if self.status != "flips" or len(ends) < 2 or self.given.relative(ends[0]) is None:
            return None
        inside = min(ends) <= self.given.now <= max(ends)
        return 0.0 if inside else min((abs(self.given.relative(end) or 0.0) for end in ends), default=None)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The best plans with and without the verdict as things are now."""
        trial = next(trial for trial in self.known.trials if trial.value == self.given.now)
        return tuple(side.outcome for side in (trial.true, trial.false) if side.outcome is not None)


def threshold(case: Case, verdict: Verdict, given: Input, solves: Solves | None = None, *, most: int | None = None) -> Threshold:
    """Find the value of the input at which the verdict flips, nearest to what the input is now.

    solves: gap, time limit and memory of the solves (a fresh one proves to 1 %). most: solves at most; without, 6 for a large case
    and 60 for a small one. Where the input moves nothing but the worth of decisions, both worths are convex in it: the search steps
    to where the best plans known are worth the same (Newton) and ends there exactly. Otherwise it halves, guided by the same steps.
    """
    solves = solves or Solves()
    begun = solves.made, solves.seconds
    allowed = most or MOST_SOLVES["large" if size(case) > LARGE else "small"]
    reachable, cut = _reachable(case, given)
    search = Search(case, verdict, reachable, solves, solves.made + allowed, same_but_for_worth(case, reachable))
    try:
        search.run()
    except KeyboardInterrupt:
        if not search.known.trials:
            raise
    return replace(search.result(), solves=solves.made - begun[0], seconds=solves.seconds - begun[1], stopped=solves.stopped, cut=cut)


def _reachable(case: Case, given: Input) -> tuple[Input, str]:
    """The input with its range cut to where the case still passes its checks, and why it was cut."""
    low, below = _end(case, given, given.low)
    high, above = _end(case, given, given.high)
    return replace(given, low=low, high=high), below or above


def _end(case: Case, given: Input, end: float) -> tuple[float, str]:
    """The value nearest to one end of the range that the input can have."""
    good, problem, bad = given.now, "", end
    try:
        given.at(case, end)
        return end, ""
    except CaseError as error:
        problem = str(error.problems[0])
    for _ in range(12):
        middle = (good + bad) / 2
        try:
            given.at(case, middle)
            good = middle
        except CaseError:
            bad = middle
    return good, problem


@dataclass
class Search:
    """One search for a threshold."""

    case: Case
    verdict: Verdict
    given: Input
    solves: Solves
    limit: int
    convex: bool
    known: Known = field(default_factory=lambda: Known((), False))
    verified: bool = False

    def run(self) -> None:
        """Try what is now, then beyond where the best plans known meet, then inside."""
        now, low, high = self.given.now, self.given.low, self.given.high
        self.known = Known((), self.convex)
        self.attempt([now])
        if self.against_rules():
            return
        while self.affords() and self.known.pair(now) is None:
            values = self.outward()
            if not values:
                break
            self.attempt(values)
        while self.affords() and (value := self.inward()) is not None:
            self.attempt([value])
        if self.known.pair(now) is not None:
            self.verify(low, high)

    def affords(self, trials: int = 1) -> bool:
        """Whether there are solves left, and nobody has pressed Ctrl-C."""
        each = 1 if self.verdict.kind == "npv" else 2
        return self.solves.made + each * trials <= self.limit and not self.solves.stopped

    def attempt(self, values: Sequence[float]) -> None:
        """Solve with the verdict forced true and false at several values, side by side."""
        values = [value for value in values if all(value != trial.value for trial in self.known.trials)]
        cases = [self.given.at(self.case, value) for value in values]
        sides = (True,) if self.verdict.kind == "npv" else (True, False)
        tasks = [self.task(case, value, truth) for case, value in zip(cases, values, strict=True) for truth in sides]
        outcomes = self.solves.run(tasks)
        for i, value in enumerate(values):
            here = outcomes[i * len(sides) : (i + 1) * len(sides)]
            self.known = Known(tuple(sorted((*self.known.trials, self.trial(value, here)), key=lambda t: t.value)), self.convex)
        self.known.check()

    def task(self, case: Case, value: float, truth: bool) -> Task:
        """One solve: of the worth itself, when the verdict is about that."""
        name = f"{self.given.column} {self.given.shown(value)}"
        if self.verdict.kind == "npv":
            return Task(case, name=name)
        return Task.forced(case, self.verdict, truth, f"{name}, {'with' if truth else 'without'} the verdict")

    def trial(self, value: float, outcomes: Sequence[Outcome]) -> Trial:
        """What the solves at one value say."""
        gross = max((o.ledger.gross for o in outcomes if o.ledger is not None), default=1.0)
        hair = HAIR * max(1.0, abs(gross))
        sides = [Side.of(outcome, self.line(value, outcome)) for outcome in outcomes]
        if self.verdict.kind == "npv":
            line = Line(value, self.verdict.least, 0.0)
            sides.append(Side(self.verdict.least, self.verdict.least, None, line))
            sides = sides[::-1] if self.verdict.negated else sides
        return Trial(value, sides[0], sides[1], hair)

    def line(self, value: float, outcome: Outcome) -> Line | None:
        """How the worth of a plan moves with the input."""
        if outcome.plan is None or outcome.npv is None:
            return None
        return line_of(self.case, self.given, value, outcome.plan, outcome.npv)

    def against_rules(self) -> bool:
        """Whether the verdict, or its opposite, is against the rules whatever the input is: then no value can flip it."""
        sides = (self.known.trials[0].true, self.known.trials[0].false)
        return self.convex and any(s.outcome is not None and s.outcome.status == "infeasible" for s in sides)

    # where to look next

    def outward(self) -> list[float]:
        """Values beyond which a flip should be proved, while none is."""
        now, low, high = self.given.now, self.given.low, self.given.high
        tried = {trial.value for trial in self.known.trials}
        settled = self.known.trials[0].state is not None or len(self.known.trials) > 1
        found = [value for point in self.known.crossings(low, high) for value in self.beyond(point)]
        found = [value for value in found if value not in tried]
        if found and not settled:
            below, above = [v for v in found if v < now], [v for v in found if v > now]
            both = [max(below)] if below else []
            return both + ([min(above)] if above else [])
        if found:
            return [min(found, key=lambda value: abs(value - now))]
        ends = [end for end in (low, high) if end not in tried]
        ends.sort(key=lambda end: -abs(end - now))  # no plan found so far says which way: further off more can change
        return ends[:1] or self.nearer()

    def nearer(self) -> list[float]:
        """The middle between the last value with a plan and the first without, where the range ends in values without any."""
        trials = self.known.trials
        for near, far in (*pairwise(trials), *((b, a) for a, b in pairwise(trials))):
            middle = self.whole((near.value + far.value) / 2)
            fine = max(ROUGH * (self.given.high - self.given.low), self.given.step)
            if far.impossible and not near.impossible and abs(far.value - near.value) > fine and middle not in (near.value, far.value):
                return [middle]
        return []

    def beyond(self, point: float) -> list[float]:
        """Values on either side of a crossing at which the lead should be larger than what the solves leave open."""
        now, low, high = self.given.now, self.given.low, self.given.high
        step = max(1e-3 * (high - low), 1e-9)
        slope = (
            max(abs(self.known.lead(point + step) - self.known.lead(point)), abs(self.known.lead(point - step) - self.known.lead(point)))
            / step
        )
        gap = max(trial.gap for trial in self.known.trials)
        margin = max(1.3 * gap / slope if slope > 0 else high - low, 0.02 * abs(point - now), FINE * (high - low), self.given.step)
        sides = [1.0 if point > now else -1.0]
        if self.known.trials[0].state is None and len(self.known.trials) == 1:
            sides = [-1.0, 1.0]
        return [min(max(self.whole(point + side * margin), low), high) for side in sides]

    def whole(self, value: float) -> float:
        """A value that the input can have: whole where only whole ones make sense."""
        return float(round(value)) if self.given.step else value

    def inward(self) -> float | None:
        """The next value inside the interval, or None when it is as narrow as it can be made."""
        found = self.known.interval(self.given.now)
        pair = self.known.pair(self.given.now)
        if found is None or pair is None:
            return None
        low, high = found
        if high - low <= max(FINE * (self.given.high - self.given.low), self.given.step):
            return None
        tried = [trial.value for trial in self.known.trials if low <= trial.value <= high]
        near = (FINE if self.convex else ROUGH) * (high - low)
        for value in self.known.crossings(low, high):
            if all(abs(value - one) > near for one in tried) and self.convex:
                return value
        return None if self.convex else self.halving(pair, tried)

    def halving(self, pair: tuple[Trial, Trial], tried: Sequence[float]) -> float | None:
        """The middle of what is not settled; of the wider part when trials inside settled nothing."""
        low, high = pair[0].value, pair[1].value
        fine = max(ROUGH * abs(self.given.now), FINE * (self.given.high - self.given.low), self.given.step)
        inside = sorted({low, high, *(one for one in tried if low <= one <= high)})
        outer = [(inside[0], inside[1]), (inside[-2], inside[-1])]
        begin, end = max(outer, key=lambda part: part[1] - part[0])
        middle = self.whole((begin + end) / 2)
        return None if end - begin <= fine or middle in (begin, end) else middle

    def verify(self, low: float, high: float) -> None:
        """Solve, unforced, just outside the interval: the verdict must be what was proved there."""
        found = self.known.interval(self.given.now)
        pair = self.known.pair(self.given.now)
        if found is None or pair is None or self.verdict.kind == "npv" or self.solves.made + 2 > self.limit:
            return
        step = max(FINE * (high - low), self.given.step)
        values = [max(found[0] - step, pair[0].value), min(found[1] + step, pair[1].value)]
        values = [pair[0].value, pair[1].value] if self.given.step else values
        outcomes = self.solves.run([Task(self.given.at(self.case, value), name="outside the interval") for value in values])
        self.verified = all(
            outcome.has_plan and holds(self.verdict, outcome) == trial.state for outcome, trial in zip(outcomes, pair, strict=True)
        )

    # what came out

    def result(self) -> Threshold:
        """What is known."""
        known, given = self.known, self.given
        at_now = next(trial for trial in known.trials if trial.value == given.now)
        found = known.interval(given.now)
        pair = known.pair(given.now)
        crossings = known.crossings(given.low, given.high)
        likely = min(crossings, key=lambda value: abs(value - given.now), default=None)
        low, high, above, status = None, None, None, "stays"
        if found is not None and pair is not None:
            (low, high), above, status = found, pair[1].state, "flips"
        elif self.against_rules():
            status = "rules"
        elif at_now.state is None or likely is not None or any(t.state is None and not t.impossible for t in known.trials):
            status = "open"
            low, high, above = self.open_interval()
        proved = status == "stays" and self.nothing_between()
        method: Literal["newton", "bracketing"] = "newton" if self.convex else "bracketing"
        return Threshold(
            self.case, self.verdict, given, status, at_now.state, low, high, above, likely, method, proved, self.verified, known,  # type: ignore[arg-type]
            self.solves.gap, 0, 0.0,
        )  # fmt: skip

    def open_interval(self) -> tuple[float | None, float | None, bool | None]:
        """The proved values next to what is not settled; None on the side where nothing is."""
        now = self.given.now
        proved = [trial for trial in self.known.trials if trial.state is not None]
        state = next((trial.state for trial in proved if trial.value == now), None)
        if state is not None:
            unsettled = [trial.value for trial in self.known.trials if trial.state is None and not trial.impossible]
            likely = min(self.known.crossings(self.given.low, self.given.high) or unsettled or [now], key=lambda v: abs(v - now))
            return (now, None, not state) if likely >= now else (None, now, state)
        below = max((trial for trial in proved if trial.value < now), key=lambda t: t.value, default=None)
        over = min((trial for trial in proved if trial.value > now), key=lambda t: t.value, default=None)
        above = over.state if over else not below.state if below else None
        return (below.value if below else None, over.value if over else None, above)

    def nothing_between(self) -> bool:
        """Whether it is proved that nothing in the whole range flips the verdict."""
        trials = self.known.trials
        if not self.convex or len(trials) < 2 or trials[0].value > self.given.low or trials[-1].value < self.given.high:
            return False
        state = trials[0].state
        return state is not None and all(t.state == state for t in trials) and self.known.reach(trials, state) == trials[-1].value
