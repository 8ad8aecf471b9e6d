"""The most cars that plants can build of what is wanted, in thousands of futures at once, without a solver.

Plants and products, and which product can be built where: most sales are a largest flow, and that is the smallest cut. A network that
falls apart is taken part by part. Where plants hang on few others the smallest cut is found by sums and minima alone
(`transport_cuts`); a part that is knitted too closely is filled path by path (`transport_paths`).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from brownfield.errors import CaseError, Problem, Where
from brownfield.study.machine import compiled_here
from brownfield.study.transport_cuts import Steps, smallest_cuts, steps_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MANY = 20_000
"""Futures from which it pays to work out the steps of the smallest cut, where paths can be filled as machine code."""


def sales(capacity: Floats, links: Bools, demand: Floats) -> Floats:
    """The most cars that can be sold in each future, shape (futures,).

    capacity: cars of each plant, shape (plants,); links: which product can be built where, shape (plants, products); demand: cars
    wanted, shape (futures, products). What no plant can build is lost. All in the same unit.
    """
    total = np.zeros(len(demand))
    for plants, products in parts(links):
        total += part_sales(capacity[plants], links[np.ix_(plants, products)], demand[:, products])
    return total


def parts(links: Bools) -> list[tuple[Ints, Ints]]:
    """Plants and products that hang together, part by part; plants and products without any link are in none."""
    plants, products = links.shape
    i, k = np.nonzero(links)
    size = plants + products
    count, label = connected_components(coo_array((np.ones(len(i)), (i, plants + k)), shape=(size, size)), directed=False)
    found = [np.flatnonzero(label == part) for part in range(count)]
    return [(part[part < plants], part[part >= plants] - plants) for part in found if len(part) > 1]


def part_sales(capacity: Floats, links: Bools, demand: Floats, *, compiled: bool | None = None) -> Floats:
    """The most cars that one part of a network can sell in each future; compiled: as machine code (None: where it can be).

    CaseError (BF549) for a part that is knitted too closely to be cut where nothing can be compiled.
    """
    fast = compiled_here() if compiled is None else compiled
    steps = _steps(links.shape, links.tobytes()) if not fast or len(demand) >= MANY else None
    if steps is not None:
        return smallest_cuts(steps, capacity, demand, compiled=fast)
    if not fast:
        found, fix = f"a part of the network with {len(capacity)} plants", "install the extra: pip install 'brownfield[risk]'"
        raise CaseError([Problem("BF549", Where("routes"), found, "numba, to fill it path by path", fix)])
    from brownfield.study.transport_paths import fill

    return fill(np.ascontiguousarray(capacity, dtype=float), links, np.ascontiguousarray(demand, dtype=float))


@lru_cache(maxsize=4096)
def _steps(shape: tuple[int, ...], links: bytes) -> Steps | None:
    """The steps for a network, worked out once: most periods of a plan have the same routes."""
    return steps_of(np.frombuffer(links, dtype=bool).reshape(shape))


def open_chain(capacity: float, demand: Floats) -> Floats:
    """Cars sold of each product along an open chain of like plants, shape of demand (futures, products).

    Product k can be built at plants k − 1 and k. What plant k − 1 has left goes first, for it is of use to nobody else: the rest left at
    plant k is max(0, c − max(0, D − rest)). Far along the chain each product sells what one in an endless chain does.
    """
    rest, sold = np.zeros(len(demand)), np.empty_like(demand)
    for k in range(demand.shape[1]):
        sold[:, k] = np.minimum(demand[:, k], rest + capacity)
        rest = np.maximum(0.0, capacity - np.maximum(0.0, demand[:, k] - rest))
    return sold


def chain(plants: int, length: int | None = None) -> Bools:
    """Links of like plants and products in closed chains: product k at plants k and k + 1, around each group of `length` plants."""
    size = length or plants
    links = np.eye(plants, dtype=bool)
    for k in range(plants):
        links[k - k % size + (k + 1) % size, k] = True
    return links
