"""`brownfield risk --optimise`: the best plan over many futures, instead of what a plan comes to in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brownfield.cli import run, say
from brownfield.errors import CaseError, Problem, Where

if TYPE_CHECKING:
    from brownfield.case.case import Case
    from brownfield.solve.two_stage import Measure
    from brownfield.study.limits import Limit

DRAWN = 100
"""Futures that a plan is made for, unless said otherwise."""


class Goal(StrEnum):
    """What the best plan is best at."""

    expected = "expected"
    cvar = "cvar"


OptimiseFor = Annotated[
    Goal | None, typer.Option("--optimise", help="Find the best plan over the futures: in expected NPV, or in the worst of them.")
]
Alpha = Annotated[float, typer.Option("--alpha", help="With cvar: 0.9 looks at the worst tenth of the futures.")]
Chance = Annotated[
    list[str] | None,
    typer.Option("--chance", metavar="LIMIT=SHARE", help="A limit that may break in so large a share of the futures; may be repeated."),
]
Foresight = Annotated[bool, typer.Option("--foresight", help="Also solve each future alone: what would knowing it be worth?")]
Samples = Annotated[
    int, typer.Option("--samples", min=0, max=50, help="Plans for a quarter, a half and as many other futures, each so often.")
]
PlanTo = Annotated[Path | None, typer.Option("--plan-out", metavar="DIR", help="Write the plan with cars as planned there.")]


@dataclass(frozen=True)
class Asked:
    """What is asked of the best plan, and of the search for it."""

    goal: Goal
    alpha: float
    chance: list[str]
    foresight: bool
    samples: int
    gap: float
    time_limit: float | None


def measure_of(asked: Asked) -> Measure:
    """The measure of worth that was asked for; a problem where the level is none (BF562)."""
    from brownfield.solve.two_stage import EXPECTED, Measure

    if asked.goal is Goal.expected:
        return EXPECTED
    if not 0.0 <= asked.alpha < 1.0:
        problem = Problem(
            "BF562", Where("--alpha"), f"{asked.alpha:g}", "a level from 0 to below 1", "say 0.9 for the worst tenth of the futures"
        )
        raise CaseError([problem])
    return Measure(1.0, asked.alpha)


def limits_of(asked: Asked) -> list[Limit]:
    """The limits that may break; a problem where a text is not LIMIT=SHARE (BF563)."""
    from brownfield.study.limits import Limit

    found, problems = [], []
    for text in asked.chance:
        name, sign, share = text.rpartition("=")
        try:
            found.append(Limit(name.strip(), float(share)))
            if not (sign and name.strip()):
                raise ValueError
        except ValueError:
            fix = "say it like --chance 'liquidity floor=0.05'"
            problems.append(Problem("BF563", Where("--chance"), text, "a limit, = and a share", fix))
    if problems:
        raise CaseError(problems)
    return found


def optimise(
    case: Case, asked: Asked, futures: int, seed: int, out: Path | None, plan_out: Path | None, *, as_json: bool, quiet: bool, force: bool
) -> None:
    """Find the plan, say what it is worth, and write what was asked for."""
    from brownfield.cli import studied
    from brownfield.files.swap import free_folder
    from brownfield.report.optimise import as_page, compared, figures_sheet, optimised_dict, samples_sheet
    from brownfield.study.optimise import optimised

    run.report_free(out, force)
    if plan_out is not None:
        free_folder(plan_out, {run.MARK}, overwrite=True)
    found = optimised(
        case, futures, seed, measure=measure_of(asked), limits=limits_of(asked), gap=asked.gap, time_limit=asked.time_limit,
        foresight=asked.foresight, samples=asked.samples,
    )  # fmt: skip
    if plan_out is not None:
        run.save(compared(found).second, plan_out)
    sheets = [figures_sheet(found), samples_sheet(found) if found.samples else None]
    studied.end(case, studied.Answer(as_page(found), optimised_dict(found), sheets), out, as_json=as_json, quiet=quiet)
    if plan_out is not None and not (as_json or quiet):
        say.wrote(plan_out)
