"""What of a plan is decided today and what once demand is known, cut from the model of the case itself.

Today: sites, launches, shift models, people, offers with their agreed volumes, terms with suppliers, and which products a crowded line
builds. Once demand is known: what is built, shipped, sold and lost, what guests take, what is owed, the credit line. The rows are those of
the ordinary model, one copy of the later ones for each future; with one future that is the case, the two-stage plan is the ordinary plan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array, vstack

from brownfield.case.case import Case
from brownfield.model.assemble import Model, assemble
from brownfield.model.data import KILO, Floats, Ints
from brownfield.model.launches import makes_at_most
from brownfield.solve.pieces import Flags, Piece, whole_piece
from brownfield.solve.two_stage import Future, TwoStage
from brownfield.study.futures import Futures

LATER = ("makes", "ships", "lost", "diverted", "extra", "cash", "revolver")
"""Columns that are decided once demand is known; prices of missed policies too, where these are about such columns."""


@dataclass(frozen=True)
class Staged:
    """A case with its futures as a two-stage program.

    model: of the case as planned. now, later: numbers of its columns decided today, and then. rows: of the model, for each row of a
    future (-1: one that only makes the relaxation strong).
    """

    model: Model
    program: TwoStage
    now: Ints
    later: Ints
    rows: Ints


def staged(case: Case, futures: Futures) -> Staged:
    """The two-stage program of a case and its futures."""
    model = assemble(case)
    later = decided_later(model)
    now, then = np.flatnonzero(~later), np.flatnonzero(later)
    today = _today(model, now, later)
    takes = np.minimum(futures.takes(), 1.0)
    parts, rows = [], np.zeros(0, dtype=np.int64)
    for number, chance in enumerate(futures.weights / futures.weights.sum()):
        known = assemble(futures.case(case, number))
        factor = {name: takes[number, guest] for guest, name in enumerate(futures.guests)}
        part, rows = _future(known, now, then, float(chance), factor)
        parts.append(part)
    return Staged(model, TwoStage(today, tuple(parts)), now, then, rows)


def as_planned(case: Case) -> Staged:
    """The two-stage program of a case whose only future is the one that is planned."""
    model = assemble(case)
    later = decided_later(model)
    now, then = np.flatnonzero(~later), np.flatnonzero(later)
    part, rows = _future(model, now, then, 1.0, {})
    return Staged(model, TwoStage(_today(model, now, later), (part,)), now, then, rows)


def decided_later(model: Model) -> Flags:
    """Which columns are decided once demand is known, shape (columns,)."""
    program = model.program
    later = _named(model, LATER)
    matrix = whole_piece(model).matrix
    touched = _touches(matrix, later)
    turned = csr_array(matrix.T)
    for column in np.flatnonzero(_named(model, ("missed",))):
        later[column] = bool(touched[turned.indices[turned.indptr[column] : turned.indptr[column + 1]]].any())
    return later & ~program.integer_columns()


def _named(model: Model, names: tuple[str, ...]) -> Flags:
    """Columns of blocks with these names."""
    found = np.zeros(model.program.column_count, dtype=bool)
    for block in model.program.column_blocks:
        if block.name in names:
            found[block.first : block.first + block.count] = True
    return found


def _touches(matrix: csr_array, columns: Flags) -> Flags:
    """Which rows hold one of some columns."""
    return np.asarray(abs(matrix) @ columns.astype(float) > 0)


def _today(model: Model, now: Ints, later: Flags) -> Piece:
    """Today's columns and the rows among them."""
    piece = whole_piece(model)
    rows = np.flatnonzero(~_touches(piece.matrix, later))
    matrix = csr_array(csr_array(piece.matrix[rows])[:, now])
    return Piece(
        piece.worth[now], piece.constant, piece.lower[now], piece.upper[now], matrix, piece.row_lower[rows], piece.row_upper[rows],
        piece.whole[now],
    )  # fmt: skip


