"""Every bound that the model needs and no person chose: reckoned from the data, one function each (N8)."""

from __future__ import annotations

import numpy as np

from brownfield.model.data import KILO, Data, Floats


def headcount_needed_at_most(data: Data) -> Floats:
    """Most thousand people that each plant can need: everybody indirect and the largest crews on all lines, shape (I,)."""
    crews = data.crews.max(axis=1) if data.lines else np.zeros(0)
    needed = np.zeros(len(data.plants))
    np.add.at(needed, data.line_plant, crews)
    for i, row in data.people.items():
        needed[i] = max(needed[i] + row.indirect / KILO, row.mothballed_heads / KILO)
    return needed


def headcount_at_most(data: Data, asked: Floats) -> Floats:
    """Most thousand people worth having at each plant, shape (I,).

    Nobody hires beyond what the plants can need, or policies and grants ask for (`asked`, shape (I,)); beyond that there are
    only people who were there at the start. But people may be hired at one plant to move to another, or be on their way
    from one: plants between which people can move, directly or through others, are counted together. Where people
    are asked for, never more than can ever be there: those at the start, all who can be hired in the plan, and all who can move there.
    """
    worth = np.maximum(np.maximum(headcount_needed_at_most(data), asked), data.start_headcount)
    at = {name: i for i, name in enumerate(data.plant_names)}
    together = {i: {i} for i in data.people}
    for i, row in data.people.items():
        for name in row.transfer_to:
            j = at.get(name, -1)
            if j in together and together[i] is not together[j]:
                together[i] |= together[j]
                for k in together[j]:
                    together[k] = together[i]
    best = worth.copy()
    for i, group in together.items():
        best[i] = worth[sorted(group)].sum()
    return np.where(asked > 0, np.minimum(best, _ever(data, together)), best)


def _ever(data: Data, together: dict[int, set[int]]) -> Floats:
    """Most thousand people that can ever be at each plant, shape (I,): at the start, hired there, and come from plants that name it.

    Who comes was at the start, or is hired, at a plant from which people can move there, directly or through others.
    """
    years = float(data.years.sum())
    own, name_of = data.start_headcount.astype(float).copy(), data.plant_names
    for i, row in data.people.items():
        own[i] += np.inf if row.hire_cap is None else row.hire_cap * years / KILO
    ever = own.copy()
    for i, row in data.people.items():
        most = np.inf if row.transfer_cap is None else row.transfer_cap * years / KILO
        for j in together:
            if j != i and name_of[j] in row.transfer_to:
                ever[j] += min(most, own[sorted(together[j] - {j})].sum())
    return ever


def purchases_at_most(data: Data) -> Floats:
    """Most material that each supplier group can deliver in each period, million base currency, shape (G, T)."""
    at = {name: i for i, name in enumerate(data.plant_names)}
    most = np.zeros((len(data.suppliers), data.horizon))
    for g, group in enumerate(data.suppliers):
        served = {at[name] for name in group.plants if name in at} or set(range(len(data.plants)))
        can = np.zeros((len(data.products), data.horizon))
        for r, (k, line) in enumerate(zip(data.route_product, data.route_line, strict=True)):
            if data.assembly[line] and int(data.line_plant[line]) in served:
                can[k] += data.full[r]
        most[g] = group.share * (np.minimum(can, data.most_wanted) * data.material).sum(axis=0)
    return most


def sold_at_most(data: Data) -> Floats:
    """Most thousand cars that can be sold for each row of `data.demand`: its own buyers and all who divert to it."""
    demand = data.demand
    k, m, t = (demand[name].to_numpy() for name in ("k", "m", "t"))
    own = np.zeros((len(data.products), len(data.market_names), data.horizon))
    own[k, m, t] = demand["cars"].to_numpy()
    return np.asarray((own + np.einsum("jk,jmt->kmt", data.diversion, own))[k, m, t])
