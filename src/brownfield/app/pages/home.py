"""The first page: the cases of the folder, the last runs, a case to try, a place to drop a workbook."""

from __future__ import annotations

from nicegui import ui

from brownfield.app.desk import Desk
from brownfield.app.frame import anchor, frame, link, of_disk, table, told, words
from brownfield.app.guard import LARGEST
from brownfield.app.pages.runs import PAGES, listed
from brownfield.app.running import place_of, runs_of

RECENT = 8
"""Runs that are shown here."""


def register(desk: Desk) -> None:
    """Give the page its address."""

    @ui.page("/", response_timeout=60)
    @told
    async def home() -> None:
        cases = await of_disk(desk.cases)
        found = [job for job in await of_disk(runs_of(desk).all) if job.kind in PAGES]
        with frame("Cases"):
            words("h1", "Which plants to keep, cut, close, sell or share")
            if cases:
                rows = [
                    (anchor(case.title, link("/verdict", case=case.name)), place_of(case.name), "folder" if case.is_folder else "workbook")
                    for case in cases
                ]
                table("Cases in this folder", ("case", "place", "kind"), rows, 3)
            else:
                words("p", "There is no case in this folder yet: try one, or drop a workbook.")
            _try(desk)
            _drop()
            if found:
                words("h2", "Recent runs")
                listed(found[:RECENT])


def _try(desk: Desk) -> None:
    """A case that ships with Brownfield, put into the folder."""

    async def try_it() -> None:
        name = await of_disk(desk.example, "oppama")
        ui.navigate.to(link("/verdict", case=name))

    ui.button("Try the Oppama case", on_click=try_it).props("no-caps")


def _drop() -> None:
    """A place to drop a workbook: a form of the browser itself, which a keyboard and a screen reader can use."""
    words("h2", "Open a workbook")
    ui.html(
        f"""<form class="drop" method="post" action="/open" enctype="multipart/form-data">
<label>Drop an .xlsx file here, or choose one (at most {LARGEST // 1024 // 1024} MB)
<input type="file" name="workbook" accept=".xlsx" required></label>
<button type="submit">Open</button></form>""",
        sanitize=False,
    )
    words("p", "It is read in full, on this machine. A case with problems is not taken in, and each problem is shown at its cell.", "note")
