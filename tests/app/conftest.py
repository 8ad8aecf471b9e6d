"""A server and a browser for the tests of the app."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.serving import Server, Visit


@pytest.fixture(scope="session")
def server(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app on a folder with the tiny case and the case of the textbook."""
    folder = tmp_path_factory.mktemp("desk")
    for name in ("tiny", "giant_motor"):
        shutil.copytree(root / "examples" / name, folder / name)
    made = Server(folder).start()
    yield made
    made.end_runs()
    made.kill()


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    """A tab of the app."""
    made = Visit.begin(browser, server)
    yield made
    made.page.context.close()
