"""The pure line: fewest stations for a takt, or best takt for so many stations, proved as far as time allows."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from brownfield.shopfloor import balance_loads as loads
from brownfield.shopfloor import balance_states as states
from brownfield.shopfloor.balance_beams import Beams, worths
from brownfield.shopfloor.balance_bounds import Ints, Pure, best_weights, least_stations, tails
from brownfield.shopfloor.balance_form import PARTS, Form
from brownfield.shopfloor.balance_walk import FIRST_STEPS, walk_on

FEW, FEWER, MANY = 10_000, 100, 1 << 60
"""Loads that are tried after a state at first; where there are many tasks; and all of them."""

MANY_TASKS = 300
"""Tasks above which a line has so many loads that trying most of them after one state would take all the time."""

Told = Callable[[float, float], None]

MEMORY, FIRST_MEMORY = 1 << 30, 1 << 24
"""Bytes that the states of one search may take; and at first, from each end."""

SHORT = 1_000_000
"""Loads that are tried before Hoffmann's way is gone in full."""

MOST_REPLACED = 1_500
"""Tasks up to which it is worth to look for tasks that replace one another."""


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
    order = np.argsort(-(pure.times / pure.limits).max(axis=1), kind="stable")
    return loads.Graph(np.ascontiguousarray(pure.times), pure.limits, first, np.ascontiguousarray(pairs[:, 1]), order)


def fill(pure: Pure, enough: int, clock: Callable[[], bool], most: int = 1000, step: int = 1) -> tuple[Ints, int]:
    """The best line that Hoffmann's way finds from both ends: station of each task, and stations.

    most: loads tried at a station; step: take only every so many-th of the ways to weigh a task.
    """
    best = np.arange(pure.tasks, dtype=np.int64)
    stations = pure.tasks
    work = loads.filling(pure.tasks, len(pure.limits))
    sides = [(pure, graph_of(pure)), (pure.backwards, graph_of(pure.backwards))]
    for values in zip(*(list(worths(side))[::step] for side, _ in sides), strict=True):
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
    for task in range(pure.tasks if pure.tasks <= MOST_REPLACED else 0):
        longer = (times >= times[task]).all(axis=1) & (reach | ~reach[task]).all(axis=1)
        longer &= ~reach[task] & ~reach[:, task]
        alike = (times == times[task]).all(axis=1) & (reach == reach[task]).all(axis=1)
        longer &= ~alike | (np.arange(pure.tasks) < task)
        by += np.flatnonzero(longer).tolist()
        first.append(len(by))
    first += [len(by)] * (pure.tasks + 1 - len(first))
    leads = (reach.sum(axis=1) > 0).astype(np.int64)
    return states.Rules(
        weight, room, tail_sets, np.array(first, dtype=np.int64), np.array(by, dtype=np.int64), leads, times.sum(axis=0),
    )  # fmt: skip


@dataclass
class Side:
    """The search from one end of a line, as far as it has come."""

    pure: Pure
    most: int = 0
    done: bool = False
    graph: loads.Graph = field(init=False)
    rules: states.Rules = field(init=False)
    work: loads.Filling = field(init=False)
    known: states.Store = field(init=False)

    def __post_init__(self) -> None:
        self.most = self.most or (FEW if self.pure.tasks <= MANY_TASKS else FEWER)
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


class Search:
    """The search for a line with fewer stations than the best, from both ends in turn.

    Each end has turns of growing length and half of the memory: a little at first, more when that is used up. A search that
    cut loads short is begun anew without cuts. It ends when one end has nothing left to try, which is the proof.
    """

    def __init__(self, pure: Pure, found: Found, memory: int = MEMORY) -> None:
        self.found = found
        self.sides = [Side(pure), Side(pure.backwards)]
        self.most = memory // 2
        self.memory = [min(self.most, FIRST_MEMORY)] * 2
        self.turn = 20_000
        for side, room in zip(self.sides, self.memory, strict=True):
            side.open(found.stations, room)

    def go_on(self, clock: Callable[[], bool], effort: int = MANY) -> Found:
        """Search until the proof, until the clock says so, or for about `effort` loads."""
        found = self.found
        while found.stations > found.bound and effort > 0 and not all(side.done for side in self.sides):
            for number, side in enumerate(self.sides):
                if clock():
                    return found
                if not side.done and found.stations > found.bound:
                    self._turn(number, side)
            effort -= 2 * self.turn
            self.turn = min(2 * self.turn, 1_000_000)
        return found

    def take(self, better: tuple[Ints, int] | None) -> None:
        """Go on from a better line that was found elsewhere."""
        if better is not None and better[1] < self.found.stations:
            self.found.station_of, self.found.stations = better

    def _turn(self, number: int, side: Side) -> None:
        """One turn of one end, and what follows from how it ended."""
        found = self.found
        side.known.facts[states.MOST] = min(found.stations, side.known.facts[states.MOST])
        end = states.search(side.graph, side.rules, side.known, side.work, side.most, self.turn, found.bound)
        if side.known.facts[states.MOST] < found.stations:
            found.stations = int(side.known.facts[states.MOST])
            made = side.line()
            found.station_of = found.stations - 1 - made[::-1] if number else made
        if end == states.PROVED and found.stations > found.bound:
            if side.known.facts[states.CUT_SHORT] == 0:
                found.bound, found.proved_by = found.stations, "search"
                return
            side.most = MANY
            side.open(found.stations, self.memory[number])
        elif end == states.FULL and self.memory[number] < self.most:
            self.memory[number] = min(self.most, 8 * self.memory[number])
            side.open(found.stations, self.memory[number])
        elif end == states.FULL:
            side.done = True


