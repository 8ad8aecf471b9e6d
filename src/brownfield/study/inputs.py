"""Inputs: the numbers of a case by address, what they are now, what is known of them, and the case with another value.

An address is `table.key.column`, the key as a change writes it (parts separated by |), or as much of it as is needed:

    offers.Foxconn at Oppama.fee_per_car     one cell: x is its value
    demand.Note.cars                         every row whose key begins so, or has * there: x is a factor, 1 now
    demand.scale                             the same for every row: short for demand.*.cars
    plants.Oppama.earliest_close             a day: x is counted in months
    case.discount_rate                       a setting
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from brownfield.case.calendar import month_number
from brownfield.case.case import Case, Settings
from brownfield.case.cells import row_key, row_keys
from brownfield.case.changes import changed
from brownfield.case.edits import NEVER, Edit
from brownfield.case.parse import bounds, schema
from brownfield.case.tables import TABLES, facts, fields, keys
from brownfield.errors import CaseError, Problem, Where, nearest, one_of, shown
from brownfield.evidence.cells import Cell, measure_of
from brownfield.evidence.claims import Evidence, span
from brownfield.study.names import beginning_so, meant

WIDE = 10.0
"""An input is looked at from nothing, or its own negative, to this many times what it is now, unless a range is given."""

SETTINGS = {"discount_rate": ("share/year", 0.0, 0.5), "terminal_years": ("years", 0.0, 30.0)}
"""Settings that can be inputs: unit and the range looked at."""

WHOLE_MEASURES = ("closures", "open_plants", "accepted")
"""Measures of policies that count things: their values are whole."""


@dataclass(frozen=True)
class Input:
    """One number of a case, or a factor on several: what it is now and between which values it is looked at.

    kind: number, factor (on all of `rows`, 1 now) or date (in months since year 0). step: 1 where only whole values make
    sense, else 0. low, high: the range looked at. standing: how it is known (official, reported, estimate, or assumption).
    claimed: least and greatest value that live claims give it.
    """

    address: str
    table: str
    rows: tuple[str, ...]
    column: str
    kind: Literal["number", "factor", "date"]
    now: float
    unit: str
    step: float
    low: float
    high: float
    standing: str = "assumption"
    source: str = ""
    claimed: tuple[float, float] | None = None

    def at(self, case: Case, value: float) -> Case:
        """The case with this input at a value. CaseError when it cannot have it."""
        if value == self.now:
            return case
        if self.table == "case":
            settings = case.settings.model_dump() | {self.column: value}
            return replace(case, settings=Settings.model_validate(settings))
        return changed(case, self.edits(value))

    def edits(self, value: float) -> list[Edit]:
        """What is done to cells to bring this input to a value; nothing for a setting, which is no cell."""
        if self.kind == "factor":
            return [Edit(self.table, row, self.column, "multiply", value) for row in self.rows]
        text: str | float = value
        if self.kind == "date":
            text = _day(value).isoformat()
        elif self.step:
            text = str(round(value))
        return [Edit(self.table, row, self.column, "set", text) for row in self.rows]

    def between(self, low: float | None, high: float | None) -> Input:
        """The same input, looked at in a range of one's own."""
        return replace(self, low=self.low if low is None else low, high=self.high if high is None else high)

    def shown(self, value: float, digits: int = 6) -> str:
        """A value as it would stand in the table; a factor as a share of what is there now."""
        if self.kind == "date":
            return _day(value).isoformat()
        return f"× {value:.{digits}g}" if self.kind == "factor" else f"{value:,.{digits}g}"

    def relative(self, value: float) -> float | None:
        """By how much a value differs from what is there now, as a share of it; None for a date, or where nothing is there now."""
        return None if self.kind == "date" or self.now == 0 else (value - self.now) / abs(self.now)


