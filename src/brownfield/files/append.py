"""Rows added to tables of a case on disk, and cells set: all else stays as it is, and all files are written or none."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from brownfield.case.formulas import harmless, meant
from brownfield.case.tables import fields
from brownfield.files.cells import known_table
from brownfield.files.settings import FILE
from brownfield.files.swap import new_folder, refused

_BOM = "\ufeff"


CellText = tuple[str, Mapping[str, str], str, str]
"""A cell to set: its table, what stands in some columns of its rows, its column, its text."""


def append_rows(path: str | Path, rows: Mapping[str, Sequence[Mapping[str, str]]], cells: Sequence[CellText] = ()) -> list[Path]:
    """Set cells of tables of a folder, then add rows (column to text) at their end; which files were written.

    A table gets the columns it needs and does not have yet at its right end. CaseError when the case is no folder.
    """
    folder = Path(path)
    if not folder.is_dir():
        fix = "turn it into a folder first: brownfield import CASE.xlsx DIR"
        raise refused("BF074", folder, "a case that is no folder", "a folder of tables, to which rows can be added", fix)
    files = {known_table(entry.stem): entry.name for entry in sorted(folder.iterdir()) if entry.suffix.lower() == ".csv"}
    texts: dict[str, str] = {}
    for table in dict.fromkeys([*(table for table, *_ in cells), *(table for table, added in rows.items() if added)]):
        before = (folder / files[table]).read_bytes().decode("utf-8") if table in files else ""
        text = _with_cells(before, [cell for cell in cells if cell[0] == table])
        texts[files.get(table, f"{table}.csv")] = _with_rows(table, text, rows[table]) if rows.get(table) else text
    if texts:
        new_folder(folder, partial(_write, texts), texts.__contains__, {FILE}, overwrite=True)
    return [folder / name for name in texts]


def _write(texts: Mapping[str, str], folder: Path) -> None:
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")


def _with_cells(text: str, cells: Sequence[CellText]) -> str:
    """The text of a table with cells set; a table that needs none set keeps every byte."""
    if not cells:
        return text
    rows = list(csv.reader(io.StringIO(text.removeprefix(_BOM), newline="")))
    top = next(i for i, row in enumerate(rows) if any(map(str.strip, row)))
    header = [name.strip() for name in rows[top]]
    for _, where, column, new in cells:
        if column not in header:
            header.append(column)
            rows[top].append(column)
            rows[top + 1 :] = [[*row, ""] if any(row) else row for row in rows[top + 1 :]]
        for row in rows[top + 1 :]:
            if any(row) and all(meant(row[header.index(name)].strip()) == value for name, value in where.items()):
                row[header.index(column)] = harmless(new)
    return (_BOM if text.startswith(_BOM) else "") + _lines(rows, "\r\n" if "\r\n" in text else "\n")


def _with_rows(table: str, text: str, added: Sequence[Mapping[str, str]]) -> str:
    """The text of a table with rows added."""
    before = list(csv.reader(io.StringIO(text.removeprefix(_BOM), newline="")))
    top = next((i for i, row in enumerate(before) if any(map(str.strip, row))), None)
    header = [name.strip() for name in before[top]] if top is not None else []
    filled = [name for name in fields(table) if any(row.get(name) for row in added)]
    # the id of a claim is worked out from its row: it needs no column of its own
    missing = [name for name in filled if name not in header and (name != "claim" or not header)]
    ending = "\r\n" if "\r\n" in text or not text else "\n"
    new = [[harmless(row.get(name, "")) for name in [*header, *missing]] for row in added]
    if not missing:
        return text + ("" if text.endswith(("\n", "\r")) else ending) + _lines(new, ending)
    width = len(header)
    old = [[*row[:width], *[""] * len(missing)] if any(row) else row for row in before[(top or 0) + 1 :]]
    return (_BOM if text.startswith(_BOM) else "") + _lines([[*header, *missing], *old, *new], ending)


def _lines(rows: Sequence[Sequence[str]], ending: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=ending).writerows(rows)
    return out.getvalue()
