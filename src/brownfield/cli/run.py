"""What the commands do between reading their arguments and saying what came out. Heavy rooms are entered only when needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brownfield.cli.say import INFEASIBLE, NO_PLAN, as_json_text, tell
from brownfield.errors import CaseError, Problem, Where, nearest, one_of, shown

if TYPE_CHECKING:
    import polars as pl

    from brownfield.case.case import Case
    from brownfield.cli.fan import Fan
    from brownfield.plan.plan import Plan
    from brownfield.solve.outcome import Outcome

MARK = "outcome.json"
"""The file by which a folder is known as one with a plan in it."""

GENERATOR = b'name="generator" content="Brownfield'
"""What stands at the beginning of every report: by it an earlier one is known."""

BOOKS = "books"
"""Folder of the ledger's tables beside those of the plan."""

_TABLE_OF = {
    "plant": "plants",
    "line": "lines",
    "product": "products",
    "market": "markets",
    "offer": "offers",
    "supplier": "suppliers",
    "policy": "policies",
}


def read(path: Path, as_of: str | None = None, scenario: str | None = None) -> Case:
    """A case; in one of its scenarios, and as it was known on a day, when these are given.

    Cells that nobody had spoken of by that day are named. The title says which scenario and which day.
    """
    from brownfield.files.read import read_case

    day = _date(as_of)
    case = read_case(path)
    if day is not None:
        from brownfield.evidence.claims import as_of as known_on

        case = titled(known_on(case, day), f"As known on {day}")
        for one in case.hindsight:
            tell(f"Known only later, and used all the same: {one}", error=True)
    # what is asked for comes last: nothing that was known then takes it back
    return case if scenario is None else titled(_in_scenario(case, scenario), f"Scenario {scenario}")


def _in_scenario(case: Case, name: str) -> Case:
    """The case with the changes of one of its scenarios."""
    from brownfield.case.changes import scenario
    from brownfield.case.tables import Scenario

    names = [row.scenario for row in case.rows(Scenario)]
    if name not in names:
        fix = nearest(name, names) + f"the scenarios are {one_of(names, 30)}"
        raise CaseError([Problem("BF054", Where("scenarios"), f"no scenario {name!r}", "a scenario of the case", fix)])
    return scenario(case, name)


def titled(case: Case, what: str) -> Case:
    """The case with a title that says how it was changed on the way."""
    title = f"{what}: {case.settings.title or case.settings.name}"
    return replace(case, settings=case.settings.model_copy(update={"title": title}))


def _date(text: str | None) -> str | None:
    import re

    from brownfield.evidence.claims import as_day

    if text is None:
        return None
    try:
        if re.fullmatch(r"\d{4}(-\d{2}){0,2}", text, re.ASCII):
            return as_day(text).isoformat()
        raise ValueError
    except ValueError:
        fix = "write the day, the month or the year"
        raise CaseError([Problem("BF053", Where("--as-of"), shown(text), "a date such as 2025-07-06, 2025-07 or 2025", fix)]) from None


def exported(case: Case | None, wanted: Mapping[str, Path | None], force: bool) -> Iterator[Path]:
    """Write everything that was asked for, and say what it was."""
    from brownfield.files import datapackage, folder, template, workbook

    for kind, path in wanted.items():
        if path is None:
            continue
        if kind == "template":
            template.write_template(path, overwrite=force)
        elif kind == "json_schema":
            datapackage.write_json_schema(path, overwrite=force)
        elif case is not None:
            write = {"xlsx": workbook.write_workbook, "folder": folder.write_folder, "datapackage": datapackage.write_datapackage}
            write[kind](case, path, overwrite=force)
        yield path


def plan_folder(case: Case, out: Path | None) -> Path:
    """Where the plan goes: refused before the solve when something else is there."""
    from brownfield.files.swap import free_folder

    name = "".join(c if c.isalnum() or c in "-_" else "-" for c in case.settings.name).strip("-")
    return free_folder(out or Path(f"{name or 'case'}-plan"), {MARK}, overwrite=True)


