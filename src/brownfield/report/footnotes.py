"""Footnotes of the report: a mark behind each figure that rests on a source, and at the end the words, who said them and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from brownfield.case.case import Case
from brownfield.case.tables import Claim, Source
from brownfield.evidence.claims import Evidence
from brownfield.evidence.conflicts import dated
from brownfield.report.cited import cells_of
from brownfield.report.numbers import listed


@dataclass(frozen=True)
class Note:
    """One footnote: the words, who said them, when, and how that is known."""

    number: int
    quote: str
    cited: str
    url: str
    standing: str
    repeats: str


class Footnotes:
    """Gives out footnotes in the order in which the page asks for them: it is read from top to bottom, and so it is written."""

    def __init__(self, case: Case) -> None:
        self.evidence = Evidence(case)
        self.found: list[Note] = []
        self._numbers: dict[str, int] = {}

    def of(self, text: object) -> Markup:
        """The marks behind a text: one for the claim in force of each cell that it comes from, if there is one."""
        in_force = self.evidence.in_force
        return self.marks(in_force[cell] for cell in cells_of(text) if cell in in_force)

    def marks(self, claims: Iterable[Claim]) -> Markup:
        """The marks of claims, each a link to its footnote; the first to lead there is where the footnote leads back to."""
        links = []
        for claim in {claim.claim: claim for claim in claims}.values():
            place = ""
            if claim.claim not in self._numbers:
                self._numbers[claim.claim] = len(self.found) + 1
                self.found.append(self._note(claim))
                place = f' id="mark-{len(self.found)}"'
            number = self._numbers[claim.claim]
            links.append(f'<a href="#note-{number}"{place} aria-label="source {number}">{number}</a>')
        return Markup(f'<sup class="cite">{",".join(links)}</sup>' if links else "")

    def _note(self, claim: Claim) -> Note:
        source = self.evidence.sources.get(claim.source)
        parts = (claim.quote and f"“{claim.quote}”", claim.original and f"as given: {claim.original}", claim.place)
        said, chain = ", ".join(part for part in parts if part), self.evidence.chain(claim.source)[1:]
        url = source.url if source and source.url.startswith(("https://", "http://")) else ""
        return Note(self._numbers[claim.claim], said, citation(source, claim.source), url, claim.standing, listed(chain))


def citation(source: Source | None, name: str) -> str:
    """A source as it is cited: title, publisher, date."""
    if source is None:
        return name
    return ", ".join(dict.fromkeys(part for part in (source.title, source.publisher, dated(source) or "no date") if part))
