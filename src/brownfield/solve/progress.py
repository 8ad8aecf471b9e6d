"""Watching a solve: the best plan so far, the bound, and when it is good enough or somebody wants it to stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from brownfield.solve.outcome import Point

Floats = npt.NDArray[np.float64]
EVERY = 0.5
"""Seconds between two points of progress."""


@dataclass
class Watch:
    """Follows one solve. The gap is money per gross value, so it cannot be left to the solver's own relative gap (N4)."""

    gross: Floats
    gap: float
    time_limit: float | None
    on_progress: Callable[[Point], None] | None = None
    started: float = field(default_factory=time.monotonic)
    points: list[Point] = field(default_factory=list)
    incumbent: float | None = None
    bound: float | None = None
    gross_value: float = 0.0
    stop: bool = False
    by_clock: bool = False
    rounds: int | None = None
    """Rounds of a large search that may still begin, where work is limited."""
    stopped_by: Literal["proof", "time", "user", "work"] = "proof"
    _told: float = -1.0

    @property
    def seconds(self) -> float:
        """Seconds since the solve began."""
        return time.monotonic() - self.started

    def found(self, value: float, solution: Floats) -> None:
        """A better plan was found."""
        if self.incumbent is None or value > self.incumbent:
            self.incumbent = value
            self.gross_value = float(self.gross @ solution)
            self.tell(force=True)

    def bounded(self, bound: float) -> None:
        """No plan can be worth more than this; a bound only ever falls."""
        if np.isfinite(bound) and abs(bound) < 1e100 and (self.bound is None or bound < self.bound):
            self.bound = bound

    def tell(self, *, force: bool = False) -> None:
        """Record where things stand, at most twice a second, and tell whoever listens."""
        now = self.seconds
        if force or now - self._told >= EVERY:
            self._told = now
            point = Point(now, self.incumbent, self.bound)
            self.points.append(point)
            if self.on_progress:
                self.on_progress(point)

    def good_enough(self) -> bool:
        """Whether no other plan can be better by more than the wanted share of gross value."""
        if self.incumbent is None or self.bound is None or self.gap <= 0:
            return False
        return self.bound - self.incumbent <= self.gap * self.gross_value

    def out_of_time(self) -> bool:
        """Whether somebody asked to stop, or time is over; a proof is no reason here."""
        if not self.stop and self.time_limit is not None and self.seconds > self.time_limit:
            self.by_clock = True
            return True
        return self.stop

    def too_long(self, began: float, share: float) -> bool:
        """Whether something has taken more than this part of the time limit since then; if so the clock had a say."""
        long = self.time_limit is not None and self.seconds - began > share * self.time_limit
        self.by_clock |= long
        return long

    def should_stop(self) -> bool:
        """Whether to stop now: asked to, out of time, or good enough."""
        if self.stop:
            self.stopped_by = "user"
        elif self.good_enough():
            self.stopped_by = "proof"
        elif self.time_limit is not None and self.seconds > self.time_limit:
            self.stopped_by = "time"
            self.by_clock = True
        else:
            return False
        return True

    def next_round(self) -> bool:
        """Whether another round of a large search begins."""
        if self.should_stop():
            return False
        if self.rounds is not None:
            if self.rounds == 0:
                self.stopped_by = "work"
                return False
            self.rounds -= 1
        return True
