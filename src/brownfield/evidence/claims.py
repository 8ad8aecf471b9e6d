"""Who says what: the claims of a case in order of weight, and the case as it was known on a day.

A claim says one thing about one cell. Contradictory claims live side by side. Three things are told apart: the
strongest claim (by standing and witnesses), the preferred one (which a person chose), and what stands in the cell. In force
is the claim that the cell follows. Denied and deprecated claims are kept and shown but never in force.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import polars as pl

from brownfield.case.case import Case, Hindsight
from brownfield.case.cells import row_keys
from brownfield.case.checks import OF_FACTS, check
from brownfield.case.claim_id import claim_id
from brownfield.case.edits import Edit, applied
from brownfield.case.tables import Claim, Source, fields
from brownfield.errors import CaseError
from brownfield.evidence.cells import Cell, Sheet, Value, cell, known_cell, likeness, same, typed_all, worded

STANDINGS = ("official", "reported", "estimate", "denied")
"""How a claim is known, the weightiest first."""


FIELDS = set(fields("claims"))
"""Every column of a claim: each is filled in, be it with a blank."""


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


def supports(claim: Claim, said: Value, value: Value) -> bool:
    """Whether a claim that says `said` is for this value: it is the same, or lies in the span the claim allows."""
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
        """Every claim once, with its id, by id: one that was imported twice is the same claim."""
        once: dict[str, dict[str, Any]] = {}
        for row in self.case.active("claims").iter_rows(named=True):
            row["claim"] = row["claim"] or claim_id(row)
            once.setdefault(row["claim"], row)
        return tuple(Claim.model_construct(FIELDS, **once[name]) for name in sorted(once))

    @cached_property
    def said(self) -> Mapping[str, Value]:
        """What each claim about a cell says, by its id, typed as the cell is; None when it could not stand there."""
        groups: dict[tuple[str, str], list[Claim]] = {}
        for claim in self.claims:
            if (name := cell_of(claim)) is not None and known_cell(name):
                groups.setdefault((name.table, name.column), []).append(claim)
        found: dict[str, Value] = {}
        for (table, column), claims in groups.items():
            values = typed_all(table, column, [claim.value for claim in claims])
            found.update(zip((claim.claim for claim in claims), values, strict=True))
        return found

    def reading(self, claim: Claim) -> Value:
        """The value a claim gives for its cell; None when it cannot stand there, or is about no cell."""
        return self.said.get(claim.claim)

    def root(self, source: str) -> str:
        """The witness behind a source: the end of the chain of sources that it repeats."""
        return self.chain(source)[-1]

    def chain(self, source: str) -> tuple[str, ...]:
        """A source, the source it repeats, and so on to the witness. Of a chain that bites its tail, each name once."""
        if source not in self._chains:
            names = {source: None}
            while (known := self.sources.get(next(reversed(names)))) and known.derived_from and known.derived_from not in names:
                names[known.derived_from] = None
            self._chains[source] = tuple(names)
        return self._chains[source]

    @cached_property
    def _chains(self) -> dict[str, tuple[str, ...]]:
        return {}

    @cached_property
    def known(self) -> Mapping[str, int]:
        """The first day on which each source was surely out, as an ordinal; 0 when that is not known."""
        days = {name: known_from(source) for name, source in self.sources.items()}
        return {name: day.toordinal() if day else 0 for name, day in days.items()}

    @cached_property
    def by_cell(self) -> Mapping[Cell, tuple[Claim, ...]]:
        """All claims about each cell of the schema, denied and deprecated ones last."""
        groups: dict[Cell, list[Claim]] = {}
        for claim in self.claims:
            if (name := cell_of(claim)) is not None and known_cell(name):
                groups.setdefault(name, []).append(claim)
        return {name: self.in_order(groups[name], self.reading) for name in sorted(groups)}

    def in_order(self, claims: Sequence[Claim], read: Callable[[Claim], Value]) -> tuple[Claim, ...]:
        """Live before others; preferred before normal; then by weight, the strongest first."""
        weight = self._weights(claims, read)
        return tuple(sorted(claims, key=lambda claim: (not is_live(claim), claim.rank != "preferred", weight[claim.claim])))

    def strongest(self, claims: Sequence[Claim], read: Callable[[Claim], Value]) -> Claim | None:
        """The live claim that weighs most, whichever is preferred; None when none is live."""
        weight = self._weights(claims, read)
        return min((claim for claim in claims if is_live(claim)), key=lambda claim: weight[claim.claim], default=None)

    def _weights(self, claims: Sequence[Claim], read: Callable[[Claim], Value]) -> Mapping[str, tuple[int, int, int, int, str]]:
        """The weight of each claim, the least for the strongest: standing; how many independent witnesses say the same;
        first hand before repeated; the latest before older ones; by id, so that the order is always the same.
        """
        witnesses: dict[Value, set[str]] = {}
        alike = {claim.claim: likeness(read(claim)) for claim in claims}
        for claim in claims:
            if is_live(claim):
                witnesses.setdefault(alike[claim.claim], set()).add(self.root(claim.source))
        return {
            claim.claim: (
                STANDINGS.index(claim.standing),
                -len(witnesses.get(alike[claim.claim], ())),
                len(self.chain(claim.source)),
                -self.known.get(claim.source, 0),
                claim.claim,
            )
            for claim in claims
        }

    def live(self, name: Cell) -> tuple[Claim, ...]:
        """Claims about a cell that may be in force, the preferred one first, then the strongest."""
        return tuple(claim for claim in self.by_cell.get(name, ()) if is_live(claim))

    @cached_property
    def sheets(self) -> Mapping[str, Sheet]:
        """The tables that claims are about."""
        return {table: Sheet(self.case, table) for table in dict.fromkeys(name.table for name in self.by_cell)}

    def value(self, name: Cell) -> Value:
        """What stands in a cell that a claim is about; None for a blank, and where there is no such row."""
        sheet = self.sheets[name.table]
        return sheet.value(name.row, name.column) if name.row in sheet.index else None

    @cached_property
    def in_force(self) -> Mapping[Cell, Claim]:
        """The claim that each cell follows: the first of its live ones that is for the value in the cell."""
        found = {}
        for name in self.by_cell:
            value = self.value(name)
            follows = (claim for claim in self.live(name) if value is not None and supports(claim, self.reading(claim), value))
            if (claim := next(follows, None)) is not None:
                found[name] = claim
        return found

    @cached_property
    def disputed(self) -> Mapping[Cell, Claim]:
        """For each cell that follows none of its live claims, the one it should rather follow: preferred, else strongest."""
        return {name: live[0] for name in self.by_cell if name not in self.in_force and (live := self.live(name))}


def in_force(case: Case) -> dict[Cell, Claim]:
    """The claim in force for each cell that follows one: the preferred one, else the strongest for the value in the cell.

    Claims rank official before reported before estimate; then by the number of independent witnesses that say the
    same, first hand before repeated, the latest first. A cell that holds what no live claim says follows none. The keys
    compare equal to plain tuples (table, row, column).
    """
    return dict(Evidence(case).in_force)


def live(case: Case, name: Cell | tuple[str, str, str]) -> tuple[Claim, ...]:
    """All claims about one cell that may be in force (neither denied nor deprecated), best first."""
    return Evidence(case).live(cell(*name))


def as_of(case: Case, date: datetime.date | str) -> Case:
    """The case as it was known at the end of a day: only sources and claims that were out by then.

    A cell that rests on a claim not out yet takes the value of the best claim that was, which becomes the preferred
    one. When none was, the cell stays as it is and is an assumption from then on: the case lists it under `hindsight`.
    Ranks are judgements of today and are kept: which claim is best among those known is weighed with those alone.
    CaseError when what was said by then makes no case, such as a least volume above the greatest.
    """
    known, early = _split(case, date)
    risen = {claim.claim: Edit(*name, "set", claim.value) for name, claim in early.items() if claim is not None}
    then, _ = applied(case, risen.values())  # a claim that its cell could not hold never came into force
    if risen:
        _possible(then, as_day(date))
    tables = {**then.tables, "sources": _known_sources(case, date), "claims": _known_claims(case, known, set(risen), date)}
    origins = {name: raw for name, raw in case.origins.items() if name not in ("sources", "claims")}
    day = as_day(date)
    before = {late.cell: late for late in case.hindsight}
    late = tuple(sorted({**{found.cell: found for found in _late(case, early)}, **before}.values(), key=lambda found: found.cell))
    known_on = day if case.known_on is None else min(day, case.known_on)
    return replace(then, tables=tables, origins=origins, known_on=known_on, hindsight=late)


def _possible(then: Case, day: datetime.date) -> None:
    """CaseError with everything that the cells of a day contradict each other in."""
    problems = check(then, checks=OF_FACTS)
    fix = "prefer another claim, deprecate one that was never meant so, or look at another day"
    if problems:
        raise CaseError([replace(one, found=f"as known on {day}: {one.found}", fix=fix) for one in problems])


def hindsight(case: Case, date: datetime.date | str) -> tuple[Hindsight, ...]:
    """Cells that count in `as_of(case, date)` and still hold what was only said later, because nothing else was known."""
    return _late(case, _split(case, date)[1])


def _late(case: Case, early: Mapping[Cell, Claim | None]) -> tuple[Hindsight, ...]:
    """The cells that count among those whose value was not said in time."""
    evidence, counted, found = Evidence(case), dict[str, set[str]](), []
    for name in (name for name, claim in early.items() if claim is None):
        if name.table not in counted:
            counted[name.table] = set(row_keys(case.active(name.table), name.table))
        if name.row in counted[name.table]:
            found.append(Hindsight(name, worded(evidence.value(name)), evidence.in_force[name]))
    return tuple(found)


def _split(case: Case, date: datetime.date | str) -> tuple[set[str], dict[Cell, Claim | None]]:
    """Sources known by a day; and for each cell that rests on a later claim, the claim to take its place (None: none).

    The claims known by then are weighed among themselves: what was said later lends none of them a witness.
    """
    evidence = Evidence(case)
    known = {source.source for source in evidence.sources.values() if known_by(source, date)}
    early: dict[Cell, Claim | None] = {}
    for name, claim in evidence.in_force.items():
        if claim.source not in known:
            others = [c for c in evidence.live(name) if c.source in known and evidence.reading(c) is not None]
            early[name] = next(iter(evidence.in_order(others, evidence.reading)), None)
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
