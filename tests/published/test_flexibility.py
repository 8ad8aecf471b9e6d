"""Jordan and Graves (1995) and the long chain: expected sales of flexible networks, recomputed from their stated conventions.

Ten plants of capacity 100, ten products whose demand is Normal(100, 40), drawn within two standard deviations. The figures with a
plain mean demand are exact to a tenth of a car; those of the long chain are limits for endlessly many plants.
"""

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from brownfield.study.drawing import unit_points
from brownfield.study.transport import chain, open_chain, sales

PLANTS = 10
CAPACITY = np.full(PLANTS, 100.0)


def demand(count: int) -> np.ndarray:
    """Truncated normal demand, spread evenly."""
    first, last = ndtr(-2), ndtr(2)
    return 100 + 40 * ndtri(first + unit_points(count, PLANTS, 1, "sobol") * (last - first))


@pytest.fixture(scope="module")
def drawn() -> np.ndarray:
    return demand(1 << 16)


@pytest.mark.parametrize(
    ("name", "links", "published", "tolerance"),
    [
        ("none", np.eye(PLANTS, dtype=bool), 855.442, None),
        ("chain", chain(PLANTS), 951.65, 0.3),
        ("full", np.ones((PLANTS, PLANTS), dtype=bool), 955.45, 0.3),
        ("five 2-chains", chain(PLANTS, 2), 899.3, 0.4),
        ("two 5-chains", chain(PLANTS, 5), 936.6, 0.4),
    ],
)
def test_jordan_and_graves(drawn: np.ndarray, name: str, links: np.ndarray, published: float, tolerance: float | None) -> None:
    sold = sales(CAPACITY, links, drawn)
    allowed = tolerance or 4 * sold.std() / len(sold) ** 0.5
    assert abs(sold.mean() - published) < allowed, name


def test_the_chain_brings_nearly_all_of_total_flexibility(drawn: np.ndarray) -> None:
    none, ring, full = (
        sales(CAPACITY, links, drawn).mean() for links in (np.eye(PLANTS, dtype=bool), chain(PLANTS), np.ones((PLANTS, PLANTS), dtype=bool))
    )
    assert (ring - none) / (full - none) == pytest.approx(0.9621, abs=0.003)


@pytest.mark.parametrize(
    ("name", "at", "published"),
    [
        ("uniform on 0 to 2", lambda u: 2 * u, 0.8958),
        ("0 or 2", lambda u: 2.0 * (u > 0.5), 0.7500),
        ("normal, 1 and 1/3", lambda u: 1 + ndtri(u) / 3, 0.9601),
    ],
)
def test_the_long_chain(name: str, at, published: float) -> None:
    """Sales of each product far along an open chain: what each plant of an endless chain sells for a mean demand of its capacity."""
    # Each product along a chain is one dimension; 2,048 chains of 400 products, the first hundred left to settle.
    points = np.random.default_rng(5).random((2048, 400))
    mirrored = np.concatenate((points, 1 - points))  # antithetic: halves the chance error of the mean
    sold = open_chain(1.0, at(np.clip(mirrored, 1e-12, 1 - 1e-12)))[:, 100:]
    assert sold.mean() == pytest.approx(published, abs=5e-4), name


@pytest.mark.parametrize("count", [2, 3, 6, 9])
def test_a_closed_chain_is_worth_n_steps_of_an_open_one(count: int) -> None:
    """[C_n] = n ([L_n] − [L_{n−1}]) (Simchi-Levi and Wei 2012), on the same kind of demand."""
    wanted = np.random.default_rng(2).uniform(0, 2, size=(200_000, count))
    closed = sales(np.ones(count), chain(count), wanted)
    whole, short = open_chain(1.0, wanted).sum(axis=1), open_chain(1.0, wanted[:, :-1]).sum(axis=1)
    steps = count * (whole - short)
    assert abs(closed.mean() - steps.mean()) < 4 * (steps - closed).std() / len(wanted) ** 0.5
