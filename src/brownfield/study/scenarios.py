"""The scenarios of a case: their changes made, solved side by side, and each compared with the case as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from brownfield.case.case import Case
from brownfield.case.changes import scenario
from brownfield.case.tables import Scenario
from brownfield.errors import CaseError, Problem, Where, nearest, one_of, shown
from brownfield.solve.outcome import Outcome
from brownfield.study.compare import Comparison, compare
from brownfield.study.solves import Solves, Task

AS_IT_IS = "as it is"
"""The name of the case without any scenario."""


@dataclass(frozen=True)
class Scenarios:
    """The case as it is and its scenarios, solved. comparisons: from the case as it is to each scenario (None without two plans)."""

    case: Case
    names: tuple[str, ...]
    meanings: tuple[str, ...]
    weights: tuple[float, ...]
    outcomes: tuple[Outcome, ...]
    comparisons: tuple[Comparison | None, ...]
    solves: int
    seconds: float

    @property
    def base(self) -> Outcome:
        """The case as it is."""
        return self.outcomes[0]


def scenarios(case: Case, names: Sequence[str] = (), solves: Solves | None = None) -> Scenarios:
    """Solve the case as it is and its scenarios (all, or those named). CaseError for a name that is none, or a change that cannot be."""
    solves = solves or Solves()
    begun = solves.made, solves.seconds
    rows = {row.scenario: row for row in case.rows(Scenario)}
    wrong = [name for name in names if name not in rows]
    if wrong or not rows:
        raise CaseError([_unknown(name, list(rows)) for name in wrong or ["any"]])
    chosen = list(names) or list(rows)
    cases = [case, *(scenario(case, name) for name in chosen)]
    base = solves.run([Task(case, name=AS_IT_IS)])  # first: its plan is where the others begin
    others = solves.run([Task(one, name=name) for one, name in zip(cases[1:], chosen, strict=True)])
    outcomes = (*base, *others)
    pairs = tuple(
        compare(base[0], outcome, (AS_IT_IS, name)) if base[0].has_plan and outcome.has_plan else None
        for name, outcome in zip([AS_IT_IS, *chosen], outcomes, strict=True)
    )
    told = ["the case without a scenario", *(rows[name].meaning for name in chosen)]
    weights = [0.0, *(rows[name].weight for name in chosen)]
    names_ = (AS_IT_IS, *chosen)
    return Scenarios(case, names_, tuple(told), tuple(weights), outcomes, pairs, solves.made - begun[0], solves.seconds - begun[1])


def _unknown(name: str, names: list[str]) -> Problem:
    fix = f"{nearest(name, names)}the scenarios are {one_of(names, 30)}" if names else "add rows to scenarios, and their changes"
    return Problem("BF054", Where("scenarios"), f"no scenario {shown(name)}", "a scenario of the case", fix)
