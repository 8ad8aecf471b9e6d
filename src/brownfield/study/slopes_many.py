"""How the worth of plans moves with each of very many inputs, from few books: those of a column are moved at once, and told apart.

A posting says which cells it was reckoned from. An input that no posting of any plan rests on has a slope of nothing, and needs no
books. Of inputs of one column each posting rests as a rule on one alone: then the books are kept once with all of them moved, and
what a posting changes by is the doing of its input. Where it could be that of several, each is moved by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from brownfield.case.case import Case
from brownfield.case.changes import changed
from brownfield.case.tables import Policy
from brownfield.errors import CaseError, LedgerError
from brownfield.evidence.reckoned import Reckoning
from brownfield.plan.journal import KEYS
from brownfield.plan.ledger import RUNNING, Ledger, keep
from brownfield.plan.plan import Plan
from brownfield.plan.reading import Reading
from brownfield.study.inputs import Input
from brownfield.study.slopes import away_from

FAR = ("capacity", "co2", "liquidity")
"""Measures of policies that are reckoned from more cells than the postings of their prices say."""

ALL_MONEY = "discount_rate"
"""The column that all postings rest on, whatever they say."""

SUMS = 1e-9
"""What all postings change by must be what the worth changes by, to this part of the worth."""

DUST = 1e-12
"""What a sum may be off by that should be nothing, as a part of what was added up."""

Slopes = dict[str, tuple[float, ...]]
"""For each input by address, how the worth of each plan moves with one unit of it (million)."""


@dataclass(frozen=True)
class Books:
    """The books of one plan: kept once, and kept again for a case that has other numbers."""

    reading: Reading
    ledger: Ledger

    @classmethod
    def of(cls, case: Case, plan: Plan) -> Books:
        """The books of a plan of a case."""
        reading = Reading(case, plan)
        return cls(reading, keep(reading))

    def again(self, case: Case) -> Ledger:
        """The books of the same plan in a case with the same names, of which the plan need not be examined once more."""
        return keep(Reading(case, self.reading.raw, self.reading.form))


def slopes_of_all(case: Case, inputs: Sequence[Input], plans: Sequence[Plan], heard: Callable[[int], None] | None = None) -> Slopes:
    """The slopes of the worth of plans in each input; none for an input that the case cannot have near what it is now.

    heard: told, now and then, how many inputs are done.
    """
    books = [Books.of(case, plan) for plan in plans]
    groups = list(_groups(case, inputs, books))
    told = {one.address: (0.0,) * len(plans) for one in inputs}
    left = sum(len(group) for group in groups)
    for group in groups:
        if heard is not None:
            heard(len(inputs) - left)
        found = _at_once(case, group, books) if len(group) > 1 else {}
        for one in group:
            slopes = found.get(one.address) or _alone(case, one, books)
            if slopes is None:
                del told[one.address]
            else:
                told[one.address] = slopes
            left -= 1
    return told


def _groups(case: Case, inputs: Sequence[Input], books: Sequence[Books]) -> Iterator[list[Input]]:
    """Inputs that some posting rests on, those of a column together; settings alone, and all inputs where prices of policies reach far."""
    if any(policy.kind == "priced" and policy.measure in FAR for policy in case.rows(Policy)):
        yield from ([one] for one in inputs)
        return
    names = ["item", *KEYS, "period"]
    postings = pl.concat([book.ledger.postings.select(names) for book in books]).unique(maintain_order=True)
    behind = set(Reckoning(case).cells(postings).select("table", "row", "column").iter_rows())
    columns: dict[tuple[str, str], list[Input]] = {}
    for one in inputs:
        if one.table == "case" or one.column == ALL_MONEY:
            yield [one]
        elif any((one.table, row, one.column) in behind for row in one.rows):
            columns.setdefault((one.table, one.column), []).append(one)
    yield from columns.values()


def _alone(case: Case, given: Input, books: Sequence[Books]) -> tuple[float, ...] | None:
    """The slopes in one input, moved by itself; None where the case cannot have it so, or the books cannot be kept."""
    away = away_from(given, given.now)
    try:
        moved = given.at(case, away)
        return tuple((book.again(moved).npv - book.ledger.npv) / (away - given.now) for book in books)
    except (CaseError, LedgerError):
        return None


def _at_once(case: Case, group: Sequence[Input], books: Sequence[Books]) -> Slopes:
    """The slopes in all inputs of a column of which no posting rests on two; nothing when that cannot be told."""
    aways = {one.address: away_from(one, one.now) for one in group}
    try:
        moved = changed(case, [edit for one in group for edit in one.edits(aways[one.address])])
        sides = [_rises(case, book, book.again(moved), group) for book in books]
    except (CaseError, LedgerError):
        return {}
    found: Slopes = {}
    for one in group:
        rises = [None if side is None else side.get(one.address) for side in sides]
        if all(rise is not None for rise in rises):
            found[one.address] = tuple((rise or 0.0) / (aways[one.address] - one.now) for rise in rises)
    return found


def _rises(case: Case, book: Books, after: Ledger, group: Sequence[Input]) -> dict[str, float] | None:
    """By how much each input moved what a plan is worth; without those that share a posting. None when the sums do not agree."""
    rises = pl.concat([_worths(book, after.postings, 1.0), _worths(book, book.ledger.postings, -1.0)])
    sums = pl.col("worth").sum(), pl.col("worth").abs().sum().alias("size")
    rises = rises.group_by("item", *KEYS, "period", maintain_order=True).agg(*sums)
    rises = rises.filter(pl.col("worth").abs() > DUST * pl.col("size"))
    if abs(float(rises["worth"].sum()) - (after.npv - book.ledger.npv)) > SUMS * max(1.0, abs(book.ledger.gross)):
        return None
    cells = Reckoning(case).cells(rises).filter(pl.col("table") == group[0].table, pl.col("column") == group[0].column)
    places = [(row, one.address) for one in group for row in one.rows]
    named = pl.DataFrame(places, schema={"row": pl.String, "address": pl.String}, orient="row")
    behind = cells.join(named, on="row", how="inner").select("posting", "address").unique(maintain_order=True)
    if behind["posting"].n_unique() < rises.height:
        return None
    shared = behind.filter(pl.len().over("posting") > 1)["address"].unique()
    doing = behind.join(rises.with_row_index("posting"), on="posting", how="left").group_by("address", maintain_order=True)
    found = dict(doing.agg(pl.col("worth").sum()).iter_rows())
    return {one.address: found.get(one.address, 0.0) for one in group if one.address not in set(shared)}


def _worths(book: Books, postings: pl.DataFrame, sign: float) -> pl.DataFrame:
    """What each posting is worth, a part of the terminal value with those of the last period that it is made of."""
    reading = book.reading
    rate, years = reading.case.discount_rate, reading.case.settings.terminal_years
    on = reading.calendar.annuity(rate, years) / float(reading.calendar.years[-1])
    goes_on = pl.col("item").is_in(list(RUNNING)) & (pl.col("period") == reading.calendar.names[-1])
    worth = pl.col("discounted") + pl.when(goes_on).then(pl.col("amount") * on).otherwise(0.0)
    kept = postings.filter(pl.col("item") != "terminal value")
    return kept.select("item", *KEYS, "period", (sign * worth).alias("worth"))
