"""Cells of a case: how a claim names one, what stands in it, and where it stands on disk."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import polars as pl
from pydantic_core import PydanticUndefined

from brownfield.case.case import Case
from brownfield.case.cells import row_key, row_keys
from brownfield.case.parse import STOP_AFTER, RawTable, parse
from brownfield.case.tables import TABLES, facts, fields, keys
from brownfield.errors import Where

SAME = 1e-9
"""Two numbers closer than this, relative to their size, are the same number."""

Value = str | float | int | bool | datetime.date | tuple[str, ...] | None
"""What a cell can hold; None is a blank."""


class Cell(NamedTuple):
    """The name of a cell: table, key of the row (parts joined by `|`, blank last parts left out), column."""

    table: str
    row: str
    column: str

    def __str__(self) -> str:
        return " / ".join(part for part in self if part)


def cell(table: str, row: str, column: str) -> Cell:
    """A cell by its name, however its row key was written: `Note | Japan |` is `Note|Japan`."""
    return Cell(table.strip(), row_key(row), column.strip())


def known_cell(name: Cell) -> bool:
    """Whether the schema has this column, and it is not part of the key."""
    return name.table in TABLES and name.column in fields(name.table) and name.column not in keys(name.table)


@lru_cache(maxsize=100_000)
def typed(table: str, column: str, text: str) -> Value:
    """A text as the value it would be in that column, read just as a file is; None when it cannot stand there."""
    if table not in TABLES or column not in fields(table) or not text.strip():
        return None
    parsed = parse(table, RawTable("", (column,), ([text],), (2,)))
    if any(problem.where.column == column for problem in parsed.problems):
        return None
    return plain(parsed.frame[column][0])


def typed_all(table: str, column: str, texts: Sequence[str]) -> list[Value]:
    """Texts as the values they would be in one column, as `typed` reads each: for many at once."""
    if table not in TABLES or column not in fields(table):
        return [None] * len(texts)
    parsed = parse(table, RawTable("", (column,), (list(texts),), range(len(texts))))
    bad = {problem.where.row for problem in parsed.problems if problem.where.column == column}
    if len(bad) >= STOP_AFTER:  # there may be more that are not told: one by one
        return [typed(table, column, text) for text in texts]
    values = parsed.frame[column].to_list()
    return [None if i in bad or not texts[i].strip() else plain(value) for i, value in enumerate(values)]


def plain(value: Any) -> Value:
    """A value as polars hands it out, with lists as tuples."""
    return tuple(value) if isinstance(value, (list, pl.Series)) else value


def same(one: Value, other: Value) -> bool:
    """Whether two values are the same, numbers within rounding."""
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=SAME, abs_tol=1e-12)
    return one == other


def likeness(value: Value) -> Value:
    """What two values have in common when they are the same: for looking many values up at once."""
    return f"{value + 0.0:.9e}" if isinstance(value, (int, float)) else value


def default(table: str, column: str) -> Value:
    """What stands in the column when nobody fills it in; None when that is a blank or must be filled."""
    value = fields(table)[column].default
    return None if value is PydanticUndefined else plain(value)


def worded(value: Value) -> str:
    """A value as people read it: 90,000 or 2028-04-01 or `Kyushu; Tochigi`."""
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        whole = float(value).is_integer() and abs(value) < 1e15
        return f"{value:,.0f}" if whole and abs(value) >= 10_000 else f"{value:g}" if whole else f"{value:,.6g}"
    return "blank" if value is None else str(value)


class Sheet:
    """One table of a case, row by row key: values and addresses, of rows that are switched off too."""

    def __init__(self, case: Case, table: str) -> None:
        self.table = table
        self.frame = case.table(table)
        rows = enumerate(zip(self.frame["status"] == "include", row_keys(self.frame, table), strict=True))
        # of several rows with one key, one that counts wins, and the first of those
        self.index: Mapping[str, int] = {key: i for i, (_, key) in sorted(rows, key=lambda row: (row[1][0], -row[0]))}
        self._raw = case.origins.get(table)
        self._columns: dict[str, list[Any]] = {}
        self._lines: dict[str, int] | None = None

    def value(self, row: str, column: str) -> Value:
        """What stands in a cell (None: blank); KeyError when there is no such row."""
        at = self.index[row]
        if column not in self._columns:
            self._columns[column] = self.frame[column].to_list()
        return plain(self._columns[column][at])

    def where(self, row: str, column: str) -> Where:
        """Address of a cell in the file it came from; of the table alone when the row was not read from a file."""
        if self._raw is None:
            return Where(self.table, column=column)
        if self._lines is None:
            self._lines = _raw_keys(self.table, self._raw)
        line = self._lines.get(row)
        return Where(self._raw.file, column=column) if line is None else self._raw.where(line, column)


def _raw_keys(table: str, raw: RawTable) -> dict[str, int]:
    """Row key to row of a table as read. Looked up by key, because a changed case may have other rows in another order."""
    at = {name: raw.columns[i] for i, name in reversed(list(enumerate(raw.header)))}
    blank = [""] * len(raw.row_numbers)
    columns = [at.get(name, blank) for name in keys(table)]
    return {row_key("|".join(parts)): i for i, parts in reversed(list(enumerate(zip(*columns, strict=True))))}


def measure_of(name: Cell) -> str:
    """The unit of a cell for reading; nothing when it depends on the row, as the value of a policy does."""
    unit = facts(name.table, name.column).unit
    return "" if unit.startswith("as ") else unit
