"""The search for an order, compiled: moves on a sequence of kinds of car, each weighed by what it touches only.

All amounts are whole numbers, so that a cost kept move by move is exact.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from brownfield.shopfloor.compiled import compiled, inlined

SWAP, NEAR, INSERT, REVERSE, SHUFFLE, BLOCK = range(6)
"""Moves: swap any two cars, or two near each other; move a car, turn a stretch round, shuffle a few; move a run of one colour."""
HALVINGS = 7
"""An insertion or a reversal may span the whole day, or half of it, a quarter ... down to this many halvings."""
STIRRED = 8
"""Positions that a shuffle may span."""
NEARBY = 12
"""How far apart two cars that are near each other may be."""


class Given(NamedTuple):
    """What does not change: `first` positions are the previous day's; windows from low up to, without, high are scored."""

    first: int
    has: Any
    colour: Any
    most: Any
    window: Any
    weight: Any
    low: Any
    high: Any
    by_windows: bool
    colour_weight: int
    limit: int
    wash_weight: int
    times: Any
    takt: int
    lengths: Any
    overload_weight: int
    chances: Any
    bars: Any


class Now(NamedTuple):
    """What the search changes.

    x: kind of car at each position. counts[option, start]: cars with the option in the window that begins there.
    begins[station, position]: how far down the station its worker is when the car comes. over[station, position]: work that he
    cannot finish. best: the best sequence so far. spare: what a move wrote over. random: state of the generator.
    """

    x: Any
    counts: Any
    begins: Any
    over: Any
    best: Any
    spare: Any
    random: Any


@inlined
def drawn(random: Any, below: Any) -> Any:
    """A whole number from 0 up to, without, `below` (xorshift64*: the same on every machine)."""
    s = random[0]
    s ^= s >> np.uint64(12)
    s ^= s << np.uint64(25)
    s ^= s >> np.uint64(27)
    random[0] = s
    high = (s * np.uint64(2685821657736338717)) >> np.uint64(32)
    return np.int64((high * np.uint64(below)) >> np.uint64(32))


@inlined
def window_cost(given: Given, option: int, count: int) -> int:
    """What one window costs: the cars too many in it, or 1 when there are any."""
    extra = count - given.most[option]
    if extra <= 0:
        return 0
    return 1 if given.by_windows else extra


