"""Evidence: claims side by side with their quotes, conflicts, what was known when, and which of them flip a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nicegui import ui

from brownfield.app.desk import Desk
from brownfield.app.frame import fragment, frame, link, of_disk, told, words
from brownfield.app.pages.study import Field, Question, form, verdicts_of
from brownfield.app.running import choose, runs_of, show
from brownfield.app.runs import Run, Runs

if TYPE_CHECKING:
    from brownfield.case.case import Case


def register(desk: Desk) -> None:
    """Give the page its address."""

    @ui.page("/evidence", response_timeout=60)
    @told
    async def evidence(case: str = ".", run: str = "", as_of: str = "") -> None:
        known = await of_disk(desk.read, case)
        runs = runs_of(desk)
        flips = await of_disk(runs.all, case, "flips")
        with frame("Evidence", case, "/evidence"):
            if run and show(runs, runs.get(run)):
                fragment(runs.get(run).section("body"))
            if not run:
                await _story(desk, runs, case, known, as_of)
            if flips:
                words("h2", "Which claims flip a verdict: answers so far")
                choose(flips, runs.get(run) if run else None, "/evidence", case)
                ui.link(f"The latest: {flips[0].asked.get('verdict', '')}", link("/evidence", case=case, run=flips[0].name))
            verdicts = verdicts_of(known)
            fields = (
                Field("verdict", "Verdict", verdicts[0], verdicts, free=True),
                Field("most", "Solves at most", 40, least=2, most=5000),
            )
            meaning = (
                "Each contested claim tried alone, in pairs and in the worst combination: which flip the verdict, and what to ask next."
            )
            form(desk, "/evidence", case, Question("flips", "Which contested claims flip a verdict?", meaning, fields), known)


async def _story(desk: Desk, runs: Runs, case: str, known: Case, day: str) -> None:
    """What rests on which source, as known on a day, with the slider over the days."""
    days = await of_disk(_days, known)
    words("h1", f"Evidence{f' as known on {day}' if day else ''}")
    if not days:
        words("p", "No claim of the case says when it was made.", "note")
    else:
        _slider(case, days, day)
    job = await of_disk(_looked, runs, case, known, day)
    if show(runs, job):
        fragment(job.section("evidence"))


def _slider(case: str, days: list[str], day: str) -> None:
    """The days on which something was said; let go of it, and the page shows what was known then."""
    at = days.index(day) if day in days else len(days) - 1
    with ui.element("div").classes("lever"):
        words("label", "As known on")
        slider = ui.slider(min=0, max=len(days) - 1, step=1, value=at).props('aria-label="As known on the day"')
        shown = ui.label(days[at])
    slider.on_value_change(lambda: shown.set_text(days[int(slider.value or 0)]))
    slider.on("change", lambda: ui.navigate.to(link("/evidence", case=case, as_of=days[int(slider.value or 0)])))
    if day:
        ui.link("All that is known today", link("/evidence", case=case))


def _looked(runs: Runs, case: str, known: Case, day: str) -> Run:
    """The work that makes this section: looked up when it was done before, or begun."""
    for job in runs.all(case, "evidence"):
        fresh = not job.over or (job.state == "done" and job.told.get("base") == known.digest)
        if fresh and (job.asked.get("as_of") or "") == day:
            return job
    return runs.start("evidence", case, as_of=day or None)


def _days(case: Case) -> list[str]:
    """The days on which a source said something, in order."""
    from brownfield.evidence.timeline import timeline

    return sorted({event.day.isoformat() for event in timeline(case) if event.day is not None})
