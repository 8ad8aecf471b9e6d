"""A proof that no order of a day is better, for small days: CP-SAT, in a process of its own.

It cannot share one with HiGHS. So this file is run by its path, reads a day's numbers from its input as JSON, writes what it found
to its output, and imports nothing of the project when it is run so.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brownfield.shopfloor.sequence_day import Day, Ints

MOST_VARIABLES = 300_000
"""Cars times kinds of car: beyond, the proof would begin with minutes of building."""

GRACE = 120.0
"""Seconds, beyond ten times the work asked for, after which the process is given up."""


@dataclass(frozen=True)
class Proof:
    """What the solver came to: no order without a wash costs less than `bound`; `order`: the best it found.

    work: units of deterministic work allowed, about seconds; the same work gives the same bound (N7).
    """

    bound: int
    order: Ints | None
    proved: bool
    work: float


def prove(day: Day, order: Ints, work: float) -> Proof | None:
    """Ask CP-SAT for a better order than this one, or for the proof that there is none; None when the day is too large for it.

    Only orders without a wash are looked at, and only after a day that kept the batch limit. Errors: BrownfieldError without the
    extra `line`, or when the process fails.
    """
    import numpy as np

    from brownfield.errors import BrownfieldError

    if importlib.util.find_spec("ortools") is None:
        raise BrownfieldError("a proof needs the extra `line`: pip install 'brownfield[line]'")
    task, kinds = as_task(day, order, work)
    if len(task["counts"]) * len(day.cars) > MOST_VARIABLES or (day.batch_limit and day.tail_run > day.batch_limit):
        return None
    command = [sys.executable, "-P", str(Path(__file__).resolve())]
    try:
        done = subprocess.run(command, input=json.dumps(task), capture_output=True, text=True, check=True, timeout=10 * work + GRACE)
    except subprocess.SubprocessError as error:
        raise BrownfieldError(f"{day.name}: the proof failed: {getattr(error, 'stderr', '') or error}") from error
    answer = json.loads(done.stdout)
    if answer["sequence"] is None:
        return Proof(answer["bound"], None, answer["proved"], work)
    waiting = {kind: [car for car in range(len(day.cars)) if kinds[car] == kind] for kind in set(kinds)}
    found = np.array([waiting[kind].pop(0) for kind in answer["sequence"]], np.int64)
    return Proof(answer["bound"], found, answer["proved"], work)


def as_task(day: Day, order: Ints, work: float) -> tuple[dict[str, Any], list[int]]:
    """The day as plain numbers, cars that agree in everything as one kind; the kind of each car."""
    rows = [(int(day.colours[i]), *day.has[i].tolist(), *day.times[i].tolist()) for i in range(len(day.cars))]
    kinds = {row: number for number, row in enumerate(sorted(set(rows)))}
    of_car = [kinds[row] for row in rows]
    options = len(day.options)
    task = {
        "counts": [Counter(of_car)[kind] for kind in range(len(kinds))],
        "colours": [row[0] for row in kinds],
        "has": [row[1 : 1 + options] for row in kinds],
        "times": [row[1 + options :] for row in kinds],
        "ratios": [(option.most, option.window, option.weight) for option in day.options],
        "tail_has": day.tail_has.tolist(),
        "tail_colours": day.tail_colours.tolist(),
        "tail_times": day.tail_times.tolist(),
        "by_windows": day.count == "windows",
        "past_end": day.past_end,
        "batch_limit": day.batch_limit,
        "colour_weight": day.colour_weight,
        "takt": day.takt,
        "lengths": day.lengths.tolist(),
        "overload_weight": day.overload_weight,
        "sequence": [of_car[int(car)] for car in order],
        "work": work,
    }
    return task, of_car


class _Model:
    """The day as a CP-SAT model: `here[position][kind]` is true for the kind built there."""

    def __init__(self, task: dict[str, Any]) -> None:
        from ortools.sat.python import cp_model

        self.task, self.model = task, cp_model.CpModel()
        self.cars, self.kinds = sum(task["counts"]), len(task["counts"])
        self.here = [[self.model.new_bool_var("") for _ in range(self.kinds)] for _ in range(self.cars)]
        for row in self.here:
            self.model.add_exactly_one(row)
        for kind, count in enumerate(task["counts"]):
            self.model.add(sum(row[kind] for row in self.here) == count)
        for position, kind in enumerate(task["sequence"]):
            for other in range(self.kinds):
                self.model.add_hint(self.here[position][other], other == kind)
        self.costs: list[Any] = []
        for option in range(len(task["ratios"])):
            self.add_ratio(option)
        self.add_paint()
        for station in range(len(task["lengths"])):
            self.add_overload(station)
        self.model.minimize(sum(self.costs))

    def add_ratio(self, option: int) -> None:
        """One cost for each window of an option."""
        most, window, weight = self.task["ratios"][option]
        marks: list[Any] = [row[option] for row in self.task["tail_has"]]
        before = len(marks)
        marks += [sum(row[kind] for kind in range(self.kinds) if self.task["has"][kind][option]) for row in self.here]
        for start in range(max(0, before - window + 1), len(marks)):
            if start + window > len(marks) and not self.task["past_end"]:
                break
            reach = marks[start : start + window]
            room = len(reach) - most
            if room <= 0 or not weight:
                continue
            extra = self.model.new_bool_var("") if self.task["by_windows"] else self.model.new_int_var(0, room, "")
            self.model.add(sum(reach) <= most + (room if self.task["by_windows"] else 1) * extra)
            self.costs.append(weight * extra)

    def add_paint(self) -> None:
        """Colour changes, and no run longer than the batch limit."""
        limit, weight = self.task["batch_limit"], self.task["colour_weight"]
        colours = sorted(set(self.task["colours"]))
        shade = {c: [sum(row[k] for k in range(self.kinds) if self.task["colours"][k] == c) for row in self.here] for c in colours}
        tail = self.task["tail_colours"]
        if limit is not None:
            for colour in colours:
                marks: list[Any] = [int(c == colour) for c in tail[-limit:]] + shade[colour]
                for start in range(len(marks) - limit):
                    self.model.add(sum(marks[start : start + limit + 1]) <= limit)
        if not weight:
            return
        for position in range(self.cars):
            if position == 0 and not tail:
                continue
            change = self.model.new_bool_var("")
            for colour in colours:
                last = shade[colour][position - 1] if position else int(tail[-1] == colour)
                self.model.add(shade[colour][position] - last <= change)
            self.costs.append(weight * change)

    def add_overload(self, station: int) -> None:
        """Where the worker of a station begins each car, and what he cannot finish."""
        takt, length, weight = self.task["takt"], self.task["lengths"][station], self.task["overload_weight"]
        begin = 0
        for row in self.task["tail_times"]:
            begin = max(0, min(begin + row[station], length) - takt)
        at: Any = begin
        longest = max(times[station] for times in self.task["times"])
        for row in self.here:
            time = sum(self.task["times"][kind][station] * row[kind] for kind in range(self.kinds))
            extra, then = self.model.new_int_var(0, longest + length, ""), self.model.new_int_var(0, max(0, length - takt), "")
            self.model.add(at + time - extra <= length)
            self.model.add(then >= at + time - extra - takt)
            self.costs.append(weight * extra)
            at = then

    def solve(self) -> dict[str, Any]:
        """Solve within the work allowed, by one worker with a fixed seed: the same answer each time."""
        from ortools.sat.python import cp_model

        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_deterministic_time = self.task["work"]
        status = solver.solve(self.model)
        found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
        chosen = [next(k for k in range(self.kinds) if solver.value(row[k])) for row in self.here] if found else None
        bound = 0 if status == cp_model.INFEASIBLE else int(-(-solver.best_objective_bound // 1))
        return {"bound": bound, "sequence": chosen, "proved": status == cp_model.OPTIMAL}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_Model(json.load(sys.stdin)).solve()))
