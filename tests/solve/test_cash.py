"""Cash left aside: what it is worth is found after the rest, and what comes out bounds every plan all the same."""

import sys

import numpy as np
import pytest

from brownfield.case.synthetic import synthetic_case
from brownfield.model.assemble import assemble
from brownfield.solve.cash import cash_prices, relax_whole, without_cash
from brownfield.solve.pieces import relax, whole_piece
from brownfield.solve.progress import Watch

COVERED, SHORT, RICH = (8, 18, 12, 3), (7, 15, 11, 2), (6, 13, 10, 1)
"""Made-up groups that lack cash as far as credit goes, further, and not at all."""


def relaxed(size, monkeypatch):
    """A model, its relaxation with cash in it, the same with cash left aside first, and how many programs that took."""
    model = assemble(synthetic_case(*size))
    piece, watch, solved = whole_piece(model), Watch(model.gross, 0.01, None), []
    monkeypatch.setattr(sys.modules["brownfield.solve.cash"], "HUGE", 0)
    monkeypatch.setattr(sys.modules["brownfield.solve.cash"], "relax", lambda *args: (solved.append(1), relax(*args))[1])
    return model, piece, relax(piece, watch), relax_whole(model, piece, watch), len(solved)


@pytest.mark.parametrize("size", [COVERED, RICH], ids=str)
def test_cash_left_aside_bounds_the_whole_nearly_as_well(size, monkeypatch):
    model, piece, exact, found, _ = relaxed(size, monkeypatch)
    gross = float(model.gross @ exact.solution)
    price = cash_prices(model, found.price)
    loose = relax(without_cash(model, piece, price), Watch(model.gross, 0.01, None))
    assert found.worth == pytest.approx(loose.worth, abs=1e-6 * gross)
    assert exact.worth - 1e-6 * gross <= found.worth <= exact.worth + 2e-3 * gross
    assert len(found.price) == len(piece.row_lower) and len(found.solution) == len(piece.worth)


def test_cash_that_credit_covers_costs_its_interest(monkeypatch):
    for size, dear in ((COVERED, True), (RICH, False)):
        model, _, _, found, solved = relaxed(size, monkeypatch)
        rows = np.concatenate([np.arange(block.first, block.first + block.count) for block in model.program.family("cash_balance")])
        assert solved == 3 and (found.price[rows].max() > 1e-3) == dear


def test_where_credit_does_not_cover_it_cash_is_followed(monkeypatch):
    _, _, exact, found, _ = relaxed(SHORT, monkeypatch)
    assert found.worth == exact.worth and (found.price == exact.price).all()


def test_small_programs_keep_their_cash():
    model = assemble(synthetic_case(*COVERED))
    piece, watch = whole_piece(model), Watch(model.gross, 0.01, None)
    exact, found = relax(piece, watch), relax_whole(model, piece, watch)
    assert found.worth == exact.worth and (found.price == exact.price).all()
