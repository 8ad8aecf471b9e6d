"""From a case to a checked plan: assemble, solve, make exact, keep the books, read the rules again."""

from __future__ import annotations

import platform
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from types import FrameType

import numpy as np

from brownfield.case.case import Case
from brownfield.errors import LedgerError
from brownfield.model.answer import plan_of
from brownfield.model.assemble import Model, assemble
from brownfield.model.program import Floats, Program
from brownfield.plan.ledger import Ledger, keep_books
from brownfield.plan.plan import Plan
from brownfield.plan.rules import broken
from brownfield.solve.carry import carried
from brownfield.solve.explain import alternatives, explain
from brownfield.solve.highs import THREADS, Run, polish, run
from brownfield.solve.outcome import Outcome, Point
from brownfield.solve.progress import Watch
from brownfield.solve.rounds import searched
from brownfield.solve.start import settle

AGREES = 1e-6
"""Largest difference between ledger and objective, relative to gross value (N3)."""
DUST = 1e-12
"""What adding up millions of amounts may lose, relative to all money moved."""
BRANCHES, ROUNDS = 5000, 10
"""Work limit of a repeatable solve: nodes of a search of the whole; above `SMALL`, rounds of plans and bounds, which have to do."""
SECONDS_TO_EXPLAIN = 10.0
"""Least time for the search for what must give, even when the time limit is over."""
SMALL = 400
"""Whole columns up to which HiGHS needs no help."""
INEXACT = "a plan was found, but with its decisions kept not every rule holds to the last digits, so it is not shown"
TINY = 1e-6
"""Coefficients below this can mislead presolve: an infeasible verdict is then confirmed without it."""


def solve(
    case: Case,
    *,
    gap: float = 0.01,
    time_limit: float | None = None,
    repeatable: bool = False,
    start: Plan | None = None,
    restrict: Callable[[Model], None] | None = None,
    on_progress: Callable[[Point], None] | None = None,
) -> Outcome:
    """Find the plan that is worth most, prove how good it is, and check it by a second reading.

    gap: stop when no other plan can be better by more than this share of the plan's gross value. time_limit: seconds; the
    best plan so far is kept, as it is on Ctrl-C. repeatable: limit work instead of time, so that any machine finds the same
    plan. start: a plan to begin from, of this case or one like it; it is left aside when it does not fit. restrict: adds rows to
    the program, for studies that ask for the best plan of a certain kind; when there is none the outcome is infeasible, without
    a search for reasons. Raises LedgerError when the books or the rules disagree with the solver: then the plan is not shown.
    """
    watch = Watch(np.zeros(0), gap, None if repeatable else time_limit, on_progress, rounds=ROUNDS if repeatable else None)
    with ctrl_c(watch):
        model = assemble(case)
        watch.gross = model.gross
        if restrict is not None:
            restrict(model)
        first = None if start is None else carried(model, start, watch).solution
        result = _searched(model, watch, BRANCHES if repeatable else None, first)
        if result.status == "infeasible":
            if restrict is not None:
                return outcome_of(case, model, watch, "infeasible", reasons=("no plan is of the kind that was asked for",))
            return _infeasible(case, model, watch)
        found = [] if result.solution is None else [result.solution]
        if found and gap > 0 and not watch.stop:
            found.insert(0, settle(model, watch, found[0], watch.gross_value))
        exact = next((good for one in found if (good := polish(model.program, one)) is not None), None)
        if exact is None:
            return outcome_of(case, model, watch, "no_plan", stopped_by=_why(result, watch), reasons=(INEXACT,) if found else ())
        plan, ledger = checked(model, exact)
        bound = max(result.bound, ledger.npv) if result.bound is not None else None
        better = None if bound is None else bound - ledger.npv
        relative = None if better is None else better / _measure(ledger)
        proved = relative is not None and relative <= max(gap, AGREES)
        outcome = outcome_of(case, model, watch, "proved" if proved else "feasible", stopped_by="proof" if proved else _why(result, watch))
        return replace(outcome, plan=plan, ledger=ledger, npv=ledger.npv, bound=bound, gap_money=better, gap=relative)


