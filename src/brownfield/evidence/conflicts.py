"""Where the sources contradict each other: about a value, or because one number stands for several quantities."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Literal

from brownfield.case.case import Case
from brownfield.case.tables import Claim
from brownfield.evidence.cells import Cell, Sheet, Value, measure_of, same, worded
from brownfield.evidence.claims import STANDINGS, Evidence, cell_of, is_live, known_from, reading, span

Nature = Literal["value", "quantity", "number"]
"""value: sources disagree about one quantity. quantity: the versions are qualified differently (another year, another part
of the whole) and may all be right of what they measure. number: one and the same number is given for several quantities."""

NO_QUANTITY = ("", "bool", "date", "text", "year")
"""Units without a size: equal numbers in them mean nothing."""


@dataclass(frozen=True)
class Version:
    """One reading in a contradiction: its value, what it is said of, who says so, and whether the case follows it."""

    value: str
    meaning: str
    claims: tuple[Claim, ...]
    witnesses: tuple[str, ...]
    known: datetime.date | None
    live: bool
    in_force: bool

    @property
    def standing(self) -> str:
        """The weightiest standing among its claims."""
        return min((claim.standing for claim in self.claims), key=STANDINGS.index)

    @property
    def independence(self) -> int:
        """How many independent witnesses stand behind it: sources that repeat one another are one."""
        return len(self.witnesses)

    def told(self, known: str = "") -> str:
        """The version in words; its meaning is left out where it is the `known` one."""
        sources = ", ".join(dict.fromkeys(claim.source for claim in self.claims))
        notes = [self.standing, "in force" if self.in_force else "" if self.live else "set aside"]
        if self.independence < len({claim.source for claim in self.claims}):
            notes.append(f"{self.independence} independent")
        meaning = f" as {self.meaning}" if self.meaning != known else ""
        return f"{self.value}{meaning} ({sources}; {', '.join(note for note in notes if note)})"


@dataclass(frozen=True)
class Conflict:
    """A contradiction between sources, version by version, the weightiest first.

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

    def sentence(self) -> str:
        """The contradiction in words, with every version and who says so."""
        measure = "" if self.unit in NO_QUANTITY else self.unit
        if self.nature == "number":
            told = "; ".join(version.told() for version in self.versions)
            return f"One number stands for several quantities{measure and f', in {measure}'}: {told}."
        known = self.versions[0].meaning
        start = "Sources disagree on" if self.nature == "value" else "Different quantities are given for"
        told = "; ".join(version.told(known) for version in self.versions)
        return f"{start} {known}{measure and f', in {measure}'}: {told}."


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


def _contradictions(evidence: Evidence) -> Iterable[Conflict]:
    sheets: dict[str, Sheet] = {}
    for name, claims in evidence.by_cell.items():
        sheet = sheets.setdefault(name.table, Sheet(evidence.case, name.table))
        used = worded(sheet.value(name.row, name.column)) if name.row in sheet.index else ""
        if found := _conflict(evidence, claims, partial(reading, name), name, used):
            yield found
    for group in _background(evidence):
        if found := _conflict(evidence, evidence.in_order(group, number), number, None, ""):
            yield found


def _background(evidence: Evidence) -> Iterable[list[Claim]]:
    """Claims about no cell by subject, property and qualifier; one without a qualifier belongs to each qualified group."""
    groups: dict[tuple[str, str], dict[str, list[Claim]]] = {}
    for claim in evidence.claims:
        if not claim.table:
            kinds = groups.setdefault((_words(claim.subject), _words(claim.property)), {})
            kinds.setdefault(_words(claim.qualifier), []).append(claim)
    for _, kinds in sorted(groups.items()):
        anywhere = kinds.pop("", [])
        yield from ([*claims, *anywhere] for _, claims in sorted(kinds.items())) if kinds else [anywhere]


