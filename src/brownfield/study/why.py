"""Why a verdict is as it is: the best plan against the best plan of which the opposite is true."""

from __future__ import annotations

from dataclasses import dataclass

from brownfield.case.case import Case
from brownfield.solve.outcome import Outcome
from brownfield.study.compare import Comparison, compare
from brownfield.study.solves import Solves, Task
from brownfield.study.trials import HAIR
from brownfield.study.verdicts import Verdict


@dataclass(frozen=True)
class Why:
    """A verdict explained. truth: whether it is true of the best plan found; settled: whether that is proved.

    best: the best plan found; other: the best with the opposite verdict; comparison: from best to other (None when one of them is
    no plan). least, most: what the opposite costs, in millions, between these limits (None: not known).
    """

    case: Case
    verdict: Verdict
    truth: bool
    settled: bool
    best: Outcome
    other: Outcome
    comparison: Comparison | None
    least: float | None
    most: float | None
    solves: int
    seconds: float


def why(case: Case, verdict: Verdict, solves: Solves | None = None) -> Why:
    """Force the verdict both ways and compare: what would the opposite cost, and where does the money go?"""
    solves = solves or Solves()
    begun = solves.made, solves.seconds
    tasks = [Task.forced(case, verdict, truth, f"{'with' if truth else 'without'} the verdict") for truth in (True, False)]
    true, false = solves.run(tasks)
    truth = _worth(true) >= _worth(false)
    best, other = (true, false) if truth else (false, true)
    if not best.has_plan:
        return Why(case, verdict, truth, False, best, other, None, None, None, solves.made - begun[0], solves.seconds - begun[1])
    assert best.npv is not None
    assert best.ledger is not None
    least = None if other.bound is None else best.npv - other.bound
    most = None if best.bound is None or other.npv is None else best.bound - other.npv
    hair = HAIR * max(1.0, abs(best.ledger.gross))
    settled = other.status == "infeasible" or (least is not None and least > hair)
    names = tuple(verdict.sentence(value) for value in (truth, not truth))
    both = compare(best, other, (names[0], names[1])) if other.has_plan else None
    return Why(case, verdict, truth, settled, best, other, both, least, most, solves.made - begun[0], solves.seconds - begun[1])


def _worth(outcome: Outcome) -> float:
    return -float("inf") if outcome.npv is None else outcome.npv
