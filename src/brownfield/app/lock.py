"""A file that is held as long as a process lives: however the process ends, the system lets go of it."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import BinaryIO

TRIES = 100
"""How often a file is tried that somebody only looks at, a hundredth of a second apart."""


def hold(path: Path) -> BinaryIO:
    """Hold a file until the process ends or the handle is closed; OSError when another process holds it."""
    file = path.open("a+b")
    for left in reversed(range(TRIES)):
        try:
            _take(file)
            break
        except OSError:
            if not left:
                raise
            time.sleep(0.01)
    return file


def is_held(path: Path) -> bool:
    """Whether some living process holds the file."""
    try:
        file = path.open("r+b")
    except OSError:
        return False
    with file:
        try:
            _take(file)
        except OSError:
            return True
    return False


if sys.platform == "win32":
    import msvcrt

    def _take(file: BinaryIO) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
