"""The commands `line` and `fit`: can a guest's car be built on a line, and what that means for the network plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from brownfield.cli import run, say, studied
from brownfield.cli.commands import AsJson, CasePath, Quiet, app
from brownfield.cli.study import Study, a_study

if TYPE_CHECKING:
    from brownfield.case.case import Case
    from brownfield.study.line import LineStudy

LineName = Annotated[str, typer.Option("--line", metavar="NAME", help="The host's line.")]
Guest = Annotated[str, typer.Option("--guest", metavar="NAME", help="The company whose car is to be built there.")]
Share = Annotated[float | None, typer.Option("--share", help="The guest's share of the cars; without it as the mix of the case says.")]
PlanDir = Annotated[Path | None, typer.Option("--plan", metavar="PLAN_DIR", help="Take the guest's share from this plan.")]
Shares = Annotated[str | None, typer.Option("--shares", metavar="LIST", help="Shares of the curve, like 0.1,0.3,0.5.")]
Seconds = Annotated[float, typer.Option("--seconds", min=1.0, help="Most seconds for each balance.")]
Cars = Annotated[int, typer.Option("--cars", help="Cars of the day that is put in order.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Of the day, its order and the breakdowns.")]


@app.command()
@a_study(solving=False)
def line(
    case: CasePath,
    line: LineName,
    guest: Guest,
    share: Share = None,
    plan: PlanDir = None,
    shares: Shares = None,
    seconds: Seconds = 20.0,
    cars: Cars = 480,
    seed: Seed = 1,
    *,
    study: Study,
) -> None:
    """Can a guest's car be built on a line: who does what, what binds, how many an hour, and what would make it fit."""
    from brownfield.report.line import as_page, line_dict, moves_sheet, points_sheet, remedies_sheet

    with study.speaking():
        known = study.read(case)
        study.free()
        found = tried(known, line, guest, share, plan, shares, seconds, cars, seed, study.silent)
        sheets = [moves_sheet(found), remedies_sheet(found), points_sheet(found)]
        study.end(known, studied.Answer(as_page(found), line_dict(found), sheets))


@app.command()
def fit(
    case: CasePath,
    line: LineName,
    guest: Guest,
    share: Share = None,
    plan: PlanDir = None,
    shares: Shares = None,
    seconds: Seconds = 20.0,
    cars: Cars = 480,
    seed: Seed = 1,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write what the line can do into the case: load and yearly rate of the guest's cars, as claims with the study as their source."""
    from brownfield.files.append import append_rows
    from brownfield.report.line import lead, line_dict

    with say.speaking(as_json):
        known = run.read(case)
        append_rows(case, {})  # a case that cannot be written to is refused before the study, not after it
        found = tried(known, line, guest, share, plan, shares, seconds, cars, seed, as_json or quiet)
        told = taken_over(found, case)
        if as_json:
            say.print_json({"problems": []} | line_dict(found) | {"written": told})
        elif not quiet:
            say.tell(lead(found).replace("\xa0", " "))
            cells = "; ".join(f"{one['row']} {one['column']} {one['value']}" for one in told["claims"])
            say.tell(f"Added {len(told['claims'])} claims to {case}: {cells}." if cells else f"{case} holds these claims already.")


def tried(
    known: Case,
    line: str,
    guest: str,
    share: float | None,
    plan: Path | None,
    shares: str | None,
    seconds: float,
    cars: int,
    seed: int,
    silent: bool,
) -> LineStudy:
    """The study that was asked for; what it is doing is said on the side."""
    from brownfield.study.line import SHARES, line_study
    from brownfield.study.line_cases import Asked

    if share is not None and plan is not None:
        raise typer.BadParameter("--share says the share, --plan takes it from a plan: say one of them")
    if (solved := run.earlier(plan)) is not None:
        share = Asked.of(known, line, guest).share_in(solved)

    def told(words: str) -> None:
        if not silent:
            say.tell(f"  {words} ...", error=True)

    return line_study(
        known, line, guest, share=share, shares=SHARES if shares is None else listed(shares), seconds=seconds, cars=cars, seed=seed,
        told=told,
    )  # fmt: skip


def listed(text: str) -> tuple[float, ...]:
    """Numbers separated by commas."""
    from brownfield.errors import CaseError, Problem, Where, shown

    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        problem = Problem("BF097", Where("--shares"), shown(text), "shares from 0 to 1, separated by commas", "give them like 0.1,0.3")
        raise CaseError([problem]) from None


def taken_over(found: LineStudy, folder: Path) -> dict[str, Any]:
    """The claims of a study written into a case on disk, once a copy of it with them has been read and checked."""
    import datetime
    import shutil
    import tempfile

    from brownfield.files import read_case
    from brownfield.files.append import append_rows
    from brownfield.study.line_claims import claims_of

    made = claims_of(found, datetime.date.today())
    rows = {"sources": made.sources, "claims": made.claims}
    if folder.is_dir():
        with tempfile.TemporaryDirectory() as scratch:
            copy = Path(scratch) / folder.resolve().name
            shutil.copytree(folder, copy, ignore=lambda at, names: [name for name in names if not name.endswith((".csv", ".toml"))])
            append_rows(copy, rows, made.cells)
            read_case(copy)
    append_rows(folder, rows, made.cells)
    return {"sources": list(made.sources), "claims": list(made.claims), "held": made.held}
