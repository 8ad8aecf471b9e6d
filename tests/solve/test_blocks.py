"""Cut into blocks, a model loses nothing: whatever the prices and the clusters, the blocks together bound every plan."""

from dataclasses import replace

import numpy as np
import pytest

from brownfield.case.synthetic import synthetic_case
from brownfield.model.assemble import assemble
from brownfield.solve.blocks import (
    PLANTS,
    blocks_of_columns,
    clusters,
    divide,
    linked_columns,
    people_between,
    plant_of_columns,
    with_copies,
)
from brownfield.solve.cash import cash_prices
from brownfield.solve.highs import run
from brownfield.solve.pieces import relax, search, whole_piece
from brownfield.solve.progress import Watch
from tests.oracle.enumerate import best
from tests.oracle.random_case import random_case

MADE_UP = [(3, 4, 3, 1), (3, 6, 4, 2), (4, 5, 4, 4), (5, 6, 3, 3)]
DRAWN = range(12)
"""Seeds of random cases with every kind of rule."""
ENUMERATED = (0, 2)
"""Those of them that are read by the enumeration too, which takes long."""
EXACT = 1e-6
"""What two exact readings may differ by, as a share of gross value."""


def watch():
    return Watch(np.zeros(1), 0.0, None)


def relaxed(piece):
    """A piece of which nothing has to be whole."""
    return replace(piece, whole=np.zeros_like(piece.whole))


def worth(piece):
    """Worth of the best solution of a piece; infinite when it has no end, or when HiGHS does not say."""
    if not len(piece.worth):
        return piece.constant
    return search(piece, watch()).bound


def groupings(plants, rng):
    """Each plant alone, random pairs, all together."""
    pairs = np.empty(plants, dtype=np.int64)
    pairs[rng.permutation(plants)] = np.arange(plants) // 2
    return {"alone": np.arange(plants), "pairs": pairs, "together": np.zeros(plants, dtype=np.int64)}


class Cut:
    """A model cut along some clusters of plants: the pieces, and what they were cut from."""

    def __init__(self, model, cluster, price):
        piece = whole_piece(model)
        block = blocks_of_columns(piece, plant_of_columns(model), cluster)
        self.wide, self.block, self.price, self.same = with_copies(piece, block, people_between(model, cluster), price)
        self.pieces = divide(self.wide, self.block, self.price)
        rows, columns = self.wide.matrix.tocoo().coords
        meets = np.zeros((self.wide.matrix.shape[0], len(self.pieces)), dtype=bool)
        meets[rows, self.block[columns]] = True
        self.links = meets.sum(axis=1) > 1

    def bound(self):
        return sum(worth(piece) for piece in self.pieces)


def prices(model, price, rng):
    """Prices from the relaxation, none at all, and wrong ones."""
    noise = rng.normal(0, 1 + np.abs(price))
    return {"true": cash_prices(model, price), "none": np.zeros_like(price), "noise": price + 0.2 * noise, "wrong sign": -price}


def made_up(size):
    model = assemble(synthetic_case(*size))
    piece = whole_piece(model)
    found = relax(piece, watch())
    assert found is not None
    return model, piece, found, max(1.0, float(model.gross @ found.solution))


def best_worth(model):
    """The best plan as HiGHS alone finds it; None when there is none."""
    result = run(model.program, replace(watch(), gross=model.gross))
    assert result.status in ("optimal", "infeasible")
    if result.solution is None:
        return None
    return float(model.program.objective @ result.solution) + model.program.constant


@pytest.mark.parametrize("size", MADE_UP, ids=str)
def test_blocks_bound_every_plan_whatever_the_prices(size):
    model, _, found, gross = made_up(size)
    optimum, rng = best_worth(model), np.random.default_rng(size)
    finite = 0
    for grouping, cluster in groupings(size[0], rng).items():
        for kind, price in prices(model, found.price, rng).items():
            bound = Cut(model, cluster, price).bound()
            assert bound >= optimum - EXACT * gross, (grouping, kind)
            finite += np.isfinite(bound)
    assert finite >= 3, "bounds that are all infinite prove nothing"


def test_blocks_bound_the_best_plan_under_every_kind_of_rule():
    rng, compared = np.random.default_rng(5), 0
    for seed in DRAWN:
        case = random_case(seed)
        model = assemble(case)
        npv = best(case).npv if seed in ENUMERATED else best_worth(model)
        found = relax(whole_piece(model), watch())
        if npv is None or found is None:
            continue
        gross = max(1.0, abs(float(model.gross @ found.solution)), abs(npv))
        for grouping, cluster in groupings(len(model.data.plants), rng).items():
            for kind, price in prices(model, found.price, rng).items():
                bound = Cut(model, cluster, price).bound()
                assert bound >= npv - EXACT * gross, (seed, grouping, kind)
                compared += np.isfinite(bound) and len(model.data.plants) > 1
    assert compared >= 8


@pytest.mark.parametrize("size", MADE_UP, ids=str)
def test_with_the_prices_of_the_relaxation_nothing_is_lost_but_wholeness(size):
    model, _, found, gross = made_up(size)
    for grouping, cluster in groupings(size[0], np.random.default_rng(size)).items():
        cut = Cut(model, cluster, found.price)
        bound = sum(worth(relaxed(piece)) for piece in cut.pieces)
        assert bound >= found.worth - 1e-5 * gross, grouping
        if np.isfinite(bound):
            assert bound == pytest.approx(found.worth, abs=1e-4 * gross), grouping
        else:
            assert grouping != "together"


