"""The commands `deal` and `frontier`: what a deal is worth to each side, and what one aim costs another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from brownfield.cli import run, say
from brownfield.cli.commands import AsJson, AsOf, CasePath, Force, Gap, InScenario, Quiet, Repeatable, TimeLimit, app
from brownfield.cli.watched import watched

if TYPE_CHECKING:
    from brownfield.report.tables import Sheet
    from brownfield.study.deal import Deal
    from brownfield.study.deal_coalitions import Coalitions
    from brownfield.study.deal_prices import Price
    from brownfield.study.frontier import Frontier

Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="The report as one HTML file.")]


@app.command()
def deal(
    case: CasePath,
    offer: Annotated[list[str] | None, typer.Option("--offer", metavar="NAME", help="The offer, or a word of it; then rivals.")] = None,
    weight: Annotated[float, typer.Option("--weight", help="Bargaining weight of the host, 0 to 1.")] = 0.5,
    volumes: Annotated[int, typer.Option("--volumes", min=0, max=20, help="Volumes on the map; 0: no map.")] = 3,
    together: Annotated[bool, typer.Option("--together", help="Also what owner and guests could do as one company.")] = False,
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
    """What a deal is worth to each side: reservation prices, the zone between them, who gains and who loses."""
    from brownfield.report.deal import as_page
    from brownfield.report.pages import as_html
    from brownfield.study.deal import deal as struck
    from brownfield.study.deal_cases import offer_named
    from brownfield.study.deal_coalitions import coalitions

    if not offer:
        raise typer.BadParameter("name the offer: --offer NAME")
    with say.speaking(as_json):
        known = run.read(case, as_of, scenario)
        run.report_free(out, force)
        base = known.settings.base_currency
        names = list(dict.fromkeys(offer_named(known, name).offer for name in offer))
        with watched(gap, time_limit, repeatable, shown=not (as_json or quiet), currency=base) as solves:
            found, *rivals = [
                struck(known, name, solves=solves, weight=weight, volumes=volumes if name == names[0] else 0) for name in names
            ]
            joined = coalitions(known, names, solves) if together else None
        if out is not None:
            write(as_html(as_page(found, joined, rivals), known), out)
        if as_json:
            say.print_json(deal_dict(found) | {"together": together_dict(joined), "rivals": [deal_dict(rival) for rival in rivals]})
        elif not quiet:
            show_deal(found, joined, rivals)
            if out is not None:
                say.wrote(out)


@app.command()
def frontier(
    case: CasePath,
    heads: Annotated[float | None, typer.Option("--heads", metavar="N", help="Step of people; without it about six steps.")] = None,
    money: Annotated[float | None, typer.Option("--money", metavar="MILLIONS", help="Step of lowest liquidity.")] = None,
    plant: Annotated[list[str] | None, typer.Option("--plant", help="Count the people of this plant only; may be repeated.")] = None,
    levels: Annotated[int, typer.Option("--levels", min=1, max=60, help="About how many steps, where none is given.")] = 6,
    plans: Annotated[Path | None, typer.Option("--plans", metavar="DIR", help="Write each plan there, a folder for each.")] = None,
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
    """What it costs to keep more people, or more cash: every plan that no other beats in worth, people and liquidity."""
    from brownfield.report.frontier import as_page
    from brownfield.report.pages import as_html
    from brownfield.study.frontier import frontier as searched

    with say.speaking(as_json):
        known = run.read(case, as_of, scenario)
        run.report_free(out, force)
        folders = plan_folders(plans)
        base = known.settings.base_currency
        with watched(gap, time_limit, repeatable, shown=not (as_json or quiet), currency=base) as solves:
            found = searched(known, solves=solves, heads=heads, money=money, plants=tuple(plant or ()), levels=levels)
        written = {number: str(run.save(point.outcome, folders(number))) for number, point in enumerate(found.points, 1)} if plans else {}
        if out is not None:
            write(as_html(as_page(found, written), known), out)
        if as_json:
            say.print_json(frontier_dict(found, written))
        elif not quiet:
            show_frontier(found, written)
            if out is not None:
                say.wrote(out)
    if not found.points:
        raise typer.Exit(say.INFEASIBLE if not found.cut else say.NO_PLAN)


def plan_folders(folder: Path | None) -> Callable[[int], Path]:
    """Where the plans of a frontier go: refused before the solves when something else is there."""
    from brownfield.files.swap import free_folder

    if folder is not None and folder.is_dir():
        for inside in sorted(folder.iterdir()):
            free_folder(inside, {run.MARK}, overwrite=True)
    return lambda number: (folder or Path()) / f"plan-{number:02d}"


def show_frontier(found: Frontier, folders: dict[int, str]) -> None:
    """A frontier on the terminal."""
    from rich.console import Console
    from rich.text import Text

    from brownfield.report.frontier import lead, sentences, table

    console = Console()
    console.print(Text(lead(found), style="bold"))
    for sentence in sentences(found):
        console.print(Text(f"  {sentence}"))
    if found.points:
        console.print()
        console.print(sheet_table(table(found, folders or None)))


def sheet_table(sheet: Sheet) -> Any:
    """A table of a report for the terminal."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(sheet.caption, style="bold"), title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for i, name in enumerate(sheet.head):
        table.add_column(Text(name), justify="left" if i < sheet.words else "right", overflow="fold")
    for row in sheet.rows:
        table.add_row(*(Text(cell) for cell in row.cells), style="bold" if row.strong else "")
    return table


