"""What one aim costs another: the frontier of worth, people kept and lowest liquidity, each point of it a whole plan.

People and liquidity are counted in whole steps, rounded down, so that the frontier is a finite set: a plan is on it when no
other has as many steps of both and is worth as much. For each pair of steps the plan worth most is found (epsilon-constraint).
A plan that has more steps than were asked for answers for all pairs up to its own, which are then not solved. Ties need no
extra weight in the worth: a pair whose plan is worth no more than that of a higher pair is dropped, so that no weakly dominated
point stays.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from brownfield.case.case import Case
from brownfield.case.scope import owned_plants
from brownfield.case.tables import Company, People
from brownfield.errors import CaseError, Problem, Where, nearest, one_of, shown
from brownfield.plan.ledger import keep_books
from brownfield.plan.plan import Plan
from brownfield.solve.outcome import Outcome
from brownfield.study.deal_cases import frame_of
from brownfield.study.solves import Solves, Task

PEOPLE, LIQUID = "people kept, for the frontier", "liquidity, for the frontier"
"""Policies by which a plan of a kind is asked for."""

HAIR = 1e-6
"""What a plan may miss a whole step by, as far as a solver can tell, as a part of the amount."""

LEVELS = 60
"""Most steps of one aim that are looked at."""

TIE = 1e-7
"""Two plans are worth the same when they differ by less than this part of their size."""

Pair = tuple[int, int | None]
"""Steps of people and of liquidity that are asked for; None: any liquidity will do."""

Steps = tuple[int, int]
"""Whole steps of people and of liquidity that a plan has."""


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

    steps: Steps
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
    """All points, the one worth most first. cut: pairs of steps for which time or levels ran out. exact: all is proved to the end."""

    case: Case
    aims: Aims
    points: tuple[Point, ...]
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
    names = _plants(case, plants)
    _steps_above_zero(heads, money)
    first = solver.solve(Task(case, name="the plan worth most"))
    if first.plan is None:
        aims = Aims(names, heads or 1.0, money)
        return Frontier(case, aims, (), () if first.status == "infeasible" else ((0, None),), exact=False, counted=_counted(solver))
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


def at_least(case: Case, aims: Aims, pair: Pair) -> Case:
    """The case with a policy that so many steps of people are kept, and one that there is so much liquidity.

    Policies, and not rows alone: a plan has room for people without work only where somebody asks for them. The floor of cash is raised
    to what so much liquidity needs at least, all credit undrawn: no plan is lost by that, and the search knows what to do about a floor.
    """
    scope, last = ";".join(f"plant:{name}" for name in aims.plants), case.calendar.names[-1]
    rows: list[dict[str, Any]] = []
    if pair[0] > 0 and aims.plants:
        asked = {"measure": "headcount", "scope": scope, "period": last}
        rows.append({"policy": PEOPLE, **asked, "sense": ">=", "value": pair[0] * aims.heads})
    if pair[1] is not None and aims.money is not None:
        rows.append({"policy": LIQUID, "measure": "liquidity", "sense": ">=", "value": pair[1] * aims.money})
        case = _with_floor(case, pair[1] * aims.money)
    return case.with_table("policies", pl.concat([case.table("policies"), frame_of("policies", rows)]))


def _with_floor(case: Case, liquid: float) -> Case:
    """The case with the floor of cash that so much liquidity needs: cash = liquidity − limit + what is drawn."""
    owner = _owner(case)
    assert owner is not None
    need = liquid / float(case.rate(owner.currency)[0]) - owner.revolver_limit
    mine = (pl.col("company") == owner.company) & (pl.col("liquidity_floor").fill_null(-math.inf) < need)
    floor = pl.when(mine).then(need).otherwise(pl.col("liquidity_floor")).alias("liquidity_floor")
    return case.with_table("companies", case.table("companies").with_columns(floor))


class _Search:
    """Pairs of steps in order: more people from row to row, more liquidity within a row, until no plan has as much."""

    def __init__(self, case: Case, aims: Aims, solves: Solves, first: Outcome) -> None:
        self.case, self.aims, self.solves = case, aims, solves
        self.answers: list[tuple[Pair, Steps, Outcome]] = []
        self.none: list[Pair] = []
        self.cut: list[Pair] = []
        start = sum(float(row.headcount) for row in case.rows(People) if row.plant in aims.plants)
        self.top = math.floor(start * (1 + HAIR) / aims.heads)
        base = self.steps_of(first)
        self.most = base[1] + LEVELS
        self.answers.append(((0, None), base, first))

    def steps_of(self, outcome: Outcome) -> Steps:
        """Whole steps of people and liquidity that a plan has; more people than at the start are not kept, they are hired."""
        heads = headcount_of(outcome, self.aims.plants)
        liquid = liquidity_of(outcome)
        people = min(math.floor((heads + HAIR * max(1.0, abs(heads))) / self.aims.heads), self.top)
        if liquid is None or self.aims.money is None:
            return people, 0
        return people, math.floor((liquid + HAIR * max(1.0, abs(liquid))) / self.aims.money)

    def run(self) -> Frontier:
        """All pairs, until no plan has as much."""
        for people in range(self.top + 1):
            if not self.row(people):
                break
        points = self.points()
        exact = not self.cut and all((point.outcome.gap_money or 0.0) <= TIE * max(1.0, abs(point.npv)) for point in points)
        return Frontier(self.case, self.aims, points, tuple(self.cut), exact, _counted(self.solves))

    def row(self, people: int) -> bool:
        """Plans with so many steps of people, with ever more liquidity; False when there is none at all."""
        liquid: int | None = None
        while (steps := self.steps_at((people, liquid))) is not None:
            if self.aims.money is None:
                return True
            liquid = max(steps[1], steps[1] if liquid is None else liquid) + 1
            if liquid > self.most:
                self.cut.append((people, liquid))
                return True
        return liquid is not None

    def steps_at(self, pair: Pair) -> Steps | None:
        """The steps that the plan worth most among those with as many as a pair has; None when there is none."""
        if any(_up_to(less, pair) for less in self.none):
            return None
        for asked, steps, _ in self.answers:
            if _up_to(asked, pair) and _up_to(pair, steps):
                return steps
        outcome = self.solves.solve(Task(at_least(self.case, self.aims, pair), name=self.asked(pair)))
        if outcome.plan is None:
            self.none.append(pair)
            if outcome.status != "infeasible":
                self.cut.append(pair)
            return None
        steps = self.steps_of(outcome)
        steps = max(steps[0], pair[0]), steps[1] if pair[1] is None else max(steps[1], pair[1])
        plan = Plan(self.case.digest, outcome.plan.tables)
        self.answers.append((pair, steps, replace(outcome, case=self.case, plan=plan, ledger=keep_books(self.case, plan))))
        return steps

    def asked(self, pair: Pair) -> str:
        """What is asked for, for progress."""
        people = f"{pair[0] * self.aims.heads:,.0f} people"
        return people if self.aims.money is None or pair[1] is None else f"{people}, liquidity {pair[1] * self.aims.money:,.6g}"

    def points(self) -> tuple[Point, ...]:
        """Plans that no other plan beats in worth and in both counts of steps."""
        found: dict[Steps, Outcome] = {}
        for _, steps, outcome in self.answers:
            if steps not in found or float(outcome.npv or 0.0) > float(found[steps].npv or 0.0):
                found[steps] = outcome
        kept = [steps for steps in found if not any(_beats(found, other, steps) for other in found if other != steps)]
        points = [self.point(steps, found[steps]) for steps in kept]
        return tuple(sorted(points, key=lambda point: (-point.npv, point.steps)))

    def point(self, steps: Steps, outcome: Outcome) -> Point:
        """A point of the frontier."""
        assert outcome.npv is not None
        return Point(steps, outcome, outcome.npv, headcount_of(outcome, self.aims.plants), liquidity_of(outcome), outcome.bound)


def _up_to(less: Pair, more: Pair) -> bool:
    """Whether a pair asks for no more than another one does, or has."""
    return less[0] <= more[0] and (less[1] is None or (more[1] is not None and less[1] <= more[1]))


def _beats(found: dict[Steps, Outcome], one: Steps, other: Steps) -> bool:
    """Whether a plan has as many steps of both as another one and is worth as much."""
    mine, theirs = float(found[one].npv or 0.0), float(found[other].npv or 0.0)
    return one[0] >= other[0] and one[1] >= other[1] and mine >= theirs - TIE * max(1.0, abs(theirs))


def _counted(solves: Solves) -> dict[str, float]:
    return {"solves": float(solves.made), "seconds": solves.seconds}
