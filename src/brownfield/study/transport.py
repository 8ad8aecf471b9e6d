"""The most cars that plants can build of what is wanted, in thousands of futures at once, without a solver.

Plants and products, and which product can be built where: most sales are a largest flow. A network that falls apart is taken part
by part. Where numba is installed each part is filled path by path, as machine code. Elsewhere, and to check it, the smallest cut
is found: every cut is a set of plants that are full, their capacity and the demand for products that can be built at some other
plant too. Only cuts that some demand could make the smallest are kept, and all are tried on all futures in one product of matrices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from brownfield.errors import CaseError, Problem, Where
from brownfield.study.machine import compiled_here

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MOST_CUTS = 4096
"""Cuts of one part that are tried."""

BLOCK = 1024
"""Futures tried at once: what is worked on stays near the processor."""


@dataclass(frozen=True)
class Cuts:
    """Every cut of one part of a network that could be the smallest: full capacity, and which demand is on top, (cuts, products)."""

    capacity: Floats
    beyond: Floats


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
    """The most cars that one part of a network can sell in each future; compiled: path by path, or by cuts (None: as installed)."""
    if compiled_here() if compiled is None else compiled:
        from brownfield.study.transport_paths import fill

        return fill(np.ascontiguousarray(capacity, dtype=float), np.ascontiguousarray(links), np.ascontiguousarray(demand, dtype=float))
    cuts = cuts_of(capacity, links)
    found = np.empty(len(demand))
    for first in range(0, len(demand), BLOCK):
        tried = cuts.beyond @ demand[first : first + BLOCK].T
        tried += cuts.capacity[:, None]
        found[first : first + BLOCK] = tried.min(axis=0)
    return found


def cuts_of(capacity: Floats, links: Bools) -> Cuts:
    """Every cut that could be the smallest; CaseError (BF549) when there are more than can be tried.

    A set of full plants is worth trying only when it is all the plants of some products: any other plant in it costs its capacity
    and saves nothing. These sets are the unions of the plants of each product.
    """
    where = [int(sum(1 << int(i) for i in np.flatnonzero(links[:, k]))) for k in range(links.shape[1])]
    full = {0}
    for plants in sorted(set(where)):
        full |= {union | plants for union in full}
        if len(full) > MOST_CUTS:
            found, fix = f"a part of the network with {len(capacity)} plants", "install the extra: pip install 'brownfield[line]'"
            raise CaseError([Problem("BF549", Where("routes"), found, "numba, to fill it path by path", fix)])
    sets = sorted(full)
    inside = np.array([[one >> i & 1 for i in range(len(capacity))] for one in sets], dtype=float).reshape(len(sets), len(capacity))
    beyond = np.array([[plants & ~one != 0 for plants in where] for one in sets], dtype=float).reshape(len(sets), len(where))
    return Cuts(inside @ capacity, beyond)


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
