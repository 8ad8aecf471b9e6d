"""What a deal is worth to each side: reservation prices, the zone of agreement, the split, and what would open an empty zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from brownfield.case.case import Case
from brownfield.case.tables import Company, Offer
from brownfield.errors import CaseError, Problem, Where
from brownfield.model.data import read_data
from brownfield.model.decisions import offer_options
from brownfield.solve.outcome import Outcome
from brownfield.study.deal_cases import (
    LEVERS,
    Side,
    can_be_taken_up,
    guest_case,
    offer_named,
    rate_of,
    side_of,
    supplied,
    with_terms,
    without,
)
from brownfield.study.deal_map import Cell, Mapped, mapped
from brownfield.study.deal_parties import Gain, gains
from brownfield.study.deal_prices import SAME, Offered, Price, best_at, guest_price, host_price, nash_price
from brownfield.study.deal_terms import Terms, paid_share, terms_of
from brownfield.study.solves import Solves, Task
from brownfield.study.verdicts import Verdict

STEPS = 8
"""Most Newton steps for one reservation price; the convex worth of a real case needs two or three."""

PART_OF_GAP = 0.2
"""Two prices are one when what lies between them is worth less than this part of the gap of a solve: the gap hides it."""


@dataclass(frozen=True)
class Grant:
    """The least public money, paid once at the start of the contract, that makes both sides agree; in million base currency.

    to: who gets it. price: the price at which the deal is then struck. a_year: the same as a yearly payment while the contract runs.
    cost: what it is worth to the state today.
    """

    to: str
    amount: float
    a_year: float
    price: float
    cost: float


@dataclass(frozen=True)
class Deal:
    """All that is known of one deal.

    found: every plan with the offer taken up that was found. host, guest: reservation prices in the unit of the offer's price (fee
    per car, rent or grant a year, or sale price). zone: open, empty, or undecided, which is what the gaps leave open, with `best` the
    likely answer. price: where the deal would be struck (Nash split with the weight of the host), or else the host's reservation price.
    """

    case: Case
    offer: Offer
    side: Side | None
    weight: float
    alone: Outcome
    found: tuple[Offered, ...]
    guest_alone: float | None
    host: Price
    guest: Price | None
    price: float | None
    split: bool
    host_rate: float
    guest_rate: float
    grants: tuple[Grant, ...] = ()
    gains: tuple[Gain, ...] = ()
    map: Mapped | None = None
    notes: tuple[str, ...] = ()
    counted: dict[str, float] = field(default_factory=dict)

    @property
    def lever(self) -> str:
        """The column of the offer that is its price."""
        return LEVERS[self.offer.kind]

    @property
    def zone(self) -> str:
        """Open or empty where proved; `likely open`, `likely empty` where the gaps leave it open; unknown without the guest's side."""
        if self.guest is None or self.guest.best is None or self.host.best is None:
            return "unknown"
        width = self.guest.best - self.host.best
        if width >= 0:
            proved = self.host.high is not None and self.guest.low is not None and self.host.high <= self.guest.low
            return "open" if proved or (self.host.exact and self.guest.exact) else "likely open"
        proved = self.host.low is not None and self.guest.high is not None and self.host.low > self.guest.high
        return "empty" if proved else "likely empty"

    @property
    def width(self) -> float | None:
        """By how much the zone is open, in the unit of the price; negative: by how much it is empty."""
        if self.guest is None or self.guest.best is None or self.host.best is None:
            return None
        return self.guest.best - self.host.best

    def at(self, price: float) -> Offered:
        """The plan, of those found, that the owner would choose at a price."""
        return best_at(self.found, price)

    def host_gain(self, price: float) -> float:
        """What the owner's NPV gains by the deal at a price."""
        return self.at(price).host_worth(price) - float(self.alone.npv or 0.0)

    def guest_gain(self, price: float) -> float | None:
        """What the guest gains at a price; None when its side is not known."""
        one = self.at(price)
        return None if one.guest is None else one.guest_gain(price)


