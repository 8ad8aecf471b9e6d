"""The most cars of a network in thousands of futures: filled path by path, as machine code."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from brownfield.shopfloor.compiled import compiled, inlined

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LEAST = 1e-12
"""A share of the capacity that is nothing."""


def fill(capacity: Floats, links: Bools, demand: Floats) -> Floats:
    """The most cars that can be sold in each future: shortest paths from wanted cars to free plants, until there are none."""
    product, plant = np.nonzero(links.T)
    order = np.argsort(plant, kind="stable")
    of_product = np.searchsorted(product, np.arange(links.shape[1] + 1))
    of_plant = np.searchsorted(plant[order], np.arange(links.shape[0] + 1))
    found: Floats = _fill(capacity, of_product, plant, of_plant, order, product, demand)
    return found


@inlined
def path(
    of_product: Ints, plant: Ints, of_plant: Ints, at_plant: Ints, product: Ints, built: Floats, free: Floats, wanted: Floats,
    by_link: Ints, from_link: Ints, queue: Ints, least: float,
) -> int:  # fmt: skip
    """Breadth first from products still wanted, over plants that could build them, to what these could leave to others.

    Returns the first plant with free capacity, -1 when there is none; by_link and from_link tell the way back.
    """
    tail, head = 0, 0
    by_link[:] = -1
    for k in range(len(wanted)):
        from_link[k] = -1
        if wanted[k] > least:
            from_link[k] = -2
            queue[tail] = k
            tail += 1
    while head < tail:
        k = queue[head]
        head += 1
        for link in range(of_product[k], of_product[k + 1]):
            i = plant[link]
            if by_link[i] >= 0:
                continue
            by_link[i] = link
            if free[i] > least:
                return int(i)
            for place in range(of_plant[i], of_plant[i + 1]):
                other = at_plant[place]
                if built[other] > least and from_link[product[other]] == -1:
                    from_link[product[other]] = other
                    queue[tail] = product[other]
                    tail += 1
    return -1


@inlined
def send(
    end: int, plant: Ints, product: Ints, built: Floats, free: Floats, wanted: Floats, by_link: Ints, from_link: Ints
) -> float:
    """Send as many cars along the path to a plant as it takes; returns how many."""
    cars = free[end]
    i = end
    k = product[by_link[i]]
    while from_link[k] >= 0:
        cars = min(cars, built[from_link[k]])
        i = plant[from_link[k]]
        k = product[by_link[i]]
    cars = min(cars, wanted[k])
    wanted[k] -= cars
    free[end] -= cars
    i = end
    k = product[by_link[i]]
    while from_link[k] >= 0:
        built[by_link[i]] += cars
        built[from_link[k]] -= cars
        i = plant[from_link[k]]
        k = product[by_link[i]]
    built[by_link[i]] += cars
    return float(cars)


@compiled
def _fill(capacity: Floats, of_product: Ints, plant: Ints, of_plant: Ints, at_plant: Ints, product: Ints, demand: Floats) -> Floats:
    """Links are numbered by product; of_plant, at_plant: the links of each plant."""
    plants, products, futures = len(capacity), demand.shape[1], len(demand)
    sold, built = np.zeros(futures), np.zeros(len(plant))
    free, wanted = np.zeros(plants), np.zeros(products)
    by_link, from_link = np.zeros(plants, dtype=np.int64), np.zeros(products, dtype=np.int64)
    queue = np.zeros(products, dtype=np.int64)
    least, total = LEAST * (capacity.sum() + 1.0), capacity.sum()
    for f in range(futures):
        left, spare = 0.0, total
        for i in range(plants):
            free[i] = capacity[i]
        for k in range(products):
            want = demand[f, k]
            for link in range(of_product[k], of_product[k + 1]):
                cars = min(want, free[plant[link]])
                built[link] = cars
                want -= cars
                free[plant[link]] -= cars
                spare -= cars
            wanted[k] = want
            left += want
        while left > least and spare > least:
            end = path(of_product, plant, of_plant, at_plant, product, built, free, wanted, by_link, from_link, queue, least)
            if end < 0:
                break
            cars = send(end, plant, product, built, free, wanted, by_link, from_link)
            left -= cars
            spare -= cars
        sold[f] = total - spare
    return sold
