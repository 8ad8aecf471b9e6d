"""Days for measurements: published ones, read where they lie, and made-up ones like the 70 of CSPLib, each with an order that fits."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from brownfield.shopfloor.csplib import read_csplib
from brownfield.shopfloor.roadef import read_roadef
from brownfield.shopfloor.sequence_day import Day, Ints, Option

RATIOS = ((1, 2), (2, 3), (1, 3), (2, 5), (1, 5))
"""Ratios of the 70 days of CSPLib."""

USES = (60, 65, 70, 75, 80, 85, 90)
"""How far each option is used, in per cent of what its ratio lets through: the seven groups of CSPLib."""

KNOWN = {"p00": 0, "p01": 6, "p02": 3, "p03": 0, "p04": 2, "p05": 2, "p06": 2, "p07": 0, "p08": 0}
"""Best-known violations of the nine hard days (windows for those above 0); every easy day has an order without any."""


def shared() -> Path:
    """Published instances, which the project reads and never contains."""
    return Path(os.environ.get("BROWNFIELD_SHARED", Path(__file__).parents[2] / "shared")) / "benchmarks" / "line"


def made_up(use: int, seed: int, cars: int = 200) -> tuple[Day, Ints]:
    """A day whose options are used so far, and an order of it without a violation.

    Each option gets a random row of places that keeps its ratio; the cars that come of it are mixed up. So it can be solved, and
    nothing but the mixing hides how.
    """
    random = np.random.default_rng([use, seed])
    has = np.zeros((cars, len(RATIOS)), np.int64)
    for o, (most, window) in enumerate(RATIOS):
        has[_spread(most, window, cars * most * use // (100 * window), cars, random), o] = 1
    order = random.permutation(cars)
    mixed = np.zeros_like(has)
    mixed[order] = has
    options = tuple(Option(f"option {o + 1}", most, window) for o, (most, window) in enumerate(RATIOS))
    return Day(f"made up {use}-{seed:02d}", tuple(f"c{i}" for i in range(cars)), options, mixed, past_end=False), order


def _spread(most: int, window: int, count: int, cars: int, random: np.random.Generator) -> list[int]:
    """Random places for `count` cars such that any `window` successive places hold at most `most` of them."""
    slack = cars - 1 - ((count - 1) // most * window + (count - 1) % most)
    extra = np.diff(np.sort(random.integers(0, slack + 1, count)), prepend=0)
    places: list[int] = []
    for n in range(count):
        after = max(places[-1] + 1 if n else 0, places[n - most] + window if n >= most else 0)
        places.append(after + int(extra[n]))
    return places


def days(kind: str) -> dict[str, Day]:
    """Days of one kind by name: hard, easy, made_up or roadef."""
    if kind == "made_up":
        return {day.name: day for use in USES for seed in range(1, 11) for day, _ in [made_up(use, seed)]}
    if kind == "roadef":
        return {path.name: read_roadef(path) for path in sorted((shared() / "roadef2005").iterdir())}
    folder = shared() / "carseq" / {"hard": "hard9", "easy": "easy10"}[kind]
    return {path.stem: read_csplib(path) for path in sorted(folder.glob("*.txt"))}
