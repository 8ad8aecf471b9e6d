"""The commands `deal` and `frontier`: what a deal is worth to each side, and what one aim costs another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from brownfield.cli import run, say, studied
from brownfield.cli.commands import AsJson, AsOf, CasePath, Force, Gap, InScenario, Quiet, Repeatable, app
from brownfield.cli.studies import EachTime, Out
from brownfield.cli.watched import watched

if TYPE_CHECKING:
    from brownfield.study.deal import Deal
    from brownfield.study.deal_coalitions import Coalitions
    from brownfield.study.deal_prices import Price
    from brownfield.study.frontier import Frontier


@app.command()
def deal(
    case: CasePath,
    offer: Annotated[list[str] | None, typer.Option("--offer", metavar="NAME", help="The offer, or a word of it; then rivals.")] = None,
    weight: Annotated[float, typer.Option("--weight", help="Bargaining weight of the host, 0 to 1.")] = 0.5,
    volumes: Annotated[int, typer.Option("--volumes", min=0, max=20, help="Volumes on the map; 0: no map.")] = 3,
    together: Annotated[bool, typer.Option("--together", help="Also what owner and guests could do as one company.")] = False,
    out: Out = None,
    time_limit: EachTime = None,
    gap: Gap = 0.01,
    repeatable: Repeatable = False,
    scenario: InScenario = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    force: Force = False,
) -> None:
    """What a deal is worth to each side: reservation prices, the zone between them, who gains and who loses."""
    from brownfield.report.deal import as_page, gains_sheet, map_sheet, rivals_sheet, together_sheet
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
        values = deal_dict(found) | {"together": together_dict(joined), "rivals": [deal_dict(rival) for rival in rivals]}
        sheets = [
            gains_sheet(found) if found.gains else None,
            map_sheet(found),
            together_sheet(joined, base) if joined else None,
            rivals_sheet([found, *rivals]) if rivals else None,
        ]
        studied.end(known, studied.Answer(as_page(found, joined, rivals), values, sheets), out, as_json=as_json, quiet=quiet)


@app.command()
def frontier(
    case: CasePath,
    heads: Annotated[float | None, typer.Option("--heads", metavar="N", help="Step of people; without it about six steps.")] = None,
    money: Annotated[float | None, typer.Option("--money", metavar="MILLIONS", help="Step of lowest liquidity.")] = None,
    plant: Annotated[list[str] | None, typer.Option("--plant", help="Count the people of this plant only; may be repeated.")] = None,
    levels: Annotated[int, typer.Option("--levels", min=1, max=60, help="About how many steps, where none is given.")] = 6,
    plans: Annotated[Path | None, typer.Option("--plans", metavar="DIR", help="Write each plan there, a folder for each.")] = None,
    out: Out = None,
    time_limit: EachTime = None,
    gap: Gap = 0.01,
    repeatable: Repeatable = False,
    scenario: InScenario = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    force: Force = False,
) -> None:
    """What it costs to keep more people, or more cash: every plan that no other beats in worth, people and liquidity."""
    from brownfield.report.frontier import as_page, table
    from brownfield.study.frontier import frontier as searched

    with say.speaking(as_json):
        known = run.read(case, as_of, scenario)
        run.report_free(out, force)
        folders = plan_folders(plans)
        base = known.settings.base_currency
        with watched(gap, time_limit, repeatable, shown=not (as_json or quiet), currency=base) as solves:
            found = searched(known, solves=solves, heads=heads, money=money, plants=tuple(plant or ()), levels=levels)
        written = {number: str(run.save(point.outcome, folders(number))) for number, point in enumerate(found.points, 1)} if plans else {}
        status = 0 if found.points else say.NO_PLAN if found.cut else say.INFEASIBLE
        sheets = [table(found, written or None) if found.points else None]
        answer = studied.Answer(as_page(found, written), frontier_dict(found, written), sheets, status)
        studied.end(known, answer, out, as_json=as_json, quiet=quiet)


def plan_folders(folder: Path | None) -> Callable[[int], Path]:
    """Where the plans of a frontier go: refused before the solves when something else is there."""
    from brownfield.files.swap import free_folder

    if folder is not None and folder.is_dir():
        for inside in sorted(folder.iterdir()):
            free_folder(inside, {run.MARK}, overwrite=True)
    return lambda number: (folder or Path()) / f"plan-{number:02d}"


def frontier_dict(found: Frontier, folders: dict[int, str]) -> dict[str, Any]:
    """A frontier as plain values."""
    from brownfield.report.frontier import lead, sentences

    return {
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


def deal_dict(found: Deal) -> dict[str, Any]:
    """A deal as plain values."""
    from brownfield.report.deal import grant_sentences, lead, sentences

    price = None if found.price is None else {
        "price": found.price, "split": found.split, "host_gain": found.host_gain(found.price), "guest_gain": found.guest_gain(found.price),
    }  # fmt: skip
    return {
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
