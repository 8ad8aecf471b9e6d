"""Which claims of one number are near enough in meaning to be mistaken for each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from brownfield.case.tables import Claim
from brownfield.evidence.cells import Cell
from brownfield.evidence.claims import cell_of, is_live


class Meaning(NamedTuple):
    """What a claim is about, in words for comparing."""

    subject: str
    property: str
    qualifier: str


class _Kind(NamedTuple):
    """Claims that mean the same: live ones about one cell are kept apart from all others."""

    meaning: Meaning
    cell: Cell | None


@lru_cache(maxsize=200_000)
def words_of(text: str) -> str:
    """A text for comparing: small letters, single blanks."""
    return " ".join(text.casefold().split())


def meaning_of(claim: Claim) -> Meaning:
    """What a claim is about, in words for comparing."""
    return Meaning(words_of(claim.subject), words_of(claim.property), words_of(claim.qualifier))


def qualifiers_differ(one: Claim, other: Claim) -> bool:
    """Whether two claims are qualified differently; a qualifier that one of them leaves out is no difference."""
    return bool(one.qualifier and other.qualifier) and words_of(one.qualifier) != words_of(other.qualifier)


def related_claims(claims: Sequence[Claim]) -> list[list[Claim]]:
    """Claims of one number, split into groups whose meanings are near enough to be mistaken for each other.

    Two claims can be mistaken when they differ in just one respect: what is said, or (partly) of whom. Live claims about
    one cell are about one quantity: whoever put them there has read them.
    """
    kinds: dict[_Kind, list[Claim]] = {}
    for claim in claims:
        kinds.setdefault(_Kind(meaning_of(claim), cell_of(claim) if is_live(claim) else None), []).append(claim)
    pairs = list(_mistakable_pairs(list(kinds)))
    groups = _joined(kinds, [*pairs, *_alike(kinds)])
    mistaken = {kind for pair in pairs for kind in pair}
    return [[claim for kind in group for claim in kinds[kind]] for group in groups if mistaken.intersection(group)]


def _alike(kinds: Iterable[_Kind]) -> Iterable[tuple[_Kind, _Kind]]:
    """Kinds of one meaning, each with the first of them."""
    first: dict[Meaning, _Kind] = {}
    return [(first.setdefault(kind.meaning, kind), kind) for kind in kinds]


def _mistakable_pairs(kinds: Sequence[_Kind]) -> Iterable[tuple[_Kind, _Kind]]:
    """Pairs that differ in what is said of one subject, or in the subject (one is a part of the other) of which it is said."""
    by_subject: dict[frozenset[str], list[_Kind]] = {}
    by_property: dict[str, dict[frozenset[str], list[_Kind]]] = {}
    for kind in kinds:
        subject = frozenset(kind.meaning.subject.split())
        by_subject.setdefault(subject, []).append(kind)
        by_property.setdefault(kind.meaning.property, {}).setdefault(subject, []).append(kind)
    for alike in by_subject.values():
        pairs = ((one, other) for i, one in enumerate(alike) for other in alike[:i])
        yield from (pair for pair in pairs if _said_differs(*pair) and not _one_cell(*pair))
    for subjects in by_property.values():
        for part, whole in _parts(list(subjects)):
            yield from ((one, other) for one in subjects[part] for other in subjects[whole] if not _one_cell(one, other))


def _parts(subjects: Sequence[frozenset[str]]) -> Iterable[tuple[frozenset[str], frozenset[str]]]:
    """Pairs of subjects of which all words of the one, and more, are in the other. Looked up by the first word."""
    first: dict[str, list[frozenset[str]]] = {}
    for subject in subjects:
        first.setdefault(min(subject, default=""), []).append(subject)
    for whole in subjects:
        for word in ("", *sorted(whole)):
            yield from ((part, whole) for part in first.get(word, ()) if part < whole)


def _one_cell(one: _Kind, other: _Kind) -> bool:
    return one.cell is not None and one.cell == other.cell


def _said_differs(one: _Kind, other: _Kind) -> bool:
    a, b = one.meaning, other.meaning
    return a.property != b.property or bool(a.qualifier and b.qualifier and a.qualifier != b.qualifier)


def _joined(kinds: Iterable[_Kind], pairs: Iterable[tuple[_Kind, _Kind]]) -> list[list[_Kind]]:
    """Kinds in groups that are connected by pairs, in the order in which their first kinds appear."""
    parent = {kind: kind for kind in kinds}

    def root(kind: _Kind) -> _Kind:
        while parent[kind] is not kind:
            parent[kind] = kind = parent[parent[kind]]
        return kind

    for one, other in pairs:
        parent[root(one)] = root(other)
    groups: dict[_Kind, list[_Kind]] = {}
    for kind in parent:
        groups.setdefault(root(kind), []).append(kind)
    return list(groups.values())
