"""Plan and bound over time, one panel for each suite: the median of its cases, engine by engine."""

from __future__ import annotations

import bisect
import math
import sys
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.solver_report import NAMES, Group, Run, count, first, percent
from brownfield.report.drawing import FAINT, INK, Mark, Picture, altair, svg, values

sys.path.insert(0, str(Path(__file__).parents[1] / "docs"))

from generate import framed

COLOURS = {"brownfield": "#1f5a91", "highs-naive": "#d98a4b", "highs-tight": "#117733", "scip-naive": "#aa4499"}
PANEL, HEIGHT = 345, 210
STEPS = 160
SHOWN = 2.0
"""The value axis ends at this many times the coarsest gap of a suite."""


def chart(groups: list[Group]) -> str:
    """The chart as a file of its own."""
    alt = altair()
    panels = [panel(group, number) for number, group in enumerate(groups)]
    drawn = alt.concat(*panels, columns=2, spacing={"row": 28, "column": 34})
    shown = [engine for engine in NAMES if any(engine in group.engines for group in groups)]
    legend = tuple(Mark(COLOURS[engine], NAMES[engine], "line") for engine in shown)
    title, alt_text = (
        finding(groups),
        "Median plan and bound of each engine over time, in per cent of gross value from the best plan known.",
    )
    return framed(Picture("solver", title, alt_text, svg(drawn, "solver"), "", legend))


def finding(groups: list[Group]) -> str:
    """The title: in how many cases Brownfield came first."""
    pairs = [(group, runs) for group in groups for runs in group.cases.values() if len(runs) > 1]
    winners = [first(runs, group.suite.gaps[-1]) for group, runs in pairs]
    won = sum(run is not None and run.engine == "brownfield" for run in winners)
    return f"Brownfield comes first in {won} of {len(pairs)} cases, by time to the finest gap or by the gap left"


def panel(group: Group, number: int) -> Any:
    """Bounds from above, plans from below, in per cent of gross value from the best plan known; time on a log scale."""
    alt = altair()
    edge = SHOWN * group.suite.gaps[0]
    x = alt.X(
        "x:Q",
        scale=alt.Scale(type="log", domain=[1, group.seconds], nice=False, clamp=True),
        axis=alt.Axis(title="seconds", values=ticks(group.seconds), format="d", grid=False, titlePadding=2),
    )
    y = alt.Y(
        "y:Q", scale=alt.Scale(domain=[-edge, edge], nice=False), axis=alt.Axis(title=None, tickCount=5, labelExpr="datum.label + ' %'")
    )
    rows = [row | {"colour": COLOURS[engine]} for engine in reversed(group.engines) for row in lines(group, engine, edge)]
    colour = alt.Color("colour:N", scale=None, legend=None)
    curves = [
        alt.Chart(values([row for row in rows if row["line"] == line]))
        .mark_line(interpolate="step-after", strokeWidth=2.4 if line.startswith("brownfield") else 1.5, clip=True)
        .encode(x=x, y=y, color=colour)
        for line in dict.fromkeys(row["line"] for row in rows)
    ]
    zero = alt.Chart(values([{"y": 0.0}])).mark_rule(color=INK, strokeWidth=0.7).encode(y=y)
    layers = [zero, *curves, *(words(group, edge, x, y) if number == 0 else [])]
    title = alt.Title(group.suite.told, subtitle=closing(group), anchor="start", fontSize=12, fontWeight="bold", subtitleFontSize=11)
    title.subtitleColor, title.color = FAINT, INK
    return alt.layer(*layers).properties(width=PANEL, height=HEIGHT, title=title)


def words(group: Group, edge: float, x: Any, y: Any) -> list[Any]:
    """What lies above and below, written once."""
    alt = altair()
    rows = [
        {"x": 1, "y": 0.1 * edge, "text": "bound: no plan is worth more"},
        {"x": 1, "y": -0.1 * edge, "text": "best plan so far"},
    ]
    return [alt.Chart(values(rows)).mark_text(align="left", fontSize=11, color=FAINT, dx=4).encode(x=x, y=y, text="text:N")]


def ticks(limit: float) -> list[float]:
    """Seconds that are written along the axis."""
    return [tick for tick in (1, 3, 10, 30, 100, 300, 1000, 3000) if tick <= limit]


def closing(group: Group) -> str:
    """The gap of each engine when time was up, as the second line of the title, in the order of the legend."""
    ends = [median(run.gap for run in group.of(engine)) for engine in group.engines]
    return f"{count(group.cases)}, {group.seconds:g} s; median gap at the end: {', '.join(map(percent, ends))}"


def lines(group: Group, engine: str, edge: float) -> list[dict[str, Any]]:
    """Two lines of an engine over time, where they are within sight: the worse one of two middle cases counts."""
    rows = []
    runs = group.of(engine)
    for t in np.geomspace(1, group.seconds, STEPS):
        now = [at(run, float(t)) for run in runs]
        for line, off in (("plan", -higher([-plan for plan, _ in now])), ("bound", higher([bound for _, bound in now]))):
            if math.isfinite(off):
                rows.append({"x": round(float(t), 3), "y": max(-2 * edge, min(2 * edge, off)), "line": f"{engine} {line}"})
    return rows


def at(run: Run, t: float) -> tuple[float, float]:
    """How far plan and bound were from the best plan known at a moment."""
    curve = run.curve
    number = bisect.bisect_right([point[0] for point in curve], t) - 1
    return (run.off(curve[number][1]), run.off(curve[number][2])) if number >= 0 else (-math.inf, math.inf)


def higher(offs: list[float]) -> float:
    """The middle of a list, the higher one of two."""
    return sorted(offs)[len(offs) // 2]
