"""Contested claims in words, charts and tables: which flip the verdict, what today's plan would lose, what to ask next."""

from __future__ import annotations

import math
from typing import Any

from brownfield.report.charts_flips import asks_chart, regrets_chart
from brownfield.report.numbers import DASH, capital, digits, listed, money, several, share
from brownfield.report.pages import Fact, Page, Part
from brownfield.report.tables import Row, Sheet
from brownfield.report.threshold import proof
from brownfield.report.unsettled import Unsettled, told_unsettled, unsettled
from brownfield.report.values import case_dict
from brownfield.study.contested import Contest, Option, Reading
from brownfield.study.readings import Ask, Flips, Tried

EFFECTS = {"flips": "flips it", "likely": "flips it in the best plans found", "open": "not settled", "stays": "stays", "none": "no plan"}
"""What becomes of the verdict, as a cell of a table."""


DOES = {
    "flips": "flips the verdict",
    "likely": "flips the verdict in the best plans found",
    "open": "leaves the verdict unsettled",
    "stays": "does not flip the verdict",
    "none": "leaves no plan",
}
"""The same in a sentence."""


def cell_of(contest: Contest | Option) -> str:
    """A contested cell in words: `headcount of Oppama`."""
    cell = contest.cell
    return f"{cell.column.replace('_', ' ')} of {' / '.join(part for part in cell.row.split('|') if part)}"


def told(reading: Reading) -> str:
    """A reading in words: `headcount of Oppama: 3,900`."""
    return " and ".join(f"{cell_of(option)}: {digits(option.value)}" for option in reading) or "as it is"


def regret_of(one: Tried, base: str) -> str:
    """What today's plan gives away, in words: between its limits, rounded outwards."""
    if not one.possible:
        return "no plan obeys every rule"
    if one.regret is None:
        return "today's plan cannot be kept"
    return between(*one.regret, base)


def between(low: float, high: float, base: str) -> str:
    """An amount between two limits: `¥1.2 bn`, `¥1 bn to ¥3 bn`, `¥1 bn or more`."""
    if math.isinf(high):
        return f"{_amount(low, base)} or more"
    first, last = _amount(low, base), _amount(high, base)
    return first if first == last else f"{_amount(low, base, 'down')} to {_amount(high, base, 'up')}"


def _amount(value: float, base: str, rounding: str = "nearest") -> str:
    return "nothing" if value < 1e-6 else money(value, base, rounding)  # type: ignore[arg-type]


def lead(found: Flips) -> str:
    """The answer in a sentence."""
    if not found.contests:
        return "Nothing is contested: no cell of the case has two versions that could be true."
    if found.today is None or found.today.best is None:
        return "There is no plan as things are, so no verdict that a claim could flip."
    verdict = found.verdict.sentence(found.likely)
    today = "Today" if found.now is not None else "It is not settled, but in the best plan found"
    flipping = [one for one in found.singles if one.effect == "flips"]
    if flipping:
        names = listed([told(one.reading) for one in flipping[:3]])
        rest = f", and {len(flipping) - 3} more" if len(flipping) > 3 else ""
        return f"{today} {verdict}. {several(len(flipping), 'contested claim')} alone would flip that: {names}{rest}."
    likely = [one for one in found.singles if one.effect == "likely"]
    if likely:
        return f"{today} {verdict}. By the best plans found, {told(likely[0].reading)} would flip that; it is not proved."
    together = next((one for one in (*found.pairs, *found.more) if one.effect == "flips"), None)
    if together is not None:
        return f"{today} {verdict}. No contested claim alone flips that; {told(together.reading)}, together, would."
    opened = found.waiting or any(one.effect == "open" for one in found.singles)
    return f"{today} {verdict}. No contested claim that was worked out {'is proved to flip' if opened else 'flips'} that alone."


def sentences(found: Flips) -> list[str]:
    """How many readings, how sure, and what the worst combination is."""
    if found.today is None or found.today.best is None:
        return []
    base = found.case.settings.base_currency
    said = [_now(found)]
    counts = {effect: sum(one.effect == effect for one in found.singles) for effect in EFFECTS}
    parts = [
        f"proved to flip the verdict: {counts['flips']}",
        f"flipping it in the best plans found, without proof: {counts['likely']}" if counts["likely"] else "",
        f"proved to leave it as it is: {counts['stays']}",
        f"not settled: {counts['open']}" if counts["open"] else "",
        f"without any plan that obeys every rule: {counts['none']}" if counts["none"] else "",
    ]
    tried = several(len(found.singles), "version was", "versions were")
    said.append(f"{tried} tried, one at a time; " + ", ".join(part for part in parts if part) + ".")
    free = sum(not one.solved for one in found.singles)
    if free:
        said.append(f"For {free} of them no solve was needed: nothing can become better than today's plan.")
    said += told_unsettled(found, [told(one.one.reading) for one in unsettled(found)])
    said += _worst(found, base)
    if found.idle:
        names = listed(cell_of(one) for one in found.idle)
        said.append(f"Nothing in the model hangs on {names}: contested, but without any effect, and without a solve.")
    said += [f"The case cannot have {told((option,))}: {' '.join(why.split())}." for option, why in found.impossible]
    if found.waiting:
        said.append(f"Not worked out, for want of solves: {listed(told(one) for one in found.waiting)}; --solves allows more.")
    if found.stopped:
        said.append("The study was stopped by hand; this is what was known by then.")
    said.append(f"It took {several(found.solves, 'solve')}, {proof(found.gap)}.")
    return said


