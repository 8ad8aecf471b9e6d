"""First plans of blocks that fit together: each product at home in one block, cash dear enough that none takes too much of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from brownfield.model.assemble import Model
from brownfield.model.program import Floats, Ints
from brownfield.solve.blocks import people_between
from brownfield.solve.pieces import Piece

IMPLIED = ("ships_open", "ships_launched")
"""Rules that make the relaxation strong and are implied by others for whole decisions; most of the rows of a large model."""
DEARER = 0.5
"""What a million more is worth in the period that was shortest of cash, in millions."""


def lean(model: Model, piece: Piece) -> Piece:
    """A piece without the implied rules: where whole decisions are kept it is the same, and quicker."""
    keep = np.ones(piece.matrix.shape[0], dtype=bool)
    for family in IMPLIED:
        for block in model.program.family(family):
            keep[block.first : block.first + block.count] = False
    rows = np.flatnonzero(keep)
    part = csr_array(piece.matrix[rows])
    return replace(piece, matrix=part, row_lower=piece.row_lower[rows], row_upper=piece.row_upper[rows])


def all_stay(model: Model, piece: Piece, cluster: Ints) -> Piece:
    """The piece when nobody moves between plants of two clusters."""
    upper = piece.upper.copy()
    upper[people_between(model, cluster)] = 0.0
    return replace(piece, upper=np.maximum(upper, piece.lower))


def each_at_home(model: Model, piece: Piece, cluster: Ints, solution: Floats) -> Piece:
    """The piece when each product is built in one cluster only: the one that builds most of it in the relaxation.

    At the prices of the relaxation a product that two blocks could build is worth just what it costs in either, so that both may
    leave it; plans of blocks are made from this piece, where its buyers belong to one of them.
    """
    data, x = model.data, model.decisions
    built = np.zeros((len(data.products), int(cluster.max()) + 1))
    of = cluster[data.route_plant]
    r, t = np.nonzero(x.makes >= 0)
    np.add.at(built, (data.route_product[r], of[r]), solution[x.makes[r, t]])
    np.add.at(built, (data.route_product, of), 1e-9)
    home = built.argmax(axis=1)
    ships = data.ships
    k, i = ships["k"].to_numpy(), ships["i"].to_numpy()
    away = data.own[data.route_product] & (home[data.route_product] != of)
    gone = np.concatenate([x.makes[away].ravel(), x.launch[away].ravel(), x.builds[away].ravel(), x.ships[home[k] != cluster[i]]])
    upper = piece.upper.copy()
    upper[gone[gone >= 0]] = 0.0
    keep = np.ones(len(upper))
    keep[gone[gone >= 0]] = 0.0
    matrix = csr_array(piece.matrix * keep)
    matrix.eliminate_zeros()
    return replace(piece, upper=np.maximum(upper, piece.lower), matrix=matrix)


def dearer(model: Model, price: Floats, short: Floats) -> Floats:
    """Prices of rows with cash worth more up to each period that fell short of it, most where most was missing.

    short: missing cash, shape (T,), some of it above nothing. A price on the floor of a period is one on all that flows until then.
    """
    price = price.copy()
    for block in model.program.family("cash_balance"):
        price[block.first : block.first + block.count] += np.cumsum((DEARER / short.max() * short)[::-1])[::-1]
    return price
