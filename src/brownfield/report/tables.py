"""The tables of the report: cells as text, each with its unit in the head."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from brownfield.case.scope import MEASURED, SENSES
from brownfield.case.tables import Policy, Supplier, TermOffer
from brownfield.plan.measures import held, measured, missed
from brownfield.plan.reading import Reading
from brownfield.report.charts_sites import routes
from brownfield.report.cited import cited
from brownfield.report.drawing import blocks
from brownfield.report.figures import A_CAR, LEAVING, Figures
from brownfield.report.numbers import DASH, Scale, capital, date, listed, money, plain, price, share, whole
from brownfield.report.offers import span, title, volume

DENSE_FROM = 11
"""Columns from which a table is set in small print."""

MANY_PERIODS = 18
"""With more periods than this, the periods of a year stand in one column."""


@dataclass(frozen=True)
class Row:
    """One row: its cells as text; a sum or another line that matters is strong."""

    cells: tuple[str, ...]
    strong: bool = False


@dataclass(frozen=True)
class Sheet:
    """A table: caption, head, rows, how many of the first columns are words, whether it is printed on a page turned sideways."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    words: int = 1
    note: str = ""
    sideways: bool = False

    @property
    def dense(self) -> bool:
        """Whether it has so many columns that it is set in small print."""
        return len(self.head) >= DENSE_FROM


def columns(figures: Figures) -> list[tuple[str, list[int]]]:
    """Columns of time: the periods, or the years of the plan when there are very many periods."""
    names = figures.calendar.names
    if len(names) <= MANY_PERIODS:
        return [(name, [t]) for t, name in enumerate(names)]
    starts, heads = list(blocks(figures.calendar)), list(blocks(figures.calendar).values())
    of = [max(i for i, start in enumerate(starts) if start <= round(float(month))) for month in figures.calendar.starts]
    return [(head, [t for t in figures.periods if of[t] == i]) for i, head in enumerate(heads)]


def glance(figures: Figures) -> Sheet:
    """Every plant in one row: what it is at the start and at the end, how full, and its people."""
    rows = []
    first, last = 0, len(figures.calendar) - 1
    for plant, row in figures.plants.items():
        states = figures.states[plant]
        full = [figures.utilisation(plant, t) for t in (first, last)]
        heads = [figures.start_heads[plant], figures.heads[plant][last]] if plant in figures.heads else [None, None]
        cells = [plant, row.country, row.state, states[last], *[_thousand(figures.output[plant][t]) for t in (first, last)]]
        cells += [share(value) if value is not None else DASH for value in full]
        ends = [whole(value) if value is not None else DASH for value in heads]
        rows.append(Row((*cells, cited(ends[0], ("people", plant, "headcount")), ends[1])))
    start, end = figures.calendar.names[0], figures.calendar.names[last]
    head = ("plant", "country", "at the start", f"in {end}", f"cars {start}, thousand a year", f"cars {end}, thousand a year")
    return Sheet("Plants at a glance", (*head, f"in use {start}", f"in use {end}", "people at the start", f"people {end}"), tuple(rows), 4)


def _thousand(cars: float) -> str:
    return f"{cars / 1e3:,.1f}" if cars >= A_CAR else DASH


def output(figures: Figures) -> Sheet:
    """Cars a year by plant, product and line."""
    rows = []
    spans = columns(figures)
    for route in routes(figures):
        cars = [_mean(figures, route.cars, ts) for _, ts in spans]
        rows.append(Row((route.product, route.line, *[_thousand(value) for value in cars])))
    return Sheet("Thousand cars a year", ("product", "line", *[name for name, _ in spans]), tuple(rows), 2)


def _mean(figures: Figures, rates: Sequence[float], ts: list[int]) -> float:
    years = [figures.calendar.periods[t].years for t in ts]
    return sum(rates[t] * y for t, y in zip(ts, years, strict=True)) / sum(years)


