"""A threshold in words, figures and tables: at which value a verdict flips, how sure that is, and what to do if it never does."""

from __future__ import annotations

import math
from typing import Any

from brownfield.report.charts_study import threshold_chart
from brownfield.report.numbers import DASH, MINUS, capital, money, plain, several, share
from brownfield.report.pages import Fact, Page, Part
from brownfield.report.tables import Row, Sheet
from brownfield.report.values import case_dict
from brownfield.study.inputs import Input
from brownfield.study.threshold import Threshold
from brownfield.study.trials import Side, Trial

BADGES = {
    "flips": ("The verdict flips inside an interval that is proved", "proved"),
    "open": ("Not settled: the interval is open", "feasible"),
    "stays": ("This input does not flip the verdict", "infeasible"),
    "rules": ("The verdict rests on the rules, not on this input", "infeasible"),
}


def called(given: Input) -> str:
    """An input in words: `the fee per car of Foxconn at Oppama`."""
    what = given.column.replace("_", " ")
    if given.table == "case":
        return f"the {what} of the case"
    key = given.address[len(given.table) + 1 : -len(given.column) - 1]
    if key == "*":
        return f"the {what} of all {given.table}"
    return f"the {what} of {' / '.join(part for part in key.split('|') if part != '*')}"


def valued(given: Input, value: float, digits: int = 6, rounding: str = "nearest") -> str:
    """A value of the input with its unit: `110,000 JPY/car`, `1.12 times what it is now`."""
    if given.kind == "date":
        return given.shown(value)
    text = plain(value, digits, rounding)  # type: ignore[arg-type]
    return f"{text} times what it is now" if given.kind == "factor" else f"{text} {given.unit}".strip()


def digits_of(low: float, high: float) -> int:
    """How many digits two values need to be told apart, with one to spare; from three to twelve."""
    size = max(abs(low), abs(high))
    if size == 0 or high == low:
        return 6
    return min(max(2 + math.ceil(math.log10(size / (high - low))) if high - low < size else 3, 3), 12)


def between(found: Threshold) -> str:
    """The interval in words, rounded outwards: `between 869.61 and 869.63 EUR/car`."""
    low, high, given = found.low, found.high, found.given
    if low is None and high is None:
        return "anywhere in the range looked at"
    if low is None or high is None:
        known = low if high is None else high
        assert known is not None
        return f"{'above' if high is None else 'below'} {valued(given, known, 4)}"
    digits = digits_of(low, high)
    first = given.shown(low) if given.kind == "date" else plain(low, digits, "down")
    return f"between {first} and {valued(given, high, digits, 'up')}"


def lead(found: Threshold) -> str:
    """The answer in a sentence."""
    verdict, given = found.verdict, found.given
    if found.status == "flips":
        below, above = verdict.sentence(not found.above), verdict.sentence(bool(found.above))
        return f"{capital(above)} if {called(given)} is higher, and {below} if it is lower: it flips {between(found)}."
    if found.status == "rules":
        return f"{capital(verdict.sentence(_truth(found)))} whatever {called(given)} is: the opposite breaks the rules."
    if found.status == "stays":
        sure = "" if found.proved else " at any value tried"
        looked = f"from {given.shown(given.low)} to {valued(given, given.high)}"
        return f"{capital(verdict.sentence(_truth(found)))} whatever {called(given)} is{sure}, {looked}."
    return f"Where {called(given)} flips the verdict is not settled: it flips {between(found)}, or not at all."


def _truth(found: Threshold) -> bool:
    trial = next(trial for trial in found.known.trials if trial.value == found.given.now)
    return trial.likely if trial.state is None else trial.state


