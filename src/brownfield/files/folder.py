"""A case as a folder: `case.toml` and one CSV file per table, UTF-8, commas, the first row names the columns."""

from __future__ import annotations

import csv
import io
import re
import stat
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from brownfield.case.case import Case, Settings
from brownfield.case.formulas import harmless, meant
from brownfield.case.parse import RawTable
from brownfield.case.tables import TABLES
from brownfield.errors import Problem, Where, shown
from brownfield.files.build import Read
from brownfield.files.cells import (
    MAX_BYTES,
    MAX_ROWS,
    REQUIRED,
    columns_used,
    grid_table,
    known_table,
    missing_tables,
    text_rows,
    unknown_table,
)
from brownfield.files.settings import FILE, read_toml, write_toml
from brownfield.files.swap import new_folder

SETTINGS_BYTES = 1 << 16
"""Bytes of `case.toml` (64 KiB)."""

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_folder(path: Path) -> Read:
    """Everything in the folder as settings and tables of text, with every problem on the way."""
    problems: list[Problem] = []
    entries = sorted(entry for entry in path.iterdir() if not entry.name.startswith("."))
    settings = _settings(path, entries, problems)
    tables: dict[str, RawTable] = {}
    places: dict[str, str] = {}
    for entry in entries:
        if entry.suffix.lower() != ".csv":
            continue
        name = known_table(entry.stem)
        if name is None:
            problems.append(unknown_table(Where(entry.name), entry.stem, "file"))
        elif name in places:
            found = f"{places[name]} and {entry.name}"
            problems.append(Problem("BF024", Where(entry.name), found, "one file for each table", "keep one of the two"))
        else:
            places[name] = entry.name
            raw = read_table(entry, path, problems)
            if raw is not None:
                tables[name] = raw
    missing = missing_tables(places, lambda name: f"{name}.csv", "file")
    return Read(settings, tables, problems + missing, bool(missing) or len(tables) < len(places))


def _settings(path: Path, entries: list[Path], problems: list[Problem]) -> Settings | None:
    found = next((entry for entry in entries if entry.name == FILE), None)
    if found is None:
        fix = 'add a file case.toml with at least the line: name = "my case"'
        problems.append(Problem("BF025", Where(FILE), "no file case.toml", "the settings of the case", fix))
        return None
    text = read_text(found, path, problems, SETTINGS_BYTES)
    return None if text is None else read_toml(text, FILE, problems)


def read_table(path: Path, folder: Path, problems: list[Problem]) -> RawTable | None:
    """One CSV file as a table of text, or None with the problems that make it unreadable."""
    text = read_text(path, folder, problems)
    if text is None:
        return None
    rows = _rows(text, path.name, problems)
    if rows is None:
        return None
    if "'" in text:
        rows = [[meant(cell) if cell[:1] == "'" else cell for cell in row] for row in rows]
    return grid_table(path.name, rows, problems)


def read_text(path: Path, folder: Path, problems: list[Problem], most: int = MAX_BYTES) -> str | None:
    """The text of a file of the folder; anything but a plain, readable file in UTF-8 is a problem."""
    where = Where(path.name)
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            fix = "put the file itself into the folder"
            problems.append(Problem("BF031", where, "a link that leads out of the folder", "a file of the folder", fix))
            return None
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            found = "a folder" if stat.S_ISDIR(about.st_mode) else "no ordinary file"
            problems.append(Problem("BF030", where, found, "a file", "move it elsewhere, and put the table there as a file"))
            return None
        if about.st_size > most:
            found = f"{about.st_size:,} bytes"
            problems.append(Problem("BF032", where, found, f"at most {most:,} bytes", "leave out what the decision does not need"))
            return None
        data = path.read_bytes()
    except (OSError, RuntimeError) as error:  # links in a circle are a RuntimeError
        found = (getattr(error, "strerror", None) or str(error)).lower()
        problems.append(Problem("BF029", where, found, "a file that can be read", "mend the file or its permissions"))
        return None
    return _decoded(data, where, problems)


