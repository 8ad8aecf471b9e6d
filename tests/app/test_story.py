"""The main story: open a case, move the fee, solve, see the verdict change, price the deal, trace a figure to its quote, take the
workbook away, and open it again. On the Oppama case itself, at a coarse gap, and on the small case that `brownfield new` writes."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.serving import Server, Visit, told
from brownfield.files.new import new_case
from brownfield.files.read import read_case

LONG = 900_000
"""Milliseconds that a solve of the Oppama case may take where other work has the processors."""


@dataclass(frozen=True)
class Story:
    """A case, the guest whose fee is moved, to what, how good each solve must be, and the part of the verdict with a quote behind it."""

    case: str
    guest: str
    fee: str
    gap: str
    quoted: str


STORIES = [
    Story("first", "Aurora at Harbour", "0", "within 1 % of gross value", "#evidence"),
    Story("oppama", "Foxconn at Oppama", "2000000", "within 5 % of gross value", "#plants"),
]


@pytest.fixture(params=STORIES, ids=lambda story: story.case)
def story(request: pytest.FixtureRequest, root: Path, server: Server) -> Story:
    """The worked case that comes with Brownfield, with its sources and claims, or the Oppama case."""
    story: Story = request.param
    if story.case == "first":
        new_case(server.folder / "first")
    else:
        shutil.copytree(root / "examples" / story.case, server.folder / story.case)
    return story


def ask(page: Page, gap: str, button: str) -> None:
    """Ask a question at a gap."""
    page.get_by_role("combobox", name="How good").first.click()
    page.get_by_role("option", name=gap, exact=True).click()
    page.get_by_role("button", name=button, exact=True).click()


def test_the_main_story(browser: Browser, server: Server, story: Story, tmp_path: Path) -> None:
    visit = Visit.begin(browser, server)
    page, case = visit.page, read_case(server.folder / story.case)
    page.context.set_default_timeout(LONG)

    page.get_by_role("link", name=case.settings.title).click()
    page.wait_for_url(f"**/verdict?case={story.case}")
    ask(page, story.gap, "Solve")
    page.wait_for_selector("#verdict")
    before = page.url.rpartition("run=")[2]

    visit.go("/levers", case=story.case)
    fee = page.get_by_label(f"Fee: {story.guest}", exact=False).and_(page.get_by_role("spinbutton")).first
    fee.fill(story.fee)
    fee.press("Enter")
    expect(page.locator(".diff li")).to_have_count(1)
    ask(page, story.gap, "Solve with these edits")
    page.get_by_role("status").filter(has_text="best plan").wait_for()
    page.get_by_role("link", name="The whole verdict").wait_for()
    assert page.locator(".news ins").count() > 0
    assert page.locator(".news del").count() > 0
    page.get_by_role("link", name="The whole verdict").click()
    page.wait_for_selector("#verdict")
    after = page.url.rpartition("run=")[2]
    assert after != before
    runs = server.folder / ".brownfield" / "runs"
    offer = story.guest.partition(" at ")[0]
    assert of(offer, told(runs / before)["verdict"]) != of(offer, told(runs / after)["verdict"])

    visit.go("/deal", case=story.case)
    ask(page, story.gap, "Ask: What is the deal worth to each side?")
    page.wait_for_selector("#prices")

    if story.quoted == "#evidence":
        visit.go("/evidence", case=story.case)
    else:
        visit.go("/verdict", case=story.case, run=after)
    page.locator(f"{story.quoted} a.trace").first.click()
    page.wait_for_selector("ol.cells")
    quotes = [f"“{quote}”" for quote in case.table("claims")["quote"].drop_nulls()]
    assert page.locator("blockquote").first.inner_text() in quotes

    visit.go("/verdict", case=story.case, run=after)
    with page.expect_download() as download:
        page.get_by_role("link", name="Workbook of the case").click()
    book = tmp_path / f"{story.case} taken away.xlsx"
    download.value.save_as(book)

    visit.go("/")
    page.get_by_label("Drop an .xlsx file here", exact=False).set_input_files(book)
    page.get_by_role("button", name="Open", exact=True).click()
    page.wait_for_url("**/verdict?case=*taken-away*")
    opened = read_case(server.folder / f"{story.case}-taken-away")
    assert opened.digest == told(runs / after)["digest"]
    visit.ok()
    page.context.close()


def of(guest: str, sentences: list[str]) -> list[str]:
    """What a verdict says of a guest."""
    return [text for text in sentences if guest in text]
