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
    from brownfield.cli.study import Study
    from brownfield.solve.two_stage import Measure
    from brownfield.study.limits import Limit

DRAWN = 100
"""Futures that a plan is made for, unless said otherwise."""
ALPHA = 0.9
"""Level of CVaR, unless said otherwise."""
PLANNED = 0.4
"""Part of the time limit that the plan for demand as planned may take."""


class Goal(StrEnum):
    """What the best plan is best at."""

    expected = "expected"
    cvar = "cvar"


OptimiseFor = Annotated[
    Goal | None, typer.Option("--optimise", help="Find the best plan over the futures: in expected NPV, or in the worst of them.")
]
Alpha = Annotated[float | None, typer.Option("--alpha", help="With cvar: 0.9, the default, looks at the worst tenth of the futures.")]
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
    """What is asked of the best plan."""

    goal: Goal
    alpha: float
    chance: list[str]
    foresight: bool
    samples: int
    plan_out: Path | None


def asked(
    goal: Goal | None, alpha: float | None, chance: list[str], foresight: bool, samples: int, plan_out: Path | None, plan: Path | None
) -> Asked | None:
    """What was asked of the best plan, None when nothing was; options that say nothing then are refused."""
    if goal is None:
        said = {"--alpha": alpha is not None, "--chance": bool(chance), "--foresight": foresight, "--samples": samples > 0}
        for name in (one for one, given in (said | {"--plan-out": plan_out is not None}).items() if given):
            raise typer.BadParameter(f"{name} goes with --optimise")
        return None
    if plan is not None:
        raise typer.BadParameter("--plan says what a plan comes to, --optimise looks for one: say one of them")
    if alpha is not None and goal is not Goal.cvar:
        raise typer.BadParameter("--alpha goes with --optimise cvar")
    return Asked(goal, ALPHA if alpha is None else alpha, chance, foresight, samples, plan_out)


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


def optimise(case: Case, asked: Asked, futures: int, seed: int, study: Study) -> None:
    """Find the plan, say what it is worth, and write what was asked for."""
    from brownfield.cli import studied
    from brownfield.files.swap import free_folder
    from brownfield.report.optimise import as_page, compared, figures_sheet, optimised_dict, samples_sheet
    from brownfield.study.optimise import optimised

    measure, limits, folder = measure_of(asked), limits_of(asked), asked.plan_out
    study.free()
    if folder is not None:
        free_folder(folder, {run.MARK}, overwrite=True)
    with study.solves(case.settings.base_currency, None if study.time_limit is None else PLANNED * study.time_limit) as solves:
        found = optimised(
            case, futures, seed, measure=measure, limits=limits, gap=study.gap, time_limit=study.time_limit, repeatable=study.repeatable,
            foresight=asked.foresight, samples=asked.samples, solves=solves,
        )  # fmt: skip
    sheets = [figures_sheet(found), samples_sheet(found) if found.samples else None]
    study.end(case, studied.Answer(as_page(found), optimised_dict(found), sheets))
    if folder is not None:
        run.save(compared(found).second, folder)
        if not study.silent:
            say.wrote(folder)
