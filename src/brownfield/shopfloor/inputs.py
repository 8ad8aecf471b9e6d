"""A line as the shop floor sees it: tasks with their times on each product, what comes before what, and the stations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Station:
    """A place on a line: the zone it lies in, the tools that stand there, and how many people can work there side by side."""

    name: str
    zone: str = ""
    tools: frozenset[str] = frozenset()
    operators: int = 1


@dataclass(frozen=True)
class Place:
    """Where a task is done: at which station, by which of its people (counted from 1)."""

    station: str
    operator: int = 1


@dataclass(frozen=True, eq=False)
class Line:
    """A line to be balanced. Everything is told by the place of a task in `tasks`.

    products: the cars whose time at a station is limited, a product or a product with one of its options; seconds (n, K) on
    each of them, 0 where a car does not have the task; mean (n,): on the average car. pairs: (task, task that comes later).
    takt in seconds; overload: share of takt by which one car may be over it. stations in the order of the line; none given:
    as many as it takes, all alike. zone, tool: what a task needs, blank for nothing. now: the station where it is done today
    (-1: nowhere yet), held: whether it must be done there, move_cost: of doing it elsewhere, in millions. together, apart:
    groups of tasks for one person, or never for one station. station_cost, operator_cost: of each that is staffed, in millions,
    over the years that the balance is meant for.
    """

    name: str
    tasks: tuple[str, ...]
    products: tuple[str, ...]
    seconds: Floats
    mean: Floats
    takt: float
    pairs: tuple[tuple[int, int], ...] = ()
    overload: float = 0.0
    stations: tuple[Station, ...] = ()
    zone: tuple[str, ...] = ()
    tool: tuple[str, ...] = ()
    now: tuple[int, ...] = ()
    held: tuple[bool, ...] = ()
    move_cost: tuple[float, ...] = ()
    together: tuple[tuple[int, ...], ...] = ()
    apart: tuple[tuple[int, ...], ...] = ()
    station_cost: float = 0.0
    operator_cost: float = 0.0
    about: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        count = len(self.tasks)
        blanks = {"zone": "", "tool": "", "now": -1, "held": False, "move_cost": 0.0}
        for name, blank in blanks.items():
            if not getattr(self, name):
                object.__setattr__(self, name, (blank,) * count)

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Names of the stations in the order of the line: 1, 2, ... when none are given."""
        if self.stations:
            return tuple(station.name for station in self.stations)
        return tuple(str(number) for number in range(1, len(self.tasks) + 1))

    @cached_property
    def everywhere(self) -> tuple[int, ...]:
        """All stations."""
        return tuple(range(len(self.places)))

    def may_go(self, task: int) -> tuple[int, ...]:
        """Stations where a task can be done: of its zone, with its tool, and where it is held."""
        zone, tool = self.zone[task], self.tool[task]
        if not self.stations or not (zone or tool or self.held[task]):
            return self.everywhere
        if self.held[task]:
            return (self.now[task],)
        return tuple(
            s for s, station in enumerate(self.stations) if (not zone or station.zone == zone) and (not tool or tool in station.tools)
        )

    def with_takt(self, takt: float) -> Line:
        """The same line at another takt."""
        return replace(self, takt=takt)

    def with_stations(self, count: int) -> Line:
        """The same line with so many stations, all alike."""
        return replace(self, stations=tuple(Station(str(number)) for number in range(1, count + 1)))

    def __repr__(self) -> str:
        places = f"{len(self.stations)} stations" if self.stations else "stations as needed"
        return f"Line({self.name!r}: {len(self.tasks)} tasks, {', '.join(self.products[:4])}, takt {self.takt:g} s, {places})"


def simple_line(
    times: Sequence[float], pairs: Sequence[tuple[int, int]], takt: float, name: str = "line", tasks: Sequence[str] = (), **more: object
) -> Line:
    """A line that builds one product: times of its tasks, and pairs (task, task that comes later), counted from 0."""
    seconds = np.array(times, dtype=np.float64)
    names = tuple(tasks) or tuple(str(number) for number in range(1, len(seconds) + 1))
    plain = Line(name, names, ("car",), seconds.reshape(-1, 1), seconds, takt, tuple((int(a), int(b)) for a, b in pairs))
    return replace(plain, **more)  # type: ignore[arg-type]
