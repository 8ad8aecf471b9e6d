"""A line as a case knows it: the host's tasks and the guest's, today's places, and what is missing."""

from pathlib import Path

import pytest

from bad_input.base import Draft, add, drop, put
from brownfield.case.case import Case
from brownfield.errors import CaseError
from brownfield.files import read_case
from brownfield.shopfloor.balance import balance
from brownfield.shopfloor.inputs_case import line_of


def case_of(folder: Path, *edits) -> Case:
    draft = Draft()
    for edit in edits:
        edit(draft)
    return read_case(draft.write(folder / "case"))


def test_host_and_guest_share_the_line(tmp_path: Path) -> None:
    case = case_of(tmp_path)
    line = line_of(case, "N1", guest="Tanuki")
    assert line.products == ("Nova", "Nova with towbar", "Civet")
    assert line.tasks == ("harness", "seats", "glass", "axle", "hook")
    assert line.seconds.tolist() == [[50, 50, 60], [40, 40, 42], [30, 30, 0], [45, 45, 55], [0, 20, 0]]
    assert line.mean.tolist() == pytest.approx([52.5, 40.5, 22.5, 47.5, 0.75 * 0.2 * 20])
    assert (line.takt, line.overload, line.station_cost, line.operator_cost) == (72, 0.1, 0.2, 0.1)
    assert [station.name for station in line.stations] == ["N1-1", "N1-2", "N1-3"]
    assert line.pairs == ((0, 1), (0, 3), (1, 2))
    assert (line.now, line.held, line.move_cost) == ((0, -1, 1, 2, -1), (False, False, True, False, False), (0.5, 0, 0, 0, 0))
    assert (line.together, line.apart) == (((1, 2),), ((0, 3),))
    made = balance(line, "cost", time_limit=600)
    assert made.status == "proved" and made.moved == () and made.value == pytest.approx(0.2 * 3 + 0.1 * 3)


def test_the_host_alone(tmp_path: Path) -> None:
    line = line_of(case_of(tmp_path, drop("mixes", "N1|Civet")), "N1")
    assert line.products[0] == "Nova" and "Civet" not in line.products


def test_takt_comes_from_the_rate_when_none_is_given(tmp_path: Path) -> None:
    assert line_of(case_of(tmp_path, put("line_limits", "N1", takt="")), "N1").takt == 72
    assert line_of(case_of(tmp_path, drop("line_limits", "N1")), "N1").takt == 72


@pytest.mark.parametrize(
    ("line", "guest", "edits", "words"),
    [
        ("N9", None, [], "'N9'"),
        ("N1", "Tanuky", [], "'Tanuky'"),
        ("N1", "Bento", [], "no product of 'Bento'"),
        ("E1", None, [], "no product is tooled"),
        ("N1", "Tanuki", [drop("mixes", "N1|Civet")], "no share for Civet"),
    ],
)
def test_what_the_case_does_not_say_is_a_problem(tmp_path: Path, line: str, guest: str | None, edits, words: str) -> None:
    with pytest.raises(CaseError, match=words):
        line_of(case_of(tmp_path, *edits), line, guest)


def test_a_product_without_tasks_is_named(tmp_path: Path) -> None:
    case = case_of(tmp_path, drop("mixes"), add("routes", product="Terra", line="N1", load="1"))
    with pytest.raises(CaseError, match="Terra has no task here"):
        balance(line_of(case, "N1"))


def test_a_case_without_a_shop_floor_has_no_tasks(tmp_path: Path) -> None:
    empty = [drop(table) for table in ("tasks", "task_times", "precedence", "task_groups", "assignments", "mixes", "stations")]
    case = case_of(tmp_path, *empty, drop("buffers"), drop("breakdowns"))
    with pytest.raises(CaseError, match="no task at all"):
        balance(line_of(case, "N1"))
