"""A case to start from: a small worked one, empty tables to fill in, or a made-up group of any size."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from brownfield.case.case import Case, Settings
from brownfield.case.synthetic import synthetic_case
from brownfield.case.synthetic_draw import LIMITS
from brownfield.case.tables import TABLES
from brownfield.errors import CaseError, Problem, Where, nearest, one_of, shown
from brownfield.files.cells import empty_frame
from brownfield.files.folder import fill_folder, ours
from brownfield.files.settings import FILE
from brownfield.files.swap import new_folder, refused

FIRST_CASE = Path(__file__).parent / "first_case"
"""The worked case that comes with Brownfield: three plants, three products, a guest who looks for a line."""


def new_case(path: str | Path, *, empty: bool = False, synthetic: str | None = None) -> Path:
    """A new folder with a case to start from; CaseError when there is anything in the folder already.

    synthetic: the size of a made-up group, like `plants=17,products=45,quarters=20,seed=7`; parts left out have defaults.
    """
    group = None if synthetic is None else _group(synthetic)
    target = Path(path)
    if target.is_dir() and any(target.iterdir()):
        found, fix = "a folder that is not empty", "choose a new name, or an empty folder"
        raise refused("BF052", target, found, "a new or empty folder", fix)
    if group is not None:
        return new_folder(target, lambda folder: fill_folder(group, folder), ours, {FILE})
    return new_folder(target, _header_only if empty else _worked, ours, {FILE})


def _group(text: str) -> Case:
    """The made-up group of a written size; CaseError with everything that is wrong with it."""
    return synthetic_case(**_size(text))


def _size(text: str) -> dict[str, int]:
    """The parts of a size, written name=number and separated by commas; CaseError with every part that is wrong."""
    size: dict[str, int] = {}
    names: set[str] = set()
    problems = []
    for part in text.split(",") if text.strip() else []:
        name, _, value = (piece.strip() for piece in part.partition("="))
        least, most = LIMITS.get(name, (0, 0))
        if name not in LIMITS:
            fix = nearest(name, LIMITS) + "write it like plants=17,products=45,quarters=20,seed=7"
            problems.append(Problem("BF056", Where("--synthetic"), shown(part), one_of(LIMITS), fix))
        elif name in names:
            found = f"{name} a second time: {shown(value)}"
            problems.append(Problem("BF056", Where("--synthetic", cell=name), found, "each part once", "name it once"))
        elif not re.fullmatch(r"[0-9]{1,10}", value) or not least <= int(value) <= most:
            expected = f"a whole number from {least} to {most}"
            problems.append(Problem("BF057", Where("--synthetic", cell=name), shown(value), expected, "write it in plain digits"))
        else:
            size[name] = int(value)
        names.add(name)
    if problems:
        raise CaseError(problems)
    return size


def _worked(folder: Path) -> None:
    for file in sorted(FIRST_CASE.iterdir()):
        shutil.copyfile(file, folder / file.name)


def _header_only(folder: Path) -> None:
    settings = Settings.model_validate({"name": "my case"})
    fill_folder(Case(settings, {name: empty_frame(name) for name in TABLES}), folder, full=True)