def _now(found: Flips) -> str:
    verdict = found.verdict.sentence(found.likely)
    if found.now is None:
        return f"As things are the verdict is not settled: {verdict} in the best plan found, but the limits of the two best plans overlap."
    return f"As things are, {verdict}; this is proved."


def _worst(found: Flips, base: str) -> list[str]:
    """The worst combination, and how it was looked for."""
    worst = found.worst
    if worst is None:
        return []
    does = DOES[worst.effect]
    how = (
        "every combination was worked out"
        if found.method == "exact"
        else f"found step by step, not by trying all; {len(found.pairs)} of {found.all_pairs} pairs were worked out"
    )
    if worst.regret is not None and worst.regret[0] < 1e-6:
        return [f"Under no reading that was worked out is today's plan proved to give anything away ({how})."]
    lost = "today's plan cannot be kept" if worst.regret is None else f"today's plan gives away {regret_of(worst, base)}"
    alone = ", alone" if len(worst.reading) == 1 else ""
    return [f"The worst combination is {told(worst.reading)}{alone}: {lost}, and it {does} ({how})."]


def readings_sheet(found: Flips, tried: tuple[Tried, ...], caption: str) -> Sheet:
    """Readings with their effect, regret and the worth of the best plan."""
    base = found.case.settings.base_currency
    rows = tuple(
        Row((capital(told(one.reading)), _said(one), EFFECTS[one.effect], regret_of(one, base), _best(one, base)), one.effect == "flips")
        for one in tried
    )
    note = "Regret: what the best plan would be worth beyond today's plan, kept as it is where it matters. In bold: the verdict flips."
    return Sheet(caption, ("if it is", "who says so", "the verdict", "regret", "best plan"), rows, 3, note)


def _said(one: Tried) -> str:
    return "; ".join(option.said for option in one.reading) + ("" if one.solved else " (no solve needed)")


def _best(one: Tried, base: str) -> str:
    return between_signed(one.low, one.high, base) if one.possible else DASH


def between_signed(low: float, high: float, base: str) -> str:
    """A worth between two limits, which may be negative."""
    if math.isinf(high):
        return f"{money(low, base)} or more"
    first, last = money(low, base), money(high, base)
    return first if first == last else f"{money(low, base, 'down')} to {money(high, base, 'up')}"


def asks_sheet(found: Flips) -> Sheet:
    """What to find out next, the most worth knowing first."""
    base = found.case.settings.base_currency
    rows = tuple(
        Row((f"{rank}. {question(ask)}", worth(ask, base), EFFECTS[ask.effect], _most(ask, base)), ask.must)
        for rank, ask in enumerate(found.asks, 1)
    )
    note = "Worth knowing: the expected worth of the best plan for each version, less that of the one plan found that is best before."
    return Sheet("What to ask next", ("question", "worth knowing", "the verdict", "most regret"), rows, 1, note)


def question(ask: Ask) -> str:
    """What has to be found out: `Is the headcount of Oppama 2,400 (60 %) or 3,900 (40 %)?`."""
    values = [f"{digits(option.value)} ({share(option.weight)})" for option in ask.contest.options]
    return f"Is the {cell_of(ask.contest)} {listed(values, 'or')}?"


def worth(ask: Ask, base: str) -> str:
    """What finding out is worth, in words."""
    if ask.must:
        return "must be known first"
    return DASH if ask.low is None or ask.high is None else between(ask.low, ask.high, base)


def _most(ask: Ask, base: str) -> str:
    known = [one.regret for one in ask.tried if one.regret is not None]
    lost = any(one.possible and one.regret is None for one in ask.tried)
    return "today's plan cannot be kept" if lost else between(*max(known), base) if known else DASH


def weights_sheet(found: Flips) -> Sheet:
    """Every version of every contested cell with its weight."""
    rows = tuple(
        Row((capital(cell_of(contest)), digits(option.value), option.said, share(option.weight)), option.used)
        for contest in found.contests
        for option in contest.options
    )
    note = "In bold: what the case has. By standing and independent witnesses unless given; --write-weights writes them as a table to edit."
    return Sheet("How likely each version is held to be", ("cell", "version", "who says so", "weight"), rows, 3, note)


