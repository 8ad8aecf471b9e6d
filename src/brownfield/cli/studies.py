"""The commands `threshold`, `why`, `compare` and `scenarios`: many solves, one answer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from brownfield.cli import run, say, studied
from brownfield.cli.commands import AsJson, AsOf, CasePath, Force, Gap, InScenario, Quiet, Repeatable, app
from brownfield.cli.fan import Fan, fanned
from brownfield.cli.watched import watched

EachTime = Annotated[
    float | None, typer.Option("--time-limit", min=0.1, metavar="SECONDS", help="Stop each solve then, with the best plan so far.")
]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="The report of the study, as one HTML file.")]
VerdictText = Annotated[
    str, typer.Option("--verdict", metavar="TEXT", help="Like 'plant Oppama open in 2029' or 'offer NAME accepted'.", show_default=False)
]


@app.command()
@fanned
def threshold(
    case: CasePath,
    verdict: VerdictText,
    input_: Annotated[str, typer.Option("--input", metavar="ADDRESS", help="The input, as table.key.column.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Every input that could flip it, the smallest change first.")] = False,
    low: Annotated[float | None, typer.Option("--from", metavar="VALUE", help="Look no lower than this.")] = None,
    high: Annotated[float | None, typer.Option("--to", metavar="VALUE", help="Look no higher than this.")] = None,
    top: Annotated[int | None, typer.Option("--top", min=1, help="With --all: how many inputs to work out (a large case: 3).")] = None,
    solves: Annotated[int | None, typer.Option("--solves", min=2, help="Solves at most, for one input (a large case: 6).")] = None,
    out: Out = None,
    time_limit: EachTime = None,
    gap: Gap = 0.01,
    repeatable: Repeatable = False,
    scenario: InScenario = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    force: Force = False,
    *,
    fan: Fan,
) -> None:
    """At which value of an input a verdict flips, as an interval that honours the solver's gap."""
    from brownfield.study.inputs import read_input
    from brownfield.study.reading import read_verdict

    if every == bool(input_):
        raise typer.BadParameter("name one input with --input, or say --all")
    if every and (low is not None or high is not None or solves is not None):
        raise typer.BadParameter("--from, --to and --solves go with --input")
    with say.speaking(as_json):
        known = run.read(case, as_of, scenario)
        asked = read_verdict(known, verdict)
        given = None if every else studied.ranged(read_input(known, input_), low, high)
        run.report_free(out, force)
        with watched(gap, time_limit, repeatable, shown=not (as_json or quiet), currency=known.settings.base_currency, fan=fan) as made:
            answer = studied.scanned(known, asked, made, top) if given is None else studied.flipped(known, asked, given, made, solves)
        studied.end(known, answer, out, as_json=as_json, quiet=quiet)


@app.command()
@fanned
def why(
    case: CasePath,
    verdict: VerdictText,
    out: Out = None,
    time_limit: EachTime = None,
    gap: Gap = 0.01,
    repeatable: Repeatable = False,
    scenario: InScenario = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    force: Force = False,
    *,
    fan: Fan,
) -> None:
    """Why a verdict is as it is: what the opposite would cost, and where the money goes."""
    from brownfield.study.reading import read_verdict

    with say.speaking(as_json):
        known = run.read(case, as_of, scenario)
        asked = read_verdict(known, verdict)
        run.report_free(out, force)
        with watched(gap, time_limit, repeatable, shown=not (as_json or quiet), currency=known.settings.base_currency, fan=fan) as solves:
            answer = studied.explained(known, asked, solves)
        studied.end(known, answer, out, as_json=as_json, quiet=quiet)


@app.command()
@fanned
def compare(
    first: Annotated[Path, typer.Argument(metavar="A", help="A case, or a folder with a plan.", show_default=False)],
    second: Annotated[Path, typer.Argument(metavar="B", help="Another case or plan.", show_default=False)],
    case: Annotated[Path | None, typer.Option("--case", metavar="CASE", help="The case that the plans are for.")] = None,
    out: Out = None,
    time_limit: EachTime = None,
    gap: Gap = 0.01,
    repeatable: Repeatable = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    force: Force = False,
    *,
    fan: Fan,
) -> None:
    """Two plans or cases side by side: what is decided otherwise, and the difference in worth, item by item."""
    with say.speaking(as_json):
        run.report_free(out, force)
        known = None if case is None else run.read(case, as_of)
        with watched(gap, time_limit, repeatable, shown=not (as_json or quiet), currency="", fan=fan) as solves:
            left, right = studied.sides([first, second], known, as_of, solves)
            answer = studied.compared(left, right, (first.name or str(first), second.name or str(second)))
        studied.end(left.case, answer, out, as_json=as_json, quiet=quiet)


@app.command()
@fanned
def scenarios(
    case: CasePath,
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME...", help="Scenarios of the case; all when none is named.")] = None,
    out: Out = None,
    time_limit: EachTime = None,
    gap: Gap = 0.01,
    repeatable: Repeatable = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    force: Force = False,
    *,
    fan: Fan,
) -> None:
    """The scenarios of a case, solved side by side and compared with the case as it is."""
    with say.speaking(as_json):
        known = run.read(case, as_of)
        run.report_free(out, force)
        with watched(gap, time_limit, repeatable, shown=not (as_json or quiet), currency=known.settings.base_currency, fan=fan) as solves:
            answer = studied.in_scenarios(known, names or [], solves)
        studied.end(known, answer, out, as_json=as_json, quiet=quiet)
