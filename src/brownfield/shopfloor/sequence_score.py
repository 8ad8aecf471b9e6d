"""What an order costs, reckoned from the definitions alone: the second reading that every sequence found must agree with.

It shares nothing with the search but the day itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brownfield.errors import BrownfieldError
from brownfield.shopfloor.sequence_day import Day, Ints, Option


@dataclass(frozen=True)
class Broken:
    """How often one ratio is violated, by both counts, and where: the first position (from 1) of each violated window.

    excess: over all windows, cars beyond the ratio; windows: windows with any. Positions up to 0 are the day before's.
    """

    option: Option
    cars: int
    excess: int
    windows: int
    starts: tuple[int, ...]


@dataclass(frozen=True)
class Score:
    """What an order costs: `total` = weights times violations, colour changes and overload; washes are counted apart.

    changes: cars of another colour than the car before. washes: breaks of the batch limit (0 in an order that may be painted).
    overload[station]: units of time of work that its worker cannot finish within the station.
    """

    ratios: tuple[Broken, ...]
    changes: int
    washes: int
    overload: dict[str, int]
    total: int

    @property
    def violations(self) -> int:
        """Cars beyond the ratios, over all windows and options."""
        return sum(ratio.excess for ratio in self.ratios)


def score(day: Day, order: Ints) -> Score:
    """Count everything in an order of the day: `order[i]` is the row of the car built as number i.

    Overload at a station of length L: the worker begins the car at a = max(0, min(a' + t', L) - takt), where a' and t' are where he
    began the car before and its work; work beyond L, a + t - L, is overload, done by somebody else (closed stations).

    Errors: BrownfieldError when the order is not all of the day's cars, each once.
    """
    if sorted(int(car) for car in order) != list(range(len(day.cars))):
        raise BrownfieldError(f"{day.name}: the order does not name each of the {len(day.cars)} cars exactly once")
    has = np.concatenate([day.tail_has, day.has[order]])
    ratios = tuple(_ratio(day, o, has[:, o]) for o in range(len(day.options)))
    colours = [int(colour) for colour in np.concatenate([day.tail_colours, day.colours[order]])]
    changes = sum(1 for i in range(max(day.tail, 1), len(colours)) if colours[i] != colours[i - 1])
    work = np.concatenate([day.tail_times, day.times[order]])
    overload = {name: _overload(day, k, [int(t) for t in work[:, k]]) for k, name in enumerate(day.stations)}
    counted = [ratio.excess if day.count == "excess" else ratio.windows for ratio in ratios]
    total = sum(option.weight * number for option, number in zip(day.options, counted, strict=True))
    total += day.colour_weight * changes + day.overload_weight * sum(overload.values())
    return Score(ratios, changes, _washes(day, colours), overload, total)


def _ratio(day: Day, index: int, has: Ints) -> Broken:
    option = day.options[index]
    excess, starts = 0, []
    for start in range(max(0, day.tail - option.window + 1), len(has)):
        whole = start + option.window <= len(has)
        if not whole and not day.past_end:
            break
        extra = int(has[start : start + option.window].sum()) - option.most
        if extra > 0:
            excess += extra
            starts.append(start - day.tail + 1)
    return Broken(option, int(day.has[:, index].sum()), excess, len(starts), tuple(starts))


def _washes(day: Day, colours: list[int]) -> int:
    """Breaks of the batch limit: a run of r cars has (r - 1) // limit of them; those wholly before this day are not counted."""
    if day.batch_limit is None:
        return 0
    total, run = 0, 0
    for i, colour in enumerate(colours):
        run = run + 1 if i and colour == colours[i - 1] else 1
        total += i >= day.tail and run > 1 and (run - 1) % day.batch_limit == 0
    return total


def _overload(day: Day, station: int, work: list[int]) -> int:
    length = int(day.lengths[station])
    at, total = 0, 0
    for i, time in enumerate(work):
        end = at + time
        if i >= day.tail:
            total += max(0, end - length)
        at = max(0, min(end, length) - day.takt)
    return total
