"""Rules of the suppliers: what is bought, what is owed, and which payment term is used."""

from __future__ import annotations

import numpy as np

from brownfield.model.bounds import purchases_at_most
from brownfield.model.data import Data, Floats, Ints
from brownfield.model.decisions import Decisions
from brownfield.model.program import Program


def bought(data: Data, g: int, x: Decisions) -> tuple[Ints, Ints, Floats]:
    """Columns, periods and million base currency a thousand cars: what building cars buys from supplier group g."""
    at = {name: i for i, name in enumerate(data.plant_names)}
    group = data.suppliers[g]
    served = {at[name] for name in group.plants if name in at} if group.plants else set(range(len(data.plants)))
    mine = np.array([data.assembly[line] and int(data.line_plant[line]) in served for line in data.route_line], dtype=bool)
    cost = data.material[data.route_product] * group.share if data.routes else np.zeros((0, data.horizon))
    r, t = np.nonzero((x.makes >= 0) & mine[:, None] & (cost > 0)) if data.routes else (np.zeros(0, int), np.zeros(0, int))
    return x.makes[r, t], t, cost[r, t]


def one_term(program: Program, data: Data, x: Decisions) -> None:
    r"""A supplier group has at most one longer payment term in a period.

    .. math:: \sum_n term_{nt} \le 1

    Rows: ``one_term[supplier,period]``.
    """
    names = [group.supplier for group in data.suppliers]
    t = np.arange(data.horizon)
    for g in range(len(data.suppliers)):
        mine = [number for number, (group, _) in enumerate(x.usable) if group == g]
        if len(mine) > 1:
            keys = {"supplier": (names, np.full(len(t), g)), "period": (list(data.periods), t)}
            rows = program.rows("one_term", keys, -np.inf, 1.0)
            program.terms(rows[None, :], x.term[mine], 1.0)


def extra_owed(program: Program, data: Data, x: Decisions) -> None:
    r"""A longer term defers the payments of the whole group while it is chosen, and nothing otherwise.

    .. math:: extra_{nt} = \frac{P_{gt}}{\Delta_t} \frac{days_n}{365}\, term_{nt}

    written with P at most U (``bounds.purchases_at_most``): extra ≤ U' term, extra ≤ P', extra ≥ P' − U' (1 − term).
    Rows: ``extra_owed[term,period]``, ``extra_bought[term,period]``, ``extra_whole[term,period]``.
    """
    most = purchases_at_most(data)
    names = [term.term for term in data.terms]
    for number, (g, n) in enumerate(x.usable):
        t = np.flatnonzero(x.term[number] >= 0)
        if len(t) == 0:
            continue
        keys = {"term": (names, np.full(len(t), n)), "period": (list(data.periods), t)}
        factor = data.terms[n].extra_days / 365 / data.years
        bound = (most[g] * factor)[t]
        extra, term = x.extra[number, t], x.term[number, t]
        chosen = program.rows("extra_owed", keys, -np.inf, 0.0)
        program.terms(chosen, extra, 1.0)
        program.terms(chosen, term, -bound)
        at_most = program.rows("extra_bought", keys, -np.inf, 0.0)
        program.terms(at_most, extra, 1.0)
        at_least = program.rows("extra_whole", keys, -bound, np.inf)
        program.terms(at_least, extra, 1.0)
        program.terms(at_least, term, -bound)
        columns, period, cost = bought(data, g, x)
        here = x.term[number, period] >= 0
        place = np.searchsorted(t, period[here])
        program.terms(at_most[place], columns[here], -cost[here] * factor[period[here]])
        program.terms(at_least[place], columns[here], -cost[here] * factor[period[here]])
