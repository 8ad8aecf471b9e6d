"""Checks of sources and claims: every claim is about something, and at most one of them is in force for a cell."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

import polars as pl

from brownfield.case.cells import places, row_key
from brownfield.case.checks_view import Draft, View, check_of, number
from brownfield.case.claim_id import claim_id
from brownfield.case.parse import RawTable, parse
from brownfield.case.tables import TABLES, fields, keys
from brownfield.errors import Problem, one_of, shown

MOST_WORDS = 25
"""Words that may be quoted from a source."""

SAME = 1e-9
"""Numbers closer than this, relative to their size, are equal."""


class _Target(NamedTuple):
    """Where a claim points: a cell and what stands in it, or the part of its address that is wrong."""

    row: int | None
    value: Any
    wrong: Literal["", "table", "row", "column"]


def _targets(view: View) -> Iterator[tuple[dict[str, Any], _Target]]:
    """Every claim about a cell, and the cell."""
    rows: dict[str, Mapping[str, int]] = {}
    frames: dict[str, pl.DataFrame] = {}
    for claim in view.each("claims", (pl.col("table") != "") | (pl.col("row") != "") | (pl.col("column") != "")):
        table, column = claim["table"].strip(), claim["column"].strip()
        if table not in TABLES:
            yield claim, _Target(None, None, "table")
            continue
        if table not in rows:
            rows[table], frames[table] = places(view.case, table), view.case.table(table)
        place = rows[table].get(row_key(claim["row"]))
        if column not in fields(table):
            yield claim, _Target(None, None, "column")
        elif place is None:
            yield claim, _Target(None, None, "row")
        else:
            yield claim, _Target(place, frames[table][column][place], "")


@check_of("BF189")
def claim_about_a_cell(view: View) -> Iterator[Draft]:
    """A claim is about a cell that exists, or about no cell at all.

    A claim about a misspelled plant would stand behind nothing, and the cell it was meant for would pass as an assumption.
    """
    for claim, target in _targets(view):
        if not target.wrong:
            continue
        table = claim["table"].strip()
        known: Mapping[str, Any] = (
            TABLES if target.wrong == "table" else fields(table) if target.wrong == "column" else places(view.case, table)
        )
        form = f"the key of a row of {table}: {'|'.join(keys(table))}" if target.wrong == "row" else f"a {target.wrong}"
        fix = view.hint(claim[target.wrong], known) + "correct it, or leave table, row and column blank: background"
        yield view.says("claims", claim, target.wrong, shown(claim[target.wrong]), f"{form} of this case", fix)


def _said(claim: Mapping[str, Any]) -> tuple[Any, Problem | None]:
    """The value of a claim as its cell would hold it, or why it could not."""
    table, column = claim["table"].strip(), claim["column"].strip()
    parsed = parse(table, RawTable("", (column,), ([claim["value"]],), (2,)))
    bad = [problem for problem in parsed.problems if problem.where.column == column and problem.where.row is not None]
    return parsed.frame[column][0], bad[0] if bad else None


@check_of("BF190")
def claim_of_a_value(view: View) -> Iterator[Draft]:
    """The value of a claim could stand in the cell it is about."""
    for claim, target in _targets(view):
        if not target.wrong and (bad := _said(claim)[1]) is not None:
            fix = f"give it in the unit of {claim['column']}; the original words belong into `original`"
            yield view.says("claims", claim, "value", bad.found, bad.expected, fix)


def _equal(one: Any, other: Any) -> bool:
    """Whether two cells hold the same value, numbers within rounding."""
    if isinstance(one, float | int) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=SAME, abs_tol=1e-12)
    if isinstance(one, pl.Series) and isinstance(other, pl.Series):
        return one.to_list() == other.to_list()
    return bool(one == other)


@check_of("BF191")
def preferred_equals_cell(view: View) -> Iterator[Draft]:
    """A preferred claim is in force: its value stands in the cell."""
    for claim, target in _targets(view):
        if target.wrong or claim["rank"] != "preferred":
            continue
        said, bad = _said(claim)
        if bad is None and not view.spoiled(claim["table"].strip(), target.row) and not _equal(said, target.value):
            holds = "a blank" if target.value is None else shown(str(target.value))
            table, row, column = (claim[name].strip() for name in ("table", "row", "column"))
            address = view.where(table, target.row, column)
            found = f"{shown(claim['value'])}, but {table} {row} {column} is {holds} ({address})"
            yield view.says(
                "claims", claim, "value", found, "the value of the cell", "put the claim's value into the cell, or prefer another claim"
            )


@check_of("BF192")
def one_preferred(view: View) -> Iterator[Draft]:
    """At most one claim about a cell is preferred."""
    first: dict[tuple[str, int | None, str], dict[str, Any]] = {}
    for claim, target in _targets(view):
        if target.wrong or claim["rank"] != "preferred":
            continue
        other = first.setdefault((claim["table"].strip(), target.row, claim["column"].strip()), claim)
        if other is not claim:
            found = f"preferred besides the claim of {other['source']!r} in row {view.where('claims', other['_row']).row}"
            fix = "make one of them normal, and say why the other is preferred"
            yield view.says("claims", claim, "rank", found, "one preferred claim for each cell", fix)


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