def _future(model: Model, now: Ints, then: Ints, chance: float, factor: dict[str, Floats]) -> tuple[Future, Ints]:
    """The later columns and rows of a model in one future, and the model's row for each."""
    piece, implied = whole_piece(model), _staffed(model)
    later = np.zeros(len(piece.worth), dtype=bool)
    later[then] = True
    keep = _touches(piece.matrix, later)
    for block in model.program.family("staffed_route"):
        keep[block.first : block.first + block.count] = False
    rows = np.flatnonzero(keep)
    moved, more = _guests(model, piece.matrix, factor)
    matrix = csr_array(vstack([moved[rows], implied], format="csr"))
    none = np.zeros(implied.shape[0])
    future = Future(
        chance, piece.worth[then], 0.0, piece.lower[then], piece.upper[then], piece.whole[then],
        csr_array(matrix[:, now]), csr_array(matrix[:, then]),
        np.concatenate([piece.row_lower[rows], none - np.inf]), np.concatenate([piece.row_upper[rows], none]),
        np.concatenate([_touches(piece.matrix, _named(model, ("cash", "revolver")))[rows], none > 0]), more[now],
    )  # fmt: skip
    return future, np.concatenate([rows, np.full(implied.shape[0], -1)])


def _guests(model: Model, matrix: csr_array, factor: dict[str, Floats]) -> tuple[csr_array, Floats]:
    """The rows of the model, and what its columns are worth beyond, when guests take only a factor of what they are expected to.

    made = take · factor · agreed, paid = max(take · factor, take-or-pay) · agreed; the factor by guest product and period.
    """
    data, x, program = model.data, model.decisions, model.program
    more = np.zeros(program.column_count)
    rows, columns, values = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    cash = next((block.first for block in program.family("cash_balance")), -1)
    turned = csr_array(matrix.T)
    guest_rows = np.zeros(program.row_count, dtype=bool)
    for block in program.family("guest_cars"):
        guest_rows[block.first : block.first + block.count] = True
    for number, option in enumerate(x.options):
        offer = data.offers[option.offer]
        share = factor.get(offer.product or "")
        if offer.kind != "host" or share is None:
            continue
        fee = offer.fee_per_car * data.case.rate(offer.currency) / KILO
        for t in np.flatnonzero((x.agreed[number] >= 0) & (share < 1.0)):
            column = int(x.agreed[number, t])
            less = max(offer.expected_take, offer.take_or_pay) - max(offer.expected_take * float(share[t]), offer.take_or_pay)
            more[column] -= less * fee[t] * data.discount[t]
            span = slice(turned.indptr[column], turned.indptr[column + 1])
            hit = turned.indices[span][guest_rows[turned.indices[span]]]
            rows += [hit, np.array([cash + t] if cash >= 0 else [], dtype=np.int64)]
            columns += [np.full(len(hit), column), np.full(int(cash >= 0), column)]
            values += [np.full(len(hit), offer.expected_take * (1.0 - float(share[t]))), np.full(int(cash >= 0), less * fee[t])]
    change = coo_array((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=matrix.shape)
    return csr_array(matrix + csr_array(change)), more


def _staffed(model: Model) -> csr_array:
    """The rows of `staffed_route` for all routes and periods: the model leaves out some, and which ones depends on demand."""
    data, x = model.data, model.decisions
    r, t = np.nonzero(x.makes >= 0)
    if not len(r):
        return csr_array((0, model.program.column_count))
    load = np.array([route.load for route in data.routes])
    can = data.capacity[data.route_line] / load[:, None, None]
    tight = np.minimum(can, makes_at_most(data)[:, None, :])[r, :, t]
    runs = x.runs[data.route_line[r], :, t]
    at, here = np.nonzero((runs >= 0) & (tight != 0))
    rows, columns = np.concatenate([np.arange(len(r)), at]), np.concatenate([x.makes[r, t], runs[at, here]])
    values = np.concatenate([np.ones(len(r)), -tight[at, here]])
    return csr_array(coo_array((values, (rows, columns)), shape=(len(r), model.program.column_count)))
