"""Every decision of the model, one table: its columns, where they exist, their bounds.

Arrays hold column numbers, -1 where there is nothing to decide. Axes are always plant, line, shift model, product or
route, market, period.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from brownfield.case.tables import Offer
from brownfield.model.bounds import headcount_at_most, sold_at_most
from brownfield.model.data import KILO, Data, Floats, Ints, position
from brownfield.model.program import Keys, Program


@dataclass(frozen=True)
class Option:
    """One way to take up an offer: on this line (-1: none), at this plant, from this period until (exclusive) that."""

    offer: int
    line: int
    plant: int
    start: int
    until: int
    route: int


@dataclass
class Decisions:
    """Column numbers of everything that is decided."""

    open: Ints
    idle: Ints
    closed: Ints
    opened: Ints
    idles: Ints
    reopens: Ints
    runs: Ints
    changes: Ints
    launch: Ints
    makes: Ints
    builds: Ints
    ships: Ints
    lost: Ints
    diverted: Ints
    diversions: pl.DataFrame
    headcount: Ints
    hires: Ints
    attrition: Ints
    voluntary: Ints
    redundant: Ints
    moved: Ints
    transfers: Ints
    pairs: list[tuple[int, int]]
    options: list[Option]
    starts: Ints
    exits: Ints
    agreed: Ints
    term: Ints
    extra: Ints
    usable: list[tuple[int, int]]
    cash: Ints
    revolver: Ints
    headcount_most: Floats
    sold_most: Floats

    def live(self, option: int, t: int) -> tuple[list[int], list[float]]:
        """Columns and coefficients whose sum says whether this way of taking up an offer runs in period t."""
        if not self.options[option].start <= t < self.options[option].until:
            return [], []
        ended = [int(c) for c in self.exits[option, : t + 1] if c >= 0]
        return [int(self.starts[option]), *ended], [1.0] + [-1.0] * len(ended)


def decide(program: Program, data: Data, asked: Floats) -> Decisions:
    """Create every column; `asked` are the thousand people that policies and grants may ask for at each plant."""
    x = dict[str, object]()
    _sites(program, data, x)
    _lines(program, data, x)
    _volumes(program, data, x)
    _offers(program, data, x)
    _people(program, data, x, asked)
    _money(program, data, x)
    return Decisions(**x)  # type: ignore[arg-type]


def _grid(data: Data, *axes: tuple[str, list[str]]) -> Keys:
    """Keys of a block whose last axis is the period."""
    lists = [*axes, ("period", list(data.periods))]
    shape = [len(names) for _, names in lists]
    return {kind: (names, np.indices(shape)[a]) for a, (kind, names) in enumerate(lists)}


def _sites(program: Program, data: Data, x: dict[str, object]) -> None:
    count, periods = len(data.plants), data.horizon
    keys = _grid(data, ("plant", data.plant_names))
    everywhere = np.ones((count, periods), dtype=bool)
    state = np.array([plant.state for plant in data.plants])
    dead = (state == "closed") | ((state == "potential") & np.array([plant.decision != "may_open" for plant in data.plants]))
    potential = (state == "potential") & ~dead
    mothball = np.array([plant.mothball_cost is not None for plant in data.plants]) | (state == "idle")
    closable = np.array([plant.decision in ("may_close", "must_close") for plant in data.plants]) & ~dead & ~potential
    cal = data.calendar
    closes_from = np.array([cal.first_from(plant.earliest_close, plant.notice_months) for plant in data.plants])
    opens_from = np.array([cal.first_from(plant.earliest_open) for plant in data.plants])
    t = np.arange(periods)
    x["open"] = program.columns("open", keys, everywhere & ~dead[:, None], 0, 1, integer=True)
    x["idle"] = program.columns("idle", keys, everywhere & (mothball & ~dead)[:, None], 0, 1, integer=True)
    x["closed"] = program.columns("closed", keys, closable[:, None] & (t >= closes_from[:, None]), 0, 1, integer=True)
    x["opened"] = program.columns("opened", keys, potential[:, None] & (t >= opens_from[:, None]), 0, 1, integer=True)
    costs = np.array([(plant.idling_cost > 0, plant.reopening_cost > 0) for plant in data.plants]).reshape(count, 2)
    x["idles"] = program.columns("idles", keys, everywhere & (mothball & ~dead & costs[:, 0])[:, None])
    x["reopens"] = program.columns("reopens", keys, everywhere & (mothball & ~dead & costs[:, 1])[:, None])


def _lines(program: Program, data: Data, x: dict[str, object]) -> None:
    keys = _grid(data, ("line", data.line_names), ("shift_model", data.shift_names))
    shape = (len(data.lines), len(data.shifts), data.horizon)
    x["runs"] = program.columns("runs", keys, np.ones(shape, dtype=bool), 0, 1, integer=True)
    paid = np.array([shift.change_cost > 0 for shift in data.shifts], dtype=bool)
    x["changes"] = program.columns("changes", keys, np.broadcast_to(paid[None, :, None], shape).copy())


def _route_keys(data: Data) -> Keys:
    shape = (len(data.routes), data.horizon)
    r, t = np.indices(shape)
    return {
        "product": (data.product_names, data.route_product[r] if data.routes else r),
        "line": (data.line_names, data.route_line[r] if data.routes else r),
        "period": (list(data.periods), t),
    }


def _volumes(program: Program, data: Data, x: dict[str, object]) -> None:
    keys = _route_keys(data)
    can = data.full > 0
    possible = np.array([route.state == "possible" for route in data.routes], dtype=bool)
    own = data.own[data.route_product] if data.routes else np.zeros(0, dtype=bool)
    first = np.array([data.calendar.first_from(None, route.launch_lead_months) for route in data.routes], dtype=np.int64)
    still = np.logical_or.accumulate(can[:, ::-1], axis=1)[:, ::-1]
    may_launch = (possible & own)[:, None] & (np.arange(data.horizon) >= first[:, None]) & still
    x["launch"] = program.columns("launch", keys, may_launch, 0, 1, integer=True)
    x["makes"] = program.columns("makes", keys, can, 0, data.full)
    limit = np.array([np.inf if line.max_products is None else line.max_products for line in data.lines])
    on_line = np.zeros((len(data.lines), data.horizon))
    np.add.at(on_line, data.route_line, can.astype(float))
    crowded = on_line > limit[:, None]
    x["builds"] = program.columns("builds", keys, can & (crowded[data.route_line] if data.routes else can), 0, 1, integer=True)
    ships = data.ships
    ones = np.ones(ships.height, dtype=bool)
    names = {"product": data.product_names, "plant": data.plant_names, "market": data.market_names, "period": list(data.periods)}
    short = {"product": "k", "plant": "i", "market": "m", "period": "t"}
    x["ships"] = program.columns("ships", {kind: (names[kind], ships[short[kind]].to_numpy()) for kind in names}, ones)
    demand = data.demand
    sales_keys: Keys = {kind: (names[kind], demand[short[kind]].to_numpy()) for kind in ("product", "market", "period")}
    x["lost"] = program.columns("lost", sales_keys, np.ones(demand.height, dtype=bool), 0, demand["cars"].to_numpy())
    x["sold_most"] = sold_at_most(data)
    _diversions(program, data, x, names)


def _diversions(program: Program, data: Data, x: dict[str, object], names: dict[str, list[str]]) -> None:
    """Columns diverted[j, k, m, t] wherever both have a demand row and a share of j's lost buyers takes k."""
    j, k = np.nonzero(data.diversion)
    share = pl.DataFrame({"j": j, "k": k, "share": data.diversion[j, k]}, schema={"j": pl.Int64, "k": pl.Int64, "share": pl.Float64})
    rows = data.demand.with_row_index("row").select("k", "m", "t", pl.col("row").cast(pl.Int64))
    frame = share.join(rows.rename({"k": "j", "row": "from"}), on="j").join(rows.rename({"row": "to"}), on=["k", "m", "t"])
    frame = frame.sort("j", "k", "m", "t")
    keys: Keys = {
        "product": (names["product"], frame["j"].to_numpy()),
        "to_product": (names["product"], frame["k"].to_numpy()),
        "market": (names["market"], frame["m"].to_numpy()),
        "period": (names["period"], frame["t"].to_numpy()),
    }
    x["diversions"] = frame
    x["diverted"] = program.columns("diverted", keys, np.ones(frame.height, dtype=bool))


