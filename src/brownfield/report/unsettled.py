"""What a study of contested claims could not settle: which readings, why, and what would settle them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from brownfield.report.numbers import listed, money, several, share
from brownfield.solve.outcome import Outcome
from brownfield.study.readings import Flips, Tried

LONGER = 10
"""How many times as long a first attempt to settle more should take: proofs slow down, so that twice as long gains little."""


@dataclass(frozen=True)
class Unsettled:
    """One reading whose two best plans overlap between their limits.

    overlap: by how much (million; inf: a plan or a limit is not known). gap: to which share of its gross value the worse of the two
    has to be proved, if the plans found are the best (None: no gap is known to do; they are worth the same, or one is lacking).
    stopped: solves of it that the clock ended. seconds: the longest of them.
    """

    one: Tried
    overlap: float
    gap: float | None
    stopped: int
    seconds: float


def unsettled(found: Flips) -> tuple[Unsettled, ...]:
    """Readings worked out that leave the verdict open, or flip it without proof; the case as it is first."""
    if found.today is None:
        return ()
    first = (found.today,) if found.today.trial.state is None else ()
    tried = (*found.singles, *found.pairs, *found.more)
    return tuple(_unsettled(one) for one in (*first, *(one for one in tried if one.possible and one.trial.state is None)))


def _unsettled(one: Tried) -> Unsettled:
    true, false = one.trial.true, one.trial.false
    overlap = min(true.high - false.low, false.high - true.low)
    better, worse = (true, false) if true.low >= false.low else (false, true)
    apart = better.low - worse.low
    gross = worse.outcome.ledger.gross if worse.outcome is not None and worse.outcome.ledger is not None else 0.0
    gap = apart / gross if gross > 0 and one.trial.hair < apart < math.inf else None
    clocked = [side.outcome for side in (true, false) if one.solved and side.outcome is not None and _stopped(side.outcome)]
    return Unsettled(one, max(overlap, 0.0), gap, len(clocked), max((outcome.seconds for outcome in clocked), default=0.0))


def _stopped(outcome: Outcome) -> bool:
    """Whether the clock ended a solve before its proof."""
    return outcome.stopped_by == "time" and outcome.status in ("feasible", "no_plan")


def told_unsettled(found: Flips, names: list[str]) -> list[str]:
    """The same in sentences; `names`: the readings of `unsettled`, in words."""
    open_ones = unsettled(found)
    if not open_ones:
        return []
    base = found.case.settings.base_currency
    most = max(one.overlap for one in open_ones)
    by = f"by up to {money(most, base, 'up')}" if most < math.inf else "for some without any limit known"
    said = [f"Not settled: {listed(names)}. The limits of the best plans with and without the verdict overlap there, {by}."]
    stopped, seconds = sum(one.stopped for one in open_ones), max(one.seconds for one in open_ones)
    if stopped:
        have = "was" if stopped == 1 else "were"
        said.append(f"{several(stopped, 'of their solves', 'of their solves')} {have} ended by the clock, after {seconds:,.0f} s at most.")
    return [*said, *_what_would(open_ones, found.gap, seconds)]


def _what_would(open_ones: tuple[Unsettled, ...], gap: float, seconds: float) -> list[str]:
    """What would settle them: a smaller gap, more time, or nothing that is known."""
    gaps = [one.gap for one in open_ones if one.gap is not None]
    said = []
    if gaps:
        least, most = share(min(gaps), "down"), share(max(gaps), "down")
        how = least if least == most else f"{least} to {most}"
        said.append(f"A gap of {how} for the worse of the two plans would settle them, if the plans found are the best.")
    options = [f"--gap {_floor(min(gaps)):g}"] if gaps and min(gaps) < gap else []
    options += [f"--time-limit {_ceiling(LONGER * seconds)}"] if seconds else []
    if options:
        done = "--store FOLDER keeps the solves that are done"
        said.append(f"To settle more, say {' '.join(options)}; {done}. How long it takes to the end cannot be known before.")
    if len(gaps) < len(open_ones):
        count = len(open_ones) - len(gaps)
        said.append(f"For {count} of them no gap is known that would do: the two plans found are worth the same, or one was not found.")
    return said


def _floor(value: float) -> float:
    """A number rounded down to one digit."""
    step = 10.0 ** math.floor(math.log10(value))
    return math.floor(value / step + 1e-9) * step


def _ceiling(seconds: float) -> int:
    """Seconds rounded up to whole minutes."""
    return 60 * math.ceil(seconds / 60)
