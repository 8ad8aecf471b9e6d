"""The settings of a case: `case.toml` of a folder, the sheet `settings` of a workbook."""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from brownfield.case.case import Settings
from brownfield.errors import Problem, Where, nearest, one_of, shown

FILE = "case.toml"
SHEET = "settings"

_EXPECTED = {
    "name": "a short text",
    "title": "a text of at most 200 characters",
    "base_currency": "a currency code of three capital letters, like JPY",
    "price_year": "a year from 1990 to 2100",
    "discount_rate": "a share a year, like 0.08",
    "start": "a date like 2026-01-01",
    "periods": "blocks of periods, like ['8 quarters', '6 years']",
    "terminal_years": "a number of years from 0 to 50",
}


def settings_of(
    values: Mapping[str, Any], places: Mapping[str, Where], file: str, problems: list[Problem]
) -> Settings | None:
    """Settings from their values; every unknown, missing or impossible one is a problem. None when there is any."""
    before = len(problems)
    known = Settings.model_fields
    for name in values:
        if name not in known:
            fix = f"{nearest(name, known)}the settings are {one_of(known, 20)}"
            problems.append(Problem("BF027", places.get(name, Where(file)), f"unknown setting {shown(name)}", "a setting", fix))
    values = {name: value for name, value in values.items() if name in known}
    bad = {name for name, value in values.items() if isinstance(value, (bool, dict, datetime.time))}
    try:
        settings = Settings.model_validate({"name": "?", **{name: value for name, value in values.items() if name not in bad}})
        bad |= {"name"} - set(values)
    except ValidationError as error:
        bad |= {str(item["loc"][0]) for item in error.errors()} | ({"name"} - set(values))
    problems += [_bad(name, values.get(name), places.get(name, Where(file, column=name))) for name in known if name in bad]
    if bad:
        return None
    return settings if len(problems) == before else None


def _bad(name: str, value: Any, where: Where) -> Problem:
    found = f"no {name}" if value is None else f"{name} = {shown(value if isinstance(value, str) else repr(value))}"
    return Problem("BF028", where, found, _EXPECTED[name], f"give the {Settings.model_fields[name].description}")


def read_toml(text: str, file: str, problems: list[Problem]) -> Settings | None:
    """Settings from the text of `case.toml`."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+), column (\d+)", str(error))
        where = Where(file, int(line[1]) if line else None, line[2] if line else "")
        found = re.sub(r" \(at .*\)$", "", str(error))
        problems.append(Problem("BF026", where, found, "lines like: name = \"my case\"", "correct the line"))
        return None
    except RecursionError:
        problems.append(Problem("BF026", Where(file), "brackets nested too deep", "plain settings", "write one setting a line"))
        return None
    places: dict[str, Where] = {}
    for number, line_text in enumerate(text.split("\n"), 1):
        if match := re.match(r"\s*[\"']?([A-Za-z0-9_-]+)[\"']?\s*=|\s*\[+\s*([A-Za-z0-9_-]+)", line_text):
            places.setdefault(match[1] or match[2], Where(file, number))
    return settings_of(values, places, file, problems)


def write_toml(settings: Settings, *, comments: bool = False) -> str:
    """The text of `case.toml`, every setting on a line, with its meaning above it when wanted."""
    lines = []
    for name, value in settings.model_dump().items():
        if comments:
            lines.append(f"# {Settings.model_fields[name].description}")
        lines.append(f"{name} = {_toml(value)}")
        lines += [""] if comments else []
    return "\n".join(lines).rstrip() + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, str):
        quoted = json.dumps(value, ensure_ascii=False)
        return "".join(c if c.isprintable() or ord(c) > 0x9F else f"\\u{ord(c):04x}" for c in quoted)
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return value.isoformat() if isinstance(value, datetime.date) else repr(value)


def as_cells(settings: Settings) -> list[tuple[str, str]]:
    """Names and values of the settings as text, for a sheet."""
    cells = []
    for name, value in settings.model_dump().items():
        text = "; ".join(value) if isinstance(value, tuple) else repr(value) if isinstance(value, float) else str(value)
        cells.append((name, text))
    return cells


def from_cells(cells: Mapping[str, str], places: Mapping[str, Where], file: str, problems: list[Problem]) -> Settings | None:
    """Settings from the text of a sheet; blank cells mean the default."""
    values: dict[str, Any] = {name: text for name, text in cells.items() if text}
    if "periods" in values:
        values["periods"] = [part.strip() for part in values["periods"].split(";") if part.strip()]
    return settings_of(values, places, file, problems)
