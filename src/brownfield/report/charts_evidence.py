"""Charts of evidence: who said what, and when, for each contradiction."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from brownfield.case.tables import Source
from brownfield.evidence.claims import Evidence, last_day
from brownfield.evidence.conflicts import Conflict
from brownfield.report.drawing import FAINT, INK, NARROW, WIDE, Drawn, Mark, Picture, altair, row_scale, svg, values
from brownfield.report.numbers import digits

USED, OTHER, ASIDE = "#1f5a91", "#c8641e", "#8a8a8a"
NAMES = 330
"""Room for the names of sources beside a wide drawing, in pixels."""
MOST_TICKS = {False: 6, True: 3}
"""Names along the time axis of a wide and of a narrow drawing."""


@dataclass(frozen=True)
class _Said:
    """One row: who says what, the first and last day it may have come out, its colour, and its shape."""

    source: str
    value: str
    first: float
    last: float
    fill: str
    shape: str


def story(evidence: Evidence, conflict: Conflict, key: str, what: str) -> Picture | None:
    """The versions of one contradiction in time: a row for each source, a mark where it came out, in the order of the days."""
    rows = _rows(evidence, conflict)
    if len({row.last for row in rows}) < 2:
        return None  # with one day only there is no story in time
    kinds = {row.fill for row in rows}
    words = {USED: "what the case uses" if conflict.cell else "the strongest", OTHER: "says otherwise", ASIDE: "set aside"}
    marks = tuple(Mark(fill, text) for fill, text in words.items() if fill in kinds)
    told = "; ".join(f"{row.source}: {row.value}" for row in rows)
    note = "A bar is as long as the date is uncertain."
    wide, narrow = _drawn(rows, WIDE - NAMES, f"{key}-w", False), _drawn(rows, NARROW, f"{key}-n", True)
    bars = any(row.last - row.first > 2 / 365 for row in rows)
    return Picture(key, f"Who said so when: {what}.", f"Who said so when: {what}. {told}.", wide, narrow, marks, note if bars else "")


def _rows(evidence: Evidence, conflict: Conflict) -> list[_Said]:
    """A row for each source and value, the earliest first; sources without a date have none."""
    found: dict[tuple[str, str, bool], _Said] = {}
    for version in conflict.versions:
        main = version.used if conflict.cell else version.strongest
        fill, shape = (ASIDE, "cross") if not version.live else (USED, "circle") if main else (OTHER, "diamond")
        for claim in version.claims:
            span = _days(evidence.sources.get(claim.source))
            if span is not None:
                key = (claim.source, version.value, version.live)
                found.setdefault(key, _Said(claim.source, digits(version.value), *span, fill, shape))
    return sorted(found.values(), key=lambda row: (row.last, row.source))


def _days(source: Source | None) -> tuple[float, float] | None:
    """First and last day that the date of a source may mean, in years."""
    text = source and (source.published or source.retrieved)
    if not text:
        return None
    year, month, day = (*map(int, text.split("-")), 1, 1)[:3]
    return _year(datetime.date(year, month, day)), _year(last_day(text))


def _year(day: datetime.date) -> float:
    """A day as a number of years."""
    return day.year + (day.timetuple().tm_yday - 1) / 366


def _ticks(low: float, high: float, most: int) -> dict[float, str]:
    """Where the time axis is written on, and what: years, or months where the story is short."""
    if high - low > 1.6:
        step = next((n for n in (1, 2, 5, 10, 20) if (high - low) / n <= most), 50)
        return {float(year): str(year) for year in range(int(low), int(high) + 2) if year % step == 0 and low <= year <= high}
    step = next((n for n in (1, 2, 3, 4) if (high - low) * 12 / n <= most), 6)
    days = [datetime.date(year, month, 1) for year in range(int(low), int(high) + 1) for month in range(1, 13, step)]
    return {_year(day): f"{day:%b} {day.year}" for day in days if low <= _year(day) <= high}


def _drawn(rows: Sequence[_Said], width: int, key: str, narrow: bool) -> str:
    alt = altair()
    low, high = min(row.first for row in rows), max(row.last for row in rows)
    pad = max((high - low) * 0.03, 0.02)
    ticks = _ticks(low - pad, high + pad, MOST_TICKS[narrow])
    lookup = ",".join(f"'{at:.4f}':'{name}'" for at, name in ticks.items())
    label = f"({{{lookup}}})[format(datum.value,'.4f')]||''"
    axis = alt.Axis(values=list(ticks), labelExpr=label, title=None, orient="bottom", grid=True, domain=False, labelFlush=True)
    room = (high - low + 2 * pad) * (0.0 if narrow else 0.28)
    scale = alt.Scale(domain=[low - pad, high + pad + room], nice=False, zero=False)
    x = alt.X("x:Q", axis=axis, scale=scale)
    y, at = row_scale(len(rows)), 0.74 if narrow else 0.5
    data = [
        {"x": row.last, "first": row.first, "y": i + at, "fill": row.fill, "shape": row.shape, "value": row.value,
         "name": f"{row.value} · {row.source}" if narrow else row.source, "top": i + (0.3 if narrow else 0.5)}
        for i, row in enumerate(rows)
    ]  # fmt: skip
    layers = [*_marks(data, x, alt.X("first:Q", axis=axis, scale=scale), y), _names(data, row_scale(len(rows), "top"), narrow)]
    if not narrow:
        said = alt.Chart(values(data)).mark_text(align="left", baseline="middle", dx=9, fontSize=12, fontWeight="bold", limit=170)
        layers.append(said.encode(x=x, y=y, text="value:N", color=alt.Color("fill:N", scale=None, legend=None)))
    height = (36 if narrow else 24) * len(rows)
    return svg(alt.layer(*layers).properties(width=width, height=height), key)


def _marks(data: list[dict[str, Any]], x: Drawn, first: Drawn, y: Drawn) -> list[Drawn]:
    """A bar over the days that a date may mean, and a mark at the last of them."""
    alt = altair()
    colour = alt.Color("fill:N", scale=None, legend=None)
    bars = alt.Chart(values(data)).mark_rule(strokeWidth=3, opacity=0.4).encode(x=first, x2="x:Q", y=y, color=colour)
    points = alt.Chart(values(data)).mark_point(filled=True, size=75, opacity=1)
    return [bars, points.encode(x=x, y=y, color=colour, shape=alt.Shape("shape:N", scale=None, legend=None))]


def _names(data: list[dict[str, Any]], y: Drawn, narrow: bool) -> Drawn:
    """Who says so: beside the row, or above it where the page is narrow."""
    alt = altair()
    side = {"align": "left", "dx": 0, "limit": NARROW} if narrow else {"align": "right", "dx": -10, "limit": NAMES - 20}
    chart = alt.Chart(values(data)).mark_text(baseline="middle", fontSize=11 if narrow else 12, color=INK if narrow else FAINT, **side)
    return chart.encode(x=alt.value(0), y=y, text="name:N")
