"""Capacitated warehouse location (OR-Library, Beasley 1988) as Brownfield cases.

A warehouse is a running plant that may close at no cost, its fixed cost the site's; a customer is a market; there is one
product, one period, no discounting, and no car may be lost. NPV = sales - cost of the warehouses kept - cost of delivery.
"""

import datetime
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from brownfield.case.case import Case, Settings
from brownfield.case.parse import schema
from brownfield.case.tables import TABLES

TOTAL_DEMAND = 58268
"""Total demand of all the instances: a common copy of some of them has truncated demands."""


PRICE = 100.0
"""Millions for each unit sold: a price for everybody, so that the plan has a gross value to measure a gap against."""


@dataclass(frozen=True)
class Instance:
    """Capacities and fixed costs of the warehouses, demands of the customers, cost of serving a whole customer."""

    capacity: list[float]
    fixed: list[float]
    demand: list[float]
    cost: list[list[float]]


def read_instance(path: Path) -> Instance:
    """Read a file of the library: line breaks fall anywhere in it."""
    numbers = iter(path.read_text().split())
    plants, customers = int(next(numbers)), int(next(numbers))
    warehouses = [(float(next(numbers)), float(next(numbers))) for _ in range(plants)]
    demand, cost = [], []
    for _ in range(customers):
        demand.append(float(next(numbers)))
        cost.append([float(next(numbers)) for _ in range(plants)])
    if sum(demand) != TOTAL_DEMAND:
        raise ValueError(f"{path.name}: demands total {sum(demand):g}, not {TOTAL_DEMAND}: the copy is damaged")
    if any(d == 0 and max(c) > 0 for d, c in zip(demand, cost, strict=True)):
        raise ValueError(f"{path.name}: a customer who orders nothing must cost nothing")
    return Instance([c for c, _ in warehouses], [f for _, f in warehouses], demand, cost)


def table(name: str, rows: list[dict]) -> pl.DataFrame:
    """Rows of a table with the columns they leave out filled in."""
    return pl.DataFrame([TABLES[name].model_validate(row).model_dump() for row in rows], schema=schema(name))


def as_case(instance: Instance, name: str) -> Case:
    """The instance as a case. A customer without demand orders nothing and costs nothing, so it needs no market."""
    plants = [f"W{i:02d}" for i in range(len(instance.capacity))]
    markets = {f"C{j:02d}": j for j, demand in enumerate(instance.demand) if demand > 0}
    lanes = [
        {"plant": plant, "market": market, "freight": instance.cost[j][i] / instance.demand[j] * 1e6}
        for i, plant in enumerate(plants)
        for market, j in markets.items()
    ]
    tables = {
        "plants": [
            {"plant": p, "country": "GB", "decision": "may_close", "fixed_cost": f} for p, f in zip(plants, instance.fixed, strict=True)
        ],
        "lines": [{"line": p, "plant": p, "jph": c} for p, c in zip(plants, instance.capacity, strict=True)],
        "shift_models": [{"shift_model": "year", "hours_per_week": 1, "weeks_per_year": 1, "crews": 1}],
        "products": [{"product": "goods"}],
        "routes": [{"product": "goods", "line": p} for p in plants],
        "markets": [{"market": m, "country": "GB"} for m in markets],
        "demand": [{"product": "goods", "market": m, "cars": instance.demand[j], "net_price": PRICE * 1e6} for m, j in markets.items()],
        "lanes": lanes,
        "policies": [{"policy": "everybody is served", "measure": "lost_cars", "sense": "<=", "value": 0}],
    }
    settings = Settings(
        name=name, base_currency="GBP", discount_rate=0.0, start=datetime.date(2026, 1, 1), periods=("1 year",), terminal_years=0
    )
    return Case(settings, {key: table(key, rows) for key, rows in tables.items()})
