"""Rules of the deals, read a second time: when an offer may be taken up, where, for how long, and what it asks for."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from brownfield.plan.amounts import heads, num, slack
from brownfield.plan.form import Found
from brownfield.plan.reading import Contract, Reading


def _at(reading: Reading, contract: Contract, t: int) -> dict[str, str]:
    place = {key: value for key, value in (("line", contract.line), ("plant", contract.plant)) if value is not None}
    return {"offer": contract.offer.offer, **place, "period": reading.name(t)}


def offer_in_its_window(reading: Reading) -> Iterator[Found]:
    """An offer is taken up between its earliest and its latest start."""
    for contract in reading.contracts:
        offer, start = contract.offer, contract.start
        first, last = reading.calendar.first_from(offer.earliest_start), reading.calendar.last_until(offer.latest_start)
        if not first <= start <= last:
            say = f"{offer.offer} starts in {reading.name(start)}, outside the window in which it may start"
            yield _at(reading, contract, start), say, float(max(first - start, start - last))


def offer_in_its_place(reading: Reading) -> Iterator[Found]:
    """An offer is taken up on one of its lines, or for its own plant of the owner's when it has none."""
    for contract in reading.contracts:
        offer = contract.offer
        by_line = offer.kind == "host" or (offer.kind == "lease" and bool(offer.lines))
        if by_line and contract.line not in reading.candidates(offer):
            say = f"{offer.offer} is taken up on {contract.line or 'no line'}, which is not one of its lines"
            yield _at(reading, contract, contract.start), say, 1.0
        elif not by_line and contract.line is not None:
            yield _at(reading, contract, contract.start), f"{offer.offer} is taken up on {contract.line}, but is not about a line", 1.0
        elif not by_line and offer.plant not in reading.plants:
            yield _at(reading, contract, contract.start), f"{offer.offer} is not about a plant of the owner", 1.0


def offer_ended_early(reading: Reading) -> Iterator[Found]:
    """An offer ends early only where an exit fee is agreed, and only after its start and before its end."""
    for contract in reading.contracts:
        offer, end = contract.offer, contract.exit
        if end is None:
            continue
        if offer.kind == "sale" or offer.exit_fee is None:
            yield _at(reading, contract, end), f"{offer.offer} is ended in {reading.name(end)}, but cannot be ended early", 1.0
        elif not contract.start < end < contract.end:
            yield _at(reading, contract, end), f"{offer.offer} is ended in {reading.name(end)}, when it does not run", 1.0


def _running(reading: Reading, kind: str) -> Iterator[tuple[Contract, int]]:
    for contract in reading.contracts:
        if contract.offer.kind == kind:
            for t in range(contract.start, contract.stop):
                yield contract, t


def host_open(reading: Reading) -> Iterator[Found]:
    """A plant that hosts a guest's car is open while the deal runs."""
    for contract, t in _running(reading, "host"):
        if contract.plant in reading.plants and reading.state[contract.plant][t] != "open":
            say = f"{contract.plant} hosts {contract.offer.offer} in {reading.name(t)}, but is {reading.is_now(contract.plant, t)}"
            yield _at(reading, contract, t), say, 1.0


def host_in_time(reading: Reading) -> Iterator[Found]:
    """A guest's car that must be launched first starts only after the lead time of its launch."""
    for contract in reading.contracts:
        route = reading.routes.get((contract.offer.product or "", contract.line or ""))
        if contract.offer.kind != "host" or route is None or route.state == "tooled":
            continue
        first = reading.calendar.first_from(None, route.launch_lead_months)
        if contract.start < first:
            say = f"{contract.offer.offer} starts in {reading.name(contract.start)}, before the lead time of its launch is over"
            yield _at(reading, contract, contract.start), say, float(first - contract.start)


def _volumes(reading: Reading) -> dict[tuple[str, str, int], tuple[float, float, float]]:
    """agreed, made and paid by offer, line and period."""
    index = reading.calendar.index
    rows = reading.plan.guests.select("offer", "line", "period", "agreed", "made", "paid").iter_rows()
    return {(offer, line, index[period]): (agreed, made, paid) for offer, line, period, agreed, made, paid in rows}


def guest_volume(reading: Reading) -> Iterator[Found]:
    """While a deal runs, the agreed volume lies between its least and its most, less during the ramp-up."""
    volumes = _volumes(reading)
    for contract, t in _running(reading, "host"):
        route = reading.routes.get((contract.offer.product or "", contract.line or ""))
        if route is None:
            continue
        share = float(reading.calendar.ramp_share(contract.start, route.ramp_months)[t] * reading.calendar.years[t])
        agreed = volumes.get((contract.offer.offer, contract.line or "", t), (0.0, 0.0, 0.0))[0]
        low, high = contract.offer.volume_min * share, contract.offer.volume_max * share
        if not low - slack(low) <= agreed <= high + slack(high):
            say = f"{num(agreed)} cars are agreed with {contract.offer.offer} in {reading.name(t)}, instead of {num(low)} to {num(high)}"
            yield _at(reading, contract, t), say, max(low - agreed, agreed - high)


