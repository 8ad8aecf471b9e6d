"""A day and a flow from the tables of a case: `day_of` makes up the cars of a day, `flow_of` puts stations in a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from brownfield.case.case import Case
from brownfield.case.tables import TABLES
from brownfield.errors import CaseError, Problem, Where, nearest, one_of, shown
from brownfield.shopfloor.inputs import Place
from brownfield.shopfloor.sequence_day import Day, Ints, Option
from brownfield.shopfloor.simulate import Floats, Flow, Station

UNIT = 10
"""Units of time of a day in a second: work is counted in tenths of a second."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What one violation weighs: of a ratio of high and of low level, a colour change, a tenth of a second of overload.

    As at Renault, each outweighs any usual number of the next.
    """

    high: int = 1_000_000
    colour: int = 1_000
    low: int = 1
    overload: int = 1


def day_of(
    case: Case,
    line: str,
    *,
    cars: int = 480,
    seed: int = 1,
    assignment: Mapping[str, Place] | None = None,
    weights: Weights | None = None,
) -> Day:
    """A day of the line's mix: as many cars of each product, with each option and in each colour, as their shares say.

    Which car has which option is drawn (same seed, same day). assignment: where each task is done, such as that of a balance; with it
    the day counts the overload of its stations, each (1 + overload) takts long.

    Errors: CaseError for a line that the case does not have (BF054) or that has no mix (BF455).
    """
    weights = weights or Weights()
    random = np.random.Generator(np.random.PCG64(seed))
    shares = _mix(case, line)
    products = [name for name, count in zip(shares, _parts(list(shares.values()), cars), strict=True) for _ in range(count)]
    equipment = _equipment(case, products, random)
    rated = [row for row in case.active("options").iter_rows(named=True) if row["option"] in equipment and row["most"] and row["among"]]
    options = tuple(
        Option(row["option"], row["most"], row["among"], weights.high if row["level"] == "high" else weights.low) for row in rated
    )
    colours = case.active("colours")["share"].to_list()
    takt, overload, run = _limits(case, line)
    stations, times = _times(case, line, products, equipment, assignment or {})
    order = random.permutation(cars)
    return Day(
        line,
        tuple(f"{products[i]} {n}" for n, i in enumerate(order, 1)),
        options,
        np.array([equipment[option.name] for option in options], np.int64).reshape(len(options), cars).T[order],
        random.permutation(np.repeat(np.arange(len(colours)), _parts(colours, cars))) if sum(colours) else np.zeros(0, np.int64),
        run,
        weights.colour if len(colours) > 1 else 0,
        stations=stations,
        times=np.rint(UNIT * times).astype(np.int64)[order] if stations else np.zeros(0, np.int64),
        takt=round(UNIT * takt),
        lengths=np.full(len(stations), round(UNIT * takt * (1 + overload)), np.int64),
        overload_weight=weights.overload if stations else 0,
    )


def flow_of(case: Case, line: str) -> Flow:
    """The stations of the line in a row, with their buffers and breakdowns, each a takt long: a moving line is not faster.

    Errors: CaseError for a line that the case does not have (BF054) or that has no stations (BF455).
    """
    takt, _, _ = _limits(case, line)
    places = {row["station"]: row["places"] for row in case.active("buffers").iter_rows(named=True)}
    broken = {row["station"]: row for row in case.active("breakdowns").iter_rows(named=True)}
    stations = []
    for name in _stations(case, line):
        row = broken.get(name)
        up = 60 * row["minutes_up"] if row and row["minutes_down"] > 0 else None
        stations.append(Station(name, takt, up, 60 * row["minutes_down"] if row else 0.0))
    return Flow(line, tuple(stations), tuple(places.get(station.name, 0) for station in stations[:-1]))


def work_of(day: Day, order: Ints) -> Floats:
    """Seconds for which each car of an order keeps each station: its work there, and a takt at least; for `simulate`."""
    times: Floats = np.maximum(day.times[order], day.takt) / UNIT
    return times


def _unknown(case: Case, line: str) -> CaseError:
    names = sorted(case.active("lines")["line"])
    return CaseError([Problem("BF054", Where("lines", None, "line"), shown(line), one_of(names), f"{nearest(line, names)}name a line")])


def _limits(case: Case, line: str) -> tuple[float, float, int | None]:
    """Takt in seconds, share of it by which one car may be over, longest run of one colour."""
    rates = dict(case.active("lines").select("line", "jph").iter_rows())
    if line not in rates:
        raise _unknown(case, line)
    rows = [row for row in case.active("line_limits").iter_rows(named=True) if row["line"] == line]
    row: dict[str, Any] = rows[0] if rows else {"takt": None, "overload": 0.0, "colour_run": None}
    if not (takt := row["takt"] or (3600 / rates[line] if rates[line] else 0)):
        where = Where("lines", None, "jph")
        raise CaseError([Problem("BF452", where, f"line {shown(line)} at 0 cars an hour", "a JPH or a takt above 0", "give its takt")])
    return takt, row["overload"], row["colour_run"] or None


def _mix(case: Case, line: str) -> dict[str, float]:
    """Shares of the products on the line."""
    if line not in set(case.active("lines")["line"]):
        raise _unknown(case, line)
    shares = {row["product"]: row["share"] for row in case.active("mixes").iter_rows(named=True) if row["line"] == line and row["share"]}
    if not shares:
        where = Where("mixes", None, "line")
        raise CaseError([Problem("BF455", where, f"no cars of line {shown(line)}", "a share of a product", str(TABLES["mixes"].__doc__))])
    return shares


def _stations(case: Case, line: str) -> list[str]:
    """The line's stations from where cars come in."""
    rows = [row for row in case.active("stations").iter_rows(named=True) if row["line"] == line]
    if not rows:
        where = Where("stations", None, "line")
        raise CaseError([Problem("BF455", where, f"no stations of line {shown(line)}", "at least one", str(TABLES["stations"].__doc__))])
    return [row["station"] for row in sorted(rows, key=lambda row: row["place"])]


