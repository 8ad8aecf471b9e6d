"""The rounds of a search: which tasks run side by side, in which order, until the proof is good enough or nothing more comes."""

from __future__ import annotations

from functools import partial

import numpy as np

from brownfield.model.assemble import Model
from brownfield.model.program import Floats
from brownfield.solve.ascent import Ascent
from brownfield.solve.block import CLIMB, NEAR, NORMAL, SLOWER, Block
from brownfield.solve.climb import Climb
from brownfield.solve.engine import LONGER, Engine
from brownfield.solve.leaves import Leaves
from brownfield.solve.progress import Watch
from brownfield.solve.sites import SiteSteps

LARGE = 3000
"""Whole columns above which blocks are searched for bounds, not the whole."""
LONG, PARTS = 1200, 4
"""Whole columns above which the whole is not searched at once but in so many parts, each with a few of its sites decided."""
AT_ONCE = 16_000
"""Whole columns up to which all but sites is decided for all plants at once for a first plan; above, block by block."""
ENOUGH = 0.8
"""How near to its bound the whole or a part of it is searched, as a share of the wanted gap."""
AT_FIRST = 3
"""How much more work than in its first round a long search does beside the first plan of a single block."""
PATIENT, VERY = 300, 1200
"""Least time limit, in seconds, with which blocks are searched on their own; the same where all is decided block by block."""
GLANCE = 8
"""Work for the first bound of a block that is then searched on its own."""
LOOSE = 0.2
"""Blocks are searched on that leave this part open of what the loosest one does."""


def searched(model: Model, watch: Watch, first: Floats | None = None) -> Floats | None:
    """The best plan of a model that rounds of plans and bounds find, from a first one; None when they find none. The watch knows the bound.

    Ends when the proof is good enough, time is over, or rounds bring nothing more.
    """
    engine = Engine(model, watch, first)
    if not engine.cut() or watch.should_stop():
        return engine.plan
    size = int(engine.piece.whole.sum())
    if size <= LARGE:
        by_long_searches(engine)
        return engine.plan
    at_once = size <= AT_ONCE
    if at_once:
        engine.chain = LONGER
        engine.sites = SiteSteps(engine.loose, engine.kind, engine.owner, model.decisions.open[:, -1], watch, engine.gross)
    by_bounds(engine, at_once)
    return engine.plan


def by_long_searches(engine: Engine) -> None:
    """Rounds of long searches of the whole without its cash, or of its parts, and of better plans, or of a search with the cash in it.

    A single block leaves a core free while its first plan is made: the long search begins on that, where it is one.
    """
    quick = min(1.0, (NORMAL / engine.loose.matrix.nnz) ** SLOWER)
    work = CLIMB * quick
    parts = PARTS if int(engine.loose.whole.sum()) > LONG else 1
    free = np.allclose(engine.loose.worth, engine.piece.worth)  # where cash has a price, what a search finds may not be paid
    near = ENOUGH * engine.watch.gap * engine.gross if free else 0.0
    with (
        Leaves(engine.loose, engine.kind, engine.watch, engine.gross, parts, near) as leaves,
        Climb(engine.piece, engine.watch) as paid,
    ):
        engine.climbs = [leaves, paid]
        if parts > 1:
            engine.plans_of_blocks([leaves.divide])
            work, engine.chain = 2 * work, 2 * LONGER
        else:
            engine.plans_of_blocks(leaves.tasks(round(AT_FIRST * work), None, 1) if len(engine.blocks) == 1 else [])
        while engine.watch.next_round():
            engine.climb_on(leaves, paid, round(work))
            work *= 2 if engine.whole.spent or parts > 1 else 1 + quick
            if leaves.over and (paid.over or not paid.begun) and not engine.seeking:
                break


def by_bounds(engine: Engine, at_once: bool) -> None:
    """Rounds of bounds of blocks, the loosest first, and of better plans, until neither is left.

    Blocks decide their sites first, and the rest follows from there, for all plants at once or block by block.
    """
    near = NEAR * engine.gross / len(engine.blocks)
    pairs = [(block, Ascent(block.piece, block.kind, engine.watch, near)) for block in engine.blocks]
    pairs.sort(key=lambda pair: -len(pair[0].numbers))
    try:
        limit = engine.watch.time_limit
        engine.hasty = limit is not None and limit < (PATIENT if at_once else VERY)
        engine.sites_of_blocks()
        if not at_once and engine.sites_only is not None:
            sites, engine.sites_only = engine.sites_only, None
            engine.in_steps = not engine.plans_of_blocks(sites=sites)
        if not engine.hasty and not engine.in_steps and not engine.watch.should_stop():
            glances = [partial(block.search_on, ascent, GLANCE) for block, ascent in pairs] if at_once else []
            engine.blocks_alone(glances, at_once)
        while engine.watch.next_round():
            chosen = _loosest(pairs)
            if engine.in_steps:
                engine.in_steps = False
                engine.plans_of_blocks()
            elif engine.behind:
                engine.two_places()
            elif chosen or engine.unspent:
                engine.bound_blocks(chosen)
            else:
                break
    finally:
        for _, ascent in pairs:
            ascent.end()


def _loosest(pairs: list[tuple[Block, Ascent]]) -> list[tuple[Block, Ascent]]:
    """The blocks to search on, most left open first."""
    left = [pair for pair in pairs if not pair[1].over]
    most = max((block.open for block, _ in left), default=0.0)
    return sorted((pair for pair in left if pair[0].open >= LOOSE * most), key=lambda pair: -pair[0].open)
