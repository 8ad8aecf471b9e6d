"""The best use of a fixed plan in each of many futures: one small program again and again, as machine code.

A bounded dual simplex with the whole inverse at hand. Costs and coefficients never change from future to future, only how much
is wanted and how much of a line is free, so a basis that was best once stays dual feasible for ever. Each basis is remembered with
its dual bound and its levels as linear functions of what changes: a future begins from the basis whose bound promises most, and
if no level is out of bounds there, it ends there without a single step.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from brownfield.shopfloor.compiled import compiled, inlined

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


@inlined
def promising(known: int, bound: Floats, slope: Floats, theta: Floats) -> int:
    """The basis remembered whose dual bound is highest."""
    best, most = -1, -np.inf
    for k in range(known):
        here = bound[k]
        for p in range(len(theta)):
            here += slope[k, p] * theta[p]
        if here > most:
            best, most = k, here
    return best


@inlined
def right_side(start: Ints, index: Ints, value: Floats, state: Ints, top: Floats, rhs: Floats, right: Floats) -> None:
    """The right side less what columns at their upper bounds take."""
    right[:] = rhs
    for j in range(len(top)):
        if state[j] == UPPER and top[j] != 0.0:
            for k in range(start[j], start[j + 1]):
                right[index[k]] -= value[k] * top[j]


@inlined
def leaving(n: int, basis: Ints, level: Floats, top: Floats, slack_low: Floats, slack_high: Floats) -> tuple[int, bool]:
    """The row whose level is farthest out of bounds (-1: none is), and whether it is too low."""
    leave, worst, below = -1, TIGHT, False
    for i in range(len(basis)):
        b = basis[i]
        low = 0.0 if b < n else slack_low[b - n]
        high = top[b] if b < n else slack_high[b - n]
        if low - level[i] > worst:
            leave, worst, below = i, low - level[i], True
        elif level[i] - high > worst:
            leave, worst, below = i, level[i] - high, False
    return leave, below


@inlined
def entering(
    start: Ints, index: Ints, value: Floats, state: Ints, top: Floats, still: npt.NDArray[np.bool_], of_row: Floats, reduced: Floats,
    row: Floats, below: bool,
) -> int:  # fmt: skip
    """The column with which the row changes places (-1: none can); its row of the tableau is left in `row`."""
    n, enter, ratio, size = len(top), -1, np.inf, 0.0
    for j in range(len(state)):
        if state[j] == BASIC:
            row[j] = 0.0
            continue
        alpha = 0.0
        if j < n:
            for k in range(start[j], start[j + 1]):
                alpha += of_row[index[k]] * value[k]
        else:
            alpha = of_row[j - n]
        row[j] = alpha
        if abs(alpha) < SMALL or (top[j] == 0.0 if j < n else still[j - n]):
            continue
        signed = alpha if below else -alpha
        if (state[j] == LOWER and signed < 0.0) or (state[j] == UPPER and signed > 0.0):
            here = abs(reduced[j] / alpha)
            if here < ratio - 1e-12 or (here < ratio + 1e-12 and abs(alpha) > size):
                enter, ratio, size = j, here, abs(alpha)
    return enter


@inlined
def column_of(start: Ints, index: Ints, value: Floats, inverse: Floats, enter: int, column: Floats) -> None:
    """The column of the tableau."""
    n = len(start) - 1
    if enter >= n:
        column[:] = inverse[:, enter - n]
        return
    column[:] = 0.0
    for k in range(start[enter], start[enter + 1]):
        for i in range(len(column)):
            column[i] += inverse[i, index[k]] * value[k]


@inlined
def exchange(inverse: Floats, leave: int, column: Floats) -> None:
    """The inverse after one step."""
    m = len(column)
    pivot = column[leave]
    for k in range(m):
        inverse[leave, k] /= pivot
    for i in range(m):
        if i != leave and column[i] != 0.0:
            factor = column[i]
            for k in range(m):
                inverse[i, k] -= factor * inverse[leave, k]


@inlined
def renew(start: Ints, index: Ints, value: Floats, cost: Floats, basis: Ints, state: Ints, inverse: Floats, reduced: Floats) -> None:
    """The inverse and the reduced costs worked out anew."""
    m, n = len(basis), len(cost)
    square, dual = np.zeros((m, m)), np.zeros(m)
    for i in range(m):
        if basis[i] < n:
            for k in range(start[basis[i]], start[basis[i] + 1]):
                square[index[k], i] = value[k]
        else:
            square[basis[i] - n, i] = 1.0
    inverse[:, :] = np.linalg.inv(square)
    for i in range(m):
        if basis[i] < n:
            dual += cost[basis[i]] * inverse[i]
    for j in range(n + m):
        if state[j] == BASIC:
            reduced[j] = 0.0
        elif j < n:
            reduced[j] = cost[j]
            for k in range(start[j], start[j + 1]):
                reduced[j] -= dual[index[k]] * value[k]
        else:
            reduced[j] = -dual[j - n]


@compiled
def best_uses(
    start: Ints, index: Ints, value: Floats, cost: Floats, upper: Floats, movable: Ints, scale: Floats, slack_low: Floats,
    slack_high: Floats, base: Floats, slope: Floats, theta: Floats, pool: int,
) -> tuple[Floats, Ints, Ints]:  # fmt: skip
    """The cheapest x of each future, whether it was found, and the steps it took.

    Minimise cost·x with A x + s = base + slope·theta[f], 0 <= x <= upper, slack_low <= s <= slack_high. A by columns (start, index,
    value). movable, scale: a column with movable >= 0 has the upper bound scale · theta[f, movable]. Every column with a cost
    below 0 has a finite upper bound. pool: bases remembered.
    """
    futures, m, n, width = len(theta), len(base), len(cost), theta.shape[1]
    x, found, steps = np.zeros((futures, n)), np.zeros(futures, dtype=np.int64), np.zeros(futures, dtype=np.int64)
    basis, state, reduced = np.arange(n, n + m), np.zeros(n + m, dtype=np.int64), np.zeros(n + m)
    inverse, level, top, row = np.eye(m), np.zeros(m), upper.copy(), np.zeros(n + m)
    right, column, rhs = np.zeros(m), np.zeros(m), np.zeros(m)
    still = slack_low == slack_high
    pool_basis, pool_state = np.zeros((pool, m), dtype=np.int64), np.zeros((pool, n + m), dtype=np.int64)
    pool_reduced, pool_inverse = np.zeros((pool, n + m)), np.zeros((pool, m, m))
    pool_bound, pool_gain = np.zeros(pool), np.zeros((pool, width))
    pool_level, pool_move = np.zeros((pool, m)), np.zeros((pool, m, width))
    reduced[:n] = cost
    for j in range(n):
        state[j] = UPPER if cost[j] < 0.0 else LOWER
    state[n:] = BASIC
    known, at, since = 0, -1, 0
    for f in range(futures):
        for j in range(n):
            if movable[j] >= 0:
                top[j] = scale[j] * theta[f, movable[j]]
        count, loaded = 0, True
        best = promising(known, pool_bound, pool_gain, theta[f])
        if best >= 0:
            basis[:], level[:] = pool_basis[best], pool_level[best]
            for i in range(m):
                for p in range(width):
                    level[i] += pool_move[best, i, p] * theta[f, p]
            loaded = best == at
        sure = best >= 0
        while True:
            leave, below = (-1, False) if not sure and count == 0 else leaving(n, basis, level, top, slack_low, slack_high)
            if leave < 0:
                if sure:
                    found[f] = 1
                    break
                # The levels after steps, or at the very first basis, are worked out anew before they are believed.
                for i in range(m):
                    rhs[i] = base[i]
                    for p in range(width):
                        rhs[i] += slope[i, p] * theta[f, p]
                right_side(start, index, value, state, top, rhs, right)
                for i in range(m):
                    total = 0.0
                    for k in range(m):
                        total += inverse[i, k] * right[k]
                    level[i] = total
                sure = True
                continue
            if count >= STEPS:
                break
            if not loaded:
                state[:], reduced[:], inverse[:, :] = pool_state[best], pool_reduced[best], pool_inverse[best]
                loaded, at, since = True, best, 0
            enter = entering(start, index, value, state, top, still, inverse[leave], reduced, row, below)
            if enter < 0:
                break
            gone, step = basis[leave], reduced[enter] / row[enter]
            column_of(start, index, value, inverse, enter, column)
            for j in range(n + m):
                if state[j] != BASIC:
                    reduced[j] -= step * row[j]
            reduced[enter], reduced[gone] = 0.0, -step
            bound = 0.0
            if not below:
                bound = top[gone] if gone < n else slack_high[gone - n]
            elif gone >= n:
                bound = slack_low[gone - n]
            move = (level[leave] - bound) / column[leave]
            for i in range(m):
                level[i] -= column[i] * move
            level[leave] = move + (top[enter] if enter < n and state[enter] == UPPER else 0.0)
            exchange(inverse, leave, column)
            state[gone], state[enter] = (LOWER if below else UPPER), BASIC
            basis[leave] = enter
            count, since, at, sure = count + 1, since + 1, -1, False
            if since >= FRESH:
                renew(start, index, value, cost, basis, state, inverse, reduced)
                since = 0
        steps[f] = count
        if not loaded:
            for j in range(n):
                if pool_state[best, j] == UPPER:
                    x[f, j] = top[j]
        else:
            for j in range(n):
                if state[j] == UPPER:
                    x[f, j] = top[j]
        for i in range(m):
            if basis[i] < n:
                x[f, basis[i]] = level[i]
        if found[f] == 1 and known < pool and (count > 0 or known == 0):
            renew(start, index, value, cost, basis, state, inverse, reduced)
            pool_basis[known], pool_state[known], pool_reduced[known] = basis, state, reduced
            pool_inverse[known] = inverse
            # Bound and levels as functions of theta: y·(base + slope·theta) + Σ reduced · upper bound, inverse·(right side).
            rhs[:] = base
            shift = slope.copy()
            pool_bound[known] = 0.0
            for j in range(n):
                if state[j] == UPPER:
                    if movable[j] >= 0:
                        pool_gain[known, movable[j]] += reduced[j] * scale[j]
                    else:
                        pool_bound[known] += reduced[j] * upper[j]
                    for k in range(start[j], start[j + 1]):
                        if movable[j] >= 0:
                            shift[index[k], movable[j]] -= value[k] * scale[j]
                        else:
                            rhs[index[k]] -= value[k] * upper[j]
            for i in range(m):
                pool_bound[known] -= reduced[n + i] * base[i]
                for p in range(width):
                    pool_gain[known, p] -= reduced[n + i] * slope[i, p]
            pool_level[known] = inverse @ rhs
            pool_move[known] = inverse @ shift
            at, since, known = known, 0, known + 1
    return x, found, steps