def launches(figures: Figures) -> Sheet | None:
    """What is launched where and when, and at what cost."""
    currency = {(r["product"], r["line"]): r for r in figures.case.active("routes").iter_rows(named=True)}
    rows = []
    for row in figures.plan.launches.sort("period", "line", "product").iter_rows(named=True):
        route = currency[row["product"], row["line"]]
        place = f"{row['product']}|{row['line']}"
        cost = cited(money(route["launch_cost"], route["currency"] or figures.currency), ("routes", place, "launch_cost"))
        rows.append(Row((row["product"], row["line"], row["period"], cost)))
    return Sheet("Launches", ("product", "line", "first cars", "launch cost"), tuple(rows), 3) if rows else None


def headcount(figures: Figures) -> Sheet:
    """People by plant and period."""
    spans = columns(figures)
    rows = [
        Row((plant, cited(whole(figures.start_heads[plant]), ("people", plant, "headcount")), *[whole(heads[ts[-1]]) for _, ts in spans]))
        for plant, heads in figures.heads.items()
    ]
    total = [sum(heads[ts[-1]] for heads in figures.heads.values()) for _, ts in spans]
    rows.append(Row(("all plants", whole(sum(figures.start_heads.values())), *map(whole, total)), strong=True))
    return Sheet("People by plant", ("plant", "start", *[name for name, _ in spans]), tuple(rows))


FLOW_WORDS = {
    "hires": "hired",
    "attrition": "leave by attrition",
    "voluntary": "take the voluntary scheme",
    "redundant": "made redundant",
    "moved": "go over to a buyer or tenant",
    "transfers": "move to another plant",
}


def comings(figures: Figures) -> Sheet:
    """How people come and go in each period."""
    spans = columns(figures)
    rows = []
    for kind in ("hires", *LEAVING, "transfers"):
        flow = figures.flows[kind]
        if sum(flow) >= 0.5:
            rows.append(Row((FLOW_WORDS[kind], *[_count(sum(flow[t] for t in ts)) for _, ts in spans], whole(sum(flow)))))
    return Sheet("How people come and go (people in the period)", ("", *[name for name, _ in spans], "in all"), tuple(rows))


def _count(heads: float) -> str:
    return whole(heads) if heads >= 0.5 else DASH


def books(figures: Figures) -> Sheet:
    """The ledger: every item by period, and what it is worth today."""
    spans = columns(figures)
    scale = Scale.of([*figures.item_worth.values(), figures.ledger.npv], figures.currency)
    rows = [Row((item, *_sums(scale, amounts, spans), scale.cell(figures.item_worth[item]))) for item, amounts in figures.items.items()]
    flow = [sum(amounts[t] for item, amounts in figures.items.items() if item != "terminal value") for t in figures.periods]
    rows.append(Row(("all but the terminal value", *_sums(scale, flow, spans), DASH), strong=True))
    rows.append(Row(("worth of the plan (NPV)", *[""] * len(spans), scale.cell(figures.ledger.npv)), strong=True))
    note = "In the period in which it falls, not discounted; the last column is discounted to the start. The terminal value is discounted."
    head = ("item", *[name for name, _ in spans], "worth today")
    return Sheet(f"The books, in {scale.unit}", head, tuple(rows), note=note, sideways=len(spans) > 8)


def _sums(scale: Scale, amounts: Sequence[float], spans: Iterable[tuple[str, list[int]]]) -> list[str]:
    sums = [sum(amounts[t] for t in ts) for _, ts in spans]
    return [scale.cell(value if value else None) for value in sums]


def book_details(figures: Figures) -> list[Sheet]:
    """Each ledger item that is posted to more than one plant, offer or supplier, split among them."""
    found = []
    spans = columns(figures)
    for item, worth in figures.item_worth.items():
        parts = figures.item_parts(item)
        if len(parts) < 2:
            continue
        scale = Scale.of([sum(amounts) for amounts, _ in parts.values()], figures.currency)
        rows = [Row((name, *_sums(scale, amounts, spans), scale.cell(today))) for name, (amounts, today) in parts.items()]
        rows.append(Row(("in all", *_sums(scale, figures.items[item], spans), scale.cell(worth)), strong=True))
        found.append(Sheet(f"{item}, in {scale.unit}", ("", *[name for name, _ in spans], "worth today"), tuple(rows)))
    return found


