"""The sheets of an Excel workbook as text: every digit, every address, nothing guessed.

python-calamine reads the values. What it does not tell is found beforehand by one pass over the XML of a sheet: error
values, formulas that were never calculated, and cells so far out that the area up to them would not fit into memory.
The library sees a copy of the parts that were weighed and read here, never the file itself.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import posixpath
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook

from brownfield.case.parse import letters
from brownfield.errors import shown
from brownfield.files.cells import MAX_CELLS, MAX_COLUMNS, MAX_UNPACKED

KEPT = 2000
"""Oddities of one kind that are kept of a sheet: a sheet of rubbish is not listed to its end."""

_COLUMN = re.compile(r"[A-Z]{1,3}")
_WRONG_TEXT = re.compile(rb"""\bt=["']s["'][^>]*>\s*<(?:\w+:)?v[^>]*>(?!\d+<|<)([^<]*)""")
"""A shared text whose number is none: the library would take the first text."""


Attributes = dict[str, str]


class SheetError(Exception):
    """A part of the workbook cannot be read; the text says why."""


@dataclass
class Sheet:
    """One sheet: rows of text from row 1 on, all of one length, and what no table may hold."""

    name: str
    rows: list[list[str]] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)
    uncalculated: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Book:
    """An open workbook: its worksheets by name, the bytes of its longest shared text, and the library's view of it."""

    archive: zipfile.ZipFile
    parts: dict[str, str]
    longest: int
    values: CalamineWorkbook


def open_book(archive: zipfile.ZipFile) -> Book:
    """The table of contents of a workbook; SheetError when it is none."""
    targets: dict[str, tuple[str, str]] = {}
    sheets: list[tuple[str, str]] = []

    def relation(name: str, attributes: Attributes) -> None:
        if _plain(name) == "Relationship":
            target = posixpath.normpath(posixpath.join("xl", attributes.get("Target", "")))
            targets[attributes.get("Id", "")] = (target.lstrip("/"), attributes.get("Type", "").rpartition("/")[2])

    def content(name: str, attributes: Attributes) -> None:
        if _plain(name) == "sheet":
            ident = next((value for key, value in attributes.items() if _plain(key) == "id"), "")
            sheets.append((attributes.get("name", ""), ident))

    common = {name: _part(archive, name) for name in ("xl/_rels/workbook.xml.rels", "xl/workbook.xml", "_rels/.rels")}
    _parse(common["xl/_rels/workbook.xml.rels"], relation)
    _parse(common["xl/workbook.xml"], content)
    kinds = {kind: target for target, kind in targets.values()}
    parts = {name: targets[ident][0] for name, ident in sheets if targets.get(ident, ("", ""))[1] == "worksheet"}
    common |= {f"xl/{kind}.xml": _part(archive, kinds[kind]) for kind in ("sharedStrings", "styles") if kind in kinds}
    if "styles" in kinds:
        _parse(common["xl/styles.xml"], lambda *_: None)  # the library passes over damage here, and dates would become numbers
    longest = _longest_text(common["xl/sharedStrings.xml"]) if "sharedStrings" in kinds else 0
    try:
        return Book(archive, parts, longest, CalamineWorkbook.from_filelike(_copy(archive, common, set(parts.values()))))
    except (CalamineError, OSError) as error:
        raise SheetError(str(error)) from error


def _copy(archive: zipfile.ZipFile, common: dict[str, bytes], sheets: set[str]) -> io.BytesIO:
    """A workbook of the parts that make up the values; a damaged sheet is left out, for its own reading tells of it."""
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w") as whole:
        for name, data in common.items():
            whole.writestr(name, data)
        for part in sheets - common.keys():
            with contextlib.suppress(SheetError):
                whole.writestr(part, _part(archive, part))
    copy.seek(0)
    return copy


def _parse(data: bytes, start: Callable[[str, Attributes], object], parser: Any = None) -> None:
    """Run a part of the workbook through the XML parser, which calls `start` at every tag that opens."""
    parser = parser or expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise SheetError("its XML declares entities, which no workbook needs")

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise SheetError(f"its XML is damaged in line {error.lineno}") from error
    except LookupError as error:  # an encoding that nobody knows
        raise SheetError(str(error)) from error


def _plain(name: str) -> str:
    """The name of a tag without the prefix that some programs write."""
    return name.rpartition(":")[2]


def _part(archive: zipfile.ZipFile, part: str) -> bytes:
    """A part of the workbook, unpacked: never more than the size that was weighed."""
    try:
        return archive.read(part)
    except KeyError as error:
        raise SheetError("it is missing") from error
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise SheetError(str(error).lower() or "it is damaged") from error
    except Exception as error:  # zlib.error and what other decompressors raise have no common base
        raise SheetError(f"it cannot be unpacked: {error}") from error


def _longest_text(data: bytes) -> int:
    """Bytes of the longest shared text. A count of texts that the part cannot hold would be believed, and is refused."""
    parser, longest, last = expat.ParserCreate(), 0, 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal longest, last
        if _plain(name) == "si":
            longest, last = max(longest, parser.CurrentByteIndex - last), parser.CurrentByteIndex
        elif _plain(name) == "sst" and int("0" + attributes.get("uniqueCount", "")) > len(data):
            raise SheetError("it counts more texts than it can hold")

    _parse(data, start, parser)
    return max(longest, len(data) - last)


