"""What one more route is worth in sales when demand is uncertain: each possible route alone, and the best ones one after another.

Only lines, products and how many cars are wanted count here: prices, markets, freight and people are left out, so that thousands of
futures can be tried for every route (Jordan and Graves 1995). A line counts with its capacity in cars; where products take it
for different times, the longest of them counts, which is cautious.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from brownfield.case.case import Case
from brownfield.model.assemble import assemble
from brownfield.model.data import KILO, Data, position, read_data
from brownfield.model.given import columns_of
from brownfield.plan.plan import Plan
from brownfield.study.estimates import Estimate, mean
from brownfield.study.futures import Futures, futures
from brownfield.study.transport import part_sales, parts, sales

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

STEPS = 12
"""Routes added one after another at most."""

WORTHWHILE = 0.005
"""A step that adds less than this share of what total flexibility would add is not taken."""
ROUNDING = 1e-6
"""Thousand cars that are none: what adding up many numbers loses."""


@dataclass(frozen=True)
class RouteGain:
    """What a possible route alone adds to expected sales: cars a year over the plan; `share` of what total flexibility would add."""

    product: str
    line: str
    plant: str
    first: str
    gain: Estimate
    share: float
    launch_cost: float


@dataclass(frozen=True)
class Step:
    """Expected sales, cars a year, with this route and all before it."""

    route: RouteGain
    sales: Estimate


@dataclass(frozen=True)
class Flexibility:
    """How expected sales hang on who can build what, cars a year over the plan.

    wanted: expected demand; base: expected sales with the routes there are; full: with every product on every line; gains: every
    possible route alone, the best first; steps: the best next route, again and again. planned: sales if demand were as planned.
    """

    case: Case
    futures: Futures
    planned: float
    wanted: Estimate
    base: Estimate
    full: Estimate
    gains: tuple[RouteGain, ...]
    steps: tuple[Step, ...]

    @property
    def best(self) -> RouteGain | None:
        """The best next route; None when no route adds anything."""
        return self.gains[0] if self.gains and self.gains[0].gain.value > 0 else None


def flexibility(
    case: Case, n: int = 2000, seed: int = 0, *, plan: Plan | None = None, drawn: Futures | None = None, most: int = STEPS
) -> Flexibility:
    """What each possible route adds to expected sales over futures of demand: `drawn`, or `n` drawn with a seed.

    plan: its shift models, launches and guests' cars; without, the lines run as at the start (where that is not said, as much as they can)
    and only routes that are tooled are there. most: routes added one after another. CaseError when the case says nothing about futures.
    """
    some = drawn if drawn is not None else futures(case, n, seed)
    return _Search(case, some, *_network(case, plan)).done(most)


def _network(case: Case, plan: Plan | None) -> tuple[Data, Floats, Bools, Bools]:
    """Data, thousand cars that each assembly line can build (L, T), the routes that are there and those that could be (L, K, T)."""
    data = read_data(case)
    shape = (len(data.lines), len(data.products), data.horizon)
    there, could = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    for r, route in enumerate(data.routes):
        line, product = data.route_line[r], data.route_product[r]
        if data.assembly[line] and data.own[product]:
            alive = data.alive[product] > 0
            first = data.calendar.first_from(None, route.launch_lead_months)
            there[line, product] = alive & (route.state == "tooled")
            could[line, product] = alive & (route.state == "possible") & (np.arange(data.horizon) >= first)
    if plan is None:
        capacity = _at_the_start(data)
    else:
        capacity = _as_planned(case, plan, data)
        lines, products, periods = position(data.line_names), position(data.product_names), position(data.periods)
        for product, line, period in plan.table("launches").iter_rows():
            place = lines[line], products[product]
            there[place] |= (np.arange(data.horizon) >= periods[period]) & (data.alive[products[product]] > 0)
            could[place] = False
    load = np.zeros(len(data.lines))
    for r, route in enumerate(data.routes):
        if data.own[data.route_product[r]]:
            load[data.route_line[r]] = max(load[data.route_line[r]], route.load)
    load[load == 0] = 1.0
    return data, capacity / load[:, None], there, could


def _at_the_start(data: Data) -> Floats:
    """Thousand line units of each assembly line in each period: plants that are running, under the shift models of the start, (L, T)."""
    shifts = position(data.shift_names)
    found = np.zeros((len(data.lines), data.horizon))
    for n, line in enumerate(data.lines):
        if data.assembly[n] and data.plants[data.line_plant[n]].state == "running":
            found[n] = data.capacity[n, shifts[line.shift_now]] if line.shift_now in shifts else data.capacity[n].max(axis=0)
    return found


def _as_planned(case: Case, plan: Plan, data: Data) -> Floats:
    """Thousand line units of each assembly line in each period under a plan, less what guests' cars take, (L, T)."""
    model = assemble(case)
    runs = np.append(columns_of(model, plan).columns, 0.0)[model.decisions.runs]
    found = (runs * data.capacity).sum(axis=1) * data.assembly[:, None]
    lines, periods = position(data.line_names), position(data.periods)
    load = {(route.product, route.line): route.load for route in data.routes}
    own = {name for name, mine in zip(data.product_names, data.own, strict=True) if mine}
    for product, line, period, cars in plan.table("makes").iter_rows():
        if product not in own and data.assembly[lines[line]]:
            found[lines[line], periods[period]] -= load[product, line] * cars / KILO
    return np.asarray(np.maximum(found, 0.0))


