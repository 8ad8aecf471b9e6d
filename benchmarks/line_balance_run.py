"""One line, one engine, one process: reads what is asked from the command line, prints value, bound and CPU seconds.

Engines other than ours go by the clock on the wall, which on a busy machine says little. They get far more of it than they need,
print what they find as they find it, and are ended by the system when their CPU seconds are used up.
"""

import json
import math
import resource
import sys
from pathlib import Path

from brownfield.shopfloor.inputs import Line
from brownfield.shopfloor.readers import read_line

WALL = 50
"""Times their CPU seconds that engines by the clock may run at the most."""


def brownfield(line: Line, stations: int, seconds: float) -> tuple[float | None, float | None]:
    """Our own balance."""
    import time

    from brownfield.shopfloor.balance import balance

    time.monotonic = time.process_time  # our own seconds are CPU seconds: the machine may be busy with other things
    made = balance(line.with_stations(stations), "takt", seconds) if stations else balance(line, "stations", seconds)
    return made.value, made.bound


def cp_sat(line: Line, stations: int, seconds: float) -> tuple[float | None, float | None]:
    """The textbook model: a place for each task, an order of places, as much work at a place as takt allows."""
    from ortools.sat.python import cp_model

    times, takt = line.seconds[:, 0].astype(int).tolist(), int(line.takt)
    most = stations or greedy(line)
    model = cp_model.CpModel()
    there = [[model.new_bool_var("") for _ in range(most)] for _ in times]
    for ways in there:
        model.add_exactly_one(ways)
    where = [sum(s * way for s, way in enumerate(ways)) for ways in there]
    for a, b in line.pairs:
        model.add(where[a] <= where[b])
    limit = model.new_int_var(max(times), sum(times), "takt") if stations else takt
    for s in range(most):
        model.add(sum(time * ways[s] for time, ways in zip(times, there, strict=True)) <= limit)
    value = limit if stations else model.new_int_var(-(-sum(times) // takt), most, "stations")
    if not stations:
        for place in where:
            model.add(place <= value - 1)
    model.minimize(value)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.max_time_in_seconds = 1, WALL * seconds

    class Teller(cp_model.CpSolverSolutionCallback):
        """Prints what was found."""

        def on_solution_callback(self) -> None:
            """One more solution."""
            tell(self.objective_value, self.best_objective_bound)

    end_after(seconds)
    status = solver.solve(model, Teller())
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return (solver.objective_value if found else None), solver.best_objective_bound


def greedy(line: Line) -> int:
    """Stations that a simple rule needs: always the task with most work behind it that fits."""
    import numpy as np

    times, takt = line.seconds[:, 0], line.takt
    before = {task: {a for a, b in line.pairs if b == task} for task in range(len(times))}
    rank = times.copy()
    for _ in range(len(times)):
        new = times + np.array([max((rank[b] for a, b in line.pairs if a == task), default=0.0) for task in range(len(times))])
        if np.array_equal(new, rank):
            break
        rank = new
    done: set[int] = set()
    used, left = 1, takt
    while len(done) < len(times):
        can = [task for task in range(len(times)) if task not in done and before[task] <= done and times[task] <= left]
        if can:
            task = max(can, key=lambda task: (rank[task], -task))
            done.add(task)
            left -= times[task]
        else:
            used, left = used + 1, takt
    return used


def cabs(line: Line, _: int, seconds: float) -> tuple[float | None, float | None]:
    """DIDP: tasks are put one by one into the open station, or a new one is opened; complete anytime beam search."""
    import didppy as dp

    times, takt = line.seconds[:, 0].astype(int).tolist(), int(line.takt)
    model = dp.Model(maximize=False, float_cost=False)
    tasks = model.add_object_type(number=len(times))
    todo = model.add_set_var(object_type=tasks, target=list(range(len(times))))
    left = model.add_int_resource_var(target=0, less_is_better=False)
    time = model.add_int_table(times)
    before = model.add_set_table([{a for a, b in line.pairs if b == t} for t in range(len(times))], object_type=tasks)
    model.add_base_case([todo.is_empty()])
    for task in range(len(times)):
        ready = [todo.contains(task), (todo & before[task]).is_empty(), time[task] <= left]
        model.add_transition(
            dp.Transition(name=str(task), cost=dp.IntExpr.state_cost(), preconditions=ready,
                          effects=[(todo, todo.remove(task)), (left, left - time[task])])
        )  # fmt: skip
    none_fits = [
        ~todo.contains(t) | (time[t] > left) | ~(todo & before[t]).is_empty() for t in range(len(times))
    ]  # fmt: skip
    opened = dp.Transition(name="open", cost=dp.IntExpr.state_cost() + 1, effects=[(left, takt)], preconditions=none_fits)
    model.add_transition(opened, forced=True)
    twice = model.add_int_table([2 if 2 * t > takt else 1 if 2 * t == takt else 0 for t in times])
    thirds = model.add_int_table(
        [6 if 3 * t > 2 * takt else 4 if 3 * t == 2 * takt else 3 if 3 * t > takt else 2 if 3 * t == takt else 0 for t in times]
    )
    model.add_dual_bound(-((left - time[todo]) // takt))
    model.add_dual_bound((twice[todo] + 1) // 2 - (2 * left >= takt).if_then_else(1, 0))
    model.add_dual_bound((thirds[todo] + 5) // 6 - (3 * left >= takt).if_then_else(1, 0))
    search = dp.CABS(model, time_limit=WALL * seconds, threads=1, quiet=True)
    end_after(seconds)
    over = False
    while not over:
        solution, over = search.search_next()
        found = [None if one is None else float(one) for one in (solution.cost, solution.best_bound)]
        tell(*found)
    return found[0], found[1]


ENGINES = {"brownfield": brownfield, "cp_sat": cp_sat, "cabs": cabs}


def used() -> float:
    """CPU seconds of this process and of all that it started."""
    times = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in times)


def end_after(seconds: float) -> None:
    """Let the system end this process after so many more CPU seconds."""
    limit = math.ceil(used() + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))


def tell(value: float | None, bound: float | None) -> None:
    """Print what is known so far."""
    found = {"value": "" if value is None else value, "bound": "" if bound is None else bound, "cpu": round(used(), 2)}
    print(json.dumps(found), flush=True)


def main() -> None:
    """Run what is asked."""
    asked = json.loads(sys.argv[1])
    takt = asked["given"] if asked["suite"] == "scholl1" else 1_000_000 if asked["suite"] == "scholl2" else None
    line = read_line(Path(asked["path"]), takt)
    stations = asked["given"] if asked["suite"] == "scholl2" else 0
    tell(None, None)
    tell(*ENGINES[asked["engine"]](line, stations, asked["seconds"]))


if __name__ == "__main__":
    main()
