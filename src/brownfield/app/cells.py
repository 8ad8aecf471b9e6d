"""Problems at their cells: the rows of each table that have one, with the cells that are wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brownfield.errors import CaseError, Problem

if TYPE_CHECKING:
    from brownfield.case.case import Case
    from brownfield.case.parse import RawTable

MOST = 30
"""Rows of a table that are shown."""

LONGEST = 60
"""Letters of a cell that are shown."""


class MisreadError(CaseError):
    """A case with problems, and the rows in which they stand."""

    def __init__(self, problems: Sequence[Problem], sheets: list[dict[str, Any]]) -> None:
        self.sheets = sheets
        super().__init__(problems)


def read(path: Path) -> Case:
    """A case; MisreadError with every problem, and the cells in which they stand."""
    from brownfield.files.build import built
    from brownfield.files.read import read_raw

    raw = read_raw(path)
    try:
        return built(raw)
    except CaseError as error:
        raise MisreadError(error.problems, [found for table in raw.tables.values() if (found := _sheet(table, error.problems))]) from error


def _sheet(table: RawTable, problems: Sequence[Problem]) -> dict[str, Any] | None:
    """The rows of a table that have a problem, as text: the header, the rows with their numbers, which cells are wrong and why."""
    mine = [problem for problem in problems if problem.where.file == table.file and problem.where.row is not None]
    numbers = sorted({problem.where.row for problem in mine if problem.where.row in set(table.row_numbers)})[:MOST]
    if not numbers:
        return None
    at = {number: i for i, number in enumerate(table.row_numbers)}
    wrong: dict[str, str] = {}
    for problem in mine:
        column = table.header.index(problem.where.column) if problem.where.column in table.header else -1
        wrong.setdefault(f"{problem.where.row}|{column}", f"{problem.code}: {problem.expected}")
    rows = [[number, *(str(column[at[number]])[:LONGEST] for column in table.columns)] for number in numbers]
    return {"file": table.file, "header": list(table.header), "rows": rows, "wrong": wrong}