def report_free(path: Path | None, force: bool) -> None:
    """A report is written over an earlier report only, unless told otherwise: said before the solve."""
    if path is None:
        return
    if path.is_dir():
        raise CaseError([Problem("BF050", Where(str(path)), "a folder", "the name of a file", "give the name of a file")])
    if path.exists() and not force and GENERATOR not in path.read_bytes()[:4000]:
        found, fix = "a file that is no report of Brownfield", "choose another name, or say --force"
        raise CaseError([Problem("BF050", Where(str(path)), found, "a new file", fix)])


def solved(
    case: Case, gap: float, time_limit: float | None, repeatable: bool, *, watched: bool, fan: Fan, start: Plan | None = None
) -> Outcome:
    """Solve, with live progress on the terminal when wanted. Ctrl-C stops the solve and keeps the best plan."""
    from brownfield.cli.progress import Progress
    from brownfield.study.solves import Standing, Task

    progress = Progress(case.settings.base_currency)

    def heard(standing: Standing) -> None:
        for _, point in standing.running:
            if point is not None:
                progress.heard(point)

    with fan.solves(gap, time_limit, repeatable) as solves, progress.live() if watched else nullcontext():
        solves.on_progress = heard
        return solves.solve(Task(case, start=start))


def earlier(folder: Path | None) -> Plan | None:
    """A plan saved before, for this case or another; CaseError when the folder holds none."""
    from brownfield.plan.plan import read_plan

    return None if folder is None else read_plan(folder)


def saved(folder: Path, cases: Sequence[Case], fix: str) -> tuple[Plan, Case, dict[str, Any]]:
    """A plan that was saved, the one of these cases that it is for, and what was told of its solve (nothing if that is lost)."""
    import json

    from brownfield.plan.plan import read_plan

    plan = read_plan(folder)
    its = next((case for case in cases if case.digest == plan.case_digest), None)
    if its is None:
        wanted = f"a plan for the case {cases[0].digest}{', or a scenario of it' if len(cases) > 1 else ''}" if cases else "its case"
        raise CaseError([Problem("BF055", Where(str(folder)), f"a plan for the case {plan.case_digest}", wanted, fix)])
    try:
        told = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        told = {}
    return plan, its, told if isinstance(told, dict) else {}


def kept(case: Case, plan: Plan, time_limit: float | None, fan: Fan) -> Outcome:
    """The answer to `what if` with the large decisions of an earlier plan kept."""
    with fan.solves(0.0, time_limit, False) as solves:
        return solves.carry(plan, case)


def save(outcome: Outcome, folder: Path) -> Path:
    """Plan, books and outcome as files: an earlier plan in the folder is replaced as a whole."""
    from brownfield.files.swap import new_folder
    from brownfield.plan.plan import PLAN_TABLES

    ours = {MARK, BOOKS, "plan.toml", *(f"{name}.csv" for name in PLAN_TABLES)}
    new_folder(folder, partial(_write_plan, outcome), ours.__contains__, {MARK}, overwrite=True)
    return folder


def _write_plan(outcome: Outcome, folder: Path) -> None:
    from brownfield.case.formulas import harmless_frame
    from brownfield.plan.plan import write_plan
    from brownfield.report.values import outcome_dict

    if outcome.plan is None or outcome.ledger is None:
        raise ValueError("there is no plan to write")
    write_plan(outcome.plan, folder)
    (folder / BOOKS).mkdir()
    for name in ("postings", "cash", "headcount"):
        harmless_frame(getattr(outcome.ledger, name)).write_csv(folder / BOOKS / f"{name}.csv")
    (folder / MARK).write_text(as_json_text(outcome_dict(outcome)) + "\n", encoding="utf-8", newline="\n")


def write_report(outcome: Outcome, path: Path) -> None:
    """The report as one file, written in full or not at all."""
    from brownfield.files.swap import new_file
    from brownfield.report.html import write_report as write

    new_file(path, partial(write, outcome), overwrite=True)


