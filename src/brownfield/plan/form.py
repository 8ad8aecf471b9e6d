"""Is a plan readable at all? Its columns, names, periods and numbers, before any rule is asked.

Rows that cannot be read are reported and left out, so that the rules can go on with the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from brownfield.case.case import Case
from brownfield.case.scope import owned_plants
from brownfield.errors import shown
from brownfield.plan.plan import PLAN_TABLES, Plan

STATES = ("open", "idle", "leased", "closed", "sold", "potential")
"""What a plant can be in a period."""

NEGATIVE = -1e-4
"""A number below this is negative; above, it is a zero with the dust of floating-point arithmetic on it."""

KEYS: dict[str, tuple[str, ...]] = {
    "sites": ("plant", "period"),
    "shifts": ("line", "period"),
    "launches": ("product", "line", "period"),
    "makes": ("product", "line", "period"),
    "ships": ("product", "plant", "market", "period"),
    "lost": ("product", "market", "period"),
    "diverted": ("product", "to_product", "market", "period"),
    "people": ("plant", "period"),
    "transfers": ("plant", "to_plant", "period"),
    "contracts": ("offer",),
    "guests": ("offer", "line", "period"),
    "terms": ("supplier", "term", "period"),
    "finance": ("period",),
}
"""What makes a row of each plan table unique."""

BLANK_ALLOWED = {("contracts", "line"), ("contracts", "exit")}
KIND = {"to_product": "product", "to_plant": "plant", "start": "period", "exit": "period"}

Found = tuple[dict[str, str], str, float]
"""What a rule reports: the keys of the place, a sentence, and by how much it is missed."""


@dataclass(frozen=True)
class Form:
    """A plan with its unreadable rows left out, and what was wrong with them."""

    plan: Plan
    columns: tuple[Found, ...]
    names: tuple[Found, ...]
    numbers: tuple[Found, ...]
    twice: tuple[Found, ...]

    @property
    def faults(self) -> tuple[Found, ...]:
        """Everything that made a row unreadable."""
        return self.columns + self.names + self.numbers + self.twice


def known_names(case: Case) -> dict[str, list[str]]:
    """Every name that a plan for the case may use, by kind of thing."""
    plants = owned_plants(case)["plant"].to_list()
    lines = case.active("lines").filter(pl.col("plant").is_in(plants))["line"].to_list()
    named = {"product": "products", "market": "markets", "shift_model": "shift_models", "offer": "offers", "supplier": "suppliers"}
    known = {kind: case.active(table)[kind].to_list() for kind, table in named.items()}
    terms = case.active("term_offers")["term"].to_list()
    return {**known, "plant": plants, "line": lines, "term": terms, "state": list(STATES), "period": list(case.calendar.names)}


def examine(case: Case, plan: Plan) -> Form:
    """Sort the rows of a plan into those that can be read and those that cannot, and say why."""
    known = known_names(case)
    strange = [str(table) for table in plan.tables if table not in PLAN_TABLES]
    columns: list[Found] = [({"table": table}, f"The plan has a table {shown(table)} that no plan has", 1.0) for table in strange]
    names: list[Found] = []
    numbers: list[Found] = []
    twice: list[Found] = []
    tables: dict[str, pl.DataFrame] = {}
    for table in PLAN_TABLES:
        frame = _columns(table, plan.table(table), columns)
        frame = _keep(table, frame, names, dict(_bad_names(table, frame, known)))
        frame = _keep(table, frame, numbers, dict(_bad_numbers(table, frame)))
        repeated = ~frame.select(pl.struct(KEYS[table]).is_first_distinct()).to_series()
        tables[table] = _keep(table, frame, twice, {"": (repeated, "stands twice")})
    return Form(Plan(plan.case_digest, tables), tuple(columns), tuple(names), tuple(numbers), tuple(twice))


def _columns(table: str, frame: pl.DataFrame, found: list[Found]) -> pl.DataFrame:
    """The table with exactly its columns and types; without rows when a column is missing."""
    wanted = PLAN_TABLES[table]
    for column in frame.columns:
        if column not in wanted:
            say = f"The plan's table {table} has a column {shown(column)} that it should not have"
            found.append(({"table": table, "column": column}, say, 1.0))
    missing = [column for column in wanted if column not in frame.columns]
    if missing:
        found.append(({"table": table}, f"The plan's table {table} lacks the column {', '.join(missing)}", float(len(missing))))
        return pl.DataFrame(schema=wanted)
    typed = frame.select(_typed(frame, column, kind) for column, kind in wanted.items())
    blank_text = [pl.when(pl.col(c) == "").then(None).otherwise(pl.col(c)).alias(c) for c, kind in wanted.items() if kind == pl.String]
    return typed.with_columns(blank_text)


def _typed(frame: pl.DataFrame, column: str, kind: pl.DataType) -> pl.Expr:
    """A column cast to its type; what cannot be cast becomes blank, and a blank is reported later."""
    castable = frame.schema[column].is_numeric() or frame.schema[column] in (pl.String, pl.Null, pl.Boolean) or isinstance(
        frame.schema[column], (pl.Categorical, pl.Enum)
    )
    return pl.col(column).cast(kind, strict=False) if castable else pl.lit(None, dtype=kind).alias(column)


def _bad_names(table: str, frame: pl.DataFrame, known: Mapping[str, list[str]]) -> Iterator[tuple[str, tuple[pl.Series, str]]]:
    for column, kind in PLAN_TABLES[table].items():
        if kind == pl.String:
            allowed = pl.Series(known[KIND.get(column, column)], dtype=pl.String)
            bad = ~frame[column].is_in(allowed.implode()).fill_null((table, column) in BLANK_ALLOWED)
            yield column, (bad, f"names no {column.replace('_', ' ')} of this plan")


def _bad_numbers(table: str, frame: pl.DataFrame) -> Iterator[tuple[str, tuple[pl.Series, str]]]:
    for column, kind in PLAN_TABLES[table].items():
        if kind == pl.Float64:
            bad = ~(frame[column].is_finite() & (frame[column] >= NEGATIVE)).fill_null(False)
            yield column, (bad, "is not a number of zero or more")


def _keep(table: str, frame: pl.DataFrame, found: list[Found], bad: Mapping[str, tuple[pl.Series, str]]) -> pl.DataFrame:
    """Leave out the rows marked bad, with a sentence about each."""
    dropped = pl.Series([False] * frame.height, dtype=pl.Boolean)
    for column, (mask, why) in bad.items():
        for row in frame.filter(mask).iter_rows(named=True):
            keys = {"table": table, **{key: str(row[key]) for key in KEYS[table]}}
            what = f"{column} {shown(row[column])} {why}" if column else f"the row {why}"
            found.append((keys, f"In the plan's table {table}, at {', '.join(str(row[key]) for key in KEYS[table])}: {what}", 1.0))
        dropped = dropped | mask
    return frame.filter(~dropped)
