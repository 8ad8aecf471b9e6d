"""The commands `deal` and `frontier`: what a deal is worth to each side, and what one aim costs another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from brownfield.cli import run, say, studied
from brownfield.cli.commands import CasePath, app
from brownfield.cli.study import Study, a_study


@app.command()
@a_study()
def deal(
    case: CasePath,
    offer: Annotated[list[str] | None, typer.Option("--offer", metavar="NAME", help="The offer, or a word of it; then rivals.")] = None,
    weight: Annotated[float, typer.Option("--weight", help="Bargaining weight of the host, 0 to 1.")] = 0.5,
    volumes: Annotated[int, typer.Option("--volumes", min=0, max=20, help="Volumes on the map; 0: no map.")] = 3,
    together: Annotated[bool, typer.Option("--together", help="Also what owner and guests could do as one company.")] = False,
    *,
    study: Study,
) -> None:
    """What a deal is worth to each side: reservation prices, the zone between them, who gains and who loses."""
    from brownfield.report.deal import as_page, deal_dict, gains_sheet, map_sheet, rivals_sheet, together_sheet
    from brownfield.study.deal import deal as struck
    from brownfield.study.deal_cases import offer_named
    from brownfield.study.deal_coalitions import coalitions

    if not offer:
        raise typer.BadParameter("name the offer: --offer NAME")
    with study.speaking():
        known = study.read(case)
        study.free()
        base = known.settings.base_currency
        names = list(dict.fromkeys(offer_named(known, name).offer for name in offer))
        with study.solves(base) as solves:
            found, *rivals = [
                struck(known, name, solves=solves, weight=weight, volumes=volumes if name == names[0] else 0) for name in names
            ]
            joined = coalitions(known, names, solves) if together else None
        values = deal_dict(found, joined, rivals)
        sheets = [
            gains_sheet(found) if found.gains else None,
            map_sheet(found),
            together_sheet(joined, base) if joined else None,
            rivals_sheet([found, *rivals]) if rivals else None,
        ]
        study.end(known, studied.Answer(as_page(found, joined, rivals), values, sheets))


@app.command()
@a_study()
def frontier(
    case: CasePath,
    heads: Annotated[float | None, typer.Option("--heads", metavar="N", help="Step of people; without it about six steps.")] = None,
    money: Annotated[float | None, typer.Option("--money", metavar="MILLIONS", help="Step of lowest liquidity.")] = None,
    plant: Annotated[list[str] | None, typer.Option("--plant", help="Count the people of this plant only; may be repeated.")] = None,
    levels: Annotated[int, typer.Option("--levels", min=1, max=60, help="About how many steps, where none is given.")] = 6,
    plans: Annotated[Path | None, typer.Option("--plans", metavar="DIR", help="Write each plan there, a folder for each.")] = None,
    *,
    study: Study,
) -> None:
    """What it costs to keep more people, or more cash: every plan that no other beats in worth, people and liquidity."""
    from brownfield.report.frontier import as_page, frontier_dict, table
    from brownfield.study.frontier import frontier as searched

    with study.speaking():
        known = study.read(case)
        study.free()
        folders = plan_folders(plans)
        base = known.settings.base_currency
        with study.solves(base) as solves:
            found = searched(known, solves=solves, heads=heads, money=money, plants=tuple(plant or ()), levels=levels)
        written = {number: str(run.save(point.outcome, folders(number))) for number, point in enumerate(found.points, 1)} if plans else {}
        status = 0 if found.points else say.NO_PLAN if found.cut else say.INFEASIBLE
        sheets = [table(found, written or None) if found.points else None]
        answer = studied.Answer(as_page(found, written), frontier_dict(found, written), sheets, status)
        study.end(known, answer)


def plan_folders(folder: Path | None) -> Callable[[int], Path]:
    """Where the plans of a frontier go: refused before the solves when something else is there."""
    from brownfield.files.swap import free_folder

    if folder is not None and folder.is_dir():
        for inside in sorted(folder.iterdir()):
            free_folder(inside, {run.MARK}, overwrite=True)
    return lambda number: (folder or Path()) / f"plan-{number:02d}"
