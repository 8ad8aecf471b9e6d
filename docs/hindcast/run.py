"""The hindcast: the Oppama case on what was public on three days, beside what was then decided. `make hindcast`.

Solves, writes results.json, draws docs/pictures/hindcast.svg and writes README.md from page.jinja. With --page nothing is solved:
page and picture are made again from results.json. tests/test_hindcast.py fails when the three no longer belong together.
"""

from __future__ import annotations

import csv
import importlib.metadata
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
import polars as pl

from brownfield.case.case import Case
from brownfield.case.changes import changed, scenario
from brownfield.case.edits import Edit
from brownfield.case.parse import empty
from brownfield.case.tables import Offer
from brownfield.evidence.cells import Cell, Sheet, worded
from brownfield.evidence.claims import Evidence, as_of
from brownfield.evidence.coverage import coverage
from brownfield.files import read_case
from brownfield.plan.plan import Plan
from brownfield.solve import Outcome
from brownfield.study.compare import spans
from brownfield.study.futures import without_futures
from brownfield.study.inputs import read_input
from brownfield.study.reading import read_verdict
from brownfield.study.scan import estimates
from brownfield.study.slopes import line_of
from brownfield.study.solves import Solves, Task

HERE = Path(__file__).parent
CASE = HERE.parents[1] / "examples" / "oppama"
PICTURE = HERE.parent / "pictures" / "hindcast.svg"

DAYS = ("2025-07-07", "2025-07-16", "2025-11-01")
"""The day after the talks became known, the day after Nissan spoke, and when the talks were said to have failed."""
VERDICT = "plant Oppama open in 2029"
GAP = 0.002
"""At 1 % the verdict is not settled; at half of that it is, but not yet which of the smallest plants go."""
COARSE = 0.01
"""For the plan with another euro, which is there to be looked at."""
GUEST = "Foxconn at Oppama"
SALE, SALE_SCENARIO = "Oppama sold to Foxconn", "Oppama sold at the asking price"
LATER_OFFER = "Rosslyn sold to Chery"
"""An offer that stands in the case and that nobody had spoken of before January 2026."""
ASSUMED = (
    f"offers.{GUEST}.fee_per_car", f"offers.{GUEST}.fixed_fee", "routes.Foxconn EV|Oppama.launch_cost", "plants.Oppama.fixed_cost",
    "plants.Oppama.closure_cost", "people.Oppama.redundancy_cost", "people.Oppama.cost_per_head",
)  # fmt: skip
"""Inputs on which the guest's case rests, every one an assumption."""


def case_of_today() -> Case:
    """The Oppama case. A plan is made for demand as planned: what is said of how sure demand is, is left out."""
    return without_futures(read_case(CASE))


def numbers(case: Case) -> str:
    """Hash of everything in a case that is reckoned with: all but its sources and claims."""
    return case.with_table("sources", empty("sources")).with_table("claims", empty("claims")).digest


# ------------------------------------------------------------------------------------------------ what was known


def spoken_of(case: Case, then: Case) -> dict[str, tuple[str, str]]:
    """Each cell that any claim is about: its value in the case of a day, and in the case of today."""
    found: dict[str, tuple[str, str]] = {}
    sheets: dict[tuple[int, str], Sheet] = {}
    for name in sorted(Evidence(case).by_cell):
        for one in (then, case):
            sheets.setdefault((id(one), name.table), Sheet(one, name.table))
        values = [sheets[id(one), name.table].value(name.row, name.column) for one in (then, case)]
        found[str(name)] = (worded(values[0]), worded(values[1]))
    return found


def day_facts(case: Case, then: Case, day: str, outcome: Outcome) -> dict[str, Any]:
    """What was public on a day, and what the numbers rest on."""
    evidence = Evidence(then)
    assert outcome.ledger is not None
    covered = coverage(then, outcome.ledger)
    return {
        "day": day,
        "digest": then.digest,
        "numbers": numbers(then),
        "sources": len(evidence.sources),
        "claims": len(evidence.claims),
        "about_cells": sum(bool(claim.table) for claim in evidence.claims),
        "cells": covered.count,
        "sourced": covered.sourced,
        "money_share": round(covered.money_share or 0.0, 4),
        "money_bare": round((covered.money_bare or 0.0) / (covered.money or 1.0), 4),
        "hindsight": [late(case, one.cell, one.value, one.claim.source) for one in then.hindsight],
        "other_than_today": {name: list(pair) for name, pair in spoken_of(case, then).items() if pair[0] != pair[1]},
    }


