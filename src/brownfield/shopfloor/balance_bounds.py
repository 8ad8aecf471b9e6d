"""How many stations a line needs at least: bounds from times alone, and from what must come after each task."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

KEPT = 16
"""Measures of the tasks that a search looks at for each set of tasks: more cost more time than they save."""


MOST_CLOSED = 2_000
"""Tasks up to which all that comes after each of them is looked at: a square of bits, and of sums."""


@dataclass(frozen=True, eq=False)
class Pure:
    """A line without stations of its own: tasks with times in whole units, limits, and what comes before what.

    times (n, D), limits (D,); pairs (E, 2): task, later task. A station is a set of tasks whose times add up to no more than
    each limit. Tasks are numbered so that later ones never come before earlier ones.
    """

    times: Ints
    limits: Ints
    pairs: Ints

    @property
    def tasks(self) -> int:
        """How many tasks there are."""
        return int(self.times.shape[0])

    @property
    def is_closed(self) -> bool:
        """Whether all that comes after each task is looked at."""
        return self.tasks <= MOST_CLOSED

    @cached_property
    def reach(self) -> NDArray[np.bool_]:
        """reach[i, j]: task j comes after task i, directly or by way of others."""
        reach = np.zeros((self.tasks, self.tasks), dtype=bool)
        for i, j in self.pairs[np.argsort(-self.pairs[:, 0], kind="stable")]:
            reach[i] |= reach[j]
            reach[i, j] = True
        return reach

    @cached_property
    def direct(self) -> Ints:
        """Pairs without those that follow from others, shape (E, 2); a very long line keeps all of its pairs."""
        if not self.is_closed:
            return np.unique(self.pairs, axis=0).reshape(-1, 2)
        reach = self.reach
        kept = [(i, j) for i, j in np.unique(self.pairs, axis=0) if not (reach[i] & reach[:, j]).any()]
        return np.array(kept, dtype=np.int64).reshape(-1, 2)

    def at(self, limits: Ints) -> Pure:
        """The same line with other limits."""
        made = Pure(self.times, limits, self.pairs)
        made.__dict__.update({"direct": self.direct} | ({"reach": self.reach} if self.is_closed else {}))
        return made

    @cached_property
    def backwards(self) -> Pure:
        """The line from its end: every task comes after what it came before. Task n - 1 - i stands for task i."""
        pairs = (self.tasks - 1 - self.pairs[:, ::-1]).reshape(-1, 2)
        made = Pure(np.ascontiguousarray(self.times[::-1]), self.limits, pairs)
        if self.is_closed:
            made.__dict__["reach"] = np.ascontiguousarray(self.reach.T[::-1, ::-1])
        made.__dict__["direct"] = (self.tasks - 1 - self.direct[:, ::-1]).reshape(-1, 2)
        return made


def weights(times: Ints, limit: int) -> tuple[Ints, Ints]:
    """Measures (n, F) of tasks of which a station takes no more than room (F,): dual feasible functions of one time.

    Time itself; longer than half; thirds and halves; times with the short ones left out and the long ones counted full
    (Martello and Toth); times rounded to parts of a k-th (Fekete and Schepers).
    """
    twice, thrice = 2 * times, 3 * times
    found = [
        (times, limit),
        (np.where(twice > limit, 2, np.where(twice == limit, 1, 0)), 2),
        (np.select([thrice > 2 * limit, thrice == 2 * limit, thrice > limit, thrice == limit], [6, 4, 3, 2], 0), 6),
    ]
    for k in range(2, 9):
        parts = (k + 1) * times
        found.append((np.where(parts % limit == 0, times * k, parts // limit * limit), k * limit))
    for least in np.unique(times[twice <= limit])[:200]:
        found.append((np.where(times > limit - least, limit, np.where(times < least, 0, times)), limit))
    return np.stack([w for w, _ in found], axis=1).astype(np.int64), np.array([room for _, room in found], dtype=np.int64)


def all_weights(pure: Pure) -> tuple[Ints, Ints]:
    """The measures of every kind of time of a line, side by side."""
    made = [weights(pure.times[:, d], int(pure.limits[d])) for d in range(len(pure.limits))]
    return np.concatenate([w for w, _ in made], axis=1), np.concatenate([room for _, room in made])


def best_weights(pure: Pure) -> tuple[Ints, Ints]:
    """The measures by which a line as a whole needs most stations."""
    weight, room = all_weights(pure)
    order = np.argsort(-(weight.sum(axis=0) / room), kind="stable")[:KEPT]
    return np.ascontiguousarray(weight[:, order]), room[order]


def tails(pure: Pure) -> Ints:
    """Stations that follow the station of each task at the least, shape (n,).

    What comes after a task is done in an order of falling tails as on one machine (Johnson's bound, with its rounding); and it
    needs as many stations as its measures say.
    """
    counted = np.zeros(pure.tasks, dtype=np.int64)
    weight, room = all_weights(pure)
    for d, limit in enumerate(pure.limits.tolist()):
        tail = np.zeros(pure.tasks, dtype=np.int64)
        for task in range(pure.tasks - 1, -1, -1):
            later = np.flatnonzero(pure.reach[task])
            if len(later):
                later = later[np.argsort(-tail[later], kind="stable")]
                tail[task] = (np.cumsum(pure.times[later, d]) + tail[later]).max()
            full = -(-tail[task] // limit) * limit
            if tail[task] + pure.times[task, d] > full:
                tail[task] = full
        counted = np.maximum(counted, -(-(tail + pure.times[:, d]) // limit) - 1)
    sets = pure.reach | np.eye(pure.tasks, dtype=bool)
    sums = (sets.astype(np.float64) @ weight.astype(np.float64)).astype(np.int64)  # whole numbers below 2^53: exact, and fast
    by_times: Ints = (-(-sums // room)).max(axis=1) - 1
    return np.maximum(counted, by_times)


def least_stations(pure: Pure) -> int:
    """Stations that the line needs at the least."""
    weight, room = all_weights(pure)
    by_times = int((-(-weight.sum(axis=0) // room)).max(initial=0))
    if not pure.is_closed:
        return by_times
    by_order = max(_by_tails(pure, tails(pure)), _by_tails(pure, tails(pure.backwards)[::-1]))
    return max(by_times, by_order, *(_by_pairs(pure, d) for d in range(len(pure.limits))))


def apart(pure: Pure, tasks: Ints) -> NDArray[np.bool_]:
    """apart[i, j]: two of these tasks never share a station, as they do not fit in with all that lies between them."""
    after = pure.reach[np.ix_(tasks, tasks)]
    never = np.zeros(after.shape, dtype=bool)
    for k, limit in enumerate(pure.limits.tolist()):
        own = pure.times[:, k].astype(np.float64)
        between = (pure.reach[tasks] * own) @ pure.reach[:, tasks].astype(np.float64)
        both = own[tasks][:, None] + own[tasks][None, :]
        never |= both + np.where(after, between, between.T * after.T) > limit + 0.5
    return never


def _by_pairs(pure: Pure, d: int) -> int:
    """Stations needed by the tasks longer than a third of one of the limits: no station takes three of them.

    Two may share a station when they fit in, with all that lies between them. So there are at least as many stations as such
    tasks, less the most pairs, which are no more than half of what a two-sided matching of the tasks with themselves finds.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    long = np.flatnonzero(3 * pure.times[:, d] > pure.limits[d])
    if not len(long):
        return 0
    fits = ~apart(pure, long)
    np.fill_diagonal(fits, False)
    matched = maximum_bipartite_matching(csr_array(fits))
    return len(long) - int((matched >= 0).sum()) // 2


def _by_tails(pure: Pure, tail: Ints) -> int:
    """Stations needed when after each task so many must follow: the tasks with longer tails fill the first stations."""
    order = np.argsort(-tail, kind="stable")
    work = -(-np.cumsum(pure.times[order], axis=0) // pure.limits)
    return int((work.max(axis=1) + tail[order]).max(initial=0))
