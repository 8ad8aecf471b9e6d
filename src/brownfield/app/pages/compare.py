"""Scenarios side by side, and two plans with the waterfall between them."""

from __future__ import annotations

from nicegui import ui

from brownfield.app.desk import Desk
from brownfield.app.frame import frame, link, of_disk, table, told, words
from brownfield.app.pages.study import Field, Question, study


def register(desk: Desk) -> None:
    """Give the page its address."""

    @ui.page("/compare", response_timeout=60)
    @told
    async def compare(case: str = ".", run: str = "") -> None:
        from brownfield.case.tables import Change, Scenario

        known = await of_disk(desk.read, case)
        names = [row.scenario for row in known.rows(Scenario)]
        if not names and not run:
            with frame("Scenarios", case, "/compare"):
                words("h1", "Scenarios")
                words("p", "The case has no scenario yet: move levers, and save them as one.")
                ui.link("Levers", link("/levers", case=case))
            return
        meaning = "Each is solved, begun from the plan of the case as it is, and compared with it step by step. None chosen: all of them."
        fields = (Field("names", "Scenarios", [], names),)
        questions = [Question("scenarios", "Solve scenarios side by side", meaning, fields), Question("compare", "", "")]
        await study(desk, "/compare", "Scenarios", case, run, questions, known)
        rows = [(row.scenario, row.table, row.row, row.column, f"{row.action} {row.value}") for row in known.rows(Change)]
        with ui.element("div").classes("paper"):
            table("What each scenario changes", ("scenario", "table", "row", "column", "change"), rows[:300], 5)
