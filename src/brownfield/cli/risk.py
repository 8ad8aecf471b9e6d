"""The commands `risk` and `flexibility`: what a plan is worth when demand turns out otherwise, and what one more route would add."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brownfield.cli import risk_optimise as best
from brownfield.cli import run, say, studied
from brownfield.cli.commands import CasePath, app
from brownfield.cli.study import Study, a_study

if TYPE_CHECKING:
    from brownfield.case.case import Case
    from brownfield.plan.plan import Plan

PlanFolder = Annotated[Path | None, typer.Option("--plan", metavar="DIR", help="A plan for the case; without, the best one is found.")]
EVALUATED = 10_000
"""Futures in which a plan is tried, unless said otherwise."""
Seed = Annotated[int, typer.Option("--seed", min=0, help="Of the futures: the same seed gives the same ones on any machine.")]


@app.command()
@a_study()
def risk(
    case: CasePath,
    plan: PlanFolder = None,
    futures: Annotated[int | None, typer.Option("--futures", metavar="N", help="Futures to draw (10,000; to optimise: 100).")] = None,
    seed: Seed = 0,
    optimise: best.OptimiseFor = None,
    alpha: best.Alpha = None,
    chance: best.Chance = None,
    foresight: best.Foresight = False,
    samples: best.Samples = 0,
    plan_out: best.PlanTo = None,
    *,
    study: Study,
) -> None:
    """What a plan comes to in thousands of futures: its worth, its cash, its people and its guests when demand turns out otherwise."""
    from brownfield.report.risk import as_page, risk_dict, years_sheet
    from brownfield.study.futures import futures as drawn
    from brownfield.study.risk import risk as counted

    asked = best.asked(optimise, alpha, chance or [], foresight, samples, plan_out, plan)
    with study.speaking():
        known = study.read(case)
        if asked is not None:
            best.optimise(known, asked, best.DRAWN if futures is None else futures, seed, study)
            return
        some = drawn(known, EVALUATED if futures is None else futures, seed)
        study.free()
        chosen = _best(known, study) if plan is None else _saved(known, plan)
        found = counted(known, chosen, drawn=some)
        answer = studied.Answer(as_page(found), risk_dict(found), [years_sheet(found)])
        study.end(known, answer)


@app.command()
@a_study(solving=False)
def flexibility(
    case: CasePath,
    plan: Annotated[Path | None, typer.Option("--plan", metavar="DIR", help="A plan for the case; without, lines run as today.")] = None,
    futures: Annotated[int, typer.Option("--futures", metavar="N", help="Futures to draw.")] = 2_000,
    seed: Seed = 0,
    steps: Annotated[int, typer.Option("--steps", min=0, max=100, help="Routes to add one after another, at most.")] = 12,
    *,
    study: Study,
) -> None:
    """What each possible route adds to expected sales when demand is uncertain, and the best next one."""
    from brownfield.report.flexibility import as_page, flexibility_dict, gains_sheet, steps_sheet
    from brownfield.study.flexibility import flexibility as tried
    from brownfield.study.futures import futures as drawn

    with study.speaking():
        known = study.read(case)
        some = drawn(known, futures, seed)
        study.free()
        found = tried(known, plan=None if plan is None else _saved(known, plan), drawn=some, most=steps)
        sheets = [gains_sheet(found), steps_sheet(found) if found.steps else None]
        study.end(known, studied.Answer(as_page(found), flexibility_dict(found), sheets))


def _saved(case: Case, folder: Path) -> Plan:
    """The plan in a folder; it may have been made before anything was said of futures."""
    from brownfield.study.futures import without_futures

    return run.saved(folder, [case, without_futures(case)], "name the case that the plan is for")[0]


def _best(case: Case, study: Study) -> Plan:
    """The best plan for the case as planned; ends the command where there is none."""
    from brownfield.report.values import outcome_dict

    outcome = run.solved(case, study.gap, study.time_limit, study.repeatable, watched=not study.silent, fan=study.fan)
    if outcome.plan is None:
        if study.as_json:
            say.print_json(outcome_dict(outcome))
        else:
            run.show(outcome)
        raise typer.Exit(run.status_of(outcome))
    return outcome.plan
