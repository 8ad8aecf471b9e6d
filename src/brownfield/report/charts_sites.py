"""Charts of plants over time: what state they are in, and who builds what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from brownfield.report.drawing import (
    INK,
    NARROW,
    ROW,
    WIDE,
    Mark,
    Picture,
    altair,
    boxes,
    row_labels,
    row_scale,
    span,
    svg,
    texts,
    time_axis,
)
from brownfield.report.figures import A_CAR, Figures, spells
from brownfield.report.numbers import listed, plain, several
from brownfield.report.sites import site_sentences

SHIFTS = (
    (0.0, "#e8f0f7", "open, no shift"),
    (1.0, "#a9cbe6", "one shift"),
    (2.0, "#5b9bd0", "two shifts"),
    (99.0, "#1f5a91", "three shifts"),
)
STATES = {"idle": ("#d2d2d2", "mothballed"), "leased": ("#cc79a7", "leased"), "sold": ("#f3e36a", "sold"), "closed": ("#ffffff", "closed")}
GUEST, LAUNCH, GOES_ON = "#d55e00", "#0b7a5c", "#7fb2da"
MOST_ROWS = 34
"""Rows of one drawing: more than this would not fit on a printed page."""


def timeline(figures: Figures) -> Picture:
    """Each plant as a strip: its state, how many shifts it works, how full it is, and where a guest builds."""
    sentences = site_sentences(figures)
    return Picture(
        "plants",
        sentences[0] if sentences else "What becomes of each plant",
        "A strip for each plant from the first period to the last. " + " ".join(sentences),
        _timeline(figures, WIDE, "plants-w"),
        _timeline(figures, NARROW, "plants-n"),
        tuple(_marks(figures)),
        "Figures: share of the staffed assembly capacity in use, in percent.",
    )


def _marks(figures: Figures) -> Iterator[Mark]:
    crews = {next(level for level, _, _ in SHIFTS if count <= level) for count in _open_crews(figures)}
    yield from (Mark(fill, words) for level, fill, words in SHIFTS if level in crews)
    seen = {state for states in figures.states.values() for state in states}
    yield from (Mark(fill, words, "border" if state == "closed" else "box") for state, (fill, words) in STATES.items() if state in seen)
    if any(deal.line for deal in figures.deals.values()):
        yield Mark(GUEST, "shared with a guest", "line")


def _open_crews(figures: Figures) -> set[float]:
    return {figures.crews[i][t] for i in figures.plants for t in figures.periods if figures.states[i][t] == "open" and figures.assembly(i)}


def _timeline(figures: Figures, width: int, key: str) -> str:
    names = list(figures.plants)
    cells: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    stripes: list[dict[str, Any]] = []
    unit = width / float(figures.calendar.ends[-1]) * 12
    for i, plant in enumerate(names):
        for t in figures.periods:
            _cell(figures, plant, t, i, unit, cells, words)
        words += _words(figures, plant, i, unit)
        for deal in figures.guests_at(plant):
            stripes += [{**span(figures.calendar, t), "y": i + 0.78, "y2": i + 0.94, "fill": GUEST} for t in range(deal.first, deal.end)]
    joined = _joined([cell for cell in cells if cell["closed"]])
    return _strip(figures, names, [*[cell for cell in cells if not cell["closed"]], *joined], words, stripes, width, key)


def _cell(figures: Figures, plant: str, t: int, i: int, unit: float, cells: list[dict[str, Any]], words: list[dict[str, Any]]) -> None:
    state = figures.states[plant][t]
    if state == "potential":
        return
    place = span(figures.calendar, t)
    crews = figures.crews[plant][t]
    fill = STATES[state][0] if state in STATES else next(fill for level, fill, _ in SHIFTS if crews <= level)
    cells.append({**place, "y": i + 0.06, "y2": i + 0.94, "fill": fill, "closed": state != "open"})
    full = figures.utilisation(plant, t) if state == "open" else None
    if full is not None and _fits(f"{100 * full:.0f}", (place["x2"] - place["x"]) * unit):
        colour = "#ffffff" if crews > 2 else INK
        words.append({"x": (place["x"] + place["x2"]) / 2, "y": i + 0.46, "text": f"{100 * full:.0f}", "colour": colour, "align": "center"})


def _words(figures: Figures, plant: str, i: int, unit: float) -> Iterator[dict[str, Any]]:
    """What each stretch of closed, sold, leased or mothballed is called, where the word fits in."""
    for spell in spells(figures.states[plant]):
        if spell.what in STATES:
            first, end = span(figures.calendar, spell.first)["x"], span(figures.calendar, spell.end - 1)["x2"]
            word = STATES[spell.what][1]
            if _fits(word, (end - first) * unit - 6):
                yield {"x": first + 5 / unit, "y": i + 0.5, "text": word, "colour": INK, "align": "left"}


def _fits(text: str, room: float) -> bool:
    """Whether small text fits into so many pixels."""
    return 5.9 * len(text) + 2 <= room


def _strip(
    figures: Figures,
    names: list[str],
    cells: list[dict[str, Any]],
    words: list[dict[str, Any]],
    stripes: list[dict[str, Any]],
    width: int,
    key: str,
) -> str:
    """Cells, stripes and words on rows with their names, under a time axis."""
    alt = altair()
    x, y = time_axis(figures.calendar, width), row_scale(len(names))
    limit = 150 if width == WIDE else 92
    layers = [boxes(cells, x, y)] if cells else []
    layers += [boxes(stripes, x, y, strokeWidth=0)] if stripes else []
    borders = [{**cell, "fill": "transparent"} for cell in cells if cell["fill"] == "#ffffff"]
    layers += [boxes(borders, x, y, stroke="#9a9a9a", strokeDash=[3, 2])] if borders else []
    for align in ("left", "center", "right"):
        some = [word for word in words if word["align"] == align]
        layers += [texts(some, x, y, align=align, fontSize=10.5 if width == WIDE else 9)] if some else []
    layers.append(row_labels(names, limit))
    return svg(alt.layer(*layers).properties(width=width, height=ROW * len(names)), key)


def _joined(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Neighbouring cells of a row as one."""
    found: list[dict[str, Any]] = []
    for cell in cells:
        if found and found[-1]["y"] == cell["y"] and found[-1]["fill"] == cell["fill"] and abs(found[-1]["x2"] - cell["x"]) < 1e-9:
            found[-1] = {**found[-1], "x2": cell["x2"]}
        else:
            found.append(dict(cell))
    return found


