"""Long work lives in a process and a folder of its own: however anything else ends, it is told from its files how it stands."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from brownfield.app import history
from brownfield.app.asked import base_of, case_of
from brownfield.app.desk import Desk
from brownfield.app.lock import hold, is_held
from brownfield.app.runs import AT_ONCE, Run, Runs
from brownfield.errors import CaseError, LedgerError
from brownfield.files.read import read_case
from brownfield.files.workbook import write_workbook
from brownfield.study.store import Store


@pytest.fixture
def desk(root: Path, tmp_path: Path) -> Desk:
    """A folder with the tiny case."""
    shutil.copytree(root / "examples" / "tiny", tmp_path / "tiny")
    return Desk.at(tmp_path)


@pytest.fixture
def runs(desk: Desk) -> Runs:
    """Its work."""
    return Runs(desk.state / "runs")


def until(runs: Runs, name: str, holds: Callable[[Run], bool]) -> Run:
    """The work once something holds of it."""
    for _ in range(2400):
        if holds(job := runs.get(name)):
            return job
        time.sleep(0.05)
    raise AssertionError(f"{job} after two minutes: {(job.folder / 'log.txt').read_text()}")


def over(job: Run) -> bool:
    return job.over


def test_a_solve_leaves_all_that_is_needed_to_show_it_again(desk: Desk, runs: Runs) -> None:
    fee = {"table": "offers", "row": "Volt at Coro", "column": "fee_per_car", "action": "set", "value": "1200"}
    job = until(runs, runs.start("solve", "tiny", edits=[fee]).name, over)
    assert (job.state, job.told["status"]) == ("done", "proved"), (job.folder / "log.txt").read_text()
    assert "Alba closes" in job.section("verdict")
    assert job.section("../../tiny/plants") == ""
    assert (job.folder / "report.html").read_text().startswith("<!doctype html>")
    assert [point["words"] for point in job.points()][-1] == "drawing the pages"

    plants = desk.root / "tiny" / "plants.csv"
    plants.write_text(plants.read_text().replace("Alba", "Alma"))  # what becomes of the case afterwards does not matter
    case = case_of(base_of(desk, {**job.asked, "base": job.told["base"]}), job.asked)
    assert case.table("offers")["fee_per_car"].to_list() == [1200.0]
    outcome = history.recall(case, job.folder / "plan", job.told)
    assert (outcome.status, outcome.npv) == ("proved", pytest.approx(job.told["npv"]))
    with pytest.raises(LedgerError):
        history.recall(base_of(desk, {**job.asked, "base": job.told["base"]}), job.folder / "plan", job.told)


def test_the_plan_is_in_the_form_of_the_commands(runs: Runs, desk: Desk, tmp_path: Path) -> None:
    job = until(runs, runs.start("solve", "tiny").name, over)
    plan = str(job.folder / "plan")
    command = [sys.executable, "-m", "brownfield", "compare", plan, plan, "--case", "tiny", "--quiet"]
    done = subprocess.run(command, cwd=desk.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_is_wrong_is_told_as_problems(runs: Runs) -> None:
    job = until(runs, runs.start("threshold", "tiny", verdict="plant Nowhere open", input="demand.scale").name, over)
    assert job.state == "refused"
    assert [problem["code"] for problem in job.told["problems"]] == ["BF081"]


def test_work_that_is_about_to_take_its_lock_is_not_told_to_be_killed(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lock comes between two looks at it, or is there and not taken yet."""
    place = runs.folder / "beginning"
    place.mkdir(parents=True)
    (place / "asked.json").write_text(json.dumps({"kind": "solve", "case": "tiny", "asked": time.time()}))
    monkeypatch.setattr("brownfield.app.runs.is_held", lambda lock: bool(lock.touch()))
    assert [runs.get("beginning").state for _ in range(2)] == ["waiting", "waiting"]
    monkeypatch.undo()
    os.utime(place / "lock", (0, 0))
    assert runs.get("beginning").state == "killed"


def test_work_that_is_killed_is_told_from_work_that_runs(runs: Runs) -> None:
    job = runs.start("solve", "tiny")
    until(runs, job.name, lambda one: one.state == "running")
    held = subprocess.run(["pgrep", "-f", job.name], capture_output=True, text=True, check=False).stdout.split()
    assert len(held) == 1
    os.kill(int(held[0]), signal.SIGKILL)
    assert until(runs, job.name, over).state in ("killed", "done")


def test_work_can_be_stopped(runs: Runs) -> None:
    job = runs.start("frontier", "tiny", levels=60)
    runs.stop(job.name)
    assert until(runs, job.name, over).state in ("stopped", "done")


