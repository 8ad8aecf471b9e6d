"""What a solve came to: a status that cannot be misread, the plan, its books, and how much better any plan could be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from brownfield.case.case import Case
from brownfield.plan.ledger import Ledger
from brownfield.plan.plan import Plan

Status = Literal["proved", "feasible", "infeasible", "no_plan"]
"""proved: no other plan is better by more than the wanted gap; feasible: a checked plan, but the proof is weaker than wanted;
infeasible: proved that no plan obeys every rule; no_plan: stopped before any plan was found, or what was found
cannot be shown, for the reasons given."""


@dataclass(frozen=True)
class Conflict:
    """A rule that must give when no plan obeys them all: which, by how much, in whose words."""

    family: str
    keys: Mapping[str, str]
    sentence: str
    amount: float
    unit: str


@dataclass(frozen=True)
class Point:
    """Progress at one moment: seconds, best plan so far, bound, both as NPV in millions (None: none yet)."""

    seconds: float
    incumbent: float | None
    bound: float | None


@dataclass(frozen=True)
class Outcome:
    """The result of one solve. `plan` and `ledger` are there exactly when `status` is proved or feasible.

    npv, bound: millions of base currency. gap_money = bound - npv: no other plan is better by more. gap =
    gap_money / gross value of the plan (None without a plan). by_clock: the clock had a say in the plan, so another run may
    find another one (N7). kept: in a what-if, what was kept of the last plan, in words.
    """

    case: Case
    status: Status
    plan: Plan | None
    ledger: Ledger | None
    npv: float | None
    bound: float | None
    gap_money: float | None
    gap: float | None
    wanted_gap: float
    seconds: float
    stopped_by: Literal["proof", "time", "user", "work"]
    by_clock: bool = False
    progress: tuple[Point, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    reasons: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    size: Mapping[str, int] = field(default_factory=dict)

    @property
    def has_plan(self) -> bool:
        """Whether there is a checked plan to show."""
        return self.plan is not None
