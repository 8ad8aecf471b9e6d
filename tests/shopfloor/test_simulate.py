import math
from dataclasses import replace

import numpy as np
import pytest

from brownfield.errors import CaseError
from brownfield.shopfloor.simulate import Flow, Station, difference, gains, interval, repair_times, simulate
from brownfield.shopfloor.simulate_events import departures
from brownfield.shopfloor.simulate_kernel import flow_through
from shopfloor.two_machines import by_equations, closed_form

LINE = Flow(
    "line",
    (Station("a", 55, 3000, 200), Station("b", 60, 2400, 300), Station("c", 58, None), Station("d", 57, 6000, 400)),
    (3, 0, 8),
)


def geometric_steps(p: float, r: float, cars: int, random: np.random.Generator) -> np.ndarray:
    """Steps for which a car keeps a machine that fails with p before it is done, and is repaired with r."""
    return 1.0 + np.where(random.random(cars) < p, random.geometric(r, cars), 0)


MACHINES = [(0.1, 0.2, 0.05, 0.15, 5), (0.01, 0.1, 0.01, 0.1, 10), (0.08, 0.3, 0.02, 0.3, 4), (0.005, 0.05, 0.01, 0.08, 30)]


@pytest.mark.parametrize("machines", MACHINES)
def test_the_closed_form_solves_the_equations(machines) -> None:
    assert closed_form(*machines) == pytest.approx(by_equations(*machines), abs=1e-9)


@pytest.mark.parametrize("machines", MACHINES)
def test_two_machines_make_what_the_exact_formula_says(machines) -> None:
    p1, r1, p2, r2, places = machines
    cars, skip, each = 20_000, 2_000, []
    for replication in range(24):
        random = np.random.default_rng([7, replication])
        repairs = np.array([geometric_steps(p1, r1, cars, random), geometric_steps(p2, r2, cars, random)]) - 1.0
        left, _ = flow_through(np.ones((2, cars)), repairs, np.array([places - 1, 0]), True, 5)
        each.append((cars - skip) / (left[-1] - left[skip - 1]))
    assert closed_form(*machines) in interval(np.array(each), 0.99)


def test_two_stations_without_a_buffer_wait_for_the_slower_of_two_cars() -> None:
    """Without a buffer a cycle lasts as long as the longer of two independent times: exact from their distributions."""
    flow = Flow("pair", (Station("a", 60, 900, 120), Station("b", 60, 600, 60)), (0,))
    grid = np.arange(0.0, 6000.0, 0.25)
    late = 1 - stays(flow.stations[0], grid) * stays(flow.stations[1], grid)
    cycle = 60 + float(late.sum() - late[0] / 2) * 0.25
    result = simulate(flow, cars=20_000, replications=20)
    assert 3600 / cycle in replace(result.jph, half=result.jph.half * 1.4)
    assert result.jph.half < 0.01 * result.jph.mean


def stays(station: Station, grid: np.ndarray) -> np.ndarray:
    """Probability that repairs during one car take no longer than each time of a grid: Poisson many, each exponential."""
    from scipy.special import gammainc

    mean = station.seconds / station.mtbf
    total = np.full_like(grid, math.exp(-mean))
    for number in range(1, 30):
        total += math.exp(-mean) * mean**number / math.factorial(number) * gammainc(number, grid / station.mttr)
    return total


@pytest.mark.parametrize("blocking", ["after", "before"])
@pytest.mark.parametrize("buffers", [(0, 0, 0), (3, 0, 8), (1, 20, 2)])
def test_the_recursion_and_the_events_agree(blocking, buffers) -> None:
    flow = replace(LINE, buffers=buffers, blocking=blocking)
    cars = 400
    times = np.array([[station.seconds] * cars for station in flow.stations])
    left, _ = flow_through(times, repair_times(flow, times, 3, 1), np.array([*buffers, 0]), blocking == "before", 5)
    assert np.abs(left - departures(flow, cars, seed=3, replication=1)).max() < 1e-6


