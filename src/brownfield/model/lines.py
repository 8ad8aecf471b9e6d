"""Rules of the lines: one shift model at a time, what a change costs, how much a line can build."""

from __future__ import annotations

import numpy as np

from brownfield.model.data import Data, Ints
from brownfield.model.decisions import Decisions
from brownfield.model.program import Keys, Program


def line_keys(data: Data, lines: Ints, periods: Ints) -> Keys:
    """Keys of rows by line and period."""
    return {"line": (data.line_names, lines), "period": (list(data.periods), periods)}


def _every(data: Data) -> tuple[Ints, Ints]:
    line, t = (a.ravel() for a in np.indices((len(data.lines), data.horizon)))
    return line, t


def one_shift_model(program: Program, data: Data, x: Decisions) -> None:
    r"""Every line of an open plant runs one shift model, unless a guest has leased the line.

    .. math:: \sum_s runs_{lst} + \sum_o live_{olt} = open_{i(l)t}

    Rows: ``one_shift_model[line,period]``.
    """
    line, t = _every(data)
    rows = program.rows("one_shift_model", line_keys(data, line, t), 0.0, 0.0)
    program.terms(rows[:, None], x.runs[line, :, t], 1.0)
    program.terms(rows, x.open[data.line_plant[line], t], -1.0)
    for number, option in enumerate(x.options):
        if data.offers[option.offer].kind == "lease" and option.line >= 0:
            for period in range(option.start, option.until):
                columns, signs = x.live(number, period)
                program.terms(rows[option.line * data.horizon + period], columns, signs)


def changes(program: Program, data: Data, x: Decisions) -> None:
    r"""A line that takes up a shift model it did not run before pays for the change.

    .. math:: changes_{lst} \ge runs_{lst} - runs_{ls,t-1}

    Rows: ``changes[line,shift_model,period]``.
    """
    line, s, t = np.nonzero(x.changes >= 0)
    known = np.array([row.shift_now is not None for row in data.lines], dtype=bool)
    now = np.array([[row.shift_now == name for name in data.shift_names] for row in data.lines], dtype=float)
    keep = known[line] | (t > 0)
    line, s, t = line[keep], s[keep], t[keep]
    keys = {"line": (data.line_names, line), "shift_model": (data.shift_names, s), "period": (list(data.periods), t)}
    before = now[line, s] if len(line) else np.zeros(0)
    rows = program.rows("changes", keys, np.where(t == 0, -before, 0.0), np.inf)
    program.terms(rows, x.changes[line, s, t], 1.0)
    program.terms(rows, x.runs[line, s, t], -1.0)
    program.terms(rows, np.where(t > 0, x.runs[line, s, t - 1], -1), 1.0)


def longest_run(program: Program, data: Data, x: Decisions) -> None:
    r"""A shift model with a longest run is broken off before it has run for longer.

    .. math:: \sum_{\tau=a}^{b} runs_{ls\tau} \le b - a \quad \text{for the shortest } a..b \text{ longer than the longest run}

    Rows: ``longest_run[line,shift_model,period]``.
    """
    for s, shift in enumerate(data.shifts):
        if shift.longest_run_months is None:
            continue
        length = 12 * data.years
        for a in range(data.horizon):
            over = np.flatnonzero(np.cumsum(length[a:]) > shift.longest_run_months + 1e-9)
            if len(over) == 0:
                break
            b = a + int(over[0])
            line = np.arange(len(data.lines))
            keys = {
                "line": (data.line_names, line),
                "shift_model": (data.shift_names, np.full(len(line), s)),
                "period": (list(data.periods), np.full(len(line), b)),
            }
            rows = program.rows("longest_run", keys, -np.inf, float(b - a))
            program.terms(rows[:, None], x.runs[line, s, a : b + 1], 1.0)


def capacity(program: Program, data: Data, x: Decisions) -> None:
    r"""All cars on a line, each with its load, fit into what its shift model can carry; guest cars included.

    .. math:: \sum_k load_{kl}\, makes_{klt} \le \sum_s C_{lst}\, runs_{lst}

    Rows: ``capacity[line,period]``.
    """
    line, t = _every(data)
    rows = program.rows("capacity", line_keys(data, line, t), -np.inf, 0.0)
    program.terms(rows[:, None], x.runs[line, :, t], -data.capacity[line, :, t])
    r, period = np.nonzero(x.makes >= 0)
    load = np.array([route.load for route in data.routes])
    program.terms(rows[data.route_line[r] * data.horizon + period], x.makes[r, period], load[r])


def max_products(program: Program, data: Data, x: Decisions) -> None:
    r"""A line builds no more products in a period than it has room for.

    .. math:: makes_{klt} \le full_{klt}\, builds_{klt}, \quad \sum_k builds_{klt} \le n_l\, open_{i(l)t}

    Rows: ``builds[product,line,period]``, ``max_products[line,period]``.
    """
    r, t = np.nonzero(x.builds >= 0)
    if len(r) == 0:
        return
    line = data.route_line[r]
    keys = {"product": (data.product_names, data.route_product[r]), **line_keys(data, line, t)}
    rows = program.rows("builds", keys, -np.inf, 0.0)
    program.terms(rows, x.makes[r, t], 1.0)
    program.terms(rows, x.builds[r, t], -data.full[r, t])
    place, first = np.unique(line * data.horizon + t, return_inverse=True)
    limit = np.array([np.nan if row.max_products is None else row.max_products for row in data.lines])
    where, when = np.divmod(place, data.horizon)
    rows = program.rows("max_products", line_keys(data, where, when), -np.inf, 0.0)
    program.terms(rows[first], x.builds[r, t], 1.0)
    program.terms(rows, x.open[data.line_plant[where], when], -limit[where])
