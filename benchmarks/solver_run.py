"""One run of one engine on one made-up case, in a process of its own: `python -m benchmarks.solver_run '{...}'`.

Lines of JSON go to stdout: a point whenever the best plan or the bound has moved, a line when the search is over, and a last
one when the plan has been read a second time by ledger and rules, whichever engine found it. The clock starts with the case in
memory; making the program counts, checking the plan does not.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import highspy
import numpy as np

from benchmarks.common import peak_megabytes
from benchmarks.naive import baseline
from brownfield.case.case import Case
from brownfield.case.synthetic import synthetic_case
from brownfield.model.answer import plan_of
from brownfield.model.assemble import Model, assemble
from brownfield.model.program import Floats, Program
from brownfield.plan.ledger import keep_books
from brownfield.plan.rules import broken
from brownfield.solve import solve

CORES = 2
STOP = 0.9
"""Part of the wanted gap at which an engine stops: gaps are shown against the best plan that any engine found."""
MOVED = 1e-7
"""Least change of a bound that makes a new point, relative to its size."""
FINE = 1e-9
"""Tolerance of the continuous solve that makes a plan exact."""


@dataclass(frozen=True)
class Job:
    """What is asked of one run: seconds is the time limit, gap the share of gross value at which it may stop."""

    engine: str
    plants: int
    products: int
    quarters: int
    seed: int
    seconds: float
    gap: float

    def case(self) -> Case:
        """The made-up case."""
        return synthetic_case(self.plants, self.products, self.quarters, self.seed)


@dataclass
class Curve:
    """Best plan and bound over time, told as they move."""

    gap: float
    began: float = field(default_factory=time.monotonic)
    plan: float | None = None
    bound: float | None = None
    gross: float = 0.0

    @property
    def seconds(self) -> float:
        """Seconds since the case was handed over."""
        return time.monotonic() - self.began

    def planned(self, value: float, gross: float = 0.0) -> None:
        """A plan of this worth is there."""
        if self.plan is None or value > self.plan:
            self.plan, self.gross = value, gross
            self.tell()

    def bounded(self, bound: float) -> None:
        """No plan is worth more than this."""
        if abs(bound) < 1e15 and (self.bound is None or bound < self.bound - MOVED * abs(self.bound)):
            self.bound = bound
            self.tell()

    def tell(self) -> None:
        """One point."""
        say({"point": [round(self.seconds, 3), self.plan, self.bound]})

    def reached(self) -> bool:
        """Whether the gap asked for is reached, against the gross value of this engine's own plan."""
        return self.plan is not None and self.bound is not None and self.bound - self.plan <= STOP * self.gap * self.gross


@dataclass(frozen=True)
class Ended:
    """How a search ended: its status, the size of its program, and the plan checked by the same second reading for every engine."""

    status: str
    size: dict[str, int]
    check: Callable[[], dict[str, Any]]


