"""The app as its users have it: a server in a process of its own, and a browser that is let nowhere else."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, Route

PATIENCE = 120_000
"""Milliseconds that a page may take: other work may have the processors."""

ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip


def apart(work: Coroutine[object, object, None]) -> None:
    """Runs work to its end in a thread of its own, for the browser of other tests keeps a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


@dataclass
class Server:
    """`brownfield app FOLDER`, to be started, killed and started again."""

    folder: Path
    process: subprocess.Popen | None = None
    link: str = ""

    @property
    def base(self) -> str:
        return self.link.partition("/?")[0]

    def start(self) -> "Server":
        command = [sys.executable, "-m", "brownfield", "app", str(self.folder), "--no-browser"]
        environment = {**os.environ, "PYTHONWARNINGS": "default"}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
        for line in self.process.stdout:
            if line.startswith("http://127.0.0.1:"):
                self.link = line.strip()
                break
        assert self.link, "the app said no link"
        for _ in range(600):  # the link is said before the first request is taken
            try:
                os.close(_connected(self.base))
                return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the app does not answer")

    def kill(self, how: int = signal.SIGKILL) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process.stdout.close()

    def runs(self) -> list[Path]:
        return sorted((self.folder / ".brownfield" / "runs").glob("*"))

    def end_runs(self) -> None:
        """Ask all that still works to stop."""
        for job in self.runs():
            (job / "stop").touch()


def _connected(base: str) -> int:
    import socket

    host, _, port = base.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=1) as connection:
        return os.dup(connection.fileno())


@dataclass
class Visit:
    """A tab: what it asked for elsewhere, and what it complained of."""

    page: Page
    server: Server
    strangers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def begin(cls, browser: Browser, server: Server, **options: object) -> "Visit":
        given = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce", **options}
        context = browser.new_context(accept_downloads=True, **given)
        context.set_default_timeout(PATIENCE)
        visit = cls(context.new_page(), server)
        context.route(re.compile(".*"), visit.only_local)
        visit.page.on("console", visit.said)
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.goto(server.link)
        visit.page.wait_for_selector("h1")
        return visit

    def only_local(self, route: Route) -> None:
        url = route.request.url
        if url.startswith((self.server.base + "/", "data:", "blob:")):
            route.continue_()
        else:
            self.strangers.append(url)
            route.abort()

    def said(self, message: object) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def go(self, page: str, **asked: str) -> Page:
        from urllib.parse import urlencode

        self.page.goto(f"{self.server.base}{page}" + (f"?{urlencode(asked)}" if asked else ""))
        self.page.wait_for_selector("h1, .problems")
        self.page.wait_for_function("document.querySelector('#app') && window.socket && window.socket.connected || window.did_handshake")
        return self.page

    def solve(self, case: str) -> str:
        """Solve a case on its page, and wait for the verdict; the name of the run."""
        self.go("/verdict", case=case)
        self.page.get_by_role("button", name="Solve", exact=True).click()
        self.page.wait_for_url("**run=*")  # an earlier verdict may be on the page meanwhile
        self.page.wait_for_selector("#verdict")
        return self.page.url.rpartition("run=")[2]

    def ok(self) -> None:
        """Nothing was asked of another place, and nothing went wrong in the browser."""
        assert self.strangers == []
        assert self.complaints == []


def told(job: Path, state: str = "done") -> dict:
    """What a piece of work left behind."""
    return json.loads((job / f"{state}.json").read_text())
