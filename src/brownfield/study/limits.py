"""Limits that may break in some futures: at most in so large a share of them (a chance policy)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array, csr_array, hstack, vstack

from brownfield.case.tables import Policy
from brownfield.errors import CaseError, Problem, Where, one_of
from brownfield.model.assemble import Model
from brownfield.model.bounds import purchases_at_most
from brownfield.model.data import Floats, Ints
from brownfield.solve.pieces import whole_piece
from brownfield.solve.two_stage import Future, TwoStage
from brownfield.study.stages import Staged

FLOOR = "liquidity floor"
"""Name of the floor of cash among the limits."""
WITHIN = 1e-9


@dataclass(frozen=True)
class Limit:
    """A limit by name, the liquidity floor or a hard policy, and the share of futures in which it may break."""

    name: str
    share: float


def with_limits(staged: Staged, limits: Sequence[Limit]) -> Staged:
    """The program in which each limit may break in its share of futures: one whole column for each limit and future says where.

    Where it does, the limit gives way by as much as it can be missed at all, reckoned from the bounds of all columns (N8).
    CaseError when a limit is none (BF560), or no share (BF561).
    """
    problems = [found for limit in limits for found in _problems(staged, limit)]
    if problems:
        raise CaseError(problems)
    for limit in limits:
        staged = _relaxed(staged, limit)
    return staged


def names(staged: Staged) -> list[str]:
    """Limits that futures can break: the floor of cash, and hard policies on what is decided once demand is known."""
    program, data = staged.model.program, staged.model.data
    found = [FLOOR] if program.family("liquidity_floor") else []
    later = set(staged.rows[staged.rows >= 0].tolist())
    for policy in sorted(data.case.rows(Policy), key=lambda row: row.policy):
        rows = _rows_of(staged.model, policy.policy)
        if policy.kind == "hard" and policy.sense != "=" and any(int(row) in later for row in rows):
            found.append(policy.policy)
    return found


def _problems(staged: Staged, limit: Limit) -> list[Problem]:
    known, found = names(staged), []
    if limit.name not in known:
        expected = f"one of {one_of(known)}" if known else "no limit: no future can break one in this case"
        found.append(Problem("BF560", Where("--chance"), limit.name, expected, "name the liquidity floor or a hard policy on cars or cash"))
    if not 0.0 <= limit.share < 1.0:
        found.append(
            Problem("BF561", Where("--chance"), f"{limit.share:g}", "a share from 0 to below 1", "say 0.05 for one future in twenty")
        )
    return found


def _rows_of(model: Model, name: str) -> Ints:
    """Rows of a limit in the model."""
    if name == FLOOR:
        blocks = model.program.family("liquidity_floor")
        return np.concatenate([np.arange(block.first, block.first + block.count) for block in blocks])
    rows = [
        row
        for block in model.program.family("hold_policies")
        for row in range(block.first, block.first + block.count)
        if block.key(row)["policy"] == name
    ]
    return np.array(rows, dtype=np.int64)


def _relaxed(staged: Staged, limit: Limit) -> Staged:
    """The program with one more limit that may break."""
    program = staged.program
    count, width = len(program.futures), len(program.today.worth)
    places = np.flatnonzero(np.isin(staged.rows, _rows_of(staged.model, limit.name)))
    today = program.today
    chance = csr_array(np.concatenate([np.zeros(width), program.chance])[None, :])
    wider = replace(
        today,
        worth=np.concatenate([today.worth, np.zeros(count)]),
        lower=np.concatenate([today.lower, np.zeros(count)]),
        upper=np.concatenate([today.upper, np.ones(count)]),
        matrix=csr_array(vstack([hstack([today.matrix, csr_array((today.matrix.shape[0], count))]), chance], format="csr")),
        row_lower=np.concatenate([today.row_lower, [-np.inf]]),
        row_upper=np.concatenate([today.row_upper, [limit.share + WITHIN]]),
        whole=np.concatenate([today.whole, np.ones(count, dtype=bool)]),
    )
    parts = tuple(_gives_way(staged, future, number, count, places) for number, future in enumerate(program.futures))
    return replace(staged, program=TwoStage(wider, parts))


def _gives_way(staged: Staged, future: Future, number: int, count: int, places: Ints) -> Future:
    """A future whose limit gives way where its column says so."""
    low, high = missed_at_most(staged, future, places)
    up = np.isfinite(future.row_upper[places])
    amount = np.where(up, -high, low)
    column = np.full(len(places), number)
    shape = (future.today.shape[0], count)
    extra = csr_array(coo_array((amount, (places, column)), shape=shape))
    today = csr_array(hstack([future.today, extra], format="csr"))
    return replace(future, today=today, more=np.concatenate([future.more, np.zeros(count)]))


def missed_at_most(staged: Staged, future: Future, places: Ints) -> tuple[Floats, Floats]:
    """By how much some rows of a future can fall short of their lower bounds, and rise above their upper ones, at most."""
    model = staged.model
    low, high = within(model)
    low[staged.later], high[staged.later] = (
        np.maximum(low[staged.later], future.lower),
        np.where(np.isfinite(future.upper), future.upper, high[staged.later]),
    )
    _cash(model, low, high)
    least, most = np.zeros(len(places)), np.zeros(len(places))
    width = len(staged.now)
    for n, row in enumerate(places):
        for matrix, columns in ((future.today, staged.now), (future.matrix, staged.later)):
            span = slice(matrix.indptr[row], matrix.indptr[row + 1])
            inside = matrix.indices[span] < (width if matrix is future.today else len(columns))
            value, at = matrix.data[span][inside], columns[matrix.indices[span][inside]]
            least[n] += np.minimum(value * low[at], value * high[at]).sum()
            most[n] += np.maximum(value * low[at], value * high[at]).sum()
    short = np.where(np.isfinite(future.row_lower[places]), np.maximum(future.row_lower[places] - least, 0.0), 0.0)
    over = np.where(np.isfinite(future.row_upper[places]), np.maximum(most - future.row_upper[places], 0.0), 0.0)
    return short, over


def within(model: Model) -> tuple[Floats, Floats]:
    """Bounds of every column but cash that some best plan keeps to in any future: where the model has none, what the data allow.

    Nobody is hired to be dismissed in the same period, so that no more people come to or leave a plant than twice those who can be there.
    """
    data, x, program = model.data, model.decisions, model.program
    low, high = (bound.copy() for bound in program.column_bounds())
    people = np.repeat(2.0 * x.headcount_most[:, None], data.horizon, axis=1)
    for columns in (x.hires, x.attrition, x.redundant, x.moved):
        high[columns[columns >= 0]] = people[columns >= 0]
    for number, (plant, _) in enumerate(x.pairs):
        high[x.transfers[number]] = people[plant]
    for columns in (x.changes, x.idles, x.reopens):
        high[columns[columns >= 0]] = 1.0
    high[x.makes[x.makes >= 0]] = data.full[x.makes >= 0]
    room = np.zeros((len(data.products), len(data.plants), data.horizon))
    if data.routes:
        np.add.at(room, (data.route_product[data.assembly[data.route_line]], data.route_plant[data.assembly[data.route_line]]),
                  data.full[data.assembly[data.route_line]])  # fmt: skip
    ships = data.ships
    high[x.ships] = room[ships["k"].to_numpy(), ships["i"].to_numpy(), ships["t"].to_numpy()]
    if x.diversions.height:
        high[x.diverted] = x.diversions["share"].to_numpy() * high[x.lost[x.diversions["from"].to_numpy()]]
    for number, option in enumerate(x.options):
        here = x.agreed[number] >= 0
        high[x.agreed[number][here]] = data.offers[option.offer].volume_max * data.years[here] / 1000.0
    bought = purchases_at_most(data)
    for number, (g, n) in enumerate(x.usable):
        here = x.extra[number] >= 0
        high[x.extra[number][here]] = (bought[g] * data.terms[n].extra_days / 365 / data.years)[here]
    return low, high


def _cash(model: Model, low: Floats, high: Floats) -> None:
    """Bounds of cash in each period, from all that can flow until then."""
    cash = model.decisions.cash
    if not (cash >= 0).all() or not len(cash):
        return
    piece = whole_piece(model)
    for t, row in enumerate(range(model.program.family("cash_balance")[0].first, piece.matrix.shape[0])):
        if t >= len(cash):
            break
        span = slice(piece.matrix.indptr[row], piece.matrix.indptr[row + 1])
        at, value = piece.matrix.indices[span], -piece.matrix.data[span]
        other = at != cash[t]
        ends = np.stack([value[other] * low[at[other]], value[other] * high[at[other]]])
        low[cash[t]] = piece.row_lower[row] + ends.min(axis=0).sum()
        high[cash[t]] = piece.row_lower[row] + ends.max(axis=0).sum()
