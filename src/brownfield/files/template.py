"""Workbooks made from the schema: every column with its meaning, unit and drop-down; empty, or filled with a case."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import polars as pl

from brownfield.case.case import Settings
from brownfield.case.parse import bounds, plain_type
from brownfield.case.tables import NEEDED, TABLES, facts, fields, keys, refs
from brownfield.files.cells import SHEET_ROWS, empty_frame, text_of
from brownfield.files.settings import SHEET, as_cells
from brownfield.files.swap import new_file

_MADE = datetime.datetime(2025, 1, 1)
"""Date of making that is written into every workbook: the same case gives the same bytes."""

_CHECKED_ROWS = 5000
"""Rows under the header that get a drop-down, at least."""

_FIRST_DATE = datetime.date(1900, 3, 1)
"""Before this day Excel counts days otherwise than the calendar: earlier dates are written as text."""

_STYLES: dict[str, dict[str, Any]] = {
    "needed": {"bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF", "border": 1},
    "free": {"bold": True, "bg_color": "#DCE6F1", "font_color": "#1F3A5F", "border": 1},
    "date": {"num_format": "yyyy-mm-dd"},
    "title": {"bold": True, "font_size": 14},
    "wrap": {"text_wrap": True, "valign": "top"},
}


def write_template(path: str | Path, *, overwrite: bool = False) -> Path:
    """An empty workbook to fill in: every table, every column explained, drop-downs where there is a choice."""
    settings = Settings.model_validate({"name": "my case"})
    tables = {name: empty_frame(name) for name in TABLES}
    return new_file(path, partial(fill_workbook, settings=settings, tables=tables), overwrite=overwrite)


def fill_workbook(path: Path, settings: Settings, tables: Mapping[str, pl.DataFrame]) -> None:
    """Settings, tables and notes as the sheets of a new workbook."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": settings.name, "created": _MADE})
        styles = {name: book.add_format(style) for name, style in _STYLES.items()}
        _settings_sheet(book.add_worksheet(SHEET), settings, styles)
        for name, frame in tables.items():
            sheet = book.add_worksheet(name)
            _dress(sheet, name, frame, tables, styles)
            for j, column in enumerate(fields(name)):
                _write_column(sheet, j, frame[column].to_list(), styles)
        _notes_sheet(book.add_worksheet("Notes"), styles)


def _write_column(sheet: Any, j: int, values: list[Any], styles: Mapping[str, Any]) -> None:
    """The values of a column under its header: text as text whatever it starts with, numbers to the last digit."""
    for i, value in enumerate(values, 1):
        if value is None or value == "":
            continue
        if isinstance(value, (int, float)):
            if float(f"{value:.16G}") == value and text_of(value) != "-0.0":
                sheet.write_number(i, j, value)
            else:
                sheet.write_string(i, j, text_of(value))
        elif isinstance(value, datetime.date) and value >= _FIRST_DATE:
            sheet.write_datetime(i, j, datetime.datetime(value.year, value.month, value.day), styles["date"])
        elif text := text_of(value):
            sheet.write_string(i, j, text)


def _settings_sheet(sheet: Any, settings: Settings, styles: Mapping[str, Any]) -> None:
    """A row for each setting: its name, its value, what it means."""
    for j, (title, width) in enumerate((("setting", 18), ("value", 40), ("notes", 70))):
        sheet.write_string(0, j, title, styles["needed"])
        sheet.set_column(j, j, width)
    for i, (name, text) in enumerate(as_cells(settings), 1):
        sheet.write_string(i, 0, name)
        sheet.write_string(i, 1, text)
        sheet.write_string(i, 2, Settings.model_fields[name].description or "")
    sheet.freeze_panes(1, 1)
    sheet.ignore_errors({"number_stored_as_text": "A1:B100"})