def late(case: Case, cell: tuple[str, str, str], value: str, source: str) -> dict[str, str]:
    """A cell that rests on what was said later."""
    published = {one.source: one.published for one in Evidence(case).sources.values()}
    return {"cell": str(Cell(*cell)), "value": value, "source": source, "published": published[source] or ""}


# ------------------------------------------------------------------------------------------------ what the tool says


def side(outcome: Outcome) -> dict[str, Any]:
    """One solve: what its plan is worth and what no plan can be worth more than, in bn yen; what it does."""
    assert outcome.plan is not None
    return {
        "status": outcome.status,
        "worth": round((outcome.npv or 0.0) / 1000, 1),
        "limit": None if outcome.bound is None else round(outcome.bound / 1000, 1),
        "gap": None if outcome.gap is None else round(outcome.gap, 4),
        "by_clock": outcome.by_clock,
        **decisions(outcome.case, outcome.plan),
    }


def decisions(case: Case, plan: Plan) -> dict[str, Any]:
    """Plants, launches and contracts of a plan, in words."""
    order = case.calendar.index
    states: dict[str, list[tuple[str, str]]] = {}
    for plant, period, state in sorted(plan.sites.iter_rows(), key=lambda row: (row[0], order[row[1]])):
        states.setdefault(plant, []).append((period, state))
    starts = {period.name: period.start.isoformat()[:7] for period in case.calendar.periods}
    gone = {
        plant: [found[-1][1], starts[min((name for name, state in found if state == found[-1][1]), key=lambda name: order[name])]]
        for plant, found in states.items()
        if found[-1][1] in ("closed", "sold")
    }
    return {
        "gone": gone,
        "plants": {plant: spans(found) for plant, found in sorted(states.items())},
        "launches": sorted(f"{product} on {line} in {period}" for product, line, period in plan.launches.iter_rows()),
        "contracts": sorted(f"{offer} from {start}" for offer, _, start, _ in plan.contracts.iter_rows()),
    }


def filled(case: Case) -> dict[str, float]:
    """Share of two standard shifts that the cars of the first period fill at each plant, before anything is decided.

    A car is counted where its tools stand now; one that stands at several plants is spread by what these can build.
    """
    shifts = case.active("shift_models").filter(pl.col("shift_model") == "two shifts").row(0, named=True)
    hours = shifts["hours_per_week"] * shifts["weeks_per_year"]
    lines = case.active("lines")
    room = dict(lines.group_by("plant").agg(pl.col("jph").sum() * hours).iter_rows())
    tooled = case.active("routes").filter(pl.col("state") == "tooled").join(lines.select("line", "plant"), on="line")
    homes = dict(tooled.group_by("product").agg(pl.col("plant").unique()).iter_rows())
    cars = dict.fromkeys(room, 0.0)
    for product, demand in case.by_period("demand").filter(pl.col("t") == 0).group_by("product").agg(pl.col("cars").sum()).iter_rows():
        there = {plant: room[plant] for plant in homes[product]}
        for plant, space in there.items():
            cars[plant] += demand * space / sum(there.values())
    return {plant: round(cars[plant] / room[plant], 2) for plant in sorted(room)}


def both(case: Case, known: Mapping[tuple[str, str], Outcome]) -> list[Outcome]:
    """The best plan with Oppama open in 2029, and the best without. A set of solves of its own: no other question helps it."""
    verdict = read_verdict(case, VERDICT)
    return [solved(Task.forced(case, verdict, truth), known) for truth in (True, False)]


def solved(task: Task, known: Mapping[tuple[str, str], Outcome], gap: float = GAP) -> Outcome:
    """One solve, unless it is known already."""
    return known.get((task.case.digest, task.kind)) or Solves(gap=gap).solve(task)


