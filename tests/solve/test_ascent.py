"""Bounds by branching on sites first hold whatever the block, and turning plants over finds what should stay."""

import sys
from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from brownfield.case.synthetic import synthetic_case
from brownfield.model.assemble import assemble
from brownfield.solve.ascent import Ascent
from brownfield.solve.blocks import plant_of_columns
from brownfield.solve.highs import run
from brownfield.solve.pieces import NOTHING, Piece, relax, search, whole_piece
from brownfield.solve.progress import Watch
from brownfield.solve.sites import SiteSteps, agreed
from brownfield.solve.start import LAUNCHES, SITES, from_sites, kinds_of_columns

SIZES = [(4, 6, 4, 1), (5, 8, 4, 2), (6, 8, 6, 3), (6, 10, 5, 4)]


def known(size):
    model = assemble(synthetic_case(*size))
    watch = Watch(model.gross, 0.0, None)
    best = run(model.program, watch)
    assert best.status == "optimal"
    return model, watch, best.solution, float(model.program.objective @ best.solution) + model.program.constant


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_bound_on_the_way_holds_and_the_last_is_the_optimum(size):
    model, watch, _, worth = known(size)
    piece = whole_piece(model)
    ascent = Ascent(piece, kinds_of_columns(model), watch, 0.0)
    bounds = []
    try:
        for _ in range(10_000):
            ascent.go_on(5)
            bounds.append(ascent.bound)
            if ascent.over:
                break
    finally:
        ascent.end()
    slack = 1e-6 * float(model.gross @ relax(piece, watch).solution)
    assert ascent.over and min(bounds) >= worth - slack
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] == pytest.approx(worth, abs=slack)


def test_a_block_without_whole_decisions_has_its_relaxation_as_its_bound():
    model, watch, _, _ = known(SIZES[0])
    piece = whole_piece(model)
    loose = type(piece)(**{**vars(piece), "whole": np.zeros_like(piece.whole)})
    ascent = Ascent(loose, kinds_of_columns(model), watch, 0.0)
    try:
        for _ in range(10):
            ascent.go_on(5)
    finally:
        ascent.end()
    assert ascent.over and ascent.bound == pytest.approx(relax(piece, watch).worth, rel=1e-6)


@pytest.mark.parametrize("size", SIZES[1:3], ids=str)
def test_a_plant_that_was_closed_wrongly_is_opened_again(size):
    model, watch, best, worth = known(size)
    piece, kind, owner = whole_piece(model), kinds_of_columns(model), plant_of_columns(model)
    x = model.decisions
    stays = [plant for plant in range(len(model.data.plants)) if np.round(best[x.open[plant, -1]]) == 1]
    upper = piece.upper.copy()
    upper[x.open[stays[0], -1]] = 0.0
    wrong = search(piece, watch, upper=upper)
    assert wrong.solution is not None and wrong.worth < worth
    gross = float(model.gross @ best)
    steps = SiteSteps(piece, kind, owner, x.open[:, -1], watch, gross)
    found, plan = wrong.worth, wrong.solution
    while not steps.spent or steps.stale(plan):
        tasks = steps.looks(plan) if steps.stale(plan) else steps.ways()
        answer = max((task() for task in tasks), key=lambda answer: answer.worth, default=NOTHING)
        if answer.solution is not None and answer.worth > found + 1e-9 * gross:
            found, plan = answer.worth, answer.solution
    assert found > wrong.worth
    assert found <= worth + 1e-6 * gross


def test_plants_that_look_better_turned_over_are_turned_over_together():
    model, watch, best, _ = known(SIZES[2])
    piece, kind, owner = whole_piece(model), kinds_of_columns(model), plant_of_columns(model)
    ends = model.decisions.open[:, -1]
    closed = [plant for plant in range(len(model.data.plants)) if np.round(best[ends[plant]]) == 1][:2]
    upper = piece.upper.copy()
    upper[ends[closed]] = 0.0
    wrong = search(piece, watch, upper=upper).solution
    steps = SiteSteps(piece, kind, owner, ends, watch, float(model.gross @ best))
    assert all(task().solution is None for task in steps.looks(wrong))
    opened = [[round(way[ends[plant]]) for plant in closed] for way in steps._chosen()]
    assert len(closed) == 2 and [1, 1] in opened, "both together"
    assert [1, 0] in opened or [0, 1] in opened, "and each by itself"


