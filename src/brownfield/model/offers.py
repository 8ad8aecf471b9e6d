"""Rules of the offers: taken up once, in time, on one line, and kept for as long as they run."""

from __future__ import annotations

import numpy as np

from brownfield.model.data import KILO, Data
from brownfield.model.decisions import Decisions, Option
from brownfield.model.program import Keys, Program
from brownfield.model.sites import plant_keys


def _offer_keys(data: Data, offers: list[int]) -> Keys:
    return {"offer": ([offer.offer for offer in data.offers], np.array(offers, dtype=np.int64))}


def _offer_period(data: Data, offer: int, t: int) -> Keys:
    return {**_offer_keys(data, [offer]), "period": (list(data.periods), np.array([t]))}


def taken_up_once(program: Program, data: Data, x: Decisions) -> None:
    r"""An offer is taken up at most once, and ended early at most once.

    .. math:: \sum_{l,\tau} start_{ol\tau} \le 1, \quad \sum_{\tau > t} exit_{olt\tau} \le start_{olt}

    Rows: ``taken_up_once[offer]``, ``ended_once[offer]``.
    """
    offers = sorted({option.offer for option in x.options})
    rows = program.rows("taken_up_once", _offer_keys(data, offers), -np.inf, 1.0)
    at = dict(zip(offers, rows.tolist(), strict=True))
    for number, option in enumerate(x.options):
        program.terms(at[option.offer], x.starts[number], 1.0)
        if (x.exits[number] >= 0).any():
            row = program.rows("ended_once", _offer_keys(data, [option.offer]), -np.inf, 0.0)
            program.terms(row, x.exits[number], 1.0)
            program.terms(row, x.starts[number], -1.0)


def needs_open_plant(program: Program, data: Data, x: Decisions) -> None:
    r"""A guest's cars, or a leased line, need an open plant for as long as they are there.

    .. math:: \sum_{l \in i} live_{olt} \le open_{it}

    Rows: ``needs_open_plant[offer,period]``.
    """
    for place, numbers in _by_plant(x.options).items():
        offer, plant = place
        kind = data.offers[offer].kind
        if kind == "host" or (kind == "lease" and data.offers[offer].lines):
            for t in sorted({t for n in numbers for t in range(x.options[n].start, x.options[n].until)}):
                row = program.rows("needs_open_plant", _offer_period(data, offer, t), -np.inf, 0.0)
                program.terms(row, x.open[plant, t], -1.0)
                for n in numbers:
                    program.terms(row, *x.live(n, t))


def _by_plant(options: list[Option]) -> dict[tuple[int, int], list[int]]:
    places: dict[tuple[int, int], list[int]] = {}
    for number, option in enumerate(options):
        places.setdefault((option.offer, option.plant), []).append(number)
    return places


def agreed_volume(program: Program, data: Data, x: Decisions) -> None:
    r"""While a guest is there, the agreed volume lies within the offer, rising as the launch ramps up.

    .. math:: V^{min}_o\, \Delta_t\, ramp_{t-\tau}\, live \le agreed_{olt} \le V^{max}_o\, \Delta_t\, ramp_{t-\tau}\, live

    Rows: ``agreed_least[offer,period]``, ``agreed_most[offer,period]``.
    """
    for number, option in enumerate(x.options):
        offer = data.offers[option.offer]
        if offer.kind != "host":
            continue
        ramp = data.calendar.ramp_share(option.start, data.routes[option.route].ramp_months)
        for t in range(option.start, option.until):
            columns, signs = x.live(number, t)
            for family, volume, low, high in (
                ("agreed_least", offer.volume_min, 0.0, np.inf),
                ("agreed_most", offer.volume_max, -np.inf, 0.0),
            ):
                size = volume * data.years[t] * ramp[t] / KILO
                if family == "agreed_least" and size == 0.0:
                    continue
                row = program.rows(family, _offer_period(data, option.offer, t), low, high)
                program.terms(row, x.agreed[number, t], 1.0)
                program.terms(row, columns, -size * np.array(signs))


def guest_cars(program: Program, data: Data, x: Decisions) -> None:
    r"""The guest cars built on a line are what the guests take of their agreed volumes.

    .. math:: makes_{klt} = \sum_o take_o\, agreed_{olt} \quad \text{for every guest product } k

    Rows: ``guest_cars[product,line,period]``.
    """
    if not data.routes:
        return
    guest = ~data.own[data.route_product] & data.assembly[data.route_line]
    r, t = np.nonzero((x.makes >= 0) & guest[:, None])
    keys: Keys = {
        "product": (data.product_names, data.route_product[r]),
        "line": (data.line_names, data.route_line[r]),
        "period": (list(data.periods), t),
    }
    rows = program.rows("guest_cars", keys, 0.0, 0.0)
    program.terms(rows, x.makes[r, t], 1.0)
    at = np.full(x.makes.shape, -1)
    at[r, t] = rows
    for number, option in enumerate(x.options):
        if option.route >= 0:
            here = at[option.route] >= 0
            program.terms(at[option.route][here], x.agreed[number][here], -data.offers[option.offer].expected_take)
            for period in np.flatnonzero(~here & (x.agreed[number] >= 0)):
                row = program.rows("guest_cars", _offer_period(data, option.offer, int(period)), 0.0, 0.0)
                program.terms(row, x.agreed[number, period], data.offers[option.offer].expected_take)


def grant_kept(program: Program, data: Data, x: Decisions) -> None:
    r"""A grant runs only while the plant keeps the people it is given for.

    .. math:: h_{it} \ge people_o\, live_{ot}

    Rows: ``grant_kept[plant,period]``.
    """
    for number, option in enumerate(x.options):
        offer = data.offers[option.offer]
        if offer.kind != "grant" or offer.people_min == 0:
            continue
        for t in range(option.start, option.until):
            row = program.rows("grant_kept", plant_keys(data, np.array([option.plant]), np.array([t])), 0.0, np.inf)
            program.terms(row, x.headcount[option.plant, t], 1.0)
            columns, signs = x.live(number, t)
            program.terms(row, columns, -offer.people_min / KILO * np.array(signs))
