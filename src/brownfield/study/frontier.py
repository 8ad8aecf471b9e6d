"""What one aim costs another: the frontier of worth, people kept and lowest liquidity, each point of it a whole plan.

People and liquidity are counted in whole steps, rounded down, so that the frontier is a finite set: a plan is on it when no
other has as many steps of both and is worth as much. For each pair of steps the plan worth most is found (epsilon-constraint).
A plan that has more steps than were asked for answers for all pairs up to its own, which are then not solved. Ties need no
extra weight in the worth: a pair whose plan is worth no more than that of a higher pair is dropped, so that no weakly dominated
point stays.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from brownfield.case.case import Case
from brownfield.case.scope import owned_plants
from brownfield.case.tables import Company, People
from brownfield.errors import CaseError, Problem, Where, nearest, one_of, shown
from brownfield.model.assemble import Model
from brownfield.model.data import KILO
from brownfield.plan.plan import Plan
from brownfield.solve.outcome import Outcome
from brownfield.study.solves import Solves, Task

HAIR = 1e-6
"""What a plan may miss a whole step by, as far as a solver can tell, as a part of the amount."""

LEVELS = 60
"""Most steps of one aim that are looked at."""

TIE = 1e-7
"""Two plans are worth the same when they differ by less than this part of their size."""

Pair = tuple[int, int]


@dataclass(frozen=True)
class Aims:
    """What is measured beside worth, and in what steps: people at the end of the plan, and the lowest liquidity (None: not followed).

    plants: whose people count. heads: step of people. money: step of liquidity, in million base currency.
    """

    plants: tuple[str, ...]
    heads: float
    money: float | None


@dataclass(frozen=True)
class Point:
    """A plan on the frontier: its worth, its people at the end, its lowest liquidity, and the bound for all plans with as many steps."""

    pair: Pair
    outcome: Outcome
    npv: float
    headcount: float
    liquidity: float | None
    bound: float | None

    @property
    def plan(self) -> Plan:
        """The plan itself."""
        assert self.outcome.plan is not None
        return self.outcome.plan

    @property
    def proved(self) -> bool:
        """Whether no plan with as many steps is worth more, beyond the gap asked for."""
        return self.outcome.status == "proved"


@dataclass(frozen=True)
class Frontier:
    """All points, the one worth most first. cut: pairs of steps that were not answered because time ran out. ends: why it ends there."""

    case: Case
    aims: Aims
    points: tuple[Point, ...]
    open_pairs: int
    cut: tuple[Pair, ...]
    exact: bool
    counted: dict[str, float] = field(default_factory=dict)


def frontier(
    case: Case,
    *,
    solves: Solves | None = None,
    heads: float | None = None,
    money: float | None = None,
    plants: tuple[str, ...] = (),
    levels: int = 6,
) -> Frontier:
    """The frontier of worth, people at the end of the plan and lowest liquidity, in steps of so many heads and so much money.

    Without steps given, the way from the plan worth most to everybody kept is cut into about `levels` steps, and so is the way from
    its lowest liquidity to what there is at the start. CaseError for a plant that is not there, or a step that is none.
    """
    solver = solves or Solves()
    first = solver.solve(Task(case, name="the plan worth most"))
    names = _plants(case, plants)
    _steps_above_zero(heads, money)
    if first.plan is None:
        aims = Aims(names, heads or 1.0, money)
        return Frontier(case, aims, (), 1, ((0, 0),), exact=False, counted=_counted(solver))
    aims = _aims(case, first, names, heads, money, levels)
    return _Search(case, aims, solver, first).run()


def _plants(case: Case, plants: tuple[str, ...]) -> tuple[str, ...]:
    own = sorted(set(owned_plants(case)["plant"]) & {row.plant for row in case.rows(People)})
    for name in plants:
        if name not in own:
            fix = nearest(name, own) + "name plants of the owner with people"
            raise CaseError([Problem("BF093", Where("--plant"), shown(name), one_of(own, 20), fix)])
    return tuple(plants) or tuple(own)


def _steps_above_zero(*steps: float | None) -> None:
    for step in steps:
        if step is not None and not (math.isfinite(step) and step > 0):
            raise CaseError([Problem("BF093", Where("--step"), f"{step:g}", "a step above 0", "give a number of people, or millions")])


def _aims(case: Case, first: Outcome, plants: tuple[str, ...], heads: float | None, money: float | None, levels: int) -> Aims:
    """The steps: as given, or round numbers that cut the way into about so many."""
    kept, liquid = headcount_of(first, plants), liquidity_of(first)
    start = sum(float(row.headcount) for row in case.rows(People) if row.plant in plants)
    step = heads or round_step(max(start - kept, 0.05 * start, 1.0) / levels)
    if liquid is None:
        return Aims(plants, step, None)
    opening = _opening(case)
    return Aims(plants, step, money or round_step(max(opening - liquid, 0.1 * abs(opening), 1e-3) / levels))


def round_step(step: float) -> float:
    """The nearest round number: 1, 2 or 5 times a power of ten."""
    size = 10.0 ** math.floor(math.log10(step))
    return float(min((1, 2, 5, 10), key=lambda times: abs(math.log(step / (times * size)))) * size)


def _owner(case: Case) -> Company | None:
    return next((row for row in case.rows(Company) if row.company == case.owner), None)


def _opening(case: Case) -> float:
    owner = _owner(case)
    if owner is None or owner.opening_cash is None:
        return 0.0
    return (owner.opening_cash + owner.revolver_limit - owner.revolver_now) * float(case.rate(owner.currency)[0])


def headcount_of(outcome: Outcome, plants: tuple[str, ...]) -> float:
    """People at the end of the plan, read from its books."""
    if outcome.ledger is None:
        return 0.0
    last = outcome.case.calendar.names[-1]
    rows = outcome.ledger.headcount.filter(period=last)
    return float(sum(row["headcount"] for row in rows.iter_rows(named=True) if row["plant"] in plants))


def liquidity_of(outcome: Outcome) -> float | None:
    """The lowest of cash and undrawn credit over the plan, read from its books; None when cash is not followed."""
    owner = _owner(outcome.case)
    if outcome.ledger is None or outcome.ledger.cash.is_empty() or owner is None:
        return None
    limit = owner.revolver_limit * float(outcome.case.rate(owner.currency)[0])
    frame = outcome.ledger.cash
    return float((frame["cash"] + limit - frame["revolver"]).min())  # type: ignore[arg-type]


def at_least(aims: Aims, pair: Pair) -> Callable[[Model], None]:
    """The rule that a plan has so many steps of people and of liquidity, for `solve(..., restrict=...)`."""

    def rule(model: Model) -> None:
        data, x, program = model.data, model.decisions, model.program
        inside = [i for i, name in enumerate(data.plant_names) if name in aims.plants]
        row = program.rows("people_kept", {}, pair[0] * aims.heads / KILO, np.inf)
        program.terms(row, x.headcount[inside, -1], 1.0)
        if aims.money is not None and data.owner is not None:
            limit = data.owner.revolver_limit * float(data.case.rate(data.owner.currency)[0])
            rows = program.rows("liquid", {"period": (list(data.periods), np.arange(data.horizon))}, pair[1] * aims.money - limit, np.inf)
            program.terms(rows, x.cash, 1.0)
            program.terms(rows, x.revolver, -1.0)

    return rule


class _Search:
    """Pairs of steps, answered one layer after the other; a plan answers for every pair up to its own."""

    def __init__(self, case: Case, aims: Aims, solves: Solves, first: Outcome) -> None:
        self.case, self.aims, self.solves, self.first = case, aims, solves, first
        self.base = self.steps_of(first)
        start = sum(float(row.headcount) for row in case.rows(People) if row.plant in aims.plants)
        top = math.floor(start * (1 + HAIR) / aims.heads)
        self.tops = (min(max(top, self.base[0]), self.base[0] + LEVELS), self.base[1] + (LEVELS if aims.money is not None else 0))
        self.known: dict[Pair, Outcome | None] = {}
        self.solved: dict[Pair, Outcome] = {}
        self.cut: list[Pair] = []

    def steps_of(self, outcome: Outcome) -> Pair:
        """Whole steps of people and liquidity that a plan has."""
        heads = headcount_of(outcome, self.aims.plants)
        liquid = liquidity_of(outcome)
        people = math.floor((heads + HAIR * max(1.0, abs(heads))) / self.aims.heads)
        if liquid is None or self.aims.money is None:
            return people, 0
        return people, math.floor((liquid + HAIR * max(1.0, abs(liquid))) / self.aims.money)

    def run(self) -> Frontier:
        """All pairs from that of the plan worth most upwards, until no plan has as much."""
        self.answer(self.base, self.first)
        while batch := self.next_pairs():
            tasks = [Task(self.case, f"steps {pair} of {self.aims}", at_least(self.aims, pair), name=self.asked(pair)) for pair in batch]
            for pair, outcome in zip(batch, self.solves.run(tasks), strict=True):
                self.answer(pair, outcome)
        points = self.points()
        exact = not self.cut and all((point.outcome.gap_money or 0.0) <= TIE * max(1.0, abs(point.npv)) for point in points)
        return Frontier(self.case, self.aims, points, len(self.known), tuple(self.cut), exact, _counted(self.solves))

    def next_pairs(self) -> list[Pair]:
        """Pairs whose lower neighbours are answered with a plan: they can be asked for at the same time."""
        found = []
        for people in range(self.base[0], self.tops[0] + 1):
            for liquid in range(self.base[1], self.tops[1] + 1):
                pair = (people, liquid)
                below = [one for one in ((people - 1, liquid), (people, liquid - 1)) if one[0] >= self.base[0] and one[1] >= self.base[1]]
                if pair in self.known or not all(one in self.known for one in below):
                    continue
                if any(self.known[one] is None for one in below):
                    self.known[pair] = None
                else:
                    found.append(pair)
        return found

    def answer(self, pair: Pair, outcome: Outcome) -> None:
        """What is known of a pair, and of every pair up to the plan's own steps."""
        self.solved[pair] = outcome
        if outcome.plan is None:
            self.known[pair] = None
            if outcome.status != "infeasible":
                self.cut.append(pair)
            return
        people, liquid = self.steps_of(outcome)
        for i in range(pair[0], max(people, pair[0]) + 1):
            for j in range(pair[1], max(liquid, pair[1]) + 1):
                if (i, j) not in self.known:
                    self.known[i, j] = outcome

    def asked(self, pair: Pair) -> str:
        """What is asked for, for progress."""
        people = f"{pair[0] * self.aims.heads:,.0f} people"
        return people if self.aims.money is None else f"{people}, liquidity {pair[1] * self.aims.money:,.6g}"

    def points(self) -> tuple[Point, ...]:
        """Plans that no other plan beats in worth and in both counts of steps."""
        found: dict[Pair, Outcome] = {}
        for pair, outcome in self.solved.items():
            if outcome.plan is not None and outcome.npv is not None:
                steps = self.steps_of(outcome)
                steps = max(steps[0], pair[0]), max(steps[1], pair[1])
                if steps not in found or outcome.npv > float(found[steps].npv or 0.0):
                    found[steps] = outcome
        kept = [pair for pair in found if not any(_beats(found, other, pair) for other in found if other != pair)]
        points = [self.point(pair, found[pair]) for pair in kept]
        return tuple(sorted(points, key=lambda point: (-point.npv, point.pair)))

    def point(self, pair: Pair, outcome: Outcome) -> Point:
        """A point of the frontier."""
        assert outcome.npv is not None
        return Point(pair, outcome, outcome.npv, headcount_of(outcome, self.aims.plants), liquidity_of(outcome), outcome.bound)


def _beats(found: dict[Pair, Outcome], one: Pair, other: Pair) -> bool:
    """Whether a plan has as many steps of both as another one and is worth as much."""
    mine, theirs = float(found[one].npv or 0.0), float(found[other].npv or 0.0)
    return one[0] >= other[0] and one[1] >= other[1] and mine >= theirs - TIE * max(1.0, abs(theirs))


def _counted(solves: Solves) -> dict[str, float]:
    return {"solves": float(solves.made), "seconds": solves.seconds}
