"""The sheets of an Excel workbook as text, exactly as they stand: every digit, every address, nothing guessed.

Written for this purpose because general readers lose what a case must not lose: they round a number that is asked
for as text, turn error values into blanks, and shift columns when the first ones are empty.
"""

from __future__ import annotations

import datetime
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from brownfield.files.cells import MAX_COLUMNS, text_of

KEPT = 2000
"""Oddities of one kind that are kept of a sheet: a sheet of rubbish is not listed to its end."""

_CHUNK = 1 << 20
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h|m|s)[^\]]*\]', re.IGNORECASE)

Attributes = dict[str, str]


class SheetError(Exception):
    """A part of the workbook cannot be read; the text says why."""


@dataclass
class Sheet:
    """One sheet: rows of text from row 1 on, and what no table may hold."""

    name: str
    rows: list[list[str]] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)
    uncalculated: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Book:
    """An open workbook: its worksheets by name, its shared texts and which styles show a number as a date."""

    archive: zipfile.ZipFile
    parts: dict[str, str]
    texts: list[str]
    date_styles: frozenset[int]
    epoch_1904: bool


def open_book(archive: zipfile.ZipFile) -> Book:
    """The table of contents of a workbook; SheetError when it is none."""
    targets: dict[str, tuple[str, str]] = {}
    sheets: list[tuple[str, str]] = []
    flags: Attributes = {}

    def relation(name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            target = posixpath.normpath(posixpath.join("xl", attributes.get("Target", "")))
            targets[attributes.get("Id", "")] = (target.lstrip("/"), attributes.get("Type", "").rpartition("/")[2])

    def content(name: str, attributes: Attributes) -> None:
        if name == "sheet":
            ident = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            sheets.append((attributes.get("name", ""), ident))
        elif name == "workbookPr":
            flags.update(attributes)

    _parse(archive, "xl/_rels/workbook.xml.rels", relation)
    _parse(archive, "xl/workbook.xml", content)
    kinds = {kind: target for target, kind in targets.values()}
    parts = {name: targets[ident][0] for name, ident in sheets if targets.get(ident, ("", ""))[1] == "worksheet"}
    texts = _shared_texts(archive, kinds["sharedStrings"]) if "sharedStrings" in kinds else []
    styles = _date_styles(archive, kinds["styles"]) if "styles" in kinds else frozenset()
    return Book(archive, parts, texts, styles, flags.get("date1904", "0") in ("1", "true"))


def _parse(
    archive: zipfile.ZipFile,
    part: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Run a part of the workbook through the XML parser; names come without the prefix that some programs write."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def root(name: str, attributes: Attributes) -> None:
        prefix = name.rpartition(":")[0] + ":" if ":" in name else ""
        parser.StartElementHandler = _without(prefix, start)
        parser.EndElementHandler = _without(prefix, end) if end is not None else None
        parser.CharacterDataHandler = text
        parser.StartElementHandler(name, attributes)

    def refuse(*_: object) -> None:
        raise SheetError("its XML declares entities, which no workbook needs")

    parser.StartElementHandler = root
    parser.StartDoctypeDeclHandler = refuse
    try:
        for chunk in _chunks(archive, part):
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise SheetError(f"its XML is damaged in line {error.lineno}") from error


def _without(prefix: str, handler: Callable[..., None]) -> Callable[..., None]:
    """A handler that gets names without their prefix; mostly there is none, and nothing is lost on it."""
    return handler if not prefix else lambda name, *rest: handler(name.removeprefix(prefix), *rest)


def _chunks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The bytes of a part, piece by piece."""
    try:
        with archive.open(part) as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except KeyError as error:
        raise SheetError("it is missing") from error
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise SheetError(str(error).lower() or "it is damaged") from error
    except Exception as error:  # zlib.error and what other decompressors raise have no common base
        raise SheetError(f"it cannot be unpacked: {error}") from error


def _shared_texts(archive: zipfile.ZipFile, part: str) -> list[str]:
    """The shared texts of a workbook; readings given above Japanese characters are left out."""
    texts: list[str] = []
    pieces: list[str] = []
    state = {"t": False, "reading": False}

    def start(name: str, _: Attributes) -> None:
        if name == "si":
            pieces.clear()
        elif name == "rPh":
            state["reading"] = True
        elif name == "t":
            state["t"] = not state["reading"]

    def end(name: str) -> None:
        if name == "si":
            texts.append(unescaped("".join(pieces)))
        elif name == "rPh":
            state["reading"] = False
        elif name == "t":
            state["t"] = False

    _parse(archive, part, start, end, lambda text: pieces.append(text) if state["t"] else None)
    return texts


def unescaped(text: str) -> str:
    """A text of a workbook with `_x000D_` and the like turned into the characters they stand for."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _date_styles(archive: zipfile.ZipFile, part: str) -> frozenset[int]:
    """Cell styles that show a number as a date or time."""
    codes: dict[int, str] = {}
    styles: list[int] = []
    inside = [False]

    def start(name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            inside[0] = True
        elif name == "xf" and inside[0]:
            styles.append(int(attributes.get("numFmtId", "0")))

    def end(name: str) -> None:
        if name == "cellXfs":
            inside[0] = False

    try:
        _parse(archive, part, start, end)
    except ValueError as error:
        raise SheetError("its number formats are damaged") from error
    return frozenset(i for i, ident in enumerate(styles) if _is_date(ident, codes.get(ident)))


def _is_date(ident: int, code: str | None) -> bool:
    """Whether a number format shows dates or times."""
    if code is None:
        return ident in _DATE_IDS
    first = _NOT_CODE.sub("", code).split(";")[0].lower()
    return "general" not in first and any(letter in first for letter in "dmyhs")


def day_of(serial: float, epoch_1904: bool = False) -> str:
    """The date (and time, when there is one) that Excel means by a number."""
    base = datetime.datetime(1904, 1, 1) if epoch_1904 else datetime.datetime(1899, 12, 30 if serial >= 60 else 31)
    try:
        moment = base + datetime.timedelta(seconds=round(serial * 86400))
    except OverflowError:
        return text_of(serial)
    return moment.date().isoformat() if moment.time() == datetime.time() else moment.isoformat(sep=" ")


class _Reader:
    """Turns the events of the XML parser into the rows of a sheet."""

    def __init__(self, book: Book, sheet: Sheet, max_rows: int) -> None:
        self.book, self.sheet, self.max_rows = book, sheet, max_rows
        self.row: list[str] = []
        self.cell: Attributes = {}
        self.pieces: list[str] = []
        self.columns: dict[str, int] = {}
        self.column = -1
        self.formula = self.reading = self.valued = self.wanted = False

    def start(self, name: str, attributes: Attributes) -> None:
        """A tag opens."""
        if name == "c":
            self.cell = attributes
            self.formula = self.valued = False
            self.column = self._column(attributes["r"]) if "r" in attributes else self.column + 1
        elif name == "v" or (name == "t" and not self.reading):
            if name == "v":
                self.pieces.clear()
            self.wanted = True
        elif name == "row":
            self._row(attributes)
        elif name == "is":
            self.pieces.clear()
        elif name == "f":
            self.formula = True
        elif name == "rPh":
            self.reading = True
        elif name == "mergeCell" and len(self.sheet.merged) < KEPT:
            self.sheet.merged.append(attributes.get("ref", ""))

    def text(self, text: str) -> None:
        """Text between tags."""
        if self.wanted:
            self.pieces.append(text)

    def end(self, name: str) -> None:
        """A tag closes."""
        if name == "v":
            self.wanted = False
            self._value("".join(self.pieces))
        elif name == "t":
            self.wanted = False
        elif name == "is":
            self._put(unescaped("".join(self.pieces)))
        elif name == "rPh":
            self.reading = False
        elif name == "c" and self.formula and not self.valued:
            self._note_uncalculated()

    def _row(self, attributes: Attributes) -> None:
        rows = self.sheet.rows
        number = int(attributes["r"]) if "r" in attributes else len(rows) + 1
        if number > self.max_rows or number < 1:
            raise SheetError(f"row {number:,} holds something; a sheet of a case has at most {self.max_rows:,} rows")
        while len(rows) < number:
            rows.append([])
        self.row, self.column = rows[number - 1], -1

    def _column(self, address: str) -> int:
        name = address.rstrip("0123456789")
        if name not in self.columns:
            index = 0
            for letter in name:
                index = index * 26 + ord(letter.upper()) - 64
            if not 1 <= index <= 16_384:
                raise SheetError(f"a cell has the address {address[:20]!r}")
            self.columns[name] = index - 1
        return self.columns[name]

    def _address(self) -> str:
        from brownfield.case.parse import letters

        return f"{letters(self.column)}{len(self.sheet.rows)}"

    def _value(self, text: str) -> None:
        kind = self.cell.get("t", "n")
        if kind == "s":
            try:
                self._put(self.book.texts[int(text)])
            except (ValueError, IndexError) as error:
                raise SheetError(f"cell {self._address()} points to a text that is not there") from error
        elif kind == "str":
            self._put(unescaped(text))
        elif kind == "e":
            self.valued = True
            if len(self.sheet.errors) < KEPT:
                self.sheet.errors.append((self._address(), text))
        elif kind == "b":
            self._put("TRUE" if text == "1" else "FALSE")
        elif text:
            self._put(text.replace("T", " ") if kind == "d" else self._number(text))

    def _number(self, text: str) -> str:
        style = self.cell.get("s")
        if style is not None and style.isdecimal() and int(style) in self.book.date_styles:
            try:
                return day_of(float(text), self.book.epoch_1904)
            except (ValueError, OverflowError):
                return text
        if (len(text) <= 15 and "E" not in text) or text.isdecimal():
            return text
        try:
            return text_of(float(text))
        except ValueError:
            return text

    def _put(self, text: str) -> None:
        self.valued = True
        if not text:
            return
        if self.column >= MAX_COLUMNS:
            raise SheetError(f"cell {self._address()} holds {text[:40]!r}, far from any table; a sheet has at most {MAX_COLUMNS} columns")
        row = self.row
        if len(row) < self.column:
            row.extend([""] * (self.column - len(row)))
        if len(row) == self.column:
            row.append(text)
        else:
            row[self.column] = text

    def _note_uncalculated(self) -> None:
        if len(self.sheet.uncalculated) < KEPT:
            self.sheet.uncalculated.append(self._address())


def read_sheet(book: Book, name: str, max_rows: int) -> Sheet:
    """One sheet as text; SheetError when it cannot be read."""
    sheet = Sheet(name)
    reader = _Reader(book, sheet, max_rows)
    try:
        _parse(book.archive, book.parts[name], reader.start, reader.end, reader.text)
    except ValueError as error:
        raise SheetError(f"row {len(sheet.rows)} is damaged") from error
    return sheet
