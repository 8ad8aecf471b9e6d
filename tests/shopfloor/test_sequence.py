import subprocess
import sys
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from brownfield.errors import BrownfieldError, CaseError
from brownfield.shopfloor import sequence as module
from brownfield.shopfloor.csplib import read_csplib
from brownfield.shopfloor.roadef import read_roadef
from brownfield.shopfloor.sequence import sequence
from brownfield.shopfloor.sequence_bound import unavoidable
from brownfield.shopfloor.sequence_day import MOST_CARS, Day, Option
from brownfield.shopfloor.sequence_prove import prove
from brownfield.shopfloor.sequence_score import score
from shopfloor.days import best_by_trying, drawn_day

LINE = "benchmarks/line"


def plain(most: int, window: int, marks: str, **more) -> Day:
    """A day with one option; `marks` says with x which cars have it."""
    has = np.array([[mark == "x"] for mark in marks], np.int64)
    return Day("plain", tuple(f"c{i}" for i in range(len(marks))), (Option("roof", most, window),), has, **more)


@pytest.mark.parametrize(
    ("marks", "more", "excess", "windows"),
    [
        ("xx..x", {"past_end": False}, 1, 1),
        ("xxx..", {"past_end": False}, 3, 2),
        ("..xxx", {"past_end": False}, 3, 2),
        ("..xxx", {"past_end": True}, 4, 3),
        ("x.x.x", {"past_end": True}, 2, 2),
        ("x..x.", {"tail_has": np.array([[1], [0]])}, 1, 1),
        (".x.x.", {"tail_has": np.array([[1]]), "past_end": False}, 2, 2),
        ("x..x.", {"tail_has": np.array([[1], [1], [1]])}, 3, 2),
    ],
)
def test_violations_are_counted_as_documented(marks, more, excess, windows) -> None:
    """At most 1 in 3; with a day before of one car, the window that begins before it is unknown and left out."""
    found = score(plain(1, 3, marks, **more), np.arange(5)).ratios[0]
    assert (found.excess, found.windows) == (excess, windows)
    assert len(found.starts) == windows


def test_overload_is_work_beyond_the_station() -> None:
    """Takt 60, station 75 long: 80 is 5 too much and leaves the worker 15 late, so that 65 is 5 too much as well."""
    day = Day("work", ("a", "b", "c"), (), np.zeros((3, 0)), stations=("s",), times=np.array([[80], [65], [40]]), takt=60,
              lengths=np.array([75]), overload_weight=2)  # fmt: skip
    found = score(day, np.arange(3))
    assert (found.overload, found.total) == ({"s": 10}, 20)
    assert score(day, np.array([0, 2, 1])).overload == {"s": 5}


def test_washes_break_the_batch_limit_and_changes_count_from_the_day_before() -> None:
    day = Day("paint", tuple("abcdefg"), (), np.zeros((7, 0)), np.array([1, 1, 1, 1, 1, 2, 1]), 2, 3, tail_colours=np.array([2, 1]))
    found = score(day, np.arange(7))
    assert (found.changes, found.washes, found.total) == (2, 2, 6)


@pytest.mark.parametrize("seed", range(40))
def test_what_the_search_reckons_is_what_the_second_reading_counts(seed) -> None:
    """Every kind of move keeps the cost exactly; `sequence` raises when the two disagree."""
    day = drawn_day(seed, 12 + seed, tail=seed % 9, stations=seed % 3, colours=seed % 4, options=seed % 5)
    found = sequence(day, moves=6_000, seed=seed)
    planned, best = (found.planned.washes, found.planned.total), (found.score.washes, found.score.total)
    assert best <= planned
    assert found.bound <= found.score.total or found.score.washes > found.unavoidable.washes
    assert Counter(found.cars) == Counter(day.cars)


@pytest.mark.parametrize("seed", range(16))
def test_small_days_are_solved_and_bounded(seed) -> None:
    day = drawn_day(seed, 6, tail=seed % 4, stations=seed % 2, colours=seed % 4, options=1 + seed % 3)
    washes, total = best_by_trying(day)
    found = sequence(day, moves=30_000)
    assert (found.score.washes, found.score.total) == (washes, total)
    assert found.unavoidable.washes <= washes
    assert washes > found.unavoidable.washes or found.bound <= total
    if found.proved:
        assert found.bound == total


