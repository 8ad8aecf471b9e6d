"""Charts of risk: what a plan is worth in all futures, how far cash, people and lost cars spread, and whether the futures are enough."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from brownfield.report.drawing import NARROW, PLAIN, WIDE, Mark, Picture, altair, boxes, svg, time_axis, values
from brownfield.report.numbers import Scale, about, money, share, whole
from brownfield.study.estimates import Estimate, mean, quantiles, tail_mean
from brownfield.study.risk import TAIL, Risk

Floats = npt.NDArray[np.float64]

WORST, OTHERS, PLANNED, EXPECTED = "#c8641e", "#8db4d9", "#1a1a1a", "#1f5a91"
OUTER, INNER, LIMIT = "#d3e2f0", "#9dc0e0", "#a3312a"
BARS = 40
"""Bars of the histogram of a wide chart."""

MOST_OF_A_TAIL = 100
"""Futures without which nothing can be said of the worst ones."""

FAN = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Shares of futures between which the bands of a fan lie."""


def _room(width: int) -> int:
    """Width of the field of a chart, without its axis."""
    return width - 80 if width > WIDE / 2 else NARROW + 20


def worth_chart(found: Risk) -> Picture:
    """How often the plan is worth how much."""
    base = found.case.settings.base_currency
    edge = quantiles(found.npv, found.weights, [TAIL])[0]
    low, high = quantiles(found.npv, found.weights, [0.05, 0.95])
    title = f"In nine futures out of ten the plan is worth {money(low, base)} to {money(high, base)}."
    marks = (
        Mark(WORST, f"the worst {share(TAIL)}"), Mark(OTHERS, "other futures"), Mark(EXPECTED, "expected", "line"),
        Mark(PLANNED, "if demand is as planned", "line"),
    )  # fmt: skip
    alt_text = f"{title} Expected {money(found.expected.value, base)}, as planned {money(found.ledger.npv, base)}, the worst begin at "
    wide, narrow = _histogram(found, edge, WIDE, "worth-w"), _histogram(found, edge, NARROW, "worth-n")
    return Picture(
        "worth", title, alt_text + f"{money(edge, base)}.", wide, narrow, marks, "Each bar: the share of futures with an NPV there."
    )


