"""Checks of money: currencies and rates, shares, payment terms, cash and the credit line."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from brownfield.case.checks_view import Draft, View, check_of, number
from brownfield.case.tables import TABLES, fields
from brownfield.errors import one_of

WITH_CURRENCY = tuple(name for name in TABLES if "currency" in fields(name) and name != "rates")
"""Tables whose rows can have a currency of their own."""

TINY = 1e-9
"""Shares may add up to this much more than 1, for thirds written with a few digits."""


@check_of("BF166", needs_calendar=True)
def rate_for_each_currency(view: View) -> Iterator[Draft]:
    """Every currency has an exchange rate in every period."""
    rates: dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]] = {}
    for text, currency in view.active("rates").drop_nulls(["period", "currency"]).select("period", "currency").iter_rows():
        rates.setdefault(currency, np.zeros(len(view.calendar), dtype=bool))[view.calendar.matching(text)[0]] = True
    for table in WITH_CURRENCY:
        frame = view.active(table).drop_nulls("currency").filter(pl.col("currency") != view.case.settings.base_currency)
        for row in frame.unique("currency", keep="first", maintain_order=True).iter_rows(named=True):
            has = rates.get(row["currency"], np.zeros(len(view.calendar), dtype=bool))
            if not has.all():
                lacks = [name for name, there in zip(view.calendar.names, has, strict=True) if not there]
                found = f"{row['currency']}, without a rate in {one_of(lacks, 6) if has.any() else 'any period'}"
                fix = f"add {row['currency']} to rates, with a blank period for a rate that holds throughout"
                yield view.says(table, row, "currency", found, f"{view.case.settings.base_currency}, or a currency in rates", fix)


@check_of("BF167")
def base_currency_is_one(view: View) -> Iterator[Draft]:
    """The base currency is worth 1 of itself."""
    base = view.case.settings.base_currency
    for row in view.each("rates", (pl.col("currency") == base) & (pl.col("rate") != 1)):
        found = f"{number(row['rate'])} {base} for one {base}"
        yield view.says("rates", row, "rate", found, "1, or no row", "delete the row, or correct base_currency in the settings")


@check_of("BF168")
def rate_above_zero(view: View) -> Iterator[Draft]:
    """A currency is worth something."""
    for row in view.each("rates", pl.col("rate") == 0):
        found = f"0 for one {row['currency']}"
        yield view.says(
            "rates",
            row,
            "rate",
            found,
            "a rate above 0",
            f"give the {view.case.settings.base_currency} that one {row['currency']} is worth",
        )


@check_of("BF169")
def supplier_shares(view: View) -> Iterator[Draft]:
    """Supplier groups deliver no more than all the material of a plant."""
    plants = sorted(view.plants["plant"])
    sums = dict.fromkeys(plants, 0.0)
    for row in view.each("suppliers"):
        over = []
        for plant in row["plants"] or plants:
            if plant in sums:
                before = sums[plant]
                sums[plant] += row["share"]
                over += [plant] if before <= 1 + TINY < sums[plant] else []
        if over:
            found = f"with {row['supplier']!r} the shares at {one_of(over, 4)} add up to {number(round(sums[over[0]], 9))}"
            yield view.says(
                "suppliers",
                row,
                "share",
                found,
                "shares that add up to at most 1 at each plant",
                "lower the shares, or correct the plants of the groups",
            )


@check_of("BF170")
def diversion_shares(view: View) -> Iterator[Draft]:
    """No more lost buyers take other products than there are lost buyers."""
    sums = view.rows("diversions").group_by("product", maintain_order=True).agg(pl.col("share").sum(), pl.col("_row").max())
    for row in sums.filter(pl.col("share") > 1 + TINY).iter_rows(named=True):
        found = f"the shares of {row['product']!r} add up to {number(round(row['share'], 9))}"
        yield view.says("diversions", row, "share", found, "shares that add up to at most 1 for each product", "lower the shares")


@check_of("BF171")
def diverted_to_itself(view: View) -> Iterator[Draft]:
    """A lost buyer takes another product."""
    for row in view.each("diversions", pl.col("product") == pl.col("to_product")):
        found = f"from {row['product']!r} to itself"
        yield view.says("diversions", row, "to_product", found, "another product", "name the product they take instead, or exclude the row")


@check_of("BF172", needs_calendar=True)
def term_can_be_used(view: View) -> Iterator[Draft]:
    """A payment term can be used in some period of the plan."""
    for row in view.each("term_offers"):
        starts = [period.start for period in view.calendar.periods]
        usable = [day for day in starts if (row["from_date"] or day) <= day and (row["until_date"] is None or day < row["until_date"])]
        if not usable:
            column = "from_date" if row["from_date"] and row["from_date"] > starts[-1] else "until_date"
            found = f"{row['term']!r} holds from {row['from_date'] or 'the start'} until {row['until_date'] or 'the end'}"
            expected = f"the first day of a period in between ({starts[0]} to {starts[-1]})"
            yield view.says("term_offers", row, column, found, expected, "correct the days, or exclude the term")


@check_of("BF173")
def term_within_a_year(view: View) -> Iterator[Draft]:
    """Suppliers are paid within 365 days: more would be owed than is bought in a year."""
    now = {row["supplier"]: row["days_now"] for row in view.each("suppliers")}
    for row in view.each("suppliers", pl.col("days_now") > 365):
        yield view.says("suppliers", row, "days_now", f"{number(row['days_now'])} days", "at most 365 days", "give the term in days")
    for row in view.each("term_offers"):
        days = now.get(row["supplier"], 0.0) + row["extra_days"]
        if days > 365 and now.get(row["supplier"], 0.0) <= 365:
            found = f"{number(row['extra_days'])} days on top of {number(days - row['extra_days'])}, {number(days)} in all"
            yield view.says("term_offers", row, "extra_days", found, "at most 365 days in all", "give the days on top of today's term")


@check_of("BF174")
def financing_rate_above_zero(view: View) -> Iterator[Draft]:
    """A bank that pays suppliers early takes some interest.

    The longest term that leaves the supplier whole is days now times its cost of capital over this rate.
    """
    for row in view.each("suppliers", pl.col("financing_rate") <= 0):
        found = f"{number(row['financing_rate'])} for {row['supplier']!r}"
        yield view.says(
            "suppliers", row, "financing_rate", found, "a rate above 0, or a blank", "give the rate, or leave it blank: no such scheme"
        )


@check_of("BF175")
def cash_above_floor(view: View) -> Iterator[Draft]:
    """The owner starts with at least the cash below which it must never fall."""
    for row in view.each("companies", (pl.col("role") == "owner") & (pl.col("opening_cash") < pl.col("liquidity_floor"))):
        found = f"{number(row['opening_cash'])} million of cash under a floor of {number(row['liquidity_floor'])} million"
        fix = "correct one of the two; a credit line already drawn counts as cash"
        yield view.says("companies", row, "opening_cash", found, "opening cash of at least the liquidity floor", fix)


@check_of("BF176")
def drawn_within_limit(view: View) -> Iterator[Draft]:
    """No more of the credit line is drawn at the start than there is."""
    for row in view.each("companies", pl.col("revolver_now") > pl.col("revolver_limit")):
        found = f"{number(row['revolver_now'])} million drawn of {number(row['revolver_limit'])} million"
        yield view.says("companies", row, "revolver_now", found, "at most revolver_limit", "correct one of the two")


@check_of("BF177")
def cash_is_followed(view: View) -> Iterator[Draft]:
    """A floor or a credit line of the owner comes with opening cash.

    Without opening cash the plan does not follow cash at all: a floor would hold nothing up.
    """
    for row in view.each("companies", (pl.col("role") == "owner") & pl.col("opening_cash").is_null()):
        for column in ("liquidity_floor", "revolver_limit", "revolver_now"):
            if row[column]:
                found = f"{column} {number(row[column])} without opening_cash"
                fix = "give the opening cash, or leave the floor and the credit line blank"
                yield view.says("companies", row, column, found, "opening cash when there is a floor or a credit line", fix)


@check_of("BF178")
def term_is_longer(view: View) -> Iterator[Draft]:
    """A longer term makes the term longer."""
    for row in view.each("term_offers", pl.col("extra_days") == 0):
        yield view.says(
            "term_offers", row, "extra_days", f"{row['term']!r} adds 0 days", "more than 0 days", "give the days on top of today's term"
        )
