"""The baseline of the benchmark is the same problem as the model, stated naively, and it stays where it is."""

import highspy
import numpy as np
import pytest

from benchmarks.naive import AMOUNTS, KEPT, WHOLE, baseline, naive
from brownfield.case.synthetic import synthetic_case
from brownfield.model.answer import plan_of
from brownfield.plan.ledger import keep_books
from brownfield.plan.rules import broken
from tests.model.groups import group
from tests.oracle.random_case import random_case
from tests.plan.works import case

SMALL = [(3, 5, 4, seed) for seed in range(1, 9)] + [(4, 5, 4, 4), (3, 4, 6, 3), (3, 6, 6, 5)]


def best(program, whole=None, gap=0.0):
    """Worth and solution of the best plan; of the relaxation when nothing has to be whole."""
    solver = highspy.Highs()
    for option, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", gap), ("mip_abs_gap", 1e-9)):
        solver.setOptionValue(option, value)
    program.pass_to(solver, whole=whole)
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return solver.getInfo().objective_function_value, np.array(solver.getSolution().col_value)


GROUPS, RULED = [(synthetic_case, size) for size in SMALL], [(random_case, (seed,)) for seed in range(6)]


@pytest.mark.parametrize(("make", "size"), [*GROUPS, *RULED], ids=lambda one: getattr(one, "__name__", str(one)))
def test_the_naive_program_has_the_optimum_of_the_model(make, size):
    """Of made-up groups, and of random cases with every kind of rule."""
    base = baseline(make(*size))
    worth, solution = best(base.program)
    tight, plan = best(base.model.program)
    assert worth == pytest.approx(tight, abs=1e-6 * max(1.0, float(base.model.gross @ plan)))
    assert float(base.gross @ solution) == pytest.approx(float(base.model.gross @ base.spread(solution)))


def test_its_plan_stands_the_second_reading():
    a_case = case()
    base = baseline(a_case)
    worth, solution = best(base.program, gap=0.05)
    plan = plan_of(base.model, base.spread(solution))
    assert broken(a_case, plan) == []
    assert keep_books(a_case, plan).npv == pytest.approx(worth, rel=1e-6)


@pytest.mark.parametrize(
    ("a_case", "size", "worth"),
    [(case(), (754, 706, 3015), 1368.1748664530098), (group(seed=1, plants=4, products=8), (1872, 988, 4048), 3028.5930433035514)],
    ids=("everything happens", "a group"),
)
def test_the_baseline_does_not_move_with_the_engine(a_case, size, worth):
    """Columns, rows, coefficients and relaxation. When this fails, the engine's formulation has leaked into the baseline."""
    program = naive(a_case)
    assert {block.name for block in program.row_blocks} <= KEPT | {"changes", "capacity", "builds", "ramp_up"}
    assert {block.name for block in program.column_blocks} <= WHOLE | AMOUNTS
    assert (program.column_count, program.row_count, len(program.matrix()[1])) == size
    assert best(program, np.zeros(program.column_count, dtype=bool))[0] == pytest.approx(worth, rel=1e-6)
