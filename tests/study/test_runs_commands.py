"""`--engine`, `--store` and `brownfield runs`: what they say, what they write, and how they end."""

import json

import pytest
from typer.testing import CliRunner

from brownfield.cli import app
from brownfield.files import read_case

ALBA = ("--verdict", "plant Alba open in 2027", "--gap", "0")


@pytest.fixture(scope="module")
def tiny(root):
    return str(root / "examples" / "tiny")


def run(*arguments, status=0, **environment):
    done = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200", "BROWNFIELD_STORE": "", **environment})
    assert done.exit_code == status, done.output
    return done.output


def as_json(*arguments, status=0):
    return json.loads(run(*arguments, "--json", status=status))


@pytest.fixture(scope="module")
def store(tiny, tmp_path_factory):
    """A store with a solve, a study, and the study once more."""
    folder = tmp_path_factory.mktemp("runs")
    run("solve", tiny, "--gap", "0", "--store", str(folder / "store"), "--out", str(folder / "plan"), "--quiet")
    told = [as_json("why", tiny, *ALBA, "--engine", engine, "--store", str(folder / "store")) for engine in ("processes", "serial")]
    assert told[0] == told[1]
    return folder


def test_runs_are_listed_and_shown(store, tiny):
    told = as_json("runs", "--store", str(store / "store"))["runs"]
    assert [(one["command"], one["state"], one["made"], one["found"]) for one in told] == [
        ("solve", "done", 1, 0),
        ("why", "done", 2, 0),
        ("why", "done", 0, 2),
    ]
    assert told[1]["asked"] == {"case": tiny, "verdict": ALBA[1], "gap": 0.0, "as_json": True}
    text = run("runs", BROWNFIELD_STORE=str(store / "store"))
    assert f"why {tiny}: done; 0 solves made, 2 found" in text
    text = run("runs", "show", "3", "--store", str(store / "store"))
    assert "with the verdict: proved, worth 63.579 m, no plan is better by more than 0.000 m (found in the store)" in text
    shown = as_json("runs", "show", "2", "--store", str(store / "store"))["solves"]
    assert [(one["solve"], one["status"], one["found"]) for one in shown] == [(1, "proved", False), (2, "proved", False)]
    worth = sorted(one["npv"] for one in shown)  # side by side, either may be the first to end
    assert worth == pytest.approx([63.579156343, 70.18276384], abs=1e-7)


def test_a_run_is_opened_as_the_folder_that_solve_wrote(store, tiny, tmp_path):
    run("runs", "open", "1", "--out", str(tmp_path / "again"), "--case", str(tmp_path / "case"), "--store", str(store / "store"))
    before, after = ({file.relative_to(f): file.read_bytes() for file in f.rglob("*.*")} for f in (store / "plan", tmp_path / "again"))
    assert before == after
    assert read_case(tmp_path / "case").digest == read_case(tiny).digest
    assert "one of its solves with a plan: 1, 2" in run("runs", "open", "2", "--store", str(store / "store"), status=2)


def test_runs_are_taken_out(tiny, tmp_path):
    run("solve", tiny, "--gap", "0.2", "--store", str(tmp_path / "store"), "--out", str(tmp_path / "plan"), "--quiet")
    assert as_json("runs", "prune", "--days", "1", "--store", str(tmp_path / "store"))["runs"] == 0
    told = as_json("runs", "prune", "--days", "0", "--old-versions", "--store", str(tmp_path / "store"))
    assert told["runs"] + told["results"] in (0, 2), "a run of this very second is not older than now"


def test_nothing_is_kept_unless_asked_for(tiny, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("solve", tiny, "--gap", "0.2", "--quiet")
    assert [entry.name for entry in tmp_path.iterdir()] == ["tiny-plan"]
    assert "name the store" in run("runs", status=2)


OPTIONS = {
    ("--engine", "threads"): "--engine is one of serial, processes, dask",
    ("--engine", "dask"): "--scheduler ADDRESS go together",
    ("--scheduler", "tcp://127.0.0.1:8786"): "--scheduler ADDRESS go together",
    ("--engine", "dask", "--scheduler", "127.0.0.1"): "an address like tcp://10.0.0.5:8786",
    ("--store", "there"): "BF521",
}


@pytest.mark.parametrize("options", OPTIONS)
def test_options_that_cannot_be(tiny, options, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").write_text("a file")
    assert OPTIONS[options] in run("why", tiny, *ALBA, *options, status=2)


def test_a_scheduler_that_does_not_answer_is_said_at_once(tiny, monkeypatch):
    monkeypatch.setattr("brownfield.study.cluster.KNOCKS", 0.5)
    told = as_json("why", tiny, *ALBA, "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9", status=2)
    assert told["problems"][0]["code"] == "BF528"


@pytest.mark.parametrize("command", ["threshold", "why", "compare", "scenarios", "flips", "deal", "frontier"])
def test_every_study_has_the_same_options(command):
    text = run(command, "--help")
    assert all(option in text for option in ("--engine", "--scheduler", "--memory", "--store"))
