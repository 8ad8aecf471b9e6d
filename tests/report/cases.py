"""A small case with a hand-made plan in it that has one of everything, for reports to show."""

from __future__ import annotations

import datetime
from typing import Any

import polars as pl

from brownfield.case.case import Case, Settings
from brownfield.case.parse import schema
from brownfield.case.tables import TABLES
from brownfield.plan.ledger import keep_books
from brownfield.plan.plan import PLAN_TABLES, Plan
from brownfield.solve.outcome import Outcome, Point

NASTY = "<script>alert(1)</script> & Söhne"

PLANTS = [
    ("Oppama", "JP", "keep", 12_000.0),
    ("Kyushu", "JP", "keep", 20_000.0),
    ("Tochigi", "JP", "may_close", 15_000.0),
    ("Chennai", "IN", "keep", 6_000.0),
    (NASTY, "GB", "may_close", 9_000.0),
]
HEADS = {"Oppama": 1700.0, "Kyushu": 2500.0, "Tochigi": 1500.0, "Chennai": 1100.0, NASTY: 1100.0}
INDIRECT = {"Oppama": 400.0, "Kyushu": 1200.0, "Tochigi": 700.0, "Chennai": 400.0, NASTY: 300.0}

ROWS: dict[str, list[dict[str, Any]]] = {
    "companies": [
        {"company": "Nissan", "role": "owner", "opening_cash": 1_500_000, "liquidity_floor": 900_000, "revolver_limit": 500_000, "revolver_rate": 0.02, "overhead": 60_000},
        {"company": "Foxconn", "role": "guest"},
        {"company": "Renault", "role": "guest"},
        {"company": "Kanagawa", "role": "state"},
    ],
    "plants": [
        {"plant": name, "country": country, "decision": decision, "fixed_cost": fixed, "mothball_cost": 900, "closure_cost": 50_000,
         "site_value": 20_000, "idling_cost": 1_000, "reopening_cost": 2_000}
        for name, country, decision, fixed in PLANTS
    ],
    "lines": [
        {"line": f"{name} 1", "plant": name, "jph": 60.0, "availability": 0.9, "crew": 500.0, "fixed_cost": 3_000, "shift_now": "two shifts"}
        for name, *_ in PLANTS
    ] + [{"line": "Kyushu 2", "plant": "Kyushu", "jph": 50.0, "availability": 0.9, "crew": 400.0, "fixed_cost": 2_000, "shift_now": "one shift"}],
    "shift_models": [
        {"shift_model": "idle", "hours_per_week": 0, "crews": 0},
        {"shift_model": "one shift", "hours_per_week": 40, "crews": 1, "change_cost": 300},
        {"shift_model": "two shifts", "hours_per_week": 80, "crews": 2, "change_cost": 300},
        {"shift_model": "three shifts", "hours_per_week": 112, "crews": 3, "pay_premium": 0.1, "change_cost": 500},
    ],
    "products": [
        {"product": "Note", "material_cost": 900_000},
        {"product": "Kicks", "material_cost": 1_000_000},
        {"product": "Leaf", "powertrain": "electric", "material_cost": 1_500_000},
        {"product": "Skyline", "material_cost": 2_000_000, "eop": datetime.date(2028, 1, 1)},
        {"product": "Juke", "material_cost": 1_100_000},
        {"product": "Model B", "company": "Foxconn"},
    ],
    "routes": [
        {"product": "Note", "line": "Oppama 1", "variable_cost": 80_000},
        {"product": "Model B", "line": "Oppama 1", "state": "possible", "launch_cost": 30_000, "launch_lead_months": 18, "ramp_months": 12, "variable_cost": 70_000, "load": 1.1},
        {"product": "Kicks", "line": "Kyushu 1", "variable_cost": 70_000},
        {"product": "Leaf", "line": "Kyushu 2", "state": "possible", "launch_cost": 20_000, "launch_lead_months": 12, "variable_cost": 70_000},
        {"product": "Leaf", "line": "Tochigi 1", "variable_cost": 120_000},
        {"product": "Skyline", "line": "Tochigi 1", "variable_cost": 150_000},
        {"product": "Note", "line": "Chennai 1", "variable_cost": 50_000},
        {"product": "Juke", "line": f"{NASTY} 1", "variable_cost": 90_000},
    ],
    "markets": [{"market": "Japan", "country": "JP"}, {"market": "Europe", "country": "DE"}],
    "demand": [
        {"product": "Note", "market": "Japan", "cars": 110_000, "net_price": 1_600_000},
        {"product": "Kicks", "market": "Japan", "cars": 150_000, "net_price": 1_800_000},
        {"product": "Leaf", "market": "Japan", "cars": 20_000, "net_price": 2_700_000},
        {"product": "Leaf", "market": "Europe", "cars": 30_000, "net_price": 2_900_000},
        {"product": "Skyline", "market": "Japan", "cars": 15_000, "net_price": 4_000_000},
        {"product": "Juke", "market": "Europe", "cars": 60_000, "net_price": 2_000_000},
    ],
    "people": [
        {"plant": name, "headcount": HEADS[name], "indirect": INDIRECT[name], "cost_per_head": 7_000_000,
         "attrition": 0.05, "voluntary_cap": 1000, "voluntary_pay": 8_000_000, "redundancy_cost": 12_000_000, "hire_cost": 1_000_000,
         "transfer_to": ["Kyushu"] if name != "Kyushu" else [], "transfer_cost": 3_000_000, "supplier_jobs": 1.5}
        for name, *_ in PLANTS
    ],
    "suppliers": [{"supplier": "parts makers", "share": 0.6, "days_now": 60, "legal_cap": 120, "capital_rate": 0.03, "payables_now": 90_000}],
    "term_offers": [
        {"term": "plus 30", "supplier": "parts makers", "extra_days": 30, "price": 0.035, "agreed": "agreed"},
        {"term": "plus 60", "supplier": "parts makers", "extra_days": 60, "price": 0.0, "agreed": "asked"},
    ],
    "offers": [
        {"offer": "foxconn hosting", "kind": "host", "company": "Foxconn", "plant": "Oppama", "product": "Model B", "fee_per_car": 300_000,
         "fixed_fee": 5_000, "volume_min": 40_000, "volume_max": 80_000, "take_or_pay": 0.8, "length_months": 84, "launch_share": 0.5},
        {"offer": "chennai", "kind": "sale", "company": "Renault", "plant": "Chennai", "price": 18_000, "people_taken": 800},
        {"offer": "tochigi grant", "kind": "grant", "company": "Kanagawa", "plant": "Tochigi", "fixed_fee": 2_000, "people_min": 1_000},
    ],
    "policies": [
        {"policy": "close no more than one", "measure": "closures", "sense": "<=", "value": 2},
        {"policy": "keep 3,000 in Japan", "measure": "headcount", "scope": "country:JP", "sense": ">=", "value": 3000},
        {"policy": "serve everybody", "measure": "lost_cars", "sense": "<=", "value": 0, "kind": "priced", "price": 0.001},
    ],
    "sources": [
        {"source": "nissan-2025-07", "title": "Nissan to move Oppama <b>production</b> to Kyushu", "publisher": "Nissan", "published": "2025-07-15", "retrieved": "2026-11-21", "kind": "company statement", "url": "https://example.com/nissan"},
        {"source": "nikkei", "title": "Foxconn in talks on Oppama", "publisher": "Nikkei", "published": "2025-07-06", "kind": "named press", "url": "javascript:alert(1)"},
        {"source": "paper", "title": "Nissan's idle plant", "publisher": "A paper", "published": "2025-07", "kind": "anonymous press", "derived_from": "nikkei"},
    ],
    "claims": [
        {"claim": "c1", "source": "nissan-2025-07", "subject": "Oppama", "property": "people", "table": "people", "row": "Oppama", "column": "headcount", "value": "1700", "quote": "about 1,700 people work at the plant", "standing": "official", "rank": "preferred", "why": "the company's own figure"},
        {"claim": "c2", "source": "nikkei", "subject": "Oppama", "property": "people", "table": "people", "row": "Oppama", "column": "headcount", "value": "3900", "quote": "3,900 workers <script>", "standing": "reported", "why": "the whole district"},
        {"claim": "c3", "source": "paper", "subject": "Note", "property": "demand", "table": "demand", "row": "Note|Japan|", "column": "cars", "value": "110000", "low": 100000, "high": 120000, "quote": "some 110,000 a year", "standing": "reported", "rank": "preferred"},
        {"claim": "c4", "source": "paper", "subject": "Foxconn", "property": "buys the whole plant", "value": "yes", "quote": "a sale isn't ruled out", "standing": "denied"},
    ],
}  # fmt: skip


