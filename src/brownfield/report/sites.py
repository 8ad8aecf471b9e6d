"""What becomes of each plant and of its models, in sentences."""

from __future__ import annotations

import polars as pl

from brownfield.plan.reading import AT_START
from brownfield.report.cited import cited
from brownfield.report.figures import A_CAR, GONE, Deal, Figures, Spell, spells
from brownfield.report.numbers import listed, money, several

A_PART = 0.05
"""A plant has taken over a model when it makes more of it than before by this share of what was made."""

MANY = 6
"""More names than this are counted instead of listed."""


def site_sentences(figures: Figures) -> list[str]:
    """What closes, is sold, leased, mothballed or opened, where the models go, and what stays."""
    changed = {plant: text for plant in figures.plants if (text := _story(figures, plant))}
    gone = [plant for plant in figures.plants if figures.states[plant][-1] in GONE and figures.plants[plant].state != "closed"]
    first = [f"{len(gone)} of {several(_at_start(figures), 'plant')} close or are sold: {listed(gone)}."] if len(gone) > 1 else []
    return [*first, *changed.values(), *_quiet(figures, changed)]


def _at_start(figures: Figures) -> int:
    return sum(row.state in ("running", "idle") for row in figures.plants.values())


def _story(figures: Figures, plant: str) -> str:
    """One sentence on a plant whose state changes; empty text when it does not."""
    before = AT_START[figures.plants[plant].state]
    clauses = []
    for spell in spells(figures.states[plant]):
        if spell.what != before:
            clauses.append(_clause(figures, plant, before, spell))
        before = spell.what
    if not clauses:
        return _unused(figures, plant)
    models = moved(figures, plant)
    sales = (deal.offer for deal in figures.deals.values() if deal.offer.kind == "sale" and deal.offer.plant == plant)
    prices = [("offers", offer.offer, "price") for offer in sales]
    return cited(f"{plant} {', then '.join(clauses)}{'; ' + models if models else ''}.", *prices)


def _clause(figures: Figures, plant: str, before: str, spell: Spell) -> str:
    """What a change of state is called, and when it comes."""
    when = f"at the start of {figures.calendar.names[spell.first]}"
    deal = _site_deal(figures, plant, spell.first)
    if spell.what == "sold":
        price = f" for {money(deal.offer.price, deal.offer.currency or figures.currency)}" if deal and deal.offer.price else ""
        return f"is sold{f' to {deal.offer.company}' if deal else ''} {when}{price}"
    if spell.what == "leased":
        return f"is leased{f' to {deal.offer.company}' if deal else ''} {when}"
    if spell.what == "open":
        return {"potential": "opens", "idle": "reopens"}.get(before, "is run by its owner again") + f" {when}"
    return {"closed": "closes", "idle": "is mothballed"}.get(spell.what, f"becomes {spell.what}") + f" {when}"


def _site_deal(figures: Figures, plant: str, first: int) -> Deal | None:
    """The sale or lease of a whole plant that begins in a period."""
    deals = (d for d in figures.deals.values() if d.offer.kind in ("sale", "lease") and not d.line)
    return next((d for d in deals if d.offer.plant == plant and d.first == first), None)


def _unused(figures: Figures, plant: str) -> str:
    """An open plant that builds nothing for a time: kept, but a reader must not think it works."""
    idle = [t for t in figures.periods if figures.states[plant][t] == "open" and figures.output[plant][t] < A_CAR]
    if not idle or not figures.assembly(plant):
        return ""
    names = figures.calendar.names
    if len(idle) == len(figures.periods):
        return f"{plant} stays open but builds nothing."
    runs = [s for s in spells(["off" if t in idle else "on" for t in figures.periods]) if s.what == "off"]
    spans = [names[s.first] if s.end == s.first + 1 else f"{names[s.first]} to {names[s.end - 1]}" for s in runs]
    return f"{plant} stays open but builds nothing in {listed(spans)}."


def _quiet(figures: Figures, changed: dict[str, str]) -> list[str]:
    """The plants that simply go on."""
    same = [p for p in figures.plants if p not in changed and figures.states[p][0] == "open"]
    if not same:
        return []
    if len(same) == len(figures.plants):
        return ["Every plant stays open."] if len(same) > 1 else [f"{same[0]} stays open."]
    if len(same) == 1:
        return [f"{same[0]} stays open throughout."]
    return [f"{listed(same)} stay open throughout." if len(same) <= MANY else f"The other {len(same)} plants stay open throughout."]


def moved(figures: Figures, plant: str) -> str:
    """Where the models of a plant go when it stops for good: `its Note moves to Kyushu; its Cube ends`."""
    states = figures.states[plant]
    last = spells(["run" if state == "open" else "stopped" for state in states])[-1]
    if last.what == "run" or AT_START[figures.plants[plant].state] != "open":
        return ""
    stop = last.first
    owner = figures.case.owner
    groups: dict[str, list[str]] = {}
    for product in _models(figures, plant, stop):
        if figures.products[product].company in (None, owner):
            groups.setdefault(_fate(figures, plant, product, stop), []).append(product)
    parts = []
    for fate, products in groups.items():
        verb, _, rest = fate.partition(" ")
        one = {"move": "moves", "end": "ends", "stay": "stays"}[verb]
        parts.append(f"its {listed(products)} {one if len(products) == 1 else verb}{' ' + rest if rest else ''}")
    return ", ".join(parts)


def _models(figures: Figures, plant: str, stop: int) -> list[str]:
    """Models built at a plant before it stops; when it builds nothing, those it is tooled for."""
    made = sorted(k for k, cars in figures.built(plant).items() if stop > 0 and max(cars[:stop]) >= A_CAR)
    if made:
        return made
    lines = figures.assembly(plant)
    routes = figures.case.active("routes").filter(state="tooled").select("product", "line").iter_rows()
    return sorted({product for product, line in routes if line in lines})


def _markets(figures: Figures, plant: str, product: str, first: int, until: int) -> set[str]:
    """Markets that a plant sends a product to in some periods."""
    ships = figures.plan.ships.filter((pl.col("plant") == plant) & (pl.col("product") == product) & (pl.col("cars") >= A_CAR))
    return set(ships.filter(pl.col("period").is_in(list(figures.calendar.names[first:until])))["market"])


def _fate(figures: Figures, plant: str, product: str, stop: int) -> str:
    """`move to Kyushu`, `stay with Smyrna` (built there anyway) or `end`."""
    own = figures.built(plant).get(product, [0.0] * len(figures.periods))
    last = max((t for t in range(stop) if own[t] >= A_CAR), default=0)
    served = _markets(figures, plant, product, 0, stop)
    takers: list[str] = []
    others: list[str] = []
    for other in figures.plants:
        cars = figures.built(other).get(product)
        if other == plant or cars is None or max(cars[stop:]) < A_CAR:
            continue
        if served and not served & _markets(figures, other, product, stop, len(figures.periods)):
            continue
        gain = max(cars[last + 1 :] or cars) - (cars[last] if own[last] >= A_CAR else 0.0)
        (takers if gain > A_PART * own[last] else others).append(other)
    lasting = [other for other in takers if figures.built(other)[product][-1] >= A_CAR]
    takers = lasting or takers
    if takers:
        return f"move to {listed(takers)}"
    return f"stay with {listed(others)}" if others else "end"
