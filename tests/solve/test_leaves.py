"""The whole in parts: nothing is lost between them, their bound holds at every rest, and they can be left undivided."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from brownfield.case.synthetic import synthetic_case
from brownfield.model.assemble import assemble
from brownfield.solve.leaves import Leaf, Leaves
from brownfield.solve.pieces import search, whole_piece
from brownfield.solve.progress import Watch
from brownfield.solve.start import SITES, kinds_of_columns

SIZES = [(5, 8, 4, 1), (6, 9, 4, 2), (5, 6, 6, 3)]
GROSS = 1e4


def watched(model):
    return Watch(model.gross, 0.0, None)


def divided(model, parts, near=0.0, watch=None):
    return Leaves(whole_piece(model), kinds_of_columns(model), watch or watched(model), GROSS, parts, near)


@pytest.fixture(scope="module", params=SIZES, ids=str)
def solved(request):
    """A model and its best solution, by one search of the whole."""
    model = assemble(synthetic_case(*request.param))
    best = search(whole_piece(model), watched(model))
    assert best.bound == pytest.approx(best.worth)
    return model, best


@pytest.mark.parametrize("parts", [1, 2, 4, 7])
def test_the_best_of_the_parts_is_the_best_of_the_whole(solved, parts):
    model, best = solved
    with divided(model, parts) as leaves:
        leaves.divide()
        assert 1 <= len(leaves._leaves) <= parts
        while not leaves.over:
            for task in leaves.tasks(3, None, 2):
                task()
            assert leaves.bound >= best.worth - 1e-6
        assert leaves.bound == pytest.approx(best.worth)
        assert float(whole_piece(model).worth @ leaves.solution) == pytest.approx(float(whole_piece(model).worth @ best.solution))


def test_there_are_parts_at_all(solved):
    with divided(solved[0], 4) as leaves:
        leaves.divide()
        assert len(leaves._leaves) > 1


def decided_by(parts, piece):
    """The columns that some part has decided."""
    return np.flatnonzero(np.any([(part.lower != piece.lower) | (part.upper != piece.upper) for part in parts], axis=0))


def holds(part, columns, values):
    return bool(((part.lower[columns] <= values) & (values <= part.upper[columns])).all())


def test_parts_decide_sites_only_and_one_of_them_has_the_best_plan(solved):
    model, best = solved
    piece, kind = whole_piece(model), kinds_of_columns(model)
    with divided(model, 5) as leaves:
        parts = leaves._divided()
    decided = decided_by(parts, piece)
    assert len(decided) and (kind[decided] == SITES).all()
    assert sum(holds(part, decided, np.round(best.solution[decided])) for part in parts) == 1


def test_parts_do_not_overlap_and_what_is_in_none_has_no_solution(solved):
    model, _ = solved
    piece = whole_piece(model)
    with divided(model, 6) as leaves:
        parts = leaves._divided()
    decided = decided_by(parts, piece)
    for way in np.random.default_rng(2).integers(0, 2, (30, len(decided))).astype(float):
        homes = sum(holds(part, decided, way) for part in parts)
        assert homes <= 1
        if not homes:
            lower, upper = piece.lower.copy(), piece.upper.copy()
            lower[decided] = upper[decided] = way
            assert search(piece, watched(model), lower=lower, upper=upper).solution is None


def test_a_known_plan_is_not_lost_and_what_cannot_beat_it_is_left(solved):
    model, best = solved
    with divided(model, 4) as leaves:
        for _ in range(1000):
            tasks = leaves.tasks(5, best.solution, 2)
            if not tasks:
                break
            for task in tasks:
                task()
        assert leaves.over and leaves.bound == pytest.approx(best.worth, abs=1e-5)


def test_near_enough_ends_it_and_its_bound_holds(solved):
    model, best = solved
    with divided(model, 4, near=0.05 * GROSS) as leaves:
        while not leaves.over:
            for task in leaves.tasks(5, None, 1):
                task()
        assert best.worth - 1e-6 <= leaves.bound <= best.worth + 0.05 * GROSS


def test_tasks_share_no_part(solved):
    with divided(solved[0], 4) as leaves:
        tasks = leaves.tasks(5, None, 2)
        first, second = (set(map(id, task.args[0])) for task in tasks)
        assert first and second and not first & second
        assert leaves.tasks(5, None, 0) == []


def test_undivided_when_somebody_asks_to_stop(solved):
    watch = watched(solved[0])
    watch.stop = True
    with divided(solved[0], 4, watch=watch) as leaves:
        leaves.divide()
        assert len(leaves._leaves) == 1 and leaves.bound == np.inf


def test_a_part_without_a_solution_says_so(solved):
    model, _ = solved
    piece = whole_piece(model)
    upper = piece.upper.copy()
    upper[model.decisions.lost[model.decisions.lost >= 0]] = 0.0  # everybody is to get a car, and nothing is to be built
    upper[model.decisions.makes[model.decisions.makes >= 0]] = 0.0
    leaf = Leaf(replace(piece, upper=upper), watched(model), 0.0, 1e9)
    assert leaf.bound == 1e9
    leaf.go_on(10**6, None)
    assert leaf.climb.over and leaf.bound == -np.inf
    leaf.climb.end()


def test_searches_can_be_left_at_any_rest(solved):
    before = threading.active_count()
    for rests in range(3):
        with divided(solved[0], 4) as leaves:
            for _ in range(rests):
                for task in leaves.tasks(1, None, 1):
                    task()
    assert threading.active_count() == before