def test_a_workbook_is_read_apart_and_its_problems_stand_at_their_cells(desk: Desk, runs: Runs, root: Path) -> None:
    (desk.state / "uploads").mkdir(parents=True)
    write_workbook(read_case(root / "examples" / "tiny"), desk.state / "uploads" / "a.xlsx")
    job = until(runs, runs.start("open", "", file="a.xlsx", name="My plants.xlsx").name, over)
    assert job.told.get("opened") == "My-plants", (job.folder / "log.txt").read_text()
    assert desk.read("My-plants").digest == desk.read("tiny").digest
    assert list((desk.state / "uploads").iterdir()) == []

    (desk.state / "uploads" / "b.xlsx").write_bytes(b"PK\x03\x04 nonsense")
    job = until(runs, runs.start("open", "", file="b.xlsx", name="Your plants.xlsx").name, over)
    assert job.state == "refused"
    assert [(problem["code"], problem["file"]) for problem in job.told["problems"]] == [("BF042", "Your plants.xlsx")]


def test_no_more_work_at_once_than_the_machine_should_do(runs: Runs) -> None:
    for i in range(AT_ONCE):
        place = runs.folder / f"20260101-00000{i}-aaaaaa"
        place.mkdir(parents=True)
        (place / "asked.json").write_text(f'{{"kind": "solve", "case": "tiny", "asked": {time.time()}}}')
    with pytest.raises(CaseError) as error:
        runs.start("solve", "tiny")
    assert [problem.code for problem in error.value.problems] == ["BF504"]


@pytest.mark.parametrize("name", ["..", "../runs", "nothing", "", "a/b"])
def test_a_run_that_is_none_is_said_to_be_none(runs: Runs, name: str) -> None:
    for place in (runs.folder, runs.folder.parent, runs.folder / "a" / "b"):  # what looks like a run, where none is
        place.mkdir(parents=True, exist_ok=True)
        (place / "asked.json").write_text('{"kind": "solve", "case": "tiny", "asked": 0}')
    with pytest.raises(CaseError) as error:
        runs.get(name)
    assert [problem.code for problem in error.value.problems] == ["BF505"]


def test_a_file_is_held_as_long_as_its_holder_lives(tmp_path: Path) -> None:
    assert not is_held(tmp_path / "lock")
    with hold(tmp_path / "lock"):
        assert is_held(tmp_path / "lock")
    assert not is_held(tmp_path / "lock")


def test_a_plan_that_was_found_is_tried_in_futures(desk: Desk, runs: Runs) -> None:
    (desk.root / "tiny" / "uncertainties.csv").write_text("uncertainty,distribution,middle,low,high\nthe economy,uniform,1,0.8,1.2\n")
    plan = until(runs, runs.start("solve", "tiny").name, over)
    found = until(runs, runs.start("risk", "tiny", of=plan.name, futures=50).name, over)
    assert found.state == "done", (found.told, (found.folder / "log.txt").read_text())
    assert "<svg" in found.section("body")
    found = until(runs, runs.start("flexibility", "tiny", futures=50, steps=1).name, over)
    assert found.state == "done", (found.told, (found.folder / "log.txt").read_text())


def test_the_store_is_shared_with_the_commands(desk: Desk, runs: Runs) -> None:
    asked = until(runs, runs.start("solve", "tiny", gap=0.0).name, over)
    assert asked.state == "done", (asked.told, (asked.folder / "log.txt").read_text())
    command = [sys.executable, "-m", "brownfield", "solve", "tiny", "--gap", "0"]
    command += ["--store", str(desk.store), "--out", "plan", "--quiet"]
    done = subprocess.run(command, cwd=desk.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [(run.command, run.made, run.found) for run in Store.at(desk.store).runs()] == [("solve", 1, 0), ("solve", 0, 1)]
    [(run, [result])] = history.kept_by_commands(desk)  # what the app asked for stands among its own runs
    again = until(runs, runs.start("recall", "tiny", number=run.run, solve=1).name, over)
    assert again.state == "done", (again.told, (again.folder / "log.txt").read_text())
    assert again.section("verdict")
    assert (again.told["npv"], again.told["digest"]) == (pytest.approx(result.told["npv"]), asked.told["digest"])
    case = case_of(base_of(desk, {**again.asked, "base": again.told["base"]}), again.asked)
    assert history.recall(case, again.folder / "plan", again.told).status == "proved"


def test_the_store_that_is_named_for_the_commands_is_used(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert desk.store == desk.state / "solves"
    assert history.kept_by_commands(desk) == []
    monkeypatch.setenv("BROWNFIELD_STORE", str(tmp_path / "named"))
    assert desk.store == tmp_path / "named"
