"""A study of a line in words, figures and tables: whether the guest's car fits, what binds, what to move, and at what pace."""

from __future__ import annotations

from typing import Any

from brownfield.report.charts_line import named, pace, people, strip, yamazumi
from brownfield.report.numbers import DASH, capital, listed, money, plain, several, share, whole
from brownfield.report.pages import Fact, Page, Part
from brownfield.report.tables import Row, Sheet
from brownfield.report.values import case_dict
from brownfield.shopfloor.inputs import Place
from brownfield.study.line import LineStudy, Load
from brownfield.study.line_remedies import Remedy

BADGES = {
    True: ("It fits", "proved"),
    False: ("It does not fit at this takt", "infeasible"),
    None: ("Not settled in time", "feasible"),
}

SHOWN = 6
"""Most things of one kind that are named one by one."""


def cars(found: LineStudy) -> str:
    """The guest's cars in words."""
    return listed(found.asked.guests)


def lead(found: LineStudy) -> str:
    """The answer in a sentence."""
    line, takt = found.asked.line, plain(found.line.takt, 4)
    if found.fits:
        moved = sum(1 for move in found.moves if move.before)
        moves = f"when {several(moved, 'task')} {'moves' if moved == 1 else 'move'}" if moved else "with every task where it is today"
        return f"{cars(found)} fits on {line} at {takt} s a car, {moves}."
    slower = found.takt / found.line.takt - 1
    if found.too_long:
        worst = found.too_long[0]
        long = f"{worst.tasks[0]} takes {plain(worst.seconds)} s, and a car has {plain(worst.most, 4)} s, {plain(worst.over, 4)} s less"
        return f"{cars(found)} does not fit on {line}: {long}."
    if found.fits is None:
        return f"Whether {cars(found)} fits on {line} at {takt} s is not settled; at {plain(found.takt, 4)} s it does."
    helps = f" With {_remedied(found, found.remedies[0])} it fits." if found.remedies else ""
    return f"{cars(found)} does not fit on {line} at {takt} s a car; at {plain(found.takt, 4)} s, {share(slower)} slower, it does.{helps}"


def _remedied(found: LineStudy, remedy: Remedy) -> str:
    words = [f"one {one.kind} more {'at' if one.kind == 'person' else 'behind'} {one.at}" for one in remedy.changes]
    return listed(words)


def sentences(found: LineStudy) -> list[str]:
    """What binds, who is needed, the pace, the day, and what it means for the network plan."""
    return [*_work(found), *_helped(found), *_paced(found), _day(found), *_clock(found)]


def _clock(found: LineStudy) -> list[str]:
    said = "The clock had a say: another run may find another balance. What is called proved holds all the same."
    return [said] if found.by_clock else []


def _work(found: LineStudy) -> list[str]:
    told = []
    for load in found.too_long:
        allowed = f"{plain(load.over, 4)} s more than the {plain(load.most, 4)} s that are allowed"
        told.append(f"{capital(load.tasks[0])} alone takes {plain(load.seconds)} s on {_car(load)}, {allowed}.")
    head = "What binds at the shortest takt" if found.shortest else "The fullest"
    bound = "; ".join(_bound(found, load) for load in found.binding[:SHOWN])
    return [*told, f"{head}: {bound}.", _needed(found)]


def _paced(found: LineStudy) -> list[str]:
    with_it, without = (f"{point.jph.mean:.1f} ± {point.jph.half:.1f}" for point in (found.at_share, found.alone))
    return [
        f"With {share(found.share)} of the guest's cars the line makes {with_it} cars an hour; without them {without}.",
        f"One of the guest's cars takes as much of the line as {found.load.mean:.3f} ± {found.load.half:.3f} of the host's, at that share; "
        f"in the longest shift model the line makes up to {whole(found.max_rate)} of them a year, where they are "
        f"{share(found.share_most)} of its cars.",
    ]  # fmt: skip


def _car(load: Load) -> str:
    return load.car or "the average car"


def _bound(found: LineStudy, load: Load) -> str:
    over = found.line.overload
    allowed = f"takt and {share(over)} overload" if over and load.car else "takt"
    return (
        f"{load.place.station} has {plain(load.seconds, 4)} s on {_car(load)} ({listed(load.tasks)}), "
        f"where {allowed} allow{'' if over and load.car else 's'} {plain(load.most, 4)} s"
    )


