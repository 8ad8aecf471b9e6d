"""Plans and bounds in turn, side by side on the cores: what solves a model too large to be left to one search.

A relaxation gives prices, prices cut the model into blocks, blocks give plans and bounds; plans are put together and made better
around a few plants at a time; the whole model is searched in the end. Each round is a list of tasks that do not know of
one another, so that the result does not depend on which is ready first (N7).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from brownfield.model.assemble import Model
from brownfield.model.program import Floats, Ints
from brownfield.solve.ascent import Ascent
from brownfield.solve.block import MEND, NEAR, NEGLIGIBLE, Block
from brownfield.solve.blocks import (
    blocks_of_columns,
    clusters,
    divide,
    linked_columns,
    people_between,
    plant_of_columns,
    with_copies,
)
from brownfield.solve.cash import cash_prices, relax_whole, without_cash
from brownfield.solve.climb import Climb
from brownfield.solve.home import all_stay, dearer, each_at_home, lean
from brownfield.solve.leaves import Leaves
from brownfield.solve.limits import REACHED, missing_cash, within_limits
from brownfield.solve.neighbours import kept_beside, neighbourhoods
from brownfield.solve.pieces import NOTHING, Answer, Flags, Piece, relax, whole_piece
from brownfield.solve.progress import Watch
from brownfield.solve.side import SIDE_BY_SIDE, T, side_by_side
from brownfield.solve.sites import SiteSteps, agreed
from brownfield.solve.start import ORDER, as_it_stands, from_sites, kinds_of_columns, step_by_step, with_fixed, with_sites

CHAIN, LONGER = 2, 4
"""Neighbourhoods tried one after the other while the bound is searched for; more where a round takes long."""
LITTLE = 0.2
"""Where blocks by themselves leave no more than this part of what is open, plans are looked for and bounds wait."""
SEVERAL = 3
"""Blocks of more plants than these are freed as one, after all smaller neighbourhoods."""
MUCH = 6000
"""Whole columns that blocks share up to which they are decided again at once; above, block by block."""
STEPS, FRUITLESS = 5, 8
"""Steps towards a first plan in a round; neighbourhoods in vain after which plants of a plan with new sites are turned over."""
SLOW = 2
"""How many times longer a step takes with the cash in the program."""
TRIES, ONCE = 3, 0.2
"""How often cash is made dearer until plans fit together; not again where one took more than this part of the time limit."""


class Engine:
    """One search for the best plan of a model, from a first plan where there is one."""

    def __init__(self, model: Model, watch: Watch, first: Floats | None = None) -> None:
        self.model, self.watch = model, watch
        self.piece = whole_piece(model)
        self.small = lean(model, self.piece)
        self.loose = self.piece
        self.climbs: list[Leaves | Climb] = []
        self.climbed: Floats | None = None
        self.sites: SiteSteps | None = None
        self.kind, self.owner = kinds_of_columns(model), plant_of_columns(model)
        self.gross = 1.0
        self.blocks: list[Block] = []
        self.cluster = np.zeros(len(model.data.plants), dtype=np.int64)
        self.relaxed, self.price = np.zeros(0), np.zeros(0)
        self.same = np.arange(len(self.piece.worth))
        self.linked = np.zeros_like(self.piece.whole)
        self.proposal: Floats | None = None
        self.early: Answer = NOTHING
        self.apart: list[Flags] = []
        self.sites_only: Floats | None = None
        self.in_steps, self.hasty, self.chain = False, False, CHAIN
        self.steps: Iterator[Answer] | None = self._steps()
        self.whole = Block(self.piece, self.kind, self.owner, self.same, neighbourhoods(model, np.arange(len(model.data.plants))))
        if first is not None:
            self.take(self._answer(self.piece, first))

    @property
    def plan(self) -> Floats | None:
        """The best plan so far."""
        return self.whole.solution

    def take(self, answer: Answer) -> None:
        """Keep a plan that is better than the best so far, and tell the watch."""
        if self.whole.take(answer) and self.plan is not None:
            self.watch.found(self.whole.worth, self.plan)

    def side_by_side(self, tasks: Sequence[Callable[[], T]]) -> list[T]:
        """Results of all tasks in their order; what is known is told to whoever listens meanwhile."""
        quiet = self.sites_only is not None  # the first task makes a plan from them: which is ready first, that or a proof, is chance

        def meanwhile(first: bool) -> None:
            self.take(self.early)
            if first or not quiet:
                self._bounded()
            self.watch.tell()

        return side_by_side(tasks, meanwhile, partial(setattr, self.watch, "stop", True))

    def cut(self) -> bool:
        """Solve the relaxation and cut the model into blocks with its prices; whether the relaxation came to an end."""

        def unchanged() -> None:
            self.early = as_it_stands(self.small, self.model, self.watch)

        first: list[Callable[[], Any]] = [lambda: relax_whole(self.model, self.piece, self.watch)]
        if self.plan is None:
            first.append(unchanged)
        found = self.side_by_side(first)[0]
        self.take(self.early)
        if found is None:
            return False
        self.gross = max(1.0, float(self.model.gross @ found.solution))
        self.relaxed = found.solution
        self.cluster = clusters(self.model, found.solution, self.owner)
        self.linked = linked_columns(self.model, self.cluster)
        self.price = cash_prices(self.model, found.price)
        self.loose = without_cash(self.model, self.piece, self.price)
        pieces, self.same = self._pieces(self.piece, self.price)
        for number, (part, mine) in enumerate(pieces):
            places = neighbourhoods(self.model, np.flatnonzero(self.cluster == number))
            kind, owner = self.kind[self.same[mine]], self.owner[self.same[mine]]
            self.blocks.append(Block(part, kind, owner, mine, places))
        together = [tuple(map(int, np.flatnonzero(self.cluster == number))) for number in range(len(self.blocks))]
        self.whole.places += [plants for plants in together if len(plants) > SEVERAL]
        self._share()
        return True

    def _pieces(self, piece: Piece, price: Floats) -> tuple[list[tuple[Piece, Ints]], Ints]:
        """The blocks of a piece, each with the numbers of its columns; copies come after all others, and are copies of these."""
        block = blocks_of_columns(piece, self.owner, self.cluster)
        wide, block, price, same = with_copies(piece, block, people_between(self.model, self.cluster), price)
        return [(part, np.flatnonzero(block == number)) for number, part in enumerate(divide(wide, block, price))], same

    def plans_of_blocks(self, beside: Sequence[Callable[[], Any]] = (), sites: Floats | None = None) -> bool:
        """A plan for each block, put together to a plan of the whole; whether they fit together.

        Nobody moves between blocks in them, for each block would count on the other. Where they take more cash than there is, cash
        is made dearer; where they do not fit together otherwise, each product is built in one block only. beside: tasks that are
        done as well. sites: of a solution, to be kept; each product is then built only where the relaxation with these builds most of it.
        """
        price, piece = self.price, all_stay(self.model, self.piece, self.cluster)
        if sites is not None:
            kept = with_sites(self.loose, self.kind, sites)
            (relaxed,) = self.side_by_side([lambda: relax(kept, self.watch)])
            if relaxed is None:
                return False
            piece = each_at_home(self.model, piece, self.cluster, relaxed.solution)

        def decide(part: Piece, mine: Ints) -> Answer:
            if sites is None:
                return step_by_step(part, self.kind[mine], self.watch, self.gross)
            return from_sites(part, self.kind[mine], sites[mine], self.watch, self.gross)

        at_home = sites is not None
        for attempt in range(TRIES):
            together = self._decided(piece, price, decide, () if attempt else beside)
            if together is None or self.watch.good_enough():
                break
            if attempt == 0 and not at_home:
                self._share(together)
            fits, short = self.put_together(together[: len(self.piece.worth)])
            if fits or self.watch.should_stop():
                return fits
            if short is not None:
                price = dearer(self.model, price, short)
            elif at_home:
                break
            else:
                piece, at_home = each_at_home(self.model, piece, self.cluster, self.relaxed), True
        return False

    def _decided(
        self, piece: Piece, price: Floats, decide: Callable[[Piece, Ints], Answer], beside: Sequence[Callable[[], Any]] = ()
    ) -> Floats | None:
        """What blocks decide, put together, copies after all others; None when one of them finds nothing.

        decide: a block, from its piece and which column each of its own is or copies. beside: tasks that are done as well.
        """
        pieces, same = self._pieces(piece, price)
        some = sorted(pieces, key=lambda entry: -int(entry[0].whole.sum()))
        deciding: list[Callable[[], Any]] = [partial(decide, part, same[mine]) for part, mine in some]
        answers: list[Any] = self.side_by_side([*deciding, *beside])[: len(some)]
        together = np.zeros(len(same))
        for (_, mine), answer in zip(some, answers, strict=True):
            if answer.solution is None:
                return None
            together[mine] = answer.solution
        return together

    def _share(self, wide: Floats | None = None) -> None:
        """Keep for each block what a solution with copies has for it, or what the best plan has."""
        if wide is None and self.plan is not None:
            wide = self.plan[self.same]
        if wide is not None:
            for block in self.blocks:
                block.take(self._answer(block.piece, wide[block.numbers]))

    def sites_of_blocks(self) -> None:
        """Sites and offers by blocks; the plan that they lead to is made next."""
        together = self._decided(
            all_stay(self.model, self.piece, self.cluster), self.price,
            lambda part, mine: step_by_step(part, self.kind[mine], self.watch, self.gross, ORDER[:1]),
        )  # fmt: skip
        if together is not None:
            chosen = together[: len(self.piece.worth)]
            self.sites_only = agreed(self.loose, self.kind, self.owner, chosen, self.watch, self.gross)
        self.in_steps = self.sites_only is None

    def blocks_alone(self, glances: Sequence[Callable[[], Any]] = (), for_sites: bool = True) -> None:
        """Each block searched by itself, for its best solution and its bound; the sites of these lead to the next plan, if for_sites.

        Sites decided with launches and shift models left fractional count on what cannot be. Meanwhile these make the first plan.
        glances: tasks that come before the searches.
        """
        some = sorted(self.blocks, key=lambda block: -int(block.piece.whole.sum()))
        alone: list[Callable[[], Any]] = [partial(block.search_alone, self.watch, NEAR * self.gross) for block in some]
        answers: list[Any] = self.side_by_side([partial(self.better, self.whole), *glances, *alone])
        self._bounded()
        if self.watch.good_enough():
            return  # searches were stopped at different points, on different days: what they found is left (N7)
        self.take(answers[0])
        self._share()
        chosen = self._of_blocks() if for_sites else None
        if chosen is not None:
            self.sites_only = agreed(self.loose, self.kind, self.owner, chosen, self.watch, self.gross)
            self.in_steps &= self.sites_only is None

    def all_at_once(self, sites: Floats) -> Answer:
        """A plan from sites and offers, the rest for all plants at once; where it takes more cash than there is, cash is made dearer.

        It is kept before what goes on beside it is over, which does not hang on it: it is the first worth having.
        """
        price, loose = self.price, self.loose
        for began in (self.watch.seconds for _ in range(TRIES)):
            free = from_sites(loose, self.kind, sites, self.watch, self.gross)
            if free.solution is None:
                break
            answer = with_fixed(self.small, self.piece.whole, free.solution, self.watch)
            if answer.solution is not None:
                self.early = answer
                return answer
            self.proposal = free.solution
            short = missing_cash(self.model, self.piece, free.solution, self.watch, self.gross)
            if short is None or short.max(initial=0.0) <= REACHED or self.watch.should_stop() or self.watch.too_long(began, ONCE):
                break
            price = dearer(self.model, price, short)
            loose = without_cash(self.model, self.piece, price)
        self.in_steps = True
        return NOTHING

    def bound_blocks(self, some: Sequence[tuple[Block, Ascent]]) -> None:
        """Search blocks on for better bounds, and meanwhile around the best plan; when that is spent, around the best of a block."""
        inside = [block for block, _ in some if not block.spent]
        around = inside[0] if inside and not self.unspent else self.whole
        steps, alone = self.turned(around)
        bounds: list[Callable[[], Any]] = [] if alone else [partial(block.search_on, ascent) for block, ascent in some]
        found: Answer = max(self.side_by_side([*steps, *bounds])[: len(steps)], key=lambda answer: answer.worth)
        self._bounded()
        if self.watch.good_enough():
            return  # searches were stopped at different points, on different days: what they found is left (N7)
        if around is self.whole:
            self.take(found)
            self._share()
        elif around.take(found) and (together := self._of_blocks()) is not None:
            self.put_together(together)

    def climb_on(self, leaves: Leaves, paid: Climb, work: int) -> None:
        """Search the whole without its cash, or its parts, for a better bound, and meanwhile around the best plan.

        Where no plan could be made from that, the whole with its cash is searched meanwhile.
        """
        paying = paid.begun or (self.plan is None and not self.seeking)
        around: list[Callable[[], Any]] = [partial(self.better, self.whole)] if self.unspent and (leaves.over or not paying) else []
        searching: list[Callable[[], Any]] = [partial(paid.go_on, work // SLOW, self.plan)] if paying else []
        searching += leaves.tasks(work, self.plan, SIDE_BY_SIDE - len(around) - len(searching))
        found = self.side_by_side([*around, *searching])[: len(around)]
        self._bounded()
        if self.watch.good_enough():
            return  # searches were stopped at different points, on different days: what they found is left (N7)
        if paid.solution is not None:
            found.append(self._answer(self.piece, paid.solution))
        for answer in found:
            self.take(answer)
        if leaves.solution is not None and leaves.solution is not self.climbed:
            self.climbed = leaves.solution
            self.put_together(leaves.solution)

    def _of_blocks(self) -> Floats | None:
        """What the blocks have decided, put together; None while one has decided nothing."""
        together = np.zeros(len(self.same))
        for block in self.blocks:
            if block.solution is None:
                return None
            together[block.numbers] = block.solution
        return together[: len(self.piece.worth)]

    def put_together(self, together: Floats) -> tuple[bool, Floats | None]:
        """Keep whole decisions as blocks have them and reckon the rest anew; whether that is a plan, or what cash it lacks by period."""
        self.proposal = together
        answer = with_fixed(self.small, self.piece.whole, together, self.watch)
        if answer.solution is not None:
            self.take(answer)
            return True, None
        short = missing_cash(self.model, self.piece, together, self.watch, self.gross)
        return False, short if short is not None and short.max(initial=0.0) > REACHED else None

    def _steps(self) -> Iterator[Answer]:
        if self.proposal is not None:
            like = (self.model, self.piece, self.kind, self.owner, self.whole.places)
            yield from within_limits(*like, self.proposal, self.watch, self.gross)

    @property
    def seeking(self) -> bool:
        """Whether there is no plan yet, and one is looked for from what blocks have decided."""
        return self.plan is None and self.proposal is not None and self.steps is not None

    def sought(self) -> Answer:
        """A first plan, where the next steps towards one bring it."""
        for _ in range(STEPS):
            found = next(self.steps, None) if self.steps is not None else None
            if found is None:
                self.steps = None
            elif found.solution is not None:
                return found
        return NOTHING

    def better(self, block: Block) -> Answer:
        """A better solution of a block: neighbourhoods in turn, each from the best of those before.

        For the whole model, first of all what blocks have decided without one another is decided again; without a plan one is sought.
        """
        if block is self.whole and self.sites_only is not None:
            sites, self.sites_only = self.sites_only, None
            return self.all_at_once(sites)
        if block is self.whole and self.plan is None:
            return self.sought() if self.seeking else NOTHING
        best = Answer(block.solution, block.worth, np.inf)
        for _ in range(self.chain):
            if best.solution is None or self.watch.should_stop():
                break
            place = None if block is self.whole and self.turning else self._next_place(block, best.solution)
            if place is None:
                break
            answer = self.mended(block, place[0], best.solution, place[1])
            if answer.solution is not None and answer.worth > best.worth + NEGLIGIBLE * self.gross:
                best, block.in_vain = answer, 0
        return best

    def _next_place(self, block: Block, solution: Floats) -> tuple[Flags, int] | None:
        """What stays as it is while the next neighbourhood of a block is decided again, and the work for that; None when none is left."""
        if block is self.whole and self.proposal is not None:
            self.apart, self.proposal = self._apart(self.proposal, solution), None
        if block is self.whole and self.apart:
            return self.piece.whole & ~self.apart.pop(0), MEND
        if block.spent:
            return None
        plants = block.places[block.turn % len(block.places)]
        block.turn, block.in_vain = block.turn + 1, block.in_vain + 1
        return kept_beside(self.model, block.piece, block.kind, block.owner, plants), MEND * max(2, len(plants)) // 2

    @property
    def behind(self) -> bool:
        """Whether the plan is what is missing, not the bound: blocks by themselves leave little of what is open, and places are left."""
        inside, bound = sum(block.open for block in self.blocks), sum(block.bound for block in self.blocks)
        new = self.sites is not None and self.sites_only is None and self.sites.stale(self.plan) and self.whole.in_vain < FRUITLESS
        left = bool(self.apart) or self.proposal is not None or (not self.whole.spent and (new or not self.turning))
        return self.plan is not None and left and np.isfinite(inside) and inside <= LITTLE * (bound - self.whole.worth)

    def two_places(self) -> None:
        """Decide two neighbourhoods of a plan again, side by side; keep the better, with what changes in the other where that fits."""
        if (plan := self.plan) is None:
            return
        places = [place for _ in range(SIDE_BY_SIDE) if (place := self._next_place(self.whole, plan)) is not None]
        found = self.side_by_side([partial(self.mended, self.whole, kept, plan, work) for kept, work in places])
        if self.watch.good_enough():
            return  # searches were stopped at different points, on different days: what they found is left (N7)
        enough = self.whole.worth + NEGLIGIBLE * self.gross
        better = sorted((answer for answer in found if answer.worth > enough), key=lambda answer: answer.worth)
        solutions = [answer.solution for answer in better if answer.solution is not None]
        for answer in better:
            self.take(answer)
        if len(solutions) > 1:
            both = np.where(np.round(solutions[1]) != np.round(plan), solutions[1], solutions[0])
            self.take(with_fixed(self.small, self.piece.whole, both, self.watch))
        self._share()

    def _apart(self, proposal: Floats, plan: Floats) -> list[Flags]:
        """What to decide again first: all that blocks have decided without one another, at once, or block by block where that is much."""
        free = self.piece.whole & (self.linked | (np.round(proposal) != np.round(plan)))
        if int(free.sum()) <= MUCH:
            return [free]
        return [free & (self.owner >= 0) & (self.cluster[self.owner] == number) for number in range(len(self.blocks))]

    @property
    def unspent(self) -> bool:
        """Whether there is anything left that could bring a better plan."""
        return self.seeking or self.sites_only is not None or self.turning or not self.whole.spent

    @property
    def turning(self) -> bool:
        """Whether plants are left to be turned over, there is time for that, and nothing is to be decided before."""
        if self.hasty or self.sites is None or self.apart or self.proposal is not None or self.plan is None:
            return False
        return self.sites_only is not None or not self.sites.spent or self.sites.stale(self.plan)

    def turned(self, around: Block) -> tuple[list[Callable[[], Answer]], bool]:
        """Steps to better plans, to be taken side by side, and whether bounds are to wait for them: first steps to other sites."""

        def paid(way: Callable[[], Answer]) -> Answer:
            free = way()
            return free if free.solution is None else with_fixed(self.small, self.piece.whole, free.solution, self.watch)

        better = partial(self.better, around)
        if self.sites is None or self.plan is None or not self.turning:
            return [better], False
        if self.sites_only is not None:
            return [better, *self.sites.looks(self.sites_only)], True
        if self.sites.stale(self.plan):
            return self.sites.looks(self.plan), False
        ways: list[Callable[[], Answer]] = [partial(paid, way) for way in self.sites.ways()]
        return ways or [better], False

    def mended(self, block: Block, kept: Flags, solution: Floats, work: int) -> Answer:
        """The best solution of a block that keeps some columns of one; that of the whole without its cash, where that can be paid."""
        if block is self.whole:
            free = with_fixed(self.loose, kept, solution, self.watch, start=solution, near=NEAR * self.gross, work=work, keen=True)
            if free.solution is None:
                return free
            answer = with_fixed(self.small, self.piece.whole, free.solution, self.watch)
            if answer.solution is not None:
                return answer
        return with_fixed(block.piece, kept, solution, self.watch, start=solution, near=NEAR * self.gross, work=work, keen=True)

    def _bounded(self) -> None:
        if self.blocks:
            self.watch.bounded(float(sum(block.bound for block in self.blocks)))
        for climb in self.climbs:
            self.watch.bounded(climb.bound)

    @staticmethod
    def _answer(piece: Piece, solution: Floats) -> Answer:
        return Answer(solution, float(piece.worth @ solution) + piece.constant, np.inf)
