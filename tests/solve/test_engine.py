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
from brownfield.solve.ascent import Ascent
from brownfield.solve.blocks import blocks_of_columns, plant_of_columns
from brownfield.solve.engine import Engine
from brownfield.solve.highs import run
from brownfield.solve.limits import IN_VAIN
from brownfield.solve.outcome import Point
from brownfield.solve.pieces import Answer, Piece, relax, search, whole_piece
from brownfield.solve.progress import Watch
from brownfield.solve.rounds import by_bounds, searched
from brownfield.solve.run import SMALL
from brownfield.solve.start import SITES, as_it_stands, settle, with_fixed
from tests.model.groups import group, table

WIDE = [(5, 8, 4, 1), (6, 9, 4, 2), (8, 12, 4, 2)]
FITS = 1e-5
"""By how much a rule may be missed, relative to the size of its bound."""


def watched(model, gap=0.005, time_limit=None, on_progress=None):
    return Watch(model.gross, gap, time_limit, on_progress)


def kept_rules(piece, plan):
    """Bounds of rows and columns are kept, and whole columns are whole."""
    for value, low, high in ((piece.matrix @ plan, piece.row_lower, piece.row_upper), (plan, piece.lower, piece.upper)):
        assert (value >= low - FITS * (1 + np.where(np.isfinite(low), np.abs(low), 0))).all()
        assert (value <= high + FITS * (1 + np.where(np.isfinite(high), np.abs(high), 0))).all()
    assert np.abs(plan - np.round(plan))[piece.whole].max() <= FITS


def worth(model, plan):
    return float(model.program.objective @ plan) + model.program.constant


def optimum(model):
    """What HiGHS alone makes of a model."""
    result = run(model.program, watched(model, 0.0))
    assert result.status == "optimal"
    return worth(model, result.solution)


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


def shared_product(launch_cost, fixed=5.0):
    """Two plants far from one another, each good enough for one product that neither builds yet; each has work of its own."""
    a_case = group(seed=3, plants=2, products=4, markets=1, periods=("6 quarters",))
    routes = table(
        "routes",
        product=["K0", "K1", "K2", "K2", "K3"],
        line=["L0", "L1", "L0", "L1", "L0"],
        state=["tooled", "tooled", "possible", "possible", "tooled"],
        launch_cost=[0.0, 0.0, launch_cost, 1.02 * launch_cost, 0.0],
        launch_lead_months=[0.0, 0.0, 3.0, 3.0, 0.0],
        ramp_months=[0.0, 0.0, 3.0, 3.0, 0.0],
        variable_cost=[900.0, 900.0, 900.0, 900.0, 900.0],
    )
    return a_case.with_table("routes", routes)


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


def test_the_shared_product_is_cut_in_two(monkeypatch):
    monkeypatch.setattr(sys.modules["brownfield.solve.blocks"], "PLANTS", 1)
    model = assemble(shared_product(150.0))
    engine = Engine(model, watched(model, 0.0))
    assert engine.cut()
    assert sum(bool(block.piece.whole.any()) for block in engine.blocks) == 2 and engine.linked.any()
    by_bounds(engine)
    assert sum(block.bound for block in engine.blocks) >= optimum(model) - 1e-6 * engine.gross
    kept_rules(engine.piece, engine.plan)


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


def test_where_all_at_once_is_no_plan_blocks_decide_it(monkeypatch):
    """Sites by blocks close too few plants, and nobody agrees on others: plans of blocks are made, and mended."""
    monkeypatch.setattr(sys.modules["brownfield.solve.rounds"], "LARGE", 0)
    monkeypatch.setattr(sys.modules["brownfield.solve.engine"], "agreed", lambda piece, kind, owner, chosen, *_: chosen)
    policies = table("policies", policy=["fewer"], measure=["closures"], sense=[">="], value=[4.0])
    model = assemble(synthetic_case(8, 12, 4, 2).with_table("policies", policies))
    engine = Engine(model, watched(model))
    assert engine.cut()
    engine.sites_of_blocks()
    assert engine.sites_only is not None
    assert engine.better(engine.whole).solution is None
    assert engine.in_steps and engine.sites_only is None
    kept_rules(whole_piece(model), searched(model, watched(model)))


def test_blocks_searched_alone_bound_the_whole_and_their_sites_lead_to_a_plan():
    model = assemble(synthetic_case(*WIDE[2]))
    engine = Engine(model, watched(model, 0.0))
    assert engine.cut() and len(engine.blocks) > 1
    engine.sites_of_blocks()
    engine.blocks_alone()
    best = optimum(model)
    assert sum(block.bound for block in engine.blocks) >= best - 1e-6 * engine.gross
    for block in engine.blocks:
        if block.piece.whole.any():
            kept_rules(block.piece, block.solution)
        assert block.worth == pytest.approx(float(block.piece.worth @ block.solution) + block.piece.constant)
        assert block.worth <= block.bound + 1e-6 * engine.gross
    sites, places = engine.sites_only, engine.piece.whole & (engine.kind == SITES)
    assert np.abs(sites - np.round(sites))[places].max() <= FITS
    answer = engine.better(engine.whole)
    assert engine.sites_only is None and not engine.in_steps
    kept_rules(engine.piece, answer.solution)
    assert (np.round(answer.solution) == np.round(sites))[places].all()
    assert answer.worth <= best + 1e-6 * engine.gross


