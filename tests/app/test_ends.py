"""Twenty tabs, three solves, a solve killed, the server killed: no edit lost, no run lost, no page stuck."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from app.serving import Server, Visit, told
from brownfield.app.drafts import Drafts
from brownfield.app.runs import Runs

TABS = 20


@pytest.fixture
def alone(root: Path, tmp_path: Path) -> Server:
    """A server that may be killed."""
    for name in ("tiny", "other", "third"):
        shutil.copytree(root / "examples" / "tiny", tmp_path / name)
    made = Server(tmp_path).start()
    yield made
    made.end_runs()
    made.kill()


def test_everything_ends_well(browser: Browser, alone: Server) -> None:
    visit = Visit.begin(browser, alone)
    context = visit.page.context
    tabs = [visit.page, *(context.new_page() for _ in range(TABS - 1))]
    for i, tab in enumerate(tabs):
        tab.goto(f"{alone.base}/{('verdict', 'levers', 'runs', 'conditions')[i % 4]}?case=tiny")
    for tab in tabs:
        tab.wait_for_selector("h1")

    runs = Runs(alone.folder / ".brownfield" / "runs")
    for name in ("tiny", "other", "third"):
        tabs[0].goto(f"{alone.base}/verdict?case={name}")
        tabs[0].get_by_role("button", name="Solve", exact=True).click()
        tabs[0].wait_for_url("**run=*")
    assert len(runs.all()) == 3

    fee = tabs[1].get_by_role("spinbutton", name="Fee: ", exact=False)
    fee.fill("1500")
    fee.press("Enter")
    expect(tabs[1].locator(".diff li")).to_have_count(1)
    assert Drafts(alone.folder / ".brownfield" / "drafts").of("tiny").edits[0]["value"] == 1500

    victim = runs.all("third")[0]
    found = subprocess.run(["pgrep", "-f", victim.name], capture_output=True, text=True, check=False).stdout.split()
    for process in found:
        os.kill(int(process), signal.SIGKILL)
    for _ in range(600):
        if (killed := runs.get(victim.name).state) not in ("waiting", "running"):
            break
        time.sleep(0.05)
    assert killed in ("killed", "done")

    before = alone.base
    alone.kill()
    alone.start()
    assert alone.base == before, "the port is taken again, so that open tabs go on"

    for tab in (tabs[1], tabs[5]):  # nobody touches them: they come back by themselves
        tab.wait_for_function("window.did_handshake && window.socket.connected")
        expect(tab.locator(".diff li")).to_have_count(1)
    tabs[1].get_by_role("button", name="Undo").click()
    expect(tabs[1].locator(".diff li")).to_have_count(0)

    for name in ("tiny", "other"):
        tabs[2].goto(f"{alone.base}/verdict?case={name}")
        tabs[2].wait_for_selector("#verdict")
        assert told(runs.all(name)[0].folder)["status"] == "proved"
    tabs[3].goto(f"{alone.base}/verdict?case=third&run={victim.name}")
    tabs[3].wait_for_selector(".problems" if killed == "killed" else "#verdict")
    assert visit.strangers == []
    context.close()
