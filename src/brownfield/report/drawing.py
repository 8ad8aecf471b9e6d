"""How charts are drawn: one look, time to scale, SVG without scripts or anything fetched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from brownfield.case.calendar import Calendar

Drawn: TypeAlias = Any
"""A chart or an axis of the chart library, which is loaded only when the first chart is drawn."""

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
INK, FAINT, HAIR = "#1a1a1a", "#6b6b6b", "#d5d5d5"
WIDE, NARROW = 800, 238
"""Widths of the two drawings of each chart: for a page or a screen, and for a telephone."""

PLAIN = ",.12~g"
"""How numbers stand on an axis: thousands separated, no exponents, no idle zeros."""

ROW = 22
"""Height of a row of a strip, in pixels."""


@dataclass(frozen=True)
class Mark:
    """One entry of a legend: fill, words, and whether it is drawn as a line or with a border."""

    fill: str
    words: str
    shape: str = "box"


@dataclass(frozen=True)
class Picture:
    """A chart ready for the page: the finding as its title, what it shows in words, and two drawings of it."""

    key: str
    title: str
    alt: str
    wide: str
    narrow: str
    legend: tuple[Mark, ...] = ()
    note: str = ""


@cache
def altair() -> Any:
    """The chart library, loaded when the first chart is drawn."""
    import altair

    return altair


def values(rows: Sequence[Mapping[str, Any]]) -> Drawn:
    """Rows as data that stand in the chart itself."""
    return altair().InlineData(values=[dict(row) for row in rows])


def span(calendar: Calendar, t: int) -> dict[str, float]:
    """Where a period lies on the time axis, in years from the start of the plan."""
    return {"x": float(calendar.starts[t]) / 12, "x2": float(calendar.ends[t]) / 12}


def length(calendar: Calendar) -> float:
    """Length of the plan in years."""
    return float(calendar.ends[-1]) / 12


def blocks(calendar: Calendar) -> dict[int, str]:
    """What is written along the time axis: the month from the start at which each year of the plan begins, and its name."""
    found: dict[int, str] = {}
    for period, start in zip(calendar.periods, calendar.starts, strict=True):
        if round(float(start)) % 12 == 0 or not found:
            found[round(float(start))] = f"{'' if period.start.month == 1 else 'FY'}{period.start.year}"
    return found


def time_axis(calendar: Calendar, width: int, *, before: float = 0.0, orient: str = "top") -> Drawn:
    """The time axis: years to scale, each name at the start of its year; fewer names where they would touch."""
    alt = altair()
    names = blocks(calendar)
    room = width / max(length(calendar), 1e-9) * 0.95
    step = next((n for n in (1, 2, 3, 5, 10) if room * n >= 38), 10)
    shown = {month: name for i, (month, name) in enumerate(names.items()) if i % step == 0}
    lookup = ",".join(f"'{month}':'{name}'" for month, name in shown.items())
    axis = alt.Axis(
        values=[month / 12 for month in names], labelExpr=f"({{{lookup}}})[''+round(datum.value*12)]||''", title=None, orient=orient,
        labelAlign="left", labelOffset=2, labelPadding=1, labelFlush=False, labelOverlap=False, grid=True, tickSize=6, domain=False,
    )  # fmt: skip
    return alt.X("x:Q", axis=axis, scale=alt.Scale(domain=[-before, length(calendar)], nice=False, zero=False))


def row_labels(names: Iterable[str], limit: int) -> Drawn:
    """Names to the left of the rows of a strip, cut with an ellipsis when too long."""
    alt = altair()
    rows = [{"y": i + 0.5, "name": name} for i, name in enumerate(names)]
    chart = alt.Chart(values(rows)).mark_text(align="right", baseline="middle", fontSize=12, color=INK, limit=limit, dx=-6)
    return chart.encode(x=alt.value(0), y=row_scale(len(rows)), text="name:N")


def row_scale(count: int, field: str = "y") -> Drawn:
    """Rows from top to bottom, one unit each."""
    alt = altair()
    return alt.Y(f"{field}:Q", axis=None, scale=alt.Scale(domain=[count, 0], nice=False, zero=False))


def boxes(rows: Sequence[Mapping[str, Any]], x: Drawn, y: Drawn, **style: Any) -> Drawn:
    """Filled boxes from x to x2 and y to y2, each in its own `fill`."""
    alt = altair()
    look = {"stroke": "#ffffff", "strokeWidth": 0.8, **style}
    chart = alt.Chart(values(rows)).mark_rect(**look)
    return chart.encode(x=x, x2="x2:Q", y=y, y2="y2:Q", fill=alt.Fill("fill:N", scale=None, legend=None))


def texts(rows: Sequence[Mapping[str, Any]], x: Drawn, y: Drawn, **style: Any) -> Drawn:
    """Words at places, each in its own `colour`."""
    alt = altair()
    look = {"fontSize": 11, "baseline": "middle", **style}
    chart = alt.Chart(values(rows)).mark_text(**look)
    return chart.encode(x=x, y=y, text="text:N", color=alt.Color("colour:N", scale=None, legend=None))


def svg(chart: Drawn, key: str) -> str:
    """A chart as one SVG element that scales with its place; its inner ids carry `key` so that two never clash."""
    import vl_convert

    look = {"labelFontSize": 11, "titleFontSize": 11, "labelColor": INK, "titleColor": FAINT, "titleFontWeight": "normal"}
    hairs = dict.fromkeys(("gridColor", "domainColor", "tickColor"), HAIR)
    dressed = chart.configure(font=FONT, padding=4, background="transparent", aria=False).configure_view(stroke=None)
    spec = dressed.configure_axis(**look, **hairs).to_dict()
    text = vl_convert.vegalite_to_svg(spec, vl_version=_version(spec), allowed_base_urls=[])
    return _inlined(text, key)


def _version(spec: Mapping[str, Any]) -> str:
    """The version of the chart language that a chart is written in, `6.4`."""
    match = re.search(r"/v(\d+\.\d+)", spec["$schema"])
    return match[1] if match else "6.4"


_TAG = re.compile(r"<[^>]*>")
_IDLE = re.compile(r'\s(?:role|aria-roledescription|aria-hidden|pointer-events|class|font-family)="[^"]*"|\sopacity="1"')
_LONG = re.compile(r"(\d+\.\d{2})\d+")


def _inlined(text: str, key: str) -> str:
    """SVG as it may stand in a page: no prologue, no fixed size, ids of its own, nothing that does not show.

    Only tags are touched, never the words between them: a plant may have any name.
    """
    text = text[text.index("<svg") :]
    head, rest = text.split(">", 1)
    width = re.search(r'\swidth="([\d.]+)"', head)
    head = re.sub(r'\s(?:width|height|version|class|xmlns:xlink)="[^"]*"', "", head)
    ids = {name: f"{key}-{i}" for i, name in enumerate(dict.fromkeys(re.findall(r'<[^>]*\bid="([^"]+)"', rest)))}
    rest = _TAG.sub(lambda tag: _lean(tag[0], ids), rest)
    style = f"max-width:{float(width[1]) if width else WIDE:.0f}px;font-family:{FONT}"
    return f'{head} aria-hidden="true" focusable="false" style="{style}">{rest}'


def _lean(tag: str, ids: Mapping[str, str]) -> str:
    tag = re.sub(r'\bid="([^"]+)"', lambda found: f'id="{ids[found[1]]}"', tag)
    tag = re.sub(r"url\(#([^)]+)\)", lambda found: f"url(#{ids.get(found[1], found[1])})", tag)
    return _LONG.sub(r"\1", _IDLE.sub("", tag))
