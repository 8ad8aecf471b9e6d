"""Futures: their distributions, correlations and shocks are those of the case, and the same everywhere; fewer stand for many."""

from pathlib import Path

import numpy as np
import pytest

import brownfield as bf
from brownfield.case.case import Case
from brownfield.case.checks import check
from brownfield.case.nearest import is_correlation, nearest_correlation
from brownfield.errors import CaseError
from brownfield.study.drawing import quantile, unit_points
from brownfield.study.futures import futures
from brownfield.study.reduction import distances, reduced
from study.uncertain import CRISIS, ECONOMY, HATCH, VOLT, uncertain

TINY = Path(__file__).parents[2] / "examples" / "tiny"
NONE = {"middle": 1.0, "spread": None, "low": None, "high": None, "chance": None}
KNOWN = [1.072899022, 0.785296585, 0.883187533]
"""The first factors of one uncertainty, as any machine draws them."""


@pytest.fixture(scope="module")
def tiny() -> Case:
    return bf.read_case(TINY)


@pytest.mark.parametrize(
    ("row", "middle", "spread"),
    [
        ({"distribution": "normal", "spread": 0.1}, 1.0, 0.1),
        ({"distribution": "normal", "spread": 0.4, "low": 0.2, "high": 1.8}, 1.0, 0.35185),
        ({"distribution": "lognormal", "spread": 0.3, "middle": 1.2}, 1.2, 0.3),
        ({"distribution": "uniform", "low": 0.5, "high": 1.5}, 1.0, 1 / 12**0.5),
        ({"distribution": "triangular", "low": 0.0, "high": 3.0, "middle": 1.5}, 1.5, 3 / 24**0.5),
        ({"distribution": "two-point", "low": 0.0, "high": 2.0}, 1.0, 1.0),
        ({"distribution": "two-point", "low": 0.0, "high": 1.0, "chance": 0.25}, 0.25, 0.1875**0.5),
        ({"distribution": "certain", "middle": 1.1}, 1.1, 0.0),
    ],
)
def test_a_distribution_has_its_mean_and_spread(row: dict, middle: float, spread: float) -> None:
    drawn = quantile(NONE | row, unit_points(1 << 14, 1, 3, "sobol")[:, 0])
    assert drawn.mean() == pytest.approx(middle, abs=2e-3)
    assert drawn.std() == pytest.approx(spread, abs=3e-3)


@pytest.mark.parametrize("method", ["sobol", "lhs"])
def test_correlation_growth_and_shocks_are_those_of_the_case(tiny: Case, method: str) -> None:
    rows = [{"first": "Hatch", "second": "Volt takes", "correlation": -0.6}]
    grows = ECONOMY | {"growth": 0.1, "spread": 0.01, "growth_spread": 0.0}
    case = uncertain(tiny, uncertainties=[grows, VOLT, HATCH], correlations=rows, shocks=[CRISIS | {"product": "Van"}])
    drawn = futures(case, 4096, 1, method)
    factors, takes = drawn.factors(), drawn.takes()
    cells = list(drawn.cells.select("product", "period").iter_rows())
    hatch, van, wagon = (cells.index((name, "2028")) for name in ("Hatch", "Van", "Wagon"))
    scores = [np.argsort(np.argsort(values)) for values in (factors[:, hatch], takes[:, 0, 0])]
    assert np.corrcoef(*scores)[0, 1] == pytest.approx(6 / np.pi * np.arcsin(-0.3), abs=0.03)  # Spearman's from Pearson's
    assert factors[:, wagon].mean() == pytest.approx(1.1**2.5, rel=5e-3)
    hit = factors[:, van] / factors[:, wagon]
    assert (hit > 0.5 - 1e-6).all()
    assert (hit < 1 + 1e-6).all()
    in_full = 0.8**1.5 - 0.8**2  # 2028 lies in a shock as a whole when it began in the half year before
    assert (hit < 0.5 + 1e-6).mean() == pytest.approx(in_full, abs=0.01)


def test_the_same_seed_gives_the_same_futures_everywhere(tiny: Case) -> None:
    case = uncertain(tiny, uncertainties=[ECONOMY, VOLT, HATCH])
    one, other = futures(case, 50, 7), futures(case, 50, 7)
    assert (one.factors() == other.factors()).all()
    assert (one.factors() != futures(case, 50, 8).factors()).any()
    assert (futures(case, 20, 7).factors() == one.factors()[:20]).all()
    assert [float(one.paths[0, s, 0]) for s in range(3)] == KNOWN