@dataclass(frozen=True)
class Route:
    """A product on an assembly line with the cars it makes a year, and whether it is a guest's or launched in the plan."""

    plant: str
    line: str
    product: str
    cars: list[float]
    guest: bool
    launch: int | None

    @property
    def fill(self) -> str:
        """Its colour: a guest, a launch, or what goes on."""
        return GUEST if self.guest else LAUNCH if self.launch is not None else GOES_ON


def routes(figures: Figures) -> list[Route]:
    """Every product that is made on an assembly line, in the order of plants and lines."""
    launches = {(r["product"], r["line"]): figures.at(r["period"]) for r in figures.plan.launches.iter_rows(named=True)}
    order = {line: i for i, line in enumerate(figures.lines)}
    found = []
    for (product, line), cars in sorted(figures.makes.items(), key=lambda item: (order[item[0][1]], item[0][0])):
        row = figures.lines[line]
        if row.kind == "assembly" and max(cars) >= A_CAR:
            guest = figures.products[product].company not in (None, figures.case.owner)
            found.append(Route(row.plant, line, product, cars, guest, launches.get((product, line))))
    return found


def builds(figures: Figures) -> list[Picture]:
    """Who builds what and when, in as many drawings as pages need; a plant is not cut in two if it can be helped."""
    pages: list[list[Route]] = [[]]
    found = routes(figures)
    for plant in dict.fromkeys(route.plant for route in found):
        own = [route for route in found if route.plant == plant]
        if pages[-1] and len(pages[-1]) + len(own) > MOST_ROWS:
            pages.append([])
        pages[-1] += own
    return [_builds(figures, page, f"builds{n}", n) for n, page in enumerate(pages) if page]


def _builds(figures: Figures, page: list[Route], key: str, n: int) -> Picture:
    title = launches_sentence(figures) if n == 0 else f"Who builds what: {listed(dict.fromkeys(route.plant for route in page))}"
    kinds = {route.fill for route in page}
    marks = (Mark(GOES_ON, "built already"), Mark(LAUNCH, "launched in the plan"), Mark(GUEST, "a guest's car"))
    alt = "; ".join(_sentence(figures, route) for route in page)
    return Picture(
        key, title, f"{title} {alt}.", _gantt(figures, page, WIDE, f"{key}-w"), _gantt(figures, page, NARROW, f"{key}-n"),
        tuple(mark for mark in marks if mark.fill in kinds), "Figures: thousand cars a year.",
    )  # fmt: skip


def launches_sentence(figures: Figures) -> str:
    """The finding of the chart: what is launched where, and which models end."""
    found = routes(figures)
    new = [route for route in found if route.launch is not None and not route.guest]
    ends = sorted({route.product for route in found} - {route.product for route in found if route.cars[-1] >= A_CAR})
    if not new and not ends:
        return "Every model is built where it is built today."
    launched = f"{several(len(new), 'model')} {'is' if len(new) == 1 else 'are'}" if new else "No model is"
    parts = [f"{launched} launched on another line"]
    parts += [f"{listed(ends)} {'ends' if len(ends) == 1 else 'end'}"] if 0 < len(ends) <= 5 else []
    parts += [f"{len(ends)} models end"] if len(ends) > 5 else []
    return "; ".join(parts) + "."


def _sentence(figures: Figures, route: Route) -> str:
    on = [t for t in figures.periods if route.cars[t] >= A_CAR]
    names = figures.calendar.names
    return f"{route.product} on {route.line} from {names[on[0]]} to {names[on[-1]]}, at most {plain(max(route.cars) / 1e3)} thousand a year"


def _gantt(figures: Figures, page: list[Route], width: int, key: str) -> str:
    cells: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    unit = width / float(figures.calendar.ends[-1]) * 12
    for i, route in enumerate(page):
        for t in figures.periods:
            if route.cars[t] < A_CAR:
                continue
            place = span(figures.calendar, t)
            cells.append({**place, "y": i + 0.1, "y2": i + 0.9, "fill": route.fill})
            word = _thousands(place, i, route, t)
            words += [word] if _fits(word["text"], (place["x2"] - place["x"]) * unit) else []
        if route.launch is not None:
            words.append({"x": span(figures.calendar, route.launch)["x"], "y": i + 0.5, "text": "▶", "colour": INK, "align": "right"})
    names = [f"{route.product} · {route.line}" for route in page]
    return _strip(figures, names, cells, words, [], width, key)


def _thousands(place: Mapping[str, float], i: int, route: Route, t: int) -> dict[str, Any]:
    colour = INK if route.fill == GOES_ON else "#ffffff"
    number = route.cars[t] / 1e3
    text = f"{number:.0f}" if number >= 9.95 else f"{number:.1f}"
    return {"x": (place["x"] + place["x2"]) / 2, "y": i + 0.5, "text": text, "colour": colour, "align": "center"}
