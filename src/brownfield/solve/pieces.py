"""A program over plain arrays, and what HiGHS can make of it: its relaxation, or the best whole solution that some work finds.

Work is counted in the steps after which HiGHS asks whether to go on (rounds of cuts, nodes), so that it is the same on any
machine (N7). HiGHS always gets one thread: pieces run side by side in threads of their own, for it lets go of Python while it works.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from brownfield.model.assemble import Model
from brownfield.model.program import Floats
from brownfield.solve.highs import fresh, stop_when
from brownfield.solve.progress import Watch

Flags = npt.NDArray[np.bool_]

EFFORT = 0.3
"""Part of its work that HiGHS spends on looking for solutions, where these are what is wanted."""
SHARE = 0.25
"""Part of the time limit that one search may take, if nothing else is said."""

HUGE = 100_000
"""Coefficients above which a relaxation is solved by first-order steps, and the first one of a search by an interior point method."""
NEARLY = 1e-3
"""How nearly the first: what is missing of prices, volumes and worth, as shares of their sizes."""


@dataclass(frozen=True)
class Piece:
    """A program over plain arrays, maximised: the whole model, or one block of it with prices on what links it.

    worth: objective. constant: what the block adds to the bound in any case.
    """

    worth: Floats
    constant: float
    lower: Floats
    upper: Floats
    matrix: csr_array
    row_lower: Floats
    row_upper: Floats
    whole: Flags


def whole_piece(model: Model) -> Piece:
    """The whole program as one piece."""
    program = model.program
    start, index, value = program.matrix()
    matrix = csr_array((value, index, start), shape=(program.row_count, program.column_count))
    low, high = program.column_bounds()
    whole = program.integer_columns()
    return Piece(program.objective, program.constant, low, high, matrix, *program.row_bounds(), whole)


@dataclass(frozen=True)
class Relaxed:
    """The relaxation of a piece: what it is worth, its solution, and what one unit of each row's bound is worth."""

    worth: float
    solution: Floats
    price: Floats


@dataclass(frozen=True)
class Answer:
    """What a search of a piece came to: its best solution (None: none found), its worth, and a bound on any."""

    solution: Floats | None
    worth: float
    bound: float


NOTHING = Answer(None, -np.inf, np.inf)
"""What a search comes to that finds nothing."""


def relax(piece: Piece, watch: Watch) -> Relaxed | None:
    """The piece without wholeness, by an interior point method without the way to a corner; None when it did not come to an end.

    Large ones by steps along gradients, to `NEARLY`: in a fifth of the time, and where the other stands still far from the end.
    """
    solver = fresh()
    if piece.matrix.nnz > HUGE:
        solver.setOptionValue("solver", "hipdlp")
        solver.setOptionValue("kkt_tolerance", NEARLY)
    else:
        solver.setOptionValue("solver", "ipx")
    solver.setOptionValue("run_crossover", "off")
    if watch.time_limit is not None:
        solver.setOptionValue("time_limit", max(0.1, watch.time_limit - watch.seconds))
    _hand(solver, piece, piece.lower, piece.upper, np.zeros_like(piece.whole))
    stop_when(solver, watch.should_stop)
    solver.run()
    watch.by_clock |= solver.getModelStatus() == highspy.HighsModelStatus.kTimeLimit
    good = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kUnknown)
    solution = solver.getSolution()
    if solver.getModelStatus() not in good or not solution.dual_valid:
        return None
    return Relaxed(-solver.getInfo().objective_function_value, np.array(solution.col_value), -np.array(solution.row_dual))


def search(
    piece: Piece,
    watch: Watch,
    *,
    lower: Floats | None = None,
    upper: Floats | None = None,
    whole: Flags | None = None,
    start: Floats | None = None,
    near: float = 0.0,
    work: int | None = None,
    on_bound: Callable[[float], None] | None = None,
    settling: bool = False,
    keen: bool = False,
    share: float = SHARE,
) -> Answer:
    """The best solution of a piece, with some columns fixed or relaxed, that so much work finds.

    near: a solution this near the bound, in money, is good enough. work: steps of HiGHS. start: a solution to begin from.
    on_bound: told every better bound. settling: go on although the plan is proved good enough. keen: work more on
    solutions than on the bound. share: part of the time limit that it may take.
    """
    low, high = piece.lower if lower is None else lower, piece.upper if upper is None else upper
    left = (piece.whole if whole is None else whole) & (low < high)
    solver = loaded(piece, watch, lower=low, upper=high, whole=left, share=share)
    solver.setOptionValue("mip_abs_gap", max(near, 1e-7))
    if piece.matrix.nnz > HUGE and not left.any():
        solver.setOptionValue("solver", "ipx")
        solver.setOptionValue("run_crossover", "off")
    if keen:
        solver.setOptionValue("mip_heuristic_effort", EFFORT)
    if start is not None:
        solver.setSolution(len(start), np.arange(len(start), dtype=np.int32), start)
    stop = watch.out_of_time if settling else watch.should_stop
    steps = 0

    def ask(event: Any) -> None:
        nonlocal steps
        steps += 1
        if on_bound is not None and np.isfinite(event.data_out.mip_dual_bound):
            on_bound(-event.data_out.mip_dual_bound)
        if work is not None and steps > work:
            event.interrupt()

    solver.cbMipInterrupt += ask
    stop_when(solver, stop)
    solver.run()
    if solver.getModelStatus() == highspy.HighsModelStatus.kUnknown:  # the interior point method stood still
        solver.setOptionValue("solver", "choose")
        solver.run()
    watch.by_clock |= solver.getModelStatus() == highspy.HighsModelStatus.kTimeLimit
    info = solver.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    done = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    bound = -info.mip_dual_bound if left.any() else (-info.objective_function_value if done else np.inf)
    if not found:
        return Answer(None, -np.inf, bound)
    return Answer(np.array(solver.getSolution().col_value), -info.objective_function_value, bound)


def loaded(
    piece: Piece,
    watch: Watch,
    *,
    lower: Floats | None = None,
    upper: Floats | None = None,
    whole: Flags | None = None,
    share: float = 1.0,
) -> highspy.Highs:
    """A solver with a piece in it, to be searched to its end. share: part of the time limit that it may take."""
    solver = fresh()
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 1e-7)
    if watch.time_limit is not None:
        solver.setOptionValue("time_limit", max(0.1, min(share * watch.time_limit, watch.time_limit - watch.seconds)))
    low, high = piece.lower if lower is None else lower, piece.upper if upper is None else upper
    if piece.matrix.nnz > HUGE:
        solver.setOptionValue("mip_lp_solver", "ipx")
    _hand(solver, piece, low, high, piece.whole if whole is None else whole)
    return solver


def _hand(solver: highspy.Highs, piece: Piece, lower: Floats, upper: Floats, whole: Flags) -> None:
    """Hand a piece over, turned into one to be minimised: with a maximum, prices come back with either sign."""
    a = piece.matrix
    solver.passModel(
        len(piece.worth), a.shape[0], a.nnz, int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize),
        -piece.constant, -piece.worth, lower, upper, piece.row_lower, piece.row_upper,
        a.indptr.astype(np.int32), a.indices.astype(np.int32), a.data, whole.astype(np.int32),
    )  # fmt: skip
