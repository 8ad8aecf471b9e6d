"""A small case with a hand-made plan in it that has one of everything, for reports to show."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from brownfield.case.case import Case
from brownfield.case.tables import Demand, People
from brownfield.files import read_case
from brownfield.plan.ledger import keep_books
from brownfield.plan.plan import PLAN_TABLES, Plan
from brownfield.solve.outcome import Outcome, Point

NASTY = "<script>alert(1)</script> & Söhne"

FIVE = Path(__file__).parent / "five"


@cache
def case() -> Case:
    """Five plants, two years of quarters and six years: one closes, one is sold, one mothballed, one takes in a guest."""
    return read_case(FIVE)


def outcome(**changes: Any) -> Outcome:
    """The case with its hand-made plan, as if a solver had found it and proved it within 0.4 %."""
    five = case()
    plan = Maker(five).plan()
    ledger = keep_books(five, plan)
    gap = 0.004 * ledger.gross
    worth = ledger.npv
    found = ((1, None, worth * 1.4), (5, worth * 0.8, worth * 1.2), (20, worth, worth * 1.1), (42, worth, worth + gap))
    values: dict[str, Any] = {
        "case": five,
        "status": "proved",
        "plan": plan,
        "ledger": ledger,
        "npv": worth,
        "bound": worth + gap,
        "gap_money": gap,
        "gap": 0.004,
        "wanted_gap": 0.01,
        "seconds": 42.0,
        "stopped_by": "proof",
        "progress": tuple(Point(*point) for point in found),
        "versions": {"brownfield": "0.1.0", "highspy": "1.15.1"},
        "size": {"columns": 1200, "rows": 900, "whole columns": 300},
    }
    return Outcome(**{**values, **changes})


class Maker:
    """Writes down the plan of the small case, table by table."""

    def __init__(self, five: Case) -> None:
        self.case = five
        self.cal = five.calendar
        self.names = self.cal.names
        self.demand = five.rows(Demand)
        self.people_rows = {row.plant: row for row in five.rows(People)}
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
        for plant in self.people_rows:
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
        for row in self.demand:
            key = (row.product, row.market)
            active = 0 if row.product == "Skyline" and t >= self.close else 1
            lost = row.cars * years * active - sold.get(key, 0.0)
            if lost > 1e-9:
                self.rows["lost"].append((*key, name, lost))

    def ship(self, product: str, plant: str, t: int, cars: float, sold: dict[tuple[str, str], float]) -> None:
        for row in self.demand:
            key = (product, row.market)
            if row.product == product and cars > 0:
                here = min(cars, row.cars * self.cal.years[t] - sold.get(key, 0.0))
                sold[key] = sold.get(key, 0.0) + here
                cars -= here
                if here > 0:
                    self.rows["ships"].append((product, plant, row.market, self.names[t], here))

    def guest(self, t: int) -> None:
        if t >= self.host:
            agreed = 80_000 * self.cal.years[t] * self.cal.ramp_share(self.host, 12)[t]
            self.rows["guests"].append(("foxconn hosting", "Oppama 1", self.names[t], agreed, agreed, agreed))
            self.rows["makes"].append(("Model B", "Oppama 1", self.names[t], agreed))

    def people(self) -> None:
        heads = {plant: row.headcount for plant, row in self.people_rows.items()}
        for t, name in enumerate(self.names):
            moving = 0.0
            for plant in (*[plant for plant in heads if plant != "Kyushu"], "Kyushu"):
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
        crews = {"one shift": 1, "two shifts": 2, "idle": 0}
        lines = [("Kyushu 1", 500), ("Kyushu 2", 400)] if plant == "Kyushu" else [(f"{plant} 1", 500)]
        return float(self.people_rows[plant].indirect + sum(crew * crews[self.shift(line, t)] for line, crew in lines))
