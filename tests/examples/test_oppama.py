"""The Oppama case: that it reads, what it rests on, and that its totals stand where the published ones do."""

import datetime

import polars as pl
import pytest

from brownfield.case.changes import scenario
from brownfield.evidence.claims import in_force
from brownfield.files import read_case


@pytest.fixture(scope="module")
def case(root):
    return read_case(root / "examples" / "oppama")


def test_seventeen_plants_with_the_published_capacity_and_output(case):
    """Nissan says 3.5 million of capacity outside China; FY2024 output was 2,435,283."""
    two = case.active("shift_models").filter(pl.col("shift_model") == "two shifts").row(0, named=True)
    capacity = (case.active("lines")["jph"] * two["hours_per_week"] * two["weeks_per_year"]).sum()
    demand = case.active("demand").filter(pl.col("period") == "")["cars"].sum()
    assert case.active("plants").height == 17
    assert capacity == pytest.approx(3_585_000, rel=1e-4)
    assert demand == pytest.approx(2_435_283, rel=0.01)


def test_staff_is_indirect_and_two_crews(case):
    crews = case.active("lines").group_by("plant").agg((2 * pl.col("crew")).sum().alias("crews"))
    people = case.active("people").join(crews, on="plant")
    assert people.height == 17
    gap = people.select((pl.col("headcount") - pl.col("indirect") - pl.col("crews")).abs().max()).item()
    assert gap < 0.1


def test_evidence(case):
    claims = case.table("claims")
    about_cells = claims.filter(pl.col("table") != "")
    assert claims.height > 250
    assert about_cells.height > 60
    assert {"Translated auto news", "The Sun"} <= set(claims["source"])
    assert claims["quote"].str.split(" ").list.len().max() < 25
    estimates = case.table("sources").filter(pl.col("title").str.contains("(?i)illustrative|general knowledge|derived"))
    assert estimates.is_empty(), "a chosen value is never a claim"


def test_contradictions_stand_side_by_side(case):
    closing = case.table("claims").filter((pl.col("row") == "Close seven plants") & (pl.col("column") == "value"))
    assert {"7", "17", "10", "6"} <= set(closing["value"])
    staff = case.table("claims").filter((pl.col("table") == "people") & (pl.col("row") == "Oppama") & (pl.col("column") == "headcount"))
    assert {"2400", "3900", "1000"} <= set(staff["value"])
    assert in_force(case)["people", "Oppama", "headcount"].standing == "official"


def test_every_cell_without_a_claim_says_it_is_an_assumption(case):
    """Rows of the tables of numbers: with an assumption in the notes, or with a claim about one of their cells."""
    claimed = {(table, row) for table, row in case.table("claims").filter(pl.col("table") != "").select("table", "row").iter_rows()}
    for name, key in (("offers", "offer"), ("routes", None), ("lanes", None), ("tariffs", None), ("people", "plant"), ("lines", "line")):
        for row in case.table(name).iter_rows(named=True):
            assert "assumption" in row["notes"] or (name, row[key] if key else "") in claimed, (name, row)


def test_the_guests_offer(case):
    """Nothing about it was published, so none of its cells has a claim."""
    offer = case.active("offers").filter(pl.col("offer") == "Foxconn at Oppama").row(0, named=True)
    assert (offer["fee_per_car"], offer["fixed_fee"], offer["take_or_pay"], offer["length_months"]) == (110_000, 10_000, 0.7, 60)
    assert case.table("claims").filter((pl.col("table") == "offers") & (pl.col("row") == "Foxconn at Oppama")).is_empty()
    assert case.active("offers").filter(pl.col("earliest_start") < datetime.date(2025, 4, 1)).is_empty()


def test_every_scenario_makes_a_case(case):
    for name in case.active("scenarios")["scenario"]:
        assert scenario(case, name).digest != case.digest, name
