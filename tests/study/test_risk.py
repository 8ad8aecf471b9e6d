"""A plan in many futures: every future is solved to its optimum, and its books say the same."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

import brownfield as bf
from brownfield.case.case import Case
from brownfield.case.synthetic import synthetic_case
from brownfield.errors import CaseError
from brownfield.model.assemble import assemble
from brownfield.plan.ledger import keep_books
from brownfield.plan.plan import Plan
from brownfield.plan.rules import broken
from brownfield.solve.highs import fresh
from brownfield.study.estimates import chance, mean, quantiles, tail_mean
from brownfield.study.recourse import recourse
from brownfield.study.risk import Risk, plan_in, risk
from brownfield.study.uses import uses
from study.uncertain import CRISIS, ECONOMY, HATCH, VOLT, uncertain

TINY = Path(__file__).parents[2] / "examples" / "tiny"


@pytest.fixture(scope="module")
def tiny() -> Case:
    return uncertain(bf.read_case(TINY), uncertainties=[ECONOMY, VOLT, HATCH])


@pytest.fixture(scope="module")
def tiny_plan(tiny: Case) -> Plan:
    outcome = bf.solve(tiny, gap=0.0)
    assert outcome.plan is not None
    return outcome.plan


@pytest.fixture(scope="module")
def group() -> tuple[Case, Plan]:
    """A made-up group with cash, suppliers, a guest and shared platforms."""
    case = synthetic_case(5, 10, 6, seed=3)
    own = sorted(set(case.active("demand")["product"]))
    rows = [ECONOMY, *({"uncertainty": name, "product": name, "distribution": "lognormal", "spread": 0.3} for name in own[:5])]
    case = uncertain(case, uncertainties=rows, shocks=[CRISIS | {"market": str(case.active("markets")["market"][0])}])
    outcome = bf.solve(case, gap=0.02)
    assert outcome.plan is not None
    return case, outcome.plan


@pytest.fixture(scope="module")
def group_risk(group: tuple[Case, Plan]) -> Risk:
    return risk(*group, n=200, seed=1)


def test_demand_as_planned_gives_the_plan_itself(tiny: Case, tiny_plan: Plan) -> None:
    bare = tiny.with_table("uncertainties", tiny.table("uncertainties").clear())
    case = uncertain(bare, futures=[{"future": "as planned", "probability": 1}])
    found = risk(case, tiny_plan)
    assert found.expected.value == pytest.approx(keep_books(tiny, tiny_plan).npv, abs=1e-6)
    assert found.expected.half == 0
    assert found.guests[0].short.max() == 0


def test_the_books_of_every_future_agree(tiny: Case, tiny_plan: Plan) -> None:
    found = risk(tiny, tiny_plan, 40, 3)
    for number in range(0, 40, 5):
        books = keep_books(*plan_in(found, number))
        assert books.npv == pytest.approx(found.npv[number], abs=1e-6)


def test_the_books_and_the_cash_of_a_group_agree(group_risk: Risk) -> None:
    for number in (0, 50, 199):
        case, plan = plan_in(group_risk, number)
        books = keep_books(case, plan)
        assert books.npv == pytest.approx(group_risk.npv[number], abs=1e-6)
        assert books.cash["cash"].to_numpy() == pytest.approx(group_risk.cash[number], abs=1e-6)
        rules = {one.rule for one in broken(case, plan)}
        allowed = {"liquidity_floor", "cash_above_floor"} if group_risk.breached[number].any() else set()
        assert {rule for rule in rules if "floor" not in rule} - allowed == set()


def test_compiled_kernel_and_solver_find_the_same_worth(group: tuple[Case, Plan], group_risk: Risk) -> None:
    other = risk(*group, drawn=group_risk.futures.only(np.arange(60)), compiled=False)
    assert other.npv == pytest.approx(group_risk.npv[:60], abs=1e-6)


def test_every_future_is_the_best_use_of_the_plan(group: tuple[Case, Plan], group_risk: Risk) -> None:
    """A fresh linear program of the whole model in that future, all the plan's decisions fixed, without cash, has the same worth."""
    case, plan = group
    program = recourse(case, plan)
    nothing = np.zeros((1, len(program.guests)))
    worth = {}
    for number in (0, 7, 120):
        one = group_risk.futures.only([number])
        taken = np.array([[amount] for amount in nothing[0]]).reshape(1, -1)
        worth[number] = sum(float((amounts @ program.worth[columns])[0]) for columns, amounts in uses(program, one, taken))
        assert worth[number] == pytest.approx(_fresh(one.case(case, 0), plan, program.whole), rel=1e-7, abs=1e-6)


def _fresh(case: Case, plan: Plan, whole: np.ndarray) -> float:
    """Best worth of own cars in one future, by the model assembled anew for it; guests' cars left out."""
    del plan
    model = assemble(case)
    program, x = model.program, model.decisions
    lower, upper = program.column_bounds()
    flags = program.integer_columns()
    lower, upper = np.where(flags, whole, lower), np.where(flags, whole, upper)
    cars = np.concatenate([columns.ravel() for columns in (x.makes, x.ships, x.lost, x.diverted, x.extra)])
    kept = np.zeros(program.column_count, dtype=bool)
    kept[cars[cars >= 0]] = True
    guest = x.makes[~model.data.own[model.data.route_product]]
    upper[guest[guest >= 0]] = 0.0
    worth = np.where(kept, program.objective, 0.0)
    low, high = program.row_bounds()
    start, index, value = program.matrix()
    free = np.ones(program.row_count, dtype=bool)
    wanted = ("shipped", "stages", "capacity", "served", "diverted", "ramp_up", "builds", "extra_owed", "extra_bought", "extra_whole")
    for family in wanted:
        for block in program.family(family):
            free[block.first : block.first + block.count] = False
    low, high = np.where(free, -np.inf, low), np.where(free, np.inf, high)
    solver = fresh()
    solver.passModel(
        program.column_count, program.row_count, len(value), 2, -1, 0.0, worth, lower, upper, low, high, start, index, value,
        np.zeros(program.column_count, dtype=np.int32),
    )  # fmt: skip
    solver.run()
    return float(solver.getInfo().objective_function_value)