def cash(figures: Figures) -> Sheet | None:
    """Cash by period: what comes in, what is drawn, what is left."""
    frame = figures.ledger.cash
    if frame.is_empty():
        return None
    scale = Scale.of(frame["cash"].to_list(), figures.currency)
    rows = [
        Row((str(r["period"]), *[scale.cell(r[c]) for c in ("flow", "revolver", "cash", "floor")])) for r in frame.iter_rows(named=True)
    ]
    head = ("period", "flow", "drawn of the credit line", "cash at the end", "floor")
    return Sheet(f"Cash, in {scale.unit}", head, tuple(rows))


def terms(figures: Figures) -> Sheet | None:
    """What was asked of each supplier group, and what the plan uses."""
    groups = {row.supplier: row for row in figures.case.rows(Supplier)}
    used: dict[str, list[str]] = {}
    for row in figures.plan.terms.iter_rows(named=True):
        used.setdefault(row["term"], []).append(row["period"])
    rows = []
    for term in figures.case.rows(TermOffer):
        group, periods = groups[term.supplier], used.get(term.term, [])
        when = DASH if not periods else periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"
        of_group = {column: ("suppliers", term.supplier, column) for column in ("days_now", "legal_cap", "capital_rate")}
        of_term = {column: ("term_offers", term.term, column) for column in ("agreed", "extra_days", "price")}
        cap = cited(f"{group.legal_cap:g}", of_group["legal_cap"]) if group.legal_cap is not None else "no limit"
        asked = cited(f"{group.days_now + term.extra_days:g}", of_term["extra_days"])
        cells = (term.supplier, cited(term.agreed, of_term["agreed"]), when, cited(f"{group.days_now:g}", of_group["days_now"]), asked, cap)
        rates = (cited(share(term.price), of_term["price"]), cited(share(group.capital_rate), of_group["capital_rate"]))
        rows.append(Row((*cells, *rates)))
    head = ("suppliers", "answer", "used", "days now", "days asked", "legal cap, days", "interest paid", "waiting costs them")
    return Sheet("Payment terms", head, tuple(rows), 3) if rows else None


def policies(figures: Figures) -> Sheet | None:
    """What each policy asks for, and what the plan comes to where it is tightest."""
    reading = Reading(figures.case, figures.plan)
    rows = []
    for policy in figures.case.rows(Policy):
        values, at = measured(reading, policy, figures.ledger.cash), held(reading, policy)
        asks = f"{MEASURED[policy.measure]}{f' ({policy.scope})' if policy.scope else ''}: {SENSES[policy.sense]} {_size(policy.value)}"
        asks = cited(asks, ("policies", policy.policy, "value"))
        when = policy.period or ("by the end" if policy.measure in ("closures", "accepted") else "always")
        when = cited(when, ("policies", policy.policy, "period"))
        rows.append(Row((policy.policy, asks, when, *_result(figures, policy, [float(values[t]) for t in at], at))))
    return Sheet("Policies", ("policy", "asks for", "when", "kind", "the plan", "kept"), tuple(rows), 6) if rows else None


def _result(figures: Figures, policy: Policy, values: list[float], at: list[int]) -> tuple[str, str, str]:
    kind = (
        "must hold" if policy.kind == "hard" else f"{price(policy.price * 1e6, policy.currency or figures.currency)} for each unit missed"
    )
    if not values:
        return kind, DASH, "no period of the plan"
    worst = max(range(len(values)), key=lambda i: (missed(policy, values[i]), values[i] if policy.sense == "<=" else -values[i]))
    by_how_much = missed(policy, values[worst])
    off = by_how_much > 1e-4 + 1e-6 * abs(policy.value)
    where = f"{_size(values[worst])} in {figures.calendar.names[at[worst]]}"
    return kind, where, f"missed by {_size(by_how_much)}" if off else "yes"


