"""Inner loops of the balance: a beam of half-built lines, station after station, the best of which are kept.

From each line of the beam the next station is filled in several ways: tasks come in the order of their worth, more or less
shaken, and the first full loads in that order are tried. What leads to a set of done tasks that is there already, or from
which no better line can follow, is dropped; the lines whose done tasks are worth most go on. (After Blum 2011.)
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownfield.shopfloor.balance_loads import Bits, Filling, Floats, Graph, Ints, begin, next_load
from brownfield.shopfloor.balance_states import Rules, add_up, is_hopeless, is_of_use
from brownfield.shopfloor.compiled import compiled


class Beam(NamedTuple):
    """Half-built lines at every depth: sets of done tasks (depth, width, W), the line before each, and what the sets are worth.

    kept (depth,): how many there are; hashes (width,): of the sets at the depth that is being filled; order (n,): keys by which
    tasks are tried.
    """

    sets: NDArray[np.uint64]
    before: NDArray[np.int32]
    value: Floats
    kept: Ints
    hashes: Bits
    keys: Floats


def beam_of(tasks: int, depth: int, width: int) -> Beam:
    """Room for so many lines at so many depths."""
    words = (tasks + 63) // 64
    return Beam(
        np.zeros((depth + 1, width, words), dtype=np.uint64), np.zeros((depth + 1, width), dtype=np.int32),
        np.zeros((depth + 1, width)), np.zeros(depth + 1, dtype=np.int64), np.zeros(width, dtype=np.uint64), np.zeros(tasks),
    )  # fmt: skip


@compiled
def shake(work: Filling, worth: Floats, keys: Floats, noise: float) -> None:
    """Put the tasks that can be done next in the order of their worth, each shaken a little."""
    found = work.upto[0]
    for place in range(found):
        task = work.eligible[place]
        keys[place] = -worth[task] * (1.0 + noise * (2.0 * np.random.random() - 1.0))
    order = np.argsort(keys[:found])
    old = work.eligible[:found].copy()
    for place in range(found):
        work.eligible[place] = old[order[place]]


@compiled
def sift(beam: Beam, depth: int, value: float, done: Bits, before: int) -> None:
    """Take a line into the beam at a depth when it is better than the worst there, and new."""
    number = np.uint64(1469598103934665603)
    for word in done:
        number = (number ^ word) * np.uint64(0x9E3779B97F4A7C15)
        number ^= number >> np.uint64(29)
    kept, width = beam.kept[depth], beam.hashes.shape[0]
    if kept == width and value <= beam.value[depth, 0]:
        return
    for place in range(kept):
        if beam.hashes[place] == number:
            return
    if kept < width:
        beam.kept[depth] = kept + 1
        place = kept
        while place > 0 and beam.value[depth, (place - 1) >> 1] > value:
            up = (place - 1) >> 1
            move(beam, depth, up, place)
            place = up
    else:
        place = 0
        while True:
            down = 2 * place + 1
            if down >= width:
                break
            if down + 1 < width and beam.value[depth, down + 1] < beam.value[depth, down]:
                down += 1
            if beam.value[depth, down] >= value:
                break
            move(beam, depth, down, place)
            place = down
    beam.value[depth, place], beam.before[depth, place], beam.hashes[place] = value, before, number
    beam.sets[depth, place] = done


@compiled
def move(beam: Beam, depth: int, old: int, new: int) -> None:
    """Give a line of the beam another place."""
    beam.value[depth, new], beam.before[depth, new], beam.hashes[new] = beam.value[depth, old], beam.before[depth, old], beam.hashes[old]
    beam.sets[depth, new] = beam.sets[depth, old]


@compiled
def widen(
    graph: Graph,
    rules: Rules,
    work: Filling,
    beam: Beam,
    worth: Floats,
    depth: int,
    line: int,
    how: Ints,
    noise: float,
    stop_at: int,
    sums: Ints,
) -> bool:
    """Fill the next station of one line of the beam; whether that was the last one."""
    tasks, measures = graph.times.shape
    done = beam.sets[depth, line]
    after, spare = np.empty_like(done), np.empty(measures, dtype=np.int64)
    room = stop_at - 2 - depth
    add_up(rules, done, tasks, sums)
    for shot in range(how[0]):
        open_tasks = begin(graph, work, done)
        rest, open_leads = np.zeros(measures, dtype=np.int64), 0
        for task in range(tasks):
            if work.degree[task] >= 0:
                rest += graph.times[task]
                open_leads += rules.leads[task]
        shake(work, worth, beam.keys, noise if shot else 0.0)
        spare[:] = graph.limits * (room + 1) - rest
        while next_load(graph, work, spare, how[1]):
            size = work.top[0]
            if size == open_tasks:
                beam.before[depth + 1, 0], beam.sets[depth + 1, 0] = line, np.uint64(0xFFFFFFFFFFFFFFFF)
                return True
            if not is_of_use(graph, rules, work, open_leads):
                continue
            value = beam.value[depth, line]
            after[:] = done
            for k in range(size):
                task = work.load[k]
                value += worth[task]
                after[task >> 6] |= np.uint64(1) << np.uint64(task & 63)
            if beam.kept[depth + 1] == beam.hashes.shape[0] and value <= beam.value[depth + 1, 0]:
                continue
            if not is_hopeless(rules, after, work, room, sums):
                sift(beam, depth + 1, value, after, line)
        if work.top[1] <= how[1]:
            break
    return False


@compiled
def send(graph: Graph, rules: Rules, work: Filling, beam: Beam, worth: Floats, how: Ints, noise: float, stop_at: int, seed: int) -> int:
    """Build a line with fewer than `stop_at` stations: how many it has, or `stop_at`.

    how: shots at each station, loads tried in each.
    """
    np.random.seed(seed)
    sums = np.zeros(rules.room.shape[0], dtype=np.int64)
    beam.kept[:] = 0
    beam.kept[0], beam.value[0, 0] = 1, 0.0
    beam.sets[0, 0] = np.uint64(0)
    for depth in range(stop_at - 1):
        for line in range(beam.kept[depth]):
            if widen(graph, rules, work, beam, worth, depth, line, how, noise, stop_at, sums):
                return depth + 1
        if beam.kept[depth + 1] == 0:
            return stop_at
    return stop_at


def line_of_beam(beam: Beam, stations: int, tasks: int) -> Ints:
    """Station of each task in the line that the beam came to."""
    station_of = np.zeros(tasks, dtype=np.int64)
    line = 0
    for depth in range(stations, 0, -1):
        before = int(beam.before[depth, line])
        new = beam.sets[depth, line] & ~beam.sets[depth - 1, before]
        for task in range(tasks):
            if int(new[task >> 6]) >> (task & 63) & 1:
                station_of[task] = depth - 1
        line = before
    return station_of
