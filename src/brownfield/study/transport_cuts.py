"""The smallest cut of a network in thousands of futures at once: plants are taken out of the question one after another.

A cut says of each plant whether it is full (its capacity counts) or not (the demand for every product it can build counts). What the best
answer for a plant costs hangs only on the plants that share products with it, so each plant is settled for every answer of
those, and gone. A chain leaves two neighbours at a time: four sums and minima for each plant, whatever the number of plants.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product as every

import numpy as np
import numpy.typing as npt

from brownfield.study.machine import compiled_here

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

WIDEST = 8
"""Plants at most on which the answer for one plant may hang: the work doubles with each."""

LANES = 128
"""Futures worked on side by side."""

Table = tuple[tuple[int, ...], dict[tuple[int, ...], int]]
"""Plants, and for each answer of theirs the register that holds its cost (no entry: nothing)."""


@dataclass(frozen=True)
class Steps:
    """Sums and minima, in order: register count + i becomes the smaller of the sums of two lists of registers.

    Registers: demand of each kind of product, capacity of each plant, then one for each step. kinds: which kind each product is of.
    ends: for each step where its first and its second list end in `sources`; answers: registers whose sum is the smallest cut.
    """

    kinds: Ints
    ends: Ints
    sources: Ints
    answers: Ints


def steps_of(links: Bools) -> Steps | None:
    """How the smallest cut of a network is found, whatever capacity and demand; None when plants hang together too closely."""
    plants, _ = links.shape
    alike, kinds = np.unique(links, axis=1, return_inverse=True)
    kinds = kinds.reshape(-1)
    count = alike.shape[1]
    tables: list[Table] = [((i,), {(1,): count + i}) for i in range(plants)]
    for kind in range(count):
        where = tuple(np.flatnonzero(alike[:, kind]).tolist())
        if where:
            tables.append((where, {answer: kind for answer in every((0, 1), repeat=len(where)) if not all(answer)}))
    ends, sources, last = [0], [], count + plants
    while any(scope for scope, _ in tables):
        chosen = min({i for scope, _ in tables for i in scope}, key=lambda i: (len(_around(tables, i)), i))
        scope = sorted(_around(tables, chosen))
        if len(scope) > WIDEST:
            return None
        mine = [table for table in tables if chosen in table[0]]
        entries = {}
        for answer in every((0, 1), repeat=len(scope)):
            for own in (0, 1):
                known = dict(zip(scope, answer, strict=True)) | {chosen: own}
                costs = [cost.get(tuple(known[i] for i in places)) for places, cost in mine]
                sources += [register for register in costs if register is not None]
                ends.append(len(sources))
            entries[answer] = last
            last += 1
        tables = [table for table in tables if chosen not in table[0]] + [(tuple(scope), entries)]
    answers = [register for _, costs in tables for register in costs.values()]
    return Steps(kinds, np.array(ends), np.array(sources, dtype=np.int64), np.array(answers, dtype=np.int64))


def _around(tables: list[Table], plant: int) -> set[int]:
    """The other plants in one table with a plant."""
    return {i for scope, _ in tables if plant in scope for i in scope} - {plant}


def smallest_cuts(steps: Steps, capacity: Floats, demand: Floats, *, compiled: bool | None = None) -> Floats:
    """The smallest cut of each future, demand of shape (futures, products); as machine code or by numpy (None: as installed)."""
    count = int(steps.kinds.max()) + 1
    wanted = np.zeros((count, len(demand)))
    for product, kind in enumerate(steps.kinds):
        wanted[kind] += demand[:, product]
    if compiled_here() if compiled is None else compiled:
        from brownfield.study.transport_lanes import run

        return run(steps.ends, steps.sources, steps.answers, capacity, wanted, LANES)
    registers = [*wanted, *(np.full(len(demand), amount) for amount in capacity)]
    nothing = np.zeros(len(demand))
    for step in range(0, len(steps.ends) - 1, 2):
        lists = (steps.sources[steps.ends[at] : steps.ends[at + 1]] for at in (step, step + 1))
        one, other = (sum((registers[register] for register in chosen), start=nothing) for chosen in lists)
        registers.append(np.minimum(one, other))
    return np.asarray(sum((registers[register] for register in steps.answers), start=nothing))
