"""Rules of suppliers, cash and policies, read a second time: terms that may be used, credit within its limit, promises kept."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import groupby

import numpy as np
import polars as pl

from brownfield.case.scope import SENSES
from brownfield.case.tables import Policy
from brownfield.errors import LedgerError
from brownfield.plan.amounts import num, slack
from brownfield.plan.form import Found
from brownfield.plan.ledger import Ledger, keep
from brownfield.plan.ledger_cash import CASH, owner_row
from brownfield.plan.measures import held, measured, missed
from brownfield.plan.reading import Reading


class Checked(Reading):
    """A reading with the books of the plan beside it, kept once for all rules."""

    @cached_property
    def books(self) -> Ledger | LedgerError:
        """The books, or why they cannot be kept."""
        try:
            return keep(self)
        except LedgerError as error:
            return error

    @property
    def cash(self) -> pl.DataFrame:
        """Cash of each period; no rows where it is not followed, or where books cannot be kept."""
        return self.books.cash if isinstance(self.books, Ledger) else pl.DataFrame(schema=CASH)


def can_be_booked(reading: Checked) -> Iterator[Found]:
    """Everything the plan does has a price, so that its books can be kept; asked only when no other rule is broken."""
    if isinstance(reading.books, LedgerError):
        yield {}, str(reading.books), 1.0


def one_term(reading: Reading) -> Iterator[Found]:
    """A supplier group is paid on one term at a time."""
    by_time = sorted((supplier, t, term) for supplier, term, t in reading.terms)
    for (supplier, t), rows in groupby(by_time, key=lambda row: row[:2]):
        terms = [term for _, _, term in rows]
        if len(terms) > 1:
            keys = {"supplier": supplier, "period": reading.name(t)}
            yield keys, f"{supplier} is paid on several terms in {reading.name(t)}: {', '.join(terms)}", float(len(terms) - 1)


def terms_usable(reading: Reading) -> Iterator[Found]:
    """A payment term is used only when it is agreed, in its time, within the law, and leaves the supplier whole."""
    for supplier, name, t in reading.terms:
        term, group = reading.term_offers[name], reading.suppliers[supplier]
        start, days = reading.calendar.starts[t], group.days_now + term.extra_days
        why = []
        if term.supplier != supplier:
            why.append(f"belongs to {term.supplier}")
        if term.agreed != "agreed":
            why.append(f"is {term.agreed}, not agreed")
        if term.from_date is not None and start < reading.calendar.offset(term.from_date) - 1e-9:
            why.append("comes later")
        if term.until_date is not None and start > reading.calendar.offset(term.until_date) - 1e-9:
            why.append("is over")
        if group.legal_cap is not None and days > group.legal_cap + 1e-9:
            why.append(f"makes {num(days)} days, where the law allows {num(group.legal_cap)}")
        financed = group.financing_rate is not None and days * group.financing_rate <= group.days_now * group.capital_rate + 1e-9
        if term.price < group.capital_rate - 1e-12 and not financed:
            why.append("does not leave the supplier whole")
        if why:
            keys = {"supplier": supplier, "term": name, "period": reading.name(t)}
            yield keys, f"{supplier} is paid on {name} in {reading.name(t)}, which {' and '.join(why)}", float(len(why))


def credit_within_limit(reading: Reading) -> Iterator[Found]:
    """No more is drawn from the credit line than it has; nothing where cash is not followed."""
    owner = owner_row(reading)
    followed = owner is not None and owner.opening_cash is not None
    limit = owner.revolver_limit * float(reading.case.rate(owner.currency)[0]) if owner is not None and followed else 0.0
    for t, drawn in enumerate(reading.revolver):
        if drawn > limit + slack(limit):
            say = f"{num(drawn)} million are drawn from the credit line in {reading.name(t)}, instead of at most {num(limit)}"
            yield {"period": reading.name(t)}, say, float(drawn) - limit


def _cash_slack(cash: pl.DataFrame) -> float:
    """Room for arithmetic in cash: it is a running sum of flows, so their size counts too."""
    return slack(*(float(value) for column in ("flow", "revolver", "cash") for value in cash[column].abs()))


def cash_above_floor(reading: Checked) -> Iterator[Found]:
    """Cash never falls below its floor."""
    cash = reading.cash
    for period, value, floor in cash.select("period", "cash", "floor").iter_rows():
        if floor is not None and value < floor - _cash_slack(cash):
            yield {"period": period}, f"cash falls to {num(value)} million in {period}, below the floor of {num(floor)}", floor - value


def policies_hold(reading: Checked) -> Iterator[Found]:
    """Every policy that must hold does hold, in each of its periods."""
    for policy in reading.case.rows(Policy):
        if policy.kind == "hard":
            yield from _policy(reading, policy)


def _policy(reading: Checked, policy: Policy) -> Iterator[Found]:
    if policy.measure == "liquidity" and isinstance(reading.books, LedgerError):
        return
    values = measured(reading, policy, reading.cash)
    room = _cash_slack(reading.cash) if policy.measure == "liquidity" else 0.0
    for t in held(reading, policy):
        value, keys = float(values[t]), {"policy": policy.policy, "period": reading.name(t)}
        what = policy.measure.replace("_", " ")
        if np.isnan(value):
            yield keys, f"{policy.policy} asks for {what} in {reading.name(t)}, which is not known: cash is not followed", 1.0
        elif missed(policy, value) > max(room, slack(value, policy.value)):
            asked = f"{SENSES[policy.sense]} {num(policy.value)} ({what})"
            say = f"{policy.policy} asks for {asked} in {reading.name(t)}, and gets {num(value)}"
            yield keys, say, missed(policy, value)


RULES = (one_term, terms_usable, credit_within_limit)
"""Rules that need no books."""

BOOKED_RULES = (cash_above_floor, policies_hold, can_be_booked)
"""Rules that look into the books as well."""
