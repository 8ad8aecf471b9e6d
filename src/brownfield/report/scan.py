"""What would have to be true, in words, a chart and a table: which inputs flip the verdict, and how far they would have to move."""

from __future__ import annotations

from typing import Any

from brownfield.report.charts_study import reach_chart
from brownfield.report.numbers import DASH, capital, plain, several, share
from brownfield.report.pages import Fact, Page, Part
from brownfield.report.tables import Row, Sheet
from brownfield.report.threshold import between, called, flip_dict, proof, valued
from brownfield.report.values import case_dict
from brownfield.study.inputs import Input
from brownfield.study.scan import Scan
from brownfield.study.threshold import Threshold

SHOWN = 25
"""Inputs in the first table; the others are folded away."""


def lead(found: Scan) -> str:
    """The answer in a sentence: the input that flips the verdict first."""
    verdict = found.verdict.sentence(truth(found))
    if not found.flips:
        settled = " that was worked out is proved to flip" if found.estimates or found.unsettled else " flips"
        return f"No single input{settled} the verdict that {verdict}.{_nearest(found)}"
    first = found.flips[0]
    change = f", a change of {share(first.change)}" if first.change else ""
    return f"The verdict that {verdict} hangs most on {called(first.given)}: it flips {between(first)}{change}."


def truth(found: Scan) -> bool:
    """Whether the verdict is true of the best plan as things are; of the best one found, where that is not settled."""
    if found.now is not None:
        return found.now
    looked = (*found.unsettled, *found.flips, *found.stays)
    return next((trial.likely for one in looked for trial in one.known.trials if trial.value == one.given.now), True)


def _nearest(found: Scan) -> str:
    """Where nothing is proved: the input that would have to change least for the two plans found to be worth the same."""
    near = [(abs(one.given.relative(one.likely) or 0.0), one.given, one.likely) for one in found.unsettled if one.likely is not None]
    near += [(one.change, one.given, one.value) for one in found.estimates]
    if not near:
        return ""
    change, given, value = min(near, key=lambda one: one[0])
    now = f"now {valued(given, given.now)}"
    return f" By the plans found the nearest is {called(given)}: at about {valued(given, value, 3)}, {now}, a change of {share(change)}."


def sentences(found: Scan) -> list[str]:
    """How many inputs were looked at, and what is not known."""
    looked = len(found.flips) + len(found.unsettled) + len(found.stays)
    told = [
        f"{several(looked, 'input was', 'inputs were')} worked out, one at a time, with {several(found.solves, 'solve')}, "
        f"{proof(found.gap)}: {len(found.flips)} flip the verdict, {len(found.stays)} do not, "
        f"{len(found.unsettled)} cannot be settled at this gap."
    ]
    if found.now is None and found.flips + found.unsettled + found.stays:
        told.append("As things are, the verdict itself is not settled at this gap: a smaller one (--gap) tells more.")
    bare = [one for one in found.flips if one.given.standing == "assumption"]
    if bare:
        told.append(f"{several(len(bare), 'of those that flip it is', 'of those that flip it are')} no more than an assumption.")
    reach = [one for one in found.flips if _claimed(one)]
    if reach:
        told.append("What sources say reaches the interval: " + "; ".join(called(one.given) for one in reach) + ".")
    if found.estimates:
        told.append(
            f"{several(len(found.estimates), 'more input')} could matter by the ledgers of the two plans found, but were not "
            "worked out; --top asks for more."
        )
    if found.left_out:
        told.append(
            f"Of {several(found.left_out, 'other input')} there is no estimate: no money of either plan hangs on them, or they would "
            "have to leave the range looked at. Those that change what is possible, like demand, the rates of lines or the terms of an "
            "offer that neither plan takes up, may flip it all the same: ask for them with --input."
        )
    if found.stopped:
        told.append("The search was stopped by hand; this is what was known by then.")
    return told


def _claimed(one: Threshold) -> bool:
    """Whether what sources say reaches the interval."""
    claimed = one.given.claimed
    return claimed is not None and one.low is not None and one.high is not None and claimed[0] <= one.high and claimed[1] >= one.low


def flips_sheet(found: Scan, first: int = 0, last: int = SHOWN) -> Sheet:
    """Every input that flips the verdict, the smallest change first."""
    rows = tuple(_row(rank, one) for rank, one in enumerate(found.flips[first:last], first + 1))
    head = ("what would have to change", "now", "flips", "change", "above it", "how it is known")
    note = "Change: the least relative change that may flip the verdict. One input moves at a time; all others stay as they are."
    return Sheet("What would have to be true for another answer", head, rows, note=note)


