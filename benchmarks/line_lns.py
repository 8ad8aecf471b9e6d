"""The competitor for the order of a day: large neighbourhood search with CP-SAT.

A stretch of the day, often around a violation, or places all over it, is set free; CP-SAT finds the best cars for them from those
that stand there; the rest stays. The stretch grows while CP-SAT finishes in time and shrinks when it does not.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from brownfield.shopfloor.sequence_day import Day, Ints
from brownfield.shopfloor.sequence_score import score

SLICE = 0.5
"""Seconds that CP-SAT may spend on one stretch."""


def by_lns(day: Day, seconds: float, seed: int = 1) -> Ints:
    """The best order found in so many seconds, from the planned one; days with stations are not for it."""
    assert not day.stations
    began, random = time.perf_counter(), np.random.default_rng(seed)
    order = np.arange(len(day.cars))
    best, size = score(day, order), 12.0
    while (left := began + seconds - time.perf_counter()) > 0.05 and best.total > 0:
        free = chosen(day, best.ratios, int(size), random)
        found, finished = settle(day, order, free, min(SLICE, left))
        size = min(len(day.cars), size * 1.1) if finished else max(4.0, size * 0.85)
        if found is not None and (again := score(day, found)).total <= best.total:
            order, best = found, again
    return order


def chosen(day: Day, ratios: Any, size: int, random: np.random.Generator) -> list[int]:
    """Positions to set free: around a violated window, anywhere in a row, or all over the day."""
    cars = len(day.cars)
    size, way = min(size, cars), random.random()
    if way < 0.3:
        return sorted(random.choice(cars, size, replace=False).tolist())
    starts = [start for ratio in ratios if ratio.option.weight for start in ratio.starts]
    middle = int(random.choice(starts)) if starts and way < 0.7 else int(random.integers(cars))
    first = min(max(0, middle - size // 2), cars - size)
    return list(range(first, first + size))


def settle(day: Day, order: Ints, free: list[int], seconds: float) -> tuple[Ints | None, bool]:
    """The best order with the cars at the free positions put anew among these, and whether it is proved to be."""
    model = cp_model.CpModel()
    rows = [(int(day.colours[car]), *day.has[car].tolist()) for car in order]
    kinds = sorted({rows[i] for i in free})
    number = Counter(rows[i] for i in free)
    here: list[Any] = [None] * len(order)
    for i in free:
        here[i] = {kind: model.new_bool_var("") for kind in kinds}
        model.add_exactly_one(here[i].values())
        for kind in kinds:
            model.add_hint(here[i][kind], kind == rows[i])
    for kind in kinds:
        model.add(sum(here[i][kind] for i in free) == number[kind])

    def mark(i: int, column: int, value: int) -> Any:
        if here[i] is None:
            return int(rows[i][column] == value)
        return sum(chosen for kind, chosen in here[i].items() if kind[column] == value)

    model.minimize(sum(_ratio_costs(model, day, free, mark)) + sum(_paint_costs(model, day, rows, free, mark)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, False
    waiting = {kind: [int(order[i]) for i in free if rows[i] == kind] for kind in kinds}
    found = order.copy()
    for i in free:
        found[i] = waiting[next(kind for kind in kinds if solver.value(here[i][kind]))].pop()
    return found, status == cp_model.OPTIMAL


def _ratio_costs(model: Any, day: Day, free: list[int], mark: Any) -> list[Any]:
    """Costs of the windows that hold a free position."""
    cars, costs = len(day.cars), []
    for o, option in enumerate(day.options):
        if not option.weight:
            continue
        ends = range(cars, cars + option.window - 1) if day.past_end else range(0)
        touched = {s for i in free for s in range(max(-day.tail, i - option.window + 1), i + 1)}
        for start in sorted(touched):
            last = start + option.window - 1
            if last >= cars and last not in ends:
                continue
            reach = [
                int(day.tail_has[day.tail + i, o]) if i < 0 else mark(i, o + 1, 1) for i in range(start, min(start + option.window, cars))
            ]
            extra = model.new_int_var(0, option.window, "")
            model.add(sum(reach) - option.most <= extra)
            costs.append(option.weight * extra)
    return costs


def _paint_costs(model: Any, day: Day, rows: list[Any], free: list[int], mark: Any) -> list[Any]:
    """Costs of colour changes at the free positions and behind them; runs that hold one keep the batch limit."""
    cars, costs = len(day.cars), []
    colours = sorted({row[0] for row in rows})

    def shade(i: int, colour: int) -> Any:
        return int(day.tail_colours[day.tail + i] == colour) if i < 0 else mark(i, 0, colour)

    if day.batch_limit is not None:
        for start in sorted({s for i in free for s in range(max(-day.tail, i - day.batch_limit), i + 1)}):
            if start + day.batch_limit < cars:
                for colour in colours:
                    run = [shade(i, colour) for i in range(start, start + day.batch_limit + 1)]
                    model.add(sum(run) <= day.batch_limit)
    if day.colour_weight:
        for i in sorted({i for at in free for i in (at, at + 1) if i < cars and (i > 0 or day.tail)}):
            change = model.new_bool_var("")
            for colour in colours:
                model.add(shade(i, colour) - shade(i - 1, colour) <= change)
            costs.append(day.colour_weight * change)
    return costs
