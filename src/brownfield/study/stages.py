"""What of a plan is decided today and what once demand is known, cut from the model of the case itself.

Today: sites, launches, shift models, people, offers with their agreed volumes, terms with suppliers, and which products a crowded line
builds. Once demand is known: what is built, shipped, sold and lost, what is owed, the credit line. The rows are those of the ordinary
model, one copy of the later ones for each future; with one future that is the case, the two-stage plan is the ordinary plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array, vstack

from brownfield.case.case import Case
from brownfield.model.assemble import Model, assemble
from brownfield.model.data import Floats, Ints
from brownfield.model.launches import makes_at_most
from brownfield.solve.pieces import Flags, Piece, whole_piece
from brownfield.solve.two_stage import Future, TwoStage

LATER = ("makes", "ships", "lost", "diverted", "extra", "cash", "revolver")
"""Columns that are decided once demand is known; prices of missed policies too, where these are about such columns."""


@dataclass(frozen=True)
class Staged:
    """A case with its futures as a two-stage program. now, later: numbers of the model's columns decided today, and then."""

    model: Model
    program: TwoStage
    now: Ints
    later: Ints

    def plan_columns(self, decided: Floats, later: Floats) -> Floats:
        """Columns of the model from those of today and those of one future."""
        columns = np.zeros(len(self.now) + len(self.later))
        columns[self.now], columns[self.later] = decided, later
        return columns


def staged(case: Case, futures: Sequence[Case], chance: Floats) -> Staged:
    """The two-stage program of a case whose demand turns out as in one of these cases, with these chances.

    The cases may differ in demand, and in what guests take of their agreed volumes; in nothing else.
    """
    model = assemble(case)
    later = decided_later(model)
    now, then = np.flatnonzero(~later), np.flatnonzero(later)
    today = _today(model, now, later)
    parts = tuple(_future(assemble(known), today, now, then, float(c)) for known, c in zip(futures, chance, strict=True))
    return Staged(model, TwoStage(today, parts), now, then)


def decided_later(model: Model) -> Flags:
    """Which columns are decided once demand is known, shape (columns,)."""
    program = model.program
    later = np.zeros(program.column_count, dtype=bool)
    for block in program.column_blocks:
        if block.name in LATER:
            later[block.first : block.first + block.count] = True
    matrix = whole_piece(model).matrix
    touched = _touches(matrix, later)
    missed = np.zeros_like(later)
    for block in program.column_blocks:
        if block.name == "missed":
            missed[block.first : block.first + block.count] = True
    turned = csr_array(matrix.T)
    for column in np.flatnonzero(missed):
        rows = turned.indices[turned.indptr[column] : turned.indptr[column + 1]]
        later[column] = bool(touched[rows].any())
    return later


def _touches(matrix: csr_array, columns: Flags) -> Flags:
    """Which rows hold one of some columns."""
    return np.asarray(abs(matrix) @ columns.astype(float) > 0)


def _today(model: Model, now: Ints, later: Flags) -> Piece:
    """Today's columns and the rows among them."""
    piece = whole_piece(model)
    rows = np.flatnonzero(~_touches(piece.matrix, later))
    matrix = csr_array(csr_array(piece.matrix[rows])[:, now])
    return Piece(
        piece.worth[now], piece.constant, piece.lower[now], piece.upper[now], matrix, piece.row_lower[rows], piece.row_upper[rows], piece.whole[now]
    )


def _future(model: Model, today: Piece, now: Ints, then: Ints, chance: float) -> Future:
    """The later columns and rows of a model in one future."""
    piece, implied = whole_piece(model), _staffed(model)
    later = np.zeros(len(piece.worth), dtype=bool)
    later[then] = True
    keep = _touches(piece.matrix, later)
    for block in model.program.family("staffed_route"):
        keep[block.first : block.first + block.count] = False
    rows = np.flatnonzero(keep)
    matrix = csr_array(vstack([piece.matrix[rows], implied], format="csr"))
    none = np.zeros(implied.shape[0])
    return Future(
        chance, piece.worth[then], 0.0, piece.lower[then], piece.upper[then], piece.whole[then],
        csr_array(matrix[:, now]), csr_array(matrix[:, then]),
        np.concatenate([piece.row_lower[rows], none - np.inf]), np.concatenate([piece.row_upper[rows], none]),
        np.concatenate([_touches(piece.matrix, _cash(model))[rows], none > 0]),
    )  # fmt: skip


def _cash(model: Model) -> Flags:
    """Columns of cash and the credit line, whose rows tie all periods together."""
    cash = np.zeros(model.program.column_count, dtype=bool)
    for columns in (model.decisions.cash, model.decisions.revolver):
        cash[columns[columns >= 0]] = True
    return cash


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
    row = np.arange(len(r))
    at, here = np.nonzero((runs >= 0) & (tight != 0))
    rows, columns = np.concatenate([row, at]), np.concatenate([x.makes[r, t], runs[at, here]])
    values = np.concatenate([np.ones(len(r)), -tight[at, here]])
    return csr_array(coo_array((values, (rows, columns)), shape=(len(r), model.program.column_count)))
