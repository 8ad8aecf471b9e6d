"""Rules of the volumes: what is built is shipped, what is shipped is sold, what is not served is lost or diverted."""

from __future__ import annotations

import numpy as np
import polars as pl

from brownfield.model.data import Data
from brownfield.model.decisions import Decisions
from brownfield.model.program import Keys, Program


def shipped(program: Program, data: Data, x: Decisions) -> None:
    r"""Every car of an own product that leaves an assembly line is shipped in the same period.

    .. math:: \sum_{l \in i} makes_{klt} = \sum_m ships_{kimt}

    Rows: ``shipped[product,plant,period]``.
    """
    last = data.horizon
    if not data.routes:
        return
    here = data.assembly[data.route_line] & data.own[data.route_product]
    r, t = np.nonzero((x.makes >= 0) & here[:, None])
    made = (data.route_product[r] * len(data.plants) + data.route_plant[r]) * last + t
    ships = data.ships
    sent = (ships["k"].to_numpy() * len(data.plants) + ships["i"].to_numpy()) * last + ships["t"].to_numpy()
    place, which = np.unique(np.concatenate((made, sent)), return_inverse=True)
    pair, period = np.divmod(place, last)
    k, i = np.divmod(pair, len(data.plants))
    keys: Keys = {"product": (data.product_names, k), "plant": (data.plant_names, i), "period": (list(data.periods), period)}
    rows = program.rows("shipped", keys, 0.0, 0.0)
    program.terms(rows[which[: len(made)]], x.makes[r, t], 1.0)
    program.terms(rows[which[len(made) :]], x.ships, -1.0)


def stages(program: Program, data: Data, x: Decisions) -> None:
    r"""A plant's body and paint shops build as many of a product as its assembly lines finish.

    .. math:: \sum_{l \in i,\, kind} makes_{klt} = \sum_{l \in i,\, assembly} makes_{klt}

    Rows: ``stages[product,plant,kind,period]``.
    """
    kinds = ["body", "paint"]
    groups: dict[tuple[int, int, str], list[int]] = {}
    for r in range(len(data.routes)):
        kind = data.lines[data.route_line[r]].kind
        groups.setdefault((int(data.route_product[r]), int(data.route_plant[r]), kind), []).append(r)
    t = np.arange(data.horizon)
    for (k, i, kind), routes in sorted(groups.items()):
        if kind == "assembly":
            continue
        keys: Keys = {
            "product": (data.product_names, np.full(len(t), k)),
            "plant": (data.plant_names, np.full(len(t), i)),
            "kind": (kinds, np.full(len(t), kinds.index(kind))),
            "period": (list(data.periods), t),
        }
        rows = program.rows("stages", keys, 0.0, 0.0)
        program.terms(rows[None, :], x.makes[routes], 1.0)
        final = groups.get((k, i, "assembly"), [])
        if final:
            program.terms(rows[None, :], x.makes[final], -1.0)


def served(program: Program, data: Data, x: Decisions) -> None:
    r"""Every buyer is served, lost, or takes another product.

    .. math:: \sum_i ships_{kimt} + lost_{kmt} = D_{kmt} + \sum_j diverted_{jkmt}

    Rows: ``served[product,market,period]``.
    """
    demand = data.demand
    k, m, t = (demand[name].to_numpy() for name in ("k", "m", "t"))
    keys: Keys = {"product": (data.product_names, k), "market": (data.market_names, m), "period": (list(data.periods), t)}
    wanted = demand["cars"].to_numpy()
    rows = program.rows("served", keys, wanted, wanted)
    program.terms(rows, x.lost, 1.0)
    at = np.full((len(data.products), len(data.market_names), data.horizon), -1)
    at[k, m, t] = rows
    ships = data.ships
    program.terms(at[ships["k"].to_numpy(), ships["m"].to_numpy(), ships["t"].to_numpy()], x.ships, 1.0)
    if x.diversions.height:
        program.terms(rows[x.diversions["to"].to_numpy()], x.diverted, -1.0)


