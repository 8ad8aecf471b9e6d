"""What a random case may speak of, and the tables of its network: plants, lines, products, routes, markets, people."""

from __future__ import annotations

import datetime
from random import Random

import polars as pl

from brownfield.case.calendar import Calendar
from brownfield.case.parse import RawTable, parse

CHANCES = {
    "close_a": 0.5, "close_b": 0.6, "must_close": 0.12, "notice": 0.3, "earliest_close": 0.2, "site_value": 0.5,
    "mothball": 0.2, "starts_idle": 0.18, "may_open": 0.2, "earliest_open": 0.5, "fourth": 0.2, "stays_closed": 0.1, "others": 0.1,
    "two_shifts": 0.4, "three_shifts": 0.12, "premium": 0.6, "change_cost": 0.6, "shift_now": 0.6, "longest_run": 0.25,
    "second_line": 0.25, "max_products": 0.2, "body": 0.16, "paint": 0.12, "possible": 0.35, "lead": 0.5, "ramp": 0.6,
    "load": 0.5, "max_rate": 0.3, "sop": 0.25, "eop": 0.25, "currencies": 0.6, "dated_rates": 0.7, "lanes": 0.6,
    "tariffs": 0.5, "diversions": 0.35, "penalties": 0.4, "dated_demand": 0.4, "people": 0.8, "attrition": 0.7, "voluntary": 0.45,
    "voluntary_total": 0.5, "redundancy_cap": 0.35, "hire_cap": 0.35, "transfers": 0.35, "transfer_cap": 0.5,
    "host": 0.42, "lease_plant": 0.16, "lease_line": 0.14, "sale": 0.2, "grant": 0.28, "exit_fee": 0.4, "take_or_pay": 0.5,
    "window": 0.7, "length": 0.5, "possible_guest": 0.4, "people_taken": 0.5, "suppliers": 0.35, "cash": 0.4, "revolver": 0.7,
    "floor": 0.8, "hard": 0.35, "priced": 0.4, "terminal": 0.45, "overhead": 0.5, "line_cost": 0.5, "excluded": 0.3,
}  # fmt: skip

TOGETHER = [
    "two_shifts change_cost", "two_shifts longest_run", "two_shifts three_shifts", "two_shifts premium people", "two_shifts shift_now",
    "must_close notice", "mothball close_b", "starts_idle mothball", "starts_idle", "may_open", "lease_plant people mothball",
    "lease_line people", "lease_plant exit_fee", "sale people people_taken", "sale lease_plant", "host body two_shifts", "host paint",
    "host possible_guest ramp", "host exit_fee", "host take_or_pay two_shifts", "host max_products", "max_products possible",
    "possible lead ramp", "possible two_shifts", "grant people exit_fee", "grant people close_a close_b",
    "people transfers transfer_cap close_b", "people voluntary voluntary_total close_a",
    "people redundancy_cap close_b", "people hire_cap two_shifts", "cash floor revolver", "cash floor suppliers", "suppliers two_shifts",
    "cash priced", "cash hard", "hard priced", "body paint", "diversions penalties", "stays_closed", "others host", "fourth",
]  # fmt: skip
"""Features that one seed in so many switches on together, whatever else it draws."""

WIDE = 240
"""Seeds from here on also draw launches on body and paint lines, guests that ramp up to a top rate, and guests' second launches."""

CALENDARS = [
    ["2 quarters", "1 year"], ["1 half", "2 years"], ["1 quarter", "1 half", "1 year"], ["1 year", "1 half"], ["1 year", "2 halves"],
    ["1 half", "1 year"], ["2 years", "1 quarter"],
]  # fmt: skip


