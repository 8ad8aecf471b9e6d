"""The chart of a two-stage plan: how often it is worth how much, beside the plan for demand as planned."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from brownfield.report.drawing import NARROW, PLAIN, WIDE, Mark, Picture, altair, svg, values
from brownfield.report.numbers import Scale, money
from brownfield.study.estimates import quantiles
from brownfield.study.optimise import Optimised

Floats = npt.NDArray[np.float64]

SINGLE, BOTH = "#8a8a8a", "#1f5a91"
STEPS = 60
"""Points of a curve."""


def both_chart(found: Optimised) -> Picture:
    """In what share of the futures each plan is worth at least so much."""
    base = found.case.settings.base_currency
    curves = [(words, colour, worths, weights) for words, colour, worths, weights in _curves(found) if worths is not None]
    told = []
    for words, _, worths, weights in curves:
        low, high = quantiles(worths, weights, [0.05, 0.95])
        told.append(f"{words}: {money(low, base)} to {money(high, base)}, expected {money(float(weights @ worths), base)}")
    title = (
        "What either plan is worth, and in what share of the futures it is worth less." if len(curves) > 1 else "What the plan is worth."
    )
    scale = Scale.of([float(v) for _, _, worths, _ in curves for v in (worths.min(), worths.max())], base)
    wide, narrow = (_drawn(curves, scale, width, f"both-{width}") for width in (WIDE, NARROW))
    marks = tuple(Mark(colour, words, "line") for words, colour, _, _ in curves)
    where = "fresh futures" if found.tried is not None else "the futures of the case"
    note = f"In {where}. Where a curve lies further right, the plan is worth more; dots are expected values."
    return Picture("both", title, f"{title} In nine futures of ten, {'; '.join(told)}.", wide, narrow, marks, note)


def _curves(found: Optimised) -> list[tuple[str, str, Any, Floats]]:
    """Words, colour, worths and weights of each plan."""
    if found.tried is not None and found.single_tried is not None:
        weights = found.tried.weights
        return [
            ("planned for demand as planned", SINGLE, found.single_tried.npv, weights),
            ("planned for all futures", BOTH, found.tried.npv, weights),
        ]
    weights = found.futures.weights
    return [
        ("planned for demand as planned", SINGLE, found.single_worths, weights),
        ("planned for all futures", BOTH, found.chosen.worths, weights),
    ]


def _drawn(curves: list[tuple[str, str, Any, Floats]], scale: Scale, width: int, key: str) -> str:
    alt = altair()
    shares = np.linspace(0.005, 0.995, STEPS).tolist()
    axis = alt.Axis(format=PLAIN, tickCount=max(width // 110, 2), grid=False, labelOverlap=True)
    x = alt.X("x:Q", title=f"NPV, {scale.unit}", axis=axis, scale=alt.Scale(zero=False, nice=False))
    y = alt.Y(
        "y:Q", title="% of futures with less", axis=alt.Axis(format=PLAIN, tickCount=4, domain=False), scale=alt.Scale(domain=[0, 100])
    )
    layers = []
    for _, colour, worths, weights in curves:
        points = [{"x": v / scale.divisor, "y": 100 * s} for v, s in zip(quantiles(worths, weights, shares), shares, strict=True)]
        layers.append(
            alt.Chart(values(points)).mark_line(color=colour, strokeWidth=2, interpolate="monotone").encode(x=x, y=y, order="y:Q")
        )
        expected = float(weights @ worths)
        below = 100 * float(weights[worths < expected].sum())
        dot = alt.Chart(values([{"x": expected / scale.divisor, "y": below}])).mark_circle(color=colour, size=60)
        layers.append(dot.encode(x=x, y=y))
    return svg(alt.layer(*layers).properties(width=width - 80, height=240), key)
