"""Risk: what a plan comes to when demand turns out otherwise, and what one more route would add."""

from __future__ import annotations

from nicegui import ui

from brownfield.app.desk import Desk
from brownfield.app.frame import frame, link, of_disk, told, words
from brownfield.app.pages.study import Field, Question, study
from brownfield.app.running import about, runs_of, when


def register(desk: Desk) -> None:
    """Give the page its address."""

    @ui.page("/risk", response_timeout=60)
    @told
    async def risk(case: str = ".", run: str = "") -> None:
        from brownfield.study.futures import FIRST_ROW, has_futures

        known = await of_disk(desk.read, case)
        if not run and not has_futures(known):
            with frame("Risk", case, "/risk"):
                words("h1", "Risk")
                words("p", f"The case says nothing of what could come: {FIRST_ROW}.")
            return
        solves = [job for job in await of_disk(runs_of(desk).all, case, "solve") if job.state == "done" and (job.folder / "plan").is_dir()]
        plans = {job.name: f"{when(job)}: {about(job)}" for job in solves}
        futures = Field("futures", "Futures", 2000, least=1, most=100_000, step=1000)
        meaning = "Its worth, its cash, its people and its guests in thousands of futures of demand."
        questions = [
            Question(
                "flexibility", "What would one more route add?", "What each possible route adds to expected sales, and the best next one.",
                (futures, Field("steps", "Routes to add, at most", 12, least=1, most=100)), timed=False,
            )
        ]  # fmt: skip
        if plans:
            fields = (Field("of", "Plan", choices=plans), futures)
            questions.insert(0, Question("risk", "What does a plan come to if demand turns out otherwise?", meaning, fields, timed=False))
        await study(desk, "/risk", "Risk", case, run, questions, known)
        if not plans:
            with ui.element("div").classes("paper"):
                ui.link("Solve the case first, to ask what its plan comes to", link("/verdict", case=case))
