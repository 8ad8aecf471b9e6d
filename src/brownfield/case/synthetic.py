"""Made-up groups of car plants, as ordinary cases of any size: for benchmarks, stress tests and first looks.

Everything is drawn from one seed, so the same wish gives the same case on any machine. The shape is that of a real volume
car maker in trouble: plants in four regions used to about 60 %, so that several closures pay; products that share
platforms within a region; launches ahead; duties and freight that keep most cars near their buyers; people who cannot
leave at once; a guest who looks for a line; suppliers who may wait; and cash that is short.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from pydantic_core import PydanticUndefined

from brownfield.case.calendar import Floats
from brownfield.case.case import Case, Settings
from brownfield.case.parse import schema
from brownfield.case.tables import fields

REGIONS = {
    "Asia": (("JP", 1.0), ("TH", 0.35), ("IN", 0.25), ("CN", 0.4)),
    "Europe": (("GB", 1.0), ("ES", 0.8), ("FR", 1.05), ("PL", 0.55)),
    "North America": (("US", 1.25), ("MX", 0.35), ("CA", 1.1)),
    "South America": (("BR", 0.4), ("AR", 0.4)),
}
"""Countries of each region, with what a head costs there relative to 60,000 a year."""

WEIGHTS = {"Asia": 0.38, "Europe": 0.26, "North America": 0.28, "South America": 0.08}
"""Share of plants, products and buyers in each region."""

UTILISATION = 0.6
"""Demand as a share of what all lines can carry on two shifts."""
HOURS = 80.0 * 48.0
"""Hours a year of two shifts."""
FIRST_YEAR = 2026


@dataclass(frozen=True)
class Size:
    """How large a made-up group is."""

    plants: int = 17
    products: int = 45
    quarters: int = 20
    seed: int = 7

    def __post_init__(self) -> None:
        limits = {"plants": (3, 200), "products": (3, 1000), "quarters": (1, 80), "seed": (0, 2**31 - 1)}
        for name, (least, most) in limits.items():
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{name} must be from {least} to {most}, not {getattr(self, name)}")

    @property
    def years(self) -> range:
        """Calendar years that the plan touches."""
        return range(FIRST_YEAR, FIRST_YEAR + -(-self.quarters // 4))


@dataclass
class _Draw:
    """What has been drawn so far; later tables look at earlier ones."""

    size: Size
    rng: np.random.Generator
    region: list[str] = field(default_factory=list)
    country: list[str] = field(default_factory=list)
    wage: list[float] = field(default_factory=list)
    line_plant: list[int] = field(default_factory=list)
    capacity: Floats = field(default_factory=lambda: np.zeros(0))
    line_family: list[set[int]] = field(default_factory=list)
    family: list[int] = field(default_factory=list)
    home: list[str] = field(default_factory=list)
    price: Floats = field(default_factory=lambda: np.zeros(0))
    alive: list[tuple[datetime.date, datetime.date]] = field(default_factory=list)
    routes: list[dict[str, Any]] = field(default_factory=list)
    markets: list[tuple[str, str, str]] = field(default_factory=list)
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)

    def plant(self, i: int) -> str:
        return f"{self.country[i]}{i + 1:02d}"

    def line(self, n: int) -> str:
        before = sum(1 for other in self.line_plant[:n] if other == self.line_plant[n])
        return f"{self.plant(self.line_plant[n])}-{'AB'[before]}"

    def product(self, k: int) -> str:
        return f"F{self.family[k]:02d}-{k + 1:03d}"

    def cost(self, low: float, high: float) -> float:
        """A cost between two values, to three digits."""
        return float(f"{self.rng.uniform(low, high):.3g}")

    def put(self, name: str, rows: list[dict[str, Any]]) -> None:
        default = {f: None if info.default is PydanticUndefined else info.default for f, info in fields(name).items()}
        full = [{f: list(v) if isinstance(v := row.get(f, default[f]), tuple) else v for f in default} for row in rows]
        self.tables[name] = pl.DataFrame(full, schema=schema(name), orient="row", strict=False)


def synthetic_case(plants: int = 17, products: int = 45, quarters: int = 20, seed: int = 7) -> Case:
    """A made-up group of car plants of the wanted size.

    plants: 3 to 200, with one or two lines each. products: 3 to 1,000. quarters: 1 to 80, the length of the plan. The same
    arguments give the same case. Raises ValueError when a size is out of range.
    """
    size = Size(plants, products, quarters, seed)
    draw = _Draw(size, np.random.default_rng(seed))
    for part in (_sites, _lines, _products, _routes, _markets, _demand, _people, _suppliers, _guests, _owner):
        part(draw)
    settings = Settings(
        name=f"group {plants}x{products}x{quarters} seed {seed}",
        title=f"A made-up group: {plants} plants, {products} products, {quarters} quarters",
        start=datetime.date(FIRST_YEAR, 1, 1),
        periods=(f"{quarters} quarters",),
    )
    return Case(settings, draw.tables)


def _spread(count: int) -> list[str]:
    """Regions of so many things in proportion to the weights, each region that gets one at least once, largest rest first."""
    wanted = {region: weight * count for region, weight in WEIGHTS.items()}
    given = {region: int(amount) for region, amount in wanted.items()}
    for region in sorted(wanted, key=lambda r: (given[r] - wanted[r], r))[: count - sum(given.values())]:
        given[region] += 1
    return [region for region in WEIGHTS for _ in range(given[region])]


def _sites(draw: _Draw) -> None:
    rows = []
    seen = dict.fromkeys(REGIONS, 0)
    for i, region in enumerate(_spread(draw.size.plants)):
        country, wage = REGIONS[region][(seen[region] * 2 // 3) % len(REGIONS[region])]
        seen[region] += 1
        draw.region.append(region)
        draw.country.append(country)
        draw.wage.append(wage)
        large = draw.rng.random() < 0.45
        draw.line_plant += [i] * (2 if large else 1)
        rows.append(
            {
                "plant": draw.plant(i),
                "country": country,
                "region": region,
                "opened": int(draw.rng.integers(1960, 2015)),
                "decision": "may_close" if draw.rng.random() < 0.9 else "keep",
                "fixed_cost": draw.cost(60, 130) * (1.6 if large else 1.0) * (0.5 + 0.5 * wage),
                "closure_cost": draw.cost(80, 220) * (1.5 if large else 1.0),
                "site_value": draw.cost(10, 90),
                "mothball_cost": draw.cost(10, 20) if draw.rng.random() < 0.3 else None,
                "idling_cost": 15.0,
                "reopening_cost": 30.0,
                "notice_months": float(draw.rng.choice([3, 6, 9])),
            }
        )
    draw.put("plants", rows)
    draw.put(
        "shift_models",
        [
            {"shift_model": "idle", "hours_per_week": 0.0, "crews": 0.0},
            {"shift_model": "one_shift", "hours_per_week": 40.0, "crews": 1.0, "change_cost": 6.0},
            {"shift_model": "two_shifts", "hours_per_week": 80.0, "crews": 2.0, "change_cost": 10.0},
            {"shift_model": "three_shifts", "hours_per_week": 112.0, "crews": 3.0, "pay_premium": 0.08, "change_cost": 18.0},
        ],
    )


def _lines(draw: _Draw) -> None:
    families = max(2, round(draw.size.products / 5))
    of_region = _spread(families)
    rows = []
    count = len(draw.line_plant)
    jph = draw.rng.uniform(18, 56, count).round(0)
    draw.capacity = jph * 0.92 * HOURS
    crew = (jph * draw.rng.uniform(18, 24, count)).round(0)
    draw.line_family = [set() for _ in range(count)]
    for n in range(count):
        region = draw.region[draw.line_plant[n]]
        near = [f for f in range(families) if of_region[f] == region] or list(range(families))
        draw.line_family[n] |= {int(f) for f in draw.rng.choice(near, size=min(len(near), 2), replace=False)}
        rows.append(
            {
                "line": draw.line(n),
                "plant": draw.plant(draw.line_plant[n]),
                "jph": float(jph[n]),
                "availability": 0.92,
                "crew": float(crew[n]),
                "fixed_cost": draw.cost(15, 40),
                "shift_now": "two_shifts" if draw.rng.random() < 0.6 else "one_shift",
                "max_products": int(draw.rng.choice([4, 5, 6])),
            }
        )
    draw.put("lines", rows)


def _products(draw: _Draw) -> None:
    count = draw.size.products
    made = sorted(set().union(*draw.line_family))
    draw.family = [made[k % len(made)] for k in range(count)]
    draw.price = np.exp(draw.rng.normal(np.log(19000), 0.28, count)).round(-1)
    rows = []
    for k in range(count):
        when = draw.rng.random()
        first, last = FIRST_YEAR, draw.size.years[-1]
        sop = datetime.date(int(draw.rng.integers(first, last + 1)), 7, 1) if when < 0.2 and last > first else None
        eop = datetime.date(int(draw.rng.integers(first + 1, last + 2)), 1, 1) if when > 0.82 else None
        rows.append(
            {
                "product": draw.product(k),
                "family": f"F{draw.family[k]:02d}",
                "powertrain": ("combustion", "hybrid", "electric")[int(draw.rng.integers(0, 3))],
                "sop": sop,
                "eop": eop,
                "material_cost": float(round(draw.price[k] * draw.rng.uniform(0.66, 0.71), -1)),
            }
        )
    draw.put("products", rows)
    draw.alive = [(row["sop"] or datetime.date.min, row["eop"] or datetime.date.max) for row in rows]


def _routes(draw: _Draw) -> None:
    """Each product is tooled on a line of its platform, or to be launched; other lines of the platform and its region may follow."""
    left = draw.capacity.copy()
    for k in range(draw.size.products):
        able = [n for n, families in enumerate(draw.line_family) if draw.family[k] in families]
        home = max(able, key=lambda n: (left[n], -n))
        left[home] -= 1.1 * draw.capacity.sum() / draw.size.products
        draw.home.append(draw.region[draw.line_plant[home]])
        near = [n for n in range(len(draw.line_plant)) if draw.region[draw.line_plant[n]] == draw.home[k] and n not in able]
        other = [n for n in able if n != home]
        draw.rng.shuffle(other)
        draw.rng.shuffle(near)
        new = draw.alive[k][0] > datetime.date.min
        _route(draw, k, home, tooled=not new, own_platform=True)
        for n in other[:2]:
            _route(draw, k, n, tooled=not new and draw.rng.random() < 0.2, own_platform=True)
        for n in near[: 3 - len(other[:2])]:
            _route(draw, k, n, tooled=False, own_platform=False)
    draw.put("routes", draw.routes)


def _route(draw: _Draw, k: int, n: int, *, tooled: bool, own_platform: bool) -> None:
    wage, lead = draw.wage[draw.line_plant[n]], int(draw.rng.choice([6, 9, 12]))
    if not tooled and (12 * (draw.alive[k][1].year - FIRST_YEAR) <= lead or 3 * draw.size.quarters <= lead):
        return
    draw.routes.append(
        {
            "product": draw.product(k),
            "line": draw.line(n),
            "state": "tooled" if tooled else "possible",
            "launch_cost": 0.0 if tooled else draw.cost(25, 60) * (1.0 if own_platform else 2.2),
            "launch_lead_months": 0.0 if tooled else float(lead),
            "ramp_months": 0.0 if tooled else 6.0,
            "load": float(round(draw.rng.uniform(0.92, 1.12), 2)),
            "variable_cost": float(round(draw.price[k] * draw.rng.uniform(0.04, 0.06) * (0.8 + 0.2 * wage), -1)),
        }
    )


def _markets(draw: _Draw) -> None:
    count = max(4, round(0.7 * draw.size.plants))
    seen = dict.fromkeys(REGIONS, 0)
    for region in _spread(count):
        nations = REGIONS[region]
        number, seen[region] = seen[region], seen[region] + 1
        country = nations[number % len(nations)][0]
        turn = number // len(nations)
        draw.markets.append((f"{country} market{'' if turn == 0 else f' {turn + 1}'}", country, region))
    draw.put("markets", [{"market": name, "country": country} for name, country, _ in draw.markets])
    lanes = []
    for i in range(draw.size.plants):
        for name, country, region in draw.markets:
            low, high = (80, 160) if country == draw.country[i] else (250, 500) if region == draw.region[i] else (900, 1700)
            lanes.append({"plant": draw.plant(i), "market": name, "freight": float(round(draw.rng.uniform(low, high)))})
    draw.put("lanes", lanes)
    nations = [(country, region) for region, several in REGIONS.items() for country, _ in several]
    duty = {"Asia": 0.10, "Europe": 0.10, "North America": 0.15, "South America": 0.25}
    draw.put(
        "tariffs",
        [
            {"origin": a, "destination": b, "duty": duty[there] if here != there else 0.03 if here == "Asia" else 0.0}
            for a, here in nations
            for b, there in nations
            if a != b
        ],
    )


def _demand(draw: _Draw) -> None:
    """Yearly demand: most of it in the product's own region, growing or falling, in all the wanted share of capacity."""
    count = draw.size.products
    weight = np.exp(draw.rng.normal(0, 0.5, count))
    trend = draw.rng.normal(0.0, 0.03, count)
    pull = np.zeros((count, len(draw.markets)))
    for k in range(count):
        for m, (_, _, region) in enumerate(draw.markets):
            if region == draw.home[k]:
                pull[k, m] = draw.rng.uniform(0.5, 1.5)
            elif draw.rng.random() < 0.3:
                pull[k, m] = draw.rng.uniform(0.03, 0.25)
    by_region = np.array([draw.capacity[[draw.region[i] == r for i in draw.line_plant]].sum() for r in draw.home])
    rivals = np.array([weight[[h == r for h in draw.home]].sum() for r in draw.home])
    cars = (UTILISATION * by_region * weight / rivals)[:, None] * pull / pull.sum(axis=1, keepdims=True)
    rows = []
    for k in range(count):
        for m in np.flatnonzero(pull[k]):
            price = float(round(draw.price[k] * draw.rng.uniform(0.97, 1.03), -1))
            for number, year in enumerate(draw.size.years):
                if not draw.alive[k][0] <= datetime.date(year, 12, 31) or draw.alive[k][1] <= datetime.date(year, 1, 1):
                    continue
                rows.append(
                    {
                        "product": draw.product(k),
                        "market": draw.markets[m][0],
                        "period": str(year),
                        "cars": float(round(cars[k, m] * (1 + trend[k]) ** number, -1)),
                        "net_price": price,
                    }
                )
    draw.put("demand", rows)


