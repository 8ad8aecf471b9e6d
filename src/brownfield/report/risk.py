"""A plan in thousands of futures, in words, charts and tables."""

from __future__ import annotations

from math import isfinite
from typing import Any

from brownfield.report.charts_risk import cash_chart, enough_chart, enough_rows, lost_chart, people_chart, worth_chart
from brownfield.report.numbers import DASH, Scale, about, money, several, share, whole
from brownfield.report.pages import Fact, Page, Part
from brownfield.report.tables import Row, Sheet
from brownfield.report.values import case_dict, estimate_dict
from brownfield.study.estimates import Estimate, mean, quantiles
from brownfield.study.risk import TAIL, GuestRisk, Risk


def lead(found: Risk) -> str:
    """The answer in a sentence: what is to be expected, and how bad it can be."""
    base = found.case.settings.base_currency
    less = found.ledger.npv - found.expected.value
    beside = f"{money(abs(less), base)} {'less' if less >= 0 else 'more'} than if demand is as planned"
    return (
        f"Over {several(len(found.futures), 'future')} the plan is worth {money(found.expected.value, base)} to be expected, {beside}; "
        f"in the worst {share(TAIL)} of them {money(found.worst.value, base)} on average."
    )


def chances(found: Risk) -> list[str]:
    """What is likely to go wrong, and how likely."""
    told = [f"The plan is worth less than nothing in {_share(found.loses)}."]
    if found.breach is not None:
        told.append(f"Cash falls below its floor at least once, with the credit line drawn in full, in {_share(found.breach)}.")
    elif found.cash.shape[1] == 0:
        told.append("Cash is not followed in this case: whether it lasts is not known.")
    for name, broken in sorted(found.broken.items()):
        told.append(f"The policy “{name}” is broken in {share(float(found.weights @ broken))} of the futures.")
    return told + [sentence for guest in found.guests for sentence in _guest(found, guest)]


def _share(chance: Estimate) -> str:
    """A chance with its interval."""
    if chance.low == chance.high:
        return f"{share(chance.value)} of the futures"
    return f"{share(chance.value)} of the futures (95 % sure: {share(chance.low)} to {share(chance.high)})"


def _half(figure: Estimate, base: str) -> str:
    """Half the interval of a figure; nothing where it is exact."""
    if not isfinite(figure.half):
        return "too few futures to say how sure"
    return f"± {money(figure.half, base)}" if figure.half else ""


def _guest(found: Risk, guest: GuestRisk) -> list[str]:
    """What a guest leaves, and what take-or-pay brings back."""
    base, weights = found.case.settings.base_currency, found.weights
    short, saved = float(weights @ guest.short), float(weights @ guest.saved)
    if short < 0.5:
        return [f"{guest.offer}: the guest takes the {whole(guest.expected)} cars it is expected to."]
    worst = quantiles(guest.short, weights, [1 - TAIL])[0]
    told = (
        f"{guest.offer}: of {whole(guest.expected)} cars the guest is expected to take, {about(short)} are not taken on average, and "
        f"{about(worst)} or more in one future of twenty."
    )
    paid = f"Take-or-pay is worth {money(saved, base)} there, to be expected." if saved > 0 else "Take-or-pay brings none of it back."
    return [told, paid]


def people(found: Risk) -> list[str]:
    """How far the people who are there have work."""
    if not found.headcount.any():
        return []
    there, busy = found.headcount.sum(axis=0), found.busy.sum(axis=1)
    periods = found.case.calendar.names
    least = int(min(range(len(periods)), key=lambda t: quantiles(busy[:, t], found.weights, [TAIL])[0] - there[t]))
    low = quantiles(busy[:, least], found.weights, [TAIL])[0]
    return [
        "The plan's headcount stands in every future; what changes is how many of these people have cars to build.",
        f"The tightest is {periods[least]}: of {whole(there[least])} people, {whole(low)} or fewer have work in one future of twenty.",
    ]


def years_sheet(found: Risk) -> Sheet:
    """Period by period: cars sold and lost, people at work, and cash."""
    data = found.program.data
    base = found.case.settings.base_currency
    followed = found.cash.shape[1] > 0
    scale = Scale.of(quantiles(found.cash.min(axis=1), found.weights, [0.05]) if followed else [0.0], base)
    rows = []
    for t, name in enumerate(data.periods):
        cells = [name, _range(found, found.sold[:, t]), _range(found, found.lost[:, t])]
        cells += [whole(found.headcount[:, t].sum()), _range(found, found.busy[:, :, t].sum(axis=1))]
        if followed:
            low, middle = quantiles(found.cash[:, t], found.weights, [0.05, 0.5])
            cells += [scale.cell(low), scale.cell(middle)]
            cells.append(share(float(found.weights @ found.breached[:, t])) if found.breached.shape[1] else DASH)
        rows.append(Row(tuple(cells)))
    head = ["period", "cars sold a year", "cars lost a year", "people", "at work"]
    head += [f"cash, low, {scale.unit}", f"cash, middle, {scale.unit}", "below the floor"] if followed else []
    note = "Ranges hold nine futures of ten; cash, low: one future of twenty has less. Guests' cars are not counted as sold."
    return Sheet("Period by period", tuple(head), tuple(rows), note=note)


def _range(found: Risk, amounts: object) -> str:
    low, high = quantiles(amounts, found.weights, [0.05, 0.95])  # type: ignore[arg-type]
    return f"{whole(low)} to {whole(high)}" if round(low) != round(high) else whole(low)


