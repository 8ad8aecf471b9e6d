"""The commands `risk` and `flexibility`: what a plan is worth when demand turns out otherwise, and what one more route would add."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from brownfield.cli import run, say
from brownfield.cli.commands import AsJson, AsOf, CasePath, Force, Gap, InScenario, Quiet, Repeatable, TimeLimit, app
from brownfield.cli.studies import Out

if TYPE_CHECKING:
    from brownfield.case.case import Case
    from brownfield.plan.plan import Plan
    from brownfield.study.estimates import Estimate
    from brownfield.study.risk import Risk

PlanFolder = Annotated[Path | None, typer.Option("--plan", metavar="DIR", help="A plan for the case; without, the best one is found.")]
Count = Annotated[int, typer.Option("--futures", metavar="N", help="Futures to draw.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Of the futures: the same seed gives the same ones on any machine.")]


@app.command()
def risk(
    case: CasePath,
    plan: PlanFolder = None,
    futures: Count = 10_000,
    seed: Seed = 0,
    out: Out = None,
    time_limit: TimeLimit = None,
    gap: Gap = 0.01,
    repeatable: Repeatable = False,
    scenario: InScenario = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    force: Force = False,
) -> None:
    """What a plan comes to in thousands of futures: its worth, its cash, its people and its guests when demand turns out otherwise."""
    from brownfield.cli import studied
    from brownfield.report.risk import as_page, years_sheet
    from brownfield.study.futures import futures as drawn
    from brownfield.study.risk import risk as counted

    with say.speaking(as_json):
        known = run.read(case, as_of, scenario)
        some = drawn(known, futures, seed)
        run.report_free(out, force)
        chosen = _plan(known, plan, gap, time_limit, repeatable, shown=not (as_json or quiet))
        found = counted(known, chosen, drawn=some)
        page = as_page(found)
        if out is not None:
            studied.write(known, page, out)
        if as_json:
            say.print_json({"problems": []} | risk_dict(found) | {"report": str(out) if out else None})
        elif not quiet:
            studied.show(page, [years_sheet(found)])
            if out is not None:
                say.wrote(out)


def _plan(case: Case, folder: Path | None, gap: float, time_limit: float | None, repeatable: bool, *, shown: bool) -> Plan:
    """The plan in a folder, or the best one for the case."""
    from brownfield.plan.plan import read_plan
    from brownfield.study.futures import without_futures

    if folder is not None:
        found = read_plan(folder)
        if found.case_digest not in (case.digest, without_futures(case).digest):
            raise run.another_case(folder, found, case)
        return found
    outcome = run.solved(case, gap=gap, time_limit=time_limit, repeatable=repeatable, shown=shown)
    if outcome.plan is None:
        raise typer.Exit(run.status_of(outcome))
    return outcome.plan
