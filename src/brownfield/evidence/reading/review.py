"""The review table as a file: written for a person to mark and mend, and read back. Rows marked `yes` become claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any

import polars as pl

from brownfield.case.case import Case
from brownfield.case.checks import check
from brownfield.case.claim_id import claim_id
from brownfield.case.formulas import harmless
from brownfield.case.parse import RawTable, parse
from brownfield.case.tables import fields
from brownfield.errors import CaseError, Problem, Where, nearest, one_of, shown
from brownfield.evidence.reading.rows import COLUMNS, ReviewRow

SOURCE_COLUMNS = ("source", "title", "publisher", "published", "retrieved", "kind", "derived_from")
CLAIM_COLUMNS = (
    "source",
    "subject",
    "property",
    "table",
    "row",
    "column",
    "value",
    "low",
    "high",
    "unit",
    "qualifier",
    "original",
    "quote",
    "place",
    "standing",
)
_NEEDED = ("accept", *dict.fromkeys((*SOURCE_COLUMNS, *CLAIM_COLUMNS)))
_YES, _NO = ("yes", "y", "x", "1", "true"), ("", "no", "n", "0", "false")


def review_rows(rows: Sequence[ReviewRow]) -> Iterator[tuple[str, ...]]:
    """Rows of the review table, such that a spreadsheet shows every cell and runs none as a formula."""
    return (tuple(harmless(cell) for cell in astuple(one)) for one in rows)


@dataclass(frozen=True)
class Accepted:
    """What a review adds to a case: rows of its tables as text, without those that it holds already."""

    case: Case
    claims: tuple[Mapping[str, str], ...]
    sources: tuple[Mapping[str, str], ...]
    known: int
    """Rows that were marked but say what the case holds already."""
    alike: int
    """Rows added that the review says are near to a claim of the case: the same words, or the same value."""


@dataclass(frozen=True)
class _Joined(RawTable):
    """A table of a case with rows of a review behind it: each row keeps its own address."""

    first: RawTable | None = None
    count: int = 0

    def where(self, row: int | None, column: str = "") -> Where:
        if row is not None and row >= self.count:
            return Where(self.file, self.row_numbers[row], column)
        return self.first.where(row, column) if self.first is not None else Where("case", column=column)


def accepted(case: Case, raw: RawTable) -> Accepted:
    """The rows of a review that are marked, as claims and sources; CaseError with every problem, each at its cell."""
    problems = _columns(raw)
    if problems:
        raise CaseError(problems)
    cells = {name: raw.columns[i] for i, name in enumerate(raw.header)}
    marked = [i for i, mark in enumerate(cells["accept"]) if mark.strip().lower() in _YES]
    for i, mark in enumerate(cells["accept"]):
        if mark.strip().lower() not in (*_YES, *_NO):
            problems.append(
                Problem("BF071", raw.where(i, "accept"), shown(mark), "yes, or a blank", "write yes to take the row into the case")
            )
    claims, sources = _part(raw, CLAIM_COLUMNS, marked), _sources(case, raw, cells, marked, problems)
    problems += [
        Problem(
            "BF073",
            raw.where(i, name),
            shown(cells[name][i]),
            "words",
            "take the first sign away: a spreadsheet would run it as a formula",
        )
        for i in marked
        for name in dict.fromkeys((*SOURCE_COLUMNS, *CLAIM_COLUMNS))
        if harmless(cells[name][i]) != cells[name][i]
    ]
    said, new = parse("claims", claims), parse("sources", sources)
    problems += said.problems + new.problems
    if problems:
        raise CaseError(_in_order(problems))
    fresh = _fresh(case, said.frame)
    merged = _merged(case, "sources", new.frame, sources)
    merged = _merged(merged, "claims", said.frame[fresh], _part(claims, CLAIM_COLUMNS, fresh))
    problems = check(merged)
    if problems:
        raise CaseError(_in_order(problems))
    alike = sum(1 for i in fresh if "held" in cells and cells["held"][marked[i]].strip())
    added = _texts(sources, range(len(sources.row_numbers)))
    return Accepted(merged, _texts(claims, fresh, said.frame), added, len(marked) - len(fresh), alike)


def _columns(raw: RawTable) -> list[Problem]:
    """Columns that the review should have and has not, has twice, or should not have."""
    fix = "take the columns as `brownfield read --out` wrote them"
    missing = [name for name in _NEEDED if name not in raw.header]
    problems = [
        Problem("BF070", Where(raw.file, raw.header_row, name), f"no column {name!r}", "the columns of a review", fix) for name in missing
    ]
    for i, name in enumerate(raw.header):
        if name and (name not in COLUMNS or name in raw.header[:i]):
            found = f"column {shown(name)} twice" if name in raw.header[:i] else f"unknown column {shown(name)}"
            hint = nearest(name, COLUMNS) + "delete it, or correct its name"
            problems.append(Problem("BF070", Where(raw.file, raw.header_row, name), found, one_of(COLUMNS, 40), hint))
    return problems


def _part(raw: RawTable, columns: Sequence[str], rows: Sequence[int]) -> RawTable:
    """Some columns and rows of a table, with their addresses."""
    cells = tuple(tuple(raw.columns[raw.header.index(name)][i] for i in rows) for name in columns)
    return RawTable(raw.file, tuple(columns), cells, [raw.row_numbers[i] for i in rows], raw.sheet, raw.header_row)


def _sources(case: Case, raw: RawTable, cells: Mapping[str, Sequence[str]], marked: Sequence[int], problems: list[Problem]) -> RawTable:
    """The sources of the rows marked that the case does not have. A source must read the same wherever it stands."""
    frame = case.table("sources")
    known = {str(row["source"]): row for row in frame.iter_rows(named=True)}
    first: dict[str, int] = {}
    for i in marked:
        name = cells["source"][i].strip()
        other = first.setdefault(name, i)
        for column in SOURCE_COLUMNS:
            here = cells[column][i].strip()
            there = str(known[name][column] or "").strip() if name in known else cells[column][other].strip()
            if here != there and (here or name not in known):
                place = f"in the case it is {shown(there)}" if name in known else f"in row {raw.row_numbers[other]} it is {shown(there)}"
                fix = "make it the same, or give the source another name"
                problems.append(
                    Problem("BF072", raw.where(i, column), f"{shown(here)}, but {place}", f"one {column} for {shown(name)}", fix)
                )
    return _part(raw, SOURCE_COLUMNS, [i for name, i in first.items() if name not in known])


def _ids(frame: pl.DataFrame) -> list[str]:
    """The id of every claim of a table."""
    return [claim_id(row) for row in frame.iter_rows(named=True)]


def _fresh(case: Case, frame: pl.DataFrame) -> list[int]:
    """Places of the claims that the case does not hold yet, each once."""
    seen, fresh = set(_ids(case.table("claims"))), []
    for i, name in enumerate(_ids(frame)):
        if name not in seen:
            seen.add(name)
            fresh.append(i)
    return fresh


def _merged(case: Case, table: str, frame: pl.DataFrame, raw: RawTable) -> Case:
    """The case with rows of the review at the end of a table."""
    before = case.table(table)
    origin = case.origins.get(table)
    numbers = [*(origin.row_numbers if origin else range(2, before.height + 2)), *raw.row_numbers]
    joined = _Joined(raw.file, raw.header, raw.columns, numbers, first=origin, count=before.height)
    return replace(case, tables={**case.tables, table: pl.concat([before, frame])}, origins={**case.origins, table: joined})


def _texts(raw: RawTable, rows: Sequence[int], frame: pl.DataFrame | None = None) -> tuple[Mapping[str, str], ...]:
    """Rows as text for the files of the case, claims with their id."""
    ids = _ids(frame) if frame is not None else None
    made: list[dict[str, Any]] = []
    for i in rows:
        row = {name: raw.columns[k][i].strip() for k, name in enumerate(raw.header)}
        made.append({"claim": ids[i], **row} if ids is not None else row)
    return tuple(made)


def _in_order(problems: Sequence[Problem]) -> list[Problem]:
    """Problems by row of the review, then by column."""
    order = list(fields("claims"))
    return sorted(problems, key=lambda one: (one.where.row or 0, order.index(one.where.column) if one.where.column in order else -1))
