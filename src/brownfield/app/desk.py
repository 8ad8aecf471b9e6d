"""The opened folder: which cases lie in it, where the app keeps what it remembers, and that nothing outside it is touched."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brownfield.errors import CaseError, Problem, Where, shown

if TYPE_CHECKING:
    from brownfield.case.case import Case

STATE = ".brownfield"
"""Folder inside the opened one where the app keeps edits, runs and cases that were dropped on it."""

STORE = "BROWNFIELD_STORE"
"""The environment variable that names the store of the commands."""

DEEP = 2
"""How many folders deep cases are looked for."""

MOST = 200
"""Cases that are listed."""


@dataclass(frozen=True)
class Found:
    """A case that lies in the opened folder: the name by which pages ask for it, and what it says it is about."""

    name: str
    title: str
    is_folder: bool


@dataclass
class Desk:
    """The opened folder. A case is named by its path inside it; `.` is the folder itself."""

    root: Path
    _read: dict[tuple[str, str], Case] = field(default_factory=dict)

    @classmethod
    def at(cls, path: str | Path) -> Desk:
        """Open a folder, or the folder of a workbook; CaseError when there is nothing there."""
        place = Path(path).resolve()
        if not place.exists():
            raise CaseError([Problem("BF501", Where(str(path)), "nothing there", "a folder, or a case", "name a folder")])
        return cls(place if place.is_dir() else place.parent)

    @property
    def state(self) -> Path:
        """Where the app keeps what it remembers."""
        return self.root / STATE

    @property
    def store(self) -> Path:
        """Where solves are kept: the store that the commands use, when one is named for them, or one of the app's own."""
        named = os.environ.get(STORE)
        return Path(named).expanduser() if named else self.state / "solves"

    def settings(self) -> dict[str, Any]:
        """The key of the links to this folder and the port last used, kept so that open tabs go on after a restart."""
        file = self.state / "app.json"
        try:
            told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            if len(told["key"]) >= 32:
                return told
        except (OSError, ValueError, KeyError, TypeError):
            pass
        told = {"key": secrets.token_urlsafe(32), "port": 0}
        self.keep_settings(told)
        return told

    def keep_settings(self, told: dict[str, Any]) -> None:
        """Write the key and the port where only their owner reads them."""
        self.state.mkdir(exist_ok=True)
        (self.state / ".gitignore").write_text("*\n", encoding="utf-8")
        part = self.state / f"app.json.{os.getpid()}"
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(told, file)
        part.replace(self.state / "app.json")

    def path(self, name: str) -> Path:
        """The path of a case; CaseError when the name leads out of the opened folder or to no case."""
        place = self.root if "\0" in name else (self.root / name).resolve()
        if "\0" in name or not place.is_relative_to(self.root):
            found = "a place outside the opened folder"
            raise CaseError([Problem("BF502", Where(shown(name)), found, "a case inside it", "open the folder it is in")])
        if not _is_case(place):
            raise CaseError(
                [Problem("BF503", Where(shown(name)), "no case", "a case of the opened folder", "choose one on the first page")]
            )
        return place

    def cases(self) -> list[Found]:
        """The cases in the opened folder, and those that were dropped on the app."""
        found: list[Found] = []
        for place in [self.root, *_inside(self.root, DEEP), *_inside(self.state / "cases", 1)]:
            if _is_case(place) and len(found) < MOST:
                name = "." if place == self.root else place.relative_to(self.root).as_posix()
                found.append(Found(name, _title(place), place.is_dir()))
        return found

    def read(self, name: str) -> Case:
        """A case; read again only when one of its files has changed. CaseError with every problem."""
        from brownfield.app.cells import read

        key = (name, _stamp(self.path(name)))
        if key not in self._read:
            for old in [one for one in self._read if one[0] == name]:
                del self._read[old]
            self._read[key] = read(self.path(name))
        return self._read[key]

    def example(self, name: str) -> str:
        """Put a case that ships with Brownfield into the opened folder, and name it; one that is there already stays as it is."""
        target = self.place_for(name, again=True)
        if not _is_case(target):
            shutil.copytree(_examples() / name, target)
        return target.relative_to(self.root).as_posix()

    def place_for(self, name: str, *, again: bool = False) -> Path:
        """A free place for a case that is dropped or tried; with `again`, the place of that name even when it is taken."""
        word = "".join(c if c.isalnum() or c in "-_" else "-" for c in name).strip("-")[:60] or "case"
        folder = self.state / "cases" if _is_case(self.root) else self.root
        folder.mkdir(parents=True, exist_ok=True)
        names = [word, *(f"{word}-{i}" for i in range(2, 1000))]
        return next(folder / one for one in names if again or not (folder / one).exists())


def _examples() -> Path:
    """The cases that ship with the package: beside its modules when installed, at the root of a clone."""
    package = Path(__file__).parents[1]
    return next(place for place in (package / "examples", package.parents[1] / "examples") if place.is_dir())


def _inside(folder: Path, deep: int) -> list[Path]:
    """Folders and workbooks in a folder, by name; never through a link."""
    if not folder.is_dir():
        return []
    found: list[Path] = []
    for place in sorted(folder.iterdir()):
        if place.name.startswith((".", "~")) or place.is_symlink():
            continue
        found.append(place)
        if deep > 1 and place.is_dir() and not _is_case(place):
            found += _inside(place, deep - 1)
    return found


def _is_case(place: Path) -> bool:
    return (place / "case.toml").is_file() or (place.suffix.lower() == ".xlsx" and place.is_file())


def _title(place: Path) -> str:
    try:
        told = tomllib.loads((place / "case.toml").read_text(encoding="utf-8"))
        return str(told.get("title") or told.get("name") or place.name)
    except (OSError, ValueError):
        return place.stem


def _stamp(place: Path) -> str:
    """What changes whenever a file of the case does."""
    files = [place] if place.is_file() else sorted(entry for entry in place.iterdir() if entry.is_file())
    marks = [(file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files]
    return hashlib.sha256(repr(marks).encode()).hexdigest()
