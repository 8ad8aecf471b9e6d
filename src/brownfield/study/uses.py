"""The best use of a plan in many futures at once: block by block, compiled where numba is there, by HiGHS where it is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array

from brownfield.errors import LedgerError
from brownfield.model.data import KILO
from brownfield.solve.highs import FINE, fresh
from brownfield.study.futures import Futures
from brownfield.study.recourse import Block, Recourse

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

POOL_BYTES = 200_000_000
"""Memory for the bases of one block that are remembered."""

POOL = 400
"""Bases of one block that are remembered at most."""


@dataclass(frozen=True)
class Part:
    """One block ready to be used: A by columns, costs (to be made small), bounds, the cells that bound columns."""

    block: Block
    matrix: csc_array
    cost: Floats
    upper: Floats
    cell: Ints
    slack_low: Floats
    slack_high: Floats


def compiled_here() -> bool:
    """Whether the compiled kernel can be used (the extra `line`)."""
    return find_spec("numba") is not None


def parts_of(program: Recourse, most: Floats) -> list[Part]:
    """Every block of a program; `most`: the most thousand cars wanted in each cell in any future.

    A column without a limit of its own is bounded by what all cells of its block could want together: no best use has more.
    """
    column_rows = csc_array(program.matrix)
    wanted = np.zeros(program.matrix.shape[0])
    wanted[program.served] = most
    found = []
    for block in program.blocks:
        matrix = csc_array(column_rows[:, block.columns][block.rows])
        cost, upper = -program.worth[block.columns], program.upper[block.columns]
        bound = float(wanted[block.rows].sum()) + 1.0
        upper = np.where((cost < 0) & np.isinf(upper), bound, upper)
        low, high = program.low[block.rows], program.high[block.rows]
        slack_low = np.where(np.isposinf(high), -np.inf, 0.0)
        slack_high = np.where(np.isneginf(low), np.inf, 0.0)
        found.append(Part(block, matrix, cost, upper, program.cell[block.columns], slack_low, slack_high))
    return found


def uses(program: Recourse, futures: Futures, taken: Floats, *, compiled: bool | None = None) -> Iterator[tuple[Ints, Floats]]:
    """The best use of the plan in every future, block by block: columns of the block, and thousand cars, shape (futures, columns).

    taken: thousand cars built for guests, shape (futures, guests). compiled: by the compiled kernel or by HiGHS (None: compiled
    where numba is installed); both find the same worth. LedgerError when a future has no use at all, which would be a defect.
    """
    most = np.array([path.max(initial=0.0) for path in _cells_at_most(futures)]) if len(program.served) else np.zeros(0)
    cells = np.full(program.matrix.shape[0], -1)
    cells[program.served] = np.arange(len(program.served))
    solve = _compiled if (compiled_here() if compiled is None else compiled) else _by_highs
    for part in parts_of(program, most):
        rows = part.block.rows
        here = np.unique(np.concatenate((cells[rows][cells[rows] >= 0], part.cell[part.cell >= 0])))
        wanted = futures.demand(cells=here) / KILO
        finite = np.where(np.isinf(program.high[rows]), program.low[rows], program.high[rows])
        right = finite - (program.of_guests[rows] @ taken.T).T
        of_row = np.flatnonzero(cells[rows] >= 0)
        right[:, of_row] += wanted[:, np.searchsorted(here, cells[rows][of_row])]
        movable = np.where(part.cell >= 0, np.searchsorted(here, part.cell), -1)
        yield part.block.columns, solve(part, np.ascontiguousarray(right), wanted, movable)


def _cells_at_most(futures: Futures) -> Iterator[Floats]:
    """Thousand cars wanted in each cell in the future that wants most."""
    for first in range(0, futures.cells.height, 256):
        here = np.arange(first, min(first + 256, futures.cells.height))
        yield from (futures.demand(cells=here) / KILO).T


def _compiled(part: Part, right: Floats, wanted: Floats, movable: Ints) -> Floats:
    """One block by the compiled kernel; a future that it leaves open goes to HiGHS."""
    from brownfield.study.recourse_kernel import best_uses

    rows, columns = part.matrix.shape
    if rows == 1 and columns == 1 and part.cost[0] >= 0 and part.matrix.data[0] == 1.0 and part.slack_low[0] == part.slack_high[0]:
        return right.copy()  # nobody builds it: every buyer is lost
    pool = max(2, min(POOL, POOL_BYTES // (8 * (rows + columns) * (rows + 4))))
    matrix = part.matrix
    found, done, _ = best_uses(
        matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64), matrix.data, part.cost, part.upper, movable.astype(np.int64),
        part.slack_low, part.slack_high, right, wanted if wanted.shape[1] else np.zeros((len(right), 1)), pool,
    )  # fmt: skip
    left = np.flatnonzero(done == 0)
    if len(left):
        found[left] = _by_highs(part, right[left], wanted[left], movable)
    return np.maximum(found, 0.0)


def _by_highs(part: Part, right: Floats, wanted: Floats, movable: Ints) -> Floats:
    """One block by HiGHS: one model whose bounds change from future to future, each begun from the last basis."""
    rows, columns = part.matrix.shape
    solver = fresh()
    solver.setOptionValue("presolve", "off")
    solver.setOptionValue("primal_feasibility_tolerance", FINE)
    solver.setOptionValue("dual_feasibility_tolerance", FINE)
    low, high = _row_bounds(part, right[0])
    matrix = part.matrix
    solver.passModel(
        columns, rows, matrix.nnz, int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMinimize), 0.0, part.cost,
        np.zeros(columns), part.upper, low, high, matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data,
        np.zeros(columns, dtype=np.int32),
    )  # fmt: skip
    moved = np.flatnonzero(movable >= 0)
    found = np.empty((len(right), columns))
    for f in range(len(right)):
        low, high = _row_bounds(part, right[f])
        solver.changeRowsBounds(rows, np.arange(rows, dtype=np.int32), low, high)
        if len(moved):
            solver.changeColsBounds(len(moved), moved.astype(np.int32), np.zeros(len(moved)), wanted[f, movable[moved]])
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise LedgerError("a future has no use of the plan: this is a defect of Brownfield, please report the case")
        found[f] = solver.getSolution().col_value
    return np.maximum(found, 0.0)


def _row_bounds(part: Part, right: Floats) -> tuple[Floats, Floats]:
    """Bounds of the rows of a block in one future."""
    return right - part.slack_high, right - part.slack_low
