"""One long search of a whole program that rests between rounds and goes on where it was.

Begun anew in each round it would spend most of its time at its root. It rests after a number of steps of HiGHS, not of seconds, and
hears of better plans only while it rests, so that the clock has no say in what it finds (N7).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import highspy
import numpy as np
from scipy.sparse import csr_array

from brownfield.model.program import Floats
from brownfield.solve.pieces import Flags, Piece, loaded
from brownfield.solve.progress import Watch

PATIENCE = 0.5
"""Seconds after which a resting search looks whether it is still wanted."""
RELIABLE = 2


@dataclass(frozen=True)
class Cuts:
    """Rows that every whole solution keeps."""

    matrix: csr_array
    lower: Floats
    upper: Floats


class Climb:
    """A search of a piece, to be used in a `with`; `bound` and `solution` are what it knows so far, `over` whether it came to its end,
    `impossible` whether there is no solution.

    whole: the columns that have to be whole, if not all that are. bound_only: solutions are looked for elsewhere. near: a solution this
    near the bound, in money, ends it. cuts: what the search added at its root to a program that needs no presolving, once that is done;
    it rests then.
    """

    def __init__(
        self,
        piece: Piece,
        watch: Watch,
        *,
        whole: Flags | None = None,
        bound_only: bool = False,
        near: float = 0.0,
        presolved: bool = False,
    ) -> None:
        self.watch = watch
        self.cuts: Cuts | None = None
        self.bound = np.inf
        self.solution: Floats | None = None
        self.over = self.impossible = False
        self._told: Floats | None = None
        self._error: Exception | None = None
        self._left = 0
        self._ending = False
        self._rests, self._goes_on = threading.Event(), threading.Event()
        self._any_whole = bool((piece.whole if whole is None else whole).any())
        self._solver = loaded(piece, watch, whole=whole)
        self._solver.setOptionValue("mip_allow_restart", False)  # its root is what takes longest
        self._solver.setOptionValue("mip_pscost_minreliable", 0 if bound_only else RELIABLE)
        self._solver.setOptionValue("mip_heuristic_effort", 0.0)  # it is there for the bound
        self._solver.setOptionValue("mip_abs_gap", max(near, 1e-7))
        if bound_only:
            for way in ("rins", "rens", "root_reduced_cost"):
                self._solver.setOptionValue(f"mip_heuristic_run_{way}", False)
        if presolved:
            self._solver.setOptionValue("presolve", "off")
            self._solver.cbMipGetCutPool += self._root_done
        self._solver.cbMipInterrupt += self._ask
        self._solver.cbSimplexInterrupt += self._ask_in_program
        self._solver.cbIpmInterrupt += self._ask_in_program
        self._solver.cbMipImprovingSolution += self._improved
        self._solver.cbMipUserSolution += self._tell
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def begun(self) -> bool:
        """Whether it has been asked to search at all."""
        return self._thread.ident is not None

    def __enter__(self) -> Climb:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.end()

    def end(self) -> None:
        """Let go of what is searching."""
        self._ending = True
        self._goes_on.set()
        if self._thread.is_alive():
            self._thread.join()

    def go_on(self, work: int, better: Floats | None = None) -> None:
        """Search with so much work more; returns when it is done or the search is over. better: a solution to beat from now on."""
        if self.over:
            return
        self._told = better
        self._left = work
        self._rests.clear()
        if not self.begun:
            if better is not None:
                self._solver.setSolution(len(better), np.arange(len(better), dtype=np.int32), better)
            self._thread.start()
        else:
            self._goes_on.set()
        self._rests.wait()
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            self._search()
        except Exception as error:  # told to whoever waits
            self._error = error
        finally:
            self.over = True
            self._rests.set()

    def _search(self) -> None:
        self._solver.run()
        info, status = self._solver.getInfo(), self._solver.getModelStatus()
        self.watch.by_clock |= status == highspy.HighsModelStatus.kTimeLimit
        self.impossible = status == highspy.HighsModelStatus.kInfeasible
        if not self._any_whole:  # its bound is its solution, where that is the best
            if status == highspy.HighsModelStatus.kOptimal:
                self.bound = min(self.bound, -info.objective_function_value)
        elif np.isfinite(info.mip_dual_bound):
            self.bound = min(self.bound, -info.mip_dual_bound)
        if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
            self.solution = np.array(self._solver.getSolution().col_value)

    def _ask(self, event: Any) -> None:
        if np.isfinite(event.data_out.mip_dual_bound):
            self.bound = min(self.bound, -event.data_out.mip_dual_bound)
        self._left -= 1
        if self._left < 0 and not self._ending:
            self._goes_on.clear()
            self._rests.set()
            while not (self._ending or self._goes_on.wait(PATIENCE)):
                pass
        self._ask_in_program(event)

    def _ask_in_program(self, event: Any) -> None:
        if self._ending or self.watch.should_stop():
            event.interrupt()

    def _root_done(self, event: Any) -> None:
        told = event.data_out
        size = (told.cutpool_num_cut, told.cutpool_num_col)
        start = np.append(np.array(told.cutpool_start)[: size[0]], len(told.cutpool_index))
        matrix = csr_array((np.array(told.cutpool_value), np.array(told.cutpool_index), start), shape=size)
        self.cuts = Cuts(matrix, np.array(told.cutpool_lower), np.array(told.cutpool_upper))
        self._left = 0

    def _improved(self, event: Any) -> None:
        self.solution = np.array(event.data_out.mip_solution)

    def _tell(self, event: Any) -> None:
        if self._told is not None:
            event.data_in.setSolution(self._told)
            self._told = None
