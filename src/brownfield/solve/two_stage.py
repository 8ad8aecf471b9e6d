"""Two-stage programs: what is decided today, what is decided once a future is known, and what the whole is worth.

Today's columns are worth the same in every future. Each future has columns of its own, and rows that join them to
today's. What a decision of today is worth is a measure of its worth in all futures: the mean, the mean of the worst (conditional
value at risk), or a mixture of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.sparse import block_array, coo_array, csr_array

from brownfield.errors import BrownfieldError
from brownfield.model.program import Floats
from brownfield.solve.pieces import Answer, Flags, Piece, search
from brownfield.solve.progress import Watch


@dataclass(frozen=True)
class Future:
    """One future: its chance, its own columns, and its rows over today's columns (`today`) and its own (`matrix`).

    worth: of its own columns, with `constant`. Rows: row_lower <= today x + matrix y <= row_upper. ties: rows that hold together what would
    else fall into parts (cash, over all periods); they are looked at only where they press. more: what a unit of today's columns is
    worth in this future beyond what it is worth in any.
    """

    chance: float
    worth: Floats
    constant: float
    lower: Floats
    upper: Floats
    whole: Flags
    today: csr_array
    matrix: csr_array
    row_lower: Floats
    row_upper: Floats
    ties: Flags
    more: Floats


@dataclass(frozen=True)
class Measure:
    """How worth in many futures becomes one number: (1 - share) mean + share times the mean of the worst 1 - alpha.

    share 0: the expected value. share 1: conditional value at risk (CVaR) at level alpha.
    """

    share: float = 0.0
    alpha: float = 0.9

    def __post_init__(self) -> None:
        if not (0.0 <= self.share <= 1.0 and 0.0 <= self.alpha < 1.0):
            raise BrownfieldError("a share lies from 0 to 1, a level from 0 to below 1")

    def weights(self, values: Floats, chance: Floats) -> Floats:
        """Weights under which the mean of `values` is the measure: among all weights that risk allows, the worst for them."""
        weights = (1.0 - self.share) * chance
        if self.share > 0:
            order = np.argsort(values, kind="stable")
            until = np.minimum(np.cumsum(chance[order]), 1.0 - self.alpha)
            tail = np.diff(until, prepend=0.0) / until[-1]
            weights = weights.copy()
            weights[order] += self.share * tail
        return np.asarray(weights)

    def of(self, values: Floats, chance: Floats) -> float:
        """The measure of values with their chances."""
        return float(self.weights(values, chance) @ values)


EXPECTED = Measure()


@dataclass(frozen=True)
class TwoStage:
    """What is decided today (`today`: columns, rows among them, worth) and the futures; chances add up to one."""

    today: Piece
    futures: tuple[Future, ...]

    def __post_init__(self) -> None:
        if not self.futures:
            raise BrownfieldError("a plan for uncertain demand needs at least one future")
        if abs(float(self.chance.sum()) - 1.0) > 1e-9 or (self.chance < 0).any():
            raise BrownfieldError("the chances of all futures add up to one, and none is below nothing")

    @cached_property
    def chance(self) -> Floats:
        """Chance of each future."""
        return np.array([future.chance for future in self.futures])

    def worth_today(self, decided: Floats) -> float:
        """What today's decisions are worth by themselves, in any future."""
        return float(self.today.worth @ decided) + self.today.constant

    @cached_property
    def mean_worth(self) -> Floats:
        """Mean worth of a unit of today's columns over all futures."""
        return np.asarray(sum((f.chance * f.more for f in self.futures), self.today.worth))

    def alone(self, number: int) -> TwoStage:
        """The program when one future is certain."""
        return TwoStage(self.today, (replace(self.futures[number], chance=1.0),))


def averaged(futures: Sequence[Future]) -> Future:
    """The mean of some futures that differ in bounds and in today's part of their rows only.

    For any decision of today the mean of what they make of it, each at its best, is no better than the best of this one: the mean
    of their solutions is a solution of it (Jensen). Raises BrownfieldError when they differ in more.
    """
    first, chance = futures[0], np.array([future.chance for future in futures])
    for other in futures:
        if not (np.array_equal(other.worth, first.worth) and same_matrix(other.matrix, first.matrix)):
            raise BrownfieldError("futures that differ in the worth or the rows of their own columns have no mean")
    weight = chance / chance.sum()

    def mean(name: str) -> Floats:
        return np.asarray(sum(w * getattr(future, name) for w, future in zip(weight, futures, strict=True)))

    today = csr_array(sum((w * future.today for w, future in zip(weight[1:], futures[1:], strict=True)), weight[0] * first.today))
    return Future(
        float(chance.sum()), first.worth, float(weight @ [future.constant for future in futures]), mean("lower"), mean("upper"),
        first.whole, today, first.matrix, mean("row_lower"), mean("row_upper"), first.ties, mean("more"),
    )  # fmt: skip


