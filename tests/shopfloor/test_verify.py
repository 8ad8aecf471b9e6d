"""The second reading of a balance: a good one passes, every corrupted one is refused."""

import random
from dataclasses import replace

import pytest

from brownfield.shopfloor.balance import balance
from brownfield.shopfloor.inputs import Line, Place, Station, simple_line
from brownfield.shopfloor.inputs_check import problems
from brownfield.shopfloor.verify import verify
from shopfloor.draw import needed_takt, random_line, ways

LINE = replace(
    simple_line([4, 5, 3, 6, 2], [(0, 1), (1, 2), (0, 3)], 10),
    tasks=("a", "b", "c", "d", "e"),
    stations=(Station("S1"), Station("S2", "z", frozenset({"lift"}), 2), Station("S3", "z")),
    zone=("", "", "", "z", ""),
    tool=("", "", "", "lift", ""),
    now=(0, 0, -1, -1, -1),
    held=(True, False, False, False, False),
    together=((1, 2),),
    apart=((3, 4),),
)
GOOD = {"a": Place("S1"), "b": Place("S2"), "c": Place("S2"), "d": Place("S2", 2), "e": Place("S1")}


def codes(line: Line = LINE, takt: float | None = None, **changes: Place) -> set[str]:
    return {problem.code for problem in verify(line, {**GOOD, **changes}, takt)}


def test_a_good_balance_passes() -> None:
    assert codes() == set()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"x": Place("S1")}, "BF321"),
        ({"e": Place("S4")}, "BF321"),
        ({"b": Place("S3"), "c": Place("S2")}, "BF322"),
        ({"d": Place("S1")}, "BF325"),
        ({"d": Place("S3")}, "BF325"),
        ({"e": Place("S1", 2)}, "BF326"),
        ({"c": Place("S2", 2)}, "BF326"),
        ({"c": Place("S3")}, "BF327"),
        ({"e": Place("S2")}, "BF327"),
        ({"a": Place("S2")}, "BF328"),
    ],
)
def test_a_corrupted_balance_is_refused(changes: dict[str, Place], code: str) -> None:
    assert code in codes(**changes)


def test_times_are_added_up() -> None:
    assert codes(takt=7.9) == {"BF323", "BF324"}
    assert codes(takt=8) == set()
    assert codes(replace(LINE, overload=0.1), takt=7.5) == {"BF324"}
    missing = {task: place for task, place in GOOD.items() if task != "c"}
    assert [problem.code for problem in verify(LINE, missing)] == ["BF321"]


def test_no_corruption_of_a_random_balance_passes_unless_it_is_a_balance() -> None:
    """Tasks moved at random: the reading says what going through all ways says."""
    refused = passed = 0
    for seed in range(120):
        line, rng = random_line(seed), random.Random(seed)
        allowed = {way for way in ways(line) if needed_takt(line, way) <= line.takt + 1e-9}
        spots = [(s, o) for s, station in enumerate(line.stations) for o in range(station.operators)]
        for _ in range(20):
            way = list(rng.choice(sorted(allowed)) if allowed and rng.random() < 0.7 else rng.choices(spots, k=len(line.tasks)))
            for task in rng.sample(range(len(way)), rng.randint(0, 2)):
                way[task] = rng.choice(spots)
            assignment = {line.tasks[t]: Place(line.stations[s].name, o + 1) for t, (s, o) in enumerate(way)}
            found = verify(line, assignment)
            assert (found == []) == (tuple(way) in allowed), (seed, way, found)
            passed, refused = passed + (not found), refused + bool(found)
    assert passed > 100 and refused > 1000


BAD = [
    (simple_line([1, 2, 3, 4], [(0, 1), (1, 2), (2, 0), (2, 3)], 9, tasks="abcd"), "BF301", "a → b → c → a"),
    (simple_line([1, 2], [(1, 1)], 9, tasks="ab"), "BF301", "b → b"),
    (simple_line([5, 12.5], [], 10), "BF302", "12.5 s on car, 2.5 s more"),
    (simple_line([], [], 10), "BF303", "no task"),
    (simple_line([1, 0], [], 10), "BF305", "0 s"),
    (simple_line([1, -2], [], 10), "BF305", "-2 s"),
    (simple_line([1, float("nan")], [], 10), "BF305", "nan"),
    (simple_line([1], [], 0), "BF305", "takt of 0"),
    (replace(simple_line([1], [], 9), stations=(Station("A", operators=0),)), "BF305", "0 people at station 'A'"),
    (simple_line([1] * 20_001, [], 10), "BF306", "20,001 tasks"),
    (replace(simple_line([1, 1], [], 9).with_stations(2), tool=("", "lift")), "BF304", "tool 'lift'"),
    (replace(simple_line([1] * 3, [(0, 1), (1, 2)], 9).with_stations(3), now=(2, -1, 0), held=(True, False, True)), "BF304", "held at '1'"),
    (replace(simple_line([1, 1], [], 9).with_stations(2), now=(0, 1), held=(True, True), together=((0, 1),)), "BF307", "no station"),
    (replace(simple_line([1, 1], [], 9).with_stations(2), together=((0, 1),), apart=((0, 1),)), "BF307", "together and apart"),
]


def test_a_held_task_against_the_order_is_said_once_and_named() -> None:
    """The last task waits for the first by two ways."""
    line = simple_line([1] * 4, [(0, 1), (0, 2), (1, 3), (2, 3)], 9, tasks="abcd").with_stations(2)
    found = problems(replace(line, now=(1, -1, -1, 0), held=(True, False, False, True)))
    assert [(one.code, str(one.where)) for one in found] == [("BF304", "line line, task d")]


@pytest.mark.parametrize(("line", "code", "words"), BAD, ids=[f"{code} {words}" for _, code, words in BAD])
def test_what_is_wrong_with_a_line_is_said(line: Line, code: str, words: str) -> None:
    found = problems(line)
    assert [problem.code for problem in found] == [code] and words in found[0].found


def test_a_product_without_tasks_is_said() -> None:
    line = random_line(3)
    empty = replace(line, seconds=line.seconds * 0 + [[1.0] + [0.0] * (len(line.products) - 1)], products=line.products)
    assert len(line.products) > 1 and {problem.code for problem in problems(empty)} >= {"BF303"}


def test_groups_that_cannot_be_apart_or_fit_are_infeasible() -> None:
    torn = replace(simple_line([1, 1, 1], [(0, 1), (1, 2)], 9).with_stations(3), together=((0, 2),), apart=((0, 1),))
    assert balance(torn, time_limit=600).status == "infeasible"
    long = replace(simple_line([6, 6], [], 9), together=((0, 1),))
    assert balance(long, time_limit=600).status == "infeasible"
