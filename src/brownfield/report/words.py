"""The verdict in sentences: what happens, to whom, for how much, and how sure that is."""

from __future__ import annotations

import polars as pl

from brownfield.case.tables import Policy, Supplier, TermOffer
from brownfield.report.cited import cited
from brownfield.report.figures import Figures
from brownfield.report.numbers import about, capital, money, several, share, whole
from brownfield.report.offers import offer_sentences
from brownfield.report.sites import site_sentences
from brownfield.solve.outcome import Outcome

STATUS = {
    "proved": "Proved",
    "feasible": "A plan, not proved best",
    "infeasible": "No plan obeys every rule",
    "no_plan": "No plan to show",
}
"""The status in a few words, for a badge; `proof` says it in full."""

STOPPED = {
    "proof": "the search came to its end",
    "time": "the search was stopped by its time limit",
    "user": "the search was stopped by hand",
    "work": "the search was stopped by its work limit",
}

LEFT_BY = (
    ("attrition", "leave by attrition"),
    ("voluntary", "take the voluntary scheme"),
    ("redundant", "are made redundant"),
    ("moved", "go over to a buyer or tenant"),
)


def verdict(outcome: Outcome) -> list[str]:
    """The answer in sentences, the most important first: plants, proof, offers, people, cash, sales, suppliers, evidence."""
    return [sentence for _, sentences in chapters(outcome) for sentence in sentences]


def chapters(outcome: Outcome) -> list[tuple[str, list[str]]]:
    """The sentences of the verdict under the words that say what they are about; nothing that has no sentence."""
    if not outcome.has_plan:
        about = "Why" if outcome.status == "no_plan" else "What must give"
        return [("Status", proof(outcome)), *([(about, must_give(outcome))] if must_give(outcome) else [])]
    figures = Figures.of(outcome)
    found = [
        ("Plants", site_sentences(figures)),
        ("How sure", proof(outcome)),
        ("What was kept", kept(outcome)),
        ("Worth", worth(outcome, figures)),
        ("Offers", offer_sentences(figures, told=True)),
        ("People", people(figures)),
        ("Cash", cash(figures)),
        ("Buyers", unserved(figures)),
        ("Suppliers", waiting(figures)),
        ("Policies", missed(figures)),
        ("Evidence", evidence(outcome)),
    ]
    return [(about, sentences) for about, sentences in found if sentences]


def badge(outcome: Outcome) -> str:
    """The status in a few words that cannot be misread; how far it is proved is part of them."""
    gap = gap_in_words(outcome) if outcome.status == "proved" else ""
    return f"Proved to within {gap}" if gap else STATUS[outcome.status]


def headline(outcome: Outcome) -> str:
    """The first sentence of the verdict, for a title."""
    return verdict(outcome)[0]


def proof(outcome: Outcome) -> list[str]:
    """How sure the answer is, in money and as a share of the gross value (N4)."""
    if outcome.status == "infeasible":
        return ["It is proved that no plan obeys every rule of this case."]
    if outcome.status == "no_plan":
        none = f"No plan was found: {STOPPED[outcome.stopped_by]} after {_seconds(outcome.seconds)}"
        why = "There is no plan to show, for the reasons given" if outcome.reasons else none
        return [f"{why}. This does not mean that there is none: whether a plan obeys every rule is not known."]
    gap = gap_in_words(outcome)
    if outcome.status == "proved":
        return [f"No other plan is better{' by more than ' + gap if gap else ''}; this is proved."]
    if outcome.kept:
        return ["This plan obeys every rule. It keeps to an earlier plan, so how much better another could be is not known."]
    unknown = outcome.gap_money is None
    better = "how much better another could be is not known" if unknown else f"another plan could be better by up to {gap}"
    return [f"This plan obeys every rule but is not proved best: {STOPPED[outcome.stopped_by]}, and {better}."]


def gap_in_words(outcome: Outcome) -> str:
    """The gap in words, rounded up so that the statement stays true; empty when it is nothing but rounding."""
    assert outcome.ledger is not None
    gap = outcome.gap_money or 0.0
    if gap <= 1e-7 * max(1.0, abs(outcome.ledger.gross)):
        return "" if outcome.status == "proved" else "next to nothing"
    relative = f" ({share(outcome.gap, 'up')} of gross value)" if outcome.gap is not None else ""
    return money(gap, outcome.case.settings.base_currency, "up") + relative


def _seconds(seconds: float) -> str:
    if seconds < 120:
        return several(max(1, round(seconds)), "second")
    return several(round(seconds / 60), "minute") if seconds < 7200 else f"{seconds / 3600:.1f} hours"


def kept(outcome: Outcome) -> list[str]:
    """What a what-if took over from an earlier plan, what it decided anew, and what of that plan has no place any more."""
    return [capital(words) + "." for words in outcome.kept]


def must_give(outcome: Outcome) -> list[str]:
    """Which rules must give, and by how much, for a plan to exist (N9); each conflict's sentence names its amount."""
    if not outcome.conflicts:
        return list(outcome.reasons)
    least = [capital(conflict.sentence.rstrip(".")) + "." for conflict in outcome.conflicts]
    return ["The cheapest way to allow a plan is to let these rules give:", *least, *outcome.reasons]


def worth(outcome: Outcome, figures: Figures) -> list[str]:
    """What the plan is worth, and what of it lies beyond its end."""
    settings = outcome.case.settings
    total, beyond = figures.ledger.npv, figures.item_worth.get("terminal value", 0.0)
    text = f"The plan is worth {money(total, settings.base_currency)} today"
    if beyond:
        text += f", of which {money(beyond, settings.base_currency)} come after {figures.calendar.names[-1]}"
    said = f"{text} (at {share(outcome.case.discount_rate)} a year, in prices of {settings.price_year})."
    return [cited(said, ("companies", outcome.case.owner, "discount_rate"))]


