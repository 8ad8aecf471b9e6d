"""Days for tests: drawn at random, and small enough to try every order."""

from itertools import permutations

import numpy as np

from brownfield.shopfloor.sequence_day import Day, Option
from brownfield.shopfloor.sequence_score import score


def drawn_day(seed: int, cars: int = 30, *, tail: int = 0, stations: int = 0, colours: int = 3, options: int = 3, **more) -> Day:
    """A day with every kind of cost, unless `more` says otherwise."""
    random = np.random.default_rng(seed)
    ratios = []
    for o in range(options):
        window = int(random.integers(2, 7))
        ratios.append(Option(f"o{o}", int(random.integers(1, window)), window, int(random.integers(1, 6))))
    settings = {
        "colours": random.integers(0, colours, cars) if colours else np.zeros(0),
        "batch_limit": int(random.integers(2, 6)) if colours > 1 else None,
        "colour_weight": int(random.integers(0, 4)),
        "tail_has": random.integers(0, 2, (tail, options)),
        "tail_colours": random.integers(0, colours, tail) if colours else np.zeros(0),
        "count": ("excess", "windows")[int(random.integers(2))],
        "past_end": bool(random.integers(2)),
        "stations": tuple(f"s{k}" for k in range(stations)),
        "times": random.integers(20, 90, (cars, stations)),
        "tail_times": random.integers(20, 90, (tail, stations)),
        "takt": 60,
        "lengths": np.full(stations, 75),
        "overload_weight": int(random.integers(1, 3)),
    }
    return Day(f"day {seed}", tuple(f"c{i}" for i in range(cars)), tuple(ratios), random.integers(0, 2, (cars, options)), **settings | more)


def best_by_trying(day: Day) -> tuple[int, int]:
    """Least washes, and least cost with them, over every order of the day's cars; cars that agree in everything count as one."""
    kind = [(*day.has[car].tolist(), int(day.colours[car]), *day.times[car].tolist()) for car in range(len(day.cars))]
    orders = {tuple(kind[car] for car in order): order for order in permutations(range(len(day.cars)))}
    scores = (score(day, np.array(order)) for order in orders.values())
    return min((found.washes, found.total) for found in scores)
