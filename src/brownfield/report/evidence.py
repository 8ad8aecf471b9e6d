"""What rests on which source, and where sources contradict each other, in the shape the report shows it."""

from __future__ import annotations

from dataclasses import dataclass

from brownfield.case.case import Case, Hindsight
from brownfield.case.tables import Claim, fields
from brownfield.evidence.cells import Cell, Sheet, measure_of
from brownfield.evidence.claims import Evidence
from brownfield.evidence.conflicts import NO_QUANTITY, Conflict, Version, conflicts, settled
from brownfield.evidence.coverage import Coverage, coverage
from brownfield.evidence.timeline import Event, timeline
from brownfield.report.charts_evidence import story
from brownfield.report.cited import Cited, cited
from brownfield.report.drawing import Picture
from brownfield.report.footnotes import citation
from brownfield.report.numbers import digits, share
from brownfield.solve.outcome import Outcome

MOST_ASSUMED = 30
"""Assumptions that are listed one by one, those that carry the most money first."""

SIDES = {"value": "Sources disagree", "quantity": "Different quantities under one name", "number": "One number, several meanings"}


@dataclass(frozen=True)
class Fact:
    """One figure of the case: what it is, its value with the cell it stands in, the money that hangs on it."""

    what: str
    value: Cited
    money: float | None


@dataclass(frozen=True)
class Side:
    """One version in a contradiction. marks: whether it is the strongest, the preferred one, or set aside."""

    value: str
    meaning: str
    cited: str
    quote: str
    standing: str
    marks: tuple[str, ...]
    used: bool
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Contradiction:
    """Versions side by side, with what the case uses, and a picture of who said so when."""

    title: str
    what: str
    position: str
    compatible: bool
    sides: tuple[Side, ...]
    picture: Picture | None


@dataclass(frozen=True)
class Grounds:
    """Everything the report says of evidence. late: figures that nobody had spoken of by the day of the case, and who did later."""

    coverage: Coverage
    facts: tuple[Fact, ...]
    contradictions: tuple[Contradiction, ...]
    settled: tuple[Contradiction, ...]
    events: tuple[Event, ...]
    assumed: tuple[Fact, ...]
    assumed_more: int
    late: tuple[tuple[Fact, str], ...]
    known_on: str


def covered(outcome: Outcome) -> float | None:
    """Share of the money of a plan that rests on a source; None when the case names no source at all."""
    if outcome.case.active("sources").is_empty():
        return None
    return coverage(outcome.case, outcome.ledger).money_share


def grounds(outcome: Outcome) -> Grounds:
    """What rests on a source; what is assumed; which sources contradict each other, and what was known when."""
    case = outcome.case
    found = coverage(case, outcome.ledger)
    evidence = Evidence(case)
    facts: list[Fact] = []
    assumed: list[Fact] = []
    for row in found.cells.iter_rows(named=True):
        name = Cell(row["table"], row["row"], row["column"])
        (facts if row["sourced"] else assumed).append(_fact(case, name, row["value"], row["money"]))
    still_open = tuple(_contradiction(evidence, conflict, f"story{i}") for i, conflict in enumerate(conflicts(case)))
    closed = tuple(_contradiction(evidence, conflict, f"settled{i}") for i, conflict in enumerate(settled(case)))
    late = tuple((_fact(case, Cell(*one.cell), one.value, None), _later(one)) for one in case.hindsight)
    return Grounds(
        coverage=found,
        facts=tuple(facts),
        contradictions=still_open,
        settled=closed,
        events=timeline(case),
        assumed=tuple(assumed[:MOST_ASSUMED]),
        assumed_more=max(0, len(assumed) - MOST_ASSUMED),
        late=late,
        known_on=case.known_on.isoformat() if case.known_on else "",
    )


def _fact(case: Case, name: Cell, value: str, money: float | None) -> Fact:
    return Fact(_what(name), cited(_value(case, value, name), name), money)


def _later(late: Hindsight) -> str:
    """Who spoke of a cell only later, with the words."""
    return late.claim.source + (f": “{late.claim.quote}”" if late.claim.quote else "")


def _what(name: Cell) -> str:
    meaning = fields(name.table)[name.column].description or name.column
    return f"{name.row.replace('|', ', ')}: {meaning}"


def _value(case: Case, text: str, name: Cell) -> str:
    """A value as people read it, with its unit; the digits of the case are kept."""
    measure = _measure(case, name)
    if measure.startswith("share"):
        return f"{share(float(text))}{measure.removeprefix('share').replace('/', ' a ')}"
    return f"{digits(text)} {measure}".strip() if measure not in NO_QUANTITY else text


def _measure(case: Case, name: Cell) -> str:
    """The unit of a cell, with the currency of its row in the place of the word."""
    measure = measure_of(name)
    if not measure.startswith(("million", "currency")):
        return measure
    table, row = ("markets", name.row.split("|")[1]) if name.table == "demand" else (name.table, name.row)
    sheet = Sheet(case, table)
    currency = str(sheet.value(row, "currency") or case.settings.base_currency) if row in sheet.index else case.settings.base_currency
    return measure.replace("currency", currency) if measure.startswith("currency") else measure.replace("million", f"million {currency}")


def _contradiction(evidence: Evidence, conflict: Conflict, key: str) -> Contradiction:
    unit = _measure(evidence.case, conflict.cell) if conflict.cell else conflict.unit
    measure = f" ({unit})" if unit and unit not in NO_QUANTITY else ""
    sides = tuple(_side(evidence, version) for version in conflict.versions)
    what = f"{conflict.subject}: {conflict.quantity}"
    picture = story(evidence, conflict, key, what) if conflict.nature != "number" else None
    return Contradiction(SIDES[conflict.nature], what + measure, conflict.position(), conflict.compatible, sides, picture)


def _side(evidence: Evidence, version: Version) -> Side:
    names = dict.fromkeys(citation(evidence.sources.get(claim.source), claim.source) for claim in version.claims)
    quote = next((claim.quote for claim in version.claims if claim.quote), "")
    sources = len({claim.source for claim in version.claims})
    independent = f", {version.independence} of {sources} independent" if version.independence < sources else ""
    standing = version.standing + independent + ("" if version.live else ", set aside")
    marks = tuple(word for word, holds in (("preferred", version.preferred), ("strongest", version.strongest)) if holds and version.live)
    value = digits(version.value)
    return Side(value, version.meaning, "; ".join(names), quote, standing, marks, version.used, version.claims)
