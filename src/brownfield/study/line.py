"""Can a guest's car be built on a host's line: who does what, what binds, at what pace, and what would make it fit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from brownfield.case.case import Case
from brownfield.case.tables_line import LINE_TABLES
from brownfield.errors import CaseError, Problem, Where
from brownfield.shopfloor.balance import Balance, balance
from brownfield.shopfloor.inputs import Line, Place
from brownfield.shopfloor.inputs_check import problems, too_long
from brownfield.shopfloor.sequence import Sequence as Order
from brownfield.shopfloor.simulate import Interval, Simulation, interval
from brownfield.shopfloor.verify import verify
from brownfield.study.line_cases import Asked, paced
from brownfield.study.line_remedies import Remedy, remedies

SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0)
"""Shares of the guest that are looked at when nothing else is said."""

QUICK = 1_000
"""Moves for each car of a day, for the points of the curve other than the one that was asked for."""

THOROUGH = 3_000
"""The same for the share that was asked for."""

HAIR = 1e-6
"""Seconds that do not matter."""


@dataclass(frozen=True)
class Load:
    """What one person does on one car, or on the average car (blank), beside the most that the takt allows."""

    place: Place
    car: str
    seconds: float
    most: float
    tasks: tuple[str, ...]

    @property
    def over(self) -> float:
        """Seconds by which it is more than the most."""
        return self.seconds - self.most


@dataclass(frozen=True)
class Move:
    """A task that goes elsewhere, or is new to the line: no car of the host has it. before: where it is done today, if told."""

    task: str
    before: str
    place: Place
    cost: float
    new: bool


@dataclass(frozen=True)
class Point:
    """The line with the guest at a share of the cars: takt and people of its balance, cars an hour, and load of a guest's car."""

    share: float
    takt: float
    stations: int
    operators: int
    simulation: Simulation
    load: Interval | None

    @property
    def jph(self) -> Interval:
        """Cars an hour."""
        return self.simulation.jph


@dataclass(frozen=True)
class LineStudy:
    """What came out: whether the guest's car fits, what binds, what to move, the pace at each share, the order of a day.

    fits: at the line's takt with its stations; None: not settled in time. proved: the answer is certain: a balance that was checked
    twice, or a proof that there is none. chosen: the balance at `takt`, which is the line's or else the shortest found. shortest:
    the balance with the shortest takt, where the car does not fit. today: the host's cars as they are built today; held: whether
    today's places keep the rules. binding: people who have as much to do as they may. too_long: tasks longer than a station has time.
    load: line units that one car of the guest takes at the share asked for, with its interval; it holds up to `share_most`.
    max_rate: the guest's cars a year at that share, in the longest shift model.
    """

    asked: Asked
    share: float
    line: Line = field(repr=False)
    today: Balance
    held: bool
    fits: bool | None
    proved: bool
    chosen: Balance
    shortest: Balance | None
    takt: float
    too_long: tuple[Load, ...]
    binding: tuple[Load, ...]
    moves: tuple[Move, ...]
    remedies: tuple[Remedy, ...]
    points: tuple[Point, ...]
    order: Order = field(repr=False)
    load: Interval
    share_most: float
    max_rate: float

    @property
    def case(self) -> Case:
        """The case that was asked about."""
        return self.asked.case

    @property
    def at_share(self) -> Point:
        """The point of the share that was asked for."""
        return next(point for point in self.points if point.share == self.share)

    @property
    def alone(self) -> Point:
        """The line without the guest."""
        return self.points[0]

    @property
    def by_clock(self) -> bool:
        """Whether the clock had a say in it: another run may find another balance."""
        return any(one.by_clock for one in (self.today, self.chosen, *([self.shortest] if self.shortest else [])))

    @property
    def key(self) -> str:
        """Hash of what the answer rests on: the tables of the line, and what was asked."""
        case = self.case
        tables = {name: sorted(json.dumps(row, default=str) for row in case.active(name).drop("notes").iter_rows()) for name in LINE_TABLES}
        lines = case.active("lines").filter(pl.col("line") == self.asked.line).select("line", "kind", "jph").rows()
        how = [self.share, *(point.share for point in self.points), len(self.order.cars), self.order.seed]
        told = json.dumps([tables, lines, self.asked.guest, self.asked.guests, how], default=str)
        return hashlib.sha256(told.encode()).hexdigest()[:8]


