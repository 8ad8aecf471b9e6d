"""The commands from outside: what they print, what they write, and the status they end with."""

import importlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from brownfield.case.synthetic import synthetic_case
from brownfield.cli.progress import Progress
from brownfield.cli.say import as_json_text
from brownfield.errors import LedgerError
from brownfield.files.new import FIRST_CASE
from brownfield.files.read import read_case
from brownfield.solve.outcome import Point
from tests.commands import run

SOLVE = importlib.import_module("brownfield.study.fanout")
"""The room, not the function that the package shows under the same name."""


@pytest.fixture
def here(here):
    """The same with fewer periods, so that it solves at once."""
    settings = (here / "case" / "case.toml").read_text()
    (here / "case" / "case.toml").write_text(settings.replace('["4 halves", "3 years"]', '["3 years"]'))
    demand = (here / "case" / "demand.csv").read_text().splitlines(keepends=True)
    (here / "case" / "demand.csv").write_text("".join(line for line in demand if ",2029," not in line and ",2030," not in line))
    return here


def add(here, table, line):
    with (here / "case" / f"{table}.csv").open("a") as file:
        file.write(line + "\n")


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_program_starts_by_both_its_names():
    for command in ([sys.executable, "-m", "brownfield"], [sys.executable, "-c", "from brownfield.cli import main; main()"]):
        told = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True).stdout
        assert told.startswith("brownfield 0.")