def test_sites_that_are_best_are_left_as_they_are():
    model, watch, best, worth = known(SIZES[1])
    steps = SiteSteps(
        whole_piece(model),
        kinds_of_columns(model),
        plant_of_columns(model),
        model.decisions.open[:, -1],
        watch,
        float(model.gross @ best),
    )
    answers = []
    while not steps.spent:
        answers += [task() for task in (steps.looks(best) if steps.stale(best) else steps.ways())]
    assert steps.spent and not steps.stale(best)
    assert all(answer.worth <= worth + 1e-6 * abs(worth) for answer in answers)
    changed = best.copy()
    changed[np.flatnonzero(kinds_of_columns(model) == SITES)[0]] = 1 - np.round(best[np.flatnonzero(kinds_of_columns(model) == SITES)[0]])
    assert steps.stale(changed)


def test_a_plan_from_the_best_sites_is_the_best_where_all_launches_may_happen(monkeypatch):
    model, watch, best, worth = known(SIZES[1])
    piece, kind, gross = whole_piece(model), kinds_of_columns(model), float(model.gross @ best)
    start = sys.modules["brownfield.solve.start"]
    few = from_sites(piece, kind, best, watch, gross)
    assert few.solution is not None and few.worth <= worth + 1e-6 * gross
    sites = piece.whole & (kind == SITES)
    assert np.array_equal(np.round(few.solution[sites]), np.round(best[sites]))
    monkeypatch.setattr(start, "MORE", 1e6)
    assert from_sites(piece, kind, best, watch, gross).worth >= worth - start.FINE * gross


def test_a_plan_from_sites_launches_little_that_its_relaxation_does_not_use(monkeypatch):
    model, watch, best, _ = known(SIZES[1])
    piece, kind, gross = whole_piece(model), kinds_of_columns(model), float(model.gross @ best)
    monkeypatch.setattr(sys.modules["brownfield.solve.start"], "MORE", 0)
    sites, launches = piece.whole & (kind == SITES), piece.whole & (kind == LAUNCHES)
    fixed = replace(piece, lower=np.where(sites, np.round(best), piece.lower), upper=np.where(sites, np.round(best), piece.upper))
    used = relax(fixed, watch).solution > 1e-4
    only = from_sites(piece, kind, best, watch, gross)
    assert used[launches].any() and not used[launches].all()
    assert not np.any(np.round(only.solution)[launches & ~used] > piece.lower[launches & ~used])


def test_sites_that_break_a_rule_lead_to_no_plan():
    model, watch, best, _ = known(SIZES[1])
    piece, kind = whole_piece(model), kinds_of_columns(model)
    wrong = np.where(kind == SITES, 1.0, best)  # open, idle and closed at once
    assert from_sites(piece, kind, wrong, watch, float(model.gross @ best)).solution is None


def test_an_offer_that_two_blocks_took_goes_to_one_place():
    """Columns: the offer at each of three plants, what it makes of the first two, a volume; the offer is for one place only."""
    worth, whole = [3.0, 5.0, 4.0, 0.0, 0.0, 1.0], [True] * 5 + [False]
    rows = [[1, 1, 0, 0, 0, 0], [1, 0, 0, -1, 0, 0], [0, 0, 0, 0, 0, 1]]
    one, none = np.ones(6), np.zeros(6)
    least, most = np.array([-np.inf, 0, 0]), np.array([1.0, 0, 1])
    piece = Piece(np.array(worth), 0.0, none, one, csr_array(np.array(rows, dtype=float)), least, most, np.array(whole))
    kind, owner, watch = np.array([SITES] * 5 + [0]), np.array([0, 1, 2, 0, 1, -1]), Watch(np.zeros(6), 0.0, None)
    fits = np.array([1.0, 0, 0, 1, 0, 0])
    assert agreed(piece, kind, owner, fits, watch, 1.0) is fits
    both = np.array([1.0, 1, 0, 1, 0, 0])
    found = np.round(agreed(piece, kind, owner, both, watch, 1.0))
    assert found[:4].tolist() == [0, 1, 0, 0], "the better of the two; the third plant stays as it was"
    never = replace(piece, row_lower=np.array([2.0, 0, 0]))
    assert agreed(never, kind, owner, fits, watch, 1.0) is None
