"""Futures: ways demand could turn out, drawn from the uncertainties and shocks of a case, or listed by its people.

A future is a factor on every demand row of the plan, and on what guests take. Futures are drawn with fixed seeds and come out the
same on any machine: factors are rounded to nine decimals, so that the last digits of a mathematical library do not matter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from brownfield.case.case import Case
from brownfield.case.parse import empty
from brownfield.case.tables import Demand
from brownfield.case.tables_futures import FUTURES_TABLES
from brownfield.errors import CaseError, Problem, Where
from brownfield.model.data import KILO, Data, read_data
from brownfield.study.drawing import draw_factors

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Method = Literal["sobol", "lhs", "listed"]

FIRST_ROW = (
    "say how sure demand is: the shortest table uncertainties has the columns uncertainty, distribution, spread and one row "
    "economy, normal, 0.1 (all demand is 10 % more or less); more in docs/guide/risk.md"
)
"""What to do about a case that says nothing of futures."""

MOST = 1_000_000
"""Futures at most: more than anybody waits for."""


@dataclass(frozen=True, repr=False)
class Futures:
    """Ways demand could turn out, each with its weight.

    cells: product, market, period, k, m, t, planned (cars in the period), a row for each demand row that counts, in the order
    of `model.data.Data.demand`. guests: products of guests, by name. periods: names of the periods. weights: how likely each
    future is, adding up to 1. paths: factors of each driver, shape (drivers, futures, periods). of_cell, of_guest: which
    drivers are multiplied for a cell, for a guest's take.
    """

    cells: pl.DataFrame
    guests: tuple[str, ...]
    periods: tuple[str, ...]
    weights: Floats
    paths: Floats
    of_cell: tuple[tuple[int, ...], ...]
    of_guest: tuple[tuple[int, ...], ...]
    names: tuple[str, ...]
    method: Method
    seed: int

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def planned(self) -> Floats:
        """Cars wanted in each cell as planned, shape (cells,)."""
        return self.cells["planned"].to_numpy()

    def factors(self, rows: slice | Ints = slice(None), cells: Ints | None = None) -> Floats:
        """Factor on each cell in some futures, or on some cells (all: none named), shape (futures, cells)."""
        paths = self.paths[:, rows]
        chosen = np.arange(self.cells.height) if cells is None else cells
        t = self.times[chosen]
        found = np.ones((paths.shape[1], len(chosen)))
        places: dict[int, list[int]] = {}
        for place, cell in enumerate(chosen.tolist()):
            for driver in self.of_cell[cell]:
                places.setdefault(driver, []).append(place)
        for driver, here in places.items():
            found[:, here] *= paths[driver][:, t[here]]
        return found

    @cached_property
    def times(self) -> Ints:
        """Period of each cell."""
        return self.cells["t"].to_numpy()

    def demand(self, rows: slice | Ints = slice(None), cells: Ints | None = None) -> Floats:
        """Cars wanted in each cell in some futures, or in some cells (all: none named), shape (futures, cells)."""
        return self.factors(rows, cells) * (self.planned if cells is None else self.planned[cells])

    def takes(self, rows: slice | Ints = slice(None)) -> Floats:
        """Factor on what guests take, shape (futures, guests, periods)."""
        paths = self.paths[:, rows]
        found = np.ones((paths.shape[1], len(self.guests), len(self.periods)))
        for guest, drivers in enumerate(self.of_guest):
            for driver in drivers:
                found[:, guest] *= paths[driver]
        return found

    def only(self, which: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Futures:
        """Some of the futures, with their own weights (scaled to 1) or with others."""
        at = np.asarray(which, dtype=np.int64)
        share = self.weights[at] if weights is None else np.asarray(weights, dtype=float)
        names = tuple(self.names[i] for i in at)
        return replace(self, weights=share / share.sum(), paths=self.paths[:, at], names=names)

    def case(self, case: Case, number: int) -> Case:
        """The case in one future: its demand rows period by period. What a guest takes is no part of it (see `takes`)."""
        rows = case.by_period("demand")
        factor = self.factors(slice(number, number + 1))[0]
        known = self.cells.select("product", "market", "t", pl.Series("factor", factor))
        joined = rows.join(known, on=["product", "market", "t"], how="left", maintain_order="left")
        named = joined.with_columns(
            pl.col("cars") * pl.col("factor").fill_null(1.0), pl.Series("period", list(self.periods)).gather(joined["t"]).alias("period")
        )
        return case.with_table("demand", named.select(list(Demand.model_fields)).select(case.table("demand").columns))

    def __repr__(self) -> str:
        drawn = "listed" if self.method == "listed" else f"drawn by {self.method} with seed {self.seed}"
        return f"Futures({len(self):,} {drawn}, {self.cells.height:,} demand cells, {len(self.guests)} guest products)"


def has_futures(case: Case) -> bool:
    """Whether a case says anything about what could come."""
    return any(case.active(name).height for name in ("uncertainties", "shocks", "futures"))


def without_futures(case: Case) -> Case:
    """The case with nothing said of what could come, claims about it left out too."""
    claims = case.table("claims")
    said = claims.filter(~pl.col("table").is_in(list(FUTURES_TABLES)))
    if said.height < claims.height:
        case = case.with_table("claims", said)
    for name in FUTURES_TABLES:
        case = case.with_table(name, empty(name))
    return case


def futures(case: Case, n: int = 10_000, seed: int = 0, method: Literal["sobol", "lhs"] = "sobol") -> Futures:
    """Ways demand could turn out: those that the case lists, or else `n` drawn from its uncertainties and shocks.

    method: scrambled Sobol points or Latin hypercube samples; each uncertainty and each shock has dimensions of its own. The same
    case, n, seed and method give the same futures on any machine. CaseError when the case says nothing about futures (BF545),
    or n is not from 1 to a million (BF546).
    """
    if not has_futures(case):
        raise CaseError([Problem("BF545", Where("uncertainties"), "no uncertainty, no shock and no future", "at least one", FIRST_ROW)])
    if not 1 <= n <= MOST:
        raise CaseError([Problem("BF546", Where("--futures"), f"{n:,} futures", f"1 to {MOST:,}", "ask for some of them, such as 10000")])
    data = read_data(case)
    cells = _cells(data)
    guests = tuple(name for name, own in zip(data.product_names, data.own, strict=True) if not own)
    if case.active("futures").height:
        return _listed(case, cells, guests)
    drivers, paths = draw_factors(case, n, seed, method)
    about = [(row["product"], row["market"]) for row in drivers]
    places = list(cells.select("product", "market").iter_rows())
    of_pair = {pair: tuple(d for d, (k, m) in enumerate(about) if k in (None, pair[0]) and m in (None, pair[1])) for pair in set(places)}
    of_guest = tuple(tuple(d for d, (k, _) in enumerate(about) if k == name) for name in guests)
    names = tuple(f"future {i + 1}" for i in range(n))
    return Futures(
        cells, guests, data.periods, np.full(n, 1.0 / n), paths, tuple(of_pair[pair] for pair in places), of_guest, names, method, seed
    )


def _cells(data: Data) -> pl.DataFrame:
    """Every demand row that counts, with names and cars as planned."""
    frame = data.demand
    return frame.select(
        pl.Series("product", data.product_names, dtype=pl.String).gather(frame["k"]),
        pl.Series("market", data.market_names, dtype=pl.String).gather(frame["m"]),
        pl.Series("period", list(data.periods), dtype=pl.String).gather(frame["t"]),
        "k",
        "m",
        "t",
        (pl.col("cars") * KILO).alias("planned"),
    )


def _listed(case: Case, cells: pl.DataFrame, guests: tuple[str, ...]) -> Futures:
    """The futures that a case lists: one driver for each pair of product and market that a row speaks of."""
    rows = list(case.active("futures").sort("future").iter_rows(named=True))
    places = {row["future"]: s for s, row in enumerate(rows)}
    spoken = case.by_period("future_demand")
    pairs = list(dict.fromkeys(cells.select("product", "market").iter_rows()))
    keys: list[tuple[str, str | None]] = [*pairs, *((name, None) for name in guests)]
    paths = np.ones((len(keys), len(rows), len(case.calendar)))
    about = {key: d for d, key in enumerate(keys)}
    for row in spoken.sort(pl.col("market").is_not_null(), maintain_order=True).iter_rows(named=True):
        for d in _meant(about, row):
            paths[d, places[row["future"]], row["t"]] = row["factor"]
    weights = np.array([row["probability"] for row in rows], dtype=float)
    of_cell = tuple((about[pair],) for pair in cells.select("product", "market").iter_rows())
    of_guest = tuple((about[name, None],) for name in guests)
    names = tuple(str(row["future"]) for row in rows)
    return Futures(cells, guests, case.calendar.names, weights / weights.sum(), paths, of_cell, of_guest, names, "listed", 0)


def _meant(about: dict[tuple[str, str | None], int], row: dict[str, Any]) -> list[int]:
    """The drivers that a row of `future_demand` is about: one market, or every market of the product and the guest's take."""
    return [d for (product, market), d in about.items() if product == row["product"] and row["market"] in (None, market)]
