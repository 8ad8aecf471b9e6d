"""Charts of flexibility: expected sales over the routes added, and what each route alone adds."""

from __future__ import annotations

from typing import Any

from brownfield.report.charts_study import beside
from brownfield.report.drawing import INK, NARROW, PLAIN, WIDE, Mark, Picture, altair, svg, values
from brownfield.report.numbers import about, share, whole
from brownfield.study.flexibility import Flexibility

LINE, FULL, PLANNED, BAND = "#1f5a91", "#2f7d5b", "#6b6b6b", "#d3e2f0"
SHOWN = 15
"""Routes in the chart at most."""


def steps_chart(found: Flexibility) -> Picture:
    """Expected sales with each further route, between those of today and those of total flexibility."""
    room = found.full.value - found.base.value
    gained = (found.steps[-1].sales.value - found.base.value) / room if found.steps and room > 0 else 0.0
    title = (
        f"{len(found.steps)} more routes bring {share(gained)} of what total flexibility would."
        if found.steps
        else "No further route adds to expected sales."
    )
    told = "; ".join(f"{n}: {step.route.product} on {step.route.line}, {whole(step.sales.value)}" for n, step in enumerate(found.steps, 1))
    marks = (
        Mark(LINE, "expected sales, the best route added each time", "line"), Mark(FULL, "every product on every line", "line"),
        Mark(PLANNED, "if demand is as planned", "line"),
    )  # fmt: skip
    wide, narrow = _steps(found, WIDE, "steps-w"), _steps(found, NARROW, "steps-n")
    return Picture("steps", title, f"{title} {told}.", wide, narrow, marks, "Cars a year over the plan, own products.")


def _steps(found: Flexibility, width: int, key: str) -> str:
    alt = altair()
    amounts = [found.base, *(step.sales for step in found.steps)]
    rows = [{"n": n, "v": one.value / 1000, "low": one.low / 1000, "high": one.high / 1000} for n, one in enumerate(amounts)]
    last = max(len(rows) - 1, 1)
    room = found.full.value - found.base.value or max(found.base.value, 1.0)
    domain = [(min(found.base.low, found.planned) - 0.05 * room) / 1000, (max(found.full.high, found.planned) + 0.05 * room) / 1000]
    axis = alt.Axis(values=list(range(0, last + 1, 1 if width > WIDE / 2 or last <= 6 else 2)), format="d", grid=False)
    x = alt.X("n:Q", title="routes added", axis=axis, scale=alt.Scale(domain=[0, last], nice=False))
    scale = alt.Scale(domain=domain, nice=True, zero=False)
    y = alt.Y("v:Q", title="thousand cars a year", axis=alt.Axis(format=PLAIN, tickCount=5, domain=False), scale=scale)
    data = values(rows)
    layers: list[Any] = [
        alt.Chart(data).mark_area(color=BAND).encode(x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q"),
        alt.Chart(data).mark_line(color=LINE, strokeWidth=2, point={"size": 40, "color": LINE}).encode(x=x, y=y),
    ]
    for amount, colour, dash in ((found.full.value, FULL, [1, 0]), (found.planned, PLANNED, [4, 3])):
        rule = alt.Chart(values([{"v": amount / 1000}])).mark_rule(color=colour, strokeWidth=1.5, strokeDash=dash)
        layers.append(rule.encode(y=y))
    if width > WIDE / 2:
        names = [{"n": n, "v": step.sales.value / 1000, "text": step.route.product} for n, step in enumerate(found.steps, 1)]
        words = alt.Chart(values(names)).mark_text(fontSize=10, color=INK, align="right", dx=-6, dy=-7, angle=0, limit=90)
        layers.append(words.encode(x=x, y=y, text="text:N"))
    return svg(alt.layer(*layers).properties(width=width - 80 if width > WIDE / 2 else NARROW + 20, height=240), key)


def gains_chart(found: Flexibility) -> Picture | None:
    """What each possible route alone adds, the best first."""
    best = [one for one in found.gains if one.gain.value > 0][:SHOWN]
    if not best:
        return None
    first = best[0]
    title = f"{first.product} on {first.line} adds most: {about(first.gain.value)} cars a year."
    rows = [(f"{one.product} on {one.line}", one.gain.value, f"{whole(one.gain.value)} ({share(one.share)})") for one in best]
    told = "; ".join(f"{name}: {text}" for name, _, text in rows)
    wide = beside(rows, WIDE - 130, "gains-w")
    narrow = beside([(name, amount, text.split(" (")[0]) for name, amount, text in rows], NARROW, "gains-n")
    note = "Cars a year that one route alone adds to expected sales; in brackets, as a share of what total flexibility would add."
    return Picture("gains", title, f"{title} {told}.", wide, narrow, (), note)
