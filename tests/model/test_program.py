"""The layer of blocks: places, sums, bounds, and the same program to the last bit."""

import highspy
import numpy as np
import polars as pl
import pytest

from brownfield.case.case import Case
from brownfield.errors import BrownfieldError
from brownfield.model.assemble import assemble
from brownfield.model.program import Program
from brownfield.solve.highs import fresh
from tests.plan.works import case


def two_columns():
    program = Program()
    keys = {"plant": (["A", "B", "C"], np.arange(3))}
    x = program.columns("x", keys, np.array([True, False, True]), 0, [1, 2, 3], integer=True)
    return program, x


def test_columns_exist_only_where_wanted():
    program, x = two_columns()
    assert x.tolist() == [0, -1, 1]
    assert program.column_bounds()[1].tolist() == [1, 3]
    assert program.column_blocks[0].key(1) == {"plant": "C"}


def test_terms_on_the_same_place_add_up_and_missing_columns_vanish():
    program, x = two_columns()
    row = program.rows("r", {}, 0, 1)
    program.terms(row, x, [1.0, 5.0, 2.0])
    program.terms(row, x[0], 1.5)
    start, index, value = program.matrix()
    assert start.tolist() == [0, 2] and index.tolist() == [0, 1] and value.tolist() == [2.5, 2.0]


def test_the_solver_refusing_a_program_is_an_error():
    program, x = two_columns()
    program.terms(program.rows("r", {}, 0, 1), x[0], 1e16)
    program.objective = np.zeros(2)
    with pytest.raises(BrownfieldError, match="refuses the program"):
        program.pass_to(fresh())


def written(a_case, path):
    solver = fresh()
    program = assemble(a_case).program
    program.pass_to(solver)
    assert solver.writeModel(str(path)) != highspy.HighsStatus.kError
    return path.read_bytes()


def test_the_same_case_gives_the_same_program_whatever_the_order_of_its_rows(tmp_path):
    one = case()
    other = Case(one.settings, {name: frame.sample(fraction=1.0, shuffle=True, seed=3) for name, frame in one.tables.items()})
    assert not other.table("plants").equals(one.table("plants"))
    assert other.digest == one.digest
    first = written(one, tmp_path / "a.mps")
    assert first == written(one, tmp_path / "b.mps") == written(other, tmp_path / "c.mps")


def test_a_different_case_gives_a_different_program(tmp_path):
    one = case()
    dearer = one.with_table("plants", one.table("plants").with_columns(pl.col("fixed_cost") + 1))
    assert written(one, tmp_path / "a.mps") != written(dearer, tmp_path / "b.mps")
