"""Two plans side by side in words and tables; why a verdict is as it is; scenarios beside the case as it is."""

from __future__ import annotations

from typing import Any

from brownfield.report.charts_study import CARS, beside, waterfall_chart
from brownfield.report.drawing import NARROW, WIDE, Picture
from brownfield.report.numbers import DASH, Scale, capital, listed, money, several, share
from brownfield.report.pages import Fact, Page, Part
from brownfield.report.tables import Row, Sheet
from brownfield.report.values import case_dict
from brownfield.report.words import STATUS
from brownfield.solve.outcome import Outcome
from brownfield.study.compare import Change, Comparison, Step
from brownfield.study.scenarios import Scenarios
from brownfield.study.why import Why

BRINGS = {
    "site fixed cost": "the fixed cost of plants", "line fixed cost": "the fixed cost of lines", "closure": "the cost of closing",
    "terminal value": "what goes on after the plan", "launch": "launches", "transfer": "moving people", "hiring": "hiring people",
    "redundancy": "redundancies", "voluntary leave": "the voluntary scheme", "shift change": "changing shifts",
}  # fmt: skip
"""Items of the books as they read in a sentence; the others read as they are called."""

FEW = 4
"""Reasons on either side that are told in a sentence; the table has them all."""

LESS_OPEN = "A smaller gap (--gap) leaves less open, and takes longer."
"""Said where the solves leave an answer open."""


def grouped(comparison: Comparison) -> list[tuple[str, float]]:
    """Reasons for the difference: what cars bring together, every other item alone; the largest first."""
    cars = sum(step.cents for step in comparison.by_item() if step.item in CARS)
    others = [(BRINGS.get(step.item, step.item), step.amount) for step in comparison.by_item() if step.item not in CARS]
    found = [("what cars bring after freight, duty, material and building", cars / 1e8), *others]
    return sorted((one for one in found if abs(one[1]) > 0), key=lambda one: -abs(one[1]))


def reasons(comparison: Comparison) -> list[str]:
    """Where the money of the difference goes, in sentences: what speaks against the second plan, what for it, and the sum."""
    base = comparison.first.case.settings.base_currency
    found = grouped(comparison)
    told = []
    for words, sign in (("less is earned or more is paid on", -1), ("against that, more is earned or less is paid on", 1)):
        some = [(name, amount) for name, amount in found if amount * sign > 0]
        if some:
            parts = [f"{name} ({money(abs(amount), base)}{where(comparison, name)})" for name, amount in some[:FEW]]
            rest = sum(amount for _, amount in some[FEW:])
            parts += [f"other items ({money(abs(rest), base)})"] if rest else []
            told.append(f"{capital(words)} {listed(parts)}.")
    return told


def where(comparison: Comparison, name: str) -> str:
    """The plant on which most of a reason falls: `, mostly at Alba`."""
    items = CARS if name.startswith("what cars bring") else tuple(i for i in {s.item for s in comparison.steps} if BRINGS.get(i, i) == name)
    at: dict[str, int] = {}
    for step in comparison.steps:
        if step.item in items and step.plant:
            at[step.plant] = at.get(step.plant, 0) + step.cents
    total = sum(at.values())
    if not at or not total:
        return ""
    plant = max(at, key=lambda one: (at[one] * (1 if total > 0 else -1), one))
    if len(at) == 1 or at[plant] == total:
        return f", at {plant}"
    return f", mostly at {plant}" if at[plant] / total > 0.5 and abs(at[plant]) <= 1.5 * abs(total) else ""


def consequences(changes: tuple[Change, ...]) -> list[str]:
    """What else is decided otherwise, in a few sentences."""
    told = []
    for kind in ("plant", "launch", "offer"):
        some = [change for change in changes if change.kind == kind]
        told += [_otherwise(change) for change in some[:6]]
        if len(some) > 6:
            told.append(f"{several(len(some) - 6, 'more ' + kind, 'more ' + kind + 's')} differ.")
    return told


def _otherwise(change: Change) -> str:
    """One decision that differs, in a sentence."""
    none = {"launch": "not launched", "offer": "not accepted"}.get(change.kind, DASH)
    first, then = (
        none if side == DASH else f"launched {side}" if change.kind == "launch" else side for side in (change.first, change.second)
    )
    return f"{change.name}: {then} (instead of: {first})."