def say(line: dict[str, Any]) -> None:
    """One line of JSON."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def brownfield(case: Case, job: Job, curve: Curve) -> Ended:
    """Brownfield itself, as any user calls it."""

    def told(point: Any) -> None:
        if point.incumbent is not None:
            curve.planned(point.incumbent)
        if point.bound is not None:
            curve.bounded(point.bound)

    outcome = solve(case, gap=STOP * job.gap, time_limit=job.seconds, on_progress=told)
    for value, tell in ((outcome.npv, curve.planned), (outcome.bound, curve.bounded)):
        if value is not None:
            tell(value)
    ledger = outcome.ledger
    checked = {} if ledger is None else {"worth": ledger.npv, "gross": ledger.gross, "broken": 0}
    return Ended("reached" if outcome.status == "proved" else outcome.stopped_by, dict(outcome.size), lambda: checked)


def highs_naive(case: Case, job: Job, curve: Curve) -> Ended:
    """HiGHS as it comes, on the naive program."""
    base = baseline(case)
    status, solution = _highs(base.program, base.gross, job, curve)
    return Ended(status, size(base.program), lambda: _second_reading(case, base.model, base.program, solution, base.spread))


def highs_tight(case: Case, job: Job, curve: Curve) -> Ended:
    """HiGHS as it comes, on the program that Brownfield makes."""
    model = assemble(case)
    status, solution = _highs(model.program, model.gross, job, curve)
    return Ended(status, size(model.program), lambda: _second_reading(case, model, model.program, solution, lambda found: found))


def _highs(program: Program, gross: Floats, job: Job, curve: Curve) -> tuple[str, Floats | None]:
    """Default options, two threads; it stops by the gap against gross value instead of its own relative gap."""
    solver = highspy.Highs()
    for option, value in (("log_to_console", False), ("threads", CORES), ("mip_rel_gap", 0.0)):
        solver.setOptionValue(option, value)
    program.pass_to(solver)
    solver.setOptionValue("time_limit", max(0.1, job.seconds - curve.seconds))

    def improved(event: Any) -> None:
        curve.planned(event.data_out.objective_function_value, float(gross @ np.array(event.data_out.mip_solution)))

    def looked(event: Any) -> None:
        curve.bounded(event.data_out.mip_dual_bound)
        if curve.reached():
            event.interrupt()

    solver.cbMipImprovingSolution += improved
    solver.cbMipInterrupt += looked
    solver.run()
    info, status = solver.getInfo(), solver.getModelStatus()
    solution = None
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        solution = np.array(solver.getSolution().col_value)
        curve.planned(info.objective_function_value, float(gross @ solution))
    curve.bounded(info.mip_dual_bound)
    if status == highspy.HighsModelStatus.kOptimal or curve.reached():
        return "reached", solution
    return "time" if status == highspy.HighsModelStatus.kTimeLimit else str(status), solution


def scip_naive(case: Case, job: Job, curve: Curve) -> Ended:
    """SCIP as it comes, on the naive program; it uses one core. Handing the program over is not counted."""
    import pyscipopt

    base = baseline(case)
    before = curve.seconds
    solver, columns = _scip_program(base.program)
    curve.began += curve.seconds - before
    gross = base.gross
    some = np.flatnonzero(gross)

    class Listener(pyscipopt.Eventhdlr):
        def eventinit(self) -> None:
            for event in (pyscipopt.SCIP_EVENTTYPE.BESTSOLFOUND, pyscipopt.SCIP_EVENTTYPE.LPEVENT, pyscipopt.SCIP_EVENTTYPE.NODESOLVED):
                self.model.catchEvent(event, self)

        def eventexec(self, event: Any) -> None:
            if event.getType() == pyscipopt.SCIP_EVENTTYPE.BESTSOLFOUND:
                found = self.model.getBestSol()
                value = sum(gross[n] * self.model.getSolVal(found, columns[n]) for n in some)
                curve.planned(self.model.getSolObjVal(found), float(value))
            curve.bounded(self.model.getDualbound())
            if curve.reached():
                self.model.interruptSolve()

    solver.includeEventhdlr(Listener(), "curve", "tells when plan or bound have moved")
    solver.setParam("limits/time", max(0.1, job.seconds - curve.seconds))
    solver.optimize()
    solution = None
    if solver.getNSols():
        found = solver.getBestSol()
        solution = np.array([solver.getSolVal(found, column) for column in columns])
        curve.planned(solver.getSolObjVal(found), float(gross @ solution))
    curve.bounded(solver.getDualbound())
    status = "reached" if solver.getStatus() == "optimal" or curve.reached() else solver.getStatus().removesuffix("limit")
    return Ended(status, size(base.program), lambda: _second_reading(case, base.model, base.program, solution, base.spread))


def _scip_program(program: Program) -> tuple[Any, list[Any]]:
    """The program in SCIP's own objects, row by row."""
    import pyscipopt

    solver = pyscipopt.Model()
    solver.hideOutput()
    lower, upper = program.column_bounds()
    kinds = np.where(program.integer_columns(), "I", "C")
    columns = [
        solver.addVar(lb=None if np.isinf(low) else low, ub=None if np.isinf(high) else high, vtype=str(kind), obj=worth)
        for low, high, kind, worth in zip(lower, upper, kinds, program.objective, strict=True)
    ]
    start, index, value = program.matrix()
    low, high = program.row_bounds()
    for row in range(program.row_count):
        at = slice(start[row], start[row + 1])
        terms = pyscipopt.quicksum(v * columns[c] for c, v in zip(index[at].tolist(), value[at].tolist(), strict=True))
        if start[row] == start[row + 1]:
            continue
        if low[row] == high[row]:
            solver.addCons(terms == float(low[row]))
        else:
            if np.isfinite(low[row]):
                solver.addCons(terms >= float(low[row]))
            if np.isfinite(high[row]):
                solver.addCons(terms <= float(high[row]))
    solver.setMaximize()
    solver.addObjoffset(program.constant)
    return solver, columns


