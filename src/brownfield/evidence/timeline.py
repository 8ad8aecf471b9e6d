"""What was known when: every claim by the day on which it became known, with what it repeated, contradicted and settled."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from brownfield.case.case import Case
from brownfield.case.tables import Claim
from brownfield.evidence.cells import Cell, Value, likeness, worded
from brownfield.evidence.claims import Evidence, is_live, known_from
from brownfield.evidence.conflicts import background, dated, number
from brownfield.evidence.meanings import qualifiers_differ

Effect = Literal["new", "repeats", "confirms", "differs", "contradicts", "settles"]
"""What a claim did on the day it became known. new: nobody had spoken of it. repeats: the same value, from a witness that had
given it. confirms: the same value, from another witness. contradicts: another value than one that was known of the same
quantity; differs: than one that was known of a quantity qualified otherwise. settles: the preferred claim, when others were
known; from then on the question has an answer."""


@dataclass(frozen=True)
class Event:
    """One claim becoming known: the last day it may have been, its date as the source gives it, and its effect.

    day: None when the source has no date; such events come last. values: the other values known by then, in words, which it
    contradicts, differs from or settles. live: neither denied nor deprecated. used: the cell follows it.
    """

    day: datetime.date | None
    date: str
    claim: Claim
    cell: Cell | None
    quantity: str
    value: str
    effect: Effect
    values: tuple[str, ...]
    live: bool
    used: bool

    @property
    def did(self) -> str:
        """Its effect in words: `which contradicts 7`."""
        against = f" {', '.join(self.values)}" if self.values else ""
        return {
            "new": "the first word on it",
            "repeats": "which repeats what was known",
            "confirms": "which confirms what was known",
            "differs": f"of another quantity than{against}",
            "contradicts": f"which contradicts{against}",
            "settles": f"which settles it against{against}",
        }[self.effect]

    def sentence(self) -> str:
        """The event in words: `2025-07: plants that close: 17 (blog; reported), which contradicts 7.`"""
        marks = [self.claim.standing, *(["set aside"] if not self.live else []), *(["used"] if self.used else [])]
        what = f"{self.quantity} ({self.cell})" if self.cell else self.quantity
        return f"{self.date or 'no date'}: {what}: {self.value} ({self.claim.source}; {', '.join(marks)}), {self.did}."


def timeline(case: Case, *, contested: bool = True) -> tuple[Event, ...]:
    """What was known when, the earliest first; sources without any date last.

    A source counts from the last day that its publication date may mean, or else from the day it was read. `contested`:
    only quantities of which different values were given, set aside or not; else all.
    """
    evidence = Evidence(case)
    events: list[Event] = []
    for name, claims in evidence.by_cell.items():
        events += _told(evidence, claims, evidence.reading, name, contested)
    for group in background(evidence):
        events += _told(evidence, group, number, None, contested)
    once: dict[tuple[str, Cell | None], Event] = {}
    for event in sorted(events, key=lambda event: event.day or datetime.date.max):
        once.setdefault((event.claim.claim, event.cell), event)
    return tuple(once.values())


def _told(
    evidence: Evidence, claims: Sequence[Claim], read: Callable[[Claim], Value], name: Cell | None, contested: bool
) -> Iterable[Event]:
    """The events of one cell or one quantity of the background."""
    if contested and len({likeness(read(claim)) for claim in claims}) < 2:
        return
    known: list[Claim] = []
    followed = evidence.in_force.get(name) if name else None
    for claim in sorted(claims, key=lambda claim: (evidence.known.get(claim.source) or datetime.date.max.toordinal(), claim.claim)):
        effect, others = _effect(evidence, claim, known, read)
        source = evidence.sources.get(claim.source)
        yield Event(
            day=known_from(source) if source else None,
            date=dated(source),
            claim=claim,
            cell=name,
            quantity=", ".join(part for part in (claim.subject, claim.property, claim.qualifier) if part),
            value=worded(read(claim)),
            effect=effect,
            values=others,
            live=is_live(claim),
            used=followed is not None and likeness(read(followed)) == likeness(read(claim)) and is_live(claim),
        )
        known.append(claim)


def _effect(evidence: Evidence, claim: Claim, known: Sequence[Claim], read: Callable[[Claim], Value]) -> tuple[Effect, tuple[str, ...]]:
    """What a claim did to what was known, and the other values that it met."""
    mine = likeness(read(claim))
    others = [other for other in known if likeness(read(other)) != mine]
    values = tuple(dict.fromkeys(worded(read(other)) for other in others))
    if others and claim.rank == "preferred" and is_live(claim):
        return "settles", values
    alike = [other for other in known if likeness(read(other)) == mine]
    if any(evidence.root(other.source) == evidence.root(claim.source) for other in alike):
        return "repeats", ()
    if alike or not known:
        return "confirms" if alike else "new", ()
    return "differs" if all(qualifiers_differ(claim, other) for other in others) else "contradicts", values
