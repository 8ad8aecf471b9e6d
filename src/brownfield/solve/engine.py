"""Plans and bounds in turn, side by side on the cores: what solves a model too large to be left to one search.

A relaxation gives prices, prices cut the model into blocks, blocks give plans and bounds; plans are put together and made better
around one or two plants at a time; the whole model is searched in the end. Each round is a list of tasks that do not know of
one another, so that the result does not depend on which is ready first (N7).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np

from brownfield.model.assemble import Model
from brownfield.model.program import Floats, Ints
from brownfield.solve.blocks import (
    blocks_of_columns,
    cash_prices,
    clusters,
    divide,
    each_at_home,
    linked_columns,
    people_between,
    plant_of_columns,
    with_copies,
)
from brownfield.solve.neighbours import improved, kept_beside, neighbourhoods
from brownfield.solve.pieces import Answer, Piece, Relaxed, relax, search, whole_piece
from brownfield.solve.progress import Watch
from brownfield.solve.start import as_it_stands, kinds_of_columns, step_by_step, with_fixed

SIDE_BY_SIDE = 2
"""Tasks that run at the same time."""
WORK = 40
"""Work of the first search of a block for its bound; each later one doubles it."""
ROUNDS = 4
"""Rounds of better plans between two rounds of bounds."""
SHARE = 0.6
"""Part of the gap that must lie within blocks for them to be searched on."""
NEGLIGIBLE = 1e-6
"""Share of gross value by which a block may be open and still count as solved."""
MEND = 60
"""Work for what blocks have decided without one another."""
NEAR = 5e-4
T = TypeVar("T")


@dataclass
class Block:
    """A block, or the whole model, with what is known of it: its best solution, and a bound on any.

    kind, owner: what each column decides, and its plant. numbers: of its columns. places: plants to free together, in turn.
    solved: the last search brought nothing more.
    """

    piece: Piece
    kind: Ints
    owner: Ints
    numbers: Ints
    places: list[tuple[int, ...]]
    solution: Floats | None = None
    worth: float = -np.inf
    bound: float = np.inf
    work: int = WORK
    turn: int = 0
    in_vain: int = 0
    solved: bool = False

    @property
    def spent(self) -> bool:
        """Whether all places were tried in vain."""
        return self.solution is None or self.in_vain >= len(self.places)

    def place(self) -> tuple[int, ...]:
        """The plants whose turn it is to be freed."""
        self.turn += 1
        return self.places[(self.turn - 1) % len(self.places)]

    @property
    def open(self) -> float:
        """How much better a solution of the block could be."""
        return self.bound - self.worth

    def take(self, answer: Answer | None, least: float = 0.0) -> bool:
        """Keep the solution of a search where it is better than the best known, by more than the least that counts."""
        if answer is None or answer.solution is None or answer.worth <= self.worth + least:
            return False
        self.solution, self.worth, self.in_vain = answer.solution, answer.worth, 0
        return True


class Engine:
    """One search for the best plan of a model."""

    def __init__(self, model: Model, watch: Watch) -> None:
        self.model, self.watch = model, watch
        self.piece = whole_piece(model)
        self.kind, self.owner = kinds_of_columns(model), plant_of_columns(model)
        self.gross = 1.0
        self.blocks: list[Block] = []
        self.pieces: list[tuple[Piece, Ints]] = []
        self.width = len(self.piece.worth)
        self.linked = np.zeros_like(self.piece.whole)
        self.together: Floats | None = None
        every = np.arange(self.piece.matrix.shape[1])
        self.whole = Block(self.piece, self.kind, self.owner, every, neighbourhoods(model, np.arange(len(model.data.plants))))

    @property
    def plan(self) -> Floats | None:
        """The best plan so far."""
        return self.whole.solution

    @property
    def worth(self) -> float:
        """What it is worth."""
        return self.whole.worth

    def tell(self) -> None:
        """Tell the watch of the best plan."""
        if self.plan is not None:
            self.watch.found(self.worth, self.plan)

    def side_by_side(self, tasks: Sequence[Callable[[], T]]) -> list[T]:
        """Results of all tasks in their order; what is known is told to whoever listens meanwhile."""
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            waiting: set[Future[T]] = set()
            futures = [pool.submit(task) for task in tasks]
            waiting |= set(futures)
            while waiting:
                _, waiting = wait(waiting, timeout=0.25, return_when=FIRST_COMPLETED)
                self._bounded()
                self.watch.tell()
        return [future.result() for future in futures]

    def cut(self) -> Relaxed | None:
        """Solve the relaxation and cut the model into blocks with its prices."""
        found, quick = self.side_by_side([lambda: relax(self.piece, self.watch), lambda: as_it_stands(self.piece, self.model, self.watch)])
        if isinstance(quick, Answer) and self.whole.take(quick):
            self.tell()
        if not isinstance(found, Relaxed):
            return None
        self.gross = max(1.0, float(self.model.gross @ found.solution))
        cluster = clusters(self.model, found.solution, self.owner)
        price = cash_prices(self.model, found.price)
        self.pieces = self._pieces(each_at_home(self.model, self.piece, cluster, found.solution), cluster, price)
        for number, (piece, mine) in enumerate(self._pieces(self.piece, cluster, price)):
            places = neighbourhoods(self.model, np.flatnonzero(cluster == number))
            kind, owner = _of_columns(self.kind, mine, 0), _of_columns(self.owner, mine, -1)
            self.blocks.append(Block(piece, kind, owner, mine, places))
        self.linked = linked_columns(self.model, cluster)
        return found

    def _pieces(self, piece: Piece, cluster: Ints, price: Floats) -> list[tuple[Piece, Ints]]:
        """The blocks of a piece, each with the numbers of its columns; those of copies come after all others."""
        block = blocks_of_columns(piece, self.owner, cluster)
        wide, block, price = with_copies(piece, block, people_between(self.model, cluster), price)
        self.width = len(wide.worth)
        return [(part, np.flatnonzero(block == number)) for number, part in enumerate(divide(wide, block, price))]

    def plans_of_blocks(self) -> None:
        """A plan for each block, put together to a plan of the whole."""
        priced = [(block.piece, block.numbers) for block in self.blocks]
        for pieces in (self.pieces, priced):
            some = sorted(pieces, key=lambda entry: -int(entry[0].whole.sum()))
            tasks = [partial(step_by_step, piece, _of_columns(self.kind, mine, 0), self.watch, self.gross) for piece, mine in some]
            together = np.zeros(self.width)
            answers = self.side_by_side(tasks)
            for (_, mine), answer in zip(some, answers, strict=True):
                if answer is not None and answer.solution is not None:
                    together[mine] = answer.solution
            if any(answer is None for answer in answers):
                continue
            for block in self.blocks:
                solution = together[block.numbers]
                block.take(Answer(solution, float(block.piece.worth @ solution) + block.piece.constant, np.inf))
            if self.put_together() or self.watch.should_stop():
                return

    def bounds_of_blocks(self, some: Sequence[Block]) -> None:
        """Search blocks for better bounds (and solutions), from what is known of them."""
        changed = False

        def task(block: Block) -> Answer:
            def told(bound: float) -> None:
                block.bound = min(block.bound, bound)

            near = 0.25 * self.watch.gap * self.gross * max(block.piece.whole.mean(), 0.0) / max(1, len(self.blocks))
            return search(block.piece, self.watch, start=block.solution, near=near, work=block.work, on_bound=told)

        known = [block.bound for block in some]
        tasks = [partial(task, block) for block in some]
        if self.together is not None:
            tasks.insert(0, partial(self.mend))
        answers = self.side_by_side(tasks)
        if self.together is not None:
            self.together = None
            if self.whole.take(answers.pop(0)):
                self.tell()
        for block, before, answer in zip(some, known, answers, strict=True):
            better = block.take(answer)
            changed |= better
            block.bound = min(block.bound, answer.bound)
            block.solved = not better and not before - block.bound > NEGLIGIBLE * self.gross and np.isfinite(before)
            block.work *= 2
        self._bounded()
        if changed:
            self.put_together()

    def put_together(self) -> bool:
        """Put all blocks' solutions together to a plan, whole decisions as they have them, the rest reckoned anew; whether it is one."""
        if any(block.solution is None for block in self.blocks):
            return False
        all_columns = np.zeros(self.width)
        for block in self.blocks:
            assert block.solution is not None
            all_columns[block.numbers] = block.solution
        together = all_columns[: len(self.piece.worth)]
        answer = with_fixed(self.piece, self.piece.whole, together, self.watch)
        if self.whole.take(answer):
            self.tell()
        self.together = together
        return answer.solution is not None

    def mend(self) -> Answer:
        """Decide again, all together, what blocks have decided without one another: products that several of them could build."""
        assert self.together is not None
        kept = self.piece.whole & ~self.linked
        return with_fixed(self.piece, kept, self.together, self.watch, start=self.plan, near=NEAR * self.gross, work=MEND)

    def improve(self, some: Sequence[Block]) -> bool:
        """Free one or two plants in each of some blocks, side by side, and keep what is better; whether anything was."""
        changed = False
        tasks = []
        for block in some:
            assert block.solution is not None
            kept = kept_beside(self.model, block.piece, block.kind, block.owner, block.place())
            tasks.append(partial(improved, block.piece, kept, block.solution, self.watch, self.gross))
        for block, answer in zip(some, self.side_by_side(tasks), strict=True):
            if not block.take(answer, 1e-6 * self.gross):
                block.in_vain += 1
                continue
            changed = True
            if block is self.whole:
                self.tell()
        return changed

    def _bounded(self) -> None:
        if self.blocks:
            self.watch.bounded(float(sum(block.bound for block in self.blocks)))


