"""The search by cuts: relaxed decisions first, whole ones then, until no decision can be better than the best by more than is wanted."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from brownfield.model.program import Floats, Ints
from brownfield.solve.ascent import Ascent
from brownfield.solve.cuts import Master, Tried
from brownfield.solve.outcome import Point
from brownfield.solve.pieces import Flags, relax, search
from brownfield.solve.progress import Watch
from brownfield.solve.recourse import Recourse, Reply
from brownfield.solve.two_stage import EXPECTED, Measure, TwoStage

INSIDE = 0.5
"""How far from the newest point towards the core the relaxed search tries its decisions."""
SETTLED = 0.02
"""The relaxed search ends when two rounds in turn bring the bound down by less than this share of what may stay open."""
TRIES = 12
"""Places tried between two searches of all decisions."""
WORK = 30
"""Work for the search of one place around the best decision."""
AGAIN = 3
"""How often a place is tried again."""
CLOSER = 4
"""Rounds without whole numbers in a place before it is searched."""
MANY = 1.8
"""Times as many rows as at first, from which on the master is made lighter."""
ROUGH = 0.02
"""How near its bound a tree for the bound is searched, as a share of what may stay open."""
RISE = 80
"""Work for the bound while one place is tried."""
BRANCHES = 2000
"""Steps of HiGHS for one search of all decisions, where work is limited."""
MOST_ROUNDS = 40
"""Rounds of the relaxed search at most."""


@dataclass(frozen=True)
class Round:
    """Where a search stood after a round: seconds, the best decision's worth and the bound (None: not yet), and whether it was relaxed."""

    seconds: float
    worth: float | None
    bound: float
    relaxed: bool


@dataclass(frozen=True)
class Found:
    """What the search came to: the best decision (None: none found), a bound on any, its rounds, and the linear programs solved."""

    best: Tried | None
    bound: float
    rounds: tuple[Round, ...]
    programs: int