def _size(value: float) -> str:
    return whole(value) if abs(value) >= 100 else plain(value, 4)


TERM_COLUMNS = {
    "fee per car": ("fee_per_car",),
    "fee, rent or grant a year": ("fixed_fee",),
    "paid at the start": ("price",),
    "cars a year that can be agreed": ("volume_min", "volume_max"),
    "share of them that is expected to be taken": ("expected_take",),
    "share of them paid for in any case": ("take_or_pay",),
    "can start": ("earliest_start", "latest_start"),
    "runs": ("length_months",),
    "launch paid by the owner": ("launch_share",),
    "fee for ending it early": ("exit_fee",),
    "people taken over": ("people_taken",),
    "people who must stay": ("people_min",),
}
"""Line of the terms of an offer -> the columns it comes straight from."""


def offers(figures: Figures) -> list[tuple[str, bool, Sheet, Sheet | None]]:
    """Each offer: its title, whether it is taken up, its terms, and what it brings by the books."""
    found = []
    for name, offer in figures.offers.items():
        taken = name in figures.deals
        words = title(figures, offer)
        found.append((capital(words), taken, _terms_of(figures, name), _brings(figures, name) if taken else None))
    return found


def _terms_of(figures: Figures, name: str) -> Sheet:
    offer = figures.offers[name]
    currency = offer.currency or figures.currency
    deal = figures.deals.get(name)
    window = [(day, word) for day, word in ((offer.earliest_start, "from"), (offer.latest_start, "to")) if day]
    start = " ".join(f"{word} {date(day)}" for day, word in window)
    pairs = [
        ("kind", offer.kind),
        ("plant", offer.plant or ""),
        ("lines", listed(offer.lines, "or")),
        ("product", offer.product or ""),
        ("fee per car", price(offer.fee_per_car, currency) if offer.fee_per_car else ""),
        ("fee, rent or grant a year", money(offer.fixed_fee, currency) if offer.fixed_fee else ""),
        ("paid at the start", money(offer.price, currency) if offer.price else ""),
        ("cars a year that can be agreed", f"{whole(offer.volume_min)} to {whole(offer.volume_max)}" if offer.kind == "host" else ""),
        ("share of them that is expected to be taken", share(offer.expected_take) if offer.kind == "host" else ""),
        ("share of them paid for in any case", share(offer.take_or_pay) if offer.kind == "host" else ""),
        ("can start", start or "any time"),
        (
            "runs",
            ""
            if offer.kind == "sale"
            else f"{offer.length_months:g} months"
            if offer.length_months is not None
            else "to the end of the plan",
        ),
        ("launch paid by the owner", share(offer.launch_share) if offer.kind == "host" else ""),
        (
            "fee for ending it early",
            "" if offer.kind == "sale" else money(offer.exit_fee, currency) if offer.exit_fee is not None else "cannot be ended early",
        ),
        (
            "people taken over",
            "" if offer.kind in ("host", "grant") else whole(offer.people_taken) if offer.people_taken is not None else "all who are there",
        ),
        ("people who must stay", whole(offer.people_min) if offer.people_min else ""),
        ("in this plan", f"taken up {span(figures, deal)}" if deal else "not taken up"),
        ("most cars a year in this plan", whole(volume(figures, deal)) if deal and offer.kind == "host" else ""),
    ]
    rows = (Row((what, cited(said, *[("offers", name, column) for column in TERM_COLUMNS.get(what, ())]))) for what, said in pairs if said)
    return Sheet("Terms", ("", ""), tuple(rows), 2)


def _brings(figures: Figures, name: str) -> Sheet:
    """What the books tie to an offer, discounted."""
    worth = figures.offer_worth(name)
    rows = [Row((item, money(amount, figures.currency))) for item, amount in worth.items()]
    rows.append(Row(("in all", money(sum(worth.values()), figures.currency)), strong=True))
    note = "Only what is paid for the offer itself. What the owner would do without it is another plan: compare the two."
    return Sheet("What it brings by the books, worth today", ("item", "amount"), tuple(rows), note=note)
