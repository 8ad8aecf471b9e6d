"""What the futures make of today's decisions: one small linear program each, solved from where the last one ended.

Rows with a single column of a future are bounds of that column once today is decided; what is left is the same matrix in every
future, so that one solver serves all, and each solve begins at the corner of the one before.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csr_array, hstack, identity

from brownfield.errors import BrownfieldError
from brownfield.model.program import Floats, Ints
from brownfield.solve.highs import fresh
from brownfield.solve.two_stage import Future, TwoStage, same_matrix

ROUNDING = 1e-9
"""A price this small is the solver's rounding."""
OPTIMAL = highspy.HighsModelStatus.kOptimal


@dataclass(frozen=True)
class Cut:
    """A bound that holds for every decision of today: what a future makes of x is at most constant + slope x."""

    constant: float
    slope: Floats

    def at(self, decided: Floats) -> float:
        """The bound at a decision of today."""
        return self.constant + float(self.slope @ decided)


@dataclass(frozen=True)
class Reply:
    """What a future makes of a decision of today. worth: None when it can make nothing of it; then `cut` says what must hold: >= 0."""

    worth: float | None
    cut: Cut
    solution: Floats | None


class _Shape:
    """A future without what differs from one to the next: its rows cut into bounds of one column and the rest."""

    def __init__(self, future: Future) -> None:
        counts = np.diff(future.matrix.indptr)
        self.single = np.flatnonzero(counts == 1)
        self.core = np.flatnonzero(counts != 1)
        starts = future.matrix.indptr[self.single]
        self.column = future.matrix.indices[starts].astype(np.int64)
        self.factor = future.matrix.data[starts]
        self.matrix = csr_array(future.matrix[self.core])
        self.across = csr_array(self.matrix.T)
        self.turned = csr_array(future.today.T)
        self.worth = future.worth

    def like(self, other: _Shape) -> bool:
        """Whether one solver can serve both."""
        return same_matrix(self.matrix, other.matrix) and np.array_equal(self.worth, other.worth)


class Recourse:
    """All futures of a program, each a linear program once today is decided.

    Raises BrownfieldError when a future has whole columns: its worth is then no concave function of today's decisions.
    """

    def __init__(self, program: TwoStage) -> None:
        if any(future.whole.any() for future in program.futures):
            raise BrownfieldError("futures with whole decisions have no prices: use the decomposition by copies of today's decisions")
        self.program = program
        self.shapes: list[_Shape] = []
        self.kind: list[int] = []
        self._own: list[_Shape] = []
        for future in program.futures:
            shape = _Shape(future)
            same = next((n for n, known in enumerate(self.shapes) if known.like(shape)), len(self.shapes))
            if same == len(self.shapes):
                self.shapes.append(shape)
            else:
                shape.matrix, shape.across = self.shapes[same].matrix, self.shapes[same].across
            self.kind.append(same)
            self._own.append(shape)
        self._solvers = [_solver(shape.worth, shape.matrix) for shape in self.shapes]
        self._elastic: dict[int, highspy.Highs] = {}

    def reply(self, number: int, decided: Floats) -> Reply:
        """What one future makes of a decision of today, with the cut that it gives there."""
        future, shape = self.program.futures[number], self._own[number]
        bounds = _Bounds(future, shape, decided)
        if bounds.crossed is not None:
            return Reply(None, bounds.crossed, None)
        solver = self._solvers[self.kind[number]]
        _bound(solver, bounds.lower, bounds.upper, bounds.row_lower, bounds.row_upper)
        solver.run()
        if solver.getModelStatus() != OPTIMAL:
            solver.clearSolver()
            solver.run()
        if solver.getModelStatus() != OPTIMAL:
            return self._impossible(number, bounds)
        solution = solver.getSolution()
        price = bounds.possible(-np.array(solution.row_dual))
        cut = bounds.cut(price, shape.worth - shape.across @ price, future.constant)
        worth = future.constant - float(solver.getInfo().objective_function_value)
        return Reply(worth, cut, np.array(solution.col_value))

    def _impossible(self, number: int, bounds: _Bounds) -> Reply:
        """The cut of a future that can make nothing of today's decisions: how far its rows are missed at least must be nothing."""
        kind = self.kind[number]
        shape = self._own[number]
        rows, columns = shape.matrix.shape
        if kind not in self._elastic:
            one = identity(rows, format="csr")
            wide = csr_array(hstack([shape.matrix, one, -one], format="csr"))
            self._elastic[kind] = _solver(np.concatenate([np.zeros(columns), np.full(2 * rows, -1.0)]), wide)
        solver = self._elastic[kind]
        none = np.zeros(2 * rows)
        lower, upper = np.concatenate([bounds.lower, none]), np.concatenate([bounds.upper, none + np.inf])
        _bound(solver, lower, upper, bounds.row_lower, bounds.row_upper)
        solver.run()
        if solver.getModelStatus() != OPTIMAL:
            raise BrownfieldError("the solver gave up on one of the futures: its numbers are out of range")
        price = bounds.possible(-np.array(solver.getSolution().row_dual))
        return Reply(None, bounds.cut(price, -(shape.across @ price), 0.0), None)


