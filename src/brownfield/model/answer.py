"""From the columns of a solved program to the tables of a plan."""

from __future__ import annotations

import numpy as np
import polars as pl

from brownfield.model.assemble import Model
from brownfield.model.data import KILO, Data, Floats, Ints
from brownfield.plan.plan import PLAN_TABLES, Plan

LEAST = 1e-6
"""Cars or heads below which a quantity is the solver's rounding and no part of the plan."""


def plan_of(model: Model, solution: Floats) -> Plan:
    """The plan that a solution of the program stands for; whole columns must be whole."""
    value = _Reader(model, solution)
    tables: dict[str, pl.DataFrame] = {}
    for part in (_sites, _lines, _volumes, _people, _offers, _money):
        for name, columns in part(value).items():
            tables[name] = pl.DataFrame(columns, schema=PLAN_TABLES[name]).sort(list(PLAN_TABLES[name]))
    return Plan(model.data.case.digest, tables)


class _Reader:
    """Values of columns, 0 where there is no column."""

    def __init__(self, model: Model, solution: Floats) -> None:
        self.model, self.data, self.x = model, model.data, model.decisions
        self._padded = np.append(solution, 0.0)

    def __call__(self, columns: Ints) -> Floats:
        return self._padded[columns]


def _named(names: list[str], at: Ints) -> list[str]:
    return [names[int(a)] for a in at]


def _sites(value: _Reader) -> dict[str, dict[str, object]]:
    data, x = value.data, value.x
    shape = x.open.shape
    states = np.full(shape, "closed", dtype=object)
    potential = np.array([plant.state == "potential" for plant in data.plants], dtype=bool)
    states[potential] = "potential"
    for number, option in enumerate(x.options):
        kind = data.offers[option.offer].kind
        if kind == "sale" and value(x.starts[number : number + 1])[0] > 0.5:
            states[option.plant, option.start :] = "sold"
        if kind == "lease" and option.line < 0:
            for t in range(option.start, option.until):
                if _runs(value, number, t):
                    states[option.plant, t] = "leased"
    states[value(x.open) > 0.5] = "open"
    states[value(x.idle) > 0.5] = "idle"
    plant, period = (a.ravel() for a in np.indices(shape))
    return {
        "sites": {"plant": _named(data.plant_names, plant), "period": _named(list(data.periods), period), "state": states.ravel().tolist()}
    }


def _runs(value: _Reader, option: int, t: int) -> bool:
    columns, signs = value.x.live(option, t)
    return bool(np.dot(value(np.array(columns, dtype=np.int64)), signs) > 0.5)


def _lines(value: _Reader) -> dict[str, dict[str, object]]:
    data, x = value.data, value.x
    line, s, t = np.nonzero(value(x.runs) > 0.5)
    r, tau = np.nonzero(value(x.launch) > 0.5)
    return {
        "shifts": {
            "line": _named(data.line_names, line),
            "period": _named(list(data.periods), t),
            "shift_model": _named(data.shift_names, s),
        },
        "launches": {
            "product": _named(data.product_names, data.route_product[r]),
            "line": _named(data.line_names, data.route_line[r]),
            "period": _named(list(data.periods), tau),
        },
    }


