"""The command `flips`: which contested claims flip a verdict, and what to ask next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from brownfield.cli import say, studied
from brownfield.cli.commands import CasePath, app
from brownfield.cli.studies import VerdictText
from brownfield.cli.study import Study, a_study

if TYPE_CHECKING:
    from brownfield.case.case import Case
    from brownfield.evidence.cells import Cell
    from brownfield.study.readings import Flips


@app.command()
@a_study()
def flips(
    case: CasePath,
    verdict: VerdictText,
    weights: Annotated[Path | None, typer.Option("--weights", metavar="FILE", help="How likely each version is, as a CSV table.")] = None,
    write_weights: Annotated[Path | None, typer.Option("--write-weights", metavar="FILE", help="Write that table, to be edited.")] = None,
    solves: Annotated[int | None, typer.Option("--solves", min=2, help="Solves at most (a large case: 40).")] = None,
    *,
    study: Study,
) -> None:
    """Which contested claims flip a verdict, what today's plan would lose under each, and what to ask next."""
    from brownfield.report.flips import as_page, asks_sheet, flips_dict, readings_sheet
    from brownfield.study.contested import read_weights
    from brownfield.study.flips import flips as searched
    from brownfield.study.reading import read_verdict

    with study.speaking():
        known = study.read(case)
        asked = read_verdict(known, verdict)
        given = read_weights(known, weights) if weights is not None else None
        study.free()
        _weights(known, given, write_weights, study.force)
        with study.solves(known.settings.base_currency) as made:
            found = searched(known, asked, made, weights=given, most=solves)
        singles = readings_sheet(found, found.singles, "Each version alone, the worst first") if found.singles else None
        sheets = [singles, asks_sheet(found) if found.asks else None]
        answer = studied.Answer(as_page(found), flips_dict(found), sheets, _status(found))
        study.end(known, answer)


def _status(found: Flips) -> int:
    """The exit status: whether there is a plan as things are."""
    if not found.contests or (found.today is not None and found.today.best is not None):
        return 0
    return say.INFEASIBLE if found.today is not None and not found.today.possible else say.NO_PLAN


def _weights(case: Case, given: dict[tuple[Cell, str], float] | None, path: Path | None, force: bool) -> None:
    """Write the weights that will be used as a table to edit."""
    if path is None:
        return
    from brownfield.files.swap import new_file
    from brownfield.study.contested import contests, weights_table

    text = weights_table(contests(case, given))
    new_file(path, lambda target: target.write_text(text, encoding="utf-8", newline="\n"), overwrite=force)