def table(name: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    """A table through the same reading as a file: every cell as text, no problem allowed."""
    header = tuple(dict.fromkeys(column for row in rows for column in row))
    cells = tuple(["" if row.get(column) is None else str(row[column]) for row in rows] for column in header)
    parsed = parse(name, RawTable(name, header, cells, range(2, len(rows) + 2)))
    if parsed.problems:
        raise ValueError("\n".join(map(str, parsed.problems)))
    return parsed.frame


class Network:
    """One draw: two plants with lines (Arno, Brenta) and perhaps a third and a fourth, two cars of the owner, one guest."""

    def __init__(self, rng: Random, seed: int) -> None:
        self.rng, self.seed, self.wide = rng, seed, seed >= WIDE
        self.on = {name: rng.random() < chance for name, chance in CHANCES.items()}
        self.on |= dict.fromkeys(TOGETHER[seed % len(TOGETHER)].split(), True)
        self.periods = rng.choice(CALENDARS)
        self.start = rng.choice([datetime.date(2026, 1, 1), datetime.date(2027, 1, 1)])
        self.rows: dict[str, list[dict[str, object]]] = {}
        self.calendar = Calendar.of(self.start, self.periods)
        self.names = self.period_names()
        self.plants = {"Arno": "JP", "Brenta": "GB"}
        self.lines = {"A1": "Arno", "B1": "Brenta"}
        self.staffed = 20.0

    # --- small helpers

    def put(self, name: str, **row: object) -> None:
        self.rows.setdefault(name, []).append(row)

    def real(self, low: float, high: float, digits: int = 1) -> float:
        return round(self.rng.uniform(low, high), digits)

    def maybe(self, feature: str, low: float, high: float, digits: int = 1) -> float | None:
        return self.real(low, high, digits) if self.on[feature] else None

    def day(self, first: int, last: int) -> str:
        """A day some months after the start, not always the first of a month."""
        month = self.start.year * 12 + self.start.month - 1 + self.rng.randint(first, last)
        return datetime.date(month // 12, month % 12 + 1, self.rng.choice([1, 1, 15])).isoformat()

    def period_names(self) -> list[str]:
        """What a period cell can say here: the later periods, and calendar years that hold a whole one."""
        calendar = self.calendar
        years = [str(self.start.year + n) for n in range(4)]
        return [*calendar.names[1:], *(y for y in years if calendar.matching(y)[0] and y not in calendar.names)]

    def window(self, first: int, begins: bool, ends: bool) -> tuple[str | None, str | None]:
        """Two days between which a period starts, no earlier than period `first`; each can be blank."""
        last = len(self.calendar) - 1
        a = self.rng.randint(min(first, last), last)
        b = self.rng.randint(a, last)
        days = (self.calendar.periods[a].start, self.calendar.periods[b].start)
        before = max(self.start, days[0] - datetime.timedelta(days=self.rng.choice([0, 0, 20])))
        after = days[1] + datetime.timedelta(days=self.rng.choice([0, 0, 17]))
        return (before.isoformat() if begins else None), (after.isoformat() if ends else None)

    def money(self) -> tuple[str | None, float]:
        """A currency and how many of it make a euro (roughly)."""
        if not self.on["currencies"]:
            return None, 1.0
        return self.rng.choice([(None, 1.0), ("JPY", 160.0), ("USD", 1.1)])

    def plant_rows(self) -> None:
        on = self.on
        for name, flag in (("Arno", "close_a"), ("Brenta", "close_b")):
            currency, unit = self.money()
            may = "may_close" if on[flag] else "keep"
            self.put(
                "plants", plant=name, country=self.plants[name], region="north" if name == "Arno" else "south",
                decision="must_close" if on["must_close"] and name == "Brenta" else may, currency=currency,
                state="idle" if on["starts_idle"] and name == "Brenta" else "running",
                fixed_cost=self.real(20, 160) * unit, closure_cost=self.real(0, 120) * unit, co2_fixed=self.real(0, 9000, 0),
                site_value=(self.maybe("site_value", -30, 90) or 0) * unit, idling_cost=self.real(0, 15) * unit,
                reopening_cost=self.real(0, 25) * unit, notice_months=self.maybe("notice", 2, 8),
                mothball_cost=self.real(1, 30) * unit if on["mothball"] and name == "Brenta" else None,
                earliest_close=self.day(2, 12) if on["earliest_close"] else None,
            )  # fmt: skip
        if on["may_open"]:
            self.third("Chiana", state="potential", decision="may_open", opening_cost=self.real(0, 120),
                       earliest_open=self.window(0, True, False)[0] if on["earliest_open"] else None)  # fmt: skip
        if on["fourth"]:
            self.third("Dora", state="running", decision=self.rng.choice(["keep", "may_close"]), closure_cost=self.real(0, 30))
        if on["stays_closed"]:
            self.third("Esino", state=self.rng.choice(["closed", "potential"]), decision="keep")
        if on["others"]:
            self.third("Foglia", company="Gast", state="running", decision="must_close")
        if on["excluded"]:
            self.put("plants", plant="Gesso", country="JP", decision="must_close", state="running", status="exclude")

    def third(self, name: str, **facts: object) -> None:
        self.plants[name] = "MX"
        currency, unit = self.money()
        given = {key: value * unit if isinstance(value, float) else value for key, value in facts.items()}
        self.put("plants", plant=name, country="MX", region="south", currency=currency, fixed_cost=self.real(3, 60) * unit, **given)
        self.lines[name[0] + "1"] = name

    def shift_rows(self) -> None:
        on = self.on
        currency, unit = self.money()
        names = ["one", "two", "idle"][: 1 + on["two_shifts"] + on["three_shifts"]]
        if on["two_shifts"] and self.rng.random() < 0.25:
            names[1] = "idle"
        self.models = list(dict.fromkeys(names))
        for name in self.models:
            hours, crews = {"one": (40, 1), "two": (76, 2), "idle": (0, 0)}[name]
            long_run = on["longest_run"] and name == "two" and len(self.models) > 1
            self.put(
                "shift_models", shift_model=name, hours_per_week=hours, weeks_per_year=self.rng.choice([46, 48]), crews=crews,
                pay_premium=self.real(0.02, 0.2, 2) if on["premium"] and crews else 0, currency=currency,
                change_cost=self.real(0, 25) * unit if on["change_cost"] else 0,
                longest_run_months=self.rng.choice([6, 12, 18]) if long_run else None,
            )  # fmt: skip

    def line_rows(self) -> None:
        on = self.on
        kinds = {}
        if on["second_line"] or on["lease_line"]:
            self.lines["B2"] = "Brenta"
        for kind, name in (("body", "AB"), ("paint", "AP")):
            if on[kind]:
                self.lines[name], kinds[name] = "Arno", kind
        self.crews = {}
        for name, plant in self.lines.items():
            currency, unit = self.money()
            self.crews[name] = self.real(200, 1500, 0) if on["people"] else 0.0
            self.put(
                "lines", line=name, plant=plant, kind=kinds.get(name, "assembly"), jph=self.real(20, 60), crew=self.crews[name],
                availability=self.real(0.8, 1, 2), currency=currency, fixed_cost=(self.maybe("line_cost", 0, 25) or 0) * unit,
                shift_now=self.rng.choice(self.models) if on["shift_now"] and self.runs_at_start(plant) else None,
                max_products=1 if on["max_products"] and name in ("A1", "B1") else None,
            )  # fmt: skip
        self.kinds = kinds

    def runs_at_start(self, plant: str) -> bool:
        return any(row["plant"] == plant and row["state"] == "running" for row in self.rows["plants"])

    def product_rows(self) -> None:
        on = self.on
        self.cars = ["Kite", "Lark", *(["Guest"] if on["host"] else [])]
        for name in self.cars:
            currency, unit = self.money()
            self.put(
                "products", product=name, company="Gast" if name == "Guest" else None, currency=currency,
                family="bird" if name == "Lark" else "toy", material_cost=round(self.real(9000, 13000, 0) * unit),
                sop=self.day(3, 14) if on["sop"] and name == "Lark" else None,
                eop=self.day(8, 20) if on["eop"] and name == "Kite" else None,
            )  # fmt: skip
        third = [n for n in self.lines if n not in ("A1", "B1", "B2", "F1", *self.kinds)]
        self.route("Kite", "A1")
        self.route("Lark", "B1")
        if on["possible"]:
            car, line = self.rng.choice([("Kite", "B1"), ("Lark", "A1")])
            self.route(car, line, possible=True)
        elif self.rng.random() < 0.6 or on["max_products"]:
            self.route("Lark", "A1")
        if "B2" in self.lines:
            self.route(self.rng.choice(["Kite", "Lark"]), "B2")
        for line in third:
            self.route(self.rng.choice(["Kite", "Lark"]), line, possible=on["possible"] and self.rng.random() < 0.4)
        self.guest_lines = self.rng.sample([n for n in ("A1", "B1", "B2") if n in self.lines], self.rng.choice([1, 1, 2]))
        for line in [*self.guest_lines, *(["F1"] if "F1" in self.lines else [])]:
            if on["host"]:
                self.route("Guest", line, possible=on["possible_guest"])
        for line in self.kinds:
            for car in self.cars:
                here = any(row["product"] == car and row["line"] == "A1" for row in self.rows["routes"])
                if here and (car == "Kite" or self.rng.random() < 0.7):
                    hard = self.wide and car != "Guest" and self.on["possible"] and self.rng.random() < 0.4
                    self.route(car, line, possible=hard)

    def route(self, car: str, line: str, possible: bool = False) -> None:
        currency, unit = self.money()
        ramp = self.maybe("ramp", 2, 14) if possible or (car == "Guest" and self.rng.random() < 0.5) else None
        plain = car == "Guest" and ramp and not self.wide
        self.put(
            "routes", product=car, line=line, state="possible" if possible else "tooled", currency=currency,
            launch_cost=self.real(0, 60) * unit if possible else 0, ramp_months=ramp or 0,
            launch_lead_months=self.lead(car) if possible else 0, load=self.maybe("load", 0.7, 1.4, 2) or 1,
            variable_cost=round(self.real(300, 1500, 0) * unit), co2=self.real(0, 2, 2),
            max_rate=None if plain else self.maybe("max_rate", 20_000, 90_000, 0),
        )  # fmt: skip

    def lead(self, car: str) -> float:
        """A lead after which the car is still built in some period."""
        months = self.maybe("lead", 2, 9) or 0.0
        row = next(r for r in self.rows["products"] if r["product"] == car)
        eop = datetime.date.fromisoformat(str(row["eop"])) if row["eop"] else None
        share = self.calendar.active_share(None, eop)
        return months if any(share[t] > 0 and start >= months for t, start in enumerate(self.calendar.starts)) else 0.0

    def market_rows(self) -> None:
        on = self.on
        for market, country in (("East", "JP"), ("West", "GB")):
            currency, unit = self.money()
            self.put("markets", market=market, country=country, currency=currency)
            for car in ("Kite", "Lark"):
                if market == "West" and self.rng.random() < 0.2:
                    continue
                dated = on["dated_demand"] and self.rng.random() < 0.5
                for period in dict.fromkeys(["", self.rng.choice(self.built_in(car)) if dated else ""]):
                    self.put(
                        "demand", product=car, market=market, period=period, cars=self.real(15_000, 70_000, 0),
                        net_price=round(self.real(13_500, 19_000, 0) * unit),
                        penalty=round((self.maybe("penalties", 0, 1500, 0) or 0) * unit),
                    )  # fmt: skip
            for plant in self.plants:
                home = market == {"JP": "East", "GB": "West", "MX": "West"}[self.plants[plant]]
                if on["lanes"] and (home or self.rng.random() < 0.7):
                    currency, unit = self.money()
                    freight = round(self.real(0, 900, 0) * unit)
                    self.put("lanes", plant=plant, market=market, currency=currency, freight=freight, co2=self.real(0, 1, 2))
        for origin, destination in (("JP", "GB"), ("GB", "JP"), ("MX", "GB")):
            if on["tariffs"] and self.rng.random() < 0.8:
                self.put("tariffs", origin=origin, destination=destination, duty=self.real(0.02, 0.15, 2))
        if on["diversions"]:
            self.put("diversions", product="Lark", to_product="Kite", share=self.real(0.2, 0.9, 2))
            if self.rng.random() < 0.4:
                self.put("diversions", product="Kite", to_product="Lark", share=self.real(0.2, 0.9, 2))

    def built_in(self, car: str) -> list[str]:
        """What a period cell can say while the car is in production."""
        row = next(r for r in self.rows["products"] if r["product"] == car)
        sop, eop = (datetime.date.fromisoformat(str(row[c])) if row[c] else None for c in ("sop", "eop"))
        share = self.calendar.active_share(sop, eop)
        return [name for name in self.names if any(share[t] > 0 for t in self.calendar.matching(name)[0])] or [""]

    def people_rows(self) -> None:
        on = self.on
        if not on["people"]:
            return
        most = max({"one": 1, "two": 2, "idle": 0}[n] for n in self.models)
        for plant in (row["plant"] for row in self.rows["plants"] if not row.get("status")):
            currency, unit = self.money()
            indirect = self.real(50, 500, 0)
            crews = sum(c for n, c in self.crews.items() if self.lines[n] == plant)
            away = [n for n in ("Arno", "Brenta") if n != plant]
            there = next(r for r in self.rows["plants"] if r["plant"] == plant)["state"] in ("running", "idle")
            tight = on["hire_cap"] and self.rng.random() < 0.8
            heads = (indirect + most * crews) * self.real(0.8, 1.1, 2)
            if tight:
                heads = max(heads, indirect + crews)
            self.put(
                "people", plant=plant, currency=currency, headcount=round(heads) if there else 0,
                indirect=indirect, mothballed_heads=self.real(0, 40, 0), cost_per_head=round(self.real(20_000, 60_000, 0) * unit),
                attrition=self.maybe("attrition", 0.02, 0.3, 2) or 0, voluntary_cap=self.maybe("voluntary", 100, 900, 0) or 0,
                voluntary_total=self.maybe("voluntary_total", 100, 600, 0) if on["voluntary"] else None,
                voluntary_pay=round(self.real(20_000, 70_000, 0) * unit),
                redundancy_cap=self.real(300, 3000, 0) if on["redundancy_cap"] else None,
                redundancy_cost=round(self.real(20_000, 110_000, 0) * unit), hire_cap=self.real(100, 2500, 0) if tight else None,
                hire_cost=round(self.real(1000, 20_000, 0) * unit), transfer_to=";".join(away) if on["transfers"] else "",
                transfer_cap=self.maybe("transfer_cap", 100, 1000, 0), transfer_cost=round(self.real(1000, 40_000, 0) * unit),
            )  # fmt: skip
