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
def linear(constant: Floats, slope: Floats, theta: Floats, out: Floats) -> None:
    """The sum constant + slope · theta, in plain loops: calls of a library cost more than these sums."""
    for i in range(len(constant)):
        total = constant[i]
        for p in range(len(theta)):
            total += slope[i, p] * theta[p]
        out[i] = total


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
def update(inverse: Floats, leave: int, column: Floats) -> None:
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
def invert(square: Floats, inverse: Floats) -> None:
    """The inverse of a matrix that has one, by elimination with row pivots; the matrix is used up."""
    m = len(square)
    inverse[:, :] = 0.0
    for i in range(m):
        inverse[i, i] = 1.0
    for c in range(m):
        r = c
        for i in range(c + 1, m):
            if abs(square[i, c]) > abs(square[r, c]):
                r = i
        if r != c:
            for k in range(m):
                square[c, k], square[r, k] = square[r, k], square[c, k]
                inverse[c, k], inverse[r, k] = inverse[r, k], inverse[c, k]
        pivot = square[c, c]
        for k in range(m):
            square[c, k] /= pivot
            inverse[c, k] /= pivot
        for i in range(m):
            factor = square[i, c]
            if i != c and factor != 0.0:
                for k in range(m):
                    square[i, k] -= factor * square[c, k]
                    inverse[i, k] -= factor * inverse[c, k]


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
    invert(square, inverse)
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


@inlined
def levels(start: Ints, index: Ints, value: Floats, state: Ints, top: Floats, rhs: Floats, inverse: Floats, level: Floats) -> None:
    """The levels of the basis, worked out anew: inverse · (right side less what columns at their upper bounds take)."""
    right = rhs.copy()
    for j in range(len(top)):
        if state[j] == UPPER and top[j] != 0.0:
            for k in range(start[j], start[j + 1]):
                right[index[k]] -= value[k] * top[j]
    for i in range(len(rhs)):
        total = 0.0
        for k in range(len(rhs)):
            total += inverse[i, k] * right[k]
        level[i] = total


@inlined
def exchange(
    leave: int, enter: int, below: bool, start: Ints, index: Ints, value: Floats, slack_low: Floats, slack_high: Floats, top: Floats,
    basis: Ints, state: Ints, reduced: Floats, row: Floats, column: Floats, level: Floats, inverse: Floats,
) -> None:  # fmt: skip
    """One step: a row leaves for the bound it missed, a column enters; reduced costs, levels and inverse follow."""
    n, m = len(top), len(basis)
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
    update(inverse, leave, column)
    state[gone], state[enter] = (LOWER if below else UPPER), BASIC
    basis[leave] = enter


@inlined
def values(x: Floats, basis: Ints, state: Ints, top: Floats, level: Floats) -> None:
    """What a basis makes of every column."""
    for j in range(len(x)):
        if state[j] == UPPER:
            x[j] = top[j]
    for i in range(len(basis)):
        if basis[i] < len(x):
            x[basis[i]] = level[i]


@inlined
def as_functions(
    start: Ints, index: Ints, value: Floats, upper: Floats, movable: Ints, scale: Floats, base: Floats, slope: Floats, state: Ints,
    reduced: Floats, inverse: Floats, gain: Floats, level: Floats, move: Floats,
) -> float:  # fmt: skip
    """Dual bound and levels of a basis as functions of theta: y·(base + slope·theta) + Σ reduced · upper bound, inverse·(right side).

    Returns the constant part of the bound; `gain`, `level` and `move` are filled.
    """
    n, m, width = len(upper), len(base), slope.shape[1]
    right, shift, bound = base.copy(), slope.copy(), 0.0
    for j in range(n):
        if state[j] == UPPER:
            if movable[j] >= 0:
                gain[movable[j]] += reduced[j] * scale[j]
            else:
                bound += reduced[j] * upper[j]
            for k in range(start[j], start[j + 1]):
                if movable[j] >= 0:
                    shift[index[k], movable[j]] -= value[k] * scale[j]
                else:
                    right[index[k]] -= value[k] * upper[j]
    for i in range(m):
        bound -= reduced[n + i] * base[i]
        for p in range(width):
            gain[p] -= reduced[n + i] * slope[i, p]
    for i in range(m):
        total = 0.0
        for k in range(m):
            part = inverse[i, k]
            if part != 0.0:
                total += part * right[k]
                for p in range(width):
                    move[i, p] += part * shift[k, p]
        level[i] = total
    return bound


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
    basis, state, reduced = np.arange(n, n + m), np.full(n + m, BASIC), np.zeros(n + m)
    inverse, level, top, row, column, rhs = np.eye(m), np.zeros(m), upper.copy(), np.zeros(n + m), np.zeros(m), np.zeros(m)
    still = slack_low == slack_high
    pool_basis, pool_state = np.zeros((pool, m), dtype=np.int64), np.zeros((pool, n + m), dtype=np.int64)
    pool_reduced = np.zeros((pool, n + m))
    pool_inverse, pool_bound, pool_gain = np.zeros((pool, m, m)), np.zeros(pool), np.zeros((pool, width))
    pool_level, pool_move, pool_age = np.zeros((pool, m)), np.zeros((pool, m, width)), np.zeros(pool, dtype=np.int64)
    reduced[:n] = cost
    state[:n] = np.where(cost < 0.0, UPPER, LOWER)
    known, at, since = 0, -1, 0
    for f in range(futures):
        for j in range(n):
            if movable[j] >= 0:
                top[j] = scale[j] * theta[f, movable[j]]
        # Levels are sure when they come from memory or were worked out anew; after steps they are only nearly right.
        best, count, loaded = promising(known, pool_bound, pool_gain, theta[f]), 0, True
        sure = best >= 0
        if sure:
            basis[:] = pool_basis[best]
            linear(pool_level[best], pool_move[best], theta[f], level)
            loaded = best == at
        else:
            linear(base, slope, theta[f], rhs)
            levels(start, index, value, state, top, rhs, inverse, level)
        while True:
            leave, below = leaving(n, basis, level, top, slack_low, slack_high)
            if leave < 0 and sure:
                found[f] = 1
                break
            if leave < 0:
                linear(base, slope, theta[f], rhs)
                levels(start, index, value, state, top, rhs, inverse, level)
                sure = True
                continue
            if not loaded:
                state[:], reduced[:], inverse[:, :] = pool_state[best], pool_reduced[best], pool_inverse[best]
                loaded, since = True, pool_age[best]
            enter = entering(start, index, value, state, top, still, inverse[leave], reduced, row, below)
            if enter < 0 or count >= STEPS:
                break
            exchange(
                leave, enter, below, start, index, value, slack_low, slack_high, top, basis, state, reduced, row, column, level, inverse,
            )  # fmt: skip
            count, since, at, sure = count + 1, since + 1, -1, False
            if since >= FRESH:
                renew(start, index, value, cost, basis, state, inverse, reduced)
                since = 0
        steps[f] = count
        values(x[f], basis, state if loaded else pool_state[best], top, level)
        if found[f] == 1 and known < pool and (count > 0 or known == 0):
            pool_basis[known], pool_state[known], pool_reduced[known], pool_inverse[known] = basis, state, reduced, inverse
            pool_bound[known] = as_functions(
                start, index, value, upper, movable, scale, base, slope, state, reduced, inverse, pool_gain[known], pool_level[known],
                pool_move[known],
            )  # fmt: skip
            pool_age[known], at, known = since, known, known + 1
    return x, found, steps
