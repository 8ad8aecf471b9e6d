"""The opened folder: what lies in it is found, what lies outside it is never touched."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from brownfield.app.desk import STATE, Desk
from brownfield.errors import CaseError
from brownfield.files.folder import write_folder
from brownfield.files.read import read_case
from brownfield.files.workbook import write_workbook


@pytest.fixture
def folder(root: Path, tmp_path: Path) -> Path:
    """A folder with a case, a case deeper down, and a case beside it that is none of its business."""
    shutil.copytree(root / "examples" / "tiny", tmp_path / "secret")
    shutil.copytree(root / "examples" / "tiny", tmp_path / "open" / "one")
    shutil.copytree(root / "examples" / "tiny", tmp_path / "open" / "more" / "two")
    return tmp_path / "open"


def codes(error: pytest.ExceptionInfo[CaseError]) -> list[str]:
    return [problem.code for problem in error.value.problems]


def test_cases_are_found(folder: Path) -> None:
    write_workbook(read_case(folder / "one"), folder / "book.xlsx")
    found = {case.name: case.is_folder for case in Desk.at(folder).cases()}
    assert found == {"one": True, "more/two": True, "book.xlsx": False}


def test_a_case_can_be_opened_by_itself_with_its_state_inside(folder: Path) -> None:
    desk = Desk.at(folder / "one")
    desk.settings()
    assert [case.name for case in desk.cases()] == ["."]
    assert desk.read(".").digest == read_case(folder / "one").digest
    assert (folder / "one" / STATE / "app.json").is_file()


@pytest.mark.parametrize("name", ["../secret", "one/../../secret", "/etc", "..", "one/../..", "\0"])
def test_nothing_outside_is_read(folder: Path, name: str) -> None:
    with pytest.raises(CaseError) as error:
        Desk.at(folder).path(name)
    assert codes(error) == ["BF502"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_leads_nowhere(folder: Path) -> None:
    (folder / "shortcut").symlink_to(folder.parent / "secret")
    desk = Desk.at(folder)
    with pytest.raises(CaseError) as error:
        desk.path("shortcut")
    assert codes(error) == ["BF502"]
    assert "shortcut" not in {case.name for case in desk.cases()}


@pytest.mark.parametrize("name", ["nothing", "more", "one/plants.csv"])
def test_what_is_no_case_is_not_opened(folder: Path, name: str) -> None:
    with pytest.raises(CaseError) as error:
        Desk.at(folder).path(name)
    assert codes(error) == ["BF503"]


def test_a_folder_that_is_not_there_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(CaseError) as error:
        Desk.at(tmp_path / "nothing")
    assert codes(error) == ["BF501"]


def test_a_case_is_read_again_only_when_it_has_changed(folder: Path) -> None:
    desk = Desk.at(folder)
    first = desk.read("one")
    assert desk.read("one") is first
    plants = folder / "one" / "plants.csv"
    plants.write_text(plants.read_text().replace("Alba", "Alma"))
    shutil.rmtree(folder / "one")
    shutil.copytree(folder / "more" / "two", folder / "one")
    write_folder(read_case(folder / "one"), folder / "one", overwrite=True)
    assert desk.read("one") is not first


def test_the_key_is_kept_for_its_owner_alone(folder: Path) -> None:
    desk = Desk.at(folder)
    key = desk.settings()["key"]
    assert Desk.at(folder).settings()["key"] == key
    file = folder / STATE / "app.json"
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text("{")
    assert Desk.at(folder).settings()["key"] != key


def test_an_example_is_put_there_once(folder: Path) -> None:
    desk = Desk.at(folder)
    assert desk.example("tiny") == "tiny"
    (folder / "tiny" / "mine.txt").write_text("mine")
    assert desk.example("tiny") == "tiny"
    assert (folder / "tiny" / "mine.txt").is_file()
    assert Desk.at(folder / "one").example("tiny") == f"{STATE}/cases/tiny"


def test_a_name_for_a_dropped_case_is_a_plain_name(folder: Path) -> None:
    desk = Desk.at(folder)
    assert desk.place_for("../../etc/passwd").parent == folder
    assert desk.place_for("").name == "case"
    assert desk.place_for("one").name == "one-2"
