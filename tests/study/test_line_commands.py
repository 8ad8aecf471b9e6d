"""`brownfield line` and `brownfield fit`: what they say and write, and that nothing enters a case unasked."""

import json
from pathlib import Path

import pytest

from bad_input.base import Draft, add
from brownfield.evidence.claims import in_force
from brownfield.files import read_case
from tests.commands import run
from tests.study.test_line import BATTERY, TODAY

HOW = ["--line", "N1", "--guest", "Tanuki", "--shares", "0.5", "--cars", "40", "--seconds", "10"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    draft = Draft()
    for edit in (*TODAY, *BATTERY):
        edit(draft)
    return draft.write(tmp_path / "case")


def test_a_line_is_told_and_written_and_the_case_stays_as_it_is(folder: Path, tmp_path: Path) -> None:
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    page = tmp_path / "line.html"
    done = run("line", folder, *HOW, "--share", "0.5", "--out", str(page))
    assert "It does not fit at this takt" in done.output
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_the_routes_follow_the_claims(folder: Path) -> None:
    done = run("fit", folder, *HOW, "--json")
    told = json.loads(done.output)
    case = read_case(folder)
    route = case.active("routes").filter(product="Civet", line="N1").row(0, named=True)
    assert route["load"] == pytest.approx(told["load"]["value"], abs=1e-4)
    assert route["max_rate"] == pytest.approx(told["max_rate"], abs=1)
    claim = in_force(case)["routes", "Civet|N1", "load"]
    assert claim.source.startswith("Line study of N1 with Tanuki") and claim.standing == "estimate"
    other = case.active("routes").filter(product="Nova", line="N1").row(0, named=True)
    assert (other["load"], other["max_rate"]) == (1, None)
    again = run("fit", folder, *HOW, "--json")
    assert json.loads(again.output)["written"] == {"sources": [], "claims": [], "held": 2}


def test_a_later_study_sets_the_earlier_one_aside(folder: Path) -> None:
    for share in ("0.25", "0.5"):
        done = run("fit", folder, *HOW, "--share", share, "--json")
    case = read_case(folder)
    ranks = case.table("claims").filter(table="routes", column="load")["rank"].to_list()
    assert sorted(ranks) == ["deprecated", "preferred"]
    load = json.loads(done.output)["load"]["value"]
    assert case.active("routes").filter(product="Civet", line="N1")["load"][0] == pytest.approx(load, abs=1e-4)


def test_somebody_elses_claim_is_not_overruled(tmp_path: Path) -> None:
    draft = Draft()
    said = {"source": "Daily", "subject": "Civet", "property": "load", "table": "routes", "row": "Civet|N1", "column": "load"}
    for edit in (*TODAY, add("claims", **said, value="1.2", standing="reported", rank="preferred", why="they measured it")):
        edit(draft)
    folder = draft.write(tmp_path / "case")
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    done = run("fit", folder, *HOW, "--json", status=2)
    assert json.loads(done.output)["problems"][0]["code"] == "BF099"
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["line", "--line", "N11", "--guest", "Tanuki"], "BF054"),
        (["fit", "--line", "N1", "--guest", "Tanuky"], "BF054"),
        (["line", "--line", "N1", "--guest", "Tanuki", "--shares", "half"], "BF097"),
        (["line", "--line", "N1", "--guest", "Tanuki", "--share", "2"], "BF097"),
    ],
)
def test_what_cannot_be_asked(folder: Path, arguments: list[str], code: str) -> None:
    done = run(arguments[0], folder, *arguments[1:], "--json", status=2)
    assert json.loads(done.output)["problems"][0]["code"] == code
