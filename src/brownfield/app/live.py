"""Work under way, as it goes on: what it does, the best plan and the bound over time, and a way to stop it."""

from __future__ import annotations

import time
from typing import Any

from nicegui import ui

from brownfield.app.runs import Runs

EVERY = 0.5
"""Seconds between two looks at the work."""

COLOURS = ["#1f78b4", "#d55e00"]
"""Best plan and bound, told apart by people with any kind of colour vision."""


def watch(runs: Runs, name: str) -> None:
    """Show a piece of work until it is over, and then the page anew."""
    job = runs.get(name)
    clock = ui.label("")
    status = ui.label("").props('role="status"')  # read out when it changes, and so without the clock
    chart = ui.echart(_options([])).classes("search").props('aria-hidden="true"')
    ui.button("Stop, and keep the best plan so far" if job.kind == "solve" else "Stop", on_click=lambda: runs.stop(name)).props("no-caps")
    shown = -1

    def look() -> None:
        nonlocal shown
        job = runs.get(name)
        if job.over:
            timer.deactivate()
            ui.navigate.reload()
            return
        clock.text = f"{max(time.time() - float(job.asked['asked']), 0):.0f} s"
        points = job.points()
        if len(points) != shown:
            shown = len(points)
            status.text = _sentence(points)
            chart.options.update(_options(points))
            chart.update()

    timer = ui.timer(EVERY, look)


def _sentence(points: list[dict[str, Any]]) -> str:
    from brownfield.report.numbers import money

    if not points:
        return "getting ready"
    last = points[-1]
    best, bound, currency = last.get("incumbent"), last.get("bound"), str(last.get("currency", ""))
    text = str(last["words"])
    if best is not None:
        text += f": best plan {money(best, currency)}"
    if best is not None and bound is not None:
        text += f", none is better by more than {money(max(bound - best, 0), currency, 'up')}"
    return text


def _options(points: list[dict[str, Any]]) -> dict[str, Any]:
    grey = {"color": "#808080"}
    latest = next((point["of"] for point in reversed(points) if "of" in point), None)  # of several solves, the one that runs now
    points = [point for point in points if point.get("of", latest) == latest]
    series = [
        {
            "name": called,
            "type": "line",
            "step": "end",
            "showSymbol": len(points) < 50,
            "data": [[point["at"], point[key]] for point in points if point.get(key) is not None],
        }
        for called, key in (("best plan", "incumbent"), ("bound: no plan is worth more", "bound"))
    ]
    return {
        "animation": False,
        "color": COLOURS,
        "legend": {"top": 0, "textStyle": grey},
        "grid": {"left": 90, "right": 30, "top": 40, "bottom": 30},
        "xAxis": {"type": "value", "name": "s", "axisLabel": grey},
        "yAxis": {"type": "value", "scale": True, "axisLabel": grey},
        "series": series,
    }