def _dress(sheet: Any, table: str, frame: pl.DataFrame, tables: Mapping[str, pl.DataFrame], styles: Mapping[str, Any]) -> None:
    """Header, comments, widths and drop-downs of a table."""
    last = min(max(_CHECKED_ROWS, 2 * frame.height), SHEET_ROWS - 1)
    for j, (name, info) in enumerate(fields(table).items()):
        sheet.write_string(0, j, name, styles["needed" if info.is_required() else "free"])
        sheet.write_comment(0, j, meaning(table, name), {"x_scale": 2, "y_scale": 1.2})
        sheet.set_column(j, j, max(len(name) + 3, 12))
        rule = _rule(table, name, tables)
        if rule is not None:
            sheet.data_validation(1, j, last, j, rule)
    sheet.freeze_panes(1, len(keys(table)) or 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{SHEET_ROWS}"})


def meaning(table: str, column: str) -> str:
    """What a column means, its unit, and what a blank stands for: the comment on its header."""
    info, about = fields(table)[column], facts(table, column)
    lines = [info.description or ""]
    if about.unit:
        lines.append(f"Unit: {about.unit}")
    if about.ref:
        lines.append(f"From the table {about.ref}")
    if info.is_required():
        lines.append("Must be filled in")
    else:
        default = about.blank or text_of(info.default) or "none"
        lines.append(f"Blank: {default}")
    return "\n".join(lines)


def choices(table: str, column: str) -> tuple[str, ...]:
    """The values among which a column chooses; empty when it is free."""
    annotation = fields(table)[column].annotation
    return tuple(str(value) for value in get_args(annotation)) if get_origin(annotation) is Literal else ()


def _rule(table: str, column: str, tables: Mapping[str, pl.DataFrame]) -> dict[str, Any] | None:
    """What Excel lets a person type into a column: one of the choices, a row of another table, a number in bounds."""
    kind = plain_type(fields(table)[column].annotation)
    about = facts(table, column)
    hint = {"error_title": "Brownfield", "error_message": meaning(table, column)[:255]}
    if options := choices(table, column):
        return {"validate": "list", "source": list(options), **hint}
    if about.ref in tables and kind is str:
        rows = max(_CHECKED_ROWS, 2 * tables[about.ref].height)
        j = list(fields(about.ref)).index(keys(about.ref)[0])
        return {"validate": "list", "source": f"='{about.ref}'!${chr(65 + j)}$2:${chr(65 + j)}${rows + 1}", **hint}
    if kind in (float, int):
        low, high = bounds(table, column)
        if low is not None and high is not None:
            return {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high, **hint}
    return None


def _notes_sheet(sheet: Any, styles: Mapping[str, Any]) -> None:
    """The dictionary: every table, every column, what it means."""
    titles = (("table", 14), ("column", 22), ("must be filled", 14), ("unit", 20), ("meaning", 70), ("a blank means", 34), ("values", 50))
    sheet.write_string(0, 0, "What every column means. This sheet is not read.", styles["title"])
    for j, (title, width) in enumerate(titles):
        sheet.write_string(1, j, title, styles["needed"])
        sheet.set_column(j, j, width, styles["wrap"])
    i = 2
    for table, kind in TABLES.items():
        sheet.write_string(i, 0, table, styles["needed"])
        sheet.write_string(i, 2, "needed" if table in NEEDED else "", styles["needed"])
        sheet.write_string(i, 4, (kind.__doc__ or "").strip(), styles["free"])
        for row in _dictionary(table):
            i += 1
            for j, text in enumerate(row):
                sheet.write_string(i, j, text)
        i += 1
    sheet.freeze_panes(2, 2)


def _dictionary(table: str) -> list[tuple[str, ...]]:
    """A row of the dictionary for each column of a table."""
    rows: list[tuple[str, ...]] = []
    for name, info in fields(table).items():
        about = facts(table, name)
        must = "yes" if info.is_required() else ""
        values = ", ".join(choices(table, name)) or (f"a row of {refs(table)[name]}" if about.ref else "")
        blank = "" if info.is_required() else about.blank or text_of(info.default)
        rows.append((table, name, must, about.unit, info.description or "", blank, values))
    return rows
