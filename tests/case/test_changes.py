"""Changes: a new case that differs in the cells named, checked like one that was read."""

# ruff: noqa: E501 - tables are read across

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownfield.case.case import Case
from brownfield.case.changes import Edit, changed, scenario
from brownfield.case.checks import check
from brownfield.errors import CaseError
from case.small import TINY, case, quick

CASE = case(TINY, origins=True)


def after(*edits: Edit) -> Case:
    """The small case after edits."""
    return changed(CASE, edits)


def codes(*edits: Edit) -> list[str]:
    """Codes of what is wrong with edits."""
    with pytest.raises(CaseError) as error:
        changed(CASE, edits)
    return [problem.code for problem in error.value.problems]


def test_the_small_case_is_good() -> None:
    assert check(CASE) == []


def test_one_cell_is_set() -> None:
    made = after(Edit("plants", "North", "fixed_cost", "set", "70"))
    assert made.table("plants")["fixed_cost"].to_list() == [70, 50, 5]
    assert CASE.table("plants")["fixed_cost"].to_list() == [60, 50, 5]
    assert made.origins is CASE.origins
    assert made.digest != CASE.digest


def test_every_kind_of_cell_is_set() -> None:
    made = after(
        Edit("plants", "North", "earliest_close", "set", "2027-04"), Edit("plants", "North", "mothball_cost", "set", 3),
        Edit("plants", "North", "decision", "set", "keep"), Edit("lines", "N1", "max_products", "set", 2),
        Edit("offers", "Host", "lines", "set", "N1"), Edit("plants", "North", "opened", "set", "1961"),
    )  # fmt: skip
    plant = made.table("plants").row(0, named=True)
    assert (plant["earliest_close"], plant["mothball_cost"], plant["decision"], plant["opened"]) == (datetime.date(2027, 4, 1), 3.0, "keep", 1961)
    assert made.table("lines")["max_products"].to_list() == [2, None, None]
    assert made.table("offers")["lines"].to_list() == [["N1"], []]
    assert made.table("plants").schema == CASE.table("plants").schema


def test_a_cell_is_made_blank() -> None:
    assert after(Edit("lines", "N1", "max_products", "set", "")).table("lines")["max_products"][0] is None


def test_a_whole_column_is_changed_in_rows_that_count() -> None:
    text = TINY["plants"].replace("fixed_cost\n", "fixed_cost,status\n").replace("60\n", "60,include\n").replace("50\n", "50,exclude\n")
    made = changed(case(TINY | {"plants": text.replace(",5\n", ",5,include\n") + ",include"}), [Edit("plants", "*", "fixed_cost", "multiply", 1.5)])
    assert made.table("plants")["fixed_cost"].to_list() == [90.0, 50.0, 7.5]


def test_edits_are_made_in_order() -> None:
    made = after(Edit("demand", "*", "cars", "multiply", "2"), Edit("demand", "Nova | Japan | 2027", "cars", "add", "-30"))
    assert made.table("demand")["cars"].to_list() == [200.0, 150.0, 100.0]


def test_blanks_stay_blank_when_a_column_is_multiplied() -> None:
    assert after(Edit("lines", "*", "max_products", "multiply", 2)).table("lines")["max_products"].to_list() == [6, None, None]


def test_every_mistake_is_reported() -> None:
    edits = [
        Edit("plnts", "North", "fixed_cost", "set", "1"), Edit("plants", "Nort", "fixed_cost", "set", "1"),
        Edit("plants", "North", "fixed_costs", "set", "1"), Edit("plants", "North", "plant", "set", "N"),
        Edit("plants", "North", "state", "add", "1"), Edit("plants", "North", "mothball_cost", "multiply", "2"),
        Edit("plants", "North", "fixed_cost", "add", "-61"), Edit("plants", "North", "fixed_cost", "multiply", "1e11"),
        Edit("plants", "North", "fixed_cost", "multiply", "nan"), Edit("plants", "North", "fixed_cost", "set", "sixty"),
        Edit("lines", "N1", "max_products", "multiply", 0.5), Edit("plants", "North", "country", "set", ""),
        Edit("scenarios", "Weak", "weight", "set", "2"), Edit("tariffs", "*", "duty", "add", "0.1"),
    ]  # fmt: skip
    assert codes(*edits) == [
        "BF185", "BF185", "BF185", "BF186", "BF187", "BF187", "BF188", "BF188", "BF188", "BF188", "BF188", "BF188", "BF185", "BF185",
    ]  # fmt: skip


def test_the_result_is_checked() -> None:
    assert codes(Edit("plants", "North", "decision", "set", "may_open")) == ["BF111"]
    assert codes(Edit("lines", "S1", "plant", "set", "Nowhere")) == ["BF103"]
    assert codes(Edit("plants", "North", "currency", "set", "USD")) == ["BF166"]


