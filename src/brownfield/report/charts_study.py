"""Charts of studies: the two worths over an input, what would have to change, and the steps between two plans."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from brownfield.report.drawing import FAINT, INK, NARROW, PLAIN, WIDE, Mark, Picture, altair, boxes, row_scale, svg, texts, values
from brownfield.report.numbers import Scale, money
from brownfield.study.compare import CENTS, Comparison
from brownfield.study.scan import Scan
from brownfield.study.threshold import Threshold

WITH, WITHOUT, INTERVAL, NOW = "#1f5a91", "#c8641e", "#f2e2c4", "#6b6b6b"
CARS = ("sales", "freight", "duty", "material", "variable cost", "lost-sale penalty")
"""Items that are shown together, as what cars bring."""
CRUMB = 1e-4
"""Steps smaller than this part of the largest are shown together."""
GAIN, COST, TOTAL = "#4d9bd1", "#d98a4b", "#333333"


def threshold_chart(found: Threshold) -> Picture | None:
    """The worth of the best plan with and without the verdict over the input, each between its limits, and the interval."""
    if len(found.known.trials) < 2:
        return None
    from brownfield.report.threshold import between, called

    title = (
        f"The verdict flips {between(found)}." if found.status == "flips" else "What the best plans with and without the verdict are worth."
    )
    marks = [
        Mark(WITH, f"best plan if {found.verdict.sentence()}", "line"),
        Mark(WITHOUT, f"best plan if {found.verdict.sentence(False)}", "line"),
    ]
    marks += [Mark(INTERVAL, "where it flips")] if found.low is not None and found.high is not None else []
    marks += [Mark(NOW, "what the input is now", "line")]
    told = "; ".join(f"at {found.given.shown(t.value)}: {t.true.low:,.6g} with, {t.false.low:,.6g} without" for t in found.known.trials)
    note = "Bands reach from the worth of the best plan found to the limit that no plan beats. " + (
        "Between the values tried, the worth is convex."
        if found.known.convex
        else "Dashed lines only join the values tried: between them nothing is known."
    )
    wide, narrow = _worths(found, WIDE, "flip-w"), _worths(found, NARROW, "flip-n")
    return Picture("flip", title, f"{title} Worth over {called(found.given)}; {told}.", wide, narrow, tuple(marks), note)


def _window(found: Threshold) -> tuple[float, float]:
    """The stretch of the input that is worth seeing: what is now and the interval, with room on both sides."""
    seen = [found.given.now, *(end for end in (found.low, found.high, found.likely) if end is not None)]
    if len(set(seen)) == 1:
        return found.known.trials[0].value, found.known.trials[-1].value
    room = 0.6 * (max(seen) - min(seen))
    return max(min(seen) - room, found.given.low), min(max(seen) + room, found.given.high)


def _worths(found: Threshold, width: int, key: str) -> str:
    alt = altair()
    begin, end = _window(found)
    tried = [t.value for t in found.known.trials if begin <= t.value <= end]
    grid = sorted(
        {begin, end, *tried, *(c for c in found.known.crossings(begin, end)), *(begin + (end - begin) * i / 60 for i in range(61))}
    )
    points = grid if found.known.convex else tried
    scale = Scale.of([t.true.low for t in found.known.trials if math.isfinite(t.true.low)], found.case.settings.base_currency)
    layers: list[Any] = []
    domain = alt.Scale(domain=[begin, end], nice=False, zero=False)
    x = alt.X(
        "x:Q",
        scale=domain,
        title=found.given.unit,
        axis=alt.Axis(format=PLAIN, tickCount=max(width // 110, 2), grid=False, labelOverlap=True),
    )
    y = alt.Y("y:Q", scale=alt.Scale(zero=False, nice=True), title=scale.unit, axis=alt.Axis(format=PLAIN, tickCount=5, domain=False))
    if found.low is not None and found.high is not None:
        thin = 0.004 * (end - begin)
        middle, half = (found.low + found.high) / 2, max((found.high - found.low) / 2, thin)
        band = alt.Chart(values([{"x": max(middle - half, begin), "x2": min(middle + half, end)}]))
        layers.append(band.mark_rect(color=INTERVAL).encode(x=x, x2="x2:Q"))
    for truth, colour in ((True, WITH), (False, WITHOUT)):
        rows = [
            {"x": at, "y": low / scale.divisor, "y2": min(found.known.high(truth, at), 1e300) / scale.divisor}
            for at in points
            if math.isfinite(low := found.known.low(truth, at))
        ]
        banded = [row for row in rows if row["y2"] < 1e290]
        if found.known.convex and len(banded) > 1:
            layers.append(alt.Chart(values(banded)).mark_area(color=colour, opacity=0.18).encode(x=x, y=y, y2="y2:Q"))
        elif banded:
            layers.append(alt.Chart(values(banded)).mark_rule(color=colour, opacity=0.35, strokeWidth=7).encode(x=x, y=y, y2="y2:Q"))
        dashes = {} if found.known.convex else {"strokeDash": [2, 4]}
        layers.append(
            alt.Chart(values(rows)).mark_line(color=colour, strokeWidth=2 if found.known.convex else 1, **dashes).encode(x=x, y=y)
        )
        here = [row for row in rows if row["x"] in tried]
        layers.append(alt.Chart(values(here)).mark_point(color=colour, filled=True, size=40, opacity=1).encode(x=x, y=y))
    layers.append(alt.Chart(values([{"x": found.given.now}])).mark_rule(color=NOW, strokeDash=[4, 3]).encode(x=x))
    return svg(alt.layer(*layers).properties(width=width - 90, height=260), key)


def waterfall_chart(comparison: Comparison, key: str = "steps") -> Picture:
    """From the worth of one plan to that of the other, item by item."""
    base = comparison.first.case.settings.base_currency
    rows = _grouped(comparison)
    one, other = comparison.names
    more = "more" if comparison.difference >= 0 else "less"
    title = f"“{other}” is worth {money(abs(comparison.difference), base)} {more} than “{one}”."
    told = "; ".join(f"{name}: {money(amount, base)}" for name, amount in rows)
    marks = (Mark(GAIN, "adds"), Mark(COST, "takes away"), Mark(TOTAL, "the difference"))
    end = ("difference", comparison.difference)
    wide, narrow = falling(rows, end, base, WIDE - 130, f"{key}-w"), falling(rows, end, base, NARROW, f"{key}-n")
    return Picture(key, title, f"{title} {told}.", wide, narrow, marks, "All amounts discounted to the start of the plan.")


def _grouped(comparison: Comparison) -> list[tuple[str, float]]:
    """Steps of the chart: what cars bring together, every other item alone, crumbs together at the end."""
    items = comparison.by_item()
    cars = sum(step.cents for step in items if step.item in CARS)
    rows = [("cars, less freight, duty, material, building", cars), *((s.item, s.cents) for s in items if s.item not in CARS)]
    least = CRUMB * max((abs(cents) for _, cents in rows), default=0)
    small = sum(cents for _, cents in rows if abs(cents) < least)
    return [(name, cents / CENTS) for name, cents in rows if abs(cents) >= least and cents] + (
        [("everything else", small / CENTS)] if small else []
    )


def falling(rows: Sequence[tuple[str, float]], end: tuple[str, float], base: str, width: int, key: str) -> str:
    """Bars that hang on one another, and their sum."""
    alt = altair()
    bars: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    at, narrow = 0.0, width < WIDE / 2
    for i, (name, amount) in enumerate([*rows, end]):
        last = i == len(rows)
        start = 0.0 if last else at
        fill = TOTAL if last else GAIN if amount >= 0 else COST
        top = 0.5 if narrow else 0.14
        bars.append({"x": start, "x2": start + amount, "y": i + top, "y2": i + 0.86 + 0.08 * narrow, "fill": fill})
        words.append({"x": max(start, start + amount), "y": i + (top + 0.9) / 2, "text": money(amount, base), "colour": INK})
        labels.append({"y": i + (0.28 if narrow else 0.5), "text": name, "colour": INK})
        at = start + amount
    ends = [0.0, *(bar["x"] for bar in bars), *(bar["x2"] for bar in bars)]
    room = (max(ends) - min(ends) or 1.0) * (0.42 if narrow else 0.16)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[min(ends), max(ends) + room], nice=False))
    y = row_scale(len(bars))
    side = {"align": "left", "dx": 3} if narrow else {"align": "right", "dx": -8}
    names = alt.Chart(values(labels)).mark_text(baseline="middle", fontSize=11, limit=330, **side)
    drawn = [boxes(bars, x, y), texts(words, x, y, align="left", dx=5), names.encode(x=alt.value(0), y=y, text="text:N")]
    zero = alt.Chart(values([{"x": 0}])).mark_rule(color=FAINT).encode(x=x)
    return svg(alt.layer(*drawn, zero).properties(width=width + 100 if narrow else width, height=(38 if narrow else 25) * len(bars)), key)


def beside(rows: Sequence[tuple[str, float, str]], width: int, key: str) -> str:
    """Bars from nothing to an amount, one below the other, each with its words."""
    alt = altair()
    narrow = width < WIDE / 2
    top = 0.5 if narrow else 0.14
    bars: list[dict[str, Any]] = [
        {"x": 0.0, "x2": amount, "y": i + top, "y2": i + 0.86 + 0.08 * narrow, "fill": GAIN if amount >= 0 else COST}
        for i, (_, amount, _) in enumerate(rows)
    ]
    words = [{"x": max(0.0, amount), "y": i + (top + 0.9) / 2, "text": told, "colour": INK} for i, (_, amount, told) in enumerate(rows)]
    labels = [{"y": i + (0.28 if narrow else 0.5), "text": name} for i, (name, _, _) in enumerate(rows)]
    ends = [0.0, *(bar["x2"] for bar in bars)]
    room = (max(ends) - min(ends) or 1.0) * (0.6 if narrow else 0.25)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[min(ends), max(ends) + room], nice=False))
    y = row_scale(len(bars))
    side = {"align": "left", "dx": 3} if narrow else {"align": "right", "dx": -8}
    names = alt.Chart(values(labels)).mark_text(baseline="middle", fontSize=11, color=INK, limit=330, **side)
    drawn = [boxes(bars, x, y), texts(words, x, y, align="left", dx=5), names.encode(x=alt.value(0), y=y, text="text:N")]
    zero = alt.Chart(values([{"x": 0}])).mark_rule(color=FAINT).encode(x=x)
    return svg(
        alt.layer(*drawn, zero).properties(width=width + 100 if narrow else width - 100, height=(38 if narrow else 25) * len(bars)), key
    )


def reach_chart(found: Scan) -> Picture | None:
    """How far each input would have to move to flip the verdict, the nearest first, and which way."""
    from brownfield.report.threshold import called, valued

    near = [one for one in found.flips if one.change is not None][:18]
    if not near:
        return None
    rows = []
    for one in near:
        assert one.low is not None
        assert one.high is not None
        end = min((one.low, one.high), key=lambda value, given=one.given: abs(value - given.now))  # type: ignore[misc]
        change = 0.0 if one.low <= one.given.now <= one.high else 100 * (one.given.relative(end) or 0.0)
        told = f"{change:+.3g} %, from {valued(one.given, one.given.now, 4)}" if change else "inside the interval now"
        rows.append((called(one.given), change, told))
    title = "How far one input would have to move for another answer, the nearest first."
    words = "; ".join(f"{name}: {told}" for name, _, told in rows)
    wide, narrow = beside(rows, WIDE - 130, "reach-w"), beside([(n, c, t.split(",")[0]) for n, c, t in rows], NARROW, "reach-n")
    return Picture(
        "reach",
        title,
        f"{title} {words}.",
        wide,
        narrow,
        (),
        "In percent of what the input is now. To the right: it must rise; to the left: it must fall.",
    )
