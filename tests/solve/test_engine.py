"""The engine for large models: its plans keep every rule, its bounds hold, and it comes to an end whatever it meets."""

import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from brownfield.case.synthetic import synthetic_case
from brownfield.model.assemble import assemble
from brownfield.solve import solve
from brownfield.solve.blocks import blocks_of_columns, plant_of_columns
from brownfield.solve.outcome import Point
from brownfield.solve.pieces import Piece, relax, search, whole_piece
from brownfield.solve.progress import Watch
from brownfield.solve.rounds import searched
from brownfield.solve.run import SMALL
from brownfield.solve.start import as_it_stands, settle, with_fixed
from tests.model.groups import group, table
from tests.solve.searches import WIDE, kept_rules, optimum, shared_product, watched, worth

WAYS = {
    "launches of all at once": (0, 10**9, 10**9),
    "plans of blocks": (0, 0, 10**9),
    "one long search": (10**9, 0, 10**9),
    "in parts": (10**9, 0, 0),
}


@pytest.fixture(params=WAYS.values(), ids=WAYS)
def way(request, monkeypatch):
    """The ways of programs of different sizes, for small ones."""
    rounds = sys.modules["brownfield.solve.rounds"]
    for name, value in zip(("LARGE", "AT_ONCE", "LONG"), request.param, strict=True):
        monkeypatch.setattr(rounds, name, value)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("size", WIDE, ids=str)
def test_plans_keep_every_rule_and_bounds_hold(size):
    model = assemble(synthetic_case(*size))
    watch = watched(model)
    plan = searched(model, watch)
    kept_rules(whole_piece(model), plan)
    assert watch.incumbent == pytest.approx(worth(model, plan))
    assert worth(model, plan) <= watch.bound + 1e-6 * watch.gross_value
    assert watch.good_enough() and watch.stopped_by == "proof" and not watch.by_clock


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("size", [(5, 6, 3, 3), (8, 10, 2, 3)], ids=str)
def test_the_optimum_lies_between_plan_and_bound(size):
    model = assemble(synthetic_case(*size))
    watch, best = watched(model, 0.002), optimum(model)
    plan = searched(model, watch)
    assert worth(model, plan) - 1e-6 * watch.gross_value <= best <= watch.bound + 1e-6 * watch.gross_value


def test_no_point_of_progress_claims_too_much():
    points: list[Point] = []
    model = assemble(synthetic_case(8, 12, 4, 2))
    plan = searched(model, watched(model, on_progress=points.append))
    assert points and all(point.bound is None or point.bound >= worth(model, plan) - 1e-6 * model.gross @ plan for point in points)
    plans = [point.incumbent for point in points if point.incumbent is not None]
    bounds = [point.bound for point in points if point.bound is not None]
    assert plans == sorted(plans) and bounds == sorted(bounds, reverse=True)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("size", [WIDE[0], WIDE[2]], ids=str)
def test_the_same_search_finds_the_same_plan(size):
    model = assemble(synthetic_case(*size))
    one, other = (searched(model, watched(model)) for _ in range(2))
    assert (one == other).all()


def test_a_search_that_is_stopped_at_once_ends_at_once():
    model = assemble(synthetic_case(8, 12, 4, 2))
    watch = watched(model)
    watch.stop = True
    plan = searched(model, watch)
    assert watch.stopped_by == "user" and watch.bound is None
    if plan is not None:
        kept_rules(whole_piece(model), plan)


def test_a_search_that_is_stopped_on_the_way_keeps_its_plan():
    model = assemble(synthetic_case(8, 12, 4, 2))
    watch = watched(model, 0.0)
    found = threading.Event()

    def told(point):
        if point.incumbent is not None:
            found.set()
            watch.stop = True

    watch.on_progress = told
    plan = searched(model, watch)
    assert found.is_set() and watch.stopped_by == "user"
    kept_rules(whole_piece(model), plan)


def test_a_time_limit_ends_the_search():
    model = assemble(synthetic_case(8, 20, 8, 4))
    watch = watched(model, 0.0, 1.0)
    plan = searched(model, watch)
    assert watch.by_clock and watch.stopped_by == "time"
    if plan is not None:
        kept_rules(whole_piece(model), plan)


@pytest.mark.parametrize("launch_cost", [1.0, 150.0, 280.0, 420.0, 1e5])
def test_a_product_that_two_blocks_share_is_built_where_it_is_best(launch_cost, monkeypatch):
    """With prices both blocks or neither may launch it: put together, exactly the best is left."""
    monkeypatch.setattr(sys.modules["brownfield.solve.blocks"], "PLANTS", 1)
    monkeypatch.setattr(sys.modules["brownfield.solve.run"], "SMALL", 0)
    a_case = shared_product(launch_cost)
    model = assemble(a_case)
    outcome = solve(a_case, gap=1e-6)
    assert outcome.status == "proved"
    assert outcome.npv == pytest.approx(optimum(model), abs=2e-6 * outcome.ledger.gross)


