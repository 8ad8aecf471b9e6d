"""All 37 instances with known optima as Brownfield cases, to a hundredth, with no gap allowed."""

import csv

import pytest
from orlib import PRICE, TOTAL_DEMAND, as_case, read_instance

from brownfield.solve import solve

NAMES = [
    *(f"cap{i}" for i in (41, 42, 43, 44, 51)),
    *(f"cap{10 * i + j}" for i in (6, 7, 8, 9, 10, 11, 12, 13) for j in (1, 2, 3, 4)),
]


@pytest.mark.parametrize("name", NAMES)
def test_optimum(shared, name):
    folder = shared / "benchmarks" / "network" / "orlib_cap"
    with (folder / "optima.csv").open(newline="") as lines:
        optima = {row["instance"]: float(row["published_optimum"]) for row in csv.DictReader(lines) if not row["capacity"]}
    outcome = solve(as_case(read_instance(folder / f"{name}.txt"), name), gap=0.0)
    assert outcome.status == "proved"
    assert PRICE * TOTAL_DEMAND - outcome.npv == pytest.approx(optima[name], abs=0.01)


def test_a_damaged_copy_is_refused(tmp_path):
    bad = tmp_path / "cap41.txt"
    bad.write_text("1 1\n5000 7500.\n549\n100.0\n")
    with pytest.raises(ValueError, match="demands total 549"):
        read_instance(bad)


def test_a_customer_without_demand_is_no_market(tmp_path):
    file = tmp_path / "cap00.txt"
    file.write_text("1 2\n60000 7500.\n58268\n100.0\n0\n0.0\n")
    case = as_case(read_instance(file), "cap00")
    assert case.table("markets")["market"].to_list() == ["C00"]
