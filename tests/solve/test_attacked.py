"""Cases that once went wrong, each with the answer worked out by hand or by enumeration."""

import datetime
import sys
from dataclasses import replace

import pytest

from brownfield.case.case import Case, Settings
from brownfield.solve import solve
from tests.model.groups import group, table
from tests.oracle.enumerate import best
from tests.plan.works import case as works
from tests.plan.works import table as rows_of


def hired_ahead(**policies):
    """Plant B opens in 2028 and may hire nobody; plant A may hire 100 a year, and its people may move to B."""
    tables = {
        "companies": table("companies", company=["Own"], role=["owner"]),
        "plants": table(
            "plants",
            plant=["A", "B"],
            country=["ES", "ES"],
            state=["running", "potential"],
            decision=["keep", "may_open"],
            earliest_open=[None, datetime.date(2028, 1, 1)],
            opening_cost=[0.0, 1.0],
        ),
        "lines": table("lines", line=["LA", "LB"], plant=["A", "B"], jph=[10.0, 10.0], crew=[0.0, 300.0]),
        "shift_models": table(
            "shift_models", shift_model=["idle", "one"], hours_per_week=[0.0, 40.0], weeks_per_year=[50.0, 50.0], crews=[0.0, 1.0]
        ),
        "products": table("products", product=["X", "Y"], material_cost=[1000.0, 1000.0]),
        "routes": table("routes", product=["X", "Y"], line=["LA", "LB"]),
        "markets": table("markets", market=["home"], country=["ES"]),
        "demand": table("demand", product=["X", "Y"], market=["home", "home"], cars=[100.0, 20000.0], net_price=[1001.0, 11000.0]),
        "people": table(
            "people",
            plant=["A", "B"],
            headcount=[0.0, 0.0],
            cost_per_head=[10000.0, 10000.0],
            hire_cap=[100.0, 0.0],
            transfer_to=[("B",), ()],
        ),
        **policies,
    }
    return Case(Settings(name="ahead", periods=("3 years",), start=datetime.date(2026, 1, 1), discount_rate=0.05), tables)


def test_people_may_be_hired_at_one_plant_to_move_to_another():
    case = hired_ahead()
    outcome = solve(case, gap=0)
    assert outcome.npv == pytest.approx(best(case).npv)
    assert outcome.npv > 170


def test_a_policy_on_people_who_must_come_from_elsewhere_can_be_kept():
    staff = table("policies", policy=["staff"], measure=["headcount"], sense=[">="], value=[300.0], scope=["plant:B"], period=["2028"])
    assert solve(hired_ahead(policies=staff), gap=0).status == "proved"


@pytest.mark.parametrize("price", ["0.5", "0.99", "1", "2"])
def test_a_priced_policy_may_always_be_missed(price):
    rows = [{"policy": "cushion", "measure": "liquidity", "sense": ">=", "value": "100000", "kind": "priced", "price": price}]
    case = works().with_table("policies", rows_of("policies", rows))
    outcome = solve(case, gap=0)
    paid = outcome.ledger.postings.filter(outcome.ledger.postings["item"] == "policy price")["amount"].sum()
    assert outcome.status == "proved"
    assert -5 * 100_000 * float(price) < paid < 0


def test_lanes_that_are_all_switched_off_are_no_lanes():
    case = works()
    off = case.table("lanes").with_columns(status=case.table("lanes")["status"].str.replace("include", "exclude"))
    with_off, without = case.with_table("lanes", off), case.with_table("lanes", case.table("lanes").clear())
    assert solve(with_off, gap=0).npv == pytest.approx(solve(without, gap=0).npv)


def test_a_plan_in_hand_is_not_dropped_when_a_later_run_says_infeasible(monkeypatch):
    room = sys.modules["brownfield.solve.run"]
    honest = room.run
    monkeypatch.setattr(room, "run", lambda *args, **more: replace(honest(*args, **more), status="infeasible", solution=None))
    outcome = solve(group(seed=2), gap=0)
    assert outcome.status == "feasible" and outcome.plan is not None
