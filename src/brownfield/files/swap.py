"""Writing without half-written results: everything goes to a temporary sibling first and is then renamed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from brownfield.errors import CaseError, Problem, Where


def refused(code: str, path: Path, found: str, expected: str, fix: str) -> CaseError:
    """The error for one path that cannot be read or written."""
    return CaseError([Problem(code, Where(str(path)), found, expected, fix)])


@contextmanager
def _spoken(path: Path) -> Iterator[None]:
    """Trouble with the disk in words."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise refused("BF051", path, reason, "a place where files can be written", "choose another place, or mend it") from error


def new_file(path: str | Path, write: Callable[[Path], object], *, overwrite: bool = False) -> Path:
    """A file that is either written in full or not at all; an existing one is replaced only when told so."""
    target = Path(path)
    if target.is_dir():
        raise refused("BF050", target, "a folder", "the name of a file", "give the name of a file")
    if target.exists() and not overwrite:
        raise refused("BF050", target, "a file that is there already", "a new file", "choose another name, or say --force")
    with _spoken(target):
        target = target.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name[:40]}.") as scratch:
            part = Path(scratch) / target.name
            write(part)
            part.replace(target)
    return target


def free_folder(path: str | Path, marks: Collection[str], *, overwrite: bool = False) -> Path:
    """Whether a folder may be written at a path; CaseError when not.

    An existing folder that is not empty may be written only when told so and when it holds one of the `marks`: files by
    which it can be known as one of ours.
    """
    target = Path(path)
    if target.exists() and not target.is_dir():
        raise refused("BF050", target, "a file", "the name of a folder", "give the name of a folder")
    with _spoken(target):
        taken = {entry.name for entry in target.iterdir()} if target.exists() else set()
    if taken and not overwrite:
        raise refused("BF050", target, "a folder that is not empty", "a new folder", "choose another name, or say --force")
    if taken and not taken & set(marks):
        fix = "choose another name: nothing is written into a folder that Brownfield did not make"
        raise refused("BF050", target, f"a folder without {' or '.join(sorted(marks)[:3])}", "a folder made by Brownfield", fix)
    return target


def new_folder(
    path: str | Path, write: Callable[[Path], None], ours: Callable[[str], bool], marks: Collection[str], *, overwrite: bool = False
) -> Path:
    """A folder that is either written in full or not at all; what an older one holds that is not `ours` by name is kept."""
    target = free_folder(path, marks, overwrite=overwrite)
    with _spoken(target):
        target = target.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name[:40]}."))
        try:
            fresh = scratch / "new"
            fresh.mkdir()
            write(fresh)
            if target.exists():
                stale = sorted(entry.name for entry in target.iterdir() if ours(entry.name))
                _exchange(target, fresh, scratch / "old", stale)
            else:
                fresh.rename(target)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    return target


def _exchange(target: Path, fresh: Path, old: Path, stale: list[str]) -> None:
    """Put new files into a folder in place of the stale ones; when that fails half-way, everything is put back.

    The folder itself and what others keep in it are not touched.
    """
    old.mkdir()
    done: list[tuple[Path, Path]] = []
    moves = [(target / name, old / name) for name in stale] + [(entry, target / entry.name) for entry in sorted(fresh.iterdir())]
    try:
        for start, end in moves:
            start.rename(end)
            done.append((start, end))
    except BaseException:
        for start, end in reversed(done):
            end.rename(start)
        raise