def offer_options(data: Data) -> list[Option]:
    """Every way to take up every offer: which line, from when, until when."""
    options = []
    for o, offer in enumerate(data.offers):
        for line, plant, route, lead in _places(data, offer):
            first = max(data.calendar.first_from(offer.earliest_start), data.calendar.first_from(None, lead))
            for start in range(first, data.calendar.last_until(offer.latest_start) + 1):
                until = data.horizon if offer.kind == "sale" else data.calendar.until(start, offer.length_months)
                options.append(Option(o, line, plant, start, until, route))
    return options


def _places(data: Data, offer: Offer) -> list[tuple[int, int, int, float]]:
    """Where an offer can be taken up: line, plant, route of the guest's product, lead time."""
    lines, plants = position(data.line_names), position(data.plant_names)
    if offer.kind == "host":
        places = []
        for r, route in enumerate(data.routes):
            line = int(data.route_line[r])
            named = route.line in offer.lines if offer.lines else offer.plant in (None, data.plant_names[data.line_plant[line]])
            if route.product == offer.product and data.assembly[line] and named:
                lead = route.launch_lead_months if route.state == "possible" else 0.0
                places.append((line, int(data.line_plant[line]), r, lead))
        return places
    if offer.kind == "lease" and offer.lines:
        return [(lines[name], int(data.line_plant[lines[name]]), -1, 0.0) for name in sorted(offer.lines) if name in lines]
    return [(-1, plants[offer.plant], -1, 0.0)] if offer.plant in plants else []


