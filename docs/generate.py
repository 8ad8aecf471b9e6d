"""Write the pages of docs/ that are made from the code: `make pages`. tests/test_docs.py fails when one is stale.

dictionary.md comes from case/tables.py, problems.md from the checks and the codes in the source, rules.md from the
docstrings of the model. With --pictures the charts of the README are drawn again too.
"""

from __future__ import annotations

import ast
import datetime
import inspect
import re
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from textwrap import wrap
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from brownfield.case.case import DEFAULT_SHIFTS, Settings
from brownfield.case.checks import CHECKS
from brownfield.case.parse import bounds, plain_type
from brownfield.case.tables import NEEDED, TABLES, facts, fields
from brownfield.model.assemble import MONEY_RULES, RULES
from brownfield.plan.rules import RULES as SECOND_READING
from brownfield.report.drawing import Picture

DOCS = Path(__file__).parent
MADE = "<!-- Made by docs/generate.py from {source}: change that, then say `make pages`. -->\n"


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


# ----------------------------------------------------------------------------------------------------- rules


FAMILY = re.compile(r"``(\w+)\[([\w,]*)\]``")


@dataclass(frozen=True)
class Rule:
    """A function of the model that adds rows: its file and name, what it says of itself, and every text in its code."""

    file: str
    name: str
    text: str
    code: frozenset[str]

    @property
    def families(self) -> dict[str, str]:
        """Families that the docstring names after `Rows:`, each with the keys of its rows."""
        return dict(FAMILY.findall(self.text.partition("Rows:")[2]))

    @property
    def formulas(self) -> list[str]:
        """The formulas of the docstring, in TeX."""
        found = re.findall(r"^ *\.\. math:: *(.*?)(?=\n\s*\n|\Z)", self.text, re.M | re.S)
        return [" ".join(formula.split()) for formula in found]

    @property
    def words(self) -> str:
        """The docstring with @ in place of each formula."""
        return re.sub(r"^ *\.\. math::.*?(?=\n\s*\n|\Z)", "@", self.text, flags=re.M | re.S)


def rules() -> list[Rule]:
    """Every rule in the order of the model's table of contents, those of one file together."""
    files = list(dict.fromkeys(rule.__module__ for rule in (*RULES, *MONEY_RULES)))
    return [
        Rule(rule.__module__.rpartition(".")[2], rule.__name__, inspect.getdoc(rule) or "", words_of(rule))
        for rule in sorted((*RULES, *MONEY_RULES), key=lambda rule: files.index(rule.__module__))
    ]