@pytest.mark.parametrize("size", MADE_UP, ids=str)
def test_prices_of_cash_never_rise_and_leave_the_bound_finite(size):
    model, _, found, gross = made_up(size)
    price = cash_prices(model, found.price)
    rows = [price[block.first : block.first + block.count] for block in model.program.family("cash_balance")]
    assert rows and all((np.diff(one) <= 0).all() and (one >= 0).all() for one in rows)
    for cluster in groupings(size[0], np.random.default_rng(size)).values():
        bound = sum(worth(relaxed(piece)) for piece in Cut(model, cluster, price).pieces)
        assert found.worth - 1e-5 * gross <= bound < np.inf


@pytest.mark.parametrize("size", MADE_UP, ids=str)
def test_every_column_and_row_is_in_one_place(size):
    model, piece, found, _ = made_up(size)
    for cluster in groupings(size[0], np.random.default_rng(size)).values():
        owner = plant_of_columns(model)
        block = blocks_of_columns(piece, owner, cluster)
        assert (block[owner >= 0] == cluster[owner[owner >= 0]]).all()
        cut = Cut(model, cluster, found.price)
        assert (cut.same[: len(piece.worth)] == np.arange(len(piece.worth))).all() and cut.same.max() == len(piece.worth) - 1
        assert sum(len(part.worth) for part in cut.pieces) == len(cut.block) == len(cut.same)
        assert sum(part.matrix.shape[0] for part in cut.pieces) + int(cut.links.sum()) == cut.wide.matrix.shape[0]
        for number, part in enumerate(cut.pieces):
            assert part.matrix.shape == (len(part.row_lower), len(part.worth)) and len(part.row_upper) == len(part.row_lower)
            mine = np.flatnonzero(cut.block == number)
            assert (part.upper == cut.wide.upper[mine]).all() and (part.whole == cut.wide.whole[mine]).all()
        inside = sum(part.matrix.nnz for part in cut.pieces)
        assert inside + cut.wide.matrix[np.flatnonzero(cut.links)].nnz == cut.wide.matrix.nnz


def test_all_plants_together_are_the_model_itself():
    model, piece, found, _ = made_up(MADE_UP[1])
    cut = Cut(model, np.zeros(3, dtype=np.int64), found.price)
    assert len(cut.wide.worth) == len(piece.worth) and not cut.links.any()
    assert (cut.pieces[0].worth == piece.worth).all() and sum(part.constant for part in cut.pieces) == piece.constant


def with_people_who_move():
    """Cases in which somebody may move between plants of different clusters, with their models."""
    for seed in range(60):
        model = assemble(random_case(seed))
        cluster = np.arange(len(model.data.plants))
        if len(people_between(model, cluster)):
            yield seed, model, cluster


def test_people_counted_at_both_ends_are_the_same_people():
    checked = 0
    for seed, model, cluster in with_people_who_move():
        piece = whole_piece(model)
        found, optimum = relax(piece, watch()), best_worth(model)
        if found is None or optimum is None or checked == 8:
            continue
        cut = Cut(model, cluster, found.price)
        wide, extra = cut.wide, len(cut.wide.worth) - len(piece.worth)
        assert extra and wide.matrix.shape[0] == piece.matrix.shape[0] + extra, seed
        for row in range(piece.matrix.shape[0], wide.matrix.shape[0]):
            at = slice(wide.matrix.indptr[row], wide.matrix.indptr[row + 1])
            one, other = wide.matrix.indices[at][np.argsort(wide.matrix.indices[at])]
            assert one < len(piece.worth) <= other and cut.block[one] != cut.block[other]
            assert sorted(wide.matrix.data[at]) == [-1.0, 1.0] and wide.row_lower[row] == wide.row_upper[row] == 0.0
            assert wide.upper[one] == wide.upper[other] and wide.lower[one] == wide.lower[other] and cut.links[row]
        size = max(1.0, abs(optimum), abs(float(model.gross @ found.solution)))
        assert worth(relaxed(wide)) == pytest.approx(worth(relaxed(piece)), abs=EXACT * size), seed
        assert worth(wide) == pytest.approx(optimum, abs=EXACT * size), seed
        checked += 1
    assert checked == 8


def test_the_headcount_of_a_plant_is_no_link():
    """That is what the copies are for."""
    for _, model, cluster in with_people_who_move():
        cut = Cut(model, cluster, np.zeros(model.program.row_count))
        for block in model.program.family("headcount_moves"):
            assert not cut.links[block.first : block.first + block.count].any()


def test_clusters_are_small_and_take_every_plant():
    model, _, found, _ = made_up((9, 12, 3, 1))
    cluster = clusters(model, found.solution, plant_of_columns(model))
    assert sorted(set(cluster)) == list(range(cluster.max() + 1))
    assert len(cluster) == len(model.data.plants) and np.bincount(cluster).max() <= PLANTS < len(cluster)


def test_what_hangs_on_shared_products_is_whole_and_nothing_hangs_when_all_are_together():
    model, _, _, _ = made_up(MADE_UP[3])
    alone = linked_columns(model, np.arange(5))
    assert alone.any() and model.program.integer_columns()[alone].all()
    assert not linked_columns(model, np.zeros(5, dtype=np.int64)).any()
