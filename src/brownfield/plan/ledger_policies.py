"""What missing a priced policy costs: price · miss in each of its periods, paid in cash like all money."""

from __future__ import annotations

import numpy as np
import polars as pl

from brownfield.case.tables import Policy
from brownfield.errors import LedgerError
from brownfield.plan.journal import Journal
from brownfield.plan.ledger_cash import cash_table
from brownfield.plan.measures import held, measured, missed
from brownfield.plan.reading import Reading


def _priced(reading: Reading, *, liquidity: bool) -> list[Policy]:
    return [row for row in reading.case.rows(Policy) if row.kind == "priced" and (row.measure == "liquidity") == liquidity]


def post_policies(reading: Reading, journal: Journal) -> None:
    """Prices of all policies but those on liquidity, which depend on what all others cost."""
    nothing = pl.DataFrame()
    for policy in _priced(reading, liquidity=False):
        values = measured(reading, policy, nothing)
        price = policy.price * reading.case.rate(policy.currency)
        for t in held(reading, policy):
            journal.post("policy price", t, -float(price[t]) * missed(policy, float(values[t])), policy=policy.policy)


def post_liquidity(reading: Reading, journal: Journal, postings: pl.DataFrame) -> None:
    """Prices of missing a wanted liquidity: period by period, because what is paid lowers the liquidity itself."""
    policies = _priced(reading, liquidity=True)
    if not policies:
        return
    before = measured(reading, policies[0], cash_table(reading, postings))
    if np.isnan(before).any():
        raise LedgerError(f"the plan cannot be booked: {policies[0].policy} is about liquidity, but cash is not followed")
    paid = 0.0
    for t in range(reading.horizon):
        here = [(row, float(row.price * reading.case.rate(row.currency)[t])) for row in policies if t in held(reading, row)]
        level = _level(float(before[t]) - paid, here)
        for policy, price in here:
            amount = price * missed(policy, level)
            journal.post("policy price", t, -amount, policy=policy.policy)
            paid += amount


def _level(before: float, policies: list[tuple[Policy, float]]) -> float:
    """Highest liquidity L at which L + Σ price · miss(L) is the liquidity before prices: one line between any two values asked for."""
    values = sorted({policy.value for policy, _ in policies})
    edges = [-np.inf, *values, np.inf]
    for low, high in zip(reversed(edges[:-1]), reversed(edges[1:]), strict=True):
        inside = _between(low, high)
        slope = 1.0 + sum(price * _sign(policy, inside) for policy, price in policies)
        total = inside + sum(price * missed(policy, inside) for policy, price in policies)
        if slope != 0:
            level = inside + (before - total) / slope
            if low - 1e-9 <= level <= high + 1e-9:
                return level
    raise LedgerError("the plan cannot be booked: paying for missing liquidity would cost more than any liquidity it leaves")


def _between(low: float, high: float) -> float:
    """A point strictly between two edges, of which one may be infinite."""
    if np.isinf(low):
        return 0.0 if np.isinf(high) else high - 1.0
    return low + 1.0 if np.isinf(high) else (low + high) / 2


def _sign(policy: Policy, value: float) -> float:
    """Slope of the miss of a policy at a value that is not the one it asks for."""
    if value > policy.value:
        return 0.0 if policy.sense == ">=" else 1.0
    return 0.0 if policy.sense == "<=" else -1.0
