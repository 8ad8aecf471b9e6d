"""The same line event by event, with simpy: the reference that the compiled simulation is tested against.

Slower by a factor of hundreds, but it moves cars, places and repairs as they happen, and knows nothing of the recursion.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import numpy as np

from brownfield.errors import BrownfieldError
from brownfield.shopfloor.simulate import Floats, Flow, breakdowns

if TYPE_CHECKING:
    import simpy


def departures(flow: Flow, cars: int, seed: int = 1, replication: int = 0) -> Floats:
    """When each car leaves the last station, for the breakdowns that `simulate` draws for this seed and replication.

    Errors: BrownfieldError without the extra `line`.
    """
    if importlib.util.find_spec("simpy") is None:
        raise BrownfieldError("this simulation needs the extra `line`: pip install 'brownfield[line]'")
    import simpy

    env = simpy.Environment()
    rooms = [simpy.Resource(env, places + 1) for places in flow.buffers]
    queues = [simpy.Store(env) for _ in flow.stations]
    left = np.zeros(cars)
    for car in range(cars):
        queues[0].put((car, None))
    for k in range(len(flow.stations)):
        env.process(_station(env, flow, k, cars, rooms, queues, left, (seed, replication)))
    env.run()
    return left


def _station(
    env: simpy.Environment,
    flow: Flow,
    k: int,
    cars: int,
    rooms: list[simpy.Resource],
    queues: list[simpy.Store],
    left: Floats,
    chance: tuple[int, int],
) -> Generator[simpy.Event, Any, None]:
    """One station for ever: take a car, work on it through its breakdowns, pass it on when there is room for it."""
    station = flow.stations[k]
    at, repairs = (np.zeros(0), np.zeros(0)) if station.mtbf is None else breakdowns(station, cars * station.seconds, *chance, k)
    worked, broken = 0.0, 0
    while True:
        car, place = yield queues[k].get()
        last = k + 1 == len(flow.stations)
        room = None if last else rooms[k].request()
        if room is not None and flow.blocking == "before":
            yield room
        rest = station.seconds
        while broken < len(at) and at[broken] <= worked + rest:
            yield env.timeout(max(0.0, at[broken] - worked))
            rest -= at[broken] - worked
            worked = at[broken]
            yield env.timeout(repairs[broken])
            broken += 1
        yield env.timeout(max(0.0, rest))
        worked += rest
        if room is not None and flow.blocking == "after":
            yield room
        if place is not None:
            rooms[k - 1].release(place)
        if last:
            left[car] = env.now
        else:
            queues[k + 1].put((car, room))