class Search:
    """One search by cuts: tries decisions on all futures, keeps the best, learns from all."""

    def __init__(self, program: TwoStage, measure: Measure, group: Ints, most: float, anchors: Sequence[Sequence[int]]) -> None:
        self.program, self.measure = program, measure
        self.recourse = Recourse(program)
        self.master = Master(self.recourse, measure, group, most, anchors)
        self.best: Tried | None = None
        self.bound = np.inf
        self.programs = 0
        self.rounds: list[Round] = []
        self._promised, self._turn, self._again, self._in_vain = -np.inf, 0, 0, 0

    def ask(self, decided: Floats, *, keep: bool, solution: Floats | None = None) -> Tried | None:
        """Try a decision on every future and learn from it; None when some future can make nothing of it."""
        replies: list[Reply] = [self.recourse.reply(number, decided) for number in range(len(self.program.futures))]
        self.programs += len(replies)
        at = None if solution is None else np.concatenate([decided, solution[len(decided) :]])
        self.master.learn(replies, at)
        if any(reply.worth is None for reply in replies):
            return None
        worths = np.array([reply.worth for reply in replies], dtype=float) + self.program.worth_today(decided)
        tried = Tried(decided, worths, self.measure.of(worths, self.program.chance))
        if keep and (self.best is None or tried.worth > self.best.worth):
            self.best = tried
        return tried

    def note(self, watch: Watch, relaxed: bool) -> None:
        """Write down where the search stands."""
        worth = None if self.best is None else self.best.worth
        self.rounds.append(Round(watch.seconds, worth, self.bound, relaxed))
        if watch.on_progress is not None:
            watch.on_progress(Point(watch.seconds, worth, self.bound if np.isfinite(self.bound) else None))

    def relax(self, watch: Watch, core: Floats | None, most: int, near: float) -> None:
        """Cuts at points without whole numbers, until they bring little beside `near`."""
        before, slow = np.inf, 0
        for _ in range(most):
            found = relax(self.master.relaxed(), watch)
            if found is None:
                return
            newest = found.solution[: self.master.columns]
            core = newest if core is None else INSIDE * core + (1.0 - INSIDE) * newest
            tried = self.ask(core, keep=False)
            self.note(watch, True)
            if watch.should_stop():
                return
            little = before - found.worth <= SETTLED * max(near, 1e-9 * abs(found.worth))
            slow = slow + 1 if little and tried is not None else 0
            if slow > 1:
                break
            before = found.worth
        last = relax(self.master.relaxed(), watch)
        if last is not None:
            self.master.forget(last.solution, near)

    def around(self, watch: Watch, places: Sequence[Flags], near: float, most: int) -> None:
        """Better decisions from the best: in each place some of today's columns are kept and the rest is searched, in turn.

        A place is tried again while the master promises more there than futures make true; the search ends after `most` tries, or when as
        many in turn as there are places were in vain.
        """
        for _ in range(most):
            if self.best is None or self._in_vain >= len(places) or watch.should_stop():
                return
            before, kept = self.best, places[self._turn % len(places)]
            if self._again == 0:
                self._closer(watch, kept, near)
            answer = self._beside(watch, kept, near)
            tried = None if answer is None else self.ask(answer, keep=True)
            self.note(watch, False)
            better = self.best.worth > before.worth + 0.1 * near
            promised = self._promised - before.worth > near
            self._in_vain = 0 if better else self._in_vain + 1
            if tried is None or not (better or promised) or self._again >= AGAIN:
                self._turn, self._again = self._turn + 1, 0
            else:
                self._again += 1

    def _closer(self, watch: Watch, kept: Flags, near: float) -> None:
        """Cuts without whole numbers where some columns are kept as in the best: those from far away promise too much there."""
        assert self.best is not None
        lower, upper, core = *self._kept(kept), self.best.decided
        for _ in range(CLOSER):
            piece = self.master.relaxed()
            found = relax(replace(piece, lower=lower, upper=upper), watch)
            if found is None or watch.should_stop():
                return
            core = INSIDE * core + (1.0 - INSIDE) * found.solution[: self.master.columns]
            tried = self.ask(core, keep=False)
            if tried is not None and found.worth - tried.worth < near:
                return

    def _kept(self, kept: Flags) -> tuple[Floats, Floats]:
        """Bounds of the master's columns with some of today's kept as in the best."""
        assert self.best is not None
        lower, upper = self.master.piece.lower.copy(), self.master.piece.upper.copy()
        at = np.flatnonzero(kept)
        lower[at] = upper[at] = self.best.decided[at]
        return lower, upper

    def rise(self, watch: Watch, kinds: Ints, near: float, places: Sequence[Flags], close: float, most: int | None) -> None:
        """A better bound, sites first, and better decisions around the best, side by side; until the bound falls no more.

        Bounds are those of the cuts known when it begins: cuts that the search around the best brings are about its surroundings, and
        more rows make the search for the bound slower.
        """
        piece = self.master.piece
        ascent = Ascent(piece, np.concatenate([kinds, np.full(len(piece.worth) - len(kinds), -1)]), watch, ROUGH * near)
        try:
            with ThreadPoolExecutor(1) as pool:
                for _ in itertools.count() if most is None else range(most):
                    rising = pool.submit(ascent.go_on, RISE)
                    self.around(watch, places, close, 1)
                    rising.result()
                    self.bound = min(self.bound, ascent.bound)
                    self._lighter(watch, len(piece.row_lower), near)
                    self.note(watch, False)
                    if ascent.over or watch.should_stop() or self.proved(near):
                        return
        finally:
            ascent.end()

    def _lighter(self, watch: Watch, rows: int, near: float) -> None:
        """Leave out cuts that the best decision does not come near, once there are many more rows than at first."""
        if self.master.piece.matrix.shape[0] > MANY * rows and (known := self._start(watch)) is not None:
            self.master.forget(known, 2.0 * near)

    def proved(self, near: float) -> bool:
        """Whether no decision is better than the best by more than `near`."""
        return self.best is not None and self.bound - self.best.worth <= near

    def _beside(self, watch: Watch, kept: Flags, near: float) -> Floats | None:
        """The best whole decision for the cuts so far with some columns kept as in the best; what it promises is noted."""
        assert self.best is not None
        lower, upper = self._kept(kept)
        answer = search(self.master.piece, watch, lower=lower, upper=upper, near=near, work=WORK, keen=True, start=self._start(watch))
        self._promised = answer.worth
        return None if answer.solution is None else self._rounded(answer.solution)

    def _start(self, watch: Watch) -> Floats | None:
        """The best decision as a solution of the master, to begin a search from; None when there is none."""
        if self.best is None:
            return None
        piece = self.master.piece
        lower, upper = piece.lower.copy(), piece.upper.copy()
        lower[: self.master.columns] = upper[: self.master.columns] = self.best.decided
        return search(piece, watch, lower=lower, upper=upper, whole=np.zeros_like(piece.whole)).solution

    def _rounded(self, solution: Floats) -> Floats:
        """Today's columns of a solution, whole ones exactly so."""
        decided = solution[: self.master.columns].copy()
        flags = self.program.today.whole
        decided[flags] = np.round(decided[flags])
        return decided

    def whole(self, watch: Watch, near: float, places: Sequence[Flags] = (), close: float = 0.0, most: int | None = None) -> None:
        """Whole decisions in turn: the best for the cuts so far, tried on every future, until none can be better by more than `near`.

        most: so many searches of all decisions at most (None: no limit), each with so much work.
        """
        for _ in itertools.count() if most is None else range(most):
            if watch.out_of_time():
                return
            answer = search(self.master.piece, watch, near=0.3 * near, start=self._start(watch), work=None if most is None else BRANCHES)
            self.bound = min(self.bound, answer.bound)
            if answer.solution is None:
                return
            self.ask(self._rounded(answer.solution), keep=True)
            self.note(watch, False)
            if self.proved(near):
                return
            if places:
                self._in_vain = 0
                self.around(watch, places, close, TRIES)
            if self.proved(near):
                return


