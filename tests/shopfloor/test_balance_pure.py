"""The search for pure lines against every order of every small line, and against published lines."""

import random

import numpy as np
import pytest

from brownfield.errors import CaseError
from brownfield.shopfloor.balance import Aim, balance
from brownfield.shopfloor.balance_beams import Beams
from brownfield.shopfloor.balance_bounds import Pure, least_stations, tails
from brownfield.shopfloor.balance_pure import MANY, Found, Search, Side, fewest_stations, fill
from brownfield.shopfloor.balance_states import PROVED, search
from brownfield.shopfloor.balance_walk import go, shift, walk_from, walk_on
from brownfield.shopfloor.inputs import Line, simple_line
from brownfield.shopfloor.verify import verify


def random_pure(seed: int, most: int = 10) -> Pure:
    """Up to so many tasks with one to three times each, in an order of any strength."""
    rng = np.random.default_rng(seed)
    tasks, measures = int(rng.integers(3, most + 1)), int(rng.integers(1, 4))
    times = rng.integers(1, 11, (tasks, measures))
    limits = times.max(axis=0) + rng.integers(0, 8, measures)
    strength = rng.choice([0.0, 0.1, 0.3, 0.6])
    pairs = [(i, j) for i in range(tasks) for j in range(i + 1, tasks) if rng.random() < strength]
    return Pure(times.astype(np.int64), limits.astype(np.int64), np.array(pairs, dtype=np.int64).reshape(-1, 2))


def by_sets(pure: Pure) -> int:
    """Fewest stations by going through all sets of tasks that can be done first: stations, then the fill of the last one.

    With more than one time the fills of a set cannot be compared, so every pair of sets is tried.
    """
    before = [sum(1 << int(a) for a, b in pure.pairs if b == j) for j in range(pure.tasks)]
    whole = (1 << pure.tasks) - 1
    ideals = [s for s in range(whole + 1) if all(not s >> j & 1 or before[j] & ~s == 0 for j in range(pure.tasks))]
    work = {s: pure.times[[j for j in range(pure.tasks) if s >> j & 1]].sum(axis=0) for s in ideals}
    least = {0: 0}
    for s in sorted(ideals, key=lambda s: bin(s).count("1"))[1:]:
        least[s] = min(least[r] + 1 for r in least if r & ~s == 0 and r != s and (work[s] - work[r] <= pure.limits).all())
    return least[whole]


@pytest.mark.parametrize("first", range(0, 120, 20))
def test_fewest_stations_are_the_fewest(first: int) -> None:
    for seed in range(first, first + 20):
        pure = random_pure(seed)
        found, wanted = fewest_stations(pure, 600), by_sets(pure)
        assert (found.stations, found.bound) == (wanted, wanted), seed
        assert least_stations(pure) <= wanted <= fill(pure, 0, lambda: False)[1]


def test_each_end_alone_proves_it() -> None:
    """The search without a good start: it has to find the line itself, and then to prove it."""
    for seed in range(200, 260):
        pure = random_pure(seed)
        wanted = by_sets(pure)
        for end in (pure, pure.backwards):
            side = Side(end, MANY)
            side.open(pure.tasks + 1, 1 << 22)
            assert search(side.graph, side.rules, side.known, side.work, MANY, MANY, 0) == PROVED
            assert side.known.facts[1] == wanted, seed
            used = side.line()
            assert used.max() + 1 == wanted and (np.bincount(used, minlength=wanted) > 0).all()


def test_tails_never_promise_too_much() -> None:
    """Stations that follow a task, against the fewest stations of what comes after it, itself included."""
    for seed in range(40):
        pure = random_pure(seed, 8)
        for task, tail in enumerate(tails(pure)):
            later = [task, *np.flatnonzero(pure.reach[task]).tolist()]
            place = {t: i for i, t in enumerate(later)}
            pairs = [(place[a], place[b]) for a, b in pure.pairs.tolist() if a in place and b in place]
            part = Pure(pure.times[later], pure.limits, np.array(pairs, dtype=np.int64).reshape(-1, 2))
            assert tail <= by_sets(part) - 1


def test_memory_that_is_used_up_is_no_proof() -> None:
    rng = random.Random(3)
    times = [rng.randint(150, 500) for _ in range(60)]
    pure = Pure(np.array(times, dtype=np.int64).reshape(-1, 1), np.array([1000]), np.zeros((0, 2), dtype=np.int64))
    found = Search(pure, Found(np.arange(60), 61, 0), 1 << 10).go_on(lambda: False)
    assert found.bound == 0 and found.stations <= 61


BOWMAN = ([11, 17, 9, 5, 8, 12, 10, 3], [(0, 1), (1, 2), (1, 3), (2, 4), (2, 5), (3, 5), (5, 6), (4, 7)])
"""Eight tasks, a classic of the textbooks."""


def bowman(takt: float = 20) -> Line:
    return simple_line(*BOWMAN, takt)


@pytest.mark.parametrize(("takt", "stations"), [(17, 5), (20, 5), (24, 4), (28, 3), (75, 1)])
def test_stations_and_takt_of_one_line_go_together(takt: float, stations: int) -> None:
    made = balance(bowman(takt), time_limit=600)
    assert (made.status, made.stations, made.operators, made.bound, made.by_clock) == ("proved", stations, stations, stations, False)
    best = balance(bowman().with_stations(stations), "takt", time_limit=600)
    assert best.status == "proved" and best.value is not None and best.value <= takt
    assert verify(best.line, best.assignment, best.takt) == []
    shorter = balance(bowman(best.value - 1).with_stations(stations), time_limit=600) if best.value > 17 else None
    assert shorter is None or shorter.status == "infeasible"


