"""Runs: all work that was asked for in the folder, to be opened again, compared, taken away, stopped."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup
from nicegui import ui

from brownfield.app.desk import Desk
from brownfield.app.frame import anchor, frame, link, of_disk, table, told, words
from brownfield.app.running import NAMES, about, outcome_words, place_of, runs_of, when
from brownfield.app.runs import Run

PAGES = {
    "solve": "/verdict", "threshold": "/conditions", "scan": "/conditions", "why": "/conditions", "frontier": "/conditions",
    "flips": "/evidence", "deal": "/deal", "line": "/line",
    "risk": "/risk", "flexibility": "/risk", "scenarios": "/compare", "compare": "/compare",
}  # fmt: skip
"""The page on which a kind of work is looked at."""

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
    if job.kind == "solve" and (job.folder / "plan").is_dir():
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
            if not found:
                words("p", "Nothing was asked for yet.")
                return
            listed(found)
            if len(found) > MOST:
                words("p", f"and {len(found) - MOST} older ones, in the folder {desk.state / 'runs'}", "note")
            _running(desk, found)
            _pair(desk, case, found)


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
        if job.kind == "solve" and (job.folder / "plan").is_dir() and job.state == "done"
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