def test_help_and_check_enter_no_heavy_room():
    code = """if True:
        import sys
        from typer.testing import CliRunner
        from brownfield.cli import app
        assert CliRunner().invoke(app, ["--help"]).exit_code == 0
        assert "polars" not in sys.modules, "for --help"
        assert CliRunner().invoke(app, ["check", sys.argv[1]]).exit_code == 0
        heavy = {"highspy", "altair", "vl_convert", "xlsxwriter", "scipy", "jinja2", "brownfield.model", "brownfield.solve"}
        assert not heavy & set(sys.modules), heavy & set(sys.modules)"""
    ended = subprocess.run([sys.executable, "-c", code, str(FIRST_CASE)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_new_and_check(here):
    run("new", "mine")
    assert "plants 3" in run("check", "mine").output
    assert json.loads(run("check", "mine", "--json").stdout)["case"]["rows"]["plants"] == 3
    assert "BF052" in run("new", "mine", status=2).stderr
    run("new", "blank", "--empty")
    assert {problem["code"] for problem in json.loads(run("check", "blank", "--json", status=2).stdout)["problems"]} == {"BF106"}


def test_a_made_up_group_is_an_ordinary_case(here):
    run("new", "group", "--synthetic", "plants=4, products=6,quarters=8")
    assert read_case("group").digest == synthetic_case(4, 6, 8).digest
    assert read_case("group").settings.name == "group 4x6x8 seed 7"
    run("new", "other", "--empty", "--synthetic", "seed=1", status=2)


def test_everything_wrong_with_a_size_is_said_at_once(here):
    told = run("new", "group", "--synthetic", "plant=4,products=many,quarters=0,seed=1,seed=2,products=5,", status=2).stderr
    assert told.startswith("6 problems")
    assert (told.count("BF056"), told.count("BF057")) == (4, 2)
    assert "did you mean 'plants'" in told
    assert "--synthetic, cell quarters" in told
    assert not (here / "group").exists()


def test_problems_are_listed_on_standard_error_or_as_json(here):
    add(here, "plants", "Fourth,Denmark,North,1964,perhaps,,,,,,,,,")
    result = run("check", "case", status=2)
    assert result.stdout == ""
    assert "plants.csv, row 5, column country" in result.stderr
    assert "plants.csv, row 5, column decision" in result.stderr
    told = json.loads(run("solve", "case", "--json", status=2).stdout)["problems"]
    assert {(one["code"], one["row"], one["column"]) for one in told} >= {("BF011", 5, "country"), ("BF009", 5, "decision")}
    assert not (here / "three-plants-and-a-guest-plan").exists()


@pytest.mark.parametrize("path", ["nowhere", "case/plants.csv", "case/case.toml"])
def test_no_case_at_all(here, path):
    for command in ("check", "solve", "report", "conflicts", "coverage"):
        assert "BF02" in run(command, path, status=2).stderr


def test_export_and_import_go_round(here):
    run("export", "case", "--xlsx", "a.xlsx", "--datapackage", "package")
    run("import", "a.xlsx", "back")
    run("export", "case", "--folder", "plain")
    assert files(here / "back") == files(here / "plain")
    assert "BF050" in run("import", "a.xlsx", "back", status=2).stderr
    run("import", "a.xlsx", "back", "--force")
    assert "BF050" in run("export", "case", "--xlsx", "a.xlsx", status=2).stderr
    run("export", "case", "--xlsx", "a.xlsx", "--force")
    run("export", "--template", "t.xlsx", "--json-schema", "schema")
    assert (here / "schema" / "plants.schema.json").exists()


@pytest.mark.parametrize("args", [["export"], ["export", "case"], ["export", "--xlsx", "a.xlsx"], ["solve"], ["check", "case", "--wrong"]])
def test_commands_that_are_not_complete(here, args):
    assert run(*args, status=2).exit_code == 2


def test_solve_saves_the_plan_and_says_how_sure_it_is(here):
    told = run("solve", "case", "--gap", "0.05", "--report", "r.html")
    folder = here / "three-plants-and-a-guest-plan"
    assert "three-plants-and-a-guest-plan" in told.stdout
    outcome = json.loads((folder / "outcome.json").read_text())
    assert outcome["status"] == "proved"
    assert (folder / "sites.csv").read_text().startswith("plant,period,state\n")
    assert (folder / "books" / "postings.csv").exists()
    assert "<html" in (here / "r.html").read_text()
    (folder / "mine.txt").write_text("kept")
    told = json.loads(run("solve", "case", "--gap", "0.05", "--json").stdout)
    assert told["saved"] == "three-plants-and-a-guest-plan"
    assert told["npv"] == outcome["npv"]
    assert {row["plant"] for row in told["plan"]["sites"]} == {"Harbour", "Meadow", "Ridge"}
    assert (folder / "mine.txt").read_text() == "kept"


def test_a_scenario_is_solved_by_name_and_named_in_the_title(here):
    tiny = str(Path(__file__).parent.parent / "examples" / "tiny")
    base = json.loads(run("solve", tiny, "--gap", "0", "--out", "base", "--json").stdout)
    other = json.loads(run("solve", tiny, "--gap", "0", "--scenario", "no guest", "--out", "other", "--json").stdout)
    assert other["npv"] < base["npv"]
    assert "no guest" in run("solve", tiny, "--scenario", "no guest", "--out", "again").stdout
    wrong = json.loads(run("solve", tiny, "--scenario", "no gest", "--json", status=2).stdout)
    assert [problem["code"] for problem in wrong["problems"]] == ["BF054"] and "no guest" in wrong["problems"][0]["fix"]


def test_what_was_kept_of_an_earlier_plan_is_told_and_reported(here):
    tiny = str(Path(__file__).parent.parent / "examples" / "tiny")
    run("solve", tiny, "--gap", "0", "--out", "base", "--quiet")
    told = run("solve", tiny, "--scenario", "no guest", "--keep", "base", "--out", "kept", "--report", "kept.html").stdout
    words = json.loads((here / "kept" / "outcome.json").read_text())
    assert words["kept"][0].startswith("kept: closures")
    report = (here / "kept.html").read_text()
    for sentence in ("Kept: closures, launches", "Decided anew: ", "It keeps to an earlier plan"):
        assert sentence in told and sentence in report and any(sentence in one for one in words["verdict"])


def test_solve_refuses_a_taken_place_before_it_begins(here, monkeypatch):
    monkeypatch.setattr(SOLVE, "solve", lambda *_, **__: pytest.fail("it began"))
    (here / "r.html").write_text("my page")
    for option, place in (("--out", "case"), ("--report", "r.html"), ("--report", "case"), ("--out", "r.html")):
        assert "BF050" in run("solve", "case", option, place, status=2).stderr
    assert (here / "r.html").read_text() == "my page"


def test_no_plan_obeys_every_rule(here):
    add(here, "policies", "Close everything,closures,,,>=,3,hard,,")
    told = run("solve", "case", "--report", "r.html", status=3)
    assert "Close everything" in told.stdout
    assert (here / "r.html").exists()
    told = json.loads(run("solve", "case", "--json", status=3).stdout)
    assert (told["status"], told["saved"]) == ("infeasible", None)
    assert any("Close everything" in one["sentence"] for one in told["must_give"])
    assert not (here / "three-plants-and-a-guest-plan").exists()


def solved_as(monkeypatch, change):
    """Let a solve end in a way that is hard to bring about."""
    solve = SOLVE.solve
    monkeypatch.setattr(SOLVE, "solve", lambda case, **options: change(solve(case, gap=0.5)))


def test_stopped_without_a_plan(here, monkeypatch):
    none = {"plan": None, "ledger": None, "npv": None, "gap": None, "gap_money": None}
    solved_as(monkeypatch, lambda outcome: replace(outcome, status="no_plan", stopped_by="time", **none))
    assert "No plan was saved" in run("solve", "case", status=4).stdout
    assert json.loads(run("solve", "case", "--json", status=4).stdout)["status"] == "no_plan"
    assert not (here / "three-plants-and-a-guest-plan").exists()


def test_a_failed_check_is_loud(here, monkeypatch):
    def fails(outcome):
        raise LedgerError("the ledger makes the plan worth 1 million, the solver 2 million")

    solved_as(monkeypatch, fails)
    assert "the solver 2 million" in run("solve", "case", status=1).stderr
    assert "the solver 2 million" in json.loads(run("solve", "case", "--json", status=1).stdout)["failure"]


def test_report_is_one_file(here):
    (here / "page.html").write_text("my page")
    assert "BF050" in run("report", "case", "--out", "page.html", status=2).stderr
    for force in (["--force"], []):
        run("report", "case", "--gap", "0.5", "--out", "page.html", "--quiet", *force)
        assert "<html" in (here / "page.html").read_text()
    assert not list(here.glob("*-plan"))


def test_conflicts_coverage_and_trace(here):
    assert "Evening agency" in run("conflicts", "case").stdout
    told = json.loads(run("conflicts", "case", "--json").stdout)["conflicts"]
    assert {one["cell"]["column"] for one in told} == {"headcount", "volume_max"}
    assert json.loads(run("coverage", "case", "--json").stdout)["sourced"] == 2
    assert "rest on a source" in run("coverage", "case").stdout
    told = run("trace", "case", "--item", "pay", "--plant", "Harbour", "--period", "2027").stdout
    assert "At Harbour we employ 1,350 people." in told
    cells = json.loads(run("trace", "case", "--item", "pay", "--plant", "Harbour", "--json").stdout)["cells"]
    assert {"table": "people", "source": "Annual report 2024"}.items() <= next(one for one in cells if one["column"] == "headcount").items()


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (["--item", "pay", "--plant", "Harbor"], "did you mean 'Harbour'?"),
        (["--item", "payy"], "did you mean 'pay'?"),
        (["--item", "pay", "--period", "1999"], "2026"),
    ],
)
def test_trace_of_what_is_not_there(here, options, hint):
    told = run("trace", "case", *options, status=2).stderr
    assert "BF054" in told
    assert hint in told


