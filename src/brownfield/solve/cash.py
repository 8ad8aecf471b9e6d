"""Cash apart from the rest: a program without it, what it is worth in each period, and how that is found.

A balance of cash meets nearly every column: with these few rows a large relaxation takes several times as long.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from brownfield.model.assemble import Model
from brownfield.model.program import Floats, Ints
from brownfield.solve.pieces import HUGE, Piece, Relaxed, relax
from brownfield.solve.progress import Watch


def relax_whole(model: Model, piece: Piece, watch: Watch) -> Relaxed | None:
    """The whole without wholeness, and prices of its rows; None when it did not come to an end.

    Above `HUGE` coefficients first without cash, then cash and credit alone for what that does, then without cash at the prices of
    these; with cash in it where credit does not cover what that does.
    """
    rows = rows_of(model, "cash_balance")
    if not len(rows) or piece.matrix.nnz <= HUGE:
        return relax(piece, watch)
    price = np.zeros_like(piece.row_lower)
    loose = relax(without_cash(model, piece, price), watch)
    paid = None if loose is None else relax(_cash_alone(model, piece, rows, loose.solution), watch)
    if paid is None:
        return relax(piece, watch)
    price[rows] = paid.price[: len(rows)]
    price = cash_prices(model, price)
    priced = relax(without_cash(model, piece, price), watch)
    if priced is None:
        return None
    price[np.setdiff1d(np.arange(len(price)), rows)] = priced.price
    return Relaxed(priced.worth, priced.solution, price)


def _cash_alone(model: Model, piece: Piece, rows: Ints, solution: Floats) -> Piece:
    """Cash and credit, when all else is as in a solution."""
    left = np.isin(np.arange(len(solution)), np.concatenate([model.decisions.cash, model.decisions.revolver]))
    both = np.concatenate([rows, rows_of(model, "liquidity_floor")])
    matrix = csr_array(piece.matrix[both])
    does = matrix @ np.where(left, 0.0, solution)
    return Piece(
        piece.worth[left], 0.0, piece.lower[left], piece.upper[left], csr_array(matrix[:, np.flatnonzero(left)]),
        piece.row_lower[both] - does, piece.row_upper[both] - does, piece.whole[left],
    )  # fmt: skip


def rows_of(model: Model, family: str) -> Ints:
    """Numbers of the rows of a rule."""
    blocks = model.program.family(family)
    return np.concatenate([np.arange(block.first, block.first + block.count) for block in blocks] or [np.zeros(0, dtype=np.int64)])


def without_cash(model: Model, piece: Piece, price: Floats) -> Piece:
    """A piece in which cash is not followed but has its price: it is worth at least as much, whatever the prices (Lagrange).

    A balance of cash meets nearly every column. With a few such rows HiGHS takes ten times as long to look for cuts.
    """
    rows = np.isin(np.arange(piece.matrix.shape[0]), rows_of(model, "cash_balance"))
    y = np.where(rows, price, 0.0)
    y = np.where((y > 0) & ~np.isfinite(piece.row_upper), 0.0, y)
    left = np.flatnonzero(~rows)
    return replace(
        piece,
        worth=piece.worth - piece.matrix.T @ y,
        constant=piece.constant + float(y @ np.where(y > 0, piece.row_upper, np.where(y < 0, piece.row_lower, 0.0))),
        matrix=csr_array(piece.matrix[left]),
        row_lower=piece.row_lower[left],
        row_upper=piece.row_upper[left],
    )


def cash_prices(model: Model, price: Floats) -> Floats:
    """Prices under which no block can gain from cash alone: money is never worth less in an earlier period than in a later one.

    Without a floor on cash a million has no worth beyond itself, and the price is nothing.
    """
    price = price.copy()
    floor = bool(model.program.family("liquidity_floor"))
    for block in model.program.family("cash_balance"):
        rows = slice(block.first, block.first + block.count)
        price[rows] = np.maximum.accumulate(np.maximum(price[rows][::-1], 0.0))[::-1] if floor else 0.0
    return price
