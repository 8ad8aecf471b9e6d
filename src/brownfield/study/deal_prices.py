"""Reservation prices: the price at which a side gains nothing, found by Newton steps, as an interval that honours every gap.

The worth of the host with the offer taken up is a maximum of straight lines in the price, one for each plan: convex, never
falling. Each solve gives one of the lines (a plan is worth a + b · price) and an upper bound. `docs/why/0015` has the argument.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from brownfield.solve.outcome import Outcome
from brownfield.study.deal_terms import Terms

SAME = 1e-7
"""Two amounts are one when they differ by less than this part of the money that moves."""


@dataclass(frozen=True)
class Price:
    """A price with what is proved of it: it is not below `low` and not above `high` (None: nothing is proved on that side)."""

    best: float | None
    low: float | None
    high: float | None

    @property
    def exact(self) -> bool:
        """Whether the interval is a point, as far as anybody would care."""
        if self.best is None or self.low is None or self.high is None:
            return False
        return self.high - self.low <= 1e-6 * max(1.0, abs(self.best))


@dataclass(frozen=True)
class Offered:
    """One plan with the offer taken up, found at one price. What it is worth to each side is a straight line in the price.

    host, per_host: the owner's NPV is host + per_host · price (million). guest, per_guest: the guest's gain over what it could do
    without the deal is guest - per_guest · price (None: not known). bound: no plan that takes the offer up at `price` is worth more.
    """

    price: float
    outcome: Outcome
    terms: Terms
    host: float
    per_host: float
    guest: float | None
    per_guest: float
    bound: float | None

    def host_worth(self, price: float) -> float:
        """The owner's NPV with this plan."""
        return self.host + self.per_host * price

    def guest_gain(self, price: float) -> float:
        """What the guest gains with this contract."""
        if self.guest is None:
            raise ValueError("the case says nothing of the guest's side")
        return self.guest - self.per_guest * price

    def host_root(self, worth: float) -> float | None:
        """The price at which the owner is worth so much with this plan; None when the price does not matter to it."""
        return (worth - self.host) / self.per_host if self.per_host > 0 else None

    def guest_root(self) -> float | None:
        """The price at which the guest gains nothing."""
        return None if self.guest is None or self.per_guest <= 0 else self.guest / self.per_guest


def best_at(found: Sequence[Offered], price: float) -> Offered:
    """The plan, of those found, that the owner would choose at a price."""
    return max(found, key=lambda one: one.host_worth(price))


def host_price(found: Sequence[Offered], alone: Outcome, steepest: float | None, flattest: float, *, cash: bool) -> Price:
    """The least price at which the owner takes the offer up, from all plans found and all bounds proved.

    alone: the best plan without the offer. steepest, flattest: the most and the least that one unit of the price can add to the
    owner's NPV. cash: cash is followed, so that a plan found at one price may not be allowed at a lower one, and worth may jump.
    """
    if alone.npv is None:
        return Price(None, None, None)
    roots = [root for one in found if (root := one.host_root(alone.npv)) is not None]
    best = min(roots) if roots else None
    high = None
    if alone.bound is not None:
        sure = [max(root, one.price) if cash else root for one in found if (root := one.host_root(alone.bound)) is not None]
        high = min(sure, default=None)
    low = max((step for one in found if (step := _surely_below(one, alone.npv, steepest, flattest, cash=cash)) is not None), default=None)
    if best is not None:
        low = None if low is None else min(low, best)
        high = None if high is None else max(high, best)
    return Price(best, low, high)


def _surely_below(one: Offered, worth: float, steepest: float | None, flattest: float, *, cash: bool) -> float | None:
    """Below this price, by the bound at one price, no plan that takes the offer up reaches the worth without it."""
    if one.bound is None:
        return None
    lack = worth - one.bound
    if lack <= 0:
        return one.price + lack / flattest if flattest > 0 else None
    return one.price if cash or not steepest else one.price + lack / steepest


def guest_price(found: Sequence[Offered], within: float, least: float | None) -> Price:
    """The highest price at which the guest still gains with the contract that the owner would choose at that price.

    Where that is below the `least` price of the owner, who would only wish to end the contract there, it is the guest's price for the
    contract at that least price. within: by how much the guest's own best plans may be better than those found (million).
    """
    low, best, high = (_highest(found, more, least) for more in (-within, 0.0, within))
    return Price(best, low, high)


def _highest(found: Sequence[Offered], more: float, least: float | None) -> float | None:
    """The highest price at which the guest, worth so much more with every contract, gains with what the owner chooses."""
    roots = [(one.guest + more) / one.per_guest for one in found if one.guest is not None and one.per_guest > 0]
    if not roots:
        return None
    places = sorted({*roots, *breaks(found)}, reverse=True)
    for price in (one for one in places if least is None or one >= least):
        size = max(abs(price), 1.0)
        if best_at(found, price - SAME * size).guest_gain(price) + more >= -SAME * max(1.0, abs(more)):
            return price
    at_least = best_at(found, least) if least is not None else None
    if at_least is None or at_least.guest is None or at_least.per_guest <= 0:
        return min(roots)
    return (at_least.guest + more) / at_least.per_guest


def breaks(found: Sequence[Offered]) -> list[float]:
    """Prices at which the owner turns from one contract found to another."""
    crossings = [
        (one.host - other.host) / (other.per_host - one.per_host)
        for i, one in enumerate(found)
        for other in found[i + 1 :]
        if abs(other.per_host - one.per_host) > SAME * max(abs(one.per_host), abs(other.per_host))
    ]
    return sorted(set(crossings))


def nash_price(found: Sequence[Offered], alone: float, low: float, high: float, weight: float) -> float:
    """The price of the Nash split: where (host's gain)^weight · (guest's gain)^(1 - weight) is greatest.

    While the contract stays the same both gains are straight lines in the price, so that the split lies at the share `weight` of
    the way from the host's to the guest's reservation price, whatever either discounts at.
    """
    edges = [low, *(price for price in breaks(found) if low < price < high), high]
    best, worth = low, -1.0
    for left, right in pairwise(edges):
        one = best_at(found, (left + right) / 2)
        mine, theirs = one.host_root(alone), one.guest_root()
        if mine is None or theirs is None:
            continue
        price = min(max(mine + weight * (theirs - mine), left), right)
        product = max(one.host_worth(price) - alone, 0.0) ** weight * max(one.guest_gain(price), 0.0) ** (1 - weight)
        if product > worth:
            best, worth = price, product
    return best
