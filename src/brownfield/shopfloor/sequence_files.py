"""Text files of published instances: read whole, or refused with their address."""

from __future__ import annotations

from pathlib import Path

from brownfield.errors import CaseError, Problem, Where

MOST_BYTES = 1 << 24
"""Bytes of one file of an instance (16 MiB): the largest published one has a hundredth of that."""


def lines_of(path: Path) -> list[tuple[int, str]]:
    """Lines of a text file with their numbers from 1, a byte-order mark left out.

    Errors: CaseError BF450 for a file that is not there, cannot be read, is no text or is too large.
    """
    try:
        if (size := path.stat().st_size) > MOST_BYTES:
            raise _refused(path, f"{size} bytes", f"at most {MOST_BYTES} bytes")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _refused(path, error.strerror or "cannot be read", "a file that can be read") from error
    except UnicodeDecodeError as error:
        raise _refused(path, f"byte {error.start} is no text", "a text file") from error
    if "\x00" in text:
        raise _refused(path, "NUL bytes", "a text file")
    return list(enumerate(text.splitlines(), 1))


def _refused(path: Path, found: str, expected: str) -> CaseError:
    return CaseError([Problem("BF450", Where(path.name), found, expected, "give the path of an instance file")])