def test_a_guest_that_takes_less_pays_its_take_or_pay(tiny: Case, tiny_plan: Plan) -> None:
    rows = [{"future": "half", "probability": 0.5}, {"future": "nothing", "probability": 0.5}]
    said = [{"future": "half", "product": "Volt", "factor": 0.5}, {"future": "nothing", "product": "Volt", "factor": 0}]
    bare = tiny.with_table("uncertainties", tiny.table("uncertainties").clear())
    found = risk(uncertain(bare, futures=rows, future_demand=said), tiny_plan)
    offer = next(iter(tiny.active("offers").iter_rows(named=True)))
    agreed = tiny_plan.guests["agreed"].sum()
    assert found.guests[0].taken.tolist() == [0.5 * offer["expected_take"] * agreed, 0.0]
    assert found.guests[0].paid.tolist() == [offer["take_or_pay"] * agreed] * 2
    assert found.guests[0].short.tolist() == [found.guests[0].expected / 2, found.guests[0].expected]
    assert 0 < found.guests[0].saved[0] < found.guests[0].saved[1]


def test_more_demand_than_planned_is_not_clipped(tiny: Case, tiny_plan: Plan) -> None:
    bare = tiny.with_table("uncertainties", tiny.table("uncertainties").clear())
    grown = uncertain(bare, uncertainties=[{"uncertainty": "more", "middle": 1.5}])
    found = risk(grown, tiny_plan, 1)
    planned = risk(uncertain(bare, futures=[{"future": "as planned", "probability": 1}]), tiny_plan)
    assert (found.sold[0] >= planned.sold[0] - 1e-6).all()
    assert found.sold[0].sum() > planned.sold[0].sum() + 1


def test_a_plan_for_another_case_is_refused(tiny: Case) -> None:
    other = Plan("", {"sites": pl.DataFrame({"plant": ["Nowhere"], "period": ["2026"], "state": ["open"]})})
    with pytest.raises(CaseError) as error:
        recourse(tiny, other)
    assert error.value.problems[0].code == "BF548"


def test_the_credit_line_is_drawn_as_late_and_as_little_as_the_floor_allows(group_risk: Risk) -> None:
    cash, drawn = group_risk.cash, group_risk.revolver
    assert group_risk.floor is not None
    assert ((drawn == 0) | (cash <= group_risk.floor + 1e-6)).all()
    owner = group_risk.program.data.owner
    assert owner is not None
    assert (drawn <= owner.revolver_limit + 1e-9).all()
    below = cash < group_risk.floor - 1e-6
    assert (drawn[below] == pytest.approx(owner.revolver_limit)) or not below.any()


def test_estimates() -> None:
    values, weights = np.arange(1000.0), np.full(1000, 1e-3)
    assert mean(values, weights, exact=False).value == pytest.approx(499.5)
    assert mean(values, weights, exact=False).half == pytest.approx(1.96 * values.std(ddof=1) / 1000**0.5, rel=1e-3)
    assert tail_mean(values, weights, 0.05, exact=False).value == pytest.approx(values[:50].mean())
    assert tail_mean(values, weights, 0.05, exact=True).half == 0
    assert not np.isfinite(tail_mean(values[:20], np.full(20, 0.05), 0.05, exact=False).half)
    assert quantiles(values, weights, [0.05, 0.5, 1.0]) == [49.0, 499.0, 999.0]
    never = chance(values < 0, weights, exact=False)
    assert (never.value, never.low) == (0.0, 0.0)
    assert 0 < never.high < 0.005


def test_intervals_hold_the_truth_as_often_as_they_say(tiny: Case, tiny_plan: Plan) -> None:
    """With plain samples of 200 of 4,000 futures the interval of the mean holds the mean of all in about 19 of 20."""
    every = risk(tiny, tiny_plan, 4096, 5)
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(300):
        some = rng.integers(0, 4096, 200)
        found = mean(every.npv[some], np.full(200, 1 / 200), exact=False)
        held += found.low <= every.npv.mean() <= found.high
    assert 0.90 <= held / 300 <= 0.985


def test_a_case_without_guests_and_promises() -> None:
    """Half the demand, half the sales: the textbook case, which has neither, in two futures of its own."""
    motor = uncertain(
        bf.read_case(TINY.parent / "giant_motor"),
        futures=[{"future": "as planned", "probability": 0.5}, {"future": "half", "probability": 0.5}],
        future_demand=[{"future": "half", "product": name, "factor": 0.5} for name in ("Hydra", "Libra", "Lyra")],
    )
    outcome = bf.solve(motor, gap=0.0)
    assert outcome.plan is not None
    found = risk(motor, outcome.plan)
    assert found.npv[0] >= outcome.npv - 1e-6  # its policy on cars binds the plan, not the futures
    assert found.sold[1].sum() < found.sold[0].sum()
    assert found.guests == ()
