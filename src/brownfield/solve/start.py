"""Good plans first: decide what weighs most with the rest relaxed, keep it, then decide the next (relax and fix)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from brownfield.model.assemble import Model
from brownfield.model.program import Floats, Ints
from brownfield.solve.cash import without_cash
from brownfield.solve.pieces import NOTHING, Answer, Flags, Piece, relax, search, whole_piece
from brownfield.solve.progress import Watch

SITES, LAUNCHES, SHIFTS, REST = 1, 2, 3, 4
ORDER = ((SITES, 10), (SHIFTS, 80), (LAUNCHES, 60), (REST, 80))
"""What is decided in which order, and the work for it."""
COARSE = 5e-4
"""How near to its bound a step is searched, as a share of gross value."""
ROUGH = 1e3
"""How far from its bound a first plan may be, in the worth of a thousand of the best cars."""
USED, MORE, FROM_SITES = 1e-4, 1.3, 60
"""What a relaxation does of a launch that it uses; how many more are tried, for each that it uses; the work for a plan from sites."""
AT_FIRST = (2, 40)
"""Work for a plan with nothing changed, and for a second search where that finds none; either ends with its first plan."""
MANY = 12_000
"""Whole columns above which that second search takes too long, and settling as well."""
FINE = 2e-4
"""How near to its bound a plan is settled in the end, as a share of gross value."""
USUAL = 0.01
"""The gap for which that is fine enough; at a wider one it is more."""
SETTLING = 30
"""Work for that."""


def kinds_of_columns(model: Model) -> Ints:
    """What each whole column decides, shape (columns,): sites and offers, launches, shift models, or the rest; 0 when it is not whole."""
    x, program = model.decisions, model.program
    kind = np.where(program.integer_columns(), REST, 0)
    for decided, blocks in (
        (SITES, (x.open, x.idle, x.closed, x.opened, x.starts, x.exits)),
        (LAUNCHES, (x.launch,)),
        (SHIFTS, (x.runs,)),
    ):
        kind[numbers(*blocks)] = decided
    return kind


def numbers(*blocks: Ints) -> Ints:
    """Numbers of the columns that exist among blocks of decisions."""
    return np.concatenate([block[block >= 0] for block in blocks])


def step_by_step(piece: Piece, kind: Ints, watch: Watch, gross: float, steps: Sequence[tuple[int, int]] = ORDER) -> Answer:
    """A plan of a piece: sites and offers first, shift models, launches, the rest, each with what comes later relaxed.

    Nothing when a step finds nothing. steps: what is decided in which order, and the work for it.
    """
    lower, upper = piece.lower.copy(), piece.upper.copy()
    decided = np.zeros_like(piece.whole)
    answer = NOTHING
    for step, work in steps:
        decided |= piece.whole & (kind == step)
        answer = search(piece, watch, lower=lower, upper=upper, whole=decided, near=COARSE * gross, work=work)
        if answer.solution is None:
            break
        lower[decided] = upper[decided] = np.round(answer.solution[decided])
    return answer


def from_sites(piece: Piece, kind: Ints, solution: Floats, watch: Watch, gross: float) -> Answer:
    """A plan with the sites and offers of a solution, all else decided at once, but among few launches only (kernel search).

    Those that its relaxation uses, and some more that are nearest to being used, by their reduced costs (Angelelli, Mansini and
    Speranza 2010): few of all that there are, and the rest becomes small enough to be decided at once.
    """
    piece = with_sites(piece, kind, solution)
    relaxed = relax(piece, watch)
    if relaxed is None:
        return NOTHING
    launches = piece.whole & (kind == LAUNCHES)
    used = launches & (relaxed.solution > USED)
    others = np.flatnonzero(launches & ~used & (piece.upper > piece.lower))
    gain = piece.worth - piece.matrix.T @ relaxed.price
    left_out = others[np.argsort(-gain[others], kind="stable")][round(MORE * int(used.sum())) :]
    upper = piece.upper.copy()
    upper[left_out] = piece.lower[left_out]
    return search(piece, watch, upper=upper, near=FINE * gross, work=FROM_SITES, keen=True)


def with_sites(piece: Piece, kind: Ints, solution: Floats) -> Piece:
    """The piece with the sites and offers of a solution."""
    sites = piece.whole & (kind == SITES)
    lower, upper = piece.lower.copy(), piece.upper.copy()
    lower[sites] = upper[sites] = np.round(solution[sites])
    return replace(piece, lower=lower, upper=upper)


def as_it_stands(piece: Piece, model: Model, watch: Watch) -> Answer:
    """A first plan at once, so that there is something to keep: nothing closed, opened, launched or accepted."""
    x = model.decisions
    upper = piece.upper.copy()
    upper[numbers(x.launch, x.starts, x.closed, x.opened)] = 0.0
    rough = ROUGH * float(np.abs(model.gross).max())
    quick = search(piece, watch, upper=upper, near=rough, work=AT_FIRST[0])
    if quick.solution is not None or int(piece.whole.sum()) > MANY:
        return quick
    return search(piece, watch, upper=upper, near=rough, work=AT_FIRST[1], keen=True)


def with_fixed(
    piece: Piece,
    fixed: Flags,
    solution: Floats,
    watch: Watch,
    *,
    start: Floats | None = None,
    near: float = 0.0,
    work: int | None = None,
    settling: bool = False,
    keen: bool = False,
) -> Answer:
    """The best that is left to decide when some columns are kept as a solution has them."""
    lower, upper = piece.lower.copy(), piece.upper.copy()
    lower[fixed] = upper[fixed] = np.where(piece.whole, np.round(solution), solution)[fixed]
    return search(piece, watch, lower=lower, upper=upper, start=start, near=near, work=work, settling=settling, keen=keen)


def settle(model: Model, watch: Watch, plan: Floats, gross: float) -> Floats:
    """The best shift models, volumes and people for the sites, launches and offers of a plan.

    A proof within a gap leaves quirks in a plan that cost little and look odd; with the large decisions kept, the rest is
    solved nearly to the end, less nearly where the gap is wide. The plan as it is where the program is too large for that.
    """
    piece, kind = whole_piece(model), kinds_of_columns(model)
    if int(piece.whole.sum()) > MANY:
        return plan
    before, near = float(piece.worth @ plan) + piece.constant, FINE * max(1.0, watch.gap / USUAL) * gross
    if watch.bound is not None and watch.bound - before <= near and watch.gap * gross <= near:
        return plan  # at a wider gap it is chance how far the bound came
    kept = (kind == SITES) | (kind == LAUNCHES)
    loose = [without_cash(model, piece, np.zeros_like(piece.row_lower))] if _cash_to_spare(model, piece, plan) else []
    for one in (*loose, piece):
        answer = with_fixed(one, kept, plan, watch, start=plan, near=near, work=SETTLING, settling=True)
        if one is not piece and answer.solution is not None:
            answer = with_fixed(piece, piece.whole, answer.solution, watch, settling=True)
        if answer.solution is not None:
            return answer.solution if answer.worth > before else plan
    return plan


def _cash_to_spare(model: Model, piece: Piece, plan: Floats) -> bool:
    """Whether cash never comes down to its floor and no credit is drawn, so that a plan nearby is most likely paid as well."""
    drawn = numbers(model.decisions.revolver)
    least = piece.matrix @ plan - piece.row_lower
    floors = [least[block.first : block.first + block.count] for block in model.program.family("liquidity_floor")]
    return not plan[drawn].any() and all(bool((floor > 0).all()) for floor in floors)