ENGINES: dict[str, Callable[[Case, Job, Curve], Ended]] = {
    "brownfield": brownfield,
    "highs-naive": highs_naive,
    "highs-tight": highs_tight,
    "scip-naive": scip_naive,
}


def _second_reading(
    case: Case, model: Model, program: Program, solution: Floats | None, spread: Callable[[Floats], Floats]
) -> dict[str, Any]:
    """Worth, gross value and broken rules of a plan by the books, its continuous part made exact first."""
    if solution is None:
        return {}
    whole = program.integer_columns()
    lower, upper = program.column_bounds()
    fixed = np.round(solution)
    solver = highspy.Highs()
    exactly = {f"{side}_feasibility_tolerance": FINE for side in ("primal", "dual")}
    for option, value in {"output_flag": False, "threads": CORES, **exactly}.items():
        solver.setOptionValue(option, value)
    program.pass_to(solver, np.where(whole, fixed, lower), np.where(whole, fixed, upper), np.zeros_like(whole))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return {"worth": None, "gross": None, "broken": -1}
    exact = np.array(solver.getSolution().col_value)
    exact[whole] = fixed[whole]
    plan = plan_of(model, spread(exact))
    ledger = keep_books(case, plan)
    return {"worth": ledger.npv, "gross": ledger.gross, "broken": len(broken(case, plan))}


def size(program: Program) -> dict[str, int]:
    """How large a program is, in the words of `Outcome.size`."""
    return {
        "columns": program.column_count,
        "whole columns": int(program.integer_columns().sum()),
        "rows": program.row_count,
        "coefficients": len(program.matrix()[1]),
    }


def source() -> str:
    """What the engine was made from: a hash over model and solve, so that results of different days are not mixed unseen."""
    root = Path(__file__).parents[1] / "src" / "brownfield"
    paths = sorted(path for room in ("model", "solve") for path in (root / room).rglob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:12]


def versions() -> dict[str, str]:
    """Versions of what took part."""
    found = {}
    for name in ("brownfield", "highspy", "pyscipopt", "numpy"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def main() -> None:
    """Run what is asked for in JSON on the command line."""
    job = Job(**json.loads(sys.argv[1]))
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    case = job.case()
    say({"job": asdict(job), "digest": case.digest, "source": source(), "versions": versions()})
    curve = Curve(job.gap)
    ended = ENGINES[job.engine](case, job, curve)
    took, used = curve.seconds, [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    curve.tell()
    say(
        {
            "ended": ended.status,
            "took": round(took, 3),
            "cpu": round(sum(use.ru_utime + use.ru_stime for use in used), 1),
            "own_megabytes": round(peak_megabytes(), 1),
            "size": ended.size,
        }
    )
    say({"checked": ended.check()})


if __name__ == "__main__":
    main()
