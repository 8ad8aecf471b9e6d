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

    Nobody hires beyond what the plant can need or what a policy or grant asks for (`asked`, shape (I,)); beyond that there
    can only be people who were there at the start, or who came from plants that may send people here.
    """
    required = np.maximum(headcount_needed_at_most(data), asked)
    worth = np.maximum(required, data.start_headcount)
    at = {name: i for i, name in enumerate(data.plant_names)}
    senders: dict[int, set[int]] = {i: set() for i in data.people}
    for j, row in data.people.items():
        for name in row.transfer_to:
            if at.get(name, -1) in senders:
                senders[at[name]].add(j)
    best = worth.copy()
    for i in data.people:
        reach, queue = {i}, [i]
        while queue:
            new = senders[queue.pop()] - reach
            reach |= new
            queue += sorted(new)
        best[i] = worth[sorted(reach)].sum()
    return np.asarray(best)


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
