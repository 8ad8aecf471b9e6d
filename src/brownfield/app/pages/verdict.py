"""The verdict: the plan in sentences, the plants, the people, the money; or the way to a first plan."""

from __future__ import annotations

from nicegui import ui

from brownfield.app.desk import Desk
from brownfield.app.frame import fragment, frame, link, of_disk, problems, told, words
from brownfield.app.jobs import Jobs
from brownfield.app.live import watch

SECTIONS = ("verdict", "plants", "people", "money", "offers", "suppliers", "policies", "check", "appendix")


def register(desk: Desk) -> None:
    """Give the page its address."""

    @ui.page("/verdict", response_timeout=60)
    @told
    async def verdict(case: str = ".", run: str = "") -> None:
        jobs = Jobs(desk.state / "jobs")
        with frame("Verdict", case, [("/verdict", "Verdict")], "/verdict"):
            await of_disk(desk.path, case)
            found = await of_disk(jobs.all, case, "solve")
            job = jobs.get(run) if run else next(iter(found), None)
            if job is None:
                words("h1", "No plan yet")
                ui.button("Solve", on_click=lambda: ui.navigate.to(link("/verdict", case=case, run=jobs.start("solve", case).name)))
            elif not job.over:
                words("h1", "Solving")
                watch(jobs, job.name)
            elif job.state == "done":
                for name in SECTIONS:
                    if text := job.section(name):
                        fragment(text)
            elif job.state == "refused":
                problems(job.told["problems"])
            else:
                words("p", str(job.told.get("words", "The run was ended from outside before it had a plan.")))