def _decoded(data: bytes, where: Where, problems: list[Problem]) -> str | None:
    """Bytes as text: UTF-8 with or without a byte order mark, and nothing else."""
    fix = "save the file as CSV UTF-8"
    if data[:2] in _UTF16:
        problems.append(Problem("BF034", where, "text in UTF-16", "text in UTF-8", fix))
        return None
    zero = data.find(b"\0")
    if zero >= 0:
        at = Where(where.file, data.count(b"\n", 0, zero) + 1)
        fix = "save the file again from the program that made it: a NUL byte is no text"
        problems.append(Problem("BF035", at, f"a NUL byte at byte {zero + 1}", "text", fix))
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        at = Where(where.file, data.count(b"\n", 0, start) + 1)
        around = data[max(start - 12, data.rfind(b"\n", 0, start) + 1) : start + 12].split(b"\n")[0].decode("latin-1")
        found = f"byte {start + 1} is 0x{data[start]:02x}, which is not UTF-8 (in Latin-1 it reads {shown(around)})"
        problems.append(Problem("BF034", at, found, "text in UTF-8", fix))
        return None


def _rows(text: str, file: str, problems: list[Problem]) -> list[list[str]] | None:
    """Rows of cells; quotes that are never closed, other separators and too many rows are problems."""
    first = text.split("\n", 1)[0]
    other = next((c for c in (";", "\t", "|") if c in first and "," not in first), None)
    if other is not None:
        name = {";": "semicolons", "\t": "tabs", "|": "bars"}[other]
        fix = "save it with commas between the cells, and a point in numbers"
        problems.append(Problem("BF038", Where(file, 1), f"cells separated by {name}", "cells separated by commas", fix))
        return None
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        if _too_many(text):
            fix = "leave out what the decision does not need, or use longer periods"
            problems.append(Problem("BF033", Where(file), f"more than {MAX_ROWS:,} rows", f"at most {MAX_ROWS:,} rows", fix))
            return None
        rows.extend(reader)
    except csv.Error as error:
        problems.append(_broken(str(error), file, len(rows) + 1, reader.line_num))
        return None
    return rows


def _too_many(text: str) -> bool:
    """Whether a text has more rows than a table may have; rows are only counted one by one when lines are that many."""
    if text.count("\n") <= MAX_ROWS + 1:
        return False
    reader = csv.reader(io.StringIO(text, newline=""))
    return '"' not in text or sum(1 for _ in islice(reader, MAX_ROWS + 2)) > MAX_ROWS + 1


def _broken(error: str, file: str, row: int, line: int) -> Problem:
    """What the reader of CSV stumbled over, in words."""
    limit = re.search(r"field larger than field limit \((\d+)\)", error)
    if limit:
        fix = "shorten it; if it was not meant to be that long, a double quote is missing at its end"
        return Problem("BF040", Where(file, row), f"a cell of more than {int(limit[1]):,} characters", "a cell of a table", fix)
    if "unexpected end of data" in error:
        found = "a double quote that is never closed"
        return Problem("BF039", Where(file, row), found, "quotes in pairs", "close the quote, or double a quote that belongs to the text")
    fix = 'put the whole cell between double quotes, and double a quote that belongs to the text: "12"" wheels"'
    found = f"a double quote in the middle of a cell (line {line} of the file)"
    return Problem("BF039", Where(file, row), found, "quotes around whole cells", fix)


def ours(name: str) -> bool:
    """Whether a file of a folder belongs to the case: its settings or one of its tables."""
    return name == FILE or (name.lower().endswith(".csv") and known_table(name[:-4]) is not None)


def write_folder(case: Case, path: str | Path, *, overwrite: bool = False) -> Path:
    """The case as a folder: only tables that have rows, and of them only the columns that say something.

    Reading the folder gives back equal tables and settings. CaseError when there is something in the way.
    """
    return new_folder(path, lambda folder: fill_folder(case, folder), ours, {FILE}, overwrite=overwrite)


def fill_folder(case: Case, folder: Path, *, full: bool = False) -> None:
    """Settings and tables of a case into an empty folder; `full`: every table with every column, and comments."""
    (folder / FILE).write_text(write_toml(case.settings, comments=full), encoding="utf-8", newline="\n")
    for name in TABLES:
        frame = case.table(name)
        if full or frame.height or name in REQUIRED:
            columns = columns_used(name, frame)
            write_csv(folder / f"{name}.csv", columns, text_rows(frame, columns))


def write_csv(path: Path, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """One CSV file: UTF-8, commas, quotes only where needed, lines that end alike on every system."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows([harmless(cell) for cell in row] for row in rows)
