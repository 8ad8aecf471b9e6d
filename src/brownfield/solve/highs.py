"""One program, one run of HiGHS: a fresh object each time, options pinned, the best plan kept whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from brownfield.model.program import Floats, Program
from brownfield.solve.progress import Watch

THREADS = 1
SEED = 1
FINE = 1e-9
"""Feasibility tolerance of the last, continuous solve that makes a plan exact."""


@dataclass(frozen=True)
class Run:
    """What one run of the solver came to."""

    status: str
    solution: Floats | None
    bound: float | None


_SHARING = threading.Lock()


def fresh() -> highspy.Highs:
    """A HiGHS object of its own: a used one would silently lose starts and carry its clock along.

    All of them share one set of threads in a process, and refuse to run when a program that we are part of has made it with
    another number. An empty run tells: then the threads are let go, to be made anew. None of our solves can be running on them.
    """
    with _SHARING:
        if _new().run() == highspy.HighsStatus.kError:
            highspy.Highs.resetGlobalScheduler(True)
    return _new()


def _new() -> highspy.Highs:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", THREADS)
    solver.setOptionValue("random_seed", SEED)
    return solver


def run(program: Program, watch: Watch, start: Floats | None = None, branch_limit: int | None = None, *, presolve: bool = True) -> Run:
    """Solve a program under a watch; keeps the best solution at a time limit or a wish to stop."""
    solver = fresh()
    solver.setOptionValue("output_flag", True)
    solver.setOptionValue("log_to_console", False)
    solver.setOptionValue("mip_min_logging_interval", 0.5)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("presolve", "choose" if presolve else "off")
    solver.setOptionValue("mip_abs_gap", 1e-7)
    if watch.time_limit is not None:
        solver.setOptionValue("time_limit", max(0.1, watch.time_limit - watch.seconds))
    if branch_limit is not None:
        solver.setOptionValue("mip_max_nodes", branch_limit)
    program.pass_to(solver)
    if start is not None:
        solver.setSolution(len(start), np.arange(len(start), dtype=np.int32), start)
    _listen(solver, watch)
    solver.run()
    return _result(solver, watch, any_whole=bool(program.integer_columns().any()))


def _listen(solver: highspy.Highs, watch: Watch) -> None:
    def improved(event: Any) -> None:
        watch.found(event.data_out.objective_function_value, np.array(event.data_out.mip_solution))

    def logged(event: Any) -> None:
        watch.bounded(event.data_out.mip_dual_bound)
        watch.tell()

    def interrupt(event: Any) -> None:
        if hasattr(event.data_out, "mip_dual_bound") and watch.incumbent is not None:
            watch.bounded(event.data_out.mip_dual_bound)
        watch.tell()
        if watch.should_stop():
            event.interrupt()

    solver.cbMipImprovingSolution += improved
    solver.cbMipLogging += logged
    solver.cbMipInterrupt += interrupt
    _stop_with(solver, watch)


def stop_when(solver: highspy.Highs, asked: Callable[[], bool]) -> None:
    """Stop the solver wherever it is when somebody asks for it."""

    def ask(event: Any) -> None:
        if asked():
            event.interrupt()

    solver.cbSimplexInterrupt += ask
    solver.cbIpmInterrupt += ask
    solver.cbMipInterrupt += ask


def _stop_with(solver: highspy.Highs, watch: Watch) -> None:
    """Ctrl-C stops the solver wherever it is; the clock is shown meanwhile."""

    def asked() -> bool:
        watch.tell()
        return watch.stop

    stop_when(solver, asked)


def _result(solver: highspy.Highs, watch: Watch, *, any_whole: bool) -> Run:
    status = solver.getModelStatus()
    info = solver.getInfo()
    has = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    bound = float(info.mip_dual_bound if any_whole else info.objective_function_value)
    if status == highspy.HighsModelStatus.kOptimal or watch.incumbent is not None or has:
        watch.bounded(bound)
    names = {
        highspy.HighsModelStatus.kOptimal: "optimal",
        highspy.HighsModelStatus.kInfeasible: "infeasible",
        highspy.HighsModelStatus.kTimeLimit: "time",
        highspy.HighsModelStatus.kInterrupt: "interrupted",
        highspy.HighsModelStatus.kSolutionLimit: "work",
    }
    watch.by_clock |= status == highspy.HighsModelStatus.kTimeLimit
    solution = np.array(solver.getSolution().col_value) if has else None
    return Run(names.get(status, str(status)), solution, watch.bound)


def limited(program: Program, *, gap: float, branches: int, watch: Watch) -> Floats | None:
    """The best solution of a program that this work finds; None when none was found.

    Work is limited by `branches`, so that the answer is the same on any machine; by the clock only under a watch with a
    time limit, which then knows that the clock had a say (N7).
    """
    solver = fresh()
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("mip_max_nodes", branches)
    _stop_with(solver, watch)
    if watch.time_limit is not None:
        solver.setOptionValue("time_limit", max(0.1, watch.time_limit - watch.seconds))
    program.pass_to(solver)
    solver.run()
    if solver.getModelStatus() == highspy.HighsModelStatus.kTimeLimit:
        watch.by_clock = True
    if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    return np.array(solver.getSolution().col_value, dtype=float)


def polish(program: Program, solution: Floats) -> Floats | None:
    """The best continuous part for the whole decisions of a solution, exact to the last digits; None when there is none."""
    whole = program.integer_columns()
    lower, upper = program.column_bounds()
    fixed = np.round(solution)
    solver = fresh()
    solver.setOptionValue("primal_feasibility_tolerance", FINE)
    solver.setOptionValue("dual_feasibility_tolerance", FINE)
    program.pass_to(solver, np.where(whole, fixed, lower), np.where(whole, fixed, upper), np.zeros_like(whole))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    best = np.array(solver.getSolution().col_value)
    best[whole] = fixed[whole]
    return best