def answer(sides: list[Outcome]) -> dict[str, Any]:
    """The two best plans and what can be said of the difference: the least and the most that leaving the verdict costs."""
    true, false = (side(outcome) for outcome in sides)
    best, other = (true, false) if true["worth"] >= false["worth"] else (false, true)
    least = None if other["limit"] is None else round(best["worth"] - other["limit"], 1)
    most = None if best["limit"] is None else round(best["limit"] - other["worth"], 1)
    proved = least is not None and least > 0
    return {"open": true, "not_open": false, "verdict": best is true, "proved": proved, "least": least, "most": most}


def guest(case: Case, best: Outcome, limit: float, known: Mapping[tuple[str, str], Outcome]) -> dict[str, Any]:
    """The guest taken in at Oppama: what that is worth, and how far inputs would have to move for it to be the best plan.

    At fees from `surely` on it is proved: the ledger of this plan, a line in the fee, lies above `limit`, which no plan is worth more
    than. Below `surely_not` it is proved not to be: even with every car that may be agreed, from the first day.
    """
    taken = solved(Task.forced(case, read_verdict(case, f"offer {GUEST} accepted"), True), known)
    assert taken.plan is not None and taken.npv is not None and taken.bound is not None and best.npv is not None
    fee = read_input(case, f"offers.{GUEST}.fee_per_car")
    slope = line_of(case, fee, fee.now, taken.plan, taken.npv).slope
    return {**side(taken), "fee": fee.now, "slope": round(slope, 6), "meet": round(fee.now + (best.npv - taken.npv) / slope, -3),
            "surely": round(fee.now + (limit - taken.npv) / slope, -3),
            "surely_not": round(fee.now + (best.npv - taken.bound) / steepest(case), -3),
            "moves": [moved(case, address, [taken, best]) for address in ASSUMED]}  # fmt: skip


def steepest(case: Case) -> float:
    """By how many million a yen more a car can add at most: all that may be agreed, paid from the first day to the last."""
    offer = next(one for one in case.rows(Offer) if one.offer == GUEST)
    assert offer.volume_max is not None and offer.earliest_start is not None and offer.length_months is not None
    share = max(offer.expected_take, offer.take_or_pay)
    left, total = offer.length_months, 0.0
    for period, factor in zip(case.calendar.periods, case.discount, strict=True):
        if period.start >= offer.earliest_start and left > 0:
            months = min(left, period.months)
            left, total = left - months, total + months / 12 * float(factor)
    return offer.volume_max * share * total / 1e6


def moved(case: Case, address: str, sides: list[Outcome]) -> dict[str, Any]:
    """Where an input would make two plans worth the same, both held as they are: an estimate, for new plans could be better."""
    given = read_input(case, address)
    guess = next(estimates(case, [given], sides, Solves()), None)
    there = None if guess is None else float(f"{guess.value:.3g}")
    change = None if guess is None else round(given.relative(guess.value) or 0.0, 2)
    return {"input": address, "unit": given.unit, "standing": given.standing, "now": given.now, "there": there, "change": change}


def sale(then: Case, limit: float, known: Mapping[tuple[str, str], Outcome]) -> dict[str, Any]:
    """The plant sold to the guest at the price that was asked: what that is worth, and above which price selling is proved to be better."""
    case = scenario(then, SALE_SCENARIO)
    sold = solved(Task.forced(case, read_verdict(case, f"offer {SALE} accepted"), True), known)
    assert sold.plan is not None and sold.npv is not None
    price = read_input(case, f"offers.{SALE}.price")
    slope = line_of(case, price, price.now, sold.plan, sold.npv).slope
    return {**side(sold), "price": price.now / 1000, "slope": round(slope, 4), "limit_without": round(limit / 1000, 1),
            "better_above": round((price.now - (sold.npv - limit) / slope) / 1000, 1)}  # fmt: skip


