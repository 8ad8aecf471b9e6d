"""What a made-up group builds and where: plants, lines, products, routes, markets and demand, drawn one after the other."""

from __future__ import annotations

import datetime

import numpy as np

from brownfield.case.synthetic_draw import ABROAD, FIRST_YEAR, HOURS, REGIONS, UTILISATION, Draw, spread


def sites(draw: Draw) -> None:
    """Plants, most of which may close, and the shifts that they may work."""
    rows = []
    seen = dict.fromkeys(REGIONS, 0)
    for i, region in enumerate(spread(draw.size.plants)):
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


def lines(draw: Draw) -> None:
    """One or two lines in each plant, each fit for two platforms of its region."""
    families = max(2, round(draw.size.products / 5))
    of_region = spread(families)
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


def products(draw: Draw) -> None:
    """Products by platform; a fifth is still to be launched, a fifth runs out."""
    count = draw.size.products
    made = sorted(set().union(*draw.line_family))
    draw.family = [made[k % len(made)] for k in range(count)]
    draw.price = np.exp(draw.rng.normal(np.log(19000), 0.28, count)).round(-1)
    rows = []
    for k in range(count):
        when = draw.rng.random()
        first, last = FIRST_YEAR, draw.size.years[-1]
        sop = _launched(draw, int(draw.rng.integers(first, last + 1))) if when < 0.2 and last > first else None
        eop = datetime.date(int(draw.rng.integers(first + 1, last + 2)), 1, 1) if when > 0.82 else None
        draw.alive.append((sop or datetime.date.min, eop or datetime.date.max))
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


def _launched(draw: Draw, year: int) -> datetime.date:
    """The middle of a year, or of the year before when the plan ends by then."""
    day = datetime.date(year, 7, 1)
    return day if day < draw.size.end else datetime.date(year - 1, 7, 1)


def routes(draw: Draw) -> None:
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
        far = [n for n in range(len(draw.line_plant)) if n != home and n not in other[:2] and n not in near]
        if draw.rng.random() < ABROAD and far:
            _route(draw, k, int(draw.rng.choice(far)), tooled=False, own_platform=False)
    draw.put("routes", draw.routes)


def _route(draw: Draw, k: int, n: int, *, tooled: bool, own_platform: bool) -> None:
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


def markets(draw: Draw) -> None:
    """Markets, freight from each plant to each of them, and duties between countries."""
    count = max(4, round(0.7 * draw.size.plants))
    seen = dict.fromkeys(REGIONS, 0)
    for region in spread(count):
        near = REGIONS[region]
        number, seen[region] = seen[region], seen[region] + 1
        country = near[number % len(near)][0]
        turn = number // len(near)
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


def demand(draw: Draw) -> None:
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
    pull[pull.sum(axis=1) == 0] = 1.0  # built in a region without a market, and drawn for no other: it sells alike in all
    by_region = np.array([draw.capacity[[draw.region[i] == r for i in draw.line_plant]].sum() for r in draw.home])
    rivals = np.array([weight[[h == r for h in draw.home]].sum() for r in draw.home])
    cars = (UTILISATION * by_region * weight / rivals)[:, None] * pull / np.maximum(pull.sum(axis=1, keepdims=True), 1e-9)
    rows = []
    for k in range(count):
        for m in np.flatnonzero(pull[k]).tolist():
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
