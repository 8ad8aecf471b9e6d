"""Every bad case is refused with its code at its cell, and the case it was made from is not."""

from pathlib import Path

import pytest

from bad_input.base import Draft
from bad_input.cases import CASES, Bad
from brownfield.case.checks import CHECKS
from brownfield.errors import CaseError, Problem
from brownfield.files import read_case


def problems(folder: Path) -> tuple[Problem, ...]:
    """What is wrong with a case on disk."""
    try:
        read_case(folder)
    except CaseError as error:
        return error.problems
    return ()


def spoiled(bad: Bad) -> Draft:
    """The base case with the mistake made."""
    draft = Draft()
    for edit in bad.edits:
        edit(draft)
    return draft


def expected(bad: Bad, draft: Draft) -> tuple[str, int | None, str]:
    """File, row and column at which the problem must be reported."""
    assert bad.at is not None
    table, key, column = bad.at
    if not table:
        return "case.toml", None, column
    header = column not in draft.headers[table] or not key
    return f"{table}.csv", None if header else draft.place(table, key) + 2, column


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The case without a mistake."""
    return Draft().write(tmp_path_factory.mktemp("base"))


def test_the_base_has_no_problem(base: Path) -> None:
    assert problems(base) == ()


@pytest.mark.parametrize("bad", CASES, ids=[bad.name for bad in CASES])
def test_each_mistake_is_found_where_it_is(bad: Bad, tmp_path: Path) -> None:
    draft = spoiled(bad)
    found = problems(draft.write(tmp_path))
    file, row, column = expected(bad, draft)
    hits = [p for p in found if p.code == bad.code]
    assert hits, f"expected {bad.code}, found {[str(p) for p in found]}"
    addresses = {(p.where.file, p.where.row if row is not None else None, p.where.column) for p in hits}
    assert (file, row, column) in addresses
    for problem in found:
        assert problem.found and problem.expected and problem.fix
        assert "None" not in f"{problem.found} {problem.expected} {problem.fix}".replace("'None'", "")


def test_no_two_cases_are_the_same() -> None:
    assert len({bad.name for bad in CASES}) == len(CASES) >= 150
    drafts = [spoiled(bad) for bad in CASES]
    texts = [str(sorted(draft.files.items())) + "".join(draft.csv(name).decode() for name in draft.sheets) for draft in drafts]
    assert len(set(texts)) == len(CASES)


def test_every_check_is_tried() -> None:
    assert {check.code for check in CHECKS} - {bad.code for bad in CASES} == {"BF108"}, "BF108 is tried in test_checks.py"
