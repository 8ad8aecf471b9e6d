"""First plans of blocks that fit together: each product at home in one block, cash dear enough that none takes too much of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, hstack

from brownfield.model.assemble import Model
from brownfield.model.program import Floats, Ints
from brownfield.solve.blocks import people_between
from brownfield.solve.pieces import Piece

IMPLIED = ("ships_open", "ships_launched")
"""Rules that make the relaxation strong and are implied by others for whole decisions; most of the rows of a large model."""
DEARER = 0.5
"""What a million more is worth in the period that was shortest of cash, in millions."""
MISSED = 100.0
"""What a million of missing cash costs, in millions: far more than any plan gains by it. A policy that is
missed altogether costs as many times the gross value of a plan."""


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


def with_misses(model: Model, piece: Piece, gross: float) -> Piece:
    """The piece when cash may fall short of its floor and policies may be missed, both dearly: columns more, after all others.

    The first of them are for the floor, one for each period. gross: gross value of a plan, the worth of which a policy missed
    altogether costs some times.
    """
    floor, policies = (_rows(model, family) for family in ("liquidity_floor", "hold_policies"))
    if not len(floor) + len(policies):
        return piece
    low, high = policies[np.isfinite(piece.row_lower[policies])], policies[np.isfinite(piece.row_upper[policies])]
    asked = np.abs(np.concatenate([piece.row_lower[low], piece.row_upper[high]]))
    price = MISSED * np.concatenate([np.ones(len(floor)), gross / np.maximum(asked, 1.0)])
    sign = np.concatenate([np.ones(len(floor) + len(low)), -np.ones(len(high))])
    extra, none = len(sign), np.zeros(len(sign))
    missed = csr_array((sign, (np.concatenate([floor, low, high]), np.arange(extra))), shape=(piece.matrix.shape[0], extra))
    return replace(
        piece,
        worth=np.concatenate([piece.worth, -price]),
        lower=np.concatenate([piece.lower, none]),
        upper=np.concatenate([piece.upper, none + np.inf]),
        matrix=csr_array(hstack([piece.matrix, missed])),
        whole=np.concatenate([piece.whole, none > 0]),
    )


def _rows(model: Model, family: str) -> Ints:
    """Numbers of the rows of a rule."""
    blocks = model.program.family(family)
    return np.concatenate([np.arange(block.first, block.first + block.count) for block in blocks] or [np.zeros(0, dtype=np.int64)])


def dearer(model: Model, price: Floats, short: Floats) -> Floats:
    """Prices of rows with cash worth more up to each period that fell short of it, most where most was missing.

    short: missing cash, shape (T,), some of it above nothing. A price on the floor of a period is one on all that flows until then.
    """
    price = price.copy()
    for block in model.program.family("cash_balance"):
        price[block.first : block.first + block.count] += np.cumsum((DEARER / short.max() * short)[::-1])[::-1]
    return price
