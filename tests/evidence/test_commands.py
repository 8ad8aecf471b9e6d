"""Evidence on the command line: conflicts, the timeline, PROV, and a day for every command that takes a case."""

import json

import pytest
import typer

from brownfield.cli import app
from tests.commands import run

NO_DAY = {"import", "read", "fit"}
"""Commands that change a case on disk instead of looking at it: they take it as it is, whatever was known when."""


def commands():
    """Every command, also those of a group, that takes a case."""
    todo = dict(typer.main.get_command(app).commands)
    while todo:
        name, command = todo.popitem()
        todo |= {f"{name} {part}": one for part, one in getattr(command, "commands", {}).items()}
        if any(parameter.name == "case" for parameter in getattr(command, "params", ())):
            yield name, command


def test_every_command_that_takes_a_case_takes_a_day():
    taking = dict(commands())
    assert {"check", "export", "solve", "report", "conflicts", "coverage", "trace"} <= set(taking)
    without = [name for name, one in taking.items() if "as_of" not in {parameter.name for parameter in one.params}]
    assert set(without) <= NO_DAY


@pytest.mark.parametrize(
    "args",
    [
        ["check", "case"],
        ["export", "case", "--folder", "copy"],
        ["conflicts", "case"],
        ["conflicts", "case", "--timeline"],
        ["coverage", "case"],
        ["trace", "case", "--item", "pay"],
    ],
    ids=lambda args: args[0],
)
def test_a_day_works_and_what_came_later_is_named(here, args):
    told = run(*args, "--as-of", "2025-01")
    assert "Known only later, and used all the same:" in told.stderr
    assert "Evening agency" not in told.stdout


def test_a_report_as_of_a_day_lists_what_came_later(here):
    run("report", "case", "--as-of", "2025-01", "--gap", "0.2", "--quiet")
    text = (here / "report.html").read_text()
    assert "Known only later, and used all the same (" in text and 'id="hindsight"' in text
    assert "Only what was known on 2025-01-31 is used" in text


def test_conflicts_in_words_and_as_values(here):
    told = json.loads(run("conflicts", "case", "--json").stdout)
    assert set(told) == {"conflicts", "settled", "agreements", "timeline"}
    version = told["conflicts"][0]["versions"][0]
    assert {"value", "sources", "independent", "witnesses", "known", "standing", "strongest", "preferred", "used", "claims"} <= set(version)
    assert all(claim["date"] for claim in version["claims"])
    assert [event["day"] for event in told["timeline"]] == sorted(event["day"] for event in told["timeline"])
    lines = run("conflicts", "case", "--timeline").stdout.splitlines()
    assert len(lines) == len(told["timeline"]) > 1
    assert told["conflicts"][0]["position"] in run("conflicts", "case").stdout


def test_prov_of_one_line_and_of_a_plan(here):
    run("trace", "case", "--item", "pay", "--prov", "pay.json")
    one = json.loads((here / "pay.json").read_text())
    assert "wasDerivedFrom" in one and not [name for name in one["entity"] if name.startswith("brownfield:plan/")]
    assert "BF050" in run("trace", "case", "--item", "pay", "--prov", "pay.json", status=2).stderr
    run("solve", "case", "--gap", "0.2", "--out", "plan", "--quiet")
    run("trace", "case", "--plan", "plan", "--prov", "all.json")
    text = (here / "all.json").read_text()
    every = json.loads(text)
    assert len([name for name in every["entity"] if name.startswith("brownfield:posting/")]) > 10
    assert [about["brownfield:status"] for about in every["activity"].values() if about["prov:label"] == "solve"] == ["proved"]
    assert str(here) not in text and "highspy" in text
    run("trace", "case", "--plan", "plan", "--item", "pay", "--prov", "some.json")
    some = json.loads((here / "some.json").read_text())
    assert {name.split("/")[1] for name in some["entity"] if name.startswith("brownfield:posting/")} == {"pay"}
    assert "BF055" in run("trace", "case", "--plan", "plan", "--as-of", "2025-01", "--prov", "x.json", status=2).stderr
    assert not (here / "x.json").exists()
    assert run("trace", "case", "--plan", "plan", status=2).exit_code == run("trace", "case", status=2).exit_code == 2
