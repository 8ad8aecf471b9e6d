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


class _Node(NamedTuple):
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
    nodes: dict[_Node, list[Claim]] = {}
    for claim in claims:
        nodes.setdefault(_Node(meaning_of(claim), cell_of(claim) if is_live(claim) else None), []).append(claim)
    pairs = list(_mistakable_pairs(list(nodes)))
    groups = _joined(nodes, [*pairs, *_alike(nodes)])
    mistaken = {node for pair in pairs for node in pair}
    return [[claim for node in group for claim in nodes[node]] for group in groups if mistaken.intersection(group)]


def _alike(nodes: Iterable[_Node]) -> Iterable[tuple[_Node, _Node]]:
    """Nodes of one meaning, each with the first of them."""
    first: dict[Meaning, _Node] = {}
    return [(first.setdefault(node.meaning, node), node) for node in nodes]


def _mistakable_pairs(nodes: Sequence[_Node]) -> Iterable[tuple[_Node, _Node]]:
    """Pairs that differ in what is said of one subject, or in the subject (one is a part of the other) of which it is said."""
    by_subject: dict[frozenset[str], list[_Node]] = {}
    by_property: dict[str, dict[frozenset[str], list[_Node]]] = {}
    for node in nodes:
        subject = frozenset(node.meaning.subject.split())
        by_subject.setdefault(subject, []).append(node)
        by_property.setdefault(node.meaning.property, {}).setdefault(subject, []).append(node)
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


def _one_cell(one: _Node, other: _Node) -> bool:
    return one.cell is not None and one.cell == other.cell


def _said_differs(one: _Node, other: _Node) -> bool:
    a, b = one.meaning, other.meaning
    return a.property != b.property or bool(a.qualifier and b.qualifier and a.qualifier != b.qualifier)


def _joined(nodes: Iterable[_Node], pairs: Iterable[tuple[_Node, _Node]]) -> list[list[_Node]]:
    """Nodes in groups that are connected by pairs, in the order in which their first nodes appear."""
    parent = {node: node for node in nodes}

    def root(node: _Node) -> _Node:
        while parent[node] is not node:
            parent[node] = node = parent[parent[node]]
        return node

    for one, other in pairs:
        parent[root(one)] = root(other)
    groups: dict[_Node, list[_Node]] = {}
    for node in parent:
        groups.setdefault(root(node), []).append(node)
    return list(groups.values())
