"""The pure line: fewest stations for a takt, or best takt for so many stations, proved as far as time allows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from brownfield.shopfloor import balance_loads as loads
from brownfield.shopfloor import balance_states as states
from brownfield.shopfloor.balance_bounds import Ints, Pure, best_weights, least_stations, tails
from brownfield.shopfloor.balance_form import PARTS, Form

FEW, MANY = 10_000, 1 << 60
"""Loads that are tried after a state at first; and all of them."""

Told = Callable[[float, float], None]

MEMORY = 1 << 30
"""Bytes that the states of one search may take."""


@dataclass
class Found:
    """The best line so far: station of each task, stations, and how many any line needs."""

    station_of: Ints
    stations: int
    bound: int
    proved_by: str = "bound"


def graph_of(pure: Pure) -> loads.Graph:
    """A line as the inner loops read it."""
    pairs = pure.direct[np.lexsort((pure.direct[:, 1], pure.direct[:, 0]))]
    first = np.searchsorted(pairs[:, 0], np.arange(pure.tasks + 1)).astype(np.int64)
    return loads.Graph(np.ascontiguousarray(pure.times), pure.limits, first, np.ascontiguousarray(pairs[:, 1]))


def worths(pure: Pure) -> Iterator[loads.Floats]:
    """What a task in a load may be worth: its time, with more or less weight on what comes after it.

    (Sewell and Jacobson's Hoffmann heuristic: time, positional weight, followers, and a price for each task.)
    """
    share = (pure.times / pure.limits).mean(axis=1)
    positional = share + pure.reach @ share
    followers = np.bincount(pure.direct[:, 0], minlength=pure.tasks)
    for weight in (0.0, 0.005, 0.01, 0.015, 0.02):
        for branching in (0.0, 0.005, 0.01, 0.015, 0.02):
            for price in (0.0, 0.01, 0.02, 0.03):
                yield share + weight * positional + branching * followers - price


def fill(pure: Pure, enough: int, clock: Callable[[], bool], most: int = 1000) -> tuple[Ints, int]:
    """The best line that Hoffmann's way finds from both ends: station of each task, and stations."""
    best = np.arange(pure.tasks, dtype=np.int64)
    stations = pure.tasks
    work = loads.filling(pure.tasks, len(pure.limits))
    sides = [(pure, graph_of(pure)), (pure.backwards, graph_of(pure.backwards))]
    for values in zip(*(list(worths(side)) for side, _ in sides), strict=True):
        for turn, ((_, graph), worth) in enumerate(zip(sides, values, strict=True)):
            made = np.zeros(pure.tasks, dtype=np.int64)
            used = loads.fill_line(graph, work, worth, most, stations, made)
            if used < stations:
                stations = used
                best = used - 1 - made[::-1] if turn else made
            if stations <= enough or clock():
                return best, stations
    return best, stations


def rules_of(pure: Pure) -> states.Rules:
    """What shows that a state or a load is of no use, worked out once for a line."""
    weight, room = best_weights(pure)
    tail = tails(pure)
    words = (pure.tasks + 63) // 64
    tail_sets = np.zeros((int(tail.max(initial=0)) + 2, words), dtype=np.uint64)
    for task in range(pure.tasks):
        tail_sets[: tail[task] + 1, task >> 6] |= np.uint64(1 << (task & 63))
    times, reach = pure.times, pure.reach
    first, by = [0], []
    for task in range(pure.tasks):
        longer = (times >= times[task]).all(axis=1) & (reach | ~reach[task]).all(axis=1)
        longer &= ~reach[task] & ~reach[:, task]
        alike = (times == times[task]).all(axis=1) & (reach == reach[task]).all(axis=1)
        longer &= ~alike | (np.arange(pure.tasks) < task)
        by += np.flatnonzero(longer).tolist()
        first.append(len(by))
    leads = (reach.sum(axis=1) > 0).astype(np.int64)
    return states.Rules(
        weight, room, tail_sets, np.array(first, dtype=np.int64), np.array(by, dtype=np.int64), leads, times.sum(axis=0),
    )  # fmt: skip


@dataclass
class Side:
    """The search from one end of a line, as far as it has come."""

    pure: Pure
    most: int = FEW
    done: bool = False
    graph: loads.Graph = field(init=False)
    rules: states.Rules = field(init=False)
    work: loads.Filling = field(init=False)
    known: states.Store = field(init=False)

    def __post_init__(self) -> None:
        self.graph, self.rules = graph_of(self.pure), rules_of(self.pure)
        self.work = loads.filling(self.pure.tasks, len(self.pure.limits))

    def open(self, stations: int, memory: int) -> None:
        """Begin anew: look for a line with fewer stations than this."""
        room = max(1000, memory // states.bytes_of_a_state(self.pure.tasks))
        self.known = states.store(self.pure.tasks, stations, min(room, 1 << 30))

    def line(self) -> Ints:
        """Station of each task in the best line of this search."""
        station_of = np.zeros(self.pure.tasks, dtype=np.int64)
        state = int(self.known.facts[states.BEST])
        while state > 0:
            before = int(self.known.before[state])
            new = self.known.sets[state] & ~self.known.sets[before]
            for task in range(self.pure.tasks):
                if int(new[task >> 6]) >> (task & 63) & 1:
                    station_of[task] = int(self.known.stations[state]) - 1
            state = before
        return station_of


def improve(pure: Pure, found: Found, clock: Callable[[], bool], memory: int = MEMORY) -> Found:
    """Search from both ends in turn for a line with fewer stations, until one end has nothing left to try.

    Each end has turns of growing length, and half of the memory. A search that cut loads short is begun anew without cuts.
    """
    sides = [Side(pure), Side(pure.backwards)]
    for side in sides:
        side.open(found.stations, memory // 2)
    effort = 20_000
    while found.stations > found.bound and not clock() and not all(side.done for side in sides):
        for turn, side in enumerate(sides):
            if side.done or clock():
                continue
            side.known.facts[states.MOST] = min(found.stations, side.known.facts[states.MOST])
            end = states.search(side.graph, side.rules, side.known, side.work, side.most, effort, found.bound)
            if side.known.facts[states.MOST] < found.stations:
                found.stations = int(side.known.facts[states.MOST])
                made = side.line()
                found.station_of = found.stations - 1 - made[::-1] if turn else made
            if end == states.PROVED and found.stations > found.bound:
                if side.known.facts[states.CUT_SHORT] == 0:
                    found.bound, found.proved_by = found.stations, "search"
                    return found
                side.most = MANY
                side.open(found.stations, memory // 2)
            elif end == states.FULL:
                side.done = True
        effort = min(2 * effort, 2_000_000)
    return found


@cache
def warm(measures: int) -> None:
    """Compile the inner loops, or load them from disk, before a clock runs."""
    times = np.full((4, measures), 2, dtype=np.int64)
    pure = Pure(times, np.full(measures, 3, dtype=np.int64), np.array([[0, 1]], dtype=np.int64))
    fill(pure, 0, lambda: True)
    improve(pure, Found(np.arange(4), 5, 0), lambda: False, 1 << 16)


def fewest_stations(pure: Pure, seconds: float, memory: int = MEMORY, told: Told | None = None) -> Found:
    """Fewest stations for the limits of a line: from both ends by Hoffmann's way, then by search."""
    end = time.monotonic() + seconds

    def clock() -> bool:
        return time.monotonic() > end

    bound = least_stations(pure)
    station_of, stations = fill(pure, bound, clock)
    found = Found(station_of, stations, bound)
    if told:
        told(found.stations, found.bound)
    return found if stations == bound else improve(pure, found, clock, memory)


@dataclass
class Takt:
    """The shortest takt so far in units, with its line, and the bound."""

    station_of: Ints
    value: int
    bound: int


def shortest_takt(form: Form, stations: int, seconds: float, told: Told | None = None, memory: int = MEMORY) -> Takt:
    """Shortest takt for so many stations: from above, each time a little shorter than what the last line needs.

    A takt for which the search proves that the stations do not do is the bound less one.
    """
    end = time.monotonic() + seconds
    best = _first_takt(form, stations, lambda: time.monotonic() > end)
    tell = told or (lambda value, bound: None)
    tell(best.value / form.unit, best.bound / form.unit)
    while best.value > best.bound and time.monotonic() < end:
        if not _tighter(form, stations, best, best.value - 1, end, memory):
            break
        tell(best.value / form.unit, best.bound / form.unit)
    return best


def _needs(form: Form, station_of: Ints, stations: int) -> int:
    """Takt in units that a line with these stations needs."""
    work = np.zeros((stations, form.times.shape[1]), dtype=np.int64)
    np.add.at(work, station_of, form.times)
    over = PARTS + round(form.line.overload * PARTS)
    return int(np.where(form.average, work, -(-work * PARTS // over)).max())


def _first_takt(form: Form, stations: int, clock: Callable[[], bool]) -> Takt:
    """A first line by halving between the bound and a takt that surely does, with Hoffmann's way at each."""
    total = form.times.sum(axis=0)
    over = PARTS + round(form.line.overload * PARTS)
    share = int(np.where(form.average, -(-total // stations), -(-total * PARTS // (stations * over))).max())
    low = max(form.least_takt(), share)
    everything = np.zeros(len(form.times), dtype=np.int64)
    best = Takt(everything, _needs(form, everything, stations), low)
    base = form.pure(low)
    high = best.value
    while low < high:
        middle = (low + high) // 2
        if least_stations(base.at(form.limits(middle))) > stations:
            low = middle + 1
        else:
            high = middle
    best.bound = low
    while low < best.value and not clock():
        middle = (low + best.value) // 2
        station_of, used = fill(base.at(form.limits(middle)), stations, clock, 100)
        if used <= stations:
            best.station_of, best.value = station_of, _needs(form, station_of, stations)
        else:
            low = middle + 1
    return best


def _tighter(form: Form, stations: int, best: Takt, takt: int, end: float, memory: int) -> bool:
    """Look for a line at a takt shorter than the best, or prove that there is none; False when neither was found."""
    pure = form.pure(takt)

    def clock() -> bool:
        return time.monotonic() > end

    if least_stations(pure) > stations:
        best.bound = max(best.bound, takt + 1)
        return True
    found = improve(pure, Found(np.zeros(len(form.times), dtype=np.int64), stations + 1, stations), clock, memory)
    if found.stations <= stations:
        best.station_of, best.value = found.station_of, _needs(form, found.station_of, stations)
    elif found.bound > stations:
        best.bound = max(best.bound, takt + 1)
    else:
        return False
    return True
