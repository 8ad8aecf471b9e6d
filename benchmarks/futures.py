"""A plan in many futures, and sales of flexible networks: compiled kernels beside one fresh linear program each, in one run."""

import sys
import time

import highspy
import numpy as np
from scipy.special import ndtr, ndtri

from benchmarks.common import Figure, cpu_seconds, show
from brownfield.case.case import Case
from brownfield.case.parse import empty
from brownfield.case.synthetic import synthetic_case
from brownfield.case.tables import TABLES
from brownfield.model.data import KILO
from brownfield.plan.plan import Plan, read_plan
from brownfield.solve import solve
from brownfield.solve.highs import fresh
from brownfield.study.drawing import unit_points
from brownfield.study.recourse import Recourse
from brownfield.study.risk import Risk, risk
from brownfield.study.transport import chain, sales
from brownfield.study.transport_cuts import smallest_cuts, steps_of

FUTURES, FRESH = 10_000, 40
"""Futures counted by the kernel, and those of them that are solved by fresh programs too."""

DRAWS, PROGRAMS = 1 << 18, 2_000
"""Draws of Jordan and Graves, and those of them that are solved by fresh programs too."""


def uncertain(case: Case) -> Case:
    """The made-up group with an uncertain economy, every product uncertain by itself, its guests too, and a shock."""
    import polars as pl

    own = sorted(set(case.active("demand")["product"]))
    guests = sorted(set(case.active("offers")["product"].drop_nulls()))
    rows = [{"uncertainty": "economy", "distribution": "normal", "spread": 0.1, "growth_spread": 0.03}]
    rows += [{"uncertainty": name, "product": name, "distribution": "lognormal", "spread": 0.25} for name in own]
    rows += [{"uncertainty": name, "product": name, "distribution": "triangular", "low": 0.2, "high": 1.2} for name in guests]
    shocks = [{"shock": "crisis", "chance": 0.05, "factor": 0.7, "length_months": 18}]
    for name, table in (("uncertainties", rows), ("shocks", shocks)):
        made = [TABLES[name].model_validate(row).model_dump() for row in table]
        case = case.with_table(name, pl.DataFrame(made, schema=empty(name).schema))
    return case


def plan_of(case: Case) -> Plan:
    """A plan for the group, good and not proved; or the one in the folder named on the command line."""
    if len(sys.argv) > 1:
        return read_plan(sys.argv[1])
    outcome = solve(case, gap=0.05, time_limit=600)
    assert outcome.plan is not None
    return outcome.plan


def fresh_program(program: Recourse, low: np.ndarray, high: np.ndarray, upper: np.ndarray) -> float:
    """Worth of one future by a fresh HiGHS object with the whole program passed anew."""
    matrix, (rows, columns) = program.matrix, program.matrix.shape
    solver = fresh()
    solver.passModel(
        columns, rows, matrix.nnz, int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMaximize), 0.0, program.worth,
        np.zeros(columns), upper, low, high, matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data,
        np.zeros(columns, dtype=np.int32),
    )  # fmt: skip
    solver.run()
    return float(solver.getInfo().objective_function_value)


def fresh_programs(found: Risk, count: int) -> tuple[float, np.ndarray]:
    """CPU seconds of a fresh program for each of some futures, and their worth less what no future changes."""
    from brownfield.study.risk import _guests

    program = found.program
    some = found.futures.only(np.arange(count))
    demand, (taken, _, fees, _, _) = some.demand() / KILO, _guests(program, some)
    bounded = program.cell >= 0
    worth = np.zeros(count)
    begin = time.process_time()
    for number in range(count):
        moved = -(program.of_guests @ taken[number])
        moved[program.served] += demand[number]
        upper = program.upper.copy()
        upper[bounded] = demand[number][program.cell[bounded]]
        worth[number] = fresh_program(program, program.low + moved, program.high + moved, upper)
    seconds = time.process_time() - begin
    interest = found.revolver[:count] * -found.program.data.owner.revolver_rate * found.program.data.years  # type: ignore[union-attr]
    discount = found.program.data.discount
    return seconds, worth + taken @ program.worth_of_guests + (fees + interest) @ discount


