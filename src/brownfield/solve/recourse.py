"""What the futures make of today's decisions: one small linear program each, solved from where the last one ended.

Rows with a single column of a future are bounds of that column once today is decided; what is left is the same matrix in every
future, so that one solver serves all, and each solve begins at the corner of the one before. Without the rows that tie everything
together (`Future.ties`: cash) the matrix falls into parts, such as periods, each with a worth and a cut of its own; the ties are
looked at only where they press.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import block_array, coo_array, csr_array, hstack, identity
from scipy.sparse.csgraph import connected_components

from brownfield.errors import BrownfieldError
from brownfield.model.program import Floats, Ints
from brownfield.solve.highs import fresh
from brownfield.solve.pieces import Flags
from brownfield.solve.two_stage import Future, TwoStage, same_matrix

ROUNDING = 1e-9
"""A price or an overlap this small is the solver's rounding."""
WITHIN = 1e-9
"""How far a tie may be missed, beside one and its bound."""
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
class PartCuts:
    """A bound for each part of a future: constant, shape (parts,), and slope, shape (parts, today's columns)."""

    constant: Floats
    slope: csr_array

    @property
    def whole(self) -> Cut:
        """All parts together."""
        return Cut(float(self.constant.sum()), np.asarray(self.slope.sum(axis=0)).ravel())


@dataclass(frozen=True)
class Reply:
    """What a future makes of a decision of today.

    worth: None when it can make nothing of it. parts: bounds for its parts as if nothing tied them (None: one of them can do
    nothing). whole: where the ties press, a bound for all parts together; where nothing can be done, what must be >= 0 for it.
    """

    worth: float | None
    parts: PartCuts | None
    whole: Cut | None
    solution: Floats | None


class Shape:
    """What is the same in many futures: rows cut into bounds of one column, ties, and the rest, which falls into parts.

    part: of each column. parts: their number; columns that only ties hold come last, as the part `parts`.
    """

    def __init__(self, future: Future) -> None:
        counts = np.diff(future.matrix.indptr)
        self.future = future
        self.single, self.core = np.flatnonzero(counts == 1), np.flatnonzero(counts != 1)
        starts = future.matrix.indptr[self.single]
        self.column = future.matrix.indices[starts].astype(np.int64)
        self.factor = future.matrix.data[starts]
        self.matrix = csr_array(future.matrix[self.core])
        self.across = csr_array(self.matrix.T)
        self.tied = future.ties[self.core]
        self.ties = csr_array(self.matrix[np.flatnonzero(self.tied)])
        self.loose = csr_array(self.matrix[np.flatnonzero(~self.tied)])
        self.part, self.parts = _parts(self.loose, self.matrix, self.tied)
        self.row_part = self._parts_of_rows()
        self.solver = _solver(future.worth, self.loose)
        self._full: highspy.Highs | None = None
        self._elastic: dict[bool, highspy.Highs] = {}

    def _parts_of_rows(self) -> Ints:
        """Part of each row of a future; ties have the last number but one more."""
        found = np.full(self.future.matrix.shape[0], self.parts + 1, dtype=np.int64)
        found[self.single] = self.part[self.column]
        starts = self.loose.indptr[:-1]
        filled = np.diff(self.loose.indptr) > 0
        own = np.full(self.loose.shape[0], self.parts, dtype=np.int64)
        own[filled] = self.part[self.loose.indices[starts[filled]]]
        found[self.core[~self.tied]] = own
        return found

    @property
    def full(self) -> highspy.Highs:
        """The solver for all rows, ties too."""
        if self._full is None:
            self._full = _solver(self.future.worth, self.matrix)
        return self._full

    def elastic(self, tied: bool) -> highspy.Highs:
        """A solver in which every row may be missed, at a price of one."""
        if tied not in self._elastic:
            matrix = self.matrix if tied else self.loose
            one = identity(matrix.shape[0], format="csr")
            wide = csr_array(hstack([matrix, one, -one], format="csr"))
            self._elastic[tied] = _solver(np.concatenate([np.zeros(matrix.shape[1]), np.full(2 * matrix.shape[0], -1.0)]), wide)
        return self._elastic[tied]

    def fits(self, future: Future) -> bool:
        """Whether a future has this shape."""
        mine = self.future
        return (
            same_matrix(mine.matrix, future.matrix) and np.array_equal(mine.worth, future.worth) and np.array_equal(mine.ties, future.ties)
        )


