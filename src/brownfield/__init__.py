"""Brownfield: which plants to keep, cut, close, sell or share - decided, checked and explained.

The whole idea: a case is read, a plan is looked for, checked by a second reading, and reported.

    import brownfield as bf

    case = bf.read_case(bf.new_case("my case"))                # a worked case to start from; a bad one names every problem at once
    outcome = bf.solve(case, gap=0.01, time_limit=60)          # the best plan found, and how much better any other could be
    print(*bf.verdict(outcome))                                # what to do, in sentences
    print(outcome.plan.sites)                                  # each plant in each period: open, idle, leased, closed, sold
    print(outcome.ledger.npv, outcome.ledger.postings)         # what the plan is worth, line by line
    print(*bf.trace(case, outcome.ledger.postings[0]).sentences())  # from one line to the cells and the words behind it
    print(bf.coverage(case, outcome.ledger).sentence())        # how much of the money rests on a source
    bf.write_report(outcome, "report.html")                    # all of it on one page
    early = bf.as_of(case, "2025-05-31")                       # the case as it was known on a day
    dear = bf.changed(case, [bf.Edit("companies", case.owner, "overhead", "multiply", 2)])  # what if?

A `Case` never changes; whatever changes it makes a new one. To read on: `case/tables.py` has what can be known,
`model/assemble.py` the rules, `docs/maths.md` what a plan is worth.
"""

from __future__ import annotations

import sys
from pkgutil import resolve_name
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brownfield.case.case import Case, Settings
    from brownfield.case.changes import changed, scenario
    from brownfield.case.edits import Edit
    from brownfield.errors import BrownfieldError, CaseError, LedgerError, Problem
    from brownfield.evidence.claims import as_of, hindsight, in_force
    from brownfield.evidence.conflicts import agreements, conflicts, settled
    from brownfield.evidence.coverage import coverage
    from brownfield.evidence.timeline import timeline
    from brownfield.evidence.trace import trace
    from brownfield.files import read_case, write_folder, write_workbook
    from brownfield.files.new import new_case
    from brownfield.plan.ledger import Ledger, keep_books
    from brownfield.plan.plan import Plan
    from brownfield.plan.rules import broken
    from brownfield.report.html import write_report
    from brownfield.report.words import verdict
    from brownfield.solve import Outcome, solve, what_if
    from brownfield.study.compare import compare
    from brownfield.study.fanout import Processes
    from brownfield.study.flips import flips
    from brownfield.study.inputs import read_input
    from brownfield.study.reading import read_verdict
    from brownfield.study.scan import scan
    from brownfield.study.scenarios import scenarios
    from brownfield.study.solves import Solves
    from brownfield.study.store import Store
    from brownfield.study.threshold import threshold
    from brownfield.study.verdicts import holds
    from brownfield.study.why import why

_HOMES = {
    "case.case": ("Case", "Settings"),
    "case.changes": ("changed", "scenario"),
    "case.edits": ("Edit",),
    "errors": ("BrownfieldError", "CaseError", "LedgerError", "Problem"),
    "evidence.claims": ("as_of", "hindsight", "in_force"),
    "evidence.conflicts": ("agreements", "conflicts", "settled"),
    "evidence.coverage": ("coverage",),
    "evidence.timeline": ("timeline",),
    "evidence.trace": ("trace",),
    "files": ("read_case", "write_folder", "write_workbook"),
    "files.new": ("new_case",),
    "plan.ledger": ("Ledger", "keep_books"),
    "plan.plan": ("Plan",),
    "plan.rules": ("broken",),
    "report.html": ("write_report",),
    "report.words": ("verdict",),
    "solve": ("Outcome", "solve", "what_if"),
    "study.compare": ("compare",),
    "study.flips": ("flips",),
    "study.inputs": ("read_input",),
    "study.reading": ("read_verdict",),
    "study.scan": ("scan",),
    "study.scenarios": ("scenarios",),
    "study.solves": ("Solves",),
    "study.store": ("Store",),
    "study.fanout": ("Processes",),
    "study.threshold": ("threshold",),
    "study.verdicts": ("holds",),
    "study.why": ("why",),
}
"""Where each name lives. A room is opened when its first name is used: importing brownfield costs next to nothing."""

_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [  # noqa: RUF022 - in the order of use
    "read_case", "new_case", "write_folder", "write_workbook", "Case", "Settings", "Edit", "changed", "scenario",
    "solve", "what_if", "Outcome", "Plan", "Ledger", "keep_books", "broken", "verdict", "write_report",
    "read_verdict", "read_input", "threshold", "scan", "why", "flips", "compare", "scenarios", "holds",
    "Solves", "Store", "Processes",
    "as_of", "hindsight", "in_force", "conflicts", "settled", "agreements", "coverage", "timeline", "trace",
    "BrownfieldError", "CaseError", "LedgerError", "Problem",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'brownfield' has no attribute {name!r}")
    value = resolve_name(f"brownfield.{_HOME[name]}:{name}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]


class _Package(ModuleType):
    """`brownfield.solve` is the function, although a room has that name: opening the room does not hide it."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
