"""The frontier against the enumeration of every plan: on small random cases both find the same points, and no other."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import pytest

from brownfield.case.changes import Edit, changed
from brownfield.case.tables import Company
from brownfield.errors import CaseError
from brownfield.files import read_case
from brownfield.plan.plan import read_plan, write_plan
from brownfield.plan.rules import broken
from brownfield.study.frontier import Aims, Frontier, at_least, frontier, round_step
from brownfield.study.solves import Solves
from tests.oracle.enumerate import Combo, choices
from tests.oracle.facts import Facts
from tests.oracle.program import INF, ONE, ImpossibleError, K
from tests.oracle.random_case import random_case
from tests.oracle.worth import Rest

TINY = Path(__file__).parents[2] / "examples" / "tiny"
SEEDS = (
    5, 16, 17, 18, 22, 26, 29, 33, 35, 36, 38, 50, 52, 53, 68, 70, 87, 91, 95, 98, 106, 108, 124, 139, 141,
    147, 151, 153, 154, 158, 159, 160, 161, 163, 164, 170, 174, 175, 191, 194, 197, 199, 211, 213, 218, 222, 226, 236, 239, 243,
)  # fmt: skip
"""Cases of few plans, with people; half of them follow cash."""


class Brute:
    """Every discrete plan of a case, and the worth of the best one with so many people and so much liquidity."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        found = [(worth, combo) for combo in choices(facts) if (worth := self.worth(combo, -INF, -INF)) is not None]
        self.plans = sorted(found, key=lambda one: -one[0])
        self.known: dict[tuple[float, float], float | None] = {}

    def worth(self, combo: Combo, people: float, liquid: float) -> float | None:
        facts = self.facts
        try:
            rest = Rest(facts, combo)
            heads = {("headcount", i, facts.T - 1): 1.0 for i in facts.people}
            if people > -INF:
                rest.at_most({ONE: people / K}, heads)
            if liquid > -INF:
                limit = facts.owner.revolver_limit * facts.rate(facts.owner.currency, 0)
                for t in range(facts.T):
                    rest.at_most({ONE: liquid}, {("cash", t): 1.0, ("revolver", t): -1.0, ONE: limit})
            done = rest.solve()
        except ImpossibleError:
            return None
        return None if done is None else done.npv

    def best(self, people: float, liquid: float) -> float | None:
        """The worth of the best plan with as many people and as much liquidity."""
        key = people, liquid
        if key not in self.known:
            best: float | None = None
            for most, combo in self.plans:
                if best is not None and most <= best:
                    break
                worth = self.worth(combo, people, liquid)
                if worth is not None and (best is None or worth > best):
                    best = worth
            self.known[key] = best
        return self.known[key]

    def points(self, found: Frontier) -> dict[tuple[int, int], float]:
        """Every pair of steps whose best plan is worth more than that of any pair with more of either."""
        aims = found.aims
        if not self.plans:
            return {}
        start = sum(float(row.headcount) for row in self.facts.people.values())
        top = math.floor(start * (1 + 1e-6) / aims.heads)
        steps = [0]
        if aims.money is not None:
            high = next(j for j in range(-400, 400) if j * aims.money > self.most_liquid() + aims.money)
            low = high
            while any(self.at(i, low, aims.money, aims.heads) != self.at(i, None, aims.money, aims.heads) for i in range(top + 1)):
                low -= 1
            steps = list(range(low, high + 1))
        worth = {(i, j): self.at(i, j if aims.money else None, aims.money, aims.heads) for i in range(top + 1) for j in steps}
        points = {}
        for (i, j), value in worth.items():
            more = [worth.get(pair) for pair in ((i + 1, j), (i, j + 1))]
            if value is not None and not any(other is not None and other >= value - 1e-7 * max(1.0, abs(value)) for other in more):
                points[i, j] = value
        return points

    def most_liquid(self) -> float:
        """More than any plan has: liquidity that no plan reaches, found by doubling."""
        amount = 1.0
        while self.best(-INF, amount) is not None:
            amount *= 2
        low = amount / 2 if amount > 1 else -1e6
        for _ in range(30):
            middle = (low + amount) / 2
            low, amount = (middle, amount) if self.best(-INF, middle) is not None else (low, middle)
        return amount

    def at(self, people: int, liquid: int | None, money: float | None, heads: float) -> float | None:
        """The worth at a pair of steps, rounded so that equal worths are equal."""
        worth = self.best(people * heads, -INF if liquid is None or money is None else liquid * money)
        return None if worth is None else round(worth, 6)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_point_is_found_and_no_other(seed: int) -> None:
    case = random_case(seed)
    facts = Facts(case)
    start = sum(float(row.headcount) for row in facts.people.values())
    brute = Brute(facts)
    money = None if facts.owner.opening_cash is None or not brute.plans else max(brute.most_liquid(), 30.0) / 2.9
    found = frontier(case, solves=Solves(gap=0.0, workers=1), heads=start / 2.9 or 1.0, money=money)
    assert not found.cut
    points = brute.points(found)
    if found.aims.money is None:
        assert all(point.liquidity is None for point in found.points)
    assert {point.steps: point.npv for point in found.points} == pytest.approx(points, rel=1e-6, abs=1e-5)
    for point in found.points:
        assert broken(case, point.plan) == []


