"""One run of the balance: the search for pure lines, CP-SAT for all others, and what they came to in seconds and millions."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from brownfield.shopfloor import balance_pure as pure_line
from brownfield.shopfloor import balance_sat as sat
from brownfield.shopfloor.balance import Aim, Balance, Status, Told
from brownfield.shopfloor.balance_bounds import Ints
from brownfield.shopfloor.balance_form import Form
from brownfield.shopfloor.inputs import Place

RELAXED = 0.2
"""Share of the time that goes into the bound of a line whose side rules are left out."""

MEMORY = 1 << 28
"""Bytes that its states may take."""


@dataclass
class Run:
    """What is asked of one run: a line, an aim, the clock."""

    form: Form
    aim: Aim
    begin: float
    end: float
    budget: float | None
    on_progress: Told | None
    workers: int

    @property
    def left(self) -> float:
        """Seconds left."""
        return max(0.0, self.end - time.monotonic())

    def warm(self) -> None:
        """Compile the inner loops, which costs seconds the first time on a machine: these do not count."""
        begin = time.monotonic()
        pure_line.warm(self.form.times.shape[1])
        self.end += time.monotonic() - begin

    def tell(self, value: float, bound: float) -> None:
        """Pass on a better balance."""
        if self.on_progress:
            self.on_progress(time.monotonic() - self.begin, value, bound)

    def made(self, status: Status, value: float | None, bound: float | None, places: sat.Places | None, engine: str, end: str) -> Balance:
        """The balance with these places of the blocks; value and bound in units of the aim."""
        form, line = self.form, self.form.line
        assignment = {}
        for block, (station, person) in enumerate(places or ()):
            assignment.update({line.tasks[task]: Place(line.places[station], person + 1) for task in form.members[block]})
        takt = value if self.aim == "takt" and value is not None else line.takt
        stopped = "proof" if status in ("proved", "infeasible") else end
        order = {task: assignment[task] for task in line.tasks} if assignment else {}
        return Balance(line, self.aim, status, value, bound, takt, order, time.monotonic() - self.begin, engine, stopped)  # type: ignore[arg-type]


def without_side_rules(run: Run) -> Balance:
    """A line where times and order are all there is, by the search."""
    form, stations = run.form, len(run.form.line.stations)
    run.warm()
    if run.aim == "stations":
        found = pure_line.fewest_stations(form.pure(form.takt), run.left, told=run.tell)
        if stations and found.stations > stations:
            status: Status = "infeasible" if found.bound > stations else "none_found"
            return run.made(status, None, found.bound, None, "search", "time")
        status = "proved" if found.stations == found.bound else "feasible"
        return run.made(status, found.stations, found.bound, _in_order(found.station_of), "search", "time")
    best = pure_line.shortest_takt(form, stations, run.left, run.tell)
    status = "proved" if best.value == best.bound else "feasible"
    return run.made(status, best.value / form.unit, best.bound / form.unit, _in_order(best.station_of), "search", "time")


def _in_order(station_of: Ints) -> sat.Places:
    return [(int(station), 0) for station in station_of]


def with_side_rules(run: Run) -> Balance:
    """A line with zones, tools, people side by side, groups or moves: by CP-SAT, bounded by the same line without all that."""
    form = run.form
    scale = form.unit if run.aim == "takt" else sat.MONEY if run.aim == "cost" else 1
    takt = form.takt_of_one if run.aim == "takt" else form.takt
    bound = _relaxed(run)
    asked = sat.question(form, run.aim, takt, bound, _today(form), run.budget)
    answer = sat.ask(asked, run.left, run.workers, lambda value, least: run.tell(value / scale, max(least, bound) / scale))
    least = max(answer.bound or 0, bound)
    if answer.places is None or answer.value is None:
        status: Status = "infeasible" if answer.end == "infeasible" else "none_found"
        return run.made(status, None, least / scale if status == "none_found" else None, None, "cp_sat", answer.end)
    status = "proved" if answer.end == "proved" or least >= answer.value else "feasible"
    if status == "proved":
        least = answer.value
    return run.made(status, answer.value / scale, least / scale, answer.places, "cp_sat", answer.end)


def _relaxed(run: Run) -> int:
    """Stations or units of takt that the line needs even if only times and order counted.

    Only for stations with one person each: where people work side by side, a line may be shorter than one of single persons.
    """
    form, stations = run.form, run.form.line.stations
    if run.aim == "cost" or any(station.operators > 1 for station in stations):
        return 0
    run.warm()
    if run.aim == "stations":
        return pure_line.fewest_stations(form.pure(form.takt), run.left * RELAXED, MEMORY).bound
    return pure_line.shortest_takt(form, len(stations), run.left * RELAXED, memory=MEMORY).bound


def _today(form: Form) -> list[tuple[int, int] | None]:
    """Where each block is done today, as far as it may stay there."""
    now = np.array(form.line.now)
    places: list[tuple[int, int] | None] = []
    for tasks, allowed in zip(form.members, form.allowed, strict=True):
        station = int(now[list(tasks)].max())
        places.append((station, 0) if station in allowed else None)
    return places
