"""What comes from a case is shown as text everywhere: app, report, workbook."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog

from app.serving import Server, Visit

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>"
QUOTED = '"\'--><svg onload=alert(3)>'


@pytest.fixture(scope="module")
def evil(root: Path, server: Server) -> str:
    """The tiny case with a plant, an offer, a title and a scenario that would like to be more than text."""
    folder = server.folder / "evil"
    shutil.copytree(root / "examples" / "tiny", folder)
    for file in folder.glob("*.csv"):
        text = file.read_text()
        text = text.replace("Volt at Coro", '"' + QUOTED.replace('"', '""') + '"')
        file.write_text(text.replace("Alba line", f"{EVIL} line").replace("Alba", EVIL))
    settings = folder / "case.toml"
    lines = [f"title = '''{EVIL}'''" if line.startswith("title") else line for line in settings.read_text().splitlines()]
    settings.write_text("\n".join(lines) + "\n")
    return "evil"


def test_a_plant_named_like_a_script_is_a_plant(browser: Browser, server: Server, evil: str) -> None:
    visit = Visit.begin(browser, server)
    asked: list[str] = []

    def heard(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    visit.page.on("dialog", heard)
    run = visit.solve(evil)
    assert EVIL in visit.page.inner_text("#plants")
    pages = ("/", "/verdict", "/builds", "/levers", "/compare", "/deal", "/conditions", "/evidence", "/line", "/runs")
    for page in pages:
        visit.go(page, **({} if page == "/" else {"case": evil}))
        if page == "/evidence":
            visit.page.wait_for_selector("#evidence")
        if page == "/levers":
            visit.page.get_by_text("Offers and policies on the table").click()
            visit.page.get_by_role("checkbox").first.click()
            visit.page.wait_for_selector(".diff li")
            visit.page.get_by_role("button", name="Undo").click()
        assert visit.page.locator("img[src='x'], svg[onload]").count() == 0, page
    visit.go("/trace", run=run, item="site fixed cost")
    assert EVIL in visit.page.inner_text("table")
    assert asked == []
    assert visit.strangers == []
    assert visit.complaints == []
    visit.page.context.close()
