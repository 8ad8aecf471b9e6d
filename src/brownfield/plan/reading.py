"""A plan read against its case: states, shift models, contracts, people and cars by period.

Ledger and rules both start from here. Everything is worked out from case and plan alone; no solver and no
model is asked. Periods are positions t = 0 … T−1; arrays have shape (T,).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from brownfield.case.calendar import Calendar, Floats
from brownfield.case.case import Case
from brownfield.case.scope import owned_plants
from brownfield.case.tables import Line, Offer, People, Plant, Product, Route, ShiftModel, Supplier, TermOffer
from brownfield.plan.form import Form, examine
from brownfield.plan.plan import Plan

Flags = npt.NDArray[np.bool_]

AT_START = {"running": "open", "idle": "idle", "closed": "closed", "potential": "potential"}
"""State of a plant before the first period, from its state in the case."""

HEADS = ("headcount", "hires", "attrition", "voluntary", "redundant", "moved")
MILLION = 1e6
"""Amounts per car and per head are in single units of a currency; the books are in millions."""


@dataclass(frozen=True)
class Contract:
    """An offer that is taken up: on which line, from when, and until when it runs (exclusive)."""

    offer: Offer
    line: str | None
    plant: str | None
    start: int
    end: int
    exit: int | None

    @property
    def stop(self) -> int:
        """The period from which it does not run any more."""
        return self.end if self.exit is None else min(self.end, self.exit)

    def runs(self, t: int) -> bool:
        """Whether it runs in period t."""
        return self.start <= t < self.stop

    @property
    def whole_plant(self) -> bool:
        """A lease of a whole plant, not of one of its lines."""
        return self.offer.kind == "lease" and not self.offer.lines


@dataclass(frozen=True)
class Reading:
    """A plan beside its case, with everything that both ledger and rules need.

    known: its form, where it was examined before, against a case with the same names and periods.
    """

    case: Case
    raw: Plan
    known: Form | None = None

    @cached_property
    def form(self) -> Form:
        """What of the plan can be read, and what cannot."""
        return examine(self.case, self.raw) if self.known is None else self.known

    @property
    def plan(self) -> Plan:
        """The plan without its unreadable rows."""
        return self.form.plan

    @property
    def calendar(self) -> Calendar:
        """The periods of the plan."""
        return self.case.calendar

    @property
    def horizon(self) -> int:
        """Number of periods."""
        return len(self.case.calendar)

    def name(self, t: int) -> str:
        """Name of period t."""
        return self.case.calendar.names[t]

    # what the case says, by name

    @cached_property
    def plants(self) -> dict[str, Plant]:
        """The owner's plants."""
        names = set(owned_plants(self.case)["plant"])
        return {plant.plant: plant for plant in self.case.rows(Plant) if plant.plant in names}

    @cached_property
    def lines(self) -> dict[str, Line]:
        """The lines of the owner's plants."""
        return {line.line: line for line in self.case.rows(Line) if line.plant in self.plants}

    @cached_property
    def shift_models(self) -> dict[str, ShiftModel]:
        """All shift models."""
        return {model.shift_model: model for model in self.case.rows(ShiftModel)}

    @cached_property
    def products(self) -> dict[str, Product]:
        """All products, of the owner and of guests."""
        return {product.product: product for product in self.case.rows(Product)}

    def is_guest(self, product: str) -> bool:
        """Whether a product is a guest's car."""
        return self.products[product].company not in (None, self.case.owner)

    @cached_property
    def routes(self) -> dict[tuple[str, str], Route]:
        """Routes by product and line, on the owner's lines."""
        return {(route.product, route.line): route for route in self.case.rows(Route) if route.line in self.lines}

    @cached_property
    def people(self) -> dict[str, People]:
        """What the case says of the people of each plant that has any."""
        return {row.plant: row for row in self.case.rows(People) if row.plant in self.plants}

    @cached_property
    def offers(self) -> dict[str, Offer]:
        """All offers."""
        return {offer.offer: offer for offer in self.case.rows(Offer)}

    @cached_property
    def suppliers(self) -> dict[str, Supplier]:
        """All supplier groups."""
        return {row.supplier: row for row in self.case.rows(Supplier)}

    @cached_property
    def term_offers(self) -> dict[str, TermOffer]:
        """All payment terms on offer."""
        return {row.term: row for row in self.case.rows(TermOffer)}

    def candidates(self, offer: Offer) -> list[str]:
        """Lines on which an offer can be taken up: those it names; for a guest's car, only assembly lines with a route."""
        named = [line for line in self.lines if line in offer.lines or not offer.lines]
        if not offer.lines and offer.plant is not None:
            named = [line for line in named if self.lines[line].plant == offer.plant]
        if offer.kind == "host":
            return sorted(line for line in named if self.lines[line].kind == "assembly" and (offer.product, line) in self.routes)
        return sorted(named) if offer.kind == "lease" and offer.lines else []

    @property
    def lanes_free(self) -> bool:
        """Whether the case has no lanes at all: then every plant reaches every market for nothing."""
        return self.case.active("lanes").is_empty()

    # what the plan says, by period

    @cached_property
    def state(self) -> dict[str, list[str]]:
        """State of each plant in each period; an empty text where the plan says nothing."""
        states = {plant: [""] * self.horizon for plant in self.plants}
        for plant, period, state in self.plan.sites.iter_rows():
            states[plant][self.calendar.index[period]] = state
        return states

    def before(self, plant: str, t: int) -> str:
        """State of a plant in the period before t."""
        return self.state[plant][t - 1] if t else AT_START[self.plants[plant].state]

    def is_now(self, plant: str, t: int) -> str:
        """State of a plant in period t, as it stands in a sentence."""
        return self.state[plant][t] or "without a state"

    @cached_property
    def runs(self) -> dict[str, list[str]]:
        """Shift model of each line in each period; an empty text where it runs none."""
        models = {line: [""] * self.horizon for line in self.lines}
        for line, period, model in self.plan.shifts.iter_rows():
            models[line][self.calendar.index[period]] = model
        return models

    @cached_property
    def contracts(self) -> list[Contract]:
        """The offers that are taken up, in order of their names."""
        index = self.calendar.index
        made = []
        for name, line, start, end in self.plan.contracts.sort("offer").iter_rows():
            offer, t0 = self.offers[name], index[start]
            plant = self.lines[line].plant if line is not None else offer.plant
            sale = offer.kind == "sale"
            until = self.horizon if sale else self.calendar.until(t0, offer.length_months)
            made.append(Contract(offer, line, plant, t0, until, index[end] if end is not None else None))
        return made

    @cached_property
    def leased_lines(self) -> dict[str, Flags]:
        """Where a single line is leased to a tenant."""
        leased = {line: np.zeros(self.horizon, dtype=bool) for line in self.lines}
        for contract in self.contracts:
            if contract.offer.kind == "lease" and contract.line is not None:
                leased[contract.line][contract.start : contract.stop] = True
        return leased

    @cached_property
    def launches(self) -> list[tuple[str, str, int]]:
        """Launches as product, line, period, in order."""
        return sorted((product, line, self.calendar.index[period]) for product, line, period in self.plan.launches.iter_rows())

    def capacity(self, line: str, t: int, model: str) -> float:
        """Line units that a line can give in period t with a shift model: jph · availability · hours · weeks · Δ."""
        row, shift = self.lines[line], self.shift_models[model]
        return row.jph * row.availability * shift.hours_per_week * shift.weeks_per_year * float(self.calendar.years[t])

    @cached_property
    def needed(self) -> dict[str, Floats]:
        """People needed at each plant in each period: indirect when open, caretakers when idle, crews of its lines."""
        needed = {plant: np.zeros(self.horizon) for plant in self.plants}
        for plant, row in self.people.items():
            states = np.array(self.state[plant])
            needed[plant] += row.indirect * (states == "open") + row.mothballed_heads * (states == "idle")
        for line, row_line in self.lines.items():
            crews = [self.shift_models[model].crews if model else 0.0 for model in self.runs[line]]
            needed[row_line.plant] += row_line.crew * np.array(crews)
        return needed

    @cached_property
    def heads(self) -> dict[str, dict[str, Floats]]:
        """People of each plant by column of the plan's table: headcount, hires and the ways of leaving."""
        heads = {plant: {column: np.zeros(self.horizon) for column in HEADS} for plant in self.plants}
        for row in self.plan.people.iter_rows(named=True):
            for column in HEADS:
                heads[row["plant"]][column][self.calendar.index[row["period"]]] = row[column]
        return heads

    @cached_property
    def transfers(self) -> list[tuple[str, str, int, float]]:
        """Moves of people as plant, to_plant, period, heads."""
        rows = self.plan.transfers.sort("plant", "to_plant", "period").iter_rows()
        return [(plant, to, self.calendar.index[period], heads) for plant, to, period, heads in rows]

    @cached_property
    def terms(self) -> list[tuple[str, str, int]]:
        """Payment terms used, as supplier, term, period."""
        return sorted((supplier, term, self.calendar.index[period]) for supplier, term, period in self.plan.terms.iter_rows())

    @cached_property
    def revolver(self) -> Floats:
        """Part of the credit line drawn in each period, millions of base currency, shape (T,)."""
        drawn = np.zeros(self.horizon)
        for period, amount in self.plan.finance.iter_rows():
            drawn[self.calendar.index[period]] = amount
        return drawn

    # cars, as tables with the position t of the period

    def timed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A plan table with its period as a position `t`."""
        position = pl.col("period").cast(pl.Enum(self.calendar.names)).to_physical().cast(pl.Int64)
        return frame.with_columns(position.alias("t")).drop("period")

    @cached_property
    def rates(self) -> pl.DataFrame:
        """Base currency for one unit: currency, t, rate; for every currency of the case."""
        base = self.case.settings.base_currency
        used = {base}
        for table in ("markets", "lanes", "routes", "products"):
            used |= set(self.case.active(table)["currency"].drop_nulls())
        rows = [(currency, t, rate) for currency in sorted(used) for t, rate in enumerate(self.case.rate(currency))]
        return pl.DataFrame(rows, schema={"currency": pl.String, "t": pl.Int64, "rate": pl.Float64}, orient="row")

    def with_rate(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A table that has `currency` and `t`, with the rate beside it."""
        own = frame.with_columns(pl.col("currency").fill_null(self.case.settings.base_currency))
        return own.join(self.rates, on=["currency", "t"], how="left", maintain_order="left")

    @cached_property
    def line_places(self) -> pl.DataFrame:
        """line, plant, kind of the owner's lines."""
        rows = [(line.line, line.plant, line.kind) for line in self.lines.values()]
        return pl.DataFrame(rows, schema={"line": pl.String, "plant": pl.String, "kind": pl.String}, orient="row")

    @cached_property
    def product_facts(self) -> pl.DataFrame:
        """product, guest, material (currency a car), currency."""
        rows = [(row.product, self.is_guest(row.product), row.material_cost, row.currency) for row in self.products.values()]
        schema = {"product": pl.String, "guest": pl.Boolean, "material": pl.Float64, "currency": pl.String}
        return pl.DataFrame(rows, schema=schema, orient="row")

    @cached_property
    def makes(self) -> pl.DataFrame:
        """Cars built: product, line, cars, t, plant, kind of line, guest."""
        placed = self.timed(self.plan.makes).join(self.line_places, on="line", how="left", maintain_order="left")
        return placed.join(self.product_facts.select("product", "guest"), on="product", how="left", maintain_order="left")

    @cached_property
    def assembled(self) -> pl.DataFrame:
        """Finished cars: product, plant, t, guest, cars; those made on assembly lines."""
        finished = self.makes.filter(pl.col("kind") == "assembly")
        return finished.group_by("product", "plant", "t", "guest", maintain_order=True).agg(pl.col("cars").sum())

    @cached_property
    def ships(self) -> pl.DataFrame:
        """Cars shipped: product, plant, market, cars, t."""
        return self.timed(self.plan.ships)

    @cached_property
    def unserved(self) -> pl.DataFrame:
        """Lost buyers who did not take a sister model: product, market, t, cars (lost less diverted away)."""
        lost = self.timed(self.plan.lost).select("product", "market", "t", "cars")
        away = self.timed(self.plan.diverted).select("product", "market", "t", -pl.col("cars"))
        return pl.concat([lost, away]).group_by("product", "market", "t", maintain_order=True).agg(pl.col("cars").sum())

    @cached_property
    def demand(self) -> pl.DataFrame:
        """What markets would buy: product, market, t, country, wanted (cars), price and penalty (base currency a car)."""
        active = [
            (row.product, t, share * float(self.calendar.years[t]))
            for row in self.products.values()
            for t, share in enumerate(self.calendar.active_share(row.sop, row.eop))
        ]
        shares = pl.DataFrame(active, schema={"product": pl.String, "t": pl.Int64, "share": pl.Float64}, orient="row")
        markets = self.case.active("markets").select("market", "currency", "country")
        rows = self.case.by_period("demand").select("product", "market", "t", "cars", "net_price", "penalty")
        wanted = self.with_rate(rows.join(shares, on=["product", "t"]).join(markets, on="market"))
        return wanted.select(
            "product", "market", "t", "country",
            (pl.col("cars") * pl.col("share")).alias("wanted"),
            (pl.col("net_price") * pl.col("rate")).alias("price"),
            (pl.col("penalty") * pl.col("rate")).alias("penalty"),
        )  # fmt: skip

    @cached_property
    def material(self) -> pl.DataFrame:
        """Bought material of the owner's cars: product, plant, t, spent (millions of base currency)."""
        own = self.assembled.filter(~pl.col("guest"))
        own = own.join(self.product_facts.drop("guest"), on="product", how="left", maintain_order="left")
        spent = pl.col("cars") * pl.col("material") * pl.col("rate") / MILLION
        return self.with_rate(own).select("product", "plant", "t", spent.alias("spent"))

    @cached_property
    def purchases(self) -> dict[str, Floats]:
        """What each supplier group delivers in each period, millions of base currency: P = share · material."""
        bought: dict[str, Floats] = {}
        for name, row in self.suppliers.items():
            part = self.material.filter(pl.col("plant").is_in(list(row.plants))) if row.plants else self.material
            bought[name] = np.zeros(self.horizon)
            for t, spent in part.group_by("t", maintain_order=True).agg(pl.col("spent").sum()).iter_rows():
                bought[name][t] = row.share * spent
        return bought