def _histogram(found: Risk, edge: float, width: int, key: str) -> str:
    alt = altair()
    scale = Scale.of([*found.npv.tolist(), found.ledger.npv], found.case.settings.base_currency)
    worth = found.npv / scale.divisor
    first, last = quantiles(worth, found.weights, [0.001, 0.999])
    first, last = min(first, found.ledger.npv / scale.divisor), max(last, found.ledger.npv / scale.divisor)
    if last <= first:
        first, last = first - 1.0, last + 1.0
    count = BARS if width > WIDE / 2 else BARS // 2
    edges = np.linspace(first, last, count + 1)
    often = 100 * np.histogram(np.clip(worth, first, last), edges, weights=found.weights)[0]
    bars = [
        {"x": a, "x2": b, "y": 0.0, "y2": h, "fill": WORST if (a + b) / 2 <= edge / scale.divisor else OTHERS}
        for a, b, h in zip(edges[:-1].tolist(), edges[1:].tolist(), often.tolist(), strict=True)
    ]
    axis = alt.Axis(format=PLAIN, tickCount=max(width // 110, 2), grid=False, labelOverlap=True)
    x = alt.X("x:Q", title=f"NPV, {scale.unit}", axis=axis, scale=alt.Scale(domain=[first, last], nice=False, zero=False))
    y = alt.Y("y:Q", title="% of futures", axis=alt.Axis(format=PLAIN, tickCount=4, domain=False), scale=alt.Scale(zero=True))
    layers = [boxes(bars, x, y)]
    for amount, colour, dash in ((found.expected.value, EXPECTED, [1, 0]), (found.ledger.npv, PLANNED, [4, 3])):
        rule = alt.Chart(values([{"x": amount / scale.divisor}])).mark_rule(color=colour, strokeWidth=1.8, strokeDash=dash)
        layers.append(rule.encode(x=x))
    return svg(alt.layer(*layers).properties(width=_room(width), height=220), key)


def cash_chart(found: Risk) -> Picture | None:
    """Cash with what is left of the credit line, in all futures, beside the floor."""
    if found.cash.shape[1] == 0:
        return None
    base = found.case.settings.base_currency
    planned = found.ledger.cash["cash"].to_numpy()
    scale = Scale.of([*planned.tolist(), *quantiles(found.cash.min(axis=1), found.weights, [0.05])], base)
    chance = found.breach
    title = "Cash in all futures." if chance is None else f"Cash falls below its floor in {share(chance.value)} of the futures."
    low = quantiles(found.cash.min(axis=1), found.weights, [0.05])[0]
    told = f"{title} In one future of twenty the lowest cash is {money(low, base)} or less."
    floor = None if found.floor is None else found.floor / scale.divisor
    wide, narrow = _fans(found, found.cash / scale.divisor, planned / scale.divisor, scale.unit, "cash", floor)
    note = "Cash at the end of each period, with the credit line drawn only as far as the floor asks for."
    return Picture("cash", title, told, wide, narrow, _fan_marks(floor is not None, "floor"), note)


def lost_chart(found: Risk) -> Picture:
    """Own cars sold and lost in all futures."""
    lost = quantiles(found.lost @ found.program.data.years / found.program.data.years.sum(), found.weights, [0.05, 0.5, 0.95])
    title = f"{about(lost[1])} cars a year are lost in the middle future; {about(lost[0])} to {about(lost[2])} in nine of ten."
    planned = _planned_lost(found)
    wide, narrow = _fans(found, found.lost / 1000, planned / 1000, "thousand cars a year", "lost", None)
    return Picture(
        "lost", title, f"{title} Lost and not taken up by a sister product.", wide, narrow, _fan_marks(False, ""), "Buyers not served."
    )


def _planned_lost(found: Risk) -> Floats:
    """Cars a year lost in each period as planned."""
    periods, years = found.program.data.periods, found.program.data.years
    lost = np.zeros(len(periods))
    for table, sign in (("lost", 1.0), ("diverted", -1.0)):
        frame = found.plan.table(table)
        for period, cars in frame.select("period", "cars").iter_rows():
            lost[periods.index(period)] += sign * cars
    return lost / years


def people_chart(found: Risk) -> Picture | None:
    """People whom the cars of a future keep at work, beside the people who are there."""
    there = found.headcount.sum(axis=0)
    if not there.any():
        return None
    busy = found.busy.sum(axis=1)
    last = [round(value) for value in quantiles(busy[:, -1], found.weights, [0.05, 0.95])]
    title = f"Of {whole(there[-1])} people at the end, the cars keep {whole(last[0])} to {whole(last[1])} at work in nine futures of ten."
    wide, narrow = _fans(found, busy / 1000, there / 1000, "thousand people", "people", None)
    marks = _fan_marks(False, "", "people as planned")
    note = "At work: indirect people of open plants, and of each crew the share of its shift in which the line has cars to build."
    return Picture("people", title, title, wide, narrow, marks, note)


def _fan_marks(limited: bool, limit: str, planned: str = "as planned") -> tuple[Mark, ...]:
    marks = (Mark(OUTER, "nine futures of ten"), Mark(INNER, "every second future"), Mark(EXPECTED, "middle future", "line"))
    return (*marks, Mark(PLANNED, planned, "line"), *((Mark(LIMIT, limit, "line"),) if limited else ()))


def _fans(found: Risk, amounts: Floats, planned: Floats, unit: str, key: str, limit: float | None) -> tuple[str, str]:
    """A fan for a page and for a telephone."""
    return _fan(found, amounts, planned, unit, WIDE, f"{key}-w", limit), _fan(found, amounts, planned, unit, NARROW, f"{key}-n", limit)


def _fan(found: Risk, amounts: Floats, planned: Floats, unit: str, width: int, key: str, limit: float | None) -> str:
    """Bands of futures over time, the middle one, what was planned, and a limit."""
    alt, calendar = altair(), found.case.calendar
    at = ((calendar.starts + calendar.ends) / 24).tolist()
    bands = np.array([quantiles(amounts[:, t], found.weights, list(FAN)) for t in range(amounts.shape[1])])
    rows = [
        {"x": x, "a": b[0], "b": b[1], "m": b[2], "c": b[3], "d": b[4], "p": float(p)}
        for x, b, p in zip(at, bands.tolist(), planned, strict=True)
    ]
    if len(rows) == 1:
        rows = [rows[0] | {"x": 0.0}, rows[0] | {"x": 2 * rows[0]["x"]}]
    x = time_axis(calendar, _room(width), orient="bottom")
    y = alt.Y("a:Q", title=unit, axis=alt.Axis(format=PLAIN, tickCount=5, domain=False), scale=alt.Scale(zero=False, nice=True))
    data = values(rows)
    layers: list[Any] = [
        alt.Chart(data).mark_area(color=OUTER).encode(x=x, y=y, y2="d:Q"),
        alt.Chart(data).mark_area(color=INNER).encode(x=x, y=alt.Y("b:Q"), y2="c:Q"),
        alt.Chart(data).mark_line(color=EXPECTED, strokeWidth=2).encode(x=x, y=alt.Y("m:Q")),
        alt.Chart(data).mark_line(color=PLANNED, strokeWidth=1.5, strokeDash=[4, 3]).encode(x=x, y=alt.Y("p:Q")),
    ]
    if limit is not None:
        layers.append(alt.Chart(values([{"y": limit}])).mark_rule(color=LIMIT, strokeWidth=1.5).encode(y=alt.Y("y:Q")))
    return svg(alt.layer(*layers).properties(width=_room(width), height=220), key)


def counts(found: Risk) -> list[int]:
    """Numbers of futures at which the figures are looked at again: 1, 2 and 5 times powers of ten, and all of them."""
    some = [base * 10**power for power in range(1, 7) for base in (1, 2, 5)]
    return [n for n in some if MOST_OF_A_TAIL <= n < len(found.futures)] + [len(found.futures)]


def enough_rows(found: Risk) -> list[tuple[int, Estimate, Estimate]]:
    """Expected NPV and the mean of the worst over the first futures: how many, and both with their intervals."""
    rows = []
    for n in counts(found):
        weights = found.weights[:n] / found.weights[:n].sum()
        part = found.npv[:n]
        rows.append((n, mean(part, weights, exact=found.exact), tail_mean(part, weights, TAIL, exact=found.exact)))
    return rows


def enough_chart(found: Risk) -> Picture | None:
    """How the interval of the expected NPV narrows with the number of futures."""
    rows = enough_rows(found)
    if found.exact or len(rows) < 3:
        return None
    base = found.case.settings.base_currency
    half = rows[-1][1].half
    title = f"With {len(found.futures):,} futures the expected NPV is known to ± {money(half, base)}."
    told = "; ".join(f"{n:,} futures: {money(e.value, base)} ± {money(e.half, base)}" for n, e, _ in rows)
    marks = (Mark(EXPECTED, "expected NPV", "line"), Mark(WORST, f"mean of the worst {share(TAIL)}", "line"), Mark(OUTER, "interval, 95 %"))
    wide, narrow = _enough(found, rows, WIDE, "enough-w"), _enough(found, rows, NARROW, "enough-n")
    note = (
        "The first so many of the same futures. The interval is that of chance draws; spread points are nearer to the truth than it says."
    )
    return Picture("enough", title, f"{title} {told}.", wide, narrow, marks, note)


def _enough(found: Risk, rows: Sequence[tuple[int, Estimate, Estimate]], width: int, key: str) -> str:
    alt = altair()
    ends = [end for _, one, two in rows for end in (one.low, one.high, two.low, two.high)]
    scale = Scale.of(ends, found.case.settings.base_currency)
    ticks = [n for n in (10, 100, 1000, 10_000, 100_000, 1_000_000) if rows[0][0] <= n <= rows[-1][0]]
    x = alt.X("n:Q", title="futures", axis=alt.Axis(values=ticks, format=PLAIN, grid=False), scale=alt.Scale(type="log", nice=False))
    y = alt.Y("low:Q", title=f"NPV, {scale.unit}", axis=alt.Axis(format=PLAIN, tickCount=5, domain=False), scale=alt.Scale(zero=False))
    layers: list[Any] = []
    for chosen, colour in (([one for _, one, _ in rows], EXPECTED), ([two for _, _, two in rows], WORST)):
        amounts = [(one.low / scale.divisor, one.high / scale.divisor, one.value / scale.divisor) for one in chosen]
        data = values([{"n": row[0], "low": low, "high": high, "v": v} for row, (low, high, v) in zip(rows, amounts, strict=True)])
        layers.append(alt.Chart(data).mark_area(color=colour, opacity=0.18).encode(x=x, y=y, y2="high:Q"))
        layers.append(alt.Chart(data).mark_line(color=colour, strokeWidth=2, point={"size": 25}).encode(x=x, y=alt.Y("v:Q")))
    return svg(alt.layer(*layers).properties(width=_room(width), height=200), key)
