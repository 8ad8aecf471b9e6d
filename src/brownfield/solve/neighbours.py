"""Better plans from a good one: free what two plants that share products decide, keep the rest, solve, repeat."""

from __future__ import annotations

import numpy as np

from brownfield.model.assemble import Model
from brownfield.model.program import Floats, Ints
from brownfield.solve.highs import part
from brownfield.solve.progress import Watch

SECONDS = 8.0
"""Most seconds for one pair of plants."""
GAP = 0.001


def improve(model: Model, watch: Watch, plan: Floats, seconds: float) -> Floats:
    """The plan after a search through pairs of plants, most shared demand first, for at most `seconds`.

    A pair is tried again only when a plant that it shares products with has changed; the search ends when no pair is left.
    """
    program = model.program
    plant = _plant_of_columns(model)
    lower, upper = program.column_bounds()
    whole = program.integer_columns()
    best, worth = plan, float(program.objective @ plan)
    end = watch.seconds + seconds
    waiting = _pairs(model)
    while waiting and watch.seconds < end and not watch.should_stop():
        one, other = waiting.pop(0)
        kept = whole & (plant >= 0) & (plant != one) & (plant != other)
        low, high = np.where(kept, np.round(best), lower), np.where(kept, np.round(best), upper)
        found = part(program, low, high, whole, seconds=min(SECONDS, end - watch.seconds), gap=GAP, start=best)
        if found is None or float(program.objective @ found) <= worth * (1 + np.sign(worth) * 1e-6):
            continue
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
