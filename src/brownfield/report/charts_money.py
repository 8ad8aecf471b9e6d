"""Charts of money: cash against the floor, where the worth comes from, sales by market, and the search itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from brownfield.plan.ledger import CONTRIBUTION
from brownfield.report.drawing import (
    FAINT,
    INK,
    NARROW,
    PLAIN,
    WIDE,
    Mark,
    Picture,
    altair,
    boxes,
    row_scale,
    span,
    svg,
    texts,
    time_axis,
    values,
)
from brownfield.report.figures import Figures
from brownfield.report.numbers import Scale, about, money, plain, share
from brownfield.report.words import STATUS, cash, proof, unserved
from brownfield.solve.outcome import Outcome

CASH, FLOOR, DRAWN = "#1f5a91", "#a3312a", "#f0b35e"
GAIN, COST, TOTAL = "#4d9bd1", "#d98a4b", "#333333"
MARKETS = ("#332288", "#88ccee", "#117733", "#ddcc77", "#cc6677", "#aa4499")
OTHERS, LOST = "#c4c4c4", "#ffffff"

GROUPS = {
    "Cars: sales less freight, duty, material, building": CONTRIBUTION[:6],
    "Guests: fees and rents less building": ("guest fees", "guest fixed fees", "rent", "guest variable cost"),
    "Grants": ("grant",),
    "Pay and shift premiums": ("pay", "shift premium"),
    "Plants and lines: fixed cost, upkeep": ("site fixed cost", "mothball upkeep", "line fixed cost"),
    "Overhead": ("overhead",),
    "Launches": ("launch", "guest launch"),
    "Closing, selling, idling, opening": (
        "closure", "site value", "sale price", "signing payment", "exit fee", "opening", "idling", "reopening", "shift change",
    ),
    "People leaving, moving, hired": ("hiring", "voluntary leave", "redundancy", "transfer"),
    "Suppliers: terms and waiting": ("waiting", "payables", "payables settled"),
    "Interest": ("interest",),
    "Missed policies": ("policy price",),
    "After the plan": ("terminal value",),
}  # fmt: skip
"""Steps of the waterfall: every ledger item stands in exactly one."""


def cash_chart(figures: Figures) -> Picture | None:
    """Cash at the end of each period against the floor, with what is drawn of the credit line."""
    frame = figures.ledger.cash
    if frame.is_empty():
        return None
    sentences = cash(figures)
    marks = [Mark(CASH, "cash at the end of the period", "line")]
    marks += [Mark(FLOOR, "floor", "line")] if frame["floor"].is_not_null().any() else []
    marks += [Mark(DRAWN, "drawn of the credit line")] if float(frame["revolver"].sum()) > 1e-6 else []
    wide, narrow = _cash(figures, WIDE, "cash-w"), _cash(figures, NARROW, "cash-n")
    return Picture("cash", sentences[0], " ".join(sentences), wide, narrow, tuple(marks))


def _cash(figures: Figures, width: int, key: str) -> str:
    alt = altair()
    rows = [{**row, **span(figures.calendar, t)} for t, row in enumerate(figures.ledger.cash.iter_rows(named=True))]
    scale = Scale.of([row["cash"] for row in rows], figures.currency)
    points = [{"x": row["x2"], "y": row["cash"] / scale.divisor} for row in rows]
    if start := figures.opening_cash:
        points.insert(0, {"x": 0.0, "y": start / scale.divisor})
    lent = [row for row in rows if row["revolver"] > 1e-6]
    drawn = [{"x": r["x"], "x2": r["x2"], "y": 0.0, "y2": r["revolver"] / scale.divisor, "fill": DRAWN} for r in lent]
    x = time_axis(figures.calendar, width, orient="bottom")
    y = alt.Y("y:Q", title=scale.unit, scale=alt.Scale(zero=True, nice=True), axis=alt.Axis(format=PLAIN, tickCount=5, domain=False))
    layers = [boxes(drawn, x, y)] if drawn else []
    line = alt.Chart(values(points)).mark_line(color=CASH, strokeWidth=2.5, point=alt.OverlayMarkDef(color=CASH, size=22))
    layers.append(line.encode(x=x, y=y))
    floors = [{"x": r["x"], "x2": r["x2"], "y": r["floor"] / scale.divisor} for r in rows if r["floor"] is not None]
    if floors:
        rule = alt.Chart(values(floors)).mark_rule(color=FLOOR, strokeWidth=2, strokeDash=[6, 4])
        layers.append(rule.encode(x=x, x2="x2:Q", y=y))
    return svg(alt.layer(*layers).properties(width=width, height=230), key)


def waterfall(figures: Figures) -> Picture:
    """How the worth of the plan comes about, step by step, all discounted to today."""
    sums = {name: sum(figures.item_worth.get(item, 0.0) for item in items) for name, items in GROUPS.items()}
    steps = {name: amount for name, amount in sums.items() if abs(amount) > 1e-4 * max(map(abs, sums.values()), default=0.0)}
    small = sum(sums.values()) - sum(steps.values())
    if abs(small) > 1e-9:
        steps["Everything else"] = small
    total = figures.ledger.npv
    gross, left = money(figures.ledger.gross, figures.currency), money(total, figures.currency)
    title = f"Cars and fees contribute {gross}; the plan is worth {left}."
    told = "; ".join(f"{name}: {money(amount, figures.currency)}" for name, amount in steps.items())
    marks = (Mark(GAIN, "adds"), Mark(COST, "takes away"), Mark(TOTAL, "worth of the plan"))
    note = f"All amounts discounted to the start of the plan at {share(figures.case.discount_rate)} a year."
    wide, narrow = _steps(figures, steps, WIDE - 130, "worth-w"), _steps(figures, steps, NARROW, "worth-n")
    return Picture("worth", title, f"{title} {told}.", wide, narrow, marks, note)


def _steps(figures: Figures, steps: Mapping[str, float], width: int, key: str) -> str:
    alt = altair()
    bars: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    base, narrow = 0.0, width < WIDE / 2
    rows = [*steps.items(), ("Worth of the plan (NPV)", figures.ledger.npv)]
    for i, (name, amount) in enumerate(rows):
        last = i == len(rows) - 1
        start = 0.0 if last else base
        fill = TOTAL if last else GAIN if amount >= 0 else COST
        top = 0.5 if narrow else 0.14
        bars.append({"x": start, "x2": start + amount, "y": i + top, "y2": i + 0.86 + 0.08 * narrow, "fill": fill})
        words.append({"x": max(start, start + amount), "y": i + (top + 0.9) / 2, "text": money(amount, figures.currency), "colour": INK})
        labels.append({"y": i + (0.28 if narrow else 0.5), "text": name, "colour": INK})
        base = start + amount
    ends = [0.0, *(bar["x2"] for bar in bars), *(bar["x"] for bar in bars)]
    room = (max(ends) - min(ends)) * (0.42 if narrow else 0.16)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[min(ends), max(ends) + room], nice=False))
    y = row_scale(len(rows))
    side = {"align": "left", "dx": 3} if narrow else {"align": "right", "dx": -8}
    names = alt.Chart(values(labels)).mark_text(baseline="middle", fontSize=11, limit=330, **side)
    drawn = [boxes(bars, x, y), texts(words, x, y, align="left", dx=5), names.encode(x=alt.value(0), y=y, text="text:N")]
    zero = alt.Chart(values([{"x": 0}])).mark_rule(color=FAINT).encode(x=x)
    wide = width + 100 if narrow else width
    return svg(alt.layer(*drawn, zero).properties(width=wide, height=(38 if narrow else 25) * len(rows)), key)


def volumes(figures: Figures) -> Picture | None:
    """Cars sold a year by market, and the buyers who are not served."""
    sold = _sold(figures)
    if not sold:
        return None
    lost = _lost(figures)
    title = unserved(figures)[0] if unserved(figures) else "Cars sold by market."
    marks = [Mark(fill, name) for name, fill, _ in reversed(sold)]
    if max(lost) > 0.5:
        marks.insert(0, Mark(LOST, "not served", "border"))
    told = "; ".join(f"{name}: {about(cars[0])} a year at first, {about(cars[-1])} at the end" for name, _, cars in sold)
    wide, narrow = _market_stack(figures, sold, lost, WIDE, "sales-w"), _market_stack(figures, sold, lost, NARROW, "sales-n")
    note = "Cars a year, of the owner's own products."
    return Picture("sales", title, f"{title} Cars sold by market. {told}.", wide, narrow, tuple(marks), note)


def _sold(figures: Figures) -> list[tuple[str, str, list[float]]]:
    """Cars a year sold in each of the largest markets, and in the others together: name, colour, cars."""
    found: dict[str, list[float]] = {}
    for row in figures.plan.ships.iter_rows(named=True):
        t = figures.at(row["period"])
        found.setdefault(row["market"], [0.0] * len(figures.calendar))[t] += row["cars"] / figures.calendar.periods[t].years
    ranked = sorted(sorted(found), key=lambda market: -sum(found[market]))
    most = ranked if len(ranked) <= len(MARKETS) else ranked[: len(MARKETS) - 1]
    rest = [found[market] for market in ranked if market not in most]
    named = [(market, MARKETS[i], found[market]) for i, market in enumerate(most)]
    together = [sum(cars) for cars in zip(*rest, strict=True)]
    return [*named, (f"{len(rest)} other markets", OTHERS, together)] if rest else named


def _lost(figures: Figures) -> list[float]:
    """Buyers a year who are not served, nor by a sister model."""
    total = [0.0] * len(figures.calendar)
    for frame, sign in ((figures.plan.lost, 1), (figures.plan.diverted, -1)):
        for period, cars in frame.select("period", "cars").iter_rows():
            t = figures.at(period)
            total[t] += sign * cars / figures.calendar.periods[t].years
    return total


def _market_stack(figures: Figures, sold: Sequence[tuple[str, str, list[float]]], lost: list[float], width: int, key: str) -> str:
    alt = altair()
    cells: list[dict[str, Any]] = []
    gaps: list[dict[str, Any]] = []
    for t in figures.periods:
        place, base = span(figures.calendar, t), 0.0
        for _, fill, cars in sold:
            cells.append({**place, "y": base / 1e3, "y2": (base + cars[t]) / 1e3, "fill": fill})
            base += cars[t]
        if lost[t] > 0.5:
            gaps.append({**place, "y": base / 1e3, "y2": (base + lost[t]) / 1e3, "fill": LOST})
    x = time_axis(figures.calendar, width, orient="bottom")
    axis = alt.Axis(format=PLAIN, tickCount=5, domain=False)
    y = alt.Y("y:Q", title="thousand cars a year", scale=alt.Scale(zero=True, nice=True), axis=axis)
    layers = [boxes(cells, x, y)]
    layers += [boxes(gaps, x, y, stroke="#777777", strokeDash=[3, 2], strokeWidth=1)] if gaps else []
    return svg(alt.layer(*layers).properties(width=width, height=230), key)


def search(outcome: Outcome) -> Picture | None:
    """How the best plan and the bound came together while the search ran; None where nothing was known on the way."""
    if sum(point.incumbent is not None or point.bound is not None for point in outcome.progress) < 2:
        return None
    title = proof(outcome)[0]
    told = f"{STATUS[outcome.status]} after {plain(outcome.seconds)} seconds."
    marks = (Mark(CASH, "best plan so far", "line"), Mark(FLOOR, "no plan can be better than this", "line"))
    return Picture("search", title, f"{title} {told}", _search(outcome, WIDE, "search-w"), _search(outcome, NARROW, "search-n"), marks)


def _search(outcome: Outcome, width: int, key: str) -> str:
    alt = altair()
    found = [point.incumbent for point in outcome.progress if point.incumbent is not None]
    bounds = [point.bound for point in outcome.progress if point.bound is not None]
    scale = Scale.of([*found, *bounds[-1:]], outcome.case.settings.base_currency)
    low, high = min([*found, *bounds]), max([*found, *bounds])
    if found and bounds:
        reach = 4 * max(bounds[-1] - found[-1], max(found) - min(found), 1e-3 * abs(found[-1]))
        low, high = max(low, found[-1] - reach), min(high, bounds[-1] + reach)
    pad = 0.05 * (high - low) or 1.0
    domain = [(low - pad) / scale.divisor, (high + pad) / scale.divisor]
    x = alt.X("x:Q", title="seconds", axis=alt.Axis(tickCount=6, format=PLAIN, grid=False), scale=alt.Scale(zero=True, nice=False))
    axis = alt.Axis(format=PLAIN, tickCount=5)
    y = alt.Y("y:Q", title=f"NPV, {scale.unit}", scale=alt.Scale(domain=domain, nice=False, zero=False), axis=axis)
    layers = []
    for colour, dash, field in ((CASH, [1, 0], "incumbent"), (FLOOR, [6, 4], "bound")):
        rows = [{"x": p.seconds, "y": getattr(p, field) / scale.divisor} for p in outcome.progress if getattr(p, field) is not None]
        line = alt.Chart(values(rows)).mark_line(interpolate="step-after", color=colour, strokeWidth=2.5, strokeDash=dash, clip=True)
        layers.append(line.encode(x=x, y=y))
    return svg(alt.layer(*layers).properties(width=width, height=200), key)
