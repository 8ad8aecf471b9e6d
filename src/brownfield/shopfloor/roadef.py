"""Car sequencing days of the ROADEF challenge 2005 (Renault): `read_roadef(folder)`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from brownfield.errors import CaseError, Problem, Where, nearest, one_of, shown
from brownfield.shopfloor.sequence_day import MOST_CARS, Day, Option
from brownfield.shopfloor.sequence_files import lines_of

WEIGHTS = (1_000_000, 1_000, 1)
"""What one violation of the first, second and third objective weighs in the challenge's mark."""

OBJECTIVES = {
    "paint_color_batches": "paint",
    "high_priority_level_and_easy_to_satisfy_ratio_constraints": "high",
    "high_priority_level_and_difficult_to_satisfy_ratio_constraints": "high",
    "low_priority_level_ratio_constraints": "low",
}
HEAD = ("Date", "SeqRank", "Ident", "Paint Color")


@dataclass
class _Files:
    """The four files of an instance as cells with their lines, and what is wrong with them."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)

    def cells(self, name: str, columns: int) -> list[tuple[int, list[str]]]:
        """Rows of cells below the header; a semicolon after the last cell is allowed."""
        rows = []
        for number, line in lines_of(self.folder / name)[1:]:
            cells = [cell.strip() for cell in line.rstrip().removesuffix(";").split(";")]
            if not line.strip():
                continue
            if columns and len(cells) != columns:
                self.wrong("BF451", name, number, "", f"{len(cells)} cells", f"{columns} cells with ; between", "correct the line")
            else:
                rows.append((number, cells))
        return rows

    def wrong(self, code: str, name: str, row: int, column: str, found: str, expected: str, fix: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(code, Where(name, row, column), found, expected, fix))

    def number(self, name: str, row: int, column: str, text: str, low: int, high: int = 10**9) -> int:
        """A whole number from low to high; low and a problem when it is none."""
        if not (text.isdecimal() and text.isascii()):
            self.wrong("BF451", name, row, column, shown(text), "a whole number", "correct the cell")
            return low
        if not low <= int(text) <= high:
            self.wrong("BF452", name, row, column, text, f"from {low} to {high}", "correct the number")
            return low
        return int(text)

    def stop(self) -> None:
        """Raise everything that is wrong so far."""
        if self.problems:
            raise CaseError(self.problems)


def read_roadef(folder: Path | str) -> Day:
    """Read a folder of the challenge: objectives by rank, batch limit, ratios with priority, cars with colour and options.

    Cars stand in the order that Renault had planned. Those of the first date are the day before's and stay where they are.
    Windows reach past the end of the day, violations are counted as excess, and weights are those of the challenge: with them the
    planned orders cost what the challenge's own checker says.

    Errors: CaseError with every problem found, each with its file and line (BF450 to BF457).
    """
    files = _Files(Path(folder))
    weights = _objectives(files)
    limits = files.cells("paint_batch_limit.txt", 1)
    if len(limits) != 1:
        files.wrong("BF451", "paint_batch_limit.txt", 2, "limitation", f"{len(limits)} limits", "one limit", "give the longest run")
    limit = files.number("paint_batch_limit.txt", limits[0][0], "limitation", limits[0][1][0], 1) if limits else 1
    options = _ratios(files, weights)
    files.stop()
    rows = _cars(files, [option.name for option in options])
    files.stop()
    dates = list(dict.fromkeys(cells[0] for _, cells in rows))
    rows.sort(key=lambda row: (dates.index(row[1][0]), int(row[1][1])))
    tail = [cells for _, cells in rows if cells[0] != dates[-1]]
    today = [cells for _, cells in rows if cells[0] == dates[-1]]
    has: Callable[[list[list[str]]], list[list[int]]] = lambda cars: [[int(mark) for mark in cells[4:]] for cells in cars]  # noqa: E731
    return Day(
        Path(folder).name,
        tuple(cells[2] for cells in today),
        tuple(options),
        np.array(has(today), np.int64),
        np.array([int(cells[3]) for cells in today], np.int64),
        limit,
        weights.get("paint", 0),
        np.array(has(tail), np.int64),
        np.array([int(cells[3]) for cells in tail], np.int64),
    )


def _objectives(files: _Files) -> dict[str, int]:
    """Weight of each kind of objective, from its rank."""
    name, weights = "optimization_objectives.txt", dict[str, int]()
    for row, (rank, text) in files.cells(name, 2):
        kind = OBJECTIVES.get(text)
        if kind is None:
            fix = f"{nearest(text, OBJECTIVES)}use a name of the challenge"
            files.wrong("BF453", name, row, "objective name", shown(text), one_of(OBJECTIVES), fix)
        elif kind in weights:
            files.wrong("BF457", name, row, "objective name", f"{shown(text)} again", "each objective once", "leave one out")
        else:
            weights[kind] = WEIGHTS[files.number(name, row, "rank", rank, 1, len(WEIGHTS)) - 1]
    if not weights and not files.problems:
        files.wrong("BF451", name, 2, "", "no objectives", "at least one", "list the objectives by rank")
    return weights


def _ratios(files: _Files, weights: dict[str, int]) -> list[Option]:
    """Ratios as options; a ratio whose objective is not among the day's weighs nothing."""
    name, options = "ratios.txt", []
    for row, (ratio, priority, ident) in files.cells(name, 3):
        p, slash, q = ratio.partition("/")
        if not slash:
            files.wrong("BF451", name, row, "Ratio", shown(ratio), "p/q, such as 1/3", "correct the ratio")
            continue
        window = files.number(name, row, "Ratio", q, 1)
        most = files.number(name, row, "Ratio", p, 1, max(1, window))
        kind = "high" if files.number(name, row, "Prio", priority, 0, 1) else "low"
        options.append(Option(ident, most, window, weights.get(kind, 0)))
    for ident, times in Counter(option.name for option in options).items():
        if times > 1:
            files.wrong("BF457", name, 1, "Ident", f"{shown(ident)} {times} times", "each ratio once", "rename all but one")
    return options


def _cars(files: _Files, options: list[str]) -> list[tuple[int, list[str]]]:
    """Rows of cars whose cells are of the right kind; the header must name the ratios in their order."""
    name = "vehicles.txt"
    lines = lines_of(files.folder / name)
    header = [cell.strip() for cell in lines[0][1].rstrip().removesuffix(";").split(";")] if lines else []
    for found in header[4:]:
        if found not in options:
            files.wrong("BF453", name, 1, found, shown(found), one_of(options), f"{nearest(found, options)}name a ratio of ratios.txt")
    if header != [*HEAD, *options] and not files.problems:
        files.wrong("BF451", name, 1, "", ";".join(header[:8]), ";".join([*HEAD, *options][:8]) + " ...", "name the columns in this order")
    files.stop()
    rows = files.cells(name, len(header))
    for row, cells in rows:
        files.number(name, row, "SeqRank", cells[1], 0)
        files.number(name, row, "Paint Color", cells[3], 0)
        for option, mark in zip(options, cells[4:], strict=True):
            if mark not in ("0", "1"):
                files.wrong("BF452", name, row, option, shown(mark), "0 or 1", "1 where the car has the option")
    if not rows and not files.problems:
        files.wrong("BF455", name, 1, "", "no cars", "a day with at least one car", "leave the day out")
    if len(rows) > MOST_CARS:
        files.wrong("BF456", name, MOST_CARS + 2, "", f"{len(rows)} cars", f"at most {MOST_CARS} cars", "sequence one day at a time")
    return rows
