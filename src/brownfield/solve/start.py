"""Good plans first: the case as it stands, then closures, launches and shift models one after the other."""

from __future__ import annotations

import numpy as np

from brownfield.model.assemble import Model
from brownfield.model.program import Floats, Ints
from brownfield.solve.highs import part
from brownfield.solve.progress import Watch

SHARE = 0.12
"""Part of the time limit that a step may take."""
ROUGH = 0.1
"""Relative gap at which the case as it stands is good enough."""
BRANCHES = 60
"""Work limit of a step."""
FINE = 2e-4
"""Relative gap to which shift models are settled in the end."""
SMALL = 400
"""Whole columns up to which the solver needs no help to find a plan."""


def first_plan(model: Model, watch: Watch) -> Floats | None:
    """A first solution of the program, or None when none was found.

    A cheap one at once, so that there is something to keep: the case as it stands, without closings, openings, launches
    and offers. Then step by step (relax and fix): decide what stays open with the rest relaxed, fix it, then the launches,
    then everything else. The better one counts.
    """
    if int(model.program.integer_columns().sum()) <= SMALL:
        return None
    best = None
    for attempt in (_as_it_stands, _step_by_step):
        plan = None if watch.stop and best is not None else attempt(model, watch)
        if plan is not None:
            watch.found(float(model.program.objective @ plan) + model.program.constant, plan)
            if best is None or model.program.objective @ plan > model.program.objective @ best:
                best = plan
    return best


def settle(model: Model, watch: Watch, plan: Floats) -> Floats:
    """The best shift models, volumes and people for the sites, launches and offers of a plan.

    A proof within a gap leaves quirks in a plan that cost little and look odd; with the large decisions kept, the rest is
    solved nearly to the end.
    """
    program, x = model.program, model.decisions
    lower, upper = (bound.copy() for bound in program.column_bounds())
    kept = _numbers(x.open, x.closed, x.opened, x.idle, x.launch, x.starts, x.exits)
    lower[kept] = upper[kept] = np.round(plan[kept])
    better = part(program, lower, upper, program.integer_columns(), gap=FINE, branches=BRANCHES, watch=watch, share=SHARE, start=plan)
    return plan if better is None or program.objective @ better < program.objective @ plan else better


def _numbers(*blocks: Ints) -> Ints:
    return np.concatenate([block[block >= 0] for block in blocks])


def _as_it_stands(model: Model, watch: Watch) -> Floats | None:
    program, x = model.program, model.decisions
    lower, upper = (bound.copy() for bound in program.column_bounds())
    upper[_numbers(x.launch, x.starts, x.closed, x.opened)] = 0.0
    return part(program, lower, upper, program.integer_columns(), gap=ROUGH, branches=1, watch=watch, share=SHARE)


def _step_by_step(model: Model, watch: Watch) -> Floats | None:
    program, x = model.program, model.decisions
    lower, upper = (bound.copy() for bound in program.column_bounds())
    whole = program.integer_columns()
    steps = (_numbers(x.open, x.closed, x.idle, x.opened, x.starts, x.exits, x.term), _numbers(x.launch), _numbers(x.runs, x.builds))
    decided = np.zeros_like(whole)
    solution = None
    for step, gap in zip(steps, (0.01, 0.005, 0.002), strict=True):
        decided[step] = True
        solution = part(program, lower, upper, whole & decided, gap=gap, branches=BRANCHES, watch=watch, share=SHARE)
        if solution is None or watch.stop:
            return None
        lower[step] = upper[step] = np.round(solution[step])
    return solution
