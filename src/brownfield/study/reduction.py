"""Fewer futures that stand for many: which are kept, with what weights, and how much is lost by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from brownfield.errors import CaseError, Problem, Where
from brownfield.study.futures import Futures

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FORWARD_MOST = 2000
"""Futures among which forward selection compares every pair; beyond, futures are grouped."""

ROUNDS = 20
"""Rounds of grouping at most."""

BLOCK = 512
"""Futures whose distances are worked out at once."""


@dataclass(frozen=True)
class Reduction:
    """Fewer futures, and how far they are from those they stand for.

    distance: the Wasserstein distance between the two distributions of demand, in cars over the whole plan (each future moves to
    its nearest kept one: Σ weight · distance); relative: as a share of the mean distance of all futures from their mean, what one
    single future could not do better than; stands_for: the kept future (by place) that each of the others moves to.
    """

    futures: Futures
    distance: float
    relative: float
    stands_for: Ints
    method: Literal["forward", "groups"]


def reduced(futures: Futures, k: int, method: Literal["forward", "groups"] | None = None) -> Reduction:
    """The k futures that stand best for all: fast forward selection (Heitsch and Römisch) for up to 2,000 futures, groups for more.

    Distance between two futures: the Euclidean distance of their demand in cars, over all cells and what guests take. Weights of
    futures that are dropped go to the nearest one that is kept, which is the best there is. CaseError (BF547) when k is not from
    1 to the number of futures.
    """
    if not 1 <= k <= len(futures):
        found, fix = f"{k:,} futures of {len(futures):,}", "keep fewer, or draw more"
        raise CaseError([Problem("BF547", Where("--reduced"), found, f"1 to {len(futures):,}", fix)])
    points = _points(futures)
    how = method or ("forward" if len(futures) <= FORWARD_MOST else "groups")
    kept = _forward(points, futures.weights, k) if how == "forward" else _groups(points, futures.weights, k)
    apart = distances(points, points[kept])
    stands_for = np.argmin(apart, axis=1)
    distance = float(futures.weights @ apart[np.arange(len(points)), stands_for])
    middle = np.sqrt(((points - futures.weights @ points) ** 2).sum(axis=1))
    spread = float(futures.weights @ middle)
    weights = np.bincount(stands_for, weights=futures.weights, minlength=len(kept))
    return Reduction(futures.only(kept, weights), distance, distance / spread if spread else 0.0, stands_for, how)


def _points(futures: Futures) -> Floats:
    """Every future as a point: cars wanted in each cell, and the factor on what guests take, in thousands."""
    takes = futures.takes().reshape(len(futures), -1)
    return np.hstack([futures.demand(), 1000.0 * takes])


def distances(points: Floats, others: Floats) -> Floats:
    """Euclidean distance of each point from each of the others, shape (points, others)."""
    found = np.empty((len(points), len(others)))
    size = (others**2).sum(axis=1)
    for first in range(0, len(points), BLOCK):
        block = points[first : first + BLOCK]
        square = (block**2).sum(axis=1)[:, None] + size - 2.0 * block @ others.T
        square[square < 1e-9 * (size + size.max(initial=1.0))] = 0.0
        found[first : first + BLOCK] = np.sqrt(square)
    return found


def _forward(points: Floats, weights: Floats, k: int) -> Ints:
    """Fast forward selection: again and again the future that brings all the others nearest to a kept one."""
    apart = distances(points, points)
    nearest = np.full(len(points), np.inf)
    kept: list[int] = []
    for _ in range(k):
        cost = np.minimum(apart, nearest[:, None]).T @ weights
        cost[kept] = np.inf
        best = int(np.argmin(cost))
        kept.append(best)
        nearest = np.minimum(nearest, apart[:, best])
    return np.array(sorted(kept))


def _groups(points: Floats, weights: Floats, k: int) -> Ints:
    """Groups around means, begun from points far apart; of each group the future nearest to its mean is kept."""
    centres = points[_far_apart(points, k)]
    group = np.full(len(points), -1)
    for _ in range(ROUNDS):
        before, group = group, np.argmin(distances(points, centres), axis=1)
        if (before == group).all():
            break
        mass = np.bincount(group, weights=weights, minlength=k)
        total = csr_array((weights, (group, np.arange(len(points)))), shape=(k, len(points))) @ points
        centres = np.where(mass[:, None] > 0, total / np.maximum(mass, 1e-300)[:, None], centres)
    return np.unique(np.argmin(distances(points, centres), axis=0))


def _far_apart(points: Floats, k: int) -> Ints:
    """The point nearest to the mean, and again and again the one farthest from all chosen."""
    chosen = [int(np.argmin(((points - points.mean(axis=0)) ** 2).sum(axis=1)))]
    nearest = np.full(len(points), np.inf)
    for _ in range(k - 1):
        nearest = np.minimum(nearest, distances(points, points[chosen[-1:]])[:, 0])
        chosen.append(int(np.argmax(nearest)))
    return np.array(chosen)