def guest_only_while_it_runs(reading: Reading) -> Iterator[Found]:
    """Nothing is agreed, made or paid for a guest outside its deal."""
    live = {(contract.offer.offer, contract.line, t) for contract, t in _running(reading, "host")}
    for (offer, line, t), amounts in sorted(_volumes(reading).items()):
        if (offer, line, t) not in live and max(amounts) > slack(0.0):
            keys = {"offer": offer, "line": line, "period": reading.name(t)}
            say = f"{num(max(amounts))} cars are booked for {offer} on {line} in {reading.name(t)}, when no such deal runs"
            yield keys, say, max(amounts)


def guest_made_and_paid(reading: Reading) -> Iterator[Found]:
    """The guest takes its expected share of the agreed volume, and pays for that or for its take-or-pay share, whichever is more."""
    for (name, line, t), (agreed, made, paid) in sorted(_volumes(reading).items()):
        offer = reading.offers[name]
        pairs = (("made", made, offer.expected_take), ("paid for", paid, max(offer.expected_take, offer.take_or_pay)))
        for what, value, share in pairs:
            due = share * agreed
            if abs(value - due) > slack(value, due):
                say = f"{num(value)} cars are {what} for {name} in {reading.name(t)}, instead of {num(due)}"
                yield {"offer": name, "line": line, "period": reading.name(t)}, say, abs(value - due)


def guest_cars_are_built(reading: Reading) -> Iterator[Found]:
    """As many of a guest's cars are built on an assembly line as its deals there come to."""
    due: dict[tuple[str, str, int], float] = {}
    for (name, line, t), (_, made, _) in _volumes(reading).items():
        key = (reading.offers[name].product or "", line, t)
        due[key] = due.get(key, 0.0) + made
    built = {
        (product, line, t): cars
        for product, line, t, cars in reading.makes.filter(pl.col("guest") & (pl.col("kind") == "assembly"))
        .select("product", "line", "t", "cars")
        .iter_rows()
    }
    for product, line, t in sorted(due.keys() | built.keys()):
        made, wanted = built.get((product, line, t), 0.0), due.get((product, line, t), 0.0)
        if abs(made - wanted) > slack(made, wanted):
            say = f"{line} builds {num(made)} {product} in {reading.name(t)}, but its guests take {num(wanted)}"
            yield {"product": product, "line": line, "period": reading.name(t)}, say, abs(made - wanted)


def leased_line_open(reading: Reading) -> Iterator[Found]:
    """A plant is open while one of its lines is leased to a tenant."""
    for contract, t in _running(reading, "lease"):
        if contract.line is not None and contract.plant in reading.plants and reading.state[contract.plant][t] != "open":
            say = f"{contract.line} is leased in {reading.name(t)}, but {contract.plant} is {reading.is_now(contract.plant, t)}"
            yield _at(reading, contract, t), say, 1.0


def one_tenant(reading: Reading) -> Iterator[Found]:
    """A plant or a line has one tenant at a time, and a plant is sold once."""
    seen: dict[tuple[str, str], str] = {}
    for kind in ("lease", "sale"):
        for contract, t in _running(reading, kind):
            if kind == "sale" and t > contract.start:
                continue
            where = contract.line or contract.plant or ""
            key = (where, reading.name(t)) if kind == "lease" else (where, "sale")
            other = seen.setdefault(key, contract.offer.offer)
            if other != contract.offer.offer:
                yield _at(reading, contract, t), f"{where} goes both to {other} and to {contract.offer.offer} in {reading.name(t)}", 1.0


def grant_keeps_people(reading: Reading) -> Iterator[Found]:
    """While a grant runs, the people it pays for are kept."""
    for contract, t in _running(reading, "grant"):
        if contract.plant not in reading.plants:
            continue
        there, least = float(reading.heads[contract.plant]["headcount"][t]), contract.offer.people_min
        if there < least - slack(least):
            say = f"{contract.plant} has {heads(there)} in {reading.name(t)}, but {contract.offer.offer} asks for {num(least)}"
            yield _at(reading, contract, t), say, least - there


RULES = (
    offer_in_its_window,
    offer_in_its_place,
    offer_ended_early,
    host_open,
    host_in_time,
    guest_volume,
    guest_only_while_it_runs,
    guest_made_and_paid,
    guest_cars_are_built,
    leased_line_open,
    one_tenant,
    grant_keeps_people,
)
