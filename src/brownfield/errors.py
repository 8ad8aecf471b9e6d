"""Problems and how they are worded: what is wrong, where, what was expected, how to mend it.

Every room reports trouble as a `Problem`; a `CaseError` carries all of them at once (N2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHOWN_PER_CODE = 20


@dataclass(frozen=True, slots=True)
class Where:
    """The address of a cell: file or sheet, row as a spreadsheet numbers it (header is row 1), column."""

    file: str = ""
    row: int | None = None
    column: str = ""
    cell: str = ""

    def __str__(self) -> str:
        parts = [self.file or "case"]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(f"column {self.column}")
        if self.cell:
            parts.append(f"cell {self.cell}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, with its stable code, its address and the way to mend it."""

    code: str
    where: Where
    found: str
    expected: str
    fix: str

    def __str__(self) -> str:
        return (
            f"{self.code}  {self.where}\n"
            f"       found    {self.found}\n"
            f"       expected {self.expected}\n"
            f"       fix      {self.fix}"
        )

    def as_dict(self) -> dict[str, str | int | None]:
        """The problem as plain values, for `--json` and the app."""
        return {
            "code": self.code,
            "file": self.where.file,
            "row": self.where.row,
            "column": self.where.column,
            "cell": self.where.cell,
            "found": self.found,
            "expected": self.expected,
            "fix": self.fix,
        }


class BrownfieldError(Exception):
    """Base of every error that Brownfield raises on purpose."""


class CaseError(BrownfieldError):
    """The case cannot be used: carries every problem found, in the order of the tables."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(listing(self.problems))


class LedgerError(BrownfieldError):
    """The plan's recomputed books do not agree with what the solver claimed (N3)."""


def listing(problems: Sequence[Problem]) -> str:
    """All problems as text: many of one kind are shown as the first few and a count."""
    lines = [f"{len(problems)} problem{'s' if len(problems) != 1 else ''} - nothing was solved or written."]
    seen: dict[tuple[str, str, str], int] = {}
    for problem in problems:
        kind = (problem.code, problem.where.file, problem.where.column)
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] <= SHOWN_PER_CODE:
            lines += ["", str(problem)]
    for (code, file, column), count in seen.items():
        if count > SHOWN_PER_CODE:
            lines += ["", f"{code}  {file} {column}: {count - SHOWN_PER_CODE} more of the same"]
    return "\n".join(lines)


def shown(value: object, limit: int = 80) -> str:
    """A value as it may be quoted in a message: control characters visible, long text cut."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
    return repr(text) if len(text) <= limit else repr(text[:limit]) + f"... ({len(text)} characters)"


def one_of(values: Iterable[str], limit: int = 8) -> str:
    """The allowed values in a sentence: `keep, may_close or must_close`."""
    items = list(values)
    if len(items) > limit:
        return ", ".join(items[:limit]) + f" ... ({len(items)} in all)"
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " or " + items[-1] if items else "nothing"


def nearest(word: str, values: Iterable[str]) -> str:
    """A hint for a likely typing error: `did you mean 'closure_cost'?`, or nothing."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(values), n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}? " if close else ""
