"""From cells of text to typed columns: every cell is checked, every bad one is reported with its address."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

import polars as pl
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticUndefined

from brownfield.case.tables import facts, fields
from brownfield.errors import Problem, Where, nearest, one_of, shown

STOP_AFTER = 2000
"""Bad cells of one column after which its reading stops: a file of rubbish is not read to its end."""


ERROR_VALUES = frozenset(("#N/A", "#DIV/0!", "#REF!", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#SPILL!", "#CALC!", "#GETTING_DATA"))
"""What a spreadsheet shows where a formula failed."""

_DATE = re.compile(r"^\d{4}-\d{2}(-\d{2}([ T]00:00:00(\.0+)?)?)?$")


@dataclass(frozen=True)
class RawTable:
    """A table as read: header, columns of text, and where each row came from."""

    file: str
    header: tuple[str, ...]
    columns: tuple[Sequence[str], ...]
    row_numbers: Sequence[int]
    sheet: bool = False
    header_row: int = 1

    def where(self, row: int | None, column: str = "") -> Where:
        """Address of a cell, row counted from 0 in this table; of the table alone when the row was not read from it."""
        number = None if row is None or row >= len(self.row_numbers) else self.row_numbers[row]
        cell = ""
        if self.sheet and number is not None and column in self.header:
            cell = f"{letters(self.header.index(column))}{number}"
        return Where(self.file, number, column, cell)


@dataclass
class Parsed:
    """A typed table and what was wrong with it."""

    frame: pl.DataFrame
    problems: list[Problem] = field(default_factory=list)


def letters(index: int) -> str:
    """Column letters of a spreadsheet: 0 is A, 26 is AA."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


def plain_type(annotation: Any) -> Any:
    """The bare Python type of a column: str, float, int, date, tuple."""
    while get_origin(annotation) is not None:
        origin = get_origin(annotation)
        if origin is tuple:
            return tuple
        if origin is Literal:
            return str
        if origin is Union or str(origin) == "<class 'types.UnionType'>":
            annotation = next(a for a in get_args(annotation) if a is not type(None))
        else:
            annotation = get_args(annotation)[0]
    return annotation


_DTYPES: dict[Any, Any] = {str: pl.String, float: pl.Float64, int: pl.Int64, datetime.date: pl.Date, tuple: pl.List(pl.String)}


@cache
def schema(table: str) -> dict[str, Any]:
    """Polars types of a table's columns, in order."""
    return {name: _DTYPES[plain_type(f.annotation)] for name, f in fields(table).items()}


@cache
def _adapter(table: str, column: str) -> TypeAdapter[list[Any]]:
    info = fields(table)[column]
    kind: Any = info.annotation
    if info.metadata:
        from typing import Annotated

        kind = Annotated[kind, *info.metadata]
    return TypeAdapter(list[kind])


def empty(table: str) -> pl.DataFrame:
    """A table without rows."""
    return pl.DataFrame(schema=schema(table))


def parse(table: str, raw: RawTable) -> Parsed:
    """All cells of a table as typed columns; bad cells become blanks and problems."""
    problems = _header_problems(table, raw)
    count = len(raw.row_numbers)
    at = {name: raw.columns[i] for i, name in reversed(list(enumerate(raw.header)))}
    data: dict[str, list[Any]] = {}
    for name in fields(table):
        cells = at.get(name)
        data[name] = _column(table, name, cells, count, raw, problems)
    return Parsed(pl.DataFrame(data, schema=schema(table), strict=False), problems)


def _header_problems(table: str, raw: RawTable) -> list[Problem]:
    known = fields(table)
    problems = []
    for i, name in enumerate(raw.header):
        if not name:
            continue  # a column without name is blank: the readers of files see to that
        where = Where(raw.file, raw.header_row, name, f"{letters(i)}{raw.header_row}" if raw.sheet else "")
        if name not in known:
            fix = nearest(name.lower(), known) + f"the columns of {table} are {one_of(known, 40)}"
            problems.append(Problem("BF001", where, f"unknown column {shown(name)}", f"a column of {table}", fix))
        elif name in raw.header[:i]:
            fix = "keep one of them and delete the other"
            problems.append(Problem("BF002", where, f"column {shown(name)} twice", "each column once", fix))
    for name, info in known.items():
        if info.is_required() and name not in raw.header:
            where = Where(raw.file, raw.header_row, name)
            fix = f"add it: {info.description}"
            problems.append(Problem("BF003", where, f"no column {name!r}", "every column that must be filled", fix))
    return problems


def _column(table: str, name: str, cells: Sequence[str] | None, count: int, raw: RawTable, problems: list[Problem]) -> list[Any]:
    """The values of a column. Each different text is read once, however many rows repeat it."""
    info = fields(table)[name]
    default = None if info.default is PydanticUndefined else info.default
    if cells is None:
        return [default] * count
    kind = plain_type(info.annotation)
    texts = {cell: cell.strip() for cell in dict.fromkeys(cells)}
    wrong = {cell: reason for cell, text in texts.items() if text and (reason := _suspicious(kind, text))}
    if info.is_required():
        wrong |= {cell: "missing" for cell, text in texts.items() if not text}
    to_read = [cell for cell, text in texts.items() if text and cell not in wrong]
    values, refused = _validated(table, name, [texts[cell] for cell in to_read])
    known = dict.fromkeys(texts, default) | dict(zip(to_read, values, strict=True))
    wrong |= {to_read[i]: kind for i, kind in refused.items()}
    if wrong:
        rows = [i for i, cell in enumerate(cells) if cell in wrong]
        known |= dict.fromkeys(wrong, default)
        problems += [_cell_problem(table, name, texts[cells[i]], raw.where(i, name), wrong[cells[i]]) for i in rows[:STOP_AFTER]]
    return [known[cell] for cell in cells]


