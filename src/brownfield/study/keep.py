"""Solves that outlive a run: each finished one in a file of its own, so that a study that was cut short goes on where it was."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from brownfield.case.case import Case
from brownfield.errors import BrownfieldError
from brownfield.files.swap import new_file
from brownfield.plan.ledger import keep_books
from brownfield.plan.plan import PLAN_TABLES, Plan
from brownfield.plan.rules import broken
from brownfield.solve.outcome import Outcome

TOLD = ("status", "bound", "gap_money", "gap", "wanted_gap", "seconds", "stopped_by", "by_clock", "reasons", "kept", "versions", "size")
"""What of an outcome is written beside its plan; the books are kept again when it is read."""

SAME = 1e-6
"""Books kept again must come to what was written, to this part of it."""


@dataclass(frozen=True)
class Keep:
    """A folder of finished solves, told apart by the digest of the case, the kind of plan, the settings and the version."""

    folder: Path

    def read(self, case: Case, kind: str, settings: tuple[object, ...]) -> Outcome | None:
        """The outcome of the same solve, if it is there and whole; None otherwise: then it is made again.

        Its plan is checked like any other: the books are kept again, and the rules are read again.
        """
        key = _key(case, kind, settings)
        try:
            told = json.loads(self._file(key).read_text(encoding="utf-8"))
            if told["key"] != key:
                return None
            return _outcome(case, told)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, pl.exceptions.PolarsError, BrownfieldError):
            return None

    def write(self, outcome: Outcome, kind: str, settings: tuple[object, ...]) -> None:
        """Keep a finished solve; one that was stopped by hand is not finished."""
        if outcome.stopped_by == "user":
            return
        key = _key(outcome.case, kind, settings)
        told: dict[str, Any] = {"key": key, "npv": outcome.npv, "plan": None}
        told |= {name: dict(value) if name in ("versions", "size") else value for name in TOLD for value in [getattr(outcome, name)]}
        if outcome.plan is not None:
            told["plan"] = {name: outcome.plan.table(name).to_dict(as_series=False) for name in PLAN_TABLES}
        text = json.dumps(told)
        new_file(self._file(key), lambda target: target.write_text(text, encoding="utf-8"), overwrite=True)

    def _file(self, key: list[str]) -> Path:
        return self.folder / f"{hashlib.sha256(json.dumps(key).encode()).hexdigest()[:24]}.json"


def _key(case: Case, kind: str, settings: tuple[object, ...]) -> list[str]:
    return [case.digest, kind, repr(settings), version("brownfield"), version("highspy")]


def _outcome(case: Case, told: dict[str, Any]) -> Outcome:
    """An outcome from what was written; ValueError when its books come to something else."""
    more: dict[str, Any] = {name: tuple(told[name]) if name in ("reasons", "kept") else told[name] for name in TOLD}
    none = Outcome(case=case, plan=None, ledger=None, npv=None, **more)
    if told["plan"] is None:
        return none
    plan = Plan(case.digest, {name: pl.DataFrame(told["plan"][name], schema=PLAN_TABLES[name]) for name in PLAN_TABLES})
    ledger = keep_books(case, plan)
    if abs(ledger.npv - told["npv"]) > SAME * max(1.0, abs(ledger.gross)) or broken(case, plan):
        raise ValueError("the plan is another one")
    return replace(none, plan=plan, ledger=ledger, npv=ledger.npv)


def name_of(plan: Plan) -> str:
    """A name for a plan: the same for the same decisions."""
    parts = [f"{name}\n{plan.table(name).write_csv()}" for name in PLAN_TABLES]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
