"""The command `runs`: what is in a store, a run opened again as a folder with its plan, old ones taken out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from brownfield.cli import run as running
from brownfield.cli import say
from brownfield.cli.commands import AsJson, Force, app
from brownfield.cli.fan import StoreFolder

if TYPE_CHECKING:
    from brownfield.study.store import Result, Run, Store

runs = typer.Typer(help="What is in a store of runs: list them, show one, open its plan again, take old ones out.")
app.add_typer(runs, name="runs")

Number = Annotated[int, typer.Argument(metavar="RUN", help="Number of the run, as listed.", show_default=False)]


@runs.callback(invoke_without_command=True)
def listed(context: typer.Context, store: StoreFolder = None, as_json: AsJson = False) -> None:
    """List every run of a store."""
    context.obj = store
    if context.invoked_subcommand is not None:
        return
    with say.speaking(as_json):
        found = _store(store).runs()
    if as_json:
        say.print_json({"problems": [], "runs": [vars(one) for one in found]})
    else:
        say.tell("\n".join(sentence(one) for one in found) or "There are no runs yet.")


@runs.command()
def show(context: typer.Context, number: Number, store: StoreFolder = None, as_json: AsJson = False) -> None:
    """Show one run: what was asked, and every solve with what came out."""
    with say.speaking(as_json):
        one, results = _store(store or context.obj).run(number)
    if as_json:
        say.print_json({"problems": [], "run": vars(one), "solves": [solve_dict(n, result) for n, result in enumerate(results, 1)]})
        return
    say.tell(sentence(one))
    say.tell(f"  with {one.version}")
    for name, value in one.asked.items():
        say.tell(f"  {name.rstrip('_').replace('_', '-')}: {value}")
    for place, result in enumerate(results, 1):
        say.tell(f"{place:>4}  {result.name or result.case_name}: {outcome_told(result)}{' (found in the store)' if result.found else ''}")


@runs.command("open")
def open_(
    context: typer.Context,
    number: Number,
    solve: Annotated[int | None, typer.Option("--solve", min=1, help="Which solve of the run; not needed where there is one.")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder for the plan; without it NAME-plan.")] = None,
    case: Annotated[Path | None, typer.Option("--case", metavar="DIR", help="Write the case there, too.")] = None,
    store: StoreFolder = None,
    force: Force = False,
) -> None:
    """Write the plan of a run as a folder, as solve does, and its case if wanted."""
    from brownfield.files.folder import write_folder
    from brownfield.study.opened import opened

    with say.speaking():
        outcome = opened(_store(store or context.obj), number, solve)
        folder = running.plan_folder(outcome.case, out)
        if case is not None:
            write_folder(outcome.case, case, overwrite=force)
        say.wrote(running.save(outcome, folder))
        if case is not None:
            say.wrote(case)


@runs.command()
def prune(
    context: typer.Context,
    days: Annotated[int | None, typer.Option("--days", min=0, help="Take out runs that began more than so many days ago.")] = None,
    old_versions: Annotated[bool, typer.Option("--old-versions", help="Take out results of other versions than this one.")] = False,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    """Take out old runs with the results that no other run has, and what killed processes left."""
    with say.speaking(as_json):
        before = "" if days is None else (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
        gone, results, size = _store(store or context.obj).prune(before, old_versions)
    if as_json:
        say.print_json({"problems": [], "runs": gone, "results": results, "bytes": size})
    else:
        say.tell(f"Took out {gone} run{'s' * (gone != 1)} and {results} result{'s' * (results != 1)} of {size / 1e6:,.1f} MB.")


def _store(folder: Path | None) -> Store:
    from brownfield.study.store import Store

    if folder is None:
        raise typer.BadParameter("name the store: --store FOLDER, or BROWNFIELD_STORE in the environment")
    return Store.at(folder, make=False)


def sentence(one: Run) -> str:
    """A run in a line."""
    asked = one.asked.get("case") or one.asked.get("first") or ""
    count = f"{one.made} solve{'s' * (one.made != 1)} made" + (f", {one.found} found" if one.found else "")
    state = one.state if one.ended else "unfinished: it runs still, or was cut short"
    return f"{one.run:>4}  {one.begun[:16].replace('T', ' ')} UTC  {one.command} {asked}: {state}; {count}"


def outcome_told(result: Result) -> str:
    """What came of a solve, in a few words."""
    told = result.told
    if told.get("npv") is None:
        return str(told.get("status", "kept")).replace("_", " ")
    better = told.get("gap_money")
    return f"{told['status']}, worth {told['npv']:,.3f} m" + ("" if better is None else f", no plan is better by more than {better:,.3f} m")


def solve_dict(place: int, result: Result) -> dict[str, Any]:
    """A solve of a run as plain values."""
    told = {name: result.told.get(name) for name in ("status", "npv", "bound", "gap_money", "gap", "seconds", "stopped_by", "by_clock")}
    return {"solve": place} | {name: value for name, value in vars(result).items() if name != "told"} | told