def _needed(found: LineStudy) -> str:
    chosen, today = found.chosen, found.today
    new = sum(1 for move in found.moves if move.new)
    words = (
        f"At {plain(found.takt, 4)} s it takes {several(chosen.stations, 'station')} and {several(chosen.operators, 'person', 'people')}"
    )
    now = f"{today.stations} and {today.operators} {'today' if found.held else 'for the host alone'}"
    cost = sum(move.cost for move in found.moves)
    moved = sum(1 for move in found.moves if move.before)
    base = found.case.settings.base_currency
    return f"{words} ({now}); {several(new, 'task')} new to the line, {moved} done elsewhere than today, for {money(cost, base)}."


def _helped(found: LineStudy) -> list[str]:
    if found.fits:
        return []
    if found.too_long:
        return ["No station or person more would help: a task would have to be split or made shorter."]
    if not found.remedies:
        return ["One station or one person more, or two such changes where the line is fullest, were not found to be enough."]
    others = [_remedied(found, remedy) for remedy in found.remedies[1:SHOWN]]
    first = found.remedies[0]
    moved = listed(first.balance.moved) or "nothing"
    more = f" Otherwise: {listed(others, 'or')}." if others else ""
    return [f"At the takt of today it fits with {_remedied(found, first)}; then {moved} would move.{more}"]


def _day(found: LineStudy) -> str:
    order = found.order
    ratios = f"{several(order.score.violations, 'car')} beyond the ratios of options ({order.planned.violations} as first drawn up)"
    over = sum(order.score.overload.values()) / 10
    late = f"{plain(over)} s of work that somebody has to help with" if over else "no work that anybody has to help with"
    proof = "no order is better" if order.proved else f"cost {order.score.total:,}; no order is below {order.bound:,}"
    return f"A day of {len(order.cars)} cars: {ratios}, {several(order.score.changes, 'change')} of colour, {late}; {proof}."


def facts(found: LineStudy) -> tuple[Fact, ...]:
    """The few figures at the top."""
    here, chosen, today = found.at_share, found.chosen, found.today
    takt = f"the line runs at {plain(found.line.takt, 4)} s"
    without = f"± {here.jph.half:.1f}; {found.alone.jph.mean:.1f} without the guest"
    return (
        Fact("shortest takt" if found.shortest else "takt", f"{plain(found.takt, 4)} s", takt),
        Fact("stations, people", f"{chosen.stations}, {chosen.operators}", f"today {today.stations}, {today.operators}"),
        Fact(f"cars an hour at {share(found.share)}", f"{here.jph.mean:.1f}", without),
        Fact("load of the guest's car", f"{found.load.mean:.3f}", f"± {found.load.half:.3f}; the host's is 1"),
    )


def moves_sheet(found: LineStudy) -> Sheet | None:
    """What is done elsewhere than today, and what is new."""
    if not found.moves:
        return None
    base, places = found.case.settings.base_currency, people(found)
    rows = []
    for move in found.moves:
        before = move.before or ("new" if move.new else "not told")
        rows.append(Row((move.task, before, _place(move.place, places), money(move.cost, base) if move.cost else DASH)))
    return Sheet("What moves, and what is new", ("task", "today", "then", "one-off cost"), tuple(rows), 3)


def _place(place: Place, places: list[Place]) -> str:
    return named(place, any(other.station == place.station and other != place for other in places))


def remedies_sheet(found: LineStudy) -> Sheet | None:
    """What one station or one person more would do."""
    if not found.remedies:
        return None
    base = found.case.settings.base_currency
    rows = tuple(
        Row(
            (
                capital(_remedied(found, one)),
                listed(one.balance.moved) or DASH,
                str(one.balance.operators),
                money(one.cost - found.today.cost, base),
                money(one.cost, base),
            )
        )
        for one in found.remedies[:SHOWN]
    )
    without = "today" if found.held else "the host alone"
    note = (
        "Cost of all staffed stations and people over the years that the case gives it for, and of moved tasks once; without what a new "
        f"station itself costs to build. More: than {without}. Each row by itself."
    )
    head = ("change", "tasks that move", "people", "more", "cost")
    return Sheet(f"What makes it fit at {plain(found.line.takt, 4)} s", head, rows, 2, note)


def points_sheet(found: LineStudy) -> Sheet:
    """The line at each share of the guest."""
    rows = []
    for point in found.points:
        jph, load = f"{point.jph.mean:.1f} ± {point.jph.half:.1f}", f"{point.load.mean:.3f}" if point.load else DASH
        guest, people = share(point.share) if point.share else "none", (str(point.stations), str(point.operators))
        cells = (guest, f"{point.takt:.2f}", *people, jph, load, point.simulation.bottleneck)
        rows.append(Row(cells, strong=point.share == found.share))
    head = ("guest", "takt, s", "stations", "people", "cars an hour", "load", "bottleneck")
    return Sheet(
        "The line over the guest's share",
        head,
        tuple(rows),
        1,
        "Load: how many of the host's cars one of the guest's replaces. Bottleneck: the station that waits least.",
    )


