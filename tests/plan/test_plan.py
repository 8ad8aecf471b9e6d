"""A plan as files and as something to look at."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from brownfield.errors import CaseError
from brownfield.plan.plan import PLAN_TABLES, Plan, read_plan, write_plan

from .works import plan


def test_a_plan_comes_back_from_its_folder(tmp_path):
    exact = plan().with_table("finance", pl.DataFrame({"period": ["2027", "2028"], "revolver": [0.1 + 0.2, 1e-17]}))
    write_plan(exact, tmp_path)
    back = read_plan(tmp_path)
    assert back.case_digest == exact.case_digest
    for name in PLAN_TABLES:
        assert_frame_equal(back.table(name), exact.table(name), check_exact=True)


def test_nothing_of_an_older_plan_is_left(tmp_path):
    write_plan(plan(), tmp_path)
    write_plan(Plan("0" * 16, {}), tmp_path)
    assert all(read_plan(tmp_path).table(name).is_empty() for name in PLAN_TABLES)


def test_everything_unreadable_is_reported_at_once(tmp_path):
    write_plan(plan(), tmp_path)
    (tmp_path / "finance.csv").write_text("period,revolver\n2027,much\n2028,1e3\n")
    (tmp_path / "sights.csv").write_text("a\n")
    (tmp_path / "terms.csv").write_text("supplier,term\nSteel,x\n")
    (tmp_path / "lost.csv").write_text("")
    (tmp_path / "plan.toml").unlink()
    with pytest.raises(CaseError) as caught:
        read_plan(tmp_path)
    found = {problem.code: problem for problem in caught.value.problems}
    assert set(found) == {"BF401", "BF402", "BF403", "BF404", "BF405"}
    assert (found["BF405"].where.row, found["BF405"].where.column, found["BF405"].found) == (2, "revolver", "'much'")
    assert "sites" in found["BF402"].fix


def test_show():
    text = repr(plan())
    assert "South: open 2026H1 to 2026H2, closed 2027 to 2029" in text
    assert "West: open 2026H1, idle 2026H2, leased 2027 to 2028, idle 2029" in text
    page = plan().with_table("sites", plan().sites.with_columns(pl.col("state").str.replace("sold", "<b>")))._repr_html_()
    assert "<td>leased</td>" in page
    assert "&lt;b&gt;" in page and "<b>" not in page
    assert repr(Plan("x", {})) == "Plan for case x (nothing is done)"


def test_tables_are_attributes():
    assert plan().terms.height == 3
    assert Plan("x", {}).ships.columns == list(PLAN_TABLES["ships"])
    with pytest.raises(AttributeError):
        plan().boats  # noqa: B018


def test_a_timeline_of_rubbish_is_empty():
    assert plan().with_table("sites", pl.DataFrame({"x": [1]})).timeline.is_empty()
