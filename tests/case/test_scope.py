"""Scopes: parts of one kind are alternatives, different kinds must all hold."""

# ruff: noqa: E501 - tables are read across

import pytest

from brownfield.case.scope import Part, Scope, known_names, parts
from case.small import TINY, case

CASE = case(TINY)


def test_a_blank_scope_is_everything_of_the_owner() -> None:
    scope = Scope.of(CASE, "")
    assert scope == Scope(frozenset({"North", "South"}), frozenset({"Nova", "Luna", "Civet"}), frozenset({"Japan", "Europe"}), frozenset({"Host", "Sale"}))


@pytest.mark.parametrize(
    ("text", "table", "names"),
    [
        ("plant:North", "plants", {"North"}), ("plant:North; plant:South", "plants", {"North", "South"}),
        ("country:JP", "plants", {"North", "South"}), ("country:JP; region:Kanto", "plants", {"North"}),
        ("country:JP;plant:South;region:Kanto", "plants", set()), (" plant : North ; ", "plants", {"North"}),
        ("product:Nova", "products", {"Nova"}), ("family:B", "products", {"Nova", "Civet"}), ("company:Aoi", "products", {"Nova", "Luna"}),
        ("company:Tanuki; family:B", "products", {"Civet"}), ("market:Japan", "markets", {"Japan"}), ("offer:Sale", "offers", {"Sale"}),
        ("market:Japan", "plants", {"North", "South"}), ("plant:North; product:Luna", "products", {"Luna"}),
    ],
)  # fmt: skip
def test_what_a_scope_picks(text: str, table: str, names: set[str]) -> None:
    scope = Scope.of(CASE, text)
    assert getattr(scope, table) == names
    assert scope.unknown == ()


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("plant:Nort", [Part("plant", "Nort")]), ("site:North", [Part("site", "North")]), ("North", [Part("", "North")]),
        ("plant:Den", [Part("plant", "Den")]), ("plant:", [Part("plant", "")]), ("plant:North; :", [Part("", "")]),
        ("Plant:North", [Part("Plant", "North")]), ("plant:north", [Part("plant", "north")]),
    ],
)  # fmt: skip
def test_parts_that_nobody_can_make_out(text: str, unknown: list[Part]) -> None:
    assert list(Scope.of(CASE, text).unknown) == unknown


def test_an_unknown_name_picks_nothing() -> None:
    assert Scope.of(CASE, "plant:Nort").plants == frozenset()


def test_a_name_may_hold_a_colon() -> None:
    assert parts("offer:Rent: phase 2; ;plant:North") == (Part("offer", "Rent: phase 2"), Part("plant", "North"))


def test_names_of_a_kind() -> None:
    assert known_names(CASE, "country") == ["JP"]
    assert known_names(CASE, "company") == ["Aoi", "Tanuki"]
    assert known_names(CASE, "family") == ["B", "C"]
