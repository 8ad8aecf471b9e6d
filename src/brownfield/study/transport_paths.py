"""The most cars of a network in thousands of futures: filled path by path, as machine code."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from brownfield.shopfloor.compiled import compiled

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEAST = 1e-12
"""A share of the capacity that is nothing."""


@compiled
def fill(capacity: Floats, links: Bools, demand: Floats) -> Floats:
    """The most cars that can be sold in each future: shortest paths from wanted cars to free plants, until there are none."""
    plants, products = links.shape
    futures = len(demand)
    sold = np.zeros(futures)
    built = np.zeros((plants, products))
    free, wanted = np.zeros(plants), np.zeros(products)
    came_product, came_plant = np.zeros(plants, dtype=np.int64), np.zeros(products, dtype=np.int64)
    queue = np.zeros(plants + products, dtype=np.int64)
    least = LEAST * (capacity.sum() + 1.0)
    for f in range(futures):
        built[:, :] = 0.0
        for i in range(plants):
            free[i] = capacity[i]
        for k in range(products):
            wanted[k] = demand[f, k]
            for i in range(plants):
                if links[i, k] and wanted[k] > 0.0 and free[i] > 0.0:
                    cars = min(wanted[k], free[i])
                    built[i, k] += cars
                    wanted[k] -= cars
                    free[i] -= cars
        while True:
            # Breadth first: from products still wanted, over plants that could build them, to what these could leave to others.
            came_product[:], came_plant[:] = -1, -1
            head, tail, end = 0, 0, -1
            for k in range(products):
                if wanted[k] > least:
                    came_plant[k] = plants
                    queue[tail] = plants + k
                    tail += 1
            while head < tail and end < 0:
                node = queue[head]
                head += 1
                if node >= plants:
                    k = node - plants
                    for i in range(plants):
                        if links[i, k] and came_product[i] < 0:
                            came_product[i] = k
                            if free[i] > least:
                                end = i
                                break
                            queue[tail] = i
                            tail += 1
                else:
                    for k in range(products):
                        if built[node, k] > least and came_plant[k] < 0:
                            came_plant[k] = node
                            queue[tail] = plants + k
                            tail += 1
            if end < 0:
                break
            cars, i = free[end], end
            while True:
                k = came_product[i]
                back = came_plant[k]
                if back == plants:
                    cars = min(cars, wanted[k])
                    break
                cars = min(cars, built[back, k])
                i = back
            i = end
            free[end] -= cars
            while True:
                k = came_product[i]
                built[i, k] += cars
                back = came_plant[k]
                if back == plants:
                    wanted[k] -= cars
                    break
                built[back, k] -= cars
                i = back
        for i in range(plants):
            sold[f] += capacity[i] - free[i]
    return sold