def steps_sheet(comparison: Comparison) -> Sheet:
    """Every item by plant: how much it adds to the worth of the second plan."""
    base = comparison.first.case.settings.base_currency
    plants = [step.plant for step in comparison.by_plant()]
    shown, many = plants[:6], len(plants) > 6
    scale = Scale.of([step.amount for step in comparison.by_item()], base)
    of = {(step.item, step.plant): step for step in comparison.steps}
    rows = [_row(step, shown, many, plants, of, scale) for step in comparison.by_item()]
    totals = {step.plant: step.amount for step in comparison.by_plant()}
    last = [scale.cell(totals[plant]) for plant in shown]
    last += [scale.cell(sum(totals[plant] for plant in plants[6:]))] if many else []
    rows.append(Row(("all", *last, scale.cell(comparison.difference)), True))
    head = ("item", *(plant or "no plant" for plant in shown), *(("other plants",) if many else ()), "all")
    return Sheet(f"What makes the difference, item by item and plant by plant ({scale.unit}, discounted)", head, tuple(rows))


def _row(step: Step, shown: list[str], many: bool, plants: list[str], of: dict[tuple[str, str], Step], scale: Scale) -> Row:
    cells = [scale.cell(of[step.item, plant].amount) if (step.item, plant) in of else DASH for plant in shown]
    if many:
        rest = [of[step.item, plant].amount for plant in plants[6:] if (step.item, plant) in of]
        cells.append(scale.cell(sum(rest)) if rest else DASH)
    return Row((step.item, *cells, scale.cell(step.amount)))


def changes_sheet(comparison: Comparison) -> Sheet:
    """Every decision that differs."""
    rows = tuple(Row((f"{change.kind}: {change.name}", change.first, change.second)) for change in comparison.changes)
    return Sheet("What is decided otherwise", ("decision", *(_headed(name) for name in comparison.names)), rows, words=3)


def _headed(name: str) -> str:
    """A name at the head of something: a sentence begins with a capital, the name of a folder stays as it is."""
    return capital(name) if " " in name else name


def proofs(outcomes: tuple[Outcome, ...], names: tuple[str, ...]) -> list[str]:
    """How far each worth is proved."""
    told = []
    for name, outcome in zip(names, outcomes, strict=True):
        base = outcome.case.settings.base_currency
        if outcome.npv is None:
            told.append(f"{_headed(name)}: {STATUS[outcome.status].lower()}.")
        else:
            gap = (
                "; how much better another plan could be is not known"
                if outcome.gap_money is None
                else f"; none of its kind is better by more than {money(outcome.gap_money, base, 'up')}"
                if outcome.gap_money > 1e-9 * abs(outcome.npv)
                else "; none of its kind is better"
            )
            told.append(f"{_headed(name)}: worth {money(outcome.npv, base)}{gap}.")
    return told


def comparison_lead(comparison: Comparison) -> str:
    """The difference in a sentence."""
    base, one, other = comparison.first.case.settings.base_currency, *comparison.names
    if not comparison.difference:
        return f"“{one}” and “{other}” are worth the same."
    return f"“{other}” is worth {money(abs(comparison.difference), base)} {'more' if comparison.difference > 0 else 'less'} than “{one}”."


def comparison_page(comparison: Comparison) -> Page:
    """The page of two plans side by side."""
    base = comparison.first.case.settings.base_currency
    outcomes = (comparison.first, comparison.second)
    facts = tuple(
        Fact(name, money(outcome.npv or 0.0, base), STATUS[outcome.status])
        for name, outcome in zip(comparison.names, outcomes, strict=True)
    )
    facts += (Fact("difference", money(comparison.difference, base), "worth today"),)
    parts = (
        Part(
            "money",
            "Where the difference comes from",
            tuple(reasons(comparison)),
            (waterfall_chart(comparison),),
            (steps_sheet(comparison),),
        ),
        Part("decisions", "What is decided otherwise", (), (), (changes_sheet(comparison),) if comparison.changes else ()),
        Part("sure", "How sure", tuple(proofs(outcomes, comparison.names))),
    )
    proved = all(outcome.status == "proved" for outcome in outcomes)
    return Page(
        "comparison",
        f"{comparison.names[0]} and {comparison.names[1]}",
        "Both proved to within their gap" if proved else "Not proved best",
        "proved" if proved else "feasible",
        comparison_lead(comparison),
        facts,
        parts,
        "brownfield compare A B",
    )


