"""The commands `threshold`, `why`, `compare` and `scenarios`: many solves, one answer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from brownfield.cli import studied
from brownfield.cli.commands import CasePath, app
from brownfield.cli.study import Study, a_study

VerdictText = Annotated[
    str, typer.Option("--verdict", metavar="TEXT", help="Like 'plant Oppama open in 2029' or 'offer NAME accepted'.", show_default=False)
]


@app.command()
@a_study()
def threshold(
    case: CasePath,
    verdict: VerdictText,
    input_: Annotated[str, typer.Option("--input", metavar="ADDRESS", help="The input, as table.key.column.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Every input that could flip it, the smallest change first.")] = False,
    low: Annotated[float | None, typer.Option("--from", metavar="VALUE", help="Look no lower than this.")] = None,
    high: Annotated[float | None, typer.Option("--to", metavar="VALUE", help="Look no higher than this.")] = None,
    top: Annotated[int | None, typer.Option("--top", min=1, help="With --all: how many inputs to work out (a large case: 3).")] = None,
    solves: Annotated[int | None, typer.Option("--solves", min=2, help="Solves at most, for one input (a large case: 6).")] = None,
    *,
    study: Study,
) -> None:
    """At which value of an input a verdict flips, as an interval that honours the solver's gap."""
    from brownfield.study.inputs import read_input
    from brownfield.study.reading import read_verdict

    if every == bool(input_):
        raise typer.BadParameter("name one input with --input, or say --all")
    if every and (low is not None or high is not None or solves is not None):
        raise typer.BadParameter("--from, --to and --solves go with --input")
    with study.speaking():
        known = study.read(case)
        asked = read_verdict(known, verdict)
        given = None if every else studied.ranged(read_input(known, input_), low, high)
        study.free()
        with study.solves(known.settings.base_currency) as made:
            answer = studied.scanned(known, asked, made, top) if given is None else studied.flipped(known, asked, given, made, solves)
        study.end(known, answer)


@app.command()
@a_study()
def why(
    case: CasePath,
    verdict: VerdictText,
    *,
    study: Study,
) -> None:
    """Why a verdict is as it is: what the opposite would cost, and where the money goes."""
    from brownfield.study.reading import read_verdict

    with study.speaking():
        known = study.read(case)
        asked = read_verdict(known, verdict)
        study.free()
        with study.solves(known.settings.base_currency) as solves:
            answer = studied.explained(known, asked, solves)
        study.end(known, answer)


@app.command()
@a_study(without=("scenario",))
def compare(
    first: Annotated[Path, typer.Argument(metavar="A", help="A case, or a folder with a plan.", show_default=False)],
    second: Annotated[Path, typer.Argument(metavar="B", help="Another case or plan.", show_default=False)],
    case: Annotated[Path | None, typer.Option("--case", metavar="CASE", help="The case that the plans are for.")] = None,
    *,
    study: Study,
) -> None:
    """Two plans or cases side by side: what is decided otherwise, and the difference in worth, item by item."""
    with study.speaking():
        study.free()
        known = None if case is None else study.read(case)
        with study.solves("") as solves:
            left, right = studied.sides([first, second], known, study.as_of, solves)
            answer = studied.compared(left, right, (first.name or str(first), second.name or str(second)))
        study.end(left.case, answer)


@app.command()
@a_study(without=("scenario",))
def scenarios(
    case: CasePath,
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME...", help="Scenarios of the case; all when none is named.")] = None,
    *,
    study: Study,
) -> None:
    """The scenarios of a case, solved side by side and compared with the case as it is."""
    with study.speaking():
        known = study.read(case)
        study.free()
        with study.solves(known.settings.base_currency) as solves:
            answer = studied.in_scenarios(known, names or [], solves)
        study.end(known, answer)
