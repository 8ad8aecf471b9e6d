"""One piece of long work, in a process of its own: `python -m brownfield.app.work FOLDER`. All it says it writes into the folder."""

from __future__ import annotations

import _thread
import json
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from brownfield.app.lock import hold
from brownfield.errors import CaseError, LedgerError

if TYPE_CHECKING:
    from brownfield.app.desk import Desk
    from brownfield.case.case import Case

POLL = 0.2
"""Seconds between two looks for the wish to stop."""

MEMORY, SECONDS, FILE = 4 * 2**30, 180, 512 * 2**20
"""What reading a file of somebody else may use: bytes of memory, seconds of work, bytes of one file."""


@dataclass(frozen=True)
class Result:
    """What came out: plain values, sections for the pages, the report as one file."""

    told: Mapping[str, Any]
    sections: Mapping[str, str] = field(default_factory=dict)
    report: str = ""


class Diary:
    """Where the work writes how far it is: a line of JSON for each point of progress."""

    def __init__(self, folder: Path) -> None:
        self.file: IO[str] = (folder / "progress.jsonl").open("a", encoding="utf-8", buffering=1)
        self.lock = threading.Lock()
        self.began = time.monotonic()

    def say(self, **told: object) -> None:
        """Write a line."""
        with self.lock:
            self.file.write(json.dumps({"at": round(time.monotonic() - self.began, 2), **told}) + "\n")


@dataclass(frozen=True)
class Work:
    """A piece of work under way: its folder, what was asked, the opened folder, the case, where it says how far it is."""

    folder: Path
    asked: Mapping[str, Any]
    desk: Desk
    case: Case
    diary: Diary

    def say(self, **told: object) -> None:
        """Write a line of progress."""
        self.diary.say(**told)


def main(folder: Path) -> None:
    """Do the work, and leave done.json, stopped.json, refused.json or failed.json behind, written last of all."""
    held = hold(folder / "lock")
    asked = json.loads((folder / "asked.json").read_text(encoding="utf-8"))
    if asked["kind"] == "open":
        _limit()
    try:
        threading.Thread(target=_watch, args=(folder,), daemon=True).start()
        from brownfield.app.doing import done

        result = done(folder, asked, Diary(folder))
        _sections(folder, result)
        _told(folder, "done", result.told)
    except CaseError as error:
        sheets = getattr(error, "sheets", [])
        _told(folder, "refused", {"problems": [problem.as_dict() for problem in error.problems], "sheets": sheets})
    except KeyboardInterrupt:
        _told(folder, "stopped", {"words": "It was stopped before there was an answer; the solves that were finished are kept."})
    except LedgerError as error:
        _told(folder, "failed", {"words": f"Brownfield failed its own check: {error}"})
    except Exception as error:  # a defect: whoever looks at the page must hear of it
        traceback.print_exc()
        _told(folder, "failed", {"words": f"A defect of Brownfield: {type(error).__name__}: {error}"})
    finally:
        held.close()


def _limit() -> None:
    """A file of somebody else cannot take the machine down: memory, time and files are limited where the system can do so."""
    if sys.platform == "win32":
        return
    import resource

    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))


def _watch(folder: Path) -> None:
    """A file named `stop` means what Ctrl-C means."""
    while not (folder / "stop").exists():
        time.sleep(POLL)
    _thread.interrupt_main()


def _sections(folder: Path, result: Result) -> None:
    (folder / "sections").mkdir(exist_ok=True)
    for name, text in result.sections.items():
        (folder / "sections" / f"{name}.html").write_text(text, encoding="utf-8")
    if result.report:
        (folder / "report.html").write_text(result.report, encoding="utf-8", newline="\n")


def _told(folder: Path, state: str, told: Mapping[str, Any]) -> None:
    """How it ended, and the CPU seconds that it took."""
    part = folder / f"{state}.json.part"
    part.write_text(json.dumps({**told, "cpu": time.process_time()}), encoding="utf-8")
    part.replace(folder / f"{state}.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