def line_study(
    case: Case,
    line: str,
    guest: str,
    *,
    share: float | None = None,
    shares: Sequence[float] = SHARES,
    seconds: float = 20.0,
    cars: int = 480,
    seed: int = 1,
    told: Callable[[str], None] = lambda words: None,
) -> LineStudy:
    """Whether a guest's car can be built on a line of the host, and what it takes.

    share: the guest's part of the cars (default: as the mix of the case says); shares: those of the curve besides. seconds: limit of
    each balance. cars: of the day that is put in order. told: hears what is being done. Errors: CaseError for a line or guest that
    the case does not have (BF054, BF096), a case that says too little (BF303, BF309, BF455) or shares that are none (BF097).
    """
    asked = Asked.of(case, line, guest)
    share = asked.share_now() if share is None else share
    _check_shares((share, *shares), cars)
    whole = asked.line_at(share)
    long, others = _long_tasks(whole)
    if not whole.stations:
        others.append(Problem("BF455", Where("stations", None, "line"), f"no stations of line {line!r}", "at least one", "add them"))
    if others:
        raise CaseError(others)
    told("the host's cars as they are built today")
    today, held = _today(asked.line_at(0.0), seconds)
    told(f"the guest at {share:.0%} of the cars")
    fits, proved, chosen, shortest = _balanced(whole, long, seconds)
    takt = whole.takt if fits else max(whole.takt, (shortest or chosen).takt)
    full = {load.place.station for load in _binding(shortest or chosen, takt)}
    helps = () if fits or long else remedies(whole, full, seconds, told)
    points, order = _curve(asked, sorted({0.0, share, *shares}), (today, chosen), (share, takt), (seconds, cars, seed), told)
    here = next(point for point in points if point.share == share)
    load = here.load or Interval(1.0, 0.0)
    load = Interval(max(1.0, load.mean), load.half)
    most = max(point.share for point in points if point.share and (point.load is None or point.load.mean <= load.mean + load.half + 1e-3))
    return LineStudy(
        asked, share, whole, today, held, fits, proved, chosen, shortest, takt, tuple(long),
        tuple(_binding(chosen, takt)), tuple(_moves(chosen, today.line)), helps, tuple(points), order,
        load, most, _rate(case, line, most, load.mean),
    )  # fmt: skip


def _check_shares(shares: Sequence[float], cars: int) -> None:
    """CaseError for a share that is none (the first of them may not be 0), or for no day's cars."""
    wrong = []
    for name, some, least in (("--share", shares[:1], HAIR), ("--shares", shares[1:], 0.0)):
        expected = "a share above 0 and up to 1" if least else "shares from 0 to 1"
        wrong += [Problem("BF097", Where(name), f"{one:g}", expected, "give it like 0.3") for one in some if not least <= one <= 1]
    if not 20 <= cars <= 5_000:
        wrong.append(Problem("BF097", Where("--cars"), f"{cars} cars", "from 20 to 5,000 cars a day", "give the cars of one day"))
    if wrong:
        raise CaseError(wrong)


def _long_tasks(line: Line) -> tuple[list[Load], list[Problem]]:
    """Tasks that are longer than anybody has time, and every other problem of the line."""
    others = problems(line, any_takt=True)
    long = []
    for task, _ in [] if others else too_long(line):
        car = int(line.seconds[task].argmax())
        on_car = line.seconds[task, car] > line.takt * (1 + line.overload) + HAIR
        seconds, most = (line.seconds[task, car], line.takt * (1 + line.overload)) if on_car else (line.mean[task], line.takt)
        long.append(Load(Place(""), line.products[car] if on_car else "", float(seconds), float(most), (line.tasks[task],)))
    return long, others


def _today(host: Line, seconds: float) -> tuple[Balance, bool]:
    """The host's cars where they are built today; balanced anew where today's places are not told or break the rules."""
    if all(place >= 0 for place in host.now):
        try:
            as_is = balance(replace(host, held=(True,) * len(host.tasks)), "cost", seconds)
        except CaseError:
            as_is = None
        if as_is is not None and as_is.assignment:
            return replace(as_is, line=host), True
    fresh = balance(host, "cost", seconds)
    return (fresh if fresh.assignment else balance(host, "takt", seconds)), False


def _balanced(line: Line, long: list[Load], seconds: float) -> tuple[bool | None, bool, Balance, Balance | None]:
    """Whether the line can be balanced at its takt, whether that is certain, the balance to work by, the one of shortest takt."""
    at_takt = None if long else balance(line, "cost", seconds)
    if at_takt is not None and at_takt.assignment:
        return True, True, at_takt, None
    shortest = balance(line, "takt", seconds)
    if not shortest.assignment:
        found = f"no balance of {line.name!r} at any takt" + ("" if shortest.status == "infeasible" else f" within {seconds:g} s")
        fix = "look at zones, tools, groups and held tasks" if shortest.status == "infeasible" else "allow more seconds"
        raise CaseError([Problem("BF098", Where("tasks"), found, "a line on which its tasks can be done", fix)])
    if shortest.takt <= line.takt + HAIR:
        return True, True, shortest, None
    never = bool(long) or at_takt is None or at_takt.status == "infeasible" or (shortest.bound or 0.0) > line.takt + HAIR
    fewest = balance(line.with_takt(shortest.takt + HAIR), "cost", seconds)
    return (False if never else None), never, (fewest if fewest.assignment else shortest), shortest


