"""The balance of a line: which task is done where, so that stations, takt or costs are least, with the proof."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Literal

from brownfield.errors import BrownfieldError, CaseError
from brownfield.shopfloor.inputs import Line, Place
from brownfield.shopfloor.verify import verify

Aim = Literal["stations", "takt", "cost"]
"""stations: the fewest that do for the takt; takt: the shortest for the stations that there are; cost: the least for staffed
stations, people and moved tasks, at the takt and the stations that there are."""

Status = Literal["proved", "feasible", "infeasible", "none_found"]
"""proved: no balance is better; feasible: a checked balance, and no other is better than the bound; infeasible: proved that
there is none; none_found: stopped before one was found."""

Told = Callable[[float, float, float], None]
"""What is called with seconds, value and bound whenever a better balance is found."""


@dataclass(frozen=True)
class Balance:
    """Who does what on a line, and how much better any other balance could be.

    value, bound: stations, seconds of takt, or millions, as aimed at; None: there is none. takt: seconds that the balance
    keeps. assignment: place of each task. engine: what found it; by_clock: another run may find another one.
    """

    line: Line = field(repr=False)
    aim: Aim
    status: Status
    value: float | None
    bound: float | None
    takt: float
    assignment: Mapping[str, Place] = field(repr=False)
    seconds: float
    engine: str
    stopped_by: Literal["proof", "time", "user", "memory"]

    @property
    def by_clock(self) -> bool:
        """Whether the clock had a say in it."""
        return self.stopped_by != "proof"

    @property
    def gap(self) -> float | None:
        """By what share of the value another balance could be better at the most."""
        if self.value is None or self.bound is None:
            return None
        return 0.0 if self.value <= self.bound else (self.value - self.bound) / abs(self.value)

    @property
    def stations(self) -> int:
        """How many stations are staffed."""
        return len({place.station for place in self.assignment.values()})

    @property
    def operators(self) -> int:
        """How many people work at them."""
        return len(set(self.assignment.values()))

    @property
    def moved(self) -> tuple[str, ...]:
        """Tasks that are done elsewhere than today."""
        line = self.line
        return tuple(
            task for t, task in enumerate(line.tasks)
            if line.now[t] >= 0 and task in self.assignment and line.places[line.now[t]] != self.assignment[task].station
        )  # fmt: skip

    @property
    def cost(self) -> float:
        """Millions for staffed stations, people and moved tasks."""
        moves = sum(self.line.move_cost[self.line.tasks.index(task)] for task in self.moved)
        return self.line.station_cost * self.stations + self.line.operator_cost * self.operators + moves


def balance(
    line: Line,
    aim: Aim = "stations",
    time_limit: float = 60.0,
    move_budget: float | None = None,
    on_progress: Told | None = None,
    workers: int = 1,
) -> Balance:
    """Share out the work of a line.

    aim: what is to be least. time_limit: seconds. move_budget: most millions for moved tasks (None: no limit). workers:
    threads, where CP-SAT is needed. Raises CaseError when the line cannot be meant, BrownfieldError when a package is
    missing or a balance fails its second reading.
    """
    if find_spec("numba") is None:
        raise BrownfieldError("The balance of a line needs numba. Install it with: pip install 'brownfield[line]'")
    from brownfield.shopfloor.balance_form import form_of
    from brownfield.shopfloor.balance_run import Run, with_side_rules, without_side_rules
    from brownfield.shopfloor.inputs_check import MOST_WITH_RULES, too_many, usable

    begin = time.monotonic()
    form = form_of(usable(line, any_takt=aim == "takt"))
    if aim == "takt" and not line.stations:
        raise BrownfieldError("The shortest takt needs stations: give them, or say how many there are.")
    run = Run(form, aim, begin, begin + time_limit, move_budget, on_progress, workers)
    if form.never_fits(form.takt_of_one if aim == "takt" else form.takt):
        return run.made("infeasible", None, None, None, "check", "proof")
    pure = form.is_pure and aim != "cost" and move_budget is None
    if not pure and len(line.tasks) > MOST_WITH_RULES:
        raise CaseError([too_many(line, MOST_WITH_RULES)])
    made = without_side_rules(run) if pure else with_side_rules(run)
    wrong = verify(line, made.assignment, made.takt) if made.assignment else []
    if wrong:
        raise BrownfieldError(f"A balance did not pass its second reading: {wrong[0].where.column} {wrong[0].found}. This is our mistake.")
    return made