@dataclass
class _Period:
    """One period: who can build what, part by part, and what each part sells in each future."""

    capacity: Floats
    links: Bools
    demand: Floats
    label: dict[tuple[str, int], int] = field(default_factory=dict)
    sold: dict[int, Floats] = field(default_factory=dict)
    members: dict[int, tuple[Ints, Ints]] = field(default_factory=dict)
    known: dict[tuple[int, int], Floats] = field(default_factory=dict)
    last: int = 0

    def __post_init__(self) -> None:
        for lines, products in parts(self.links):
            self._add(lines, products, part_sales(self.capacity[lines], self.links[np.ix_(lines, products)], self.demand[:, products]))

    def _add(self, lines: Ints, products: Ints, sold: Floats) -> None:
        self.last += 1
        self.members[self.last], self.sold[self.last] = (lines, products), sold
        self.label |= {("line", int(i)): self.last for i in lines} | {("product", int(k)): self.last for k in products}

    def sales(self) -> Floats:
        """Thousand cars sold in each future."""
        return np.asarray(sum(self.sold.values(), start=np.zeros(len(self.demand))))

    def _joined(self, line: int, product: int) -> tuple[Ints, Ints, Floats]:
        """Lines and products of the part that a new route makes, and what they sell without it."""
        ids = sorted({self.label.get(("line", line), 0), self.label.get(("product", product), 0)} - {0})
        lines = np.unique(np.concatenate([*(self.members[one][0] for one in ids), [line]])).astype(np.int64)
        products = np.unique(np.concatenate([*(self.members[one][1] for one in ids), [product]])).astype(np.int64)
        return lines, products, np.asarray(sum((self.sold[one] for one in ids), start=np.zeros(len(self.demand))))

    def gain(self, line: int, product: int) -> Floats:
        """Thousand cars that a new route adds in each future; worked out once while its part stays as it is."""
        if (line, product) not in self.known:
            lines, products, before = self._joined(line, product)
            links = self.links[np.ix_(lines, products)].copy()
            links[np.searchsorted(lines, line), np.searchsorted(products, product)] = True
            self.known[line, product] = part_sales(self.capacity[lines], links, self.demand[:, products]) - before
        return self.known[line, product]

    def add(self, line: int, product: int) -> None:
        """Take a route into the network."""
        lines, products, before = self._joined(line, product)
        sold = before + self.gain(line, product)
        for one in {self.label.get(("line", line), 0), self.label.get(("product", product), 0)} - {0}:
            del self.members[one], self.sold[one]
        self.links[line, product] = True
        self._add(lines, products, sold)
        touched = set(lines.tolist()), set(products.tolist())
        self.known = {(i, k): found for (i, k), found in self.known.items() if i not in touched[0] and k not in touched[1]}