def _people(draw: _Draw) -> None:
    lines = draw.tables["lines"]
    crews = {"one_shift": 1.0, "two_shifts": 2.0}
    rows = []
    for i in range(draw.size.plants):
        mine = lines.filter(pl.col("plant") == draw.plant(i))
        direct = sum(row["crew"] * crews[row["shift_now"]] for row in mine.iter_rows(named=True))
        indirect = round(0.3 * sum(mine["crew"]) + 250)
        wage = draw.wage[i] * 60000.0
        near = [draw.plant(j) for j in range(draw.size.plants) if j != i and draw.country[j] == draw.country[i]]
        rows.append(
            {
                "plant": draw.plant(i),
                "headcount": float(round(direct + indirect)),
                "indirect": float(indirect),
                "cost_per_head": wage,
                "attrition": 0.03,
                "voluntary_cap": float(round(0.12 * (direct + indirect))),
                "voluntary_pay": round(1.1 * wage),
                "redundancy_cost": round(1.9 * wage),
                "hire_cost": round(0.12 * wage),
                "hire_cap": float(round(0.3 * (direct + indirect))),
                "transfer_to": near[:2],
                "transfer_cap": float(round(0.2 * (direct + indirect))),
                "transfer_cost": round(0.25 * wage),
                "supplier_jobs": 1.6,
            }
        )
    draw.put("people", rows)


