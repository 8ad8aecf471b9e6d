"""A large model cut into blocks: plants that share products stay together, what links blocks gets a price.

Each rule that ties blocks to one another (a product built in two of them, the group's cash) is taken out and priced with its
multiplier in the relaxation. What is left falls into blocks that are searched on their own. Their bounds, added up, bound the
whole: no plan can be worth more than all blocks at their best when breaking a linking rule earns its price (Lagrange).
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array, hstack, lil_array, vstack

from brownfield.model.assemble import Model
from brownfield.model.program import Floats, Ints
from brownfield.solve.pieces import Flags, Piece

PLANTS = 7
"""Most plants in a block."""
WHOLE = 2600
"""Most whole columns in a block of several plants."""
SPARE = 0.05
"""How much a product that two plants could both build ties them, even when the relaxation builds it at one only."""


def plant_of_columns(model: Model) -> Ints:
    """Plant of every column that belongs to one, shape (columns,); -1 for the others."""
    data, x, program = model.data, model.decisions, model.program
    owner = np.full(program.column_count, -1, dtype=np.int64)
    plants = {name: i for i, name in enumerate(data.plant_names)}
    lines = {name: int(i) for name, i in zip(data.line_names, data.line_plant, strict=True)}
    for block in program.column_blocks:
        for kind, at in (("plant", plants), ("line", lines)):
            if kind in block.keys:
                names, place = block.keys[kind]
                owner[block.first : block.first + block.count] = np.array([at[name] for name in names], dtype=np.int64)[place]
                break
    for number, option in enumerate(x.options):
        for columns in (x.starts[number], x.exits[number], x.agreed[number]):
            mine = np.atleast_1d(columns)
            owner[mine[mine >= 0]] = option.plant
    return owner


def clusters(model: Model, solution: Floats, owner: Ints) -> Ints:
    """Cluster of each plant, shape (I,): those most tied to one another by shared products, guests and people come together.

    Two plants are tied by what both build of a product in the relaxation (`solution`), by what both could build, by guests
    who may go to either, and by people who may move. Merged from the strongest tie down while a block stays small.
    """
    data, x = model.data, model.decisions
    count = len(data.plants)
    ties = np.zeros((count, count))
    built = np.zeros((count, len(data.products)))
    r, t = np.nonzero(x.makes >= 0)
    np.add.at(built, (data.route_plant[r], data.route_product[r]), solution[x.makes[r, t]])
    wanted = data.most_wanted.sum(axis=1)
    for k in range(len(data.products)):
        able = np.flatnonzero(data.could_build[:, k])
        amount = np.minimum.outer(built[able, k], built[able, k]) + SPARE * wanted[k]
        ties[np.ix_(able, able)] += amount
    for places in _of_one_offer(model):
        ties[np.ix_(places, places)] += wanted.sum()
    for one, other in x.pairs:
        ties[one, other] += data.start_headcount[one]
        ties[other, one] += data.start_headcount[one]
    np.fill_diagonal(ties, 0.0)
    size = np.bincount(owner[(owner >= 0) & model.program.integer_columns()], minlength=count)
    return _merged(ties, size)


def _of_one_offer(model: Model) -> list[list[int]]:
    places: dict[int, set[int]] = {}
    for option in model.decisions.options:
        places.setdefault(option.offer, set()).add(option.plant)
    return [sorted(plants) for plants in places.values() if len(plants) > 1]


def _merged(ties: Floats, size: Ints) -> Ints:
    cluster = np.arange(len(size))
    plants, columns = np.ones(len(size), dtype=int), size.astype(int).copy()
    links = ties.copy()
    while True:
        fits = (plants[:, None] + plants <= PLANTS) & (columns[:, None] + columns <= WHOLE)
        share = np.where(fits, links / np.sqrt(np.outer(plants, plants)), 0.0)
        one, other = np.unravel_index(int(np.argmax(share)), share.shape)
        if share[one, other] <= 0.0:
            _, small = np.unique(cluster, return_inverse=True)
            return np.asarray(small)
        keep, gone = sorted((int(one), int(other)))
        links[keep] += links[gone]
        links[:, keep] += links[:, gone]
        links[gone] = links[:, gone] = links[keep, keep] = 0.0
        plants[keep], columns[keep] = plants[keep] + plants[gone], columns[keep] + columns[gone]
        plants[gone] = PLANTS + 1
        cluster[cluster == gone] = keep


def blocks_of_columns(piece: Piece, owner: Ints, cluster: Ints) -> Ints:
    """Block of each column: its plant's cluster, or that of all it meets; the last number is what meets several (the centre)."""
    count = int(cluster.max()) + 1
    block = np.where(owner >= 0, cluster[owner], -1)
    matrix = piece.matrix.tocoo()
    rows, cols = matrix.coords
    for _ in range(3):
        known = block[cols] >= 0
        meets = np.zeros((piece.matrix.shape[0], count), dtype=bool)
        meets[rows[known], block[cols[known]]] = True
        single = np.where(meets.sum(axis=1) == 1, meets.argmax(axis=1), -1)
        near = np.zeros((len(block), count), dtype=bool)
        said = single[rows] >= 0
        near[cols[said], single[rows[said]]] = True
        free = (block < 0) & (near.sum(axis=1) == 1)
        block[free] = near[free].argmax(axis=1)
    block[block < 0] = count
    return block


