"""Checks of sources and claims: every claim is about something, and at most one of them is in force for a cell."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

import polars as pl

from brownfield.case.cells import places, row_key, row_keys
from brownfield.case.checks_view import ROW, Draft, View, check_of, number
from brownfield.case.claim_id import claim_id
from brownfield.case.parse import RawTable, parse
from brownfield.case.tables import TABLES, fields, keys
from brownfield.errors import Problem, one_of, shown

MOST_WORDS = 25
"""Words that may be quoted from a source."""

SAME = 1e-9
"""Numbers closer than this, relative to their size, are equal."""


class _Target(NamedTuple):
    """Where a claim points: the row of its cell and what stands there, or the part of its address that is wrong; and the
    claim's value as the cell would hold it, or why it could not.
    """

    claim: dict[str, Any]
    row: int | None = None
    value: Any = None
    wrong: Literal["", "table", "row", "column"] = ""
    said: Any = None
    bad: Problem | None = None
    bad_part: str = "value"


def _targets(view: View) -> list[_Target]:
    """Every claim about a cell, and the cell."""
    return view.once("targets", lambda: _all_targets(view))


def _all_targets(view: View) -> list[_Target]:
    """The claims table by table and column by column, so that each is looked up and read once."""
    found: list[_Target] = []
    about = view.rows("claims").filter((pl.col("table") != "") | (pl.col("row") != "") | (pl.col("column") != ""))
    about = about.with_columns(pl.col("table", "column").str.strip_chars())
    for (table,), claims in about.group_by("table", maintain_order=True):
        if table not in TABLES:
            found += [_Target(claim, wrong="table") for claim in claims.iter_rows(named=True)]
            continue
        rows = places(view.case, str(table), (row_key(text) for text in claims["row"]))
        for (column,), same in claims.group_by("column", maintain_order=True):
            found += _of_column(view, str(table), str(column), same.to_dicts(), rows)
    return sorted(found, key=lambda target: target.claim[ROW])


def _of_column(view: View, table: str, column: str, claims: list[dict[str, Any]], rows: Mapping[str, int]) -> Iterator[_Target]:
    """The claims about one column of a table."""
    if column not in fields(table):
        yield from (_Target(claim, wrong="column") for claim in claims)
        return
    parsed = parse(table, RawTable("", (column,), ([claim["value"] for claim in claims],), range(len(claims))))
    bad = {problem.where.row: problem for problem in parsed.problems if problem.where.column == column and problem.where.row is not None}
    cells = view.case.table(table)[column]
    said, part_of = parsed.frame[column].to_list() if cells.dtype != pl.List else list(parsed.frame[column]), dict.fromkeys(bad, "value")
    if cells.dtype.is_numeric():
        for part in ("low", "high"):
            for i, problem in _beyond(table, column, [claim[part] for claim in claims]):
                if i not in bad:
                    bad[i], part_of[i] = problem, part
    values = cells.to_list() if cells.dtype != pl.List else list(cells)
    for i, claim in enumerate(claims):
        place = rows.get(row_key(claim["row"]))
        if place is None:
            yield _Target(claim, wrong="row")
        else:
            yield _Target(claim, place, values[place], "", said[i], bad.get(i), part_of.get(i, "value"))


def _beyond(table: str, column: str, ends: list[float | None]) -> Iterator[tuple[int, Problem]]:
    """The ends of spans that could not stand in the column: their place, and why."""
    at = [i for i, end in enumerate(ends) if end is not None]
    parsed = parse(table, RawTable("", (column,), ([str(ends[i]) for i in at],), range(len(at))))
    for problem in parsed.problems:
        if problem.where.column == column and problem.where.row is not None:
            yield at[problem.where.row], problem


def _known(view: View, table: str, part: str) -> list[str]:
    """What a part of the address of a claim could have been; a thousand rows are enough for any table that people type."""
    if part == "row":
        return row_keys(view.case.table(table).head(1000), table).to_list()
    return list(TABLES if part == "table" else fields(table))


@check_of("BF189")
def claim_about_a_cell(view: View) -> Iterator[Draft]:
    """A claim is about a cell that exists, or about no cell at all.

    A claim about a misspelled plant would stand behind nothing, and the cell it was meant for would pass as an assumption.
    """
    for target in _targets(view):
        if target.wrong:
            claim, table = target.claim, target.claim["table"]
            form = f"the key of a row of {table}: {'|'.join(keys(table))}" if target.wrong == "row" else f"a {target.wrong}"
            hint = view.hint(claim[target.wrong], _known(view, table, target.wrong))
            fix = hint + "correct it, or leave table, row and column blank: background"
            yield view.says("claims", claim, target.wrong, shown(claim[target.wrong]), f"{form} of this case", fix)


@check_of("BF190")
def claim_of_a_value(view: View) -> Iterator[Draft]:
    """The value of a claim could stand in the cell it is about, and so could the ends of its span."""
    for target in _targets(view):
        if target.bad is not None:
            fix = f"give it in the unit of {target.claim['column']}; the original words belong into `original`"
            yield view.says("claims", target.claim, target.bad_part, target.bad.found, target.bad.expected, fix)


def _equal(one: Any, other: Any) -> bool:
    """Whether two cells hold the same value, numbers within rounding."""
    if isinstance(one, float | int) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=SAME, abs_tol=1e-12)
    if isinstance(one, pl.Series) and isinstance(other, pl.Series):
        return one.to_list() == other.to_list()
    return bool(one == other)


def _holds(value: Any) -> str:
    """What stands in a cell, as people read it."""
    if isinstance(value, pl.Series):
        value = "; ".join(value) or None
    return "a blank" if value is None else number(value) if isinstance(value, float) else shown(str(value))


def _preferred(view: View) -> Iterator[_Target]:
    """Preferred claims about a cell that exists."""
    return (target for target in _targets(view) if not target.wrong and target.claim["rank"] == "preferred")


@check_of("BF191")
def preferred_equals_cell(view: View) -> Iterator[Draft]:
    """A preferred claim is in force: its value stands in the cell."""
    for target in _preferred(view):
        table, column = target.claim["table"], target.claim["column"]
        if target.bad is None and not view.spoiled(table, target.row) and not _equal(target.said, target.value):
            address = view.where(table, target.row, column)
            found = f"{shown(target.claim['value'])}, but {table} {target.claim['row']} {column} is {_holds(target.value)} ({address})"
            fix = "put the claim's value into the cell, or prefer another claim"
            yield view.says("claims", target.claim, "value", found, "the value of the cell", fix)


@check_of("BF192")
def one_preferred(view: View) -> Iterator[Draft]:
    """At most one claim about a cell is preferred."""
    first: dict[tuple[str, int | None, str], _Target] = {}
    for target in _preferred(view):
        other = first.setdefault((target.claim["table"], target.row, target.claim["column"]), target)
        if other is not target:
            found = f"preferred besides the claim of {other.claim['source']!r} in row {view.where('claims', other.claim[ROW]).row}"
            fix = "make one of them normal, and say why the other is preferred"
            yield view.says("claims", target.claim, "rank", found, "one preferred claim for each cell", fix)


@check_of("BF193")
def denied_not_preferred(view: View) -> Iterator[Draft]:
    """A denied claim is not preferred: what was denied cannot be in force."""
    for claim in view.each("claims", (pl.col("rank") == "preferred") & (pl.col("standing") == "denied")):
        fix = "prefer another claim, or correct the standing"
        yield view.says("claims", claim, "rank", "preferred and denied", "normal or deprecated for a denied claim", fix)


@check_of("BF194")
def rank_has_a_reason(view: View) -> Iterator[Draft]:
    """A claim that is preferred or deprecated says why."""
    for claim in view.each("claims", (pl.col("rank") != "normal") & (pl.col("why").str.strip_chars() == "")):
        yield view.says(
            "claims", claim, "why", f"{claim['rank']} without a reason", "the reason in a few words", "say why, or make it normal"
        )


@check_of("BF195")
def span_of_a_claim(view: View) -> Iterator[Draft]:
    """The value of a claim lies between its low and its high value."""
    for claim in view.each("claims", pl.col("low").is_not_null() | pl.col("high").is_not_null()):
        try:
            value = float(claim["value"])
        except ValueError:
            value = math.nan
        low, high = claim["low"], claim["high"]
        if low is not None and high is not None and low > high:
            found = f"low {number(low)} above high {number(high)}"
            yield view.says("claims", claim, "low", found, "a low value up to the high one", "exchange the two")
        elif low is not None and low > value:
            found = f"low {number(low)} above the value {number(value)}"
            yield view.says(
                "claims", claim, "low", found, "at most the value", "correct low or value; all three are in the unit of the cell"
            )
        elif high is not None and value > high:
            found = f"high {number(high)} below the value {number(value)}"
            yield view.says(
                "claims", claim, "high", found, "at least the value", "correct high or value; all three are in the unit of the cell"
            )


@check_of("BF196")
def short_quote(view: View) -> Iterator[Draft]:
    """A quote has at most 25 words."""
    for claim in view.each("claims", pl.col("quote") != ""):
        words = len(claim["quote"].split())
        if words > MOST_WORDS:
            found = f"{words} words"
            yield view.says(
                "claims",
                claim,
                "quote",
                found,
                f"at most {MOST_WORDS} words",
                "quote the words that carry the claim, and leave out the rest",
            )


@check_of("BF197")
def id_of_a_claim(view: View) -> Iterator[Draft]:
    """The id of a claim is the hash of what it says.

    A claim that was altered after it was imported is another claim, and must not pass for the first.
    """
    for claim in view.each("claims", pl.col("claim") != ""):
        right = claim_id(claim)
        if claim["claim"] != right:
            yield view.says(
                "claims", claim, "claim", shown(claim["claim"]), f"{right}, or a blank", "leave it blank: it is worked out from the row"
            )


@check_of("BF198")
def source_repeats_itself(view: View) -> Iterator[Draft]:
    """A source repeats another source, not in the end itself."""
    repeats = {row["source"]: row["derived_from"] for row in view.each("sources")}
    for row in view.each("sources", pl.col("derived_from").is_not_null()):
        chain = [row["source"]]
        while (after := repeats.get(chain[-1])) is not None and after not in chain:
            chain.append(after)
        if after == row["source"]:
            found = f"{' repeats '.join(repr(name) for name in [*chain, after])}"
            yield view.says(
                "sources",
                row,
                "derived_from",
                found,
                "a source that came first",
                f"leave it blank for the one that came first of {one_of(chain)}",
            )


@check_of("BF199")
def read_after_it_was_published(view: View) -> Iterator[Draft]:
    """A source was published before it was read."""
    for row in view.each("sources", pl.col("published").is_not_null() & pl.col("retrieved").is_not_null()):
        length = min(len(row["published"]), len(row["retrieved"]))
        if row["published"][:length] > row["retrieved"][:length]:
            found = f"published {row['published']}, retrieved {row['retrieved']}"
            yield view.says("sources", row, "retrieved", found, "a day on or after publication", "correct one of the two days")


MADE = datetime.date(2026, 11, 22)
"""A day on which this program was there already: a clock that says less is wrong, and is not believed."""


def today() -> datetime.date:
    """The day, wherever on earth it has begun."""
    return max(datetime.date.today(), MADE) + datetime.timedelta(days=1)


@check_of("BF200")
def source_yet_to_come(view: View) -> Iterator[Draft]:
    """A source was published, and read, by today.

    One that is dated in the future would count in no look back, and in no year would anybody find out.
    """
    now = today().isoformat()
    for column in ("published", "retrieved"):
        for row in view.each("sources", pl.col(column).is_not_null()):
            if row[column] > now[: len(row[column])]:
                yield view.says("sources", row, column, row[column], "a day that has come", "correct the year, the month or the day")
