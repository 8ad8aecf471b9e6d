"""One word for each thing: what the glossary says not to call a thing is not the name of anything."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from brownfield.case.tables import TABLES, fields
from brownfield.plan.plan import PLAN_TABLES

ROOT = Path(__file__).parents[1]

ALLOWED = {
    "people.supplier_jobs": "jobs at suppliers are not people of the owner, so they are no headcount",
    "solve.highs.run(node_limit)": "a node of the search tree",
}
"""Names that mean something else than the word in the glossary, and what."""


def glossary() -> dict[str, str]:
    """Forbidden word -> the word to use instead, from the tables of docs/glossary.md."""
    instead = {}
    for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 3 and cells[2] not in ("", "not"):
            instead.update({word.strip(): cells[0] for word in cells[2].split(",")})
    return instead


def parts(name: str) -> set[str]:
    """Words of a name, in the singular too: `site_values` has site, values and value."""
    words = set(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_"))
    return words | {word.removesuffix("s") for word in words}


def schema_names() -> Iterator[tuple[str, str]]:
    for table in TABLES:
        yield table, f"table {table}"
        yield from ((column, f"{table}.{column}") for column in fields(table))
    for table, columns in PLAN_TABLES.items():
        yield table, f"plan table {table}"
        yield from ((column, f"plan table {table}, column {column}") for column in columns)


def code_names() -> Iterator[tuple[str, str]]:
    """Public functions, classes and their parameters."""
    package = ROOT / "src" / "brownfield"
    for path in sorted(package.rglob("*.py")):
        module = ".".join(path.relative_to(package).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                yield node.name, f"{module}.{node.name}"
                arguments = node.args.args + node.args.kwonlyargs if isinstance(node, ast.FunctionDef) else []
                yield from ((arg.arg, f"{module}.{node.name}({arg.arg})") for arg in arguments)


def test_the_glossary_names_each_thing_once() -> None:
    instead = glossary()
    assert len(instead) > 40
    assert set(instead) & set(instead.values()) == set()


@pytest.mark.parametrize("names", [schema_names, code_names])
def test_no_name_is_a_word_that_the_glossary_replaces(names) -> None:
    instead = glossary()
    wrong = []
    for name, where in names():
        wrong += [f"{where}: say {instead[word]}, not {word}" for word in sorted(parts(name) & set(instead)) if where not in ALLOWED]
    assert wrong == []
