"""The main story: open a case, move the fee, solve, see the verdict change, price the deal, trace a figure to its quote, take the
workbook away, and open it again."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from app.serving import Server, Visit, told
from brownfield.files.new import new_case
from brownfield.files.read import read_case


@pytest.fixture
def first(server: Server) -> str:
    """The worked case that comes with Brownfield, with its sources and claims."""
    if not (server.folder / "first").exists():
        new_case(server.folder / "first")
    return "first"


def test_the_main_story(browser: Browser, server: Server, first: str, tmp_path: Path) -> None:
    visit = Visit.begin(browser, server)
    page = visit.page

    page.get_by_role("link", name=read_case(server.folder / first).settings.title).click()
    page.wait_for_url("**/verdict?case=first")
    before = visit.solve(first)
    assert "accepted" in page.locator("#verdict").inner_text()

    visit.go("/levers", case=first)
    fee = page.get_by_label("Fee: ", exact=False).and_(page.get_by_role("spinbutton")).first
    fee.fill("0")
    fee.press("Enter")
    expect(page.locator(".diff li")).to_have_count(1)
    page.get_by_role("button", name="Solve with these edits").click()
    page.get_by_role("link", name="The whole verdict").click()
    page.wait_for_selector("#verdict")
    after = page.url.rpartition("run=")[2]
    assert after != before
    runs = server.folder / ".brownfield" / "runs"
    assert told(runs / after)["npv"] < told(runs / before)["npv"]
    assert told(runs / after)["verdict"] != told(runs / before)["verdict"]

    visit.go("/deal", case=first)
    page.get_by_role("button", name="Ask: What is the deal worth to each side?").click()
    page.wait_for_selector("#prices")

    visit.go("/evidence", case=first)
    page.wait_for_selector("#evidence")
    quote = read_case(server.folder / first).table("claims")["quote"].drop_nulls().to_list()[0]
    page.locator("#evidence a.trace").first.click()
    page.wait_for_selector("ol.cells")
    assert page.locator("blockquote").count() > 0
    assert quote

    visit.go("/verdict", case=first, run=after)
    with page.expect_download() as download:
        page.get_by_role("link", name="Workbook of the case").click()
    book = tmp_path / "taken away.xlsx"
    download.value.save_as(book)

    visit.go("/")
    page.get_by_label("Drop an .xlsx file here", exact=False).set_input_files(book)
    page.get_by_role("button", name="Open", exact=True).click()
    page.wait_for_url("**/verdict?case=*")
    opened = server.folder / "taken-away"
    assert read_case(opened).rows is not None
    visit.ok()
    page.context.close()
