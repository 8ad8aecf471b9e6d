"""Where figures come from, in a form that other programs read: W3C PROV-JSON.

Entities are the case, its plan, the postings of the ledger, the cells behind them, the claims behind the cells and the
sources behind the claims. Activities are the solve and the keeping of the books. Agents are the publishers and Brownfield.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import polars as pl

from brownfield.case.case import Case
from brownfield.evidence.cells import Cell, Sheet, worded
from brownfield.evidence.claims import Evidence
from brownfield.evidence.reckoned import ABOUT, Reckoning

PREFIX = {"brownfield": "urn:brownfield:"}
"""Names of ours; `prov` and `xsd` need no prefix of their own in PROV-JSON."""

Record = dict[str, Any]


def provenance(case: Case, postings: pl.DataFrame, versions: Mapping[str, str], solved: Mapping[str, str] | None = None) -> Record:
    """The way of postings (item, keys, period; amount where it is known) back to the words behind them, as PROV-JSON.

    versions: of Brownfield, as `brownfield`, and whatever else had a part. solved: what a plan came from (its status, say);
    None when there is no plan and the postings are lines that a ledger would have. The same input gives the same text: there
    are no times, no names of machines and no paths in it.
    """
    document = _Document(case, versions)
    document.run(solved)
    document.books(postings, planned=solved is not None)
    return document.record()


def as_text(record: Record) -> str:
    """PROV-JSON as text."""
    return json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"


def name_of(kind: str, *parts: str) -> str:
    """The qualified name of a thing: `brownfield:cell/plants/Oppama/fixed_cost`. Whatever a name cannot hold is percent-encoded."""
    return "brownfield:" + "/".join([kind, *(quote(part, safe="") for part in parts)])


class _Document:
    """A PROV-JSON document in the making: each thing and each relation once."""

    def __init__(self, case: Case, versions: Mapping[str, str]) -> None:
        self.case = case
        self.evidence = Evidence(case)
        self.by_id = {claim.claim: claim for claim in self.evidence.claims}
        self.sheets: dict[str, Sheet] = {}
        self.kinds: dict[str, dict[str, Record]] = {}
        self.case_name = name_of("case", case.digest)
        self.tool = name_of("tool", "brownfield")
        told = {f"brownfield:version-{name}": version for name, version in sorted(versions.items())}
        self.add("agent", self.tool, {"prov:type": _qualified("prov:SoftwareAgent"), "prov:label": "Brownfield", **told})
        about: Record = {"prov:label": case.settings.title or case.settings.name, "prov:type": _qualified("brownfield:Case")}
        if case.known_on is not None:
            about["brownfield:known-on"] = {"$": case.known_on.isoformat(), "type": "xsd:date"}
        self.add("entity", self.case_name, about)

    def add(self, kind: str, name: str, about: Record) -> None:
        """A thing: entity, activity or agent."""
        self.kinds.setdefault(kind, {})[name] = about

    def relate(self, kind: str, **ends: str) -> None:
        """A relation between two things; its name is made of theirs, so that it stands there once."""
        name = "_:" + "-".join([kind, *(quote(end, safe="") for end in ends.values())])
        self.kinds.setdefault(kind, {})[name] = {f"prov:{role}": end for role, end in ends.items()}

    def record(self) -> Record:
        """The whole document."""
        return {"prefix": dict(PREFIX), **self.kinds}

    def run(self, solved: Mapping[str, str] | None) -> None:
        """The solve and its plan, when there is one."""
        if solved is None:
            return
        solve, plan = name_of("solve", self.case.digest), name_of("plan", self.case.digest)
        about = {f"brownfield:{name}": text for name, text in sorted(solved.items())}
        self.add("activity", solve, {"prov:label": "solve", **about})
        self.add("entity", plan, {"prov:label": "plan", "prov:type": _qualified("prov:Plan")})
        self.relate("used", activity=solve, entity=self.case_name)
        self.relate("wasAssociatedWith", activity=solve, agent=self.tool)
        self.relate("wasGeneratedBy", entity=plan, activity=solve)
        self.relate("wasDerivedFrom", generatedEntity=plan, usedEntity=self.case_name)

    def books(self, postings: pl.DataFrame, *, planned: bool) -> None:
        """The postings, and the cells that each was reckoned from."""
        books = name_of("books", self.case.digest)
        self.add("activity", books, {"prov:label": "the books are kept"})
        self.relate("used", activity=books, entity=self.case_name)
        self.relate("wasAssociatedWith", activity=books, agent=self.tool)
        if planned:
            self.relate("used", activity=books, entity=name_of("plan", self.case.digest))
        names = [self.posting(row) for row in postings.iter_rows(named=True)]
        for name in dict.fromkeys(names):
            self.relate("wasGeneratedBy", entity=name, activity=books)
        for number, *cell in Reckoning(self.case).cells(postings).iter_rows():
            self.relate("wasDerivedFrom", generatedEntity=names[number], usedEntity=self.cell(Cell(*cell)))

    def posting(self, row: Mapping[str, Any]) -> str:
        """One line of the ledger; two lines of one item, the same keys and the same period are one figure."""
        keys = {key: str(row[key]) for key in (*ABOUT, "period") if row.get(key)}
        name = name_of("posting", row["item"], *(f"{key}={value}" for key, value in keys.items()))
        about: Record = {"prov:type": _qualified("brownfield:Posting"), "prov:label": ", ".join([row["item"], *keys.values()])}
        if row.get("amount") is not None:
            before = self.kinds.get("entity", {}).get(name, {}).get("brownfield:amount", {"$": "0"})["$"]
            about["brownfield:amount"] = {"$": repr(float(before) + float(row["amount"])), "type": "xsd:double"}
            about["brownfield:unit"] = f"million {self.case.settings.base_currency}"
        self.add("entity", name, about)
        return name

    def cell(self, cell: Cell) -> str:
        """A cell of the case, with the claim that it follows; one without is an assumption."""
        name = name_of("cell", *cell)
        if name in self.kinds["entity"]:
            return name
        claim = self.evidence.in_force.get(cell)
        about: Record = {"prov:type": _qualified("brownfield:Cell"), "prov:label": str(cell), "prov:value": self._value(cell)}
        about["brownfield:assumption"] = {"$": "false" if claim else "true", "type": "xsd:boolean"}
        self.add("entity", name, about)
        self.relate("hadMember", collection=self.case_name, entity=name)
        if claim is not None:
            self.relate("wasDerivedFrom", generatedEntity=name, usedEntity=self.claim(claim.claim))
        return name

    def _value(self, cell: Cell) -> str | Record:
        """What stands in a cell: a number with all its digits, anything else in words."""
        if cell.table == "case":
            return _number(getattr(self.case.settings, cell.column))
        if cell.table not in self.sheets:
            self.sheets[cell.table] = Sheet(self.case, cell.table)
        sheet = self.sheets[cell.table]
        value = sheet.value(cell.row, cell.column)
        return _number(value) if isinstance(value, (int, float)) else worded(value)

    def claim(self, ident: str) -> str:
        """A claim and its source."""
        claim, name = self.by_id[ident], name_of("claim", ident)
        about: Record = {"prov:type": _qualified("brownfield:Claim"), "prov:label": f"{claim.subject}: {claim.property}"}
        about["prov:value"] = claim.value
        texts = {"standing": claim.standing, "rank": claim.rank, "quote": claim.quote, "qualifier": claim.qualifier, "place": claim.place}
        self.add("entity", name, {**about, **{f"brownfield:{key}": text for key, text in texts.items() if text}})
        self.relate("wasDerivedFrom", generatedEntity=name, usedEntity=self.source(claim.source))
        return name

    def source(self, ident: str) -> str:
        """A source, who published it, and the source it repeats."""
        name = name_of("source", ident)
        known = self.evidence.sources.get(ident)
        if name in self.kinds["entity"] or known is None:
            self.kinds["entity"].setdefault(name, {"prov:label": ident})
            return name
        about: Record = {"prov:type": _qualified("brownfield:Source"), "prov:label": known.title, "brownfield:kind": known.kind}
        texts = {"published": known.published, "retrieved": known.retrieved, "url": known.url}
        self.add("entity", name, {**about, **{f"brownfield:{key}": text for key, text in texts.items() if text}})
        if known.publisher:
            publisher = name_of("publisher", known.publisher)
            self.add("agent", publisher, {"prov:type": _qualified("prov:Organization"), "prov:label": known.publisher})
            self.relate("wasAttributedTo", entity=name, agent=publisher)
        if known.derived_from:
            self.relate("wasDerivedFrom", generatedEntity=name, usedEntity=self.source(known.derived_from))
        return name


def _number(value: float) -> Record:
    """A number as a value."""
    return {"$": repr(float(value)), "type": "xsd:double"}


def _qualified(name: str) -> Record:
    """A name as a value."""
    return {"$": name, "type": "prov:QUALIFIED_NAME"}
