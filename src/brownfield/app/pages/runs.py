"""Runs: all work that was asked for in the folder, to be opened again, compared, taken away, stopped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup
from nicegui import ui

from brownfield.app.desk import Desk
from brownfield.app.frame import anchor, frame, link, of_disk, table, told, words
from brownfield.app.history import kept_by_commands
from brownfield.app.running import NAMES, about, outcome_words, place_of, runs_of, when
from brownfield.app.runs import Run

if TYPE_CHECKING:
    from brownfield.app.history import Kept

PAGES = {
    "solve": "/verdict", "recall": "/verdict", "threshold": "/conditions", "scan": "/conditions",
    "why": "/conditions", "frontier": "/conditions",
    "flips": "/evidence", "deal": "/deal", "line": "/line",
    "risk": "/risk", "flexibility": "/risk", "scenarios": "/compare", "compare": "/compare",
}  # fmt: skip
"""The page on which a kind of work is looked at."""

PLANS = ("solve", "recall")
"""Kinds of work that come to a plan."""

MOST = 200
"""Runs that are listed."""


def page_of(job: Run) -> str:
    """The address at which a run is looked at."""
    return link(PAGES[job.kind], case=job.asked["case"], run=job.name)


def listed(runs: Sequence[Run]) -> None:
    """Runs as a table."""
    from brownfield.report.numbers import money

    rows = [
        (
            anchor(when(job), page_of(job)),
            place_of(str(job.asked["case"])),
            NAMES[job.kind],
            about(job),
            outcome_words(job),
            money(job.told["npv"], job.told["case"]["currency"]) if job.told.get("npv") is not None else "",
            _files(job),
        )
        for job in runs[:MOST]
    ]
    table("Runs, the latest first", ("asked", "case", "what", "about", "how it ended", "worth", "to take away"), rows, 5)


def _files(job: Run) -> Markup:
    if job.state != "done":
        return Markup("")
    found = [anchor("report", link("/download/report", run=job.name))]
    if job.kind in PLANS and (job.folder / "plan").is_dir():
        found.append(anchor("plan", link("/download/plan", run=job.name)))
        found.append(anchor("workbook", link("/download/workbook", case=job.asked["case"], run=job.name)))
    return Markup(" ").join(found)


def register(desk: Desk) -> None:
    """Give the page its address."""

    @ui.page("/runs", response_timeout=60)
    @told
    async def runs(case: str = "") -> None:
        runs = runs_of(desk)
        found = [job for job in await of_disk(runs.all, case or None) if job.kind in PAGES]
        with frame("Runs", case, "/runs"):
            words("h1", "Runs")
            if found:
                listed(found)
            else:
                words("p", "Nothing was asked for here yet.")
            if len(found) > MOST:
                words("p", f"and {len(found) - MOST} older ones, in the folder {desk.state / 'runs'}", "note")
            _running(desk, found)
            _pair(desk, case, found)
            _commands(desk, case, await of_disk(kept_by_commands, desk))


def _running(desk: Desk, found: Sequence[Run]) -> None:
    """A button to stop each run that is at work."""
    for job in found:
        if not job.over:

            def stop(name: str = job.name) -> None:
                runs_of(desk).stop(name)
                ui.notify("It stops, and keeps the best plan so far.")

            ui.button(f"Stop: {NAMES[job.kind]}, {about(job)}", on_click=stop).props("no-caps outline")


def _pair(desk: Desk, case: str, found: Sequence[Run]) -> None:
    """Two plans to be compared."""
    plans = {
        job.name: f"{when(job)}: {about(job)}"
        for job in found
        if job.kind in PLANS and (job.folder / "plan").is_dir() and job.state == "done"
    }
    if not case or len(plans) < 2:
        return
    names = list(plans)
    words("h2", "Compare two plans")
    with ui.element("div").classes("row-of"):
        left = ui.select(plans, value=names[1], label="From").classes("wide-field").props("outlined dense")
        right = ui.select(plans, value=names[0], label="To").classes("wide-field").props("outlined dense")

    def start() -> None:
        of = {job.name: job for job in found}
        labels = [about(of[left.value]), about(of[right.value])]
        labels = labels if labels[0] != labels[1] else [when(of[left.value]), when(of[right.value])]
        job = runs_of(desk).start("compare", case, runs=[left.value, right.value], names=labels)
        ui.navigate.to(link("/compare", case=case, run=job.name))

    ui.button("Compare", on_click=start).props("no-caps")


def _commands(desk: Desk, case: str, kept: Sequence[Kept]) -> None:
    """Runs that commands kept in the same store, each plan to be opened here."""
    if not kept:
        return
    words("h2", "Runs of the commands")
    rows = [(run.begun[:16].replace("T", " "), run.command, str(run.asked.get("case") or ""), run.state, str(run.made)) for run, _ in kept]
    table("In the same store, the latest first", ("began (UTC)", "command", "case", "how it ended", "solves"), rows, 4)
    plans = {
        f"{run.run}/{place}": f"{run.command}, {run.begun[:16].replace('T', ' ')}: {result.name or result.case_name}"
        for run, results in kept
        for place, result in enumerate(results, 1)
        if result.told.get("npv") is not None
    }
    places = {found.name: found.title for found in desk.cases()}
    if not plans or not places:
        return

    def start() -> None:
        number, _, solve = str(which.value).partition("/")
        job = runs_of(desk).start("recall", str(under.value), number=number, solve=solve, title=plans[which.value])
        ui.navigate.to(link("/verdict", case=under.value, run=job.name))

    with ui.element("div").classes("row-of"):
        which = ui.select(plans, value=next(iter(plans)), label="Plan").classes("wide-field").props("outlined dense")
        under = ui.select(places, value=case if case in places else next(iter(places)), label="Among the runs of")
        under.classes("wide-field").props("outlined dense")
    ui.button("Open this plan", on_click=start).props("no-caps")
