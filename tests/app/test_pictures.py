"""Pictures of the pages for the guide: BROWNFIELD_PICTURES names a folder that was worked in, with the cases tiny, oppama and
unsure (tiny with uncertainties)."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.serving import Server, Visit

PAGES = {
    "home": ("/", ""), "verdict": ("/verdict", "oppama"), "builds": ("/builds", "oppama"), "levers": ("/levers", "oppama"),
    "compare": ("/compare", "tiny"), "deal": ("/deal", "tiny"), "conditions": ("/conditions", "tiny"), "evidence": ("/evidence", "oppama"),
    "line": ("/line", "oppama"), "risk": ("/risk", "unsure"), "runs": ("/runs", "oppama"),
}  # fmt: skip
"""Picture -> page and case."""

WIDTHS = {1440: "", 768: "-768", 390: "-390"}
LARGEST = 500_000
"""Bytes of a picture."""


@pytest.mark.skipif("BROWNFIELD_PICTURES" not in os.environ, reason="made by hand: BROWNFIELD_PICTURES names a folder that was worked in")
def test_pictures_of_each_page(browser: Browser, root: Path) -> None:
    server = Server(Path(os.environ["BROWNFIELD_PICTURES"])).start()
    try:
        for width, mark in WIDTHS.items():
            visit = Visit.begin(browser, server, viewport={"width": width, "height": 1000})
            for name, (page, case) in PAGES.items():
                visit.go(page, **({"case": case} if case else {}))
                if name == "evidence":
                    visit.page.wait_for_selector("#evidence")
                visit.page.wait_for_timeout(1500)
                file = root / "docs" / "pictures" / f"app-{name}{mark}.png"
                visit.page.screenshot(path=file)
                assert file.stat().st_size < LARGEST
            visit.ok()
            visit.page.context.close()
    finally:
        server.kill()
        shutil.rmtree(server.folder / ".brownfield" / "nicegui", ignore_errors=True)
