"""The commands `risk` and `flexibility`: what they say, as words, JSON and pages, and what they refuse."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import brownfield as bf
from brownfield.cli import app
from brownfield.files import write_folder
from brownfield.plan.plan import write_plan
from study.uncertain import ECONOMY, HATCH, VOLT, uncertain

TINY = Path(__file__).parents[2] / "examples" / "tiny"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny case with uncertain demand, and its plan made before that was said."""
    made = tmp_path_factory.mktemp("risk")
    case = bf.read_case(TINY)
    outcome = bf.solve(case, gap=0.0)
    assert outcome.plan is not None
    write_plan(outcome.plan, made / "plan")
    write_folder(uncertain(case, uncertainties=[ECONOMY, VOLT, HATCH]), made / "case")
    return made


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_risk_as_json_and_as_a_page(folder: Path) -> None:
    page = folder / "risk.html"
    done = run("risk", folder / "case", "--plan", folder / "plan", "--futures", 300, "--seed", 2, "--json", "--out", page)
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert told["planned_npv"] == pytest.approx(70.182764, abs=1e-4)
    assert told["npv"]["low"] < told["npv"]["value"] < told["npv"]["high"]
    assert told["worst_5_percent"]["value"] < told["npv"]["value"] < told["planned_npv"]
    assert told["below_floor"] is None
    assert [period["headcount"] for period in told["periods"]] == pytest.approx([820, 720, 720])
    assert told["guests"][0]["take_or_pay"] > 0
    text = page.read_text(encoding="utf-8")
    assert "Are the futures enough?" in text
    assert "<script" not in text
    again = run("risk", folder / "case", "--plan", folder / "plan", "--futures", 300, "--seed", 2, "--json")
    assert json.loads(again.output) == told | {"report": None}


def test_flexibility_as_json_and_as_a_page(folder: Path) -> None:
    page = folder / "flexibility.html"
    done = run("flexibility", folder / "case", "--futures", 256, "--json", "--out", page)
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert told["sales"]["value"] <= told["total_flexibility"]["value"] <= told["wanted"]["value"]
    gains = [route["gain"]["value"] for route in told["routes"]]
    assert gains == sorted(gains, reverse=True)
    sold = [told["sales"]["value"], *(step["sales"]["value"] for step in told["one_after_another"])]
    assert sold == sorted(sold)
    assert "<script" not in page.read_text(encoding="utf-8")


def test_words_on_the_terminal(folder: Path) -> None:
    done = run("risk", folder / "case", "--plan", folder / "plan", "--futures", 128)
    assert done.exit_code == 0, done.output
    assert "Over 128 futures the plan is worth" in " ".join(done.output.split())
    done = run("flexibility", folder / "case", "--plan", folder / "plan", "--futures", 128)
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("words", "code"),
    [(("--futures", "0"), "BF546"), (("--futures", "-5"), "BF546"), (("--plan", "nowhere"), "BF401")],
)
def test_what_cannot_be_asked(folder: Path, words: tuple[str, ...], code: str) -> None:
    done = run("risk", folder / "case", "--json", *words)
    assert done.exit_code == 2
    assert [problem["code"] for problem in json.loads(done.output)["problems"]] == [code]


def test_a_case_that_says_nothing_of_futures(folder: Path) -> None:
    for command in ("risk", "flexibility"):
        done = run(command, TINY, "--json")
        assert done.exit_code == 2
        assert [problem["code"] for problem in json.loads(done.output)["problems"]] == ["BF545"]


def test_a_plan_for_another_case(folder: Path, tmp_path: Path) -> None:
    case = bf.read_case(folder / "case")
    dearer = case.with_table("demand", case.table("demand").with_columns(cars=case.table("demand")["cars"] * 2))
    write_folder(dearer, tmp_path / "other")
    done = run("risk", tmp_path / "other", "--plan", folder / "plan", "--json")
    assert done.exit_code == 2
    assert [problem["code"] for problem in json.loads(done.output)["problems"]] == ["BF055"]
