"""The numbers of a case as arrays: what the maths is written in.

Cars and heads are in thousands, money in millions of the base currency, so that amounts are near one. Names are
sorted, so that the same case gives the same arrays whatever the order of its rows (N7).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from brownfield.case.calendar import Calendar
from brownfield.case.case import Case
from brownfield.case.tables import Company, Line, Offer, People, Plant, Product, Route, ShiftModel, Supplier, TermOffer

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

KILO = 1000.0
MILLION = 1e6


def position(names: Sequence[str]) -> dict[str, int]:
    """Place of each name in a list."""
    return {name: at for at, name in enumerate(names)}


@dataclass(frozen=True)
class Data:
    """All numbers of one case for its owner."""

    case: Case
    calendar: Calendar
    discount: Floats
    owner: Company | None
    plants: tuple[Plant, ...]
    lines: tuple[Line, ...]
    shifts: tuple[ShiftModel, ...]
    products: tuple[Product, ...]
    routes: tuple[Route, ...]
    people: dict[int, People]
    suppliers: tuple[Supplier, ...]
    terms: tuple[TermOffer, ...]
    offers: tuple[Offer, ...]

    @property
    def horizon(self) -> int:
        """Number of periods."""
        return len(self.calendar)

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """Names of the periods."""
        return self.calendar.names

    @cached_property
    def years(self) -> Floats:
        """Lengths of the periods in years."""
        return self.calendar.years

    @cached_property
    def plant_names(self) -> list[str]:
        """Names of the owner's plants."""
        return [plant.plant for plant in self.plants]

    @cached_property
    def line_names(self) -> list[str]:
        """Names of their lines."""
        return [line.line for line in self.lines]

    @cached_property
    def shift_names(self) -> list[str]:
        """Names of the shift models."""
        return [shift.shift_model for shift in self.shifts]

    @cached_property
    def product_names(self) -> list[str]:
        """Names of the products."""
        return [product.product for product in self.products]

    @cached_property
    def line_plant(self) -> Ints:
        """Plant of each line."""
        at = position(self.plant_names)
        return np.array([at[line.plant] for line in self.lines], dtype=np.int64)

    @cached_property
    def assembly(self) -> Bools:
        """Which lines are assembly lines."""
        return np.array([line.kind == "assembly" for line in self.lines], dtype=bool)

    @cached_property
    def capacity(self) -> Floats:
        """Thousand line units of each line, shift model and period, shape (L, S, T)."""
        rate = np.array([line.jph * line.availability for line in self.lines])
        hours = np.array([shift.hours_per_week * shift.weeks_per_year for shift in self.shifts])
        return np.asarray(rate[:, None, None] * hours[None, :, None] * self.years[None, None, :] / KILO)

    @cached_property
    def crews(self) -> Floats:
        """Thousand people on each line under each shift model, shape (L, S)."""
        crew = np.array([line.crew for line in self.lines])
        return np.asarray(crew[:, None] * np.array([shift.crews for shift in self.shifts])[None, :] / KILO)

    @cached_property
    def own(self) -> Bools:
        """Which products are the owner's."""
        return np.array([product.company in (None, self.case.owner) for product in self.products], dtype=bool)

    @cached_property
    def route_product(self) -> Ints:
        """Product of each route."""
        at = position(self.product_names)
        return np.array([at[route.product] for route in self.routes], dtype=np.int64)

    @cached_property
    def route_line(self) -> Ints:
        """Line of each route."""
        at = position(self.line_names)
        return np.array([at[route.line] for route in self.routes], dtype=np.int64)

    @cached_property
    def route_plant(self) -> Ints:
        """Plant of each route."""
        return self.line_plant[self.route_line] if self.routes else np.zeros(0, dtype=np.int64)

    @cached_property
    def could_build(self) -> Bools:
        """Which plants have a line that builds or could build a product, shape (I, K)."""
        could = np.zeros((len(self.plants), len(self.products)), dtype=bool)
        could[self.route_plant, self.route_product] = True
        return could

    @cached_property
    def alive(self) -> Floats:
        """Share of each period in which each product may be built, shape (K, T)."""
        return np.array([self.calendar.active_share(product.sop, product.eop) for product in self.products]).reshape(-1, self.horizon)

    @cached_property
    def full(self) -> Floats:
        """Most thousand cars that each route can carry in each period, shape (R, T): the full rate."""
        load = np.array([route.load for route in self.routes])
        best = self.capacity.max(axis=1)[self.route_line] if self.routes else np.zeros((0, self.horizon))
        cap = np.array([np.inf if route.max_rate is None else route.max_rate for route in self.routes])
        return np.asarray(np.minimum(best / load[:, None], cap[:, None] * self.years / KILO) * self.alive[self.route_product])

    @cached_property
    def demand(self) -> pl.DataFrame:
        """Demand that counts: k, m, t, cars (thousands), price and penalty (million for a thousand cars), sorted."""
        markets = self.case.active("markets").select("market", "currency")
        frame = self.case.by_period("demand").select("product", "market", "t", "cars", "net_price", "penalty").join(markets, on="market")
        k, m = position(self.product_names), position(self.market_names)
        frame = frame.filter(pl.col("product").is_in(self.product_names)).select(
            pl.col("product").replace_strict(k, return_dtype=pl.Int64).alias("k"),
            pl.col("market").replace_strict(m, return_dtype=pl.Int64).alias("m"),
            "t", "cars", "net_price", "penalty", "currency",
        )  # fmt: skip
        t = frame["t"].to_numpy()
        rate = np.ones(frame.height)
        for currency in frame["currency"].unique().drop_nulls().sort():
            here = (frame["currency"] == currency).fill_null(False).to_numpy()
            rate[here] = self.case.rate(currency)[t[here]]
        cars = frame["cars"].to_numpy() * self.years[t] * self.alive[frame["k"].to_numpy(), t] / KILO
        frame = frame.with_columns(
            pl.Series("cars", cars),
            pl.Series("price", frame["net_price"].to_numpy() * rate / KILO),
            pl.Series("penalty", frame["penalty"].to_numpy() * rate / KILO),
        )
        alive = pl.Series(self.alive[frame["k"].to_numpy(), t] > 0)
        return frame.filter(alive).select("k", "m", "t", "cars", "price", "penalty").sort("k", "m", "t")

    @cached_property
    def market_names(self) -> list[str]:
        """Names of the markets."""
        return sorted(self.case.active("markets")["market"])

    @cached_property
    def lanes(self) -> pl.DataFrame:
        """Ways from plants to markets: i, m, freight and duty share are added later by period; columns i, m, freight, currency, co2."""
        plants = pl.DataFrame({"plant": self.plant_names, "i": range(len(self.plants))}, schema={"plant": pl.String, "i": pl.Int64})
        markets = pl.DataFrame(
            {"market": self.market_names, "m": range(len(self.market_names))}, schema={"market": pl.String, "m": pl.Int64}
        )
        frame = self.case.active("lanes").select("plant", "market", "freight", "currency", "co2")
        if frame.is_empty():
            free = [pl.lit(0.0).alias("freight"), pl.lit(None, pl.String).alias("currency"), pl.lit(0.0).alias("co2")]
            return plants.join(markets, how="cross").with_columns(free).select("i", "m", "freight", "currency", "co2")
        return frame.join(plants, on="plant").join(markets, on="market").select("i", "m", "freight", "currency", "co2").sort("i", "m")

    @cached_property
    def duty(self) -> Floats:
        """Duty share of the net price from each plant to each market, shape (I, M)."""
        rows = self.case.active("tariffs").select("origin", "destination", "duty").iter_rows()
        share = {(origin, destination): duty for origin, destination, duty in rows}
        countries = dict(self.case.active("markets").select("market", "country").iter_rows())
        return np.array(
            [[share.get((plant.country, countries[market]), 0.0) for market in self.market_names] for plant in self.plants]
        ).reshape(len(self.plants), len(self.market_names))

    @cached_property
    def ships(self) -> pl.DataFrame:
        """Every possible shipment: k, i, m, t, with demand, price and margin parts; sorted by i, k, m, t."""
        built = pl.DataFrame(
            {
                "k": self.route_product,
                "i": self.route_plant,
                "kind": self.assembly[self.route_line] if self.routes else np.zeros(0, dtype=bool),
            },
            schema={"k": pl.Int64, "i": pl.Int64, "kind": pl.Boolean},
        )
        where = built.filter(pl.col("kind")).select("k", "i").unique()
        pairs = self.demand.join(where, on="k").join(self.lanes, on=["i", "m"])
        return pairs.filter(pl.Series(self.own[pairs["k"].to_numpy()])).sort("i", "k", "m", "t")

    @cached_property
    def material(self) -> Floats:
        """Bought material of the owner's products, million for a thousand cars, shape (K, T); nothing for guests' products."""
        cost = np.array([product.material_cost * self.case.rate(product.currency) / KILO for product in self.products])
        return cost.reshape(-1, self.horizon) * self.own[:, None]

    @cached_property
    def most_wanted(self) -> Floats:
        """Most thousand cars of each product that could be sold in each period, diverted buyers included, shape (K, T)."""
        total = np.zeros((len(self.products), self.horizon))
        np.add.at(total, (self.demand["k"].to_numpy(), self.demand["t"].to_numpy()), self.demand["cars"].to_numpy())
        return total + self.diversion.T @ total

    @cached_property
    def diversion(self) -> Floats:
        """Share of lost buyers of product j who take product k, shape (K, K)."""
        share = np.zeros((len(self.products), len(self.products)))
        at = position(self.product_names)
        for product, other, part in self.case.active("diversions").select("product", "to_product", "share").iter_rows():
            if product in at and other in at:
                share[at[product], at[other]] = part
        return share

    @cached_property
    def start_headcount(self) -> Floats:
        """Thousand people at each plant at the start; nothing where people are not followed."""
        return np.array([self.people[i].headcount / KILO if i in self.people else 0.0 for i in range(len(self.plants))])

    def money(self, amounts: Iterable[float], currencies: Iterable[str | None]) -> Floats:
        """Amounts in several currencies as base currency in each period, shape (n, T)."""
        rows = [amount * self.case.rate(currency) for amount, currency in zip(amounts, currencies, strict=True)]
        return np.array(rows).reshape(-1, self.horizon)

    @property
    def follows_cash(self) -> bool:
        """Whether the owner's cash is followed."""
        return self.owner is not None and self.owner.opening_cash is not None


