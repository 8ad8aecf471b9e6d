"""Cells with more than one live claim: whether sources contradict each other about a value, or one number stands for several
quantities, or they agree.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from brownfield.case.case import Case
from brownfield.case.tables import Claim, Source
from brownfield.evidence.cells import Cell, Value, likeness, measure_of, worded
from brownfield.evidence.claims import STANDINGS, Evidence, is_live, known_from, span
from brownfield.evidence.meanings import Meaning, meaning_of, related_claims, words_of
from brownfield.evidence.reading.numbers import SCALES

Nature = Literal["value", "quantity", "number", "agreement"]
"""value: sources disagree about one quantity. quantity: the versions are qualified differently (another year, another part
of the whole) and may all be right of what they measure. number: one and the same number is given for several quantities.
agreement: several live claims, and all say the same."""

NO_QUANTITY = ("", "bool", "date", "text", "year")
"""Units without a size: equal numbers in them mean nothing."""


@dataclass(frozen=True)
class Version:
    """One reading in a contradiction: its value, what it is said of, who says so and when, and how it stands.

    dates: of the source of each claim, as the source is dated. witnesses: independent ones. known: when it first became
    known. strongest: the claim that weighs most is among its claims. preferred: one of them was preferred by a person.
    used: the cell follows it. Often the three are one; where they are not, somebody should look.
    """

    value: str
    meaning: str
    claims: tuple[Claim, ...]
    dates: tuple[str, ...]
    witnesses: tuple[str, ...]
    known: datetime.date | None
    live: bool
    strongest: bool = False
    preferred: bool = False
    used: bool = False

    @property
    def standing(self) -> str:
        """The weightiest standing among its claims."""
        return min((claim.standing for claim in self.claims), key=STANDINGS.index)

    @property
    def independence(self) -> int:
        """How many independent witnesses stand behind it: sources that repeat one another are one."""
        return len(self.witnesses)

    @property
    def cited(self) -> str:
        """Its sources, each with its date."""
        pairs = dict.fromkeys((claim.source, date) for claim, date in zip(self.claims, self.dates, strict=True))
        return ", ".join(f"{source}, {date}" if date and date not in source else source for source, date in pairs)

    def told(self, known: str = "") -> str:
        """The version in words; its meaning is left out where it is the `known` one."""
        marks = [("preferred", self.preferred), ("strongest", self.strongest), ("used", self.used), ("set aside", not self.live)]
        notes = [self.standing, *(word for word, holds in marks if holds)]
        if self.independence < len({claim.source for claim in self.claims}):
            notes.append(f"{self.independence} independent")
        meaning = f" as {self.meaning}" if self.meaning != known else ""
        return f"{self.value}{meaning} ({self.cited}; {', '.join(notes)})"


@dataclass(frozen=True)
class Conflict:
    """What is said of one cell or one quantity of the background, version by version, the weightiest first.

    `cell` is None for background, which is about no cell. `quantity` is what is said of the subject, `used` what the
    case has in the cell now. `compatible`: the spans that the live claims allow have values in common, so that all may be right.
    """

    nature: Nature
    cell: Cell | None
    subject: str
    quantity: str
    unit: str
    used: str
    versions: tuple[Version, ...]
    compatible: bool = False

    @property
    def live(self) -> tuple[Version, ...]:
        """The versions that may be true: neither denied nor deprecated."""
        return tuple(version for version in self.versions if version.live)

    @property
    def strongest(self) -> Version | None:
        """The version of the claim that weighs most."""
        return next((version for version in self.versions if version.strongest), None)

    @property
    def preferred(self) -> Version | None:
        """The version that a person preferred."""
        return next((version for version in self.versions if version.preferred and version.live), None)

    def position(self) -> str:
        """Which version the cell follows, and whether that is the preferred and the strongest one; nothing for background."""
        if self.cell is None:
            return ""
        if not self.used:
            return "The case has no such row."
        follows = next((version for version in self.versions if version.used), None)
        if follows is None:
            told = [f"The case has {self.used}, which none of them says: an assumption"]
        else:
            told = [f"The case has {self.used}" + (", the preferred version" if follows is self.preferred else "")]
        if self.preferred not in (None, follows):
            told.append(f"{self.preferred.value} is preferred" if self.preferred else "")
        elif self.preferred is None:
            told.append("no claim is preferred")
        if self.strongest not in (None, follows):
            told.append(f"the strongest claim says {self.strongest.value}" if self.strongest else "")
        return "; ".join(told) + "."

    def sentence(self) -> str:
        """The contradiction in words, with every version and who says so."""
        measure = "" if self.unit in NO_QUANTITY else self.unit
        inside = f", in {measure}" if measure else ""
        if self.nature == "number":
            told = "; ".join(version.told() for version in self.versions)
            return f"One number stands for several quantities{inside}: {told}."
        known = self.versions[0].meaning
        address = f" ({self.cell})" if self.cell else ""
        told = "; ".join(version.told(known) for version in self.versions)
        return f"{BEGINNINGS[self.nature]} {known}{address}{inside}: {told}. {self.position()}".rstrip()


BEGINNINGS = {"value": "Sources disagree on", "quantity": "Different quantities are given for", "agreement": "Sources agree on"}


def conflicts(case: Case) -> tuple[Conflict, ...]:
    """Every open contradiction: cells, then background by subject and property, then numbers with several meanings.

    A cell or a background quantity is in conflict when live claims (neither denied nor deprecated) give
    different values; its dismissed versions are listed too. Sources that repeat one witness count once.
    """
    evidence = Evidence(case)
    return (*(c for c in _contradictions(evidence) if len(c.live) > 1), *_shared_numbers(evidence))


def settled(case: Case) -> tuple[Conflict, ...]:
    """Contradictions that are closed: only denied or deprecated claims say something else."""
    return tuple(c for c in _contradictions(Evidence(case)) if len(c.live) <= 1)


def agreements(case: Case) -> tuple[Conflict, ...]:
    """Cells with more than one live claim, all of one value: how many of them are independent is what they are worth."""
    evidence = Evidence(case)
    found = []
    for name, claims in evidence.by_cell.items():
        live = [claim for claim in claims if is_live(claim)]
        if len(live) > 1 and len(_grouped(claims, evidence.reading)) == 1:
            version = _version(evidence, live, worded(evidence.reading(live[0])), evidence.in_force.get(name), live[0])
            first = live[0]
            used = _used(evidence, name)
            found.append(Conflict("agreement", name, first.subject, first.property, measure_of(name), used, (version,), compatible=True))
    return tuple(found)


def _contradictions(evidence: Evidence) -> Iterable[Conflict]:
    for name, claims in evidence.by_cell.items():
        if found := _conflict(evidence, claims, evidence.reading, name):
            yield found
    for group in background(evidence):
        read = number if len({words_of(claim.unit) for claim in group}) == 1 else written_out
        if found := _conflict(evidence, evidence.in_order(group, read), read, None):
            yield found


def _used(evidence: Evidence, name: Cell) -> str:
    """What stands in a cell, in words; nothing when there is no such row."""
    return worded(evidence.value(name)) if name.row in evidence.sheets[name.table].index else ""


def background(evidence: Evidence) -> Iterable[list[Claim]]:
    """Claims about no cell, grouped by subject, property and qualifier; one without a qualifier belongs to each qualified group."""
    groups: dict[tuple[str, str], dict[str, list[Claim]]] = {}
    for claim in evidence.claims:
        if not claim.table:
            kinds = groups.setdefault((words_of(claim.subject), words_of(claim.property)), {})
            kinds.setdefault(words_of(claim.qualifier), []).append(claim)
    for _, kinds in sorted(groups.items()):
        anywhere = kinds.pop("", [])
        yield from ([*claims, *anywhere] for _, claims in sorted(kinds.items())) if kinds else [anywhere]


def _conflict(evidence: Evidence, claims: Sequence[Claim], read: Callable[[Claim], Value], name: Cell | None) -> Conflict | None:
    """The contradiction among claims about one cell or one background quantity, if there is one."""
    groups = _grouped(claims, read)
    if len(groups) < 2:
        return None
    first = claims[0]
    followed = evidence.in_force.get(name) if name else None
    strongest = evidence.strongest(claims, read)
    versions = tuple(_version(evidence, group, worded(read(group[0])), followed, strongest) for group in groups)
    alive = [group for group in groups if is_live(group[0])]
    nature: Nature = "value" if _one_quantity(alive if len(alive) > 1 else groups) else "quantity"
    compatible = _compatible([claim for group in alive for claim in group], read)
    measure, used = (measure_of(name), _used(evidence, name)) if name else (_one_unit(claims), "")
    return Conflict(nature, name, first.subject, first.property, measure, used, versions, compatible)


def _grouped(claims: Iterable[Claim], read: Callable[[Claim], Value]) -> list[list[Claim]]:
    """Claims by value, those set aside apart from the others, in the order in which the values first appear."""
    groups: dict[tuple[bool, Value], list[Claim]] = {}
    for claim in claims:
        groups.setdefault((is_live(claim), likeness(read(claim))), []).append(claim)
    return list(groups.values())


def _one_quantity(groups: Sequence[Sequence[Claim]]) -> bool:
    """Whether some claims of different groups are of the same quantity: a qualifier that one leaves out is no difference."""
    kinds = [{words_of(claim.qualifier) for claim in group} for group in groups]
    if any("" in kind for kind in kinds):
        return True
    return len({word for kind in kinds for word in kind}) < sum(len(kind) for kind in kinds)


def _version(evidence: Evidence, claims: Sequence[Claim], value: str, followed: Claim | None, strongest: Claim | None) -> Version:
    """Claims of one value as a version of the story."""
    sources = [evidence.sources.get(claim.source) for claim in claims]
    days = [day for source in sources if source and (day := known_from(source))]
    names, live = {claim.claim for claim in claims}, is_live(claims[0])
    return Version(
        value=value,
        meaning=_meaning(claims[0]),
        claims=tuple(claims),
        dates=tuple(dated(source) for source in sources),
        witnesses=tuple(sorted({evidence.root(claim.source) for claim in claims})),
        known=min(days, default=None),
        live=live,
        strongest=strongest is not None and strongest.claim in names,
        preferred=any(claim.rank == "preferred" for claim in claims),
        used=followed is not None and followed.claim in names,
    )


def dated(source: Source | None) -> str:
    """The date of a source, as far as it is known: `2025-07`, or `read 2026-11`."""
    if source is None or not (source.published or source.retrieved):
        return ""
    return source.published or f"read {source.retrieved}"


def _meaning(claim: Claim) -> str:
    return ", ".join(part for part in (claim.subject, claim.property, claim.qualifier) if part)


def _compatible(claims: Sequence[Claim], read: Callable[[Claim], Value]) -> bool:
    """Whether one value would satisfy all claims."""
    spans = [span(claim, said) for claim in claims if isinstance(said := read(claim), (int, float))]
    return len(spans) == len(claims) > 0 and max(low for low, _ in spans) <= min(high for _, high in spans)


def number(claim: Claim) -> Value:
    """The value of a background claim: a number where it is one, else its words."""
    try:
        return float(claim.value)
    except ValueError:
        return words_of(claim.value)


def written_out(claim: Claim) -> Value:
    """The value of a background claim without a scale in its unit: 4 bn GBP are 4,000,000,000 GBP."""
    value, scale = number(claim), _scale(claim)
    return float(f"{value * SCALES[scale.casefold()]:.12g}") if isinstance(value, float) and scale else value


def _scale(claim: Claim) -> str:
    """The word of a unit that scales it, such as `bn` of `bn GBP`; nothing where there is none."""
    first, _, rest = claim.unit.partition(" ")
    return first if rest and first.casefold() in SCALES else ""


def _one_unit(claims: Sequence[Claim]) -> str:
    """The unit of background claims, without its scale where the claims have different ones."""
    unit, scale = claims[0].unit, _scale(claims[0])
    return unit if len({words_of(claim.unit) for claim in claims}) == 1 else unit.removeprefix(scale).strip()


def _shared_numbers(evidence: Evidence) -> Iterable[Conflict]:
    """Equal numbers in one unit that independent witnesses give for different but related quantities."""
    groups: dict[tuple[float, str], list[Claim]] = {}
    for claim in evidence.claims:
        said, measure = number(claim), words_of(claim.unit)
        if isinstance(said, float) and said != 0 and measure not in NO_QUANTITY:
            groups.setdefault((said, measure), []).append(claim)
    for (said, _), claims in sorted(groups.items()):
        for related in related_claims(claims):
            meanings: dict[Meaning, list[Claim]] = {}
            for claim in evidence.in_order(related, number):
                meanings.setdefault(meaning_of(claim), []).append(claim)
            strongest = None  # the versions are of different quantities: none is stronger than another
            versions = tuple(_version(evidence, group, worded(said), None, strongest) for group in meanings.values())
            if len({witness for version in versions for witness in version.witnesses}) > 1:
                first = versions[0].claims[0]
                yield Conflict("number", None, first.subject, first.property, first.unit, "", versions)
