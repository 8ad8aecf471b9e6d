"""Who says what: the claims of a case in order of weight, and the case as it was known on a day.

A claim says one thing about one cell. Contradictory claims live side by side; one is in force: the preferred
one, else the best of the normal ones. Denied and deprecated claims are kept and shown but never in force.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import polars as pl

from brownfield.case.case import Case
from brownfield.case.cells import row_keys
from brownfield.case.claim_id import claim_id
from brownfield.case.edits import Edit, applied
from brownfield.case.tables import Claim, Source
from brownfield.evidence.cells import Cell, Sheet, Value, cell, known_cell, same, typed, worded

STANDINGS = ("official", "reported", "estimate", "denied")
"""How a claim is known, the weightiest first."""


def last_day(text: str) -> datetime.date:
    """The last day that a date may mean: 2025 is 31 December 2025, 2025-02 is 28 February 2025."""
    year, month, day = (*(int(part) for part in text.split("-")), 0, 0)[:3]
    month = month or 12
    return datetime.date(year, month, day or calendar.monthrange(year, month)[1])


def as_day(date: datetime.date | str) -> datetime.date:
    """A day, given as one or as a text such as 2025-07-06, 2025-07 or 2025 (the last day it may mean)."""
    return last_day(date) if isinstance(date, str) else date


def known_from(source: Source) -> datetime.date | None:
    """First day on which a source can be relied on to have been out: the last day its publication date may mean,
    or else the day it was read; None when neither is known.
    """
    text = source.published or source.retrieved
    return last_day(text) if text else None


def known_by(source: Source, date: datetime.date | str) -> bool:
    """Whether a source was out by the end of a day. A source without any date never was."""
    known = known_from(source)
    return known is not None and known <= as_day(date)


def is_live(claim: Claim) -> bool:
    """Whether a claim may be in force: neither denied nor deprecated."""
    return claim.standing != "denied" and claim.rank != "deprecated"


def cell_of(claim: Claim) -> Cell | None:
    """The cell a claim is about; None for background, which is about no cell."""
    return cell(claim.table, claim.row, claim.column) if claim.table else None


def reading(name: Cell, claim: Claim) -> Value:
    """The value a claim gives for a cell, typed as the cell is; None when it cannot stand there."""
    return typed(name.table, name.column, claim.value)


def supports(claim: Claim, name: Cell, value: Value) -> bool:
    """Whether a claim is for this value: it says so, or the value lies in the span the claim allows."""
    said = reading(name, claim)
    if said is not None and same(said, value):
        return True
    if isinstance(value, (int, float)) and isinstance(said, (int, float)):
        low, high = span(claim, said)
        return low <= value <= high
    return False


def span(claim: Claim, said: float) -> tuple[float, float]:
    """Least and greatest value that a claim of the number `said` allows."""
    return (said if claim.low is None else min(claim.low, said), said if claim.high is None else max(claim.high, said))


@dataclass(frozen=True)
class Evidence:
    """The sources and claims of a case, looked up by name and by cell. Claims stand in order of weight, best first."""

    case: Case

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Sources by name."""
        return {source.source: source for source in self.case.rows(Source)}

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim once, with its id: one that was imported twice is the same claim."""
        once: dict[str, Claim] = {}
        for claim in self.case.rows(Claim):
            name = claim.claim or claim_id(claim.model_dump())
            once.setdefault(name, claim.model_copy(update={"claim": name}))
        return tuple(once[name] for name in sorted(once))

    def root(self, source: str) -> str:
        """The witness behind a source: the end of the chain of sources that it repeats."""
        return self.chain(source)[-1]

    def chain(self, source: str) -> tuple[str, ...]:
        """A source, the source it repeats, and so on to the witness."""
        names = [source]
        while (known := self.sources.get(names[-1])) and known.derived_from and known.derived_from not in names:
            names.append(known.derived_from)
        return tuple(names)

    @cached_property
    def by_cell(self) -> Mapping[Cell, tuple[Claim, ...]]:
        """All claims about each cell of the schema, denied and deprecated ones last."""
        groups: dict[Cell, list[Claim]] = {}
        for claim in self.claims:
            if (name := cell_of(claim)) is not None and known_cell(name):
                groups.setdefault(name, []).append(claim)
        return {name: self.in_order(groups[name], partial(reading, name)) for name in sorted(groups)}

    def in_order(self, claims: Sequence[Claim], read: Callable[[Claim], Value]) -> tuple[Claim, ...]:
        """Live before others; preferred before normal; by standing; by how many independent witnesses say the same;
        first hand before repeated; the latest before older ones; by id, so that the order is always the same.
        """

        def weight(claim: Claim) -> tuple[bool, bool, int, int, int, int, str]:
            alike = {self.root(other.source) for other in claims if is_live(other) and same(read(other), read(claim))}
            known = known_from(self.sources[claim.source]) if claim.source in self.sources else None
            return (
                not is_live(claim),
                claim.rank != "preferred",
                STANDINGS.index(claim.standing),
                -len(alike),
                len(self.chain(claim.source)),
                -known.toordinal() if known else 0,
                claim.claim,
            )

        return tuple(sorted(claims, key=weight))

    def live(self, name: Cell) -> tuple[Claim, ...]:
        """Claims about a cell that may be in force, best first."""
        return tuple(claim for claim in self.by_cell.get(name, ()) if is_live(claim))

    @cached_property
    def in_force(self) -> Mapping[Cell, Claim]:
        """The claim in force for each cell that has a live one."""
        return {name: claims[0] for name, claims in self.by_cell.items() if is_live(claims[0])}


def in_force(case: Case) -> dict[Cell, Claim]:
    """The claim in force for each cell: the preferred one, else the best normal one.

    Normal claims rank official before reported before estimate; then by the number of independent witnesses
    that say the same, first hand before repeated, the latest first. The keys compare equal to plain tuples
    (table, row, column).
    """
    return dict(Evidence(case).in_force)


def live(case: Case, name: Cell | tuple[str, str, str]) -> tuple[Claim, ...]:
    """All claims about one cell that may be in force (neither denied nor deprecated), best first."""
    return Evidence(case).live(cell(*name))


@dataclass(frozen=True)
class Hindsight:
    """A cell whose value rests on a claim that was not out yet on the day, with no other claim to take its place."""

    cell: Cell
    value: Value
    claim: Claim

    def __str__(self) -> str:
        return f"{self.cell}: {worded(self.value)} rests on {self.claim.source}, which was not out yet; nothing else was known"


def as_of(case: Case, date: datetime.date | str) -> Case:
    """The case as it was known at the end of a day: only sources and claims that were out by then.

    A cell that rests on a claim not out yet takes the value of the best claim that was, which becomes the preferred
    one. When none was, the cell stays as it is and is an assumption from then on; `hindsight` lists such cells.
    """
    known, early = _split(case, date)
    risen = {claim.claim: Edit(*name, "set", claim.value) for name, claim in early.items() if claim is not None}
    then, _ = applied(case, risen.values())
    tables = {**then.tables, "sources": _known_sources(case, date), "claims": _known_claims(case, known, set(risen), date)}
    origins = {name: raw for name, raw in case.origins.items() if name not in ("sources", "claims")}
    return replace(then, tables=tables, origins=origins)


def hindsight(case: Case, date: datetime.date | str) -> tuple[Hindsight, ...]:
    """Cells that count in `as_of(case, date)` and still hold what was only said later, because nothing else was known."""
    in_force, (_, early) = Evidence(case).in_force, _split(case, date)
    found = []
    for name in (name for name, claim in early.items() if claim is None):
        if name.row in set(row_keys(case.active(name.table), name.table)):
            found.append(Hindsight(name, Sheet(case, name.table).value(name.row, name.column), in_force[name]))
    return tuple(found)


def _split(case: Case, date: datetime.date | str) -> tuple[set[str], dict[Cell, Claim | None]]:
    """Sources known by a day; and for each cell that rests on a later claim, the claim to take its place (None: none)."""
    evidence = Evidence(case)
    known = {source.source for source in evidence.sources.values() if known_by(source, date)}
    sheets: dict[str, Sheet] = {}
    early: dict[Cell, Claim | None] = {}
    for name, claim in evidence.in_force.items():
        sheet = sheets.setdefault(name.table, Sheet(case, name.table))
        if claim.source in known or name.row not in sheet.index or not supports(claim, name, sheet.value(name.row, name.column)):
            continue
        others = (c for c in evidence.live(name) if c.source in known and reading(name, c) is not None)
        early[name] = next(others, None)
    return known, early


def _known_claims(case: Case, known: set[str], risen: set[str], date: datetime.date | str) -> pl.DataFrame:
    """Claims of known sources; those that come into force are the preferred ones of their cells."""
    frame = case.table("claims")
    frame = frame.filter(pl.col("source").is_in(sorted(known)))
    names = [row["claim"] or claim_id(row) for row in frame.iter_rows(named=True)]
    up = pl.Series("up", [name in risen for name in names], dtype=pl.Boolean)
    why = f"in force as of {as_day(date).isoformat()}"
    return frame.with_columns(
        pl.Series("claim", names, dtype=pl.String),
        pl.when(up).then(pl.lit("preferred")).otherwise(pl.col("rank")).alias("rank"),
        pl.when(up).then(pl.lit(why)).otherwise(pl.col("why")).alias("why"),
    ).unique("claim", keep="first", maintain_order=True)


def _known_sources(case: Case, date: datetime.date | str) -> pl.DataFrame:
    """Sources known by a day. One that repeats a source not out yet repeats the next one back that was; of those
    left without any, the earliest stands in for their common witness, so that they still count as one.
    """
    evidence = Evidence(case)
    known = {name: day for name, s in evidence.sources.items() if (day := known_from(s)) and known_by(s, date)}
    stand_in: dict[str, str] = {}
    for name in sorted(known, key=lambda n: (known[n], n)):
        if not any(parent in known for parent in evidence.chain(name)[1:]):
            stand_in.setdefault(evidence.root(name), name)
    parents = {}
    for name in known:
        parent = next((p for p in evidence.chain(name)[1:] if p in known), stand_in.get(evidence.root(name)))
        parents[name] = None if parent == name else parent
    frame = case.table("sources").filter(pl.col("source").is_in(sorted(known)))
    derived = pl.Series("derived_from", [parents[name] for name in frame["source"]], dtype=pl.String)
    return frame.with_columns(derived)