def _suppliers(draw: _Draw) -> None:
    """A group of suppliers for each region and kind; half of them have agreed to wait longer, for a price."""
    suppliers, terms = [], []
    for region in dict.fromkeys(draw.region):
        served = [draw.plant(i) for i in range(draw.size.plants) if draw.region[i] == region]
        for kind, share in (("large", 0.45), ("small", 0.25)) if len(served) > 2 else (("all", 0.7),):
            name = f"{region} {kind}"
            bought = share * 0.68 * 19000 * UTILISATION * sum(
                draw.capacity[n] for n, i in enumerate(draw.line_plant) if draw.region[i] == region
            ) / 1e6  # fmt: skip
            suppliers.append(
                {
                    "supplier": name,
                    "plants": served,
                    "share": share,
                    "days_now": 60.0,
                    "legal_cap": 120.0,
                    "capital_rate": 0.07 if kind == "large" else 0.10,
                    "payables_now": float(f"{bought * 60 / 365:.3g}"),
                }
            )
            price = 0.08 if kind == "large" else 0.11
            agreed = "agreed" if draw.rng.random() < 0.7 else "asked"
            terms.append({"term": f"{name} waits", "supplier": name, "extra_days": 30.0, "price": price, "agreed": agreed})
    draw.put("suppliers", suppliers)
    draw.put("term_offers", terms)


