"""Tasks side by side: results in their order, and an end at once when one of them fails."""

import threading

import pytest

from brownfield.solve.side import SIDE_BY_SIDE, side_by_side

LONG = 60.0


def test_results_come_in_the_order_of_the_tasks():
    ready = threading.Event()
    told: list[bool] = []

    def first():
        assert ready.wait(LONG)
        return 1

    def second():
        ready.set()
        return 2

    assert side_by_side([first, second, lambda: 3], told.append, ready.set) == [1, 2, 3]
    assert told == sorted(told) and told[-1]


@pytest.mark.parametrize("culprit", ["a task", "who listens"])
def test_a_failure_ends_what_runs_and_what_waits(culprit):
    ended, waited, begun = threading.Event(), [], []

    def long():
        waited.append(ended.wait(LONG))

    def failing():
        if culprit == "a task":
            raise ZeroDivisionError
        ended.wait(LONG)

    def listening(first):
        if culprit == "who listens":
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        side_by_side([long, failing, *[lambda: begun.append(ended.wait(LONG))] * 2 * SIDE_BY_SIDE], listening, ended.set)
    assert waited == [True]
    assert len(begun) <= 1, "at most the one that took the place of the task that failed, before that was known"
