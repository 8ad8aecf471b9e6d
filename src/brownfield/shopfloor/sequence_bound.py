"""What no order can avoid: violations of each ratio, colour changes, washes and overload, from counts alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from brownfield.shopfloor.sequence_day import Day


@dataclass(frozen=True)
class Unavoidable:
    """Least violations of each ratio (as the day counts them), colour changes, washes, overload of each station; their cost.

    Each is the least on its own; `total` weighs them together, and no order costs less (among orders with the least washes).
    """

    ratios: dict[str, int]
    changes: int
    washes: int
    overload: dict[str, int]
    total: int


def unavoidable(day: Day) -> Unavoidable:
    """A lower bound on everything that `score` counts, in time that grows with cars times options."""
    ratios = {option.name: _ratio(day, o) for o, option in enumerate(day.options)}
    washes = _washes(day)
    changes = _changes(day, washes)
    overload = {name: _overload(day, k) for k, name in enumerate(day.stations)}
    total = sum(option.weight * ratios[option.name] for option in day.options)
    total += day.colour_weight * changes + day.overload_weight * sum(overload.values())
    return Unavoidable(ratios, changes, washes, overload, total)


def _ratio(day: Day, index: int) -> int:
    """Least violations of one ratio p/q for its number of cars.

    Windows that begin q apart do not overlap: together they hold at most p cars each without a violation, and the positions that
    none of them covers hold the rest. Every car more is one too many, in each of the q families of such windows.
    """
    option = day.options[index]
    tail = [int(value) for value in day.tail_has[:, index]]
    wanted = int(day.has[:, index].sum())
    here, cars = len(tail), len(day.cars)
    q, total = option.window, 0
    first = max(0, here - q + 1)
    for offset in range(min(q, here + cars - first)):
        room, missed, start = 0, 0, first + offset
        room += max(0, start - here)
        while start < here + cars and (day.past_end or start + q <= here + cars):
            fixed = sum(tail[start : start + q])
            size = min(start + q, here + cars) - max(start, here)
            missed += max(0, fixed - option.most)
            room += min(size, max(0, option.most - fixed))
            start += q
        room += max(0, here + cars - max(start, here)) if not day.past_end else 0
        extra = missed + max(0, wanted - room)
        total += extra if day.count == "excess" else -(-extra // max(1, q - option.most))
    return total


def _washes(day: Day) -> int:
    """Least breaks of the batch limit: the cars of other colours can part the commonest colour's runs only so often."""
    if day.batch_limit is None:
        return 0
    least = 0
    for colour, number in Counter(day.colours.tolist()).items():
        others = len(day.cars) - number
        room = (others + 1) * day.batch_limit - _begun(day, colour, day.batch_limit)
        least = max(least, -(-(number - room) // day.batch_limit))
    return max(0, least)


def _begun(day: Day, colour: int, limit: int) -> int:
    """Cars of a colour at the very end of the day before, since the last wash: so many fewer may follow."""
    run = day.tail_run if day.tail and int(day.tail_colours[-1]) == colour else 0
    return (run - 1) % limit + 1 if run else 0


def _changes(day: Day, washes: int) -> int:
    """Least colour changes: each colour needs as many runs as the batch limit makes of its cars, and each run a change.

    The cars that lengthen the last run of the day before make none; without a day before, the first run makes none either.
    """
    runs = 0
    last = int(day.tail_colours[-1]) if day.tail else None
    for colour, number in Counter(day.colours.tolist()).items():
        limit = day.batch_limit if day.batch_limit is not None and not washes else number
        if colour == last:
            joined = number if day.batch_limit is None or washes else limit - _begun(day, colour, limit)
            number = max(0, number - joined)
        runs += -(-number // limit)
    return runs if day.tail else max(0, runs - 1)


def _overload(day: Day, station: int) -> int:
    """Least overload: cars longer than the station, or the day's work beyond the time that its cars stay within reach."""
    times = [int(t) for t in day.times[:, station]]
    length = int(day.lengths[station])
    single = sum(max(0, time - length) for time in times)
    within = (len(times) - 1) * day.takt + length
    return max(single, sum(times) - within)
