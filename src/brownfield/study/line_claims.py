"""What a study of a line says to the case: the load of the guest's cars and their rate, as claims with the study as their source."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import polars as pl

from brownfield.case.case import Case
from brownfield.case.claim_id import claim_id
from brownfield.case.tables import Claim, Source
from brownfield.errors import CaseError, Problem, Where
from brownfield.study.line import LineStudy

PREFIX = "Line study of "
"""How the name of such a source begins."""

STANDS = 1e-9
"""Numbers closer than this, relative to their size, are equal."""


@dataclass(frozen=True)
class Claims:
    """Rows for the tables of sources and claims, and cells to write: (table, the row's columns, column, text)."""

    sources: tuple[dict[str, str], ...]
    claims: tuple[dict[str, str], ...]
    cells: tuple[tuple[str, dict[str, str], str, str], ...]
    held: int


def claims_of(found: LineStudy, day: datetime.date) -> Claims:
    """The claims of a study about `load` and `max_rate` of the guest's routes; each cell then follows its claim.

    An earlier study's claim about the cell is set aside. Errors: CaseError BF099 where a preferred claim of somebody else stands
    behind a cell, or where the answer is not settled.
    """
    if found.fits is None:
        what = "whether the car fits was not settled in time"
        raise CaseError([Problem("BF099", Where("--seconds"), what, "an answer that is certain", "allow more seconds for each balance")])
    source = f"{PREFIX}{found.asked.line} with {found.asked.guest} {found.key}"
    rows = [row for product in found.asked.guests for row in _rows(found, source, product)]
    case, problems = found.case, list[Problem]()
    known = {claim_id(vars(claim)) for claim in case.rows(Claim)}
    claims, cells, held = [], [], 0
    for row in rows:
        product = {"product": row["row"].split("|")[0], "line": found.asked.line}
        for other in _preferred(case, row):
            if not other.source.startswith(PREFIX):
                problems.append(_taken(row, other))
            elif claim_id(vars(other)) != _id(row):
                cells += _set_aside(other, source)
        if _id(row) in known:
            held += 1
        else:
            claims.append(row)
        if not _stands(case, product, row):
            cells.append(("routes", product, row["column"], row["value"]))
    if problems:
        raise CaseError(problems)
    new = not any(one.source == source for one in case.rows(Source))
    return Claims((_source(found, source, day),) if new and claims else (), tuple(claims), tuple(cells), held)


def _source(found: LineStudy, source: str, day: datetime.date) -> dict[str, str]:
    asked = found.asked
    title = f"{asked.guest}'s cars on {asked.line}, balanced, put in order and simulated by Brownfield"
    return {
        "source": source, "title": title, "publisher": "Brownfield", "published": day.isoformat(), "retrieved": day.isoformat(),
        "kind": "estimate", "notes": "rests on the tables of the line in this case, which may be assumptions themselves",
    }  # fmt: skip


def _rows(found: LineStudy, source: str, product: str) -> list[dict[str, str]]:
    """Two claims about one route: what a car takes, and how many a year there can be."""
    low, high = max(1.0, found.load.mean - found.load.half), max(1.0, found.load.mean + found.load.half)
    base = {
        "source": source, "subject": f"{product} on {found.asked.line}", "table": "routes", "row": f"{product}|{found.asked.line}",
        "standing": "estimate", "rank": "preferred", "why": "reckoned from the tasks of the line",
    }  # fmt: skip
    at = f"with {found.share:.4g} of the cars, takt {found.takt:.6g} s"
    load = {"property": "load", "column": "load", "value": f"{found.load.mean:.4f}", "unit": "line units/car", "qualifier": at}
    rate = {"property": "rate", "column": "max_rate", "value": f"{found.max_rate:.0f}", "unit": "cars/year"}
    longest = f"with {found.share_most:.4g} of the cars, in the longest shift model"
    return [base | load | {"low": f"{low:.4f}", "high": f"{high:.4f}"}, base | rate | {"qualifier": longest}]


def _preferred(case: Case, row: dict[str, str]) -> list[Claim]:
    same = [claim for claim in case.rows(Claim) if claim.rank == "preferred" and claim.table == "routes" and claim.column == row["column"]]
    return [claim for claim in same if [part.strip() for part in claim.row.split("|")] == row["row"].split("|")]


def _id(row: dict[str, str]) -> str:
    return claim_id(row | {name: float(row[name]) if row.get(name) else None for name in ("low", "high")})


def _set_aside(other: Claim, source: str) -> list[tuple[str, dict[str, str], str, str]]:
    where = {"source": other.source, "table": "routes", "row": other.row, "column": other.column, "value": other.value}
    return [("claims", where, "rank", "deprecated"), ("claims", where, "why", f"a later study is in force: {source}")]


def _taken(row: dict[str, str], other: Claim) -> Problem:
    found = f"{other.value}, which a preferred claim of {other.source!r} says"
    fix = "set its rank to normal if the study shall be in force instead"
    return Problem("BF099", Where(f"routes {row['row']}", column=row["column"]), found, "no preferred claim, or an earlier study's", fix)


def _stands(case: Case, where: dict[str, str], row: dict[str, str]) -> bool:
    frame = case.active("routes").filter((pl.col("product") == where["product"]) & (pl.col("line") == where["line"]))
    value = frame[row["column"]][0]
    return value is not None and abs(value - float(row["value"])) <= STANDS * max(1.0, abs(value))