def _parts(loose: csr_array, matrix: csr_array, tied: Flags) -> tuple[Ints, int]:
    """Part of each column: those that share a row are of one part; columns that no row holds make one part together."""
    rows, columns = loose.shape
    graph = block_array([[None, loose], [loose.T, None]], format="csr") if rows else csr_array((columns, columns))
    _, label = connected_components(graph, directed=False)
    label = label[-columns:]
    held = np.diff(csr_array(loose.T).indptr) > 0
    by_ties = np.asarray(abs(matrix[np.flatnonzero(tied)]).sum(axis=0)).ravel() > 0
    free = label.max(initial=0) + 1
    label = np.where(held, label, np.where(by_ties, free + 1, free))
    names, part = np.unique(label, return_inverse=True)
    count = len(names) - int(names[-1] == free + 1) if len(names) else 0
    return part.astype(np.int64), count


class Recourse:
    """All futures of a program, each a linear program once today is decided.

    Raises BrownfieldError when a future has whole columns: its worth is then no concave function of today's decisions.
    """

    def __init__(self, program: TwoStage) -> None:
        if any(future.whole.any() for future in program.futures):
            raise BrownfieldError("futures with whole decisions have no prices: use the decomposition by copies of today's decisions")
        self.program = program
        self.shapes: list[Shape] = []
        self._kind: list[Shape] = []
        for future in program.futures:
            shape = next((known for known in self.shapes if known.fits(future)), None)
            if shape is None:
                shape = Shape(future)
                self.shapes.append(shape)
            self._kind.append(shape)

    @property
    def parts(self) -> int:
        """Number of parts that all futures fall into; one when they are not of one shape."""
        return self.shapes[0].parts if len(self.shapes) == 1 else 1

    def reply(self, number: int, decided: Floats) -> Reply:
        """What one future makes of a decision of today, with the cuts that it gives there."""
        future, shape = self.program.futures[number], self._kind[number]
        bounds = _Bounds(future, shape, decided)
        if bounds.crossed is not None:
            return Reply(None, None, bounds.crossed, None)
        found = _run(shape.solver, bounds, ~shape.tied)
        if found is None:
            return Reply(None, None, self._impossible(shape, bounds, False), None)
        worth, solution, price = found
        parts, fixed = bounds.cuts(price, one=len(self.shapes) > 1), future.constant + float(future.more @ decided)
        if not shape.tied.any():
            return Reply(worth + fixed, parts, None, solution)
        eased = _ties_hold(shape, bounds, solution)
        if eased is not None:
            return Reply(worth + fixed, parts, None, eased)
        found = _run(shape.full, bounds, np.ones_like(shape.tied))
        if found is None:
            return Reply(None, parts, self._impossible(shape, bounds, True), None)
        worth, solution, price = found
        return Reply(worth + fixed, parts, bounds.cuts(price, one=True).whole, solution)

    def _impossible(self, shape: Shape, bounds: _Bounds, tied: bool) -> Cut:
        """What must be >= 0 for a future to be able to do anything: by how much its rows are missed at least, turned round."""
        rows = np.ones_like(shape.tied) if tied else ~shape.tied
        solver = shape.elastic(tied)
        none = np.zeros(2 * int(rows.sum()))
        lower, upper = np.concatenate([bounds.lower, none]), np.concatenate([bounds.upper, none + np.inf])
        _bound(solver, lower, upper, bounds.row_lower[rows], bounds.row_upper[rows])
        solver.run()
        if solver.getModelStatus() != OPTIMAL:
            raise BrownfieldError("the solver gave up on one of the futures: its numbers are out of range")
        price = np.zeros(len(rows))
        price[rows] = -np.array(solver.getSolution().row_dual)
        return bounds.cuts(price, one=True, worthless=True).whole