def plants() -> None:
    """A 17-plant plan in 10,000 futures."""
    case = uncertain(synthetic_case())
    plan = plan_of(case)
    risk(case, plan, 10)  # compiles
    begin = time.process_time()
    found = risk(case, plan, FUTURES)
    kernel = (time.process_time() - begin) / FUTURES
    seconds, worth = fresh_programs(found, FRESH)
    alone = seconds / FRESH
    shifted = found.npv[:FRESH] - worth
    begin = time.process_time()
    risk(case, plan, drawn=found.futures.only(np.arange(200)), compiled=False)
    warm = (time.process_time() - begin) / 200
    figures = [
        Figure("one fresh program for each future, HiGHS", f"{1e3 * alone:.1f} ms a future"),
        Figure("the same blocks by HiGHS, begun from the last basis", f"{1e3 * warm:.2f} ms a future, {alone / warm:.1f} times as fast"),
        Figure(f"compiled kernel, {FUTURES:,} futures, with drawing, cash and people", f"{1e3 * kernel:.2f} ms a future"),
        Figure("compiled kernel beside fresh programs", f"{alone / kernel:.0f} times as fast", "at least 20"),
        Figure(f"largest difference, {FRESH} futures", f"{np.ptp(shifted):.1e} of {found.ledger.gross:,.0f} million", "rounding"),
    ]
    rows, columns = found.program.matrix.shape
    told = (
        f"17 plants, 45 products, 20 quarters: what a plan leaves open has {columns:,} columns and {rows:,} rows in "
        f"{len(found.program.blocks)} blocks. CPU seconds of one process; fresh programs are given the reduced program, ready made."
    )
    show("A plan in many futures", told, figures)


def network() -> None:
    """Ten plants and ten products."""
    first, last = ndtr(-2), ndtr(2)
    demand = 100 + 40 * ndtri(first + unit_points(DRAWS, 10, 1, "sobol") * (last - first))
    capacity, links = np.full(10, 100.0), chain(10)
    sales(capacity, links, demand[:10])  # compiles
    sold = sales(capacity, links, demand)
    kernel = cpu_seconds(lambda: sales(capacity, links, demand), 5) / DRAWS
    steps = steps_of(links)
    assert steps is not None
    plain = cpu_seconds(lambda: smallest_cuts(steps, capacity, demand, compiled=False), 5) / DRAWS
    i, k = np.nonzero(links)
    of_plant, of_product = np.searchsorted(i, np.arange(10)), np.searchsorted(np.sort(k), np.arange(11))
    start = np.concatenate([of_plant, len(i) + of_product])
    index = np.concatenate([np.arange(len(i)), np.argsort(k, kind="stable")]).astype(np.int32)
    worst = 0.0
    begin = time.process_time()
    for number in range(PROGRAMS):
        solver = fresh()
        solver.passModel(
            len(i), 20, 2 * len(i), int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMaximize), 0.0, np.ones(len(i)),
            np.zeros(len(i)), np.full(len(i), np.inf), np.zeros(20), np.concatenate([capacity, demand[number]]), start.astype(np.int32),
            index, np.ones(2 * len(i)), np.zeros(len(i), dtype=np.int32),
        )  # fmt: skip
        solver.run()
        worst = max(worst, abs(solver.getInfo().objective_function_value - sold[number]))
    alone = (time.process_time() - begin) / PROGRAMS
    figures = [
        Figure("one fresh program for each draw, HiGHS", f"{1e6 * alone:.0f} µs a draw"),
        Figure(f"compiled kernel, {DRAWS:,} draws", f"{1e6 * kernel:.3f} µs a draw"),
        Figure("compiled kernel beside fresh programs", f"{alone / kernel:,.0f} times as fast", "at least 1,000"),
        Figure("the same by numpy alone", f"{1e6 * plain:.2f} µs a draw, {alone / plain:,.0f} times as fast"),
        Figure(f"largest difference in {PROGRAMS:,} draws", f"{worst:.1e} cars", "rounding"),
        Figure("expected sales of the chain", f"{sold.mean():.3f}", "951.65 ± 0.3"),
    ]
    show("Sales of a flexible network", "Jordan and Graves (1995): 10 plants, 10 products, one long chain. CPU seconds.", figures)


if __name__ == "__main__":
    if "network" not in sys.argv[1:]:
        plants()
    network()
