"""What more routes are worth, in words, charts and tables."""

from __future__ import annotations

from typing import Any

from brownfield.report.charts_flexibility import gains_chart, steps_chart
from brownfield.report.numbers import DASH, about, money, several, share, whole
from brownfield.report.pages import Fact, Page, Part
from brownfield.report.tables import Row, Sheet
from brownfield.report.values import case_dict, estimate_dict
from brownfield.study.flexibility import Flexibility, RouteGain

SHOWN = 25
"""Routes in the first table; the others are folded away."""


def lead(found: Flexibility) -> str:
    """The answer in a sentence: the best next route."""
    best = found.best
    if best is None:
        return "No possible route adds to expected sales: what the lines can build of their products is enough, or there is none to add."
    base = found.case.settings.base_currency
    return (
        f"The best next route is {best.product} on {best.line} at {best.plant}: it adds {about(best.gain.value)} cars a year to "
        f"expected sales, {share(best.share)} of what total flexibility would, for a launch of {money(best.launch_cost, base)}."
    )


def sentences(found: Flexibility) -> list[str]:
    """Where sales stand between today's routes and total flexibility."""
    less = found.planned - found.base.value
    told = [
        f"Of {about(found.wanted.value)} cars a year wanted, {about(found.base.value)} are sold to be expected with the routes "
        f"there are, and {about(found.full.value)} with every product on every line.",
        f"If demand were as planned, {about(found.planned)} would be sold: not knowing it costs {about(abs(less))} cars a year."
        if less >= 0
        else f"If demand were as planned, {about(found.planned)} would be sold.",
    ]
    if len(found.steps) > 1:
        chain = "; ".join(f"{step.route.product} on {step.route.line}" for step in found.steps[:5])
        told.append(f"One after another, the best are: {chain}.")
    if found.futures.method != "listed":
        told.append(f"Reckoned over {several(len(found.futures), 'future')} ({found.futures.method}, seed {found.futures.seed}).")
    return told


def gains_sheet(found: Flexibility, first: int = 0, last: int = SHOWN) -> Sheet:
    """Every possible route alone, the best first."""
    base = found.case.settings.base_currency
    rows = tuple(_row(one, base, found.futures.method == "listed") for one in found.gains[first:last])
    head = ("product", "line", "from", "adds, cars a year", "of total flexibility", "launch", "launch per car a year")
    note = "Each route beside those there are, not beside one another. Prices, markets and people are left out: solve the case to decide."
    return Sheet("What each possible route adds", head, rows, words=3, note=note)


def _row(one: RouteGain, base: str, exact: bool) -> Row:
    cars = one.gain.value
    half = "" if exact else f" ± {whole(one.gain.half)}"
    each = money(one.launch_cost / cars, base) if cars >= 1 else DASH
    return Row((one.product, one.line, one.first, whole(cars) + half, share(one.share), money(one.launch_cost, base), each))


def steps_sheet(found: Flexibility) -> Sheet:
    """The best next route, again and again."""
    room = found.full.value - found.base.value
    rows, before = [], found.base.value
    for number, step in enumerate(found.steps, 1):
        so_far = share((step.sales.value - found.base.value) / room) if room > 0 else DASH
        rows.append(
            Row((f"{number}. {step.route.product}", step.route.line, whole(step.sales.value - before), whole(step.sales.value), so_far))
        )
        before = step.sales.value
    head = ("product", "line", "adds, cars a year", "expected sales", "of total flexibility, so far")
    return Sheet("One after another", head, tuple(rows), words=2)


def as_page(found: Flexibility) -> Page:
    """The page of a study of flexibility."""
    best = found.best
    facts = (
        Fact("best next route", DASH if best is None else f"{best.product} on {best.line}"),
        Fact("it adds", DASH if best is None else about(best.gain.value), "cars a year"),
        Fact("sold today", about(found.base.value), "cars a year, to be expected"),
        Fact("total flexibility", about(found.full.value), "cars a year, every product on every line"),
    )
    gains = gains_chart(found)
    more = (gains_sheet(found, SHOWN, len(found.gains)),) if len(found.gains) > SHOWN else ()
    parts = (
        Part(
            "steps",
            "A few routes, well placed",
            tuple(sentences(found)),
            (steps_chart(found),),
            (steps_sheet(found),) if found.steps else (),
        ),
        Part("routes", "Each route alone", (), (gains,) if gains else (), (gains_sheet(found),) if found.gains else (), more),
    )
    again = f"brownfield flexibility CASE --futures {len(found.futures)} --seed {found.futures.seed}"
    heading = f"{found.case.settings.title or found.case.settings.name}: what more routes would be worth"
    badge = "A route adds sales" if best is not None else "No route adds sales"
    return Page("flexibility", heading, badge, "proved" if best is not None else "feasible", lead(found), facts, parts, again)


def flexibility_dict(found: Flexibility) -> dict[str, Any]:
    """A study of flexibility as plain values."""
    return {
        **case_dict(found.case),
        "futures": len(found.futures),
        "wanted": estimate_dict(found.wanted),
        "sales": estimate_dict(found.base),
        "sales_as_planned": found.planned,
        "total_flexibility": estimate_dict(found.full),
        "routes": [_route_dict(one) for one in found.gains],
        "one_after_another": [_route_dict(step.route) | {"sales": estimate_dict(step.sales)} for step in found.steps],
        "sentences": [lead(found), *sentences(found)],
    }


def _route_dict(one: RouteGain) -> dict[str, Any]:
    """A route and what it adds as plain values."""
    return {
        "product": one.product,
        "line": one.line,
        "plant": one.plant,
        "from": one.first,
        "gain": estimate_dict(one.gain),
        "share": one.share,
        "launch_cost": one.launch_cost,
    }
