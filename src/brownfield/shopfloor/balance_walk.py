"""Inner loops of the balance: a walk from line to line, one task or two at a time, for lines with many tasks.

A task goes to another station, or two tasks change stations. Stations have no places of their own in the walk: any grouping of
the tasks is a line as long as no group has to wait for itself, so the order of the stations gives way wherever it can. Full
stations are worth more than half-full ones (the sum of squares of their fill), and steps to a lesser worth are taken ever more
seldom (simulated annealing). (Order kept up to date after Pearce and Kelly 2006; squares after Falkenauer 1996.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownfield.shopfloor.balance_bounds import Ints, Pure, apart
from brownfield.shopfloor.balance_loads import Floats
from brownfield.shopfloor.compiled import compiled

WARM, COLD = 0.01, 0.0005
"""Loss of worth that is taken once in e times: at the start and at the end of a round. A full station is worth 1."""

FIRST_STEPS, SLICE = 1_000_000, 1_000_000
"""Steps of the first round, each later one has twice as many; and steps between two looks at the clock."""

STAMP, STATIONS = range(2)
"""Places in Walk.facts: the last search for what a station waits for; stations in use."""


class Walk(NamedTuple):
    """A line that changes: tasks of each station as a chain, stations in an order in which none waits for a later one.

    times (n, D), share (n,): time of a task as a share of the limits; near (2, n + 1), linked (2, E): tasks that come after each
    (0) and before each (1); apart (n, n): two tasks never share a station (empty where that is not looked at); station, then,
    prior (n,); first, place, at (m,): head of the chain, place in the order, station at a place; left (m, D), full (m,): time
    left, share used; mark, reached, old (m,): scratch.
    """

    times: Ints
    share: Floats
    near: Ints
    linked: Ints
    apart: NDArray[np.bool_]
    station: Ints
    then: Ints
    prior: Ints
    first: Ints
    place: Ints
    at: Ints
    left: Ints
    full: Floats
    mark: Ints
    reached: Ints
    old: Ints
    facts: Ints


def walk_from(pure: Pure, station_of: Ints) -> Walk:
    """A walk that begins with a line; its stations are numbered from 0, none empty."""
    tasks, stations = pure.tasks, int(station_of.max()) + 1
    near, linked = np.zeros((2, tasks + 1), dtype=np.int64), np.zeros((2, len(pure.direct)), dtype=np.int64)
    for way in range(2):
        pairs = pure.direct[np.argsort(pure.direct[:, way], kind="stable")]
        near[way], linked[way] = np.searchsorted(pairs[:, way], np.arange(tasks + 1)), pairs[:, 1 - way]
    share = (pure.times / pure.limits).mean(axis=1)
    left = np.tile(pure.limits, (stations, 1))
    np.subtract.at(left, station_of, pure.times)
    never = apart(pure, np.arange(tasks)) if pure.is_closed else np.zeros((0, 0), dtype=bool)
    places = np.arange(stations, dtype=np.int64)
    none = np.full(tasks, -1, dtype=np.int64)
    full = np.zeros(stations)
    np.add.at(full, station_of, share)
    walk = Walk(
        np.ascontiguousarray(pure.times), share, near, linked, never, station_of.astype(np.int64), none, none.copy(),
        np.full(stations, -1),
        places, places.copy(), left, full, np.zeros_like(places), places.copy(), places.copy(), np.array([0, stations], dtype=np.int64),
    )  # fmt: skip
    for task in range(tasks):
        link(walk, task, walk.station[task])
    return walk


@compiled
def link(walk: Walk, task: int, station: int) -> None:
    """Put a task, which is at no station, into the chain of a station."""
    head = walk.first[station]
    walk.station[task], walk.first[station] = station, task
    walk.then[task], walk.prior[task] = head, -1
    if head >= 0:
        walk.prior[head] = task


@compiled
def unlink(walk: Walk, task: int) -> None:
    """Take a task out of the chain of its station."""
    then, prior = walk.then[task], walk.prior[task]
    if prior < 0:
        walk.first[walk.station[task]] = then
    else:
        walk.then[prior] = then
    if then >= 0:
        walk.prior[then] = prior


@compiled
def reach(walk: Walk, task: int, way: int) -> int:
    """Stations on the wrong side of the station of a task, in walk.reached: how many; -1 when that station has to wait for itself.

    way 0: stations before it that must come after it because of the task; 1: the other way round.
    """
    station, sign = walk.station[task], 1 - 2 * way
    here = sign * walk.place[station]
    walk.facts[STAMP] += 1
    stamp, found, looked_at = walk.facts[STAMP], 0, -1
    near, linked = walk.near[way], walk.linked[way]
    one = task
    while True:
        while one >= 0:
            for k in range(near[one], near[one + 1]):
                other = walk.station[linked[k]]
                if other == station:
                    if looked_at >= 0:
                        return -1
                elif walk.mark[other] != stamp and sign * walk.place[other] < here:
                    walk.mark[other] = stamp
                    walk.reached[found] = other
                    found += 1
            one = walk.then[one] if looked_at >= 0 else -1
        looked_at += 1
        if looked_at == found:
            return found
        one = walk.first[walk.reached[looked_at]]


@compiled
def reorder(walk: Walk, station: int, found: int, way: int) -> None:
    """Give the stations that were reached places right behind a station (way 0) or right before it (way 1)."""
    near = far = walk.place[station]
    for k in range(found):
        place = walk.place[walk.reached[k]]
        near, far = min(near, place), max(far, place)
    walk.old[near : far + 1] = walk.at[near : far + 1]
    stamp, next_place = walk.facts[STAMP], near
    for turn in range(2):
        for place in range(near, far + 1):
            other = walk.old[place]
            if (walk.mark[other] == stamp) == (turn != way):
                walk.at[next_place], walk.place[other] = other, next_place
                next_place += 1


@compiled
def shift(walk: Walk, task: int, station: int) -> bool:
    """Do a task at another station, whether it has time or not; False, and no change, when that station had to wait for itself."""
    before = walk.station[task]
    way = 0 if walk.place[station] > walk.place[before] else 1
    unlink(walk, task)
    link(walk, task, station)
    found = reach(walk, task, way)
    if found < 0:
        unlink(walk, task)
        link(walk, task, before)
        return False
    if found > 0:
        reorder(walk, station, found, way)
    for d in range(walk.left.shape[1]):
        walk.left[station, d] -= walk.times[task, d]
        walk.left[before, d] += walk.times[task, d]
    walk.full[station] += walk.share[task]
    walk.full[before] -= walk.share[task]
    return True


@compiled
def has_room(walk: Walk, station: int, task: int, other: int) -> bool:
    """Whether a station has time for a task when another one goes (-1: none goes)."""
    for d in range(walk.left.shape[1]):
        left = walk.left[station, d] - walk.times[task, d]
        if other >= 0:
            left += walk.times[other, d]
        if left < 0:
            return False
    return True


@compiled
def is_apart(walk: Walk, station: int, task: int, other: int) -> bool:
    """Whether some task of a station, but for one that goes (-1: none), never shares one with a task."""
    if walk.apart.shape[0] == 0:
        return False
    mate = walk.first[station]
    while mate >= 0:
        if mate != other and walk.apart[mate, task]:
            return True
        mate = walk.then[mate]
    return False


@compiled
def pick(walk: Walk, task: int) -> int:
    """A station to try: near ones more often than far ones, at a distance that is even on a scale of logarithms."""
    stations = walk.place.shape[0]
    distance = int(stations ** np.random.random())
    place = walk.place[walk.station[task]] + (distance if np.random.random() < 0.5 else -distance)
    return int(walk.at[place]) if 0 <= place < stations else -1


@compiled
def step(walk: Walk, loss: float) -> None:
    """Try one step: a task to another station, or when that has no time for it two tasks the other's way."""
    task = np.random.randint(walk.station.shape[0])
    here, there = walk.station[task], pick(walk, task)
    if there < 0 or walk.first[there] < 0:
        return
    other, gain = -1, walk.share[task]
    if not has_room(walk, there, task, -1):
        other = walk.first[there]
        while walk.then[other] >= 0 and np.random.random() < 0.5:
            other = walk.then[other]
        gain -= walk.share[other]
        if not has_room(walk, there, task, other) or not has_room(walk, here, other, task):
            return
    worth = 2.0 * gain * (walk.full[there] - walk.full[here] + gain)
    if worth < 0.0 and np.random.random() >= np.exp(worth / loss):
        return
    if is_apart(walk, there, task, other) or (other >= 0 and is_apart(walk, here, other, task)) or not shift(walk, task, there):
        return
    if other >= 0 and not shift(walk, other, here):
        shift(walk, task, here)
    elif walk.first[here] < 0:
        walk.facts[STATIONS] -= 1


@compiled
def go(walk: Walk, begin: int, end: int, steps: int, warm: float, cold: float, enough: int) -> None:
    """Steps number `begin` to `end` of a round of so many, or fewer when the line has no more than `enough` stations."""
    np.random.seed(begin)
    for number in range(begin, end):
        step(walk, warm * (cold / warm) ** (number / steps))
        if walk.facts[STATIONS] <= enough:
            return


def walk_on(pure: Pure, station_of: Ints, enough: int, clock: Callable[[], bool], steps: int = FIRST_STEPS) -> tuple[Ints, int]:
    """A round of so many steps from a line: station of each task at its end, and how many there are, never more than before."""
    walk = walk_from(pure, np.unique(station_of, return_inverse=True)[1])
    for begin in range(0, steps, SLICE):
        go(walk, begin, min(begin + SLICE, steps), steps, WARM, COLD, enough)
        if walk.facts[STATIONS] <= enough or clock():
            break
    numbered = np.unique(walk.place[walk.station], return_inverse=True)[1]
    return numbered.astype(np.int64), int(walk.facts[STATIONS])
