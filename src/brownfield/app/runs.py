"""Long work, each piece in a process and a folder of its own: it goes on when the page is reloaded or the server is gone."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from brownfield.app.lock import is_held
from brownfield.errors import CaseError, Problem, Where, shown
from brownfield.files.swap import new_file

State = Literal["waiting", "running", "done", "stopped", "refused", "failed", "killed"]
"""waiting: its process has not begun; done: there is a result; stopped: by hand, before there was one;
refused: there are problems with the input; failed: a defect; killed: its process was ended from outside before there was a result."""

ENDS: tuple[State, ...] = ("done", "stopped", "refused", "failed")
"""How work ends by itself: each leaves a file of that name behind."""

PATIENCE, TAKEN = 30.0, 1.0
"""Seconds that a process may take to begin, and to take its lock once that is there."""

AT_ONCE = 6
"""Pieces of work that may run side by side."""


@dataclass(frozen=True)
class Run:
    """One piece of work: what was asked, how far it is, what came out."""

    folder: Path
    asked: Mapping[str, Any]
    state: State
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name by which pages ask for it."""
        return self.folder.name

    @property
    def kind(self) -> str:
        """What kind of work: solve, threshold, deal and so on."""
        return str(self.asked["kind"])

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state not in ("waiting", "running")

    def points(self) -> list[dict[str, Any]]:
        """The progress so far, oldest first; a last line that is not whole yet is left out."""
        return _lines(self.folder / "progress.jsonl")

    def section(self, name: str) -> str:
        """A section of the result as HTML, written by the report; empty when the result has none."""
        file = self.folder / "sections" / f"{name}.html"
        return file.read_text(encoding="utf-8") if name.isidentifier() and file.is_file() else ""


@dataclass(frozen=True)
class Runs:
    """All work of an opened folder, told from its files alone: a server that starts anew knows all that the last one knew."""

    folder: Path

    def start(self, kind: str, case: str, **more: Any) -> Run:
        """Begin a piece of work in a process of its own; CaseError when too much is running."""
        if sum(not job.over for job in self.all()) >= AT_ONCE:
            found, fix = f"{AT_ONCE} pieces of work that run already", "wait for one of them, or stop it on the page Runs"
            raise CaseError([Problem("BF504", Where("runs"), found, f"at most {AT_ONCE} at once", fix)])
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
        place = self.folder / name
        place.mkdir(parents=True)
        asked = {"kind": kind, "case": case, "asked": time.time(), **more}
        _write(place / "asked.json", asked)
        with (place / "log.txt").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "brownfield.app.work", str(place)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, close_fds=True,
            )  # fmt: skip
        _STARTED.append(process)
        return self.get(name)

    def get(self, name: str) -> Run:
        """A piece of work; CaseError when there is none of the name."""
        _reap()
        place = self.folder / name
        if not name.replace("-", "").isalnum() or not (place / "asked.json").is_file():
            raise CaseError(
                [Problem("BF505", Where("runs"), f"no run {shown(name)}", "a run of this folder", "choose one on the page Runs")]
            )
        asked = _read(place / "asked.json")
        for state in ENDS:
            if (place / f"{state}.json").is_file():
                return Run(place, asked, state, _read(place / f"{state}.json"))
        begun = _begun(place / "lock") or time.time() - float(asked.get("asked", 0.0)) > PATIENCE
        if is_held(place / "lock"):
            return Run(place, asked, "running")
        if not begun:
            return Run(place, asked, "waiting")
        for state in ENDS:  # it may have ended between the two looks
            if (place / f"{state}.json").is_file():
                return Run(place, asked, state, _read(place / f"{state}.json"))
        return Run(place, asked, "killed")

    def all(self, case: str | None = None, kind: str | None = None) -> list[Run]:
        """Every piece of work, the latest first; only of one case or kind when told so."""
        names = (
            sorted((entry.name for entry in self.folder.iterdir() if (entry / "asked.json").is_file()), reverse=True)
            if self.folder.is_dir()
            else []
        )
        found = [self.get(name) for name in names]
        return [job for job in found if case in (None, job.asked.get("case")) and kind in (None, job.kind)]

    def stop(self, name: str) -> None:
        """Ask a piece of work to stop and keep the best plan so far."""
        (self.get(name).folder / "stop").touch()


_STARTED: list[subprocess.Popen[bytes]] = []
"""Processes begun by this one. They are no part of it, but the system keeps those that have ended until somebody asks how."""


def _reap() -> None:
    """Ask the processes that have ended how, and forget them."""
    _STARTED[:] = [process for process in _STARTED if process.poll() is None]


def _begun(lock: Path) -> bool:
    """Whether a process has had its lock long enough to have taken it."""
    try:
        return time.time() - lock.stat().st_mtime > TAKEN
    except OSError:
        return False


def _write(path: Path, told: Mapping[str, Any]) -> None:
    text = json.dumps(told)
    new_file(path, lambda target: target.write_text(text, encoding="utf-8"), overwrite=True)


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8")
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]
