"""A deal in words, figures and tables: what each side needs, whether they can meet, who gains and who loses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from brownfield.report.charts_deal import gains_chart, map_chart, price_chart
from brownfield.report.numbers import DASH, MINUS, Scale, capital, listed, money, plain, price, several, share, sign_of, whole
from brownfield.report.pages import Fact, Page, Part
from brownfield.report.tables import Row, Sheet
from brownfield.report.values import case_dict
from brownfield.study.deal import Deal
from brownfield.study.deal_coalitions import Coalitions
from brownfield.study.deal_prices import Price

UNITS = {"fee_per_car": " a car", "fixed_fee": " a year", "price": ""}
PRICES = {"fee_per_car": "fee per car", "fixed_fee": "yearly payment", "price": "price"}
BADGES = {
    "open": ("There is room for a deal", "proved"),
    "likely open": ("Probably room for a deal: the gaps leave it open", "feasible"),
    "likely empty": ("Probably no room for a deal: the gaps leave it open", "feasible"),
    "empty": ("No price at which both sides gain", "infeasible"),
    "unknown": ("Only one side is known", "feasible"),
}


def at_price(deal: Deal, value: float | None) -> str:
    """A price of the deal in its unit: `¥348,000 a car`."""
    if value is None:
        return "not known"
    currency = deal.offer.currency or deal.case.settings.base_currency
    if deal.lever != "fee_per_car":
        return money(value, currency) + UNITS[deal.lever]
    return f"{MINUS if value < 0 else ''}{sign_of(currency)}{plain(abs(value), 4)}{UNITS[deal.lever]}"


def lead(deal: Deal) -> str:
    """The answer in a sentence."""
    owner, guest = deal.case.owner, deal.offer.company
    if not deal.found or deal.host.best is None:
        return capital(deal.notes[0]) if deal.notes else f"No price was found at which {owner} gains."
    needs = at_price(deal, deal.host.best)
    if deal.guest is None or deal.guest.best is None:
        asked = float(getattr(deal.offer, deal.lever))
        return f"{owner} gains from {needs} on; the offer is {at_price(deal, asked)}."
    limit = at_price(deal, deal.guest.best)
    width = float(deal.width or 0.0)
    if width >= 0:
        struck = (
            f" An {'even split' if deal.weight == 0.5 else f'split with {share(deal.weight)} for {owner}'} is {at_price(deal, deal.price)}."
        )
        return f"{owner} gains from {needs} on, {guest} up to {limit}.{struck}"
    return f"{owner} needs {needs}, {guest} can pay no more than {limit}: {at_price(deal, -width)} is missing."


def sentences(deal: Deal) -> list[str]:
    """What is proved, how the sides differ, and what each gains."""
    told = list(deal.notes)
    if deal.host.best is not None:
        told.append(proved(deal, deal.case.owner, deal.host, "gain"))
    if deal.guest is not None and deal.guest.best is not None:
        told.append(proved(deal, deal.offer.company, deal.guest, "pay"))
    if deal.split and deal.price is not None:
        told.append(_split(deal, deal.price))
    return [*told, *_rates(deal)]


def proved(deal: Deal, who: str, found: Price, what: str) -> str:
    """A reservation price with its interval, in a sentence."""
    if found.exact:
        return f"The price at which {who} gains nothing is {at_price(deal, found.best)}, exactly: every solve was proved to the end."
    low = f"not below {at_price(deal, found.low)}" if found.low is not None else "with nothing proved from below"
    high = f"not above {at_price(deal, found.high)}" if found.high is not None else "with nothing proved from above"
    side = "with the best plans found" if what == "gain" else "with the contract that the owner would choose"
    zero = f"The price at which {who} gains nothing is {at_price(deal, found.best)} {side}"
    return f"{zero}; within the gap of the solves it lies {low} and {high}."


def _split(deal: Deal, struck: float) -> str:
    base = deal.case.settings.base_currency
    mine, theirs = money(deal.host_gain(struck), base), money(float(deal.guest_gain(struck) or 0.0), base)
    return f"At {at_price(deal, struck)} {deal.case.owner} gains {mine} and {deal.offer.company} {theirs}, each at its own discount rate."


def _rates(deal: Deal) -> list[str]:
    """That a payment is not worth the same to both, when their discount rates differ."""
    if deal.side is None or not deal.found or abs(deal.host_rate - deal.guest_rate) < 1e-12:
        return []
    one = deal.at(float(deal.price or 0.0))
    if one.per_guest <= 0:
        return []
    rate = plain(one.per_host / one.per_guest)
    owner, guest = deal.case.owner, deal.offer.company
    patient, when = (owner, "later rather than at signing") if deal.host_rate < deal.guest_rate else (guest, "at signing rather than later")
    return [
        f"{owner} discounts at {share(deal.host_rate)} a year, {guest} at {share(deal.guest_rate)}, so that a fee is not worth the same to "
        f"both: of each {deal.case.settings.base_currency} that it costs {guest} today, {owner} has {rate}.",
        f"{patient} is the more patient side: payments {when} make both better off.",
    ]


def grant_sentences(deal: Deal) -> list[str]:
    """What would open an empty zone."""
    base = deal.case.settings.base_currency
    told = []
    for grant in deal.grants:
        told.append(
            f"{money(grant.amount, base, 'up')} to {grant.to}, paid once at the start of the contract "
            f"(or {money(grant.a_year, base, 'up')} a year while it runs), would make both agree at {at_price(deal, grant.price)}; "
            f"worth {money(grant.cost, base, 'up')} today to who pays it."
        )
    years = next((gain.change for gain in deal.gains if gain.measure == "years of work"), 0.0)
    if deal.grants and years > 0.5:
        cost = price(deal.grants[0].cost * 1e6 / years, base)
        told.append(f"The deal keeps {whole(years)} years of work that would otherwise end: {cost} of public money for each.")
    return told


def facts(deal: Deal) -> tuple[Fact, ...]:
    """The few figures at the top."""
    asked = float(getattr(deal.offer, deal.lever))
    found = [Fact(f"least {PRICES[deal.lever]} for {deal.case.owner}", at_price(deal, deal.host.best), _interval(deal, deal.host))]
    if deal.guest is not None:
        found.append(
            Fact(f"most {PRICES[deal.lever]} for {deal.offer.company}", at_price(deal, deal.guest.best), _interval(deal, deal.guest))
        )
    if deal.split:
        found.append(Fact("where they would meet", at_price(deal, deal.price), f"weight of the host {plain(deal.weight)}"))
    found.append(Fact("the offer as it stands", at_price(deal, asked), deal.offer.offer))
    return tuple(found)


def _interval(deal: Deal, found: Price) -> str:
    if found.best is None:
        return ""
    if found.exact:
        return "exact"
    low = at_price(deal, found.low) if found.low is not None else "open"
    high = at_price(deal, found.high) if found.high is not None else "open"
    return f"proved: {low} to {high}"


def gains_sheet(deal: Deal) -> Sheet:
    """Everybody's change, a row for each measure."""
    base = deal.case.settings.base_currency
    scale = Scale.of([amount for gain in deal.gains if gain.unit == "million" for amount in (gain.without, gain.with_it)], base)
    rows = []
    for gain in deal.gains:
        cells = [gain.without, gain.with_it, gain.change]
        small = gain.unit == "million" and scale.divisor > 1 and 0 < abs(gain.change) / scale.divisor < 0.1
        text = [scale.cell(cell) if gain.unit == "million" else whole(cell) for cell in cells]
        if small:
            text[2] = money(gain.change, base)
        unit = scale.unit if gain.unit == "million" else gain.unit
        rows.append(Row((capital(gain.party), f"{gain.measure}, {unit}", *text), strong=gain.measure == "NPV"))
    note = (
        "NPVs are gains, at each party's own discount rate. Pay, purchases and people are what moves: how much of it is a gain "
        "the case does not say."
    )
    return Sheet("Who gains and who loses", ("party", "of what", "without the deal", "with it", "change"), tuple(rows), 2, note)