def _searched(model: Model, watch: Watch, branches: int | None, first: Floats | None = None) -> Run:
    """A small model is left to HiGHS; a larger one gets plans and bounds in turn first, and then its branching."""
    program = model.program
    if int(program.integer_columns().sum()) > SMALL:
        plan = searched(model, watch, first)
    else:
        plan = first
        if first is not None:
            watch.found(float(program.objective @ first) + program.constant, first)
    if plan is None and not watch.should_stop():
        result = run(program, watch, None, branches)
        return run(program, watch, None, branches, presolve=False) if result.status == "infeasible" and _tiny(program) else result
    if watch.should_stop():
        return Run("interrupted", plan, watch.bound)
    if watch.stopped_by == "work":
        return Run("work", plan, watch.bound)
    result = run(program, watch, plan, branches)
    if result.status == "infeasible":  # there is a plan: this can only be the solver's rounding, and proves nothing
        return Run("interrupted", plan, None)
    return result if result.solution is not None else replace(result, solution=plan)


def _tiny(program: Program) -> bool:
    """Whether a program has coefficients so small that presolve could take them for nothing."""
    values = np.abs(program.matrix()[2])
    return len(values) > 0 and float(values.min()) < TINY


def _infeasible(case: Case, model: Model, watch: Watch) -> Outcome:
    """What must give; the search for it has a time of its own, cut by the clock and by Ctrl-C like any other."""
    if watch.time_limit is not None:
        watch.time_limit = watch.seconds + max(SECONDS_TO_EXPLAIN, watch.time_limit - watch.seconds)
    conflicts = explain(model, watch)
    reasons = alternatives(model, conflicts, watch) if conflicts else ()
    if not conflicts:
        cut = watch.stop or watch.by_clock
        reasons = ("the search for what must give was cut short",) if cut else ("letting promises and limits give does not help",)
    return outcome_of(case, model, watch, "infeasible", conflicts=conflicts, reasons=reasons)


def checked(model: Model, solution: Floats) -> tuple[Plan, Ledger]:
    """The plan with its books, or a LedgerError: nothing unchecked leaves this room (N3)."""
    case = model.data.case
    plan = plan_of(model, solution)
    ledger = keep_books(case, plan)
    claimed = float(model.program.objective @ solution) + model.program.constant
    moved = float(ledger.postings["discounted"].abs().sum())
    if abs(ledger.npv - claimed) > AGREES * max(1.0, abs(ledger.gross)) + DUST * moved:
        raise LedgerError(
            f"the ledger makes the plan worth {ledger.npv:,.6f} million, the solver {claimed:,.6f}: the plan is not shown. "
            "Please report this case: it is a defect of Brownfield, not of your data."
        )
    if wrong := broken(case, plan):
        text = "; ".join(item.sentence for item in wrong[:5])
        raise LedgerError(f"the plan breaks {len(wrong)} rules when they are read a second time: {text}. This is a defect of Brownfield.")
    return plan, ledger


def _measure(ledger: Ledger) -> float:
    """What a gap is measured against: gross value; where cars and fees contribute next to nothing, all money moved."""
    moved = float(ledger.postings["discounted"].abs().sum())
    return ledger.gross if ledger.gross > AGREES * moved else max(moved, 1.0)


def _why(result: Run, watch: Watch) -> str:
    """What ended the search."""
    if watch.stop:
        return "user"
    if result.status in ("time", "work"):
        return result.status
    return watch.stopped_by if result.status == "interrupted" else "proof"


def outcome_of(case: Case, model: Model, watch: Watch, status: str, **more: object) -> Outcome:
    """An outcome of a case with what is known so far; `more` replaces what is known better."""
    program = model.program
    size = {
        "columns": program.column_count,
        "whole columns": int(program.integer_columns().sum()),
        "rows": program.row_count,
        "coefficients": len(program.matrix()[1]),
        "threads": THREADS,
    }
    empty = Outcome(
        case=case,
        status=status,  # type: ignore[arg-type]
        plan=None,
        ledger=None,
        npv=None,
        bound=watch.bound,
        gap_money=None,
        gap=None,
        wanted_gap=watch.gap,
        seconds=watch.seconds,
        stopped_by="proof",
        by_clock=watch.by_clock,
        progress=tuple(watch.points),
        versions={"brownfield": version("brownfield"), "highspy": version("highspy"), "python": platform.python_version()},
        size=size,
    )
    return replace(empty, **more)  # type: ignore[arg-type]


@contextmanager
def ctrl_c(watch: Watch) -> Iterator[None]:
    """While solving, Ctrl-C means: stop and keep the best plan. A second one stops for good."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def asked(_number: int, _frame: FrameType | None) -> None:
        if watch.stop:
            raise KeyboardInterrupt
        watch.stop = True

    before = signal.signal(signal.SIGINT, asked)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
