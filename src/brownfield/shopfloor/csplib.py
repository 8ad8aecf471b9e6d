"""Car sequencing instances of CSPLib (problem 001) as days: `read_csplib(path)`."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from brownfield.errors import CaseError, Problem, Where, shown
from brownfield.shopfloor.sequence_day import MOST_CARS, Day, Option
from brownfield.shopfloor.sequence_files import lines_of

COMMENT = "%"


def read_csplib(path: Path | str) -> Day:
    """Read one instance: cars, options and classes; the p and the q of each option; then a row for each class of car.

    Only whole windows count, without weights or a day before: how the literature counts them. Where best-known values above zero
    are compared, mind `Day.count`: excess or windows.

    Errors: CaseError with every problem found, each with its line (BF450 to BF455).
    """
    path = Path(path)
    rows, problems = _numbers(path)
    if problems:
        raise CaseError(problems)
    problems += _shape_problems(path.name, rows)
    if problems:
        raise CaseError(problems)
    (_, (cars, options, _)), (_, most), (_, window), *classes = rows
    problems += [
        Problem("BF452", Where(path.name, rows[2][0], f"number {o + 1}"), f"{p}/{q}", "p/q with p from 1 to q", "correct p or q")
        for o, (p, q) in enumerate(zip(most, window, strict=True))
        if not 1 <= p <= q
    ]
    problems += _class_problems(path.name, cars, classes, rows[0][0])
    if problems:
        raise CaseError(problems)
    has = np.array([row[2:] for _, row in classes], np.int64).reshape(len(classes), options)
    counts = [row[1] for _, row in classes]
    names = tuple(f"{row[0]}/{i + 1}" for _, row in classes for i in range(row[1]))
    ratios = tuple(Option(f"option {o + 1}", p, q) for o, (p, q) in enumerate(zip(most, window, strict=True)))
    return Day(path.stem, names, ratios, np.repeat(has, counts, axis=0), past_end=False)


def _numbers(path: Path) -> tuple[list[tuple[int, list[int]]], list[Problem]]:
    """Rows of whole numbers with the line they stand in; comments and blank lines left out."""
    rows, problems = [], []
    for number, line in lines_of(path):
        text = line.partition(COMMENT)[0].split()
        try:
            if text:
                rows.append((number, [int(word) for word in text]))
        except ValueError:
            expected = "whole numbers with blanks between"
            problems.append(Problem("BF451", Where(path.name, number), shown(line), expected, "correct the line"))
    return rows, problems


def _shape_problems(name: str, rows: list[tuple[int, list[int]]]) -> list[Problem]:
    """Lines with more or fewer numbers than they must have."""
    if len(rows) < 3 or len(rows[0][1]) != 3 or min(rows[0][1]) < 0:
        row = rows[0][0] if rows else 1
        found = f"{len(rows)} lines of numbers, {len(rows[0][1]) if rows else 0} in the first"
        expected = "first: cars, options, classes; then p of each option; q of each option; a line for each class"
        return [Problem("BF451", Where(name, row), found, expected, "see CSPLib problem 001 for the format")]
    cars, options, classes = rows[0][1]
    problems = []
    if not 1 <= cars <= MOST_CARS:
        code = "BF455" if cars < 1 else "BF456"
        problems.append(Problem(code, Where(name, rows[0][0], "number 1"), f"{cars} cars", f"1 to {MOST_CARS} cars", "correct the number"))
    if len(rows) - 3 != classes:
        fix = "correct the number of classes or the lines"
        problems.append(Problem("BF454", Where(name, rows[0][0], "number 3"), f"{len(rows) - 3} lines of classes", f"{classes}", fix))
    for i, (line, numbers) in enumerate(rows[1:]):
        wanted = options if i < 2 else options + 2
        if len(numbers) != wanted:
            problems.append(Problem("BF451", Where(name, line), f"{len(numbers)} numbers", f"{wanted} numbers", "correct the line"))
    return problems


def _class_problems(name: str, cars: int, classes: list[tuple[int, list[int]]], top: int) -> list[Problem]:
    """Classes with impossible counts or marks, or listed twice; counts that do not add up."""
    problems, seen = [], set()
    for line, row in classes:
        if row[1] < 0:
            problems.append(Problem("BF452", Where(name, line, "number 2"), f"{row[1]} cars", "0 or more", "correct the number"))
        problems += [
            Problem("BF452", Where(name, line, f"number {o + 3}"), str(mark), "0 or 1", "1 where the class has the option")
            for o, mark in enumerate(row[2:])
            if mark not in (0, 1)
        ]
        if row[0] in seen:
            problems.append(Problem("BF457", Where(name, line, "number 1"), f"class {row[0]} again", "each class once", "number it anew"))
        seen.add(row[0])
    if (total := sum(row[1] for _, row in classes)) != cars and not problems:
        problems.append(Problem("BF454", Where(name, top, "number 1"), f"classes of {total} cars", f"{cars} cars", "correct the counts"))
    return problems
