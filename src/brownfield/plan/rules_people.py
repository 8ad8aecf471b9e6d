"""Rules of the people, read a second time: every head is accounted for, nobody is missing, limits are kept."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from brownfield.case.calendar import Floats
from brownfield.plan.amounts import heads, num, slack
from brownfield.plan.form import Found
from brownfield.plan.reading import HEADS, Reading


def _at(reading: Reading, plant: str, t: int) -> dict[str, str]:
    return {"plant": plant, "period": reading.name(t)}


def _before(reading: Reading, plant: str) -> Floats:
    """People at a plant at the end of the period before, shape (T,)."""
    return np.concatenate(([reading.people[plant].headcount], reading.heads[plant]["headcount"][:-1]))


def _moves(reading: Reading, plant: str, *, leaving: bool) -> Floats:
    """People who move from a plant (or to it) to (or from) other plants in each period, shape (T,)."""
    total = np.zeros(reading.horizon)
    for source, target, t, number in reading.transfers:
        if plant == (source if leaving else target):
            total[t] += number
    return total


def people_where_known(reading: Reading) -> Iterator[Found]:
    """Only plants with people in the case have any, and no line elsewhere needs a crew."""
    for plant in reading.plants:
        if plant in reading.people:
            continue
        there = _moves(reading, plant, leaving=True) + _moves(reading, plant, leaving=False)
        there = there + np.sum([reading.heads[plant][column] for column in HEADS], axis=0)
        for t in range(reading.horizon):
            if there[t] > slack(0.0):
                yield _at(reading, plant, t), f"{plant} has people in {reading.name(t)}, but the case knows of none there", float(there[t])
            if reading.needed[plant][t] > slack(0.0):
                needed = float(reading.needed[plant][t])
                say = f"the lines of {plant} need {heads(needed)} in {reading.name(t)}, but the case knows of none there"
                yield _at(reading, plant, t), say, needed


def people_balance(reading: Reading) -> Iterator[Found]:
    """Headcount is that of the period before, plus those who came, less those who left."""
    for plant in reading.people:
        now = reading.heads[plant]
        came = now["hires"] + _moves(reading, plant, leaving=False)
        left = now["attrition"] + now["voluntary"] + now["redundant"] + now["moved"] + _moves(reading, plant, leaving=True)
        expected = _before(reading, plant) + came - left
        for t, (there, due) in enumerate(zip(now["headcount"], expected, strict=True)):
            if abs(there - due) > slack(there, due, came[t], left[t]):
                say = f"{plant} has {heads(there)} in {reading.name(t)}, but {num(due)} are left by those who came and went"
                yield _at(reading, plant, t), say, abs(there - due)


def people_enough(reading: Reading) -> Iterator[Found]:
    """A plant has at least the people its site and its lines need."""
    for plant in reading.people:
        for t, (there, needed) in enumerate(zip(reading.heads[plant]["headcount"], reading.needed[plant], strict=True)):
            if there < needed - slack(there, needed):
                yield _at(reading, plant, t), f"{plant} has {heads(there)} in {reading.name(t)}, but needs {num(needed)}", needed - there


def people_gone(reading: Reading) -> Iterator[Found]:
    """A plant that is closed, sold, leased or not there yet has no people."""
    for plant in reading.people:
        for t, there in enumerate(reading.heads[plant]["headcount"]):
            state = reading.state[plant][t]
            if state in ("closed", "sold", "leased", "potential") and there > slack(0.0):
                yield _at(reading, plant, t), f"{plant} is {state} in {reading.name(t)}, but still has {heads(there)}", float(there)


def _beyond(reading: Reading, plant: str, values: Floats, most: Floats, what: str) -> Iterator[Found]:
    for t in range(reading.horizon):
        value, limit = float(values[t]), float(most[t])
        if value > limit + slack(value, limit):
            say = f"{heads(value)} {what} {plant} in {reading.name(t)}, instead of at most {num(limit)}"
            yield _at(reading, plant, t), say, value - limit


def _cap(reading: Reading, cap: float | None) -> Floats:
    """A cap a year as a cap in each period; no cap is no limit."""
    return np.full(reading.horizon, np.inf) if cap is None else cap * reading.calendar.years


def attrition_limit(reading: Reading) -> Iterator[Found]:
    """No more people leave by themselves than the rate of attrition allows."""
    for plant, row in reading.people.items():
        most = np.minimum(1.0, row.attrition * reading.calendar.years) * _before(reading, plant)
        yield from _beyond(reading, plant, reading.heads[plant]["attrition"], most, "leave by themselves from")


def hiring_limit(reading: Reading) -> Iterator[Found]:
    """No more people are hired in a period than can be."""
    for plant, row in reading.people.items():
        yield from _beyond(reading, plant, reading.heads[plant]["hires"], _cap(reading, row.hire_cap), "are hired at")


def voluntary_limit(reading: Reading) -> Iterator[Found]:
    """No more people take the voluntary scheme in a period than it allows."""
    for plant, row in reading.people.items():
        most = _cap(reading, row.voluntary_cap)
        yield from _beyond(reading, plant, reading.heads[plant]["voluntary"], most, "take the voluntary scheme at")


def voluntary_in_all(reading: Reading) -> Iterator[Found]:
    """No more people take the voluntary scheme in all than it has places."""
    for plant, row in reading.people.items():
        total = float(reading.heads[plant]["voluntary"].sum())
        if row.voluntary_total is not None and total > row.voluntary_total + slack(total):
            say = f"{heads(total)} take the voluntary scheme at {plant} in all, instead of at most {num(row.voluntary_total)}"
            yield {"plant": plant}, say, total - row.voluntary_total


def redundancy_limit(reading: Reading) -> Iterator[Found]:
    """No more people are made redundant in a period than may be."""
    for plant, row in reading.people.items():
        most = _cap(reading, row.redundancy_cap)
        yield from _beyond(reading, plant, reading.heads[plant]["redundant"], most, "are made redundant at")


def transfer_limit(reading: Reading) -> Iterator[Found]:
    """No more people move away to other plants in a period than may."""
    for plant, row in reading.people.items():
        yield from _beyond(reading, plant, _moves(reading, plant, leaving=True), _cap(reading, row.transfer_cap), "move away from")


def transfer_allowed(reading: Reading) -> Iterator[Found]:
    """People move only to plants that their plant names."""
    for plant, target, t, number in reading.transfers:
        row = reading.people.get(plant)
        if row is not None and target not in row.transfer_to and number > slack(0.0):
            say = f"{heads(number)} move from {plant} to {target} in {reading.name(t)}, which is not foreseen"
            yield {**_at(reading, plant, t), "to_plant": target}, say, number


def arrivals_stay(reading: Reading) -> Iterator[Found]:
    """People who move to a plant are still there at the end of the period."""
    for plant in reading.people:
        there = reading.heads[plant]["headcount"]
        yield from _beyond(reading, plant, _moves(reading, plant, leaving=False), there, "move in and do not stay at")


def moved_with_the_deal(reading: Reading) -> Iterator[Found]:
    """A buyer or tenant takes people over only when its deal starts, no more than it wants, and no more than there are."""
    for plant in reading.people:
        most = np.zeros(reading.horizon)
        for contract in reading.contracts:
            if contract.plant == plant and contract.offer.kind in ("sale", "lease"):
                taken = contract.offer.people_taken
                most[contract.start] += np.inf if taken is None else taken
        most = np.minimum(most, _before(reading, plant))
        yield from _beyond(reading, plant, reading.heads[plant]["moved"], most, "move to a new operator at")


RULES = (
    people_where_known,
    people_balance,
    people_enough,
    people_gone,
    attrition_limit,
    hiring_limit,
    voluntary_limit,
    voluntary_in_all,
    redundancy_limit,
    transfer_limit,
    transfer_allowed,
    arrivals_stay,
    moved_with_the_deal,
)