def _conflict(
    evidence: Evidence, claims: Sequence[Claim], read: Callable[[Claim], Value], name: Cell | None, used: str
) -> Conflict | None:
    """The contradiction among claims about one cell or one background quantity, if there is one."""
    groups = _grouped(claims, read)
    if len(groups) < 2:
        return None
    first = claims[0]
    versions = tuple(_version(evidence, group, worded(read(group[0])), group[0] is first and name is not None) for group in groups)
    alive = [group for group in groups if is_live(group[0])]
    compared = alive if len(alive) > 1 else groups
    one_quantity = any(not _qualifiers_differ(a, b) for x, y in combinations(compared, 2) for a in x for b in y)
    measure = measure_of(name) if name else first.unit
    nature: Nature = "value" if one_quantity else "quantity"
    compatible = _compatible([claim for group in alive for claim in group], read)
    return Conflict(nature, name, first.subject, first.property, measure, used, versions, compatible)


def _grouped(claims: Iterable[Claim], read: Callable[[Claim], Value]) -> list[list[Claim]]:
    """Claims by value, in the order in which the values first appear."""
    groups: list[list[Claim]] = []
    for claim in claims:
        group = next((g for g in groups if _alike(g[0], claim, read)), None)
        if group is None:
            groups.append([claim])
        else:
            group.append(claim)
    return groups


def _alike(one: Claim, other: Claim, read: Callable[[Claim], Value]) -> bool:
    return is_live(one) == is_live(other) and same(read(one), read(other))


def _version(evidence: Evidence, claims: Sequence[Claim], value: str, in_force: bool) -> Version:
    """Claims of one value as a version of the story."""
    days = [day for c in claims if c.source in evidence.sources and (day := known_from(evidence.sources[c.source]))]
    return Version(
        value=value,
        meaning=_meaning(claims[0]),
        claims=tuple(claims),
        witnesses=tuple(sorted({evidence.root(claim.source) for claim in claims})),
        known=min(days, default=None),
        live=is_live(claims[0]),
        in_force=in_force and is_live(claims[0]),
    )


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
        return _words(claim.value)


def _words(text: str) -> str:
    """A text for comparing: small letters, single blanks."""
    return " ".join(text.casefold().split())


def _qualifiers_differ(one: Claim, other: Claim) -> bool:
    """A qualifier that one of them leaves out is no difference."""
    return bool(one.qualifier and other.qualifier) and _words(one.qualifier) != _words(other.qualifier)


def _shared_numbers(evidence: Evidence) -> Iterable[Conflict]:
    """Equal numbers in one unit that independent witnesses give for different but related quantities."""
    groups: dict[tuple[float, str], list[Claim]] = {}
    for claim in evidence.claims:
        said, measure = number(claim), _words(claim.unit)
        if isinstance(said, float) and said != 0 and measure not in NO_QUANTITY:
            groups.setdefault((said, measure), []).append(claim)
    for (said, _), claims in sorted(groups.items()):
        for related in _related(claims):
            meanings: dict[tuple[str, ...], list[Claim]] = {}
            for claim in evidence.in_order(related, number):
                meanings.setdefault((_words(claim.subject), _words(claim.property), _words(claim.qualifier)), []).append(claim)
            versions = tuple(_version(evidence, group, worded(said), False) for group in meanings.values())
            if len({witness for version in versions for witness in version.witnesses}) > 1:
                first = versions[0].claims[0]
                yield Conflict("number", None, first.subject, first.property, first.unit, "", versions)


def _related(claims: Sequence[Claim]) -> list[list[Claim]]:
    """Claims of one number, split into groups whose meanings are near enough to be mistaken for each other."""
    groups: list[list[Claim]] = []
    for claim in claims:
        near = [group for group in groups if any(_mistakable(claim, other) or _meaning(claim) == _meaning(other) for other in group)]
        merged = [claim, *(other for group in near for other in group)]
        groups = [*(group for group in groups if group not in near), merged]
    return [group for group in groups if any(_mistakable(a, b) for a, b in combinations(group, 2))]


def _mistakable(one: Claim, other: Claim) -> bool:
    """Whether two claims of one number differ in just one respect: what is said, or (partly) of whom.

    Live claims about one cell are about one quantity: whoever put them there has read them.
    """
    if cell_of(one) is not None and cell_of(one) == cell_of(other) and is_live(one) and is_live(other):
        return False
    subjects = set(_words(one.subject).split()), set(_words(other.subject).split())
    if subjects[0] == subjects[1]:
        return _words(one.property) != _words(other.property) or _qualifiers_differ(one, other)
    return _words(one.property) == _words(other.property) and (subjects[0] < subjects[1] or subjects[1] < subjects[0])