def plants_sheet(found: Risk) -> Sheet:
    """Plant by plant: people, and those kept at work, over the whole plan."""
    data = found.program.data
    share_of = data.years / data.years.sum()
    rows = []
    for i, name in enumerate(data.plant_names):
        there = float(found.headcount[i] @ share_of)
        if there > 0:
            busy = found.busy[:, i] @ share_of
            rows.append(Row((name, whole(there), _range(found, busy), share(float(found.weights @ busy) / there))))
    note = "Average over the plan; ranges hold nine futures of ten."
    return Sheet("Plant by plant", ("plant", "people", "at work", "at work, expected"), tuple(rows), note=note)


def enough_sheet(found: Risk) -> Sheet:
    """The figures over the first futures, with their intervals."""
    base = found.case.settings.base_currency
    rows = [
        Row((f"{n:,}", money(one.value, base), _half(one, base), money(two.value, base), _half(two, base)))
        for n, one, two in enough_rows(found)
    ]
    head = ("futures", "expected NPV", "interval", f"mean of the worst {share(TAIL)}", "interval")
    return Sheet("How the figures settle", head, tuple(rows), note="Intervals hold the true figure in 19 cases out of 20.")


def how(found: Risk) -> list[str]:
    """What was reckoned, and what was left as planned."""
    drawn = found.futures
    source = (
        f"The {len(drawn):,} futures are those that the case lists, with their probabilities: no interval is needed."
        if found.exact
        else f"{len(drawn):,} futures were drawn from the uncertainties of the case ({drawn.method}, seed {drawn.seed})."
    )
    return [
        source,
        "Sites, shift models, launches, people, contracts and payment terms stay as planned. In each future cars are built and sold for "
        "the most worth, and the credit line is drawn only as far as the floor asks for.",
        "A guest takes what its own future says, never more than the plan expects of it, and pays for at least its take-or-pay.",
    ]


def as_page(found: Risk) -> Page:
    """The page of a study of risk."""
    base = found.case.settings.base_currency
    lost = mean(found.lost @ found.program.data.years / found.program.data.years.sum(), found.weights, exact=found.exact)
    facts = (
        Fact("expected NPV", money(found.expected.value, base), _half(found.expected, base)),
        Fact(f"worst {share(TAIL)}, mean", money(found.worst.value, base), _half(found.worst, base)),
        Fact("as planned", money(found.ledger.npv, base), "if demand is as planned"),
        Fact("below the floor", DASH if found.breach is None else share(found.breach.value), "of the futures, at least once"),
        Fact("cars lost", about(lost.value), "a year, to be expected"),
    )
    cash, crew, enough = cash_chart(found), people_chart(found), enough_chart(found)
    parts = [
        Part("worth", "What it is worth", tuple(chances(found)), (worth_chart(found),)),
        Part("time", "Cash and cars over time", (), tuple(p for p in (cash, lost_chart(found)) if p), (years_sheet(found),)),
    ]
    if crew is not None:
        parts.append(Part("people", "People", tuple(people(found)), (crew,), (), (plants_sheet(found),)))
    parts.append(
        Part(
            "enough",
            "Are the futures enough?",
            tuple(how(found)),
            (enough,) if enough else (),
            () if found.exact else (enough_sheet(found),),
        )
    )
    safe = found.breach is None or found.breach.value == 0
    badge = "Cash holds in every future" if found.breach is not None and safe else "Every future at its best use of the plan"
    again = f"brownfield risk CASE --futures {len(found.futures)} --seed {found.futures.seed}"
    heading = f"{found.case.settings.title or found.case.settings.name}: the plan in {several(len(found.futures), 'future')}"
    return Page("risk", heading, badge, "proved" if safe else "feasible", lead(found), facts, tuple(parts), again)


def risk_dict(found: Risk) -> dict[str, Any]:
    """A study of risk as plain values."""
    weights, data = found.weights, found.program.data
    ends = [0.05, 0.5, 0.95]
    periods = [
        {
            "period": name,
            "sold": quantiles(found.sold[:, t], weights, ends),
            "lost": quantiles(found.lost[:, t], weights, ends),
            "headcount": float(found.headcount[:, t].sum()),
            "at_work": quantiles(found.busy[:, :, t].sum(axis=1), weights, ends),
            "cash": quantiles(found.cash[:, t], weights, ends) if found.cash.shape[1] else None,
            "below_floor": float(weights @ found.breached[:, t]) if found.breached.shape[1] else None,
        }
        for t, name in enumerate(data.periods)
    ]
    guests = [
        {
            "offer": one.offer,
            "expected_cars": one.expected,
            "short": float(weights @ one.short),
            "short_one_in_twenty": quantiles(one.short, weights, [0.95])[0],
            "take_or_pay": float(weights @ one.saved),
        }
        for one in found.guests
    ]
    return {
        **case_dict(found.case),
        "futures": len(found.futures),
        "method": found.futures.method,
        "seed": found.futures.seed,
        "planned_npv": found.ledger.npv,
        "npv": estimate_dict(found.expected),
        "worst_5_percent": estimate_dict(found.worst),
        "npv_below_zero": estimate_dict(found.loses),
        "below_floor": estimate_dict(found.breach),
        "policies_broken": {name: float(weights @ broken) for name, broken in sorted(found.broken.items())},
        "guests": guests,
        "periods": periods,
        "sentences": [lead(found), *chances(found)],
    }