def _suspicious(kind: Any, text: str) -> str:
    """What makes a cell wrong that a lenient reader would let pass (nothing: it may be right).

    Numbers are plain: no thousands separators, no underscores, no currency signs, no infinity; dates are written out;
    the error values of a spreadsheet are no values.
    """
    if text[0] == "#" and text in ERROR_VALUES:
        return "spreadsheet_error"
    if kind is float or kind is int:
        if not text.isascii() or "_" in text:
            return "not_plain"
        return "finite_number" if text.lstrip("+-")[:3].lower() in ("nan", "inf") else ""
    return "not_a_date" if kind is datetime.date and not _DATE.match(text) else ""


def _validated(table: str, name: str, values: list[str]) -> tuple[list[Any], dict[int, str]]:
    """Values as their types, and for those that cannot be read (None among the values) the kind of mistake by place."""
    adapter = _adapter(table, name)
    try:
        return adapter.validate_python(values), {}
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False, include_context=False)
    bad = {int(item["loc"][0]): str(item["type"]) for item in reversed(details)}
    kept = iter(adapter.validate_python([value for i, value in enumerate(values) if i not in bad]))
    return [None if i in bad else next(kept) for i in range(len(values))], bad


_CODES = {
    "missing": "BF004",
    "greater_than_equal": "BF006",
    "greater_than": "BF006",
    "less_than_equal": "BF007",
    "less_than": "BF007",
    "finite_number": "BF008",
    "literal_error": "BF009",
    "string_too_long": "BF010",
    "string_pattern_mismatch": "BF011",
    "value_error": "BF012",
    "spreadsheet_error": "BF013",
}


def _cell_problem(table: str, name: str, text: str, where: Where, kind: str) -> Problem:
    code = _CODES.get(kind, "BF005")
    found = shown(text) if text else "a blank"
    return Problem(code, where, found, _expected(table, name), _fix(table, name, text, code, kind))


def _fix(table: str, name: str, text: str, code: str, kind: str) -> str:
    """How to mend a bad cell."""
    description = fields(table)[name].description
    if code == "BF004":
        return f"fill it in: {description}"
    if code == "BF009":
        return nearest(text.lower(), _choices(table, name)) + "use one of the values listed"
    if code in ("BF006", "BF007"):
        return f"give a value within the bounds, in {facts(table, name).unit or 'the unit of the column'}"
    if code == "BF013":
        return "mend the formula that gave it, or write the value"
    if kind == "not_a_date" and re.fullmatch(r"\d{4,5}(\.0+)?", text):
        day = datetime.date(1899, 12, 30) + datetime.timedelta(days=int(float(text)))
        return f"if it is a spreadsheet's number for the day {day}, write the date"
    if code == "BF005" and plain_type(fields(table)[name].annotation) in (float, int):
        if text.endswith("%"):
            return "write a percentage as a number: 0.05 for 5 %"
        if re.search(r"\d[,'\s_]\d", text):
            return "write the number without separators, with a point for decimals"
        return f"write the digits alone: {description}"
    return f"give {description}"


def _choices(table: str, name: str) -> tuple[str, ...]:
    annotation = fields(table)[name].annotation
    return tuple(str(a) for a in get_args(annotation)) if get_origin(annotation) is Literal else ()


@cache
def bounds(table: str, name: str) -> tuple[Any, Any]:
    """Least and greatest value that a column allows (None: no bound)."""
    spec = _adapter(table, name).json_schema().get("items", {})
    options = [spec, *spec.get("anyOf", [])]
    low = next((o.get("minimum", o.get("exclusiveMinimum")) for o in options if "minimum" in o or "exclusiveMinimum" in o), None)
    high = next((o.get("maximum", o.get("exclusiveMaximum")) for o in options if "maximum" in o or "exclusiveMaximum" in o), None)
    return low, high


def _is_above(table: str, name: str) -> bool:
    """Whether the least value of a column is itself not allowed."""
    spec = _adapter(table, name).json_schema().get("items", {})
    return any("exclusiveMinimum" in option for option in [spec, *spec.get("anyOf", [])])


@cache
def _expected(table: str, name: str) -> str:
    """What may stand in a cell, in words."""
    if choices := _choices(table, name):
        return one_of(choices)
    words = {float: "a number", int: "a whole number", datetime.date: "a date like 2027-04-01 or 2027-04", tuple: "names separated by ;"}
    kind = plain_type(fields(table)[name].annotation)
    text = words.get(kind, "text")
    low, high = bounds(table, name)
    if low is not None and kind in (float, int):
        if _is_above(table, name):
            text += f" above {low:g}" + (f", at most {high:g}" if high is not None else "")
        else:
            text += f" from {low:g} to {high:g}" if high is not None else f" of at least {low:g}"
    annotation = str(fields(table)[name].annotation)
    if "A-Z]{3}" in annotation or name == "currency":
        text = "a currency code of three capital letters, like JPY"
    elif name in ("country", "origin", "destination"):
        text = "a country code of two capital letters, like JP"
    elif kind is str and name in ("published", "retrieved"):
        text = "a date such as 2025, 2025-07 or 2025-07-06"
    elif kind is str and not choices and "_name" in str(fields(table)[name].metadata):
        text = "a name without ; or |, not starting with = + - @"
    unit = facts(table, name).unit
    return f"{text} ({unit})" if unit and unit != "date" else text
