"""Most sales of a network: path by path, by cuts and by a linear program they are the same; what Jordan and Graves say holds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from brownfield.errors import CaseError
from brownfield.study.transport import chain, open_chain, part_sales, parts, sales
from brownfield.study.transport_cuts import steps_of
from brownfield.study.transport_paths import fill


def by_program(capacity: np.ndarray, links: np.ndarray, demand: np.ndarray) -> float:
    """Most sales by a linear program."""
    i, k = np.nonzero(links)
    if len(i) == 0:
        return 0.0
    rows = np.vstack([*(1.0 * (i == plant) for plant in range(len(capacity))), *(1.0 * (k == product) for product in range(len(demand)))])
    return -float(linprog(-np.ones(len(i)), A_ub=rows, b_ub=np.concatenate((capacity, demand)), method="highs").fun)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000))
def test_paths_cuts_and_a_linear_program_agree(seed: int) -> None:
    rng = np.random.default_rng(seed)
    plants, products = int(rng.integers(1, 7)), int(rng.integers(1, 8))
    links = rng.random((plants, products)) < rng.uniform(0.1, 0.9)
    capacity = rng.uniform(0, 2, plants) * (rng.random(plants) < 0.9)
    demand = rng.uniform(0, 2, (4, products)) * (rng.random((4, products)) < 0.9)
    expected = np.array([by_program(capacity, links, row) for row in demand])
    for compiled in (True, False):
        found = np.zeros(4)
        for i, k in parts(links):
            found += part_sales(capacity[i], links[np.ix_(i, k)], demand[:, k], compiled=compiled)
        assert found == pytest.approx(expected, abs=1e-9)
    assert fill(capacity, links, demand) == pytest.approx(expected, abs=1e-9)
    assert sales(capacity, links, demand) == pytest.approx(expected, abs=1e-9)


def test_the_shortfall_formula_holds_on_every_draw() -> None:
    """Lost cars = most over sets of products of their demand less the capacity of their plants."""
    links, demand = chain(6), np.random.default_rng(1).uniform(0, 2, (200, 6))
    worst = np.zeros(200)
    for chosen in range(64):
        products = np.array([chosen >> k & 1 for k in range(6)], dtype=bool)
        worst = np.maximum(worst, demand[:, products].sum(axis=1) - links[:, products].any(axis=1).sum())
    assert demand.sum(axis=1) - sales(np.ones(6), links, demand) == pytest.approx(worst, abs=1e-9)


def test_an_open_chain_is_filled_from_its_end() -> None:
    links = np.eye(5, dtype=bool) | np.eye(5, k=1, dtype=bool)
    demand = np.random.default_rng(3).uniform(0, 2, (100, 5))
    assert open_chain(1.0, demand).sum(axis=1) == pytest.approx(sales(np.ones(5), links, demand), abs=1e-9)


def test_each_link_of_a_chain_adds_more_than_the_one_before() -> None:
    """Closing the chain adds most (Simchi-Levi and Wei 2012)."""
    demand = np.random.default_rng(4).uniform(0, 2, (100_000, 5))
    links, sold = np.eye(5, dtype=bool), [sales(np.ones(5), np.eye(5, dtype=bool), demand).mean()]
    for k in range(5):
        links[(k + 1) % 5, k] = True
        sold.append(sales(np.ones(5), links, demand).mean())
    gains = np.diff(sold)
    assert (np.diff(gains) > -1e-3).all()
    assert gains[-1] == max(gains)


def test_a_part_that_is_knitted_too_closely_is_filled_or_refused() -> None:
    rng = np.random.default_rng(6)
    links = rng.random((14, 20)) < 0.5
    demand = rng.uniform(0, 2, (20, 20))
    assert steps_of(links) is None
    assert sales(np.ones(14), links, demand) == pytest.approx([by_program(np.ones(14), links, row) for row in demand], abs=1e-9)
    with pytest.raises(CaseError) as error:
        part_sales(np.ones(14), links, demand, compiled=False)
    assert error.value.problems[0].code == "BF549"


def test_a_chain_takes_four_steps_a_plant() -> None:
    steps = steps_of(chain(30))
    assert steps is not None
    assert (len(steps.ends) - 1) / 2 <= 4 * 30
