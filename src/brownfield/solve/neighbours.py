"""Better plans from a good one: free what two plants that share products decide, keep the rest, solve, repeat."""

from __future__ import annotations

import numpy as np

from brownfield.model.assemble import Model
from brownfield.model.program import Floats, Ints
from brownfield.solve.highs import part
from brownfield.solve.progress import Watch

GAP = 0.001
BRANCHES = 10
"""Work limit of one pair of plants."""
IN_VAIN = 5
"""Pairs tried in a row without a better plan before the search ends."""
SHARE = 0.25
"""Part of the time limit after which it ends in any case."""


def improve(model: Model, watch: Watch, plan: Floats) -> Floats:
    """The plan after a search through pairs of plants, most shared demand first.

    A pair is tried again only when one of its plants has changed; the search ends when no pair is left, or too many were
    tried in vain.
    """
    program = model.program
    plant = _plant_of_columns(model)
    lower, upper = program.column_bounds()
    whole = program.integer_columns()
    best, worth = plan, float(program.objective @ plan)
    began, in_vain, waiting = watch.seconds, 0, _pairs(model)
    while waiting and in_vain < IN_VAIN and not watch.should_stop():
        if watch.time_limit is not None and watch.seconds - began > SHARE * watch.time_limit:
            watch.by_clock = True
            break
        one, other = waiting.pop(0)
        kept = whole & (plant >= 0) & (plant != one) & (plant != other)
        low, high = np.where(kept, np.round(best), lower), np.where(kept, np.round(best), upper)
        found = part(program, low, high, whole, gap=GAP, branches=BRANCHES, watch=watch, share=SHARE / 4, start=best)
        if found is None or float(program.objective @ found) <= worth * (1 + np.sign(worth) * 1e-6):
            in_vain += 1
            continue
        in_vain = 0
        best, worth = found, float(program.objective @ found)
        watch.found(worth + program.constant, best)
        again = [pair for pair in _pairs(model) if pair not in waiting and {one, other} & set(pair) and pair != (one, other)]
        waiting += again
    return best


def _pairs(model: Model) -> list[tuple[int, int]]:
    """Pairs of plants that can build the same products, most shared demand first; then plants on their own."""
    data = model.data
    builds = np.zeros((len(data.plants), len(data.products)))
    builds[data.route_plant, data.route_product] = 1.0
    shared = (builds * data.most_wanted.sum(axis=1)) @ builds.T
    pairs = [(float(shared[i, j]), i, j) for i in range(len(data.plants)) for j in range(i) if shared[i, j] > 0]
    alone = [(0.0, i, i) for i in range(len(data.plants))]
    return [(i, j) for _, i, j in sorted(pairs + alone, key=lambda entry: (-entry[0], entry[1], entry[2]))]


def _plant_of_columns(model: Model) -> Ints:
    """Plant of every whole column that belongs to one; -1 for offers of no plant, payment terms and continuous columns."""
    data, x = model.data, model.decisions
    owner = np.full(model.program.column_count, -1, dtype=np.int64)
    plants = np.arange(len(data.plants))
    blocks = [(x.open, plants), (x.idle, plants), (x.closed, plants), (x.opened, plants), (x.runs, data.line_plant)]
    blocks += [(x.launch, data.route_plant), (x.builds, data.route_plant)]
    for columns, of in blocks:
        for number, i in enumerate(of):
            mine = columns[number]
            owner[mine[mine >= 0]] = i
    for number, option in enumerate(x.options):
        owner[x.starts[number]] = option.plant
        mine = x.exits[number]
        owner[mine[mine >= 0]] = option.plant
    return owner
