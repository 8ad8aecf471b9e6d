"""A table of a case as a grid: one page of its rows at a time, with what the schema says of each column."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args, get_origin

from brownfield.app.drafts import Told

if TYPE_CHECKING:
    from brownfield.case.case import Case

PAGE = 100
"""Rows that are sent to the browser at once."""

NOT_BY_HAND = ("claims",)
"""Tables whose rows are not named by hand: the id of a claim is worked out from what it says."""

CHECK = """(params) => {
  const rule = RULE, text = String(params.value ?? "").trim();
  if (text === "") return rule.blank ? null : ["must be filled: " + rule.expected];
  if (rule.kind === "number" && !/^[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?$/.test(text)) return ["expected " + rule.expected];
  if (rule.kind === "number" && ((rule.least !== null && Number(text) < rule.least) || (rule.most !== null && Number(text) > rule.most)))
    return ["expected " + rule.expected];
  if (rule.kind === "date" && !/^\\d{4}-\\d{2}(-\\d{2})?$/.test(text)) return ["expected " + rule.expected];
  return null;
}"""
"""Looks at a cell while it is typed; only what the schema says goes into it, never a value of the case."""


def tables_of(case: Case) -> dict[str, str]:
    """The tables that can be edited, with the words to choose them by: those that have rows, then those that can get some."""
    from brownfield.case.edits import NEVER
    from brownfield.case.tables import TABLES

    filled = {name: name for name in TABLES if name not in NEVER and case.table(name).height}
    return filled | {name: f"{name} (no rows yet)" for name in TABLES if name not in (*NEVER, *NOT_BY_HAND, *filled)}


@dataclass(frozen=True)
class Cell:
    """A cell of a row that is being made: its column, what it means, the words it can hold, whether it must be filled."""

    column: str
    meaning: str
    key: bool
    needed: bool
    words: Sequence[str]
    table: str

    def wrong(self, text: str) -> str | None:
        """What is wrong with a text as its content, said while it is typed; None when it can be so."""
        from brownfield.case.parse import RawTable, parse
        from brownfield.case.tables import refs

        if not text.strip():
            return "must be filled" if self.needed else None
        parsed = parse(self.table, RawTable("", (self.column,), ([text],), [2]))
        for problem in parsed.problems:
            if problem.where.column == self.column and problem.where.row == 2:
                return f"expected {problem.expected}"
        if self.column in refs(self.table):
            value = parsed.frame[self.column].to_list()[0]
            unknown = [name for name in (value if isinstance(value, list) else [value]) if name not in self.words]
            return f"{unknown[0]} is not in the table {refs(self.table)[self.column]}" if unknown else None
        return None


def cells_of(case: Case, table: str) -> list[Cell]:
    """The cells of a new row of a table."""
    from brownfield.case.tables import facts, fields, refs

    found = []
    for name, info in fields(table).items():
        if name == "status":
            continue
        fact, other = facts(table, name), refs(table).get(name)
        unit = f" ({fact.unit})" if fact.unit else ""
        choices = names_in(case, other) if other else _choices(info.annotation)
        found.append(Cell(name, f"{info.description or name}{unit}", fact.key, info.is_required(), choices, table))
    return found


def names_in(case: Case, table: str) -> list[str]:
    """The names that a table gives to its rows."""
    from brownfield.case.tables import keys

    return list(dict.fromkeys(str(name) for frame in (case.table(table), case.active(table)) for name in frame[keys(table)[0]]))


def new_row(table: str, texts: Mapping[str, str]) -> list[Told]:
    """What was typed for a new row as edits, which together make it."""
    from brownfield.case.tables import keys

    row = "|".join(texts.get(name, "").strip() for name in keys(table)).rstrip("|")
    cells = {name: text.strip() for name, text in texts.items() if name not in keys(table) and text.strip()} or {"status": "include"}
    return [{"table": table, "row": row, "column": name, "action": "insert", "value": text} for name, text in cells.items()]


def columns_of(table: str) -> list[dict[str, Any]]:
    """The columns for the grid: name, meaning and unit, and how a cell is checked while it is typed."""
    from brownfield.case.tables import facts, fields, keys

    found = []
    for name, info in fields(table).items():
        fact = facts(table, name)
        unit = f" ({fact.unit})" if fact.unit else ""
        column: dict[str, Any] = {
            "field": name,
            "headerName": name,
            "headerTooltip": f"{info.description or name}{unit}",
            "editable": not fact.key,
            "sortable": False,
            "cellClassRules": {
                "off": "data.status === 'exclude'",
                "edited": f"data._edited.indexOf('|{name}|') >= 0",
                "key": "true" if fact.key else "false",
            },
        }
        if fact.key:
            column |= {"pinned": "left" if name == keys(table)[0] else None, "width": 130}
        elif choices := _choices(info.annotation):
            column |= {"cellEditor": "agSelectCellEditor", "cellEditorParams": {"values": choices}}
        else:
            column |= {
                "cellEditor": "agTextCellEditor",
                "cellEditorParams": {":getValidationErrors": CHECK.replace("RULE", _rule(table, name))},
            }
        found.append(column)
    return found


def _choices(annotation: Any) -> list[str]:
    """The words that a cell can hold, if it is a choice."""
    if get_origin(annotation) is not None and str(get_origin(annotation)) == "typing.Literal":
        return [str(one) for one in get_args(annotation)]
    return []


def _rule(table: str, name: str) -> str:
    from brownfield.case.parse import bounds, plain_type
    from brownfield.case.tables import facts, fields

    info = fields(table)[name]
    kind = {float: "number", int: "number", datetime.date: "date"}.get(plain_type(info.annotation), "text")
    least, most = bounds(table, name) if kind == "number" else (None, None)
    span = (
        "" if least is None and most is None else f" from {least if least is not None else 'any'} to {most if most is not None else 'any'}"
    )
    expected = {"number": f"a number{span}, in plain digits", "date": "a day such as 2027-04-01", "text": "a text"}[kind]
    return json.dumps(
        {
            "kind": kind,
            "least": least,
            "most": most,
            "blank": bool(facts(table, name).blank) or not info.is_required(),
            "expected": expected,
        }
    )


def rows_of(case: Case, table: str, edits: Sequence[Told], words: str, page: int) -> tuple[list[dict[str, Any]], int]:
    """One page of the rows whose key holds some words, and how many rows there are of that kind."""
    import polars as pl

    from brownfield.case.cells import row_key, row_keys

    frame = case.table(table)
    frame = frame.with_columns(row_keys(frame, table).alias("_key"))
    if words.strip():
        frame = frame.filter(pl.col("_key").str.to_lowercase().str.contains(words.strip().lower(), literal=True))
    touched: dict[str, str] = {}
    for edit in edits:
        if edit["table"] == table:
            key = row_key(edit["row"])
            touched[key] = touched.get(key, "|") + edit["column"] + "|"
    rows = []
    for row in frame.slice(page * PAGE, PAGE).iter_rows(named=True):
        marks = touched.get(row["_key"], "") + touched.get("*", "")
        rows.append({name: cell_of(value) for name, value in row.items()} | {"_edited": marks})
    return rows, frame.height


def cell_of(value: Any) -> Any:
    """A cell as it would stand in the table."""
    if isinstance(value, (list, tuple)):
        return "; ".join(str(part) for part in value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return "" if value is None else int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def text_of(value: Any) -> str:
    """What was typed, as an edit holds it."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