def sentences(found: Threshold) -> list[str]:
    """What holds now, how the interval was found, and how sure it is."""
    told = [now_sentence(found)]
    if found.status == "flips":
        told.append(_far(found))
    if found.likely is not None and found.status in ("flips", "open"):
        told.append(
            f"The best plans found with and without it are worth the same at {valued(found.given, found.likely)}: the likeliest value."
        )
    if found.status == "open" and found.high is not None:
        told.append(f"At {valued(found.given, found.high)} it is proved that {found.verdict.sentence(bool(found.above))}.")
    if found.status == "open" and found.low is not None:
        told.append(f"At {valued(found.given, found.low)} it is proved that {found.verdict.sentence(not found.above)}.")
    told.append(_how(found))
    if found.verified:
        told.append(
            "Solved again just below and just above the interval, with nothing forced, the best plan has the verdict that was proved there."
        )
    if found.status in ("stays", "rules"):
        told.append(rests_on(found))
    if found.cut:
        told.append(f"The range was cut to values that the case allows: {' '.join(found.cut.split())}.")
    if found.stopped:
        told.append("The search was stopped by hand; this is what was known by then.")
    return told


def now_sentence(found: Threshold) -> str:
    """What holds as things are, and what is known of the number."""
    given = found.given
    claim = f"{given.standing}: {given.source}" if given.source else given.standing
    said = f"Now it is {valued(given, given.now)} ({claim})"
    if given.claimed and given.claimed[0] < given.claimed[1]:
        said += f"; the sources say {plain(given.claimed[0], 6)} to {plain(given.claimed[1], 6)}"
    if found.now is None:
        likely = found.verdict.sentence(_truth(found))
        return f"{said}. At that, the verdict is not settled: {likely} in the best plan found, but the limits of the two overlap."
    return f"{said}, and {found.verdict.sentence(found.now)}; this is proved."


def _far(found: Threshold) -> str:
    """How far the input is from the interval, and whether sources reach it."""
    given = found.given
    assert found.low is not None
    assert found.high is not None
    if found.now is not None and given.now in (found.low, found.high):
        return "What it is now is one end of the interval: the verdict is proved there, and may flip anywhere up to the other end."
    if found.low <= given.now <= found.high:
        return "What it is now lies inside the interval: at this gap the verdict can go either way."
    ends = sorted((found.low, found.high), key=lambda end: abs(end - given.now))
    relative = [given.relative(end) for end in ends]
    if relative[0] is None or relative[1] is None:
        return "It takes a change to there to flip the verdict."
    word = "rise" if ends[0] > given.now else "fall"
    near, far = (share(abs(one)) for one in relative if one is not None)
    by = near if near == far else f"at least {near}, and at most {far}"
    said = f"It would have to {word} by {by} for another answer."
    if given.claimed and given.claimed[0] < given.claimed[1]:
        reach = given.claimed[0] <= found.high and given.claimed[1] >= found.low
        said += " What the sources say reaches that far." if reach else " No source says so much."
    return said


def _how(found: Threshold) -> str:
    """The method, the solves and the gap."""
    how = (
        "The input moves the worth of decisions and nothing else, so the worth of the best plan is convex in it: "
        "the value is found by Newton's method"
        if found.method == "newton"
        else "The input changes what is possible, so the interval is narrowed by trying values between two that are proved"
    )
    return f"{how}. It took {several(found.solves, 'solve')}, {proof(found.gap)}."


def proof(gap: float) -> str:
    """How far each solve goes, in words."""
    return f"with a gap of {share(gap)} of gross value asked of each" if gap else "with no gap left to any"


def rests_on(found: Threshold) -> str:
    """What the verdict rests on when this input does not move it."""
    trial = next(trial for trial in found.known.trials if trial.value == found.given.now)
    base, truth = found.case.settings.base_currency, _truth(found)
    other = trial.side(not truth)
    if other.outcome is not None and other.outcome.status == "infeasible":
        return (
            f"No plan in which {found.verdict.sentence(not truth)} obeys every rule of the case: the verdict rests on its rules and dates."
        )
    worth = trial.side(truth).low - other.low
    if math.isfinite(worth):
        hint = "`brownfield why` says where the money goes, and `--all` which inputs could flip it"
        return f"The opposite would cost {money(worth, base)}, as far as the plans found tell; {hint}."
    return "No plan with the opposite was found in the time given."


