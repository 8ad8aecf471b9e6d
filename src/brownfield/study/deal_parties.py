"""Who gains and who loses by a deal: owner, guest, workforce, regions, suppliers, states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from brownfield.case.case import Case
from brownfield.case.tables import Company, People, Plant
from brownfield.plan.ledger import Ledger
from brownfield.study.deal_cases import rate_of
from brownfield.study.deal_terms import books_at

if TYPE_CHECKING:
    from brownfield.study.deal import Deal

MONEY = "million"
TRANSFERS = ("guest fees", "guest fixed fees", "rent", "signing payment", "sale price", "exit fee", "grant")
"""Items that one party pays another: they make nobody richer taken together."""

DUST = 1e-9
"""Differences of sums below this part of them are rounding."""


@dataclass(frozen=True)
class Gain:
    """What a party has with the deal, less what it has without: `measure` says of what, `unit` in what.

    An NPV is a gain; pay, purchases and people are what moves, which others may value.
    """

    party: str
    role: str
    measure: str
    unit: str
    without: float
    with_it: float

    @property
    def change(self) -> float:
        """With the deal less without it; nothing where the two differ by rounding."""
        change = self.with_it - self.without
        return change if abs(change) > DUST * max(abs(self.with_it), abs(self.without)) else 0.0


def gains(deal: Deal) -> tuple[Gain, ...]:
    """Everybody's change by the deal, struck at its price."""
    price = float(deal.price or 0.0)
    one, case = deal.at(price), deal.case
    if deal.alone.ledger is None or one.outcome.plan is None or one.outcome.ledger is None:
        return ()
    before, after = deal.alone.ledger, books_at(one.outcome.case, one.outcome.plan, deal.offer, price)
    found = [Gain(case.owner, "owner", "NPV", MONEY, before.npv, after.npv)]
    if one.guest is not None and deal.guest_alone is not None:
        found.append(Gain(deal.offer.company, "guest", "NPV", MONEY, deal.guest_alone, deal.guest_alone + one.guest_gain(price)))
    found += _states(case, before, after)
    found += _workforce(case, before, after)
    found += _regions(case, before, after)
    found.append(Gain("suppliers", "suppliers", "material bought", MONEY, -_worth(before, ("material",)), -_worth(after, ("material",))))
    waiting = Gain("suppliers", "suppliers", "paid for waiting", MONEY, -_worth(before, ("waiting",)), -_worth(after, ("waiting",)))
    return (*found, *([waiting] if waiting.without or waiting.with_it else []))


def _worth(ledger: Ledger, items: tuple[str, ...]) -> float:
    """Discounted sum of some items."""
    return float(ledger.postings.filter(pl.col("item").is_in(list(items)))["discounted"].sum())


def _states(case: Case, before: Ledger, after: Ledger) -> list[Gain]:
    """What each state pays in grants, at its own discount rate."""
    found = []
    for row in case.rows(Company):
        if row.role == "state":
            paid = [_paid_by(case, ledger, row.company) for ledger in (before, after)]
            found.append(Gain(row.company, "state", "grants paid", MONEY, *paid))
    return found


def _paid_by(case: Case, ledger: Ledger, company: str) -> float:
    """The NPV of a company's payments to the owner, for the company: negative when it pays."""
    theirs = case.active("offers").filter(pl.col("company") == company)["offer"].to_list()
    rows = ledger.postings.filter(pl.col("offer").is_in(theirs) & pl.col("item").is_in(list(TRANSFERS)))
    factor = case.calendar.discount(rate_of(case, company))
    at = np.array([case.calendar.index[name] for name in rows["period"]], dtype=np.int64)
    return -float(rows["amount"].to_numpy() @ factor[at]) if len(at) else 0.0


def _workforce(case: Case, before: Ledger, after: Ledger) -> list[Gain]:
    """Years of work, pay and compulsory redundancies."""
    found = [Gain("workforce", "workforce", "years of work", "people-years", _years(case, before), _years(case, after))]
    ends = [_heads(case, ledger, case.calendar.names[-1]) for ledger in (before, after)]
    found.append(Gain("workforce", "workforce", "people at the end of the plan", "people", *ends))
    pay = ("pay", "shift premium")
    found.append(Gain("workforce", "workforce", "pay", MONEY, -_worth(before, pay), -_worth(after, pay)))
    return found


def _heads(case: Case, ledger: Ledger, period: str) -> float:
    return float(ledger.headcount.filter(period=period)["headcount"].sum())


def _years(case: Case, ledger: Ledger, plants: tuple[str, ...] | None = None, weights: dict[str, float] | None = None) -> float:
    """People times years, in all plants or some, each person counted as so many."""
    years, index = case.calendar.years, case.calendar.index
    total = 0.0
    for row in ledger.headcount.iter_rows(named=True):
        if plants is None or row["plant"] in plants:
            each = 1.0 if weights is None else weights.get(row["plant"], 0.0)
            total += float(row["headcount"]) * float(years[index[row["period"]]]) * each
    return total


def _regions(case: Case, before: Ledger, after: Ledger) -> list[Gain]:
    """Years of work in each region where the deal changes any, with those at local suppliers."""
    places: dict[str, list[str]] = {}
    for plant in case.rows(Plant):
        places.setdefault(plant.region or plant.country, []).append(plant.plant)
    local = {row.plant: 1.0 + row.supplier_jobs for row in case.rows(People)}
    measure = "years of work, local suppliers' too" if any(value > 1 for value in local.values()) else "years of work"
    found = []
    for region, plants in sorted(places.items()):
        gain = Gain(region, "region", measure, "people-years", *(_years(case, ledger, tuple(plants), local) for ledger in (before, after)))
        if abs(gain.change) > 0.5:
            found.append(gain)
    return found
