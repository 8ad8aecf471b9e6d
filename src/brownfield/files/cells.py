"""What all forms of a case on disk share: limits, cells as text, and how a grid of cells becomes a table."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import polars as pl

from brownfield.case.parse import STOP_AFTER, RawTable, letters, schema
from brownfield.case.tables import NEEDED, TABLES, fields
from brownfield.errors import Problem, Where, nearest, one_of, shown

MAX_ROWS = 2_000_000
"""Rows of one table: more are refused at once."""

MAX_COLUMNS = 400
"""Columns of one table: more are no table of a case."""

MAX_CELLS = 50_000_000
"""Cells of a sheet, blank ones up to its last row and column included: all of them take up memory."""

MAX_BYTES = 1 << 28
"""Bytes of one table, and of one workbook (256 MiB)."""

MAX_UNPACKED = 1 << 30
"""Bytes of all parts of a workbook once unpacked (1 GiB): a larger one is an attack or no case."""

MAX_RATIO = 300
"""Unpacked to packed size of a part of a workbook above which it is taken for a bomb (sheets stay under 100)."""

SHEET_ROWS = 1_048_576
"""Rows of a sheet of Excel, header included."""

SHEET_CELL = 32_767
"""Characters of a cell of Excel."""

DEFAULTED = ("shift_models",)
"""Needed tables that a case may leave out, because Brownfield has a default for them."""

REQUIRED = tuple(name for name in NEEDED if name not in DEFAULTED)
"""Tables that must be there."""


def known_table(name: str) -> str | None:
    """The table a file or sheet is named after, whatever its capitals."""
    lowered = name.strip().lower()
    return lowered if lowered in TABLES else None


def unknown_table(where: Where, stem: str, what: str) -> Problem:
    """A file or sheet that is no table: an error, because its data would be left out without a word."""
    fix = f"{nearest(stem.lower(), TABLES)}rename the {what}, or move it elsewhere; the tables are {one_of(TABLES, 40)}"
    return Problem("BF023", where, f"a {what} named {shown(stem)}", "a table of a case", fix)


def missing_tables(found: Iterable[str], address: Callable[[str], str], what: str) -> list[Problem]:
    """Needed tables that are not there."""
    have = set(found)
    return [
        Problem("BF022", Where(address(name)), f"no {what} {address(name)}", f"the table {name}", f"add it: {TABLES[name].__doc__}")
        for name in REQUIRED
        if name not in have
    ]


def text_of(value: Any) -> str:
    """A value as the text of a cell, such that reading it gives the value back exactly."""
    if value is None:
        return ""
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 1e15 and not (value == 0 and math.copysign(1, value) < 0)
        return str(int(value)) if whole else repr(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (list, tuple, pl.Series)):
        return ";".join(value)
    return str(value)


def columns_used(table: str, frame: pl.DataFrame) -> list[str]:
    """Columns worth writing: those that must be filled, and those with a value other than the default."""
    if frame.is_empty():
        return list(fields(table))
    used = []
    for name, info in fields(table).items():
        default = None if info.is_required() else info.default
        values = frame[name]
        if info.is_required():
            used.append(name)
        elif isinstance(frame.schema[name], pl.List):
            used += [name] if values.list.len().fill_null(0).max() else []
        elif not (values.is_null() if default is None else values.eq_missing(pl.Series([default], dtype=values.dtype))).all():
            used.append(name)
    return used


def text_rows(frame: pl.DataFrame, columns: Sequence[str]) -> Iterable[tuple[str, ...]]:
    """Rows of a table as text."""
    return (tuple(text_of(value) for value in row) for row in frame.select(columns).iter_rows())


def empty_frame(table: str) -> pl.DataFrame:
    """A table of the right types without rows."""
    return pl.DataFrame(schema=schema(table))


def grid_table(file: str, rows: Sequence[Sequence[str]], problems: list[Problem], *, sheet: bool = False) -> RawTable | None:
    """A grid of text as a table: the first row that is not blank is the header, blank rows are left out.

    Rows are counted as a spreadsheet does, from 1 and with blank ones. None when the grid has no header or is ragged.
    """
    start = next((i for i, row in enumerate(rows) if any(map(str.strip, row))), None)
    if start is None:
        problems.append(
            Problem("BF037", Where(file, 1), "nothing", "a header: the names of the columns", "fill it in, or take the table away")
        )
        return None
    header = tuple(name.strip() for name in rows[start])
    if len(header) > MAX_COLUMNS:
        found, fix = f"{len(header):,} columns", "delete the columns that are blank or no part of the case"
        problems.append(Problem("BF033", Where(file, start + 1), found, f"at most {MAX_COLUMNS} columns", fix))
        return None
    body, numbers = _filled(rows, start)
    before = len(problems)
    if set(map(len, body)) - {len(header)}:
        body = _squared(file, header, body, numbers, problems)
    columns = tuple(zip(*body, strict=True)) if body else ((),) * len(header)
    _nameless(file, header, columns, numbers, start + 1, sheet, problems)
    return RawTable(file, header, columns, numbers, sheet, start + 1) if len(problems) == before else None


def _filled(rows: Sequence[Sequence[str]], start: int) -> tuple[Sequence[Sequence[str]], Sequence[int]]:
    """Rows under the header that are not blank, and their numbers."""
    body = rows[start + 1 :]
    numbers: Sequence[int] = range(start + 2, start + 2 + len(body))
    if all(row and row[0] for row in body):
        return body, numbers
    kept = [(row, number) for row, number in zip(body, numbers, strict=True) if any(map(str.strip, row))]
    return [row for row, _ in kept], [number for _, number in kept]


def _squared(
    file: str, header: Sequence[str], body: Sequence[Sequence[str]], numbers: Sequence[int], problems: list[Problem]
) -> list[Sequence[str]]:
    """All rows as long as the header; a row that is longer or shorter is a problem, unless only blanks are too many."""
    width, before = len(header), len(problems)
    result: list[Sequence[str]] = []
    for row, number in zip(body, numbers, strict=True):
        if len(row) == width or (not any(map(str.strip, row[width:])) and len(row) > width):
            result.append(row[:width])
            continue
        fix = "write a blank for every empty cell, and put a text with a comma between double quotes"
        problems.append(Problem("BF036", Where(file, number), f"{len(row)} cells", f"{width} cells, as in the header", fix))
        if len(problems) - before >= STOP_AFTER:
            break
    return result


def _nameless(
    file: str,
    header: Sequence[str],
    columns: Sequence[Sequence[str]],
    numbers: Sequence[int],
    header_row: int,
    sheet: bool,
    problems: list[Problem],
) -> None:
    """A column without a name may be there only when it is blank all the way down."""
    for i, name in enumerate(header):
        if name:
            continue
        filled = next((k for k, cell in enumerate(columns[i]) if cell.strip()), None)
        if filled is not None:
            where = Where(file, header_row, "", f"{letters(i)}{header_row}" if sheet else "")
            found = f"no name over column {letters(i)}, which holds {shown(columns[i][filled])} in row {numbers[filled]}"
            problems.append(Problem("BF037", where, found, "the name of a column", "name the column, or delete it"))
