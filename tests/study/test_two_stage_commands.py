"""`brownfield risk --optimise`: what it says, what it writes, and what it refuses."""

import json

import pytest
from typer.testing import CliRunner

from brownfield.cli import app
from brownfield.files import read_case, write_folder
from brownfield.plan.plan import read_plan
from study.staged_cases import with_rows

LISTED = [{"future": "bad", "probability": 0.4}, {"future": "good", "probability": 0.6}]
DEMAND = [{"future": "bad", "product": "Hatch", "factor": 0.4}, {"future": "bad", "product": "Wagon", "factor": 0.5}]


@pytest.fixture(scope="module")
def folder(root, tmp_path_factory):
    case = read_case(root / "examples" / "tiny")
    products = {row["product"] for row in case.active("products").iter_rows(named=True)}
    rows = [row for row in DEMAND if row["product"] in products]
    assert rows
    target = tmp_path_factory.mktemp("cases") / "tiny"
    write_folder(with_rows(with_rows(case, "futures", LISTED), "future_demand", rows), target)
    return target


def run(*words):
    return CliRunner().invoke(app, ["risk", *map(str, words)])


def test_the_best_plan_as_values(folder, tmp_path):
    page, plan = tmp_path / "page.html", tmp_path / "plan"
    done = run(folder, "--optimise", "expected", "--gap", "0", "--foresight", "--json", "--out", page, "--plan-out", plan)
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["proved"]
    assert found["worth"] == pytest.approx(0.4 * found["worths"][0] + 0.6 * found["worths"][1])
    assert found["value_of_stochastic_solution"] >= -1e-6
    low, high = found["value_of_perfect_information"]
    assert 0 <= low <= high + 1e-6
    assert "planned for all futures" in page.read_text(encoding="utf-8")
    assert read_plan(plan).table("sites").height


def test_the_worst_futures_weigh_more(folder):
    expected = json.loads(run(folder, "--optimise", "expected", "--gap", "0", "--json").stdout)
    worst = json.loads(run(folder, "--optimise", "cvar", "--alpha", "0.6", "--gap", "0", "--json").stdout)
    assert worst["worth"] >= min(expected["worths"]) - 1e-6
    assert worst["worth"] <= expected["worth"] + 1e-6
    assert "worst 40 %" in worst["goal"].replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--optimise", "cvar", "--alpha", "1"), "BF562"),
        (("--optimise", "expected", "--chance", "cash"), "BF563"),
        (("--optimise", "expected", "--chance", "cash=0.1"), "BF560"),
        (("--optimise", "expected", "--chance", "cash=2"), "BF561"),
    ],
)
def test_what_is_refused(folder, words, code):
    done = run(folder, *words, "--json")
    assert done.exit_code == 2
    assert code in {problem["code"] for problem in json.loads(done.stdout)["problems"]}


def test_a_case_that_says_nothing_of_futures(root):
    done = run(root / "examples" / "tiny", "--optimise", "expected", "--json")
    assert done.exit_code == 2
    assert json.loads(done.stdout)["problems"][0]["code"] == "BF545"
