"""Evidence on the command line: conflicts, the timeline, PROV, and a day for every command that takes a case."""

import csv
import json

import pytest
import typer

from brownfield.cli import app
from tests.commands import run

NO_DAY = {"import", "fit", "runs open", "app"}
"""Commands that write a case instead of looking at it: they take it as it is, or as it was when it was solved."""


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


CLAIM = "source,subject,property,table,row,column,value,standing"


def offer_of(here):
    """The first offer of the case, as text."""
    return next(csv.DictReader((here / "case" / "offers.csv").read_text(encoding="utf-8").splitlines()))


def said_of_the_offer(here, column, early, late):
    """The case with two claims about its offer: one of January 2026, one of February, which the cell holds."""
    name = offer_of(here)["offer"]
    sources = "source,title,publisher,published,kind\nJan,Jan,P,2026-01,filing\nFeb,Feb,P,2026-02,filing\n"
    (here / "case" / "sources.csv").write_text(sources)
    rows = [f"{source},offer,term,offers,{name},{column},{value},official" for source, value in (("Jan", early), ("Feb", late))]
    (here / "case" / "claims.csv").write_text("\n".join([CLAIM, *rows]) + "\n")
    run("check", "case")
    return name


def test_what_was_said_by_a_day_is_checked_like_any_case(here):
    """In January a least volume above the greatest was in print: that is no case, and nothing is solved with it."""
    offer = offer_of(here)
    said_of_the_offer(here, "volume_min", float(offer["volume_max"]) + 1, offer["volume_min"])
    for command in ("check", "solve"):
        told = run(command, "case", "--as-of", "2026-01", status=2).stderr
        assert "BF158" in told and "as known on 2026-01-31: at least" in told
    run("check", "case", "--as-of", "2026-02")


def test_what_a_scenario_asks_for_is_not_taken_back_by_the_day(here):
    """A scenario that puts in what was only said later is still that scenario on an earlier day."""
    fee = offer_of(here)["fee_per_car"]
    name = said_of_the_offer(here, "fee_per_car", 100, fee)
    (here / "case" / "scenarios.csv").write_text("scenario,meaning\nthe fee,as said later\n")
    change = f"1,the fee,offers,{name},fee_per_car,set,{fee}"
    (here / "case" / "changes.csv").write_text(f"change,scenario,table,row,column,action,value\n{change}\n")
    from brownfield.cli.run import read

    assert read(here / "case", "2026-01").table("offers")["fee_per_car"][0] == 100
    then = read(here / "case", "2026-01", "the fee")
    assert then.table("offers")["fee_per_car"][0] == float(fee)
    assert then.settings.title and then.settings.title.startswith("Scenario the fee: As known on 2026-01-31: ")


def test_proposals_are_compared_with_what_was_held_on_a_day(here):
    said_of_the_offer(here, "fee_per_car", 100, offer_of(here)["fee_per_car"])
    (here / "a.txt").write_text("News\n\nThe company will cut 900 jobs.\n")
    assert json.loads(run("read", "a.txt", "--case", "case", "--as-of", "2026-01", "--json").stdout)["candidates"]
    run("read", "--case", "case", "--accept", "r.csv", "--as-of", "2026-01", status=2)


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
