"""How long a supplier can wait at no cost to it: 60 days at its own 8 %, financed by a bank at 3 %, are 160 days."""

import polars as pl
import pytest
from orlib import table

from brownfield.files import read_case
from brownfield.plan.plan import Plan
from brownfield.plan.rules import broken
from brownfield.solve import solve


def with_term(case, extra_days):
    """The tiny case with one supplier group that a bank pays early, and one term without any interest."""
    group = {"supplier": "parts", "share": 0.5, "days_now": 60, "capital_rate": 0.08, "financing_rate": 0.03, "payables_now": 60}
    term = {"term": "wait", "supplier": "parts", "extra_days": extra_days, "price": 0, "agreed": "agreed"}
    return case.with_table("suppliers", table("suppliers", [group])).with_table("term_offers", table("term_offers", [term]))


@pytest.fixture(scope="module")
def tiny(root):
    return read_case(root / "examples" / "tiny")


@pytest.mark.parametrize(("extra_days", "allowed"), [(99, True), (100, True), (100.001, False), (101, False)])
def test_160_days_leave_the_supplier_whole(tiny, extra_days, allowed):
    case = with_term(tiny, extra_days)
    outcome = solve(case, gap=0.0)
    assert outcome.status == "proved"
    assert (outcome.plan.terms.height > 0) == allowed
    chosen = pl.DataFrame({"supplier": ["parts"], "term": ["wait"], "period": ["2026"]})
    plan = Plan(case.digest, {**outcome.plan.tables, "terms": chosen})
    assert any("wait" in str(problem) for problem in broken(case, plan)) != allowed
