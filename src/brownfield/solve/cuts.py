"""Two-stage programs by cuts: today's decisions are searched with bounds on what futures make of them, and each search brings new ones.

The master holds today's columns and, for each group of futures and each part that they fall into, one for what the group makes of
it. A decision is tried on every future (a linear program each); prices give cuts that bound the worth of all decisions (Benders
1962; Van Slyke and Wets 1969). The search begins without whole numbers, where cuts are cheap, at points between the best known and the
newest (in-out separation, which damps the swings); whole decisions follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import block_array, csr_array, hstack, vstack

from brownfield.model.program import Floats, Ints
from brownfield.solve.pieces import Piece
from brownfield.solve.recourse import Cut, PartCuts, Recourse, Reply
from brownfield.solve.two_stage import Future, Measure, averaged

NEW = 1e-7
"""A cut is kept when it brings a bound down by more than this, beside the bound."""


@dataclass(frozen=True)
class Tried:
    """A decision of today tried on every future: what it is worth in each, today's part included, and its measure."""

    decided: Floats
    worths: Floats
    worth: float


class Master:
    """Today's decisions with bounds on what futures make of them.

    Columns: today's; one for each group and part; one for each group's ties (at most nothing); with CVaR, one for the mean of the
    worst; then those of the anchors. most: what no part of a future can be worth (a bound until cuts are there). anchors: groups
    of futures of which the mean is kept with its own columns: no decision can do better on average (Jensen).
    """

    def __init__(self, recourse: Recourse, measure: Measure, group: Ints, most: float, anchors: Sequence[Sequence[int]]) -> None:
        self.program, self.measure, self.group = recourse.program, measure, group
        self.parts, self.groups = recourse.parts, int(group.max()) + 1
        today, program = self.program.today, self.program
        self.columns = len(today.worth)
        self.share = np.bincount(group, weights=program.chance, minlength=self.groups)
        own = self.groups * (self.parts + 1)
        tail = int(measure.share > 0)
        mean = 1.0 - measure.share
        each = np.repeat(self.share, self.parts + 1)
        ties = np.tile(np.arange(self.parts + 1) == self.parts, self.groups)
        width = self.columns + own + tail
        top = np.concatenate([np.where(ties, 0.0, np.inf if anchors else most), [np.inf] * tail])
        self.piece = Piece(
            np.concatenate([mean * today.worth, mean * each, [measure.share] * tail]), mean * today.constant,
            np.concatenate([today.lower, np.full(own + tail, -np.inf)]), np.concatenate([today.upper, top]),
            _wider(today.matrix, width), today.row_lower, today.row_upper, np.concatenate([today.whole, np.zeros(own + tail, dtype=bool)]),
        )  # fmt: skip
        self.tail = width - 1
        if tail:
            self._add(_wider(csr_array(np.concatenate([-today.worth, -each, [1.0]])[None, :]), width), [today.constant])
        for some in anchors:
            self._anchor(averaged([program.futures[s] for s in some]), some, recourse)
        self.lasting = self.piece.matrix.shape[0]

    def forget(self, solution: Floats, near: float) -> None:
        """Leave out cuts that a solution of the master does not come near, and those that say the same twice."""
        piece, first = self.piece, self.lasting
        matrix = csr_array(piece.matrix[first:])
        room = piece.row_upper[first:] - matrix @ solution
        of_worth = np.diff(csr_array(matrix[:, self.columns :]).indptr) > 0
        seen: set[tuple[bytes, bytes, float]] = set()
        keep = list(range(first))
        for row in np.flatnonzero((room <= near) | ~of_worth).tolist():
            span = slice(matrix.indptr[row], matrix.indptr[row + 1])
            says = (matrix.indices[span].tobytes(), np.round(matrix.data[span], 9).tobytes(), round(float(piece.row_upper[first + row]), 6))
            if says not in seen:
                seen.add(says)
                keep.append(first + row)
        self.piece = replace(piece, matrix=csr_array(piece.matrix[keep]), row_lower=piece.row_lower[keep], row_upper=piece.row_upper[keep])

    def at(self, group: int, part: int) -> int:
        """Column of what a group makes of a part; the part after the last is its ties."""
        return self.columns + group * (self.parts + 1) + part

    def _anchor(self, mean: Future, some: Sequence[int], recourse: Recourse) -> None:
        """Add the columns and rows of the mean of some futures; these must be all of one or of several groups.

        Rows that tie everything together (cash) are left out, which is still a bound: they meet every column, and make the search slow.
        """
        piece, width, loose = self.piece, len(self.piece.worth), np.flatnonzero(~mean.ties)
        part = recourse.shapes[0].part if len(recourse.shapes) == 1 else np.zeros(len(mean.worth), dtype=np.int64)
        groups = np.unique(self.group[list(some)])
        share = self.share[groups] / self.share[groups].sum()
        above = np.zeros((self.parts + 1, width))
        above[0, : self.columns] = -mean.more
        below = np.zeros((self.parts + 1, len(mean.worth)))
        for p in range(self.parts + 1):
            above[p, [self.at(int(g), p) for g in groups]] = share
            below[p] = np.where(part == p, -mean.worth, 0.0)
        limit = np.zeros(self.parts + 1)
        limit[0] = mean.constant
        matrix = block_array(
            [[piece.matrix, None], [_wider(csr_array(mean.today[loose]), width), mean.matrix[loose]], [csr_array(above), csr_array(below)]],
            format="csr",
        )
        self.piece = Piece(
            np.concatenate([piece.worth, np.zeros(len(mean.worth))]), piece.constant,
            np.concatenate([piece.lower, mean.lower]), np.concatenate([piece.upper, mean.upper]), csr_array(matrix),
            np.concatenate([piece.row_lower, mean.row_lower[loose], np.full(self.parts + 1, -np.inf)]),
            np.concatenate([piece.row_upper, mean.row_upper[loose], limit]),
            np.concatenate([piece.whole, np.zeros(len(mean.worth), dtype=bool)]),
        )  # fmt: skip

    def _add(self, rows: csr_array, upper: Sequence[float]) -> None:
        """Add rows that are at most something."""
        piece = self.piece
        self.piece = replace(
            piece,
            matrix=csr_array(vstack([piece.matrix, _wider(rows, len(piece.worth))], format="csr")),
            row_lower=np.concatenate([piece.row_lower, np.full(rows.shape[0], -np.inf)]),
            row_upper=np.concatenate([piece.row_upper, upper]),
        )

    def learn(self, replies: Sequence[Reply], solution: Floats | None = None) -> None:
        """Add what futures said of a decision; of the cuts for parts only those that the master's `solution` breaks."""
        program = self.program
        for reply in replies:
            if reply.worth is None and reply.whole is not None:
                self._add(csr_array(-reply.whole.slope[None, :]), [reply.whole.constant])
        for g in range(self.groups):
            mine = np.flatnonzero(self.group == g).tolist()
            weight = program.chance[mine] / self.share[g]
            parts = [replies[s].parts for s in mine]
            if all(part is not None for part in parts):
                self._cut_parts(g, _mean(weight, [part for part in parts if part is not None]), solution)
                if any(replies[s].whole is not None for s in mine) and all(replies[s].worth is not None for s in mine):
                    self._cut_whole(g, weight, [replies[s] for s in mine])
        if self.measure.share > 0 and all(reply.worth is not None for reply in replies):
            self._cut_tail(replies)

    def _cut_parts(self, g: int, cuts: PartCuts, solution: Floats | None) -> None:
        """A cut for each part of a group: what it is worth is at most constant + slope x."""
        keep = np.ones(self.parts, dtype=bool)
        if solution is not None:
            bound = cuts.constant + cuts.slope @ solution[: self.columns]
            held = solution[self.at(g, 0) : self.at(g, self.parts)]
            keep = held - bound > NEW * (1.0 + np.abs(bound))
        some = np.flatnonzero(keep)
        if len(some):
            one = csr_array((np.ones(len(some)), (np.arange(len(some)), self.at(g, 0) + some)), shape=(len(some), len(self.piece.worth)))
            self._add(csr_array(one - _wider(csr_array(cuts.slope[some]), len(self.piece.worth))), cuts.constant[some].tolist())

    def _cut_whole(self, g: int, weight: Floats, replies: Sequence[Reply]) -> None:
        """A cut for all parts of a group together, where ties press."""
        whole = [_whole(reply) for reply in replies]
        row = np.zeros(self.columns + self.groups * (self.parts + 1))
        row[: self.columns] = -sum(w * cut.slope for w, cut in zip(weight, whole, strict=True))
        row[self.at(g, 0) : self.at(g, self.parts) + 1] = 1.0
        self._add(csr_array(row[None, :]), [float(sum(w * cut.constant for w, cut in zip(weight, whole, strict=True)))])

    def _cut_tail(self, replies: Sequence[Reply]) -> None:
        """A cut for the mean of the worst: futures weighed as they weigh in it at this decision."""
        program = self.program
        values = np.array([reply.worth for reply in replies], dtype=float)
        weight = Measure(1.0, self.measure.alpha).weights(values, program.chance)
        row = np.zeros(self.tail + 1)
        row[: self.columns] = -program.today.worth
        limit = program.today.constant
        for w, reply in zip(weight, replies, strict=True):
            if w > 0:
                cut = _whole(reply)
                row[: self.columns] -= w * cut.slope
                limit += w * cut.constant
        row[self.tail] = 1.0
        self._add(csr_array(row[None, :]), [limit])

    def relaxed(self) -> Piece:
        """The master without whole numbers."""
        return replace(self.piece, whole=np.zeros_like(self.piece.whole))


def _whole(reply: Reply) -> Cut:
    """The bound of a reply for all parts together."""
    if reply.whole is not None:
        return reply.whole
    assert reply.parts is not None
    return reply.parts.whole


def _mean(weight: Floats, cuts: Sequence[PartCuts]) -> PartCuts:
    """Cuts of several futures as one."""
    constant = sum((w * cut.constant for w, cut in zip(weight[1:], cuts[1:], strict=True)), weight[0] * cuts[0].constant)
    slope = sum((w * cut.slope for w, cut in zip(weight[1:], cuts[1:], strict=True)), weight[0] * cuts[0].slope)
    return PartCuts(np.asarray(constant), csr_array(slope))


def _wider(matrix: csr_array, width: int) -> csr_array:
    """A matrix with empty columns after its own."""
    more = width - matrix.shape[1]
    return csr_array(hstack([matrix, csr_array((matrix.shape[0], more))], format="csr")) if more else matrix