def test_a_plan_that_is_proved_is_settled_all_the_same():
    """Under a watch that has its proof, settling finds what it finds under one that has none."""
    model = assemble(synthetic_case(8, 12, 4, 2))
    watch = watched(model, 0.03)
    plan = searched(model, watch)
    assert watch.good_enough()
    under, fresh = (worth(model, settle(model, one, plan, watch.gross_value)) for one in (watch, watched(model, 0.03)))
    assert under == pytest.approx(fresh, abs=1e-6 * watch.gross_value)


@pytest.mark.parametrize("to_spare", [True, False])
def test_a_settled_plan_can_be_paid_whatever_was_thought_of_its_cash(to_spare, monkeypatch):
    monkeypatch.setattr(sys.modules["brownfield.solve.start"], "_cash_to_spare", lambda *_: to_spare)
    model = assemble(synthetic_case(8, 12, 4, 2))
    watch = watched(model, 0.05)
    plan = searched(model, watch)
    watch.bound = None  # as if nothing were known: it is settled in any case
    settled = settle(model, watch, plan, watch.gross_value)
    kept_rules(whole_piece(model), settled)
    assert worth(model, settled) >= worth(model, plan) - 1e-6 * watch.gross_value


def test_a_plan_proved_to_be_as_good_as_any_is_left_alone():
    model = assemble(synthetic_case(5, 8, 4, 1))
    watch = watched(model, 0.05)
    plan = searched(model, watch)
    watch.bound = worth(model, plan)
    assert settle(model, watch, plan, watch.gross_value) is plan


@pytest.mark.usefixtures("way")
def test_rounds_that_are_limited_end_with_the_same_plan(monkeypatch):
    monkeypatch.setattr(sys.modules["brownfield.solve.run"], "ROUNDS", 1)
    one, other = (solve(synthetic_case(8, 14, 6, 3), gap=1e-9, repeatable=True) for _ in range(2))
    assert one.stopped_by == other.stopped_by == "work" and one.status == "feasible"
    assert one.npv == other.npv < one.bound == other.bound
    assert all(table.equals(other.plan.tables[name]) for name, table in one.plan.tables.items())


def test_a_plan_of_too_large_a_program_is_left_alone(monkeypatch):
    model = assemble(synthetic_case(5, 8, 4, 1))
    watch = watched(model, 0.05)
    plan = as_it_stands(whole_piece(model), model, watch).solution
    assert settle(model, watch, plan, watch.gross_value) is not plan
    monkeypatch.setattr(sys.modules["brownfield.solve.start"], "MANY", 0)
    assert settle(model, watch, plan, watch.gross_value) is plan


def impossible(a_case):
    """A hard promise that no plan can keep."""
    rows = table("policies", policy=["too much"], measure=["makes"], sense=[">="], value=[1e9], hard=[True])
    return a_case.with_table("policies", rows)


def test_what_cannot_be_is_said_to_be_infeasible():
    a_case = impossible(synthetic_case(9, 14, 6, 2))
    model = assemble(a_case)
    assert int(model.program.integer_columns().sum()) > SMALL
    assert searched(model, watched(model)) is None
    outcome = solve(a_case)
    assert outcome.status == "infeasible" and outcome.plan is None and outcome.conflicts


def test_what_cannot_be_is_said_by_the_engine_too(monkeypatch):
    monkeypatch.setattr(sys.modules["brownfield.solve.run"], "SMALL", 0)
    assert solve(impossible(group(seed=1, plants=3, products=5, markets=2, periods=("3 quarters",)))).status == "infeasible"


def test_a_search_that_had_its_share_of_the_time_does_not_hide_what_cannot_be(monkeypatch):
    """One search was cut by the clock; there is time left, and what HiGHS then says of the whole counts."""

    def cut_short(model, watch, first=None):
        watch.by_clock = True

    monkeypatch.setattr(sys.modules["brownfield.solve.run"], "searched", cut_short)
    monkeypatch.setattr(sys.modules["brownfield.solve.run"], "SMALL", 0)
    a_case = impossible(group(seed=1, plants=3, products=5, markets=2, periods=("3 quarters",)))
    assert solve(a_case, time_limit=60.0).status == "infeasible"


def small(worth, matrix, upper, row_lower, row_upper, whole):
    a = csr_array(np.array(matrix, dtype=float).reshape(len(row_lower), len(worth)))
    return Piece(
        np.array(worth, dtype=float), 7.0, np.zeros(len(worth)), np.array(upper, dtype=float), a,
        np.array(row_lower, dtype=float), np.array(row_upper, dtype=float), np.array(whole, dtype=bool),
    )  # fmt: skip


ENDLESS = {
    "whole": small([1, 1], [[1, -1]], [np.inf, np.inf], [-np.inf], [1], [True, False]),
    "not whole": small([1, 1], [[1, -1]], [np.inf, np.inf], [-np.inf], [1], [False, False]),
    "no rows": small([1, 1], [], [1.5, np.inf], [], [], [True, False]),
}