def measure(known: Mapping[tuple[str, str], Outcome]) -> dict[str, Any]:
    """Everything that the page says in numbers."""
    case = case_of_today()
    at = {day: as_of(case, day) for day in DAYS}
    asked: dict[str, list[Outcome]] = {}
    for then in at.values():
        if numbers(then) not in asked:
            asked[numbers(then)] = both(then, known)
    first = at[DAYS[0]]
    main = asked[numbers(first)]
    fewer = changed(first, [Edit("offers", LATER_OFFER, "status", "set", "exclude")])
    euro = changed(first, [Edit("rates", "EUR", "rate", "set", worth_today(case, "EUR"))])
    best = {key: max(sides, key=lambda outcome: outcome.npv or 0.0) for key, sides in asked.items()}
    limit = max(outcome.bound or 0.0 for outcome in main)
    return {
        "versions": {name: importlib.metadata.version(name) for name in ("brownfield", "highspy", "numpy", "polars")},
        "verdict": VERDICT,
        "gap": GAP,
        "coarse": COARSE,
        "today": {"digest": case.digest, "numbers": numbers(case), "claims": len(Evidence(case).claims)},
        "days": [day_facts(case, then, day, best[numbers(then)]) for day, then in at.items()],
        "answers": {key: answer(sides) for key, sides in asked.items()},
        "filled": filled(first),
        "without_later_offer": answer(both(fewer, known)),
        "euro_of_today": side(solved(Task.forced(euro, read_verdict(euro, VERDICT), False), known, COARSE)),
        "guest": guest(first, best[numbers(first)], limit, known),
        "sale": sale(at[DAYS[-1]], limit, known),
    }


def worth_today(case: Case, currency: str) -> str:
    """The rate of a currency in the case of today."""
    return str(case.rate(currency)[0])


# ------------------------------------------------------------------------------------------------ page and picture


KINDS = {"closed": "closes", "sold": "sold"}


def read_decided() -> list[dict[str, str]]:
    """What was decided in the world, plant by plant, with the source in the case that says so."""
    with (HERE / "decided.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def beside(results: Mapping[str, Any]) -> list[dict[str, str]]:
    """Plant by plant: what was decided, and what the tool's plan does."""
    plan = best_of(results["answers"][results["days"][0]["numbers"]])
    rows = []
    for row in read_decided():
        state, start = plan["gone"].get(row["plant"], ["", ""])
        says = KINDS.get(state, "kept")
        hit = "yes" if says == row["decided"] else "another way" if "kept" not in (says, row["decided"]) else "no"
        rows.append({**row, "filled": f"{100 * results['filled'][row['plant']]:.0f} %", "says": says, "says_from": start, "same": hit})
    return rows


def page(results: Mapping[str, Any]) -> str:
    """README.md, from the hand-written page.jinja and the numbers."""
    rooms = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, autoescape=False,
    )  # fmt: skip
    rows, days = beside(results), results["days"]
    main = results["answers"][days[0]["numbers"]]
    gone = [row["plant"] for row in rows if row["says"] != "kept"]
    gone_world = [row["plant"] for row in rows if row["decided"] != "kept"]
    half_empty = [plant for share, plant in sorted((share, plant) for plant, share in results["filled"].items()) if share <= 0.5]
    rooms.filters |= {"percent": percent, "bn": "{:,.0f}".format, "month": month, "long_day": long_day, "cell": in_table}
    return rooms.get_template("page.jinja").render(
        **results,
        main=main,
        guests=[one for one in main["open"]["contracts"] if "Foxconn" in one],
        same_numbers=len({day["numbers"] for day in days}) == 1,
        rows=rows,
        gone_world=gone_world,
        gone_plan=gone,
        gone_both=[row["plant"] for row in rows if "kept" not in (row["decided"], row["says"])],
        half_empty=half_empty,
        rule_right=[plant for plant in half_empty if plant in gone_world],
        answers_named=[
            ("as known on the three days", main),
            (f"the same, without the offer “{LATER_OFFER}”", results["without_later_offer"]),
        ],
        late=late_cells(days),
        other=other_cells(days),
    )


def best_of(one: Mapping[str, Any]) -> Mapping[str, Any]:
    """The better of the two plans of an answer."""
    found: Mapping[str, Any] = one["open" if one["verdict"] else "not_open"]
    return found