def why_lead(found: Why) -> str:
    """Why, in a sentence."""
    base, now, then = found.case.settings.base_currency, found.verdict.sentence(found.truth), found.verdict.sentence(not found.truth)
    if not found.best.has_plan:
        return "No plan was found, with or without the verdict."
    if found.other.status == "infeasible":
        return f"{capital(now)}, because no plan in which {then} obeys every rule of the case."
    if found.comparison is None:
        return f"{capital(now)} in the best plan found; no plan in which {then} was found in the time given."
    cost = money(-found.comparison.difference, base)
    if found.settled:
        return f"{capital(now)}, because otherwise the best plan would be worth {cost} less."
    return f"Whether {now} is not settled: if {then}, the best plan found is worth {cost} less, which is within what the solves leave open."


def why_sentences(found: Why) -> list[str]:
    """What the opposite costs, between which limits, and where the money goes."""
    if found.comparison is None:
        return []
    base, then = found.case.settings.base_currency, found.verdict.sentence(not found.truth)
    told = []
    if found.least is not None and found.most is not None and found.most - found.least > 1e-6 * abs(found.most):
        sure = found.least > 0
        low = f"at least {money(found.least, base, 'down')}" if sure else f"between a gain of {money(-found.least, base, 'up')}"
        high = f"{'at most' if sure else 'a loss of'} {money(found.most, base, 'up')}"
        told.append(f"If {then}, that costs {low} and {high}; this much is proved.")
    lines = reasons(found.comparison)
    told += [f"If {then}, {line[:1].lower()}{line[1:]}" if line.startswith("Less") else line for line in lines]
    return told


def why_page(found: Why) -> Page:
    """The page of an explanation."""
    base = found.case.settings.base_currency
    badge, colour = ("Proved", "proved") if found.settled else ("Not settled at this gap", "feasible")
    parts: list[Part] = []
    facts = []
    if found.comparison is not None:
        one = found.comparison
        facts = [
            Fact(capital(name), money(outcome.npv or 0.0, base), STATUS[outcome.status])
            for name, outcome in zip(one.names, (found.best, found.other), strict=True)
        ]
        facts.append(Fact("the opposite costs", money(-one.difference, base), "as far as the plans found tell"))
        parts.append(Part("money", "Where the money goes", tuple(why_sentences(found)), (waterfall_chart(one),), (steps_sheet(one),)))
        parts.append(
            Part(
                "decisions",
                "What else would be decided",
                tuple(consequences(one.changes)),
                (),
                (),
                (changes_sheet(one),) if one.changes else (),
            )
        )
        sure = proofs((found.best, found.other), one.names)
        sure += [] if found.settled else [LESS_OPEN]
        parts.append(Part("sure", "How sure", tuple(sure)))
    again = f'brownfield why CASE --verdict "{found.verdict}" --gap {found.best.wanted_gap:g}'
    return Page("why", f"Why {found.verdict.sentence(found.truth)}", badge, colour, why_lead(found), tuple(facts), tuple(parts), again)


def scenarios_sheet(found: Scenarios) -> Sheet:
    """The case as it is and each scenario: worth, difference, plants at the end, people."""
    base = found.case.settings.base_currency
    scale = Scale.of([outcome.npv or 0.0 for outcome in found.outcomes], base)
    rows = []
    for name, meaning, outcome, pair in zip(found.names, found.meanings, found.outcomes, found.comparisons, strict=True):
        told = scale.cell(outcome.npv) if outcome.npv is not None else STATUS[outcome.status].lower()
        gap = share(outcome.gap, "up") if outcome.gap is not None and outcome.gap > 1e-9 else "none" if outcome.gap is not None else DASH
        differs = str(sum(change.kind in ("plant", "offer", "launch") for change in pair.changes)) if pair is not None else DASH
        rows.append(
            Row(
                (name, meaning, told, scale.cell(pair.difference) if pair is not None else DASH, gap, _plants(outcome), differs),
                name == found.names[0],
            )
        )
    head = ("scenario", "what it stands for", f"worth ({scale.unit})", "difference", "gap", "open at the end", "decisions that differ")
    return Sheet("The case as it is and its scenarios", head, tuple(rows), words=2)


def _plants(outcome: Outcome) -> str:
    if outcome.plan is None:
        return DASH
    last = outcome.case.calendar.names[-1]
    return str(sum(period == last and state == "open" for _, period, state in outcome.plan.sites.iter_rows()))


def scenarios_lead(found: Scenarios) -> str:
    """The best and the worst scenario in a sentence."""
    base = found.case.settings.base_currency
    solved = [
        (pair.difference, name)
        for name, pair in zip(found.names, found.comparisons, strict=True)
        if pair is not None and name != found.names[0]
    ]
    if not solved:
        return "No scenario has a plan to compare."
    low, high = min(solved), max(solved)
    if len(solved) == 1:
        return f"“{low[1]}” changes the worth of the best plan by {money(low[0], base)}."
    return f"The scenarios change the worth of the best plan by {money(low[0], base)} (“{low[1]}”) to {money(high[0], base)} (“{high[1]}”)."


