"""Charts of contested claims: what today's plan gives away under each reading, and what finding out is worth."""

from __future__ import annotations

import math
from typing import Any

from brownfield.report.charts_study import beside
from brownfield.report.drawing import FAINT, INK, NARROW, WIDE, Mark, Picture, altair, boxes, row_scale, svg, texts, values
from brownfield.report.numbers import digits
from brownfield.study.readings import Flips, Tried

FLIPS, LIKELY, STAYS, OPEN = "#c8641e", "#e6b184", "#4d9bd1", "#b9b9b9"
COLOURS = {"flips": FLIPS, "likely": LIKELY, "open": OPEN, "stays": STAYS, "none": OPEN}
SHOWN = 18
"""Bars of one chart at most, the longest first."""


def regrets_chart(found: Flips) -> Picture | None:
    """Regret of today's plan under each version alone and the worst combination: from what is proved to what is possible."""
    from brownfield.report.flips import regret_of, told

    base = found.case.settings.base_currency
    rows = [one for one in found.singles if one.possible][:SHOWN]
    if found.worst is not None and len(found.worst.reading) > 1:
        rows = [found.worst, *rows]
    if not rows:
        return None
    title = "What today's plan would give away if another version were true."
    marks = [Mark(colour, words) for effect, colour, words in LEGEND if any(one.effect == effect for one in rows)]
    words = "; ".join(f"{told(one.reading)}: {regret_of(one, base)}" for one in rows)
    note = "A pale end reaches to the most that the gap of the solves leaves possible."
    wide, narrow = _bars(found, rows, WIDE - 130, "regret-w"), _bars(found, rows, NARROW, "regret-n")
    return Picture("regret", title, f"{title} {words}.", wide, narrow, tuple(marks), note)


LEGEND = (
    ("flips", FLIPS, "flips the verdict"),
    ("likely", LIKELY, "flips it in the best plans found"),
    ("open", OPEN, "not settled"),
    ("stays", STAYS, "leaves it as it is"),
)


def _label(one: Tried) -> str:
    from brownfield.report.flips import cell_of, told

    if len(one.reading) < 2:
        return told(one.reading)
    return "worst: " + " and ".join(f"{cell_of(o).split(' of ')[-1]} {digits(o.value)}" for o in one.reading)


def _bars(found: Flips, rows: list[Tried], width: int, key: str) -> str:
    """Bars from nothing to what is proved, and on, paler, to what is possible."""
    from brownfield.report.flips import regret_of

    alt = altair()
    base = found.case.settings.base_currency
    narrow = width < WIDE / 2
    known = [one.regret[1] for one in rows if one.regret and math.isfinite(one.regret[1])]
    known += [one.regret[0] for one in rows if one.regret]
    longest = max([*known, 1e-9])
    top = 0.5 if narrow else 0.14
    solid: list[dict[str, Any]] = []
    pale: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    for i, one in enumerate(rows):
        low, high = one.regret or (longest, longest)
        high = min(high, longest)
        place = {"y": i + top, "y2": i + 0.86 + 0.08 * narrow, "fill": COLOURS[one.effect]}
        (solid if one.regret else pale).append({"x": 0.0, "x2": low} | place)
        pale.append({"x": low, "x2": high} | place)
        mark = {"flips": " - flips", "likely": " - likely flips"}.get(one.effect, "") if not narrow else ""
        words.append({"x": high, "y": i + (top + 0.9) / 2, "text": regret_of(one, base) + mark, "colour": INK})
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, longest * (2.2 if narrow else 1.5)], nice=False))
    y = row_scale(len(rows))
    labels = [{"y": i + (0.28 if narrow else 0.5), "text": _label(one)} for i, one in enumerate(rows)]
    side = {"align": "left", "dx": 3} if narrow else {"align": "right", "dx": -8}
    names = alt.Chart(values(labels)).mark_text(baseline="middle", fontSize=11, color=INK, limit=330, **side)
    zero = alt.Chart(values([{"x": 0}])).mark_rule(color=FAINT).encode(x=x)
    named = names.encode(x=alt.value(0), y=y, text="text:N")
    layers = [boxes(pale, x, y, opacity=0.35), texts(words, x, y, align="left", dx=5), named, zero]
    layers = [boxes(solid, x, y), *layers] if solid else layers
    drawn = alt.layer(*layers)
    return svg(drawn.properties(width=width + 100 if narrow else width - 100, height=(38 if narrow else 25) * len(rows)), key)


def asks_chart(found: Flips) -> Picture | None:
    """What finding out about each contested cell is worth, the most first."""
    from brownfield.report.flips import cell_of, worth

    base = found.case.settings.base_currency
    rows = [(cell_of(ask.contest), ask.low or 0.0, worth(ask, base)) for ask in found.asks[:SHOWN] if ask.low is not None]
    if not rows or max(amount for _, amount, _ in rows) < 1e-6:
        return None
    title = "What finding out is worth before deciding, the most first."
    words = "; ".join(f"{name}: {said}" for name, _, said in rows)
    wide, narrow = beside(rows, WIDE - 130, "ask-w"), beside(rows, NARROW, "ask-n")
    return Picture("ask", title, f"{title} {words}.", wide, narrow, (), "Under the weights in the table below, against the plans found.")
