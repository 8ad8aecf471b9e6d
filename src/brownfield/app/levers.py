"""The main levers of a case: demand, fees, the cost of closing, and what is on the table at all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from brownfield.case.case import Case


@dataclass(frozen=True)
class Lever:
    """One thing that can be moved: its words, the cells it moves and how, between which values, and where it stands in the case."""

    words: str
    table: str
    row: str
    column: str
    action: str
    low: float
    high: float
    step: float
    now: float
    unit: str

    @property
    def place(self) -> dict[str, str]:
        """What it moves, as an edit names it."""
        return {"table": self.table, "row": self.row, "column": self.column, "action": self.action}


@dataclass(frozen=True)
class Switch:
    """A row that counts or does not: an offer, a policy."""

    words: str
    table: str
    row: str
    on: bool


def levers_of(case: Case) -> list[Lever]:
    """What can be moved continuously."""
    found = [Lever("Demand, all products and markets", "demand", "*", "cars", "multiply", 0.5, 1.5, 0.01, 1.0, "×")]
    if case.active("plants")["closure_cost"].drop_nulls().len() == case.active("plants").height:
        found.append(Lever("Cost of closing a plant", "plants", "*", "closure_cost", "multiply", 0.0, 3.0, 0.05, 1.0, "×"))
    for row in case.table("offers").filter(case.table("offers")["kind"] == "host").iter_rows(named=True):
        fee = float(row["fee_per_car"] or 0.0)
        high = _round(max(2.5 * fee, 100.0))
        unit = f"{row['currency'] or case.settings.base_currency} a car"
        found.append(Lever(f"Fee: {row['offer']}", "offers", row["offer"], "fee_per_car", "set", 0.0, high, high / 200, fee, unit))
    return found


def switches_of(case: Case) -> list[Switch]:
    """What is on the table, or is not."""
    return [
        Switch(f"{kind}: {row[key]}", table, row[key], row["status"] == "include")
        for table, key, kind in (("offers", "offer", "Offer"), ("policies", "policy", "Policy"))
        for row in case.table(table).iter_rows(named=True)
    ]


def _round(value: float) -> float:
    """The next round number: 1, 2 or 5 with zeros."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= value)