def test_as_of(here):
    told = run("conflicts", "case", "--as-of", "2025-09-30")
    assert "Evening agency" not in told.stdout
    assert "1 contradiction." in told.stdout
    assert "Known only later" in run("check", "case", "--as-of", "2025-01").stderr
    for wrong in ("yesterday", "2025-13", "2025-02-30", "20250701"):
        assert "BF053" in run("check", "case", "--as-of", wrong, status=2).stderr


def test_a_case_can_neither_steer_the_terminal_nor_be_too_foreign_for_it(here):
    for table in ("claims", "sources"):
        path = here / "case" / f"{table}.csv"
        path.write_text(path.read_text().replace("Evening agency", "追浜 🚗"))
    add(here, "claims", "City paper,Har\x1b[2Jbour,people,people,Harbour,headcount,1400,,,heads,,,,reported,normal,")
    for options in ([], ["--json"]):
        command = [sys.executable, "-m", "brownfield", "conflicts", "case", *options]
        told = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "PYTHONIOENCODING": "ascii"}).stdout
        assert b"\x1b" not in told
        assert b"\\u8ffd" in told
        if options:
            versions = [version for conflict in json.loads(told)["conflicts"] for version in conflict["versions"]]
            assert any("追浜 🚗" in version["sources"] for version in versions)


def test_json_has_no_number_that_is_none():
    text = as_json_text({"a": [float("nan"), float("inf"), 0.1 + 0.2], "b": ("ü", None, True)})
    assert json.loads(text) == {"a": [None, None, 0.1 + 0.2], "b": ["ü", None, True]}
    assert "0.30000000000000004" in text


def test_progress_in_words():
    progress = Progress("EUR")
    assert "looking for a first plan" in progress.sentence()
    progress.heard(Point(1.0, None, 900.0))
    assert "EUR 900.0 m" in progress.sentence()
    progress.heard(Point(2.0, 800.0, None))
    assert "no bound yet" in progress.sentence()
    progress.heard(Point(3.0, 800.0, 812.5))
    assert "best plan EUR 800.0 m; none is better by more than EUR 12.5 m" in progress.sentence()