def test_without_breakdowns_the_slowest_station_sets_the_pace() -> None:
    flow = Flow("steady", (Station("a", 50), Station("b", 61.5), Station("c", 40)), (0, 2))
    result = simulate(flow, cars=500, replications=3)
    assert result.jph.mean == pytest.approx(3600 / 61.5, rel=1e-9)
    assert result.jph.half == pytest.approx(0, abs=1e-6)
    assert result.bottleneck == "b"
    assert result.stations[2].starved.mean == pytest.approx(1 - 40 / 61.5, rel=1e-6)
    assert result.stations[0].blocked.mean == pytest.approx(1 - 50 / 61.5, rel=1e-6)


def test_a_single_station_makes_what_its_availability_lets_it() -> None:
    result = simulate(Flow("one", (Station("a", 60, 1200, 300),), ()), cars=10_000, replications=30)
    assert 60 * 1200 / 1500 in result.jph
    assert 300 / 1500 in result.stations[0].down


def test_cars_differ_when_their_work_does() -> None:
    flow = Flow("mixed", (Station("a", 60), Station("b", 60)), (0,))
    work = np.array([[60.0, 60.0], [90.0, 60.0]])
    result = simulate(flow, cars=1000, replications=2, work=work)
    assert result.jph.mean == pytest.approx(3600 / 75, rel=1e-3)


def test_shares_add_up_and_the_same_seed_repeats() -> None:
    first, again = simulate(LINE, cars=2000), simulate(LINE, cars=2000)
    assert first.jph_each == again.jph_each
    assert simulate(LINE, cars=2000, seed=2).jph_each != first.jph_each
    for use in first.stations:
        assert use.working.mean + use.down.mean + use.starved.mean + use.blocked.mean == pytest.approx(1)
    assert first.settled
    works = {use.station: use.working.mean for use in first.stations}
    assert works["b"] == pytest.approx(first.jph.mean * 60 / 3600, rel=0.01)


def test_larger_buffers_are_compared_under_the_same_breakdowns() -> None:
    large = replace(LINE, buffers=(20, 20, 20))
    one, other = simulate(LINE), simulate(large)
    gain = difference(one, other)
    assert gain.mean - gain.half > 0
    assert gain.half < math.hypot(one.jph.half, other.jph.half), "common random numbers make the comparison closer"
    with pytest.raises(CaseError, match="BF452"):
        difference(one, simulate(large, seed=2))


def test_most_is_gained_at_the_bottleneck() -> None:
    worth = gains(replace(LINE, buffers=(30, 30, 30)), cars=3000, replications=10)
    assert max(worth, key=lambda name: worth[name].mean) == "b" == simulate(replace(LINE, buffers=(30, 30, 30))).bottleneck


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"stations": (), "buffers": ()}, ["BF455"]),
        ({"buffers": (1,)}, ["BF454"]),
        ({"buffers": (1, -1, 2)}, ["BF452"]),
        ({"stations": (Station("a", 0), Station("a", -5, 0, -1)), "buffers": (0,)}, ["BF452", "BF457", "BF452", "BF452", "BF452"]),
        ({"stations": (Station("a", math.nan),), "buffers": ()}, ["BF452"]),
    ],
)
def test_a_line_that_cannot_be_is_refused(change, codes) -> None:
    with pytest.raises(CaseError) as caught:
        replace(LINE, **change)
    assert [problem.code for problem in caught.value.problems] == codes


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"cars": 3}, "BF452"),
        ({"cars": 0}, "BF452"),
        ({"replications": 1}, "BF452"),
        ({"cars": 10**7, "replications": 1000}, "BF456"),
        ({"work": np.ones((4, 3))}, "BF454"),
        ({"work": np.array([[1, 1, 1, -1.0]])}, "BF452"),
        ({"work": np.array([[1, 1, 1, 0.0]])}, "BF452"),
        ({"work": np.array([[1, 1, 1, np.nan]])}, "BF452"),
    ],
)
def test_a_run_that_cannot_be_is_refused(how, code) -> None:
    with pytest.raises(CaseError, match=code):
        simulate(LINE, **how)


def test_breakdowns_beyond_counting_are_refused() -> None:
    with pytest.raises(CaseError, match="BF456"):
        simulate(Flow("broken", (Station("a", 60, 1e-9, 1),), ()))
