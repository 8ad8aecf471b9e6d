"""The plants on a map: where they lie, what becomes of them, how many cars they build in the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from brownfield.case.tables import Plant
from brownfield.report.charts_sites import GUEST, STATES
from brownfield.report.drawing import INK, NARROW, WIDE, Drawn, Mark, Picture, altair, svg, texts, values
from brownfield.report.figures import Figures
from brownfield.report.land import LAND

OPEN, SHARED, SEA, SHORE = "#1f5a91", GUEST, "#eef3f7", "#d9dfd5"
MARGIN = 12.0
"""Degrees around the outermost plants."""
STRETCH = 1.25
"""A degree of latitude is drawn so much longer than one of longitude, about as it is at 37 degrees."""


def site_map(figures: Figures) -> Picture | None:
    """Each plant at its place; None when fewer than two plants say where they lie."""
    placed = [row for row in figures.plants.values() if row.latitude is not None and row.longitude is not None]
    if len(placed) < 2:
        return None
    last = len(figures.calendar) - 1
    rows = [_spot(figures, row, last) for row in placed]
    seen = {row["fill"] for row in rows}
    marks = [Mark(OPEN, "open"), Mark(SHARED, "open, shared with a guest"), *(Mark(fill, words) for fill, words in STATES.values())]
    said = "; ".join(f"{row['plant']} {row['words']}" for row in rows)
    period = figures.calendar.names[last]
    return Picture(
        "map", f"Where the plants lie, and what they are in {period}", f"Plants on a map. In {period}: {said}.",
        _map(rows, WIDE, "map-w"), _map(rows, NARROW, "map-n"), tuple(mark for mark in marks if mark.fill in seen),
        f"The larger a dot, the more cars in {period}. The land is a sketch.",
    )  # fmt: skip


def _spot(figures: Figures, row: Plant, last: int) -> dict[str, Any]:
    """A plant as a dot: its place, its size, its colour, its name."""
    state, cars = figures.states[row.plant][last], figures.output[row.plant][last]
    shared = state == "open" and any(deal.first <= last < deal.end for deal in figures.guests_at(row.plant))
    fill = STATES[state][0] if state in STATES else SHARED if shared else OPEN
    words = STATES[state][1] if state in STATES else f"open, {cars:,.0f} cars a year"
    place = {"x": row.longitude, "y": row.latitude}
    return {**place, "fill": fill, "size": 60 + cars / 1500, "plant": row.plant, "text": row.plant, "colour": INK, "words": words}


def _map(rows: Sequence[dict[str, Any]], width: int, key: str) -> str:
    alt = altair()
    xs, ys = [row["x"] for row in rows], [row["y"] for row in rows]
    west, east = max(min(xs) - MARGIN, -180), min(max(xs) + MARGIN, 180)
    south, north = max(min(ys) - MARGIN, -60), min(max(ys) + MARGIN, 85)
    height = max(width * (north - south) * STRETCH / (east - west), 0.3 * width)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[west, east], nice=False, zero=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[south, north], nice=False, zero=False))
    corners = [{"name": name, "at": i, "x": a, "y": b} for name, shore in LAND.items() for i, (a, b) in enumerate(shore)]
    look = {"interpolate": "linear-closed", "fill": SHORE, "stroke": "#b9c2b4", "strokeWidth": 0.6, "clip": True}
    land = alt.Chart(values(corners)).mark_line(**look).encode(x=x, y=y, detail="name:N", order="at:Q")
    layers = [land, _dots(rows, x, y, width)]
    if width == WIDE:
        layers.append(texts(_apart(rows, (north - south) / height), x, y, align="left", dx=9, fontSize=11))
    box = alt.layer(*layers).properties(width=width, height=round(height), view=alt.ViewConfig(fill=SEA, stroke="#c9d2da"))
    return svg(box, key)


def _dots(rows: Sequence[dict[str, Any]], x: Drawn, y: Drawn, width: int) -> Drawn:
    alt = altair()
    shown = [{**row, "size": row["size"] * (1 if width == WIDE else 0.4)} for row in rows]
    chart = alt.Chart(values(shown)).mark_circle(opacity=1, stroke="#333333", strokeWidth=0.8, clip=True)
    return chart.encode(
        x=x, y=y, size=alt.Size("size:Q", scale=None, legend=None), fill=alt.Fill("fill:N", scale=None, legend=None)
    )  # fmt: skip


def _apart(rows: Sequence[dict[str, Any]], degrees: float) -> list[dict[str, Any]]:
    """The names, moved down where they would stand on each other. degrees: of latitude for each pixel."""
    placed: list[dict[str, Any]] = []
    for row in sorted(rows, key=lambda row: -row["y"]):
        y = row["y"]
        for other in placed:
            if abs(other["x"] - row["x"]) < 90 * degrees and other["y"] - y < 13 * degrees:
                y = min(y, other["y"] - 13 * degrees)
        placed.append({**row, "y": y})
    return placed
