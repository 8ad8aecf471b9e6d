"""What an article proposes: one row for each candidate claim, ready for a person to look over. Nothing here changes a case."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from brownfield.case.case import Case
from brownfield.case.tables import Source
from brownfield.evidence.cells import Cell
from brownfield.evidence.claims import Evidence
from brownfield.evidence.reading.candidates import Candidate, candidates
from brownfield.evidence.reading.derived import Derivation, Holdings, derivations, known_source
from brownfield.evidence.reading.documents import Document
from brownfield.evidence.reading.subjects import Guess, Names, guess, in_cell, plain

QUOTED = 24
"""Words quoted from a source, at most."""

_TRANSLATED = re.compile(r"\b(?:machine|automatic(?:ally)?)[ -]translat|\btranslated from\b|\btranslation from\b", re.I)


@dataclass(frozen=True)
class ReviewRow:
    """A candidate claim with its source, as a row of the review table: every field is text."""

    accept: str
    article: str
    sentence: str
    source: str
    title: str
    publisher: str
    published: str
    retrieved: str
    kind: str
    derived_from: str
    subject: str
    property: str
    table: str
    row: str
    column: str
    value: str
    low: str
    high: str
    unit: str
    qualifier: str
    original: str
    quote: str
    place: str
    standing: str
    who: str
    hedges: str
    denials: str
    confidence: str
    held: str
    derivation: str


COLUMNS = tuple(field.name for field in fields(ReviewRow))
"""Columns of the review table, in order."""


def propose(case: Case, documents: Sequence[Document], today: str) -> list[ReviewRow]:
    """Candidate claims of articles, in the order of the articles and their text.

    `today` is the day on which they are read, like 2026-11-22: an article that claims a later day of publication has none.
    """
    names, evidence = Names(case), Evidence(case)
    holdings = Holdings(evidence)
    sources = {document.file: known_source(case, document) or source_name(document) for document in documents}
    repeats = derivations(case, documents, sources)
    rows: list[ReviewRow] = []
    for document in documents:
        about = _source(evidence, document, sources[document.file], repeats.get(document.file), today)
        found, mentions = candidates(document), names.mentions(document.text)
        dates = _dates(found)
        for one in found:
            row = _row(holdings, document, about, one, guess(names, mentions, document.text, one), case)
            why = repeats[document.file].why if document.file in repeats else ""
            rows.append(replace(row, qualifier=_qualifier(one, dates.get(one.sentence_start, ())), derivation=why))
    return rows


def source_name(document: Document) -> str:
    """A name for an article as a source, from what it says alone: its headline, or a hash of its text."""
    name = re.sub(r"[;|\x00-\x1f\x7f]", " ", " ".join(document.title.split()))
    name = _cut(name.lstrip("=+-@ \t"), 60).strip()
    return name or "article " + hashlib.sha256(document.text.encode()).hexdigest()[:8]


def _source(evidence: Evidence, document: Document, name: str, repeats: Derivation | None, today: str) -> Source:
    """The row of the source: as the case holds it, or what the article says of itself."""
    if name in evidence.sources:
        return evidence.sources[name]
    kind = "translation" if _TRANSLATED.search(document.text) else "named press" if document.publisher else "anonymous press"
    published = document.published if document.published <= today else ""
    return Source.model_construct(
        source=name,
        title=_safe(document.title) or name,
        publisher=_safe(document.publisher),
        published=published or None,
        retrieved=today,
        kind=kind,
        derived_from=(repeats.derived_from if repeats else "") or None,
    )


def _row(holdings: Holdings, document: Document, source: Source, one: Candidate, about: Guess, case: Case) -> ReviewRow:
    """A candidate as a row of the review."""
    value, low, high = (_given(case, about.cell, part, one.quantity.currency) for part in (one.value, one.low, one.high))
    quote = quoted(document.text, one)
    cell = about.cell
    same = holdings.same(source.source, quote, value, one, about.subject, cell)
    return ReviewRow(
        accept="",
        article=document.file,
        sentence=one.sentence,
        source=source.source,
        title=source.title,
        publisher=source.publisher,
        published=source.published or "",
        retrieved=source.retrieved or "",
        kind=source.kind,
        derived_from=source.derived_from or "",
        subject=about.subject,
        property=about.property,
        table=cell.table if cell else "",
        row=cell.row if cell else "",
        column=cell.column if cell else "",
        value=value,
        low=low,
        high=high,
        unit=one.unit,
        qualifier="",
        original=_safe(one.words),
        quote=quote,
        place=f"characters {one.start} to {one.end}",
        standing=one.speech.standing,
        who=one.speech.who,
        hedges="; ".join(one.speech.hedges),
        denials="; ".join(one.speech.denials),
        confidence=f"{about.sure:.2f}",
        held=f"{same.source}: {same.why} (claim {same.claim})" if same else "",
        derivation="",
    )


def _given(case: Case, cell: Cell | None, value: float | str | None, currency: str) -> str:
    """A value as a claim gives it: in the unit of its cell, or written out in full when it is about no cell."""
    if value is None or isinstance(value, str):
        return value or ""
    return in_cell(case, cell, value, currency) if cell else plain(value)


def _dates(found: Sequence[Candidate]) -> dict[int, list[Candidate]]:
    """The dates among candidates, by the place of their sentence."""
    dates: dict[int, list[Candidate]] = {}
    for one in found:
        if one.unit == "date":
            dates.setdefault(one.sentence_start, []).append(one)
    return dates


def _qualifier(one: Candidate, dates: Sequence[Candidate]) -> str:
    """The date in the same sentence that stands nearest to a quantity."""
    if one.unit == "date" or not dates:
        return ""
    return str(min(dates, key=lambda other: (max(other.start - one.end, one.start - other.end), other.start)).value)


def quoted(text: str, one: Candidate) -> str:
    """The words around a quantity: its sentence, or as much of it as may be quoted."""
    told = list(
        re.finditer(r"\S+", text[one.sentence_start : one.sentence_start + max(len(one.sentence) + 200, one.end - one.sentence_start)])
    )
    count = len(one.sentence.split())
    told, at = told[:count], one.start - one.sentence_start
    middle = next((i for i, word in enumerate(told) if word.end() > at), 0)
    first = max(0, min(middle - QUOTED // 2, count - QUOTED))
    return _cut(_safe(" ".join(word[0] for word in told[first : first + QUOTED])), 1000)


def _safe(text: str) -> str:
    """Text that no spreadsheet runs as a formula and that holds no control characters."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split())).lstrip("=+-@ ").strip()


def _cut(text: str, most: int) -> str:
    """Text cut at a blank, so that no word is torn."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0]
