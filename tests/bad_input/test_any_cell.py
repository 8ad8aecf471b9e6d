"""Whatever stands in a cell, a case is read or refused with its problems: nothing else happens."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from bad_input.base import Draft, base_sheets
from brownfield.case.case import Case, Settings
from brownfield.case.checks import check
from brownfield.case.parse import RawTable, parse
from brownfield.case.tables import TABLES, fields
from brownfield.errors import Problem, listing

WORDS = sorted({cell for sheet in base_sheets().values() for row in sheet for cell in row.values()})
TEXTS = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(["", "*", "|", ";", ":", "0", "-1", "1e9", "nan", "exclude", "potential", "closed", "2028", "2040-01-01", "\x00"]),
    st.text(max_size=12),
    st.floats().map(repr),
)
CELLS = st.sampled_from([(table, i, column) for table, rows in base_sheets().items() for i in range(len(rows)) for column in fields(table)])


def checked(draft: Draft) -> list[Problem]:
    """What is wrong with a case, read without the detour over a disk."""
    raws = {}
    for table in TABLES:
        rows, header = draft.sheets[table], tuple(draft.headers[table])
        raws[table] = RawTable(table, header, tuple([row.get(name, "") for row in rows] for name in header), range(2, 2 + len(rows)))
    parsed = {name: parse(name, raw) for name, raw in raws.items()}
    known = [problem for one in parsed.values() for problem in one.problems]
    case = Case(Settings(name="any", periods=("4 quarters", "2 years")), {name: one.frame for name, one in parsed.items()}, raws)
    return known + check(case, known)


def told_in_full(found: list[Problem]) -> bool:
    """Problems can be listed, and each says what was found, what was expected and how to mend it."""
    return bool(listing(found)) and all(problem.found and problem.expected and problem.fix for problem in found)


def test_the_base_is_good_here_too() -> None:
    assert checked(Draft()) == []


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(CELLS, TEXTS), min_size=1, max_size=6))
def test_no_cells_break_the_checks(changes: list[tuple[tuple[str, int, str], str]]) -> None:
    draft = Draft()
    for (table, row, column), text in changes:
        draft.headers[table] += [column] if column not in draft.headers[table] else []
        draft.sheets[table][row][column] = text
    assert told_in_full(checked(draft))


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(list(TABLES)), st.integers(0, 9)), max_size=12), st.sampled_from([list.pop, list.clear]))
def test_no_missing_rows_break_the_checks(gone: list[tuple[str, int]], remove: Callable[..., object]) -> None:
    draft = Draft()
    for table, row in gone:
        rows = draft.sheets[table]
        if rows:
            remove(rows, *([row % len(rows)] if remove is list.pop else []))
    assert told_in_full(checked(draft))
