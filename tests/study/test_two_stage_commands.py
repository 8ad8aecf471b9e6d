"""`brownfield risk --optimise`: what it says, what it writes, and what it refuses."""

import json
import signal
import sys

import pytest
from typer.testing import CliRunner

from brownfield.cli import app
from brownfield.errors import CaseError, Problem, Where
from brownfield.files import read_case, write_folder
from brownfield.plan.plan import read_plan
from brownfield.study.optimise import optimised
from brownfield.study.solves import Solves
from brownfield.study.store import Store
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


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--alpha", "0.9"), "--alpha goes with --optimise"),
        (("--foresight",), "--foresight goes with --optimise"),
        (("--plan-out", "plan"), "--plan-out goes with --optimise"),
        (("--optimise", "expected", "--alpha", "0.9"), "--alpha goes with --optimise cvar"),
        (("--optimise", "expected", "--plan", "plan"), "say one of them"),
    ],
)
def test_options_that_say_nothing_are_refused(folder, words, told):
    done = run(folder, *words)
    assert done.exit_code == 2
    assert told in " ".join(done.output.replace("│", " ").split())


def test_the_plan_as_planned_is_kept_and_found_again(folder, tmp_path):
    words = (folder, "--optimise", "expected", "--gap", "0", "--json", "--engine", "serial", "--store", tmp_path / "store")
    first, second = (json.loads(run(*words).stdout) for _ in range(2))
    assert first["worth"] == second["worth"]
    runs = Store.at(tmp_path / "store").runs()
    assert [(one.command, one.state, one.made, one.found) for one in sorted(runs, key=lambda one: one.run)] == [
        ("risk", "done", 1, 0),
        ("risk", "done", 0, 1),
    ]


def test_a_repeatable_search_does_not_look_at_the_clock(folder):
    words = (folder, "--optimise", "expected", "--gap", "0", "--json", "--repeatable", "--time-limit", "0.1")
    assert json.loads(run(*words).stdout)["proved"]


def test_a_search_that_is_stopped_keeps_the_best_plan_and_says_so(folder, monkeypatch):
    def stopped(*given, **more):
        signal.raise_signal(signal.SIGINT)
        return searched(*given, **more)

    module = sys.modules["brownfield.study.optimise"]
    searched = module.chosen
    monkeypatch.setattr(module, "chosen", stopped)
    found = json.loads(run(folder, "--optimise", "expected", "--gap", "0", "--foresight", "--json").stdout)
    assert (found["stopped_by"], found["proved"], found["value_of_perfect_information"]) == ("user", False, None)
    assert found["worth"] == pytest.approx(found["as_planned"]["worth"])
    assert "stopped by hand" in " ".join(found["sentences"])
    text = run(folder, "--optimise", "expected", "--gap", "0").output
    assert "Nothing is proved" in text or "Open by" in text
    assert "inf" not in text.split("Both plans")[0].replace("infeasible", "")


def test_a_search_says_how_far_it_is(folder):
    heard = []
    solves = Solves(gap=0.0, on_progress=heard.append)
    optimised(read_case(folder), gap=0.0, solves=solves)
    names = [name for standing in heard for name, _ in standing.running]
    assert {"the plan for demand as planned", "a plan for 2 futures"} <= set(names)


def test_no_plan_as_values(folder, tmp_path):
    import shutil

    case = shutil.copytree(folder, tmp_path / "case")
    (case / "policies.csv").write_text("policy,measure,sense,value\nClose everything,closures,>=,3\n", encoding="utf-8")
    done = run(case, "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["status"] == "infeasible"


def test_an_answer_is_said_although_its_report_cannot_be_written(folder, monkeypatch):
    def full(*given, **more):
        raise CaseError([Problem("BF051", Where("page.html"), "no space left on device", "room", "make room")])

    monkeypatch.setattr("brownfield.files.swap.new_file", full)
    done = run(folder, "--optimise", "expected", "--gap", "0", "--out", "page.html")
    assert done.exit_code == 2
    assert "Over 2 futures the best plan has" in " ".join(done.output.split())
    assert "BF051" in done.output