@inlined
def paint(given: Given, x: Any, a: int, b: int) -> int:
    """Cost of colours that positions a to b can touch: changes, and washes inside runs longer than the batch limit."""
    n, colour, limit = x.shape[0], given.colour, given.limit
    total = 0
    for i in range(max(a, given.first, 1), min(b + 1, n - 1) + 1):
        if colour[x[i]] != colour[x[i - 1]]:
            total += given.colour_weight
    if limit >= n:
        return total
    i = max(a - 1, 0)
    while i > 0 and colour[x[i - 1]] == colour[x[i]]:
        i -= 1
    while i < n and i <= b + 1:
        run = 1
        while i + run < n and colour[x[i + run]] == colour[x[i]]:
            run += 1
        total += ((run - 1) // limit) * given.wash_weight
        i += run
    return total


@inlined
def swap_ratios(given: Given, now: Now, i: int, j: int, old: int, new: int, keep: bool) -> int:
    """Cost of ratios when cars at i < j change places; windows with both stay as they are. With `keep`, only keep the counts."""
    total = 0
    for o in range(given.has.shape[1]):
        step = given.has[new, o] - given.has[old, o]
        if step == 0:
            continue
        q, change = given.window[o], 0
        for s in range(max(given.low[o], i - q + 1), min(given.high[o] - 1, i, j - q) + 1):
            count = now.counts[o, s]
            if keep:
                now.counts[o, s] = count + step
            else:
                change += window_cost(given, o, count + step) - window_cost(given, o, count)
        for s in range(max(given.low[o], j - q + 1, i + 1), min(given.high[o] - 1, j) + 1):
            count = now.counts[o, s]
            if keep:
                now.counts[o, s] = count - step
            else:
                change += window_cost(given, o, count - step) - window_cost(given, o, count)
        total += change * given.weight[o]
    return total


@inlined
def windows_now(given: Given, now: Now, option: int, begin: int, end: int) -> int:
    """Cost of one option's windows from begin to end, counted from x; none when begin > end."""
    if begin > end:
        return 0
    x, n, q, count, total = now.x, now.x.shape[0], given.window[option], 0, 0
    for i in range(begin, min(begin + q, n)):
        count += given.has[x[i], option]
    total = window_cost(given, option, count)
    for s in range(begin + 1, end + 1):
        count -= given.has[x[s - 1], option]
        if s + q <= n:
            count += given.has[x[s + q - 1], option]
        total += window_cost(given, option, count)
    return total


@inlined
def windows_before(given: Given, now: Now, option: int, begin: int, end: int) -> int:
    """Cost of one option's windows from begin to end as they were before the move."""
    total = 0
    for s in range(begin, end + 1):
        total += window_cost(given, option, now.counts[option, s])
    return total


@inlined
def range_ratios(given: Given, now: Now, a: int, b: int, turn: int) -> int:
    """Cost of ratios after positions a to b were turned by `turn` (0: reversed; negative: written anew in any order).

    A window that lies wholly in a part that moved as one holds the same cars as before, elsewhere: only the others are counted.
    The parts begin at a and at b - turn + 1; they began at a + turn and at a.
    """
    total = 0
    for o in range(given.has.shape[1]):
        q = given.window[o]
        begin, end = max(given.low[o], a - q + 1), min(given.high[o] - 1, b)
        if begin > end:
            continue
        if turn < 0 or b - a < q:
            change = windows_now(given, now, o, begin, end) - windows_before(given, now, o, begin, end)
        else:
            middle, last = max(a - 1, b - turn - q + 1), max(b - turn, b - q + 1)
            change = windows_now(given, now, o, begin, a - 1) + windows_now(given, now, o, middle + 1, min(end, b - turn))
            change += windows_now(given, now, o, last + 1, end)
            middle, last = max(a - 1, a + turn - q), max(a + turn - 1, b - q + 1)
            change -= windows_before(given, now, o, begin, a - 1) + windows_before(given, now, o, middle + 1, min(end, a + turn - 1))
            change -= windows_before(given, now, o, last + 1, end)
        total += change * given.weight[o]
    return total


@inlined
def range_counts(given: Given, now: Now, a: int, b: int) -> None:
    """Bring the counts up to date after positions a to b were written anew."""
    x, n = now.x, now.x.shape[0]
    for o in range(given.has.shape[1]):
        q = given.window[o]
        begin, end = max(given.low[o], a - q + 1), min(given.high[o] - 1, b)
        if begin > end:
            continue
        count = 0
        for i in range(begin, min(begin + q, n)):
            count += given.has[x[i], o]
        now.counts[o, begin] = count
        for s in range(begin + 1, end + 1):
            count -= given.has[x[s - 1], o]
            if s + q <= n:
                count += given.has[x[s + q - 1], o]
            now.counts[o, s] = count


@inlined
def overload(given: Given, now: Now, a: int, b: int, ends_only: bool, keep: bool) -> int:
    """Overload after positions a to b were written anew (`ends_only`: a and b alone): a station is walked until nothing differs."""
    x, n, total = now.x, now.x.shape[0], 0
    for k in range(given.times.shape[1]):
        at, i = now.begins[k, a], a
        while i < n:
            work = at + given.times[x[i], k]
            extra = max(0, work - given.lengths[k])
            if i >= given.first:
                total += extra - now.over[k, i]
                if keep:
                    now.over[k, i] = extra
            at = max(0, work - extra - given.takt)
            i += 1
            if i < n:
                if at == now.begins[k, i]:
                    if i > b:
                        break
                    if ends_only:
                        i = b
                        at = now.begins[k, i]
                        continue
                if keep:
                    now.begins[k, i] = at
    return total * given.overload_weight


@inlined
def stretch(given: Given, now: Now, kind: int) -> tuple[int, int, int]:
    """Positions a to b that a move writes anew, and by how many they turn; b < a: no such move here."""
    x, n, first = now.x, now.x.shape[0], given.first
    today = n - first
    if kind == BLOCK:
        a = first + drawn(now.random, today)
        while a > first and given.colour[x[a - 1]] == given.colour[x[a]]:
            a -= 1
        middle = a
        while middle < n and given.colour[x[middle]] == given.colour[x[a]]:
            middle += 1
        if middle >= n:
            return 0, -1, 0
        b = middle + drawn(now.random, n - middle)
        if drawn(now.random, 2) == 0:
            while b + 1 < n and given.colour[x[b + 1]] == given.colour[x[b]]:
                b += 1
        return a, b, middle - a
    longest = min(today, STIRRED)
    if kind != SHUFFLE:
        longest = max(longest, today >> drawn(now.random, HALVINGS))
    span = 2 + drawn(now.random, longest - 1)
    a = first + drawn(now.random, today - span + 1)
    if kind == INSERT:
        return a, a + span - 1, 1 if drawn(now.random, 2) == 0 else span - 1
    return a, a + span - 1, 0 if kind == REVERSE else -1


@inlined
def rewrite(given: Given, now: Now, kind: int) -> tuple[int, int, int]:
    """Write a stretch of x anew, from a to b, turned by `turn`; what stood there goes to `spare`."""
    a, b, turn = stretch(given, now, kind)
    x, spare, size = now.x, now.spare, b - a + 1
    for i in range(size):
        spare[i] = x[a + i]
    if kind == REVERSE:
        for i in range(size):
            x[a + i] = spare[size - 1 - i]
    elif kind == SHUFFLE:
        for i in range(size - 1, 0, -1):
            j = drawn(now.random, i + 1)
            x[a + i], x[a + j] = x[a + j], x[a + i]
    else:
        for i in range(size):
            x[a + i] = spare[i + turn - size if i + turn >= size else i + turn]
    return a, b, turn


@inlined
def pick(given: Given, now: Now, kind: int) -> tuple[int, int]:
    """Two positions to swap: near each other, any two, or two of one colour."""
    x, n, first, colour = now.x, now.x.shape[0], given.first, given.colour
    i = first + drawn(now.random, n - first)
    if kind == NEAR:
        j = i + 1 + drawn(now.random, min(NEARBY, n - first - 1))
        if j >= n:
            j -= n - first
        return min(i, j), max(i, j)
    j = first + drawn(now.random, n - first)
    if drawn(now.random, 2) == 0:
        for _ in range(6):
            if colour[x[j]] == colour[x[i]] and x[j] != x[i]:
                break
            j = first + drawn(now.random, n - first)
    return min(i, j), max(i, j)


@inlined
def exchange(now: Now, a: int, size: int) -> None:
    """Put what a rewriting move wrote over back in place, and what it wrote to spare; twice: nothing happened."""
    for i in range(size):
        now.x[a + i], now.spare[i] = now.spare[i], now.x[a + i]


@inlined
def swapped(given: Given, now: Now, a: int, b: int) -> int:
    """Swap the cars at a < b in x; the change of cost in ratios and colours."""
    x, old, new = now.x, now.x[a], now.x[b]
    change = swap_ratios(given, now, a, b, old, new, False)
    if given.colour[old] == given.colour[new]:
        x[a], x[b] = new, old
        return change
    change -= paint(given, x, a, a)
    x[a] = new
    change += paint(given, x, a, a) - paint(given, x, b, b)
    x[b] = old
    return change + paint(given, x, b, b)


@inlined
def rewritten(given: Given, now: Now, a: int, b: int, turn: int) -> int:
    """The change of cost in ratios and colours after positions a to b were written anew."""
    change = range_ratios(given, now, a, b, turn)
    if given.colour_weight > 0 or given.limit < now.x.shape[0]:
        change += paint(given, now.x, a, b)
        exchange(now, a, b - a + 1)
        change -= paint(given, now.x, a, b)
        exchange(now, a, b - a + 1)
    return change


@compiled
def fill(given: Given, now: Now) -> None:
    """Counts of windows and places of workers for the whole of x."""
    n = now.x.shape[0]
    for k in range(given.times.shape[1]):
        now.begins[k, 0] = 0
    range_counts(given, now, 0, n - 1)
    overload(given, now, 0, n, False, True)


@compiled
def search(given: Given, now: Now, temperature: float, moves: int, cost: int, best_cost: int, enough: int) -> tuple[int, int, int]:
    """Try moves; one is taken when it costs no more than temperature times a drawn bar. Ends early at a cost of `enough`.

    Returns the cost of x, the best cost so far, and the moves made.
    """
    works = given.times.shape[1] > 0
    fresh = False
    for made in range(moves):
        r, kind = drawn(now.random, 1000), 0
        while r >= given.chances[kind]:
            kind += 1
        swaps = kind <= NEAR
        allowed = temperature * given.bars[drawn(now.random, given.bars.shape[0])]
        if swaps:
            a, b = pick(given, now, kind)
            old, new = now.x[a], now.x[b]
            if old == new:
                continue
            change = swapped(given, now, a, b)
        else:
            a, b, turn = rewrite(given, now, kind)
            old, new = 0, 0
            if b < a:
                continue
            change = rewritten(given, now, a, b, turn)
        if works:
            change += overload(given, now, a, b, swaps, False)
        undo = change > allowed
        if undo or (change > 0 and fresh):
            if swaps:
                now.x[a], now.x[b] = old, new
            else:
                exchange(now, a, b - a + 1)
            if undo:
                continue
            now.best[:] = now.x
            fresh = False
            if swaps:
                now.x[a], now.x[b] = new, old
            else:
                exchange(now, a, b - a + 1)
        if swaps:
            swap_ratios(given, now, a, b, old, new, True)
        else:
            range_counts(given, now, a, b)
        if works:
            overload(given, now, a, b, swaps, True)
        cost += change
        if cost < best_cost:
            best_cost, fresh = cost, True
            if cost <= enough:
                now.best[:] = now.x
                return cost, best_cost, made + 1
    if fresh:
        now.best[:] = now.x
    return cost, best_cost, moves
