"""Charts of a line: who does how much on which car, the order of a day, and cars an hour over the guest's share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from brownfield.report.drawing import INK, NARROW, PLAIN, WIDE, Mark, Picture, altair, boxes, row_scale, svg, texts, values
from brownfield.report.numbers import listed, plain, several, share
from brownfield.shopfloor.inputs import Place
from brownfield.study.line import LineStudy

HOST, HOST_MOVED, GUEST, GUEST_MOVED, GUEST_NEW = "#b9cfe4", "#3f79ad", "#f3d3b5", "#d98a4b", "#8f3f0c"
LIMIT, BAND = "#a3312a", "#dbe7f1"
CARS = ("#b9cfe4", "#6f9fc8", "#3f79ad", "#8fb8a6", "#5d8f7a")
GUESTS = ("#c8641e", "#8f3f0c", "#e0a06b")
OPTIONS = ("#1a1a1a", "#7a3b8f", "#2f7d5b", "#a3312a", "#6b6b6b", "#1f5a91")


def named(place: Place, several_there: bool) -> str:
    """A person of a line: the station, with the person's number where several work there."""
    return f"{place.station}/{place.operator}" if several_there else place.station


def people(found: LineStudy) -> list[Place]:
    """Who works on the line, in its order."""
    order = {name: i for i, name in enumerate(found.chosen.line.places)}
    return sorted(set(found.chosen.assignment.values()), key=lambda place: (order[place.station], place.operator))


def yamazumi(found: LineStudy) -> Picture:
    """Seconds of work of each person on each product, task upon task, beside the takt."""
    products = [*found.asked.hosts, *found.asked.guests]
    takt, most = found.takt, found.takt * (1 + found.line.overload)
    fullest = max(_bars(found), key=lambda bar: bar["top"])
    title = f"The fullest: {fullest['who']} with {plain(fullest['top'])} s on {fullest['product']}; a car may take {plain(most)} s."
    told = "; ".join(f"{bar['who']}, {bar['product']}: {plain(bar['top'])} s" for bar in _bars(found) if bar["last"])
    marks = (
        Mark(HOST, "host's car"), Mark(HOST_MOVED, "the same, done elsewhere than today"), Mark(GUEST, "guest's car"),
        Mark(GUEST_MOVED, "the same, done elsewhere than today"), Mark(GUEST_NEW, "new to the line"), Mark(LIMIT, "takt", "line"),
    )  # fmt: skip
    note = f"Bars of each person in this order: {listed(products)}, without options. Each block is a task. "
    note += f"Takt {plain(takt, 4)} s" + (f"; dashed: the {plain(most, 4)} s that one car may take." if most > takt else ".")
    return Picture("yamazumi", title, f"{title} {told}.", _upright(found, "yamazumi-w"), _lying(found, "yamazumi-n"), marks, note)


def _bars(found: LineStudy) -> list[dict[str, Any]]:
    """The blocks of the bars: person, product, from, to, fill; `last` for the topmost of a bar."""
    line, places = found.chosen.line, people(found)
    moves = {move.task: move for move in found.moves}
    rows: list[dict[str, Any]] = []
    for i, place in enumerate(places):
        tasks = [t for t, task in enumerate(line.tasks) if found.chosen.assignment[task] == place]
        who = named(place, any(other.station == place.station and other != place for other in places))
        for k, product in enumerate([*found.asked.hosts, *found.asked.guests]):
            seconds, column = 0.0, line.products.index(product)
            bar: list[dict[str, Any]] = []
            for t in tasks:
                if more := float(line.seconds[t, column]):
                    fill = _fill(product in found.asked.guests, moves.get(line.tasks[t]))
                    start = {"at": i, "bar": k, "from": seconds, "to": seconds + more, "fill": fill, "who": who, "product": product}
                    bar.append(start | {"top": seconds + more, "last": False})
                    seconds += more
            if bar:
                bar[-1]["last"] = True
            rows += bar
    return rows


def _fill(guest: bool, move: Any) -> str:
    if move is not None and move.new:
        return GUEST_NEW
    if move is None or not move.before:
        return GUEST if guest else HOST
    return GUEST_MOVED if guest else HOST_MOVED


