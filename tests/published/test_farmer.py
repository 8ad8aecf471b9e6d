"""The farmer's published figures, to a cent: by one program with all weathers, and by cuts."""

import numpy as np
import pytest
from farmer import farmer

from brownfield.solve.decomposed import by_cuts
from brownfield.solve.progress import Watch
from brownfield.solve.recourse import Recourse
from brownfield.solve.two_stage import EXPECTED, Measure, whole_search

CENT = 0.01
BEST = 108390.0
MOST = 1e6


def watch() -> Watch:
    return Watch(np.zeros(0), 0.0, None)


def test_one_program_with_all_weathers():
    answer = whole_search(farmer(), watch())
    assert answer.worth == pytest.approx(BEST, abs=CENT)
    assert answer.bound == pytest.approx(BEST, abs=CENT)
    assert answer.solution[:3] == pytest.approx([170.0, 80.0, 250.0])


@pytest.mark.parametrize("groups", [None, np.zeros(3, dtype=np.int64)], ids=["a cut a weather", "one cut"])
def test_by_cuts(groups):
    found = by_cuts(farmer(), watch(), near=1e-4, most=MOST, groups=groups)
    assert found.best.worth == pytest.approx(BEST, abs=CENT)
    assert found.bound == pytest.approx(BEST, abs=CENT)
    assert found.best.decided == pytest.approx([170.0, 80.0, 250.0], abs=1e-4)


def test_what_a_forecast_is_worth():
    waiting = [whole_search(farmer([factor]), watch()).worth for factor in (1.2, 1.0, 0.8)]
    assert np.mean(waiting) - BEST == pytest.approx(7015.56, abs=CENT)


def test_what_it_is_worth_to_plan_for_all_weathers():
    mean = whole_search(farmer([1.0]), watch())
    assert mean.worth == pytest.approx(118600.0, abs=CENT)
    program = farmer()
    recourse, sown = Recourse(program), mean.solution[:3]
    worths = [recourse.reply(s, sown).worth + program.worth_today(sown) for s in range(3)]
    assert np.mean(worths) == pytest.approx(107240.0, abs=CENT)
    assert BEST - np.mean(worths) == pytest.approx(1150.0, abs=CENT)


@pytest.mark.parametrize("measure", [Measure(1.0, 0.6), Measure(0.5, 0.3), Measure(1.0, 0.0)])
def test_a_farmer_who_minds_bad_years(measure):
    program = farmer()
    whole = whole_search(program, watch(), measure)
    found = by_cuts(program, watch(), measure, near=1e-4, most=MOST)
    assert found.best.worth == pytest.approx(whole.worth, abs=CENT)
    sown = whole.solution[: len(program.today.worth)]
    assert sown.sum() <= 500.0 + 1e-6
    if measure.alpha == 0.0:
        assert whole.worth == pytest.approx(whole_search(program, watch(), EXPECTED).worth, abs=CENT)