@pytest.mark.parametrize("seed", range(40))
def test_the_least_violations_of_one_ratio_are_a_bound_and_mostly_exact(seed) -> None:
    random = np.random.default_rng(seed)
    marks = "".join(random.choice([".", "x"], 7))
    window = int(random.integers(2, 6))
    tail = random.integers(0, 2, (int(random.integers(0, 6)), 1))
    count = ("excess", "windows")[seed % 3 == 0]
    day = plain(int(random.integers(1, window + 1)), window, marks, past_end=bool(seed % 2), tail_has=tail, count=count)
    assert unavoidable(day).total <= best_by_trying(day)[1]


@pytest.mark.parametrize("seed", range(7))
def test_a_proof_agrees_with_every_order(seed) -> None:
    """CP-SAT's least cost is that of trying every order, also from a bad start."""
    day = drawn_day(seed, 6, tail=seed % 4, stations=seed % 3, colours=seed % 4, options=1 + seed % 3)
    washes, total = best_by_trying(day)
    found = prove(day, np.arange(6), 10.0)
    if washes:
        assert found.order is None
    else:
        assert found.proved
        assert (found.bound, score(day, found.order).total) == (total, total)


def test_a_day_that_counting_cannot_settle_is_proved() -> None:
    """Each option alone fits, the two together do not: only the proof finds that out."""
    has = np.array([[1, 0]] * 5 + [[0, 1]] * 5 + [[0, 0]])
    day = Day("pair", tuple("abcdefghijk"), (Option("x", 1, 2), Option("y", 2, 5)), has, past_end=False)
    assert not sequence(day, moves=20_000).proved
    assert sequence(day, moves=20_000, proof=20.0).proved


@pytest.mark.parametrize("before", range(8))
def test_bounds_of_colours_after_a_day_that_ended_in_a_long_run(before) -> None:
    """Batches of 3, five and two cars of two colours today; the day before ended with up to seven cars of the first."""
    day = Day("paint", tuple("abcdefg"), (), np.zeros((7, 0)), np.array([1] * 5 + [2] * 2), 3, 1, tail_colours=np.ones(before))
    washes, total = best_by_trying(day)
    assert unavoidable(day).washes <= washes
    assert washes > unavoidable(day).washes or unavoidable(day).total <= total
    proof = prove(day, np.arange(7), 5.0)
    assert proof is None if before > 3 else proof.bound == total


def test_an_option_that_cannot_be_spread_is_said_to_be_so() -> None:
    """12 of 20 cars at 1 in 3: the windows that begin 3 apart hold 7 between them, whatever the order."""
    day = plain(1, 3, "x" * 12 + "." * 8)
    found = sequence(day, moves=50_000)
    assert found.unavoidable.ratios["roof"] > 0
    assert found.score.total >= found.bound > 0


def test_the_same_moves_give_the_same_order() -> None:
    day = drawn_day(5, 60, tail=5, stations=2)
    one, again, other = sequence(day, moves=50_000), sequence(day, moves=50_000), sequence(day, moves=50_000, seed=2)
    assert one.cars == again.cars
    assert one.cars != other.cars
    assert not one.by_clock


def test_a_clock_says_so_when_it_had_a_say() -> None:
    day = drawn_day(6, 200, tail=5)
    timed = sequence(day, seconds=0.5)
    assert timed.by_clock
    assert timed.stopped_by == "time"
    both = sequence(day, moves=20_000, seconds=600.0)
    assert (both.stopped_by, both.by_clock, both.moves) == ("moves", False, 20_000)


def test_it_can_be_stopped_and_keeps_what_it_has() -> None:
    def stop(moves: int, _: int) -> None:
        if moves >= 40_000:
            raise KeyboardInterrupt

    found = sequence(drawn_day(7, 80), moves=10_000_000, on_progress=stop)
    assert found.stopped_by == "user"
    assert found.by_clock
    assert found.moves == 40_000
    assert (found.score.washes, found.score.total) < (found.planned.washes, found.planned.total)


def test_progress_and_an_early_end() -> None:
    seen = []
    found = sequence(plain(1, 2, "xx.."), moves=1_000_000, on_progress=lambda moves, cost: seen.append((moves, cost)))
    assert found.proved
    assert found.stopped_by == "bound"
    assert found.score.total == 0
    assert found.moves < 1_000_000
    assert seen[-1] == (found.moves, 0)