def test_futures_of_ones_own(tiny: Case) -> None:
    rows = [{"future": "good", "probability": 0.25}, {"future": "bad", "probability": 0.75}]
    said = [
        {"future": "bad", "product": "Hatch", "factor": 0.5},
        {"future": "bad", "product": "Hatch", "period": "2028", "factor": 0.2},
        {"future": "good", "product": "Van", "market": "home", "factor": 1.4},
        {"future": "bad", "product": "Volt", "factor": 0.1},
    ]
    found = futures(uncertain(tiny, futures=rows, future_demand=said))
    assert found.names == ("bad", "good")
    assert found.weights.tolist() == [0.75, 0.25]
    cells = dict(zip(found.cells.select("product", "period").iter_rows(), found.factors().T.tolist(), strict=True))
    assert (cells["Hatch", "2026"], cells["Hatch", "2028"], cells["Van", "2027"]) == ([0.5, 1.0], [0.2, 1.0], [1.0, 1.4])
    assert found.takes()[:, 0, 1].tolist() == [0.1, 1.0]
    wanted = dict(found.case(tiny, 0).active("demand").filter(product="Hatch").select("period", "cars").iter_rows())
    assert wanted == {"2026": 7500.0, "2027": 7500.0, "2028": 3000.0}


@pytest.mark.parametrize(("n", "code"), [(0, "BF546"), (-3, "BF546"), (2_000_000, "BF546")])
def test_a_number_of_futures_that_cannot_be(tiny: Case, n: int, code: str) -> None:
    with pytest.raises(CaseError) as error:
        futures(uncertain(tiny, uncertainties=[ECONOMY]), n)
    assert [problem.code for problem in error.value.problems] == [code]


def test_a_case_without_futures(tiny: Case) -> None:
    with pytest.raises(CaseError) as error:
        futures(tiny)
    assert [problem.code for problem in error.value.problems] == ["BF545"]


def test_the_nearest_correlation_matrix_of_higham() -> None:
    """The example of Higham (2002): (1 1 0; 1 1 1; 0 1 1), whose nearest correlation matrix has 0.7607 and 0.1573."""
    matrix = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0]])
    assert not is_correlation(matrix)
    free = nearest_correlation(matrix, np.ones((3, 3), dtype=bool))
    assert free[0, 1] == pytest.approx(0.7607, abs=2e-4)
    assert free[0, 2] == pytest.approx(0.1573, abs=2e-4)
    kept = nearest_correlation(matrix, matrix > 0)
    assert kept[0, 2] == 0
    assert is_correlation(kept)
    assert kept[0, 1] == pytest.approx(0.5**0.5, abs=2e-4)


def test_impossible_correlations_are_refused_and_what_is_offered_is_possible(tiny: Case) -> None:
    names = ["economy", "Volt takes", "Hatch"]
    pairs = [(names[0], names[1], -0.9), (names[0], names[2], 0.9), (names[1], names[2], 0.9)]
    rows = [{"first": a, "second": b, "correlation": c} for a, b, c in pairs]
    case = uncertain(tiny, uncertainties=[ECONOMY, VOLT, HATCH], correlations=rows)
    problems = [problem for problem in check(case) if problem.code == "BF538"]
    assert [problem.where.row for problem in problems] == [2, 3, 4]
    offered = [float(problem.fix.split(" have ")[1].split(" ")[0]) for problem in problems]
    better = [row | {"correlation": value} for row, value in zip(rows, offered, strict=True)]
    assert check(uncertain(tiny, uncertainties=[ECONOMY, VOLT, HATCH], correlations=better)) == []
    assert futures(case.with_table("correlations", uncertain(tiny, correlations=better).table("correlations")), 10).paths.shape[1] == 10


@pytest.mark.parametrize("method", ["forward", "groups"])
def test_fewer_futures_stand_for_many_and_say_how_well(tiny: Case, method: str) -> None:
    many = futures(uncertain(tiny, uncertainties=[ECONOMY, VOLT, HATCH]), 200, 1)
    lost = []
    for k in (1, 5, 50, 200):
        few = reduced(many, k, method)
        assert len(few.futures) <= k
        assert few.futures.weights.sum() == pytest.approx(1)
        lost.append(few.distance)
    assert lost == sorted(lost, reverse=True)
    assert lost[-1] == pytest.approx(0, abs=1e-6)
    assert lost[0] > 1000


def test_forward_selection_is_best_for_one_and_its_distance_is_what_it_says(tiny: Case) -> None:
    many = futures(uncertain(tiny, uncertainties=[ECONOMY, HATCH]), 60, 1)
    one = reduced(many, 1)
    apart = distances(many.demand(), many.demand())
    assert one.distance == pytest.approx((apart @ many.weights).min(), rel=1e-6)
    with pytest.raises(CaseError) as error:
        reduced(many, 61)
    assert error.value.problems[0].code == "BF547"