def as_page(found: Flips) -> Page:
    """The page of a study of flips."""
    base = found.case.settings.base_currency
    again = f'brownfield flips CASE --verdict "{found.verdict}" --gap {found.gap:g}'
    heading = f"Who would have to be right: {found.verdict.sentence(not found.likely)}"
    if found.today is None or found.today.best is None:
        badge = ("Nothing is contested", "proved") if not found.contests else ("No plan as things are", "infeasible")
        return Page("contested claims", f"Contested claims: {found.verdict.sentence()}", *badge, lead(found), (), (), again)
    return Page("contested claims", heading, *_badge(found), lead(found), _facts(found, base), _parts(found), again)


def _badge(found: Flips) -> tuple[str, str]:
    flipping = sum(one.effect == "flips" for one in found.singles)
    if flipping:
        return f"{several(flipping, 'contested claim flips', 'contested claims flip')} the verdict", "infeasible"
    together = (*found.pairs, *found.more)
    if any(one.effect == "flips" for one in together):
        return "No claim alone flips the verdict; several together do", "feasible"
    if found.waiting or any(one.effect in ("open", "likely") for one in (*found.singles, *together)):
        return "No flip is proved, and not everything is settled", "feasible"
    return "No contested claim flips the verdict", "proved"


def _facts(found: Flips, base: str) -> tuple[Fact, ...]:
    flipping = sum(one.effect == "flips" for one in found.singles)
    facts = [Fact("versions that flip it", str(flipping), f"of {len(found.singles)} worked out, one at a time")]
    if found.worst is not None:
        facts.append(Fact("worst combination", regret_of(found.worst, base), several(len(found.worst.reading), "claim")))
    if found.asks:
        facts.append(Fact("ask first", cell_of(found.asks[0].contest), f"worth knowing: {worth(found.asks[0], base)}"))
    return (*facts, Fact("solves", str(found.solves), f"gap {share(found.gap) if found.gap else 'none'}"))


def _parts(found: Flips) -> tuple[Part, ...]:
    regrets, asks = regrets_chart(found), asks_chart(found)
    combined = (*found.pairs, *found.more)
    singles = readings_sheet(found, found.singles, "Each version alone, the worst for today's plan first")
    folded = (readings_sheet(found, combined, "Several together, the worst first"),) if combined else ()
    parts = [
        Part("alone", "What flips it", tuple(sentences(found)), (regrets,) if regrets else (), (singles,) if found.singles else (), folded),
        Part("ask", "What to ask next", (), (asks,) if asks else (), (asks_sheet(found),) if found.asks else (), (weights_sheet(found),)),
    ]
    return tuple(parts)


def flips_dict(found: Flips) -> dict[str, Any]:
    """A study of flips as plain values."""
    return case_dict(found.case) | {
        "verdict": str(found.verdict),
        "now": found.now,
        "likely": found.likely,
        "npv": None if found.today is None or found.today.best is None else found.today.best.npv,
        "contested": len(found.contests),
        "singles": [_tried_dict(one) for one in found.singles],
        "pairs": [_tried_dict(one) for one in found.pairs],
        "more": [_tried_dict(one) for one in found.more],
        "worst": None if found.worst is None else _tried_dict(found.worst),
        "method": found.method,
        "pairs_in_all": found.all_pairs,
        "ask": [_ask_dict(ask) for ask in found.asks],
        "idle": [list(contest.cell) for contest in found.idle],
        "impossible": [{"cell": list(option.cell), "value": option.value, "why": why} for option, why in found.impossible],
        "waiting": [[{"cell": list(option.cell), "value": option.value} for option in reading] for reading in found.waiting],
        "unsettled": [unsettled_dict(one) for one in unsettled(found)],
        "sentences": [lead(found), *sentences(found)],
        "solves": found.solves,
        "stopped": found.stopped,
    }


def _tried_dict(one: Tried) -> dict[str, Any]:
    """A reading as plain values; a limit that is not known is null."""
    return {
        "reading": [{"cell": list(option.cell), "value": option.value, "said": option.said} for option in one.reading],
        "effect": one.effect,
        "regret": None if one.regret is None else [_known(limit) for limit in one.regret],
        "best": [_known(one.low), _known(one.high)],
        "kept": one.kept,
        "why_not": list(one.why_not),
        "solved": one.solved,
    }


def _ask_dict(ask: Ask) -> dict[str, Any]:
    """A question as plain values."""
    return {
        "cell": list(ask.contest.cell),
        "versions": [{"value": o.value, "said": o.said, "weight": o.weight, "used": o.used} for o in ask.contest.options],
        "worth": [ask.low, None if ask.high is None else _known(ask.high)],
        "must_be_known": ask.must,
        "effect": ask.effect,
        "plans": ask.considered,
        "complete": ask.complete,
    }


def unsettled_dict(open_one: Unsettled) -> dict[str, Any]:
    """A reading that is not settled as plain values."""
    reading = [{"cell": list(option.cell), "value": option.value} for option in open_one.one.reading]
    needs = {"overlap": _known(open_one.overlap), "gap_needed": open_one.gap}
    return {"reading": reading, **needs, "stopped_by_clock": open_one.stopped, "seconds": open_one.seconds}


def _known(limit: float) -> float | None:
    return limit if math.isfinite(limit) else None