def map_sheet(deal: Deal) -> Sheet | None:
    """Both reservation prices for each volume and take-or-pay share."""
    if deal.map is None:
        return None
    rows = []
    for taken, line in zip(deal.map.shares, deal.map.cells, strict=True):
        for cell in line:
            who = [at_price(deal, found.best) if found is not None else DASH for found in (cell.host, cell.guest)]
            span = [_interval(deal, found) if found is not None else DASH for found in (cell.host,)]
            width = at_price(deal, cell.width) if cell.width is not None else DASH
            rows.append(Row((share(taken), whole(cell.volume), *who, width, *span), strong=taken == deal.offer.take_or_pay))
    head = (
        "take-or-pay",
        "cars agreed a year",
        f"{deal.case.owner} needs",
        f"{deal.offer.company} can pay",
        "room",
        f"{deal.case.owner}'s interval",
    )
    note = (
        "Only the volume needs solves. What passes is fee × paid share × volume, and the paid share is the larger of expected take and "
        "take-or-pay: both reservation fees move by the same factor, so that take-or-pay changes the fee and not the money, as long as "
        "the guest takes what is expected."
    )
    return Sheet("Reservation prices by volume and take-or-pay", head, tuple(rows), 1, note)


def together_sheet(found: Coalitions, base: str) -> Sheet:
    """The worth of every coalition, and each player's share."""
    amounts = [value for value in found.worth.values() if value is not None]
    scale = Scale.of(amounts, base)
    rows = []
    for members in sorted(found.worth, key=lambda some: (len(some), sorted(some))):
        value, bound = found.worth[members], found.bound[members]
        proof = scale.cell(bound) if bound is not None else "open"
        rows.append(Row((listed(sorted(members)), scale.cell(value), proof), strong=members == found.everybody))
    head = ("coalition", f"worth, {scale.unit}", "no more than")
    return Sheet("What each could do alone, and all together", head, tuple(rows), 1)


