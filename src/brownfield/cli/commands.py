"""The commands: read a case, do one thing with it, say what came out. No logic of planning is here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from brownfield.cli import run, say
from brownfield.cli.fan import Fan, kept

app = typer.Typer(
    name="brownfield",
    help="Which plants to keep, cut, close, sell or share: decided, checked and explained.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

CasePath = Annotated[Path, typer.Argument(metavar="CASE", help="Folder of tables, or .xlsx workbook.", show_default=False)]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="Use only what had been published by this day.")]
InScenario = Annotated[str | None, typer.Option("--scenario", metavar="NAME", help="Solve this scenario of the case.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that is there, or a folder that Brownfield wrote.")]
TimeLimit = Annotated[float | None, typer.Option("--time-limit", min=0.1, metavar="SECONDS", help="Stop then, with the best plan so far.")]
Gap = Annotated[float, typer.Option("--gap", min=0.0, max=1.0, help="Stop when no plan is better by more than this share of gross value.")]
Repeatable = Annotated[bool, typer.Option("--repeatable", help="Limit work instead of time: the same plan on any machine.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress and no summary.")]


def main() -> None:
    """Run the command line."""
    app()


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"brownfield {version('brownfield')}")
        raise typer.Exit


@app.callback()
def brownfield(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")] = False,
) -> None:
    """Which plants to keep, cut, close, sell or share: decided, checked and explained."""


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is not there yet, or empty.", show_default=False)],
    empty: Annotated[bool, typer.Option("--empty", help="Tables with headers only, to fill in.")] = False,
    synthetic: Annotated[
        str | None, typer.Option("--synthetic", metavar="SIZE", help="A made-up group: plants=17,products=45,quarters=20,seed=7.")
    ] = None,
) -> None:
    """Make a case to start from: a small worked one, empty tables, or a made-up group of any size."""
    from brownfield.files.new import new_case

    if empty and synthetic is not None:
        raise typer.BadParameter("--empty and --synthetic do not go together")
    with say.speaking():
        new_case(folder, empty=empty, synthetic=synthetic)
    say.tell(f"Made {folder}. Next: brownfield {'check' if empty else 'solve'} {folder}")


@app.command()
def check(case: CasePath, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Say everything that is wrong with a case, with its place and how to mend it."""
    with say.speaking(as_json):
        known = run.read(case, as_of)
    if as_json:
        rows = {name: known.table(name).height for name in known.tables if known.table(name).height}
        about = {"name": known.settings.name, "digest": known.digest, "periods": list(known.calendar.names), "rows": rows}
        say.print_json({"problems": [], "case": about})
    else:
        say.tell(f"{known!r}\nNo problems.")


@app.command()
def export(
    case: Annotated[Path | None, typer.Argument(metavar="CASE", help="Folder or workbook; not needed for a template or schema.")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help="The case as one Excel workbook.")] = None,
    folder: Annotated[Path | None, typer.Option("--folder", metavar="DIR", help="The case as a folder of CSV tables.")] = None,
    datapackage: Annotated[Path | None, typer.Option("--datapackage", metavar="DIR", help="The same with a datapackage.json.")] = None,
    template: Annotated[Path | None, typer.Option("--template", metavar="FILE", help="An empty workbook that explains itself.")] = None,
    json_schema: Annotated[Path | None, typer.Option("--json-schema", metavar="DIR", help="A JSON Schema for each table.")] = None,
    as_of: AsOf = None,
    force: Force = False,
) -> None:
    """Write a case in another form, or what a case looks like."""
    of_case = {"xlsx": xlsx, "folder": folder, "datapackage": datapackage}
    of_schema = {"template": template, "json_schema": json_schema}
    if not any((*of_case.values(), *of_schema.values())):
        raise typer.BadParameter("say what to write: --xlsx, --folder, --datapackage, --template or --json-schema")
    if case is None and any(of_case.values()):
        raise typer.BadParameter("name the case to write: brownfield export CASE ...")
    with say.speaking():
        known = run.read(case, as_of) if case is not None and any(of_case.values()) else None
        for path in run.exported(known, of_case | of_schema, force):
            say.wrote(path)