def _upright(found: LineStudy, key: str) -> str:
    alt = altair()
    count, thick = len(people(found)), 0.84 / len({*found.asked.hosts, *found.asked.guests})
    rows, most = _bars(found), found.takt * (1 + found.line.overload)
    names = [{"x": i + 0.5, "text": next(row["who"] for row in rows if row["at"] == i), "colour": INK} for i in range(count)]
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, count], nice=False))
    top = max(most, *(row["to"] for row in rows)) * 1.06
    y = alt.Y("y:Q", title="seconds", axis=alt.Axis(format=PLAIN, tickCount=6, domain=False), scale=alt.Scale(domain=[0, top], nice=False))
    bars = [
        {"x": row["at"] + 0.08 + row["bar"] * thick, "x2": row["at"] + 0.08 + (row["bar"] + 1) * thick, "y": row["from"], "y2": row["to"],
         "fill": row["fill"]}
        for row in rows
    ]  # fmt: skip
    labels = alt.Chart(values(names)).mark_text(fontSize=10, baseline="top", dy=4, clip=False, color=INK)
    layers = [
        boxes(bars, x, y, strokeWidth=0.6), _across(found.takt, y, [1, 0]), *([_across(most, y, [4, 3])] if most > found.takt else []),
        labels.encode(x=x, y=alt.value(270), text="text:N"),
    ]  # fmt: skip
    return svg(alt.layer(*layers).properties(width=WIDE - 60, height=270), key)


def _across(seconds: float, y: Any, dash: Sequence[int]) -> Any:
    alt = altair()
    return alt.Chart(values([{"y": seconds}])).mark_rule(color=LIMIT, strokeWidth=1.5, strokeDash=list(dash)).encode(y=y)


def _lying(found: LineStudy, key: str) -> str:
    alt = altair()
    count, thick = len(people(found)), 0.84 / len({*found.asked.hosts, *found.asked.guests})
    rows, most = _bars(found), found.takt * (1 + found.line.overload)
    top = max(most, *(row["to"] for row in rows)) * 1.03
    axis = alt.Axis(format=PLAIN, tickCount=4, domain=False, orient="top")
    x = alt.X("x:Q", title="seconds", axis=axis, scale=alt.Scale(domain=[0, top], nice=False))
    y = row_scale(count)
    bars = [
        {"x": row["from"], "x2": row["to"], "y": row["at"] + 0.08 + row["bar"] * thick, "y2": row["at"] + 0.08 + (row["bar"] + 1) * thick,
         "fill": row["fill"]}
        for row in rows
    ]  # fmt: skip
    names = [{"y": i + 0.5, "name": next(row["who"] for row in rows if row["at"] == i)} for i in range(count)]
    labels = alt.Chart(values(names)).mark_text(align="right", baseline="middle", fontSize=11, color=INK, limit=60, dx=-5)
    limits = [(found.takt, [1, 0]), *([(most, [4, 3])] if most > found.takt else [])]
    rules = [
        alt.Chart(values([{"x": at}])).mark_rule(color=LIMIT, strokeWidth=1.5, strokeDash=dash).encode(x=x) for at, dash in limits
    ]  # fmt: skip
    layers = [boxes(bars, x, y, strokeWidth=0.5), *rules, labels.encode(x=alt.value(0), y=y, text="name:N")]
    return svg(alt.layer(*layers).properties(width=NARROW - 35, height=count * 24), key)


def strip(found: LineStudy) -> Picture:
    """The cars of a day in the order found, with their options."""
    order, colours = found.order, _colours(found)
    broken, planned = order.score.violations, order.planned.violations
    title = f"{len(order.cars)} cars in order: {several(broken, 'car')} beyond the ratios of options, {planned} as first drawn up."
    names = [option.name for option in order.day.options]
    marks = [Mark(colour, product) for product, colour in colours.items()]
    marks += [Mark(OPTIONS[i % len(OPTIONS)], name, "line") for i, name in enumerate(names)]
    note = "From left to right, row by row. Ticks below a car: its options" + (
        f". The paint shop changes colour {several(order.score.changes, 'time')}; no order needs fewer than {order.unavoidable.changes}."
        if order.day.colour_weight else "."
    )  # fmt: skip
    told = f"{title} The first: {listed(order.cars[:12])}."
    return Picture("order", title, told, _strip(found, 96, WIDE - 10, "order-w"), _strip(found, 32, NARROW, "order-n"), tuple(marks), note)


