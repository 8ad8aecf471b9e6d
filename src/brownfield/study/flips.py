"""Which contested claims flip a verdict, what today's plan would lose under each reading, and what finding out would be worth.

A reading is the case with one version of a contested cell in force instead of the one used, or versions of several cells. For
each, the best plans with and without the verdict are solved for, and the best plan of today is kept in it. Regret is what the
best plan would be worth beyond that. What finding out about a cell is worth is the expected worth of the best plan for
each of its versions, less that of the one plan, of those considered, that is best before anybody knows.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from brownfield.case.case import Case
from brownfield.errors import CaseError, LedgerError
from brownfield.evidence.cells import Cell
from brownfield.plan.ledger import keep_books
from brownfield.plan.rules import broken
from brownfield.solve.outcome import Outcome
from brownfield.study.contested import Contest, Option, Reading, contests, read_as
from brownfield.study.readings import Ask, Flips, Tried, effect_of
from brownfield.study.solves import LARGE, Solves, Task, size
from brownfield.study.still import Bound, bounded
from brownfield.study.trials import HAIR, Side, Trial
from brownfield.study.verdicts import Verdict

MOST_SOLVES = {"small": 400, "large": 40}
"""Solves that a study of flips may ask for, for cases that one solve keeps busy for long and for others."""

def flips(
    case: Case,
    verdict: Verdict,
    solves: Solves | None = None,
    *,
    weights: Mapping[tuple[Cell, str], float] | None = None,
    most: int | None = None,
) -> Flips:
    """Try each version of each contested cell alone, pairs, and the worst combination.

    solves: gap, time limit, memory and folder of the solves (a fresh one proves to 1 %). weights: by cell and version; without, by
    standing and independent witnesses. most: solves asked for at most; without, 40 for a large case and 400 for a small one.
    CaseError for weights that are negative or leave out a version.
    """
    solves = solves or Solves()
    begun = solves.made, solves.seconds
    search = Search(case, verdict, contests(case, weights), solves, most or MOST_SOLVES["large" if size(case) > LARGE else "small"])
    try:
        search.run()
    except KeyboardInterrupt:
        if search.today is None:
            raise
    return replace(search.result(), solves=solves.made - begun[0], seconds=solves.seconds - begun[1], stopped=solves.stopped)


@dataclass
class Search:
    """One study of flips. `tried` has every reading worked out so far."""

    case: Case
    verdict: Verdict
    contests: tuple[Contest, ...]
    solves: Solves
    most: int
    asked: int = 0
    today: Tried | None = None
    sides: tuple[Outcome, ...] = ()
    tried: dict[Reading, Tried] = field(default_factory=dict)
    cases: dict[Reading, Case] = field(default_factory=dict)
    bounds: dict[str, Bound | None] = field(default_factory=dict)
    idle: list[Contest] = field(default_factory=list)
    impossible: dict[Option, str] = field(default_factory=dict)
    waiting: list[Reading] = field(default_factory=list)
    all_pairs: int = 0
    method: Literal["exact", "greedy", "none"] = "none"

    def run(self) -> None:
        """As things are; each version alone, those first that may move most; then combinations."""
        if not self.contests:
            return
        self.attempt(())
        self.today = self.tried[()]
        if self.today.best is None:
            return
        options = self.moving()
        for option in options:
            self.attempt((option,))
        self.waiting = [(option,) for option in options if (option,) not in self.tried]
        self.combine([option for option in options if (option,) in self.tried])

    # one reading

    def attempt(self, reading: Reading) -> Tried | None:
        """Work a reading out; None when the case cannot be read so, or there are no solves left."""
        if reading in self.tried:
            return self.tried[reading]
        case = self.case_of(reading)
        if case is None:
            return None
        bound = None if self.today is None else self.bound(case)
        if bound is not None:
            self.tried[reading] = self.follows(reading, bound)
            return self.tried[reading]
        sides = (True,) if self.verdict.kind == "npv" else (True, False)
        if self.asked + len(sides) > self.most and reading:
            return None
        self.asked += len(sides)
        found = self.solves.run([self.task(case, reading, truth) for truth in sides])
        if not reading:
            self.sides = tuple(found)
        self.tried[reading] = self.known(reading, case, found)
        return self.tried[reading]

    def case_of(self, reading: Reading) -> Case | None:
        """The case read so; None where it cannot be, which is noted for a version alone."""
        if reading not in self.cases:
            try:
                self.cases[reading] = read_as(self.case, reading)
            except CaseError as error:
                if len(reading) == 1:
                    self.impossible[reading[0]] = str(error.problems[0])
                return None
        return self.cases[reading]

    def bound(self, case: Case) -> Bound | None:
        """Limits that follow from those of today without a solve: where today's plan is proved to stay as good as it is."""
        assert self.today is not None
        best = self.today.best
        if case.digest not in self.bounds:
            self.bounds[case.digest] = None if best is None else bounded(self.case, case, best, HAIR * _gross(best))
        return self.bounds[case.digest]

    def follows(self, reading: Reading, bound: Bound) -> Tried:
        """A reading that needs no solve."""
        assert self.today is not None
        today, best = self.today, self.today.best
        assert best is not None
        sides = []
        for side in (today.trial.true, today.trial.false):
            same = bound.same or side.outcome is best
            low = side.low + bound.own if same else -math.inf
            sides.append(Side(low, side.high + bound.top, side.outcome) if side.outcome is not None else side)
        trial = Trial(0.0, sides[0], sides[1], today.trial.hair)
        effect = effect_of(trial, self.today, possible=True)
        return Tried(reading, trial, today.low + bound.own, today.high + bound.top, today.low + bound.own, (), effect, False, None)

    def task(self, case: Case, reading: Reading, truth: bool) -> Task:
        """One solve: of the worth itself, when the verdict is about that."""
        name = " and ".join(f"{option.cell}: {option.value}" for option in reading) or "the case as it is"
        if self.verdict.kind == "npv":
            return Task(case, name=name)
        return Task.forced(case, self.verdict, truth, f"{name}, {'with' if truth else 'without'} the verdict")

    def known(self, reading: Reading, case: Case, found: Sequence[Outcome]) -> Tried:
        """What the solves of a reading, and today's plan kept in it, say."""
        best = max((one for one in found if one.npv is not None), key=lambda one: one.npv or 0.0, default=None)
        high = max(Side.of(one, None).high for one in found)
        kept, why_not = self.kept(reading, case, best)
        low = max((float(one) for one in (kept, best.npv if best else None) if one is not None), default=-math.inf)
        high = max(high, low)
        hair = HAIR * (_gross(best) if best is not None else 1.0)
        sides = [Side.of(one, None) for one in found]
        if self.verdict.kind == "npv":
            sides.append(Side(self.verdict.least, self.verdict.least))
            sides = sides[::-1] if self.verdict.negated else sides
        trial = Trial(0.0, sides[0], sides[1], hair)
        return Tried(reading, trial, low, high, kept, why_not, effect_of(trial, self.today, possible=high > -math.inf), True, best)

    def kept(self, reading: Reading, case: Case, best: Outcome | None) -> tuple[float | None, tuple[str, ...]]:
        """Worth of today's plan in a reading."""
        if not reading:
            return (None if best is None else best.npv), ()
        assert self.today is not None
        return self.worth(self.today, case)

    def worth(self, of: Tried, case: Case) -> tuple[float | None, tuple[str, ...]]:
        """Worth of the best plan of one reading, kept in the case of another; None with reasons where it cannot be kept."""
        assert of.best is not None
        assert of.best.plan is not None
        if of.best.case.digest == case.digest:
            return of.best.npv, ()
        found = self.solves.carry(of.best.plan, case, "the plan kept under another version")
        return found.npv, found.reasons

    # which versions, and in what order

    def moving(self) -> list[Option]:
        """Versions alone that move anything, those first that may move the verdict most by the books of the two plans found."""
        weights = {}
        for contest in self.contests:
            still = True
            for option in contest.others:
                case = self.case_of((option,))
                if case is None:
                    continue
                bound = self.bound(case)
                if bound is not None and bound.same:
                    self.attempt((option,))
                    continue
                still = False
                weights[option] = 0.0 if bound is not None else -self.estimate(case)
            if still and not any(option in self.impossible for option in contest.others):
                self.idle.append(contest)
        return sorted(weights, key=lambda option: (weights[option], option.cell, option.value))

    def estimate(self, case: Case) -> float:
        """By how much the worths of the two plans found move apart, or together; much where one of them cannot be kept as it is."""
        moves = []
        for outcome in self.sides:
            if outcome.plan is None or outcome.npv is None:
                continue
            try:
                if broken(case, outcome.plan):
                    return math.inf
                moves.append(keep_books(case, outcome.plan).npv - outcome.npv)
            except (LedgerError, KeyError, ValueError):
                return math.inf
        return max(moves) - min(moves) if len(moves) > 1 else abs(moves[0]) if moves else math.inf

    # combinations

    def combine(self, options: Sequence[Option]) -> None:
        """Every combination where there are solves enough; else pairs of the worst, and then the worst one step at a time."""
        groups: dict[Cell, list[Option]] = {}
        for option in options:
            groups.setdefault(option.cell, []).append(option)
        if len(groups) < 2:
            self.method = "exact" if not self.waiting else "greedy"
            return
        pairs = [
            (a, b) for one, other in itertools.combinations(sorted(groups), 2) for a in groups[one] for b in groups[other]
        ]
        self.all_pairs = len(pairs)
        each = 1 if self.verdict.kind == "npv" else 2
        count = math.prod(len(group) + 1 for group in groups.values()) - 1 - len(options)
        if not self.waiting and count * each <= self.most - self.asked:
            self.method = "exact"
            for reading in sorted(combinations(groups), key=len):
                self.attempt(reading)
            return
        self.method = "greedy"
        pairs.sort(key=lambda pair: sum(self.weight(option) for option in pair), reverse=True)
        for pair in pairs[: max((self.most - self.asked) // (2 * each), 1)]:
            self.attempt(pair)
        self.climb(groups)

    def weight(self, option: Option) -> float:
        """How bad a version alone is for today's plan, for the order of pairs."""
        bad, regret = self.tried[(option,)].badness
        return 1e300 if bad else regret

    def climb(self, groups: Mapping[Cell, Sequence[Option]]) -> None:
        """From the worst reading known, add the version that makes it worse, as long as one does; the worst alone first."""
        while True:
            best = max(self.tried.values(), key=lambda one: (one.badness, -len(one.reading)))
            taken = {option.cell for option in best.reading}
            rest = [option for cell, group in groups.items() if cell not in taken for option in group]
            rest.sort(key=self.weight, reverse=True)
            steps = (self.attempt(ordered((*best.reading, option))) for option in rest)
            if not any(one is not None and one.badness > best.badness for one in steps):
                return

    # what came out

    def result(self) -> Flips:
        """What is known."""
        worst_first = sorted((one for one in self.tried.values() if one.reading), key=lambda one: one.badness, reverse=True)
        idle = {contest.cell for contest in self.idle}
        return Flips(
            self.case, self.verdict, self.contests, self.today,
            tuple(one for one in worst_first if len(one.reading) == 1 and one.reading[0].cell not in idle),
            tuple(one for one in worst_first if len(one.reading) == 2),
            tuple(one for one in worst_first if len(one.reading) > 2),
            self.asks(), tuple(self.idle), tuple(self.impossible.items()), tuple(self.waiting), self.all_pairs, self.method,
            gap=self.solves.gap,
        )  # fmt: skip

    def asks(self) -> tuple[Ask, ...]:
        """What to find out, the most worth knowing first; cells that move nothing are left out."""
        idle = {contest.cell for contest in self.idle}
        if self.today is None or self.today.best is None:
            return ()
        found = [self.ask(contest) for contest in self.contests if contest.cell not in idle]
        return tuple(sorted((one for one in found if len(one.tried) > 1), key=lambda one: one.rank))

    def ask(self, contest: Contest) -> Ask:
        """What finding out about one cell is worth; a step that was cut short by hand leaves it open."""
        assert self.today is not None
        pairs = [(contest.options[0], self.today)]
        pairs += [(option, self.tried[(option,)]) for option in contest.others if (option,) in self.tried]
        complete = all((option,) in self.tried or option in self.impossible for option in contest.others)
        left_out = sum(option.weight for option in contest.options) - sum(option.weight for option, one in pairs if one.possible)
        tried = tuple(one for _, one in pairs)
        none = Ask(contest, tried, None, None, left_out, 0, complete)
        fit = [(option.weight, one) for option, one in pairs if one.possible and option.weight > 0]
        if not complete or not fit:
            return none
        try:
            worths = [[self.value(plan, one) for _, one in fit] for plan in tried if plan.best is not None]
        except KeyboardInterrupt:
            return replace(none, complete=False)
        total = sum(weight for weight, _ in fit)
        lows = [max([one.low, *(row[i] for row in worths)]) for i, (_, one) in enumerate(fit)]
        fixed = max(sum(weight * value for (weight, _), value in zip(fit, row, strict=True)) for row in worths)
        if fixed == -math.inf:
            return replace(none, considered=len(worths))
        low = sum(weight * value for (weight, _), value in zip(fit, lows, strict=True)) - fixed
        high = sum(weight * max(one.high, value) for (weight, one), value in zip(fit, lows, strict=True)) - fixed
        return replace(none, low=max(low / total, 0.0), high=max(high / total, 0.0), considered=len(worths))

    def value(self, plan: Tried, under: Tried) -> float:
        """Worth of the best plan of one reading under another; -inf where it cannot be kept."""
        if plan is under:
            return under.low if plan.best is None else float(plan.best.npv or 0.0)
        worth = under.kept if plan is self.today else self.worth(plan, self.cases[under.reading])[0]
        return -math.inf if worth is None else worth


def combinations(groups: Mapping[Cell, Sequence[Option]]) -> list[Reading]:
    """Every choice of at most one version for each cell, of two cells or more."""
    every = itertools.product(*([None, *groups[cell]] for cell in sorted(groups)))
    return [reading for choice in every if len(reading := tuple(option for option in choice if option is not None)) > 1]


def ordered(reading: Reading) -> Reading:
    """Versions in the order of their cells, so that one reading has one name."""
    return tuple(sorted(reading, key=lambda option: option.cell))


def _gross(outcome: Outcome) -> float:
    assert outcome.ledger is not None
    return max(1.0, abs(outcome.ledger.gross))
