"""What would make a guest's car fit: one station or one person more on the line, or two such changes where one is not enough."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

from brownfield.shopfloor.balance import Balance, balance
from brownfield.shopfloor.inputs import Line

COSTED = 8
"""Most remedies that are balanced for their cost."""

PAIRED = 4
"""Pairs of changes after which no more are looked for."""


@dataclass(frozen=True)
class Change:
    """One thing more on the line: a person at a station, or a station behind one, in its zone."""

    kind: Literal["station", "person"]
    at: str

    def made(self, line: Line) -> Line:
        """The line with it; the new station is for one person and has no tools."""
        place = line.places.index(self.at)
        model = line.stations[place]
        if self.kind == "person":
            station = replace(model, operators=model.operators + 1)
            return replace(line, stations=(*line.stations[:place], station, *line.stations[place + 1 :]))
        new = replace(model, name=f"new behind {self.at}", tools=frozenset(), operators=1)
        stations = (*line.stations[: place + 1], new, *line.stations[place + 1 :])
        return replace(line, stations=stations, now=tuple(at + 1 if at > place else at for at in line.now))


@dataclass(frozen=True)
class Remedy:
    """Changes with which the guest's car fits at its takt, and the balance of the line with them."""

    changes: tuple[Change, ...]
    balance: Balance

    @property
    def cost(self) -> float:
        """Millions for staffed stations, people and moved tasks."""
        return self.balance.cost


def remedies(line: Line, full: Iterable[str], seconds: float, told: Callable[[str], None]) -> tuple[Remedy, ...]:
    """Changes with which the line keeps its takt, the cheapest first.

    full: stations that bind at the shortest takt; changes are tried in their zones. Pairs of changes are tried, at those stations
    and for as long again as `seconds`, only when no change by itself is enough.
    """
    told("one station or one person more")
    zones = {station.zone for station in line.stations if station.name in set(full)}
    there = [station.name for station in line.stations if station.zone in zones]
    single: list[tuple[Change, ...]] = [(Change(kind, at),) for at in there for kind in _KINDS]
    limit = seconds / 4
    helps = [changes for changes in single if _fits(line, changes, limit)]
    if not helps:
        told("two changes together")
        helps = _pairs(line, [name for name in line.places if name in set(full)] or there, limit, time.monotonic() + seconds)
    made = [Remedy(changes, balance(_changed(line, changes), "cost", limit)) for changes in helps[:COSTED]]
    found = [remedy for remedy in made if remedy.balance.assignment]
    return tuple(sorted(found, key=lambda one: (round(one.cost, 6), len(one.balance.moved), [change.at for change in one.changes])))


_KINDS: tuple[Literal["person", "station"], ...] = ("person", "station")


def _changed(line: Line, changes: tuple[Change, ...]) -> Line:
    for change in changes:
        line = change.made(line)
    return line


def _fits(line: Line, changes: tuple[Change, ...], limit: float) -> bool:
    return bool(balance(_changed(line, changes), "stations", limit).assignment)


def _pairs(line: Line, stations: list[str], limit: float, end: float) -> list[tuple[Change, ...]]:
    """Two changes with which the line keeps its takt, as many as are found until the clock says so."""
    found: list[tuple[Change, ...]] = []
    for pair in combinations([Change(kind, at) for at in stations for kind in _KINDS], 2):
        if len(found) == PAIRED or time.monotonic() > end:
            break
        if _fits(line, pair, limit):
            found.append(pair)
    return found
