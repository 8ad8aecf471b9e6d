"""The best use of a fixed plan in each of many futures: one small program again and again, as machine code.

A bounded dual simplex with the whole inverse at hand. Costs and coefficients never change from future to future, only how much
is wanted and how much a line is free for, so a basis that was best once stays dual feasible for ever: each future begins from
the basis whose dual bound promises most, and most of them end there without a single step.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from brownfield.shopfloor.compiled import compiled

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TIGHT = 1e-9
"""Thousand cars by which a bound may be missed: rounding."""

SMALL = 1e-9
"""Coefficients of a step below this are no pivots."""

FRESH = 60
"""Steps after which the inverse is worked out anew."""

STEPS = 5000
"""Steps in one future at most; one that needs more is left to another solver."""

LOWER, UPPER, BASIC = 0, 1, 2


@compiled
def best_uses(
    start: Ints,
    index: Ints,
    value: Floats,
    cost: Floats,
    upper: Floats,
    movable: Ints,
    slack_low: Floats,
    slack_high: Floats,
    rhs: Floats,
    limits: Floats,
    pool_size: int,
) -> tuple[Floats, Ints, Ints]:
    """The cheapest x of each future, whether it was found, and the steps it took.

    Minimise cost·x with A x + s = rhs[f], 0 <= x <= upper, slack_low <= s <= slack_high. A by columns (start, index, value);
    movable: for each column the place in limits[f] that is its upper bound, -1: none. Every column with a cost below 0 has a
    finite upper bound. pool_size: bases remembered.
    """
    futures, m = rhs.shape
    n = len(cost)
    x = np.zeros((futures, n))
    found = np.zeros(futures, dtype=np.int64)
    steps = np.zeros(futures, dtype=np.int64)
    basis, state, reduced = np.arange(n, n + m), np.zeros(n + m, dtype=np.int64), np.zeros(n + m)
    inverse, level, top, row = np.eye(m), np.zeros(m), np.zeros(n + m), np.zeros(n + m)
    right, column = np.zeros(m), np.zeros(m)
    pool_basis = np.zeros((pool_size, m), dtype=np.int64)
    pool_state = np.zeros((pool_size, n + m), dtype=np.int64)
    pool_reduced = np.zeros((pool_size, n + m))
    pool_inverse = np.zeros((pool_size, m, m))
    pool_dual = np.zeros((pool_size, m))
    pool_gain = np.zeros((pool_size, n))
    known, at, since = 0, -1, 0
    for j in range(n):
        reduced[j] = cost[j]
        state[j] = UPPER if cost[j] < 0.0 else LOWER
    for i in range(m):
        state[n + i] = BASIC
    for f in range(futures):
        for j in range(n):
            top[j] = limits[f, movable[j]] if movable[j] >= 0 else upper[j]
        # Begin from the basis of the pool with the highest dual bound.
        if known > 0:
            best, most = at, -np.inf
            for k in range(known):
                bound = 0.0
                for i in range(m):
                    bound += pool_dual[k, i] * rhs[f, i]
                for j in range(n):
                    gain = pool_gain[k, j]
                    if gain != 0.0:
                        bound += gain * top[j]
                if bound > most + 1e-12 * abs(most):
                    best, most = k, bound
            if best != at and best >= 0:
                basis[:], state[:], reduced[:] = pool_basis[best], pool_state[best], pool_reduced[best]
                inverse[:, :] = pool_inverse[best]
                at, since = best, 0
        count = 0
        fresh = True
        while True:
            if fresh:
                for i in range(m):
                    right[i] = rhs[f, i]
                for j in range(n):
                    if state[j] == UPPER and top[j] != 0.0:
                        for k in range(start[j], start[j + 1]):
                            right[index[k]] -= value[k] * top[j]
                for i in range(m):
                    total = 0.0
                    for k in range(m):
                        total += inverse[i, k] * right[k]
                    level[i] = total
                fresh = False
            # The row that is farthest outside its bounds leaves.
            leave, worst, below = -1, TIGHT, False
            for i in range(m):
                b = basis[i]
                low = 0.0 if b < n else slack_low[b - n]
                high = top[b] if b < n else slack_high[b - n]
                if low - level[i] > worst:
                    leave, worst, below = i, low - level[i], True
                if level[i] - high > worst:
                    leave, worst, below = i, level[i] - high, False
            if leave < 0:
                found[f] = 1
                break
            if count >= STEPS:
                break
            enter, ratio, size = -1, np.inf, 0.0
            for j in range(n + m):
                if state[j] == BASIC:
                    continue
                if j < n:
                    alpha = 0.0
                    for k in range(start[j], start[j + 1]):
                        alpha += inverse[leave, index[k]] * value[k]
                else:
                    alpha = inverse[leave, j - n]
                row[j] = alpha
                if abs(alpha) < SMALL:
                    continue
                if j >= n and slack_low[j - n] == slack_high[j - n]:
                    continue
                if j < n and top[j] == 0.0:
                    continue
                signed = alpha if below else -alpha
                if (state[j] == LOWER and signed < 0.0) or (state[j] == UPPER and signed > 0.0):
                    here = abs(reduced[j] / alpha)
                    if here < ratio - 1e-12 or (here < ratio + 1e-12 and abs(alpha) > size):
                        enter, ratio, size = j, here, abs(alpha)
            if enter < 0:
                break
            gone = basis[leave]
            step = reduced[enter] / row[enter]
            for j in range(n + m):
                if state[j] != BASIC:
                    reduced[j] -= step * row[j]
            reduced[enter] = 0.0
            reduced[gone] = -step
            for i in range(m):
                column[i] = 0.0
            if enter < n:
                for k in range(start[enter], start[enter + 1]):
                    for i in range(m):
                        column[i] += inverse[i, index[k]] * value[k]
            else:
                for i in range(m):
                    column[i] = inverse[i, enter - n]
            pivot = column[leave]
            for k in range(m):
                inverse[leave, k] /= pivot
            for i in range(m):
                if i != leave and column[i] != 0.0:
                    for k in range(m):
                        inverse[i, k] -= column[i] * inverse[leave, k]
            state[gone] = LOWER if below else UPPER
            basis[leave], state[enter] = enter, BASIC
            fresh, count, since, at = True, count + 1, since + 1, -1
            if since >= FRESH:
                square = np.zeros((m, m))
                for i in range(m):
                    if basis[i] < n:
                        for k in range(start[basis[i]], start[basis[i] + 1]):
                            square[index[k], i] = value[k]
                    else:
                        square[basis[i] - n, i] = 1.0
                inverse[:, :] = np.linalg.inv(square)
                since = 0
        steps[f] = count
        for j in range(n):
            if state[j] == UPPER:
                x[f, j] = top[j]
        for i in range(m):
            if basis[i] < n:
                x[f, basis[i]] = level[i]
        if found[f] == 1 and count > 0 and known < pool_size:
            pool_basis[known], pool_state[known], pool_reduced[known] = basis, state, reduced
            pool_inverse[known] = inverse
            for i in range(m):
                pool_dual[known, i] = -reduced[n + i]
            for j in range(n):
                pool_gain[known, j] = reduced[j] if state[j] == UPPER else 0.0
            at, known = known, known + 1
    return x, found, steps