def people(figures: Figures) -> list[str]:
    """How many people fewer or more, and how they leave or come."""
    if not figures.heads:
        return []
    start, end = sum(figures.start_heads.values()), sum(heads[-1] for heads in figures.heads.values())
    total = {kind: round(sum(flow)) for kind, flow in figures.flows.items()}
    change, last = round(end) - round(start), figures.calendar.names[-1]
    first = f"{whole(abs(change))} people {'fewer' if change < 0 else 'more'} by the end of {last}"
    parts = [f"{whole(total[kind])} {words}" for kind, words in (*LEFT_BY, ("hires", "are hired")) if total[kind]]
    if not change:
        first = f"As many people at the end of {last} as at the start"
    text = f"{first} ({whole(start)} to {whole(end)})" + (": " + ", ".join(parts) if parts else "")
    if total["transfers"]:
        text += f"; {whole(total['transfers'])} move to another plant"
    return [text + ".", *_at_suppliers(figures)]


def _at_suppliers(figures: Figures) -> list[str]:
    """People at local suppliers whose work goes or comes; where a new operator goes on, theirs is not counted."""
    going_on = {name for name, states in figures.states.items() if states[-1] in ("sold", "leased")}
    change = {
        name: (figures.heads[name][-1] - figures.start_heads[name]) * row.supplier_jobs
        for name, row in figures.people.items()
        if name not in going_on
    }
    gone, come = -sum(v for v in change.values() if v < 0), sum(v for v in change.values() if v > 0)
    if gone < 1:
        return []
    gains = f" and about {about(come)} gain some elsewhere" if come >= 1 else ""
    return [f"At local suppliers about {about(gone)} people lose the work that goes with it{gains}, by the ratios given in the case."]


def cash(figures: Figures) -> list[str]:
    """How low cash falls, against the floor, and how much of the credit line is drawn."""
    frame = figures.ledger.cash
    if frame.is_empty():
        return []
    low = frame.row(int(frame["cash"].arg_min() or 0), named=True)
    floor = f" (floor {money(low['floor'], figures.currency)})" if low["floor"] is not None else ""
    said = f"Cash never falls below {money(low['cash'], figures.currency, 'down')}{floor}; it is lowest at the end of {low['period']}."
    text = cited(said, ("companies", figures.case.owner, "liquidity_floor")) if floor else said
    peak = frame.row(int(frame["revolver"].arg_max() or 0), named=True)
    if peak["revolver"] > 1e-6:
        return [text, f"At most {money(peak['revolver'], figures.currency, 'up')} of the credit line is drawn, in {peak['period']}."]
    return [text]


def unserved(figures: Figures) -> list[str]:
    """How many buyers are not served."""
    demand = figures.demand
    asked = sum(sum(cars) for cars in demand.values())
    lost = sum(figures.plan.lost["cars"]) - sum(figures.plan.diverted["cars"])
    if asked <= 0:
        return []
    if lost < max(1.0, 5e-5 * asked):
        return ["Every buyer is served."]
    return [f"{about(lost)} of {about(asked)} buyers ({share(lost / asked)}) are not served."]


def waiting(figures: Figures) -> list[str]:
    """Which suppliers wait longer for their money, and what they get for it."""
    terms = {row.term: row for row in figures.case.rows(TermOffer)}
    groups = {row.supplier: row for row in figures.case.rows(Supplier)}
    used: dict[str, list[int]] = {}
    for row in figures.plan.terms.iter_rows(named=True):
        used.setdefault(row["term"], []).append(figures.at(row["period"]))
    if not used:
        return ["No supplier is made to wait longer for its money."] if terms else []
    names = figures.calendar.names
    sentences: list[str] = []
    for name, at in used.items():
        term = terms[name]
        now = groups[term.supplier].days_now
        spread = "" if len(at) == max(at) - min(at) + 1 else f"in {len(at)} periods "
        when = f"{spread}from {names[min(at)]} to {names[max(at)]}" if len(at) > 1 else f"in {names[at[0]]}"
        paid = f"{share(term.price)} interest a year" if term.price else "no interest"
        days = f"{now + term.extra_days:g} days for their money instead of {now:g}"
        said = f"The suppliers “{term.supplier}” wait {days}, {when}, for {paid}."
        terms_of = [("term_offers", name, column) for column in ("extra_days", "price")]
        sentences.append(cited(said, ("suppliers", term.supplier, "days_now"), *terms_of))
    return sentences


def missed(figures: Figures) -> list[str]:
    """Priced policies that the plan would rather pay for than keep."""
    own = figures.ledger.postings.filter(pl.col("policy").is_not_null()).group_by("policy").agg(pl.col("discounted").sum())
    paid = dict(own.select("policy", "discounted").iter_rows())
    names = [row.policy for row in figures.case.rows(Policy) if paid.get(row.policy, 0.0) < -1e-6]
    return [
        cited(f"The policy “{name}” is missed, at a price of {money(-paid[name], figures.currency)}.", ("policies", name, "price"))
        for name in names
    ]


def evidence(outcome: Outcome) -> list[str]:
    """How much of the money rests on a source."""
    from brownfield.report.evidence import covered

    case, part = outcome.case, covered(outcome)
    late = len(case.hindsight)
    known = f" Only what was known on {case.known_on} is used" if case.known_on else ""
    if known:
        known += f", but for {several(late, 'figure')} that nobody had spoken of by then." if late else "."
    if part is None:
        return [f"The case names no source: every number in it is an assumption.{known}"]
    return [f"{share(part)} of the money in this plan rests on a source; the rest is assumption.{known}"]
