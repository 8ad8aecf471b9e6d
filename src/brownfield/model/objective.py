"""Worth: every amount of money the plan moves, posted once, from which objective, cash and gross value all follow."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from brownfield.model.data import KILO, Data, Floats, Ints
from brownfield.model.decisions import Decisions
from brownfield.model.suppliers import bought

GROSS = {
    "sales", "freight", "duty", "material", "variable cost", "guest variable cost", "lost-sale penalty",
    "guest fees", "guest fixed fees", "rent", "grant",
}  # fmt: skip
RUNNING = {
    "sales", "freight", "duty", "material", "variable cost", "lost-sale penalty", "site fixed cost", "mothball upkeep",
    "line fixed cost", "pay", "shift premium", "overhead",
}  # fmt: skip

NO_CASH = {"payables settled", "policy price"}
"""Items that weigh in the NPV but move no cash within the plan."""


@dataclass
class Money:
    """Postings of the model: million base currency for one unit of a column in a period, by ledger item."""

    data: Data
    parts: list[tuple[str, Ints, Ints, Floats]] = field(default_factory=list)
    fixed: list[tuple[str, int, float]] = field(default_factory=list)

    def post(self, item: str, columns: npt.ArrayLike, periods: npt.ArrayLike, amounts: npt.ArrayLike) -> None:
        """Each unit of a column moves `amount` in the period; columns that do not exist are left out."""
        c, t, a = np.broadcast_arrays(
            np.asarray(columns, dtype=np.int64), np.asarray(periods, dtype=np.int64), np.asarray(amounts, dtype=float)
        )
        keep = (c >= 0) & (a != 0.0)
        self.parts.append((item, c[keep], t[keep], a[keep]))

    def post_fixed(self, item: str, t: int, amount: float) -> None:
        """An amount that no decision changes."""
        self.fixed.append((item, t, amount))

    def weights(self, item: str) -> Floats:
        """Discounted worth of one million of an item in each period; running items go on after the plan."""
        data = self.data
        weight = data.discount.copy()
        years = data.case.settings.terminal_years
        if item in RUNNING and years > 0:
            weight[-1] += data.calendar.annuity(data.case.discount_rate, years) / data.years[-1]
        return weight

    def objective(self, columns: int, items: set[str] | None = None) -> Floats:
        """Discounted worth of each column; of some items only, undistorted by the terminal value, when `items` is given."""
        total = np.zeros(columns)
        for item, c, t, amount in self.parts:
            if items is None:
                np.add.at(total, c, amount * self.weights(item)[t])
            elif item in items:
                np.add.at(total, c, amount * self.data.discount[t])
        return total

    def constant(self) -> float:
        """Discounted worth of what no decision changes."""
        return float(sum(amount * self.weights(item)[t] for item, t, amount in self.fixed))

    def cash_flow(self) -> tuple[Ints, Ints, Floats, Floats]:
        """Cash in each period: columns, periods, amounts, and the fixed part of each period."""
        parts = [(c, t, a) for item, c, t, a in self.parts if item not in NO_CASH]
        fixed = np.zeros(self.data.horizon)
        for item, t, amount in self.fixed:
            if item not in NO_CASH:
                fixed[t] += amount
        if not parts:
            none = np.zeros(0, dtype=np.int64)
            return none, none, np.zeros(0), fixed
        return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts]), np.concatenate([p[2] for p in parts]), fixed


def post_all(data: Data, x: Decisions) -> Money:
    """All money of docs/maths.md as postings, but for the prices of policies, which the policies post themselves."""
    money = Money(data)
    _sales(money, data, x)
    _sites(money, data, x)
    _lines(money, data, x)
    _launches(money, data, x)
    _people(money, data, x)
    _offers(money, data, x)
    _suppliers(money, data, x)
    _finance(money, data, x)
    return money


def _sales(money: Money, data: Data, x: Decisions) -> None:
    ships = data.ships
    i, m, t, price = (ships[name].to_numpy() for name in ("i", "m", "t", "price"))
    money.post("sales", x.ships, t, price)
    money.post("duty", x.ships, t, -price * data.duty[i, m])
    freight = ships["freight"].to_numpy().copy()
    for currency in ships["currency"].unique().drop_nulls().sort():
        here = (ships["currency"] == currency).fill_null(False).to_numpy()
        freight[here] *= data.case.rate(currency)[t[here]]
    money.post("freight", x.ships, t, -freight / KILO)
    demand = data.demand
    money.post("lost-sale penalty", x.lost, demand["t"].to_numpy(), -demand["penalty"].to_numpy())
    if x.diversions.height:
        saved = demand["penalty"].to_numpy()[x.diversions["from"].to_numpy()]
        money.post("lost-sale penalty", x.diverted, x.diversions["t"].to_numpy(), saved)
    if data.routes:
        r, t = np.nonzero(x.makes >= 0)
        final = data.assembly[data.route_line[r]]
        money.post("material", x.makes[r, t], t, np.where(final, -data.material[data.route_product[r], t], 0.0))
        cost = data.money([route.variable_cost for route in data.routes], [route.currency for route in data.routes]) / KILO
        own = data.own[data.route_product[r]]
        money.post("variable cost", x.makes[r, t], t, np.where(own, -cost[r, t], 0.0))
        money.post("guest variable cost", x.makes[r, t], t, np.where(own, 0.0, -cost[r, t]))


def _sites(money: Money, data: Data, x: Decisions) -> None:
    t = np.arange(data.horizon)
    currencies = [plant.currency for plant in data.plants]

    def cost(amounts: list[float]) -> Floats:
        return data.money(amounts, currencies)

    money.post("site fixed cost", x.open, t, -cost([plant.fixed_cost for plant in data.plants]) * data.years)
    money.post("mothball upkeep", x.idle, t, -cost([plant.mothball_cost or 0.0 for plant in data.plants]) * data.years)
    for item, state, amount in (
        ("closure", x.closed, -cost([plant.closure_cost for plant in data.plants])),
        ("site value", x.closed, cost([plant.site_value for plant in data.plants])),
        ("opening", x.opened, -cost([plant.opening_cost for plant in data.plants])),
    ):
        money.post(item, state, t, amount)
        money.post(item, state[:, :-1], t[1:], -amount[:, 1:])
    money.post("idling", x.idles, t, -cost([plant.idling_cost for plant in data.plants]))
    money.post("reopening", x.reopens, t, -cost([plant.reopening_cost for plant in data.plants]))


def _lines(money: Money, data: Data, x: Decisions) -> None:
    t = np.arange(data.horizon)
    staffed = np.array([shift.crews > 0 for shift in data.shifts], dtype=float)
    fixed = data.money([line.fixed_cost for line in data.lines], [line.currency for line in data.lines]) * data.years
    money.post("line fixed cost", x.runs, t, -fixed[:, None, :] * staffed[None, :, None])
    change = data.money([shift.change_cost for shift in data.shifts], [shift.currency for shift in data.shifts])
    money.post("shift change", x.changes, t, -change[None, :, :])


def _launches(money: Money, data: Data, x: Decisions) -> None:
    cost = data.money([route.launch_cost for route in data.routes], [route.currency for route in data.routes])
    periods = np.arange(data.horizon)
    leads = {months: _lead_weights(data, months) for months in {route.launch_lead_months for route in data.routes}}
    for r in np.flatnonzero((x.launch >= 0).any(axis=1)):
        weights = leads[data.routes[r].launch_lead_months]
        money.post("launch", x.launch[r][:, None], periods[None, :], -weights * cost[r])


def _lead_weights(data: Data, months: float) -> Floats:
    """Share of a launch cost paid in period t for a start in period tau, shape (T, T) by (tau, t)."""
    return np.array([data.calendar.lead_weights(tau, months) for tau in range(data.horizon)])


def _people(money: Money, data: Data, x: Decisions) -> None:
    t = np.arange(data.horizon)
    for i, row in sorted(data.people.items()):
        rate = data.case.rate(row.currency) / KILO
        pay = row.cost_per_head * rate * data.years
        money.post("pay", x.headcount[i], t, -pay)
        for line in np.flatnonzero(data.line_plant == i):
            premium = np.array([shift.pay_premium for shift in data.shifts]) * data.crews[line]
            money.post("shift premium", x.runs[line], t, -premium[:, None] * pay[None, :])
        money.post("hiring", x.hires[i], t, -row.hire_cost * rate)
        money.post("voluntary leave", x.voluntary[i], t, -row.voluntary_pay * rate)
        money.post("redundancy", x.redundant[i], t, -row.redundancy_cost * rate)
        for number, (plant, _) in enumerate(x.pairs):
            if plant == i:
                money.post("transfer", x.transfers[number], t, -row.transfer_cost * rate)


YEARLY = {"host": "guest fixed fees", "lease": "rent", "grant": "grant"}


def _offers(money: Money, data: Data, x: Decisions) -> None:
    periods = np.arange(data.horizon)
    for number, option in enumerate(x.options):
        offer = data.offers[option.offer]
        rate = data.case.rate(offer.currency)
        price = "sale price" if offer.kind == "sale" else "signing payment"
        money.post(price, x.starts[number], option.start, offer.price * rate[option.start])
        money.post("exit fee", x.exits[number], periods, -(offer.exit_fee or 0.0) * rate)
        if offer.kind in YEARLY:
            for t in range(option.start, option.until):
                columns, signs = x.live(number, t)
                money.post(YEARLY[offer.kind], columns, t, offer.fixed_fee * rate[t] * data.years[t] * np.array(signs))
        if offer.kind == "host":
            paid = max(offer.expected_take, offer.take_or_pay)
            money.post("guest fees", x.agreed[number], periods, paid * offer.fee_per_car * rate / KILO)
            route = data.routes[option.route]
            if route.state == "possible":
                weights = data.calendar.lead_weights(option.start, route.launch_lead_months)
                cost = offer.launch_share * route.launch_cost * data.case.rate(route.currency)
                money.post("guest launch", x.starts[number], periods, -weights * cost)


def _suppliers(money: Money, data: Data, x: Decisions) -> None:
    last = data.horizon - 1
    for g, group in enumerate(data.suppliers):
        columns, t, cost = bought(data, g, x)
        _owed(money, columns, t, cost * group.days_now / 365 / data.years[t], last)
        money.post_fixed("payables", 0, -group.payables_now * float(data.case.rate(group.currency)[0]))
    for number, (_, n) in enumerate(x.usable):
        t = np.arange(data.horizon)
        _owed(money, x.extra[number], t, np.ones(data.horizon), last)
        money.post("waiting", x.extra[number], t, -data.terms[n].price * data.years)


def _owed(money: Money, columns: Ints, t: Ints, owed: Floats, last: int) -> None:
    """What is owed at the end of a period is cash kept in it, paid in the next, or at the end of the plan."""
    money.post("payables", columns, t, owed)
    later = t < last
    money.post("payables", columns[later], t[later] + 1, -owed[later])
    money.post("payables settled", columns[~later], t[~later], -owed[~later])


def _finance(money: Money, data: Data, x: Decisions) -> None:
    if data.owner is None:
        return
    rate = data.case.rate(data.owner.currency)
    for t in range(data.horizon):
        money.post_fixed("overhead", t, -data.owner.overhead * float(rate[t] * data.years[t]))
    if data.follows_cash:
        money.post("interest", x.revolver, np.arange(data.horizon), -data.owner.revolver_rate * data.years)