def _guests(draw: _Draw) -> None:
    """A guest for each six plants looks for a line; somebody would buy the smallest plant, a state pays for jobs at another."""
    products, routes, offers, companies = [], [], [], []
    lines = range(len(draw.line_plant))
    for number in range(max(1, draw.size.plants // 6)):
        guest, car = f"Guest {number + 1}", f"Guest car {number + 1}"
        region = draw.region[int(draw.rng.integers(0, draw.size.plants))]
        near = [n for n in lines if draw.region[draw.line_plant[n]] == region]
        places = sorted(int(n) for n in draw.rng.choice(near, size=min(3, len(near)), replace=False))
        companies.append({"company": guest, "role": "guest"})
        products.append({"product": car, "company": guest, "family": "guest", "powertrain": "electric"})
        for n in places:
            routes.append(
                {
                    "product": car,
                    "line": draw.line(n),
                    "state": "possible",
                    "launch_cost": draw.cost(40, 90),
                    "launch_lead_months": 12.0,
                    "ramp_months": 12.0,
                    "load": 1.1,
                    "variable_cost": 700.0,
                }
            )
        offers.append(
            {
                "offer": f"Hosting {number + 1}",
                "kind": "host",
                "company": guest,
                "lines": [draw.line(n) for n in places],
                "product": car,
                "fee_per_car": draw.cost(1500, 2600),
                "fixed_fee": 10.0,
                "volume_min": 20000.0,
                "volume_max": draw.cost(50000, 90000),
                "expected_take": 0.85,
                "take_or_pay": 0.6,
                "latest_start": datetime.date(FIRST_YEAR + 2, 1, 1),
                "launch_share": 0.5,
                "exit_fee": 60.0,
            }
        )
    smallest = min(range(draw.size.plants), key=lambda i: sum(draw.capacity[n] for n in lines if draw.line_plant[n] == i))
    other = (smallest + draw.size.plants // 2) % draw.size.plants
    companies += [{"company": "Buyer", "role": "guest"}, {"company": "State", "role": "state"}]
    heads = draw.tables["people"]["headcount"][other]
    offers.append(
        {"offer": "Sale", "kind": "sale", "company": "Buyer", "plant": draw.plant(smallest), "price": draw.cost(80, 160)}
        | {"latest_start": datetime.date(FIRST_YEAR + 3, 1, 1), "people_taken": 500.0}
    )
    offers.append(
        {"offer": "Grant", "kind": "grant", "company": "State", "plant": draw.plant(other), "fixed_fee": draw.cost(20, 50)}
        | {"people_min": round(0.6 * heads), "exit_fee": 40.0}
    )
    draw.put("companies", companies)
    draw.tables["products"] = _more(draw, "products", products)
    draw.tables["routes"] = _more(draw, "routes", routes)
    draw.put("offers", offers)


def _more(draw: _Draw, name: str, rows: Iterable[dict[str, Any]]) -> pl.DataFrame:
    before = draw.tables[name]
    draw.put(name, list(rows))
    return pl.concat([before, draw.tables[name]])


def _owner(draw: _Draw) -> None:
    """Cash is short: about three weeks of sales in hand, a credit line as large again, a floor at half of it."""
    demand = draw.tables["demand"].filter(pl.col("period") == str(FIRST_YEAR))
    sales = float((demand["cars"] * demand["net_price"]).sum()) / 1e6
    owner = {
        "company": "Group",
        "role": "owner",
        "overhead": float(f"{0.05 * sales:.3g}"),
        "opening_cash": float(f"{0.06 * sales:.3g}"),
        "liquidity_floor": float(f"{0.03 * sales:.3g}"),
        "revolver_limit": float(f"{0.05 * sales:.3g}"),
        "revolver_rate": 0.06,
    }
    draw.tables["companies"] = _more(draw, "companies", [owner])
