"""What would have to be true: every input that could flip a verdict, by how small a change of it is enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from brownfield.case.case import Case
from brownfield.case.cells import row_keys
from brownfield.case.parse import schema
from brownfield.case.tables import TABLES, facts, fields
from brownfield.errors import CaseError
from brownfield.evidence.claims import Evidence
from brownfield.solve.outcome import Outcome
from brownfield.study.inputs import SETTINGS, Input, input_of, read_input
from brownfield.study.slopes_many import slopes_of_all
from brownfield.study.solves import LARGE, Solves, Task, size
from brownfield.study.threshold import Threshold, threshold
from brownfield.study.verdicts import Verdict

TOGETHER = {"demand": 1, "lanes": 0, "diversions": 0, "rates": 1}
"""Tables of many rows whose rows are moved together: all that share so many first parts of their key."""

AT_FIRST = 3
"""Inputs that are worked out for a large case, unless more are asked for."""

SOLVES_EACH = {"small": 12, "large": 4}
"""Solves that one input may take, besides the two as things are now, which all share."""


@dataclass(frozen=True)
class Estimate:
    """An input that was not worked out: the value at which the best plan now and the best with the opposite are worth the same."""

    given: Input
    value: float

    @property
    def change(self) -> float:
        """The relative change to there."""
        return abs(self.given.relative(self.value) or 0.0)


@dataclass(frozen=True)
class Scan:
    """Every input that was looked at: those that flip the verdict, the smallest change first; those not settled; those that do not.

    estimates: for a large case, inputs that were not worked out, the smallest first. left_out: inputs that nothing is known of,
    because neither plan has money that hangs on them.
    """

    case: Case
    verdict: Verdict
    flips: tuple[Threshold, ...]
    unsettled: tuple[Threshold, ...]
    stays: tuple[Threshold, ...]
    estimates: tuple[Estimate, ...]
    left_out: int
    now: bool | None
    gap: float
    solves: int
    seconds: float
    stopped: bool = False


def scan(case: Case, verdict: Verdict, solves: Solves | None = None, *, top: int | None = None) -> Scan:
    """Look at every number of the case that should rest on a claim, and is not nothing, and rank those that flip the verdict.

    top: how many to work out (None: all of a small case, 3 of a large one), those first for which the plans found promise the
    smallest change. The others are estimated from the ledgers of these plans.
    """
    solves = solves or Solves()
    begun = solves.made, solves.seconds
    large = size(case) > LARGE
    limit = top or (AT_FIRST if large else None)
    sides = solves.run([Task.forced(case, verdict, truth, f"{'with' if truth else 'without'} the verdict") for truth in (True, False)])
    given = list(candidates(case))
    guesses = {guess.given.address: guess for guess in estimates(case, given, sides, solves)}
    given.sort(key=lambda one: (one.address not in guesses, guesses[one.address].change if one.address in guesses else 0.0))
    chosen = given if limit is None else [one for one in given if one.address in guesses][:limit]
    found: list[Threshold] = []
    for one in chosen:
        if solves.stopped:
            break
        try:
            found.append(threshold(case, verdict, one, solves, most=SOLVES_EACH["large" if large else "small"]))
        except CaseError:  # a value that the case cannot have, whatever the range: it flips nothing
            continue
    done = {one.given.address for one in found}
    rest = [guesses[one.address] for one in given if one.address in guesses and one.address not in done]
    flips = sorted((one for one in found if one.status == "flips"), key=_rank)
    return Scan(
        case, verdict, tuple(flips), tuple(one for one in found if one.status == "open"),
        tuple(one for one in found if one.status in ("stays", "rules")), tuple(rest), len(given) - len(done) - len(rest),
        found[0].now if found else None, solves.gap, solves.made - begun[0], solves.seconds - begun[1], solves.stopped,
    )  # fmt: skip


def _rank(found: Threshold) -> tuple[bool, float, str]:
    """The smallest relative change first; those without one last."""
    change = found.change
    return change is None, change or 0.0, found.given.address


def candidates(case: Case) -> Iterator[Input]:
    """Every input that should rest on a claim and is not nothing: cells one by one, long tables by groups of rows."""
    evidence = Evidence(case)
    for table in TABLES:
        frame = case.active(table)
        names = row_keys(frame, table).to_list() if frame.height else []
        for column in fields(table) if names else ():
            if facts(table, column).evidence and schema(table)[column] in (pl.Float64, pl.Int64) and column != "opened":
                filled = [name for name, value in zip(names, frame[column], strict=True) if value]
                for rows in _groups(table, filled):
                    yield input_of(case, table, rows, column, evidence)
    yield from (read_input(case, f"case.{name}") for name in SETTINGS if getattr(case.settings, name))


def _groups(table: str, names: list[str]) -> list[tuple[str, ...]]:
    """Rows that are moved together: each alone, or those of a long table that share the first parts of their keys."""
    if table not in TOGETHER:
        return [(name,) for name in names]
    groups: dict[tuple[str, ...], list[str]] = {}
    for name in names:
        groups.setdefault(tuple(name.split("|")[: TOGETHER[table]]), []).append(name)
    return [tuple(group) for group in groups.values()]


def estimates(case: Case, given: Sequence[Input], sides: Sequence[Outcome], solves: Solves) -> Iterator[Estimate]:
    """Where the worths of two plans meet as each input moves, by their ledgers; none for an input at which they never do in its range."""
    plans = [(outcome.plan, outcome.npv) for outcome in sides if outcome.plan is not None and outcome.npv is not None]
    if len(plans) < len(sides):
        return
    with solves.reckoning(f"estimates for {len(given):,} inputs") as heard:
        slopes = slopes_of_all(case, given, [plan for plan, _ in plans], heard)
    (_, one), (_, other) = plans
    for here in given:
        steeper = slopes[here.address][0] - slopes[here.address][1] if here.address in slopes else 0.0
        if abs(steeper) * (here.high - here.low) <= 1e-9 * max(1.0, abs(one)):
            continue
        value = here.now - (one - other) / steeper
        if here.low <= value <= here.high and here.relative(value) is not None:
            yield Estimate(here, value)
