"""The balance of small lines with every kind of rule is the best of all that there are."""

import pytest

from brownfield.shopfloor.balance import Aim, balance
from brownfield.shopfloor.inputs_check import problems
from brownfield.shopfloor.verify import verify
from shopfloor.draw import best, random_line

AIMS: tuple[Aim, ...] = ("stations", "takt", "cost")


def agrees(seed: int) -> str:
    """Balance one line and compare: what became of it."""
    line = random_line(seed)
    aim = AIMS[seed % 3]
    budget = None if seed % 4 else 3.0
    if problems(line, any_takt=aim == "takt"):
        assert best(line, aim, budget) is None
        return "refused"
    made, value = balance(line, aim, time_limit=600, move_budget=budget), best(line, aim, budget)
    if value is None:
        assert (made.status, made.value) == ("infeasible", None)
        return "infeasible"
    assert made.status == "proved" and made.value == made.bound
    assert made.value == pytest.approx(value, abs=1.01 if aim == "takt" and line.overload else 1e-5), (seed, aim)
    assert made.value >= value - 1e-5
    assert verify(line, made.assignment, made.takt) == []
    if aim == "cost":
        assert made.cost == pytest.approx(value)
    if aim == "stations":
        assert made.stations == value
    if budget is not None:
        assert sum(line.move_cost[line.tasks.index(task)] for task in made.moved) <= budget
    return made.engine


def test_every_small_line_is_balanced_best() -> None:
    ended = [agrees(seed) for seed in range(300)]
    assert ended.count("cp_sat") >= 150 and ended.count("infeasible") >= 20
