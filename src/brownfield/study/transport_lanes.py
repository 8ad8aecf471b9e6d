"""Sums and minima of many futures side by side, as machine code."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from brownfield.shopfloor.compiled import compiled

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@compiled
def run(ends: Ints, sources: Ints, answers: Ints, capacity: Floats, wanted: Floats, lanes: int) -> Floats:
    """The steps of `transport_cuts.Steps` for each future; wanted: demand of each kind of product, shape (kinds, futures)."""
    kinds, futures = wanted.shape
    first = kinds + len(capacity)
    register = np.zeros((first + (len(ends) - 1) // 2, lanes))
    other = np.zeros(lanes)
    found = np.zeros(futures)
    for i in range(len(capacity)):
        register[kinds + i, :] = capacity[i]
    for begin in range(0, futures, lanes):
        size = min(lanes, futures - begin)
        for k in range(kinds):
            for lane in range(size):
                register[k, lane] = wanted[k, begin + lane]
        for step in range((len(ends) - 1) // 2):
            sums = register[first + step]
            sums[:] = 0.0
            other[:] = 0.0
            for at in range(ends[2 * step], ends[2 * step + 1]):
                source = register[sources[at]]
                for lane in range(lanes):
                    sums[lane] += source[lane]
            for at in range(ends[2 * step + 1], ends[2 * step + 2]):
                source = register[sources[at]]
                for lane in range(lanes):
                    other[lane] += source[lane]
            for lane in range(lanes):
                sums[lane] = sums[lane] if sums[lane] < other[lane] else other[lane]
        for answer in answers:
            for lane in range(size):
                found[begin + lane] += register[answer, lane]
    return found
