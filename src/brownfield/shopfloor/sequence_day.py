"""One day's cars before they have an order: options with their ratios, colours, work at the stations, and the day before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from brownfield.errors import CaseError, Problem, Where, shown

MOST_CARS = 20_000
"""Cars of one day: a line of 60 cars an hour builds fewer in a week."""

MOST_WEIGHT = 10**7
"""What one violation may weigh, and units of time that one car may take: totals of any day still count exactly in 64 bits."""

Ints = NDArray[np.int64]
Count = Literal["excess", "windows"]


def _empty() -> Ints:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Option:
    """At most `most` of any `window` successive cars may have it; `weight` is what one violation costs."""

    name: str
    most: int
    window: int
    weight: int = 1


@dataclass(frozen=True, eq=False)
class Day:
    """A day's cars in the order planned so far (row i is car i), and the cars of the day before, in the order of their building.

    has[car, option]: 0 or 1. colours[car]: number of its colour. times[car, station]: work, in whole units of time, as takt and
    lengths are. tail_has, tail_colours, tail_times: the same for the day before. What is left empty does not matter that day.

    count: what a ratio counts as violated. `excess`: over all windows, the cars beyond `most`. `windows`: the windows with any.
    A window is `window` successive positions with a car of this day among them; with `past_end` also one that reaches beyond its
    last car, where no car counts (so ROADEF 2005, with `excess`); without it only whole ones (so CSPLib). Windows that would begin
    before the first known car of the day before are left out.

    batch_limit: longest run of one colour, the last run of the day before counted in; None: no limit. A run of r cars needs
    (r - 1) // batch_limit washes inside it that should not be; an order without any is always preferred.

    Errors: CaseError with every problem at once (BF452, BF454 to BF457).
    """

    name: str
    cars: tuple[str, ...]
    options: tuple[Option, ...]
    has: Ints
    colours: Ints = field(default_factory=_empty)
    batch_limit: int | None = None
    colour_weight: int = 0
    tail_has: Ints = field(default_factory=_empty)
    tail_colours: Ints = field(default_factory=_empty)
    count: Count = "excess"
    past_end: bool = True
    stations: tuple[str, ...] = ()
    times: Ints = field(default_factory=_empty)
    tail_times: Ints = field(default_factory=_empty)
    takt: int = 0
    lengths: Ints = field(default_factory=_empty)
    overload_weight: int = 0

    def __post_init__(self) -> None:
        """Give every array its full shape, make it unchangeable, and refuse what makes no day."""
        if not self.cars:
            raise CaseError([_problem(self, "BF455", "cars", "no cars", "a day with at least one car", "leave the day out")])
        tail = max(len(self.tail_has), len(self.tail_colours), len(self.tail_times))
        shapes = {
            "has": (len(self.cars), len(self.options)),
            "colours": (len(self.cars),),
            "times": (len(self.cars), len(self.stations)),
            "tail_has": (tail, len(self.options)),
            "tail_colours": (tail,),
            "tail_times": (tail, len(self.stations)),
            "lengths": (len(self.stations),),
        }
        wrong: list[Problem] = []
        for name, shape in shapes.items():
            object.__setattr__(self, name, _whole(self, name, shape, wrong))
        if problems := wrong or list(_problems(self)):
            raise CaseError(problems)

    @property
    def tail(self) -> int:
        """Cars of the day before."""
        return len(self.tail_colours)

    @property
    def tail_run(self) -> int:
        """Cars of one colour at the very end of the day before."""
        run = 0
        while run < self.tail and self.tail_colours[self.tail - 1 - run] == self.tail_colours[-1]:
            run += 1
        return run


def _whole(day: Day, name: str, shape: tuple[int, ...], wrong: list[Problem]) -> Ints:
    """One array of a day as whole numbers, zeros where none are given; what is wrong with it goes to `wrong`."""
    given = np.asarray(getattr(day, name))
    if given.size == 0:
        values = np.zeros(shape, np.int64)
    elif given.shape != shape:
        wrong.append(_problem(day, "BF454", name, f"numbers for {given.shape}", f"for {shape}", "give one for each car"))
        values = np.zeros(shape, np.int64)
    elif given.dtype.kind in "iub" or (given.dtype.kind == "f" and bool(((np.abs(given) < 2**53) & (given % 1 == 0)).all())):
        values = given.astype(np.int64)
    else:
        wrong.append(_problem(day, "BF452", name, f"numbers such as {given.flat[0]}", "whole numbers", "choose a smaller unit"))
        values = np.zeros(shape, np.int64)
    values.setflags(write=False)
    return values


def _problem(day: Day, code: str, column: str, found: str, expected: str, fix: str, row: int | None = None) -> Problem:
    return Problem(code, Where(day.name, row, column), found, expected, fix)


def _problems(day: Day) -> Iterator[Problem]:
    """What makes no day, cars and options first."""
    if len(day.cars) > MOST_CARS:
        yield _problem(day, "BF456", "cars", f"{len(day.cars)} cars", f"at most {MOST_CARS} cars", "sequence one day at a time")
    for column, names in (("cars", day.cars), ("options", [option.name for option in day.options]), ("stations", day.stations)):
        for name, times in Counter(names).items():
            if times > 1:
                yield _problem(day, "BF457", column, f"{shown(name)} {times} times", "each name once", "rename all but one")
    for option in day.options:
        yield from _option_problems(day, option)
    yield from _number_problems(day)


def _option_problems(day: Day, option: Option) -> Iterator[Problem]:
    column = f"option {option.name}"
    if not 1 <= option.most <= option.window:
        fix = "write it as 1/3: at most 1 of 3 successive cars"
        yield _problem(day, "BF452", column, f"{option.most}/{option.window}", "p/q, whole numbers, p from 1 to q", fix)
    if not 0 <= option.weight <= MOST_WEIGHT:
        yield _problem(day, "BF452", column, f"a weight of {option.weight}", f"from 0 to {MOST_WEIGHT}", "choose a smaller unit")


def _number_problems(day: Day) -> Iterator[Problem]:
    bounds = {"has": (0, 1), "tail_has": (0, 1), "times": (0, MOST_WEIGHT), "tail_times": (0, MOST_WEIGHT), "lengths": (1, MOST_WEIGHT)}
    for column, (low, high) in bounds.items():
        values = getattr(day, column)
        bad = np.argwhere((values < low) | (values > high))
        for place in bad[:20]:
            found = str(values[tuple(place)])
            yield _problem(day, "BF452", column, found, f"from {low} to {high}", "correct the number", int(place[0]) + 1)
    singles = {"batch_limit": (day.batch_limit, 1), "colour_weight": (day.colour_weight, 0), "overload_weight": (day.overload_weight, 0)}
    if day.stations:
        singles["takt"] = (day.takt, 1)
    for column, (value, low) in singles.items():
        if value is not None and not low <= value <= MOST_WEIGHT:
            yield _problem(day, "BF452", column, str(value), f"from {low} to {MOST_WEIGHT}", "correct the number")
