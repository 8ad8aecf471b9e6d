"""Charts of a deal: each party's gain over the price, who gains and who loses, and the map of volume and take-or-pay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from brownfield.report.drawing import FAINT, INK, NARROW, PLAIN, WIDE, Mark, Picture, altair, boxes, row_scale, svg, texts, values
from brownfield.report.numbers import MINUS, Scale, capital, money, plain, share, whole
from brownfield.study.deal import Deal
from brownfield.study.deal_parties import Gain
from brownfield.study.deal_prices import breaks

HOST, GUEST, ZONE, GAP = "#1f5a91", "#c8641e", "#dcefe6", "#f6dfdc"
OWN = ("NPV", "grants paid")
"""Measures that are a gain or a loss in themselves."""

DWARFS = 20.0
"""Money that moves is drawn beside gains up to this many times as large."""

GAIN, LOSS, MOVES = "#2f7d5b", "#a3312a", "#9a9a9a"


def price_chart(deal: Deal, worded: Callable[[Deal, float | None], str], key: str = "price") -> Picture | None:
    """What each side gains by the deal, over its price, with the zone of agreement shaded."""
    if deal.host.best is None or deal.alone.npv is None:
        return None
    owner, guest = deal.case.owner, deal.offer.company
    known = deal.guest is not None and deal.guest.best is not None
    title = f"What {owner}{f' and {guest} gain' if known else ' gains'} by the deal, over its price."
    marks = [Mark(HOST, owner, "line")]
    if known:
        marks += [
            Mark(GUEST, guest, "line"),
            Mark(ZONE if (deal.width or 0) >= 0 else GAP, "both gain" if (deal.width or 0) >= 0 else "neither gains"),
        ]
    needs = f"{owner} gains from {worded(deal, deal.host.best)} on"
    told = f"{title} {needs}" + (f"; {guest} gains up to {worded(deal, deal.guest.best)}." if known and deal.guest else ".")
    note = "Gains are NPVs at each side's own discount rate, against its best plan without the deal. Dashed: the offer as it stands."
    wide, narrow = _lines(deal, known, WIDE, f"{key}-w"), _lines(deal, known, NARROW, f"{key}-n")
    return Picture(key, title, told, wide, narrow, tuple(marks), note)


def _lines(deal: Deal, known: bool, width: int, key: str) -> str:
    alt = altair()
    places = _prices(deal)
    gains = [(colour, at, gain(at)) for colour, gain in _sides(deal, known) for at in places]
    unit = 1e3 if deal.lever == "fee_per_car" and max(map(abs, places)) >= 20_000 else 1.0
    scale = Scale.of([amount for _, _, amount in gains], deal.case.settings.base_currency)
    currency = deal.offer.currency or deal.case.settings.base_currency
    what = {
        "fee_per_car": f"{'thousand ' if unit > 1 else ''}{currency} a car",
        "fixed_fee": f"million {currency} a year",
        "price": f"million {currency}",
    }
    x = alt.X(
        "x:Q", title=what[deal.lever], axis=alt.Axis(format=PLAIN, tickCount=6, grid=False),
        scale=alt.Scale(domain=[places[0] / unit, places[-1] / unit], nice=False, zero=False),
    )  # fmt: skip
    y = alt.Y("y:Q", title=f"gain, {scale.unit}", axis=alt.Axis(format=PLAIN, tickCount=5, domain=False), scale=alt.Scale(nice=True))
    layers = []
    if known and deal.guest is not None:
        edges = sorted((float(deal.host.best or 0.0), float(deal.guest.best or 0.0)))
        fill = ZONE if (deal.width or 0.0) >= 0 else GAP
        zone = alt.Chart(values([{"x": edges[0] / unit, "x2": edges[1] / unit}])).mark_rect(color=fill)
        layers.append(zone.encode(x=x, x2="x2:Q"))
    layers.append(alt.Chart(values([{"y": 0}])).mark_rule(color=INK).encode(y=y))
    asked = float(getattr(deal.offer, deal.lever))
    layers.append(alt.Chart(values([{"x": asked / unit}])).mark_rule(color=FAINT, strokeDash=[5, 4], strokeWidth=1.5).encode(x=x))
    for colour in dict.fromkeys(colour for colour, _, _ in gains):
        rows = [{"x": at / unit, "y": amount / scale.divisor} for other, at, amount in gains if other == colour]
        layers.append(alt.Chart(values(rows)).mark_line(color=colour, strokeWidth=2.5, clip=True).encode(x=x, y=y))
    if deal.split and deal.price is not None:
        rows = [{"x": deal.price / unit, "y": gain(deal.price) / scale.divisor} for _, gain in _sides(deal, known)]
        layers.append(alt.Chart(values(rows)).mark_point(color=INK, filled=True, size=55, opacity=1).encode(x=x, y=y))
    return svg(alt.layer(*layers).properties(width=width, height=240), key)


def _prices(deal: Deal) -> list[float]:
    """Prices at which the lines of a chart have their corners: its ends, and where the owner turns to another contract.

    The ends are prices that plans were looked for at: beyond them the lines would only say what is gained at least.
    """
    asked = float(getattr(deal.offer, deal.lever))
    inside = [asked, float(deal.host.best or 0.0), *([deal.guest.best] if deal.guest is not None and deal.guest.best is not None else [])]
    pad = 0.0 if max(inside) > min(inside) else 0.15 * (abs(max(inside)) or 1.0)
    low, high = min(inside) - pad, max(inside) + pad
    hair = 1e-6 * (high - low)
    corners = [price + side for price in breaks(deal.found) if low < price < high for side in (-hair, hair)]
    return sorted([low, *inside, *corners, high])


def _sides(deal: Deal, known: bool) -> list[tuple[str, Callable[[float], float]]]:
    sides: list[tuple[str, Callable[[float], float]]] = [(HOST, deal.host_gain)]
    if known:
        sides.append((GUEST, lambda price: float(deal.guest_gain(price) or 0.0)))
    return sides


def gains_chart(deal: Deal) -> Picture | None:
    """Who gains and who loses, in money: NPVs as gains or losses, pay and purchases as what moves."""
    every = [gain for gain in deal.gains if gain.unit == "million" and abs(gain.change) > 1e-9]
    most = max((abs(gain.change) for gain in every if gain.measure in OWN), default=0.0)
    shown = [gain for gain in every if gain.measure in OWN or abs(gain.change) <= DWARFS * most]
    if not shown:
        return None
    left = len(every) - len(shown)
    base = deal.case.settings.base_currency
    people = next((gain.change for gain in deal.gains if gain.measure == "years of work"), 0.0)
    best = max((gain for gain in shown if gain.measure == "NPV"), key=lambda gain: abs(gain.change), default=shown[0])
    verb = "gains" if best.change >= 0 else "loses"
    work = (
        f"; {whole(abs(people))} more years of work"
        if people > 0.5
        else f"; {whole(abs(people))} fewer years of work"
        if people < -0.5
        else ""
    )
    title = f"{capital(best.party)} {verb} {money(abs(best.change), base)}{work}."
    told = "; ".join(f"{gain.party}, {gain.measure}: {money(gain.change, base)}" for gain in shown)
    marks = (Mark(GAIN, "gains"), Mark(LOSS, "loses"), Mark(MOVES, "money that moves, no gain in itself"))
    note = "Discounted to the start of the plan; against the best plan without the deal."
    note += " Purchases and pay that would dwarf the gains stand in the table only." if left else ""
    wide, narrow = _bars(shown, base, WIDE - 180, "gains-w"), _bars(shown, base, NARROW, "gains-n")
    return Picture("gains", title, f"{title} {told}.", wide, narrow, marks, note)


def _bars(shown: Sequence[Gain], base: str, width: int, key: str) -> str:
    alt = altair()
    narrow = width < WIDE / 2
    bars: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    for i, gain in enumerate(shown):
        fill = MOVES if gain.measure not in OWN else GAIN if gain.change >= 0 else LOSS
        top = 0.5 if narrow else 0.16
        bars.append({"x": 0.0, "x2": gain.change, "y": i + top, "y2": i + 0.86 + 0.06 * narrow, "fill": fill})
        words.append({"x": max(gain.change, 0.0), "y": i + (top + 0.9) / 2, "text": money(gain.change, base), "colour": INK})
        labels.append({"y": i + (0.28 if narrow else 0.5), "text": f"{capital(gain.party)}: {gain.measure}", "colour": INK})
    ends = [0.0, *(bar["x2"] for bar in bars)]
    room = (max(ends) - min(ends)) * (0.42 if narrow else 0.18)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[min(ends), max(ends) + room], nice=False))
    y = row_scale(len(shown))
    side = {"align": "left", "dx": 3} if narrow else {"align": "right", "dx": -8}
    names = alt.Chart(values(labels)).mark_text(baseline="middle", fontSize=11, limit=230, **side)
    drawn = [boxes(bars, x, y), texts(words, x, y, align="left", dx=5), names.encode(x=alt.value(0), y=y, text="text:N")]
    zero = alt.Chart(values([{"x": 0}])).mark_rule(color=FAINT).encode(x=x)
    return svg(alt.layer(*drawn, zero).properties(width=width, height=(38 if narrow else 27) * len(shown)), key)


def map_chart(deal: Deal) -> Picture | None:
    """By how much the zone is open, for each volume and take-or-pay share; where the guest's side is not known, what the owner needs."""
    mapped = deal.map
    if mapped is None or not mapped.volumes:
        return None
    known = deal.guest is not None
    open_ones = sum((cell.width or -1.0) >= 0 for cell in mapped.cells[0]) if known else 0
    what = "the room between both reservation fees" if known else f"the least fee for {deal.case.owner}"
    counted = (
        _opens(open_ones, len(mapped.volumes))
        if known
        else ""
    )
    title = capital(f"{counted}{what}, by volume and take-or-pay.")
    marks = (Mark(ZONE, "both can gain"), Mark(GAP, "the fee that is missing")) if known else ()
    rows = [
        f"{share(taken)}, {whole(cell.volume)} cars: {_cell(cell, known, 1.0)}"
        for taken, line in zip(mapped.shares, mapped.cells, strict=True)
        for cell in line
    ]
    note = "Across: cars agreed a year. Down: take-or-pay, the share paid for in any case. In each cell: fee per car."
    return Picture(
        "map",
        title,
        f"{title} {'; '.join(rows)}.",
        _grid(deal, known, WIDE - 110, "map-w"),
        _grid(deal, known, NARROW - 40, "map-n"),
        marks,
        note,
    )