class _Bounds:
    """Bounds of a future's columns and rows once today is decided, and the row that each bound of a column comes from (-1: none)."""

    def __init__(self, future: Future, shape: _Shape, decided: Floats) -> None:
        self.future, self.shape = future, shape
        moved = future.today @ decided
        low, high = future.row_lower - moved, future.row_upper - moved
        self.row_lower, self.row_upper = low[shape.core], high[shape.core]
        one, two = low[shape.single] / shape.factor, high[shape.single] / shape.factor
        up = shape.factor > 0
        self.lower, self.low_from = future.lower.copy(), np.full(len(future.lower), -1)
        self.upper, self.high_from = future.upper.copy(), np.full(len(future.upper), -1)
        _tighten(self.lower, self.low_from, shape, np.where(up, one, two), np.maximum)
        _tighten(self.upper, self.high_from, shape, np.where(up, two, one), np.minimum)
        self.crossed = self._crossed()

    def _crossed(self) -> Cut | None:
        """Where a column has no room left: what must hold for it to have some; tiny overlaps are the solver's rounding."""
        over = self.lower - self.upper
        if not (over > 0).any():
            return None
        worst = int(np.argmax(over))
        if over[worst] <= ROUNDING * max(1.0, abs(float(self.lower[worst]))):
            self.lower = np.minimum(self.lower, self.upper)
            return None
        one = np.zeros(len(over))
        one[worst] = 1.0
        return self._sum(np.zeros(len(self.shape.core)), one, -one, 0.0)

    def possible(self, price: Floats) -> Floats:
        """Prices of rows without those that press on a bound that is not there (the solver's rounding)."""
        nowhere = ((price > 0) & np.isinf(self.row_upper)) | ((price < 0) & np.isinf(self.row_lower))
        return np.where(nowhere, 0.0, price)

    def cut(self, price: Floats, reduced: Floats, constant: float) -> Cut:
        """The bound by prices of the rows and what is left of each column's worth after them (weak duality)."""
        reduced = np.where(np.abs(reduced) < ROUNDING, 0.0, reduced)
        return self._sum(price, np.maximum(reduced, 0.0), np.minimum(reduced, 0.0), constant)

    def _sum(self, price: Floats, high: Floats, low: Floats, constant: float) -> Cut:
        """Weights on rows, and on the upper and lower bounds of columns, as one row over today's columns."""
        future, shape = self.future, self.shape
        weight = np.zeros(len(future.row_lower))
        weight[shape.core] = np.where(np.abs(price) < ROUNDING, 0.0, price)
        factor = np.ones(len(weight))
        factor[shape.single] = shape.factor
        for part, origin, bound in ((high, self.high_from, future.upper), (low, self.low_from, future.lower)):
            used = part != 0
            from_row = used & (origin >= 0)
            np.add.at(weight, origin[from_row], part[from_row] / factor[origin[from_row]])
            own = used & (origin < 0) & np.isfinite(bound)
            constant += float(part[own] @ bound[own])
        above, below = weight > 0, weight < 0
        constant += float(weight[above] @ future.row_upper[above]) + float(weight[below] @ future.row_lower[below])
        return Cut(constant, -(shape.turned @ weight))


def _tighten(bound: Floats, origin: Ints, shape: _Shape, rows: Floats, tighter: np.ufunc) -> None:
    """Bounds of columns with those of the rows that hold a single one; where several are equally tight the column's own stands."""
    best = bound.copy()
    tighter.at(best, shape.column, rows)
    hit = (rows == best[shape.column]) & (rows != bound[shape.column])
    origin[shape.column[hit]] = shape.single[hit]
    bound[:] = best


def _solver(worth: Floats, matrix: csr_array) -> highspy.Highs:
    """A solver for one matrix, to be given bounds again and again; to be minimised, as pieces are."""
    solver = fresh()
    rows, columns = matrix.shape
    nothing, room = np.zeros(columns), np.zeros(rows)
    solver.passModel(
        columns, rows, matrix.nnz, int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize), 0.0, -worth,
        nothing, nothing, room, room, matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data,
        np.zeros(columns, dtype=np.int32),
    )  # fmt: skip
    return solver


def _bound(solver: highspy.Highs, lower: Floats, upper: Floats, row_lower: Floats, row_upper: Floats) -> None:
    """Give a solver the bounds of one future under one decision of today."""
    columns, rows = np.arange(len(lower), dtype=np.int32), np.arange(len(row_lower), dtype=np.int32)
    solver.changeColsBounds(len(columns), columns, lower, upper)
    solver.changeRowsBounds(len(rows), rows, row_lower, row_upper)