def together_sentences(found: Coalitions, base: str) -> list[str]:
    """What the players could gain together, and how it would be shared."""
    told = []
    if found.surplus is not None:
        told.append(
            f"As one company, free of the offer's terms, {listed([found.owner, *found.guests])} would be worth "
            f"{money(found.surplus, base)} more than each by itself: no contract between them can bring more, at the owner's discount rate."
        )
    for player, value in found.shapley.items():
        alone = found.worth[frozenset((player,))] or 0.0
        told.append(
            f"{player}'s share by what it adds on average (Shapley) is {money(value, base)}, {money(value - alone, base)} more than alone."
        )
    if len(found.guests) > 1:
        told += [
            f"{guest} adds {money(adds, base)} to all the others." for guest in found.guests if (adds := found.adds(guest)) is not None
        ]
    return told


def rivals_sheet(deals: Sequence[Deal]) -> Sheet:
    """Several offers side by side, each with the others there to be taken up as they stand."""
    rows = []
    for deal in deals:
        asked = at_price(deal, float(getattr(deal.offer, deal.lever)))
        limit = at_price(deal, deal.guest.best) if deal.guest is not None else "not known"
        room = at_price(deal, deal.width) if deal.width is not None else DASH
        rows.append(Row((deal.offer.offer, BADGES[deal.zone][0], at_price(deal, deal.host.best), limit, room, asked)))
    head = ("offer", "zone", "least for the owner", "most for the guest", "room", "as it stands")
    note = "The price of each is looked at with the others there, to be taken up on their own terms if that is better."
    return Sheet("Competing offers", head, tuple(rows), 2, note)


def as_page(deal: Deal, together: Coalitions | None = None, rivals: Sequence[Deal] = ()) -> Page:
    """The report on a deal; with what the companies could do as one, and with the other offers looked at, when there are any."""
    badge, colour = BADGES[deal.zone]
    parts = [Part("prices", "What each side needs", tuple(sentences(deal)), tuple(p for p in [price_chart(deal, at_price)] if p))]
    if grants := grant_sentences(deal):
        parts.append(Part("grant", "What would open the zone", tuple(grants)))
    if deal.gains:
        chart = gains_chart(deal)
        told = (f"With the deal struck at {at_price(deal, deal.price)}, against the best plan without it.",)
        parts.append(Part("gains", "Who gains and who loses", told, (chart,) if chart else (), (gains_sheet(deal),)))
    table = map_sheet(deal)
    if table is not None:
        chart = map_chart(deal)
        parts.append(Part("map", "Other volumes and take-or-pay", (), (chart,) if chart else (), (), (table,)))
    base = deal.case.settings.base_currency
    if together is not None:
        parts.append(Part("together", "Together", tuple(together_sentences(together, base)), (), (together_sheet(together, base),)))
    if rivals:
        charts = tuple(chart for i, rival in enumerate(rivals) if (chart := price_chart(rival, at_price, f"price{i + 2}")))
        parts.append(Part("rivals", "Competing offers", tuple(lead(rival) for rival in rivals), charts, (rivals_sheet([deal, *rivals]),)))
    parts.append(Part("how", "How this was found", tuple(how(deal))))
    title = deal.case.settings.title or deal.case.settings.name
    again = f'brownfield deal CASE --offer "{deal.offer.offer}" --weight {deal.weight:g}'
    return Page("deal", f"{deal.offer.offer}: {title}", badge, colour, lead(deal), facts(deal), tuple(parts), again)


