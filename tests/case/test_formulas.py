"""Texts that a spreadsheet would run: harmless in every table that is written, and the same again when it is read."""

import csv
import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownfield.case.formulas import harmless, harmless_frame, meant, meant_frame
from brownfield.plan.plan import Plan, read_plan, write_plan

RISKY = ["=1+1", "+cmd|' /C calc'!A0", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "'=1", "''=1", "-Alba", "+"]


@pytest.mark.parametrize("text", RISKY)
def test_no_formula_is_written(text):
    assert harmless(text) == f"'{text}" and meant(harmless(text)) == text


@pytest.mark.parametrize("text", ["", "Alba", "'Alba'", "-1", "+5", "-1e-9", " =1", "Brix=1"])
def test_other_texts_stay_as_they_are(text):
    assert harmless(text) == text


@given(st.text(alphabet="'=+-@\t\r\n＝a1 ", max_size=6))
def test_what_is_written_is_read_again(text):
    assert meant(harmless(text)) == text
    frame = pl.DataFrame({"plant": [text, "Alba"], "cars": [-1.0, 2.0]})
    assert harmless_frame(frame)["plant"].to_list() == [harmless(text), "Alba"]
    assert meant_frame(harmless_frame(frame)).equals(frame)


def test_a_plan_of_plants_with_names_like_formulas(tmp_path):
    names = ["=HYPERLINK(1)", "'-Alba", "Brix"]
    plan = Plan("x", {"sites": pl.DataFrame({"plant": names, "period": ["2027"] * 3, "state": ["open"] * 3})})
    write_plan(plan, tmp_path)
    cells = [row[0] for row in csv.reader(io.StringIO((tmp_path / "sites.csv").read_text(encoding="utf-8")))]
    assert cells == ["plant", "'=HYPERLINK(1)", "''-Alba", "Brix"]
    assert read_plan(tmp_path).sites.equals(plan.sites)
