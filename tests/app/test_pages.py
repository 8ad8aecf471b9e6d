"""Every page in a real browser: it comes up, asks nothing of anybody else, fits a telephone, and can be used without a mouse or
without eyes."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from app.serving import Server, Visit

PAGES = ("/", "/verdict", "/builds", "/levers", "/compare", "/deal", "/conditions", "/evidence", "/line", "/runs", "/trace")

SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def solved(browser: Browser, server: Server) -> str:
    """The tiny case solved once; the name of the run."""
    visit = Visit.begin(browser, server)
    run = visit.solve("tiny")
    visit.ok()
    visit.page.context.close()
    return run


def findings(visit: Visit) -> list[str]:
    """What a screen reader or a keyboard cannot use, if it is serious."""
    found = Axe().run(visit.page).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found if one["impact"] in SERIOUS for node in one["nodes"]]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_comes_up_whole_in_the_light_in_the_dark_and_on_a_telephone(visit: Visit, solved: str, page: str) -> None:
    asked = {"/": {}, "/trace": {"run": solved, "item": "site fixed cost"}}.get(page, {"case": "tiny"})
    visit.go(page, **asked)
    if page == "/evidence":
        visit.page.wait_for_selector("#evidence")
    assert visit.page.locator("h1").count() == 1
    for scheme in ("light", "dark"):
        visit.page.emulate_media(color_scheme=scheme)
        visit.page.wait_for_function(f"document.body.classList.contains('body--{scheme}')")
        assert findings(visit) == [], scheme
    for width in (1440, 768, 390):
        visit.page.set_viewport_size({"width": width, "height": 800})
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    visit.ok()


def test_a_figure_leads_to_its_cells(visit: Visit, solved: str) -> None:
    visit.go("/verdict", case="tiny", run=solved)
    visit.page.get_by_role("link", name="where “site fixed cost” comes from").first.click()
    visit.page.wait_for_selector("ol.cells")
    assert visit.page.locator("ol.cells li").count() == 3
    assert "An assumption" in visit.page.inner_text("ol.cells")
    visit.page.get_by_role("link", name="this line").first.click()
    expect(visit.page.locator("ol.cells li")).to_have_count(1)
    visit.ok()


def test_a_cell_is_checked_while_it_is_typed_and_again_before_it_is_kept(visit: Visit, solved: str) -> None:
    page = visit.go("/levers", case="giant_motor")
    cell = page.locator('.ag-row[row-index="0"] [col-id="cars"]').last
    cell.dblclick()
    page.keyboard.type("a lot")
    page.keyboard.press("Enter")
    expect(page.locator(".diff li")).to_have_count(0)
    page.keyboard.press("Escape")
    cell.dblclick()
    page.keyboard.press("Control+A")
    page.keyboard.type("123.5")
    page.keyboard.press("Enter")
    expect(page.locator(".diff ins")).to_have_text("123.5")
    expect(page.locator('.ag-row[row-index="0"] [col-id="cars"].edited')).to_have_text("123.5")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".diff li")).to_have_count(0)
    visit.ok()


def test_levers_are_moved_with_the_keyboard_and_saved_as_a_scenario(visit: Visit, solved: str) -> None:
    page = visit.go("/levers", case="giant_motor")
    page.locator(".q-slider [tabindex='0']").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".diff ins")).to_have_text("× 1.01")
    page.get_by_text("Save as a scenario").click()
    page.get_by_label("Name of the scenario").fill("A little more")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/compare?*")
    expect(page.get_by_role("cell", name="A little more")).to_be_visible()
    visit.ok()


@pytest.mark.parametrize(
    ("page", "asked", "code"),
    [
        ("/verdict", {"case": "../elsewhere"}, "BF502"),
        ("/verdict", {"case": "nothing"}, "BF503"),
        ("/verdict", {"case": "tiny", "run": "nothing"}, "BF505"),
        ("/trace", {"run": "SOLVED", "item": "nothing"}, "BF508"),
    ],
)
def test_what_is_not_there_is_said(visit: Visit, solved: str, page: str, asked: dict[str, str], code: str) -> None:
    visit.go(page, **{name: value.replace("SOLVED", solved) for name, value in asked.items()})
    expect(visit.page.locator(".problems")).to_contain_text(code)
