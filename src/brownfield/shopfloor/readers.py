"""Published lines: files in the formats of Otto (`.alb`) and Scholl (`.IN2`).

Such a file has tasks numbered from 1 with whole times, and what comes before what. `.alb` has its takt too (and its number
of stations, where the takt is looked for); `.IN2` has neither. Both are read as Latin-1: their remarks are older than UTF-8.
"""

from __future__ import annotations

import re
from pathlib import Path

from brownfield.errors import CaseError, Problem, Where, shown
from brownfield.shopfloor.inputs import Line, simple_line

MOST_BYTES = 5_000_000


class _Text:
    """Lines of a file, and what is wrong with them."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.problems: list[Problem] = []
        self.lines: list[str] = []
        try:
            data = path.read_bytes()
        except OSError as error:
            self.says("BF460", None, (error.strerror or str(error)).lower(), "a file that can be read", "correct the path")
            return
        if len(data) > MOST_BYTES:
            self.says("BF461", None, f"{len(data):,} bytes", f"at most {MOST_BYTES:,}", "give a file with one line to balance")
        elif data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data:
            self.says("BF462", None, "text in UTF-16, or no text", "text in ASCII, Latin-1 or UTF-8", "save it as plain text")
        else:
            self.lines = data.decode("latin-1").removeprefix("ï»¿").split("\x1a")[0].splitlines()

    def says(self, code: str, row: int | None, found: str, expected: str, fix: str) -> None:
        """Note a problem at a row (from 1), or at the file."""
        self.problems.append(Problem(code, Where(self.name, row), found, expected, fix))

    def whole(self, text: str, row: int, what: str, least: int = 0) -> int | None:
        """A whole number, or None and a problem."""
        if re.fullmatch(r"-?\d{1,9}", text.strip()) and int(text) >= least:
            return int(text)
        self.says("BF463", row, shown(text.strip()), f"{what}: a whole number from {least}", "correct the line")
        return None


def read_line(path: str | Path, takt: float | None = None) -> Line:
    """A published line, by the ending of its file (`.alb` or `.IN2`). takt: seconds; needed where the file has none."""
    place = Path(path)
    text = _Text(place)
    kind = place.suffix.lower()
    if not text.problems and kind not in (".alb", ".in2"):
        text.says("BF464", None, f"a file ending in {kind!r}", "a file ending in .alb or .IN2", "rename it")
    times: dict[int, int] = {}
    pairs: list[tuple[int, int]] = []
    own: float | None = None
    if not text.problems:
        times, pairs, own = _alb(text) if kind == ".alb" else _in2(text)
    wanted = takt if takt is not None else own
    if not text.problems and wanted is None:
        text.says("BF465", None, "no takt in the file", "a takt", "say which takt the line has")
    if text.problems:
        raise CaseError(text.problems)
    names = [str(number) for number in sorted(times)]
    order = {number: place for place, number in enumerate(sorted(times))}
    return simple_line(
        [times[number] for number in sorted(times)], [(order[a], order[b]) for a, b in pairs], float(wanted or 0), place.stem, names,
        about={"file": place.name},
    )  # fmt: skip


def _in2(text: _Text) -> tuple[dict[int, int], list[tuple[int, int]], None]:
    rows = text.lines
    count = text.whole(rows[0], 1, "how many tasks there are", 1) if rows else text.whole("", 1, "how many tasks there are", 1)
    if count is None:
        return {}, [], None
    if len(rows) < count + 1:
        text.says("BF466", len(rows), f"the end of the file after {len(rows) - 1} times", f"{count} times", "get the whole file")
        return {}, [], None
    read = {number: text.whole(rows[number], number + 1, f"time of task {number}", 1) for number in range(1, count + 1)}
    times = {number: time for number, time in read.items() if time is not None}
    pairs: dict[tuple[int, int], None] = {}
    for row, line in enumerate(rows[count + 1 :], count + 2):
        if line.replace(" ", "").startswith("-1,-1"):
            return times, list(pairs), None
        _pair(text, line, row, count, pairs)
    text.says("BF466", len(rows), "the end of the file", "the line -1,-1 after the last relation", "get the whole file")
    return times, list(pairs), None


def _pair(text: _Text, line: str, row: int, count: int, pairs: dict[tuple[int, int], None]) -> None:
    """Add the precedence relation of a line `i,j`."""
    parts = line.strip().split(",")
    if not line.strip():
        return
    if len(parts) != 2:
        text.says("BF463", row, shown(line.strip()), "a relation such as 3,7", "correct the line")
        return
    ends = [text.whole(part, row, "number of a task", 1) for part in parts]
    before, after = ends
    if before is None or after is None:
        return
    if max(before, after) > count:
        text.says("BF467", row, f"task {max(before, after)}", f"tasks 1 to {count}", "correct the number")
    elif (before, after) in pairs:
        text.says("BF468", row, f"{before},{after} once more", "each relation once", "delete the line")
    else:
        pairs[before, after] = None


def _alb(text: _Text) -> tuple[dict[int, int], list[tuple[int, int]], float | None]:
    parts: dict[str, list[tuple[int, str]]] = {}
    tag = ""
    for row, line in enumerate(text.lines, 1):
        if line.strip().startswith("<"):
            tag = line.strip().lower()
            if tag in parts:
                text.says("BF468", row, f"{tag} once more", "each part once", "delete one of the two")
            parts[tag] = []
        elif line.strip():
            parts.setdefault(tag, []).append((row, line.strip()))
    for needed in ("<number of tasks>", "<task times>", "<precedence relations>", "<end>"):
        if needed not in parts:
            text.says("BF466", len(text.lines) or None, f"no {needed}", f"the part {needed}", "get the whole file")
    if text.problems:
        return {}, [], None
    head = parts["<number of tasks>"]
    count = text.whole(head[0][1], head[0][0], "how many tasks there are", 1) if head else None
    if count is None:
        if not head:
            text.says("BF466", None, "no number of tasks", "a number under <number of tasks>", "get the whole file")
        return {}, [], None
    return _alb_times(text, parts["<task times>"], count), _alb_pairs(text, parts["<precedence relations>"], count), _alb_takt(text, parts)


def _alb_times(text: _Text, rows: list[tuple[int, str]], count: int) -> dict[int, int]:
    times: dict[int, int] = {}
    for row, line in rows:
        parts = line.split()
        if len(parts) != 2:
            text.says("BF463", row, shown(line), "a task and its time, such as 4 186", "correct the line")
            continue
        number, time = text.whole(parts[0], row, "number of a task", 1), text.whole(parts[1], row, "time of a task", 1)
        if number is None or time is None:
            continue
        if number > count:
            text.says("BF467", row, f"task {number}", f"tasks 1 to {count}", "correct the number")
        elif number in times:
            text.says("BF468", row, f"task {number} once more", "each task once", "delete the line")
        times[number] = time
    if len(times) < count and not text.problems:
        text.says("BF466", rows[-1][0] if rows else None, f"times of {len(times)} tasks", f"times of {count} tasks", "get the whole file")
    return times


def _alb_pairs(text: _Text, rows: list[tuple[int, str]], count: int) -> list[tuple[int, int]]:
    pairs: dict[tuple[int, int], None] = {}
    for row, line in rows:
        _pair(text, line, row, count, pairs)
    return list(pairs)


def _alb_takt(text: _Text, parts: dict[str, list[tuple[int, str]]]) -> float | None:
    rows = parts.get("<cycle time>", [])
    return None if not rows else text.whole(rows[0][1], rows[0][0], "takt", 1)
