"""Who repeats whom: articles with the same wording or the same agency, and claims that a case holds already."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from brownfield.case.case import Case
from brownfield.case.tables import Claim, Source
from brownfield.evidence.cells import Cell
from brownfield.evidence.claims import Evidence
from brownfield.evidence.reading.candidates import Candidate
from brownfield.evidence.reading.documents import Document
from brownfield.evidence.reading.numbers import numbers

SAME_WORDING = 0.2
"""Share of the runs of five words of the shorter article above which two articles are one text."""

_RUN = 5
_AGENCIES = (
    "Reuters",
    "Nikkei",
    "Kyodo",
    "Jiji",
    "Bloomberg",
    "AFP",
    "Agence France-Presse",
    "Associated Press",
    "AP",
    "dpa",
    "Xinhua",
    "Yonhap",
    "PTI",
    "ANSA",
    "EFE",
    "TASS",
    "Interfax",
    "CTK",
    "PAP",
    "NHK",
    "Yomiuri",
    "Asahi",
    "Mainichi",
    "Financial Times",
    "Wall Street Journal",
    "Handelsblatt",
)
_ORIGIN = re.compile(
    rf"(?:\((?P<a>{'|'.join(_AGENCIES)})\)|\b(?:reported\b.{{0,40}}?\bby|according to|citing|with reference to|seen by|"
    rf"told)\s+(?:the\s+)?(?P<b>{'|'.join(_AGENCIES)})\b|"
    rf"\b(?P<c>{'|'.join(_AGENCIES)})\b[\w ]{{0,25}}\b(?:reported|has reported|reports|said|wrote|says)\b)"
)


@dataclass(frozen=True)
class Derivation:
    """A guess that one article repeats another source: which, and why."""

    derived_from: str
    why: str


def agencies(document: Document) -> tuple[str, ...]:
    """Agencies and papers whose reporting an article gives, the most often named first."""
    found = [next(name for name in match.groups() if name) for match in _ORIGIN.finditer(document.body)]
    return tuple(sorted(dict.fromkeys(found), key=lambda name: (-found.count(name), found.index(name))))


def words(text: str) -> list[str]:
    """The words of a text, without capitals and punctuation."""
    return re.findall(r"[^\W_]+", text.lower())


def overlap(one: str, other: str) -> float:
    """Share of the runs of five words of the shorter text that stand in the other."""
    runs = [{tuple(told[i : i + _RUN]) for i in range(len(told) - _RUN + 1)} for told in (words(one), words(other))]
    return len(runs[0] & runs[1]) / min(map(len, runs)) if all(runs) else 0.0


def known_source(case: Case, document: Document) -> str:
    """The source of the case that this article is: one with at least two quotes in its text; nothing when there is none."""
    body, counts = " ".join(words(document.text)), dict[str, int]()
    for claim in case.rows(Claim):
        if len(claim.quote.split()) >= 4 and " ".join(words(claim.quote)) in body:
            counts[claim.source] = counts.get(claim.source, 0) + 1
    best = max(sorted(counts), key=lambda name: counts[name], default="")
    return best if counts.get(best, 0) >= 2 else ""


def derivations(case: Case, documents: Sequence[Document], sources: Mapping[str, str]) -> dict[str, Derivation]:
    """For each article by file, the source that it seems to repeat. `sources`: the name of each article as a source."""
    found: dict[str, Derivation] = {}
    ordered = sorted(documents, key=lambda document: (document.published or "9999", sources[document.file]))
    for i, document in enumerate(ordered):
        for earlier in ordered[:i]:
            share = overlap(earlier.body, document.body)
            if share >= SAME_WORDING and sources[earlier.file] != sources[document.file]:
                found.setdefault(document.file, Derivation(sources[earlier.file], f"{share:.0%} of the wording of {earlier.file}"))
        names = agencies(document)
        if names and document.file not in found:
            shared = [other.file for other in ordered if other is not document and names[0] in agencies(other)]
            also = f", and so does {', '.join(shared)}" if shared else ""
            found[document.file] = Derivation(_source_of(case, names[0], document), f"names {names[0]} as its source{also}")
    return found


def _source_of(case: Case, agency: str, document: Document) -> str:
    """The source of the case that stands for an agency: the only one, or the one of the same month."""
    own = [
        source
        for source in case.rows(Source)
        if source.derived_from is None and agency.lower() in f"{source.publisher} {source.source}".lower()
    ]
    if len(own) > 1 and document.published:
        own = [source for source in own if (source.published or "")[:7] == document.published[:7]]
    return own[0].source if len(own) == 1 else ""


@dataclass(frozen=True)
class Held:
    """A claim that the case holds already and that says much the same."""

    claim: str
    source: str
    why: str


class Holdings:
    """The claims of a case, looked up by their words and values."""

    def __init__(self, evidence: Evidence) -> None:
        self._by_value: dict[str, list[tuple[Claim, frozenset[str]]]] = {}
        for claim in evidence.claims:
            told = frozenset(words(claim.quote))
            for value in sorted(_values(claim)):
                self._by_value.setdefault(value, []).append((claim, told))

    def same(self, source: str, quote: str, value: str, one: Candidate, subject: str, cell: Cell | None) -> Held | None:
        """The claim that a candidate repeats: the same words of the same source, or the same value of the same cell or subject."""
        quoted, best = frozenset(words(quote)), (0.0, "", "", "")
        for claim, told in [*self._by_value.get(value, ()), *self._by_value.get(str(one.value), ())]:
            alike = len(quoted & told) / min(len(quoted), len(told)) if len(told) >= 3 and quoted else 0.0
            if claim.source == source and alike >= 0.7:
                score, why = 3 + alike, "the same words"
            elif cell is not None and (claim.table, claim.row, claim.column) == tuple(cell):
                score, why = 2.0 + (claim.source == source), "the same value of the same cell"
            elif claim.subject == subject and _unit_like(claim.unit, one.unit):
                score, why = 1.0 + (claim.source == source), "the same value of the same subject"
            else:
                continue
            if score > best[0]:
                best = (score, claim.claim, claim.source, why)
        return Held(*best[1:]) if best[0] else None


def _values(claim: Claim) -> frozenset[str]:
    """Every number that a claim may be said to give: its value, and those of the original words, written out in full."""
    texts = {claim.value, *(str(one.value) for one in numbers(f"{claim.original} {claim.value} {claim.unit}", commas=False))}
    with suppress(ValueError, OverflowError):
        texts |= {str(float(claim.value)), str(int(float(claim.value)))}
    return frozenset(texts - {""})


def _unit_like(one: str, other: str) -> bool:
    """Whether two units may be the same: `jobs` and `heads`, `%` and `%`."""
    alike = (
        {"jobs", "heads", "people", "workers", "employees"},
        {"plants", "sites", "factories"},
        {"cars", "units", "vehicles"},
        {"year", "date"},
    )
    return one == other or any(one in group and other in group for group in alike)
