"""A line in whole numbers, as the engines read it: times in units, tasks that belong together as one, stations that are possible."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import floor

import numpy as np
from numpy.typing import NDArray

from brownfield.shopfloor.balance_bounds import Ints, Pure
from brownfield.shopfloor.inputs import Line

FINEST = 1_000_000
"""Units of a second when times are no multiples of anything coarser."""

PARTS = 10_000
"""An allowed overload is read to so many parts of takt."""


@dataclass(frozen=True, eq=False)
class Form:
    """A line in whole numbers. Blocks are tasks that must be at one station, numbered so that later ones never come first.

    unit: parts of a second; times (b, D) of blocks; average (D,): whether a measure is of the average car, which overload does
    not help; members: tasks of each block; pairs (E, 2) of blocks; allowed: stations for each block; apart: blocks never at one
    station.
    """

    line: Line
    unit: int
    times: Ints
    average: NDArray[np.bool_]
    members: tuple[tuple[int, ...], ...]
    pairs: Ints
    allowed: tuple[tuple[int, ...], ...]
    apart: tuple[tuple[int, ...], ...]

    def limits(self, takt: int) -> Ints:
        """What a station takes of each measure at a takt in units."""
        over = PARTS + round(self.line.overload * PARTS)
        return np.where(self.average, takt, takt * over // PARTS)

    @cached_property
    def takt(self) -> int:
        """The takt of the line in units."""
        return floor(self.line.takt * self.unit + (1e-6 if self.unit < FINEST else 0.5))

    def pure(self, takt: int) -> Pure:
        """The line without anything but times and order: what it needs, the line needs at the least."""
        return Pure(self.times, self.limits(takt), self.pairs)

    @property
    def is_pure(self) -> bool:
        """Whether times and order are all there is to the line: stations are alike, and every task may go to each of them."""
        if any(station.operators > 1 for station in self.line.stations) or any(self.apart):
            return False
        return all(len(stations) == len(self.line.places) for stations in self.allowed)

    def never_fits(self, takt: int) -> bool:
        """Whether some block has no station, or is too long for every station at a takt."""
        return not all(self.allowed) or bool((self.times.max(axis=0) > self.limits(takt)).any())

    @cached_property
    def takt_of_one(self) -> int:
        """The takt in units at which one person could do everything."""
        over = PARTS + round(self.line.overload * PARTS)
        whole = self.times.sum(axis=0)
        return int(np.where(self.average, whole, -(-whole * PARTS // over)).max())

    def least_takt(self) -> int:
        """The takt in units below which some block alone would be too long."""
        over = PARTS + round(self.line.overload * PARTS)
        longest = self.times.max(axis=0)
        return int(np.where(self.average, longest, -(-longest * PARTS // over)).max())

    def station_of(self, block_station: Ints) -> list[int]:
        """Station of each task, from the stations of the blocks."""
        made = [0] * len(self.line.tasks)
        for block, tasks in enumerate(self.members):
            for task in tasks:
                made[task] = int(block_station[block])
        return made


def form_of(line: Line) -> Form:
    """A line in whole numbers; the line has been checked."""
    measures, average = _measures(line)
    unit = next((u for u in (1, 10, 100, 1000) if np.allclose(measures * u, np.rint(measures * u), rtol=0, atol=1e-7)), FINEST)
    units = np.rint(measures * unit).astype(np.int64)
    members, pairs = _blocks(line, units)
    times = np.stack([units[list(tasks)].sum(axis=0) for tasks in members])
    block_of = {task: block for block, tasks in enumerate(members) for task in tasks}
    allowed = []
    for tasks in members:
        bound = [places for places in map(line.may_go, tasks) if places is not line.everywhere]
        torn = any(len(set(group) & set(tasks)) > 1 for group in line.apart)
        allowed.append(() if torn else tuple(sorted(set.intersection(*map(set, bound)))) if bound else line.everywhere)
    apart = tuple(tuple(sorted({block_of[task] for task in group})) for group in line.apart)
    return Form(line, unit, times, average, members, pairs, tuple(allowed), apart)


def _measures(line: Line) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Times that a station limits, without those that others cover: (n, D), and which are of the average car."""
    kept: list[int] = []
    for k in range(line.seconds.shape[1]):
        own = line.seconds[:, k]
        if not any((line.seconds[:, other] >= own).all() for other in kept):
            kept = [other for other in kept if not (own >= line.seconds[:, other]).all()] + [k]
    if line.overload == 0:
        return line.seconds[:, kept], np.zeros(len(kept), dtype=bool)
    if len(kept) == 1 and np.array_equal(line.seconds[:, kept[0]], line.mean):
        return line.mean.reshape(-1, 1), np.ones(1, dtype=bool)
    both = np.column_stack([line.seconds[:, kept], line.mean])
    return both, np.arange(both.shape[1]) == both.shape[1] - 1


def _blocks(line: Line, units: Ints) -> tuple[tuple[tuple[int, ...], ...], Ints]:
    """Tasks that cannot but share a station, in an order that no pair goes against, longest way to the end first."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count = len(line.tasks)
    edges = [*line.pairs, *((a, b) for group in line.together for a, b in zip(group, (*group[1:], group[0]), strict=True))]
    rows = [a for a, _ in edges]
    matrix = coo_array((np.ones(len(edges)), (rows, [b for _, b in edges])), shape=(count, count))
    number, label = connected_components(matrix.tocsr(), directed=True, connection="strong")
    pairs = sorted({(int(label[a]), int(label[b])) for a, b in line.pairs if label[a] != label[b]})
    weight = np.bincount(label, weights=units.mean(axis=1), minlength=number).astype(np.float64)
    rank = _from_the_end(number, pairs, weight)
    order = sorted(range(number), key=lambda block: (-rank[block], block))
    place = {block: i for i, block in enumerate(order)}
    members = tuple(tuple(np.flatnonzero(label == block).tolist()) for block in order)
    return members, np.array(sorted((place[a], place[b]) for a, b in pairs), dtype=np.int64).reshape(-1, 2)


def _from_the_end(number: int, pairs: list[tuple[int, int]], weight: NDArray[np.float64]) -> list[float]:
    """Time of each block and of the longest way through what follows it; larger than that of every follower."""
    followers: list[list[int]] = [[] for _ in range(number)]
    waiting = [0] * number
    for a, b in pairs:
        followers[b].append(a)
        waiting[a] += 1
    rank = [float(weight[block]) + 1.0 for block in range(number)]
    ready = [block for block in range(number) if waiting[block] == 0]
    while ready:
        block = ready.pop()
        for before in followers[block]:
            rank[before] = max(rank[before], rank[block] + float(weight[before]) + 1.0)
            waiting[before] -= 1
            if waiting[before] == 0:
                ready.append(before)
    return rank