def people_sheet(found: LineStudy) -> Sheet:
    """Who does what."""
    places = people(found)
    tasks = {place: [task for task, at in found.chosen.assignment.items() if at == place] for place in places}
    rows = tuple(Row((_place(place, places), listed(tasks[place]))) for place in places)
    return Sheet("Who does what", ("station", "tasks"), rows, 2)


def how(found: LineStudy) -> list[str]:
    """How the answer came about, for who wants to check it."""
    chosen, here = found.chosen, found.at_share
    certain = {True: "a balance that was read a second time", False: "a proof that no balance keeps the takt", None: "neither"}[found.fits]
    if found.too_long:
        certain = "a task that is longer than a station has time"
    anew = "Today's places are not told in full, or break a rule: the host's cars were balanced anew."
    return [
        f"The answer rests on {certain}. The balance shown is {chosen.status} for its aim ({chosen.aim}).",
        "Today's places keep the rules with the host's cars." if found.held else anew,
        f"The day is drawn from the mix, options and colours of the case (seed {found.order.seed}); the pace is the mean of "
        f"{len(here.simulation.jph_each)} runs of {here.simulation.cars} cars, each share with the same breakdowns.",
        "The load compares hours: cars an hour without the guest, divided by those with it, is 1 − share + share × load.",
        "A car is limited as it is without options and with each one of them; cars with several are for the order of the day to spread.",
    ]  # fmt: skip


def as_page(found: LineStudy) -> Page:
    """The report on a line."""
    badge, colour = BADGES[found.fits]
    helps = remedies_sheet(found)
    moves = moves_sheet(found)
    parts = [
        Part("work", "Who does how much", tuple(_work(found)), (yamazumi(found),), (moves,) if moves else (), (people_sheet(found),)),
        *([Part("remedies", "What would make it fit", tuple(told), (), (helps,) if helps else ())] if (told := _helped(found)) else []),
        Part("pace", "Cars an hour", tuple(_paced(found)), (pace(found),), (points_sheet(found),)),
        Part("order", "The order of a day", (_day(found), *_clock(found)), (strip(found),)),
        Part("how", "How this was found", tuple(how(found))),
    ]
    title = found.case.settings.title or found.case.settings.name
    heading = f"{cars(found)} on {found.asked.line}: {title}"
    again = f'brownfield line CASE --line "{found.asked.line}" --guest "{found.asked.guest}" --share {found.share:g}'
    again += f" --shares {','.join(f'{point.share:g}' for point in found.points)} --cars {len(found.order.cars)} --seed {found.order.seed}"
    return Page("line", heading, badge, colour, lead(found), facts(found), tuple(parts), again)


def line_dict(found: LineStudy) -> dict[str, Any]:
    """A study of a line as plain values."""

    def load_dict(load: Load) -> dict[str, Any]:
        return _place_dict(load.place) | {"car": load.car, "seconds": load.seconds, "most": load.most, "tasks": list(load.tasks)}

    return case_dict(found.case) | {
        "line": found.asked.line,
        "guest": found.asked.guest,
        "share": found.share,
        "fits": found.fits,
        "proved": found.proved,
        "by_clock": found.by_clock,
        "takt": found.line.takt,
        "pace": found.takt,
        "load": {"value": found.load.mean, "half": found.load.half},
        "max_rate": found.max_rate,
        "max_rate_at": found.share_most,
        "too_long": [load_dict(load) for load in found.too_long],
        "binding": [load_dict(load) for load in found.binding],
        "moves": [
            {"task": move.task, "from": move.before, "cost": move.cost, "new": move.new, **_place_dict(move.place)}
            for move in found.moves
        ],
        "remedies": [
            {"changes": [vars(change) for change in one.changes], "cost": one.cost, "moved": list(one.balance.moved),
             "status": one.balance.status} for one in found.remedies
        ],
        "assignment": {task: _place_dict(place) for task, place in found.chosen.assignment.items()},
        "points": [
            {"share": point.share, "takt": point.takt, "stations": point.stations, "operators": point.operators, "jph": point.jph.mean,
             "half": point.jph.half, "load": point.load.mean if point.load else None, "bottleneck": point.simulation.bottleneck}
            for point in found.points
        ],
        "order": {"cars": list(found.order.cars), "violations": found.order.score.violations, "planned": found.order.planned.violations,
                  "changes": found.order.score.changes, "cost": found.order.score.total, "bound": found.order.bound},
        "verdict": [lead(found), *sentences(found)],
    }  # fmt: skip


def _place_dict(place: Place) -> dict[str, Any]:
    return {"station": place.station, "operator": place.operator}
