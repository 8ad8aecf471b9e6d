"""What is kept of a finished solve: its plan in the form of the commands, with what was proved, read again under the same checks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brownfield.errors import LedgerError

if TYPE_CHECKING:
    from brownfield.app.desk import Desk
    from brownfield.case.case import Case
    from brownfield.plan.plan import Plan
    from brownfield.solve.outcome import Outcome
    from brownfield.study.store import Result, Run

    Kept = tuple[Run, list[Result]]

TOLD = (
    "status",
    "bound",
    "gap_money",
    "gap",
    "wanted_gap",
    "seconds",
    "stopped_by",
    "by_clock",
    "reasons",
    "kept",
    "versions",
    "size",
    "npv",
)
"""What of an outcome is written beside its plan; the books are kept again when it is read."""

RECENT = 20
"""Runs of the commands that are listed."""

SAME = 1e-6
"""Books kept again must come to what was written, to this part of gross value."""


def told_of(outcome: Outcome) -> dict[str, Any]:
    """An outcome as plain values, its plan and case left out."""
    from brownfield.report.words import badge, verdict

    values = {name: getattr(outcome, name) for name in TOLD}
    values |= {"versions": dict(outcome.versions), "size": dict(outcome.size), "digest": outcome.case.digest}
    case = {"name": outcome.case.settings.name, "title": outcome.case.settings.title, "currency": outcome.case.settings.base_currency}
    return values | {"case": case, "badge": badge(outcome), "verdict": verdict(outcome)}


def keep(outcome: Outcome, folder: Path) -> None:
    """Write the plan of an outcome with its books, in the form that `brownfield solve` writes and reads."""
    from brownfield.plan.plan import write_plan

    if outcome.plan is None or outcome.ledger is None:
        return
    write_plan(outcome.plan, folder)
    (folder / "books").mkdir(exist_ok=True)
    for name in ("postings", "cash", "headcount"):
        getattr(outcome.ledger, name).write_csv(folder / "books" / f"{name}.csv")
    (folder / "outcome.json").write_text(json.dumps(told_of(outcome), indent=2) + "\n", encoding="utf-8", newline="\n")


def plan_at(folder: Path) -> Plan | None:
    """The plan in a folder, to begin a solve from; None where there is none."""
    from brownfield.plan.plan import read_plan

    return read_plan(folder) if (folder / "plan.toml").is_file() else None


def recall(case: Case, folder: Path, told: Mapping[str, Any]) -> Outcome:
    """An outcome from what was kept; LedgerError when its books come to something else, or it breaks a rule."""
    from brownfield.plan.ledger import keep_books
    from brownfield.plan.plan import read_plan
    from brownfield.plan.rules import broken
    from brownfield.solve.outcome import Outcome

    more: dict[str, Any] = {name: told[name] for name in TOLD if name not in ("npv", "reasons", "kept")}
    plan = read_plan(folder)
    ledger = keep_books(case, plan)
    if plan.case_digest != case.digest or abs(ledger.npv - told["npv"]) > SAME * max(1.0, abs(ledger.gross)) or broken(case, plan):
        raise LedgerError("the plan that was kept is not one for this case: solve it again")
    return Outcome(case=case, plan=plan, ledger=ledger, npv=ledger.npv, reasons=tuple(told["reasons"]), kept=tuple(told["kept"]), **more)


def kept_by_commands(desk: Desk) -> list[Kept]:
    """The latest runs that commands made in the store of the app, with their solves; StoreError when there is something else."""
    from brownfield.study.store import Store

    if not (desk.store / "store.sqlite").is_file():
        return []
    store = Store.at(desk.store, make=False)
    runs = [run for run in store.runs() if "app" not in run.asked]
    return [store.run(run.run) for run in reversed(runs[-RECENT:])]
