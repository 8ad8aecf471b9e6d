"""A workbook that was dropped: taken from the browser, read in a process of its own, and every problem shown at its cell."""

from __future__ import annotations

import secrets
from pathlib import Path

from fastapi import FastAPI, UploadFile
from fastapi.responses import RedirectResponse
from nicegui import ui

from brownfield.app.desk import Desk
from brownfield.app.frame import frame, link, told, words
from brownfield.app.running import runs_of, show

PIECE = 1024 * 1024
"""Bytes that are written at once."""


def register(desk: Desk, app: FastAPI) -> None:
    """Give the page its address, and the place to which a workbook is sent."""

    @app.post("/open", response_class=RedirectResponse)
    def taken(workbook: UploadFile) -> RedirectResponse:  # a plain function: it is run beside the loop
        folder = desk.state / "uploads"
        folder.mkdir(parents=True, exist_ok=True)
        file = f"{secrets.token_hex(8)}.xlsx"
        with (folder / file).open("wb") as target:
            while piece := workbook.file.read(PIECE):
                target.write(piece)
        name = Path((workbook.filename or "case").replace("\\", "/")).name[:80]
        job = runs_of(desk).start("open", "", file=file, name=name)
        return RedirectResponse(link("/opening", run=job.name), status_code=303)

    @ui.page("/opening", response_timeout=60)
    @told
    async def opening(run: str) -> None:
        job = runs_of(desk).get(run)
        with frame("Opening"):
            if job.state == "done":
                words("h1", "Opened")
                ui.navigate.to(link("/verdict", case=job.told["opened"]))
                ui.link("To the case", link("/verdict", case=job.told["opened"]))
            else:
                if job.over:
                    words("h1", f"{job.asked['name']} was not opened")
                show(runs_of(desk), job)
