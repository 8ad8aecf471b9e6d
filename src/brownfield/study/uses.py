"""The best use of a plan in many futures at once: block by block, compiled where numba is there, by HiGHS where it is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array

from brownfield.model.data import KILO
from brownfield.solve.series import series
from brownfield.study.futures import Futures
from brownfield.study.machine import compiled_here
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
    most = np.concatenate([np.zeros(0), *_cells_at_most(futures)])
    solve = _compiled if (compiled_here() if compiled is None else compiled) else _by_highs
    for part in parts_of(program, most):
        wanted = _wanted(program, futures, taken, part)
        if _nobody_builds(part):
            yield part.block.columns, wanted.right()
        else:
            yield part.block.columns, solve(part, wanted)


def _nobody_builds(part: Part) -> bool:
    """Whether the block is one demand cell alone, all of which is lost."""
    alone = part.matrix.shape == (1, 1) and part.cost[0] >= 0
    return bool(alone and part.matrix.data[0] == 1.0 and part.slack_low[0] == part.slack_high[0])


@dataclass(frozen=True)
class Wanted:
    """What changes from future to future in a block: right side = base + slope · theta, upper bound of a column scale · theta.

    theta: factors of demand that some cells of the block have in common, and thousand guest cars, shape (futures, parameters).
    movable: the parameter that bounds a column, -1: none.
    """

    base: Floats
    slope: Floats
    theta: Floats
    movable: Ints
    scale: Floats

    def right(self) -> Floats:
        """The right side in each future, shape (futures, rows)."""
        return self.base + self.theta @ self.slope.T


def _wanted(program: Recourse, futures: Futures, taken: Floats, part: Part) -> Wanted:
    """Cells whose factors have the same drivers move together, and are one parameter."""
    rows = part.block.rows
    cells = program.cell_of_row[rows]
    here = np.unique(np.concatenate((cells[cells >= 0], part.cell[part.cell >= 0])))
    kinds: dict[tuple[object, ...], int] = {}
    kind = np.array([kinds.setdefault((futures.of_cell[c], int(futures.times[c])), len(kinds)) for c in here.tolist()], dtype=np.int64)
    first = np.array([here[np.flatnonzero(kind == p)[0]] for p in range(len(kinds))], dtype=np.int64)
    guests = np.flatnonzero(np.abs(program.of_guests[rows]).sum(axis=0))
    slope = np.zeros((len(rows), len(kinds) + len(guests)))
    planned = futures.planned / KILO
    of_row = np.flatnonzero(cells >= 0)
    slope[of_row, kind[np.searchsorted(here, cells[of_row])]] = planned[cells[of_row]]
    slope[:, len(kinds) :] = -program.of_guests[rows][:, guests].toarray()
    theta = np.hstack([futures.factors(cells=first), taken[:, guests]])
    bound = part.cell >= 0
    movable, scale = np.full(len(part.cell), -1), np.zeros(len(part.cell))
    movable[bound], scale[bound] = kind[np.searchsorted(here, part.cell[bound])], planned[part.cell[bound]]
    base = np.where(np.isinf(program.high[rows]), program.low[rows], program.high[rows])
    return Wanted(base, slope, np.ascontiguousarray(theta), movable, scale)


def _cells_at_most(futures: Futures) -> Iterator[Floats]:
    """Thousand cars wanted in each cell in the future that wants most."""
    for first in range(0, futures.cells.height, 256):
        here = np.arange(first, min(first + 256, futures.cells.height))
        yield futures.demand(cells=here).max(axis=0) / KILO


def _compiled(part: Part, wanted: Wanted) -> Floats:
    """One block by the compiled kernel; a future that it leaves open goes to HiGHS."""
    from brownfield.study.recourse_kernel import best_uses

    rows, columns = part.matrix.shape
    pool = max(2, min(POOL, POOL_BYTES // (8 * (rows + columns) * (rows + 4))))
    matrix = part.matrix
    found, done, _ = best_uses(
        matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64), matrix.data, part.cost, part.upper, wanted.movable,
        wanted.scale, part.slack_low, part.slack_high, wanted.base, wanted.slope, wanted.theta, pool,
    )  # fmt: skip
    left = np.flatnonzero(done == 0)
    if len(left):
        found[left] = _by_highs(part, replace(wanted, theta=wanted.theta[left]))
    return np.maximum(found, 0.0)


def _by_highs(part: Part, wanted: Wanted) -> Floats:
    """One block by HiGHS: one program whose bounds change from future to future, each begun from the last basis."""
    right, moved = wanted.right(), np.flatnonzero(wanted.movable >= 0)
    most = wanted.theta[:, wanted.movable[moved]] * wanted.scale[moved]
    found = series(part.matrix, part.cost, part.upper, right - part.slack_high, right - part.slack_low, moved, most)
    return np.maximum(found, 0.0)
