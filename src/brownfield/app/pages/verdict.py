"""The verdict: the plan in sentences, the plants, the people, the money; or the way to a first plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nicegui import ui

from brownfield.app.desk import Desk
from brownfield.app.frame import fragment, frame, link, of_disk, sentence, told, words
from brownfield.app.running import about, choose, latest, runs_of, show, when
from brownfield.app.runs import Run

if TYPE_CHECKING:
    from brownfield.case.case import Case

SECTIONS = ("verdict", "plants", "map", "people", "money", "offers", "suppliers", "policies", "check", "appendix")
"""Sections of the report that stand here; who builds what and the evidence have pages of their own."""

GAPS = {0.05: "within 5 % of gross value", 0.01: "within 1 % of gross value", 0.001: "within 0.1 %", 0.0: "to the end"}
LIMITS = {0: "as long as it takes", 20: "20 seconds", 60: "1 minute", 300: "5 minutes", 1800: "half an hour"}


def register(desk: Desk) -> None:
    """Give the page its address."""

    @ui.page("/verdict", response_timeout=60)
    @told
    async def verdict(case: str = ".", run: str = "") -> None:
        await of_disk(desk.path, case)
        runs = runs_of(desk)
        found = await of_disk(runs.all, case, "solve")
        job = runs.get(run) if run else latest(found)
        with frame("Verdict", case, "/verdict"):
            if job is None:
                known = await of_disk(desk.read, case)
                words("h1", known.settings.title or known.settings.name)
                words("p", f"No plan yet. {_size(known)}", "note")
            else:
                _shown(desk, case, found, job)
            if job is None or job.over:
                await _ask(desk, case, found)


def _size(known: Case) -> str:
    """How much there is to decide, in a sentence."""
    from brownfield.report.numbers import listed, several

    parts = [several(known.active(f"{one}s").height, one) for one in ("plant", "line", "product", "market", "offer")]
    return f"The case has {listed(parts)}, from {known.calendar.names[0]} to {known.calendar.names[-1]}."


def _shown(desk: Desk, case: str, found: Sequence[Run], job: Run) -> None:
    """A solve with its plan, or how it stands."""
    if not show(runs_of(desk), job):
        return
    heading = job.told["case"]["title"] or job.told["case"]["name"]
    words("h1", heading)
    with ui.element("div").classes("report"):
        words("p", str(job.told["badge"]), f"badge {job.told['status']}")
    words("p", sentence(f"{about(job)}; asked {when(job)}"), "note")
    choose(found, job, "/verdict", case)
    for name in SECTIONS:
        if text := job.section(name):
            fragment(text)
    with ui.element("p").classes("row-of"):
        for kind, name in (("report", "Report"), ("plan", "Plan and books (CSV)"), ("workbook", "Workbook of the case")):
            ui.link(name, link(f"/download/{kind}", case=case, run=job.name)).props("download")


async def _ask(desk: Desk, case: str, found: Sequence[Run]) -> None:
    """The way to a plan: of the case as it is or of one of its scenarios, how good, how long."""
    from brownfield.case.tables import Scenario

    known = await of_disk(desk.read, case)
    names = {"": "the case as it is"} | {row.scenario: row.scenario for row in known.rows(Scenario)}
    with ui.element("section"):
        words("h2", "Solve")
        with ui.element("div").classes("row-of"):
            which = ui.select(names, value="", label="What").classes("wide-field").props("outlined dense")
            gap = ui.select(GAPS, value=0.01, label="How good").props("outlined dense").classes("field")
            limit = ui.select(LIMITS, value=0, label="How long at most").props("outlined dense").classes("field")

        def start() -> None:
            last = next((job for job in found if job.state == "done" and (job.folder / "plan").is_dir()), None)
            job = runs_of(desk).start(
                "solve",
                case,
                scenario=which.value or None,
                gap=gap.value,
                time_limit=limit.value or None,
                start=last.name if last else None,
            )
            ui.navigate.to(link("/verdict", case=case, run=job.name))

        ui.button("Solve", on_click=start).props("no-caps")