@app.command("import")
def import_(
    workbook: Annotated[Path, typer.Argument(metavar="FILE.xlsx", show_default=False)],
    folder: Annotated[Path, typer.Argument(metavar="DIR", show_default=False)],
    force: Force = False,
) -> None:
    """Turn an Excel workbook into a folder of CSV tables."""
    from brownfield.files.folder import write_folder

    with say.speaking():
        write_folder(run.read(workbook), folder, overwrite=force)
        say.wrote(folder)


@app.command()
@kept
def solve(
    case: CasePath,
    time_limit: TimeLimit = None,
    gap: Gap = 0.01,
    repeatable: Repeatable = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder for the plan; without it NAME-plan.")] = None,
    report: Annotated[Path | None, typer.Option("--report", metavar="FILE", help="Write the report there, too.")] = None,
    from_: Annotated[Path | None, typer.Option("--from", metavar="PLAN_DIR", help="Begin from a plan solved before.")] = None,
    keep: Annotated[Path | None, typer.Option("--keep", metavar="PLAN_DIR", help="What if: keep all that this plan decides.")] = None,
    scenario: InScenario = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    force: Force = False,
    *,
    fan: Fan,
) -> None:
    """Find the best plan, prove how good it is, check it and save it. Ctrl-C stops and keeps the best so far."""
    from brownfield.report.values import outcome_dict

    if from_ is not None and keep is not None:
        raise typer.BadParameter("--from begins from a plan, --keep keeps it: say one of them")
    with say.speaking(as_json):
        known = run.read(case, as_of, scenario)
        folder = run.plan_folder(known, out)
        run.report_free(report, force)
        last = run.earlier(keep or from_)
        if keep is not None and last is not None:
            outcome = run.kept(known, last, time_limit, fan)
        else:
            outcome = run.solved(known, gap, time_limit, repeatable, watched=not (as_json or quiet), fan=fan, start=last)
        saved = run.save(outcome, folder) if outcome.has_plan else None
        if report:
            run.write_report(outcome, report)
        if as_json:
            say.print_json(outcome_dict(outcome, tables=True) | {"saved": str(saved) if saved else None})
        elif not quiet:
            run.show(outcome)
            say.tell(f"\nThe plan is in {saved}." if saved else "\nNo plan was saved.")
            if report:
                say.wrote(report)
    raise typer.Exit(run.status_of(outcome))


@app.command()
@kept
def report(
    case: CasePath,
    file: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it.")] = Path("report.html"),
    time_limit: TimeLimit = None,
    gap: Gap = 0.01,
    repeatable: Repeatable = False,
    scenario: InScenario = None,
    as_of: AsOf = None,
    quiet: Quiet = False,
    force: Force = False,
    *,
    fan: Fan,
) -> None:
    """Solve and write the report: one HTML file that needs nothing else."""
    with say.speaking():
        known = run.read(case, as_of, scenario)
        run.report_free(file, force)
        outcome = run.solved(known, gap, time_limit, repeatable, watched=not quiet, fan=fan)
        run.write_report(outcome, file)
    if not quiet:
        say.wrote(file)
    raise typer.Exit(run.status_of(outcome))