def _day(month: float) -> datetime.date:
    whole = round(month)
    return datetime.date(whole // 12, whole % 12 + 1, 1)


def read_input(case: Case, address: str) -> Input:
    """The input at an address. CaseError when there is none, or when it is no number."""
    text = address.strip()
    table, dot, rest = text.partition(".")
    if table == "case" and dot:
        return _setting(case, rest)
    key, _, column = rest.rpartition(".")
    if column == "scale" and table == "demand":
        key, column = key or "*", "cars"
    tables = [name for name in TABLES if name not in NEVER]
    if table not in tables:
        raise _wrong(
            "BF083",
            f"no table {shown(table)}, in {shown(text)}",
            "table.key.column",
            nearest(table, tables) + f"the tables are {one_of(tables, 40)}",
        )
    numeric = [name for name in fields(table) if name not in keys(table)]
    if column not in numeric:
        form = f"{table}.KEY.{nearest(column, numeric) or 'COLUMN'}"
        raise _wrong(
            "BF083",
            f"no column {shown(column)} of {table}, in {shown(text)}",
            f"{form}",
            nearest(column, numeric) + f"the columns are {one_of(numeric, 40)}",
        )
    return input_of(case, table, _rows(case, table, key, text), column, Evidence(case))


def _wrong(code: str, found: str, expected: str, fix: str) -> CaseError:
    return CaseError([Problem(code, Where("--input"), found, expected, fix)])


def _rows(case: Case, table: str, key: str, text: str) -> tuple[str, ...]:
    """Keys of the rows that count and that a key, or the beginning of one, means."""
    names = row_keys(case.active(table), table).to_list()
    wanted = row_key(key)
    if wanted in names:
        return (wanted,)
    parts = wanted.split("|")
    found = tuple(name for name in names if all(p in ("*", part) for p, part in zip(parts, name.split("|"), strict=False)))
    if found:
        return found
    if (one := meant(wanted, names)) is not None:
        return (one,)
    several = beginning_so(wanted, names)
    form = "|".join(keys(table))
    fix = (
        f"say which: {one_of(several)}"
        if several
        else nearest(wanted, names) + f"give the key as {form}, or its beginning; * for every row"
    )
    off = " (it is switched off)" if wanted in row_keys(case.table(table), table).to_list() else ""
    raise _wrong("BF083", f"no row {shown(wanted)} of {table}{off}, in {shown(text)}", f"the key of a row of {table} that counts", fix)


def _setting(case: Case, name: str) -> Input:
    """A setting of the case as an input."""
    if name not in SETTINGS:
        raise _wrong(
            "BF083",
            f"case.{name}",
            one_of([f"case.{one}" for one in SETTINGS]),
            nearest(name, SETTINGS) + "name a setting that is a number",
        )
    unit, low, high = SETTINGS[name]
    now = float(getattr(case.settings, name))
    return Input(f"case.{name}", "case", (), name, "number", now, unit, 0.0, low, max(high, now))


def input_of(case: Case, table: str, rows: Sequence[str], column: str, evidence: Evidence) -> Input:
    """The input in one cell, or the factor on several cells of a column. CaseError when it is no number, or blank."""
    kind = schema(table)[column]
    if kind not in (pl.Float64, pl.Int64, pl.Date):
        raise _wrong("BF084", f"{table}.{column}, which is no number", "a column with numbers or days", "name an input that is a number")
    if len(rows) > 1:
        return _factor(case, table, tuple(rows), column, evidence)
    cell = Cell(table, rows[0], column)
    frame = case.active(table)
    row = frame.filter(row_keys(frame, table) == rows[0]).row(0, named=True)
    value = row[column]
    if value is None:
        meaning = facts(table, column).blank
        raise _wrong(
            "BF084", f"{table}.{rows[0]}.{column}, which is blank ({meaning})", "a cell with a value", "fill it in first, then ask"
        )
    address = f"{table}.{rows[0]}.{column}"
    standing, source, claimed = _known(evidence, cell)
    if kind == pl.Date:
        begin, end = case.calendar.periods[0].start, case.calendar.periods[-1].end
        now = float(round(month_number(value)))
        months = float(round(month_number(begin))), float(round(month_number(end)))
        return Input(
            address, table, (rows[0],), column, "date", now, "date", 1.0, min(months[0], now), max(months[1], now), standing, source
        )
    whole = kind == pl.Int64 or (table == "policies" and row["measure"] in WHOLE_MEASURES)
    low, high = _range(frame, table, column, float(value))
    unit = _unit(case, row, cell)
    return Input(address, table, (rows[0],), column, "number", float(value), unit, float(whole), low, high, standing, source, claimed)


def _factor(case: Case, table: str, rows: tuple[str, ...], column: str, evidence: Evidence) -> Input:
    """A factor on a column of several rows."""
    if schema(table)[column] != pl.Float64:
        raise _wrong("BF084", f"{table}.{column} of {len(rows)} rows", "a column of numbers that can be multiplied", "name one row")
    frame = case.active(table)
    values = frame.filter(row_keys(frame, table).is_in(list(rows)))[column].drop_nulls()
    filled = tuple(row for row, value in zip(row_keys(frame, table), frame[column], strict=True) if row in set(rows) and value is not None)
    if not filled or not (values != 0).any():
        raise _wrong(
            "BF084",
            f"{table}.{column}, which is nothing or blank in all {len(rows)} rows",
            "numbers that can be multiplied",
            "name one row",
        )
    parts = [name.split("|") for name in rows]
    every = len(rows) == frame.height
    same = [column_[0] if len(set(column_)) == 1 else "*" for column_ in zip(*parts, strict=False)]
    key = "*" if every else "|".join(same).rstrip("|*") or "*"
    most = bounds(table, column)[1]
    high = WIDE if most is None else max(1.0, min(WIDE, float(most) / float(values.abs().max() or 1.0)))  # type: ignore[arg-type]
    sourced = sum(Cell(table, row, column) in evidence.in_force for row in filled)
    standing = f"{sourced} of {len(filled)} cells rest on a source"
    return Input(f"{table}.{key}.{column}", table, filled, column, "factor", 1.0, "times what it is now", 0.0, 0.0, high, standing)


def _range(frame: pl.DataFrame, table: str, column: str, now: float) -> tuple[float, float]:
    """Where an input is looked at: what the table allows, but no further than ten times what is there, here or in another row."""
    least, most = bounds(table, column)
    peers = float(frame[column].drop_nulls().cast(pl.Float64).abs().max() or 0.0)  # type: ignore[arg-type]
    reach = WIDE * (abs(now) or peers or 1.0)
    low = -reach if least is None or least < -1.0 else float(least)
    high = reach if most is None else min(reach, float(most))
    return min(low, now), max(high, now)


def _known(evidence: Evidence, cell: Cell) -> tuple[str, str, tuple[float, float] | None]:
    """How a cell is known: standing and source of the claim in force, and the span of what live claims say."""
    claim = evidence.in_force.get(cell)
    spans = [span(one, said) for one in evidence.live(cell) if isinstance(said := evidence.reading(one), (int, float))]
    claimed = (min(low for low, _ in spans), max(high for _, high in spans)) if spans else None
    return (claim.standing, claim.source, claimed) if claim else ("assumption", "", claimed)


def _unit(case: Case, row: dict[str, object], cell: Cell) -> str:
    """The unit of a cell with the currency of its row in it: `million USD`, `JPY/car`."""
    unit = measure_of(cell)
    if not unit.startswith(("million", "currency")):
        return unit
    currency = row.get("currency")
    if cell.table == "demand":
        markets = dict(case.active("markets").select("market", "currency").iter_rows())
        currency = markets.get(row["market"])
    money = str(currency or case.settings.base_currency)
    return unit.replace("currency", money) if unit.startswith("currency") else unit.replace("million", f"million {money}")
