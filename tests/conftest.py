"""What several tests need: the repository, the shared benchmark data, a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from brownfield.files.new import FIRST_CASE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Published instances that the project reads but never contains: BROWNFIELD_SHARED, or ../shared."""
    folder = Path(os.environ.get("BROWNFIELD_SHARED", ROOT.parent / "shared"))
    if not (folder / "benchmarks").is_dir():
        pytest.skip("no benchmark data here: set BROWNFIELD_SHARED to the folder that holds benchmarks/")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """A browser to look at pages with."""
    found = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium here: `make browser` says how to get one")
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for all tests of a process: a second one beside it would find a loop running."""
    from playwright.sync_api import sync_playwright

    from app.serving import ARGUMENTS

    with sync_playwright() as play:
        shown = play.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield shown
        shown.close()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with the case that `brownfield new` makes in its folder `case`."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(FIRST_CASE, tmp_path / "case")
    return tmp_path
