"""The case: what counts, what a period means, and a hash that knows no order."""

# ruff: noqa: E501 - tables are read across

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownfield.case.case import Case
from brownfield.case.tables import TABLES, Plant
from case.small import TINY, case, quick


def names(made: Case, table: str) -> list[str]:
    """Names of the rows that count."""
    return made.active(table)[table.removesuffix("s")].to_list()


def off(table: str, name: str, column: str = "") -> Case:
    """The small case with one row switched off."""
    made = case(TINY)
    frame = made.table(table)
    gone = pl.col(column or table.removesuffix("s").replace("companie", "company")) == name
    return made.with_table(table, frame.with_columns(status=pl.when(gone).then(pl.lit("exclude")).otherwise("status")))


def test_a_plant_switched_off_takes_its_own_with_it() -> None:
    made = off("plants", "North")
    assert names(made, "plants") == ["South", "Den"]
    assert names(made, "lines") == ["S1", "D1"]
    assert made.active("routes").select("product", "line").rows() == [("Luna", "S1")]
    assert names(made, "offers") == ["Host"]
    assert made.table("plants").height == 3


def test_a_company_switched_off_takes_plants_lines_products_and_offers_with_it() -> None:
    made = off("companies", "Tanuki")
    assert names(made, "plants") == ["North", "South"]
    assert names(made, "lines") == ["N1", "S1"]
    assert names(made, "products") == ["Nova", "Luna"]
    assert names(made, "offers") == []
    assert made.active("routes")["product"].to_list() == ["Nova", "Luna"]


def test_a_product_or_market_switched_off_takes_its_demand_with_it() -> None:
    assert off("products", "Nova").active("demand")["product"].to_list() == ["Luna"]
    assert off("markets", "Japan").active("demand")["product"].to_list() == ["Luna"]
    assert off("scenarios", "Weak").active("changes")["change"].to_list() == ["d"]


def test_a_row_that_counts_stands_for_its_name() -> None:
    text = TINY["plants"].replace("fixed_cost\n", "fixed_cost,status\n").replace("60\n", "60,include\n").replace("50\n", "50,include\n")
    made = case(TINY | {"plants": text + ",include" + "\nNorth,,JP,Kanto,keep,1,exclude"})
    assert names(made, "lines") == ["N1", "S1", "D1"]


def test_lists_lose_names_switched_off() -> None:
    plants = "plant,country,status\nA,JP,include\nB,JP,exclude"
    people = "plant,headcount,transfer_to\nA,5,B"
    suppliers = "supplier,plants,share,days_now,payables_now\nall,,0.1,30,0\nboth,A;B,0.1,30,0\nonly,B,0.1,30,0"
    made = case({"plants": plants, "people": people, "suppliers": suppliers})
    assert made.active("people")["transfer_to"].to_list() == [[]]
    assert made.active("suppliers").select("supplier", "plants").rows() == [("all", []), ("both", ["A"])]


def test_shift_models_have_a_default() -> None:
    made = case(TINY)
    assert made.active("shift_models")["shift_model"].to_list() == ["idle", "one_shift", "two_shifts", "three_shifts"]
    assert made.active("shift_models").schema == made.table("shift_models").schema
    text = "shift_model,hours_per_week,crews,status\nalone,40,1,exclude"
    assert case(TINY | {"shift_models": text}).active("shift_models").is_empty()


def test_the_shortest_span_wins() -> None:
    rows = "product,market,period,cars,net_price\nA,M,,1,9\nA,M,2026,2,9\nA,M,2026H1,3,9\nA,M,2026Q2,4,9\nA,M,2028,5,9"
    made = case({"demand": rows}, periods=("4 quarters", "2 years"))
    assert made.by_period("demand").sort("t")["cars"].to_list() == [3.0, 4.0, 2.0, 2.0, 1.0, 5.0]


def test_rates_are_spread_over_the_periods() -> None:
    made = case({"rates": "currency,period,rate\nJPY,,0.006\nJPY,2027,0.007"}, periods=("2 halves", "2 years"))
    assert made.rate("JPY") == pytest.approx([0.006, 0.006, 0.007, 0.006])
    assert made.rate(None) == pytest.approx([1.0] * 4)
    assert made.rate("EUR") == pytest.approx([1.0] * 4)


def test_the_owner_has_its_own_discount_rate() -> None:
    assert case(TINY).owner == "Aoi"
    assert case({}).owner == "owner"
    assert case(TINY).discount_rate == 0.08
    assert case({"companies": "company,role,discount_rate\nAoi,owner,0.1\nB,guest,0.2"}).discount_rate == 0.1


def test_rows_are_objects_with_lists_as_tuples() -> None:
    plants = case(TINY).rows(Plant)
    assert [(plant.plant, plant.company, plant.fixed_cost) for plant in plants] == [("North", None, 60), ("South", "Aoi", 50), ("Den", "Tanuki", 5)]


@quick
@given(st.randoms(use_true_random=False))
def test_the_digest_knows_no_order_of_rows(random) -> None:
    made = case(TINY)
    shuffled = made
    for name in TABLES:
        frame = made.table(name)
        order = list(range(frame.height))
        random.shuffle(order)
        shuffled = shuffled.with_table(name, frame[order])
    assert shuffled.digest == made.digest


def test_the_digest_knows_what_counts() -> None:
    made = case(TINY)
    seen = {made.digest, case(TINY, base_currency="JPY").digest, case(TINY, periods=("3 years",)).digest, off("plants", "North").digest}
    frame = made.table("plants")
    seen.add(made.with_table("plants", frame.with_columns(fixed_cost=pl.col("fixed_cost") + 1e-9)).digest)
    assert len(seen) == 5
    excluded = TINY["markets"].replace("country\n", "country,status\n").replace("JP\n", "JP,include\n") + ",include\nMars,XX,exclude"
    assert case(TINY | {"markets": excluded}).digest == made.digest
