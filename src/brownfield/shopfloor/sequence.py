"""The day's order: few violated ratios, colour changes and overload, by a fast local search from the order planned so far.

    result = sequence(day)                 # the same day, seed and moves: the same order, on any machine
    result.score, result.unavoidable       # what it costs, and what no order could avoid

The search needs the extra `line` (numba). Every result has been counted again by `sequence_score`, which shares nothing with it.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from brownfield.errors import BrownfieldError, CaseError, Problem, Where
from brownfield.shopfloor.sequence_bound import Unavoidable, unavoidable
from brownfield.shopfloor.sequence_day import Day, Ints
from brownfield.shopfloor.sequence_prove import prove
from brownfield.shopfloor.sequence_score import Score, score

if TYPE_CHECKING:
    from brownfield.shopfloor.sequence_kernel import Given, Now

MOVES_PER_CAR = 10_000
"""Moves tried for each car of the day when nothing else is said: seconds for a day of some hundred cars."""

PIECE = 20_000
"""Moves between two looks at the clock, with one temperature."""

BARS = 1 << 12
"""Different bars a move may have to pass."""

CHANCES = (450, 700, 800, 900, 950, 1000)
"""Of 1,000 moves, the first so many are swaps, then near swaps, insertions, reversals, shuffles, moves of a run of colour."""

HOT, COLD = 0.3, 0.08
"""First and last temperature, in the weight that is being settled."""

CYCLES = 4
"""Times that the moves are spread over, each from hot to cold: on hard days better than one long cooling."""

APART = 20
"""Weights further apart than this are settled one after the other, the heavier first."""


@dataclass(frozen=True)
class Sequence:
    """The best order found: `order[i]` is the row of the car built as number i, `score` what it costs.

    planned: what the order planned so far costs. bound: no order costs less. proved: this one costs no more than that.
    moves: moves tried. by_clock: the clock had a say in the order (N7); stopped_by: what ended the search.
    """

    day: Day
    order: Ints
    score: Score
    planned: Score
    unavoidable: Unavoidable
    bound: int
    seed: int
    moves: int
    seconds: float
    by_clock: bool
    stopped_by: Literal["bound", "moves", "time", "user"]

    @property
    def proved(self) -> bool:
        """No order is better."""
        return self.score.washes <= self.unavoidable.washes and self.score.total <= self.bound

    @property
    def cars(self) -> tuple[str, ...]:
        """Names of the cars in the order found."""
        return tuple(self.day.cars[int(car)] for car in self.order)


def sequence(
    day: Day,
    *,
    moves: int | None = None,
    seconds: float | None = None,
    seed: int = 1,
    proof: float = 0.0,
    on_progress: Callable[[int, int], None] | None = None,
) -> Sequence:
    """Look for the order of the day that costs least (`Score.total`), never with more washes than the planned one.

    moves: how many moves to try (default: 10,000 for each car). seconds: a limit by the clock; without `moves` as many are tried
    as fit (compiling, once on a machine, is not counted). Ends early when no order can be better. proof: work that CP-SAT
    may spend on finding a better order or proving that there is none, about seconds; it settles days of some tens of cars.
    on_progress(moves so far, best cost).

    Errors: BrownfieldError without the extra `line`; CaseError BF456 for weights whose total could not be counted exactly.
    """
    need_numba()
    least = unavoidable(day)
    search = _Search(day, least, seed)
    began = time.perf_counter()
    until = began + seconds if seconds is not None else None
    planned_moves = len(day.cars) * MOVES_PER_CAR if moves is None else moves
    lengths = search.timed(until) if moves is None and until is not None else split(planned_moves)
    search.run(lengths, until, on_progress)
    planned = score(day, np.arange(len(day.cars)))
    order = search.order()
    found = score(day, order)
    if (found.washes, found.total) > (planned.washes, planned.total):
        order, found = np.arange(len(day.cars)), planned
    elif found.total + found.washes * search.wash_weight != search.best_cost:
        raise BrownfieldError(f"{day.name}: the search reckons {search.best_cost}, the second reading {found.total}")
    bound = least.total
    if proof and found.washes == 0 and found.total > bound and (proved := prove(day, order, proof)):
        bound = max(bound, proved.bound)
        if proved.order is not None and score(day, proved.order).total < found.total:
            order, found = proved.order, score(day, proved.order)
    by_clock = (moves is None and seconds is not None) or search.stopped_by in ("time", "user")
    return Sequence(day, order, found, planned, least, bound, seed, search.made, time.perf_counter() - began, by_clock, search.stopped_by)


def split(moves: int) -> Iterator[int]:
    """A number of moves as lengths of coolings."""
    return (moves * (n + 1) // CYCLES - moves * n // CYCLES for n in range(CYCLES))


def need_numba() -> None:
    """Say what to install when the search cannot run."""
    if importlib.util.find_spec("numba") is None:
        raise BrownfieldError("sequencing needs the extra `line`: pip install 'brownfield[line]'")


class _Search:
    """Arrays of one search: kinds of car instead of cars, since cars that agree in everything are the same to the line."""

    def __init__(self, day: Day, least: Unavoidable, seed: int) -> None:
        from brownfield.shopfloor import sequence_kernel as kernel

        self.day, self.seed, self.kernel = day, seed, kernel
        has = np.concatenate([day.tail_has, day.has])
        colours = np.concatenate([day.tail_colours, day.colours])
        times = np.concatenate([day.tail_times, day.times])
        rows, kinds = np.unique(np.concatenate([colours[:, None], has, times], axis=1), axis=0, return_inverse=True)
        self.kinds = kinds.reshape(-1).astype(np.int64)
        self.wash_weight = _wash_weight(day)
        self.rows = rows
        self.given = self._given()
        self.now = self._now()
        self.enough = least.total + least.washes * self.wash_weight
        self.best_cost = self.cost = self._start_cost()
        self.made = 0
        self.stopped_by: Literal["bound", "moves", "time", "user"] = "moves"
        self._piece(self.now, 0, 1.0, -1)

    def _given(self) -> Given:
        day, options = self.day, len(self.day.options)
        positions = len(self.kinds)
        window = np.array([option.window for option in day.options], np.int64)
        low = np.maximum(0, day.tail - window + 1)
        high = np.full(options, positions) if day.past_end else np.maximum(low, positions - window + 1)
        draws = np.random.Generator(np.random.PCG64(0)).permutation(BARS)
        return self.kernel.Given(
            day.tail,
            np.ascontiguousarray(self.rows[:, 1 : 1 + options]),
            np.ascontiguousarray(self.rows[:, 0]),
            np.array([option.most for option in day.options], np.int64),
            window,
            np.array([option.weight for option in day.options], np.int64),
            low.astype(np.int64),
            high.astype(np.int64),
            day.count == "windows",
            day.colour_weight,
            day.batch_limit or positions + 1,
            self.wash_weight,
            np.ascontiguousarray(self.rows[:, 1 + options :]),
            day.takt,
            np.array(day.lengths),
            day.overload_weight,
            np.array(CHANCES if day.colour_weight or day.batch_limit else (*CHANCES[:4], 1000, 1000), np.int64),
            -np.log((draws + 0.5) / BARS),
        )

    def _now(self) -> Now:
        positions = len(self.kinds)
        stations, options = len(self.day.stations), len(self.day.options)
        now = self.kernel.Now(
            self.kinds.copy(),
            np.zeros((options, positions), np.int64),
            np.zeros((stations, positions), np.int64),
            np.zeros((stations, positions), np.int64),
            self.kinds.copy(),
            np.zeros(positions, np.int64),
            np.array([(self.seed * 0x9E3779B97F4A7C15 + 0x1234567) % 2**64 or 1], np.uint64),
        )
        self.kernel.fill(self.given, now)
        return now

    def _start_cost(self) -> int:
        planned = score(self.day, np.arange(len(self.day.cars)))
        return planned.total + planned.washes * self.wash_weight

    def timed(self, until: float) -> Iterator[int]:
        """Lengths of coolings that share the time evenly, each planned by the pace of those before; the first by a trial on a copy."""
        copy = self.kernel.Now(*(values.copy() for values in self.now))
        begin = time.perf_counter()
        self._piece(copy, PIECE, float(self.temperatures()[-1][1]), -1)
        pace, number, begin = PIECE / (time.perf_counter() - begin), 0, time.perf_counter()
        while (left := until - time.perf_counter()) > 0:
            yield max(PIECE, int(pace * left / max(1, CYCLES - number)))
            number += 1
            pace = max(1, self.made) / (time.perf_counter() - begin)

    def _piece(self, now: Now, moves: int, temperature: float, enough: int) -> tuple[int, int, int]:
        return self.kernel.search(self.given, now, temperature, moves, self.cost, self.best_cost, enough)

    def temperatures(self) -> list[tuple[float, float]]:
        """First and last temperature of each stage, heaviest weights first."""
        return [(HOT * level[0], COLD * level[-1]) for level in _levels(self.day)]

    def run(self, lengths: Iterable[int], until: float | None, on_progress: Callable[[int, int], None] | None) -> None:
        """Cool from stage to stage, once for each length in moves; what was best stays. Ctrl-C ends it with what there is."""
        try:
            for length in lengths:
                for temperature, moves in self._cooling(length):
                    if self.best_cost <= self.enough:
                        self.stopped_by = "bound"
                        return
                    if until is not None and time.perf_counter() > until:
                        self.stopped_by = "time"
                        return
                    self.cost, self.best_cost, done = self._piece(self.now, moves, temperature, self.enough)
                    self.made += done
                    if on_progress:
                        on_progress(self.made, self.best_cost)
            late = until is not None and time.perf_counter() > until
            self.stopped_by = "bound" if self.best_cost <= self.enough else "time" if late else "moves"
        except KeyboardInterrupt:
            self.stopped_by = "user"

    def _cooling(self, length: int) -> Iterator[tuple[float, int]]:
        """Temperatures of one cooling, and moves at each."""
        stages = self.temperatures()
        pieces = -(-length // PIECE)
        for piece in range(pieces):
            stage, part = divmod(piece * len(stages) / pieces, 1)
            hot, cold = stages[int(stage)]
            yield hot * (cold / hot) ** part, min(PIECE, length - piece * PIECE)

    def order(self) -> Ints:
        """The best sequence of kinds as rows of cars: cars of one kind in the order planned."""
        tail = self.day.tail
        waiting: dict[int, list[int]] = {}
        for car in range(len(self.day.cars) - 1, -1, -1):
            waiting.setdefault(int(self.kinds[tail + car]), []).append(car)
        return np.array([waiting[int(kind)].pop() for kind in self.now.best[tail:]], np.int64)


def _levels(day: Day) -> list[list[float]]:
    """Weights in groups that are settled together, heaviest first; overload weighs by how much work differs between cars."""
    weights = {float(option.weight) for option in day.options} | {float(day.colour_weight)}
    if day.stations:
        weights.add(day.overload_weight * float(day.times.std(axis=0).mean()))
    levels: list[list[float]] = []
    for weight in sorted(weights - {0.0}, reverse=True):
        if levels and levels[-1][-1] <= APART * weight:
            levels[-1].append(weight)
        else:
            levels.append([weight])
    return levels or [[1.0]]


def _wash_weight(day: Day) -> int:
    """More than anything else that an order can cost: a wash too many outweighs it all, and no number is chosen by hand."""
    if day.batch_limit is None:
        return 0
    cars = len(day.cars)
    most = sum(option.weight * (cars + option.window) * (option.window - option.most) for option in day.options)
    most += day.colour_weight * cars + day.overload_weight * int(day.times.sum())
    if most * cars > 2**62:
        where = Where(day.name, None, "weights")
        raise CaseError([Problem("BF456", where, f"costs up to {most}", f"at most {2**62 // cars}", "use smaller weights")])
    return most + 1
