"""What rests on which source, and where sources contradict each other, in the shape the report shows it."""

from __future__ import annotations

from dataclasses import dataclass

from brownfield.case.case import Case
from brownfield.case.tables import Claim, Source, fields
from brownfield.evidence.cells import Cell, Sheet, measure_of
from brownfield.evidence.claims import Evidence
from brownfield.evidence.conflicts import NO_QUANTITY, Conflict, Version, conflicts
from brownfield.evidence.coverage import Coverage, coverage
from brownfield.report.numbers import listed, plain, share
from brownfield.solve.outcome import Outcome

MOST_ASSUMED = 30
"""Assumptions that are listed one by one, those that carry the most money first."""

SIDES = {"value": "Sources disagree", "quantity": "Different quantities under one name", "number": "One number, several meanings"}


@dataclass(frozen=True)
class Note:
    """One footnote: the words, who said them, when, and how that is known."""

    number: int
    quote: str
    cited: str
    url: str
    standing: str
    repeats: str


@dataclass(frozen=True)
class Fact:
    """One figure of the case that rests on a source: what it is, its value, the money that hangs on it, its footnotes."""

    what: str
    value: str
    money: float | None
    notes: tuple[int, ...]


@dataclass(frozen=True)
class Side:
    """One version in a contradiction."""

    value: str
    meaning: str
    cited: str
    quote: str
    standing: str
    used: bool


@dataclass(frozen=True)
class Contradiction:
    """Versions side by side, with what the case uses."""

    title: str
    what: str
    used: str
    compatible: bool
    sides: tuple[Side, ...]


@dataclass(frozen=True)
class Grounds:
    """Everything the report says of evidence."""

    coverage: Coverage
    facts: tuple[Fact, ...]
    notes: tuple[Note, ...]
    contradictions: tuple[Contradiction, ...]
    assumed: tuple[Fact, ...]
    assumed_more: int


def covered(outcome: Outcome) -> float | None:
    """Share of the money of a plan that rests on a source; None when the case names no source at all."""
    if outcome.case.active("sources").is_empty():
        return None
    return coverage(outcome.case, outcome.ledger).money_share


def grounds(outcome: Outcome) -> Grounds:
    """What rests on a source, with footnotes; what is assumed; which sources contradict each other."""
    case = outcome.case
    found = coverage(case, outcome.ledger)
    evidence = Evidence(case)
    notes = _Notes(evidence)
    rows = found.cells.iter_rows(named=True)
    facts, assumed = [], []
    for row in rows:
        name = Cell(row["table"], row["row"], row["column"])
        if row["sourced"]:
            numbers = tuple(notes.number(claim) for claim in evidence.live(name) if claim.claim == row["claim"])
            facts.append(Fact(_what(name), _value(case, row["value"], name), row["money"], numbers))
        else:
            assumed.append(Fact(_what(name), _value(case, row["value"], name), row["money"], ()))
    told = tuple(_contradiction(evidence, conflict) for conflict in conflicts(case))
    return Grounds(found, tuple(facts), tuple(notes.found), told, tuple(assumed[:MOST_ASSUMED]), max(0, len(assumed) - MOST_ASSUMED))


class _Notes:
    """Footnotes in the order in which they are first needed."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.found: list[Note] = []
        self.numbers: dict[str, int] = {}

    def number(self, claim: Claim) -> int:
        if claim.claim not in self.numbers:
            self.numbers[claim.claim] = len(self.found) + 1
            self.found.append(_note(self.evidence, claim, len(self.found) + 1))
        return self.numbers[claim.claim]


def _note(evidence: Evidence, claim: Claim, number: int) -> Note:
    source = evidence.sources.get(claim.source)
    parts = (claim.quote and f"“{claim.quote}”", claim.original and f"as given: {claim.original}", claim.place)
    said, chain = ", ".join(part for part in parts if part), evidence.chain(claim.source)[1:]
    url = source.url if source and source.url.startswith(("https://", "http://")) else ""
    return Note(number, said, _cited(source, claim.source), url, claim.standing, listed(chain))


def _cited(source: Source | None, name: str) -> str:
    """A source as it is cited: title, publisher, date."""
    if source is None:
        return name
    when = source.published or (f"read {source.retrieved}" if source.retrieved else "no date")
    return ", ".join(dict.fromkeys(part for part in (source.title, source.publisher, when) if part))


def _what(name: Cell) -> str:
    meaning = fields(name.table)[name.column].description or name.column
    return f"{name.row.replace('|', ', ')}: {meaning}"


def _value(case: Case, text: str, name: Cell) -> str:
    """A value as people read it, with its unit; the digits of the case are kept."""
    measure = _measure(case, name)
    if measure.startswith("share"):
        return f"{share(float(text))}{measure.removeprefix('share').replace('/', ' a ')}"
    return f"{_digits(text)} {measure}".strip() if measure not in NO_QUANTITY else text


def _measure(case: Case, name: Cell) -> str:
    """The unit of a cell, with the currency of its row in the place of the word."""
    measure = measure_of(name)
    if not measure.startswith(("million", "currency")):
        return measure
    table, row = ("markets", name.row.split("|")[1]) if name.table == "demand" else (name.table, name.row)
    sheet = Sheet(case, table)
    currency = str(sheet.value(row, "currency") or case.settings.base_currency) if row in sheet.index else case.settings.base_currency
    return measure.replace("currency", currency) if measure.startswith("currency") else measure.replace("million", f"million {currency}")


def _digits(text: str) -> str:
    try:
        return plain(float(text.replace(",", "")), 12)
    except ValueError:
        return text


def _contradiction(evidence: Evidence, conflict: Conflict) -> Contradiction:
    unit = _measure(evidence.case, conflict.cell) if conflict.cell else conflict.unit
    measure = f" ({unit})" if unit and unit not in NO_QUANTITY else ""
    used = _digits(conflict.used)
    sides = tuple(_side(evidence, version, used) for version in conflict.versions)
    what = f"{conflict.subject}: {conflict.quantity}{measure}"
    told = f"The case uses {used}{'' if any(side.used for side in sides) else ', which none of them says: an assumption'}." if used else ""
    return Contradiction(SIDES[conflict.nature], what, told, conflict.compatible, sides)


def _side(evidence: Evidence, version: Version, used: str) -> Side:
    cited = dict.fromkeys(_cited(evidence.sources.get(claim.source), claim.source) for claim in version.claims)
    quote = next((claim.quote for claim in version.claims if claim.quote), "")
    standing = version.standing + ("" if version.live else ", set aside")
    return Side(_digits(version.value), version.meaning, "; ".join(cited), quote, standing, version.live and _digits(version.value) == used)
