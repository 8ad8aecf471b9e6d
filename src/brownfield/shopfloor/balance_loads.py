"""Inner loops of the balance: every full load of a station, one after another, and Hoffmann's way to fill a whole line.

A load is a set of tasks that one station can do next: everything that comes before them is done. It is full when no
further task fits in. Tasks are numbered from 0, later ones never before earlier ones. Times are whole numbers with
several measures for each task (one for each product, one for the average car), and none may pass its limit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownfield.shopfloor.compiled import compiled

Ints = NDArray[np.int64]
Bits = NDArray[np.uint64]
Floats = NDArray[np.float64]


class Graph(NamedTuple):
    """Tasks of a pure line: times (n, D), limits (D,), followers of each task in one run after another.

    order (n,): tasks as they are tried, long ones first: what was passed over then seldom fits in later.
    """

    times: Ints
    limits: Ints
    first: Ints
    follower: Ints
    order: Ints


class Filling(NamedTuple):
    """A station being filled: what is left of its time, and where the search for its next load stands.

    degree: tasks yet to be done before each task (-1: done, or in the load); eligible: tasks in the order in which they
    became possible; load: tasks in the station; place, upto, fits: the search at each depth; top[0]: its depth, top[1]: loads
    looked at.
    """

    left: Ints
    degree: Ints
    eligible: Ints
    load: Ints
    place: Ints
    upto: Ints
    fits: Ints
    top: Ints


def filling(tasks: int, measures: int) -> Filling:
    """An empty station for a line with so many tasks and measures."""

    def numbers(size: int) -> Ints:
        return np.zeros(size, dtype=np.int64)

    return Filling(
        numbers(measures), numbers(tasks), numbers(tasks + 1), numbers(tasks + 1),
        numbers(tasks + 2), numbers(tasks + 2), numbers(tasks + 2), numbers(2),
    )  # fmt: skip


@compiled
def fits_in(times: Ints, task: int, left: Ints) -> bool:
    """Whether a task fits into what is left of a station."""
    for d in range(left.shape[0]):
        if times[task, d] > left[d]:
            return False
    return True


@compiled
def begin(graph: Graph, work: Filling, done: Bits) -> int:
    """Open a new station after the tasks in `done`; the number of tasks still to do."""
    tasks = graph.times.shape[0]
    work.left[:] = graph.limits
    work.degree[:] = 0
    for task in range(tasks):
        if not (done[task >> 6] >> np.uint64(task & 63)) & np.uint64(1):
            for k in range(graph.first[task], graph.first[task + 1]):
                work.degree[graph.follower[k]] += 1
    found, open_tasks = 0, 0
    for task in graph.order:
        if (done[task >> 6] >> np.uint64(task & 63)) & np.uint64(1):
            work.degree[task] = -1
            continue
        open_tasks += 1
        if work.degree[task] == 0:
            work.eligible[found] = task
            found += 1
    work.top[:], work.place[0], work.upto[0], work.fits[0] = 0, 0, found, 0
    return open_tasks


@compiled
def deeper(graph: Graph, work: Filling, depth: int) -> bool:
    """Put the next task that fits into the station; False when none does."""
    found = work.upto[depth]
    for place in range(work.place[depth], found):
        task = work.eligible[place]
        if not fits_in(graph.times, task, work.left):
            continue
        work.fits[depth], work.place[depth] = 1, place + 1
        work.load[depth], work.degree[task] = task, -1
        for d in range(work.left.shape[0]):
            work.left[d] -= graph.times[task, d]
        for k in range(graph.first[task], graph.first[task + 1]):
            other = graph.follower[k]
            work.degree[other] -= 1
            if work.degree[other] == 0:
                work.eligible[found] = other
                found += 1
        work.place[depth + 1], work.upto[depth + 1], work.fits[depth + 1] = place + 1, found, 0
        return True
    return False


@compiled
def take_out(graph: Graph, work: Filling, depth: int) -> None:
    """Take the last task out of the station again."""
    task = work.load[depth]
    work.degree[task] = 0
    for d in range(work.left.shape[0]):
        work.left[d] += graph.times[task, d]
    for k in range(graph.first[task], graph.first[task + 1]):
        work.degree[graph.follower[k]] += 1


@compiled
def is_full(graph: Graph, work: Filling, depth: int) -> bool:
    """Whether no task that was passed over would fit in."""
    for place in range(work.upto[depth]):
        task = work.eligible[place]
        if work.degree[task] == 0 and fits_in(graph.times, task, work.left):
            return False
    return True


@compiled
def next_load(graph: Graph, work: Filling, spare: Ints, most: int) -> bool:
    """Find the next full load that leaves no more than `spare` (D,) of a station: work.load[: work.top[0]].

    Every such load comes exactly once; False after the last, or when more than `most` loads have been looked at.
    """
    depth = work.top[0]
    while depth >= 0:
        if work.fits[depth] < 2 and deeper(graph, work, depth):
            depth += 1
            continue
        if work.fits[depth] == 0:
            work.fits[depth] = 2
            work.top[1] += 1
            if work.top[1] > most:
                return False
            if depth > 0 and fits_in(work.left.reshape(1, -1), 0, spare) and is_full(graph, work, depth):
                work.top[0] = depth
                return True
        depth -= 1
        if depth >= 0:
            take_out(graph, work, depth)
    work.top[0] = -1
    return False


@compiled
def fill_line(graph: Graph, work: Filling, worth: Floats, most: int, stop_at: int, station_of: Ints) -> int:
    """Fill station after station with the load that is worth most of the first `most` loads (Hoffmann's way).

    worth (n,): of each task in a load. station_of (n,) takes the answer. Returns the stations used, or stop_at when that many
    do not do.
    """
    tasks = graph.times.shape[0]
    done = np.zeros((tasks + 63) >> 6, dtype=np.uint64)
    best = np.zeros(tasks + 1, dtype=np.int64)
    spare = np.full(graph.limits.shape[0], np.iinfo(np.int64).max)
    station = 0
    while begin(graph, work, done) > 0:
        if station + 1 >= stop_at:
            return stop_at
        size, most_worth = 0, -np.inf
        while next_load(graph, work, spare, most):
            depth = work.top[0]
            value = 0.0
            for k in range(depth):
                value += worth[work.load[k]]
            if value > most_worth + 1e-12:
                most_worth, size = value, depth
                best[:depth] = work.load[:depth]
        if size == 0:
            return stop_at
        for k in range(size):
            task = best[k]
            station_of[task] = station
            done[task >> 6] |= np.uint64(1) << np.uint64(task & 63)
        station += 1
    return station
