"""How many cars an hour a line makes, with breakdowns and finite buffers: `simulate(flow)`.

Stations in a row, each with its work on a car, its breakdowns, and places for cars behind it. The first never lacks a car, the
last never lacks room. Chance enters through breakdowns only; replications give an interval, and the same breakdowns are met by
every variant of a line (common random numbers), so that two of them can be compared closely.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from brownfield.errors import CaseError, Problem, Where
from brownfield.shopfloor.sequence import need_numba

Floats = NDArray[np.float64]

BATCH = 5
"""Cars of one batch of the warm-up rule."""

MOST_PLACES = 10**6
"""Places of one buffer: more are no buffer."""

MOST_STEPS = 2 * 10**8
"""Cars times stations times replications of one simulation: a gigabyte of waiting times."""

MOST_BREAKDOWNS = 10**7
"""Breakdowns of one station in one replication."""


@dataclass(frozen=True, slots=True)
class Station:
    """A station: seconds of work on a car; mean seconds of work between breakdowns (None: none) and mean seconds of repair.

    Times between breakdowns, counted in work only, and times of repair are exponential; work goes on where it stopped.
    """

    name: str
    seconds: float
    mtbf: float | None = None
    mttr: float = 0.0


@dataclass(frozen=True, slots=True)
class Flow:
    """Stations in a row and the places between them: `buffers[k]` cars may wait between stations k and k + 1.

    blocking: `after`: a finished car stays in the station while there is no room behind; `before`: it is not begun without room.

    Errors: CaseError with every problem at once (BF452, BF454, BF455, BF457).
    """

    name: str
    stations: tuple[Station, ...]
    buffers: tuple[int, ...]
    blocking: Literal["after", "before"] = "after"

    def __post_init__(self) -> None:
        """Refuse what is no line."""
        if problems := list(_problems(self)):
            raise CaseError(problems)


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over replications and half the width of its confidence interval."""

    mean: float
    half: float

    def __contains__(self, value: float) -> bool:
        return abs(value - self.mean) <= self.half + 1e-9 * abs(self.mean)


@dataclass(frozen=True)
class StationUse:
    """Shares of the time of one station: at work, down, starved (no car comes), blocked (no room behind). They add up to 1."""

    station: str
    working: Interval
    down: Interval
    starved: Interval
    blocked: Interval


@dataclass(frozen=True)
class Simulation:
    """What a simulation says: cars an hour, use of each station, the bottleneck (the station that waits least).

    jph_each: cars an hour of each replication. warm_up: cars left out at the start, found by the rule MSER-5. settled: whether the
    start was over within the first half; if not, more cars are needed.
    """

    flow: Flow
    jph: Interval
    stations: tuple[StationUse, ...]
    bottleneck: str
    jph_each: tuple[float, ...]
    warm_up: int
    cars: int
    settled: bool
    seed: int


