"""Checks of the futures: distributions that have their numbers, correlations that can hold together, probabilities that add up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from brownfield.case.checks_view import Draft, View, check_of, number
from brownfield.case.nearest import is_correlation, nearest_correlation
from brownfield.case.tables import keys
from brownfield.errors import shown

NEEDS = {
    "normal": ("spread",),
    "lognormal": ("spread",),
    "triangular": ("low", "high"),
    "uniform": ("low", "high"),
    "two-point": ("low", "high"),
    "certain": (),
}
"""The numbers that a distribution cannot do without."""

MAY_HAVE = {"normal": ("low", "high"), "lognormal": ("low", "high"), "two-point": ("chance",)}
"""The numbers that it may have besides."""

ALMOST = 1e-6
"""Probabilities that miss 1 by less add up to it."""


@check_of("BF535")
def numbers_of_a_distribution(view: View) -> Iterator[Draft]:
    """A distribution has the numbers that it needs and no others, its ends are in order, and something is uncertain.

    Normal and lognormal need a spread above 0; triangular, uniform and two-point a low and a high factor; triangular has its
    middle between them; lognormal has a middle above 0. A certain factor of 1 without growth would say nothing.
    """
    for row in view.each("uncertainties"):
        shape = row["distribution"]
        for column in ("spread", "low", "high", "chance"):
            if row[column] is None and column in NEEDS[shape]:
                yield view.says("uncertainties", row, column, "a blank", f"a {column} for {shape}", "give it, or use another distribution")
            elif row[column] is not None and column not in (*NEEDS[shape], *MAY_HAVE.get(shape, ())):
                found = f"{number(row[column])} for {shape}"
                yield view.says("uncertainties", row, column, found, "a blank", "leave it blank, or use another distribution")
        yield from _ends(view, row)


def _ends(view: View, row: dict[str, Any]) -> Iterator[Draft]:
    """What is wrong with the size of the numbers of a distribution."""
    low, high, middle, shape = row["low"], row["high"], row["middle"], row["distribution"]
    if "spread" in NEEDS[shape] and row["spread"] == 0:
        yield view.says("uncertainties", row, "spread", "0", "a spread above 0", "give the standard deviation, or make it certain")
    if low is not None and high is not None and low >= high:
        found = f"{number(low)} to {number(high)}"
        yield view.says("uncertainties", row, "low", found, "a low factor below the high one", "exchange the two")
    elif shape == "triangular" and low is not None and high is not None and not low <= middle <= high:
        found, fix = f"{number(middle)}, not from {number(low)} to {number(high)}", "give the likeliest factor"
        yield view.says("uncertainties", row, "middle", found, "a factor between the ends", fix)
    elif shape == "lognormal" and middle == 0:
        yield view.says("uncertainties", row, "middle", "0 for lognormal", "a mean above 0", "give the mean factor")
    elif "spread" in NEEDS[shape] and (low or 0.0) >= middle + 6 * (row["spread"] or 0.0) > 0:
        yield view.says("uncertainties", row, "low", number(low), "an end that the distribution can reach", "give a lower one")
    elif "spread" in NEEDS[shape] and high is not None and high <= middle - 6 * (row["spread"] or 0.0):
        yield view.says("uncertainties", row, "high", number(high), "an end that the distribution can reach", "give a higher one")
    if shape == "certain" and middle == 1 and row["growth"] == 0 and row["growth_spread"] == 0:
        fix = "choose a distribution, or give growth"
        yield view.says("uncertainties", row, "distribution", "certain, and a factor of 1 without growth", "something uncertain", fix)


@check_of("BF536")
def demand_that_can_differ(view: View) -> Iterator[Draft]:
    """An uncertainty, a shock or a future is about demand that there is, or about what a guest takes.

    Demand rows are of the owner's products. For a product of a guest it is the share of the agreed volume that the guest takes;
    a guest has no market here.
    """
    pairs = set(view.active("demand").select("product", "market").iter_rows())
    read = {None, *view.rows("products")["product"].to_list()}
    for table in ("uncertainties", "shocks", "future_demand"):
        for row in view.each(table, pl.col("product").is_not_null() | pl.col("market").is_not_null()):
            product, market = row["product"], row["market"]
            if product not in read:
                continue  # said elsewhere: there is no such product, or its row has a bad cell
            if product in view.guest_products:
                if market is not None:
                    yield view.says(table, row, "market", f"{shown(market)} for a guest's product", "a blank", "leave it blank")
            elif not any(product in (None, k) and market in (None, m) for k, m in pairs):
                column = "product" if product is not None else "market"
                found = " in ".join(shown(name) for name in (product, market) if name is not None) + ", for which there is no demand"
                yield view.says(table, row, column, found, "a product and a market with a row in demand", "correct it, or add the demand")


@check_of("BF537")
def correlation_of_two(view: View) -> Iterator[Draft]:
    """A correlation is between two different uncertainties that vary, and stands once for each pair, in either order."""
    still: set[str] = {row["uncertainty"] for row in view.each("uncertainties", pl.col("distribution") == "certain")}
    seen: set[tuple[str, str]] = set()
    for row in view.each("correlations"):
        pair = (min(row["first"], row["second"]), max(row["first"], row["second"]))
        if row["first"] == row["second"]:
            yield view.says("correlations", row, "second", f"{shown(row['first'])} with itself", "two uncertainties", "name the other one")
        elif still & set(pair):
            found = f"{shown(min(still & set(pair)))}, whose factor is certain"
            column = "first" if row["first"] in still else "second"
            yield view.says("correlations", row, column, found, "an uncertainty with a distribution", "exclude the row")
        elif pair in seen:
            found = f"{shown(pair[0])} and {shown(pair[1])} once more"
            yield view.says("correlations", row, "first", found, "one row for each pair", "exclude or delete one of the two rows")
        seen.add(pair)


@check_of("BF538")
def correlations_hold_together(view: View) -> Iterator[Draft]:
    """All correlations together can hold at once: their matrix is a correlation matrix (no eigenvalue below zero).

    If A goes with B and B with C, A cannot go against C. The nearest matrix that can be, with the same pairs in it, is offered row
    by row; nothing is changed without being asked.
    """
    names = sorted(view.names("uncertainties"))
    at = {name: i for i, name in enumerate(names)}
    rows = [row for row in view.each("correlations") if row["first"] in at and row["second"] in at and row["first"] != row["second"]]
    matrix, named = np.eye(len(names)), np.zeros((len(names), len(names)), dtype=bool)
    for row in rows:
        i, j = at[row["first"]], at[row["second"]]
        matrix[i, j] = matrix[j, i] = row["correlation"]
        named[i, j] = named[j, i] = True
    if is_correlation(matrix):
        return
    nearest = nearest_correlation(matrix, named)
    for row in rows:
        near = float(nearest[at[row["first"]], at[row["second"]]])
        if abs(near - row["correlation"]) > ALMOST:
            found = f"{number(row['correlation'])}, which cannot hold together with the other rows"
            fix = f"the nearest correlations that can all hold have {number(near)} here; mend every row that is listed"
            yield view.says("correlations", row, "correlation", found, "correlations that can hold at once", fix)


@check_of("BF539")
def probabilities_add_up(view: View) -> Iterator[Draft]:
    """The probabilities of the futures add up to 1."""
    rows = view.rows("futures")
    if rows.height and rows.height == view.active("futures").height and abs(float(rows["probability"].sum()) - 1) > ALMOST:
        total = float(rows["probability"].sum())
        fix = f"divide each by {number(total)}" if total > 0 else "give the probabilities"
        last = rows.row(-1, named=True)
        yield view.says("futures", last, "probability", f"{number(total)} in all", "probabilities that add up to 1", fix)


@check_of("BF540")
def futures_one_way(view: View) -> Iterator[Draft]:
    """Futures are listed, or drawn from uncertainties and shocks: not both."""
    listed = view.rows("futures")
    if listed.height:
        for table in ("uncertainties", "shocks"):
            for row in view.each(table):
                column, fix = keys(table)[0], "exclude the rows of futures, or those of uncertainties and shocks"
                yield view.says(table, row, column, "a row besides futures", "one of the two", fix)
                break


@check_of("BF541")
def shock_that_can_happen(view: View) -> Iterator[Draft]:
    """A shock can happen, lasts some time, and changes something."""
    for row in view.each("shocks"):
        if row["chance"] == 0:
            yield view.says("shocks", row, "chance", "0", "a chance above 0", "give it, or exclude the row")
        if row["factor"] == 1:
            yield view.says("shocks", row, "factor", "1, which changes nothing", "a factor other than 1", "give it, or exclude the row")
        if row["length_months"] == 0:
            yield view.says("shocks", row, "length_months", "0", "some months, or a blank", "give it, or leave it blank")