class _Bounds:
    """Bounds of a future's columns and rows once today is decided, and the row that each bound of a column comes from (-1: none)."""

    def __init__(self, future: Future, shape: Shape, decided: Floats) -> None:
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
        return self._sum(np.zeros(len(self.shape.core)), one, -one, one=True).whole

    def cuts(self, price: Floats, *, one: bool, worthless: bool = False) -> PartCuts:
        """Bounds by prices of the rows and what is left of each column's worth after them (weak duality).

        Prices that press on a bound that is not there are the solver's rounding. one: all parts as one. worthless: as if no
        column had any worth.
        """
        nowhere = ((price > 0) & np.isinf(self.row_upper)) | ((price < 0) & np.isinf(self.row_lower)) | (np.abs(price) < ROUNDING)
        price = np.where(nowhere, 0.0, price)
        reduced = -(self.shape.across @ price) if worthless else self.future.worth - self.shape.across @ price
        reduced = np.where(np.abs(reduced) < ROUNDING, 0.0, reduced)
        found = self._sum(price, np.maximum(reduced, 0.0), np.minimum(reduced, 0.0), one=one)
        if worthless:
            return found
        found.constant[0] += self.future.constant
        more = csr_array(self.future.more[None, :])
        ends = np.concatenate([[0], np.full(found.slope.shape[0], more.nnz)])
        slope = found.slope + csr_array((more.data, more.indices, ends), found.slope.shape)
        return PartCuts(found.constant, csr_array(slope))

    def _sum(self, price: Floats, high: Floats, low: Floats, *, one: bool) -> PartCuts:
        """Weights on rows, and on the upper and lower bounds of columns, as one row over today's columns for each part."""
        future, shape = self.future, self.shape
        count = 1 if one else shape.parts
        column_part = np.zeros_like(shape.part) if one else np.minimum(shape.part, count - 1)
        row_part = np.zeros_like(shape.row_part) if one else np.minimum(shape.row_part, count - 1)
        constant = np.zeros(count)
        weight = np.zeros(len(future.row_lower))
        weight[shape.core] = price
        factor = np.ones(len(weight))
        factor[shape.single] = shape.factor
        for part, origin, bound in ((high, self.high_from, future.upper), (low, self.low_from, future.lower)):
            used = part != 0
            from_row = used & (origin >= 0)
            np.add.at(weight, origin[from_row], part[from_row] / factor[origin[from_row]])
            own = np.flatnonzero(used & (origin < 0) & np.isfinite(bound))
            np.add.at(constant, column_part[own], part[own] * bound[own])
        for rows, bound in ((np.flatnonzero(weight > 0), future.row_upper), (np.flatnonzero(weight < 0), future.row_lower)):
            np.add.at(constant, row_part[rows], weight[rows] * bound[rows])
        some = np.flatnonzero(weight)
        pick = csr_array(coo_array((-weight[some], (row_part[some], some)), shape=(count, len(weight))))
        return PartCuts(constant, csr_array(pick @ future.today))


def _tighten(bound: Floats, origin: Ints, shape: Shape, rows: Floats, tighter: np.ufunc) -> None:
    """Bounds of columns with those of the rows that hold a single one; where several are equally tight the column's own stands."""
    best = bound.copy()
    tighter.at(best, shape.column, rows)
    hit = (rows == best[shape.column]) & (rows != bound[shape.column])
    origin[shape.column[hit]] = shape.single[hit]
    bound[:] = best


def _run(solver: highspy.Highs, bounds: _Bounds, rows: Flags) -> tuple[float, Floats, Floats] | None:
    """Worth, solution and price of each core row (0 for those left out); None when nothing can be done."""
    _bound(solver, bounds.lower, bounds.upper, bounds.row_lower[rows], bounds.row_upper[rows])
    solver.run()
    if solver.getModelStatus() != OPTIMAL:
        solver.clearSolver()
        solver.run()
    if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return None
    if solver.getModelStatus() != OPTIMAL:
        raise BrownfieldError(f"the solver gave up on one of the futures: {solver.getModelStatus()}")
    solution = solver.getSolution()
    price = np.zeros(len(rows))
    price[rows] = -np.array(solution.row_dual)
    return -float(solver.getInfo().objective_function_value), np.array(solution.col_value), price


def _ties_hold(shape: Shape, bounds: _Bounds, solution: Floats) -> Floats | None:
    """The solution with what only ties hold set so that all ties hold at no cost; None where that needs a closer look.

    Columns with a price stay at their least; those without are what the ties that are equations make of them.
    """
    low, high = bounds.row_lower[shape.tied], bounds.row_upper[shape.tied]
    only = shape.part == shape.parts
    worth = shape.future.worth
    free, dear = np.flatnonzero(only & (worth == 0.0)), np.flatnonzero(only & (worth != 0.0))
    equal = np.flatnonzero(low == high)
    if len(equal) != len(free) or (worth[dear] > 0).any() or np.isinf(bounds.lower[dear]).any():
        return None
    trial = solution.copy()
    trial[dear], trial[free] = bounds.lower[dear], 0.0
    ties = shape.ties
    try:
        trial[free] = np.linalg.solve(ties[equal][:, free].toarray(), (low - ties @ trial)[equal])
    except np.linalg.LinAlgError:
        return None
    done = ties @ trial
    fits = (done >= low - WITHIN * (1.0 + np.abs(low))) & (done <= high + WITHIN * (1.0 + np.abs(high)))
    inside = (trial[free] >= bounds.lower[free]) & (trial[free] <= bounds.upper[free])
    return trial if bool(fits.all() and inside.all()) else None


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
    solver.changeRowsBounds(len(rows), rows, row_lower, row_upper)  # type: ignore[attr-defined]
