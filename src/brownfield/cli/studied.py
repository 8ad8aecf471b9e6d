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
    from brownfield.study.inputs import Input
    from brownfield.study.solves import Solves
    from brownfield.study.threshold import Threshold
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
    from brownfield.report.threshold import as_page, trials_sheet
    from brownfield.study.threshold import threshold

    found = threshold(case, verdict, given, solves, most=most)
    return Answer(as_page(found), head(case, verdict) | threshold_dict(found), [trials_sheet(found)])


def scanned(case: Case, verdict: Verdict, solves: Solves, top: int | None) -> Answer:
    """The thresholds of every input."""
    from brownfield.report.scan import as_page, estimates_sheet, flips_sheet, sentences
    from brownfield.study.scan import scan

    found = scan(case, verdict, solves, top=top)
    told = head(case, verdict) | {
        "now": found.now,
        "solves": found.solves,
        "sentences": sentences(found),
        **{name: [threshold_dict(one) for one in getattr(found, name)] for name in ("flips", "unsettled", "stays")},
        "estimates": [{"input": one.given.address, "value": one.value, "change": one.change} for one in found.estimates],
    }
    sheets = [flips_sheet(found, 0, len(found.flips))] if found.flips else []
    return Answer(as_page(found), told, [*sheets, estimates_sheet(found) if found.estimates else None])


def explained(case: Case, verdict: Verdict, solves: Solves) -> Answer:
    """Why a verdict is as it is."""
    from brownfield.report.comparison import changes_sheet, steps_sheet, why_lead, why_page, why_sentences
    from brownfield.study.why import why

    found = why(case, verdict, solves)
    told = head(case, verdict) | {
        "truth": found.truth,
        "settled": found.settled,
        "costs": None if found.comparison is None else -found.comparison.difference,
        "costs_at_least": found.least,
        "costs_at_most": found.most,
        "sentences": [why_lead(found), *why_sentences(found)],
        "solves": found.solves,
        **({} if found.comparison is None else comparison_dict(found.comparison)),
    }
    both = found.comparison
    sheets = [] if both is None else [steps_sheet(both), changes_sheet(both) if both.changes else None]
    return Answer(why_page(found), told, sheets)


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
    import json

    from brownfield.case.changes import scenario
    from brownfield.case.tables import Scenario
    from brownfield.plan.ledger import keep_books
    from brownfield.plan.plan import read_plan
    from brownfield.solve.outcome import Outcome

    plan = read_plan(folder)
    if case is None:
        fix = "say --case with the case that the plan is for"
        raise CaseError([Problem("BF055", Where(str(folder)), f"a plan for the case {plan.case_digest}", "its case", fix)])
    cases = [case, *(run.titled(scenario(case, row.scenario), f"Scenario {row.scenario}") for row in case.rows(Scenario))]
    its = next((one for one in cases if one.digest == plan.case_digest), None)
    if its is None:
        found, fix = f"a plan for the case {plan.case_digest}", "name the case that the plan is for"
        raise CaseError([Problem("BF055", Where(str(folder)), found, f"a plan for this case, {case.digest}, or a scenario of it", fix)])
    try:
        told = json.loads((folder / run.MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        told = {}
    ledger = keep_books(its, plan)
    bound = told.get("bound") if isinstance(told.get("bound"), (int, float)) else None
    gap = None if bound is None else max(bound - ledger.npv, 0.0)
    status = "proved" if told.get("status") == "proved" and bound is not None else "feasible"
    none = Outcome(its, "feasible", plan, ledger, ledger.npv, bound, gap, None, float(told.get("wanted_gap") or 0.0), 0.0, "proof")
    return replace(none, status=status)  # type: ignore[arg-type]


def compared(left: Outcome, right: Outcome, names: tuple[str, str]) -> Answer:
    """Two outcomes side by side."""
    from brownfield.report.comparison import changes_sheet, comparison_lead, comparison_page, reasons, steps_sheet
    from brownfield.study.compare import compare

    both = compare(left, right, names)
    told = {"names": names, "sentences": [comparison_lead(both), *reasons(both)], **comparison_dict(both)}
    return Answer(comparison_page(both), told, [steps_sheet(both), changes_sheet(both) if both.changes else None])


def in_scenarios(case: Case, names: Sequence[str], solves: Solves) -> Answer:
    """The scenarios of a case."""
    from brownfield.report.comparison import scenarios_lead, scenarios_page, scenarios_sheet
    from brownfield.study.scenarios import scenarios

    found = scenarios(case, names, solves)
    told = {
        "case": case.settings.name,
        "digest": case.digest,
        "currency": case.settings.base_currency,
        "sentences": [scenarios_lead(found)],
        "solves": found.solves,
        "scenarios": [
            {"scenario": name, "meaning": meaning, "weight": weight, "status": one.status, "npv": one.npv, "bound": one.bound}
            | ({} if pair is None else {"difference": pair.difference})
            for name, meaning, weight, one, pair in zip(
                found.names, found.meanings, found.weights, found.outcomes, found.comparisons, strict=True
            )
        ],
    }
    return Answer(scenarios_page(found), told, [scenarios_sheet(found)])


def head(case: Case, verdict: Verdict) -> dict[str, Any]:
    """What every study of a verdict says first."""
    return {"case": case.settings.name, "digest": case.digest, "currency": case.settings.base_currency, "verdict": str(verdict)}


def threshold_dict(found: Threshold) -> dict[str, Any]:
    """A threshold as plain values."""
    from brownfield.report.threshold import lead, sentences

    given = found.given
    return {
        "input": given.address,
        "unit": given.unit,
        "now_at": given.shown(given.now) if given.kind == "date" else given.now,
        "known": given.standing,
        "source": given.source or None,
        "claimed": given.claimed,
        "status": found.status,
        "now": found.now,
        "low": found.low,
        "high": found.high,
        "above": found.above,
        "likely": found.likely,
        "change": found.change,
        "method": found.method,
        "proved": found.proved,
        "verified": found.verified,
        "range": [given.low, given.high],
        "gap": found.gap,
        "solves": found.solves,
        "sentences": [lead(found), *sentences(found)],
        "trials": [
            {
                "value": t.value,
                "state": t.state,
                **{
                    f"{name}_{end}": getattr(side, end)
                    for name, side in (("with", t.true), ("without", t.false))
                    for end in ("low", "high")
                },
            }
            for t in found.known.trials
        ],
    }


def comparison_dict(both: Any) -> dict[str, Any]:
    """A comparison as plain values; the steps add up to the difference."""
    return {
        "npv": [cents / 1e8 for cents in both.cents],
        "difference": both.difference,
        "steps": [{"item": s.item, "plant": s.plant or None, "amount": s.amount, "cents": s.cents} for s in both.steps],
        "changes": [vars(change) for change in both.changes],
    }


def end(case: Case, answer: Answer, out: Path | None, *, as_json: bool, quiet: bool) -> None:
    """Write the report, say what came out, and end with the exit status that goes with it."""
    if out is not None:
        _write(case, answer.page, out)
    if as_json:
        say.print_json({"problems": []} | answer.values | {"report": str(out) if out else None})
    elif not quiet:
        _show(answer)
        if out is not None:
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
