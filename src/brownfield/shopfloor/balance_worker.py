"""CP-SAT on one line, in a process of its own: reads the line as JSON, writes each better balance and each better bound.

OR-Tools and HiGHS cannot live in one process, so nothing else imports this file. One JSON object on each line of the output:
{"value", "bound", "places"} with places as (station, person) of each block; the last one for a line has "end": what stopped it.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from itertools import pairwise
from typing import Any

from ortools.sat.python import cp_model

LINKED_ROWS = 400_000
"""Most rows that spell out an order station by station; above, one row compares two numbers of stations."""


class Floor:
    """The model of one line, and its variables."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self.asked = asked
        self.model = cp_model.CpModel()
        self.blocks = range(len(asked["times"]))
        self.people = asked["people"]
        self.there: dict[tuple[int, int, int], Any] = {}
        self.at: list[dict[int, Any]] = []
        self.staffed: dict[tuple[int, int], Any] = {}
        self.takt: Any = asked["takt"]
        for build in (self.places, self.order, self.side_by_side, self.times, self.apart, self.moves, self.aim, self.start):
            build()

    def places(self) -> None:
        """Each block is done at one station, by one of its people."""
        for block in self.blocks:
            at: dict[int, Any] = {}
            for s in self.asked["allowed"][block]:
                ways = [self.model.new_bool_var("") for _ in range(self.people[s])]
                self.there.update({(block, s, o): way for o, way in enumerate(ways)})
                at[s] = sum(ways)
            self.at.append(at)
            self.model.add_exactly_one(self.there[block, s, o] for s in at for o in range(self.people[s]))

    def order(self) -> None:
        """No block comes before one that it has to wait for."""
        pairs = self.asked["pairs"]
        stations = len(self.people)
        if len(pairs) * stations > LINKED_ROWS:
            where = [sum(s * way for s, way in at.items()) for at in self.at]
            for a, b in pairs:
                self.model.add(where[a] <= where[b])
            return
        for a, b in pairs:
            for s in range(max(self.at[a], default=0)):
                later = [way for place, way in self.at[b].items() if place <= s]
                if later:
                    self.model.add(sum(later) <= sum(way for place, way in self.at[a].items() if place <= s))

    def side_by_side(self) -> None:
        """Blocks that wait for one another are done by one person when they are at one station."""
        for a, b in self.asked["pairs"]:
            for s in set(self.at[a]) & set(self.at[b]):
                if self.people[s] > 1:
                    for o in range(self.people[s]):
                        others = [self.there[b, s, other] for other in range(self.people[s]) if other != o]
                        self.model.add(self.there[a, s, o] + sum(others) <= 1)

    def times(self) -> None:
        """No person has more to do than takt allows, on no car and on the average."""
        asked = self.asked
        work = defaultdict(list)
        for (block, s, o), way in self.there.items():
            work[s, o].append((block, way))
        if asked["aim"] == "takt":
            self.takt = self.model.new_int_var(asked["least"], asked["takt"], "takt")
        for (s, o), blocks in work.items():
            person = self.model.new_bool_var("")
            self.staffed[s, o] = person
            self.model.add_max_equality(person, [way for _, way in blocks])
            for d, factor in enumerate(asked["factors"]):
                load = sum(asked["times"][block][d] * way for block, way in blocks)
                if asked["aim"] == "takt":
                    self.model.add(asked["parts"] * load <= factor * self.takt)
                else:
                    self.model.add(load <= asked["limits"][d] * person)
            if o:
                self.model.add_implication(person, self.staffed[s, o - 1])

    def apart(self) -> None:
        """Blocks of a group that keeps apart are at different stations."""
        for group in self.asked["apart"]:
            for s in range(len(self.people)):
                ways = [self.at[block][s] for block in group if s in self.at[block]]
                if len(ways) > 1:
                    self.model.add(sum(ways) <= 1)

    def moves(self) -> None:
        """What moving tasks away from where they are done today costs, in units of money."""
        self.moved = sum(
            cost * way for block in self.blocks for s, way in self.at[block].items() if (cost := self.asked["moving"][block].get(str(s), 0))
        )
        if self.asked["budget"] is not None:
            self.model.add(self.moved <= self.asked["budget"])

    def aim(self) -> None:
        """What is to be least: stations, takt, or the cost of stations, people and moves."""
        asked = self.asked
        stations = [person for (_, o), person in sorted(self.staffed.items()) if o == 0]
        if asked["open_ended"]:
            for first, then in pairwise(stations):
                self.model.add_implication(then, first)
        if asked["aim"] == "stations":
            self.value = sum(stations)
            if asked["bound"] > 0:
                self.model.add(self.value >= asked["bound"])
        elif asked["aim"] == "takt":
            self.value = self.takt
        else:
            self.value = asked["station_cost"] * sum(stations) + asked["operator_cost"] * sum(self.staffed.values()) + self.moved
        self.model.minimize(self.value)

    def start(self) -> None:
        """Begin from a balance that is known, or from where tasks are done today."""
        for block, place in enumerate(self.asked["hint"]):
            for s in self.at[block]:
                for o in range(self.people[s]):
                    if place is not None:
                        self.model.add_hint(self.there[block, s, o], [s, o] == list(place))


class Teller(cp_model.CpSolverSolutionCallback):
    """Writes each better balance as soon as it is found."""

    def __init__(self, floor: Floor) -> None:
        super().__init__()
        self.floor = floor

    def on_solution_callback(self) -> None:
        """One more balance, better than those before."""
        places = {block: (s, o) for (block, s, o), way in self.floor.there.items() if self.value(way)}
        tell(value=round(self.objective_value), bound=self.best_objective_bound, places=[places[block] for block in self.floor.blocks])


def tell(**what: object) -> None:
    """One line of the answer."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def solve(asked: dict[str, Any]) -> None:
    """Solve one line, writing what is found."""
    begin = time.monotonic()
    floor = Floor(asked)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = asked["workers"]
    solver.parameters.random_seed = 1
    solver.parameters.max_time_in_seconds = max(0.1, asked["seconds"] - (time.monotonic() - begin))
    status = solver.solve(floor.model, Teller(floor))
    names = {cp_model.OPTIMAL: "proved", cp_model.INFEASIBLE: "infeasible", cp_model.MODEL_INVALID: "invalid"}
    known = status in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN)
    tell(end=names.get(status, "time"), bound=solver.best_objective_bound if known else None)


def main() -> None:
    """Solve the lines of the input, one on each line of text, until there are no more."""
    for text in sys.stdin:
        try:
            solve(json.loads(text))
        except Exception as error:  # the parent has to hear of it, whatever it is
            tell(end="error", trouble=f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