@pytest.mark.parametrize("piece", ENDLESS.values(), ids=ENDLESS)
def test_a_piece_without_end_has_no_relaxation_and_no_bound(piece):
    watch = Watch(np.zeros(2), 0.0, None)
    assert relax(piece, watch) is None
    assert search(piece, watch).bound == np.inf


def test_a_piece_that_cannot_be_has_no_solution():
    piece = small([1, 1], [[1, 1]], [1, 1], [3], [np.inf], [True, False])
    assert relax(piece, Watch(np.zeros(2), 0.0, None)) is None
    assert search(piece, Watch(np.zeros(2), 0.0, None)).solution is None


def test_the_constant_of_a_piece_counts_in_worth_and_bound():
    piece = small([1, 1], [[1, 1]], [1.5, 3.2], [0], [4], [True, False])
    told: list[float] = []
    answer = search(piece, Watch(np.zeros(2), 0.0, None), on_bound=told.append)
    assert answer.worth == pytest.approx(11.0) and answer.bound == pytest.approx(11.0)
    assert all(bound >= 11.0 - 1e-6 for bound in told)
    found = relax(replace(piece, whole=np.zeros(2, dtype=bool)), Watch(np.zeros(2), 0.0, None))
    assert found.worth == pytest.approx(11.0) and found.price == pytest.approx([1.0], abs=1e-4)


def test_a_plan_found_beside_a_relaxation_without_end_is_kept(monkeypatch):
    model = assemble(synthetic_case(*WIDE[2]))
    monkeypatch.setattr(sys.modules["brownfield.solve.engine"], "relax_whole", lambda *args: None)
    watch = watched(model)
    kept_rules(whole_piece(model), searched(model, watch))
    assert watch.incumbent is not None and watch.bound is None


def test_a_plan_found_beside_the_relaxation_is_told_before_that_ends(monkeypatch):
    model = assemble(synthetic_case(*WIDE[0]))
    told, waited = threading.Event(), []
    relaxed = sys.modules["brownfield.solve.engine"].relax_whole
    monkeypatch.setattr(
        sys.modules["brownfield.solve.engine"], "relax_whole", lambda *args: waited.append(told.wait(60.0)) or relaxed(*args)
    )
    searched(model, watched(model, on_progress=lambda point: point.incumbent is None or told.set()))
    assert waited == [True]


def test_without_a_relaxation_the_search_leaves_the_model_to_highs(monkeypatch):
    monkeypatch.setattr(sys.modules["brownfield.solve.run"], "SMALL", 0)
    monkeypatch.setattr(sys.modules["brownfield.solve.engine"], "relax_whole", lambda *args: None)
    a_case = synthetic_case(3, 4, 3, 1)
    outcome = solve(a_case, gap=0)
    assert outcome.status == "proved"
    assert outcome.npv == pytest.approx(optimum(assemble(a_case)), abs=1e-5 * outcome.ledger.gross)


def test_blocks_keep_the_columns_of_their_plants():
    model = assemble(synthetic_case(*WIDE[0]))
    owner = plant_of_columns(model)
    block = blocks_of_columns(whole_piece(model), owner, np.arange(5))
    assert all((block[owner == plant] == plant).all() for plant in range(5))
    assert block.max() == 5, "cash and demand are the centre's"


def test_rough_prices_of_large_programs_bound_them_all_the_same(monkeypatch):
    model = assemble(synthetic_case(*WIDE[0]))
    piece = whole_piece(model)
    exact = relax(piece, watched(model))
    monkeypatch.setattr(sys.modules["brownfield.solve.pieces"], "HUGE", 0)
    rough = relax(piece, watched(model))
    assert rough.worth != exact.worth
    assert rough.worth == pytest.approx(exact.worth, abs=0.05 * float(model.gross @ exact.solution))
    watch = watched(model)
    plan = searched(model, watch)
    kept_rules(piece, plan)
    assert worth(model, plan) - 1e-6 * watch.gross_value <= optimum(model) <= watch.bound + 1e-6 * watch.gross_value


def test_what_is_left_of_a_large_program_with_whole_decisions_kept_is_the_same(monkeypatch):
    model = assemble(synthetic_case(*WIDE[0]))
    piece, watch = whole_piece(model), watched(model)
    plan = as_it_stands(piece, model, watch).solution
    exact = with_fixed(piece, piece.whole, plan, watch)
    monkeypatch.setattr(sys.modules["brownfield.solve.pieces"], "HUGE", 0)
    near = with_fixed(piece, piece.whole, plan, watch)
    assert near.worth == pytest.approx(exact.worth, rel=1e-7) == near.bound
    assert not np.array_equal(near.solution, exact.solution), "found in another way"
    kept_rules(piece, near.solution)


def test_a_relaxation_ends_with_the_time_limit():
    model = assemble(synthetic_case(*WIDE[0]))
    assert relax(whole_piece(model), watched(model, time_limit=-1.0)) is None
