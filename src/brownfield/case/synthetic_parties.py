"""Who has a stake in a made-up group: its people, suppliers, guests, a buyer, a state, and the owner whose cash is short."""

from __future__ import annotations

import datetime
from typing import Any

import polars as pl

from brownfield.case.synthetic_draw import FIRST_YEAR, UTILISATION, Draw

LAUNCH_MONTHS = 12
"""From a guest's yes to the first car."""


def people(draw: Draw) -> None:
    """Heads for the shifts of today and what it costs to let them go, hire or move them within a country."""
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


def suppliers(draw: Draw) -> None:
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


def guests(draw: Draw) -> None:
    """A guest for each six plants looks for a line; somebody would buy the smallest plant, a state pays for jobs at another.

    In a plan no longer than the launch of a guest's car there are no guests.
    """
    offers: list[dict[str, Any]] = []
    companies: list[dict[str, Any]] = []
    for number in range(1, 1 + max(1, draw.size.plants // 6) if 3 * draw.size.quarters > LAUNCH_MONTHS else 1):
        companies.append({"company": f"Guest {number}", "role": "guest"})
        offers.append(_hosting(draw, number))
    companies += [{"company": "Buyer", "role": "guest"}, {"company": "State", "role": "state"}]
    draw.put("companies", companies)
    draw.put("offers", offers + _sale_and_grant(draw))


def _hosting(draw: Draw, number: int) -> dict[str, Any]:
    """The offer of one guest for up to three lines of a region; its car and the car's routes are put into their tables."""
    guest, car = f"Guest {number}", f"Guest car {number}"
    region = draw.region[int(draw.rng.integers(0, draw.size.plants))]
    near = [n for n, i in enumerate(draw.line_plant) if draw.region[i] == region]
    places = sorted(int(n) for n in draw.rng.choice(near, size=min(3, len(near)), replace=False))
    route = {"product": car, "state": "possible", "ramp_months": 12.0, "load": 1.1, "variable_cost": 700.0}
    route["launch_lead_months"] = float(LAUNCH_MONTHS)
    draw.put("products", [{"product": car, "company": guest, "family": "guest", "powertrain": "electric"}])
    draw.put("routes", [route | {"line": draw.line(n), "launch_cost": draw.cost(40, 90)} for n in places])
    return {
        "offer": f"Hosting {number}",
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
        "length_months": 60.0,
    }


def _sale_and_grant(draw: Draw) -> list[dict[str, Any]]:
    """An offer for the smallest plant, and money of a state for jobs at one half-way round the list from it."""
    size = [sum(draw.capacity[n] for n, i in enumerate(draw.line_plant) if i == plant) for plant in range(draw.size.plants)]
    smallest = size.index(min(size))
    other = (smallest + draw.size.plants // 2) % draw.size.plants
    heads = draw.tables["people"]["headcount"][other]
    sale = {"offer": "Sale", "kind": "sale", "company": "Buyer", "plant": draw.plant(smallest), "price": draw.cost(80, 160)}
    grant = {"offer": "Grant", "kind": "grant", "company": "State", "plant": draw.plant(other), "fixed_fee": draw.cost(20, 50)}
    return [
        sale | {"latest_start": datetime.date(FIRST_YEAR + 3, 1, 1), "people_taken": 500.0},
        grant | {"people_min": round(0.6 * heads), "exit_fee": 40.0, "latest_start": datetime.date(FIRST_YEAR, 7, 1)},
    ]


def owner(draw: Draw) -> None:
    """Cash is short: about three weeks of sales in hand, a credit line as large again, a floor at half of it."""
    demand = draw.tables["demand"].filter(pl.col("period") == str(FIRST_YEAR))
    sales = float((demand["cars"] * demand["net_price"]).sum()) / 1e6
    group = {
        "company": "Group",
        "role": "owner",
        "overhead": float(f"{0.05 * sales:.3g}"),
        "opening_cash": float(f"{0.06 * sales:.3g}"),
        "liquidity_floor": float(f"{0.03 * sales:.3g}"),
        "revolver_limit": float(f"{0.05 * sales:.3g}"),
        "revolver_rate": 0.06,
    }
    draw.put("companies", [group])