def diverted(program: Program, data: Data, x: Decisions) -> None:
    r"""Of the buyers a product loses, at most a share takes the sister product.

    .. math:: diverted_{jkmt} \le share_{jk}\, lost_{jmt}

    Rows: ``diverted[product,to_product,market,period]``.
    """
    frame = x.diversions
    if frame.is_empty():
        return
    keys: Keys = {
        "product": (data.product_names, frame["j"].to_numpy()),
        "to_product": (data.product_names, frame["k"].to_numpy()),
        "market": (data.market_names, frame["m"].to_numpy()),
        "period": (list(data.periods), frame["t"].to_numpy()),
    }
    rows = program.rows("diverted", keys, -np.inf, 0.0)
    program.terms(rows, x.diverted, 1.0)
    program.terms(rows, x.lost[frame["from"].to_numpy()], -frame["share"].to_numpy())


def ships_only_what_it_can(program: Program, data: Data, x: Decisions) -> None:
    r"""A plant ships a product only while it is open and, where the product must be launched first, after a launch.

    .. math:: ships_{kimt} \le D_{kmt}\, open_{it}, \quad ships_{kimt} \le D_{kmt} \sum_{l \in i,\, \tau \le t} launch_{kl\tau}

    Implied for whole decisions; these rows replace a big M by each market's own demand, which is what makes the relaxation
    strong. Rows: ``ships_open[product,plant,market,period]``, ``ships_launched[product,plant,market,period]``.
    """
    ships = data.ships
    if ships.is_empty():
        return
    k, i, m, t = (ships[name].to_numpy() for name in ("k", "i", "m", "t"))
    at = np.zeros((len(data.products), len(data.market_names), data.horizon))
    demand = data.demand
    at[demand["k"].to_numpy(), demand["m"].to_numpy(), demand["t"].to_numpy()] = x.sold_most
    bound = at[k, m, t]
    can_shut = np.array((x.closed >= 0).any(axis=1) | (x.idle >= 0).any(axis=1) | (x.opened >= 0).any(axis=1))
    for option in x.options:
        if data.offers[option.offer].kind in ("sale", "lease"):
            can_shut[option.plant] = True
    names = {"product": data.product_names, "plant": data.plant_names, "market": data.market_names, "period": list(data.periods)}
    some = np.flatnonzero(can_shut[i])
    rows = program.rows("ships_open", _pick(names, (k, i, m, t), some), -np.inf, 0.0)
    program.terms(rows, x.ships[some], 1.0)
    program.terms(rows, x.open[i[some], t[some]], -bound[some])
    final = data.assembly[data.route_line]
    tooled = np.zeros((len(data.products), len(data.plants)), dtype=bool)
    ready = final & np.array([route.state == "tooled" for route in data.routes], dtype=bool)
    tooled[data.route_product[ready], data.route_plant[ready]] = True
    some = np.flatnonzero(~tooled[k, i])
    rows = program.rows("ships_launched", _pick(names, (k, i, m, t), some), -np.inf, 0.0)
    program.terms(rows, x.ships[some], 1.0)
    r, tau = np.nonzero((x.launch >= 0) & final[:, None])
    launches = pl.DataFrame({"k": data.route_product[r], "i": data.route_plant[r], "tau": tau, "launch": x.launch[r, tau]})
    sent = pl.DataFrame({"k": k[some], "i": i[some], "t": t[some], "row": rows, "bound": bound[some]})
    pairs = sent.join(launches, on=["k", "i"]).filter(pl.col("tau") <= pl.col("t"))
    program.terms(pairs["row"].to_numpy(), pairs["launch"].to_numpy(), -pairs["bound"].to_numpy())


def _pick(names: dict[str, list[str]], at: tuple[np.ndarray, ...], some: np.ndarray) -> Keys:
    return {kind: (names[kind], place[some]) for kind, place in zip(names, at, strict=True)}
