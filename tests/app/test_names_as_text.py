"""What comes from a case is shown as text everywhere: app, report, workbook."""

import shutil
import time
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog

from app.serving import Server, Visit, told
from brownfield.app.runs import Runs
from brownfield.files.read import read_case

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>"
QUOTED = "\"'--><svg onload=alert(3)>"


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
    pages = ("/", "/verdict", "/builds", "/levers", "/compare", "/deal", "/conditions", "/evidence", "/line", "/risk", "/runs")
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


class Elements(HTMLParser):
    """What elements a page has, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.handlers: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.handlers |= {name for name, _ in attrs if name.startswith("on")}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_reports_and_the_workbook_hold_the_name_as_text(browser: Browser, server: Server, evil: str, tmp_path: Path) -> None:
    visit = Visit.begin(browser, server)
    asked: list[str] = []
    visit.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    plan = visit.solve(evil)
    runs = Runs(server.folder / ".brownfield" / "runs")
    deal = runs.start("deal", evil, offer=QUOTED, gap=0.05).name
    why = runs.start("why", evil, verdict=f'plant "{EVIL}" open in 2027', gap=0.05).name
    for run in (plan, deal, why):
        for _ in range(2400):
            if runs.get(run).over:
                break
            time.sleep(0.05)
        assert runs.get(run).state == "done", (runs.get(run).told, (runs.get(run).folder / "log.txt").read_text())
        page = (runs.get(run).folder / "report.html").read_text()
        found = Elements(page)
        assert {"script", "img"} & found.names == set(), run
        assert found.handlers == set(), run
        assert (QUOTED if run == deal else EVIL) in found.text, run
        (tmp_path / "report.html").write_text(page)
        visit.page.context.unroute_all()
        visit.page.goto((tmp_path / "report.html").as_uri())
        assert visit.page.locator("img[src='x'], svg[onload]").count() == 0
    visit.page.goto(server.link)
    visit.go("/verdict", case=evil, run=plan)
    with visit.page.expect_download() as download:
        visit.page.get_by_role("link", name="Workbook of the case").click()
    download.value.save_as(tmp_path / "book.xlsx")
    with zipfile.ZipFile(tmp_path / "book.xlsx") as book:
        parts = {name: book.read(name).decode() for name in book.namelist() if name.endswith((".xml", ".rels"))}
    assert EVIL.replace("<", "&lt;").replace(">", "&gt;") in parts["xl/sharedStrings.xml"]
    assert not any("<script" in text or "<f>" in text or "hyperlink" in text for text in parts.values())
    assert EVIL in read_case(tmp_path / "book.xlsx").table("plants")["plant"].to_list()
    assert asked == []
    assert told(runs.get(plan).folder)["status"] == "proved"
    visit.page.context.close()
