"""Work under way, as it goes on: what it does, the best plan and the bound over time, and a way to stop it."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from brownfield.app.frame import words
from brownfield.app.runs import Runs

EVERY = 0.5
"""Seconds between two looks at the work."""


def watch(runs: Runs, name: str) -> None:
    """Show a piece of work until it is over, and then the page anew."""
    status = ui.label("").props('role="status"')
    chart = ui.echart(_options([])).classes("search").props('aria-hidden="true"')
    ui.button("Stop, and keep the best plan so far", on_click=lambda: runs.stop(name))

    def look() -> None:
        job = runs.get(name)
        if job.over:
            timer.deactivate()
            ui.navigate.reload()
            return
        points = job.points()
        status.text = _sentence(points)
        chart.options.update(_options(points))
        chart.update()

    timer = ui.timer(EVERY, look)


def _sentence(points: list[dict[str, Any]]) -> str:
    if not points:
        return "getting ready"
    last = points[-1]
    best, bound = last.get("incumbent"), last.get("bound")
    text = f"{last['at']:.0f} s, {last['words']}"
    if best is not None:
        text += f": best plan {best:,.1f} m"
    if best is not None and bound is not None:
        text += f", none is better by more than {max(bound - best, 0):,.1f} m"
    return text


def _options(points: list[dict[str, Any]]) -> dict[str, Any]:
    lines = {"best plan": "incumbent", "bound": "bound"}
    series = [
        {
            "name": words_,
            "type": "line",
            "step": "end",
            "showSymbol": False,
            "data": [[p["at"], p[key]] for p in points if p.get(key) is not None],
        }
        for words_, key in lines.items()
    ]
    return {
        "animation": False,
        "legend": {},
        "grid": {"left": 70, "right": 20, "top": 40, "bottom": 30},
        "xAxis": {"type": "value", "name": "s"},
        "yAxis": {"type": "value", "scale": True},
        "series": series,
    }


__all__ = ["watch", "words"]