def case() -> Case:
    """Five plants, two years of quarters and six years: one closes, one is sold, one mothballed, one takes in a guest."""
    settings = Settings(name="five", title="Five plants and a guest", base_currency="JPY", discount_rate=0.07, periods=("8 quarters", "6 years"), terminal_years=5)
    tables = {
        name: pl.DataFrame([TABLES[name].model_validate(row).model_dump() for row in rows], schema=schema(name), strict=False)
        for name, rows in ROWS.items()
    }
    return Case(settings, tables)


def outcome(**changes: Any) -> Outcome:
    """The case with its hand-made plan, as if a solver had found it and proved it within 0.4 %."""
    five = case()
    plan = Maker(five).plan()
    ledger = keep_books(five, plan)
    gap = 0.004 * ledger.gross
    values: dict[str, Any] = {
        "case": five, "status": "proved", "plan": plan, "ledger": ledger, "npv": ledger.npv, "bound": ledger.npv + gap, "gap_money": gap, "gap": 0.004,
        "wanted_gap": 0.01, "seconds": 42.0, "stopped_by": "proof",
        "progress": (Point(1, None, ledger.npv * 1.4), Point(5, ledger.npv * 0.8, ledger.npv * 1.2), Point(20, ledger.npv, ledger.npv * 1.1), Point(42, ledger.npv, ledger.npv + gap)),
        "versions": {"brownfield": "0.1.0", "highspy": "1.15.1"}, "size": {"columns": 1200, "rows": 900, "integers": 300},
    }  # fmt: skip
    return Outcome(**{**values, **changes})


