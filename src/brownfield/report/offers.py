"""What becomes of each offer, in sentences."""

from __future__ import annotations

from collections import Counter

from brownfield.case.tables import Offer
from brownfield.report.cited import cited
from brownfield.report.figures import A_CAR, Deal, Figures
from brownfield.report.numbers import about, capital, listed, money


def offer_sentences(figures: Figures, *, told: bool = False) -> list[str]:
    """Each offer: taken up and on what terms, or not. With `told`, sales and leases of whole plants are left out:
    the sentence on the plant has said it.
    """
    taken = [deal_sentence(figures, deal) for deal in figures.deals.values() if deal.line or deal.offer.kind == "grant" or not told]
    left = [offer for name, offer in figures.offers.items() if name not in figures.deals]
    return [*taken, *[f"{capital(title(figures, offer))} is not taken up." for offer in left]]


def title(figures: Figures, offer: Offer) -> str:
    """What an offer is called: `the hosting offer of Foxconn`; with its name where there are several like it."""
    who, what = offer.company, _what(offer)
    text = {
        "host": f"the hosting offer of {who}",
        "lease": f"the offer of {who} to lease {what}",
        "sale": f"the offer of {who} to buy {what}",
        "grant": f"the grant of {who} for {what}",
    }[offer.kind]
    alike = Counter((o.kind, o.company, _what(o)) for o in figures.offers.values())
    return f"{text} (“{offer.offer}”)" if alike[offer.kind, who, what] > 1 else text


def _what(offer: Offer) -> str:
    return offer.plant or listed(offer.lines, "or") or ""


def span(figures: Figures, deal: Deal) -> str:
    """From when to when an offer runs."""
    names = figures.calendar.names
    end = "the end of the plan" if deal.end >= len(names) else f"the end of {names[deal.end - 1]}"
    return f"from {names[deal.first]} to {end}{' (ended early)' if deal.exited else ''}"


def volume(figures: Figures, deal: Deal) -> float:
    """Most guest cars a year made under a hosting offer."""
    rows = figures.plan.guests.filter(offer=deal.offer.offer)
    return max((row["made"] / figures.calendar.periods[figures.at(row["period"])].years for row in rows.iter_rows(named=True)), default=0.0)


def deal_sentence(figures: Figures, deal: Deal) -> str:
    """An offer that is taken up, with the terms that matter."""
    offer = deal.offer
    name = capital(title(figures, offer))
    if offer.kind == "sale":
        paid = money(offer.price, offer.currency or figures.currency)
        said = f"{name} is accepted, at {paid}, at the start of {figures.calendar.names[deal.first]}."
        return cited(said, ("offers", offer.offer, "price"))
    if offer.kind == "host":
        return f"{name} is accepted: {_cars(figures, deal)} on the line {deal.line} {span(figures, deal)}."
    if offer.kind == "lease":
        return f"{name} is accepted{f': the line {deal.line}' if deal.line else ''} {span(figures, deal)}."
    people = f"; {about(offer.people_min)} people must stay while it runs" if offer.people_min else ""
    return cited(f"{name} is accepted {span(figures, deal)}{people}.", *([("offers", offer.offer, "people_min")] if people else []))


def _cars(figures: Figures, deal: Deal) -> str:
    cars = volume(figures, deal)
    return f"{about(cars)} cars a year ({deal.offer.product})" if cars >= A_CAR else "no cars"