def same_matrix(one: csr_array, two: csr_array) -> bool:
    """Whether two matrices are the same, place by place."""
    return one is two or (
        one.shape == two.shape
        and np.array_equal(one.indptr, two.indptr)
        and np.array_equal(one.indices, two.indices)
        and np.array_equal(one.data, two.data)
    )


def extensive(program: TwoStage, measure: Measure = EXPECTED) -> Piece:
    """Every future's columns and rows side by side, over one set of today's columns, which come first (the extensive form).

    With a share of CVaR there is one more column, the value at risk, and one for each future: by how much it falls below
    (Rockafellar and Uryasev).
    """
    today, futures = program.today, program.futures
    first = len(today.worth)
    begins = np.cumsum([first] + [len(f.worth) for f in futures])
    mean = 1.0 - measure.share
    blocks: list[list[csr_array | None]] = [[today.matrix, *([None] * len(futures))]]
    for number, future in enumerate(futures):
        row: list[csr_array | None] = [future.today, *([None] * len(futures))]
        row[1 + number] = future.matrix
        blocks.append(row)
    matrix = csr_array(block_array(_filled(blocks, [first, *(len(f.worth) for f in futures)]), format="csr"))
    piece = Piece(
        np.concatenate([mean * program.mean_worth, *(mean * f.chance * f.worth for f in futures)]),
        mean * (today.constant + sum(f.chance * f.constant for f in futures)),
        np.concatenate([today.lower, *(f.lower for f in futures)]),
        np.concatenate([today.upper, *(f.upper for f in futures)]),
        matrix,
        np.concatenate([today.row_lower, *(f.row_lower for f in futures)]),
        np.concatenate([today.row_upper, *(f.row_upper for f in futures)]),
        np.concatenate([today.whole, *(f.whole for f in futures)]),
    )
    if measure.share > 0:
        piece = _with_tail(program, measure, piece, begins)
    return piece


def _filled(blocks: list[list[csr_array | None]], widths: list[int]) -> list[list[csr_array | None]]:
    """Blocks with an empty matrix where a whole column or row of them would be without a size."""
    for column, width in enumerate(widths):
        if all(row[column] is None for row in blocks):
            height = next(b.shape[0] for b in blocks[0] if b is not None)
            blocks[0][column] = csr_array((height, width))
    return blocks


def _with_tail(program: TwoStage, measure: Measure, piece: Piece, begins: np.ndarray) -> Piece:
    """The piece with the tail of all futures: value at risk, and below[s] >= value at risk - worth of future s."""
    futures, today = program.futures, program.today
    count, columns = len(futures), len(piece.worth)
    rows, cols, values = [], [], []
    for s, future in enumerate(futures):
        now = today.worth + future.more
        at = np.concatenate([np.flatnonzero(now), begins[s] + np.flatnonzero(future.worth), [columns, columns + 1 + s]])
        rows.append(np.full(len(at), s))
        cols.append(at)
        values.append(np.concatenate([now[now != 0], future.worth[future.worth != 0], [-1.0, 1.0]]))
    tail = coo_array((np.concatenate(values), (np.concatenate(rows), np.concatenate(cols))), shape=(count, columns + 1 + count))
    wide = csr_array((piece.matrix.data, piece.matrix.indices, piece.matrix.indptr), shape=(piece.matrix.shape[0], columns + 1 + count))
    fixed = np.array([today.constant + future.constant for future in futures])
    below = -measure.share / (1.0 - measure.alpha) * program.chance
    return Piece(
        np.concatenate([piece.worth, [measure.share], below]),
        piece.constant,
        np.concatenate([piece.lower, [-np.inf], np.zeros(count)]),
        np.concatenate([piece.upper, np.full(1 + count, np.inf)]),
        csr_array(block_array([[wide], [tail]], format="csr")),
        np.concatenate([piece.row_lower, -fixed]),
        np.concatenate([piece.row_upper, np.full(count, np.inf)]),
        np.concatenate([piece.whole, np.zeros(1 + count, dtype=bool)]),
    )


def whole_search(program: TwoStage, watch: Watch, measure: Measure = EXPECTED, near: float = 0.0, work: int | None = None) -> Answer:
    """The best decisions of today by one search of the extensive form, with a bound; the solution holds all columns."""
    return search(extensive(program, measure), watch, near=near, work=work)
