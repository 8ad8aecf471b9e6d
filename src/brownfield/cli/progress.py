"""Live progress of a solve on the terminal: best plan, bound, what is still between them, and the clock."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.live import Live
    from rich.text import Text

    from brownfield.solve.outcome import Point


class Progress:
    """Hears of every point of progress and shows the last one; the clock goes on while the solver is silent."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.point: Point | None = None
        self.started = time.monotonic()

    def heard(self, point: Point) -> None:
        """A new point of progress."""
        self.point = point

    def live(self) -> Live:
        """The display, on standard error, gone when the solve is done; nothing where no terminal is."""
        from rich.console import Console
        from rich.live import Live

        console = Console(stderr=True)
        return Live(get_renderable=self.line, console=console, refresh_per_second=4, transient=True, redirect_stdout=False)

    def line(self) -> Text:
        """Where things stand, in one line."""
        from rich.text import Text

        return Text(self.sentence())

    def sentence(self) -> str:
        """Where things stand, in words."""
        clock = f"{time.monotonic() - self.started:5.0f} s"
        best = None if self.point is None else self.point.incumbent
        bound = None if self.point is None else self.point.bound
        if best is None:
            return f"{clock}  looking for a first plan" + ("" if bound is None else f"; none is worth more than {self._money(bound)}")
        if bound is None:
            return f"{clock}  best plan {self._money(best)}; no bound yet"
        more = self._money(max(bound - best, 0.0))
        return f"{clock}  best plan {self._money(best)}; none is better by more than {more}"

    def _money(self, amount: float) -> str:
        return f"{self.currency} {amount:,.1f} m"