def late_cells(days: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every cell that uses hindsight on some day, with the days."""
    found: dict[str, dict[str, Any]] = {}
    for day in days:
        for one in day["hindsight"]:
            found.setdefault(one["cell"], {**one, "days": []})["days"].append(short_day(day["day"]))
    return [found[name] for name in sorted(found)]


def other_cells(days: list[dict[str, Any]]) -> dict[str, tuple[str, str, list[str]]]:
    """Every cell that differs from today's on some day: its value then and today, and the days."""
    found: dict[str, tuple[str, str, list[str]]] = {}
    for day in days:
        for name, (then, now) in day["other_than_today"].items():
            found.setdefault(name, (then, now, []))[2].append(short_day(day["day"]))
    return found


def percent(share: float, digits: int = 0) -> str:
    """`0.24 %`."""
    return f"{100 * share:.{digits}f} %"


def month(text: str) -> str:
    """`April 2027`."""
    return f"{MONTHS[int(text[5:7]) - 1]} {text[:4]}"


def in_table(text: str) -> str:
    """A text as it may stand in a table of the page."""
    return text.replace("|", "\\|")


def long_day(text: str) -> str:
    """`7 July 2025`."""
    return f"{int(text[8:10])} {MONTHS[int(text[5:7]) - 1]} {text[:4]}"


def short_day(text: str) -> str:
    """`7 July`."""
    return long_day(text).rsplit(" ", 1)[0]


MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
WORLD, TOOL, HELD = "#1f5a91", "#c8641e", "#d5d5d5"
ROW, WIDTH = 24, 620
END = 2029.4


def picture(results: Mapping[str, Any]) -> str:
    """The chart: for each plant, from when it makes no more cars of Nissan's own: as decided, and in the tool's plan."""
    sys.path.insert(0, str(HERE.parent))
    from generate import framed

    from brownfield.report.drawing import FAINT, Mark, Picture, altair, row_labels, row_scale, svg, texts, values

    alt = altair()
    rows = sorted(beside(results), key=lambda row: (row["decided"] == "kept", row["says"] == "kept", row["gone_from"], row["plant"]))
    axis = alt.Axis(values=[2025, 2026, 2027, 2028, 2029], format="d", title=None, orient="top", grid=True, domain=False)
    x = alt.X("x:Q", axis=axis, scale=alt.Scale(domain=[2025, END + 0.5], nice=False, zero=False))
    y = row_scale(len(rows))
    lines, marks = [], []
    for at, row in enumerate(rows):
        ends = [year(row["gone_from"]), year(row["says_from"])]
        lines.append({"x": min(ends), "x2": max(ends), "y": at + 0.5})
        marks += [{"x": ends[0], "y": at + 0.36, "fill": WORLD}, {"x": ends[1], "y": at + 0.64, "fill": TOOL}]
    apart = alt.Chart(values(lines)).mark_rule(color=HELD, strokeWidth=3).encode(x=x, x2="x2:Q", y=y)
    dots = alt.Chart(values(marks)).mark_point(filled=True, size=70, opacity=1)
    dots = dots.encode(x=x, y=y, color=alt.Color("fill:N", scale=None, legend=None))
    kept = texts([{"x": END, "y": -0.35, "text": "kept", "colour": FAINT}], x, y, align="center")
    names = row_labels([row["plant"] for row in rows], 130)
    drawn = alt.layer(apart, dots, kept, names).properties(width=WIDTH, height=ROW * len(rows))
    title = finding(rows)
    legend = (Mark(WORLD, "as Nissan decided"), Mark(TOOL, "in the best plan found, from what was known in July 2025"))
    return framed(Picture("hindcast", title, title, svg(drawn, "hindcast"), "", legend))


def finding(rows: list[dict[str, str]]) -> str:
    """What the chart says, as its title."""
    right = sum("kept" not in (row["decided"], row["says"]) for row in rows)
    gone = sum(row["decided"] != "kept" for row in rows)
    extra = sum(row["says"] != "kept" and row["decided"] == "kept" for row in rows)
    return f"The plan gives up {right} of the {gone} plants that Nissan gave up, and {extra} that it kept"


def year(month: str) -> float:
    """A month as a place on the axis; plants that are kept stand at its end."""
    return float(month[:4]) + (int(month[5:7]) - 1) / 12 if month else END


def main() -> None:
    """Solve unless told not to; then write everything that follows from the results."""
    if "--page" not in sys.argv:
        (HERE / "results.json").write_text(json.dumps(measure({}), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    results = json.loads((HERE / "results.json").read_text(encoding="utf-8"))
    PICTURE.write_text(picture(results), encoding="utf-8")
    (HERE / "README.md").write_text(page(results), encoding="utf-8")


if __name__ == "__main__":
    main()
