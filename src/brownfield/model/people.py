"""Rules of the people: enough of them for the work, nobody left where a plant is gone, and how their number changes."""

from __future__ import annotations

import numpy as np

from brownfield.model.data import KILO, Data
from brownfield.model.decisions import Decisions
from brownfield.model.program import Program
from brownfield.model.sites import plant_keys


def enough_people(program: Program, data: Data, x: Decisions) -> None:
    r"""A plant keeps enough people for the shift models its lines run; it may keep more.

    .. math:: h_{it} \ge indirect_i\, open_{it} + mothballed_i\, idle_{it} + \sum_{l \in i, s} crew_l\, crews_s\, runs_{lst}

    Rows: ``enough_people[plant,period]``. What one person fewer is worth is the shadow price.
    """
    i, t = np.nonzero(x.headcount >= 0)
    rows = program.rows("enough_people", plant_keys(data, i, t), 0.0, np.inf)
    at = np.full(x.headcount.shape, -1)
    at[i, t] = rows
    program.terms(rows, x.headcount[i, t], 1.0)
    indirect = np.array([data.people[p].indirect if p in data.people else 0.0 for p in range(len(data.plants))]) / KILO
    caretakers = np.array([data.people[p].mothballed_heads if p in data.people else 0.0 for p in range(len(data.plants))]) / KILO
    program.terms(rows, x.open[i, t], -indirect[i])
    program.terms(rows, x.idle[i, t], -caretakers[i])
    line, period = (a.ravel() for a in np.indices((len(data.lines), data.horizon)))
    keep = at[data.line_plant[line], period] >= 0 if len(line) else np.zeros(0, dtype=bool)
    line, period = line[keep], period[keep]
    program.terms(at[data.line_plant[line], period][:, None], x.runs[line, :, period], -data.crews[line])


def nobody_left(program: Program, data: Data, x: Decisions) -> None:
    r"""A plant that is closed, sold, leased or not yet open has no people.

    .. math:: h_{it} \le H_i\, (open_{it} + idle_{it})

    with H the most people worth having there (``bounds.headcount_at_most``). Rows: ``nobody_left[plant,period]``.
    """
    i, t = np.nonzero(x.headcount >= 0)
    rows = program.rows("nobody_left", plant_keys(data, i, t), -np.inf, 0.0)
    program.terms(rows, x.headcount[i, t], 1.0)
    for state in (x.open, x.idle):
        program.terms(rows, state[i, t], -x.headcount_most[i])


def headcount_moves(program: Program, data: Data, x: Decisions) -> None:
    r"""Headcount changes by hiring, attrition, voluntary leave, redundancy, take-over by a tenant or buyer, and transfers.

    .. math:: h_{it} = h_{i,t-1} + hires - attrition - voluntary - redundant - moved + \sum_j transfers_{jit} - \sum_j transfers_{ijt}

    Rows: ``headcount_moves[plant,period]``.
    """
    i, t = np.nonzero(x.headcount >= 0)
    start = np.where(t == 0, data.start_headcount[i], 0.0)
    rows = program.rows("headcount_moves", plant_keys(data, i, t), start, start)
    at = np.full(x.headcount.shape, -1)
    at[i, t] = rows
    program.terms(rows, x.headcount[i, t], 1.0)
    program.terms(rows, np.where(t > 0, x.headcount[i, t - 1], -1), -1.0)
    program.terms(rows, x.hires[i, t], -1.0)
    for leaving in (x.attrition, x.voluntary, x.redundant, x.moved):
        program.terms(rows, leaving[i, t], 1.0)
    for number, (plant, other) in enumerate(x.pairs):
        program.terms(at[plant], x.transfers[number], 1.0)
        program.terms(at[other], x.transfers[number], -1.0)


def natural_leaving(program: Program, data: Data, x: Decisions) -> None:
    r"""No more posts fall vacant by themselves than the attrition of those who were there.

    .. math:: attrition_{it} \le \min(1, a_i \Delta_t)\, h_{i,t-1}

    Rows: ``natural_leaving[plant,period]``.
    """
    i, t = np.nonzero(x.attrition >= 0)
    rate = np.array([data.people[p].attrition if p in data.people else 0.0 for p in range(len(data.plants))])
    share = np.minimum(1.0, rate[i] * data.years[t])
    rows = program.rows("natural_leaving", plant_keys(data, i, t), -np.inf, np.where(t == 0, share * data.start_headcount[i], 0.0))
    program.terms(rows, x.attrition[i, t], 1.0)
    program.terms(rows, np.where(t > 0, x.headcount[i, t - 1], -1), -share)


