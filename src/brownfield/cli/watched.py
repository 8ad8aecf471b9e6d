"""The solves of a study with their progress on the terminal: what runs, how far it is, how many are done."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

    from brownfield.cli.fan import Fan
    from brownfield.study.solves import Solves, Standing


@contextmanager
def watched(gap: float, time_limit: float | None, repeatable: bool, *, shown: bool, currency: str, fan: Fan) -> Iterator[Solves]:
    """Solves for a study; a line of progress on standard error while they run, where a terminal is and one is wanted."""
    with fan.solves(gap, time_limit, repeatable) as solves:
        if not shown:
            yield solves
            return
        from rich.console import Console
        from rich.live import Live

        line = _Line(currency)
        solves.on_progress = line.heard
        with Live(get_renderable=line.text, console=Console(stderr=True), refresh_per_second=4, transient=True, redirect_stdout=False):
            yield solves


class _Line:
    """The last thing heard, as a line."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.standing: Standing | None = None
        self.started = time.monotonic()

    def heard(self, standing: Standing) -> None:
        """Where the solves stand."""
        self.standing = standing

    def text(self) -> Text:
        """What runs, and how far it is."""
        from rich.text import Text

        clock = f"{time.monotonic() - self.started:5.0f} s"
        if self.standing is None:
            return Text(f"{clock}  getting ready")
        told = []
        for name, point in self.standing.running:
            if point is not None and point.incumbent is not None and point.bound is not None:
                name += f" (best {point.incumbent:,.1f}, none better by {max(point.bound - point.incumbent, 0.0):,.1f} {self.currency} m)"
            told.append(name)
        return Text(f"{clock}  {self.standing.done} solves done; now: {'; '.join(told)}")