def show(outcome: Outcome) -> None:
    """The outcome on the terminal."""
    from rich.console import Console

    from brownfield.report.terminal import show as shown_by_report

    shown_by_report(outcome, Console())


def status_of(outcome: Outcome) -> int:
    """The exit status for an outcome."""
    return {"infeasible": INFEASIBLE, "no_plan": NO_PLAN}.get(outcome.status, 0)


def conflicts_told(case: Case) -> list[str]:
    """Cells with more than one live claim in sentences: those in dispute, those settled, those on which sources agree."""
    from brownfield.evidence.conflicts import agreements, conflicts, settled

    still_open, closed, agreed = conflicts(case), settled(case), agreements(case)
    told = [line for one in still_open for line in (one.sentence(), "")]
    for words, found in (("Settled, because all but one version were set aside:", closed), ("Several sources say the same:", agreed)):
        told += [words, "", *(line for one in found for line in (one.sentence(), ""))] if found else []
    count = f"{len(still_open)} contradiction{'s' if len(still_open) != 1 else ''}."
    return [*told, f"{count} {len(closed)} settled; {len(agreed)} cell{'s' if len(agreed) != 1 else ''} on which several sources agree."]


def events(case: Case) -> list[str]:
    """What was known when, of everything that was ever in dispute."""
    from brownfield.evidence.timeline import timeline

    return [event.sentence() for event in timeline(case)] or ["No source contradicts another."]


def posting(case: Case, options: Mapping[str, str]) -> Mapping[str, str]:
    """The line of the ledger that options name; a name that is not in the case is a problem."""
    from brownfield.plan.ledger import ITEMS

    known = {kind: [str(name) for name in case.active(table)[kind]] for kind, table in _TABLE_OF.items()}
    known["period"] = list(case.calendar.names)
    problems = [
        Problem("BF054", Where(f"--{kind}"), shown(options[kind]), one_of(names), nearest(options[kind], names) + "write it as in the case")
        for kind, names in known.items()
        if options[kind] and options[kind] not in names
    ]
    if options["item"] not in ITEMS and not problems:
        fix = nearest(options["item"], ITEMS) + "name an item of the ledger"
        problems = [Problem("BF054", Where("--item"), shown(options["item"]), one_of(ITEMS, 60), fix)]
    if problems:
        raise CaseError(problems)
    return options


def write_prov(case: Case, chosen: Mapping[str, str] | None, plan: Path | None, file: Path, force: bool) -> None:
    """The way of one line of the ledger, or of every line of a plan's books, back to the words behind it, as PROV-JSON."""
    from importlib.metadata import version

    import polars as pl

    from brownfield.evidence.prov import as_text, provenance
    from brownfield.files.swap import new_file

    versions, solved = {"brownfield": version("brownfield")}, None
    postings = pl.DataFrame([chosen]) if chosen else pl.DataFrame()
    if plan is not None:
        postings, solved, told = _books(case, plan)
        versions = told | versions
        for key, name in (chosen or {}).items():
            postings = postings.filter(pl.col(key) == name) if name else postings
    text = as_text(provenance(case, postings, versions, solved))
    new_file(file, lambda path: path.write_text(text, encoding="utf-8", newline="\n"), overwrite=force)


def _books(case: Case, folder: Path) -> tuple[pl.DataFrame, dict[str, str], dict[str, str]]:
    """The postings of a saved plan, kept again from case and plan; what is known of the solve; the versions that solved it."""
    from brownfield.plan.ledger import keep_books

    plan, _, told = saved(folder, [case], "name the plan of this case, with the same --scenario and --as-of")
    solved = {name: str(told[name]) for name in ("status", "npv", "bound", "wanted_gap") if told.get(name) is not None}
    versions = {str(name): str(text) for name, text in (told.get("versions") or {}).items()}
    return keep_books(case, plan).postings, solved, versions
