"""From cells of text to typed columns: every cell is checked, every bad one is reported with its address."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, Union, get_args, get_origin

import polars as pl
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticUndefined

from brownfield.case.tables import facts, fields
from brownfield.errors import Problem, Where, nearest, one_of, shown

STOP_AFTER = 2000
"""Bad cells of one column after which its reading stops: a file of rubbish is not read to its end."""


@dataclass(frozen=True)
class RawTable:
    """A table as read: header, columns of text, and where each row came from."""

    file: str
    header: tuple[str, ...]
    columns: tuple[Sequence[str], ...]
    row_numbers: Sequence[int]
    sheet: bool = False

    def where(self, row: int | None, column: str = "") -> Where:
        """Address of a cell, row counted from 0 in this table."""
        number = None if row is None else self.row_numbers[row]
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


@lru_cache(maxsize=None)
def schema(table: str) -> dict[str, Any]:
    """Polars types of a table's columns, in order."""
    return {name: _DTYPES[plain_type(f.annotation)] for name, f in fields(table).items()}


@lru_cache(maxsize=None)
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
        where = Where(raw.file, raw.row_numbers[0] - 1 if raw.row_numbers else 1, name, f"{letters(i)}1" if raw.sheet else "")
        if name not in known:
            fix = nearest(name, known) + f"the columns of {table} are {one_of(known, 40)}"
            problems.append(Problem("BF001", where, f"unknown column {shown(name)}", f"a column of {table}", fix))
        elif name in raw.header[:i]:
            problems.append(
                Problem("BF002", where, f"column {shown(name)} twice", "each column once", "keep one of them and delete the other")
            )
    for name, info in known.items():
        if info.is_required() and name not in raw.header:
            problems.append(
                Problem("BF003", raw.where(None, name), f"no column {name!r}", "every column that must be filled", f"add it: {info.description}")
            )
    return problems


def _column(table: str, name: str, cells: Sequence[str] | None, count: int, raw: RawTable, problems: list[Problem]) -> list[Any]:
    info = fields(table)[name]
    required = info.default is PydanticUndefined
    default = None if required else info.default
    if cells is None:
        return [default] * count
    values: list[Any] = [cell.strip() for cell in cells]
    filled = [i for i, value in enumerate(values) if value]
    result = [default] * count
    if required and len(filled) < count:
        full = set(filled)
        for i in [i for i in range(count) if i not in full][:STOP_AFTER]:
            problems.append(Problem("BF004", raw.where(i, name), "a blank", _expected(table, name), f"fill it in: {info.description}"))
    if plain_type(info.annotation) in (float, int):
        filled = [i for i in filled if _plain_number(values[i], i, table, name, raw, problems)]
    good = _validated(table, name, [values[i] for i in filled], filled, raw, problems)
    for i, value in zip(filled, good, strict=True):
        result[i] = value
    return result


def _plain_number(text: str, i: int, table: str, name: str, raw: RawTable, problems: list[Problem]) -> bool:
    """Numbers are plain: no thousands separators, no underscores, no currency signs."""
    if "_" in text or not text.isascii():
        problems.append(Problem("BF005", raw.where(i, name), shown(text), _expected(table, name), "write the digits alone"))
        return False
    return True


def _validated(table: str, name: str, values: list[Any], rows: list[int], raw: RawTable, problems: list[Problem]) -> list[Any]:
    try:
        return _adapter(table, name).validate_python(values)
    except ValidationError as error:
        bad = error.errors(include_url=False, include_input=False, include_context=True)
    seen: set[int] = set()
    for item in bad:
        i = int(item["loc"][0])
        if i in seen:
            continue
        seen.add(i)
        if len(seen) <= STOP_AFTER:
            problems.append(_cell_problem(table, name, str(values[i]), raw.where(rows[i], name), str(item["type"])))
    info = fields(table)[name]
    good = [v for i, v in enumerate(values) if i not in seen]
    kept = iter(_adapter(table, name).validate_python(good))
    blank = None if info.default is PydanticUndefined else info.default
    return [blank if i in seen else next(kept) for i in range(len(values))]


_CODES = {
    "greater_than_equal": "BF006",
    "greater_than": "BF006",
    "less_than_equal": "BF007",
    "less_than": "BF007",
    "finite_number": "BF008",
    "literal_error": "BF009",
    "string_too_long": "BF010",
    "string_pattern_mismatch": "BF011",
    "value_error": "BF012",
}


def _cell_problem(table: str, name: str, text: str, where: Where, kind: str) -> Problem:
    code = _CODES.get(kind, "BF005")
    expected = _expected(table, name)
    fix = f"give {fields(table)[name].description}"
    if re.search(r"\d[,'\s]\d", text) and code == "BF005":
        fix = "write the number without separators, with a point for decimals"
    elif code == "BF009":
        fix = nearest(text, _choices(table, name)) + "use one of the values listed"
    elif code in ("BF006", "BF007"):
        fix = f"give a value within the bounds, in {facts(table, name).unit or 'the unit of the column'}"
    return Problem(code, where, shown(text), expected, fix)


def _choices(table: str, name: str) -> tuple[str, ...]:
    annotation = fields(table)[name].annotation
    return tuple(str(a) for a in get_args(annotation)) if get_origin(annotation) is Literal else ()



def bounds(table: str, name: str) -> tuple[Any, Any]:
    """Least and greatest value that a column allows (None: no bound)."""
    spec = _adapter(table, name).json_schema().get("items", {})
    options = [spec, *spec.get("anyOf", [])]
    low = next((o.get("minimum", o.get("exclusiveMinimum")) for o in options if "minimum" in o or "exclusiveMinimum" in o), None)
    high = next((o.get("maximum", o.get("exclusiveMaximum")) for o in options if "maximum" in o or "exclusiveMaximum" in o), None)
    return low, high


def _expected(table: str, name: str) -> str:
    """What may stand in a cell, in words."""
    if choices := _choices(table, name):
        return one_of(choices)
    words = {float: "a number", int: "a whole number", datetime.date: "a date like 2027-04-01 or 2027-04", tuple: "names separated by ;"}
    kind = plain_type(fields(table)[name].annotation)
    text = words.get(kind, "text")
    low, high = bounds(table, name)
    if low is not None and kind in (float, int):
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
