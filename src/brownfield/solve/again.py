"""What if: a changed case answered at once, with the large decisions of the last plan kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from brownfield.case.case import Case
from brownfield.model.assemble import assemble
from brownfield.plan.plan import Plan
from brownfield.solve.carry import Carried, carried, rules_that_break
from brownfield.solve.outcome import Outcome
from brownfield.solve.progress import Watch
from brownfield.solve.run import checked, outcome_of

LARGE = "closures, launches and offers of the last plan"
SMALL = "its shift models, products on crowded lines and supplier terms"


def what_if(last: Outcome | Plan, case: Case, *, time_limit: float | None = None) -> Outcome:
    """The last plan in a changed case: sites, launches, offers and shift models kept, volumes, people and cash reckoned anew.

    Shift models are searched anew only where those of the plan cannot be kept. The answer is checked like any plan; `kept`
    says what was kept. Without a proof of anything: a full `solve` of the changed case, with the plan as its start, gives the
    bound. When the plan cannot be kept the status is no_plan, and the reasons name the rules that break. ValueError when there is
    no last plan.
    """
    plan = last if isinstance(last, Plan) else last.plan
    if plan is None:
        raise ValueError("there is no plan to start from")
    watch = Watch(np.zeros(0), 0.0 if isinstance(last, Plan) else last.wanted_gap, time_limit)
    model = assemble(case)
    watch.gross = model.gross
    found = carried(model, plan, watch)
    lost = tuple(f"not kept, for the changed case has no place for it: {words}" for words in found.given.left_out)
    if found.solution is None:
        none = outcome_of(case, model, watch, "no_plan", stopped_by="time" if watch.by_clock else "work")
        why = rules_that_break(model, found.given)
        says = "the last plan cannot be kept in this case; with all its decisions kept, "
        return replace(none, bound=None, reasons=(*(says + rule for rule in why), *lost))
    exact, ledger = checked(model, found.solution)
    outcome = outcome_of(case, model, watch, "feasible", stopped_by="time" if watch.by_clock else "work")
    return replace(outcome, plan=exact, ledger=ledger, npv=ledger.npv, bound=None, kept=(*_kept(found), *lost))


def _kept(found: Carried) -> tuple[str, ...]:
    """What was kept and what was not, in words."""
    if found.shifts_kept:
        return (f"kept: {LARGE}, {SMALL}", "decided anew: volumes, people and cash")
    return (f"kept: {LARGE}", f"decided anew: {SMALL}; volumes, people and cash")
