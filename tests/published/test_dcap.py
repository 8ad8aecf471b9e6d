"""Capacity instances of SIPLIB, whose futures have whole decisions: one program with all futures, and copies pulled together by prices.

The full instances take minutes (`python -m benchmarks.two_stage dcap`); here a few of their futures are solved by both ways.
"""

import numpy as np
import pytest
from dcap import read_dcap

from brownfield.solve.copies import by_copies
from brownfield.solve.progress import Watch
from brownfield.solve.two_stage import whole_search


@pytest.fixture(scope="module")
def folder(shared):
    found = shared / "benchmarks" / "network" / "siplib_dcap"
    if not found.is_dir():
        pytest.skip("no capacity instances here: set BROWNFIELD_SHARED to the folder that holds benchmarks/")
    return found


@pytest.mark.parametrize("name", ["dcap233-200", "dcap332-200"])
def test_an_instance_is_read_as_it_is(folder, name):
    program = read_dcap(folder, name)
    assert len(program.futures) == 200
    assert program.chance.sum() == pytest.approx(1.0)
    assert all(future.whole.all() for future in program.futures)


def test_copies_bound_what_one_program_finds(folder):
    program = read_dcap(folder, "dcap233-200", 8)
    watch = Watch(np.zeros(0), 0.0, None)
    whole = whole_search(program, watch, near=0.01)
    found = by_copies(program, watch, near=1e-3, rounds=10)
    assert -found.bound <= -whole.worth + 1e-3
    assert -found.worth >= -whole.bound - 1e-3
    assert (found.bound - found.worth) <= 0.03 * abs(whole.worth)