def read_data(case: Case) -> Data:
    """The numbers of a case for its owner: plants, lines and routes of the owner only, all sorted by name."""
    plants = tuple(sorted((p for p in case.rows(Plant) if p.company in (None, case.owner)), key=lambda row: row.plant))
    at = position([plant.plant for plant in plants])
    lines = tuple(sorted((line for line in case.rows(Line) if line.plant in at), key=lambda row: row.line))
    kept = {line.line for line in lines}
    routes = tuple(sorted((r for r in case.rows(Route) if r.line in kept), key=lambda row: (row.line, row.product)))
    people = dict(sorted((at[row.plant], row) for row in case.rows(People) if row.plant in at))
    owner = next((c for c in case.rows(Company) if c.company == case.owner), None)
    return Data(
        case=case,
        calendar=case.calendar,
        discount=case.discount,
        owner=owner,
        plants=plants,
        lines=lines,
        shifts=tuple(sorted(case.rows(ShiftModel), key=lambda row: row.shift_model)),
        products=tuple(sorted(case.rows(Product), key=lambda row: row.product)),
        routes=routes,
        people=people,
        suppliers=tuple(sorted(case.rows(Supplier), key=lambda row: row.supplier)),
        terms=tuple(sorted(case.rows(TermOffer), key=lambda row: row.term)),
        offers=tuple(sorted((o for o in case.rows(Offer) if _about(o, at, kept)), key=lambda row: row.offer)),
    )


def _about(offer: Offer, plants: dict[str, int], lines: set[str]) -> bool:
    """Whether an offer is about the owner's plants."""
    return offer.plant in plants or any(line in lines for line in offer.lines) or (offer.plant is None and not offer.lines)
