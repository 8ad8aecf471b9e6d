"""The long search: what it finds does not depend on its rests, it takes hints, its bound holds without cash, and it can be left."""

import threading

import numpy as np
import pytest

from brownfield.case.synthetic import synthetic_case
from brownfield.model.assemble import assemble
from brownfield.solve.cash import cash_prices, without_cash
from brownfield.solve.climb import Climb
from brownfield.solve.highs import run
from brownfield.solve.pieces import relax, search, whole_piece
from brownfield.solve.progress import Watch

SIZE = (5, 8, 4, 1)


@pytest.fixture(scope="module")
def model():
    return assemble(synthetic_case(*SIZE))


def watched(model):
    return Watch(model.gross, 0.0, None)


def climbed(piece, model, work):
    """What a search comes to that rests after each piece of work, and how often it rested."""
    with Climb(piece, watched(model)) as climb:
        rests = 0
        while not climb.over:
            climb.go_on(work)
            rests += 1
        return climb.bound, climb.solution, rests


def test_rests_change_nothing(model):
    piece = whole_piece(model)
    bound, solution, rests = climbed(piece, model, 1)
    once = climbed(piece, model, 10**9)
    assert rests > 2 and once[2] == 1
    assert bound == once[0] and (solution == once[1]).all()
    assert bound == pytest.approx(float(piece.worth @ solution) + piece.constant)


def test_a_hint_is_taken_at_the_start_and_later(model):
    piece = whole_piece(model)
    best = search(piece, watched(model)).solution
    for before in (0, 1):
        with Climb(piece, watched(model)) as climb:
            if before:
                climb.go_on(before)
            while not climb.over:
                climb.go_on(5, best)
            assert float(piece.worth @ climb.solution) >= float(piece.worth @ best) - 1e-6


def test_it_can_be_left_at_any_rest(model):
    before = threading.active_count()
    for rests in range(3):
        with Climb(whole_piece(model), watched(model)) as climb:
            for _ in range(rests):
                climb.go_on(1)
    assert threading.active_count() == before


def test_it_ends_when_somebody_asks(model):
    watch = watched(model)
    watch.stop = True
    with Climb(whole_piece(model), watch) as climb:
        climb.go_on(10**9)
        assert climb.over


@pytest.mark.parametrize("size", [(5, 6, 3, 3), (6, 9, 4, 2), (4, 6, 4, 5)], ids=str)
@pytest.mark.parametrize("dear", [0.0, 1.0, 30.0])
def test_without_cash_no_plan_is_worth_less(size, dear):
    model = assemble(synthetic_case(*size))
    piece = whole_piece(model)
    price = cash_prices(model, dear * relax(piece, watched(model)).price)
    loose = without_cash(model, piece, price)
    cash = model.program.family("cash_balance")
    assert loose.matrix.shape[0] == piece.matrix.shape[0] - sum(block.count for block in cash) < piece.matrix.shape[0]
    best = run(model.program, watched(model)).solution
    worth, scale = float(piece.worth @ best) + piece.constant, float(model.gross @ best)
    assert float(loose.worth @ best) + loose.constant >= worth - 1e-6 * scale
    bound, *_ = climbed(loose, model, 50)
    assert bound >= worth - 1e-6 * scale
    assert np.isfinite(bound)


def test_a_search_that_fails_says_so_to_whoever_waits(model, monkeypatch):
    def fails():
        raise RuntimeError("no memory")

    with Climb(whole_piece(model), watched(model)) as climb:
        monkeypatch.setattr(climb, "_search", fails)
        with pytest.raises(RuntimeError, match="no memory"):
            climb.go_on(5)
        assert climb.over
