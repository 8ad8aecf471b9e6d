"""The commands of studies: what they say, what they write, and how they end."""

import json

import pytest

from tests.commands import run

FEE = ("--input", "offers.volt.fee_per_car")


@pytest.fixture(scope="module")
def tiny(root):
    return str(root / "examples" / "tiny")


def as_json(*arguments, status=0):
    return json.loads(run(*arguments, "--json", status=status).output)


WRONG = {
    ("--verdict", "plant Nowhere open", *FEE): "BF081",
    ("--verdict", "plant Alba shut", *FEE): "BF080",
    ("--verdict", "plant Alba open", "--input", "plants.Alba.country"): "BF084",
    ("--verdict", "plant Alba open", "--input", "plants.Nowhere.fixed_cost"): "BF083",
    ("--verdict", "plant Alba open", *FEE, "--from", "1000", "--to", "2000"): "BF085",
}


@pytest.mark.parametrize("options", WRONG, ids=WRONG.values())
def test_what_is_wrong_is_said_and_nothing_is_solved(tiny, options):
    told = as_json("threshold", tiny, *options, status=2)
    assert [problem["code"] for problem in told["problems"]] == [WRONG[options]]


def test_one_input_or_all(tiny):
    assert "name one input" in run("threshold", tiny, "--verdict", "plant Alba open", status=2).output
    assert "go with --input" in run("threshold", tiny, "--verdict", "plant Alba open", "--all", "--to", "3", status=2).output


def test_a_threshold_as_json_and_as_a_page(tiny, tmp_path):
    page = tmp_path / "flip.html"
    told = as_json("threshold", tiny, "--verdict", "plant Coro shared", *FEE, "--gap", "0", "--out", str(page))
    assert (told["status"], told["above"], told["method"], told["verified"]) == ("flips", True, "newton", True)
    assert told["low"] < 869.6183 < told["high"]
    text = page.read_text(encoding="utf-8")
    assert "The verdict flips between" in text
    assert "<svg" in text
    assert "://" not in text.replace("http://www.w3.org", "")


def test_plans_and_cases_are_compared(tiny, tmp_path):
    plan = tmp_path / "plan"
    run("solve", tiny, "--gap", "0", "--scenario", "no guest", "--out", str(plan), "--quiet")
    told = as_json("compare", tiny, str(plan), "--case", tiny, "--gap", "0", "--out", str(tmp_path / "both.html"))
    assert told["difference"] == pytest.approx(69.11074530 - 70.18276384, abs=1e-7)
    assert sum(step["cents"] for step in told["steps"]) == round(told["difference"] * 1e8)
    assert as_json("compare", tiny, str(plan), status=2)["problems"][0]["code"] == "BF055"


def test_a_page_is_not_written_over_another_file(tiny, tmp_path):
    other = tmp_path / "mine.html"
    other.write_text("mine")
    assert "BF050" in run("why", tiny, "--verdict", "plant Alba open", "--out", str(other), status=2).output
    assert other.read_text() == "mine"