def deal(
    case: Case,
    offer: str,
    *,
    solves: Solves | None = None,
    weight: float = 0.5,
    volumes: int = 3,
    shares: Sequence[float] | None = None,
) -> Deal:
    """What an offer is worth to both sides, and where they could meet.

    offer: its name, or a word that only one offer has in its name or company. weight: the host's, 0 to 1. volumes: how many
    volumes between the least and the most of the offer the map looks at (0: no map). shares: take-or-pay shares of the map; without, those
    from the expected take on, below which nothing changes. CaseError for an offer that does not exist or
    cannot be taken up.
    """
    return _Bargain(case, offer_named(case, offer), solves or Solves(), weight).struck(volumes, shares)


def _told_apart(one: Offered, price: float) -> bool:
    """Whether a solve at a price could say more than one at another: not when what lies between is a small part of its gap."""
    gap = max(float(one.outcome.gap_money or 0.0), 0.0)
    between = abs(one.price - price)
    return between > SAME * max(1.0, abs(price)) and between * one.per_host > PART_OF_GAP * gap


def _shares(offer: Offer) -> list[float]:
    """Take-or-pay shares worth a look: up to the expected take all are the same."""
    return sorted({offer.expected_take, (1 + offer.expected_take) / 2, 1.0})


class _Bargain:
    """The solves of one deal."""

    def __init__(self, case: Case, offer: Offer, solves: Solves, weight: float) -> None:
        can_be_taken_up(case, offer)
        if not 0 <= weight <= 1:
            raise CaseError([Problem("BF092", Where("--weight"), f"{weight:g}", "a weight from 0 to 1", "0.5 splits evenly")])
        self.case, self.offer, self.solves, self.weight = case, offer, solves, weight
        self.side = side_of(case, offer)
        self.exactly = solves.exactly()
        self.guest_rate = rate_of(case, offer.company)
        self.guest_within = 0.0
        self.discount = case.calendar.discount(self.guest_rate)
        self.accepted = Verdict(f"offer {offer.offer} accepted", "accepted", offer.offer, periods=tuple(range(len(case.calendar))))
        self.cash = any(row.company == case.owner and row.opening_cash is not None for row in case.rows(Company))
        self.guest_alone = self._guest(None)

    def struck(self, volumes: int, shares: Sequence[float] | None) -> Deal:
        """Both reservation prices, the split, who gains and loses, and the map."""
        begin = float(getattr(self.offer, LEVERS[self.offer.kind]))
        alone, first = self.solves.run(
            [Task(without(self.case, [self.offer.offer]), name="without the offer"), self._task(self.case, begin)]
        )
        found = [one for one in [self._offered(self.case, begin, first)] if one is not None]
        if alone.npv is not None and found:
            self._newton(self.case, alone.npv, found)
            if self.side is not None:
                self._guests(found, alone.npv)
        host = host_price(found, alone, *self._slopes(self.case), cash=self.cash) if found else Price(None, None, None)
        guest = guest_price(found, 2 * self.guest_within, host.best) if self.side and found else None
        one = Deal(
            self.case, self.offer, self.side, self.weight, alone, tuple(found), self.guest_alone, host, guest, host.best, split=False,
            host_rate=self.case.discount_rate, guest_rate=self.guest_rate, notes=self._notes(alone, first, found),
        )  # fmt: skip
        if one.width is not None and one.width >= 0 and guest is not None and alone.npv is not None:
            price = nash_price(found, alone.npv, float(host.best or 0.0), float(guest.best or 0.0), self.weight)
            one = replace(one, price=price, split=True)
        one = replace(one, grants=self._grants(one))
        if one.price is not None:
            one = replace(one, gains=gains(one))
        if volumes and self.offer.kind == "host" and found and alone.npv is not None and host.best is not None:
            one = replace(one, map=self._map(one, volumes, _shares(self.offer) if shares is None else shares))
        counted = {"solves": self.solves.made, "small": self.exactly.made, "seconds": self.solves.seconds + self.exactly.seconds}
        return replace(one, counted=counted)

    def _task(self, case: Case, price: float) -> Task:
        at = with_terms(case, self.offer.offer, **{LEVERS[self.offer.kind]: price})
        return Task.forced(at, self.accepted, True, name=f"with the offer at {price:,.6g}")

    def _guest(self, terms: Terms | None) -> float | None:
        """The guest's best NPV, with the cars of a contract from the host, or with its alternatives alone; before any payment."""
        if self.side is None:
            return None
        made = None if terms is None else {self.offer.offer: terms.made}
        if not self.side.alternatives and not (terms is not None and terms.made.any()):
            return 0.0
        case = guest_case(self.case, [self.side], self.guest_rate, made)
        rule = supplied([self.side], made) if made else None
        kind = "" if terms is None else repr((*terms.key, *np.round(terms.made, 3).tolist()))
        outcome = self.exactly.solve(Task(case, kind, rule, name=f"{self.offer.company} by itself"))
        if outcome.npv is None:
            return None
        self.guest_within = max(self.guest_within, float(outcome.gap_money or 0.0))
        return outcome.npv

    def _offered(self, case: Case, price: float, outcome: Outcome) -> Offered | None:
        """A plan with the offer taken up, as a straight line for each side; None without a plan."""
        if outcome.plan is None or outcome.npv is None:
            return None
        terms = terms_of(outcome.case, outcome.plan, self.offer)
        if terms is None:
            return None
        per_host, per_guest = terms.payment(case.discount), terms.payment(self.discount)
        with_it, guest = self._guest(terms), None
        if with_it is not None and self.guest_alone is not None:
            guest = with_it - self.guest_alone - terms.rest(self.discount) - float(terms.guest_launch @ self.discount)
        return Offered(price, outcome, terms, outcome.npv - per_host * price, per_host, guest, per_guest, outcome.bound)

    def _newton(self, case: Case, worth: float, found: list[Offered]) -> None:
        """Newton steps from the right towards the price at which the host gains nothing; plans found are added."""
        for _ in range(STEPS):
            roots = [root for one in found if (root := one.host_root(worth)) is not None]
            price = min(roots) if roots else 2 * abs(found[-1].price) + 1.0
            if roots and any(not _told_apart(one, price) for one in found):
                return
            one = self._offered(case, price, self.solves.solve(self._task(case, price)))
            if one is None:
                return
            found.append(one)
            if roots and one.host_worth(price) - worth <= SAME * max(1.0, abs(worth)):
                return

    def _guests(self, found: list[Offered], worth: float) -> None:
        """Plans at the guest's reservation price, as long as the owner would choose another contract there."""
        for _ in range(STEPS):
            least = min((root for one in found if (root := one.host_root(worth)) is not None), default=None)
            price = guest_price(found, 0.0, least).best
            if price is None or (least is not None and price < least) or any(not _told_apart(one, price) for one in found):
                return
            one = self._offered(self.case, price, self.solves.solve(self._task(self.case, price)))
            if one is None:
                return
            found.append(one)

    def _slopes(self, case: Case) -> tuple[float | None, float]:
        """The most and the least that one unit of the price can be worth to the owner, over every way to take the offer up."""
        data = read_data(case)
        offer, d, years = self.offer, case.discount, case.calendar.years
        rate = case.rate(offer.currency)
        most, least = [], []
        for option in offer_options(data):
            if data.offers[option.offer].offer != offer.offer:
                continue
            runs = np.zeros(len(years))
            runs[option.start : option.until] = years[option.start : option.until]
            if offer.kind == "host":
                ramp = case.calendar.ramp_share(option.start, data.routes[option.route].ramp_months)
                amount = paid_share(offer) * runs * ramp / 1e6
                low, high = amount * offer.volume_min, amount * offer.volume_max
            elif offer.kind == "sale":
                low = high = np.eye(len(years))[option.start]
            else:
                low = high = runs
            if offer.exit_fee is not None and offer.kind != "sale":
                low = np.where(np.arange(len(years)) == option.start, low, 0.0)
            most.append(float(high * rate @ d))
            least.append(float(low * rate @ d))
        return max(most, default=None), min(least, default=0.0)

    def _grants(self, one: Deal) -> tuple[Grant, ...]:
        """What a state would have to add, to the host or to the guest, to open an empty zone; the cheapest first."""
        if one.width is None or one.width >= 0 or one.guest is None or one.host.best is None or one.guest.best is None:
            return ()
        state = next((row.company for row in self.case.rows(Company) if row.role == "state"), "")
        discount = self.case.calendar.discount(rate_of(self.case, state)) if state else self.case.discount
        found = []
        for to, price, factor in (
            (self.case.owner, one.guest.best, self.case.discount),
            (self.offer.company, one.host.best, self.discount),
        ):
            plan = one.at(one.host.best)
            terms = plan.terms
            gain = plan.host_worth(price) - float(one.alone.npv or 0.0) if to == self.case.owner else plan.guest_gain(price)
            lacking = max(-gain, 0.0)
            runs = self.case.calendar.years[terms.start : terms.stop] @ factor[terms.start : terms.stop]
            amount = lacking / float(factor[terms.start])
            found.append(Grant(to, amount, lacking / float(runs), price, amount * float(discount[terms.start])))
        return tuple(sorted(found, key=lambda grant: grant.cost))

    def _map(self, one: Deal, volumes: int, shares: Sequence[float]) -> Mapped:
        """Reservation prices for several volumes and take-or-pay shares."""
        low, high = self.offer.volume_min, self.offer.volume_max
        levels = sorted({float(v) for v in np.linspace(low, high, volumes)} - {0.0}) if volumes > 1 else [high]
        price = float(one.host.best or 0.0)
        cases = [with_terms(self.case, self.offer.offer, volume_min=volume, volume_max=volume) for volume in levels]
        outcomes = self.solves.run([self._task(case, price) for case in cases])
        cells: list[Cell] = []
        for volume, case, outcome in zip(levels, cases, outcomes, strict=True):
            first = self._offered(case, price, outcome)
            if first is None or one.alone.npv is None:
                cells.append(Cell(volume, None, None))
                continue
            found = [first]
            self._newton(case, one.alone.npv, found)
            host = host_price(found, one.alone, *self._slopes_of(case, volume), cash=self.cash)
            guest = guest_price(found, 2 * self.guest_within, host.best) if self.side else None
            cells.append(Cell(volume, host, guest))
        return mapped(self.offer, cells, shares)

    def _slopes_of(self, case: Case, volume: float) -> tuple[float | None, float]:
        kept, self.offer = self.offer, self.offer.model_copy(update={"volume_min": volume, "volume_max": volume})
        try:
            return self._slopes(case)
        finally:
            self.offer = kept

    def _notes(self, alone: Outcome, first: Outcome, found: Sequence[Offered]) -> tuple[str, ...]:
        """What could not be found, and why."""
        told = []
        if alone.npv is None:
            told.append(
                "No plan without the offer was found in the time given."
                if alone.status != "infeasible"
                else "Without the offer no plan obeys every rule."
            )
        if not found:
            told.append(
                "With the offer taken up no plan obeys every rule."
                if first.status == "infeasible"
                else "No plan with the offer was found in the time given."
            )
        if self.side is None and self.offer.kind == "host":
            told.append(f"What a car is worth to {self.offer.company} is not in the table guest_values: only the host's side is known.")
        if self.side is None and self.offer.kind != "host":
            told.append(f"The case says nothing of what {self.offer.company} could do with it: only the owner's side is known.")
        return tuple(told)