def trials_sheet(found: Threshold) -> Sheet:
    """Every value that was tried, with the limits of both worths."""
    base = found.case.settings.base_currency
    rows = tuple(
        Row((valued(found.given, t.value), *_limits(t.true, base), *_limits(t.false, base), _state(t)), t.value == found.given.now)
        for t in found.known.trials
    )
    head = (called(found.given), "with it: best plan", "at most", "without it: best plan", "at most", "the verdict")
    return Sheet(
        "Values tried, and what the best plans with and without the verdict are worth there",
        head,
        rows,
        note="In bold: what the input is now.",
    )


def _limits(side: Side, base: str) -> tuple[str, str]:
    return ("none", "none") if side.high == -math.inf else (_money(side.low, base), _money(side.high, base, "up"))


def _money(value: float, base: str, rounding: str = "nearest") -> str:
    if math.isinf(value):
        return "not known" if value > 0 else DASH
    return f"{MINUS if value < 0 else ''}{plain(abs(value), 6, rounding)}"  # type: ignore[arg-type]


def _state(trial: Trial) -> str:
    return {True: "true", False: "not true", None: "not settled"}[trial.state]


def as_page(found: Threshold) -> Page:
    """The page of a threshold."""
    badge, colour = BADGES[found.status]
    given = found.given
    facts = [Fact(called(given), valued(given, given.now), given.standing)]
    if found.status in ("flips", "open"):
        facts.append(
            Fact(
                "flips",
                between(found).replace("between ", "").replace(" and ", " to "),
                "an interval that honours the gap" if found.status == "flips" else "open",
            )
        )
    if found.change is not None:
        facts.append(Fact("least change", share(found.change), "of what it is now"))
    facts.append(Fact("solves", f"{found.solves}", f"gap {share(found.gap) if found.gap else 'none'}"))
    picture = threshold_chart(found)
    unit = f"Worths in million {found.case.settings.base_currency}."
    parts = (
        Part("sure", "How sure", tuple(sentences(found)), (picture,) if picture else (), (trials_sheet(found),)),
        Part("words", "What was asked", (f"Verdict: {found.verdict}.", f"Input: {given.address}.", unit)),
    )
    again = f'brownfield threshold CASE --verdict "{found.verdict}" --input "{given.address}" --gap {found.gap:g}'
    return Page(
        "threshold",
        f"What would have to be true: {found.verdict.sentence(not _truth(found))}",
        badge,
        colour,
        lead(found),
        tuple(facts),
        parts,
        again,
    )


def threshold_dict(found: Threshold) -> dict[str, Any]:
    """A threshold as plain values, with what it is about."""
    return case_dict(found.case) | {"verdict": str(found.verdict)} | flip_dict(found)


def flip_dict(found: Threshold) -> dict[str, Any]:
    """A threshold as plain values."""
    given = found.given
    return {
        "input": given.address,
        "unit": given.unit,
        "now_at": given.shown(given.now) if given.kind == "date" else given.now,
        "known": given.standing,
        "source": given.source or None,
        "claimed": given.claimed,
        "status": found.status,
        "now": found.now,
        "low": found.low,
        "high": found.high,
        "above": found.above,
        "likely": found.likely,
        "change": found.change,
        "method": found.method,
        "proved": found.proved,
        "verified": found.verified,
        "range": [given.low, given.high],
        "gap": found.gap,
        "solves": found.solves,
        "sentences": [lead(found), *sentences(found)],
        "trials": [
            {
                "value": t.value,
                "state": t.state,
                **{
                    f"{name}_{end}": getattr(side, end)
                    for name, side in (("with", t.true), ("without", t.false))
                    for end in ("low", "high")
                },
            }
            for t in found.known.trials
        ],
    }