def words_of(rule: Callable[..., None]) -> frozenset[str]:
    """Every text in the code of a function, its docstring aside; the names of its families are among them."""
    function = ast.parse(inspect.getsource(rule)).body[0]
    texts = {node.value for node in ast.walk(function) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return frozenset(texts)


def rule_page() -> str:
    """The page of every rule of the model: a sentence, the formula, the rows."""
    parts = [
        "# Rules of the model\n",
        MADE.format(source="the docstrings of src/brownfield/model"),
        "Each rule is one function with one family of rows, whose name and keys a diagnosis shows. What the symbols and tables mean"
        " in full, and what a plan is worth, stands in [maths.md](maths.md); the second reading of the same rules, which every plan"
        " must pass, is [at the end](#the-second-reading). Indices: i plant, l line, s shift model, k product, m market, t period, o offer;"
        " Δ is the length of a period in years, d its discount factor.\n",
    ]
    file = ""
    for rule in rules():
        if rule.file != file:
            file = rule.file
            parts.append(f"## {file.capitalize()}\n")
        parts += [f"### {rule.name.replace('_', ' ')}\n", rule_text(rule)]
    told = [(rule.__name__.replace("_", " "), (inspect.getdoc(rule) or "").split("\n")[0]) for rule in SECOND_READING]
    parts += ["## The second reading\n", "A plan that breaks one of these is not shown.\n", table(("rule", "what must hold"), told)]
    return "\n".join(parts)


def rule_text(rule: Rule) -> str:
    """A docstring as Markdown: formulas in blocks, names of code in backticks."""
    text = re.sub(r"``([^`]*)``", r"`\1`", rule.words)
    for formula in rule.formulas:
        text = text.replace("@", f"```math\n{formula}\n```", 1)
    return text + "\n"


# -------------------------------------------------------------------------------------------------- problems


def problem_page() -> str:
    """The page of every problem code, those of the checks with what the check says of itself."""
    parts = [
        "# Problems\n",
        MADE.format(source="docs/codes.toml and the checks in src/brownfield/case"),
        "All problems of a case are reported at once, each with its code, its address, what was found, what was expected and how to mend"
        " it. The command ends with status 2; nothing is solved and nothing is written.\n",
    ]
    for chapter in tomllib.loads((DOCS / "codes.toml").read_text(encoding="utf-8")).values():
        parts += [f"## {chapter.pop('title')}\n", chapter.pop("told") + "\n"]
        parts.append(table(("code", "what is wrong"), [(f'<a id="{code}"></a>{code}', text) for code, text in chapter.items()]))
    parts += ["## Between tables\n", "What must hold between the rows and tables of a case. Each is one function with a test.\n"]
    for check in sorted(CHECKS, key=lambda check: check.code):
        parts += [f"### {check.code}\n", f"**{check.title}**\n", check.text.partition("\n")[2].strip() + "\n"]
    return "\n".join(parts)


PAGES = {"dictionary.md": dictionary, "problems.md": problem_page, "rules.md": rule_page}
"""The pages made from the code, each with the function that writes it."""


# -------------------------------------------------------------------------------------------------- pictures


DEMO_SECONDS = 120
"""Time limit of the solve that is drawn, as in `make demo`."""


def draw_pictures() -> None:
    """The timeline of the Oppama report as a file of its own, for the README."""
    from brownfield.files import read_case
    from brownfield.report.charts import pictures
    from brownfield.solve import solve

    outcome = solve(read_case(DOCS.parent / "examples" / "oppama"), time_limit=DEMO_SECONDS)
    (DOCS / "pictures").mkdir(exist_ok=True)
    (DOCS / "pictures" / "oppama-plants.svg").write_text(framed(pictures(outcome)["plants"]), encoding="utf-8")


def framed(picture: Picture) -> str:
    """A chart of the report with its title, legend and a white ground, readable wherever it is shown."""
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture.wide)
    if size is None:
        raise ValueError("the chart has no viewBox")
    width, height = float(size[1]), float(size[2])
    lines = wrap(picture.title, int(width / 8.6))
    title = "".join(f'<tspan x="12" dy="{20 if n else 0}">{escape(line)}</tspan>' for n, line in enumerate(lines))
    down = 20 * len(lines)
    marks, x = [], 12.0
    for mark in picture.legend:
        edge = "#999" if mark.shape == "border" else mark.fill
        tall = 4 if mark.shape == "line" else 12
        marks.append(f'<rect x="{x:g}" y="{down + 28 - tall}" width="14" height="{tall}" fill="{mark.fill}" stroke="{edge}"/>')
        marks.append(f'<text x="{x + 19:g}" y="{down + 27}" font-size="12">{escape(mark.words)}</text>')
        x += 34 + 6.4 * len(mark.words)
    chart = picture.wide.replace("<svg ", f'<svg x="0" y="{down + 40}" width="{width:g}" height="{height:g}" ', 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width + 12:g} {height + down + 52:g}"'
        f' font-family="Arial, Helvetica, sans-serif" role="img" aria-label="{escape(picture.title)}">'
        f'<rect width="100%" height="100%" fill="#ffffff"/><text y="24" font-size="16" font-weight="bold">{title}</text>'
        f"{''.join(marks)}{chart}</svg>\n"
    )


def main() -> None:
    """Write every page that is made from the code, and with --pictures the pictures too."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
    if "--pictures" in sys.argv:
        draw_pictures()


if __name__ == "__main__":
    main()
