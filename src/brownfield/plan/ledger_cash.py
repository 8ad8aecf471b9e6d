"""Suppliers and cash: what is owed, what waiting costs, overhead, interest, and the cash of each period."""

from __future__ import annotations

import numpy as np
import polars as pl

from brownfield.case.calendar import Floats
from brownfield.case.tables import Company
from brownfield.plan.journal import Journal
from brownfield.plan.reading import Reading

NO_CASH = ("payables settled", "terminal value", "policy price")
"""Items that are worth something but move no cash within the plan."""

CASH = {"period": pl.String, "flow": pl.Float64, "revolver": pl.Float64, "cash": pl.Float64, "floor": pl.Float64}


def post_suppliers(reading: Reading, journal: Journal) -> None:
    """Money kept longer by paying later, the interest suppliers get for waiting, and the settlement at the end.

    owed_t = P/Δ_t · days/365; payables = owed_t − owed_{t−1}; waiting = −price · P/Δ_t · extra/365 · Δ_t.
    """
    years = reading.calendar.years
    for name, row in reading.suppliers.items():
        bought = reading.purchases[name]
        extra, waiting = np.zeros(reading.horizon), np.zeros(reading.horizon)
        for supplier, term, t in reading.terms:
            if supplier == name:
                offer = reading.term_offers[term]
                extra[t] += offer.extra_days
                waiting[t] += offer.price * bought[t] * offer.extra_days / 365
        owed = bought / years * (row.days_now + extra) / 365
        before = np.concatenate(([row.payables_now * reading.case.rate(row.currency)[0]], owed[:-1]))
        for t in range(reading.horizon):
            journal.post("payables", t, float(owed[t] - before[t]), supplier=name)
            journal.post("waiting", t, -float(waiting[t]), supplier=name)
        journal.post("payables settled", reading.horizon - 1, -float(owed[-1]), supplier=name)


def owner_row(reading: Reading) -> Company | None:
    """The owner's row of the companies, if there is one."""
    return next((row for row in reading.case.rows(Company) if row.role == "owner"), None)


def post_owner(reading: Reading, journal: Journal) -> None:
    """Overhead of the owner, and interest on what is drawn from the credit line: −rate · revolver · Δ."""
    owner = owner_row(reading)
    if owner is None:
        return
    rate = reading.case.rate(owner.currency)
    for t in range(reading.horizon):
        years = float(reading.calendar.years[t])
        journal.post("overhead", t, -owner.overhead * years * rate[t])
        journal.post("interest", t, -owner.revolver_rate * float(reading.revolver[t]) * years)


def cash_table(reading: Reading, postings: pl.DataFrame) -> pl.DataFrame:
    """Cash at the end of each period, when the case says what there is at the start.

    cash_t = cash_{t−1} + flow_t + revolver_t − revolver_{t−1}; flow is every posting but those that move no cash.
    """
    owner = owner_row(reading)
    if owner is None or owner.opening_cash is None:
        return pl.DataFrame(schema=CASH)
    rate = float(reading.case.rate(owner.currency)[0])
    flow = flows(reading, postings)
    drawn = np.diff(reading.revolver, prepend=owner.revolver_now * rate)
    cash = owner.opening_cash * rate + np.cumsum(flow + drawn)
    floor = None if owner.liquidity_floor is None else owner.liquidity_floor * rate
    rows = {"period": reading.calendar.names, "flow": flow, "revolver": reading.revolver, "cash": cash}
    return pl.DataFrame(rows).with_columns(pl.lit(floor, dtype=pl.Float64).alias("floor"))


def flows(reading: Reading, postings: pl.DataFrame) -> Floats:
    """Cash flow of each period, shape (T,)."""
    sums = postings.filter(~pl.col("item").is_in(list(NO_CASH))).group_by("t", maintain_order=True).agg(pl.col("amount").sum())
    flow = np.zeros(reading.horizon)
    flow[sums["t"].to_numpy()] = sums["amount"].to_numpy()
    return flow
