"""Two-stage plans: against the enumeration of every decision of today, against the ordinary solve, and one way against the other."""

import itertools

import numpy as np
import pytest

from brownfield.errors import CaseError
from brownfield.files import read_case
from brownfield.model.assemble import assemble
from brownfield.solve import solve
from brownfield.solve.highs import polish
from brownfield.solve.pieces import search
from brownfield.solve.progress import Watch
from brownfield.solve.recourse import Recourse
from brownfield.solve.two_stage import EXPECTED, Measure, whole_search
from brownfield.study.futures import without_futures
from brownfield.study.limits import FLOOR, Limit, with_limits, within
from brownfield.study.optimise import decisions_of, optimised
from brownfield.study.risk import risk
from brownfield.study.stages import as_planned, staged
from brownfield.study.two_stage import chosen
from study.staged_cases import listed, uncertain

CHANCES = {"low": 0.3, "as planned": 0.5, "high": 0.2}
WORST_HALF = Measure(1.0, 0.5)
MIXED = Measure(0.5, 0.6)


def watch() -> Watch:
    return Watch(np.zeros(0), 0.0, None)


@pytest.fixture(scope="module")
def tiny(root):
    return read_case(root / "examples" / "tiny")


@pytest.fixture(scope="module")
def motor(root):
    return read_case(root / "examples" / "giant_motor")


@pytest.fixture(scope="module")
def some(tiny):
    products = [row["product"] for row in tiny.active("products").iter_rows(named=True) if row["company"] in (None, tiny.owner)]
    return listed(tiny, {"low": dict.fromkeys(products, 0.5), "high": dict.fromkeys(products, 1.4)}, CHANCES)


@pytest.mark.parametrize("name", ["tiny", "giant_motor"])
def test_with_one_future_that_is_the_case_it_is_the_ordinary_plan(root, name):
    case = read_case(root / "examples" / name)
    answer = whole_search(as_planned(case).program, watch())
    assert answer.worth == pytest.approx(solve(case, gap=0.0).npv, rel=1e-9)


def motors(motor):
    cars = [row["product"] for row in motor.active("products").iter_rows(named=True)]
    return listed(motor, {"low": dict.fromkeys(cars, 0.6), "high": {cars[0]: 1.5}}, CHANCES)


def enumerated(case, some):
    """Every choice of which plants are open: its worth in each future, from the ordinary model of the case in that future."""
    models = [assemble(some.case(case, s)) for s in range(len(some))]
    found = []
    for open_now in itertools.product((0.0, 1.0), repeat=len(models[0].data.plants)):
        worths = []
        for model in models:
            columns, x = np.zeros(model.program.column_count), model.decisions
            for i, on in enumerate(open_now):
                columns[x.open[i, 0]] = on
                columns[x.runs[np.flatnonzero(model.data.line_plant == i), 0, 0]] = on
                for other, wanted in ((x.closed[i, 0], 1.0 - on), (x.opened[i, 0], on)):
                    if other >= 0:
                        columns[other] = wanted
            best = polish(model.program, columns)
            worths.append(None if best is None else float(model.program.objective @ best) + model.program.constant)
        if None not in worths:
            found.append(np.array(worths))
    return found


@pytest.mark.parametrize("measure", [EXPECTED, WORST_HALF, MIXED], ids=["expected", "cvar", "mixed"])
def test_no_enumerated_decision_is_better(motor, measure):
    some = motors(motor)
    every = enumerated(motor, some)
    assert len(every) > 3
    best = max(measure.of(worths, some.weights) for worths in every)
    program = staged(motor, some)
    for method in ("one program", "cuts"):
        found = chosen(program, measure, watch(), start=None, gap=1e-7, gross=1000.0, method=method)
        assert found.worth == pytest.approx(best, abs=1e-3), method
        assert found.bound == pytest.approx(best, abs=1e-3), method
        assert measure.of(found.worths, some.weights) == pytest.approx(best, abs=1e-3), method


@pytest.mark.parametrize("measure", [EXPECTED, WORST_HALF, MIXED], ids=["expected", "cvar", "mixed"])
def test_both_ways_find_the_same(tiny, some, measure):
    program = staged(tiny, some)
    start = decisions_of(program, solve(tiny, gap=0.0).plan)
    one = chosen(program, measure, watch(), start=None, gap=0.0, gross=100.0, method="one program")
    two = chosen(program, measure, watch(), start=start, gap=0.0, gross=100.0, method="cuts")
    assert two.worth == pytest.approx(one.worth, abs=1e-3)
    assert two.bound >= one.worth - 1e-6
    assert two.gap <= 1e-6