@cache
def warm(measures: int) -> None:
    """Compile the inner loops, or load them from disk, before a clock runs."""
    times = np.full((4, measures), 2, dtype=np.int64)
    pure = Pure(times, np.full(measures, 3, dtype=np.int64), np.array([[0, 1]], dtype=np.int64))
    fill(pure, 0, lambda: True)
    search = Search(pure, Found(np.arange(4), 5, 0), 1 << 16)
    Beams(search.sides, 2).round(2, lambda: False, 1)
    walk_on(pure, np.arange(4), 0, lambda: False, 10)
    search.go_on(lambda: False)


def fewest_stations(pure: Pure, seconds: float, memory: int = MEMORY, told: Told | None = None) -> Found:
    """Fewest stations for the limits of a line: from both ends by Hoffmann's way, then by search, or by a walk where tasks are many."""
    end = time.monotonic() + seconds

    def clock() -> bool:
        return time.monotonic() > end

    bound = least_stations(pure)
    found = Found(*fill(pure, bound, clock, 100, 7), bound)
    tell = told or (lambda value, bound: None)
    tell(found.stations, found.bound)
    steps = _walk(pure, found, clock, FIRST_STEPS, tell)
    while found.stations > bound and not pure.is_closed and not clock():
        steps = _walk(pure, found, clock, steps, tell)
    if found.stations > bound and not clock():
        search, effort = Search(pure, found, memory), SHORT
        search.go_on(clock, effort)
        beams = Beams(search.sides)
        while found.stations > found.bound and not clock():
            search.take(beams.round(found.stations, clock))
            tell(found.stations, found.bound)
            steps = _walk(pure, found, clock, steps, tell)
            effort *= 2
            search.go_on(clock, effort)
    return found


def _walk(pure: Pure, found: Found, clock: Callable[[], bool], steps: int, tell: Told) -> int:
    """Walk on from the best line of many tasks until a round saves no station: steps of the next round, twice as many each time."""
    before = found.stations + 1
    while pure.tasks > MANY_TASKS and found.bound < found.stations < before and not clock():
        before = found.stations
        found.station_of, found.stations = walk_on(pure, found.station_of, found.bound, clock, steps)
        tell(found.stations, found.bound)
        steps *= 2
    return steps


@dataclass
class Takt:
    """The shortest takt so far in units, with its line, and the bound; lucky: the way to weigh tasks that found a line last."""

    station_of: Ints
    value: int
    bound: int
    lucky: int = -1


def shortest_takt(form: Form, stations: int, seconds: float, told: Told | None = None, memory: int = MEMORY) -> Takt:
    """Shortest takt for so many stations, with more effort in each round.

    A takt for which the search proves that the stations do not do is the bound less one. Each round begins with the bound
    itself: the tighter the takt, the less there is to search. Then it goes down from the best in steps, longer ones after a
    step that led to a line, shorter ones after a step that was left undecided.
    """
    end = time.monotonic() + seconds
    best = _first_takt(form, stations, lambda: time.monotonic() > end)
    tell = told or (lambda value, bound: None)
    tell(best.value / form.unit, best.bound / form.unit)
    effort, width = SHORT // 4, 5
    while form.pure(best.value).is_closed and best.bound < best.value and time.monotonic() < end:
        step, takt, passed = max(1, (best.value - best.bound) // 8), best.bound, best.bound - 1
        while step > 0 and best.bound < best.value and time.monotonic() < end:
            if _tighter(form, stations, best, takt, end, memory, effort, width):
                step = 2 * step if takt >= best.bound else step
            else:
                step, passed = step // 2 if takt > best.bound else step, takt
            step = min(step, best.value - passed - 1)
            takt = max(best.bound, best.value - step)
            tell(best.value / form.unit, best.bound / form.unit)
        effort, width = 4 * effort, 2 * width
    return best


def _needs(form: Form, station_of: Ints, stations: int) -> int:
    """Takt in units that a line with these stations needs."""
    work = np.zeros((stations, form.times.shape[1]), dtype=np.int64)
    np.add.at(work, station_of, form.times)
    over = PARTS + round(form.line.overload * PARTS)
    return int(np.where(form.average, work, -(-work * PARTS // over)).max())


def _first_takt(form: Form, stations: int, clock: Callable[[], bool]) -> Takt:
    """A first line by Hoffmann's way: from the bound up in growing steps to a takt that does, then by halving."""
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
    step = max(1, low // 200)
    while low < best.value:
        middle = min((low + best.value) // 2, low + step)
        station_of, used = fill(base.at(form.limits(middle)), stations, clock, 30, 15)
        if used <= stations:
            best.station_of, best.value = station_of, _needs(form, station_of, stations)
        else:
            low, step = middle + 1, 2 * step
            if clock() and best.value < form.takt_of_one:
                break
    return best


def _tighter(form: Form, stations: int, best: Takt, takt: int, end: float, memory: int, effort: int, width: int) -> bool:
    """Look for a line at a takt shorter than the best, or prove that there is none; False when it stays undecided."""
    pure = form.pure(takt)

    def clock() -> bool:
        return time.monotonic() > end

    if least_stations(pure) > stations:
        best.bound = max(best.bound, takt + 1)
        return True
    nothing = Found(np.zeros(len(form.times), dtype=np.int64), stations + 1, stations)
    search = Search(pure, nothing, memory)
    found = search.go_on(clock, SHORT // 8)
    if found.stations > stations >= found.bound:
        beams = Beams(search.sides, width, takt + width, best.lucky)
        search.take(beams.round(stations + 1, clock))
        best.lucky = beams.lucky
    if found.stations > stations >= found.bound:
        search.go_on(clock, effort)
    if found.stations <= stations:
        best.station_of, best.value = found.station_of, _needs(form, found.station_of, stations)
    elif found.bound > stations:
        best.bound = max(best.bound, takt + 1)
    else:
        return False
    return True
