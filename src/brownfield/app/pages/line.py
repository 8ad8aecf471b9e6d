"""The line: can the guest's car be built on it, who does what, in which order, how many an hour."""

from __future__ import annotations

from nicegui import ui

from brownfield.app.desk import Desk
from brownfield.app.frame import frame, of_disk, told, words
from brownfield.app.pages.study import Field, Question, study


def register(desk: Desk) -> None:
    """Give the page its address."""

    @ui.page("/line", response_timeout=60)
    @told
    async def line(case: str = ".", run: str = "") -> None:
        known = await of_disk(desk.read, case)
        lines = sorted(set(known.active("stations")["line"]))
        guests = known.active("companies").filter(known.active("companies")["role"] == "guest")["company"].to_list()
        if not lines or not guests:
            with frame("Line", case, "/line"):
                words("h1", "Line")
                words("p", "The case has no line with stations and tasks, or no guest: fill the tables tasks, task_times and stations.")
            return
        fields = (
            Field("line", "Line", choices=lines),
            Field("guest", "Guest", choices=guests),
            Field("seconds", "Seconds for each balance", 20, least=1, most=600),
        )
        meaning = "Balance (Yamazumi), the order of a day, the curve of cars an hour, and what would make the guest's car fit."
        question = Question("line", "Can the guest's car be built on the line?", meaning, fields, timed=False)
        await study(desk, "/line", "Line", case, run, [question], known)