def scenarios_page(found: Scenarios) -> Page:
    """The page of the scenarios."""
    base = found.case.settings.base_currency
    parts = [Part("scenarios", "Side by side", _unsettled(found), _scenario_bars(found), (scenarios_sheet(found),))]
    for i, (name, pair) in enumerate(zip(found.names, found.comparisons, strict=True)):
        if pair is not None and i:
            sheets = (steps_sheet(pair),) + ((changes_sheet(pair),) if pair.changes else ())
            parts.append(Part(f"s{i}", capital(name), tuple(reasons(pair)), (waterfall_chart(pair, f"steps{i}"),), (), sheets))
    facts: tuple[Fact, ...] = (Fact("as it is", money(found.base.npv, base), "worth today"),) if found.base.npv is not None else ()
    facts += (Fact("solves", str(found.solves), f"gap {share(found.base.wanted_gap) if found.base.wanted_gap else 'none'}"),)
    proved = all(outcome.status == "proved" for outcome in found.outcomes)
    return Page(
        "scenarios",
        found.case.settings.title or found.case.settings.name,
        "All proved to within their gap" if proved else "Not all are proved best",
        "proved" if proved else "feasible",
        scenarios_lead(found),
        facts,
        tuple(parts),
        f"brownfield scenarios {found.case.settings.name} --gap {found.base.wanted_gap:g}",
    )


def _unsettled(found: Scenarios) -> tuple[str, ...]:
    """Scenarios of which it is not proved whether they make the best plan worth more or less."""
    pairs = [(name, pair) for name, pair in zip(found.names[1:], found.comparisons[1:], strict=True) if pair is not None]
    left = [f"“{name}”" for name, pair in pairs if pair.least is None or pair.most is None or pair.least < 0 < pair.most]
    if not left:
        return ()
    return (f"The solves leave open whether the best plan is worth more or less than as it is with {listed(left)}. {LESS_OPEN}",)


def _scenario_bars(found: Scenarios) -> tuple[Picture, ...]:
    """How each scenario changes the worth, the best first."""
    base = found.case.settings.base_currency
    rows = sorted(
        ((n, p.difference) for n, p in zip(found.names[1:], found.comparisons[1:], strict=True) if p is not None), key=lambda row: -row[1]
    )
    if not rows:
        return ()
    told = "; ".join(f"{name}: {money(amount, base)}" for name, amount in rows)
    title = "What each scenario changes in the worth of the best plan."
    texts = [(name, amount, money(amount, base)) for name, amount in rows]
    return (Picture("differences", title, f"{title} {told}.", beside(texts, WIDE - 130, "diff-w"), beside(texts, NARROW, "diff-n")),)


def why_dict(found: Why) -> dict[str, Any]:
    """An explanation as plain values."""
    return case_dict(found.case) | {
        "verdict": str(found.verdict),
        "truth": found.truth,
        "settled": found.settled,
        "costs": None if found.comparison is None else -found.comparison.difference,
        "costs_at_least": found.least,
        "costs_at_most": found.most,
        "sentences": [why_lead(found), *why_sentences(found)],
        "solves": found.solves,
        **({} if found.comparison is None else _steps(found.comparison)),
    }


def comparison_dict(both: Comparison) -> dict[str, Any]:
    """A comparison as plain values."""
    return {"names": both.names, "sentences": [comparison_lead(both), *reasons(both)]} | _steps(both)


def _steps(both: Comparison) -> dict[str, Any]:
    """Worth, steps and changes; the steps add up to the difference."""
    return {
        "npv": [cents / 1e8 for cents in both.cents],
        "difference": both.difference,
        "steps": [{"item": s.item, "plant": s.plant or None, "amount": s.amount, "cents": s.cents} for s in both.steps],
        "changes": [vars(change) for change in both.changes],
    }


def scenarios_dict(found: Scenarios) -> dict[str, Any]:
    """Scenarios as plain values."""
    each = zip(found.names, found.meanings, found.weights, found.outcomes, found.comparisons, strict=True)
    return case_dict(found.case) | {
        "sentences": [scenarios_lead(found)],
        "solves": found.solves,
        "scenarios": [
            {"scenario": name, "meaning": meaning, "weight": weight, "status": one.status, "npv": one.npv, "bound": one.bound}
            | ({} if pair is None else {"difference": pair.difference})
            for name, meaning, weight, one, pair in each
        ],
    }