@pytest.fixture(scope="module")
def tiny() -> Frontier:
    return frontier(read_case(TINY), solves=Solves(gap=0.0, workers=1), heads=20)


def test_people_cost_their_pay(tiny: Frontier) -> None:
    """Twenty more heads in 2028 are hired in 2028 at the latest: each step costs the same."""
    assert [point.headcount for point in tiny.points] == pytest.approx([720, 740, 760, 780, 800, 820])
    costs = [one.npv - other.npv for one, other in pairwise(tiny.points)]
    assert costs == pytest.approx([costs[0]] * 5)
    assert tiny.exact


def test_each_point_is_a_plan_that_can_be_opened(tiny: Frontier, tmp_path: Path) -> None:
    for number, point in enumerate(tiny.points):
        write_plan(point.plan, tmp_path / str(number))
        assert broken(tiny.case, read_plan(tmp_path / str(number))) == []


def test_the_people_of_one_plant() -> None:
    found = frontier(read_case(TINY), solves=Solves(gap=0.0, workers=1), heads=100, plants=("Alba",))
    assert [point.steps[0] for point in found.points] == [0, 3]


def test_a_gap_says_what_is_proved() -> None:
    found = frontier(read_case(TINY), solves=Solves(gap=0.2, workers=1), heads=50)
    assert all(point.bound is not None and point.bound >= point.npv - 1e-9 for point in found.points)


def test_liquidity_is_asked_for_as_a_floor_too_and_books_keep_their_own() -> None:
    """All credit undrawn, cash is liquidity less the limit: a floor there loses no plan. What is shown is the case's own floor."""
    money = {"opening_cash": 100.0, "liquidity_floor": 10.0, "revolver_limit": 30.0}
    case = changed(read_case(TINY), [Edit("companies", "Brava", column, "set", value) for column, value in money.items()])
    aims = Aims(("Alba",), 100.0, 25.0)
    owner = {row.company: row.liquidity_floor for row in at_least(case, aims, (0, 4)).rows(Company)}
    assert owner["Brava"] == pytest.approx(70.0)
    assert {row.company: row.liquidity_floor for row in at_least(case, aims, (0, 1)).rows(Company)}["Brava"] == 10.0
    found = frontier(case, solves=Solves(gap=0.0, workers=1), heads=400, money=25)
    assert len(found.points) > 1
    for point in found.points:
        assert point.outcome.ledger is not None
        assert set(point.outcome.ledger.cash["floor"]) == {10.0}


@pytest.mark.parametrize("options", [{"plants": ("Albaa",)}, {"heads": 0.0}, {"money": -1.0}, {"heads": float("nan")}])
def test_steps_and_plants_that_make_no_sense(options: dict[str, object]) -> None:
    solves = Solves(gap=0.0, workers=1)
    with pytest.raises(CaseError) as error:
        frontier(read_case(TINY), solves=solves, **options)  # type: ignore[arg-type]
    assert error.value.problems[0].code == "BF093"
    assert solves.made == 0


@pytest.mark.parametrize(("step", "rounded"), [(17, 20), (3.1, 2), (0.08, 0.1), (1, 1), (480, 500)])
def test_round_steps(step: float, rounded: float) -> None:
    assert round_step(step) == pytest.approx(rounded)