def _volumes(value: _Reader) -> dict[str, dict[str, object]]:
    data, x = value.data, value.x
    periods = list(data.periods)
    r, t = np.nonzero(value(x.makes) * KILO > LEAST)
    ships, demand, pairs = data.ships, data.demand, x.diversions
    sent = np.flatnonzero(value(x.ships) * KILO > LEAST)
    lost = np.flatnonzero(value(x.lost) * KILO > LEAST)
    moved = np.flatnonzero(value(x.diverted) * KILO > LEAST)
    return {
        "makes": {
            "product": _named(data.product_names, data.route_product[r]),
            "line": _named(data.line_names, data.route_line[r]),
            "period": _named(periods, t),
            "cars": value(x.makes)[r, t] * KILO,
        },
        "ships": {
            "product": _named(data.product_names, ships["k"].to_numpy()[sent]),
            "plant": _named(data.plant_names, ships["i"].to_numpy()[sent]),
            "market": _named(data.market_names, ships["m"].to_numpy()[sent]),
            "period": _named(periods, ships["t"].to_numpy()[sent]),
            "cars": value(x.ships)[sent] * KILO,
        },
        "lost": {
            "product": _named(data.product_names, demand["k"].to_numpy()[lost]),
            "market": _named(data.market_names, demand["m"].to_numpy()[lost]),
            "period": _named(periods, demand["t"].to_numpy()[lost]),
            "cars": value(x.lost)[lost] * KILO,
        },
        "diverted": {
            "product": _named(data.product_names, pairs["j"].to_numpy()[moved]),
            "to_product": _named(data.product_names, pairs["k"].to_numpy()[moved]),
            "market": _named(data.market_names, pairs["m"].to_numpy()[moved]),
            "period": _named(periods, pairs["t"].to_numpy()[moved]),
            "cars": value(x.diverted)[moved] * KILO,
        },
    }


def _people(value: _Reader) -> dict[str, dict[str, object]]:
    data, x = value.data, value.x
    i, t = np.nonzero(x.headcount >= 0)
    flows = ("headcount", "hires", "attrition", "voluntary", "redundant", "moved")
    columns: dict[str, object] = {"plant": _named(data.plant_names, i), "period": _named(list(data.periods), t)}
    for name in flows:
        heads = value(getattr(x, name))[i, t] * KILO
        columns[name] = np.where(heads > LEAST, heads, 0.0)
    pair, when = np.nonzero(value(x.transfers) * KILO > LEAST)
    ends = np.array(x.pairs, dtype=np.int64).reshape(-1, 2)
    return {
        "people": columns,
        "transfers": {
            "plant": _named(data.plant_names, ends[pair, 0]),
            "to_plant": _named(data.plant_names, ends[pair, 1]),
            "period": _named(list(data.periods), when),
            "heads": value(x.transfers)[pair, when] * KILO,
        },
    }


def _offers(value: _Reader) -> dict[str, dict[str, object]]:
    data, x = value.data, value.x
    contracts: dict[str, list[object]] = {"offer": [], "line": [], "start": [], "exit": []}
    guests: dict[str, list[object]] = {name: [] for name in PLAN_TABLES["guests"]}
    for number, option in enumerate(x.options):
        if value(x.starts[number : number + 1])[0] < 0.5:
            continue
        offer = data.offers[option.offer]
        line = data.line_names[option.line] if option.line >= 0 else ""
        ended = np.flatnonzero(value(x.exits[number]) > 0.5)
        row = (offer.offer, line, data.periods[option.start], data.periods[int(ended[0])] if len(ended) else "")
        for name, entry in zip(contracts, row, strict=True):
            contracts[name].append(entry)
        for t in np.flatnonzero(value(x.agreed[number]) * KILO > LEAST):
            agreed = float(value(x.agreed[number])[t]) * KILO
            paid = max(offer.expected_take, offer.take_or_pay) * agreed
            row = (offer.offer, line, data.periods[t], agreed, offer.expected_take * agreed, paid)  # type: ignore[assignment]
            for name, entry in zip(guests, row, strict=True):
                guests[name].append(entry)
    return {"contracts": dict(contracts), "guests": dict(guests)}


def _money(value: _Reader) -> dict[str, dict[str, object]]:
    data, x = value.data, value.x
    number, t = np.nonzero(value(x.term) > 0.5) if x.usable else (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    return {
        "terms": {
            "supplier": [data.suppliers[x.usable[n][0]].supplier for n in number],
            "term": [data.terms[x.usable[n][1]].term for n in number],
            "period": _named(list(data.periods), t),
        },
        "finance": _finance(value, data),
    }


def _finance(value: _Reader, data: Data) -> dict[str, object]:
    drawn = np.flatnonzero(value(value.x.revolver) > LEAST)
    return {"period": _named(list(data.periods), drawn), "revolver": value(value.x.revolver)[drawn]}
