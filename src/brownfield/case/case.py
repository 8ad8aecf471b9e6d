"""The case: everything that is known, frozen, in one value."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Annotated, TypeVar

import numpy as np
import polars as pl
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from brownfield.case.calendar import Calendar, Floats
from brownfield.case.columns import Currency, Date, Rate, Table
from brownfield.case.parse import RawTable, empty
from brownfield.case.tables import TABLES, Claim, facts, keys, refs

RowT = TypeVar("RowT", bound=Table)

DEFAULT_SHIFTS = [
    {"shift_model": "idle", "hours_per_week": 0.0, "crews": 0.0},
    {"shift_model": "one_shift", "hours_per_week": 40.0, "crews": 1.0},
    {"shift_model": "two_shifts", "hours_per_week": 80.0, "crews": 2.0},
    {"shift_model": "three_shifts", "hours_per_week": 120.0, "crews": 3.0},
]
"""Shift models of a case that names none: 48 weeks a year, no change cost."""


class Settings(BaseModel):
    """`case.toml`: what holds for the whole case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=80)] = Field(description="short name of the case")
    title: Annotated[str, Field(max_length=200)] = Field("", description="what the case is about, in a line")
    base_currency: Currency = Field("EUR", description="currency in which the plan is reckoned")
    price_year: Annotated[int, Field(ge=1990, le=2100)] = Field(2025, description="all money is in prices of this year")
    discount_rate: Rate = Field(0.08, description="real discount rate a year of the owner")
    start: Date = Field(datetime.date(2026, 1, 1), description="first day of the plan, the first of a month")
    periods: Annotated[tuple[str, ...], BeforeValidator(lambda v: tuple(v) if isinstance(v, list) else v)] = Field(
        ("5 years",), description="blocks of periods, like ['8 quarters', '6 years']"
    )
    terminal_years: Annotated[float, Field(ge=0, le=50)] = Field(
        0.0, description="years after the plan for which the running cash flow of the last period goes on"
    )


@dataclass(frozen=True)
class Hindsight:
    """A cell whose value nobody had spoken of by the day of a case: its name, its value, and the claim that came later."""

    cell: tuple[str, str, str]
    value: str
    claim: Claim

    def __str__(self) -> str:
        return f"{' / '.join(self.cell)}: {self.value} rests on {self.claim.source}, which was not out yet; nothing else was known"


