"""From what was read to a case: every cell parsed, every cross-table rule checked, all problems at once (N2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from brownfield.case.case import Case, Settings
from brownfield.case.parse import RawTable, empty, parse
from brownfield.case.tables import TABLES
from brownfield.errors import CaseError, Problem


@dataclass(frozen=True)
class Read:
    """A case as it stands on disk: settings, tables of text, and what was wrong with the files."""

    settings: Settings | None
    tables: Mapping[str, RawTable]
    problems: list[Problem]
    incomplete: bool
    """Whether a table that is needed, or that is there, could not be read."""


def built(read: Read) -> Case:
    """The case, or a CaseError with every problem of files, cells and rules."""
    from brownfield.case.checks import check

    case, problems = parsed(read)
    if case is not None:
        problems = [*problems, *check(case, problems)]
    if case is None or problems:
        raise CaseError(problems)
    return case


def parsed(read: Read) -> tuple[Case | None, list[Problem]]:
    """The case with its cells read, and the problems up to there; rules between tables are not looked at yet.

    No case when a whole table or the settings could not be read: every name in it would be reported as unknown.
    """
    problems = list(read.problems)
    frames: dict[str, pl.DataFrame] = {}
    for name in TABLES:
        if name in read.tables:
            parsed = parse(name, read.tables[name])
            frames[name] = parsed.frame
            problems += parsed.problems
        else:
            frames[name] = empty(name)
    if read.settings is None or read.incomplete:
        return None, problems
    return Case(read.settings, frames, dict(read.tables)), problems
