"""The frontier in words, a picture and a table: what each step of people or liquidity costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brownfield.report.drawing import INK, NARROW, PLAIN, WIDE, Mark, Picture, altair, svg, texts, values
from brownfield.report.numbers import DASH, Scale, listed, money, several, whole
from brownfield.report.pages import Fact, Page, Part
from brownfield.report.tables import Row, Sheet
from brownfield.report.values import case_dict
from brownfield.study.frontier import Frontier, Point

SHADES = ("#a50026", "#e08214", "#9a9a9a", "#4393c3", "#053061")
"""From little liquidity to much; told apart without red and green."""


def lead(found: Frontier) -> str:
    """The answer in a sentence."""
    base = found.case.settings.base_currency
    if not found.points:
        return "No plan was found, so there is no frontier."
    best = found.points[0]
    most = max(found.points, key=lambda point: (point.headcount, point.npv))
    if len(found.points) == 1:
        return f"One plan is best in everything: {money(best.npv, base)}, {whole(best.headcount)} people."
    cost, more = best.npv - most.npv, most.headcount - best.headcount
    if more < 0.5:
        down = money(found.points[-1].npv, base)
        return f"{several(len(found.points), 'plan')} that none beats: from {money(best.npv, base)} down to {down}, for more liquidity."
    each = money(cost / more, base)
    people = f"{whole(most.headcount)} people instead of {whole(best.headcount)}"
    return f"To keep {people} costs {money(cost, base)}: {each} for each of them on average."


def sentences(found: Frontier) -> list[str]:
    """What the points are, what is proved of them, and how finely it was looked."""
    base = found.case.settings.base_currency
    steps = f"steps of {whole(found.aims.heads)} people" + (
        f" and {money(found.aims.money, base)} of liquidity" if found.aims.money is not None else ""
    )
    told = [f"{several(len(found.points), 'plan')} that no other beats, in {steps}: none has as many steps and is worth as much."]
    if len(found.aims.plants) > 1:
        told.append("People of all plants count alike, those hired at one for those who leave another; --plant counts some plants only.")
    if found.aims.money is None:
        told.append("Cash is not followed in this case, so lowest liquidity is no aim.")
    if found.exact:
        told.append("Every point is exact: no plan with as many people and as much liquidity is worth more.")
    else:
        gap = max((point.outcome.gap_money or 0.0 for point in found.points), default=0.0)
        told.append(
            "Within the gap of the solves, no plan with as many people and as much liquidity as a point is better by more than "
            f"{money(gap, base, 'up')}; points nearer to each other than that may be in another order."
        )
    if found.cut:
        told.append(f"Time ran out for {several(len(found.cut), 'pair')} of steps, so that points may be missing.")
    return told


def table(found: Frontier, folders: Mapping[int, str] | None = None) -> Sheet:
    """A row for each point."""
    base = found.case.settings.base_currency
    scale = Scale.of([point.npv for point in found.points], base)
    rows = []
    best = found.points[0].npv if found.points else 0.0
    for number, point in enumerate(found.points, 1):
        cells = [str(number), scale.cell(point.npv), scale.cell(point.npv - best), whole(point.headcount)]
        if found.aims.money is not None:
            cells.append(scale.cell(point.liquidity))
        cells.append(_proof(point, base))
        cells.append(_kept(point))
        if folders:
            cells.append(folders.get(number, DASH))
        rows.append(Row(tuple(cells)))
    head = ["plan", f"NPV, {scale.unit}", "less than the best", "people at the end"]
    head += [f"lowest liquidity, {scale.unit}"] if found.aims.money is not None else []
    head += ["proved", "plants closed or sold"] + (["folder"] if folders else [])
    return Sheet("Plans that no other beats", tuple(head), tuple(rows), 1)


def _proof(point: Point, base: str) -> str:
    if point.outcome.gap_money is None:
        return "nothing"
    if point.outcome.gap_money <= 1e-6 * max(1.0, abs(point.npv)):
        return "exact"
    return f"within {money(point.outcome.gap_money, base, 'up')}"


def _kept(point: Point) -> str:
    """Plants that do not stay, in a few words."""
    last = point.outcome.case.calendar.names[-1]
    gone = point.plan.sites.filter(period=last)
    names = sorted(row["plant"] for row in gone.iter_rows(named=True) if row["state"] in ("closed", "sold"))
    return listed(names) if 0 < len(names) <= 3 else several(len(names), "plant") if names else "none"


def picture(found: Frontier) -> Picture | None:
    """Worth over people, a point for each plan; its shade is the lowest liquidity."""
    if not found.points:
        return None
    base = found.case.settings.base_currency
    liquid = [point.liquidity for point in found.points if point.liquidity is not None and found.aims.money is not None]
    marks: tuple[Mark, ...] = ()
    if liquid:
        marks = (Mark(SHADES[0], f"lowest liquidity {money(min(liquid), base)}"), Mark(SHADES[-1], f"{money(max(liquid), base)}"))
    title = lead(found)
    told = "; ".join(f"{whole(point.headcount)} people: {money(point.npv, base)}" for point in found.points)
    note = "Each point is a whole plan; its number is that of the table. No plan lies above and to the right of them, in the steps stated."
    return Picture(
        "frontier", title, f"{title} {told}.", _scatter(found, WIDE, "frontier-w"), _scatter(found, NARROW, "frontier-n"), marks, note
    )


def _scatter(found: Frontier, width: int, key: str) -> str:
    alt = altair()
    scale = Scale.of([point.npv for point in found.points], found.case.settings.base_currency)
    rows: list[dict[str, Any]] = [
        {"x": point.headcount, "y": point.npv / scale.divisor, "fill": _shade(found, point), "text": str(number), "colour": INK}
        for number, point in enumerate(found.points, 1)
    ]
    x = alt.X(
        "x:Q",
        title="people at the end of the plan",
        axis=alt.Axis(format=",d", tickCount=6 if width == WIDE else 4),
        scale=alt.Scale(zero=False, nice=True, padding=12),
    )
    y = alt.Y(
        "y:Q",
        title=f"NPV, {scale.unit}",
        axis=alt.Axis(format=PLAIN, tickCount=5, domain=False),
        scale=alt.Scale(zero=False, nice=True, padding=12),
    )
    points = (
        alt.Chart(values(rows))
        .mark_point(filled=True, size=70, opacity=1)
        .encode(x=x, y=y, color=alt.Color("fill:N", scale=None, legend=None))
    )
    return svg(alt.layer(points, texts(rows, x, y, dy=-10, fontSize=10)).properties(width=width, height=270), key)


def _shade(found: Frontier, point: Point) -> str:
    """Colour of a point by its liquidity, in five shades."""
    if found.aims.money is None or point.liquidity is None:
        return SHADES[-1]
    every = [one.liquidity for one in found.points if one.liquidity is not None]
    low, high = min(every), max(every)
    part = (point.liquidity - low) / (high - low) if high > low else 1.0
    return SHADES[min(int(part * len(SHADES)), len(SHADES) - 1)]


def as_page(found: Frontier, folders: Mapping[int, str] | None = None) -> Page:
    """The report on a frontier."""
    base = found.case.settings.base_currency
    facts = (
        Fact("plans that none beats", str(len(found.points))),
        *([Fact("most worth", money(found.points[0].npv, base), f"{whole(found.points[0].headcount)} people")] if found.points else []),
        *([Fact("most people", whole(max(p.headcount for p in found.points)))] if found.points else []),
    )
    drawn = picture(found)
    part = Part(
        "frontier", "The frontier", tuple(sentences(found)), (drawn,) if drawn else (), (table(found, folders),) if found.points else ()
    )
    counted = f"{several(int(found.counted.get('solves', 0)), 'solve')}, {found.counted.get('seconds', 0.0):,.0f} seconds of solving."
    how = Part(
        "how",
        "How this was found",
        (
            counted,
            "People and liquidity are asked for in whole steps; for each pair of steps the plan worth most is found, and those that "
            "another plan beats are dropped.",
        ),
    )
    badge, colour = ("Exact", "proved") if found.exact else ("Within the gap of the solves", "feasible")
    title = found.case.settings.title or found.case.settings.name
    again = f"brownfield frontier CASE --heads {found.aims.heads:g}" + (
        f" --money {found.aims.money:g}" if found.aims.money is not None else ""
    )
    again += f" --gap {found.points[0].outcome.wanted_gap:g}" if found.points else ""
    return Page(
        "frontier",
        f"What people and liquidity cost: {title}",
        badge if found.points else "No plan",
        colour if found.points else "no_plan",
        lead(found),
        facts,
        (part, how),
        again,
    )


def frontier_dict(found: Frontier, folders: Mapping[int, str]) -> dict[str, Any]:
    """A frontier as plain values."""
    return case_dict(found.case) | {
        "steps": {"heads": found.aims.heads, "money": found.aims.money, "plants": list(found.aims.plants)},
        "exact": found.exact,
        "cut": [list(pair) for pair in found.cut],
        "points": [
            {"npv": point.npv, "headcount": point.headcount, "liquidity": point.liquidity, "bound": point.bound,
             "status": point.outcome.status, "steps": list(point.steps), "folder": folders.get(number)}
            for number, point in enumerate(found.points, 1)
        ],
        "verdict": [lead(found), *sentences(found)],
        "counted": found.counted,
    }  # fmt: skip