def with_copies(piece: Piece, block: Ints, shared: Ints, price: Floats) -> tuple[Piece, Ints, Floats, Ints]:
    """A piece in which people who move between blocks are counted once at each end, and the two counts must agree.

    Without that, the rule by which the headcount of a plant moves would link blocks and be priced away. shared: numbers of the
    columns that stand in rows of two blocks. Returns the piece with a copy of each for the other block and a row for each pair,
    the block of every column, the price of every row, and for every column the one that it is or copies.
    """
    csc = piece.matrix.tocsc()
    copies: list[tuple[int, int, Ints, Floats]] = []
    others = csr_array(piece.matrix.copy())
    keep = np.ones(len(block), dtype=bool)
    keep[shared] = False
    for column in shared:
        rows = csc.indices[csc.indptr[column] : csc.indptr[column + 1]]
        values = csc.data[csc.indptr[column] : csc.indptr[column + 1]]
        homes = np.array([_home(others, row, block, keep) for row in rows])
        for other in np.unique(homes[(homes >= 0) & (homes != block[column])]):
            copies.append((int(column), int(other), rows[homes == other], values[homes == other]))
    if not copies:
        return piece, block, price, np.arange(len(block))
    count, extra = len(block), len(copies)
    left = csc.tolil()
    added = lil_array((piece.matrix.shape[0], extra))
    tie = lil_array((extra, count + extra))
    prices = np.zeros(extra)
    for number, (column, _, rows, values) in enumerate(copies):
        left[rows, column] = 0.0
        added[rows, number] = values
        tie[number, column], tie[number, count + number] = 1.0, -1.0
        prices[number] = float(values @ price[rows])
    of = np.array([column for column, *_ in copies])
    matrix = csr_array(vstack([hstack([left.tocsr(), added.tocsr()]), tie.tocsr()]))
    matrix.eliminate_zeros()
    nothing = np.zeros(extra)
    wider = Piece(
        np.concatenate([piece.worth, nothing]),
        piece.constant,
        np.concatenate([piece.lower, piece.lower[of]]),
        np.concatenate([piece.upper, piece.upper[of]]),
        matrix,
        np.concatenate([piece.row_lower, nothing]),
        np.concatenate([piece.row_upper, nothing]),
        np.concatenate([piece.whole, np.zeros(extra, dtype=bool)]),
    )
    others_block = np.array([other for _, other, *_ in copies])
    return wider, np.concatenate([block, others_block]), np.concatenate([price, prices]), np.concatenate([np.arange(count), of])


def _home(matrix: csr_array, row: int, block: Ints, counted: Flags) -> int:
    """The one block that a row belongs to but for the columns that are not counted; -1 when there are several."""
    columns = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
    blocks = np.unique(block[columns[counted[columns]]])
    return int(blocks[0]) if len(blocks) == 1 else -1


def divide(piece: Piece, block: Ints, price: Floats) -> tuple[Piece, ...]:
    """Cut a program into blocks with a price on each row that links them.

    price: worth of one unit of each row's bound, shape (rows,), from the relaxation; those that are not for a linking row, or point
    to a bound that is not there, are ignored. With prices y, the bound is the sum over blocks of
    max (c - A'y) x over the rows of the block, plus y times the bound it presses on.
    """
    count = int(block.max()) + 1
    matrix = piece.matrix.tocoo()
    rows, cols = matrix.coords
    meets = np.zeros((piece.matrix.shape[0], count), dtype=bool)
    meets[rows, block[cols]] = True
    links = meets.sum(axis=1) > 1
    home = np.where(links, -1, meets.argmax(axis=1))
    low, high = piece.row_lower, piece.row_upper
    y = np.where(links, price, 0.0)
    y = np.where((y > 0) & ~np.isfinite(high), 0.0, np.where((y < 0) & ~np.isfinite(low), 0.0, y))
    pressed = np.where(y > 0, high, np.where(y < 0, low, 0.0))
    worth = piece.worth - piece.matrix.T @ y
    constant = piece.constant + float(y @ pressed)
    pieces = []
    for number in range(count):
        c, r = np.flatnonzero(block == number), np.flatnonzero(home == number)
        part = csr_array(piece.matrix[r][:, c])
        own = constant if number == 0 else 0.0
        pieces.append(Piece(worth[c], own, piece.lower[c], piece.upper[c], part, low[r], high[r], piece.whole[c]))
    return tuple(pieces)


def people_between(model: Model, cluster: Ints) -> Ints:
    """Columns of people who move between plants of two clusters."""
    x = model.decisions
    crossing = [x.transfers[n] for n, (one, other) in enumerate(x.pairs) if cluster[one] != cluster[other]]
    found = np.concatenate(crossing) if crossing else np.zeros(0, dtype=np.int64)
    return found[found >= 0]


def linked_columns(model: Model, cluster: Ints) -> Flags:
    """Whole columns that products built in several clusters hang on, shape (columns,).

    Their launches, and the shift models and products of the lines that could build them: what blocks, each by itself, may have
    decided twice or not at all.
    """
    data, x = model.data, model.decisions
    at = np.zeros((len(data.products), int(cluster.max()) + 1), dtype=bool)
    at[data.route_product, cluster[data.route_plant]] = True
    shared = (at.sum(axis=1) > 1)[data.route_product]
    lines = np.unique(data.route_line[shared])
    found = np.zeros(model.program.column_count, dtype=bool)
    for columns in (x.launch[shared], x.builds[np.isin(data.route_line, lines)], x.runs[lines]):
        found[columns[columns >= 0]] = True
    return found