def _offers(program: Program, data: Data, x: dict[str, object]) -> None:
    options = offer_options(data)
    count = len(options)
    names = [offer.offer for offer in data.offers]
    of = np.array([option.offer for option in options], dtype=np.int64)
    start = np.array([option.start for option in options], dtype=np.int64)
    keys: Keys = {"offer": (names, of), "start": (list(data.periods), start)}
    x["options"] = options
    x["starts"] = program.columns("starts", keys, np.ones(count, dtype=bool), 0, 1, integer=True)
    o, t = np.indices((count, data.horizon))
    grid: Keys = {
        "offer": (names, of[o] if count else o),
        "start": (list(data.periods), start[o] if count else o),
        "period": (list(data.periods), t),
    }
    until = np.array([option.until for option in options], dtype=np.int64)
    kind = np.array([data.offers[option.offer].kind for option in options], dtype=str)
    may_end = np.array([data.offers[option.offer].exit_fee is not None for option in options], dtype=bool) & (kind != "sale")
    inside = (t > start[:, None]) & (t < until[:, None])
    x["exits"] = program.columns("exits", grid, inside & may_end[:, None], 0, 1, integer=True)
    runs = (t >= start[:, None]) & (t < until[:, None])
    x["agreed"] = program.columns("agreed", grid, runs & (kind == "host")[:, None])


def _people(program: Program, data: Data, x: dict[str, object], asked: Floats) -> None:
    count, periods = len(data.plants), data.horizon
    keys = _grid(data, ("plant", data.plant_names))
    here = np.zeros((count, periods), dtype=bool)
    here[list(data.people)] = True
    scheme, leaving = np.zeros((count, 1)), np.zeros((count, 1))
    for i, row in data.people.items():
        scheme[i], leaving[i] = row.voluntary_cap / KILO, row.attrition
    years = data.years[None, :]
    most = headcount_at_most(data, asked)
    x["headcount_most"] = most
    x["headcount"] = program.columns("headcount", keys, here, 0, most[:, None])
    x["hires"] = program.columns("hires", keys, here)
    x["attrition"] = program.columns("attrition", keys, here & (leaving > 0))
    x["voluntary"] = program.columns("voluntary", keys, here & (scheme > 0), 0, scheme * years)
    x["redundant"] = program.columns("redundant", keys, here)
    takes = np.zeros((count, periods), dtype=bool)
    for option in x["options"]:  # type: ignore[attr-defined]
        if data.offers[option.offer].kind in ("sale", "lease"):
            takes[option.plant, option.start] = True
    x["moved"] = program.columns("moved", keys, here & takes)
    at = position(data.plant_names)
    pairs = [(i, at[name]) for i, row in data.people.items() for name in sorted(row.transfer_to) if at.get(name) in data.people]
    shape = (len(pairs), periods)
    pair, t = np.indices(shape)
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    pair_keys: Keys = {
        "plant": (data.plant_names, ends[:, 0][pair] if pairs else pair),
        "to_plant": (data.plant_names, ends[:, 1][pair] if pairs else pair),
        "period": (list(data.periods), t),
    }
    x["pairs"] = pairs
    x["transfers"] = program.columns("transfers", pair_keys, np.ones(shape, dtype=bool))


def _money(program: Program, data: Data, x: dict[str, object]) -> None:
    usable = [(g, n) for g, group in enumerate(data.suppliers) for n, term in enumerate(data.terms) if term.supplier == group.supplier]
    allowed = np.array([_usable(data, g, n) for g, n in usable], dtype=bool).reshape(len(usable), data.horizon)
    row, t = np.indices((len(usable), data.horizon))
    which = np.array([n for _, n in usable], dtype=np.int64)
    keys: Keys = {"term": ([term.term for term in data.terms], which[row] if usable else row), "period": (list(data.periods), t)}
    x["usable"] = usable
    x["term"] = program.columns("term", keys, allowed, 0, 1, integer=True)
    x["extra"] = program.columns("extra", keys, allowed)
    time: Keys = {"period": (list(data.periods), np.arange(data.horizon))}
    followed = np.full(data.horizon, data.follows_cash)
    limit = data.owner.revolver_limit * data.case.rate(data.owner.currency)[0] if data.owner else 0.0
    x["cash"] = program.columns("cash", time, followed, -np.inf, np.inf)
    x["revolver"] = program.columns("revolver", time, followed, 0, limit)


def _usable(data: Data, g: int, n: int) -> list[bool]:
    """In which periods a term may be used: agreed, in its window, within the law, the supplier left whole."""
    group, term = data.suppliers[g], data.terms[n]
    days = group.days_now + term.extra_days
    lawful = term.agreed == "agreed" and (group.legal_cap is None or days <= group.legal_cap + 1e-9)
    whole = term.price >= group.capital_rate - 1e-12
    if group.financing_rate is not None:
        whole = whole or days * group.financing_rate <= group.days_now * group.capital_rate + 1e-9
    first = data.calendar.first_from(term.from_date)
    last = data.horizon if term.until_date is None else data.calendar.first_from(term.until_date)
    return [lawful and whole and first <= t < last for t in range(data.horizon)]
