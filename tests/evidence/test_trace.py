"""From a line of the ledger to the cells behind it, and to the words of a source."""

import re
from typing import NamedTuple

import polars as pl
import pytest

from brownfield.case.tables import TABLES, fields
from brownfield.evidence.cells import Cell
from brownfield.evidence.templates import RUNNING, TEMPLATES
from brownfield.evidence.trace import trace

from .small import build


def cells(traced):
    return [str(found.cell) for found in traced.cells]


def test_every_item_of_the_contract_has_a_template(root):
    text = (root / "docs" / "maths.md").read_text(encoding="utf-8")
    listed = re.search(r"Items: (.*?)\.", text, re.S)[1]
    assert sorted(TEMPLATES) == sorted(" ".join(item.split()) for item in listed.split(","))
    assert set(RUNNING) < set(TEMPLATES)


def test_templates_name_columns_that_exist():
    for sources in TEMPLATES.values():
        for source in sources:
            known = fields(source.table) if source.table in TABLES else {"discount_rate", "terminal_years"}
            assert set(source.columns) <= set(known)


def test_sales_in_another_currency():
    traced = trace(build(), {"item": "sales", "plant": "Oppama", "product": "Note", "market": "America", "period": "2027", "amount": 12.5})
    assert cells(traced) == ["demand / Note|America|2027 / cars", "demand / Note|America|2027 / net_price", "rates / USD|2027 / rate"]
    assert [str(found.where) for found in traced.cells] == [
        "demand.csv, row 4, column cars", "demand.csv, row 4, column net_price", "rates.csv, row 3, column rate",
    ]  # fmt: skip
    assert [found.unit for found in traced.cells] == ["cars/year", "USD/car", "base/currency"]
    assert traced.sentences()[0] == "sales, plant Oppama, product Note, market America, 2027: +12.5 million JPY, reckoned from 3 cells."
    assert len(traced.assumptions) == 3


def test_another_period_means_another_row():
    traced = trace(build(), {"item": "sales", "product": "Note", "market": "America", "period": "2028"})
    assert cells(traced) == ["demand / Note|America / cars", "demand / Note|America / net_price", "rates / USD / rate"]


def test_a_cell_with_a_claim_quotes_its_source_and_the_chain_behind_it():
    traced = trace(build(), {"item": "pay", "plant": "Oppama", "period": "2026", "amount": -35.1})
    headcount = traced.cells[0]
    assert (headcount.cell, headcount.value, headcount.assumption) == (Cell("people", "Oppama", "headcount"), 3900.0, False)
    assert [source.source for source in headcount.chain] == ["paper", "agency"]
    assert headcount.sentence() == (
        "Oppama, people at the start: 3900 heads (people.csv, row 2, column headcount) - reported: Seed B (2025-07-06) repeating "
        "Agency report (2025-05); other sources say 2400 (yearbook)."
    )
    assert cells(traced)[1:] == ["people / Oppama / indirect", "people / Oppama / cost_per_head", "lines / A1 / crew"]
    assert "an assumption: no source says so" in traced.cells[1].sentence()


def test_a_quote_is_shown_with_its_words():
    traced = trace(build(), {"item": "policy price", "policy": "close_plants", "period": "2028"})
    assert "official: Recovery plan (2025-05-13): “from 17 to 10”" in traced.cells[0].sentence()


def test_a_cell_that_differs_from_the_claim_in_force_is_an_assumption_and_says_so():
    case = build()
    changed = case.with_table("people", case.table("people").with_columns(pl.lit(5000.0).alias("headcount")))
    headcount = trace(changed, {"item": "pay", "plant": "Oppama"}).cells[0]
    assert headcount.assumption and headcount.disputed.source == "paper"
    assert "no source says so; paper says 3900" in headcount.sentence()


def test_a_value_within_the_span_of_a_claim_rests_on_it():
    case = build()
    changed = case.with_table("demand", case.table("demand").with_columns(pl.lit(85000.0).alias("cars")))
    assert not trace(changed, {"item": "sales", "product": "Note", "market": "Japan", "period": "2026"}).cells[0].assumption


def test_a_blank_key_stands_for_all():
    traced = trace(build(), {"item": "variable cost", "product": "Note", "plant": "", "line": None, "period": "2026"})
    assert cells(traced) == ["routes / Note|A1 / variable_cost", "routes / Note|S1 / variable_cost", "rates / USD / rate"]
    traced = trace(build(), {"item": "variable cost", "product": "Note", "plant": "Smyrna", "period": "2026"})
    assert cells(traced) == ["routes / Note|S1 / variable_cost", "rates / USD / rate"]


def test_what_is_owed_at_the_start_counts_only_in_the_first_period():
    first, second = (trace(build(), {"item": "payables", "supplier": "Keiretsu", "period": period}) for period in ("2026", "2027"))
    assert set(cells(first)) - set(cells(second)) == {"suppliers / Keiretsu / payables_now"}


def test_terminal_value_names_the_settings_and_the_running_items():
    traced = trace(build(), {"item": "terminal value", "period": "2028", "amount": 7.0})
    assert cells(traced) == ["companies / Nissan / discount_rate", "case / terminal_years"]
    assert "sales, freight, duty" in traced.sentences()[1]
    no_owner_rate = build(companies=[{"company": "Nissan", "role": "owner"}])
    assert cells(trace(no_owner_rate, {"item": "terminal value"})) == ["case / discount_rate", "case / terminal_years"]


class Posting(NamedTuple):
    item: str
    plant: str
    period: str
    amount: float


@pytest.mark.parametrize("form", [Posting, lambda *row: pl.DataFrame([row], schema=list(Posting._fields), orient="row")])
def test_a_posting_may_come_in_any_form(form):
    traced = trace(build(), form("closure", "Oppama", "2028", -45.0))
    assert cells(traced) == ["plants / Oppama / closure_cost"] and traced.amount == -45.0


def test_a_row_that_no_file_holds_has_the_address_of_its_table():
    case = build()
    traced = trace(
        case.with_table("plants", case.table("plants").with_columns(pl.col("plant") + " 2")), {"item": "closure", "plant": "Oppama 2"}
    )
    assert str(traced.cells[0].where) == "plants.csv, column closure_cost"


def test_what_cannot_be_traced_is_refused():
    with pytest.raises(ValueError, match=r"no such item in a ledger: 'sale'\. did you mean 'sales'"):
        trace(build(), {"item": "sale"})
    with pytest.raises(ValueError, match="one line of the ledger, not 2"):
        trace(build(), pl.DataFrame({"item": ["sales", "pay"]}))