class _Scan:
    """One pass over the XML of a sheet: error values, formulas without a value, and how far the sheet reaches."""

    def __init__(self, sheet: Sheet, max_rows: int) -> None:
        self.sheet, self.max_rows, self.parser = sheet, max_rows, expat.ParserCreate()
        self.row = self.last_row = self.last_column = self.shared = 0
        self.digits, self.column, self.kind = "", -1, ""
        self.columns: dict[str, int] = {}
        self.followed = False
        self.pieces: list[str] | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        """A tag opens. Cells are followed to their end only when they hold a formula or an error value."""
        if name == "c":
            at = attributes.get("r")
            column = self.columns.get(at.removesuffix(self.digits)) if at else self.column + 1
            self.column = self._column(at) if column is None else column
            self.kind = attributes.get("t", "n")
            if self.kind == "s":
                self.shared += 1
            elif self.kind == "e":
                self._follow()
        elif name == "v" or name == "is":
            self.last_row = self.row
            if self.column > self.last_column:
                self._widen()
            if self.followed:
                self.pieces = []
                self.parser.CharacterDataHandler = self.pieces.append
        elif name == "row":
            self._row(attributes.get("r"))
        elif name == "f":
            self._follow()
        elif ":" in name:
            self.start(_plain(name), attributes)

    def _follow(self) -> None:
        self.pieces, self.followed, self.parser.EndElementHandler = None, True, self._end

    def _end(self, name: str) -> None:
        """A tag closes, in a cell that is followed."""
        if _plain(name) in ("v", "is"):
            self.parser.CharacterDataHandler = None
        elif _plain(name) == "c":
            self.followed, self.parser.EndElementHandler = False, None
            text = None if self.pieces is None else "".join(self.pieces)
            if self.kind == "e" and text is not None:
                if len(self.sheet.errors) < KEPT:
                    self.sheet.errors.append((self._address(), text))
            elif not text and (text is None or self.kind != "str") and len(self.sheet.uncalculated) < KEPT:
                self.sheet.uncalculated.append(self._address())

    def _row(self, digits: str | None) -> None:
        row = self.row + 1 if digits is None else int(digits)
        if row <= self.row:
            raise SheetError(f"row {row} stands after row {self.row}")
        if row > self.max_rows:
            raise SheetError(f"row {row:,} holds something; a sheet of a case has at most {self.max_rows:,} rows")
        self.row, self.digits, self.column = row, str(row), -1

    def _column(self, at: str | None) -> int:
        """The column of an address that is new to this sheet."""
        name = (at or "").removesuffix(self.digits)
        if not _COLUMN.fullmatch(name):
            raise SheetError(f"a cell in row {self.row} has the address {(at or '')[:20]!r}")
        index = 0
        for letter in name:
            index = index * 26 + ord(letter) - 64
        self.columns[name] = index - 1
        return index - 1

    def _address(self) -> str:
        return f"{letters(self.column)}{self.row}"

    def _widen(self) -> None:
        if self.column >= MAX_COLUMNS:
            raise SheetError(f"cell {self._address()} holds something, far from any table; a sheet has at most {MAX_COLUMNS} columns")
        self.last_column = self.column


def read_sheet(book: Book, name: str, max_rows: int) -> Sheet:
    """One sheet as text; SheetError when it cannot be read. Rows are missing when the library knows an error value not at all."""
    sheet = Sheet(name)
    scan = _Scan(sheet, max_rows)
    data = _part(book.archive, book.parts[name])
    try:
        _parse(data, scan.start, scan.parser)
    except ValueError as error:
        raise SheetError(f"row {scan.row + 1} is damaged") from error
    if wrong := _WRONG_TEXT.search(data):
        raise SheetError(f"the shared text {shown(wrong[1].decode('utf-8', 'replace'))} is not there")
    if scan.last_row * (scan.last_column + 1) > MAX_CELLS:
        raise SheetError(f"it reaches to {letters(scan.last_column)}{scan.last_row}; a sheet has at most {MAX_CELLS:,} cells")
    if scan.shared * book.longest > 4 * MAX_UNPACKED:
        raise SheetError(f"{scan.shared:,} cells with texts of up to {book.longest:,} bytes are more than a case holds")
    try:
        values = book.values.get_sheet_by_name(name)
        sheet.merged = [_area(*area) for area in (values.merged_cell_ranges or [])[:KEPT]]
        if values.start is not None:
            left, one = [""] * values.start[1], dict[str, str]().setdefault
            texts = ([one(cell, cell) if type(cell) is str else _text(cell) for cell in row] for row in values.iter_rows())
            sheet.rows = [left + row for row in texts] if left else list(texts)
    except (CalamineError, OSError) as error:
        if not sheet.errors:
            raise SheetError(str(error)) from error
    return sheet


def _area(first: tuple[int, int], last: tuple[int, int]) -> str:
    """The address of merged cells."""
    return f"{letters(first[1])}{first[0] + 1}:{letters(last[1])}{last[0] + 1}"


def _text(value: object) -> str:
    """A value of the library as the text of a cell: numbers to the last digit, whole ones without a point, days as dates."""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value)
