"""Rules of the sites, read a second time: which states, in which order, from when."""

from __future__ import annotations

from collections.abc import Iterator

from brownfield.plan.form import Found
from brownfield.plan.reading import AT_START, Contract, Reading

FOLLOWS: dict[str, tuple[str, ...]] = {
    "open": ("open", "idle", "leased", "closed", "sold"),
    "idle": ("open", "idle", "leased", "closed", "sold"),
    "leased": ("open", "idle", "leased", "closed", "sold"),
    "closed": ("closed",),
    "sold": ("sold",),
    "potential": ("potential", "open"),
}
"""States that may follow a state."""


def _at(reading: Reading, plant: str, t: int) -> dict[str, str]:
    return {"plant": plant, "period": reading.name(t)}


def _steps(reading: Reading) -> Iterator[tuple[str, int, str, str]]:
    """Every plant and period with the state before and the state now, where the plan says both."""
    for plant, states in reading.state.items():
        for t, state in enumerate(states):
            before = reading.before(plant, t)
            if before and state:
                yield plant, t, before, state


def every_plant_has_a_state(reading: Reading) -> Iterator[Found]:
    """Each plant of the owner is in exactly one state in each period."""
    for plant, states in reading.state.items():
        for t, state in enumerate(states):
            if not state:
                yield _at(reading, plant, t), f"{plant} has no state in {reading.name(t)}", 1.0


def states_follow(reading: Reading) -> Iterator[Found]:
    """A plant that is closed or sold stays so; a plant that does not exist yet can only be opened."""
    for plant, t, before, state in _steps(reading):
        if state not in FOLLOWS[before]:
            yield _at(reading, plant, t), f"{plant} is {state} in {reading.name(t)} after having been {before}", 1.0


def closing_allowed(reading: Reading) -> Iterator[Found]:
    """A plant closes only when it may, and not before its earliest date and its notice."""
    for plant, t, before, state in _steps(reading):
        if state != "closed" or before == "closed":
            continue
        row = reading.plants[plant]
        first = reading.calendar.first_from(row.earliest_close, row.notice_months)
        if row.decision not in ("may_close", "must_close"):
            yield _at(reading, plant, t), f"{plant} closes in {reading.name(t)}, but it is not among the plants that may close", 1.0
        elif t < first:
            when = reading.name(first) if first < reading.horizon else "after the plan"
            yield _at(reading, plant, t), f"{plant} closes in {reading.name(t)}; the earliest is {when}", float(first - t)


def closing_done(reading: Reading) -> Iterator[Found]:
    """A plant that must close is closed or sold in the last period."""
    for plant, states in reading.state.items():
        if reading.plants[plant].decision == "must_close" and states[-1] not in ("closed", "sold"):
            last = reading.horizon - 1
            yield _at(reading, plant, last), f"{plant} must be closed or sold by the end, but is {reading.is_now(plant, last)}", 1.0


def opening_allowed(reading: Reading) -> Iterator[Found]:
    """A plant that does not exist yet opens only when it may, and not before its earliest date."""
    for plant, t, before, state in _steps(reading):
        if before != "potential" or state == "potential":
            continue
        row = reading.plants[plant]
        first = reading.calendar.first_from(row.earliest_open)
        if row.decision != "may_open":
            yield _at(reading, plant, t), f"{plant} opens in {reading.name(t)}, but nobody may open it", 1.0
        elif t < first:
            yield _at(reading, plant, t), f"{plant} opens in {reading.name(t)}, before its earliest date", float(first - t)


def mothballing_allowed(reading: Reading) -> Iterator[Found]:
    """A plant is mothballed only when its upkeep is known, or when it was found so and has not been reopened."""
    for plant, states in reading.state.items():
        row = reading.plants[plant]
        found_idle = AT_START[row.state] == "idle"
        for t, state in enumerate(states):
            found_idle = found_idle and state != "open"
            if state == "idle" and row.mothball_cost is None and not found_idle:
                yield _at(reading, plant, t), f"{plant} is mothballed in {reading.name(t)}, but may not be: it has no mothball cost", 1.0


def _contracts_at(reading: Reading, plant: str, kind: str) -> list[Contract]:
    whole = [contract for contract in reading.contracts if contract.plant == plant and contract.offer.kind == kind]
    return [contract for contract in whole if kind != "lease" or contract.whole_plant]


def leased_as_agreed(reading: Reading) -> Iterator[Found]:
    """A plant is leased exactly while a lease of the whole plant runs; before it, it must have been the owner's to let."""
    for plant, states in reading.state.items():
        leases = _contracts_at(reading, plant, "lease")
        for t, state in enumerate(states):
            agreed = any(lease.runs(t) for lease in leases)
            if state and agreed != (state == "leased"):
                say = f"is {state} although a lease of it runs" if agreed else "is leased without a lease that runs"
                yield _at(reading, plant, t), f"{plant} {say} in {reading.name(t)}", 1.0


def sold_as_agreed(reading: Reading) -> Iterator[Found]:
    """A plant is sold exactly from the period in which a buyer's offer is taken up."""
    for plant, states in reading.state.items():
        start = min((sale.start for sale in _contracts_at(reading, plant, "sale")), default=reading.horizon)
        for t, state in enumerate(states):
            if state and (t >= start) != (state == "sold"):
                say = f"is {state} although it was sold" if t >= start else "is sold without a buyer"
                yield _at(reading, plant, t), f"{plant} {say} in {reading.name(t)}", 1.0


RULES = (
    every_plant_has_a_state,
    states_follow,
    closing_allowed,
    closing_done,
    opening_allowed,
    mothballing_allowed,
    leased_as_agreed,
    sold_as_agreed,
)
