"""What can be taken away: the report, the plan with its books, the workbook of the case."""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, PlainTextResponse, Response
from starlette.background import BackgroundTask

from brownfield.app.asked import base_of, case_of
from brownfield.app.desk import Desk
from brownfield.app.running import runs_of
from brownfield.errors import CaseError, listing

SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def register(desk: Desk, app: FastAPI) -> None:
    """Give each file its address."""

    @app.get("/download/{kind}", response_class=Response)
    def download(kind: str, case: str = ".", run: str = "") -> Response:  # a plain function: it is run beside the loop
        try:
            if kind == "workbook":
                return _workbook(desk, case, run)
            folder = runs_of(desk).get(run).folder
            if kind == "report" and (folder / "report.html").is_file():
                return FileResponse(folder / "report.html", media_type="text/html; charset=utf-8", filename=f"report-{run}.html")
            if kind == "plan" and (folder / "plan").is_dir():
                name = {"content-disposition": f'attachment; filename="plan-{run}.zip"'}
                return Response(_zipped(folder / "plan"), media_type="application/zip", headers=name)
            return PlainTextResponse("There is no such file of this run.\n", status_code=404)
        except CaseError as error:
            return PlainTextResponse(listing(error.problems) + "\n", status_code=404)


def _workbook(desk: Desk, case: str, run: str) -> Response:
    """The case as a workbook; of a run, with the scenario and the edits that were solved."""
    from brownfield.files.workbook import write_workbook

    desk.path(case)
    known = desk.read(case)
    if run:
        job = runs_of(desk).get(run)
        known = case_of(base_of(desk, {**job.asked, "base": job.told.get("base", "")}), job.asked)
    scratch = Path(tempfile.mkdtemp(dir=desk.state, prefix="download-"))
    file = scratch / "case.xlsx"
    write_workbook(known, file)
    name = "".join(c if c.isalnum() or c in "-_ " else "-" for c in known.settings.name)
    return FileResponse(file, media_type=SHEETS, filename=f"{name}.xlsx", background=BackgroundTask(shutil.rmtree, scratch))


def _zipped(folder: Path) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(folder).as_posix())
    return made.getvalue()