def simulate(
    flow: Flow, *, cars: int = 4000, replications: int = 20, seed: int = 1, confidence: float = 0.95, work: Floats | None = None
) -> Simulation:
    """Send cars through the line, several times over, and average what comes out after the start is over.

    work[car, station]: seconds of work on each car in the order of building, begun again after the last; default: the stations' own
    seconds. Intervals are Student's, over the replications. Same seed, same result; the k-th station of two flows meets the same
    breakdowns at the same amount of work.

    Errors: CaseError (BF452, BF456) for numbers that cannot be; BrownfieldError without the extra `line`.
    """
    need_numba()
    from brownfield.shopfloor.simulate_kernel import flow_through

    _check_run(flow, cars, replications, confidence)
    times = _work(flow, cars, work)
    _check_breakdowns(flow, times)
    buffers = np.array([*flow.buffers, 0], np.int64)
    left = np.zeros((replications, cars))
    waits = np.zeros((replications, len(flow.stations), 3, -(-cars // BATCH)))
    for r in range(replications):
        repairs = repair_times(flow, times, seed, r)
        left[r], waits[r] = flow_through(times, repairs, buffers, flow.blocking == "before", BATCH)
    skip, settled = _warm_up(left)
    first = skip * BATCH
    spans = left[:, -1] - (left[:, first - 1] if first else 0.0)
    each = 3600.0 * (cars - first) / spans
    uses = tuple(_use(station, waits[:, k, :, skip:].sum(axis=2) / spans[:, None], confidence) for k, station in enumerate(flow.stations))
    least = min(range(len(uses)), key=lambda k: (round(uses[k].starved.mean + uses[k].blocked.mean, 9), k))
    jph = interval(each, confidence)
    return Simulation(flow, jph, uses, uses[least].station, tuple(each.tolist()), first, cars, settled, seed)


def difference(one: Simulation, other: Simulation, confidence: float = 0.95) -> Interval:
    """How many cars an hour more the other line makes, replication by replication: both met the same breakdowns.

    Errors: CaseError BF452 when the two were not simulated with the same seed and number of replications.
    """
    if (one.seed, len(one.jph_each)) != (other.seed, len(other.jph_each)):
        found = f"seeds {one.seed} and {other.seed}, {len(one.jph_each)} and {len(other.jph_each)} replications"
        where = Where(other.flow.name, None, "seed")
        raise CaseError([Problem("BF452", where, found, "the same of both", "simulate both in the same way")])
    return interval(np.array(other.jph_each) - np.array(one.jph_each), confidence)


def gains(
    flow: Flow, faster: float = 0.01, *, cars: int = 4000, replications: int = 20, seed: int = 1, confidence: float = 0.95
) -> dict[str, Interval]:
    """Cars an hour gained when one station alone works a little faster (1 %): the largest gain is where it pays to begin."""
    how = partial(simulate, cars=cars, replications=replications, seed=seed, confidence=confidence)
    base = how(flow)
    found = {}
    for k, station in enumerate(flow.stations):
        quick = replace(station, seconds=station.seconds * (1 - faster))
        stations = (*flow.stations[:k], quick, *flow.stations[k + 1 :])
        found[station.name] = difference(base, how(replace(flow, stations=stations)), confidence)
    return found


def interval(values: Floats, confidence: float) -> Interval:
    """Mean of independent values, with Student's interval."""
    from scipy.special import stdtrit

    count = len(values)
    spread = float(values.std(ddof=1)) if count > 1 else math.inf
    return Interval(float(values.mean()), float(stdtrit(count - 1, (1 + confidence) / 2)) * spread / math.sqrt(count))


def repair_times(flow: Flow, times: Floats, seed: int, replication: int) -> Floats:
    """Seconds of repair while each car is worked on, [station, car]: breakdowns fall at fixed amounts of work of a station."""
    repairs = np.zeros(times.shape)
    for k, station in enumerate(flow.stations):
        if station.mtbf is None:
            continue
        at, lengths = breakdowns(station, float(times[k].sum()), seed, replication, k)
        worked = np.cumsum(times[k])
        hit = np.minimum(np.searchsorted(worked, at), times.shape[1] - 1)
        repairs[k] = np.bincount(hit, weights=lengths, minlength=times.shape[1])
    return repairs


def breakdowns(station: Station, until: float, seed: int, replication: int, number: int) -> tuple[Floats, Floats]:
    """Amounts of work at which a station breaks down, up to an amount, and how long each repair takes."""
    gaps, repairs = (np.random.Generator(np.random.PCG64(s)) for s in np.random.SeedSequence([seed, replication, number]).spawn(2))
    mtbf = station.mtbf or math.inf
    at = np.zeros(0)
    while len(at) == 0 or at[-1] < until:
        at = np.concatenate([at, (at[-1] if len(at) else 0.0) + mtbf * np.cumsum(gaps.exponential(size=256))])
    at = at[at < until]
    return at, station.mttr * repairs.exponential(size=len(at))


def _warm_up(left: Floats) -> tuple[int, bool]:
    """Batches to leave out at the start, by MSER-5, and whether the rule found an end of the start within the first half.

    Of the mean times between cars, averaged over replications, in batches of 5: leave out d such that the squared standard error
    of the mean of the rest is least (White 1997; White, Cobb and Spratt 2000).
    """
    batches = left.shape[1] // BATCH
    ends = left[:, BATCH - 1 : batches * BATCH : BATCH].mean(axis=0)
    gaps = np.diff(ends, prepend=0.0)
    rest = np.arange(batches, 0, -1)
    sums, squares = np.cumsum(gaps[::-1])[::-1], np.cumsum((gaps**2)[::-1])[::-1]
    error = np.maximum(squares - sums**2 / rest, 0.0) / rest**2
    half = max(1, batches // 2)
    scale = 1e-18 * float(gaps.mean()) ** 2
    skip = int(np.argmax(error[:half] <= error[:half].min() + scale))
    return skip, skip < half - 1


def _use(station: Station, shares: Floats, confidence: float) -> StationUse:
    """Use of a station from its shares starved, blocked and down in each replication; the rest is work."""
    starved, blocked, down = (interval(shares[:, n], confidence) for n in range(3))
    return StationUse(station.name, interval(1 - shares.sum(axis=1), confidence), down, starved, blocked)


def _work(flow: Flow, cars: int, work: Floats | None) -> Floats:
    """Seconds of work, [station, car]."""
    if work is None:
        return np.repeat(np.array([[float(station.seconds)] for station in flow.stations]), max(cars, 0), axis=1)
    work = np.asarray(work, float)
    problems = []
    if work.ndim != 2 or work.shape[1] != len(flow.stations) or not len(work):
        expected = f"a row for each car, {len(flow.stations)} columns"
        problems.append(Problem("BF454", Where(flow.name, None, "work"), f"numbers for {work.shape}", expected, "give work by car"))
    elif not (np.isfinite(work).all() and work.min() >= 0 and work.sum(axis=0).min() > 0):
        fix = "leave out stations without work"
        problems.append(Problem("BF452", Where(flow.name, None, "work"), f"from {work.min():g}", "0 or more, some at each station", fix))
    if problems:
        raise CaseError(problems)
    return np.ascontiguousarray(np.resize(work, (cars, work.shape[1])).T)


def _check_run(flow: Flow, cars: int, replications: int, confidence: float) -> None:
    wanted = [("cars", cars, 20 * BATCH, 10**7), ("replications", replications, 2, 10**5), ("confidence", confidence, 0.5, 0.9999)]
    problems = [
        Problem("BF452", Where(flow.name, None, name), f"{value}", f"from {low} to {high}", "correct the number")
        for name, value, low, high in wanted
        if not low <= value <= high
    ]
    if cars * replications * len(flow.stations) > MOST_STEPS:
        found = f"{cars * replications * len(flow.stations)} steps"
        problems.append(Problem("BF456", Where(flow.name, None, "cars"), found, f"at most {MOST_STEPS}", "fewer cars or replications"))
    if problems:
        raise CaseError(problems)


def _check_breakdowns(flow: Flow, times: Floats) -> None:
    """Refuse stations that break down more often than can be counted."""
    problems = [
        Problem("BF456", Where(flow.name, row, "mtbf"), f"{station.mtbf:g} s", f"at most {MOST_BREAKDOWNS} breakdowns", "check its unit")
        for row, (station, work) in enumerate(zip(flow.stations, times.sum(axis=1), strict=True), 1)
        if station.mtbf is not None and work / station.mtbf > MOST_BREAKDOWNS
    ]
    if problems:
        raise CaseError(problems)


def _problems(flow: Flow) -> Iterator[Problem]:
    """What is wrong with a line."""
    if not flow.stations:
        yield Problem("BF455", Where(flow.name, None, "stations"), "no stations", "at least one", "give the stations in their order")
    if len(flow.buffers) != max(0, len(flow.stations) - 1):
        expected = f"{max(0, len(flow.stations) - 1)}: one between each two stations"
        yield Problem("BF454", Where(flow.name, None, "buffers"), f"{len(flow.buffers)} buffers", expected, "give 0 where there is none")
    for row, places in enumerate(flow.buffers, 1):
        if not 0 <= places <= MOST_PLACES:
            yield Problem("BF452", Where(flow.name, row, "buffers"), f"{places}", f"from 0 to {MOST_PLACES} places", "correct the number")
    names = [station.name for station in flow.stations]
    for row, station in enumerate(flow.stations, 1):
        if names.index(station.name) < row - 1:
            yield Problem("BF457", Where(flow.name, row, "name"), f"{station.name!r} again", "each station once", "rename it")
        bounds = {"seconds": (station.seconds, False), "mtbf": (station.mtbf, False), "mttr": (station.mttr, True)}
        for column, (value, zero) in bounds.items():
            if value is not None and not (math.isfinite(value) and (value > 0 or (zero and value == 0))):
                expected = "a number of seconds, " + ("0 or more" if zero else "more than 0")
                yield Problem("BF452", Where(flow.name, row, column), f"{value:g}", expected, "correct the number")
