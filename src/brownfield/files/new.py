"""A case to start from: a small worked one, or empty tables to fill in."""

from __future__ import annotations

import shutil
from pathlib import Path

from brownfield.case.case import Case, Settings
from brownfield.case.tables import TABLES
from brownfield.files.cells import empty_frame
from brownfield.files.folder import fill_folder, ours
from brownfield.files.settings import FILE
from brownfield.files.swap import new_folder, refused

FIRST_CASE = Path(__file__).parent / "first_case"
"""The worked case that comes with Brownfield: three plants, three products, a guest who looks for a line."""


def new_case(path: str | Path, *, empty: bool = False) -> Path:
    """A new folder with a case to start from; CaseError when there is anything in the folder already."""
    target = Path(path)
    if target.is_dir() and any(target.iterdir()):
        found, fix = "a folder that is not empty", "choose a new name, or an empty folder"
        raise refused("BF052", target, found, "a new or empty folder", fix)
    return new_folder(target, _header_only if empty else _worked, ours, {FILE})


def _worked(folder: Path) -> None:
    for file in sorted(FIRST_CASE.iterdir()):
        shutil.copyfile(file, folder / file.name)


def _header_only(folder: Path) -> None:
    settings = Settings.model_validate({"name": "my case"})
    fill_folder(Case(settings, {name: empty_frame(name) for name in TABLES}), folder, full=True)
