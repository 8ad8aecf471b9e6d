"""Two-stage plans: the farmer, capacity instances (SIPLIB) and the Oppama case, all futures in one program beside decomposition.

    python -m benchmarks.two_stage farmer
    python -m benchmarks.two_stage dcap [SECONDS]        for each instance and way
    python -m benchmarks.two_stage oppama [FUTURES ...]  100 and the cost up to 1,000, at most LIMIT seconds each
"""

import os
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.common import Figure, show
from brownfield.files import read_case
from brownfield.solve import solve
from brownfield.solve.copies import by_copies
from brownfield.solve.decomposed import by_cuts
from brownfield.solve.progress import Watch
from brownfield.solve.recourse import Recourse
from brownfield.solve.two_stage import EXPECTED, TwoStage, whole_search
from brownfield.study.futures import futures, without_futures
from brownfield.study.optimise import decisions_of
from brownfield.study.stages import staged
from brownfield.study.two_stage import chosen

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("BROWNFIELD_SHARED", ROOT.parent / "shared"))
LIMIT = 240.0
"""Seconds by the clock for each number of futures: with 100 nothing got better later."""
KNOWN = {"dcap233-200": 1834.56, "dcap332-200": 1060.70}
"""Best values known, as remembered in our notes; not checked against a paper."""


def watch(seconds: float | None = None) -> Watch:
    return Watch(np.zeros(0), 0.0, seconds)


def farmer() -> None:
    """Both ways on the farmer, with 3 to 300 weathers."""
    sys.path.insert(0, str(ROOT / "tests" / "published"))
    from farmer import farmer as instance

    figures = []
    for count in (3, 30, 300):
        program = instance([1.2, 1.0, 0.8] if count == 3 else np.linspace(0.7, 1.3, count).tolist())
        for name, way in (("one program", whole), ("cuts", cuts)):
            begin = time.process_time()
            worth, bound = way(program)
            figures.append(Figure(f"{count} weathers, {name}", f"{worth:,.2f}, at most {bound:,.2f}, {time.process_time() - begin:.2f} s"))
    show("The farmer", "CPU seconds.", figures)


def whole(program: TwoStage) -> tuple[float, float]:
    answer = whole_search(program, watch())
    return answer.worth, answer.bound


def cuts(program: TwoStage) -> tuple[float, float]:
    found = by_cuts(program, watch(), near=1e-4, most=1e6)
    assert found.best is not None
    return found.best.worth, found.bound


def dcap(seconds: float) -> None:
    """Both ways on the capacity instances, each for so long."""
    sys.path.insert(0, str(ROOT / "tests" / "published"))
    from dcap import read_dcap

    figures = []
    for name, known in KNOWN.items():
        program = read_dcap(SHARED / "benchmarks" / "network" / "siplib_dcap", name)
        begin = time.process_time()
        answer = whole_search(program, watch(4.0 * seconds), near=0.1)  # a single search gets a quarter of the limit
        spent = time.process_time() - begin
        figures.append(Figure(f"{name}, one program", f"{-answer.worth:.2f}, at least {-answer.bound:.2f}, {spent:.0f} s", f"{known}"))
        begin = time.process_time()
        found = by_copies(program, watch(seconds), near=1e-2, rounds=200)
        spent = time.process_time() - begin
        told = f"{-found.worth:.2f}, at least {-found.bound:.2f}, {found.rounds} rounds, {spent:.0f} s"
        figures.append(Figure(f"{name}, copies", told, f"{known}"))
    show("Capacity instances with 200 futures", "Costs, CPU seconds; `wanted` is the best value known.", figures)


def oppama(counts: list[int]) -> None:
    """The Oppama case with so many futures, from its plan for demand as planned, within 1 % of gross value."""
    case = read_case(ROOT / "examples" / "oppama")
    single = solve(without_futures(case), gap=0.01)
    assert single.plan is not None and single.ledger is not None
    figures = []
    for count in counts:
        begin, started = time.process_time(), time.monotonic()
        program = staged(case, futures(case, count))
        built = time.process_time() - begin
        start = decisions_of(program, single.plan)
        recourse, tried = Recourse(program.program), time.process_time()
        for number in range(count):
            recourse.reply(number, start)
        round_of = time.process_time() - tried
        best = chosen(program, EXPECTED, watch(LIMIT), start=start, gap=0.01, gross=single.ledger.gross)
        assert best is not None
        spent, clock = time.process_time() - begin, time.monotonic() - started
        relaxed = max((one.seconds for one in best.rounds if one.relaxed), default=0.0)
        told = f"{best.worth:,.0f}, open {best.gap:.2%}, {len(best.rounds)} rounds, {spent:.0f} s ({clock:.0f} s by the clock)"
        figures.append(Figure(f"{count} futures", told, "1 % in 600 s" if count == 100 else ""))
        parts = f"{built:.1f} s, {round_of:.2f} s, {relaxed:.0f} s by the clock"
        figures.append(Figure(f"{count} futures: building, one trial of a decision, rounds without whole numbers", parts))
    show("The Oppama case over many futures", "Expected NPV in million yen, CPU seconds.", figures)


def main() -> None:
    what, *more = sys.argv[1:] or ["farmer"]
    if what == "farmer":
        farmer()
    elif what == "dcap":
        dcap(float(more[0]) if more else 150.0)
    else:
        oppama([int(number) for number in more] or [100, 300, 1000])


if __name__ == "__main__":
    main()