def frontier_dict(found: Frontier, folders: dict[int, str]) -> dict[str, Any]:
    """A frontier as plain values."""
    from brownfield.report.frontier import lead, sentences

    return {
        "problems": [],
        "case": found.case.settings.name,
        "digest": found.case.digest,
        "currency": found.case.settings.base_currency,
        "steps": {"heads": found.aims.heads, "money": found.aims.money, "plants": list(found.aims.plants)},
        "exact": found.exact,
        "cut": [list(pair) for pair in found.cut],
        "points": [
            {"npv": point.npv, "headcount": point.headcount, "liquidity": point.liquidity, "bound": point.bound,
             "status": point.outcome.status, "steps": list(point.steps), "folder": folders.get(number)}
            for number, point in enumerate(found.points, 1)
        ],
        "verdict": [lead(found), *sentences(found)],
        "counted": found.counted,
    }  # fmt: skip


def write(text: str, path: Path) -> None:
    """A page as one file, written in full or not at all."""
    from brownfield.files.swap import new_file

    new_file(path, lambda target: target.write_text(text, encoding="utf-8", newline="\n"), overwrite=True)


def show_deal(found: Deal, joined: Coalitions | None, rivals: list[Deal]) -> None:
    """A deal on the terminal, with its rivals, and with what the companies could do as one."""
    from rich.console import Console
    from rich.text import Text

    from brownfield.report.deal import (
        BADGES,
        gains_sheet,
        grant_sentences,
        how,
        lead,
        map_sheet,
        rivals_sheet,
        sentences,
        together_sentences,
        together_sheet,
    )

    console = Console()
    badge, colour = BADGES[found.zone]
    console.print(Text(badge, style={"proved": "bold green", "feasible": "bold yellow"}.get(colour, "bold red")))
    console.print(Text(lead(found), style="bold"))
    base = found.case.settings.base_currency
    more = together_sentences(joined, base) if joined else []
    for sentence in (*sentences(found), *grant_sentences(found), *more):
        console.print(Text(f"  {sentence}"))
    sheets = [gains_sheet(found) if found.gains else None, map_sheet(found), together_sheet(joined, base) if joined else None]
    for sheet in [*sheets, rivals_sheet([found, *rivals]) if rivals else None]:
        if sheet is not None:
            console.print()
            console.print(sheet_table(sheet))
    console.print()
    console.print(Text(how(found)[0], style="dim"))


def deal_dict(found: Deal) -> dict[str, Any]:
    """A deal as plain values."""
    from brownfield.report.deal import grant_sentences, lead, sentences

    price = None if found.price is None else {
        "price": found.price, "split": found.split, "host_gain": found.host_gain(found.price), "guest_gain": found.guest_gain(found.price),
    }  # fmt: skip
    return {
        "problems": [],
        "case": found.case.settings.name,
        "digest": found.case.digest,
        "currency": found.case.settings.base_currency,
        "offer": found.offer.offer,
        "price_is": found.lever,
        "price_currency": found.offer.currency or found.case.settings.base_currency,
        "zone": found.zone,
        "width": found.width,
        "host": price_dict(found.host),
        "guest": price_dict(found.guest),
        "weight": found.weight,
        "struck": price,
        "without_npv": found.alone.npv,
        "without_bound": found.alone.bound,
        "plans": [
            {"price": one.price, "npv": one.outcome.npv, "bound": one.bound, "status": one.outcome.status, "line": one.terms.line,
             "per_host": one.per_host, "per_guest": one.per_guest, "guest": one.guest, "paid": one.terms.paid.tolist()}
            for one in found.found
        ],
        "grants": [vars(grant) for grant in found.grants],
        "gains": [vars(gain) | {"change": gain.change} for gain in found.gains],
        "map": None if found.map is None else [
            {"take_or_pay": taken, "volume": cell.volume, "host": price_dict(cell.host), "guest": price_dict(cell.guest)}
            for taken, line in zip(found.map.shares, found.map.cells, strict=True)
            for cell in line
        ],
        "verdict": [lead(found), *sentences(found), *grant_sentences(found)],
        "counted": found.counted,
    }  # fmt: skip


def together_dict(joined: Coalitions | None) -> dict[str, Any] | None:
    """What the companies could do as one, as plain values."""
    if joined is None:
        return None
    found = [
        {"members": sorted(members), "npv": joined.worth[members], "bound": joined.bound[members]}
        for members in sorted(joined.worth, key=lambda some: (len(some), sorted(some)))
    ]
    return {"coalitions": found, "surplus": joined.surplus, "shapley": dict(joined.shapley)}


def price_dict(found: Price | None) -> dict[str, Any] | None:
    """A reservation price with its interval."""
    return None if found is None else {"best": found.best, "low": found.low, "high": found.high}
