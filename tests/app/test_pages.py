"""Every page in a real browser: it comes up, asks nothing of anybody else, and can be used without a mouse or without eyes."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from app.serving import Server, Visit

PAGES = ("/", "/verdict", "/builds", "/levers", "/compare", "/deal", "/conditions", "/evidence", "/line", "/runs")

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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_comes_up_whole_and_accessible(browser: Browser, server: Server, solved: str, page: str, scheme: str) -> None:
    visit = Visit.begin(browser, server, color_scheme=scheme)
    visit.go(page, **({} if page == "/" else {"case": "tiny"}))
    if page == "/evidence":
        visit.page.wait_for_selector("#evidence")
    assert visit.page.locator("h1").count() == 1
    assert findings(visit) == []
    visit.ok()
    visit.page.context.close()


@pytest.mark.parametrize("width", [390, 768])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_a_telephone(browser: Browser, server: Server, solved: str, page: str, width: int) -> None:
    visit = Visit.begin(browser, server, viewport={"width": width, "height": 800})
    visit.go(page, **({} if page == "/" else {"case": "tiny"}))
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    visit.ok()
    visit.page.context.close()
