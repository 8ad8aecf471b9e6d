"""Rules of the sites: every plant is in one state, and moves between states as it may."""

from __future__ import annotations

import numpy as np

from brownfield.model.data import Data, Ints
from brownfield.model.decisions import Decisions
from brownfield.model.program import Keys, Program


def plant_keys(data: Data, plants: Ints, periods: Ints) -> Keys:
    """Keys of rows by plant and period."""
    return {"plant": (data.plant_names, plants), "period": (list(data.periods), periods)}


def one_state(program: Program, data: Data, x: Decisions) -> None:
    r"""A plant is open, mothballed, leased, closed or sold - one of them, in every period.

    .. math:: open_{it} + idle_{it} + \sum_o live_{ot} + closed_{it} + \sum_{o,\tau \le t} start_{o\tau} = 1

    (for a potential plant: = opened_it; live: leases of the whole plant; starts: sales of it).
    Rows: ``one_state[plant,period]``.
    """
    i, t = (a.ravel() for a in np.indices(x.open.shape))
    keep = x.open[i, t] >= 0
    i, t = i[keep], t[keep]
    potential = np.array([plant.state == "potential" for plant in data.plants], dtype=bool)
    whole = np.where(potential[i], 0.0, 1.0)
    rows = program.rows("one_state", plant_keys(data, i, t), whole, whole)
    at = np.full(x.open.shape, -1)
    at[i, t] = rows
    for block in (x.open, x.idle, x.closed):
        program.terms(rows, block[i, t], 1.0)
    program.terms(rows, x.opened[i, t], -1.0)
    for number, option in enumerate(x.options):
        kind = data.offers[option.offer].kind
        if kind == "sale":
            program.terms(at[option.plant, option.start :], x.starts[number], 1.0)
        elif kind == "lease" and option.line < 0:
            for period in range(option.start, option.until):
                columns, signs = x.live(number, period)
                program.terms(at[option.plant, period], columns, signs)


def for_good(program: Program, data: Data, x: Decisions) -> None:
    r"""A plant that is closed stays closed; a plant that was opened stays the owner's.

    .. math:: closed_{it} \ge closed_{i,t-1}, \quad opened_{it} \ge opened_{i,t-1}

    Rows: ``for_good[plant,period]``.
    """
    for state in (x.closed, x.opened):
        i, t = np.nonzero((state[:, 1:] >= 0) & (state[:, :-1] >= 0))
        rows = program.rows("for_good", plant_keys(data, i, t + 1), 0.0, np.inf)
        program.terms(rows, state[i, t + 1], 1.0)
        program.terms(rows, state[i, t], -1.0)


def opened_to_work(program: Program, data: Data, x: Decisions) -> None:
    r"""A potential plant that is opened works in the period in which it opens, and is leased or sold only after.

    .. math:: opened_{it} - opened_{i,t-1} \le open_{it}, \quad start_{ot} \le opened_{i,t-1}

    Rows: ``opened_to_work[plant,period]``.
    """
    i, t = np.nonzero(x.opened >= 0)
    rows = program.rows("opened_to_work", plant_keys(data, i, t), -np.inf, 0.0)
    program.terms(rows, x.opened[i, t], 1.0)
    program.terms(rows, np.where(t > 0, x.opened[i, t - 1], -1), -1.0)
    program.terms(rows, x.open[i, t], -1.0)
    for number, option in enumerate(x.options):
        if data.offers[option.offer].kind in ("sale", "lease") and data.plants[option.plant].state == "potential" and option.line < 0:
            row = program.rows("opened_to_work", plant_keys(data, np.array([option.plant]), np.array([option.start])), -np.inf, 0.0)
            program.terms(row, x.starts[number], 1.0)
            program.terms(row, x.opened[option.plant, option.start - 1] if option.start else -1, -1.0)


def must_close(program: Program, data: Data, x: Decisions) -> None:
    r"""A plant that must close is closed or sold by the end of the plan.

    .. math:: closed_{iT} + \sum_o start_o \ge 1

    Rows: ``must_close[plant,period]``.
    """
    for i, plant in enumerate(data.plants):
        if plant.decision != "must_close":
            continue
        last = data.horizon - 1
        row = program.rows("must_close", plant_keys(data, np.array([i]), np.array([last])), 1.0, np.inf)
        program.terms(row, x.closed[i, last], 1.0)
        sales = [n for n, option in enumerate(x.options) if option.plant == i and data.offers[option.offer].kind == "sale"]
        program.terms(row, x.starts[sales], 1.0)


def mothballing(program: Program, data: Data, x: Decisions) -> None:
    r"""Mothballing and reopening cost what they cost when they happen.

    .. math:: idles_{it} \ge idle_{it} - idle_{i,t-1}, \quad
              reopens_{it} \ge idle_{i,t-1} - idle_{it} - closes_{it} - \sum_o start_{ot}

    Rows: ``mothballing[plant,period]``, ``reopening[plant,period]``.
    """
    was = np.array([plant.state == "idle" for plant in data.plants], dtype=float)
    i, t = np.nonzero(x.idles >= 0)
    rows = program.rows("mothballing", plant_keys(data, i, t), np.where(t == 0, -was[i], 0.0), np.inf)
    program.terms(rows, x.idles[i, t], 1.0)
    program.terms(rows, x.idle[i, t], -1.0)
    program.terms(rows, np.where(t > 0, x.idle[i, t - 1], -1), 1.0)
    i, t = np.nonzero(x.reopens >= 0)
    rows = program.rows("reopening", plant_keys(data, i, t), np.where(t == 0, was[i], 0.0), np.inf)
    program.terms(rows, x.reopens[i, t], 1.0)
    program.terms(rows, x.idle[i, t], 1.0)
    program.terms(rows, x.closed[i, t], 1.0)
    for state in (x.idle, x.closed):
        program.terms(rows, np.where(t > 0, state[i, t - 1], -1), -1.0)
    at = dict(zip(zip(i.tolist(), t.tolist(), strict=True), rows.tolist(), strict=True))
    for number, option in enumerate(x.options):
        leaves = data.offers[option.offer].kind == "sale" or (data.offers[option.offer].kind == "lease" and option.line < 0)
        if leaves and (option.plant, option.start) in at:
            program.terms(at[option.plant, option.start], x.starts[number], 1.0)


def starts_idle(program: Program, data: Data, x: Decisions) -> None:
    r"""A plant without upkeep cost may stay in the mothballs it is found in, but not go back once it has worked.

    .. math:: idle_{it} + open_{i\tau} \le 1 \quad \forall \tau < t

    Rows: ``starts_idle[plant,period]``.
    """
    for i, plant in enumerate(data.plants):
        if plant.mothball_cost is None and plant.state == "idle":
            before, t = np.triu_indices(data.horizon, 1)
            rows = program.rows("starts_idle", plant_keys(data, np.full(len(t), i), t), -np.inf, 1.0)
            program.terms(rows, x.idle[i, t], 1.0)
            program.terms(rows, x.open[i, before], 1.0)