def _row(rank: int, one: Threshold) -> Row:
    given = one.given
    change = share(one.change) if one.change is not None else DASH
    state = "true" if one.above else "not true"
    return Row(
        (
            f"{rank}. {capital(called(given))}",
            valued(given, given.now),
            between(one).removeprefix("between ").replace(" and ", " to "),
            change,
            state,
            known(given),
        )
    )


def known(given: Input) -> str:
    """How an input is known: its standing and source, and what else is claimed."""
    claim = f"{given.standing}: {given.source}" if given.source else given.standing
    if given.claimed and given.claimed[0] < given.claimed[1]:
        claim += f", {plain(given.claimed[0], 6)} to {plain(given.claimed[1], 6)}"
    return claim


def unsettled_sheet(found: Scan) -> Sheet:
    """Inputs that were worked out, with where the plans found are worth the same, and what of it is proved."""
    rows = []
    for one in found.unsettled:
        change = None if one.likely is None else one.given.relative(one.likely)
        about = DASH if one.likely is None else valued(one.given, one.likely, 3)
        proved = between(one) if one.low is not None or one.high is not None else "nothing yet"
        moved = DASH if change is None else share(abs(change))
        rows.append(Row((capital(called(one.given)), valued(one.given, one.given.now), about, moved, proved, known(one.given))))
    head = ("input", "now", "about", "change", "proved: if it flips, then", "how it is known")
    note = "About: where the best plans found with and without the verdict are worth the same. A smaller gap, or more solves, settles more."
    return Sheet("Worked out, but not settled", head, tuple(rows), note=note)


def others_sheet(found: Scan) -> Sheet:
    """Inputs that do not flip the verdict."""
    rows = [
        Row(
            (
                capital(called(one.given)),
                "against the rules"
                if one.status == "rules"
                else "proved"
                if one.proved
                else "not at any value tried",
                f"{one.given.shown(one.given.low)} to {valued(one.given, one.given.high)}",
            )
        )
        for one in found.stays
    ]
    return Sheet("Inputs that do not flip it", ("input", "how sure", "range looked at"), tuple(rows), words=2)


def estimates_sheet(found: Scan) -> Sheet:
    """Inputs that were not worked out, with the value at which the two plans found are worth the same."""
    rows = []
    for one in found.estimates[:40]:
        given = one.given
        rows.append(Row((capital(called(given)), valued(given, given.now), valued(given, one.value, 3), share(one.change), known(given))))
    head = ("input", "now", "about", "change", "how it is known")
    return Sheet("Estimated from the ledgers of the two plans found, not worked out", head, tuple(rows))


def sheets(found: Scan) -> list[Sheet]:
    """What flips it, what is not settled, and what was only estimated; each where there is any."""
    told = [flips_sheet(found)] if found.flips else []
    told += [unsettled_sheet(found)] if found.unsettled else []
    return told + ([estimates_sheet(found)] if found.estimates else [])


def as_page(found: Scan) -> Page:
    """The page of a scan."""
    facts = (
        Fact("inputs that flip it", str(len(found.flips)), f"of {len(found.flips) + len(found.unsettled) + len(found.stays)} worked out"),
        Fact(
            "smallest change",
            share(found.flips[0].change) if found.flips and found.flips[0].change is not None else DASH,
            called(found.flips[0].given) if found.flips else "",
        ),
        Fact("solves", str(found.solves), f"gap {share(found.gap) if found.gap else 'none'}"),
    )
    picture = reach_chart(found)
    more = (flips_sheet(found, SHOWN, len(found.flips)),) if len(found.flips) > SHOWN else ()
    folded = (
        *more,
        *((others_sheet(found),) if found.stays else ()),
    )
    parts = (
        Part(
            "true",
            "What would have to be true",
            tuple(sentences(found)),
            (picture,) if picture else (),
            tuple(sheets(found)),
            folded,
        ),
    )
    badge = "Every interval is proved" if found.flips else "Nothing that was worked out is proved to flip it"
    again = f'brownfield threshold CASE --verdict "{found.verdict}" --all --gap {found.gap:g}'
    return Page(
        "thresholds",
        f"What would have to be true: {found.verdict.sentence(not truth(found))}",
        badge,
        "proved" if found.flips else "feasible",
        lead(found),
        facts,
        parts,
        again,
    )


def scan_dict(found: Scan) -> dict[str, Any]:
    """The thresholds of every input as plain values."""
    return case_dict(found.case) | {
        "verdict": str(found.verdict),
        "now": found.now,
        "solves": found.solves,
        "sentences": sentences(found),
        **{name: [flip_dict(one) for one in getattr(found, name)] for name in ("flips", "unsettled", "stays")},
        "estimates": [{"input": one.given.address, "value": one.value, "change": one.change} for one in found.estimates],
    }
