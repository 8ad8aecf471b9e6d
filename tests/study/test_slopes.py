"""Slopes of very many inputs from few books: the same as from books kept again for each input alone."""

import pytest

from brownfield.case.changes import Edit, changed
from brownfield.errors import CaseError, LedgerError
from brownfield.files import read_case
from brownfield.plan.ledger import keep_books
from brownfield.study.reading import read_verdict
from brownfield.study.scan import Estimate, candidates, estimates
from brownfield.study.slopes import away_from
from brownfield.study.slopes_many import slopes_of_all
from brownfield.study.solves import Solves, Task
from tests.oracle.random_case import random_case
from tests.plan.works import table


def each_alone(case, given, plans):
    """The slopes in every input, with books kept for each plan and each input, whatever postings say."""
    told = {}
    for one in given:
        away = away_from(one, one.now)
        try:
            moved = one.at(case, away)
            told[one.address] = tuple((keep_books(moved, plan).npv - keep_books(case, plan).npv) / (away - one.now) for plan in plans)
        except (CaseError, LedgerError):
            continue
    return told


def agree(case, plans):
    """How many inputs have a slope, when both ways agree on all of them."""
    given = list(candidates(case))
    many, single = slopes_of_all(case, given, plans), each_alone(case, given, plans)
    assert set(many) >= set(single)
    worth = max(abs(keep_books(case, plan).npv) for plan in plans)
    for one in given:
        if one.address in single:
            room = 1e-9 * max(1.0, worth) / abs(away_from(one, one.now) - one.now)
            assert many[one.address] == pytest.approx(single[one.address], rel=1e-6, abs=room), one.address
    return sum(any(slopes) for slopes in many.values())


@pytest.mark.parametrize(("name", "gap"), [("tiny", 0.0), ("giant_motor", 0.2)])
def test_examples(root, name, gap):
    case = read_case(root / "examples" / name)
    plant = case.active("plants")["plant"][0]
    verdict, solves = read_verdict(case, f"plant {plant} open"), Solves(gap=gap)
    sides = solves.run([Task.forced(case, verdict, truth) for truth in (True, False)])
    assert agree(case, [outcome.plan for outcome in sides if outcome.has_plan]) > 10


@pytest.mark.parametrize("seed", [1, 2, 3, 5, 8, 13])
def test_small_cases(seed):
    case = random_case(seed)
    outcome = Solves(gap=0.0).solve(Task(case))
    assert outcome.plan is None or agree(case, [outcome.plan]) > 0


@pytest.mark.parametrize("measure", ["capacity", "liquidity"])
def test_what_prices_of_policies_are_reckoned_from_far_away(root, measure):
    """The price of missing a capacity rests on the rate of every line, which no posting says."""
    case = changed(read_case(root / "examples" / "tiny"), [Edit("companies", "Brava", "opening_cash", "set", 100.0)])
    policy = {"policy": "much", "measure": measure, "kind": "priced", "sense": ">=", "value": 1e6, "price": 1e-6}
    case = case.with_table("policies", table("policies", [policy]))
    plan = Solves(gap=0.0).solve(Task(case)).plan
    assert agree(case, [plan]) > 10


def test_progress_is_told(root):
    case = read_case(root / "examples" / "tiny")
    plan, heard = Solves(gap=0.0).solve(Task(case)).plan, []
    given = list(candidates(case))
    slopes_of_all(case, given, [plan], heard.append)
    assert heard == sorted(heard)
    assert 0 < heard[-1] < len(given)


def test_an_estimate_is_where_two_plans_are_worth_the_same(root):
    case = read_case(root / "examples" / "tiny")
    verdict, solves = read_verdict(case, "plant Coro shared"), Solves(gap=0.0)
    sides = solves.run([Task.forced(case, verdict, truth) for truth in (True, False)])
    given = list(candidates(case))
    found = {one.given.address: one for one in estimates(case, given, sides, solves)}
    fee = found["offers.Volt at Coro.fee_per_car"]
    assert isinstance(fee, Estimate)
    moved = fee.given.at(case, fee.value)
    one, other = (keep_books(moved, outcome.plan).npv for outcome in sides)
    assert one == pytest.approx(other, abs=1e-6)
