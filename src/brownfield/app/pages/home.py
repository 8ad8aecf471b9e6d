"""The first page: the cases of the folder, the last runs, a case to try, a place to drop a workbook."""

from __future__ import annotations

import secrets
from pathlib import Path

from nicegui import events, ui

from brownfield.app.desk import Desk
from brownfield.app.frame import anchor, frame, link, of_disk, problems, table, told, words
from brownfield.app.guard import LARGEST
from brownfield.app.pages.runs import PAGES, listed
from brownfield.app.running import jobs_of

RECENT = 8
"""Runs that are shown here."""

EVERY = 0.4
"""Seconds between two looks at the reading of a workbook."""


def register(desk: Desk) -> None:
    """Give the page its address."""

    @ui.page("/", response_timeout=60)
    @told
    async def home() -> None:
        cases = await of_disk(desk.cases)
        found = [job for job in await of_disk(jobs_of(desk).all) if job.kind in PAGES]
        with frame("Cases"):
            words("h1", "Which plants to keep, cut, close, sell or share")
            if cases:
                rows = [
                    (anchor(case.title, link("/verdict", case=case.name)), case.name, "folder" if case.is_folder else "workbook")
                    for case in cases
                ]
                table("Cases in this folder", ("case", "place", "kind"), rows, 3)
            else:
                words("p", "There is no case in this folder yet: try one, or drop a workbook.")
            _try(desk)
            _drop(desk)
            if found:
                words("h2", "Recent runs")
                listed(found[:RECENT])


def _try(desk: Desk) -> None:
    """A case that ships with Brownfield, put into the folder."""

    async def try_it() -> None:
        name = await of_disk(desk.example, "oppama")
        ui.navigate.to(link("/verdict", case=name))

    ui.button("Try the Oppama case", on_click=try_it).props("no-caps")


def _drop(desk: Desk) -> None:
    """A place to drop a workbook: read in a process of its own with limits, and taken in only without a problem."""
    words("h2", "Open a workbook")
    words(
        "p",
        f"An .xlsx file of at most {LARGEST // 1024 // 1024} MB. It is read in full; a case with problems is not taken, and every problem is shown at its cell.",
        "note",
    )
    place = ui.element("div").props('role="status"')

    async def dropped(event: events.UploadEventArguments) -> None:
        file = f"{secrets.token_hex(8)}.xlsx"
        (desk.state / "uploads").mkdir(parents=True, exist_ok=True)
        await event.file.save(desk.state / "uploads" / file)
        job = jobs_of(desk).start("open", "", file=file, name=Path(event.file.name).name[:80])
        place.clear()
        with place:
            words("p", f"Reading {event.file.name}")
            timer = ui.timer(EVERY, lambda: look(job.name))
        waiting.append(timer)

    waiting: list[ui.timer] = []

    def look(name: str) -> None:
        job = jobs_of(desk).get(name)
        if not job.over:
            return
        for timer in waiting:
            timer.deactivate()
        if job.state == "done":
            ui.navigate.to(link("/verdict", case=job.told["opened"]))
            return
        place.clear()
        with place:
            if job.state == "refused":
                problems(job.told["problems"])
            else:
                words("p", str(job.told.get("words") or "The workbook could not be read within the limits of memory and time."))

    upload = ui.upload(label="Drop a workbook here, or choose one", auto_upload=True, max_file_size=LARGEST, on_upload=dropped)
    upload.props('accept=".xlsx"').on("rejected", lambda: ui.notify("Only .xlsx files up to the limit can be opened."))