@pytest.mark.parametrize(("limit", "at_once", "alone"), [
    (None, 10**9, 1), (300.0, 10**9, 1), (299.0, 10**9, 0), (None, 0, 1), (1200.0, 0, 1), (1199.0, 0, 0),
])  # fmt: skip
def test_blocks_are_searched_alone_where_there_is_time(limit, at_once, alone, monkeypatch):
    monkeypatch.setattr(sys.modules["brownfield.solve.rounds"], "LARGE", 0)
    monkeypatch.setattr(sys.modules["brownfield.solve.rounds"], "AT_ONCE", at_once)
    seen, search_all = [], Engine.blocks_alone
    monkeypatch.setattr(Engine, "blocks_alone", lambda engine, *args: (seen.append(engine), search_all(engine, *args)))
    model = assemble(synthetic_case(*WIDE[2]))
    watch = watched(model, time_limit=limit)
    kept_rules(whole_piece(model), searched(model, watch))
    assert len(seen) == alone and watch.good_enough()


@pytest.mark.parametrize("launch_cost", [1.0, 150.0, 280.0, 420.0])
def test_blocks_that_keep_their_sites_launch_a_product_in_one_of_them(launch_cost, monkeypatch):
    monkeypatch.setattr(sys.modules["brownfield.solve.blocks"], "PLANTS", 1)
    model = assemble(shared_product(launch_cost))
    engine = Engine(model, watched(model, 0.0))
    assert engine.cut()
    engine.sites_of_blocks()
    sites, places = engine.sites_only, engine.piece.whole & (engine.kind == SITES)
    engine.whole.solution, engine.whole.worth = None, -np.inf
    assert engine.plans_of_blocks(sites=sites)
    kept_rules(engine.piece, engine.plan)
    assert (np.round(engine.plan) == np.round(sites))[places].all()
    launch = model.decisions.launch
    assert engine.plan[launch[launch >= 0]].sum() == pytest.approx(1.0)


def as_things_stand(size):
    """An engine with blocks searched by themselves, and a plan with nothing changed, far worse than what they found."""
    model = assemble(synthetic_case(*size))
    engine = Engine(model, watched(model, 0.0))
    assert engine.cut() and engine.plan is not None and not engine.behind, "of bounds nothing is known yet"
    for block in engine.blocks:
        block.search_alone(engine.watch, 1e-4 * engine.gross)
    return engine


def test_two_places_decided_side_by_side_come_together_where_they_fit():
    engine = as_things_stand((8, 14, 6, 3))
    assert engine.behind
    engine.apart = [engine.piece.whole & (engine.owner >= 0) & (engine.cluster[engine.owner] == number) for number in (0, 1)]
    alone = [engine.mended(engine.whole, engine.piece.whole & ~free, engine.plan, 40).worth for free in engine.apart]
    before = engine.whole.worth
    engine.two_places()
    assert min(alone) > before
    assert engine.whole.worth - before > 0.9 * (sum(alone) - 2 * before), "they share next to nothing"
    kept_rules(engine.piece, engine.plan)


def test_plans_are_looked_for_until_they_are_no_longer_behind():
    engine = as_things_stand(WIDE[2])
    before, best = engine.whole.worth, optimum(engine.model)
    assert engine.behind
    while engine.behind:
        engine.two_places()
    assert 0.5 * (best - before) < engine.whole.worth - before <= best - before + 1e-6 * engine.gross
    kept_rules(engine.piece, engine.plan)


def test_what_blocks_share_is_decided_again_block_by_block_where_it_is_much(monkeypatch):
    model = assemble(synthetic_case(*WIDE[2]))
    engine = Engine(model, watched(model))
    assert engine.cut()
    engine.plans_of_blocks()
    (once,) = engine._apart(engine.plan, engine.plan)
    monkeypatch.setattr(sys.modules["brownfield.solve.engine"], "MUCH", 0)
    parts = engine._apart(engine.plan, engine.plan)
    assert len(parts) == len(engine.blocks) > 1
    assert np.array_equal(np.any(parts, axis=0), once) and np.sum(parts, axis=0).max() == 1


