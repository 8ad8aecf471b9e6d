"""The books of a plan: every posting, what the plan is worth, its cash and its people; from case and plan alone.

This is the second reading (N3): it shares no code with the model, and the worth it finds must be the worth
the solver claimed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from brownfield.case.case import Case
from brownfield.case.tables import Policy
from brownfield.errors import LedgerError
from brownfield.plan.journal import KEYS, Journal
from brownfield.plan.ledger_cash import cash_table, post_owner, post_suppliers
from brownfield.plan.ledger_offers import post_offers
from brownfield.plan.ledger_people import headcount_table, post_people, post_premiums
from brownfield.plan.ledger_sales import post_cars
from brownfield.plan.ledger_sites import post_launches, post_lines, post_sites
from brownfield.plan.measures import held, measured, missed
from brownfield.plan.plan import Plan
from brownfield.plan.reading import Reading

RUNNING = (
    "sales", "freight", "duty", "material", "variable cost", "lost-sale penalty", "site fixed cost", "mothball upkeep",
    "line fixed cost", "pay", "shift premium", "overhead",
)  # fmt: skip
"""Items that go on after the plan: what the terminal value is made of."""

CONTRIBUTION = (
    "sales", "freight", "duty", "material", "variable cost", "lost-sale penalty", "guest fees", "guest fixed fees",
    "guest variable cost", "rent", "grant",
)  # fmt: skip
"""Items of the gross value: what cars and fees contribute before fixed and one-off costs."""

ITEMS = (
    *RUNNING, "guest fees", "guest fixed fees", "rent", "grant", "sale price", "signing payment", "exit fee", "guest variable cost",
    "closure", "site value", "opening", "idling", "reopening", "shift change", "launch", "guest launch", "hiring", "voluntary leave",
    "redundancy", "transfer", "waiting", "payables", "payables settled", "interest", "policy price", "terminal value",
)  # fmt: skip
"""Every item a posting can have, in the order in which books are shown."""


@dataclass(frozen=True)
class Ledger:
    """What a plan is worth, posting by posting.

    postings: item, plant, line, product, market, offer, supplier, policy, period, amount, discounted; amounts in millions of
    base currency, + in, − out; `discounted` is what the posting adds to the NPV. npv: their sum. gross: what cars and fees
    contribute. cash: period, flow, revolver, cash, floor (no rows when cash is not followed). headcount: plant, period,
    needed, headcount.
    """

    postings: pl.DataFrame
    npv: float
    gross: float
    cash: pl.DataFrame
    headcount: pl.DataFrame

    def by_item(self) -> pl.DataFrame:
        """Sums for each item, in the order in which books are shown: item, amount, discounted."""
        order = pl.DataFrame({"item": ITEMS}).with_row_index("order")
        return self._sums("item").join(order, on="item", how="left").sort("order", "item").drop("order")

    def by_period(self) -> pl.DataFrame:
        """Sums for each period, in order of time: period, amount, discounted."""
        return self._sums("period")

    def by_plant(self) -> pl.DataFrame:
        """Sums for each plant, what belongs to none last: plant, amount, discounted."""
        return self._sums("plant").sort("plant", nulls_last=True)

    def _sums(self, key: str) -> pl.DataFrame:
        return self.postings.group_by(key, maintain_order=True).agg(pl.col("amount").sum(), pl.col("discounted").sum())

    def __repr__(self) -> str:
        return f"Ledger(npv {self.npv:,.3f} million, gross {self.gross:,.3f} million, {self.postings.height:,} postings)"

    def _repr_html_(self) -> str:
        return f"<p>NPV {self.npv:,.1f} million</p>{self.by_item()._repr_html_()}"


def keep_books(case: Case, plan: Plan) -> Ledger:
    """Work out what a plan is worth, from the case and the plan alone.

    NPV = Σ_t d_t · (all money in t) + terminal value. LedgerError when the plan names what the case does not know, says
    something twice, leaves a plant without a state, or builds or sells what has no price. Whether the plan is allowed is
    not asked here: see `rules.broken`.
    """
    return keep(Reading(case, plan))


def keep(reading: Reading) -> Ledger:
    """The books of a plan that has been read already."""
    _readable(reading)
    postings = _postings(reading)
    cash = cash_table(reading, postings)
    journal = Journal()
    _post_policies(reading, journal, cash)
    _post_terminal(reading, journal, postings)
    postings = pl.concat([postings, journal.table()])
    if not postings["amount"].is_finite().all():
        raise LedgerError("the plan cannot be booked: an amount is not a finite number; is an exchange rate missing?")
    postings = _discounted(reading, postings)
    gross = postings.filter(pl.col("item").is_in(list(CONTRIBUTION)))["discounted"].sum()
    return Ledger(postings, float(postings["discounted"].sum()), float(gross), cash, headcount_table(reading))


def _readable(reading: Reading) -> None:
    """Refuse a plan that cannot be read in full: what is left out would silently count as nothing."""
    faults = [sentence for _, sentence, _ in reading.form.faults]
    for plant, states in reading.state.items():
        faults += [f"{plant} has no state in {reading.name(t)}" for t, state in enumerate(states) if not state]
    if faults:
        more = f" (and {len(faults) - 5} more)" if len(faults) > 5 else ""
        raise LedgerError("the plan cannot be booked: " + "; ".join(faults[:5]) + more)


def _postings(reading: Reading) -> pl.DataFrame:
    """Everything but policy prices and terminal value: item, keys, t, amount."""
    journal = Journal()
    post_sites(reading, journal)
    post_lines(reading, journal)
    post_launches(reading, journal)
    post_people(reading, journal)
    post_premiums(reading, journal)
    post_offers(reading, journal)
    post_suppliers(reading, journal)
    post_owner(reading, journal)
    few = journal.table()
    many = [frame.filter(pl.col("amount") != 0) for frame in post_cars(reading)]
    return pl.concat([*many, few], how="diagonal").select(few.columns)


def _post_policies(reading: Reading, journal: Journal, cash: pl.DataFrame) -> None:
    """What missing a priced policy weighs in each period in which it should hold: −price · miss; no cash moves."""
    for policy in reading.case.rows(Policy):
        if policy.kind != "priced":
            continue
        values = measured(reading, policy, cash)
        price = policy.price * reading.case.rate(policy.currency)
        for t in held(reading, policy):
            if np.isnan(values[t]):
                raise LedgerError(f"the plan cannot be booked: {policy.policy} is about liquidity, but cash is not followed")
            journal.post("policy price", t, -float(price[t]) * missed(policy, float(values[t])), policy=policy.policy)


def _post_terminal(reading: Reading, journal: Journal, postings: pl.DataFrame) -> None:
    """Running cash flow of the last period, going on after the plan: flow / Δ_T · annuity; one posting for each plant."""
    last = reading.horizon - 1
    years = reading.calendar.annuity(reading.case.discount_rate, reading.case.settings.terminal_years)
    running = postings.filter((pl.col("t") == last) & pl.col("item").is_in(list(RUNNING)))
    flows = running.group_by("plant", maintain_order=True).agg(pl.col("amount").sum()).sort("plant", nulls_last=True)
    for plant, flow in flows.iter_rows():
        journal.post("terminal value", last, flow / float(reading.calendar.years[last]) * years, plant=plant)


def _discounted(reading: Reading, postings: pl.DataFrame) -> pl.DataFrame:
    """Postings in order of time, with the name of their period and what each adds to the NPV."""
    postings = postings.sort("t", "item", *KEYS, nulls_last=True, maintain_order=True)
    t = postings["t"].to_numpy()
    factor = np.where((postings["item"] == "terminal value").to_numpy(), 1.0, reading.case.discount[t])
    named = postings.with_columns(
        pl.Series("period", list(reading.calendar.names)).gather(t),
        (pl.col("amount") * pl.Series(factor)).alias("discounted"),
    )
    return named.select("item", *KEYS, "period", "amount", "discounted")