@app.command()
def conflicts(
    case: CasePath,
    timeline: Annotated[bool, typer.Option("--timeline", help="What was known when, instead.")] = False,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Show where the sources contradict each other, and what was known when."""
    from brownfield.report.values_evidence import conflicts_dict

    with say.speaking(as_json):
        known = run.read(case, as_of)
        told = conflicts_dict(known) if as_json else run.events(known) if timeline else run.conflicts_told(known)
    if isinstance(told, dict):
        say.print_json(told)
    else:
        say.tell("\n".join(told))


@app.command()
def coverage(case: CasePath, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Show how many of the numbers rest on a source."""
    from brownfield.evidence.coverage import coverage as covered

    with say.speaking(as_json):
        cover = covered(run.read(case, as_of))
    if as_json:
        say.print_json({"cells": cover.count, "sourced": cover.sourced, "share": cover.share, "by_table": cover.by_table.to_dicts()})
        return
    say.tell(cover.sentence())
    for row in cover.by_table.iter_rows(named=True):
        say.tell(f"  {row['table']:<14} {row['sourced']:>5} of {row['cells']}")


@app.command()
def trace(
    case: CasePath,
    item: Annotated[str, typer.Option("--item", help="Line of the ledger, like 'site fixed cost'; all with --plan.")] = "",
    plant: Annotated[str, typer.Option("--plant", help="Of this plant only.")] = "",
    line: Annotated[str, typer.Option("--line", help="Of this line only.")] = "",
    product: Annotated[str, typer.Option("--product", help="Of this product only.")] = "",
    market: Annotated[str, typer.Option("--market", help="Of this market only.")] = "",
    offer: Annotated[str, typer.Option("--offer", help="Of this offer only.")] = "",
    supplier: Annotated[str, typer.Option("--supplier", help="Of this supplier group only.")] = "",
    policy: Annotated[str, typer.Option("--policy", help="Of this policy only.")] = "",
    period: Annotated[str, typer.Option("--period", help="In this period only.")] = "",
    prov: Annotated[Path | None, typer.Option("--prov", metavar="FILE", help="Write it as W3C PROV-JSON instead.")] = None,
    plan: Annotated[Path | None, typer.Option("--plan", metavar="DIR", help="With --prov: the books of this plan.")] = None,
    scenario: InScenario = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    force: Force = False,
) -> None:
    """Show the cells behind a line of the ledger, and the sources behind the cells."""
    from brownfield.evidence.trace import trace as behind
    from brownfield.report.values_evidence import cell_dict

    if plan is not None and prov is None:
        raise typer.BadParameter("--plan goes with --prov FILE")
    if not item and plan is None:
        raise typer.BadParameter("name a line of the ledger: --item 'site fixed cost'")
    about = {"plant": plant, "line": line, "product": product, "market": market, "offer": offer, "supplier": supplier, "policy": policy}
    with say.speaking(as_json):
        known = run.read(case, as_of, scenario)
        chosen = run.posting(known, {"item": item, "period": period, **about}) if item else None
        if prov is not None:
            run.write_prov(known, chosen, plan, prov, force)
            say.wrote(prov)
            return
        traced = behind(known, chosen)
    if as_json:
        say.print_json({"item": item, "cells": [cell_dict(one) for one in traced.cells]})
    else:
        say.tell("\n".join(traced.sentences()))


@app.command("read")
def read_(
    case: Annotated[Path, typer.Option("--case", metavar="CASE", help="Folder of tables, or .xlsx workbook.", show_default=False)],
    articles: Annotated[list[Path] | None, typer.Argument(metavar="ARTICLE...", help="Text, web page or PDF.", show_default=False)] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.csv", help="The table as CSV, to mark and mend.")] = None,
    accept: Annotated[Path | None, typer.Option("--accept", metavar="FILE.csv", help="Take its rows marked yes into the case.")] = None,
    encoding: Annotated[str | None, typer.Option("--encoding", metavar="NAME", help="Of the articles, when it is not UTF-8.")] = None,
    as_of: AsOf = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Propose claims from articles. Nothing enters the case but the rows of a review that --accept takes."""
    from brownfield.cli import reading

    if bool(articles) == (accept is not None):
        raise typer.BadParameter("name articles to read, or say --accept FILE.csv to take a review into the case")
    if accept is not None and as_of is not None:
        raise typer.BadParameter("--as-of is for proposals: a review is taken into the case as it is today")
    with say.speaking(as_json):
        known = run.read(case, as_of)
        if accept is not None:
            claims, sources, held, alike = reading.accept(known, case, accept)
            if as_json:
                say.print_json({"claims": claims, "sources": sources, "held": held, "alike": alike})
            else:
                also = f"\n{alike} of those added say what a claim of the case says too: see the column held of {accept}." if alike else ""
                say.tell(f"Added {claims} claims and {sources} sources to {case}; {held} marked rows were held already.{also}")
            return
        found = reading.proposed(known, articles or [], encoding)
        if out is not None:
            reading.write_review(found, out, force)
    if as_json:
        say.print_json({"candidates": [vars(one) for one in found]})
        return
    reading.show(found)
    told = f"{len(found)} candidate claim{'s' if len(found) != 1 else ''}; nothing was added to the case."
    say.tell(told + (f"\nWrote {out}. Mark rows with yes, then: brownfield read --case {case} --accept {out}" if out else ""))
