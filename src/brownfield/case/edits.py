"""Edits: one change to one cell or to a whole column, or a cell of a new row, applied to the typed tables of a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import polars as pl

from brownfield.case.case import Case
from brownfield.case.cells import places, row_key, row_keys
from brownfield.case.parse import RawTable, parse
from brownfield.case.tables import TABLES, fields, keys
from brownfield.errors import nearest, one_of, shown

Action = Literal["set", "multiply", "add", "insert"]

NEVER = ("scenarios", "changes")
"""Tables that no edit may touch: they say what the edits are."""

_NUMERIC = (pl.Float64, pl.Int64)


@dataclass(frozen=True, slots=True)
class Edit:
    """What is done to one cell, or with row `*` to every row of a column that counts.

    `row` is the key of the row, its parts separated by `|`. `value` is a text as it would stand in the table, or a number.
    To `insert` is to set a cell of a row that the case does not have: all such edits of one row make that row.
    """

    table: str
    row: str
    column: str
    action: Action
    value: str | float


class Trouble(NamedTuple):
    """Why an edit cannot be made: the part of it that is wrong, what was found, expected, and how to mend it."""

    code: str
    part: Literal["table", "row", "column", "action", "value"]
    found: str
    expected: str
    fix: str


def applied(case: Case, edits: Iterable[Edit]) -> tuple[Case, list[tuple[int, Trouble]]]:
    """The case with new rows, then with all other edits made in order, and what was wrong with which of them.

    Nothing else is checked.
    """
    edits = list(edits)
    case, troubles = _with_new_rows(case, edits)
    rows: dict[str, Mapping[str, int]] = {}
    for number, edit in enumerate(edits):
        trouble = _misplaced(edit)
        if trouble is None and edit.action == "insert":
            continue
        if trouble is None:
            if edit.table not in rows:
                rows[edit.table] = places(case, edit.table, (row_key(other.row) for other in edits if other.table == edit.table))
            made = _made(case, edit, rows.get(edit.table, {}))
            if isinstance(made, Case):
                case = made
                continue
            trouble = made
        troubles.append((number, trouble))
    return case, sorted(troubles)


def _with_new_rows(case: Case, edits: list[Edit]) -> tuple[Case, list[tuple[int, Trouble]]]:
    """The case with the rows that are inserted, the cells of one row taken together, and what was wrong with which edit."""
    wanted: dict[str, dict[str, dict[str, int]]] = {}
    for number, edit in enumerate(edits):
        if edit.action == "insert" and _misplaced(edit) is None:
            wanted.setdefault(edit.table, {}).setdefault(row_key(edit.row), {})[edit.column] = number
    troubles: list[tuple[int, Trouble]] = []
    for table, rows in wanted.items():
        there, frames = places(case, table, rows), [case.table(table)]
        for key, cells in rows.items():
            if key in there or len(key.split("|")) > len(keys(table)):
                found = f"{shown(key)}, which is a row already" if key in there else f"{shown(key)}, which is no key of {table}"
                fix = "set its cells, or include it again" if key in there else f"give the key of the row as {'|'.join(keys(table))}"
                troubles.append((min(cells.values()), Trouble("BF185", "row", found, f"the key of a new row of {table}", fix)))
                continue
            frame, wrong = _new_row(table, key, {column: _text(edits[number].value) for column, number in cells.items()})
            troubles += [(cells.get(column, min(cells.values())), trouble) for column, trouble in wrong]
            frames += [] if wrong else [frame]
        case = case.with_table(table, pl.concat(frames, how="diagonal")) if len(frames) > 1 else case
    return case, troubles


def _new_row(table: str, key: str, cells: Mapping[str, str]) -> tuple[pl.DataFrame, list[tuple[str, Trouble]]]:
    """A row read as a file is read, and what is wrong in which of its columns."""
    parts = [*key.split("|"), *[""] * len(keys(table))][: len(keys(table))]
    texts = dict(zip(keys(table), parts, strict=True)) | dict(cells)
    parsed = parse(table, RawTable("", tuple(texts), tuple([text] for text in texts.values()), [2]))
    wrong = []
    for problem in parsed.problems:
        column = problem.where.column
        if column not in texts:
            fix = f"insert {column}, too: {fields(table)[column].description}"
            trouble = Trouble("BF188", "value", f"a new row of {table} without {column}", "every column that must be filled", fix)
        else:
            trouble = Trouble("BF188", "value" if column in cells else "row", problem.found, problem.expected, problem.fix)
        wrong.append((column, trouble))
    return parsed.frame, wrong


def _misplaced(edit: Edit) -> Trouble | None:
    """Whether an edit names a table and a column that can be changed."""
    if edit.table not in TABLES or edit.table in NEVER:
        allowed = [name for name in TABLES if name not in NEVER]
        fix = nearest(edit.table, allowed) + f"the tables are {one_of(allowed, 40)}"
        return Trouble("BF185", "table", shown(edit.table), "a table that can be changed", fix)
    if edit.column not in fields(edit.table):
        fix = nearest(edit.column, fields(edit.table)) + f"the columns of {edit.table} are {one_of(fields(edit.table), 40)}"
        return Trouble("BF185", "column", f"{shown(edit.column)} of {edit.table}", f"a column of {edit.table}", fix)
    if edit.column in keys(edit.table):
        fix = "exclude the row and include another one"
        return Trouble("BF186", "column", f"{edit.column!r}, part of the key of {edit.table}", "a column that is no key", fix)
    return None


def _made(case: Case, edit: Edit, rows: Mapping[str, int]) -> Case | Trouble:
    """The case with one edit made, or why it cannot be."""
    frame = case.table(edit.table)
    if edit.row.strip() == "*":
        at = pl.col("status") == "include"
        if not frame.filter(at).height:
            return Trouble(
                "BF185", "row", f"every row of {edit.table}, which has none", "a row that counts", "add rows, or drop the change"
            )
    elif (key := row_key(edit.row)) in rows:
        at = pl.int_range(pl.len()) == rows[key]
    else:
        form = "|".join(keys(edit.table))
        fix = nearest(key, _some_keys(frame, edit.table)) + f"give the key of the row as {form}, or * for every row"
        return Trouble("BF185", "row", f"{shown(edit.row)}, which is no row of {edit.table}", f"the key of a row of {edit.table}", fix)
    value = _new_values(frame, edit, at)
    if isinstance(value, Trouble):
        return value
    return case.with_table(edit.table, frame.with_columns(pl.when(at).then(value).otherwise(pl.col(edit.column)).alias(edit.column)))


def _some_keys(frame: pl.DataFrame, table: str) -> list[str]:
    """Keys among which a misspelled one is looked up: a thousand are enough for any table that people type."""
    return row_keys(frame.head(1000), table).to_list()


def _new_values(frame: pl.DataFrame, edit: Edit, at: pl.Expr) -> pl.Expr | Trouble:
    """The column after an edit, as an expression for the rows that it touches."""
    if edit.action == "set":
        values, trouble = _typed(edit, [_text(edit.value)])
        return trouble or pl.lit(values, dtype=frame.schema[edit.column]).first()
    if frame.schema[edit.column] not in _NUMERIC:
        found = f"{edit.action} for {edit.column!r}, which holds no numbers"
        return Trouble("BF187", "action", found, "set, for a column without numbers", "use set")
    try:
        operand = float(edit.value)
    except ValueError:
        return Trouble("BF188", "value", f"{edit.action} by {shown(edit.value)}", "a number", "write the digits alone, like 1.05")
    before = frame.filter(at)[edit.column].drop_nulls().cast(pl.Float64)
    if before.is_empty():
        found = f"{edit.action} a blank in {edit.column!r}"
        return Trouble("BF187", "action", found, "a cell with a number", "use set, or name a row that is filled")
    after = before * operand if edit.action == "multiply" else before + operand
    tested = after.unique() if frame.schema[edit.column] == pl.Int64 else pl.Series([after.min(), after.max()])
    _, trouble = _typed(edit, [_text(float(value)) for value in tested])
    if trouble:
        return trouble
    now = pl.col(edit.column) * operand if edit.action == "multiply" else pl.col(edit.column) + operand
    return now.cast(frame.schema[edit.column])


def _text(value: str | float) -> str:
    """A value as it would stand in a table."""
    return value if isinstance(value, str) else str(int(value)) if float(value).is_integer() else repr(float(value))


def _typed(edit: Edit, texts: list[str]) -> tuple[pl.Series, Trouble | None]:
    """Texts as values of the column, read as a file is read."""
    parsed = parse(edit.table, RawTable("", (edit.column,), (texts,), range(2, 2 + len(texts))))
    bad = [problem for problem in parsed.problems if problem.where.column == edit.column and problem.where.row is not None]
    if not bad:
        return parsed.frame[edit.column], None
    how = "" if edit.action == "set" else f", after {edit.action} by {_text(edit.value)}"
    return parsed.frame[edit.column], Trouble("BF188", "value", bad[0].found + how, bad[0].expected, bad[0].fix)


def edits_of(frame: pl.DataFrame) -> list[Edit]:
    """Rows of the table `changes` as edits."""
    rows: Iterable[dict[str, Any]] = frame.iter_rows(named=True)
    return [Edit(row["table"], row["row"], row["column"], row["action"], row["value"]) for row in rows]
