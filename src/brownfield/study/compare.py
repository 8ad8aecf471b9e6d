"""Two plans side by side: what each does with the plants, and the difference in worth, item by item and plant by plant."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from brownfield.case.scope import owned_plants
from brownfield.plan.ledger import ITEMS, Ledger
from brownfield.plan.plan import Plan
from brownfield.solve.outcome import Outcome

CENTS = 10**8
"""Hundredths of a unit of currency in a million."""


@dataclass(frozen=True)
class Step:
    """One step of the difference: by how much an item at a plant (blank: at none) adds to the worth of the second plan; in cents."""

    item: str
    plant: str
    cents: int

    @property
    def amount(self) -> float:
        """Million of the base currency."""
        return self.cents / CENTS


@dataclass(frozen=True)
class Change:
    """One decision that differs: of what (plant, launch, offer, shifts, people), and how it reads in either plan."""

    kind: str
    name: str
    first: str
    second: str


@dataclass(frozen=True)
class Comparison:
    """Two outcomes with a plan each, and every step between their worths: first.cents + sum of steps = second.cents, exactly."""

    names: tuple[str, str]
    first: Outcome
    second: Outcome
    cents: tuple[int, int]
    steps: tuple[Step, ...]
    changes: tuple[Change, ...]

    @property
    def difference(self) -> float:
        """By how much the second plan is worth more, in millions."""
        return (self.cents[1] - self.cents[0]) / CENTS

    def by_item(self) -> list[Step]:
        """The steps of each item together, in the order of the books; nothing where it only moves from plant to plant."""
        return _summed(self.steps, lambda step: Step(step.item, "", step.cents))

    def by_plant(self) -> list[Step]:
        """The steps of each plant together, the largest first."""
        return sorted(_summed(self.steps, lambda step: Step("", step.plant, step.cents)), key=lambda step: (-abs(step.cents), step.plant))

    @property
    def least(self) -> float | None:
        """What the difference between the two best plans is at least, by plan of the second and bound of the first; None: not known."""
        return None if self.first.bound is None or self.second.npv is None else self.second.npv - self.first.bound

    @property
    def most(self) -> float | None:
        """What it is at most."""
        return None if self.second.bound is None or self.first.npv is None else self.second.bound - self.first.npv


def _summed(steps: Iterable[Step], key: object) -> list[Step]:
    total: dict[tuple[str, str], int] = defaultdict(int)
    for step in steps:
        short = key(step)  # type: ignore[operator]
        total[short.item, short.plant] += step.cents
    return [Step(item, plant, cents) for (item, plant), cents in total.items()]


def compare(first: Outcome, second: Outcome, names: tuple[str, str] = ("first", "second")) -> Comparison:
    """Set two plans side by side. ValueError when one is no plan, or they are reckoned in different currencies.

    The cases may differ: then the difference is that of cases and plans together. Every amount is reckoned to the cent, so that
    the steps add up to the difference without a rest.
    """
    if first.plan is None or second.plan is None or first.ledger is None or second.ledger is None:
        raise ValueError("both must have a plan")
    base = (first.case.settings.base_currency, second.case.settings.base_currency)
    if base[0] != base[1]:
        raise ValueError(f"one is reckoned in {base[0]}, the other in {base[1]}")
    one, other = _worths(first.ledger), _worths(second.ledger)
    order = {item: at for at, item in enumerate(ITEMS)}
    keys = sorted({*one, *other}, key=lambda key: (order.get(key[0], len(order)), key[1] == "", key[1]))
    steps = tuple(Step(*key, cents) for key in keys if (cents := other.get(key, 0) - one.get(key, 0)))
    totals = (sum(one.values()), sum(other.values()))
    return Comparison(names, first, second, totals, steps, tuple(_changes(first, second)))


def _worths(ledger: Ledger) -> dict[tuple[str, str], int]:
    """Cents of each item at each plant: each sum rounded once, and the rest of the rounding put where the largest amount stands."""
    groups: dict[tuple[str, str], list[float]] = defaultdict(list)
    for item, plant, amount in ledger.postings.select("item", "plant", "discounted").iter_rows():
        groups[item, plant or ""].append(amount)
    cents = {key: round(math.fsum(amounts) * CENTS) for key, amounts in groups.items()}
    if cents:
        whole = round(math.fsum(amount for amounts in groups.values() for amount in amounts) * CENTS)
        largest = max(cents, key=lambda key: (abs(cents[key]), key))
        cents[largest] += whole - sum(cents.values())
    return cents


def _changes(first: Outcome, second: Outcome) -> list[Change]:
    """The large decisions that differ: states of plants, launches, offers, and people at the end."""
    assert first.plan is not None
    assert second.plan is not None
    found = []
    for kind, read in (("plant", _states), ("launch", _launches), ("offer", _offers), ("shifts", _shifts), ("people", _people)):
        one, other = read(first, first.plan), read(second, second.plan)
        for name in sorted({*one, *other}):
            a, b = one.get(name, "–"), other.get(name, "–")
            if a != b:
                found.append(Change(kind, name, a, b))
    return found


def _states(outcome: Outcome, plan: Plan) -> dict[str, str]:
    """Each plant's states over time: `open, closed from 2027`."""
    states: dict[str, list[tuple[str, str]]] = defaultdict(list)
    order = outcome.case.calendar.index
    for plant, period, state in sorted(plan.sites.iter_rows(), key=lambda row: (row[0], order[row[1]])):
        states[plant].append((period, state))
    return {plant: spans(states[plant]) for plant in sorted(owned_plants(outcome.case)["plant"]) if plant in states}


def spans(states: Sequence[tuple[str, str]]) -> str:
    """What holds over time, in words: the first state, and from when each later one."""
    told = []
    for at, (period, state) in enumerate(states):
        if at == 0 or states[at - 1][1] != state:
            told.append(state if at == 0 else f"{state} from {period}")
    return ", ".join(told)


def _launches(outcome: Outcome, plan: Plan) -> dict[str, str]:
    return {f"{product} on {line}": f"in {period}" for product, line, period in plan.launches.iter_rows()}


def _offers(outcome: Outcome, plan: Plan) -> dict[str, str]:
    told = {}
    for offer, line, start, end in plan.contracts.iter_rows():
        told[offer] = f"accepted from {start}" + (f", on {line}" if line else "") + (f", ended in {end}" if end else "")
    return told


def _shifts(outcome: Outcome, plan: Plan) -> dict[str, str]:
    models: dict[str, list[tuple[str, str]]] = defaultdict(list)
    order = outcome.case.calendar.index
    for line, period, model in sorted(plan.shifts.iter_rows(), key=lambda row: (row[0], order[row[1]])):
        models[line].append((period, model))
    return {line: spans(found) for line, found in models.items()}


def _people(outcome: Outcome, plan: Plan) -> dict[str, str]:
    last = outcome.case.calendar.names[-1]
    return {
        plant: f"{heads:,.0f} at the end"
        for plant, period, heads in plan.people.select("plant", "period", "headcount").iter_rows()
        if period == last
    }
