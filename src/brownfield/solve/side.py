"""Tasks side by side, a thread each: HiGHS lets go of Python while it works."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import TypeVar

SIDE_BY_SIDE = 2
"""Tasks that run at the same time."""
OFTEN = 0.25
"""Seconds until those who listen hear again."""
T = TypeVar("T")


def side_by_side(tasks: Sequence[Callable[[], T]], meanwhile: Callable[[bool], None], give_up: Callable[[], None]) -> list[T]:
    """Results of all tasks in their order. meanwhile: done now and then, and whenever a task is; it is told whether the first is.

    give_up: tells the tasks to end, when one of them fails or `meanwhile` does; then that is raised, and no other task begins.
    """
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        futures = [pool.submit(task) for task in tasks]
        waiting = set(futures)
        try:
            while waiting:
                done, waiting = wait(waiting, timeout=OFTEN, return_when=FIRST_COMPLETED)
                meanwhile(futures[0].done())
                for future in done:
                    future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            give_up()
            raise
    return [future.result() for future in futures]