def test_a_change_may_leave_rows_without_effect() -> None:
    """To ask what if a plant were gone or a car ended early leaves lanes and demand idle: that is the question, no mistake."""
    gone = after(Edit("plants", "North", "status", "set", "exclude"))
    assert gone.active("lines")["line"].to_list() == ["S1", "D1"]
    after(Edit("products", "Nova", "eop", "set", "2027-01-01"))
    after(Edit("offers", "Host", "fee_per_car", "set", 0), Edit("offers", "Host", "volume_max", "set", 0))


def test_a_change_may_contradict_a_claim() -> None:
    sources = "source,title,kind\nS,T,filing"
    claims = "claim,source,subject,property,table,row,column,value,standing,rank,why\n,S,North,cost,plants,North,fixed_cost,60,official,preferred,its own"
    kept = case(TINY | {"sources": sources, "claims": claims})
    assert check(kept) == []
    assert changed(kept, [Edit("plants", "North", "fixed_cost", "set", "99")]).table("plants")["fixed_cost"][0] == 99
    assert [p.code for p in check(kept.with_table("plants", CASE.table("plants").with_columns(fixed_cost=CASE.table("plants")["fixed_cost"] + 1)))] == ["BF191"]


def test_a_scenario_makes_its_changes_in_order() -> None:
    weak = scenario(CASE, "Weak")
    assert weak.table("demand")["cars"].to_list() == [60.0, 45.0, 25.0]
    assert weak.table("plants")["decision"].to_list() == ["keep", "keep", "keep"]
    assert scenario(CASE, "Gone").active("plants")["plant"].to_list() == ["South", "Den"]


def test_an_unknown_scenario_is_named() -> None:
    with pytest.raises(CaseError, match="did you mean 'Weak'"):
        scenario(CASE, "Week")


def test_a_mistake_in_a_scenario_has_the_address_of_its_change() -> None:
    text = TINY["changes"].replace("North,status,set,exclude", "North,status,set,off")
    with pytest.raises(CaseError) as error:
        scenario(case(TINY | {"changes": text}, origins=True), "Gone")
    (problem,) = error.value.problems
    assert (problem.code, str(problem.where)) == ("BF188", "changes.csv, row 5, column value")


@quick
@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_adding_and_taking_away_is_no_change_and_bounds_hold(first: float, second: float) -> None:
    made = [Edit("plants", "North", "site_value", "set", first), Edit("plants", "North", "site_value", "add", second)]
    assert after(*made).table("plants")["site_value"][0] == first + second


NEW = [Edit("plants", "West", "country", "insert", "JP"), Edit("plants", "West", "fixed_cost", "insert", 7)]


def test_a_row_is_inserted_and_changed_like_any_other() -> None:
    made = after(Edit("plants", "*", "fixed_cost", "multiply", 2), *NEW, Edit("plants", "West", "decision", "set", "keep"))
    rows = made.table("plants").select("plant", "country", "fixed_cost", "decision", "status").rows()
    assert rows[3:] == [("West", "JP", 14.0, "keep", "include")]
    assert CASE.table("plants").height == 3
    assert made.table("plants").schema == CASE.table("plants").schema
    assert after(Edit("demand", "Nova|Europe", "cars", "insert", "5"), Edit("demand", "Nova|Europe|", "net_price", "insert", "30")).table("demand").height == 4


@pytest.mark.parametrize(
    ("edits", "wrong"),
    [
        ([Edit("plants", "North", "country", "insert", "JP")], "a row already"),
        ([Edit("plants", "West", "fixed_cost", "insert", "7")], "without country"),
        ([*NEW, Edit("plants", "West", "opened", "insert", "long ago")], "long ago"),
        ([Edit("plants", "West|East", "country", "insert", "JP")], "no key"),
        ([Edit("demand", "Nova", "cars", "insert", "5"), Edit("demand", "Nova", "net_price", "insert", "5")], "blank"),
    ],
)
def test_a_row_that_cannot_be_inserted_is_said(edits: list[Edit], wrong: str) -> None:
    with pytest.raises(CaseError) as error:
        changed(CASE, edits)
    assert wrong in " ".join(problem.found for problem in error.value.problems)


def test_what_a_new_row_refers_to_must_be_there() -> None:
    assert codes(Edit("lines", "W1", "plant", "insert", "West"), Edit("lines", "W1", "jph", "insert", "20")) == ["BF103"]


def test_a_scenario_can_insert_rows() -> None:
    text = TINY["changes"] + "\ne,Weak,markets,Brazil,country,insert,BR\nf,Weak,demand,Nova|Brazil,cars,insert,40\ng,Weak,demand,Nova|Brazil,net_price,insert,9"
    made = case(TINY | {"changes": text}, origins=True)
    assert check(made) == []
    assert scenario(made, "Weak").table("demand")["cars"].to_list() == [60.0, 45.0, 25.0, 20.0]
    assert [problem.code for problem in check(case(TINY | {"changes": text.replace("Brazil,country", "Japan,country")}, origins=True))][:1] == ["BF185"]
