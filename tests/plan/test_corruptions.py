"""No spoiled entry slips through: the rules say so, or the books no longer come to what was claimed (N3)."""

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from brownfield.plan.ledger import keep_books
from brownfield.plan.plan import PLAN_TABLES
from brownfield.plan.rules import broken
from brownfield.solve import solve

from .corrupt import changed, entries, other_values, plain, swapped, without
from .works import case, plan

QUICK = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(scope="module", params=["by hand", "solved"])
def good(request):
    """A plan that is allowed, with its books."""
    found = plan() if request.param == "by hand" else solve(case(), gap=0.05).plan
    return found, keep_books(case(), found)


def caught(good, bad):
    """Whether rules or books catch a plan; one that says the same is none to be caught."""
    allowed, books = good
    assume(plain(bad) != plain(allowed))
    return bool(broken(case(), bad)) or abs(keep_books(case(), bad).npv - books.npv) > 1e-6 * books.gross


def test_the_plan_to_spoil_is_allowed(good):
    assert broken(case(), good[0]) == []


@QUICK
@given(st.data())
def test_one_entry_changed(good, data):
    table, row, column = data.draw(st.sampled_from(entries(good[0])))
    value = data.draw(st.sampled_from(other_values(case(), table, column, good[0].table(table)[column][row])))
    assert caught(good, changed(good[0], table, row, column, value))


@QUICK
@given(st.data())
def test_one_row_left_out_or_said_twice(good, data):
    table, row, _ = data.draw(st.sampled_from(entries(good[0])))
    frame = good[0].table(table)
    assert caught(good, without(good[0], table, row))
    assert broken(case(), good[0].with_table(table, pl.concat([frame, frame[row]])))


@QUICK
@given(st.data())
def test_names_and_periods_swapped_between_two_rows(good, data):
    tables = [name for name in PLAN_TABLES if good[0].table(name).height > 1]
    table = data.draw(st.sampled_from(tables))
    frame = good[0].table(table)
    row, other = data.draw(st.lists(st.sampled_from(range(frame.height)), min_size=2, max_size=2, unique=True))
    column = data.draw(st.sampled_from([name for name, kind in PLAN_TABLES[table].items() if kind == pl.String]))
    bad = swapped(good[0], table, row, other, column)
    # two lines of one plant that build at the same cost may swap their cars: that is another plan, not a wrong one
    assume(table != "makes")
    assert caught(good, bad)


@pytest.mark.parametrize(("one", "other"), [("North", "South"), ("West", "Rest"), ("Old", "South"), ("East", "West")])
def test_two_plants_change_places(one, other):
    sites = plan().sites.with_columns(pl.col("plant").replace({one: other, other: one}))
    assert broken(case(), plan().with_table("sites", sites))


def test_cars_moved_from_buyers_to_the_lost():
    """The total is right, so only the balance of what is built against what is shipped can tell."""
    ships = plan().ships.with_columns(pl.when(plant="East", period="2029").then(11000.0).otherwise(pl.col("cars")).alias("cars"))
    lost = plan().lost.with_columns(pl.when(product="Hare", period="2029").then(3000.0).otherwise(pl.col("cars")).alias("cars"))
    found = broken(case(), plan().with_table("ships", ships).with_table("lost", lost))
    assert [item.rule for item in found] == ["shipped_what_is_built"]
