"""The tiny example: its books reckoned here with plain arithmetic, as its README does by hand."""

import polars as pl
import pytest

from brownfield.case.changes import scenario
from brownfield.files import read_case
from brownfield.plan.ledger import keep_books
from brownfield.plan.rules import broken
from brownfield.solve import solve

D = [1 / 1.05, 1 / 1.05**3, 1 / 1.05**5]
FLOWS = [
    30 + 54 + 15 - 36 - 41 - 10 - 2,
    30 + 54 + 15 - 24 - 36 - 1 - 8 + 3 - 6 - 1.5 - 0.25 + 6.912 + 1 - 2.88,
    30 + 54 + 15 - 24 - 36 + 6.912 + 1 - 2.88,
]
BEST = sum(d * flow for d, flow in zip(D, FLOWS, strict=True))
GUEST = (6.912 + 1 - 2.88) * (D[1] + D[2]) - 2 * D[0]


@pytest.fixture(scope="module")
def case(root):
    return read_case(root / "examples" / "tiny")


@pytest.fixture(scope="module")
def best(case):
    return solve(case, gap=0.0)


def test_the_hand_worked_worth(best):
    assert round(BEST, 4) == 70.1828
    assert best.status == "proved"
    assert best.npv == pytest.approx(BEST, abs=1e-6)


def test_the_plan(best):
    sites = {(plant, period): state for plant, period, state in best.plan.sites.iter_rows()}
    assert [sites["Alba", year] for year in ("2026", "2027", "2028")] == ["open", "closed", "closed"]
    assert sites["Coro", "2028"] == "open"
    assert best.plan.launches.rows() == [("Hatch", "Brix line", "2027")]
    assert best.plan.contracts["offer"].to_list() == ["Volt at Coro"]
    people = {(row["plant"], row["period"]): row for row in best.plan.people.iter_rows(named=True)}
    assert people["Alba", "2027"]["redundant"] == pytest.approx(150)
    assert people["Brix", "2027"]["hires"] == pytest.approx(50)
    assert best.plan.transfers["heads"].sum() == pytest.approx(150)


def test_each_line_of_the_readme(case, best):
    books = keep_books(case, best.plan)
    assert not broken(case, best.plan)
    found = {(item, period): amount for item, period, amount in books.postings.group_by("item", "period").agg(
        pl.col("amount").sum()
    ).iter_rows()}  # fmt: skip
    expected = {
        ("site fixed cost", "2026"): -36.0,
        ("pay", "2026"): -41.0,
        ("pay", "2027"): -36.0,
        ("launch", "2026"): -10.0,
        ("guest launch", "2026"): -2.0,
        ("shift change", "2027"): -1.0,
        ("closure", "2027"): -8.0,
        ("site value", "2027"): 3.0,
        ("redundancy", "2027"): -6.0,
        ("transfer", "2027"): -1.5,
        ("hiring", "2027"): -0.25,
        ("guest fees", "2027"): 6.912,
        ("guest fixed fees", "2028"): 1.0,
        ("guest variable cost", "2028"): -2.88,
    }
    assert {key: found.get(key, 0.0) for key in expected} == pytest.approx(expected)
    assert sum(amount for (_, period), amount in found.items() if period == "2027") == pytest.approx(30.282)


def test_the_guest_is_just_worth_it(case, best):
    """Without the guest Coro closes at once: 10.8 now instead of 6 a year."""
    alone = solve(scenario(case, "no guest"), gap=0.0)
    closing_now = 10.8 * D[0]
    staying = 6 * sum(D)
    assert best.npv - alone.npv == pytest.approx(GUEST - (staying - closing_now), abs=1e-6)
    assert 1.07 < best.npv - alone.npv < 1.08


def test_the_works_councils_wish(case, best):
    kept = solve(scenario(case, "Alba stays"), gap=0.0)
    assert kept.npv == pytest.approx(28 * sum(D) + GUEST - 6 * sum(D), abs=1e-6)
    assert best.npv - kept.npv == pytest.approx(6.603, abs=1e-3)