def _parts(shares: list[float], whole: int) -> list[int]:
    """Whole parts in proportion to shares, that add up: what is left goes to the largest fractions, first come first."""
    exact = np.array(shares) / sum(shares) * whole if sum(shares) else np.zeros(len(shares))
    parts = np.floor(exact + 1e-9).astype(int)
    left = (whole if sum(shares) else 0) - int(parts.sum())
    for i in np.argsort(parts - exact, kind="stable")[:left]:
        parts[i] += 1
    return [int(part) for part in parts]


def _equipment(case: Case, products: list[str], random: np.random.Generator) -> dict[str, Ints]:
    """For each option that a product of the day can have: which of the cars have it."""
    equipment: dict[str, Ints] = {}
    for row in case.active("option_shares").sort("product", "option").iter_rows(named=True):
        rows = [i for i, product in enumerate(products) if product == row["product"]]
        count = _parts([row["share"], 1 - row["share"]], len(rows))[0]
        if rows:
            equipment.setdefault(row["option"], np.zeros(len(products), np.int64))[random.permutation(rows)[:count]] = 1
    return equipment


def _times(
    case: Case, line: str, products: list[str], equipment: Mapping[str, Ints], assignment: Mapping[str, Place]
) -> tuple[tuple[str, ...], Floats]:
    """Stations in their order and seconds of each car at each: those of the person there who has most to do on it."""
    if not assignment:
        return (), np.zeros((len(products), 0))
    known = _stations(case, line)
    stations = tuple(name for name in known if any(place.station == name for place in assignment.values()))
    people = sorted(set(assignment.values()), key=lambda place: (place.station, place.operator))
    work = {place: np.zeros(len(products)) for place in people}
    cars = np.array(products)
    for row in case.active("task_times").iter_rows(named=True):
        if row["task"] in assignment:
            asked = equipment.get(row["option"], np.zeros(len(products), np.int64)) if row["option"] else 1
            work[assignment[row["task"]]] += row["seconds"] * asked * (cars == row["product"])
    columns = [np.max([work[place] for place in people if place.station == name], axis=0) for name in stations]
    return stations, np.array(columns).T
