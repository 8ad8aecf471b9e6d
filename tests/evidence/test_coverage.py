"""How much of a case and of its money rests on a source."""

from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from brownfield.evidence.cells import Cell
from brownfield.evidence.coverage import coverage, percent
from brownfield.evidence.templates import TEMPLATES

from .small import CLOSE, HEADS, build, says


def ledger(*rows):
    schema = {"item": pl.String, "plant": pl.String, "product": pl.String, "market": pl.String, "period": pl.String, "amount": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def money(found, *name):
    table, row, column = name
    return found.cells.filter((pl.col("table") == table) & (pl.col("row") == row) & (pl.col("column") == column))["money"].item()


def test_cells_that_should_have_a_claim_are_counted_by_table():
    found = coverage(build())
    tables = {row[0]: row[1:3] for row in found.by_table.iter_rows()}
    assert tables["plants"] == (7, 2) and tables["people"] == (7, 1) and tables["policies"] == (1, 1) and tables["tariffs"] == (1, 0)
    assert (found.count, found.sourced) == (sum(t[0] for t in tables.values()), 5)
    assert found.money is None and found.money_share is None
    assert found.sentence() == f"5 of {found.count} numbers rest on a source."


def test_a_default_needs_no_source_and_an_excluded_row_neither():
    before = coverage(build())
    plants = [{"plant": "Oppama", "country": "JP", "opened": 1961}, {"plant": "Smyrna", "country": "US", "fixed_cost": 0}]
    names = coverage(build(plants=plants)).cells.filter(pl.col("table") == "plants").select("row", "column").rows()
    assert names == [("Oppama", "opened")]
    off = [*plants, {"plant": "Aguascalientes", "country": "MX", "fixed_cost": 5, "status": "exclude"}]
    assert coverage(build(plants=off)).count == coverage(build(plants=plants)).count < before.count


def test_a_claim_that_says_something_else_is_no_support():
    found = coverage(build(claims=[says("plan", "8", CLOSE), says("yearbook", "3900", HEADS)]))
    assert found.disputed == (Cell("policies", "close_plants", "value"),)
    assert found.sourced == 1


def test_denied_and_deprecated_claims_are_no_support():
    assert (
        coverage(build(claims=[says("plan", "7", CLOSE, standing="denied"), says("blog", "3900", HEADS, rank="deprecated")])).sourced == 0
    )


def test_money_is_discounted_and_spread_evenly_over_the_cells_behind_it():
    case = build()
    d = case.discount
    found = coverage(case, ledger(("sales", "Oppama", "Note", "Japan", "2026", 10.0), ("pay", "Oppama", "", "", "2027", -8.0)))
    assert found.money == pytest.approx(10 * d[0] + 8 * d[1])
    assert money(found, "demand", "Note|Japan", "cars") == pytest.approx(5 * d[0])
    assert money(found, "lines", "A1", "crew") == pytest.approx(2 * d[1])
    assert found.money_sourced == pytest.approx(5 * d[0] + 2 * d[1])
    assert found.money_share == pytest.approx((5 * d[0] + 2 * d[1]) / (10 * d[0] + 8 * d[1]))
    assert found.sentence().startswith("39 % of the money in this plan rests on a source (5 of ")


def test_money_reckoned_from_no_such_cell_is_an_assumption():
    found = coverage(build(), ledger(("hiring", "Oppama", "", "", "2026", -3.0)))
    assert found.money_bare == pytest.approx(found.money) and found.money_share == 0


def test_terminal_value_rests_on_the_running_items_of_the_last_period():
    case = build()
    rows = [("sales", "Oppama", "Note", "Japan", "2028", 10.0), ("closure", "Oppama", "", "", "2028", -10.0)]
    found = coverage(case, ledger(*rows, ("terminal value", "Oppama", "", "", "2028", 30.0)))
    assert found.money == pytest.approx(20 * case.discount[2] + 30)
    assert money(found, "demand", "Note|Japan", "cars") == pytest.approx(5 * case.discount[2] + 15)
    assert money(found, "plants", "Oppama", "closure_cost") == pytest.approx(10 * case.discount[2])
    other = coverage(case, ledger(*rows, ("terminal value", "Smyrna", "", "", "2028", 30.0)))
    assert money(other, "demand", "Note|Japan", "cars") == pytest.approx(5 * case.discount[2])
    alone = coverage(case, ledger(("terminal value", "", "", "", "2028", 30.0)))
    assert money(alone, "companies", "Nissan", "discount_rate") == pytest.approx(30)


def test_the_biggest_assumptions_come_first():
    found = coverage(build(), ledger(("closure", "Oppama", "", "", "2026", -9.0), ("material", "Oppama", "Note", "", "2026", -90.0)))
    assert found.assumptions.select("table", "column").row(0) == ("products", "material_cost")
    assert found.assumptions.select("table", "column").row(1) == ("plants", "closure_cost")


def test_a_ledger_object_will_do_and_splitting_postings_changes_nothing():
    case = build()
    whole = ledger(("sales", "Oppama", "Note", "Japan", "2026", 10.0))
    halves = ledger(*[("sales", "Oppama", "Note", "Japan", "2026", 5.0)] * 2)
    assert coverage(case, SimpleNamespace(postings=whole)).cells.equals(coverage(case, halves).cells)


def test_nothing_is_lost_in_a_long_ledger_of_every_item():
    case, rng, size = build(), np.random.default_rng(7), 20_000
    pick = lambda *values: rng.choice(list(values), size)  # noqa: E731
    postings = pl.DataFrame(
        {
            "item": pick(*TEMPLATES), "plant": pick("Oppama", "Smyrna", ""), "line": pick("A1", "S1", ""),
            "product": pick("Note", "Guest", ""), "market": pick("Japan", "America", ""), "offer": pick("Foxconn deal", ""),
            "supplier": pick("Keiretsu", ""), "policy": pick("close_plants"), "period": pick(*case.calendar.names),
            "amount": rng.normal(size=size),
        }
    )  # fmt: skip
    found = coverage(case, postings)
    assert float(found.cells["money"].sum()) + found.money_bare == pytest.approx(found.money)
    assert 0 < found.money_share < 1


def test_a_share_is_never_rounded_to_nothing_or_to_all():
    assert [percent(share) for share in (0, 0.001, 0.41, 0.999, 1)] == ["0 %", "less than 1 %", "41 %", "more than 99 %", "100 %"]


def test_a_case_without_sources_rests_on_nothing():
    found = coverage(build(sources=[], claims=[]))
    assert found.share == 0 and found.sentence() == f"0 of {found.count} numbers rest on a source."
