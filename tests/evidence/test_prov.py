"""The trace as W3C PROV-JSON: its structure, what it says, and that it is the same each time."""

import json
import re
from io import StringIO

import polars as pl
import pytest
from prov.model import ProvDocument

from brownfield.evidence.claims import Evidence, as_of
from brownfield.evidence.prov import as_text, name_of, provenance

from .small import SOURCES, build

POSTINGS = pl.DataFrame(
    [("pay", "Oppama", "", "2026", -30.0), ("pay", "Oppama", "", "2026", -5.1), ("policy price", "", "close_plants", "2028", -10.0)],
    schema=["item", "plant", "policy", "period", "amount"],
    orient="row",
)
SOLVED = {"status": "proved", "npv": "12.5"}

ENDS = {
    "wasGeneratedBy": {"prov:entity": "entity", "prov:activity": "activity"},
    "used": {"prov:activity": "activity", "prov:entity": "entity"},
    "wasDerivedFrom": {"prov:generatedEntity": "entity", "prov:usedEntity": "entity"},
    "wasAttributedTo": {"prov:entity": "entity", "prov:agent": "agent"},
    "wasAssociatedWith": {"prov:activity": "activity", "prov:agent": "agent"},
    "hadMember": {"prov:collection": "entity", "prov:entity": "entity"},
}
"""Relations, and the kind of thing that each of their ends has to be."""


def published():
    """The small case, with sources that say who published them."""
    return build(sources=[{**row, "publisher": "House of papers"} for row in SOURCES])


@pytest.fixture(scope="module")
def record():
    return provenance(published(), POSTINGS, {"brownfield": "0.1.0"}, SOLVED)


def test_every_part_is_of_the_standard_and_every_end_of_a_relation_is_there(record):
    assert set(record) == {"prefix", "entity", "activity", "agent", *ENDS}
    for relation, ends in ENDS.items():
        for name, told in record[relation].items():
            assert name.startswith("_:")
            assert set(told) == set(ends), relation
            assert all(told[role] in record[kind] for role, kind in ends.items()), told
    for kind in ("entity", "activity", "agent"):
        for name, about in record[kind].items():
            assert re.fullmatch(r"brownfield:[A-Za-z0-9_.~%/=-]+", name), name
            for key, value in about.items():
                assert key.startswith(("prov:", "brownfield:")), key
                assert isinstance(value, str) or set(value) == {"$", "type"}, value


def test_a_library_for_prov_reads_it_and_finds_the_same(record):
    read = ProvDocument.deserialize(StringIO(as_text(record)), format="json")
    counted = sum(len(things) for kind, things in record.items() if kind != "prefix")
    assert len(list(read.get_records())) == counted
    again = json.loads(read.serialize(format="json"))
    assert set(again["entity"]) == set(record["entity"]) and set(again["agent"]) == set(record["agent"])


def derived(record, name):
    return {told["prov:usedEntity"] for told in record["wasDerivedFrom"].values() if told["prov:generatedEntity"] == name}


def test_the_way_from_a_posting_to_the_first_witness(record):
    pay = name_of("posting", "pay", "plant=Oppama", "period=2026")
    assert record["entity"][pay]["brownfield:amount"] == {"$": "-35.1", "type": "xsd:double"}
    heads = name_of("cell", "people", "Oppama", "headcount")
    assert heads in derived(record, pay)
    claim = Evidence(build()).in_force["people", "Oppama", "headcount"]
    assert derived(record, heads) == {name_of("claim", claim.claim)}
    assert derived(record, name_of("claim", claim.claim)) == {name_of("source", "paper")}
    assert derived(record, name_of("source", "paper")) == {name_of("source", "agency")}
    bare = name_of("cell", "people", "Oppama", "cost_per_head")
    assert derived(record, bare) == set()
    assert record["entity"][bare]["brownfield:assumption"] == {"$": "true", "type": "xsd:boolean"}
    assert record["entity"][heads]["brownfield:assumption"] == {"$": "false", "type": "xsd:boolean"}


def test_the_plan_is_made_by_the_solve_and_the_books_use_it(record):
    digest = published().digest
    plan, solve, books = (name_of(kind, digest) for kind in ("plan", "solve", "books"))
    assert {"prov:entity": plan, "prov:activity": solve} in record["wasGeneratedBy"].values()
    assert {"prov:activity": books, "prov:entity": plan} in record["used"].values()
    assert record["activity"][solve]["brownfield:status"] == "proved"
    assert record["agent"][name_of("tool", "brownfield")]["brownfield:version-brownfield"] == "0.1.0"
    without = provenance(build(), POSTINGS.drop("amount"), {"brownfield": "0.1.0"})
    assert plan not in without["entity"] and solve not in without["activity"]


def test_names_with_any_letters_are_one_name():
    assert name_of("cell", "plants", "A/B: %|é", "x") == "brownfield:cell/plants/A%2FB%3A%20%25%7C%C3%A9/x"


def test_the_same_input_gives_the_same_text_whatever_the_order_of_the_rows(record):
    case = published()
    turned = case.with_table("claims", case.table("claims").reverse()).with_table("sources", case.table("sources").reverse())
    assert as_text(provenance(turned, POSTINGS.reverse(), {"brownfield": "0.1.0"}, SOLVED)) == as_text(record)


def test_as_of_a_day_says_so():
    then = as_of(build(), "2025-05-31")
    told = provenance(then, POSTINGS, {})
    assert told["entity"][name_of("case", then.digest)]["brownfield:known-on"] == {"$": "2025-05-31", "type": "xsd:date"}
    assert name_of("source", "paper") not in told["entity"]
