"""Many beams, from both ends of a line and with tasks weighed in many ways, wider in every round."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import numpy as np

from brownfield.shopfloor import balance_beam as beam
from brownfield.shopfloor import balance_loads as loads
from brownfield.shopfloor import balance_states as states
from brownfield.shopfloor.balance_bounds import Ints, Pure

NOISE = 0.2
"""Share by which the worth of a task is shaken."""

SHOTS, LOADS, LOADS_OF_WIDTH = 2, 1000, 40
"""Orders of the tasks tried at a station of each line; most loads in each, and as many times the width of the beam at the most.
Where there are many tasks, more orders and fewer loads."""

MANY_TASKS, MANY_SHOTS, MANY_LOADS = 300, 3, 30

MEMORY = 1 << 27
"""Bytes that a beam may take."""


class End(Protocol):
    """One end of a line, as the search reads it."""

    pure: Pure
    graph: loads.Graph
    rules: states.Rules
    work: loads.Filling


def worths(pure: Pure) -> Iterator[loads.Floats]:
    """What a task in a load may be worth: its time, with more or less weight on what comes after it.

    (Sewell and Jacobson's Hoffmann heuristic: time, positional weight, followers, and a price for each task.)
    """
    share = (pure.times / pure.limits).mean(axis=1)
    positional = share + pure.reach @ share if pure.is_closed else _longest_way(pure, share)
    followers = np.bincount(pure.direct[:, 0], minlength=pure.tasks)
    for weight in (0.0, 0.005, 0.01, 0.015, 0.02):
        for branching in (0.0, 0.005, 0.01, 0.015, 0.02):
            for price in (0.0, 0.01, 0.02, 0.03):
                yield share + weight * positional + branching * followers - price


def _longest_way(pure: Pure, share: loads.Floats) -> loads.Floats:
    """Worth of each task with the longest way through what comes after it."""
    way = share.copy()
    for task, later in pure.direct[np.argsort(-pure.direct[:, 0], kind="stable")].tolist():
        way[task] = max(way[task], share[task] + way[later])
    return way


class Beams:
    """Beams over one line, round after round: each with other ways to weigh its tasks, and twice as wide as the one before.

    lucky: the way that found a line last (-1: none yet); it goes first.
    """

    def __init__(self, ends: Sequence[End], width: int = 10, seed: int = 1, lucky: int = -1) -> None:
        self.ends = ends
        self.width = width
        self.lucky = lucky
        self.random = np.random.default_rng(seed)
        self.worths = [list(worths(end.pure)) for end in ends]

    def round(self, stations: int, clock: Callable[[], bool], ways: int = 6) -> tuple[Ints, int] | None:
        """A line with fewer stations: station of each task, and how many there are; None when this round finds none."""
        tasks = self.ends[0].pure.tasks
        many = tasks > MANY_TASKS
        how = np.array([MANY_SHOTS, MANY_LOADS] if many else [SHOTS, min(LOADS, LOADS_OF_WIDTH * self.width)], dtype=np.int64)
        room = MEMORY // ((stations + 1) * (8 * ((tasks + 63) // 64) + 12))
        width = max(1, min(self.width, room))
        kept = beam.beam_of(tasks, stations, width)
        self.width *= 2
        others = [int(way) for way in self.random.permutation(len(self.worths[0])) if way != self.lucky]
        for way in ([self.lucky] * (self.lucky >= 0) + others)[:ways]:
            for turn, end in enumerate(self.ends):
                if clock():
                    return None
                used = beam.send(end.graph, end.rules, end.work, kept, self.worths[turn][way], how, NOISE, stations, way + width)
                if used < stations:
                    self.lucky = way
                    made = beam.line_of_beam(kept, used, tasks)
                    return (used - 1 - made[::-1] if turn else made), used
        return None
