"""Cells: every kind of column takes what it should and refuses the rest, with its address."""

import datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownfield.case.parse import STOP_AFTER, RawTable, bounds, empty, letters, parse, schema
from brownfield.case.tables import TABLES, fields
from case.small import quick, raw


def one(table: str, column: str, text: str) -> tuple[object, list[str]]:
    """A single cell, typed, and the codes of what is wrong with it."""
    parsed = parse(table, RawTable("x.csv", (column,), ([text],), (2,)))
    return parsed.frame[column][0], [p.code for p in parsed.problems if p.where.column == column]


@pytest.mark.parametrize(
    ("table", "column", "text", "value"),
    [
        ("plants", "fixed_cost", " 60 ", 60.0), ("plants", "fixed_cost", "6e1", 60.0), ("plants", "fixed_cost", "", 0.0),
        ("plants", "site_value", "-12.5", -12.5), ("plants", "mothball_cost", "", None), ("plants", "opened", "1961", 1961),
        ("plants", "opened", "1961.0", 1961), ("plants", "earliest_close", "2027-04", datetime.date(2027, 4, 1)),
        ("plants", "earliest_close", "2027-04-30", datetime.date(2027, 4, 30)),
        ("plants", "earliest_close", "2027-04-30 00:00:00", datetime.date(2027, 4, 30)), ("plants", "plant", "Usine d'Été", "Usine d'Été"),
        ("plants", "status", "", "include"), ("plants", "company", "", None), ("sources", "published", "2025-07", "2025-07"),
        ("policies", "sense", "<=", "<="), ("companies", "discount_rate", "-0.02", -0.02),
    ],
)  # fmt: skip
def test_good_cells(table: str, column: str, text: str, value: object) -> None:
    assert one(table, column, text) == (value, [])


def test_lists_are_split_and_trimmed() -> None:
    value, codes = one("offers", "lines", " N1 ; N2;; ")
    assert (list(value), codes) == (["N1", "N2"], [])  # type: ignore[call-overload]
    assert list(one("offers", "lines", "")[0]) == []  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("table", "column", "text", "code"),
    [
        ("plants", "fixed_cost", "1,000", "BF005"), ("plants", "fixed_cost", "1_000", "BF005"), ("plants", "fixed_cost", "0x10", "BF005"),
        ("plants", "fixed_cost", "true", "BF005"), ("plants", "fixed_cost", "-1", "BF006"), ("plants", "fixed_cost", "1e13", "BF007"),
        ("plants", "fixed_cost", "1e400", "BF008"), ("plants", "fixed_cost", "nan", "BF008"), ("plants", "opened", "2.5", "BF005"),
        ("plants", "plant", "", "BF004"), ("plants", "plant", "=1+1", "BF012"), ("plants", "country", "jp", "BF011"),
        ("plants", "state", "open", "BF009"), ("offers", "lines", "N1; +N2", "BF012"), ("demand", "cars", "", "BF004"),
        ("plants", "notes", "x" * 4001, "BF010"), ("sources", "published", "2025-13", "BF012"), ("lines", "availability", "1.01", "BF007"),
    ],
)  # fmt: skip
def test_bad_cells(table: str, column: str, text: str, code: str) -> None:
    assert one(table, column, text)[1] == [code]


def test_a_bad_cell_leaves_the_others_alone() -> None:
    parsed = parse("demand", raw("demand", "product,market,cars,net_price\nA,M,1,x\nB,M,y,2\nC,M,3,3"))
    assert [(p.where.row, p.where.column) for p in parsed.problems] == [(3, "cars"), (2, "net_price")]
    assert parsed.frame["cars"].to_list() == [1.0, None, 3.0]
    assert parsed.frame["net_price"].to_list() == [None, 2.0, 3.0]


def test_rubbish_is_not_read_to_its_end() -> None:
    count = STOP_AFTER + 500
    table = RawTable("demand.csv", ("cars",), (["x"] * count,), range(2, 2 + count))
    assert len([p for p in parse("demand", table).problems if p.where.column == "cars"]) == STOP_AFTER


@quick
@given(st.sampled_from([(t, c) for t in TABLES for c in fields(t)]), st.text(max_size=40))
def test_no_text_breaks_the_reading(cell: tuple[str, str], text: str) -> None:
    table, column = cell
    parsed = parse(table, RawTable("x.csv", (column,), ([text],), (2,)))
    assert parsed.frame.schema == pl.Schema(schema(table))
    assert parsed.frame.height == 1


@quick
@given(st.sampled_from([c for c in fields("people") if c not in ("plant", "currency", "transfer_to", "status", "notes")]), st.floats())
def test_numbers_come_back_or_are_refused(column: str, number: float) -> None:
    value, codes = one("people", column, repr(number))
    low, high = bounds("people", column)
    allowed = (low is None or number >= low) and (high is None or number <= high)
    assert codes == [] if allowed else codes
    assert value == number if not codes else not allowed


def test_an_empty_table_has_the_columns_of_one_that_is_read() -> None:
    for table in TABLES:
        assert empty(table).schema == parse(table, RawTable("x", (), (), ())).frame.schema


def test_letters_of_columns() -> None:
    assert [letters(i) for i in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
