"""The schema for other programs: a Table Schema data package, and a JSON Schema for each table, made from the row classes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from brownfield.case.case import Case
from brownfield.case.parse import bounds, plain_type
from brownfield.case.tables import TABLES, facts, fields, keys, refs
from brownfield.files.cells import REQUIRED, columns_used
from brownfield.files.folder import fill_folder, ours
from brownfield.files.settings import FILE
from brownfield.files.swap import new_folder
from brownfield.files.template import choices

PACKAGE = "datapackage.json"

_TYPES = {"str": "string", "float": "number", "int": "integer", "date": "date", "tuple": "string"}


def write_datapackage(case: Case, path: str | Path, *, overwrite: bool = False) -> Path:
    """The case as a folder with a `datapackage.json` that describes every file, column, key and reference."""

    def fill(folder: Path) -> None:
        fill_folder(case, folder)
        (folder / PACKAGE).write_text(_json(package(case)), encoding="utf-8", newline="\n")

    return new_folder(path, fill, lambda name: ours(name) or name == PACKAGE, {FILE}, overwrite=overwrite)


def write_json_schema(path: str | Path, *, overwrite: bool = False) -> Path:
    """A folder with one JSON Schema file for each table, for editors and programs that check rows."""
    names = {f"{table}.schema.json": table for table in TABLES}

    def fill(folder: Path) -> None:
        for name, table in names.items():
            (folder / name).write_text(_json(json_schema(table)), encoding="utf-8", newline="\n")

    return new_folder(path, fill, names.__contains__, names, overwrite=overwrite)


def json_schema(table: str) -> dict[str, Any]:
    """JSON Schema of a row of a table."""
    schema = TABLES[table].model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": table, **{k: v for k, v in schema.items() if k != "title"}}


def package(case: Case) -> dict[str, Any]:
    """The description of a case folder as a data package."""
    tables = [name for name in TABLES if case.table(name).height or name in REQUIRED]
    return {
        "name": _slug(case.settings.name),
        "title": case.settings.title or case.settings.name,
        "profile": "tabular-data-package",
        "resources": [_resource(name, columns_used(name, case.table(name)), tables) for name in tables],
    }


def _resource(table: str, columns: list[str], tables: list[str]) -> dict[str, Any]:
    foreign = [
        {"fields": column, "reference": {"resource": other, "fields": keys(other)[0]}}
        for column, other in refs(table).items()
        if column in columns and other in tables and _plain(table, column) != "tuple"
    ]
    schema: dict[str, Any] = {
        "fields": [field(table, column) for column in columns],
        "primaryKey": [key for key in keys(table) if key in columns],
        "missingValues": [""],
    }
    if foreign:
        schema["foreignKeys"] = foreign
    return {
        "name": table,
        "path": f"{table}.csv",
        "profile": "tabular-data-resource",
        "description": TABLES[table].__doc__,
        "encoding": "utf-8",
        "schema": schema,
    }


def field(table: str, column: str) -> dict[str, Any]:
    """Table Schema of a column: type, meaning, unit, bounds, choices."""
    info, about = fields(table)[column], facts(table, column)
    low, high = bounds(table, column)
    limits = {"required": info.is_required() or None, "minimum": low, "maximum": high, "enum": list(choices(table, column)) or None}
    constraints = {name: value for name, value in limits.items() if value is not None}
    described = {
        "name": column,
        "type": _TYPES[_plain(table, column)],
        "description": info.description,
        "unit": about.unit,
        "blank": about.blank,
        "constraints": constraints,
    }
    return {name: value for name, value in described.items() if value}


def _plain(table: str, column: str) -> str:
    return str(plain_type(fields(table)[column].annotation).__name__)


def _slug(name: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower()).strip("-") or "case"


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"
