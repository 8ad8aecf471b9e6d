"""The best decisions of today for a case and its futures: one program where it fits, cuts where it does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from brownfield.model.data import Floats, Ints
from brownfield.solve.blocks import plant_of_columns
from brownfield.solve.decomposed import Round, by_cuts
from brownfield.solve.neighbours import kept_beside, neighbourhoods
from brownfield.solve.pieces import Flags, whole_piece
from brownfield.solve.progress import Watch
from brownfield.solve.recourse import Recourse
from brownfield.solve.run import AGREES
from brownfield.solve.start import LAUNCHES, SITES, kinds_of_columns
from brownfield.solve.two_stage import Measure, TwoStage, whole_search
from brownfield.study.stages import Staged

SMALL_WHOLE, SMALL_COLUMNS = 400, 40_000
"""Whole columns, and columns of all futures together, up to which one program holds them all."""
GROUPS = 5
"""Groups of futures with cuts of their own; with fewer than four futures a group, every future is one."""
STEPS = 500
"""Steps of HiGHS that stand for one search of all decisions, where one program holds all futures."""
NEAR = 0.1
"""How near its bound a place around the best decision is searched, as a share of the wanted gap."""


@dataclass(frozen=True)
class Chosen:
    """The best decisions of today: their worth by the measure, in each future, and what no other can be worth more than.

    gap: what is open as a share of gross value. cuts, programs: rounds, and linear programs solved, where cuts were used.
    """

    decided: Floats
    worths: Floats
    worth: float
    bound: float
    gap: float
    method: Literal["one program", "cuts"]
    seconds: float
    rounds: tuple[Round, ...]
    programs: int


def chosen(
    staged: Staged,
    measure: Measure,
    watch: Watch,
    *,
    start: Floats | None,
    gap: float,
    gross: float,
    method: Literal["one program", "cuts"] | None = None,
    work: int | None = None,
) -> Chosen | None:
    """The best decisions of today, none other better by more than `gap` times `gross`; None when no plan was found.

    start: decisions to begin from. method: None leaves it to the size. work: searches of all decisions at most (None: no limit).
    """
    program = staged.program
    near, began = max(gap, AGREES) * max(gross, 1.0), watch.seconds
    columns = sum(len(future.worth) for future in program.futures)
    small = int(program.today.whole.sum()) <= SMALL_WHOLE and columns <= SMALL_COLUMNS
    if method == "one program" or (method is None and small):
        return _in_one(program, measure, watch, near, gross, start, work)
    found = by_cuts(
        program, watch, measure, near=near, groups=grouped(program), anchors=[range(len(program.futures))],
        core=start, start=start, places=_places(staged), close=NEAR * near, kinds=_kinds(staged), most_whole=work,
    )  # fmt: skip
    if found.best is None:
        return None
    bound = max(found.bound, found.best.worth)
    open_by = (bound - found.best.worth) / max(gross, 1.0)
    return Chosen(
        found.best.decided, found.best.worths, found.best.worth, bound, open_by, "cuts", watch.seconds - began, found.rounds, found.programs
    )


def _in_one(
    program: TwoStage, measure: Measure, watch: Watch, near: float, gross: float, start: Floats | None, work: int | None
) -> Chosen | None:
    """The best decisions by one search of all futures together; those to begin from where it was stopped before it found any."""
    began = watch.seconds
    answer = whole_search(program, watch, measure, near=near, work=None if work is None else work * STEPS)
    if answer.solution is not None:
        worths, worth, decided = worths_of(program, answer.solution), answer.worth, answer.solution[: len(program.today.worth)].copy()
    else:
        replies = [] if start is None else [Recourse(program).reply(number, start).worth for number in range(len(program.futures))]
        if start is None or None in replies:
            return None
        worths, decided = np.array(replies, dtype=float) + program.worth_today(start), start.copy()
        worth = measure.of(worths, program.chance)
    flags = program.today.whole
    decided[flags] = np.round(decided[flags])
    bound = max(answer.bound, worth)
    return Chosen(decided, worths, worth, bound, (bound - worth) / max(gross, 1.0), "one program", watch.seconds - began, (), 0)


def worths_of(program: TwoStage, solution: Floats) -> Floats:
    """What a solution of the extensive form is worth in each future."""
    first = len(program.today.worth)
    decided, worths = solution[:first], []
    for future in program.futures:
        own = solution[first : first + len(future.worth)]
        worths.append(program.worth_today(decided) + float(future.more @ decided) + float(future.worth @ own) + future.constant)
        first += len(future.worth)
    return np.array(worths)


def grouped(program: TwoStage) -> Ints:
    """Group of each future: those with about as much demand come together, as many in each."""
    count = len(program.futures)
    if count < 4 * GROUPS:
        return np.arange(count)
    size = np.array([float(future.upper[np.isfinite(future.upper)].sum()) for future in program.futures])
    group = np.empty(count, dtype=np.int64)
    group[np.argsort(size, kind="stable")] = np.arange(count) * GROUPS // count
    return group


def _kinds(staged: Staged) -> Ints:
    """What each of today's columns decides; limits that may break are none of the kinds."""
    extra = len(staged.program.today.worth) - len(staged.now)
    return np.concatenate([kinds_of_columns(staged.model)[staged.now], np.full(extra, -1)])


def _places(staged: Staged) -> list[Flags]:
    """What is kept while better decisions are looked for around the best: all sites and launches first, then all but a few plants."""
    model = staged.model
    piece, kind, owner = whole_piece(model), kinds_of_columns(model), plant_of_columns(model)
    places = [(kind == SITES) | (kind == LAUNCHES)]
    places += [kept_beside(model, piece, kind, owner, some) for some in neighbourhoods(model, np.arange(len(model.data.plants)))]
    extra = np.zeros(len(staged.program.today.worth) - len(staged.now), dtype=bool)
    return [np.concatenate([kept[staged.now], extra]) for kept in places]
