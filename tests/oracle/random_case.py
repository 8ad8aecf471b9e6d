"""Small random cases in which everything that docs/maths.md speaks of is switched on somewhere.

Each seed switches on a random part of the features, in ranges where decisions are in the balance, and is drawn again
(from the same stream, so always the same case for a seed) until its discrete choices are few enough to try them all.
"""

from __future__ import annotations

import datetime
from itertools import islice
from random import Random

from brownfield.case.case import Case, Settings

from .draw import Network, table
from .enumerate import choices
from .facts import Facts

LEAST, MOST = 4, 400
"""A case with fewer or more choices than this is drawn again."""


def random_case(seed: int) -> Case:
    """The case of a seed: always the same one."""
    rng = Random(seed)
    while True:
        case = Draw(rng, seed).case()
        facts = Facts(case)
        if len(facts.models) ** (facts.T * len(facts.lines)) > 20_000:
            continue
        if LEAST <= sum(1 for _ in islice(choices(facts), MOST + 1)) <= MOST:
            return case


class Draw(Network):
    """One draw: the network, and the deals, suppliers, money and policies around it."""

    def case(self) -> Case:
        self.plant_rows()
        self.shift_rows()
        self.line_rows()
        self.product_rows()
        self.market_rows()
        self.people_rows()
        self.offer_rows()
        self.supplier_rows()
        self.company_rows()
        self.policy_rows()
        for currency, value in (("JPY", 0.00625), ("USD", 0.9)):
            self.put("rates", currency=currency, period="", rate=value)
            if self.on["dated_rates"]:
                self.put("rates", currency=currency, period=self.rng.choice(self.names), rate=round(value * self.rng.uniform(0.8, 1.2), 5))
        settings = Settings(
            name=f"oracle {self.seed}", discount_rate=self.real(0.0, 0.12, 2), start=self.start, periods=tuple(self.periods),
            terminal_years=self.real(0.5, 4) if self.on["terminal"] else 0.0,
        )  # fmt: skip
        return Case(settings, {name: table(name, rows) for name, rows in self.rows.items()})

    def offer_rows(self) -> None:
        on, rng = self.on, self.rng
        if on["host"]:
            self.offer(
                "G-host", "host", fee=1, product="Guest", lines=rng.choice(["", ";".join(self.guest_lines)]), fixed_fee=self.real(0, 25),
                volume_min=rng.choice([0, self.real(0, 15_000, 0)]), volume_max=self.real(15_000, 40_000, 0), launch_share=self.real(0, 1),
                expected_take=self.real(0.5, 0.8), take_or_pay=self.real(0.7, 1) if on["take_or_pay"] else self.real(0, 0.4),
            )  # fmt: skip
            if rng.random() < 0.25:
                share = {"launch_share": self.real(0, 1)} if self.wide else {}
                self.offer("G-more", "host", fee=1, product="Guest", lines=self.guest_lines[0],
                           volume_max=self.real(5000, 20_000, 0), **share)
        if on["lease_plant"]:
            self.offer("G-lease", "lease", plant="Brenta", fixed_fee=self.real(10, 80))
            self.mothball()
        if on["lease_line"]:
            self.offer("G-line", "lease", lines=rng.choice(["B2", "B2;B1"]), fixed_fee=self.real(5, 60))
        if on["sale"]:
            self.offer("G-sale", "sale", plant=rng.choice(["Arno", "Brenta", "Brenta"]), price=self.real(5, 150))
        if on["grant"]:
            plant = rng.choice(["Arno", "Brenta"])
            heads = next((r["headcount"] for r in self.rows.get("people", []) if r["plant"] == plant), 0)
            least = round(float(str(heads)) * self.real(0.2, 1))
            once, yearly = self.real(0, 30), self.real(0, 60)
            self.offer("S-grant", "grant", company="State", plant=plant, price=once, fixed_fee=yearly, people_min=least)

    def mothball(self) -> None:
        """A plant that starts idle and may be leased says what mothballing costs, so that nothing hangs on a blank."""
        row = next(r for r in self.rows["plants"] if r["plant"] == "Brenta")
        if row["state"] == "idle" and row["mothball_cost"] is None:
            row["mothball_cost"] = 10

    def offer(self, name: str, kind: str, fee: int = 0, company: str = "Gast", **facts: object) -> None:
        on = self.on
        currency, unit = self.money()
        for column in ("fixed_fee", "price"):
            if column in facts:
                facts[column] = float(str(facts[column])) * unit
        leads = [float(str(r["launch_lead_months"])) for r in self.rows["routes"] if r["product"] == "Guest"]
        lead = max(leads) if kind == "host" else 0.0
        narrow = on["window"] or kind in ("host", "grant")
        earliest, latest = self.window(self.calendar.first_from(None, lead), narrow and self.rng.random() < 0.6, narrow)
        ends = kind != "sale"
        self.put(
            "offers", offer=name, kind=kind, company=company, currency=currency, fee_per_car=round(self.real(1200, 3800, 0) * unit) * fee,
            earliest_start=earliest, latest_start=latest, length_months=self.maybe("length", 5, 20) if ends else None,
            exit_fee=self.real(0, 20) * unit if on["exit_fee"] and ends else None,
            people_taken=self.maybe("people_taken", 0, 1500, 0) if kind in ("lease", "sale") else None, **facts,
        )  # fmt: skip

    def supplier_rows(self) -> None:
        if not self.on["suppliers"]:
            return
        rng = self.rng
        for name in ["Parts", "Steel"][: rng.choice([1, 1, 2])]:
            currency, unit = self.money()
            capital = self.real(0.03, 0.12, 3)
            now = self.real(20, 60, 0)
            self.put(
                "suppliers", supplier=name, plants=rng.choice(["", "Arno", "Arno;Brenta"]), share=self.real(0.1, 0.5, 2), days_now=now,
                legal_cap=rng.choice([None, 75, 120]), capital_rate=capital, financing_rate=rng.choice([None, 0.02, 0.04]),
                currency=currency, payables_now=self.real(0, 80) * unit,
            )  # fmt: skip
            for term in range(rng.choice([1, 1, 2])):
                begin, end = self.window(0, rng.random() < 0.5, rng.random() < 0.3)
                price = rng.choice([0, capital, self.real(0, 0.15, 3), capital / 2])
                self.put(
                    "term_offers", term=f"{name}-{term}", supplier=name, extra_days=self.real(10, 60, 0), price=price,
                    from_date=begin, until_date=end and self.later(end),
                    agreed=rng.choice(["agreed", "agreed", "agreed", "asked", "refused"]),
                )  # fmt: skip

    def later(self, day: str) -> str:
        return (datetime.date.fromisoformat(day) + datetime.timedelta(days=1)).isoformat()

    def company_rows(self) -> None:
        on = self.on
        currency, unit = self.money()
        limit = self.real(50, 400) if on["revolver"] else 0.0
        own: dict[str, object] = {"discount_rate": self.rng.choice([None, 0.09]), "overhead": (self.maybe("overhead", 0, 30) or 0) * unit}
        if on["cash"]:
            floor = self.real(0, 120) if on["floor"] else None
            own |= {
                "opening_cash": ((floor or 0) + self.real(0, 60)) * unit, "liquidity_floor": None if floor is None else floor * unit,
                "revolver_limit": limit * unit, "revolver_now": round(limit * self.rng.choice([0, 0.5])) * unit,
                "revolver_rate": self.real(0.01, 0.12, 3),
            }  # fmt: skip
        self.put("companies", company="Brio", role="owner", currency=currency, **own)
        self.put("companies", company="Gast", role="guest")
        self.put("companies", company="State", role="state")

    def policy_rows(self) -> None:
        for kind in ("hard", "priced"):
            if self.on[kind]:
                for number in range(self.rng.choice([1, 1, 2])):
                    self.policy(f"{kind}-{number}", kind)

    def policy(self, name: str, kind: str) -> None:
        """A requirement near what plans of this size come to; a hard one is often loose, so that some plan is left."""
        rng = self.rng
        guest = ["company:Gast"] if self.on["host"] else []
        measures: dict[str, tuple[float, float, float, list[str]]] = {
            "closures": (0, 2, 40, ["", "country:GB", "region:south;plant:Brenta"]),
            "open_plants": (0, 3, 40, ["", "country:GB;country:JP"]),
            "redundancies": (0, 1500, 0.02, ["", "plant:Arno"]),
            "capacity": (40_000, 250_000, 0.0005, ["", "country:JP", "plant:Brenta"]),
            "makes": (20_000, 150_000, 0.001, ["", "product:Kite", "family:bird;plant:Arno", *guest]),
            "lost_cars": (0, 90_000, 0.001, ["", "market:East", "product:Lark;market:West"]),
            "co2": (20_000, 200_000, 0.0004, ["", "plant:Arno"]),
        }
        if self.on["people"]:
            measures["headcount"] = (500, 3500, 0.03, ["", "country:JP", "plant:Brenta"])
        if self.rows.get("offers"):
            measures["accepted"] = (0, 1, 20, ["", f"offer:{self.rows['offers'][0]['offer']}"])
        if self.on["cash"]:
            measures["liquidity"] = (0, 300, 0.1, [""])
        measure = "liquidity" if self.on["cash"] and rng.random() < 0.2 else rng.choice(sorted(measures))
        low, high, price, scopes = measures[measure]
        whole = measure in ("closures", "open_plants", "accepted")
        value = float(rng.randint(int(low), int(high))) if whole else self.real(low, high, 0)
        sense = rng.choice(["<=", ">="] + (["="] if whole or kind == "priced" else []))
        if measure == "liquidity":
            sense = ">="
        currency, unit = self.money()
        self.put(
            "policies", policy=name, measure=measure, scope=rng.choice(scopes), sense=sense, value=value, kind=kind, currency=currency,
            period=rng.choice(["", "", *self.names]), price=price * rng.uniform(0.2, 1.5) * unit if kind == "priced" else 0,
        )  # fmt: skip
