"""A linear program by names: variables such as ("makes", product, line, t), expressions as dicts from names to factors.

The constant of an expression stands under `ONE`. Nothing clever: clear to read, and quick enough for a few hundred a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from .facts import Facts

Name = tuple[Any, ...]
Terms = dict[Name, float]
ONE: Name = ()
INF = float("inf")
K = 1000.0


@dataclass(frozen=True)
class Solution:
    """Best continuous rest of one choice: its worth, and the value of every variable by name."""

    npv: float
    values: dict[Name, float]


class ImpossibleError(Exception):
    """The choice cannot be completed, and that is seen before anything is solved."""


def add(into: Terms, what: Terms, times: float = 1.0) -> Terms:
    for name, factor in what.items():
        into[name] = into.get(name, 0.0) + factor * times
    return into


def total(*parts: Terms) -> Terms:
    out: Terms = {}
    for part in parts:
        add(out, part)
    return out


class Program:
    """Variables with bounds, rows, and the money of each period."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.bounds: dict[Name, tuple[float, float]] = {}
        self.equal: list[Terms] = []
        self.below: list[Terms] = []
        self.flow: list[Terms] = [{} for _ in range(facts.T)]
        self.prices: list[Terms] = [{} for _ in range(facts.T)]
        self.running: list[Terms] = [{} for _ in range(facts.T)]
        self.owed_end: Terms = {}

    def var(self, *name: Any, low: float = 0.0, high: float = INF) -> Terms:
        if high < low - 1e-12:
            raise ImpossibleError
        self.bounds[name] = (low, max(low, high))
        return {name: 1.0}

    def at_most(self, left: Terms, right: Terms) -> None:
        """Row: left <= right."""
        row = add(dict(left), right, -1.0)
        if not any(row[n] for n in row if n != ONE):
            if row.get(ONE, 0.0) > 1e-9:
                raise ImpossibleError
            return
        self.below.append(row)

    def same(self, left: Terms, right: Terms) -> None:
        row = add(dict(left), right, -1.0)
        if not any(row[n] for n in row if n != ONE):
            if abs(row.get(ONE, 0.0)) > 1e-9:
                raise ImpossibleError
            return
        self.equal.append(row)

    def pay(self, t: int, amount: float, currency: str | None, per: Terms | None = None, running: bool = False) -> None:
        """Money in the period: `amount` in millions of the currency (times `per`), + in, - out."""
        worth = amount * self.facts.rate(currency, t)
        if worth:
            add(self.flow[t], per if per is not None else {ONE: 1.0}, worth)
            if running:
                add(self.running[t], per if per is not None else {ONE: 1.0}, worth)

    def solve(self) -> Solution | None:
        f = self.facts
        worth: Terms = {}
        for t in range(f.T):
            add(worth, self.flow[t], f.discount[t])
            add(worth, self.prices[t], f.discount[t])
        add(worth, self.running[-1], f.annuity() / f.years[-1])
        add(worth, self.owed_end, -f.discount[-1])
        if not self.bounds:
            return Solution(worth.get(ONE, 0.0), {})
        at = {name: j for j, name in enumerate(self.bounds)}
        cost = np.zeros(len(at))
        for name, factor in worth.items():
            if name != ONE:
                cost[at[name]] = -factor
        a_ub, b_ub = matrix(self.below, at)
        a_eq, b_eq = matrix(self.equal, at)
        done = linprog(cost, a_ub, b_ub, a_eq, b_eq, np.array(list(self.bounds.values())), method="highs")
        if done.status == 2:
            return None
        if done.status != 0:
            raise AssertionError(f"linprog: {done.message}")
        values = {name: float(x) for name, x in zip(at, done.x, strict=True)}
        return Solution(worth.get(ONE, 0.0) - float(done.fun), values)


def matrix(rows: list[Terms], at: dict[Name, int]) -> tuple[csr_array, np.ndarray]:
    """Rows `expression <= 0` or `= 0` as a sparse matrix and a right-hand side."""
    data, columns, starts, right = [], [], [0], []
    for row in rows:
        right.append(-row.get(ONE, 0.0))
        for name, factor in row.items():
            if name != ONE and factor:
                columns.append(at[name])
                data.append(factor)
        starts.append(len(data))
    return csr_array((data, columns, starts), shape=(len(rows), len(at))), np.array(right)
