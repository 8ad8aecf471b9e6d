"""Write the pages of docs/ that are made from the code: `make docs`. tests/test_docs.py fails when one is stale.

dictionary.md comes from case/tables.py, problems.md from the checks and the codes in the source, rules.md from the
docstrings of the model. With --pictures the charts of the README are drawn again too.
"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from brownfield.case.case import DEFAULT_SHIFTS, Settings
from brownfield.case.parse import bounds, plain_type
from brownfield.case.tables import NEEDED, TABLES, facts, fields

DOCS = Path(__file__).parent
MADE = "<!-- Made by docs/generate.py from {source}: change that, then say `make docs`. -->\n"


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table; bars inside cells are escaped."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def sentence(text: str) -> str:
    """The first line of a docstring, ending in a full stop."""
    return text.strip().split("\n")[0].rstrip(".:") + "."


# ------------------------------------------------------------------------------------------------ dictionary


TYPES: dict[Any, str] = {
    str: "text", float: "number", int: "whole number", datetime.date: "date", tuple: "names, separated by ;",
}  # fmt: skip


def kind(info: FieldInfo, name: str) -> str:
    """What may stand in a column, in words."""
    if get_origin(info.annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(info.annotation))
    if name in ("country", "origin", "destination"):
        return "country code"
    if "A-Z]{3}" in str(info.annotation) + str(info.metadata):
        return "currency code"
    if name in ("published", "retrieved"):
        return "day, month or year"
    return TYPES[plain_type(info.annotation)]


def span(table_name: str, name: str) -> str:
    """The bounds of a number in words, blank when there are none worth saying."""
    if plain_type(fields(table_name)[name].annotation) not in (float, int):
        return ""
    low, high = bounds(table_name, name)
    high = None if high is not None and high >= 1e12 else high
    low = None if low is not None and low <= -1e12 else low
    if low is None and high is None:
        return "any"
    return f"from {low:g}" if high is None else f"{low:g} to {high:,.10g}"


def default(info: FieldInfo, blank: str) -> str:
    """What a blank means: an error, a default value, or what the schema says of it."""
    if info.default is PydanticUndefined:
        return "**must be filled**"
    if blank:
        return blank
    value = info.default
    return f"{value:g}" if isinstance(value, float) else f"`{value}`" if value != "" else "nothing"


def column_rows(name: str) -> list[tuple[str, ...]]:
    """One row of the dictionary for each column of a table."""
    rows = []
    for column, info in fields(name).items():
        if column in ("status", "notes"):
            continue
        fact = facts(name, column)
        link = f" ([{fact.ref}](#{fact.ref}))" if fact.ref else ""
        mark = ", key" if fact.key else ""
        rows.append(
            (
                f"`{column}`{mark}",
                f"{info.description}{link}",
                kind(info, column),
                fact.unit,
                span(name, column),
                default(info, fact.blank),
                "yes" if fact.evidence else "",
            )
        )
    return rows


def dictionary() -> str:
    """The page of every table and column."""
    parts = [
        "# Dictionary: every table and column\n",
        MADE.format(source="src/brownfield/case/tables.py"),
        "A case is a folder with `case.toml` and one CSV file for each table, or one Excel workbook with one sheet for each. "
        f"The tables that must have rows are {', '.join(f'[{n}](#{n})' for n in NEEDED)}"
        " (a case without shift models has those [at the end](#shift-models-of-a-case-that-names-none)); all others may be left out.\n",
        "- *key*: no two rows of a table agree in all its key columns.\n"
        "- `million` is a million of the row's `currency`; amounts per car or per head are single units of it.\n"
        "- *Blank* says what an empty cell means. A blank is never silently zero: where nothing is said, it is an error.\n"
        "- *Evidence* marks the numbers that should rest on a claim; the others are choices, names or arithmetic.\n"
        "- Every table also has `status` (`include` or `exclude`; blank is `include`), which leaves a row out without deleting it,"
        " and `notes`.\n",
        "## case.toml\n",
        table(
            ("setting", "meaning", "default"),
            [(f"`{n}`", str(i.description), setting_default(i)) for n, i in Settings.model_fields.items()],
        ),
    ]
    for name, row in TABLES.items():
        parts += [f"## {name}\n", str(row.__doc__).strip() + "\n"]
        parts.append(table(("column", "meaning", "may hold", "unit", "bounds", "blank", "evidence"), column_rows(name)))
    parts += ["## Shift models of a case that names none\n", default_shifts()]
    return "\n".join(parts)


def setting_default(info: FieldInfo) -> str:
    """The default of a setting as it would stand in case.toml."""
    if info.default is PydanticUndefined:
        return "**must be given**"
    value = info.default
    return f"`{list(value)}`" if isinstance(value, tuple) else f"`{value}`" if value != "" else "nothing"


def default_shifts() -> str:
    """The built-in shift models as a table."""
    rows = [(f"`{row['shift_model']}`", f"{row['hours_per_week']:g}", f"{row['crews']:g}") for row in DEFAULT_SHIFTS]
    return table(("shift model", "hours a week", "crews"), rows)


PAGES = {"dictionary.md": dictionary}
"""The pages made from the code, each with the function that writes it."""


def main() -> None:
    """Write every page that is made from the code."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
    if "--pictures" in sys.argv:
        pass


if __name__ == "__main__":
    main()
