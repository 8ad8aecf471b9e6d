"""Charts of people: how many work where, and how they come and go."""

from __future__ import annotations

from typing import Any

from brownfield.report.drawing import INK, NARROW, WIDE, Mark, Picture, altair, boxes, length, span, svg, texts, time_axis
from brownfield.report.figures import LEAVING, Figures
from brownfield.report.numbers import about, whole
from brownfield.report.words import people

COLOURS = ("#332288", "#88ccee", "#117733", "#ddcc77", "#cc6677", "#aa4499")
OTHERS = "#c4c4c4"
"""Colours that people who do not see red and green apart can tell apart, dark and light in turn for print in grey."""

KINDS = {
    "hires": ("#117733", "hired"),
    "attrition": ("#c9c9c9", "leave by attrition"),
    "voluntary": ("#88ccee", "take the voluntary scheme"),
    "moved": ("#ddcc77", "go over to a buyer or tenant"),
    "redundant": ("#882255", "made redundant"),
}
BEFORE = 0.5
"""Width of the bar of the start, in years, and the room left for it."""


def headcount(figures: Figures) -> Picture | None:
    """People by plant over time, from the start on."""
    if not sum(figures.start_heads.values()) + sum(map(sum, figures.heads.values())):
        return None
    groups = _groups(figures)
    marks = [Mark(fill, name) for name, fill, _ in reversed(groups)]
    told = "; ".join(f"{name}: {about(heads[0])} at the start, {about(heads[-1])} at the end" for name, _, heads in groups)
    title = people(figures)[0].split(":")[0].rstrip(".") + "."
    wide, narrow = _stack(figures, groups, WIDE, "people-w"), _stack(figures, groups, NARROW, "people-n")
    note = "The bar on the left is the start; periods are drawn to scale in time."
    return Picture("people", title, f"{title} People by plant. {told}.", wide, narrow, tuple(marks), note)


def _groups(figures: Figures) -> list[tuple[str, str, list[float]]]:
    """The plants that change most, each by itself, and the others together: name, colour, people at the start and in each period."""
    series = {name: [figures.start_heads[name], *heads] for name, heads in figures.heads.items()}
    change = {name: max(heads) - min(heads) for name, heads in series.items()}
    most = sorted(sorted(series), key=lambda name: -change[name])[: len(COLOURS)]
    if len(series) == len(most) + 1:
        most = most[:-1]
    rest = [heads for name, heads in series.items() if name not in most]
    named = [(name, COLOURS[i], series[name]) for i, name in enumerate(name for name in series if name in most)]
    together = [sum(heads[t] for heads in rest) for t in range(len(figures.calendar) + 1)]
    return [(f"{len(rest)} other plants", OTHERS, together), *named] if rest else named


def _stack(figures: Figures, groups: list[tuple[str, str, list[float]]], width: int, key: str) -> str:
    alt = altair()
    places = [{"x": -BEFORE, "x2": -0.12}, *(span(figures.calendar, t) for t in figures.periods)]
    cells: list[dict[str, Any]] = []
    totals: list[dict[str, Any]] = []
    for t, place in enumerate(places):
        base = 0.0
        for _, fill, heads in groups:
            cells.append({**place, "y": base, "y2": base + heads[t], "fill": fill})
            base += heads[t]
        totals.append({**place, "base": base})
    top = max(cell["y2"] for cell in cells) * 1.1 or 1.0
    x = time_axis(figures.calendar, width, before=BEFORE, orient="bottom")
    y = alt.Y("y:Q", title="people", scale=alt.Scale(domain=[0, top], nice=False), axis=alt.Axis(format=",d", tickCount=5, domain=False))
    unit = width / (length(figures.calendar) + BEFORE)
    words = [
        {"x": (place["x"] + place["x2"]) / 2, "y": place["base"], "text": whole(place["base"]), "colour": INK}
        for t, place in enumerate(totals)
        if (t == 0 and width == WIDE) or (place["x2"] - place["x"]) * unit >= 46
    ]
    layers = [boxes(cells, x, y), texts(words, x, y, dy=-7, fontSize=10)]
    return svg(alt.layer(*layers).properties(width=width, height=240), key)


def comings(figures: Figures) -> Picture | None:
    """How people come and go: heads a year, so that the area is the number of people."""
    if not any(sum(figures.flows[kind]) >= 1 for kind in KINDS):
        return None
    total = {kind: sum(figures.flows[kind]) for kind in KINDS}
    leave = sum(total[kind] for kind in LEAVING)
    forced = whole(total["redundant"]) if total["redundant"] >= 0.5 else "none"
    title = f"{whole(leave)} people leave, {forced} of them by compulsory redundancy{_hired(total['hires'])}."
    told = "; ".join(f"{words}: {whole(total[kind])}" for kind, (_, words) in KINDS.items())
    marks = tuple(Mark(fill, words) for kind, (fill, words) in KINDS.items() if total[kind] >= 1)
    note = "People a year: the area of a bar is the number of people. Above the line they come, below it they leave."
    wide, narrow = _flows(figures, WIDE, "comings-w"), _flows(figures, NARROW, "comings-n")
    return Picture("comings", title, f"{title} {told}.", wide, narrow, marks, note)


def _hired(heads: float) -> str:
    return f"; {whole(heads)} are hired" if heads >= 0.5 else ""


def _flows(figures: Figures, width: int, key: str) -> str:
    alt = altair()
    cells: list[dict[str, Any]] = []
    for t in figures.periods:
        place, years = span(figures.calendar, t), figures.calendar.periods[t].years
        cells.append({**place, "y": 0.0, "y2": figures.flows["hires"][t] / years, "fill": KINDS["hires"][0]})
        base = 0.0
        for kind in ("attrition", "voluntary", "moved", "redundant"):
            heads = figures.flows[kind][t] / years
            cells.append({**place, "y": base, "y2": base - heads, "fill": KINDS[kind][0]})
            base -= heads
    x = time_axis(figures.calendar, width, before=BEFORE, orient="bottom")
    y = alt.Y("y:Q", title="people a year", scale=alt.Scale(nice=True), axis=alt.Axis(format=",d", tickCount=5, domain=False))
    zero = alt.Chart(alt.InlineData(values=[{"y": 0}])).mark_rule(color=INK).encode(y=alt.Y("y:Q"))
    shown = [cell for cell in cells if abs(cell["y2"] - cell["y"]) > 0.5]
    return svg(alt.layer(boxes(shown, x, y), zero).properties(width=width, height=200), key)
