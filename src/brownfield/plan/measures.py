"""What policies measure: closures, people, capacity, cars, liquidity, emissions; and by how much each is missed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from brownfield.case.calendar import Floats
from brownfield.case.scope import Scope
from brownfield.case.tables import Policy
from brownfield.plan.ledger_cash import owner_row
from brownfield.plan.reading import AT_START, Reading

BY_THE_END = ("closures", "accepted")
"""Measures that a policy without a period asks for in the last period only."""


def held(reading: Reading, policy: Policy) -> list[int]:
    """The periods in which a policy must hold."""
    if not policy.period and policy.measure in BY_THE_END:
        return [reading.horizon - 1]
    return reading.calendar.matching(policy.period)[0]


def missed(policy: Policy, value: float) -> float:
    """By how much a measured value misses what the policy asks for; 0 when it holds."""
    over, under = max(value - policy.value, 0.0), max(policy.value - value, 0.0)
    return {"<=": over, ">=": under, "=": over + under}[policy.sense]


def measured(reading: Reading, policy: Policy, cash: pl.DataFrame) -> Floats:
    """What a policy measures in each period, in the unit of its measure, shape (T,); flows are a year's."""
    return MEASURES[policy.measure](reading, Scope.of(reading.case, policy.scope), cash)


def _closures(reading: Reading, scope: Scope, cash: pl.DataFrame) -> Floats:
    """Plants closed or sold by then, without those that were closed or only potential at the start."""
    count = np.zeros(reading.horizon)
    for plant in sorted(scope.plants):
        if AT_START[reading.plants[plant].state] in ("open", "idle"):
            count += np.isin(reading.state[plant], ("closed", "sold"))
    return count


def _open_plants(reading: Reading, scope: Scope, cash: pl.DataFrame) -> Floats:
    """Plants that are open."""
    return sum(((np.array(reading.state[plant]) == "open").astype(float) for plant in sorted(scope.plants)), np.zeros(reading.horizon))


def _headcount(reading: Reading, scope: Scope, cash: pl.DataFrame) -> Floats:
    """People on the payroll."""
    return sum((reading.heads[plant]["headcount"] for plant in sorted(scope.plants)), np.zeros(reading.horizon))


def _redundancies(reading: Reading, scope: Scope, cash: pl.DataFrame) -> Floats:
    """Compulsory redundancies a year."""
    total = sum((reading.heads[plant]["redundant"] for plant in sorted(scope.plants)), np.zeros(reading.horizon))
    return np.asarray(total / reading.calendar.years)


def _capacity(reading: Reading, scope: Scope, cash: pl.DataFrame) -> Floats:
    """Line units a year of the shift models that assembly lines run."""
    total = np.zeros(reading.horizon)
    for name, line in reading.lines.items():
        if line.kind == "assembly" and line.plant in scope.plants:
            total += [reading.capacity(name, t, model) if model else 0.0 for t, model in enumerate(reading.runs[name])]
    return np.asarray(total / reading.calendar.years)


def _makes(reading: Reading, scope: Scope, cash: pl.DataFrame) -> Floats:
    """Finished cars a year, of the owner and of guests."""
    return _yearly(reading, _within(reading.assembled, scope), pl.col("cars"))


def _lost_cars(reading: Reading, scope: Scope, cash: pl.DataFrame) -> Floats:
    """Buyers a year who found neither their car nor a sister model."""
    return _yearly(reading, _within(reading.unserved, scope), pl.col("cars"))


def _accepted(reading: Reading, scope: Scope, cash: pl.DataFrame) -> Floats:
    """Offers taken up in or before the period."""
    starts = [contract.start for contract in reading.contracts if contract.offer.offer in scope.offers]
    return np.array([sum(start <= t for start in starts) for t in range(reading.horizon)], dtype=float)


def _liquidity(reading: Reading, scope: Scope, cash: pl.DataFrame) -> Floats:
    """Cash and the part of the credit line that is not drawn; nothing is known where cash is not followed."""
    owner = owner_row(reading)
    if owner is None or cash.is_empty():
        return np.full(reading.horizon, np.nan)
    limit = owner.revolver_limit * float(reading.case.rate(owner.currency)[0])
    return np.asarray(cash["cash"].to_numpy() + limit - reading.revolver)


def _co2(reading: Reading, scope: Scope, cash: pl.DataFrame) -> Floats:
    """Emissions a year: sites while open, building on all kinds of line, transport."""
    total = np.zeros(reading.horizon)
    for plant in sorted(scope.plants):
        total += reading.plants[plant].co2_fixed * (np.array(reading.state[plant]) == "open")
    routes = reading.case.active("routes").select("product", "line", "co2")
    total += _yearly(reading, _within(reading.makes, scope).join(routes, on=["product", "line"]), pl.col("cars") * pl.col("co2"))
    lanes = reading.case.active("lanes").select("plant", "market", "co2")
    return total + _yearly(reading, _within(reading.ships, scope).join(lanes, on=["plant", "market"]), pl.col("cars") * pl.col("co2"))


def _within(frame: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    """Rows of a table of cars whose plant, product and market lie in the scope."""
    names = {"plant": scope.plants, "product": scope.products, "market": scope.markets}
    return frame.filter([pl.col(column).is_in(sorted(names[column])) for column in names if column in frame.columns])


def _yearly(reading: Reading, frame: pl.DataFrame, amount: pl.Expr) -> Floats:
    """Sums of an amount by period, as amounts a year, shape (T,)."""
    sums = frame.group_by("t", maintain_order=True).agg(amount.sum().alias("sum"))
    total = np.zeros(reading.horizon)
    total[sums["t"].to_numpy()] = sums["sum"].to_numpy()
    return np.asarray(total / reading.calendar.years)


MEASURES: dict[str, Callable[[Reading, Scope, pl.DataFrame], Floats]] = {
    "closures": _closures,
    "open_plants": _open_plants,
    "headcount": _headcount,
    "redundancies": _redundancies,
    "capacity": _capacity,
    "makes": _makes,
    "lost_cars": _lost_cars,
    "accepted": _accepted,
    "liquidity": _liquidity,
    "co2": _co2,
}
"""Every measure a policy can name."""
