"""Rules of the launches: a product comes to a line once, in an open plant, and starts slowly."""

from __future__ import annotations

import numpy as np

from brownfield.model.data import Data, Floats, Ints
from brownfield.model.decisions import Decisions
from brownfield.model.program import Keys, Program


def route_keys(data: Data, routes: Ints, periods: Ints) -> Keys:
    """Keys of rows by product, line and period."""
    return {
        "product": (data.product_names, data.route_product[routes]),
        "line": (data.line_names, data.route_line[routes]),
        "period": (list(data.periods), periods),
    }


def makes_at_most(data: Data) -> Floats:
    """Most thousand cars of each route in each period: its full rate, or all that can be sold of an own product, shape (R, T)."""
    if not data.routes:
        return data.full
    wanted = np.where(data.own[:, None], data.most_wanted, np.inf)[data.route_product]
    return np.minimum(data.full, wanted)


def launch_once(program: Program, data: Data, x: Decisions) -> None:
    r"""A product is launched on a line at most once.

    .. math:: \sum_t launch_{klt} \le 1

    Rows: ``launch_once[product,line]``.
    """
    r = np.flatnonzero((x.launch >= 0).any(axis=1))
    keys = {kind: route_keys(data, r, r)[kind] for kind in ("product", "line")}
    rows = program.rows("launch_once", keys, -np.inf, 1.0)
    program.terms(rows[:, None], x.launch[r], 1.0)


def launch_open(program: Program, data: Data, x: Decisions) -> None:
    r"""A launch needs an open plant.

    .. math:: launch_{klt} \le open_{i(l)t}

    Rows: ``launch_open[product,line,period]``.
    """
    r, t = np.nonzero(x.launch >= 0)
    rows = program.rows("launch_open", route_keys(data, r, t), -np.inf, 0.0)
    program.terms(rows, x.launch[r, t], 1.0)
    program.terms(rows, x.open[data.route_plant[r], t], -1.0)


def ramp_up(program: Program, data: Data, x: Decisions) -> None:
    r"""After a launch the line reaches its full rate step by step; before it, nothing is built.

    .. math:: makes_{klt} \le \sum_{\tau \le t} \min(D_{kt},\, ramp_{t-\tau}\, full_{klt})\, launch_{kl\tau}

    Rows: ``ramp_up[product,line,period]``.
    """
    possible = np.array([route.state == "possible" for route in data.routes], dtype=bool)
    own = data.own[data.route_product] if data.routes else possible
    r, t = np.nonzero((x.makes >= 0) & (possible & own)[:, None])
    rows = program.rows("ramp_up", route_keys(data, r, t), -np.inf, 0.0)
    at = np.full(x.makes.shape, -1)
    at[r, t] = rows
    program.terms(rows, x.makes[r, t], 1.0)
    most = makes_at_most(data)
    shares = {months: ramp_shares(data, months) for months in {route.ramp_months for route in data.routes}}
    for route in np.flatnonzero((x.launch >= 0).any(axis=1)):
        bound = np.minimum(most[route], shares[data.routes[route].ramp_months] * data.full[route])
        here = np.where(at[route] >= 0, bound, 0.0)
        program.terms(np.maximum(at[route], 0)[None, :], x.launch[route][:, None], -here)


def ramp_shares(data: Data, months: float) -> Floats:
    """Share of the full rate reached in period t after a start in period tau, shape (T, T) by (tau, t)."""
    return np.array([data.calendar.ramp_share(tau, months) for tau in range(data.horizon)])


def staffed_route(program: Program, data: Data, x: Decisions) -> None:
    r"""A line builds no more of a product than its shift model allows, nor than can be sold.

    .. math:: makes_{klt} \le \sum_s \min(D_{kt},\, full_{klt},\, C_{lst}/load_{kl})\, runs_{lst}

    Implied by ``capacity`` for whole shift models; it makes the relaxation strong where demand is smaller than capacity.
    Rows: ``staffed_route[product,line,period]``.
    """
    if not data.routes:
        return
    most = makes_at_most(data)
    load = np.array([route.load for route in data.routes])
    can = data.capacity[data.route_line] / load[:, None, None]
    tight = np.minimum(can, most[:, None, :])
    r, t = np.nonzero((x.makes >= 0) & (can.max(axis=1) > most * (1 + 1e-9)))
    rows = program.rows("staffed_route", route_keys(data, r, t), -np.inf, 0.0)
    program.terms(rows, x.makes[r, t], 1.0)
    program.terms(rows[:, None], x.runs[data.route_line[r], :, t], -tight[r, :, t])
