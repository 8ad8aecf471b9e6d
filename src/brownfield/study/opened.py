"""A run opened again: the outcome of one of its solves, with the case it is of, from the store alone."""

from __future__ import annotations

from pathlib import Path

from brownfield.solve.outcome import Outcome
from brownfield.study import stored
from brownfield.study.store import Result, Store, StoreError


def opened(store: Store, number: int, solve: int | None = None) -> Outcome:
    """The outcome of a solve of a run, checked like any plan. StoreError when it has no plan, or it is not said which is meant."""
    _, results = store.run(number)
    place = _place(store.folder, number, results, solve)
    result = results[place]
    kept, case = store.result(result.key), store.case(result.case_digest)
    if kept is None or case is None or "status" not in kept.told:
        found = f"solve {place + 1} of run {number}, of which the files are not what they were"
        raise StoreError("BF524", store.folder, found, "a whole result", "run the study again: it makes what is missing")
    return stored.checked(stored.as_outcome(kept, case), result.key)


def _place(folder: Path, number: int, results: list[Result], solve: int | None) -> int:
    """Which result is meant, from 0."""
    plans = [place for place, result in enumerate(results) if result.told.get("npv") is not None]
    if not plans:
        raise StoreError("BF525", folder, f"run {number}, which has no plan", "a run with a plan", "say brownfield runs")
    if solve is None and len(plans) == 1:
        return plans[0]
    if solve is None or solve - 1 not in plans:
        said = f"run {number} with {len(plans)} plans" if solve is None else f"solve {solve} of run {number}"
        some = ", ".join(str(place + 1) for place in plans[:12]) + (" ..." if len(plans) > 12 else "")
        fix = f"say --solve; brownfield runs show {number} lists them"
        raise StoreError("BF525", folder, said, f"one of its solves with a plan: {some}", fix)
    return solve - 1
