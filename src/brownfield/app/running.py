"""What pages share about work: its latest result, its progress, its end in words."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from nicegui import ui

from brownfield.app.desk import STATE, Desk
from brownfield.app.frame import link, problems, words
from brownfield.app.live import watch
from brownfield.app.runs import Run, Runs

NAMES = {
    "solve": "Plan", "recall": "Plan", "threshold": "Threshold", "scan": "Thresholds of every input", "why": "Why",
    "flips": "Flips", "frontier": "Frontier",
    "deal": "Deal", "line": "Line", "risk": "Risk", "flexibility": "Flexibility",
    "scenarios": "Scenarios", "compare": "Comparison", "evidence": "Evidence", "open": "Workbook",
}  # fmt: skip
"""Kinds of work in words."""


def runs_of(desk: Desk) -> Runs:
    """The work of the opened folder."""
    return Runs(desk.state / "runs")


def about(job: Run) -> str:
    """What was asked, in a few words: a scenario, edits, a day, the question."""
    asked = job.asked
    parts = [f"scenario {asked['scenario']}"] if asked.get("scenario") else []
    if edits := asked.get("edits"):
        parts.append(f"{len(edits)} edit{'' if len(edits) == 1 else 's'}")
    parts += [str(asked[name]) for name in ("name", "title", "verdict", "input", "offer", "line", "guest") if asked.get(name)]
    if asked.get("names"):
        parts.append(" and ".join(map(str, asked["names"])) if len(asked["names"]) < 4 else f"{len(asked['names'])} scenarios")
    if asked.get("as_of"):
        parts.append(f"as known on {asked['as_of']}")
    return ", ".join(parts) or "the case as it is"


def place_of(case: str) -> str:
    """Where a case lies, in words."""
    return "this folder" if case == "." else case.removeprefix(f"{STATE}/cases/")


def when(job: Run) -> str:
    """When it was asked."""
    return datetime.datetime.fromtimestamp(float(job.asked["asked"])).strftime("%Y-%m-%d %H:%M:%S")


def outcome_words(job: Run) -> str:
    """How a piece of work stands or ended, in words."""
    told = job.told
    if job.state == "done":
        return str(told.get("badge") or told.get("opened") or "done")
    return {
        "waiting": "begins", "running": "runs", "stopped": "stopped by hand", "refused": "has problems", "failed": "failed",
        "killed": "ended from outside before there was a result",
    }[job.state]  # fmt: skip


def latest(found: Sequence[Run]) -> Run | None:
    """The newest that has a result or is still at work; else the newest."""
    good = [job for job in found if job.state in ("done", "waiting", "running")]
    return next(iter([*good, *found]), None)


def show(runs: Runs, job: Run) -> bool:
    """Show work that has no result: its progress, its problems, or how it ended. Whether there is a result to show."""
    if not job.over:
        words("h1", f"{NAMES[job.kind]}: {about(job)}")
        watch(runs, job.name)
    elif job.state == "refused":
        problems(job.told["problems"], job.told.get("sheets", []))
    elif job.state != "done":
        with ui.element("section").classes("problems").props('role="alert"'):
            words("h2", f"{NAMES[job.kind]}: {outcome_words(job)}")
            words("p", str(job.told.get("words") or "Its process was ended from outside. Nothing else is lost: ask again."))
            if points := [point for point in job.points() if point.get("incumbent") is not None]:
                from brownfield.report.numbers import money

                words("p", f"The best plan by then was worth {money(points[-1]['incumbent'], str(points[-1].get('currency', '')))}.")
    return job.state == "done"


def choose(found: Sequence[Run], job: Run | None, page: str, case: str) -> None:
    """Other results of the same kind, to be looked at instead."""
    done = [one for one in found if one.state == "done"]
    if len(done) > 1:
        options: dict[str, Any] = {one.name: f"{when(one)}: {about(one)}, {outcome_words(one)}" for one in done[:50]}
        value = job.name if job is not None and job.name in options else None
        chooser = ui.select(
            options, value=value, label="Result", on_change=lambda event: ui.navigate.to(link(page, case=case, run=event.value))
        )
        chooser.classes("wide-field").props("outlined dense")


__all__ = ["about", "choose", "latest", "outcome_words", "place_of", "runs_of", "show", "when"]