def _binding(made: Balance, takt: float) -> list[Load]:
    """People with as much to do as the takt allows, within a hundredth of a second; the fullest one where there is none."""
    loads = sorted(loads_of(made, takt), key=lambda load: load.seconds - load.most, reverse=True)
    full = [load for load in loads if load.seconds >= load.most - 0.01]
    seen: dict[Place, Load] = {}
    for load in full or loads[:1]:
        seen.setdefault(load.place, load)
    return list(seen.values())


def loads_of(made: Balance, takt: float) -> list[Load]:
    """What each person of a balance does on each car and on the average one."""
    line = made.line
    work: dict[Place, list[int]] = {}
    for index, task in enumerate(line.tasks):
        work.setdefault(made.assignment[task], []).append(index)
    found = []
    for place, tasks in work.items():
        columns = [(car, line.seconds[:, k], takt * (1 + line.overload)) for k, car in enumerate(line.products)] + [("", line.mean, takt)]
        for car, times, most in columns:
            names = tuple(line.tasks[task] for task in tasks if times[task] > 0)
            found.append(Load(place, car, float(times[tasks].sum()), most, names))
    return found


def _moves(made: Balance, hosts: Line) -> list[Move]:
    """What is done elsewhere than today, and what is new, in the order of the line."""
    line, moved, known = made.line, set(made.moved), set(hosts.tasks)
    found = []
    for index, task in enumerate(line.tasks):
        if task in moved or line.now[index] < 0:
            before = line.places[line.now[index]] if task in moved else ""
            found.append(Move(task, before, made.assignment[task], line.move_cost[index] if before else 0.0, task not in known))
    return sorted(found, key=lambda move: (move.new, move.before == "", line.places.index(move.place.station)))


def _curve(
    asked: Asked,
    shares: Sequence[float],
    known: tuple[Balance, Balance],
    wanted: tuple[float, float],
    how: tuple[float, int, int],
    told: Callable[[str], None],
) -> tuple[list[Point], Order]:
    """The line at each share of the guest, and the order of the day at the share that was asked for."""
    (today, chosen), (share, takt), (seconds, cars, seed) = known, wanted, how
    points: list[Point] = []
    order: Order | None = None
    for one in shares:
        told(f"a day with the guest at {one:.0%} of the cars")
        line = asked.line_at(one)
        places, pace = (today.assignment, max(line.takt, today.takt)) if one == 0 else _at(line, chosen, takt, seconds)
        moves = THOROUGH if one == share else QUICK
        day, run = paced(asked, one, pace, places, cars=cars, moves=moves, seed=seed)
        order = day if one == share else order
        load = _load(points[0].simulation, run, one) if points else None
        staffed, people = len({place.station for place in places.values()}), len(set(places.values()))
        points.append(Point(one, pace, staffed, people, run, load))
    assert order is not None
    return points, order


def _at(line: Line, chosen: Balance, takt: float, seconds: float) -> tuple[Mapping[str, Place], float]:
    """Who does what at another share, and the takt: as at the share asked for as far as that goes, or else balanced anew."""
    if not verify(line, chosen.assignment, takt + HAIR):
        return chosen.assignment, takt
    fresh = balance(line.with_takt(takt), "cost", seconds)
    if fresh.assignment:
        return fresh.assignment, takt
    short = balance(line, "takt", seconds)
    return short.assignment, max(line.takt, short.takt)


def _load(alone: Simulation, mixed: Simulation, share: float) -> Interval:
    """Line units that one car of the guest takes: the hours of the mix in those of the host's cars, each of which takes one.

    jph_alone / jph_mixed = (1 - share) + share · load, in each replication: both met the same breakdowns.
    """
    ratio = np.array(alone.jph_each) / np.array(mixed.jph_each)
    return interval(1.0 + (ratio - 1.0) / share, 0.95)


def _rate(case: Case, line: str, share: float, load: float) -> float:
    """The guest's cars a year when they are this share of the cars, in the longest shift model of the case."""
    row = case.active("lines").filter(pl.col("line") == line).row(0, named=True)
    hours = (float(one["hours_per_week"] * one["weeks_per_year"]) for one in case.active("shift_models").iter_rows(named=True))
    return share * float(row["jph"] * row["availability"]) * max(hours, default=0.0) / (1 - share + share * load)
