"""A case as one Excel workbook: a sheet `settings`, a sheet for each table, sheets of notes that are not read."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from brownfield.case.case import Case, Settings
from brownfield.case.parse import RawTable
from brownfield.case.tables import TABLES
from brownfield.errors import CaseError, Problem, Where, shown
from brownfield.files import sheets
from brownfield.files.build import Read
from brownfield.files.cells import (
    MAX_BYTES,
    MAX_RATIO,
    MAX_ROWS,
    MAX_UNPACKED,
    REQUIRED,
    SHEET_CELL,
    SHEET_ROWS,
    grid_table,
    known_table,
    missing_tables,
    unknown_table,
)
from brownfield.files.settings import SHEET, from_cells
from brownfield.files.swap import new_file, refused

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NOTES = "notes"
"""Sheets whose name starts so are for people: they are not read."""


def read_workbook(path: Path) -> Read:
    """Everything in the workbook as settings and tables of text, with every problem on the way."""
    _look_inside(path)
    try:
        with zipfile.ZipFile(path) as archive:
            _weigh(path, archive)
            return _read(path, archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError) as error:
        raise _damaged(path, str(error).lower()) from error


def _look_inside(path: Path) -> None:
    """The first bytes tell a workbook from what is only named so."""
    if path.stat().st_size > MAX_BYTES:
        fix = "leave out what the decision does not need, or use a folder of CSV tables"
        raise refused("BF032", path, f"{path.stat().st_size:,} bytes", f"at most {MAX_BYTES:,} bytes", fix)
    with path.open("rb") as file:
        first = file.read(8)
        if first == _OLE:
            locked = "EncryptedPackage".encode("utf-16-le") in first + file.read(1 << 20) + _tail(path)
            found = "a workbook locked with a password" if locked else "a workbook of Excel 97 to 2003 under a new name, or a locked one"
            raise refused("BF044", path, found, "an open .xlsx workbook", "save it in Excel as .xlsx without a password")
    if first[:2] != b"PK":
        found = "an empty file" if not first else f"a file that starts with {shown(first.decode('latin-1'))}"
        raise refused("BF042", path, found, "an .xlsx workbook", "save it again from Excel as .xlsx")


def _tail(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - (1 << 20), 0))
        return file.read()


def _damaged(path: Path, reason: str) -> CaseError:
    return refused("BF042", path, f"a damaged or cut-off workbook ({reason})", "an .xlsx workbook", "save it again, or fetch it again")


def _weigh(path: Path, archive: zipfile.ZipFile) -> None:
    """No workbook is unpacked that is far larger inside than outside: by its own list first, then in truth."""
    parts = archive.infolist()
    total = sum(part.file_size for part in parts)
    bombs = [part for part in parts if part.file_size > max(part.compress_size, 1) * MAX_RATIO and part.file_size > 1 << 20]
    if total > MAX_UNPACKED or bombs:
        found = f"{total:,} bytes inside a file of {path.stat().st_size:,}"
        expected = f"at most {MAX_UNPACKED:,} bytes, and no part packed more than {MAX_RATIO} times"
        raise refused("BF043", path, found, expected, "remove empty formatted rows and pictures, or use a folder of CSV tables")
    if any(part.flag_bits & 1 for part in parts):
        raise refused("BF044", path, "parts locked with a password", "an open .xlsx workbook", "save it without a password")


def _read(path: Path, archive: zipfile.ZipFile) -> Read:
    try:
        book = sheets.open_book(archive)
    except sheets.SheetError as error:
        raise _damaged(path, str(error)) from error
    problems: list[Problem] = []
    settings: Settings | None = None
    tables: dict[str, RawTable] = {}
    places: dict[str, str] = {}
    for title in book.parts:
        name = title.strip().lower()
        if name.startswith(NOTES):
            continue
        if known_table(name) is None and name != SHEET:
            problems.append(unknown_table(Where(title), title, "sheet"))
        elif name in places:
            found = f"sheets {shown(places[name])} and {shown(title)}"
            problems.append(Problem("BF024", Where(title), found, "one sheet for each table", "keep one of the two"))
        else:
            places[name] = title
            raw = _sheet(book, title, problems)
            if raw is not None and name == SHEET:
                settings = _settings(raw, problems)
            elif raw is not None:
                tables[name] = raw
    if SHEET not in places:
        fix = f"add a sheet {SHEET} with the columns setting and value, and a row for the name of the case"
        problems.append(Problem("BF025", Where(SHEET), f"no sheet {SHEET}", "the settings of the case", fix))
    missing = missing_tables(places, lambda table: table, "sheet")
    return Read(settings, tables, problems + missing, bool(missing) or len(tables) < len(places.keys() - {SHEET}))


def _sheet(book: sheets.Book, title: str, problems: list[Problem]) -> RawTable | None:
    """One sheet as a table of text, or None with the problems that make it unreadable."""
    try:
        sheet = sheets.read_sheet(book, title, MAX_ROWS)
    except sheets.SheetError as error:
        problems.append(Problem("BF048", Where(title), str(error), "a sheet that can be read", "mend the sheet and save it again"))
        return None
    before = len(problems)
    for address, text in sheet.errors:
        fix = "mend the formula or write the value"
        problems.append(Problem("BF046", _at(title, address), f"the error value {shown(text)}", "a value or a blank", fix))
    for address in sheet.uncalculated:
        fix = "open the workbook in Excel or LibreOffice and save it, so that its formulas get values"
        problems.append(Problem("BF045", _at(title, address), "a formula that was never calculated", "a value", fix))
    for area in sheet.merged:
        fix = "undo the merging and fill in every cell"
        problems.append(Problem("BF047", _at(title, area), f"merged cells {area}", "one value in each cell", fix))
    if not sheet.rows and len(problems) > before:
        return None
    raw = grid_table(title, sheet.rows, problems, sheet=True)
    return raw if len(problems) == before else None


def _at(title: str, address: str) -> Where:
    """Where a cell such as C7 is."""
    digits = address.split(":")[0].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return Where(title, int(digits) if digits.isdecimal() else None, "", address)


def _settings(raw: RawTable, problems: list[Problem]) -> Settings | None:
    """Settings from the rows of their sheet: a name, a value."""
    missing = [name for name in ("setting", "value") if name not in raw.header]
    if missing:
        where = Where(raw.file, 1)
        problems.append(Problem("BF025", where, f"no column {missing[0]}", "the columns setting and value", "write them in row 1"))
        return None
    names = raw.columns[raw.header.index("setting")]
    values = raw.columns[raw.header.index("value")]
    cells: dict[str, str] = {}
    places: dict[str, Where] = {}
    for i, (name, value) in enumerate(zip(names, values, strict=True)):
        where = raw.where(i, "value")
        if name.strip() in cells:
            problems.append(Problem("BF027", where, f"{shown(name.strip())} twice", "each setting once", "keep one of the two"))
        cells[name.strip()], places[name.strip()] = value.strip(), where
    return from_cells(cells, places, raw.file, problems)


def write_workbook(case: Case, path: str | Path, *, overwrite: bool = False) -> Path:
    """The case as an Excel workbook: settings, every table that has rows, and notes on every column.

    Reading the workbook gives back equal tables and settings. CaseError when something is in the way.
    """
    _check_fits(case)
    names = [name for name in TABLES if case.table(name).height or name in REQUIRED]
    return new_file(path, lambda part: _write(part, case.settings, {name: case.table(name) for name in names}), overwrite=overwrite)


def _check_fits(case: Case) -> None:
    """What Excel cannot hold is refused before anything is written."""
    problems = []
    for name in TABLES:
        frame = case.table(name)
        if frame.height >= SHEET_ROWS:
            found, expected = f"{frame.height:,} rows", f"at most {SHEET_ROWS - 1:,} rows in a sheet"
            problems.append(Problem("BF033", Where(name), found, expected, "export a folder of CSV tables"))
        problems += [problem for column in frame.columns for problem in _cells_that_do_not_fit(name, column, frame[column])]
    if problems:
        raise CaseError(problems)


def _cells_that_do_not_fit(table: str, column: str, values: pl.Series) -> list[Problem]:
    """Cells that are too long for Excel, or hold one of the two characters that its files cannot hold."""
    texts = values.list.join(";") if values.dtype.is_nested() else values
    if texts.dtype != pl.String:
        return []
    problems, fix = [], "export a folder of CSV tables"
    for i in (texts.str.len_chars() > SHEET_CELL).arg_true():
        found, expected = f"{len(texts[i]):,} characters", f"at most {SHEET_CELL:,} in a cell"
        problems.append(Problem("BF040", Where(table, i + 2, column), found, expected, fix))
    for i in texts.str.contains("[\ufffe\uffff]").arg_true():
        problems.append(Problem("BF040", Where(table, i + 2, column), shown(texts[i]), "characters that a workbook can hold", fix))
    return problems


def _write(path: Path, settings: Settings, tables: Mapping[str, Any]) -> None:
    from brownfield.files.template import fill_workbook

    fill_workbook(path, settings, tables)
