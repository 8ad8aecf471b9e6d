"""The checks themselves: registered, coded, explained, and at home in cases that were not read from files."""

import datetime
import inspect

import pytest

from brownfield.case import (
    checks_evidence,
    checks_futures,
    checks_keys,
    checks_line,
    checks_money,
    checks_network,
    checks_offers,
    checks_people,
    checks_policies,
)
from brownfield.case.case import Case
from brownfield.case.checks import CHECKS, OF_FACTS, OF_RECORD, check
from brownfield.case.checks_view import HINTS, Check
from brownfield.case.claim_id import claim_id
from case.small import TINY, case

ROOMS = (
    checks_keys, checks_line, checks_network, checks_people, checks_offers, checks_money, checks_policies, checks_evidence, checks_futures,
)  # fmt: skip


def test_every_check_is_registered_once_with_a_code_of_its_own() -> None:
    made = [value for room in ROOMS for _, value in inspect.getmembers(room, lambda value: isinstance(value, Check))]
    assert {id(one) for one in made} == {id(one) for one in CHECKS}
    assert len({one.code for one in CHECKS}) == len(CHECKS) == len(OF_FACTS) + len(OF_RECORD)
    assert all("BF100" < one.code < "BF300" or "BF535" <= one.code < "BF545" for one in CHECKS)


@pytest.mark.parametrize("one", CHECKS, ids=[one.code for one in CHECKS])
def test_every_check_says_in_a_sentence_what_must_hold(one: Check) -> None:
    assert one.title.endswith((".", "`.")) or ":" in one.title
    assert len(one.title) > 20


def test_a_case_without_files_is_addressed_by_table_and_row() -> None:
    made = case(TINY | {"lines": TINY["lines"].replace("S1,South", "S1,Suoth")})
    (problem,) = [p for p in check(made) if p.code == "BF103"]
    assert str(problem.where) == "lines, row 3, column plant"
    assert "did you mean 'South'?" in problem.fix


def test_a_name_in_capitals_is_recognised() -> None:
    made = case(TINY | {"lines": TINY["lines"].replace("S1,South", "S1,SOUTH")})
    assert "did you mean 'South'?" in next(p for p in check(made) if p.code == "BF103").fix


def test_settings_that_make_no_calendar_are_one_problem() -> None:
    made = case(TINY | {"demand": TINY["demand"].replace("2027", "2035")})
    broken = Case(made.settings.model_copy(update={"start": datetime.date(2026, 1, 9)}), made.tables)
    assert [(p.code, p.where.file, p.where.column) for p in check(broken)] == [("BF108", "case.toml", "periods")]


def test_an_empty_case_lacks_its_tables() -> None:
    found = check(case({}))
    assert {p.code for p in found} == {"BF106"}
    assert [p.where.file for p in found] == ["plants", "lines", "products", "routes", "markets", "demand"]


def test_hints_end_before_they_take_long() -> None:
    rows = "\n".join(f"Nova,Jpan{i},,1,1" for i in range(3 * HINTS))
    found = [p for p in check(case(TINY | {"demand": "product,market,period,cars,net_price\n" + rows})) if p.code == "BF103"]
    assert len(found) == 3 * HINTS
    assert sum("did you mean" in p.fix for p in found) == HINTS


def test_a_claim_is_what_it_says() -> None:
    row = {"source": "S", "subject": "North", "property": "cost", "table": "plants", "row": "North", "column": "fixed_cost", "value": "60"}
    first = claim_id(row)
    assert len(first) == 12 and set(first) <= set("0123456789abcdef")
    assert claim_id({**row, "low": None, "rank": "preferred", "why": "so"}) == first
    assert len({first, *(claim_id({**row, name: "other"}) for name in row), claim_id({**row, "low": 5.0})}) == len(row) + 2
    assert first == "5c782cf95d2e", "ids of claims on disk must not change"
