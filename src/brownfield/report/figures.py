"""The figures behind words, charts and tables, worked out once from case, plan and books."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from brownfield.case.calendar import Calendar
from brownfield.case.case import Case
from brownfield.case.tables import Company, Line, Offer, People, Plant, Product, ShiftModel
from brownfield.plan.ledger import Ledger
from brownfield.plan.plan import Plan
from brownfield.plan.reading import AT_START
from brownfield.solve.outcome import Outcome

GONE = frozenset({"closed", "sold"})
A_CAR = 0.5
"""Fewer cars than this are rounding of the solver, not cars."""

LEAVING = ("attrition", "voluntary", "redundant", "moved")


@dataclass(frozen=True)
class Spell:
    """A stretch of periods in which something stays the same: from `first` up to, not including, `end`."""

    what: str
    first: int
    end: int


@dataclass(frozen=True)
class Deal:
    """An offer that is taken up: on which line, from which period up to, not including, `end`."""

    offer: Offer
    line: str
    first: int
    end: int
    exited: bool


def spells(values: list[str]) -> list[Spell]:
    """The stretches of equal values, in order."""
    cuts = [t for t in range(len(values)) if t == 0 or values[t] != values[t - 1]]
    return [Spell(values[a], a, b) for a, b in zip(cuts, [*cuts[1:], len(values)], strict=True)]


@dataclass(frozen=True)
class Figures:
    """What a plan says, arranged for reading: by plant, line, product and period index."""

    case: Case
    plan: Plan
    ledger: Ledger

    @classmethod
    def of(cls, outcome: Outcome) -> Figures:
        """The figures of an outcome that has a plan; ValueError without one."""
        if outcome.plan is None or outcome.ledger is None:
            raise ValueError("there are figures only for an outcome with a plan")
        return cls(outcome.case, outcome.plan, outcome.ledger)

    @property
    def currency(self) -> str:
        """Base currency of the case."""
        return self.case.settings.base_currency

    @property
    def calendar(self) -> Calendar:
        """Periods of the plan."""
        return self.case.calendar

    @cached_property
    def periods(self) -> range:
        """Indices of the periods."""
        return range(len(self.calendar))

    @cached_property
    def plants(self) -> dict[str, Plant]:
        """Plants of the owner, in the order of the case."""
        return {row.plant: row for row in self.case.rows(Plant) if row.company in (None, self.case.owner)}

    @cached_property
    def lines(self) -> dict[str, Line]:
        """Lines of the owner's plants, in the order of the plants."""
        order = {plant: i for i, plant in enumerate(self.plants)}
        rows = [row for row in self.case.rows(Line) if row.plant in order]
        return {row.line: row for row in sorted(rows, key=lambda row: order[row.plant])}

    @cached_property
    def products(self) -> dict[str, Product]:
        """Products by name."""
        return {row.product: row for row in self.case.rows(Product)}

    @cached_property
    def shift_models(self) -> dict[str, ShiftModel]:
        """Shift models by name, in the order of the case."""
        return {row.shift_model: row for row in self.case.rows(ShiftModel)}

    @cached_property
    def offers(self) -> dict[str, Offer]:
        """Offers by name, in the order of the case."""
        return {row.offer: row for row in self.case.rows(Offer)}

    def at(self, period: str) -> int:
        """Index of a period."""
        return self.calendar.index[period]

    @cached_property
    def states(self) -> dict[str, list[str]]:
        """State of each plant in each period."""
        found = {plant: [AT_START[row.state]] * len(self.calendar) for plant, row in self.plants.items()}
        for row in self.plan.sites.iter_rows(named=True):
            found[row["plant"]][self.at(row["period"])] = row["state"]
        return found

    @cached_property
    def shifts(self) -> dict[str, list[str]]:
        """Shift model of each line in each period; empty text where it runs none."""
        found = {line: [""] * len(self.calendar) for line in self.lines}
        for row in self.plan.shifts.iter_rows(named=True):
            found[row["line"]][self.at(row["period"])] = row["shift_model"]
        return found

    def capacity(self, line: str, t: int) -> float:
        """Line units a year of the shift model that a line runs."""
        name = self.shifts[line][t]
        if not name:
            return 0.0
        row, model = self.lines[line], self.shift_models[name]
        return row.jph * row.availability * model.hours_per_week * model.weeks_per_year

    @cached_property
    def makes(self) -> dict[tuple[str, str], list[float]]:
        """Cars a year of each product on each line, guest cars too."""
        return self._a_year(self.plan.makes, "product", "line")

    def _a_year(self, frame: pl.DataFrame, first: str, second: str) -> dict[tuple[str, str], list[float]]:
        found: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0] * len(self.calendar))
        for row in frame.iter_rows(named=True):
            t = self.at(row["period"])
            found[row[first], row[second]][t] += row["cars"] / self.calendar.periods[t].years
        return dict(found)

    @cached_property
    def loads(self) -> dict[tuple[str, str], float]:
        """Line units that one car takes, by product and line."""
        rows = self.case.active("routes").select("product", "line", "load").iter_rows()
        return {(product, line): load for product, line, load in rows}

    def used(self, line: str, t: int) -> float:
        """Line units a year in use on a line."""
        return sum(cars[t] * self.loads.get((product, at), 1.0) for (product, at), cars in self.makes.items() if at == line)

    def assembly(self, plant: str) -> list[str]:
        """Assembly lines of a plant."""
        return [name for name, row in self.lines.items() if row.plant == plant and row.kind == "assembly"]

    def utilisation(self, plant: str, t: int) -> float | None:
        """Share of the staffed assembly capacity of a plant that is used; None without any."""
        lines = self.assembly(plant)
        capacity = sum(self.capacity(line, t) for line in lines)
        return sum(self.used(line, t) for line in lines) / capacity if capacity > 0 else None

    def built(self, plant: str) -> dict[str, list[float]]:
        """Cars a year of each product made on the assembly lines of a plant."""
        lines = set(self.assembly(plant))
        found: dict[str, list[float]] = {}
        for (product, line), cars in self.makes.items():
            if line in lines:
                found[product] = [a + b for a, b in zip(found.get(product, [0.0] * len(cars)), cars, strict=True)]
        return found

    @cached_property
    def output(self) -> dict[str, list[float]]:
        """Cars a year made on the assembly lines of each plant."""
        return {plant: [sum(cars[t] for cars in self.built(plant).values()) for t in self.periods] for plant in self.plants}

    @cached_property
    def crews(self) -> dict[str, list[float]]:
        """Crews on the busiest assembly line of each plant: 0 idle, 1 one shift, 2, 3."""
        return {plant: [self._most_crews(plant, t) for t in self.periods] for plant in self.plants}

    def _most_crews(self, plant: str, t: int) -> float:
        return max((self._crews(line, t) for line in self.assembly(plant)), default=0.0)

    def _crews(self, line: str, t: int) -> float:
        name = self.shifts[line][t]
        return self.shift_models[name].crews if name else 0.0

    @cached_property
    def deals(self) -> dict[str, Deal]:
        """Offers that are taken up, by name."""
        found = {}
        for row in self.plan.contracts.iter_rows(named=True):
            offer, first = self.offers[row["offer"]], self.at(row["start"])
            end = len(self.calendar) if offer.kind == "sale" else self.calendar.until(first, offer.length_months)
            exited = bool(row["exit"])
            found[offer.offer] = Deal(offer, row["line"] or "", first, self.at(row["exit"]) if exited else end, exited)
        return found

    def guests_at(self, plant: str) -> list[Deal]:
        """Hosting and line-lease deals at a plant."""
        return [deal for deal in self.deals.values() if deal.line and self.lines[deal.line].plant == plant]

    @cached_property
    def heads(self) -> dict[str, list[float]]:
        """People of each plant in each period, for the plants whose people are followed."""
        found = {row.plant: [0.0] * len(self.calendar) for row in self.people.values()}
        for row in self.plan.people.iter_rows(named=True):
            if row["plant"] in found:
                found[row["plant"]][self.at(row["period"])] = row["headcount"]
        return found

    @cached_property
    def people(self) -> dict[str, People]:
        """What the case says of the people of each of the owner's plants."""
        return {row.plant: row for row in self.case.rows(People) if row.plant in self.plants}

    @cached_property
    def start_heads(self) -> dict[str, float]:
        """People of each plant before the plan."""
        return {name: row.headcount for name, row in self.people.items()}

    @cached_property
    def flows(self) -> dict[str, list[float]]:
        """People who come and go in each period, by kind: hires, attrition, voluntary, redundant, moved, transfers."""
        found = {kind: [0.0] * len(self.calendar) for kind in ("hires", *LEAVING, "transfers")}
        for row in self.plan.people.iter_rows(named=True):
            for kind in ("hires", *LEAVING):
                found[kind][self.at(row["period"])] += row[kind]
        for row in self.plan.transfers.iter_rows(named=True):
            found["transfers"][self.at(row["period"])] += row["heads"]
        return found

    @cached_property
    def demand(self) -> dict[tuple[str, str], list[float]]:
        """Cars that each market would buy of each product in each period."""
        found: dict[tuple[str, str], list[float]] = {}
        active = {name: self.calendar.active_share(row.sop, row.eop) for name, row in self.products.items()}
        for row in self.case.by_period("demand").iter_rows(named=True):
            t, product = row["t"], row["product"]
            cars = row["cars"] * self.calendar.periods[t].years * float(active[product][t])
            found.setdefault((product, row["market"]), [0.0] * len(self.calendar))[t] = cars
        return found

    @cached_property
    def opening_cash(self) -> float | None:
        """Cash of the owner at the start, millions of base currency; None when cash is not followed."""
        row = next((row for row in self.case.rows(Company) if row.company == self.case.owner), None)
        return row.opening_cash * float(self.case.rate(row.currency)[0]) if row and row.opening_cash is not None else None

    @cached_property
    def items(self) -> dict[str, list[float]]:
        """Money of each ledger item in each period, millions of base currency, in the order of the books."""
        found = self._by_item(self.ledger.postings)
        return {item: found[item] for item in self.item_worth}

    @cached_property
    def item_worth(self) -> dict[str, float]:
        """Discounted sum of each ledger item, in the order of the books."""
        return {row["item"]: row["discounted"] for row in self.ledger.by_item().iter_rows(named=True)}

    def offer_worth(self, offer: str) -> dict[str, float]:
        """Discounted sums of what the books tie to an offer, by item."""
        own = self.ledger.postings.filter(pl.col("offer") == offer)
        return dict(own.group_by("item").agg(pl.col("discounted").sum()).sort("item").iter_rows())

    def item_parts(self, item: str) -> dict[str, tuple[list[float], float]]:
        """An item split by plant, else by supplier, offer or policy: amounts by period, and worth today."""
        own = self.ledger.postings.filter(pl.col("item") == item)
        name = pl.coalesce("plant", "supplier", "offer", "policy").fill_null("the company")
        found: dict[str, tuple[list[float], float]] = {}
        for part, period, amount, today in own.select(
            name.alias("part"), pl.col("period").cast(pl.String), "amount", "discounted"
        ).iter_rows():
            amounts, worth = found.setdefault(part, ([0.0] * len(self.calendar), 0.0))
            amounts[self.at(period)] += amount
            found[part] = (amounts, worth + today)
        return found

    def _by_item(self, postings: pl.DataFrame) -> dict[str, list[float]]:
        found: dict[str, list[float]] = {}
        for item, period, amount in postings.select("item", pl.col("period").cast(pl.String), "amount").iter_rows():
            found.setdefault(item, [0.0] * len(self.calendar))[self.at(period)] += amount
        return found