def by_cuts(
    program: TwoStage,
    watch: Watch,
    measure: Measure = EXPECTED,
    *,
    near: float,
    groups: Ints | None = None,
    most: float = np.inf,
    anchors: Sequence[Sequence[int]] = (),
    core: Floats | None = None,
    start: Floats | None = None,
    places: Sequence[Flags] = (),
    close: float = 0.0,
    kinds: Ints | None = None,
    relaxed_rounds: int = MOST_ROUNDS,
    most_whole: int | None = None,
) -> Found:
    """The best decisions of today by cuts, none other better by more than `near`, unless the watch says stop.

    groups: group of each future, with columns and cuts of its own (None: every future by itself). most: what no part of a future can
    be worth. anchors: groups of futures whose mean is kept in the master with its own columns.
    core: a point to begin the relaxed search from. start: a decision to begin from. places: which of today's columns are kept while
    better decisions are looked for around the best, each searched to within `close` of its bound. kinds: what each of
    today's columns decides, for a bound that takes sites first (None: all at once). most_whole: searches of all decisions at most.
    """
    group = np.arange(len(program.futures)) if groups is None else groups
    held = Search(program, measure, group, most, anchors)
    if start is not None:
        held.ask(start, keep=True)
    if program.today.whole.any():
        held.relax(watch, core, relaxed_rounds, near)
    if kinds is not None:
        held.rise(watch, kinds, near, places, close, None if most_whole is None else most_whole * TRIES)
    if not held.proved(near):
        held.whole(watch, near, places, close, most_whole)
    return Found(held.best, held.bound, tuple(held.rounds), held.programs)
