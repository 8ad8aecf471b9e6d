"""What the deals bring: fees of guests, rents, grants, prices, exit fees, the owner's part of a guest's launch."""

from __future__ import annotations

from brownfield.plan.journal import Journal
from brownfield.plan.ledger_sites import post_launch
from brownfield.plan.reading import MILLION, Contract, Reading

YEARLY = {"host": "guest fixed fees", "lease": "rent", "grant": "grant"}


def post_offers(reading: Reading, journal: Journal) -> None:
    """Money of each offer that is taken up."""
    for contract in reading.contracts:
        _post_fixed(reading, journal, contract)
        if contract.offer.kind == "host":
            _post_guest_launch(reading, journal, contract)
    _post_guest_fees(reading, journal)


def _post_fixed(reading: Reading, journal: Journal, contract: Contract) -> None:
    """Fixed fee, rent or grant a year while it runs, the price when it starts, the exit fee when the owner ends it."""
    offer = contract.offer
    rate = reading.case.rate(offer.currency)
    about = {"offer": offer.offer, "plant": contract.plant, "line": contract.line}
    journal.post("sale price" if offer.kind == "sale" else "signing payment", contract.start, offer.price * rate[contract.start], **about)
    if offer.kind == "sale":
        return
    for t in range(contract.start, contract.stop):
        journal.post(YEARLY[offer.kind], t, offer.fixed_fee * float(reading.calendar.years[t]) * rate[t], **about)
    if contract.exit is not None:
        journal.post("exit fee", contract.exit, -(offer.exit_fee or 0.0) * rate[contract.exit], **about)


def _post_guest_launch(reading: Reading, journal: Journal, contract: Contract) -> None:
    """The owner's share of launching the guest's car on the line, when it is not tooled there already."""
    offer = contract.offer
    route = reading.routes.get((offer.product or "", contract.line or ""))
    if route is None or route.state == "possible":
        post_launch(reading, journal, "guest launch", offer.product or "", contract.line, contract.start, offer.launch_share, offer.offer)


def _post_guest_fees(reading: Reading, journal: Journal) -> None:
    """Fee for each car that is paid for: fee per car · paid."""
    for row in reading.plan.guests.iter_rows(named=True):
        offer, t = reading.offers[row["offer"]], reading.calendar.index[row["period"]]
        amount = offer.fee_per_car * row["paid"] * reading.case.rate(offer.currency)[t] / MILLION
        plant = reading.lines[row["line"]].plant
        journal.post("guest fees", t, amount, offer=offer.offer, plant=plant, line=row["line"], product=offer.product)