def test_without_a_plan_one_is_looked_for_before_blocks_are_made_better():
    model = assemble(synthetic_case(*WIDE[2]))
    engine = Engine(model, watched(model, 0.0))
    assert engine.cut()
    engine.sites_of_blocks()
    for block in engine.blocks:
        block.search_alone(engine.watch, 1e-4 * engine.gross)
    engine.whole.solution, engine.whole.worth = None, -np.inf
    assert engine.sites_only is not None and not all(block.spent for block in engine.blocks)
    pairs = [(block, Ascent(block.piece, block.kind, engine.watch, 0.0)) for block in engine.blocks]
    engine.bound_blocks(pairs)
    for _, ascent in pairs:
        ascent.end()
    assert engine.sites_only is None
    kept_rules(engine.piece, engine.plan)


def test_what_blocks_decide_late_is_still_a_beginning():
    """Asked for a plan before blocks have decided anything, the search for one is put off, not over."""
    policies = table("policies", policy=["fewer"], measure=["closures"], sense=[">="], value=[4.0])
    model = assemble(synthetic_case(8, 12, 4, 2).with_table("policies", policies))
    engine = Engine(model, watched(model))
    assert engine.cut() and engine.plan is None
    assert engine.better(engine.whole).solution is None and not engine.seeking
    engine.plans_of_blocks()
    assert engine.seeking
    while engine.seeking:
        engine.take(engine.sought())
    kept_rules(whole_piece(model), engine.plan)


@pytest.mark.usefixtures("way")
def test_rounds_that_are_limited_end_with_the_same_plan(monkeypatch):
    monkeypatch.setattr(sys.modules["brownfield.solve.run"], "ROUNDS", 1)
    one, other = (solve(synthetic_case(8, 14, 6, 3), gap=1e-9, repeatable=True) for _ in range(2))
    assert one.stopped_by == other.stopped_by == "work" and one.status == "feasible"
    assert one.npv == other.npv < one.bound == other.bound
    assert all(table.equals(other.plan.tables[name]) for name, table in one.plan.tables.items())


def test_plans_of_blocks_that_miss_a_policy_are_mended():
    """How many plants close, blocks cannot know of one another: their plans miss it, and plants are decided again, in turn."""
    policies = table("policies", policy=["fewer"], measure=["closures"], sense=[">="], value=[4.0])
    model = assemble(synthetic_case(8, 12, 4, 2).with_table("policies", policies))
    engine = Engine(model, watched(model))
    assert engine.cut()
    engine.plans_of_blocks()
    assert engine.plan is None
    while engine.seeking:
        engine.take(engine.sought())
    kept_rules(whole_piece(model), engine.plan)


def test_a_search_for_a_plan_within_limits_gives_up_when_plants_bring_nothing(monkeypatch):
    tried = []

    def in_vain(*args, start=None, **options):
        tried.append(start)
        return with_fixed(*args, **options) if start is None else Answer(None, -np.inf, np.inf)

    policies = table("policies", policy=["fewer"], measure=["closures"], sense=[">="], value=[4.0])
    model = assemble(synthetic_case(8, 12, 4, 2).with_table("policies", policies))
    engine = Engine(model, watched(model))
    assert engine.cut()
    engine.plans_of_blocks()
    monkeypatch.setattr(sys.modules["brownfield.solve.limits"], "with_fixed", in_vain)
    while engine.seeking:
        engine.take(engine.sought())
    assert engine.plan is None
    assert sum(start is not None for start in tried) == IN_VAIN + 1, "the last decides everything again"


def test_where_no_plan_can_be_made_the_whole_with_its_cash_is_searched(monkeypatch):
    model = assemble(synthetic_case(*WIDE[1]))
    monkeypatch.setattr(sys.modules["brownfield.solve.rounds"], "CLIMB", 1)
    monkeypatch.setattr(Engine, "plans_of_blocks", lambda engine, beside: None)
    monkeypatch.setattr(sys.modules["brownfield.solve.engine"], "as_it_stands", lambda *args: Answer(None, -np.inf, np.inf))
    monkeypatch.setattr(Engine, "put_together", lambda engine, together: (False, None))
    watch = watched(model, 1e-5)
    plan = searched(model, watch)
    kept_rules(whole_piece(model), plan)
    assert worth(model, plan) == pytest.approx(optimum(model), abs=2e-5 * watch.gross_value)
    assert watch.good_enough()


def test_a_long_search_begins_beside_the_first_plan_of_a_single_block(monkeypatch):
    climb = sys.modules["brownfield.solve.climb"].Climb
    decided, went_on = [], []
    monkeypatch.setattr(Engine, "put_together", lambda engine, *args, plain=Engine.put_together: decided.append(1) or plain(engine, *args))
    monkeypatch.setattr(climb, "go_on", lambda search, *args, plain=climb.go_on: went_on.append(len(decided)) or plain(search, *args))
    model = assemble(synthetic_case(*WIDE[0]))
    searched(model, watched(model))
    assert went_on[0] == 0, "no plan of blocks was put together yet"
