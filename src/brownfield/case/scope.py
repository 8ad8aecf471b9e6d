"""What a policy is about: `country:JP; plant:Oppama` as sets of plants, products, markets and offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from brownfield.case.case import Case

KINDS = {
    "plant": ("plants", "plant"),
    "country": ("plants", "country"),
    "region": ("plants", "region"),
    "product": ("products", "product"),
    "family": ("products", "family"),
    "company": ("products", "company"),
    "market": ("markets", "market"),
    "offer": ("offers", "offer"),
}
"""Kinds of a part of a scope: the table whose rows it picks, and the column it looks at."""

APPLIES = {
    "closures": {"plants"},
    "open_plants": {"plants"},
    "headcount": {"plants"},
    "redundancies": {"plants"},
    "capacity": {"plants"},
    "makes": {"plants", "products"},
    "lost_cars": {"products", "markets"},
    "accepted": {"offers"},
    "liquidity": set(),
    "co2": {"plants"},
}
"""Tables whose rows a scope can pick for each measure; a part about any other table would say nothing.

Emissions are scoped by plant alone: what an open site emits belongs to no product and no market.
"""


MEASURED = {
    "closures": "plants closed or sold",
    "open_plants": "open plants",
    "headcount": "people",
    "redundancies": "compulsory redundancies a year",
    "capacity": "capacity, cars a year",
    "makes": "cars made a year",
    "lost_cars": "buyers not served a year",
    "accepted": "offers taken up",
    "liquidity": "liquidity, million",
    "co2": "tonnes of CO₂ a year",
}
"""What each measure counts, in words."""
SENSES = {"<=": "at most", ">=": "at least", "=": "exactly"}
"""The senses of a policy in words."""


class Part(NamedTuple):
    """One part of a scope: `plant:Oppama`. The kind is blank when the part has no colon."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.kind else self.name


def parts(text: str) -> tuple[Part, ...]:
    """The parts of a scope, in order: `country:JP; plant:Oppama`."""
    found = []
    for piece in text.split(";"):
        kind, colon, name = piece.partition(":")
        if colon:
            found.append(Part(kind.strip(), name.strip()))
        elif piece.strip():
            found.append(Part("", piece.strip()))
    return tuple(found)


def owned_plants(case: Case) -> pl.DataFrame:
    """Rows of the plants that the plan is for: those of the owner."""
    return case.active("plants").filter(pl.col("company").fill_null(case.owner) == case.owner)


def candidates(case: Case, table: str) -> pl.DataFrame:
    """Rows of a table that a scope can pick: the owner's plants, and every product, market and offer that counts."""
    if table == "plants":
        return owned_plants(case)
    frame = case.active(table)
    return frame.with_columns(pl.col("company").fill_null(case.owner)) if table == "products" else frame


def known_names(case: Case, kind: str) -> list[str]:
    """Names that a part of this kind can have, sorted."""
    table, column = KINDS[kind]
    return sorted(set(candidates(case, table)[column].drop_nulls()) - {""})


@dataclass(frozen=True)
class Scope:
    """Names of the plants, products, markets and offers a policy is about, and the parts that nobody can make out.

    Parts of one kind are alternatives; different kinds must all hold. A table that no part speaks of is in the
    scope with all its rows, so a blank scope is everything. A part of an unknown kind picks nothing by itself.
    """

    plants: frozenset[str]
    products: frozenset[str]
    markets: frozenset[str]
    offers: frozenset[str]
    unknown: tuple[Part, ...] = ()

    @classmethod
    def of(cls, case: Case, text: str) -> Scope:
        """The scope that a text means in a case."""
        found = parts(text)
        unknown = tuple(part for part in found if part.kind not in KINDS or part.name not in known_names(case, part.kind))
        picked = {table: _picked(case, table, found) for table in ("plants", "products", "markets", "offers")}
        return cls(**picked, unknown=unknown)


def _picked(case: Case, table: str, found: tuple[Part, ...]) -> frozenset[str]:
    """Names of the rows of a table that the parts about this table pick."""
    frame = candidates(case, table)
    for kind, (other, column) in KINDS.items():
        wanted = [part.name for part in found if part.kind == kind]
        if other == table and wanted:
            frame = frame.filter(pl.col(column).is_in(wanted))
    return frozenset(frame[table.removesuffix("s")].drop_nulls())
