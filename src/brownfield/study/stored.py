"""An outcome as the store keeps it, and back again: every figure and every table exactly as it was."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, replace
from typing import Any

from brownfield.case.case import Case
from brownfield.errors import LedgerError
from brownfield.plan.ledger import Ledger, keep_books
from brownfield.plan.plan import PLAN_TABLES, Plan
from brownfield.plan.rules import broken
from brownfield.solve.outcome import Conflict, Outcome, Point
from brownfield.study.store import Asked, Kept, Store

PLAIN = ("status", "npv", "bound", "gap_money", "gap", "wanted_gap", "seconds", "stopped_by", "by_clock")
"""What of an outcome is kept as it stands."""

LISTS = ("reasons", "kept")
BOOKS = ("postings", "cash", "headcount")

SAME = 1e-6
"""Books kept again must come to what was kept, to this part of it."""


def lookup(store: Store, asked: Asked, case: Case) -> Outcome | None:
    """The outcome of the same solve, if it is there and whole.

    It was checked when it was made (N3), by this very version, and by its hashes it is what it was: it is not checked again.
    """
    kept = store.lookup(asked)
    return None if kept is None else as_outcome(kept, case)


def checked(outcome: Outcome, key: str) -> Outcome:
    """An outcome whose books were kept again and whose plan was read against the rules. LedgerError when they say otherwise."""
    if outcome.plan is not None and outcome.ledger is not None:
        again = keep_books(outcome.case, outcome.plan)
        if abs(again.npv - outcome.ledger.npv) > SAME * max(1.0, abs(again.gross)) or broken(outcome.case, outcome.plan):
            raise LedgerError(f"the plan of result {key} in the store is not what it was: the plan is not shown")
    return outcome


def record(store: Store, asked: Asked, outcome: Outcome) -> Outcome:
    """Keep a finished solve, and answer with what is in the store; one that was stopped by hand is not finished, and not kept."""
    if outcome.stopped_by == "user":
        return outcome
    mine = as_kept(outcome)
    there = store.record(asked, mine, outcome.case)
    return outcome if there is mine else as_outcome(there, outcome.case)


def as_kept(outcome: Outcome) -> Kept:
    """An outcome without its case. Tables without rows are left out: their columns are known."""
    told: dict[str, Any] = {name: getattr(outcome, name) for name in PLAIN}
    told |= {name: list(getattr(outcome, name)) for name in LISTS}
    told |= {"versions": dict(outcome.versions), "size": dict(outcome.size), "plan": None, "gross": None}
    told["progress"] = [[point.seconds, point.incumbent, point.bound] for point in outcome.progress]
    told["conflicts"] = [asdict(conflict) | {"keys": dict(conflict.keys)} for conflict in outcome.conflicts]
    if outcome.plan is None or outcome.ledger is None:
        return Kept(told)
    told |= {"plan": outcome.plan.case_digest, "plan_tables": list(outcome.plan.tables), "gross": outcome.ledger.gross}
    tables = {name: frame for name, frame in outcome.plan.tables.items() if frame.height}
    return Kept(told, tables | {name: getattr(outcome.ledger, name) for name in BOOKS})


def as_outcome(kept: Kept, case: Case) -> Outcome:
    """The outcome that was kept, of its case."""
    told = kept.told
    more: dict[str, Any] = {name: told[name] for name in PLAIN} | {name: tuple(told[name]) for name in LISTS}
    outcome = Outcome(
        case=case,
        plan=None,
        ledger=None,
        progress=tuple(Point(*point) for point in told["progress"]),
        conflicts=tuple(Conflict(**conflict) for conflict in told["conflicts"]),
        versions=told["versions"],
        size=told["size"],
        **more,
    )
    if told["plan"] is None:
        return outcome
    empty = Plan(told["plan"], {})
    plan = Plan(told["plan"], {name: kept.tables.get(name, empty.table(name)) for name in told["plan_tables"]})
    return replace(outcome, plan=plan, ledger=Ledger(npv=outcome.npv or 0.0, gross=told["gross"], **{n: kept.tables[n] for n in BOOKS}))


def name_of(plan: Plan) -> str:
    """A name for a plan: the same for the same decisions."""
    parts = [f"{name}\n{plan.table(name).write_csv()}" for name in PLAN_TABLES]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
