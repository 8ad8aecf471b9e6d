"""What several tests need: the repository, the shared benchmark data, a browser."""

import os
import shutil
from pathlib import Path

import pytest

from brownfield.files.new import FIRST_CASE

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


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with the case that `brownfield new` makes in its folder `case`."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(FIRST_CASE, tmp_path / "case")
    return tmp_path