def _colours(found: LineStudy) -> dict[str, str]:
    hosts = {product: CARS[i % len(CARS)] for i, product in enumerate(found.asked.hosts)}
    return hosts | {product: GUESTS[i % len(GUESTS)] for i, product in enumerate(found.asked.guests)}


def _strip(found: LineStudy, per_row: int, width: int, key: str) -> str:
    alt = altair()
    order, colours = found.order, _colours(found)
    cars: list[dict[str, Any]] = []
    ticks: list[dict[str, Any]] = []
    count = max(1, len(order.day.options))
    for n, (car, name) in enumerate(zip(order.order, order.cars, strict=True)):
        row, column = divmod(n, per_row)
        cars.append({"x": column, "x2": column + 1, "y": row + 0.08, "y2": row + 0.55, "fill": colours[name.rsplit(" ", 1)[0]]})
        for o in range(len(order.day.options)):
            if order.day.has[int(car), o]:
                top = row + 0.58 + o * 0.36 / count
                bottom = top + 0.3 / count
                ticks.append({"x": column + 0.1, "x2": column + 0.9, "y": top, "y2": bottom, "fill": OPTIONS[o % len(OPTIONS)]})
    rows = -(-len(order.cars) // per_row)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, per_row], nice=False))
    layers = [boxes(cars, x, row_scale(rows), strokeWidth=0.5), *([boxes(ticks, x, row_scale(rows), strokeWidth=0)] if ticks else [])]
    return svg(alt.layer(*layers).properties(width=width, height=30 * rows), key)


def pace(found: LineStudy) -> Picture:
    """Cars an hour over the guest's share of the cars, with the interval of the simulation."""
    here, alone = found.at_share, found.alone
    title = f"{plain(alone.jph.mean)} cars an hour without the guest, {plain(here.jph.mean)} with it at {share(here.share)}."
    told = "; ".join(f"{share(point.share)}: {point.jph.mean:.1f} ± {point.jph.half:.1f}" for point in found.points)
    marks = (Mark("#1f5a91", "cars an hour", "line"), Mark(BAND, "95 % interval"), Mark(GUESTS[0], "the share asked for"))
    note = "Simulated with the breakdowns and buffers of the line, each share in an order of its own."
    return Picture("pace", title, f"{title} {told}.", _curve(found, WIDE - 60, "pace-w"), _curve(found, NARROW - 30, "pace-n"), marks, note)


def _curve(found: LineStudy, width: int, key: str) -> str:
    alt = altair()
    rows = [{"x": p.share * 100, "y": p.jph.mean, "y1": p.jph.mean - p.jph.half, "y2": p.jph.mean + p.jph.half} for p in found.points]
    low, high = min(row["y1"] for row in rows), max(row["y2"] for row in rows)
    pad = max(1.0, 0.25 * (high - low))
    x = alt.X(
        "x:Q", title="guest's share of the cars, %", axis=alt.Axis(format=PLAIN, tickCount=5, grid=False),
        scale=alt.Scale(domain=[0, max(row["x"] for row in rows)], nice=False),
    )  # fmt: skip
    scale = alt.Scale(domain=[low - pad, high + pad], nice=False, zero=False)
    y = alt.Y("y:Q", title="cars an hour", axis=alt.Axis(format=PLAIN, tickCount=5, domain=False), scale=scale)
    band = alt.Chart(values(rows)).mark_area(color=BAND).encode(x=x, y=alt.Y("y1:Q", scale=scale), y2="y2:Q")
    drawn = alt.Chart(values(rows)).mark_line(color="#1f5a91", strokeWidth=2.5).encode(x=x, y=y)
    dots = alt.Chart(values(rows)).mark_point(color="#1f5a91", filled=True, size=40, opacity=1).encode(x=x, y=y)
    here = [row for row, point in zip(rows, found.points, strict=True) if point.share == found.share]
    mark = alt.Chart(values(here)).mark_point(color=GUESTS[0], filled=True, size=90, opacity=1).encode(x=x, y=y)
    label = [row | {"text": plain(row["y"]), "colour": INK} for row in here]
    return svg(alt.layer(band, drawn, dots, mark, texts(label, x, y, dy=-14)).properties(width=width, height=220), key)
