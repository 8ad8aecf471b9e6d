"""Contested cells: what each could hold instead of what the case has, the case read so, and how likely each version is held to be."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from brownfield.case.case import Case
from brownfield.case.cells import row_key
from brownfield.case.changes import changed
from brownfield.case.edits import Edit
from brownfield.case.formulas import harmless, meant
from brownfield.errors import CaseError, Problem, Where, one_of, shown
from brownfield.evidence.cells import Cell, Value, cell, likeness, typed
from brownfield.evidence.conflicts import Conflict, Version, conflicts

STANDING_WEIGHTS = {"official": 4.0, "reported": 2.0, "estimate": 1.0, "assumption": 1.0}
"""How much a version weighs by its standing, for each independent witness of it, unless weights are given."""

COLUMNS = ("table", "row", "column", "value", "weight")
"""Columns of a table of weights; value is what a version says, blank for what the case has and nobody says."""


@dataclass(frozen=True)
class Option:
    """One value that a contested cell could have. version: who says so (None: nobody, the case assumes it). used: the case has it.

    text: as it would stand in the table. weight: how likely it is held to be, against the other options of the cell; they add up to 1.
    """

    cell: Cell
    value: str
    text: str
    version: Version | None
    used: bool
    weight: float = 0.0

    @property
    def said(self) -> str:
        """Who says so, and how it stands."""
        if self.version is None:
            return "an assumption"
        alone = self.version.independence
        return f"{self.version.cited}; {self.version.standing}" + (f", {alone} independent" if alone > 1 else "")


Reading = tuple[Option, ...]
"""The versions in force instead of the used ones, at most one for each cell; empty: the case as it is."""


@dataclass(frozen=True)
class Contest:
    """A contested cell with its options, what the case has first."""

    conflict: Conflict
    options: tuple[Option, ...]

    @property
    def cell(self) -> Cell:
        """The cell."""
        return self.options[0].cell

    @property
    def others(self) -> tuple[Option, ...]:
        """What it could be instead."""
        return self.options[1:]


def contests(case: Case, weights: Mapping[tuple[Cell, str], float] | None = None) -> tuple[Contest, ...]:
    """Every contested cell that the case has. Without weights: by standing and independent witnesses. CaseError for bad weights."""
    found = tuple(_contest(one) for one in conflicts(case) if one.cell is not None and one.used)
    return weighed(found, weights or {})


def _contest(conflict: Conflict) -> Contest:
    name = conflict.cell
    assert name is not None
    used = next((version for version in conflict.live if version.used), None)
    first = Option(name, conflict.used, "" if used is None else used.claims[0].value, used, used=True)
    rest = [Option(name, one.value, one.claims[0].value, one, used=False) for one in conflict.live if not one.used]
    return Contest(conflict, (first, *rest))


def read_as(case: Case, reading: Reading) -> Case:
    """The case with the versions of a reading in force. CaseError where it could not have them."""
    return changed(case, [Edit(*option.cell, "set", option.text) for option in reading]) if reading else case


# weights


def weighed(found: Sequence[Contest], given: Mapping[tuple[Cell, str], float]) -> tuple[Contest, ...]:
    """The same with weights: those given, which must cover every version of a cell that they name; else by standing and witnesses."""
    known = {(contest.cell, option.value) for contest in found for option in contest.options}
    problems = [_unknown(key, known) for key in given if key not in known]
    problems += [
        _wrong(f"{weight:g} for {name} = {value}", "a number from 0 up", "give a weight of 0 or more")
        for (name, value), weight in given.items()
        if not (math.isfinite(weight) and weight >= 0)
    ]
    named = {name for name, _ in given}
    for contest in found:
        if contest.cell in named:
            lacking = [option.value for option in contest.options if (contest.cell, option.value) not in given]
            if lacking:
                fix = "give every version of the cell a weight, or none"
                problems.append(_wrong(f"no weight for {contest.cell} = {one_of(lacking)}", "a weight for every version", fix))
            elif sum(given[contest.cell, option.value] for option in contest.options) == 0:
                problems.append(_wrong(f"only weights of 0 for {contest.cell}", "one weight above 0", "give one version a weight above 0"))
    if problems:
        raise CaseError(problems)
    return tuple(_with_weights(contest, given) for contest in found)


def _with_weights(contest: Contest, given: Mapping[tuple[Cell, str], float]) -> Contest:
    raw = [given.get((option.cell, option.value), _weight(option)) for option in contest.options]
    options = tuple(replace(option, weight=weight / sum(raw)) for option, weight in zip(contest.options, raw, strict=True))
    return replace(contest, options=options)


def _weight(option: Option) -> float:
    """Standing times independent witnesses; live versions have one witness at least."""
    if option.version is None:
        return STANDING_WEIGHTS["assumption"]
    return STANDING_WEIGHTS[option.version.standing] * max(option.version.independence, 1)


def _wrong(found: str, expected: str, fix: str) -> Problem:
    return Problem("BF087", Where("--weights"), found, expected, fix)


def _unknown(key: tuple[Cell, str], known: Iterable[tuple[Cell, str]]) -> Problem:
    values = [value for name, value in known if name == key[0]]
    cells = sorted({str(name) for name, _ in known})
    expected = f"a version of it: {one_of(values)}" if values else f"a contested cell: {one_of(cells, 20)}"
    return _wrong(f"{key[0]} = {shown(key[1])}", expected, "leave the line out, or correct it")


def read_weights(case: Case, path: Path) -> dict[tuple[Cell, str], float]:
    """Weights from a CSV table with the columns table, row, column, value, weight. CaseError with every line that cannot be read."""
    try:
        lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        fix = "say --write-weights FILE for a table to edit"
        raise CaseError([Problem("BF087", Where(str(path)), shown(str(error)), "a CSV table of weights", fix)]) from error
    if not lines or tuple(lines[0]) != COLUMNS:
        found = f"columns {', '.join(lines[0])}" if lines else "an empty file"
        raise CaseError([Problem("BF087", Where(str(path), 1), found, ", ".join(COLUMNS), "say --write-weights FILE for a table to edit")])
    values = {(c.cell, likeness(_typed(o))): o.value for c in contests(case) for o in c.options}
    weights: dict[tuple[Cell, str], float] = {}
    problems = []
    for number, line in enumerate(lines[1:], 2):
        if not any(line):
            continue
        try:
            table, row, column, value, weight = map(meant, line)
            name = cell(table, row_key(row), column)
            key = (name, values.get((name, likeness(typed(table.strip(), column.strip(), value))), value))
            if key in weights:
                raise ValueError
            weights[key] = float(weight)
        except ValueError:
            said = shown(",".join(line))
            problems.append(Problem("BF087", Where(str(path), number), said, "a version, once, with a number", "correct the line"))
    if problems:
        raise CaseError(problems)
    return weights


def _typed(option: Option) -> Value:
    return typed(option.cell.table, option.cell.column, option.text)


def weights_table(found: Sequence[Contest]) -> str:
    """The weights as a CSV table, to be edited and given again."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for contest in found:
        for option in contest.options:
            writer.writerow([*map(harmless, option.cell), harmless(option.text), f"{option.weight:.6g}"])
    return out.getvalue()
