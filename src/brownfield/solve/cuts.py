"""Two-stage programs by cuts: today's decisions are searched with bounds on what futures make of them, and each search brings new ones.

The master holds today's columns and, for each group of futures, one for what the group makes of them. A decision is tried on
every future (a linear program each); their prices give cuts that bound the worth of all decisions (Benders 1962; Van Slyke and
Wets 1969). The search begins without whole numbers, where cuts are cheap, at points between the best known and the newest
(in-out separation, which damps the swings); whole decisions follow.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.sparse import block_array, csr_array, vstack

from brownfield.model.program import Floats, Ints
from brownfield.solve.pieces import Piece, search
from brownfield.solve.progress import Watch
from brownfield.solve.recourse import Cut, Recourse
from brownfield.solve.two_stage import EXPECTED, Future, Measure, TwoStage

INSIDE = 0.5
"""How far from the newest point towards the core the relaxed search tries its decisions."""
SETTLED = 1e-4
"""The relaxed search ends when a round brings the bound down by less than this share of what is open."""
MOST_ROUNDS = 60
"""Rounds of the relaxed search."""


@dataclass(frozen=True)
class Tried:
    """A decision of today tried on every future: what each makes of it (today's worth included), and its measure."""

    decided: Floats
    worths: Floats
    worth: float


@dataclass
class Found:
    """What the search came to: the best decision, a bound on any, and how it got there."""

    best: Tried | None
    bound: float
    rounds: int
    relaxed_rounds: int
    programs: int
    history: list[tuple[float, float, float]] = field(default_factory=list)


class Master:
    """Today's decisions with bounds on what futures make of them."""

    def __init__(self, program: TwoStage, measure: Measure, group: Ints, most: float, anchor: Future | None) -> None:
        self.program, self.measure, self.group = program, measure, group
        today = program.today
        self.columns = len(today.worth)
        self.groups = int(group.max()) + 1
        self.share = np.bincount(group, weights=program.chance, minlength=self.groups)
        mean = 1.0 - measure.share
        extra = self.groups + (measure.share > 0)
        worth = np.concatenate([mean * today.worth, mean * self.share, [measure.share] * (extra - self.groups)])
        matrix = csr_array((today.matrix.data, today.matrix.indices, today.matrix.indptr), shape=(today.matrix.shape[0], self.columns + extra))
        top = np.full(extra, np.inf if anchor is not None else most)
        self.piece = Piece(
            worth, mean * today.constant, np.concatenate([today.lower, np.full(extra, -np.inf)]), np.concatenate([today.upper, top]),
            matrix, today.row_lower, today.row_upper, np.concatenate([today.whole, np.zeros(extra, dtype=bool)]),
        )  # fmt: skip
        if measure.share > 0:
            row = np.concatenate([-today.worth, -self.share, [1.0]])
            self.add([row], [-np.inf], [today.constant])
        if anchor is not None:
            self._anchored(anchor)

    def _anchored(self, anchor: Future) -> None:
        """Add the columns and rows of a future that no decision can beat on average: that of mean demand."""
        piece, width = self.piece, len(self.piece.worth)
        today = csr_array((anchor.today.data, anchor.today.indices, anchor.today.indptr), shape=(anchor.today.shape[0], width))
        mean = np.zeros((1, width))
        mean[0, self.columns : self.columns + self.groups] = self.share
        matrix = block_array([[piece.matrix, None], [today, anchor.matrix], [csr_array(mean), csr_array(-anchor.worth[None, :])]], format="csr")
        self.piece = Piece(
            np.concatenate([piece.worth, np.zeros(len(anchor.worth))]), piece.constant,
            np.concatenate([piece.lower, anchor.lower]), np.concatenate([piece.upper, anchor.upper]), csr_array(matrix),
            np.concatenate([piece.row_lower, anchor.row_lower, [-np.inf]]),
            np.concatenate([piece.row_upper, anchor.row_upper, [anchor.constant]]),
            np.concatenate([piece.whole, np.zeros(len(anchor.worth), dtype=bool)]),
        )  # fmt: skip

    def add(self, rows: list[Floats], lower: list[float], upper: list[float]) -> None:
        """Add rows over the columns of the master; shorter ones end with nothing."""
        piece = self.piece
        wide = np.zeros((len(rows), len(piece.worth)))
        for number, row in enumerate(rows):
            wide[number, : len(row)] = row
        self.piece = replace(
            piece,
            matrix=csr_array(vstack([piece.matrix, csr_array(wide)], format="csr")),
            row_lower=np.concatenate([piece.row_lower, lower]),
            row_upper=np.concatenate([piece.row_upper, upper]),
        )

    def learn(self, cuts: list[Cut], worths: list[float | None], decided: Floats) -> None:
        """Add what futures said of a decision: a cut for each group, one for the tail, one for each future that could do nothing."""
        program = self.program
        rows, upper = [], []
        for cut, worth in zip(cuts, worths, strict=True):
            if worth is None:
                rows.append(-cut.slope)
                upper.append(cut.constant)
        if None not in worths:
            slopes, constants = np.array([cut.slope for cut in cuts]), np.array([cut.constant for cut in cuts])
            for g in range(self.groups):
                mine = self.group == g
                weight = program.chance[mine] / self.share[g]
                row = np.zeros(self.columns + self.groups)
                row[: self.columns] = -(weight @ slopes[mine])
                row[self.columns + g] = 1.0
                rows.append(row)
                upper.append(float(weight @ constants[mine]))
            if self.measure.share > 0:
                tail = Measure(1.0, self.measure.alpha).weights(np.array(worths, dtype=float), program.chance)
                row = np.zeros(self.columns + self.groups + 1)
                row[: self.columns] = -(tail @ slopes) - program.today.worth
                row[-1] = 1.0
                rows.append(row)
                upper.append(float(tail @ constants) + program.today.constant)
        self.add(rows, [-np.inf] * len(rows), upper)

    def relaxed(self) -> Piece:
        """The master without whole numbers."""
        return replace(self.piece, whole=np.zeros_like(self.piece.whole))


class Search:
    """One search by cuts: tries decisions, keeps the best, learns from all."""

    def __init__(self, program: TwoStage, measure: Measure, group: Ints, most: float, anchor: Future | None) -> None:
        self.program, self.measure = program, measure
        self.recourse = Recourse(program)
        self.master = Master(program, measure, group, most, anchor)
        self.best: Tried | None = None
        self.bound = np.inf
        self.programs = 0
        self.history: list[tuple[float, float, float]] = []

    def ask(self, decided: Floats, *, keep: bool) -> Tried | None:
        """Try a decision on every future and learn from it; None when some future can make nothing of it."""
        replies = [self.recourse.reply(number, decided) for number in range(len(self.program.futures))]
        self.programs += len(replies)
        self.master.learn([reply.cut for reply in replies], [reply.worth for reply in replies], decided)
        if any(reply.worth is None for reply in replies):
            return None
        worths = np.array([reply.worth for reply in replies], dtype=float) + self.program.worth_today(decided)
        tried = Tried(decided, worths, self.measure.of(worths, self.program.chance))
        if keep and (self.best is None or tried.worth > self.best.worth):
            self.best = tried
        return tried

    def relax(self, watch: Watch, core: Floats | None, rounds: int) -> int:
        """Cuts at points without whole numbers, until they bring little."""
        before = np.inf
        for done in range(rounds):
            answer = search(self.master.relaxed(), watch)
            if answer.solution is None:
                return done
            self.bound = min(self.bound, answer.bound)
            newest = answer.solution[: self.master.columns]
            core = newest if core is None else INSIDE * core + (1.0 - INSIDE) * newest
            tried = self.ask(core, keep=False)
            self.history.append((watch.seconds, -np.inf if tried is None else tried.worth, self.bound))
            if tried is not None and before - answer.bound <= SETTLED * max(1.0, abs(answer.bound - tried.worth)) and done > 2:
                return done + 1
            if watch.should_stop():
                return done + 1
            before = answer.bound
        return rounds

    def whole(self, watch: Watch, near: float, work: int | None) -> int:
        """Whole decisions in turn: the best for the cuts so far, tried on every future, until none can be better by more than `near`."""
        rounds = 0
        while not watch.should_stop():
            start = None
            open_by = np.inf if self.best is None else self.bound - self.best.worth
            answer = search(self.master.piece, watch, start=start, near=0.3 * near if open_by > near else near, work=work)
            self.bound = min(self.bound, answer.bound)
            rounds += 1
            if answer.solution is None:
                break
            decided = answer.solution[: self.master.columns].copy()
            flags = self.program.today.whole
            decided[flags] = np.round(decided[flags])
            self.ask(decided, keep=True)
            best = -np.inf if self.best is None else self.best.worth
            self.history.append((watch.seconds, best, self.bound))
            if self.bound - best <= near:
                break
        return rounds


def by_cuts(
    program: TwoStage,
    watch: Watch,
    measure: Measure = EXPECTED,
    *,
    near: float,
    groups: Ints | None = None,
    most: float = np.inf,
    anchor: Future | None = None,
    core: Floats | None = None,
    relaxed_rounds: int = MOST_ROUNDS,
    work: int | None = None,
) -> Found:
    """The best decisions of today by cuts, none other better by more than `near`, unless the watch says stop.

    groups: group of each future, one column and one cut a round for each (None: every future by itself). most: what no future can
    be worth beyond today's worth. anchor: a future that no decision can beat on average; it holds the bound from above until cuts do.
    core: a decision inside what is allowed, to begin from.
    """
    count = len(program.futures)
    held = Search(program, measure, np.arange(count) if groups is None else groups, most, anchor)
    relaxed = held.relax(watch, core, relaxed_rounds) if program.today.whole.any() else 0
    rounds = held.whole(watch, near, work)
    return Found(held.best, held.bound, rounds, relaxed, held.programs, held.history)
