"""How much of a case, and of the money of its plan, rests on a source; the rest are assumptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import polars as pl

from brownfield.case.case import Case
from brownfield.evidence.cells import Cell
from brownfield.evidence.claims import Evidence
from brownfield.evidence.reckoned import ABOUT, Reckoning, bearing
from brownfield.evidence.templates import RUNNING


class Books(Protocol):
    """Anything with the postings of a plan: item, keys, period, amount (million base currency)."""

    @property
    def postings(self) -> pl.DataFrame:
        """One row for each posting."""


@dataclass(frozen=True)
class Coverage:
    """What rests on a source.

    cells: one row for each cell that should have a claim behind it: table, row, column, value, sourced, source, claim,
        money (million base currency, blank without a ledger); the most money first, then by name.
    by_table: table, cells, sourced, share.
    disputed: cells that follow none of the claims about them; they count as assumptions.
    money, money_sourced, money_bare: discounted absolute amounts of the ledger; bare is the part reckoned from no such
        cell at all. None without a ledger.
    """

    cells: pl.DataFrame
    by_table: pl.DataFrame
    disputed: tuple[Cell, ...]
    money: float | None = None
    money_sourced: float | None = None
    money_bare: float | None = None

    @property
    def count(self) -> int:
        """Cells that should have a claim behind them."""
        return self.cells.height

    @property
    def sourced(self) -> int:
        """Cells that have one."""
        return int(self.cells["sourced"].sum())

    @property
    def share(self) -> float | None:
        """Share of the cells that rest on a source; None when there are none."""
        return self.sourced / self.count if self.count else None

    @property
    def money_share(self) -> float | None:
        """Share of the money that rests on a source; None without a ledger or without money in it."""
        return self.money_sourced / self.money if self.money and self.money_sourced is not None else None

    @property
    def assumptions(self) -> pl.DataFrame:
        """Cells without a source, those that carry the most money first."""
        return self.cells.filter(~pl.col("sourced"))

    def sentence(self) -> str:
        """The headline: `41 % of the money in this plan rests on a source.`"""
        if self.share is None:
            return "There is no number in this case that would need a source."
        counted = f"{self.sourced} of {self.count} numbers rest on a source"
        if self.money_share is None:
            return f"{counted}."
        return f"{percent(self.money_share)} of the money in this plan rests on a source ({counted})."


def percent(share: float) -> str:
    """A share in words that never rounds something to nothing, or almost all to all."""
    rounded = round(100 * share)
    if rounded == 0 and share > 0:
        return "less than 1 %"
    return "more than 99 %" if rounded == 100 and share < 1 else f"{rounded} %"


def coverage(case: Case, ledger: Books | pl.DataFrame | None = None) -> Coverage:
    """How much of the case rests on a source, by number of cells and, with a ledger, by money.

    A cell counts when the schema asks for evidence and it is filled with something other than the default. It is
    sourced when the claim in force is for the value that stands there. The money of a posting (absolute, discounted)
    is spread evenly over such cells that it was reckoned from; the terminal value over those of the running items
    of the last period, in proportion to their amounts.
    """
    cells, disputed = _sourced(case)
    if ledger is None:
        return _covered(cells.with_columns(pl.lit(None, dtype=pl.Float64).alias("money")), disputed)
    postings = ledger if isinstance(ledger, pl.DataFrame) else ledger.postings
    weighed = _weighed(case, postings)
    spread = _spread(case, weighed, cells)
    money = float(weighed["money"].sum())
    found = cells.join(spread, on=["table", "row", "column"], how="left", maintain_order="left")
    found = found.with_columns(pl.col("money").fill_null(0.0))
    sourced = float(found.filter("sourced")["money"].sum())
    return _covered(found, disputed, money, sourced, max(money - float(found["money"].sum()), 0.0))


def _covered(cells: pl.DataFrame, disputed: tuple[Cell, ...], *money: float) -> Coverage:
    by_table = cells.group_by("table", maintain_order=True).agg(pl.len().alias("cells"), pl.col("sourced").sum())
    by_table = by_table.with_columns((pl.col("sourced") / pl.col("cells")).alias("share"))
    ordered = cells.sort(["money", "table", "row", "column"], descending=[True, False, False, False], nulls_last=True)
    return Coverage(ordered, by_table, disputed, *money)


def _sourced(case: Case) -> tuple[pl.DataFrame, tuple[Cell, ...]]:
    """The cells that should have a claim, whether they have one, and those where the claim in force says otherwise."""
    cells = bearing(case)
    asked = set(cells.select("table", "row", "column").iter_rows())
    evidence = Evidence(case)
    rows = [(*name, True, claim.source, claim.claim) for name, claim in evidence.in_force.items() if name in asked]
    disputed = [name for name in evidence.disputed if name in asked]
    schema = {"table": pl.String, "row": pl.String, "column": pl.String, "sourced": pl.Boolean, "source": pl.String, "claim": pl.String}
    found = cells.join(pl.DataFrame(rows, schema=schema, orient="row"), on=["table", "row", "column"], how="left", maintain_order="left")
    return found.with_columns(pl.col("sourced").fill_null(False)), tuple(disputed)


def _weighed(case: Case, postings: pl.DataFrame) -> pl.DataFrame:
    """Postings by item, keys and period with the money they carry: the sum of absolute discounted amounts."""
    here = [name for name in ABOUT if name in postings.columns]
    factors = pl.DataFrame({"period": list(case.calendar.names), "factor": np.asarray(case.discount)})
    ends = pl.col("item") == "terminal value"
    money = pl.col("amount").abs() * pl.when(ends).then(1.0).otherwise(pl.col("factor"))
    frame = postings.join(factors, on="period", how="left", maintain_order="left").with_columns(money.alias("money"))
    return _carried_on(frame.group_by("item", *here, "period", maintain_order=True).agg(pl.col("money").sum()), case.calendar.names[-1])


def _carried_on(weighed: pl.DataFrame, last: str) -> pl.DataFrame:
    """Terminal values handed on to the running postings of the last period, plant by plant, in proportion to their money."""
    plant = (pl.col("plant") if "plant" in weighed.columns else pl.lit("")).fill_null("")
    ends = pl.col("item") == "terminal value"
    runs = pl.col("item").is_in(list(RUNNING)) & (pl.col("period") == last)
    later = pl.col("money").filter(ends).sum().over(plant)
    base = pl.col("money").filter(runs).sum().over(plant)
    grown = pl.when(runs).then(pl.col("money") * (1 + later / base)).when(ends).then(0.0).otherwise(pl.col("money"))
    return weighed.with_columns(pl.when(base > 0).then(grown).otherwise(pl.col("money")).alias("money"))


def _spread(case: Case, weighed: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Money of each cell: that of every posting spread evenly over the cells it was reckoned from.

    Exchange rates are left out: they stand behind nearly all money and say nothing about the decision.
    """
    names = ["table", "row", "column"]
    behind = Reckoning(case).cells(weighed).join(cells.select(names), on=names, how="semi")
    money = weighed.select("money").with_row_index("posting")
    behind = behind.filter(pl.col("table") != "rates")
    behind = behind.join(money, on="posting", how="left").with_columns((pl.col("money") / pl.len().over("posting")).alias("money"))
    return behind.group_by(names, maintain_order=True).agg(pl.col("money").sum())