class _Search:
    """Every possible route tried in every period and future."""

    def __init__(self, case: Case, some: Futures, data: Data, capacity: Floats, there: Bools, could: Bools) -> None:
        self.case, self.some, self.data, self.could = case, some, data, could & ~there
        self.demand = _demand(some, data)
        self.periods = [_Period(capacity[:, t], there[:, :, t].copy(), self.demand[t]) for t in range(data.horizon)]
        self.total = float(data.years.sum())
        self.capacity = capacity

    def done(self, most: int) -> Flexibility:
        """The whole study."""
        base = self._a_year(np.sum([period.sales() for period in self.periods], axis=0))
        full = self._a_year(np.sum([np.minimum(p.capacity.sum(), p.demand.sum(axis=1)) for p in self.periods], axis=0))
        wanted = self._a_year(np.sum([period.demand.sum(axis=1) for period in self.periods], axis=0))
        room = float(self.some.weights @ (full - base))
        gains = self._gains(room)
        return Flexibility(
            self.case, self.some, self._planned(), self._estimate(wanted), self._estimate(base), self._estimate(full), gains,
            tuple(self._steps(gains, base, room, most)),
        )  # fmt: skip

    def _estimate(self, values: Floats) -> Estimate:
        return mean(values, self.some.weights, exact=self.some.method == "listed")

    def _a_year(self, thousands: Floats) -> Floats:
        """Cars a year over the plan."""
        return thousands * KILO / self.total

    def _planned(self) -> float:
        planned = np.zeros((len(self.data.products), self.data.horizon))
        demand = self.data.demand
        np.add.at(planned, (demand["k"].to_numpy(), demand["t"].to_numpy()), demand["cars"].to_numpy())
        found = [sales(p.capacity, p.links, planned[None, :, t])[0] for t, p in enumerate(self.periods)]
        return float(sum(found)) * KILO / self.total

    def _gains(self, room: float) -> tuple[RouteGain, ...]:
        """Every possible route with what it adds now, the best first; equal ones by name."""
        found = []
        for r, route in enumerate(self.data.routes):
            line, product = int(self.data.route_line[r]), int(self.data.route_product[r])
            periods = np.flatnonzero(self.could[line, product])
            if len(periods):
                added = np.sum([self.periods[t].gain(line, product) for t in periods], axis=0)
                gain = self._estimate(self._a_year(np.where(np.abs(added) < ROUNDING, 0.0, added)))
                first = int(periods[0])
                cost = route.launch_cost * float(self.data.case.rate(route.currency)[first])
                share = gain.value / room if room > 0 else 0.0
                plant = self.data.plant_names[self.data.line_plant[line]]
                found.append(RouteGain(route.product, route.line, plant, self.data.periods[first], gain, share, cost))
        return tuple(sorted(found, key=lambda one: (-round(one.gain.value, 9), one.line, one.product)))

    def _steps(self, gains: Sequence[RouteGain], base: Floats, room: float, most: int) -> list[Step]:
        """The best next route, again and again."""
        lines, products = position(self.data.line_names), position(self.data.product_names)
        found: list[Step] = []
        while gains and len(found) < most and gains[0].gain.value > WORTHWHILE * room > 0:
            best = gains[0]
            place = lines[best.line], products[best.product]
            for t in np.flatnonzero(self.could[place]):
                self.periods[t].add(*place)
            self.could[place] = False
            now = self._a_year(np.sum([period.sales() for period in self.periods], axis=0))
            found.append(Step(best, self._estimate(now)))
            gains = self._gains(room)
        return found


def _demand(some: Futures, data: Data) -> list[Floats]:
    """Thousand cars wanted of each product in each period and future, all markets together: shape (futures, products) each."""
    found = [np.zeros((len(some), len(data.products))) for _ in range(data.horizon)]
    times, product = some.times, some.cells["k"].to_numpy()
    for t in range(data.horizon):
        cells = np.flatnonzero(times == t)
        wanted = some.demand(cells=cells) / KILO
        for place, cell in enumerate(cells):
            found[t][:, product[cell]] += wanted[:, place]
    return found
