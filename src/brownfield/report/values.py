"""An outcome as plain values, for --json and for the files of a plan."""

from __future__ import annotations

from typing import Any

from brownfield.case.case import Case
from brownfield.report.words import verdict
from brownfield.solve.outcome import Outcome
from brownfield.study.estimates import Estimate


def case_dict(case: Case) -> dict[str, Any]:
    """Which case something is about."""
    return {"case": case.settings.name, "digest": case.digest, "currency": case.settings.base_currency}


def estimate_dict(found: Estimate | None) -> dict[str, float] | None:
    """A figure with its interval as plain values."""
    return None if found is None else {"value": found.value, "low": found.low, "high": found.high}


def outcome_dict(outcome: Outcome, *, tables: bool = False) -> dict[str, Any]:
    """An outcome as plain values: status, figures, sentences, and the plan itself when wanted."""
    names = (
        "status", "stopped_by", "by_clock", "npv", "bound", "gap_money", "gap", "wanted_gap", "seconds", "size", "versions", "reasons",
        "kept",
    )  # fmt: skip
    told: dict[str, Any] = {
        "problems": [],
        **case_dict(outcome.case),
        **{name: getattr(outcome, name) for name in names},
        "verdict": verdict(outcome),
        "must_give": [
            {"rule": c.family, "keys": c.keys, "sentence": c.sentence, "amount": c.amount, "unit": c.unit} for c in outcome.conflicts
        ],
    }
    if tables and outcome.plan is not None and outcome.ledger is not None:
        told["plan"] = {name: frame.to_dicts() for name, frame in outcome.plan.tables.items()}
        told["postings"] = outcome.ledger.postings.to_dicts()
    return told
