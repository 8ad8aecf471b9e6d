"""Checks of names, keys, references, periods and size: the tables fit together at all."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

import polars as pl

from brownfield.case.calendar import Calendar
from brownfield.case.case import Case
from brownfield.case.checks_view import ROW, SETTINGS, Draft, View, check_of
from brownfield.case.claim_id import claim_id
from brownfield.case.tables import NEEDED, TABLES, fields, keys, refs
from brownfield.errors import one_of, shown

BY_PERIOD = tuple(name for name in TABLES if "period" in fields(name))
"""Tables whose rows can name a period."""

MOST_CELLS = 20_000_000
"""Most numbers that the decisions of one plan may need: more would not fit into the memory of an ordinary computer."""


def calendar_of(case: Case) -> Calendar | None:
    """The calendar of a case, or None when its settings make none."""
    try:
        return case.calendar
    except (ValueError, OverflowError):
        return None


def _spellings(view: View, table: str) -> pl.DataFrame:
    """Every text in the period column of a table, and the periods it means, however it is spelled."""
    calendar = calendar_of(view.case)
    texts = view.active(table)["period"].drop_nulls().unique().to_list()
    meant = [(text, calendar.matching(text) if calendar else ([], 0)) for text in texts]
    rows = [(text, f"{span}: {periods}" if periods else text) for text, (periods, span) in meant]
    return pl.DataFrame(rows, schema={"period": pl.String, "_meant": pl.String}, orient="row")


@check_of("BF101", comes_first=True)
def key_twice(view: View) -> Iterator[Draft]:
    """A key stands in one row only.

    Two rows with the same key say two things about one thing, and nobody could tell which of them counts. Two spellings of
    one period are the same key. Exclude or delete one of the rows.
    """
    for table in TABLES:
        frame = view.active(table)
        columns = list(keys(table))
        if table == "claims":
            ids = [row["claim"] or claim_id(row) for row in frame.iter_rows(named=True)]
            frame = frame.with_columns(pl.Series("claim", ids, dtype=pl.String))
        if "period" in columns:
            frame = frame.join(_spellings(view, table), on="period", how="left")
            columns[columns.index("period")] = "_meant"
        frame = frame.drop_nulls(columns)
        if frame.select(columns).n_unique() == frame.height:
            continue
        again = frame.with_columns(pl.col(ROW).first().over(columns).alias("_first")).filter(pl.col(ROW) != pl.col("_first"))
        for row in again.iter_rows(named=True):
            name = " | ".join(str(row[key]) for key in keys(table) if row[key] != "")
            found = f"{shown(name)}, which is also in row {view.where(table, row['_first']).row}"
            yield view.says(table, row, keys(table)[0], found, "each key in one row", "exclude or delete one of the two rows")


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


@check_of("BF102", comes_first=True)
def names_alike(view: View) -> Iterator[Draft]:
    """Two names differ in more than capitals and blanks.

    `Oppama` and `OPPAMA` in one table are one plant written twice.
    """
    for table in TABLES:
        if len(keys(table)) > 1 or table == "claims":
            continue
        key = keys(table)[0]
        first: dict[str, str] = {}
        for row in view.active(table).drop_nulls(key).select(ROW, key).iter_rows(named=True):
            name = row[key]
            other = first.setdefault(_folded(name), name)
            if other != name:
                found = f"{shown(name)} besides {shown(other)}"
                yield view.says(
                    table,
                    row,
                    key,
                    found,
                    "names that differ in more than capitals and blanks",
                    "give both rows the same thing or another name",
                )


def _used(view: View, table: str, column: str) -> pl.DataFrame:
    """Names that a column refers to, one row for each use."""
    frame = view.active(table).select(ROW, column)
    return (frame.explode(column, empty_as_null=True) if isinstance(frame.schema[column], pl.List) else frame).drop_nulls(column)


@check_of("BF103", comes_first=True)
def name_of_nothing(view: View) -> Iterator[Draft]:
    """A name that refers to another table stands there.

    A misspelled plant, line, product, company or source would silently leave a row out of the plan.
    """
    for table in TABLES:
        for column, other in refs(table).items():
            known = view.names(other)
            if not known and other in NEEDED:
                continue  # BF106 says that the whole table is missing
            lost = _used(view, table, column).filter(~pl.col(column).is_in(sorted(known)))
            for row in lost.iter_rows(named=True):
                fix = f"{view.hint(row[column], known)}name a row of {other}, or add it there"
                yield view.says(table, row, column, f"{shown(row[column])}, which is in no row of {other}", f"a name in {other}", fix)


@check_of("BF104", comes_first=True)
def name_twice_in_list(view: View) -> Iterator[Draft]:
    """A list names each thing once."""
    for table in TABLES:
        for column in refs(table):
            frame = view.active(table)
            if not isinstance(frame.schema[column], pl.List):
                continue
            for row in frame.filter(pl.col(column).list.n_unique() < pl.col(column).list.len()).iter_rows(named=True):
                yield view.says(
                    table, row, column, shown("; ".join(row[column])), "each name once", "delete the names that are there twice"
                )


@check_of("BF105")
def one_owner(view: View) -> Iterator[Draft]:
    """When there are companies, exactly one of them is the owner, whose plan it is."""
    companies = view.rows("companies")
    owners = list(view.each("companies", pl.col("role") == "owner"))
    if companies.height and companies.height == view.active("companies").height and not owners:
        yield view.says(
            "companies", None, "role", "no owner", "exactly one company with role owner", "give the company whose plan it is the role owner"
        )
    for row in owners[1:]:
        found = f"{row['company']!r} is an owner besides {owners[0]['company']!r}"
        yield view.says("companies", row, "role", found, "exactly one company with role owner", "give it the role guest, supplier or state")


@check_of("BF106")
def table_needed(view: View) -> Iterator[Draft]:
    """The tables without which there is nothing to decide have rows that count."""
    for table in NEEDED:
        if view.active(table).is_empty():
            fix = f"add rows, or include some of those that are there: {TABLES[table].__doc__}"
            yield view.says(table, None, "", "no row that counts", f"at least one row of {table}", fix)


@check_of("BF107", needs_calendar=True, comes_first=True)
def period_unknown(view: View) -> Iterator[Draft]:
    """A period is one of the plan, a span of time that holds some of its periods, or blank.

    A text that means no period would leave its row out without a word: `2026` means nothing in a plan whose years
    start in April and are called `FY2026`. Rows of years outside the plan have to be excluded.
    """
    names = view.calendar.names
    for table in BY_PERIOD:
        frame = view.active(table).drop_nulls("period")
        lost = [text for text in frame["period"].unique() if not view.calendar.matching(text)[0]]
        for row in frame.filter(pl.col("period").is_in(lost)).iter_rows(named=True):
            near = view.hint(row["period"], names)
            fix = f"{near}the periods are {one_of(names, 6)}; exclude a row that lies outside the plan, or change the settings"
            yield view.says(
                table,
                row,
                "period",
                f"{shown(row['period'])}, in which no period of the plan lies",
                "a period, a span of periods, or a blank",
                fix,
            )


@check_of("BF108")
def calendar_makes_sense(view: View) -> Iterator[Draft]:
    """The settings make a calendar: a first day of a month, and 1 to 400 periods in blocks such as `8 quarters`."""
    try:
        Calendar.of(view.case.settings.start, view.case.settings.periods)
    except (ValueError, OverflowError) as error:
        found = f"start {view.case.settings.start}, periods {shown(', '.join(view.case.settings.periods))}"
        yield view.says(SETTINGS, None, "periods", found, str(error), "mend start or periods in the settings")


@check_of("BF109")
def start_shift_switched_off(view: View) -> Iterator[Draft]:
    """The shift model that a line runs at the start counts.

    A row that refers to a row switched off is left out with it. For a line that would be a surprise: it would vanish from the plan
    because a way to staff it was excluded.
    """
    off = view.names("shift_models") - set(view.active("shift_models")["shift_model"])
    lines = view.case.table("lines").filter((pl.col("status") == "include") & pl.col("shift_now").is_in(sorted(off)))
    for row in lines.iter_rows(named=True):
        found = f"{row['line']!r} runs {row['shift_now']!r}, which is excluded"
        yield view.says("lines", row, "shift_now", found, "a shift model that counts", "include the shift model, or leave shift_now blank")


def _cells_needed(view: View) -> dict[str, int]:
    """How many numbers each kind of decision needs at most: what is built, launched, staffed and shipped."""
    periods = len(view.calendar)
    routes = view.active("routes")
    builds = routes.select("product", "line").join(view.active("lines").select("line", "plant"), on="line")
    plants = builds.group_by("product").agg(pl.col("plant").n_unique().alias("_plants"))
    demand = view.active("demand").join(_spans(view), on="period").join(plants, on="product")
    return {
        "cars built (routes times periods)": routes.height * periods,
        "launches (possible routes times periods times periods)": routes.filter(pl.col("state") == "possible").height * periods**2 // 2,
        "shift models (lines times shift models times periods)": view.active("lines").height * view.active("shift_models").height * periods,
        "cars shipped (demand rows times periods times plants)": int((demand["_plants"] * demand["_periods"]).sum()),
    }


def _spans(view: View) -> pl.DataFrame:
    """How many periods each period text in the demand means."""
    rows = [(text, len(view.calendar.matching(text)[0])) for text in view.active("demand")["period"].drop_nulls().unique()]
    return pl.DataFrame(rows, schema={"period": pl.String, "_periods": pl.Int64}, orient="row")


@check_of("BF110", needs_calendar=True)
def plan_too_large(view: View) -> Iterator[Draft]:
    """A plan is small enough for an ordinary computer."""
    cells: Any = _cells_needed(view)
    if sum(cells.values()) > MOST_CELLS:
        kind = max(cells, key=cells.get)
        found = f"{sum(cells.values()):,} decisions, most of them for {kind}: {cells[kind]:,}"
        yield view.says(
            SETTINGS, None, "periods", found, f"at most {MOST_CELLS:,}", "use longer periods, or put products, markets or lines together"
        )
