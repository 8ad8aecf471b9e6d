"""What the commands of studies do between reading their arguments and saying what came out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from brownfield.cli import run, say
from brownfield.errors import CaseError, Problem, Where, one_of

if TYPE_CHECKING:
    from rich.table import Table

    from brownfield.case.case import Case
    from brownfield.report.pages import Page
    from brownfield.report.tables import Sheet
    from brownfield.solve.outcome import Outcome
    from brownfield.study.compare import Comparison
    from brownfield.study.inputs import Input
    from brownfield.study.solves import Solves
    from brownfield.study.verdicts import Verdict


@dataclass(frozen=True)
class Answer:
    """What a study came to: its page, the same as plain values, the tables for the terminal, the exit status."""

    page: Page
    values: dict[str, Any]
    sheets: Sequence[Sheet | None]
    status: int = 0


def ranged(given: Input, low: float | None, high: float | None) -> Input:
    """An input in the range that was asked for; a range without what it is now is a problem."""
    found = given.between(low, high)
    if not (math.isfinite(found.low) and math.isfinite(found.high) and found.low <= given.now <= found.high and found.low < found.high):
        said = f"from {found.low:g} to {found.high:g}"
        fix = f"choose a range with {given.shown(given.now)} in it"
        raise CaseError([Problem("BF085", Where("--from, --to"), said, f"a range with what {given.address} is now", fix)])
    return found


def flipped(case: Case, verdict: Verdict, given: Input, solves: Solves, most: int | None) -> Answer:
    """The threshold of one input."""
    from brownfield.report.threshold import as_page, threshold_dict, trials_sheet
    from brownfield.study.threshold import threshold

    found = threshold(case, verdict, given, solves, most=most)
    return Answer(as_page(found), threshold_dict(found), [trials_sheet(found)])


def scanned(case: Case, verdict: Verdict, solves: Solves, top: int | None) -> Answer:
    """The thresholds of every input."""
    from brownfield.report.scan import as_page, estimates_sheet, flips_sheet, scan_dict, unsettled_sheet
    from brownfield.study.scan import scan

    found = scan(case, verdict, solves, top=top)
    flips = flips_sheet(found, 0, len(found.flips)) if found.flips else None
    unsettled = unsettled_sheet(found) if found.unsettled else None
    return Answer(as_page(found), scan_dict(found), [flips, unsettled, estimates_sheet(found) if found.estimates else None])


def explained(case: Case, verdict: Verdict, solves: Solves) -> Answer:
    """Why a verdict is as it is."""
    from brownfield.report.comparison import why_dict, why_page
    from brownfield.study.why import why

    found = why(case, verdict, solves)
    return Answer(why_page(found), why_dict(found), [] if found.comparison is None else _sides(found.comparison))


def sides(paths: Sequence[Path], case: Case | None, as_of: str | None, solves: Solves) -> list[Outcome]:
    """What is at each path: a plan with its books, or a case as it was known on a day, solved."""
    from brownfield.study.solves import Task

    found: dict[int, Outcome] = {}
    tasks: dict[int, Task] = {}
    for i, path in enumerate(paths):
        if (path / "plan.toml").is_file():
            found[i] = _saved(path, case)
        else:
            tasks[i] = Task(run.read(path, as_of), name=path.name)
    for i, outcome in zip(tasks, solves.run(list(tasks.values())), strict=True):
        found[i] = outcome
        if not outcome.has_plan:
            problem = Problem("BF086", Where(str(paths[i])), outcome.status.replace("_", " "), "a case with a plan", "say brownfield solve")
            raise CaseError([problem])
    base = {outcome.case.settings.base_currency for outcome in found.values()}
    if len(base) > 1:
        fix = "reckon both in one currency"
        raise CaseError([Problem("BF086", Where(str(paths[1])), f"plans in {one_of(sorted(base))}", "plans in one currency", fix)])
    return [found[i] for i in range(len(paths))]


def _saved(folder: Path, case: Case | None) -> Outcome:
    """A plan that was saved, with its books kept again: of the case itself, or of one of its scenarios."""
    from brownfield.case.changes import scenario
    from brownfield.case.tables import Scenario
    from brownfield.plan.ledger import keep_books
    from brownfield.solve.outcome import Outcome

    cases, fix = [], "say --case with the case that the plan is for"
    if case is not None:
        cases = [case, *(run.titled(scenario(case, row.scenario), f"Scenario {row.scenario}") for row in case.rows(Scenario))]
        fix = "name the case that the plan is for, or of which a scenario is"
    plan, its, told = run.saved(folder, cases, fix)
    ledger = keep_books(its, plan)
    bound = told.get("bound") if isinstance(told.get("bound"), (int, float)) else None
    gap = None if bound is None else max(bound - ledger.npv, 0.0)
    status = "proved" if told.get("status") == "proved" and bound is not None else "feasible"
    none = Outcome(its, "feasible", plan, ledger, ledger.npv, bound, gap, None, float(told.get("wanted_gap") or 0.0), 0.0, "proof")
    return replace(none, status=status)  # type: ignore[arg-type]


def compared(left: Outcome, right: Outcome, names: tuple[str, str]) -> Answer:
    """Two outcomes side by side."""
    from brownfield.report.comparison import comparison_dict, comparison_page
    from brownfield.study.compare import compare

    both = compare(left, right, names)
    return Answer(comparison_page(both), comparison_dict(both), _sides(both))


def _sides(both: Comparison) -> list[Sheet | None]:
    """The tables of two plans side by side."""
    from brownfield.report.comparison import changes_sheet, steps_sheet

    return [steps_sheet(both), changes_sheet(both) if both.changes else None]


def in_scenarios(case: Case, names: Sequence[str], solves: Solves) -> Answer:
    """The scenarios of a case."""
    from brownfield.report.comparison import scenarios_dict, scenarios_page, scenarios_sheet
    from brownfield.study.scenarios import scenarios

    found = scenarios(case, names, solves)
    return Answer(scenarios_page(found), scenarios_dict(found), [scenarios_sheet(found)])


def end(case: Case, answer: Answer, out: Path | None, *, as_json: bool, quiet: bool) -> None:
    """Say what came out, write the report, and end with the exit status that goes with it.

    What came out is said first: a disk that is full must not take the answer with it.
    """
    if not (as_json or quiet):
        _show(answer)
    if out is not None:
        _write(case, answer.page, out)
    if as_json:
        say.print_json({"problems": []} | answer.values | {"report": str(out) if out else None})
    elif out is not None and not quiet:
        say.wrote(out)
    if answer.status:
        raise typer.Exit(answer.status)


def _write(case: Case, page: Page, path: Path) -> None:
    """The page as one file, written in full or not at all."""
    from brownfield.files.swap import new_file
    from brownfield.report.pages import as_html

    text = as_html(page, case)
    new_file(path, lambda target: target.write_text(text, encoding="utf-8", newline="\n"), overwrite=True)


def _show(answer: Answer) -> None:
    """The answer on the terminal: badge, sentence, what each section of the page says but how it was found, tables."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console, page = Console(), answer.page
    console.print(Text(page.badge, style={"proved": "bold green", "feasible": "bold yellow"}.get(page.colour, "bold red")))
    console.print(Text(page.lead, style="bold"))
    speaking = [part for part in page.parts if part.sentences and part.key != "how"]
    for part in speaking:
        if len(speaking) > 1:
            console.print(Text(f"\n{part.heading}"))
        for sentence in part.sentences:
            console.print(Padding(Text(sentence), (0, 0, 0, 2)))
    for sheet in answer.sheets:
        if sheet is not None:
            console.print()
            console.print(_table(sheet))


def _table(sheet: Sheet) -> Table:
    """A table of a report for the terminal."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(sheet.caption, style="bold"), title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for i, name in enumerate(sheet.head):
        table.add_column(Text(name), justify="left" if i < sheet.words else "right", overflow="fold")
    for row in sheet.rows:
        table.add_row(*(Text(cell) for cell in row.cells), style="bold" if row.strong else "")
    return table
