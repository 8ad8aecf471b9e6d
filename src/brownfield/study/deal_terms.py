"""What a contract moves between its two sides: cars, payments and launches, each worth what it is worth to that side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brownfield.case.calendar import Floats
from brownfield.case.case import Case
from brownfield.case.tables import Offer, Route
from brownfield.plan.ledger import Ledger, keep_books
from brownfield.plan.plan import Plan
from brownfield.plan.reading import Reading
from brownfield.study.deal_cases import LEVERS, with_terms

MILLION = 1e6


@dataclass(frozen=True)
class Terms:
    """One contract as a plan has it: where, from when until when, cars made and paid, money that passes and who pays the launch.

    made, paid: cars, shape (T,). per_fee: million base currency that the guest pays for each unit of its price (fee per car, rent or
    price), shape (T,). fixed: million that it pays whatever that price is, what the owner pays it back at an early end taken off.
    guest_launch: million of the launch that the guest pays.
    """

    offer: str
    line: str
    plant: str
    start: int
    stop: int
    made: Floats
    paid: Floats
    per_fee: Floats
    fixed: Floats
    guest_launch: Floats

    @property
    def key(self) -> tuple[object, ...]:
        """What tells one contract from another, cars counted to a thousandth of a car."""
        return (self.line, self.start, self.stop, *np.round(self.paid, 3).tolist())

    def payment(self, discount: Floats) -> float:
        """Worth of one unit of the price, for whoever discounts so (million)."""
        return float(self.per_fee @ discount)

    def rest(self, discount: Floats) -> float:
        """Worth of all other payments to the host, for whoever discounts so (million)."""
        return float(self.fixed @ discount)


def terms_of(case: Case, plan: Plan, offer: Offer) -> Terms | None:
    """The contract that a plan makes of an offer; None when it takes it not up."""
    reading = Reading(case, plan)
    contract = next((one for one in reading.contracts if one.offer.offer == offer.offer), None)
    if contract is None:
        return None
    horizon, calendar = len(case.calendar), case.calendar
    rate = case.rate(offer.currency)
    made, paid = np.zeros(horizon), np.zeros(horizon)
    for row in plan.guests.filter(offer=offer.offer).iter_rows(named=True):
        made[calendar.index[row["period"]]] += row["made"]
        paid[calendar.index[row["period"]]] += row["paid"]
    runs = np.zeros(horizon)
    runs[contract.start : contract.stop] = calendar.years[contract.start : contract.stop]
    signed = np.zeros(horizon)
    signed[contract.start] = 1.0
    back = np.zeros(horizon)
    if contract.exit is not None:
        back[contract.exit] = offer.exit_fee or 0.0
    moved = {"fee_per_car": paid / MILLION, "fixed_fee": runs, "price": signed}
    lever = LEVERS[offer.kind]
    others = [
        getattr(offer, name) * amount for name, amount in moved.items() if name != lever and (name != "fee_per_car" or offer.kind == "host")
    ]
    return Terms(
        offer.offer, contract.line or "", contract.plant or "", contract.start, contract.stop, made, paid,
        moved[lever] * rate, (np.sum(others, axis=0) - back) * rate, _launch(case, offer, contract.line, contract.start),
    )  # fmt: skip


def _launch(case: Case, offer: Offer, line: str | None, start: int) -> Floats:
    """The guest's part of launching its car on the line."""
    route = next((r for r in case.rows(Route) if r.product == offer.product and r.line == line), None)
    if offer.kind != "host" or route is None or route.state != "possible":
        return np.zeros(len(case.calendar))
    weights = case.calendar.lead_weights(start, route.launch_lead_months)
    return np.asarray((1 - offer.launch_share) * route.launch_cost * weights * case.rate(route.currency))


def books_at(case: Case, plan: Plan, offer: Offer, price: float) -> Ledger:
    """The books of the same plan with the offer at another price."""
    return keep_books(with_terms(case, offer.offer, **{LEVERS[offer.kind]: price}), plan)


def paid_share(offer: Offer, take_or_pay: float | None = None) -> float:
    """Cars paid for, as a share of the cars agreed: the expected take, or take-or-pay if that is more."""
    return max(offer.expected_take, offer.take_or_pay if take_or_pay is None else take_or_pay)


def as_reservation(case: Case, offer: Offer) -> Case:
    """The same offer as a reservation of capacity: a fixed fee for the take-or-pay part, and a fee for cars beyond it alone.

    Take-or-pay of a share s of V cars a year at a fee w is a reservation of s V cars at w each, used or not, with cars beyond
    it at w: w max(take, s) V = w s V + w max(take - s, 0) V. Exact where the volume is fixed and nothing ramps up.
    """
    beyond = max(offer.expected_take - offer.take_or_pay, 0.0)
    fee = offer.fee_per_car * beyond / offer.expected_take if offer.expected_take else 0.0
    reserved = offer.fee_per_car * offer.take_or_pay * offer.volume_max / MILLION
    return with_terms(case, offer.offer, fee_per_car=fee, take_or_pay=0.0, fixed_fee=offer.fixed_fee + reserved)
