"""The six questions about Giant Motor Company, as an ordinary case with scenarios."""

import polars as pl
import pytest

from brownfield.case.changes import scenario
from brownfield.files import read_case
from brownfield.solve import solve

PUBLISHED = {
    "": 2585.7142857,
    "no retooling": 2050.0,
    "retool Libra": 2560.0,
    "retool both": 1650.0,
    "any with Hydra": 3620.0,
    "any": 4040.0,
}


@pytest.fixture(scope="module")
def case(root):
    return read_case(root / "examples" / "giant_motor")


@pytest.mark.parametrize("question", PUBLISHED)
def test_published(case, question):
    outcome = solve(scenario(case, question) if question else case, gap=0.0)
    assert outcome.status == "proved"
    assert outcome.npv == pytest.approx(PUBLISHED[question], abs=0.001)


def test_without_the_netting_of_the_book(case):
    """Lyra buyers who take a Libra leave Hydra's 7,143 switchers alone: 4,286 more Hydras at 5,000 each."""
    outcome = solve(scenario(case, "own reading"), gap=0.0)
    assert outcome.npv == pytest.approx(2585.7142857 + 21.4285714, abs=0.001)


def test_the_best_plan(case):
    """Retool Lyra, keep Libra and Hydra."""
    outcome = solve(case, gap=0.0)
    sites = outcome.plan.sites
    assert set(sites.filter(sites["state"] == "open")["plant"]) == {"NewLyra", "Libra", "Hydra"}
    cars = dict(outcome.plan.makes.group_by("product").agg(pl.col("cars").sum()).iter_rows())
    assert cars == pytest.approx({"Lyra": 1257142.857, "Libra": 1142857.143, "Hydra": 802857.143}, abs=1)