def test_cuts_lie_above_what_futures_make_of_any_decision(tiny, some):
    program = staged(tiny, some)
    recourse, random = Recourse(program.program), np.random.default_rng(5)
    plans = [decisions_of(program, solve(tiny, gap=0.0).plan)]
    today = program.program.today
    for _ in range(4):
        wish = search(type(today)(random.normal(size=len(today.worth)), 0.0, *[getattr(today, n) for n in (
            "lower", "upper", "matrix", "row_lower", "row_upper", "whole")]), watch(), work=5)  # fmt: skip
        if wish.solution is not None:
            plans.append(wish.solution)
    for number in range(len(some)):
        replies = [recourse.reply(number, plan) for plan in plans]
        for reply, here in zip(replies, plans, strict=True):
            if reply.worth is None or reply.parts is None:
                continue
            cut = reply.whole or reply.parts.whole
            assert cut.at(here) == pytest.approx(reply.worth, abs=1e-6)
            for other, there in zip(replies, plans, strict=True):
                if other.worth is not None:
                    assert cut.at(there) >= other.worth - 1e-6


def test_the_other_reckoning_of_futures_agrees(tiny):
    case = uncertain(tiny, 0.3)
    found = optimised(case, 6, gap=0.0, fresh=0, foresight=True)
    other = risk(case, found.plan, drawn=found.futures, compiled=False)
    assert other.npv == pytest.approx(found.chosen.worths, abs=1e-5)
    assert found.value >= -1e-6
    low, high = found.value_of_knowing
    assert 0.0 <= low <= high + 1e-6


def test_guests_take_less_in_some_futures(tiny):
    guests = [row["product"] for row in tiny.active("offers").iter_rows(named=True) if row["kind"] == "host"]
    some = listed(tiny, {"low": dict.fromkeys(guests, 0.2)}, {"low": 0.6, "as planned": 0.4})
    found = optimised(tiny, drawn=some, gap=0.0, fresh=0)
    other = risk(tiny, found.plan, drawn=some, compiled=False)
    assert other.npv == pytest.approx(found.chosen.worths, abs=1e-5)


def test_the_plan_is_for_the_case_as_planned(tiny):
    found = optimised(uncertain(tiny), 4, gap=0.0, fresh=0)
    assert found.plan.case_digest == without_futures(tiny).digest
    assert found.ledger.npv <= found.single.npv + 1e-6


def floored(tiny):
    """A case with cash that lasts when demand is as planned, and not when it is low."""
    owner = tiny.table("companies")
    import polars as pl

    here = pl.col("role") == "owner"
    plan = solve(tiny, gap=0.0)
    flow = plan.ledger.postings.group_by("period", maintain_order=True).agg(pl.col("amount").sum())
    assert flow.height
    return tiny.with_table("companies", owner.with_columns(
        pl.when(here).then(300.0).otherwise(pl.col("opening_cash")).alias("opening_cash"),
        pl.when(here).then(260.0).otherwise(pl.col("liquidity_floor")).alias("liquidity_floor"),
    ))  # fmt: skip


def test_a_limit_may_break_in_its_share_of_the_futures(tiny, some):
    case = floored(tiny)
    program = staged(case, some)
    hard = chosen(program, EXPECTED, watch(), start=None, gap=0.0, gross=100.0, method="one program")
    free = with_limits(program, [Limit(FLOOR, 0.99)])
    may = chosen(free, EXPECTED, watch(), start=None, gap=0.0, gross=100.0, method="one program")
    none = with_limits(program, [Limit(FLOOR, 0.0)])
    never = chosen(none, EXPECTED, watch(), start=None, gap=0.0, gross=100.0, method="one program")
    without = staged(tiny, some)
    loose = chosen(without, EXPECTED, watch(), start=None, gap=0.0, gross=100.0, method="one program")
    assert (hard is None) == (never is None)
    if hard is not None:
        assert never.worth == pytest.approx(hard.worth, abs=1e-4)
        assert may.worth >= hard.worth - 1e-6
    assert may.worth <= loose.worth + 1e-6


def test_what_a_limit_can_miss_is_reckoned_for_all_columns(tiny):
    low, high = within(assemble(floored(tiny)))
    x = assemble(floored(tiny)).decisions
    cash = np.zeros(len(low), dtype=bool)
    cash[x.cash] = True
    missed = np.array([not np.isfinite(v) for v in high]) & ~cash
    assert not missed.any()


def test_a_limit_that_is_none(tiny, some):
    with pytest.raises(CaseError) as caught:
        with_limits(staged(tiny, some), [Limit("full order books", 0.1), Limit("liquidity floor", 1.5)])
    assert {problem.code for problem in caught.value.problems} == {"BF560", "BF561"}
