"""Policies: requirements on the whole plan, hard or priced."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brownfield.case.scope import Scope
from brownfield.case.tables import Policy
from brownfield.model.data import KILO, Data, Floats
from brownfield.model.decisions import Decisions
from brownfield.model.objective import Money
from brownfield.model.program import Keys, Program


@dataclass
class Measure:
    """A measure in one period as a sum of columns, plus what no decision changes."""

    columns: list[np.ndarray]
    values: list[np.ndarray]
    fixed: float = 0.0

    def add(self, columns: object, values: object) -> None:
        """Add columns with their coefficients."""
        c, v = np.broadcast_arrays(np.asarray(columns, dtype=np.int64), np.asarray(values, dtype=float))
        self.columns.append(c.ravel())
        self.values.append(v.ravel())


def hold_policies(program: Program, data: Data, x: Decisions, money: Money) -> None:
    r"""Every policy holds in each of its periods, or its price is paid for what is missing.

    .. math:: measure_{pt} + under_{pt} - over_{pt} \;\{\le, \ge, =\}\; value_p

    with under and over only where the policy has a price. Rows: ``hold_policies[policy,period]``.
    """
    policies = sorted(data.case.rows(Policy), key=lambda row: row.policy)
    names = [row.policy for row in policies]
    for number, policy in enumerate(policies):
        scope = Scope.of(data.case, policy.scope)
        price = policy.price * data.case.rate(policy.currency)
        for t in policy_periods(data, policy):
            measure = MEASURES[policy.measure](data, x, scope, t)
            bound = policy.value - measure.fixed
            keys: Keys = {"policy": (names, np.array([number])), "period": (list(data.periods), np.array([t]))}
            low = -np.inf if policy.sense == "<=" else bound
            high = np.inf if policy.sense == ">=" else bound
            row = program.rows("hold_policies", keys, low, high)
            for columns, values in zip(measure.columns, measure.values, strict=True):
                program.terms(row, columns, values)
            if policy.kind == "priced":
                for sign, wanted in ((1.0, policy.sense != "<="), (-1.0, policy.sense != ">=")):
                    if wanted:
                        miss = program.columns("missed", keys, np.ones(1, dtype=bool))
                        program.terms(row, miss, sign)
                        money.post("policy price", miss, t, -price[t])


def policy_periods(data: Data, policy: Policy) -> list[int]:
    """Periods in which a policy holds: a blank means every period, but the last for what counts up over the plan."""
    if not policy.period and policy.measure in ("closures", "accepted"):
        return [data.horizon - 1]
    return data.calendar.matching(policy.period)[0]


def heads_asked(data: Data) -> Floats:
    """Thousand people that policies and grants may ask for at each plant, shape (I,)."""
    asked = np.zeros(len(data.plants))
    for policy in data.case.rows(Policy):
        if policy.measure == "headcount" and policy.sense != "<=":
            inside = _plants(data, Scope.of(data.case, policy.scope))
            asked[inside] = np.maximum(asked[inside], policy.value / KILO)
    for offer in data.offers:
        if offer.kind == "grant" and offer.plant in data.plant_names:
            i = data.plant_names.index(offer.plant)
            asked[i] = max(asked[i], offer.people_min / KILO)
    return asked


def _plants(data: Data, scope: Scope) -> np.ndarray:
    return np.array([i for i, name in enumerate(data.plant_names) if name in scope.plants], dtype=np.int64)


def _routes(data: Data, scope: Scope, *, assembly: bool) -> np.ndarray:
    kept = [
        r
        for r, route in enumerate(data.routes)
        if route.product in scope.products
        and data.plant_names[data.route_plant[r]] in scope.plants
        and (not assembly or data.assembly[data.route_line[r]])
    ]
    return np.array(kept, dtype=np.int64)


def closures(data: Data, x: Decisions, scope: Scope, t: int) -> Measure:
    """Plants in state closed or sold, of those that were there at the start."""
    measure = Measure([], [])
    there = [int(i) for i in _plants(data, scope) if data.plants[i].state in ("running", "idle")]
    measure.add(x.closed[there, t], 1.0)
    for number, option in enumerate(x.options):
        if option.plant in there and option.start <= t and data.offers[option.offer].kind == "sale":
            measure.add(x.starts[number], 1.0)
    return measure


def open_plants(data: Data, x: Decisions, scope: Scope, t: int) -> Measure:
    """Plants in state open."""
    measure = Measure([], [])
    measure.add(x.open[_plants(data, scope), t], 1.0)
    return measure


def headcount(data: Data, x: Decisions, scope: Scope, t: int) -> Measure:
    """People."""
    measure = Measure([], [])
    measure.add(x.headcount[_plants(data, scope), t], KILO)
    return measure


def redundancies(data: Data, x: Decisions, scope: Scope, t: int) -> Measure:
    """Compulsory redundancies a year."""
    measure = Measure([], [])
    measure.add(x.redundant[_plants(data, scope), t], KILO / data.years[t])
    return measure


def capacity(data: Data, x: Decisions, scope: Scope, t: int) -> Measure:
    """Line units a year of the shift models run on assembly lines."""
    measure = Measure([], [])
    inside = set(_plants(data, scope).tolist())
    lines = np.array([n for n in range(len(data.lines)) if data.assembly[n] and int(data.line_plant[n]) in inside], dtype=np.int64)
    measure.add(x.runs[lines, :, t], data.capacity[lines, :, t] * KILO / data.years[t])
    return measure


def makes(data: Data, x: Decisions, scope: Scope, t: int) -> Measure:
    """Cars a year of owner and guests finished on assembly lines."""
    measure = Measure([], [])
    measure.add(x.makes[_routes(data, scope, assembly=True), t], KILO / data.years[t])
    return measure


def lost_cars(data: Data, x: Decisions, scope: Scope, t: int) -> Measure:
    """Cars a year lost and not diverted."""
    measure = Measure([], [])
    inside_k = np.array([name in scope.products for name in data.product_names], dtype=bool)
    inside_m = np.array([name in scope.markets for name in data.market_names], dtype=bool)
    k, m, when = (data.demand[name].to_numpy() for name in ("k", "m", "t"))
    here = inside_k[k] & inside_m[m] & (when == t)
    measure.add(x.lost[here], KILO / data.years[t])
    if x.diversions.height:
        measure.add(x.diverted[here[x.diversions["from"].to_numpy()]], -KILO / data.years[t])
    return measure


def accepted(data: Data, x: Decisions, scope: Scope, t: int) -> Measure:
    """Offers taken up by then."""
    measure = Measure([], [])
    kept = [n for n, option in enumerate(x.options) if option.start <= t and data.offers[option.offer].offer in scope.offers]
    measure.add(x.starts[kept], 1.0)
    return measure


def liquidity(data: Data, x: Decisions, scope: Scope, t: int) -> Measure:
    """Cash and the part of the credit line that is not drawn, million base currency."""
    del scope
    limit = data.owner.revolver_limit * float(data.case.rate(data.owner.currency)[0]) if data.owner else 0.0
    measure = Measure([], [], limit)
    measure.add(x.cash[t], 1.0)
    measure.add(x.revolver[t], -1.0)
    return measure


def co2(data: Data, x: Decisions, scope: Scope, t: int) -> Measure:
    """Tonnes a year of sites, building and transport."""
    measure = Measure([], [])
    inside = _plants(data, scope)
    measure.add(x.open[inside, t], np.array([plant.co2_fixed for plant in data.plants])[inside])
    routes = _routes(data, scope, assembly=False)
    measure.add(x.makes[routes, t], np.array([route.co2 for route in data.routes])[routes] * KILO / data.years[t])
    ships = data.ships
    k, i, m = (ships[name].to_numpy() for name in ("k", "i", "m"))
    here = (
        (ships["t"].to_numpy() == t)
        & np.array([name in scope.products for name in data.product_names], dtype=bool)[k]
        & np.array([name in scope.plants for name in data.plant_names], dtype=bool)[i]
        & np.array([name in scope.markets for name in data.market_names], dtype=bool)[m]
    )
    measure.add(x.ships[here], ships["co2"].to_numpy()[here] * KILO / data.years[t])
    return measure


MEASURES = {
    "closures": closures,
    "open_plants": open_plants,
    "headcount": headcount,
    "redundancies": redundancies,
    "capacity": capacity,
    "makes": makes,
    "lost_cars": lost_cars,
    "accepted": accepted,
    "liquidity": liquidity,
    "co2": co2,
}
