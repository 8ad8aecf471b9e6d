"""A synthetic group of plants, big enough that a solver needs a while."""

import numpy as np
import polars as pl
from pydantic_core import PydanticUndefined

from brownfield.case.case import Case, Settings
from brownfield.case.parse import schema
from brownfield.case.tables import fields


def table(name, **columns):
    """A table from typed columns, everything else at its default."""
    count = len(next(iter(columns.values())))
    default = {f: None if info.default is PydanticUndefined else info.default for f, info in fields(name).items()}
    data = {f: list(columns[f]) if f in columns else [default[f]] * count for f in fields(name)}
    return pl.DataFrame(data, schema=schema(name), strict=False)


def group(seed=1, plants=8, products=20, markets=5, periods=("8 quarters",)):
    """Plants with one line each, products tooled at one and possible at two more, utilisation near 60 %."""
    rng = np.random.default_rng(seed)
    names = [f"P{i}" for i in range(plants)]
    lines = [f"L{i}" for i in range(plants)]
    cars = [f"K{k}" for k in range(products)]
    places = [f"M{m}" for m in range(markets)]
    routes = [(k, int(i), j) for k in range(products) for j, i in enumerate(rng.choice(plants, size=min(3, plants), replace=False))]
    sales = [(k, m) for k in range(products) for m in range(markets)]
    size = rng.uniform(100, 400, plants)
    demand = rng.uniform(0.2, 1.8, len(sales))
    demand *= 0.6 * size.sum() * 1000 / demand.sum()
    first = np.array([j == 0 for _, _, j in routes])
    tables = {
        "plants": table(
            "plants",
            plant=names,
            country=["JP"] * plants,
            decision=["may_close"] * plants,
            fixed_cost=size * 0.3,
            closure_cost=size * 0.5,
        ),
        "lines": table("lines", line=lines, plant=names, jph=size * 1000 / 3840, crew=size * 4, shift_now=["two_shifts"] * plants),
        "products": table("products", product=cars, material_cost=rng.uniform(14000, 16000, products)),
        "routes": table(
            "routes",
            product=[cars[k] for k, _, _ in routes],
            line=[lines[i] for _, i, _ in routes],
            state=np.where(first, "tooled", "possible"),
            launch_cost=np.where(first, 0, rng.uniform(20, 80, len(routes))),
            launch_lead_months=np.where(first, 0, 9.0),
            ramp_months=np.where(first, 0, 6.0),
            variable_cost=rng.uniform(500, 1500, len(routes)),
        ),
        "markets": table("markets", market=places, country=["JP"] * markets),
        "demand": table(
            "demand",
            product=[cars[k] for k, _ in sales],
            market=[places[m] for _, m in sales],
            cars=demand,
            net_price=rng.uniform(18000, 22000, len(sales)),
        ),
        "people": table(
            "people",
            plant=names,
            headcount=size * 12,
            indirect=size * 4,
            cost_per_head=[50000.0] * plants,
            attrition=[0.03] * plants,
            redundancy_cost=[60000.0] * plants,
        ),
    }
    return Case(Settings(name="group", periods=periods), tables)
