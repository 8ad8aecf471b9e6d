"""The rounds of large models: sites of blocks, plans of blocks, places beside one another, and what is done where no plan comes."""

import sys
import threading
import time

import numpy as np
import pytest

from brownfield.case.synthetic import synthetic_case
from brownfield.model.assemble import assemble
from brownfield.solve.ascent import Ascent
from brownfield.solve.engine import FRUITLESS, Engine
from brownfield.solve.limits import IN_VAIN
from brownfield.solve.pieces import Answer, whole_piece
from brownfield.solve.rounds import by_bounds, searched
from brownfield.solve.side import OFTEN
from brownfield.solve.sites import SiteSteps
from brownfield.solve.start import SITES, with_fixed
from tests.model.groups import table
from tests.solve.searches import FITS, WIDE, kept_rules, optimum, shared_product, watched, worth


def test_the_shared_product_is_cut_in_two(monkeypatch):
    monkeypatch.setattr(sys.modules["brownfield.solve.blocks"], "PLANTS", 1)
    model = assemble(shared_product(150.0))
    engine = Engine(model, watched(model, 0.0))
    assert engine.cut()
    assert sum(bool(block.piece.whole.any()) for block in engine.blocks) == 2 and engine.linked.any()
    by_bounds(engine, at_once=False)
    assert sum(block.bound for block in engine.blocks) >= optimum(model) - 1e-6 * engine.gross
    kept_rules(engine.piece, engine.plan)


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


@pytest.mark.parametrize(("limit", "share", "tries"), [(None, 0.0, 3), (1e6, 0.2, 3), (1e6, 0.0, 1)])
def test_a_plan_of_all_at_once_that_took_long_is_not_tried_again_with_dearer_cash(limit, share, tries, monkeypatch):
    model = assemble(synthetic_case(*WIDE[2]))
    engine = Engine(model, watched(model, time_limit=limit))
    assert engine.cut()
    engine.sites_of_blocks()
    engines, tried, free = sys.modules["brownfield.solve.engine"], [], Answer(engine.plan, 0.0, np.inf)
    monkeypatch.setattr(engines, "ONCE", share)
    monkeypatch.setattr(engines, "from_sites", lambda *args: tried.append(1) or free)
    monkeypatch.setattr(engines, "with_fixed", lambda *args, **options: Answer(None, -np.inf, np.inf))
    monkeypatch.setattr(engines, "missing_cash", lambda model, *args: np.ones(len(model.data.periods)))
    assert engine.better(engine.whole).solution is None and engine.in_steps
    assert len(tried) == tries and engine.watch.by_clock == (tries == 1)


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


def test_neighbourhoods_come_before_plants_turned_over_where_sites_are_new_and_something_still_comes():
    engine = as_things_stand(WIDE[2])
    ends = engine.model.decisions.open[:, -1]
    engine.sites = SiteSteps(engine.loose, engine.kind, engine.owner, ends, engine.watch, engine.gross)
    assert engine.turning and engine.behind
    engine.whole.in_vain = FRUITLESS
    assert not engine.behind, "neighbourhoods bring nothing any longer"
    engine.whole.in_vain = 0
    looks = engine.sites.looks(engine.plan)
    assert engine.turning and not engine.behind, "plants of this plan are being turned over"
    for look in looks:
        look()
    while engine.sites.ways():
        pass
    assert not engine.turning and engine.behind, "all that could be turned over was"


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


def test_a_bound_found_beside_the_first_plan_does_not_end_that():
    """Whether the first plan from sites is ready before a proof of an older one is chance: the proof waits for it (N7)."""
    model = assemble(synthetic_case(*WIDE[2]))
    for sites, told in ((np.zeros(len(model.gross)), [False, True]), (None, [True, True])):
        engine = Engine(model, watched(model, 0.01))
        assert engine.cut()
        engine.sites_only, seen = sites, []
        bound_is_known = threading.Event()

        def first(engine=engine, seen=seen, known=bound_is_known):
            known.wait(60.0)
            time.sleep(3 * OFTEN)
            seen.append(engine.watch.good_enough())

        def second(engine=engine, known=bound_is_known):
            for block in engine.blocks:
                block.bound = engine.whole.worth / len(engine.blocks)
            known.set()

        assert not engine.watch.good_enough()
        engine.side_by_side([first, second])
        assert [*seen, engine.watch.good_enough()] == told
