"""The first page: the cases of the folder, the last runs, a case to try."""

from __future__ import annotations

from nicegui import ui

from brownfield.app.desk import Desk
from brownfield.app.frame import frame, link, of_disk, told, words


def register(desk: Desk) -> None:
    """Give the page its address."""

    @ui.page("/", response_timeout=60)
    @told
    async def home() -> None:
        cases = await of_disk(desk.cases)
        with frame("Cases"):
            words("h1", "Cases")
            with ui.element("ul").classes("cases"):
                for case in cases:
                    with ui.element("li"):
                        ui.link(case.title, link("/verdict", case=case.name))
                        words("span", case.name, "note")

            async def try_it() -> None:
                name = await of_disk(desk.example, "oppama")
                ui.navigate.to(link("/verdict", case=name))

            ui.button("Try the Oppama case", on_click=try_it)
