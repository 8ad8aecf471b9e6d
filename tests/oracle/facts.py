"""What a case says, laid out for the enumeration: plain dicts, and the small formulas of docs/maths.md that need no decision."""

from __future__ import annotations

import numpy as np

from brownfield.case.case import Case
from brownfield.case.tables import (
    Company,
    Diversion,
    Lane,
    Line,
    Market,
    Offer,
    People,
    Plant,
    Policy,
    Product,
    Route,
    ShiftModel,
    Supplier,
    Tariff,
    TermOffer,
)

BEFORE = {"running": "open", "idle": "idle", "closed": "closed", "potential": "potential"}


class Facts:
    """The rows that count, by their keys, only what is the owner's; quantities a period, not a year."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.calendar = case.calendar
        self.T = len(case.calendar)
        self.years = [float(y) for y in case.calendar.years]
        self.discount = [float(d) for d in case.discount]
        self.owner = next((c for c in case.rows(Company) if c.role == "owner"), Company(company="owner", role="owner"))
        self.plants = {x.plant: x for x in case.rows(Plant) if x.company in (None, case.owner)}
        self.lines = {x.line: x for x in case.rows(Line) if x.plant in self.plants}
        self.models = {x.shift_model: x for x in case.rows(ShiftModel)}
        self.products = {x.product: x for x in case.rows(Product)}
        self.mine = {k for k, x in self.products.items() if x.company in (None, case.owner)}
        self.routes = {(x.product, x.line): x for x in case.rows(Route) if x.line in self.lines}
        self.markets = {x.market: x for x in case.rows(Market)}
        self.demand = {
            (row["product"], row["market"], row["t"]): row
            for row in case.by_period("demand").iter_rows(named=True)
            if row["product"] in self.mine
        }
        self.diversions = {(x.product, x.to_product): x.share for x in case.rows(Diversion)}
        self.lanes = {(x.plant, x.market): x for x in case.rows(Lane)}
        self.tariffs = {(x.origin, x.destination): x.duty for x in case.rows(Tariff)}
        self.people = {x.plant: x for x in case.rows(People) if x.plant in self.plants}
        self.suppliers = {x.supplier: x for x in case.rows(Supplier)}
        self.terms = {x.term: x for x in case.rows(TermOffer)}
        self.offers = {x.offer: x for x in case.rows(Offer)}
        self.policies = {x.policy: x for x in case.rows(Policy)}
        self.policy_periods = self._policy_periods()

    def _policy_periods(self) -> list[tuple[str, int]]:
        """Which policy counts in which period; closures and accepted with a blank period count by the end only."""
        pairs = []
        for name, policy in self.policies.items():
            periods, _ = self.calendar.matching(policy.period)
            if policy.measure in ("closures", "accepted") and not policy.period:
                periods = [self.T - 1]
            pairs += [(name, t) for t in periods]
        return pairs

    def rate(self, currency: str | None, t: int) -> float:
        return float(self.case.rate(currency)[t])

    def capacity(self, line: str, model: str, t: int) -> float:
        """Line units in the period."""
        row, shift = self.lines[line], self.models[model]
        return row.jph * row.availability * shift.hours_per_week * shift.weeks_per_year * self.years[t]

    def full(self, product: str, line: str, t: int) -> float:
        """Full rate of a route in the period, in cars."""
        route, car = self.routes[product, line], self.products[product]
        most = max(self.capacity(line, s, t) for s in self.models) / route.load
        if route.max_rate is not None:
            most = min(most, route.max_rate * self.years[t])
        return most * float(self.calendar.active_share(car.sop, car.eop)[t])

    def ramp(self, start: int, months: float, t: int) -> float:
        return float(self.calendar.ramp_share(start, months)[t])

    def wanted(self, product: str, market: str, t: int) -> float:
        """Demand of the period, in cars."""
        car = self.products[product]
        return float(self.demand[product, market, t]["cars"] * self.years[t] * self.calendar.active_share(car.sop, car.eop)[t])

    def usable(self, term: str, t: int) -> bool:
        """Whether a supplier group accepts a term in a period: agreed, in its window, legal, and the group left whole."""
        row = self.terms[term]
        group = self.suppliers[row.supplier]
        days = group.days_now + row.extra_days
        begins = self.calendar.starts[t]
        if row.agreed != "agreed":
            return False
        if row.from_date is not None and begins < self.calendar.offset(row.from_date) - 1e-9:
            return False
        if row.until_date is not None and begins >= self.calendar.offset(row.until_date) - 1e-9:
            return False
        if group.legal_cap is not None and days > group.legal_cap + 1e-9:
            return False
        if row.price >= group.capital_rate - 1e-12:
            return True
        rate = group.financing_rate
        return rate is not None and days <= group.days_now * group.capital_rate / rate + 1e-9

    def launch_periods(self, product: str, line: str) -> list[int]:
        """Periods late enough for a launch (whether the plant is open is another question)."""
        lead = self.routes[product, line].launch_lead_months
        return [t for t in range(self.T) if self.calendar.starts[t] >= lead - 1e-9]

    def lead_weights(self, start: int, months: float) -> list[float]:
        return [float(w) for w in self.calendar.lead_weights(start, months)]

    def in_scope(self, policy: str, **thing: str) -> bool:
        """Whether a plant, product, market or offer lies in the scope of a policy."""
        wanted: dict[str, set[str]] = {}
        for part in filter(None, (x.strip() for x in self.policies[policy].scope.split(";"))):
            kind, name = part.split(":", 1)
            wanted.setdefault(kind.strip(), set()).add(name.strip())
        have = dict(thing)
        if "plant" in thing:
            site = self.plants[thing["plant"]]
            have |= {"country": site.country, "region": site.region}
        if "product" in thing:
            car = self.products[thing["product"]]
            have |= {"family": car.family, "company": car.company or self.case.owner}
        return all(have[kind] in names for kind, names in wanted.items() if kind in have)

    def annuity(self) -> float:
        return float(self.calendar.annuity(self.case.discount_rate, self.case.settings.terminal_years))


def close(a: float, b: float, scale: float = 1.0) -> bool:
    return bool(np.isclose(a, b, rtol=0, atol=1e-6 * max(1.0, abs(scale))))
