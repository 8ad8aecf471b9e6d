"""Rules of the cash: what comes in and goes out in each period, the credit line, and the floor."""

from __future__ import annotations

import numpy as np

from brownfield.model.data import Data
from brownfield.model.decisions import Decisions
from brownfield.model.objective import Money
from brownfield.model.program import Keys, Program


def cash_balance(program: Program, data: Data, x: Decisions, money: Money) -> None:
    r"""Cash at the end of a period is cash before, plus everything that flows, plus what is drawn on the credit line.

    .. math:: cash_t = cash_{t-1} + flow_t + revolver_t - revolver_{t-1}

    Rows: ``cash_balance[period]``.
    """
    if not data.follows_cash or data.owner is None:
        return
    t = np.arange(data.horizon)
    keys: Keys = {"period": (list(data.periods), t)}
    columns, periods, amounts, fixed = money.cash_flow()
    rate = float(data.case.rate(data.owner.currency)[0])
    opening = ((data.owner.opening_cash or 0.0) - data.owner.revolver_now) * rate
    start = fixed + np.where(t == 0, opening, 0.0)
    rows = program.rows("cash_balance", keys, start, start)
    program.terms(rows, x.cash, 1.0)
    program.terms(rows[1:], x.cash[:-1], -1.0)
    program.terms(rows, x.revolver, -1.0)
    program.terms(rows[1:], x.revolver[:-1], 1.0)
    program.terms(rows[periods], columns, -amounts)


def liquidity_floor(program: Program, data: Data, x: Decisions) -> None:
    r"""Cash never falls below the floor.

    .. math:: cash_t \ge floor

    Rows: ``liquidity_floor[period]``.
    """
    if not data.follows_cash or data.owner is None or data.owner.liquidity_floor is None:
        return
    floor = data.owner.liquidity_floor * float(data.case.rate(data.owner.currency)[0])
    rows = program.rows("liquidity_floor", {"period": (list(data.periods), np.arange(data.horizon))}, floor, np.inf)
    program.terms(rows, x.cash, 1.0)
