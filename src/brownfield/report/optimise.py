"""A two-stage plan beside the plan for demand as planned: in words, a picture of what each is worth in many futures, and tables."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

import numpy as np

from brownfield.report.charts_optimise import both_chart
from brownfield.report.comparison import changes_sheet
from brownfield.report.numbers import DASH, money, several, share
from brownfield.report.pages import Fact, Page, Part
from brownfield.report.tables import Row, Sheet
from brownfield.report.values import case_dict
from brownfield.study.compare import Comparison, compare
from brownfield.study.estimates import quantiles
from brownfield.study.optimise import Optimised, in_fresh

CUT = {
    "time": "The time limit ended the search: another run may find another plan.",
    "user": "The search was stopped by hand: this is the best plan found until then.",
    "work": "The search ended with the work that it may do.",
}
"""What is said of a search that ended without the proof that was wanted."""

NAMES = ("the plan for demand as planned", "the two-stage plan")


def compared(found: Optimised) -> Comparison:
    """Both plans with cars as planned, side by side."""
    own = replace(found.single, plan=found.plan, ledger=found.ledger, npv=found.ledger.npv, bound=None, gap=None, gap_money=None)
    return compare(found.single, own, NAMES)


def goal(found: Optimised) -> str:
    """What was sought, in words."""
    if found.measure.share == 0.0:
        return "expected NPV"
    worst = f"mean NPV of the worst {share(1.0 - found.measure.alpha)} of the futures"
    return (
        worst if found.measure.share == 1.0 else f"{share(1.0 - found.measure.share)} expected NPV and {share(found.measure.share)} {worst}"
    )


def lead(found: Optimised) -> str:
    """The answer in a sentence."""
    base = found.case.settings.base_currency
    told = f"Over {several(len(found.futures), 'future')} the best plan has {_article(goal(found))} of {money(found.worth, base)}"
    if found.value is None:
        return f"{told}; the plan for demand as planned breaks a limit in {share(found.single_fails)} of them."
    if found.value <= _nothing(found):
        return f"{told}: the plan for demand as planned is as good."
    return f"{told}, {money(found.value, base)} more than the plan for demand as planned."


def _article(words: str) -> str:
    return f"an {words}" if words[0] in "aeio" else f"a {words}"


def _nothing(found: Optimised) -> float:
    """A difference that is none: less than a millionth of the worth of cars and fees."""
    return 1e-6 * max(1.0, abs(found.ledger.gross))


def sentences(found: Optimised) -> list[str]:
    """What is proved, what knowing would be worth, and what fresh futures say."""
    base = found.case.settings.base_currency
    open_by = found.chosen.bound - found.worth
    if not isfinite(open_by):
        proof = "How much better another plan could be is not known."
    else:
        by = "" if open_by <= _nothing(found) else f" by more than {money(open_by, base)}"
        proof = f"No other plan is better{by}."
    told = [proof, *([CUT[found.stopped_by]] if found.stopped_by in CUT else [])]
    if found.value_of_knowing is not None:
        low, high = found.value_of_knowing
        span = money(high, base) if high - low <= _nothing(found) else f"between {money(low, base)} and {money(high, base)}"
        told.append(f"To know the future before deciding would be worth {span}.")
    better = found.better_in_fresh
    if better is not None and found.tried is not None:
        fresh = several(len(found.tried.futures), "fresh future")
        if abs(better.value) <= _nothing(found) and better.half <= _nothing(found):
            told.append(f"In {fresh}, which neither plan was made for, both are worth the same on average.")
        else:
            side = "more" if better.value >= 0 else "less"
            told.append(
                f"In {fresh}, which neither plan was made for, it is worth {money(abs(better.value), base)} {side} on average (95 % sure: "
                f"{money(better.low, base)} to {money(better.high, base)})."
            )
    both = found.both_in_fresh
    if both is not None and found.measure.share > 0:
        single, own = both
        told.append(
            f"Its {goal(found)} is {money(own.value, base)} there, and {money(single.value, base)} for the plan for demand as planned."
        )
    told += [f"“{limit.name}” may break in {share(limit.share)} of the futures; it is planned to in no more." for limit in found.limits]
    return told


def enough(found: Optimised) -> list[str]:
    """Whether the futures are enough, in words."""
    base = found.case.settings.base_currency
    if found.tried is None:
        return ["The futures are those that the case lists: they are all there are."]
    inside = in_fresh(found.measure, found.tried)
    told = (
        f"In its own {several(len(found.futures), 'future')} the plan has {_article(goal(found))} of {money(found.worth, base)}, in "
        f"{several(len(found.tried.futures), 'fresh one')} {money(inside.value, base)} ± {money(inside.half, base)}."
    )
    if len(found.samples) > 1:
        last = [row for row in found.samples if row.futures == max(row.futures for row in found.samples)]
        spread = max(row.fresh.value for row in last) - min(row.fresh.value for row in last)
        return [
            told,
            f"Plans made for {len(last)} other draws of as many futures differ by {money(spread, base)} in the same fresh futures.",
        ]
    return [told]


def figures_sheet(found: Optimised) -> Sheet:
    """Both plans in figures: expected, the worst, the middle, and as planned."""
    base = found.case.settings.base_currency
    tried, single = (found.tried, found.single_tried) if found.tried is not None else (None, None)
    if tried is not None and single is not None:
        worths, weights, where = (single.npv, tried.npv), tried.weights, "fresh futures"
    else:
        worths, weights, where = (found.single_worths, found.chosen.worths), found.futures.weights, "the futures of the case"  # type: ignore[assignment]
    rows = []
    for name, values, ledger in zip(NAMES, worths, (found.single.ledger, found.ledger), strict=True):
        if values is None or ledger is None:
            rows.append(Row((name, DASH, DASH, DASH, DASH, money(ledger.npv, base) if ledger else DASH)))
            continue
        low, middle, high = quantiles(values, weights, [0.05, 0.5, 0.95])
        cells = [name, money(float(weights @ values), base), *(money(v, base) for v in (low, middle, high)), money(ledger.npv, base)]
        rows.append(Row(tuple(cells)))
    head = ("plan", "expected", "one future of twenty has less", "middle", "one of twenty has more", "if demand is as planned")
    return Sheet("Both plans", head, tuple(rows), note=f"NPV in {where}.")


def samples_sheet(found: Optimised) -> Sheet:
    """Plans made for fewer futures and for others, each tried in the same fresh ones."""
    base = found.case.settings.base_currency
    rows = [
        Row(
            (
                f"{row.futures:,}",
                str(row.seed),
                *(money(v, base) for v in (row.worth, row.bound, row.fresh.value)),
                f"± {money(row.fresh.half, base)}",
            )
        )
        for row in found.samples
    ]
    head = ("futures", "seed", "worth in them", "no plan is worth more than", "worth in fresh futures", "interval")
    return Sheet("Plans made for other futures", head, tuple(rows))


def how(found: Optimised) -> list[str]:
    """What is decided when, and how it was found."""
    best = found.chosen
    found_by = (
        "All futures stand in one program."
        if best.method == "one program"
        else f"Found by cuts: {len(best.rounds)} rounds, {best.programs:,} linear programs of single futures."
    )
    return [
        "Decided today, the same in every future: sites, shift models, launches, people, offers with their agreed volumes, payment terms.",
        "Decided once demand is known: what is built, shipped, sold and lost, and the credit line. Every limit that is not said to break "
        "holds in every future.",
        found_by,
    ]


def _open(found: Optimised, base: str) -> tuple[str, str]:
    """How much better another plan could be, and as a share of gross value."""
    if not isfinite(found.chosen.gap):
        return DASH, "not known"
    return money(max(0.0, found.chosen.bound - found.worth), base), f"{share(found.chosen.gap)} of gross value"


def as_page(found: Optimised) -> Page:
    """The page of a two-stage plan."""
    base = found.case.settings.base_currency
    knowing = found.value_of_knowing
    facts = (
        Fact(goal(found), money(found.worth, base), f"over {several(len(found.futures), 'future')}"),
        Fact(
            "beside the plan as planned",
            DASH if found.value is None else money(found.value, base),
            "what planning for all futures is worth",
        ),
        *(() if knowing is None else (Fact("knowing the future", f"at most {money(knowing[1], base)}", "would be worth"),)),
        Fact("no plan is better by", *_open(found, base)),
    )
    both = compared(found)
    parts = [
        Part("worth", "What it is worth", tuple(sentences(found)), (both_chart(found),), (figures_sheet(found),)),
        Part(
            "decisions",
            "What it decides otherwise",
            () if both.changes else ("Both plans decide the same.",),
            (),
            (changes_sheet(both),) if both.changes else (),
        ),
        Part("enough", "Are the futures enough?", tuple(enough(found)), (), (samples_sheet(found),) if found.samples else ()),
        Part("how", "How it was found", tuple(how(found))),
    ]
    badge = f"Open by {share(found.chosen.gap)} of gross value" if isfinite(found.chosen.gap) else "Nothing is proved"
    if found.proved:
        best = found.chosen.bound - found.worth <= _nothing(found)
        badge = "Proved: no plan is better" if best else f"Proved within {share(found.chosen.gap)} of gross value"
    heading = f"{found.case.settings.title or found.case.settings.name}: a plan for {several(len(found.futures), 'future')}"
    word = "expected" if found.measure.share == 0 else f"cvar --alpha {found.measure.alpha:g}"
    again = f"brownfield risk CASE --optimise {word} --futures {len(found.futures)} --seed {found.futures.seed}"
    return Page("risk", heading, badge, "proved" if found.proved else "feasible", lead(found), facts, tuple(parts), again)


def optimised_dict(found: Optimised) -> dict[str, object]:
    """A two-stage plan as plain values."""
    better, knowing = found.better_in_fresh, found.value_of_knowing
    return {
        **case_dict(found.case),
        "goal": goal(found),
        "futures": len(found.futures),
        "method": found.futures.method,
        "seed": found.futures.seed,
        "worth": found.worth,
        "bound": found.chosen.bound,
        "gap": found.chosen.gap,
        "proved": found.proved,
        "stopped_by": found.stopped_by,
        "expected": float(found.futures.weights @ found.chosen.worths),
        "as_planned": {"worth": found.single_worth, "not_allowed_in": found.single_fails, "npv": found.single.npv},
        "value_of_stochastic_solution": found.value,
        "value_of_perfect_information": None if knowing is None else list(knowing),
        "limits": [{"limit": limit.name, "share": limit.share} for limit in found.limits],
        "fresh": None if better is None else {"better_by": better.value, "low": better.low, "high": better.high},
        "samples": [
            {
                "futures": row.futures,
                "seed": row.seed,
                "worth": row.worth,
                "bound": row.bound,
                "fresh": row.fresh.value,
                "half": row.fresh.half,
            }
            for row in found.samples
        ],
        "found_by": found.chosen.method,
        "decides_otherwise": [[c.kind, c.name, c.first, c.second] for c in compared(found).changes],
        "worths": np.round(found.chosen.worths, 6).tolist() if len(found.futures) <= 1000 else None,
        "sentences": [lead(found), *sentences(found), *enough(found)],
    }
