"""Inner loops of the balance: branch, bound and remember, over the sets of tasks that are done.

A state is the set of tasks done in the first stations of a line. From the best states of every depth in turn all full
loads of the next station are tried; a set that was reached with as few stations before is dropped, so is one from which
no better line can follow, and so are loads that another load replaces at no loss. When no state is left, the best line is
proved. (Sewell and Jacobson 2012; Morrison, Sewell and Jacobson 2014.)
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from brownfield.shopfloor.balance_loads import Bits, Filling, Graph, Ints, begin, next_load
from brownfield.shopfloor.compiled import compiled

USED, MOST, BEST, CUT_SHORT, DEPTH, WAITING = range(6)
"""Places in Store.facts: states kept; stations of the best line; its last state (-1: none); states whose loads were cut short;
depth that comes next; states that wait."""

PROVED, FULL, TIME = range(3)
"""Why a search stopped: no state waits; there is no room for more; its share of work is done."""


class Rules(NamedTuple):
    """What shows that a state or a load is of no use.

    weight (n, F), room (F,): measures of the tasks of which a station takes no more than `room` (dual feasible functions);
    tail_sets (tails, W): tasks after which at least so many stations follow; replaced_first, replaced_by: tasks that may take
    the place of each task at no loss; leads (n,): whether a task has followers; total (D,): time of all tasks.
    """

    weight: Ints
    room: Ints
    tail_sets: Bits
    replaced_first: Ints
    replaced_by: Ints
    leads: Ints
    total: Ints


class Store(NamedTuple):
    """States: sets of done tasks, the state before, stations so far, and a heap of those that wait at each depth."""

    sets: Bits
    before: NDArray[np.int32]
    stations: NDArray[np.int32]
    rank: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    table: NDArray[np.int32]
    heaps: NDArray[np.int32]
    facts: Ints


def bytes_of_a_state(tasks: int) -> int:
    """Memory that one state takes, its places in the table of sets included."""
    return 8 * ((tasks + 63) // 64) + 20 + 16


def store(tasks: int, stations: int, states: int) -> Store:
    """Room for so many states of a line with so many tasks and at most so many stations; the state before all work waits."""
    words = (tasks + 63) // 64
    table = np.full(1 << (2 * states - 1).bit_length(), -1, dtype=np.int32)
    heaps = np.full(stations + 2, -1, dtype=np.int32)
    heaps[0] = 0
    facts = np.array([1, stations, -1, 0, 0, 1], dtype=np.int64)
    made = Store(
        np.zeros((states, words), dtype=np.uint64), np.full(states, -1, dtype=np.int32), np.zeros(states, dtype=np.int32),
        np.zeros(states, dtype=np.float32), np.full(states, -1, dtype=np.int32), np.full(states, -1, dtype=np.int32), table, heaps, facts,
    )  # fmt: skip
    table[slot(made, np.zeros(words, dtype=np.uint64))] = 0
    return made


@compiled
def slot(known: Store, wanted: Bits) -> int:
    """Place in the table where a set stands, or would stand."""
    number = np.uint64(1469598103934665603)
    for word in wanted:
        number = (number ^ word) * np.uint64(0x9E3779B97F4A7C15)
        number ^= number >> np.uint64(29)
    mask = known.table.shape[0] - 1
    place = np.int64(number & np.uint64(mask))
    while known.table[place] >= 0:
        state = known.table[place]
        same = True
        for w in range(wanted.shape[0]):
            if known.sets[state, w] != wanted[w]:
                same = False
                break
        if same:
            break
        place = (place + 1) & mask
    return int(place)


@compiled
def meld(known: Store, one: int, other: int) -> int:
    """Join two heaps of waiting states (skew heaps); the state of least rank comes out on top."""
    if one < 0 or other < 0:
        return max(one, other)
    if known.rank[other] < known.rank[one]:
        one, other = other, one
    top = one
    while True:
        right = known.right[one]
        known.right[one] = known.left[one]
        if right < 0:
            known.left[one] = other
            return top
        if known.rank[other] < known.rank[right]:
            right, other = other, right
        known.left[one] = right
        one = right


@compiled
def push(known: Store, state: int) -> None:
    """Let a state wait at its depth."""
    depth = known.stations[state]
    known.left[state] = known.right[state] = -1
    known.heaps[depth] = meld(known, known.heaps[depth], state)
    known.facts[WAITING] += 1


@compiled
def pop(known: Store) -> int:
    """The best state of the next depth at which one waits; -1 when none does."""
    depths = known.heaps.shape[0]
    for _ in range(depths):
        depth = known.facts[DEPTH]
        known.facts[DEPTH] = (depth + 1) % depths
        state = known.heaps[depth]
        if state >= 0:
            known.heaps[depth] = meld(known, known.left[state], known.right[state])
            known.facts[WAITING] -= 1
            return int(state)
    return -1


@compiled
def is_replaced(graph: Graph, rules: Rules, work: Filling) -> bool:
    """Whether a task of the load can make room for a longer one with more followers (Jackson's rule)."""
    for k in range(work.top[0]):
        task = work.load[k]
        for place in range(rules.replaced_first[task], rules.replaced_first[task + 1]):
            other = rules.replaced_by[place]
            if work.degree[other] != 0:
                continue
            room = True
            for d in range(work.left.shape[0]):
                if graph.times[other, d] - graph.times[task, d] > work.left[d]:
                    room = False
                    break
            if room:
                return True
    return False


@compiled
def leads_nowhere(rules: Rules, work: Filling, open_leads: int) -> bool:
    """Whether no task of the load has followers while others, still to do, have: such a station can as well come last."""
    if open_leads == 0:
        return False
    for k in range(work.top[0]):
        if rules.leads[work.load[k]] > 0:
            return False
    return True


@compiled
def is_late(rules: Rules, done: Bits, stations: int) -> bool:
    """Whether a task after which at least `stations` stations follow is not done yet."""
    if stations < rules.tail_sets.shape[0]:
        late = rules.tail_sets[max(stations, 0)]
        for w in range(done.shape[0]):
            if late[w] & ~done[w]:
                return True
    return False


@compiled
def add_up(rules: Rules, done: Bits, tasks: int, sums: Ints) -> None:
    """Measures of all tasks not done."""
    sums[:] = 0
    for task in range(tasks):
        if not (done[task >> 6] >> np.uint64(task & 63)) & np.uint64(1):
            for f in range(sums.shape[0]):
                sums[f] += rules.weight[task, f]


@compiled
def is_hopeless(rules: Rules, done: Bits, work: Filling, stations: int, sums: Ints) -> bool:
    """Whether the tasks not done need more than `stations` stations; sums: measures of those before the load of the station."""
    if is_late(rules, done, stations):
        return True
    for f in range(sums.shape[0]):
        left = sums[f] - rules.room[f] * stations
        for k in range(work.top[0]):
            left -= rules.weight[work.load[k], f]
        if left > 0:
            return True
    return False


@compiled
def keep(known: Store, parent: int, done: Bits, stations: int, rank: float) -> int:
    """Remember a set unless it was reached with as few stations before: its state, -1 when dropped, -2 when there is no room."""
    place = slot(known, done)
    old = known.table[place]
    if old >= 0 and known.stations[old] <= stations:
        return -1
    state = known.facts[USED]
    if state >= known.sets.shape[0]:
        return -2
    known.facts[USED] = state + 1
    known.sets[state] = done
    known.before[state], known.stations[state], known.rank[state] = parent, stations, rank
    known.table[place] = state
    return int(state)


@compiled
def is_of_use(graph: Graph, rules: Rules, work: Filling, open_leads: int) -> bool:
    """Whether a load that leaves tasks over may be part of a better line."""
    return not leads_nowhere(rules, work, open_leads) and not is_replaced(graph, rules, work)


@compiled
def take(graph: Graph, rules: Rules, known: Store, work: Filling, parent: int, after: Bits, open_tasks: int, rest: int) -> int:
    """Remember the set that a load leads to: its state, -1 when it is dropped, -2 when there is no room."""
    size, stations = work.top[0], known.stations[parent] + 1
    limit = graph.limits[0]
    used = (rules.total[0] - rest + limit - work.left[0]) / limit
    rank = 1000.0 * (stations - used) / stations - 0.02 * (open_tasks - size)
    new = keep(known, parent, after, stations, rank)
    if new >= 0 and size == open_tasks:
        known.facts[MOST], known.facts[BEST] = stations, new
    elif new >= 0:
        push(known, new)
    return new


@compiled
def branch(graph: Graph, rules: Rules, known: Store, work: Filling, state: int, most: int, sums: Ints) -> int:
    """Try the full loads that can follow a state, `most` at most; how many were tried, -1 when there is no more room."""
    tasks, measures = graph.times.shape
    done, stations = known.sets[state], known.stations[state] + 1
    open_tasks = begin(graph, work, done)
    rest, open_leads = np.zeros(measures, dtype=np.int64), 0
    for task in range(tasks):
        if work.degree[task] >= 0:
            rest += graph.times[task]
            open_leads += rules.leads[task]
    after, spare = np.empty_like(done), graph.limits * (known.facts[MOST] - stations) - rest
    add_up(rules, done, tasks, sums)
    for f in range(sums.shape[0]):
        if sums[f] > rules.room[f] * (known.facts[MOST] - stations):
            return 0
    while next_load(graph, work, spare, most):
        size, room = work.top[0], known.facts[MOST] - 1 - stations
        if room < 0 or (size < open_tasks and not is_of_use(graph, rules, work, open_leads)):
            continue
        after[:] = done
        for k in range(size):
            after[work.load[k] >> 6] |= np.uint64(1) << np.uint64(work.load[k] & 63)
        if size < open_tasks and is_hopeless(rules, after, work, room, sums):
            continue
        if take(graph, rules, known, work, state, after, open_tasks, rest[0]) == -2:
            return -1
    if work.top[1] > most:
        known.facts[CUT_SHORT] += 1
    return int(work.top[1])


@compiled
def search(graph: Graph, rules: Rules, known: Store, work: Filling, most: int, effort: int, enough: int) -> int:
    """Go on with a search for about `effort` loads, or until the line has no more than `enough` stations."""
    sums = np.zeros(rules.room.shape[0], dtype=np.int64)
    while effort > 0:
        if known.facts[MOST] <= enough:
            return PROVED
        state = pop(known)
        if state < 0:
            return PROVED
        if known.table[slot(known, known.sets[state])] != state:
            continue
        if is_late(rules, known.sets[state], known.facts[MOST] - 1 - known.stations[state]):
            continue
        tried = branch(graph, rules, known, work, state, most, sums)
        if tried < 0:
            return FULL
        effort -= tried + 1
    return TIME