def test_times_in_parts_of_a_second() -> None:
    line = simple_line([0.1, 0.2, 0.3, 0.25], [(0, 1)], 0.45)
    assert balance(line, time_limit=600).stations == 2
    assert balance(line.with_stations(2), "takt", time_limit=600).value == pytest.approx(0.45)
    third = simple_line([1 / 3] * 6, [], 1.0)
    assert balance(third, time_limit=600).stations == 2


def test_the_same_line_gives_the_same_balance() -> None:
    line = simple_line(*BOWMAN, 20)
    assert balance(line, time_limit=600).assignment == balance(line, time_limit=600).assignment


def test_progress_is_told() -> None:
    told: list[tuple[float, float, float]] = []
    made = balance(bowman().with_stations(4), "takt", time_limit=600, on_progress=lambda *what: told.append(what))
    assert told and all(value >= made.value >= bound for _, value, bound in told if made.value)


def test_beams_find_lines_that_can_be_worked_and_none_below_the_best() -> None:
    """Of lines that nothing but luck makes hard, a round of beams finds nearly all best ones; what it finds is a line."""
    missed = 0
    for seed in range(300, 340):
        pure = random_pure(seed)
        wanted = by_sets(pure)
        beams = Beams(Search(pure, Found(np.arange(pure.tasks), pure.tasks + 1, 0)).sides)
        assert beams.round(wanted, lambda: False) is None, seed
        made = beams.round(wanted + 1, lambda: False)
        missed += made is None
        if made is not None:
            station_of, used = made
            assert used == wanted == station_of.max() + 1
            assert (station_of[pure.pairs[:, 0]] <= station_of[pure.pairs[:, 1]]).all()
            assert all((pure.times[station_of == s].sum(axis=0) <= pure.limits).all() for s in range(used))
    assert missed <= 2


def test_a_walk_goes_from_line_to_line_and_finds_the_best_of_small_ones() -> None:
    missed = 0
    for seed in range(400, 440):
        pure = random_pure(seed)
        wanted = by_sets(pure)
        station_of, used = walk_on(pure, np.arange(pure.tasks), 0, lambda: False, 20_000)
        assert used == station_of.max() + 1 >= wanted
        assert (station_of[pure.pairs[:, 0]] <= station_of[pure.pairs[:, 1]]).all()
        assert all((pure.times[station_of == s].sum(axis=0) <= pure.limits).all() for s in range(used))
        missed += used > wanted
    assert missed <= 2


def test_a_walk_keeps_its_books() -> None:
    """Time left, share used, chains and places after many steps are those of the stations of the tasks."""
    for seed in range(20):
        pure = random_pure(seed, 30)
        walk = walk_from(pure, np.arange(pure.tasks))
        go(walk, 0, 5_000, 10_000, 0.3, 0.1, 0)
        left = np.tile(pure.limits, (pure.tasks, 1))
        np.subtract.at(left, walk.station, pure.times)
        assert (walk.left == left).all() and (left >= 0).all()
        assert walk.full == pytest.approx(np.bincount(walk.station, weights=walk.share, minlength=pure.tasks))
        assert (walk.at[walk.place] == np.arange(pure.tasks)).all()
        where = walk.place[walk.station]
        assert (where[pure.pairs[:, 0]] <= where[pure.pairs[:, 1]]).all()
        assert walk.facts[1] == len(set(walk.station.tolist())) == (walk.first >= 0).sum()


def test_a_task_goes_nowhere_where_its_station_would_wait_for_itself() -> None:
    """Task 0 before 1 before 2: the station of 2 cannot take 0 while 1 is elsewhere; a free task can go anywhere."""
    pure = Pure(np.ones((4, 1), dtype=np.int64), np.array([4]), np.array([[0, 1], [1, 2]]))
    walk = walk_from(pure, np.arange(4))
    assert not shift(walk, 0, 2) and walk.station.tolist() == [0, 1, 2, 3]
    assert shift(walk, 1, 2) and shift(walk, 0, 2) and shift(walk, 3, 0)
    assert walk.station.tolist() == [2, 2, 2, 0] and walk.left[:, 0].tolist() == [3, 4, 1, 4]


@pytest.mark.parametrize("aim", ["stations", "takt"])
def test_a_line_too_long_for_a_search_has_a_balance_and_a_bound(aim: Aim) -> None:
    rng = random.Random(4)
    times = [rng.randint(50, 500) for _ in range(2_500)]
    line = simple_line(times, [(rng.randint(max(0, i - 40), i - 1), i) for i in range(1, 2_500)], 1_000.0)
    made = balance(line if aim == "stations" else line.with_stations(800), aim, time_limit=5)
    assert made.value is not None and made.bound is not None
    assert made.bound <= made.value <= 1.05 * made.bound
    assert made.status in ("feasible", "proved")


def test_a_long_line_with_rules_says_its_limit() -> None:
    count = 2_001
    line = simple_line([1.0] * count, [], 10.0, apart=((0, 1),))
    with pytest.raises(CaseError, match="at most 2,000 where zones"):
        balance(line)
    with pytest.raises(CaseError, match="at most 20,000"):
        balance(simple_line([1.0] * 20_001, [], 10.0))
