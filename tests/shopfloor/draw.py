"""Small random lines with every kind of rule, and the best balance of each by trying everything."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from brownfield.shopfloor.inputs import Line, Station

Way = tuple[tuple[int, int], ...]
"""Station and person of each task."""


def random_line(seed: int) -> Line:
    """A line of up to six tasks; each seed has another mixture of rules."""
    rng = random.Random(seed)
    count, models = rng.randint(3, 6), rng.randint(1, 3)
    seconds = np.array([[rng.choice([0, 0, 1, 2, 3, 4, 5, 6, 7, 8]) for _ in range(models)] for _ in range(count)], dtype=float)
    seconds[:, 0] = np.where(seconds.max(axis=1) == 0, 3, seconds[:, 0])
    for k in range(models):
        if not seconds[:, k].any():
            seconds[0, k] = 2
    shares = np.array([rng.choice([1, 2, 3]) for _ in range(models)], dtype=float)
    numbers = rng.sample(range(count), count)
    pairs = tuple((numbers[a], numbers[b]) for a, b in combinations(range(count), 2) if rng.random() < 0.3)
    stations = tuple(
        Station(f"S{s}", rng.choice(["", "a", "b"]), frozenset(t for t in ("x", "y") if rng.random() < 0.6), rng.choice([1, 1, 1, 2]))
        for s in range(rng.randint(2, 4))
    )
    few = rng.random() < 0.4
    zone = tuple(rng.choice(["a", "b"]) if rng.random() < 0.12 else "" for _ in range(count))
    tool = tuple(rng.choice(["x", "y"]) if rng.random() < 0.2 else "" for _ in range(count))
    now = tuple(rng.randrange(len(stations)) if rng.random() < 0.8 else -1 for _ in range(count))
    held = tuple(place >= 0 and rng.random() < 0.12 for place in now)
    groups = [tuple(sorted(rng.sample(range(count), 2))) for _ in range(2)]
    overload = rng.choice([0.0, 0.0, 0.1, 0.25])
    return Line(
        f"L{seed}",
        tuple(f"t{i}" for i in range(count)),
        tuple(f"car {k}" for k in range(models)),
        seconds,
        seconds @ (shares / shares.sum()),
        float(rng.choice([8, 10, 12, 15])),
        pairs,
        overload,
        stations,
        ("",) * count if few else zone,
        ("",) * count if few else tool,
        now,
        (False,) * count if few else held,
        tuple(float(rng.choice([0, 1, 2, 5])) for _ in range(count)),
        (groups[0],) if rng.random() < 0.2 else (),
        (groups[1],) if rng.random() < 0.2 else (),
        float(rng.choice([0, 3])),
        float(rng.choice([0, 1])),
    )


def ways(line: Line) -> Iterator[Way]:
    """Every way to place the tasks that keeps order, zones, tools, groups and people; times are not looked at."""
    spots = [(s, o) for s, station in enumerate(line.stations) for o in range(station.operators)]

    def may(task: int, s: int) -> bool:
        if line.held[task]:
            return line.now[task] == s
        station = line.stations[s]
        return line.zone[task] in ("", station.zone) and (not line.tool[task] or line.tool[task] in station.tools)

    def fits(at: list[tuple[int, int]]) -> bool:
        new = len(at) - 1
        for a, b in line.pairs:
            if max(a, b) == new and (at[a][0] > at[b][0] or (at[a][0] == at[b][0] and at[a][1] != at[b][1])):
                return False
        for group in line.together:
            if len({at[t] for t in group if t <= new}) > 1:
                return False
        return all(at[a][0] != at[b][0] for group in line.apart for a, b in combinations(group, 2) if max(a, b) <= new)

    def go_on(at: list[tuple[int, int]]) -> Iterator[Way]:
        if len(at) == len(line.tasks):
            yield tuple(at)
            return
        for spot in spots:
            if may(len(at), spot[0]):
                at.append(spot)
                if fits(at):
                    yield from go_on(at)
                at.pop()

    return go_on([])


def needed_takt(line: Line, way: Way) -> float:
    """Shortest takt in whole seconds, or in the parts of one that times are given in, that a way can be worked at."""
    most = 0.0
    for spot in set(way):
        there = [t for t, at in enumerate(way) if at == spot]
        most = max(most, float(line.mean[there].sum()), *(line.seconds[there].sum(axis=0) / (1 + line.overload)))
    return most


def best(line: Line, aim: str, budget: float | None = None) -> float | None:
    """The least that an aim can come to, by trying every way; None when none can be worked."""
    values = []
    for way in ways(line):
        moved = [t for t, at in enumerate(way) if line.now[t] >= 0 and line.now[t] != at[0]]
        moves = sum(line.move_cost[t] for t in moved)
        takt = needed_takt(line, way)
        if (budget is not None and moves > budget + 1e-9) or (aim != "takt" and takt > line.takt + 1e-9):
            continue
        used = len({s for s, _ in way})
        cost = line.station_cost * used + line.operator_cost * len(set(way)) + moves
        values.append({"stations": float(used), "takt": takt, "cost": cost}[aim])
    return min(values, default=None)
