"""Edits: on the disk at once, undone and done again, shown as a diff, saved as a scenario that the commands know."""

import shutil
from pathlib import Path

import pytest

from brownfield.app.drafts import Draft, Drafts, differences, save_scenario, trouble
from brownfield.case.case import Case
from brownfield.case.changes import scenario
from brownfield.errors import CaseError
from brownfield.files.read import read_case

FEE = {"table": "offers", "row": "Volt at Coro", "column": "fee_per_car", "action": "set", "value": "500"}
DEMAND = {"table": "demand", "row": "*", "column": "cars", "action": "multiply", "value": 0.9}


@pytest.fixture
def tiny(root: Path) -> Case:
    """The tiny case."""
    return read_case(root / "examples" / "tiny")


def test_every_edit_is_on_the_disk_when_it_has_been_made(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    drafts.change("a case", lambda draft: draft.put(FEE))
    assert Drafts(tmp_path).of("a case").edits == (FEE,)
    assert Drafts(tmp_path).of("another").edits == ()


def test_one_step_back_and_forth() -> None:
    draft = Draft().put(FEE).put(DEMAND)
    assert draft.undone().edits == (FEE,)
    assert draft.undone().undone().edits == ()
    assert draft.undone().undone().undone().edits == ()
    assert draft.undone().redone() == draft
    assert draft.redone() == draft
    assert draft.undone().put({**FEE, "value": "1"}).future == ()


def test_a_second_edit_of_a_cell_takes_the_place_of_the_first() -> None:
    draft = Draft().put(FEE).put(DEMAND).put({**FEE, "value": "700"})
    assert [edit["value"] for edit in draft.edits] == [0.9, "700"]
    assert draft.value("offers", "Volt at Coro", "fee_per_car", "set") == "700"
    assert draft.without(FEE).edits == (DEMAND,)
    assert draft.without(FEE).undone().edits == draft.edits


def test_what_cannot_stand_in_a_cell_is_said(tiny: Case) -> None:
    assert trouble(tiny, [FEE]) is None
    found = trouble(tiny, [{**FEE, "value": "a lot"}])
    assert found is not None
    assert found.code == "BF188"
    assert trouble(tiny, [{**FEE, "row": "Nobody"}]) is not None


def test_a_diff_shows_what_stands_there_and_what_will(tiny: Case) -> None:
    lines = differences(tiny, [FEE, DEMAND])
    assert [(line["before"], line["after"]) for line in lines] == [("960", "500"), ("every row", "× 0.9")]


def test_edits_become_a_scenario_of_the_case(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    shutil.copytree(root / "examples" / "tiny", folder)
    save_scenario(folder, read_case(folder), "A low fee", "half of it", [FEE, DEMAND])
    case = scenario(read_case(folder), "A low fee")
    assert case.table("offers")["fee_per_car"].to_list() == [500.0]
    assert case.table("demand")["cars"].to_list() == pytest.approx([0.9 * cars for cars in read_case(folder).table("demand")["cars"]])
    with pytest.raises(CaseError) as error:
        save_scenario(folder, read_case(folder), "A low fee", "", [FEE])
    assert [problem.code for problem in error.value.problems] == ["BF507"]
    with pytest.raises(CaseError):
        save_scenario(folder, read_case(folder), "Nothing", "", [])