def voluntary_scheme(program: Program, data: Data, x: Decisions) -> None:
    r"""The voluntary scheme takes no more people in all than it has places.

    .. math:: \sum_t voluntary_{it} \le total_i

    Rows: ``voluntary_scheme[plant]``.
    """
    for i, row in sorted(data.people.items()):
        if row.voluntary_total is not None:
            number = program.rows("voluntary_scheme", {"plant": (data.plant_names, np.array([i]))}, -np.inf, row.voluntary_total / KILO)
            program.terms(number, x.voluntary[i], 1.0)


def yearly_limits(program: Program, data: Data, x: Decisions) -> None:
    r"""No more people are hired, or made redundant, in a year than the plant may.

    .. math:: hires_{it} \le cap_i\, \Delta_t, \quad redundant_{it} \le cap_i\, \Delta_t

    Rows: ``hiring_limit[plant,period]``, ``redundancy_limit[plant,period]``.
    """
    for family, columns, caps in (
        ("hiring_limit", x.hires, {i: row.hire_cap for i, row in data.people.items()}),
        ("redundancy_limit", x.redundant, {i: row.redundancy_cap for i, row in data.people.items()}),
    ):
        capped = np.array([caps.get(i) is not None for i in range(len(data.plants))], dtype=bool)
        i, t = np.nonzero((columns >= 0) & capped[:, None])
        most = np.array([caps.get(p) or 0.0 for p in range(len(data.plants))]) / KILO
        rows = program.rows(family, plant_keys(data, i, t), -np.inf, most[i] * data.years[t])
        program.terms(rows, columns[i, t], 1.0)


def transfer_places(program: Program, data: Data, x: Decisions) -> None:
    r"""No more people move away from a plant in a year than can be moved.

    .. math:: \sum_j transfers_{ijt} \le cap_i\, \Delta_t

    Rows: ``transfer_places[plant,period]``.
    """
    t = np.arange(data.horizon)
    for i, row in sorted(data.people.items()):
        mine = [number for number, (plant, _) in enumerate(x.pairs) if plant == i]
        if row.transfer_cap is not None and mine:
            rows = program.rows("transfer_places", plant_keys(data, np.full(len(t), i), t), -np.inf, row.transfer_cap * data.years / KILO)
            program.terms(rows[None, :], x.transfers[mine], 1.0)


def arrivals_stay(program: Program, data: Data, x: Decisions) -> None:
    r"""People who move to a plant are still there at the end of the period: nobody is moved to be dismissed elsewhere.

    .. math:: \sum_j transfers_{jit} \le h_{it}

    Rows: ``arrivals_stay[plant,period]``.
    """
    for i in sorted({other for _, other in x.pairs}):
        t = np.arange(data.horizon)
        rows = program.rows("arrivals_stay", plant_keys(data, np.full(len(t), i), t), -np.inf, 0.0)
        coming = [number for number, (_, other) in enumerate(x.pairs) if other == i]
        program.terms(rows[None, :], x.transfers[coming], 1.0)
        program.terms(rows, x.headcount[i], -1.0)


def taken_over(program: Program, data: Data, x: Decisions) -> None:
    r"""A buyer or tenant takes people over when it starts, as many as it will have and as are there.

    .. math:: moved_{it} \le \sum_o taken_o\, start_{ot}, \quad moved_{it} \le h_{i,t-1}

    Rows: ``taken_over[plant,period]``, ``taken_from[plant,period]``.
    """
    i, t = np.nonzero(x.moved >= 0)
    rows = program.rows("taken_over", plant_keys(data, i, t), -np.inf, 0.0)
    at = np.full(x.moved.shape, -1)
    at[i, t] = rows
    program.terms(rows, x.moved[i, t], 1.0)
    for number, option in enumerate(x.options):
        offer = data.offers[option.offer]
        if offer.kind in ("sale", "lease") and at[option.plant, option.start] >= 0:
            most = x.headcount_most[option.plant]
            taken = most if offer.people_taken is None else min(most, offer.people_taken / KILO)
            program.terms(at[option.plant, option.start], x.starts[number], -taken)
    rows = program.rows("taken_from", plant_keys(data, i, t), -np.inf, np.where(t == 0, data.start_headcount[i], 0.0))
    program.terms(rows, x.moved[i, t], 1.0)
    program.terms(rows, np.where(t > 0, x.headcount[i, t - 1], -1), -1.0)