def _of_columns(known: Ints, numbers: Ints, other: int) -> Ints:
    """What is known of columns by their number; for copies, which nothing is known of, something else."""
    return np.asarray(np.where(numbers < len(known), known[np.minimum(numbers, len(known) - 1)], other))


def searched(model: Model, watch: Watch) -> Floats | None:
    """The best plan of a model that rounds of plans and bounds find; None when they find none. The watch knows the bound.

    Ends when the proof is good enough, time is over, or rounds bring nothing more.
    """
    engine = Engine(model, watch)
    if engine.cut() is None or watch.should_stop():
        return engine.plan
    engine.plans_of_blocks()
    engine.bounds_of_blocks(sorted(engine.blocks, key=lambda block: len(block.numbers)))
    while not watch.should_stop():
        loose = sorted((b for b in engine.blocks if not b.solved and b.open > NEGLIGIBLE * engine.gross), key=lambda block: -block.open)
        changed = False
        for _ in range(ROUNDS):
            some = [block for block in loose if not block.spent][:SIDE_BY_SIDE]
            if some and not watch.should_stop():
                changed |= engine.improve(some * SIDE_BY_SIDE if len(some) == 1 else some)
        if changed:
            engine.put_together()
        in_blocks = sum(block.open for block in loose)
        bound = np.inf if watch.bound is None else watch.bound
        if in_blocks < SHARE * (bound - engine.worth) and not engine.whole.spent:
            for _ in range(ROUNDS):
                if not watch.should_stop():
                    engine.improve([engine.whole] * SIDE_BY_SIDE)
        elif loose:
            engine.bounds_of_blocks(loose[:SIDE_BY_SIDE])
        else:
            break
    return engine.plan