@pytest.mark.parametrize(
    ("name", "total"),
    [("022_3_4_RAF_EP_ENP", 11_048_005), ("039_38_4_EP_RAF_ch1", 115_229_000), ("064_38_2_EP_RAF_ENP_ch2", 28_046_050)],
)
def test_planned_orders_cost_what_the_challenge_said(shared, name, total) -> None:
    """Marks of Renault's planned orders, as its own checker reported them."""
    day = read_roadef(shared / LINE / "roadef2005" / name)
    planned = score(day, np.arange(len(day.cars)))
    assert (planned.total, planned.washes) == (total, 0)


def test_a_day_of_renault_gets_much_better(shared) -> None:
    day = read_roadef(shared / LINE / "roadef2005" / "064_38_2_EP_RAF_ENP_ch2")
    found = sequence(day, moves=400_000)
    assert found.score.total < found.planned.total / 5
    assert found.score.washes == 0


@pytest.mark.parametrize("name", ["p09", "p39", "p60"])
def test_easy_days_have_no_violation(shared, name) -> None:
    found = sequence(read_csplib(shared / LINE / "carseq" / "easy10" / f"{name}.txt"))
    assert found.score.total == 0
    assert found.proved


def test_a_hard_day_has_no_violation(shared) -> None:
    assert sequence(read_csplib(shared / LINE / "carseq" / "hard9" / "p07.txt"), moves=1_500_000).score.total == 0


def test_ten_thousand_cars() -> None:
    random = np.random.default_rng(3)
    options = (Option("a", 1, 2), Option("b", 2, 5), Option("c", 1, 100))
    day = Day("many", tuple(f"c{i}" for i in range(10_000)), options, (random.random((10_000, 3)) < (0.4, 0.35, 0.008)).astype(int),
              random.integers(0, 12, 10_000), 20, 1)  # fmt: skip
    found = sequence(day, moves=300_000)
    assert (found.score.washes, found.score.total) < (found.planned.washes, found.planned.total)


@pytest.mark.parametrize("marks", ["x", "xx", "x."])
def test_days_of_one_or_two_cars(marks) -> None:
    found = sequence(plain(1, 2, marks), moves=1_000)
    assert found.score.total == marks.count("xx")


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"cars": ()}, ["BF455"]),
        ({"cars": ("a", "a", "b", "c")}, ["BF457"]),
        ({"options": (Option("roof", 0, 3),)}, ["BF452"]),
        ({"options": (Option("roof", 4, 3),)}, ["BF452"]),
        ({"options": (Option("roof", 1, 3, -1),)}, ["BF452"]),
        ({"has": np.array([[1], [2], [0], [-1]])}, ["BF452", "BF452"]),
        ({"has": np.zeros((3, 1))}, ["BF454"]),
        ({"has": np.array([[1], [0.5], [0], [1]])}, ["BF452"]),
        ({"has": np.array([[1], [np.nan], [0], [1]])}, ["BF452"]),
        ({"batch_limit": 0}, ["BF452"]),
        ({"stations": ("s",), "times": np.array([[5], [-1], [5], [5]]), "takt": 0}, ["BF452", "BF452", "BF452"]),
    ],
)
def test_what_is_no_day_is_refused(change, codes) -> None:
    good = plain(1, 3, "x.x.")
    with pytest.raises(CaseError) as caught:
        replace(good, **change)
    found = [problem.code for problem in caught.value.problems]
    assert found[: len(codes)] == codes


def test_too_many_cars_and_too_large_weights_are_refused() -> None:
    with pytest.raises(CaseError, match="BF456"):
        plain(1, 3, "x" * (MOST_CARS + 1))
    heavy = Day("heavy", tuple(f"c{i}" for i in range(20_000)), (Option("a", 1, 20_000, 10**7),), np.ones((20_000, 1)), batch_limit=3)
    with pytest.raises(CaseError, match="BF456"):
        sequence(heavy)


def test_an_order_must_name_every_car_once() -> None:
    with pytest.raises(BrownfieldError, match="exactly once"):
        score(plain(1, 3, "x.x."), np.array([0, 1, 1, 3]))


def test_without_numba_it_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(BrownfieldError, match=r"brownfield\[line\]"):
        sequence(plain(1, 3, "x.x."))


def test_the_help_of_the_command_does_not_load_numba() -> None:
    code = "import sys, brownfield.cli, brownfield.shopfloor.sequence; sys.exit('numba' in sys.modules or 'ortools' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