class Maker:
    """Writes down the plan of the small case, table by table."""

    def __init__(self, five: Case) -> None:
        self.case = five
        self.cal = five.calendar
        self.names = self.cal.names
        self.rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in PLAN_TABLES}
        self.close, self.sell, self.idle, self.host = (self.names.index(n) for n in ("2028", "2027Q1", "2026Q3", "2027Q3"))

    def plan(self) -> Plan:
        for t in range(len(self.names)):
            self.sites(t)
            self.volumes(t)
            self.guest(t)
        self.people()
        self.rows["launches"] = [("Leaf", "Kyushu 2", "2028")]
        self.rows["contracts"] = [("foxconn hosting", "Oppama 1", "2027Q3", None), ("chennai", None, "2027Q1", None)]
        self.rows["terms"] = [("parts makers", "plus 30", name) for name in self.names[:6]]
        self.rows["finance"] = [("2026Q2", 50_000.0), ("2026Q3", 20_000.0)]
        tables = {name: pl.DataFrame(rows, schema=PLAN_TABLES[name], orient="row") for name, rows in self.rows.items() if rows}
        return Plan(self.case.digest, tables)

    def state(self, plant: str, t: int) -> str:
        first, word = {"Tochigi": (self.close, "closed"), "Chennai": (self.sell, "sold"), NASTY: (self.idle, "idle")}.get(plant, (99, ""))
        return word if t >= first else "open"

    def sites(self, t: int) -> None:
        for plant in HEADS:
            self.rows["sites"].append((plant, self.names[t], self.state(plant, t)))
            if self.state(plant, t) == "open":
                for line in (f"{plant} 1", "Kyushu 2") if plant == "Kyushu" else (f"{plant} 1",):
                    self.rows["shifts"].append((line, self.names[t], self.shift(line, t)))

    def shift(self, line: str, t: int) -> str:
        if line == "Oppama 1":
            return "two shifts"
        return {"Kyushu 1": "two shifts", "Kyushu 2": "one shift" if t >= self.close else "idle"}.get(line, "one shift")

    def volumes(self, t: int) -> None:
        years, name = self.cal.years[t], self.names[t]
        note = {"Oppama 1": 75_000 if t >= self.sell else 60_000, "Chennai 1": 0 if t >= self.sell else 40_000}
        built = {("Note", line): cars for line, cars in note.items()}
        built["Kicks", "Kyushu 1"] = 150_000
        built["Leaf", "Kyushu 2" if t >= self.close else "Tochigi 1"] = 45_000
        built["Skyline", "Tochigi 1"] = 0 if t >= self.close else 12_000
        built["Juke", f"{NASTY} 1"] = 0 if t >= self.idle else 60_000
        sold: dict[tuple[str, str], float] = {}
        for (product, line), cars in built.items():
            if cars:
                self.rows["makes"].append((product, line, name, cars * years))
                self.ship(product, line.rsplit(" ", 1)[0], t, cars * years, sold)
        for row in ROWS["demand"]:
            key = (row["product"], row["market"])
            active = 0 if row["product"] == "Skyline" and t >= self.close else 1
            lost = row["cars"] * years * active - sold.get(key, 0.0)
            if lost > 1e-9:
                self.rows["lost"].append((*key, name, lost))

    def ship(self, product: str, plant: str, t: int, cars: float, sold: dict[tuple[str, str], float]) -> None:
        for row in ROWS["demand"]:
            key = (product, row["market"])
            if row["product"] == product and cars > 0:
                here = min(cars, row["cars"] * self.cal.years[t] - sold.get(key, 0.0))
                sold[key] = sold.get(key, 0.0) + here
                cars -= here
                if here > 0:
                    self.rows["ships"].append((product, plant, row["market"], self.names[t], here))

    def guest(self, t: int) -> None:
        if t >= self.host:
            agreed = 80_000 * self.cal.years[t] * self.cal.ramp_share(self.host, 12)[t]
            self.rows["guests"].append(("foxconn hosting", "Oppama 1", self.names[t], agreed, agreed, agreed))
            self.rows["makes"].append(("Model B", "Oppama 1", self.names[t], agreed))

    def people(self) -> None:
        heads = dict(HEADS)
        for t, name in enumerate(self.names):
            moving = 0.0
            for plant in (*[p for p in HEADS if p != "Kyushu"], "Kyushu"):
                before, need = heads[plant], self.needed(plant, t)
                sold = plant == "Chennai" and t == self.sell
                moved = min(before, 800.0) if sold else 0.0
                surplus = max(before - need - moved, 0.0) if plant != "Kyushu" else 0.0
                attrition = min(surplus, 0.05 * self.cal.years[t] * before)
                voluntary = min(surplus - attrition, 1000 * self.cal.years[t])
                rest = surplus - attrition - voluntary
                transfer = min(rest, 400.0) if plant == "Tochigi" else 0.0
                arriving = moving if plant == "Kyushu" else 0.0
                hires = max(need - before - arriving, 0.0)
                after = before + hires + arriving - attrition - voluntary - moved - rest
                heads[plant] = after
                moving += transfer
                self.rows["people"].append((plant, name, after, hires, attrition, voluntary, rest - transfer, moved))
                if transfer:
                    self.rows["transfers"].append((plant, "Kyushu", name, transfer))

    def needed(self, plant: str, t: int) -> float:
        if self.state(plant, t) != "open":
            return 0.0
        row = next(r for r in ROWS["people"] if r["plant"] == plant)
        crews = {"one shift": 1, "two shifts": 2, "idle": 0}
        lines = [("Kyushu 1", 500), ("Kyushu 2", 400)] if plant == "Kyushu" else [(f"{plant} 1", 500)]
        return float(row["indirect"] + sum(crew * crews[self.shift(line, t)] for line, crew in lines))