@dataclass(frozen=True)
class Case:
    """Everything that is known about one decision: settings and tables. Never changed; `changed` makes a new one.

    known_on: the day whose knowledge it holds (None: all there is); hindsight: cells that it uses all the same though
    nobody had spoken of them by then.
    """

    settings: Settings
    tables: Mapping[str, pl.DataFrame]
    origins: Mapping[str, RawTable] = field(default_factory=dict, repr=False, compare=False)
    known_on: datetime.date | None = field(default=None, compare=False)
    hindsight: tuple[Hindsight, ...] = field(default=(), compare=False)

    def table(self, name: str) -> pl.DataFrame:
        """All rows of a table, excluded ones too."""
        return self.tables[name] if name in self.tables else empty(name)

    def active(self, name: str) -> pl.DataFrame:
        """Rows of a table that count: not excluded, and not referring to an excluded row."""
        return self._active[name]

    def rows(self, kind: type[RowT]) -> tuple[RowT, ...]:
        """Rows that count, as objects with typed fields: `for plant in case.rows(Plant)`. For small tables."""
        name = next(n for n, k in TABLES.items() if k is kind)
        frame = self.active(name)
        lists = [n for n, d in frame.schema.items() if isinstance(d, pl.List)]
        made = []
        for row in frame.iter_rows(named=True):
            for column in lists:
                row[column] = tuple(row[column] or ())
            made.append(kind.model_construct(**row))
        return tuple(made)

    @cached_property
    def _active(self) -> dict[str, pl.DataFrame]:
        frames = {name: self.table(name).filter(pl.col("status") == "include") for name in TABLES}
        if frames["shift_models"].is_empty() and self.table("shift_models").is_empty():
            rows = [TABLES["shift_models"].model_validate(row).model_dump() for row in DEFAULT_SHIFTS]
            defaults = pl.DataFrame(rows, schema=empty("shift_models").schema)
            frames["shift_models"] = defaults
        for name in TABLES:
            frames[name] = self._without_excluded(name, frames)
        return frames

    def _without_excluded(self, name: str, frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
        """An included row that refers to a row switched off is switched off with it.

        A list loses the names of rows switched off; a row goes too when that leaves a blank which would mean more than none.
        """
        frame = frames[name]
        for column, other in refs(name).items():
            off = sorted(set(self.table(other)[keys(other)[0]]) - set(frames[other][keys(other)[0]]) - {None})
            if not off or other == name:
                continue
            if isinstance(frame.schema[column], pl.List):
                left = pl.col(column).list.eval(pl.element().filter(~pl.element().is_in(off)))
                if facts(name, column).blank != "none":
                    frame = frame.filter((pl.col(column).list.len() == 0) | (left.list.len() > 0))
                frame = frame.with_columns(left)
            else:
                frame = frame.filter(pl.col(column).is_null() | ~pl.col(column).is_in(off))
        return frame

    @cached_property
    def calendar(self) -> Calendar:
        """The periods of the plan."""
        return Calendar.of(self.settings.start, self.settings.periods)

    @cached_property
    def owner(self) -> str:
        """The company whose plan it is."""
        owners = self.active("companies").filter(pl.col("role") == "owner")["company"]
        return str(owners[0]) if len(owners) else "owner"

    @cached_property
    def discount_rate(self) -> float:
        """Real discount rate a year of the owner: its own, or else the case's."""
        own = self.active("companies").filter(pl.col("company") == self.owner)["discount_rate"].drop_nulls()
        return float(own[0]) if len(own) else self.settings.discount_rate

    @cached_property
    def discount(self) -> Floats:
        """The owner's discount factor of each period, shape (T,)."""
        return self.calendar.discount(self.discount_rate)

    @cached_property
    def _rates(self) -> dict[str, Floats]:
        rates: dict[str, Floats] = {}
        for row in self.by_period("rates").iter_rows(named=True):
            rates.setdefault(row["currency"], np.full(len(self.calendar), np.nan))[row["t"]] = row["rate"]
        rates[self.settings.base_currency] = np.ones(len(self.calendar))
        return rates

    def rate(self, currency: str | None) -> Floats:
        """Base currency for one unit of `currency` in each period, shape (T,); blank is the base currency."""
        return self._rates[currency or self.settings.base_currency]

    def by_period(self, name: str) -> pl.DataFrame:
        """A table with a `period` column as one row per key and period index `t`; the shortest span named wins."""
        frame = self.active(name)
        spans = {text: self.calendar.matching(text) for text in frame["period"].unique()}
        lookup = pl.DataFrame(
            [(text, t, span) for text, (ts, span) in sorted(spans.items()) for t in ts],
            schema={"period": pl.String, "t": pl.Int64, "span": pl.Int64},
            orient="row",
        )
        key = [k for k in keys(name) if k != "period"] + ["t"]
        return frame.join(lookup, on="period", how="inner").sort([*key, "span"]).unique(key, keep="first", maintain_order=True)

    @cached_property
    def digest(self) -> str:
        """Hash of everything that counts in the case, the same for any order of rows (16 hex digits)."""
        parts = [self.settings.model_dump_json()]
        for name in TABLES:
            frame = self.active(name)
            if not frame.is_empty():
                parts.append(name + "\n" + "\n".join(sorted(json.dumps(row, default=str) for row in frame.iter_rows())))
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    def with_table(self, name: str, frame: pl.DataFrame) -> Case:
        """A new case with one table replaced; the caller answers for its contents."""
        return replace(self, tables={**self.tables, name: frame})

    def __repr__(self) -> str:
        filled = ", ".join(f"{n} {self.table(n).height}" for n in TABLES if self.table(n).height)
        return f"Case({self.settings.name!r}, {self.calendar.names[0]} to {self.calendar.names[-1]}: {filled})"
