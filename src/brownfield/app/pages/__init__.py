"""The pages, one to a file. A page shows, and passes on what it is told to do."""

from __future__ import annotations

from fastapi import FastAPI
from nicegui import ui

from brownfield.app.desk import Desk
from brownfield.app.frame import STYLE
from brownfield.app.pages import builds, compare, conditions, deal, download, evidence, home, levers, line, opening, runs, trace, verdict
from brownfield.report.fragments import style


def register(desk: Desk, app: FastAPI) -> None:
    """Give each page its address."""
    ui.add_head_html(f"<style>{style('.report')}{STYLE.read_text(encoding='utf-8')}</style>", shared=True)
    for page in (home, verdict, builds, levers, compare, deal, conditions, evidence, line, runs, trace):
        page.register(desk)
    opening.register(desk, app)
    download.register(desk, app)