def how(deal: Deal) -> list[str]:
    """How the answer came about, for who wants to check it."""
    counted = deal.counted
    taken = listed(sorted({f"{at_price(deal, one.price)} ({one.outcome.status})" for one in deal.found}))
    return [
        f"{several(int(counted.get('solves', 0)), 'solve')} of the owner's case and "
        f"{several(int(counted.get('small', 0)), 'small one')} of the guest's; "
        f"{counted.get('seconds', 0.0):,.0f} seconds of solving.",
        f"The best plan without the offer is {deal.alone.status}; with the offer taken up, plans were looked for at {taken}.",
        "Each plan is worth a straight line in the price; the owner's worth is the highest of them, so that Newton steps end at the "
        "reservation price.",
        "The guest is a player with its own best plan: what it earns with a car (guest_values) and what it could do instead "
        "(alternatives), solved by the same model.",
    ]  # fmt: skip


def deal_dict(found: Deal, together: Coalitions | None = None, rivals: Sequence[Deal] = ()) -> dict[str, Any]:
    """A deal, with what the companies could do as one and with the other offers looked at, as plain values."""
    joined = _together_dict(together) if together is not None else None
    return _deal_dict(found) | {"together": joined, "rivals": [_deal_dict(rival) for rival in rivals]}


def _deal_dict(found: Deal) -> dict[str, Any]:
    price = None if found.price is None else {
        "price": found.price, "split": found.split, "host_gain": found.host_gain(found.price), "guest_gain": found.guest_gain(found.price),
    }  # fmt: skip
    return case_dict(found.case) | {
        "offer": found.offer.offer,
        "price_is": found.lever,
        "price_currency": found.offer.currency or found.case.settings.base_currency,
        "zone": found.zone,
        "width": found.width,
        "host": _price_dict(found.host),
        "guest": _price_dict(found.guest),
        "weight": found.weight,
        "struck": price,
        "without_npv": found.alone.npv,
        "without_bound": found.alone.bound,
        "plans": [
            {"price": one.price, "npv": one.outcome.npv, "bound": one.bound, "status": one.outcome.status, "line": one.terms.line,
             "per_host": one.per_host, "per_guest": one.per_guest, "guest": one.guest, "paid": one.terms.paid.tolist()}
            for one in found.found
        ],
        "grants": [vars(grant) for grant in found.grants],
        "gains": [vars(gain) | {"change": gain.change} for gain in found.gains],
        "map": None if found.map is None else [
            {"take_or_pay": taken, "volume": cell.volume, "host": _price_dict(cell.host), "guest": _price_dict(cell.guest)}
            for taken, line in zip(found.map.shares, found.map.cells, strict=True)
            for cell in line
        ],
        "verdict": [lead(found), *sentences(found), *grant_sentences(found)],
        "counted": found.counted,
    }  # fmt: skip


def _together_dict(joined: Coalitions) -> dict[str, Any]:
    found = [
        {"members": sorted(members), "npv": joined.worth[members], "bound": joined.bound[members]}
        for members in sorted(joined.worth, key=lambda some: (len(some), sorted(some)))
    ]
    return {"coalitions": found, "surplus": joined.surplus, "shapley": dict(joined.shapley)}


def _price_dict(found: Price | None) -> dict[str, Any] | None:
    return None if found is None else {"best": found.best, "low": found.low, "high": found.high}
