"""Rows in the grid: a new one checked while it is typed, one that no longer counts, both undone in one step and solved."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from playwright.sync_api import Page, expect

from app.serving import Visit, apart
from brownfield.app.drafts import Draft, Drafts, differences, save_scenario, standing
from brownfield.app.grid import cells_of, new_row, rows_of, tables_of
from brownfield.app.pages import levers
from brownfield.case.case import Case
from brownfield.case.changes import Edit, changed, scenario
from brownfield.files.read import read_case

MARKET = {"market": "Fiji", "country": "FJ"}
LEFT = {"table": "plants", "row": "Alba", "column": "status", "action": "set", "value": "exclude"}


@pytest.fixture
def tiny(root: Path) -> Case:
    """The tiny case."""
    return read_case(root / "examples" / "tiny")


def test_a_new_row_is_one_line_of_the_diff_and_goes_in_one_step(tiny: Case) -> None:
    edits = new_row("markets", MARKET)
    draft = Draft().put(*edits).put({**edits[0], "action": "set", "value": "NZ"})
    assert [(line["column"], line["after"]) for line in differences(tiny, draft.edits)] == [("a new row", "country FJ"), ("country", "NZ")]
    assert draft.without(edits[0]).edits == ()
    assert draft.left_out("markets", ["Fiji"], out=True).edits == ()
    assert changed(tiny, [Edit(**edit) for edit in draft.edits]).table("markets")["country"].to_list()[-1] == "NZ"


def test_a_row_is_left_out_and_taken_in_again() -> None:
    draft = Draft().left_out("plants", ["Alba"], out=True)
    assert draft.edits == (LEFT,)
    assert draft.left_out("plants", ["Alba"], out=False).edits == ({**LEFT, "value": "include"},)
    assert draft.undone().edits == ()


def test_every_table_can_get_rows_and_each_cell_says_what_is_wrong(tiny: Case) -> None:
    assert tables_of(tiny)["tariffs"] == "tariffs (no rows yet)"
    cells = {cell.column: cell for cell in cells_of(tiny, "lines")}
    assert cells["jph"].wrong("") == "must be filled"
    assert "number" in str(cells["jph"].wrong("many"))
    assert cells["jph"].wrong("12.5") is None
    assert "Nowhere" in str(cells["plant"].wrong("Nowhere"))
    assert cells["plant"].wrong("Alba") is None


def test_what_a_new_row_leaves_open_is_said(tiny: Case) -> None:
    found = standing(tiny, new_row("lines", {"line": "new", "plant": "Nowhere", "jph": "10"}))
    assert [problem.code for problem in found] == ["BF103"]
    assert standing(tiny, new_row("markets", MARKET)) == []


def test_new_rows_are_saved_as_a_scenario(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "examples" / "tiny", tmp_path / "tiny")
    save_scenario(tmp_path / "tiny", read_case(tmp_path / "tiny"), "Fiji", "", [*new_row("markets", MARKET), LEFT])
    case = scenario(read_case(tmp_path / "tiny"), "Fiji")
    assert case.table("markets")["market"].to_list()[-1] == "Fiji"
    assert "Alba" not in case.active("plants")["plant"].to_list()
    assert rows_of(case, "markets", [], "fij", 0)[1] == 1


def test_what_is_said_of_earlier_edits_never_covers_what_is_said_of_later_ones(tiny: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    bench, earlier, later = levers.Bench(None, "tiny", tiny), Draft().put(*new_row("markets", MARKET)), Draft()
    place = MagicMock()

    async def late(*asked: object) -> list[str]:
        bench.asked = later
        return ["something to mend"]

    monkeypatch.setattr(levers, "of_disk", late)
    bench.asked = earlier
    apart(levers._standing(bench, earlier, place))
    place.clear.assert_not_called()
    apart(levers._standing(bench, later, place))
    place.clear.assert_called_once()


@pytest.fixture
def page(visit: Visit) -> Iterator[Page]:
    """The levers of the tiny case, with the table of markets in the grid."""
    page = visit.go("/levers", case="tiny")
    page.get_by_role("combobox", name="Table").click()
    page.get_by_role("option", name="markets", exact=True).click()
    yield page
    visit.ok()


def test_rows_come_and_go_in_the_browser(page: Page, visit: Visit) -> None:
    page.get_by_role("button", name="Add a row").click()
    page.get_by_label("market *").fill("Fiji")
    page.get_by_role("button", name="Add this row").click()
    expect(page.locator(".new-row")).to_contain_text("must be filled")
    expect(page.locator(".diff li")).to_have_count(0)
    page.get_by_label("country *").fill("FJ")
    page.get_by_role("button", name="Add this row").click()
    expect(page.locator(".diff ins")).to_contain_text("country FJ")
    expect(page.locator(".ag-center-cols-container .ag-row")).to_have_count(1)  # the grid shows the new row alone
    assert [edit["row"] for edit in Drafts(visit.server.folder / ".brownfield" / "drafts").of("tiny").edits] == ["Fiji"]
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".diff li")).to_have_count(0)

    page.get_by_label("Rows whose key has").fill("")
    box = page.locator('.ag-row[row-id="home"] .ag-checkbox-input').first
    box.focus()
    page.keyboard.press("Space")
    expect(box).to_be_checked()
    page.get_by_role("button", name="Redo").click()
    expect(page.locator(".ag-center-cols-container .ag-row")).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".ag-center-cols-container .ag-row")).to_have_count(1)
    expect(box).to_be_checked()  # rows that come and go untick nothing
    page.get_by_role("button", name="Leave out the ticked rows").click()
    expect(page.locator(".diff ins")).to_have_text("exclude")
    warning = page.locator("h3", has_text="Before this can be solved")
    expect(warning).to_be_visible()
    expect(page.locator("li.wrong").first).to_contain_text("markets.csv: found no row that counts")
    expect(page.locator("li.wrong").first).to_contain_text(re.compile(r"[^.]\.$"))
    expect(page.locator(".ag-row .off").first).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".diff li")).to_have_count(0)
    expect(warning).to_have_count(0)
