"""A plan carried over to a changed case: what is kept is kept, every number is checked again, and what cannot be kept is named."""

import polars as pl
import pytest

from brownfield.case.changes import changed
from brownfield.case.edits import Edit
from brownfield.model.answer import plan_of
from brownfield.model.assemble import assemble
from brownfield.model.given import columns_of
from brownfield.plan.ledger import keep_books
from brownfield.plan.plan import PLAN_TABLES
from brownfield.plan.rules import broken
from brownfield.solve import solve, what_if
from brownfield.solve.highs import polish
from tests.plan.works import case

LARGE = ("sites", "launches")


@pytest.fixture(scope="module")
def last():
    return solve(case(), gap=0)


def times(factor, a_case=None):
    return changed(a_case or case(), [Edit("demand", "*", "cars", "multiply", factor)])


def checked(outcome):
    assert broken(outcome.case, outcome.plan) == []
    assert keep_books(outcome.case, outcome.plan).npv == pytest.approx(outcome.npv)


def test_a_plan_goes_through_columns_and_comes_back(last):
    model = assemble(case())
    given = columns_of(model, last.plan)
    assert given.left_out == () and given.said.sum() == model.program.integer_columns().sum()
    again = plan_of(model, polish(model.program, given.columns))
    for name in ("sites", "shifts", "launches", "contracts", "terms"):
        assert again.table(name).equals(last.plan.table(name)), name
    assert keep_books(case(), again).npv == pytest.approx(last.npv)
    assert set(again.tables) == set(PLAN_TABLES)


@pytest.mark.parametrize("factor", [0.95, 1.0, 1.05, 1.5])
def test_large_decisions_stay_and_volumes_follow(last, factor):
    outcome = what_if(last, times(factor))
    assert outcome.status == "feasible" and outcome.bound is None and outcome.gap is None
    assert all(outcome.plan.table(name).equals(last.plan.table(name)) for name in LARGE)
    assert outcome.kept[0].startswith("kept: closures, launches")
    checked(outcome)


def test_the_same_case_gives_the_same_worth(last):
    assert what_if(last.plan, case()).npv == pytest.approx(last.npv)


def test_what_is_gone_is_left_out_and_said(last):
    launch = last.plan.table("launches").head(1).with_columns(line=pl.lit("no such line"))
    plan = last.plan.with_table("launches", pl.concat([last.plan.table("launches"), launch]))
    outcome = what_if(plan, case())
    assert any("no such line" in words for words in outcome.kept)
    checked(outcome)


def test_what_cannot_be_kept_is_no_plan_and_names_the_rule(last):
    most = changed(case(), [Edit("plants", "North", "decision", "set", "must_close")])
    outcome = what_if(last, most)
    assert outcome.status == "no_plan" and not outcome.has_plan and outcome.bound is None
    assert any("must_close" in words and "North" in words for words in outcome.reasons)


def test_without_a_last_plan_there_is_nothing_to_keep(last):
    most = changed(case(), [Edit("plants", "North", "decision", "set", "must_close")])
    with pytest.raises(ValueError, match="no plan to start from"):
        what_if(what_if(last, most), case())


def test_a_start_is_never_lost(last):
    outcome = solve(times(1.05), gap=0.05, start=last.plan)
    assert outcome.has_plan and outcome.bound >= what_if(last, times(1.05)).npv - 1e-6 * outcome.ledger.gross
    checked(outcome)
