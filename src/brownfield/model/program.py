"""A linear program in numbered blocks: columns and rows over plain arrays, handed to HiGHS in one call.

Each block of rows knows its family (the rule it states) and its keys (which plant, line, period), so that a
row can be named in a diagnosis and traced to the page that explains it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array

from brownfield.errors import BrownfieldError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Indices = npt.NDArray[np.int32]
Keys = Mapping[str, tuple[Sequence[str], Ints]]
"""Key of every row or column of a block: kind -> (names, position of each one's name)."""


@dataclass(frozen=True)
class Block:
    """A run of columns or rows of one name."""

    name: str
    first: int
    count: int
    keys: Keys

    def key(self, number: int) -> dict[str, str]:
        """Names behind one column or row, by its number in the program."""
        return {kind: names[int(at[number - self.first])] for kind, (names, at) in self.keys.items()}


@dataclass
class Program:
    """Columns with bounds, rows with bounds, coefficients; maximised. Blocks keep the order in which they were added."""

    column_blocks: list[Block] = field(default_factory=list)
    row_blocks: list[Block] = field(default_factory=list)
    _columns: list[tuple[Floats, Floats, bool]] = field(default_factory=list)
    _rows: list[tuple[Floats, Floats]] = field(default_factory=list)
    _terms: list[tuple[Ints, Ints, Floats]] = field(default_factory=list)
    column_count: int = 0
    row_count: int = 0
    objective: Floats = field(default_factory=lambda: np.zeros(0))
    constant: float = 0.0

    def columns(
        self,
        name: str,
        keys: Keys,
        wanted: npt.NDArray[np.bool_],
        lower: npt.ArrayLike = 0.0,
        upper: npt.ArrayLike = np.inf,
        *,
        integer: bool = False,
    ) -> Ints:
        """Add a column wherever `wanted` is true; returns the column numbers in the shape of `wanted`, -1 elsewhere.

        `keys` maps each kind, in the order of the axes of `wanted`, to its names and position arrays of that shape.
        """
        numbers = np.full(wanted.shape, -1, dtype=np.int64)
        count = int(wanted.sum())
        numbers[wanted] = np.arange(self.column_count, self.column_count + count)
        low = np.broadcast_to(np.asarray(lower, dtype=float), wanted.shape)[wanted]
        high = np.broadcast_to(np.asarray(upper, dtype=float), wanted.shape)[wanted]
        flat = {kind: (names, np.broadcast_to(at, wanted.shape)[wanted]) for kind, (names, at) in keys.items()}
        self.column_blocks.append(Block(name, self.column_count, count, flat))
        self._columns.append((low, high, integer))
        self.column_count += count
        return numbers

    def rows(self, family: str, keys: Keys, lower: npt.ArrayLike, upper: npt.ArrayLike) -> Ints:
        """Add one row for each entry of the key arrays; returns the row numbers."""
        count = len(next(iter(keys.values()))[1]) if keys else 1
        self.row_blocks.append(Block(family, self.row_count, count, keys))
        low = np.broadcast_to(np.asarray(lower, dtype=float), (count,))
        high = np.broadcast_to(np.asarray(upper, dtype=float), (count,))
        self._rows.append((low, high))
        self.row_count += count
        return np.arange(self.row_count - count, self.row_count)

    def terms(self, rows: npt.ArrayLike, columns: npt.ArrayLike, values: npt.ArrayLike) -> None:
        """Add coefficients (broadcast together); columns that do not exist (-1) and zeros are left out."""
        r, c, v = np.broadcast_arrays(
            np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64), np.asarray(values, dtype=float)
        )
        keep = (c >= 0) & (v != 0.0)
        if keep.all():
            self._terms.append((r.ravel(), c.ravel(), v.ravel()))
        elif keep.any():
            self._terms.append((r[keep], c[keep], v[keep]))

    def integer_columns(self) -> npt.NDArray[np.bool_]:
        """Which columns must be whole, shape (columns,)."""
        flags = [np.full(len(low), integer) for low, _, integer in self._columns]
        return np.concatenate(flags) if flags else np.zeros(0, dtype=bool)

    def column_bounds(self) -> tuple[Floats, Floats]:
        """Lower and upper bounds of the columns."""
        if not self._columns:
            return np.zeros(0), np.zeros(0)
        return np.concatenate([low for low, _, _ in self._columns]), np.concatenate([high for _, high, _ in self._columns])

    def row_bounds(self) -> tuple[Floats, Floats]:
        """Lower and upper bounds of the rows."""
        if not self._rows:
            return np.zeros(0), np.zeros(0)
        return np.concatenate([low for low, _ in self._rows]), np.concatenate([high for _, high in self._rows])

    def matrix(self) -> tuple[Indices, Indices, Floats]:
        """Coefficients by rows (start, column, value), terms on the same place added up."""
        if not self._terms:
            return np.zeros(self.row_count + 1, dtype=np.int32), np.zeros(0, dtype=np.int32), np.zeros(0)
        rows = np.concatenate([r for r, _, _ in self._terms])
        cols = np.concatenate([c for _, c, _ in self._terms])
        values = np.concatenate([v for _, _, v in self._terms])
        places = (rows.astype(np.int32), cols.astype(np.int32))
        matrix = coo_array((values, places), shape=(self.row_count, self.column_count)).tocsr()
        matrix.sum_duplicates()
        return matrix.indptr, matrix.indices, matrix.data

    def pass_to(
        self,
        solver: highspy.Highs,
        lower: Floats | None = None,
        upper: Floats | None = None,
        whole: npt.NDArray[np.bool_] | None = None,
    ) -> None:
        """Hand the program to HiGHS in one call; bounds and whole columns may be replaced (to fix, or to relax)."""
        low, high = self.column_bounds()
        start, index, value = self.matrix()
        flags = self.integer_columns() if whole is None else whole
        status = solver.passModel(
            self.column_count,
            self.row_count,
            len(value),
            int(highspy.MatrixFormat.kRowwise),
            int(highspy.ObjSense.kMaximize),
            self.constant,
            self.objective,
            low if lower is None else lower,
            high if upper is None else upper,
            *self.row_bounds(),
            start,
            index,
            value,
            flags.astype(np.int32),
        )
        if status == highspy.HighsStatus.kError:
            raise BrownfieldError("the solver refuses the program: a coefficient or a bound is out of range")

    def family(self, name: str) -> list[Block]:
        """The blocks of rows that state one rule."""
        return [block for block in self.row_blocks if block.name == name]