def _cell(cell: Any, known: bool, unit: float) -> str:
    amount = cell.width if known else None if cell.host is None else cell.host.best
    if amount is None:
        return "?"
    text = plain(abs(amount) / unit)
    return (("+" if amount >= 0 else MINUS) if known else "") + text


def _grid(deal: Deal, known: bool, width: int, key: str) -> str:
    alt = altair()
    mapped = deal.map
    assert mapped is not None
    amounts = [
        abs(cell.width or 0.0) if known else abs(cell.host.best or 0.0) if cell.host else 0.0 for line in mapped.cells for cell in line
    ]
    unit = 1e3 if max(amounts, default=0.0) >= 20_000 else 1.0
    cells: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    for s, line in enumerate(mapped.cells):
        for v, cell in enumerate(line):
            fill = "#eef2f6" if not known or cell.width is None else ZONE if cell.width >= 0 else GAP
            cells.append({"x": v, "x2": v + 1, "y": s, "y2": s + 1, "fill": fill})
            words.append({"x": v + 0.5, "y": s + 0.5, "text": _cell(cell, known, unit) + ("k" if unit > 1 else ""), "colour": INK})
    count = len(mapped.volumes)
    x = alt.X(
        "x:Q", title=None, scale=alt.Scale(domain=[0, count], nice=False),
        axis=_middles([whole(v) for v in mapped.volumes], orient="top"),
    )  # fmt: skip
    rows = len(mapped.shares)
    y = alt.Y(
        "y:Q", title=None, scale=alt.Scale(domain=[rows, 0], nice=False, zero=False),
        axis=_middles([share(s) for s in mapped.shares]),
    )  # fmt: skip
    layers = [boxes(cells, x, y, strokeWidth=2), texts(words, x, y, align="center")]
    return svg(alt.layer(*layers).properties(width=width, height=30 * rows), key)


def _opens(count: int, of: int) -> str:
    """How many volumes leave room for a deal."""
    if not count:
        return f"None of {of} volumes leaves room for a deal: "
    return f"{'One' if count == 1 else count} of {of} volumes {'leaves' if count == 1 else 'leave'} room for a deal: "


def _middles(names: Sequence[str], **style: Any) -> Any:
    """An axis with words at the middles of cells."""
    words = f"[{','.join(repr(name) for name in names)}][round(datum.value-0.5)]"
    places = [i + 0.5 for i in range(len(names))]
    return altair().Axis(values=places, labelExpr=words, grid=False, domain=False, ticks=False, **style)
