"""A second reading of a balance: from the line and the places of its tasks alone, without the search that found them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from brownfield.errors import Problem, Where, nearest
from brownfield.shopfloor.inputs import Line, Place

SLACK = 1e-4
"""Seconds by which a station may seem to be over its time: what rounding can add up to."""


def verify(line: Line, assignment: Mapping[str, Place], takt: float | None = None) -> list[Problem]:
    """Everything in which a balance breaks a rule of its line; empty for a balance that can be worked.

    takt: seconds, when it is another than the line's.
    """
    found = list(_strangers(line, assignment))
    if found:
        return found
    at = [assignment[task] for task in line.tasks]
    order = {name: place for place, name in enumerate(line.places)}
    for check in (_order, _places, _groups):
        found += check(line, at, order)
    return found + list(_times(line, at, line.takt if takt is None else takt))


def _says(code: str, line: Line, task: str, found: str, expected: str) -> Problem:
    return Problem(code, Where(f"balance of {line.name}", column=task), found, expected, "balance the line again, or correct the places")


def _strangers(line: Line, assignment: Mapping[str, Place]) -> Iterator[Problem]:
    known = {name: station.operators for name, station in zip(line.places, line.stations, strict=False)}
    tasks, places = set(line.tasks), set(line.places)
    for task in line.tasks:
        if task not in assignment:
            yield _says("BF321", line, task, "a task that is done nowhere", "every task at one station")
    for task, place in assignment.items():
        if task not in tasks:
            yield _says("BF321", line, task, "a task that the line does not have", nearest(task, line.tasks) + "tasks of the line")
        elif place.station not in places:
            yield _says("BF321", line, task, f"station {place.station!r}", nearest(place.station, line.places) + "a station of the line")
        elif not 1 <= place.operator <= known.get(place.station, 1):
            most = known.get(place.station, 1)
            yield _says("BF326", line, task, f"person {place.operator} of station {place.station!r}", f"one of {most}")


def _order(line: Line, at: list[Place], order: Mapping[str, int]) -> Iterator[Problem]:
    for before, after in line.pairs:
        first, then = at[before], at[after]
        if order[first.station] > order[then.station]:
            found = f"at {then.station!r}, before {line.tasks[before]!r} at {first.station!r}"
            yield _says("BF322", line, line.tasks[after], found, f"not before {line.tasks[before]!r}")
        elif first.station == then.station and first.operator != then.operator:
            found = f"another person at {then.station!r} than {line.tasks[before]!r}, which comes first"
            yield _says("BF326", line, line.tasks[after], found, "one person for tasks that wait for one another at a station")


def _places(line: Line, at: list[Place], order: Mapping[str, int]) -> Iterator[Problem]:
    for task, name in enumerate(line.tasks):
        if not line.stations:
            return
        station = line.stations[order[at[task].station]]
        if line.held[task] and line.stations[line.now[task]].name != station.name:
            yield _says("BF328", line, name, f"at {station.name!r}", f"at {line.stations[line.now[task]].name!r}, where it is held")
            continue
        if line.held[task]:
            continue
        if line.zone[task] and station.zone != line.zone[task]:
            yield _says("BF325", line, name, f"at {station.name!r} in zone {station.zone!r}", f"a station in zone {line.zone[task]!r}")
        if line.tool[task] and line.tool[task] not in station.tools:
            yield _says("BF325", line, name, f"at {station.name!r}, without {line.tool[task]!r}", f"a station with {line.tool[task]!r}")


def _groups(line: Line, at: list[Place], _: Mapping[str, int]) -> Iterator[Problem]:
    for group in line.together:
        for task in group[1:]:
            if at[task] != at[group[0]]:
                yield _says("BF327", line, line.tasks[task], f"not with {line.tasks[group[0]]!r}", "the same station and person")
    for group in line.apart:
        for one, other in combinations(group, 2):
            if at[one].station == at[other].station:
                yield _says("BF327", line, line.tasks[other], f"at one station with {line.tasks[one]!r}", "another station")


def _times(line: Line, at: list[Place], takt: float) -> Iterator[Problem]:
    work: dict[Place, list[int]] = {}
    for task, place in enumerate(at):
        work.setdefault(place, []).append(task)
    for place, tasks in work.items():
        who = f"{place.station!r}" if place.operator == 1 else f"{place.station!r}, person {place.operator}"
        mean = sum(float(line.mean[task]) for task in tasks)
        if mean > takt + SLACK:
            yield _says("BF324", line, line.tasks[tasks[0]], f"{mean:.6g} s on the average car at {who}", f"at most {takt:g} s")
        most = takt * (1 + line.overload)
        for k, product in enumerate(line.products):
            time = sum(float(line.seconds[task, k]) for task in tasks)
            if time > most + SLACK:
                yield _says("BF323", line, line.tasks[tasks[0]], f"{time:.6g} s on {product} at {who}", f"at most {most:g} s")
