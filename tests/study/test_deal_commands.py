"""`brownfield deal` and `brownfield frontier`: what they say, write and refuse."""

import json
from pathlib import Path

import pytest

from brownfield.plan.plan import read_plan
from brownfield.report.deal import as_page, at_price, lead, sentences
from brownfield.report.pages import as_html
from brownfield.study.deal import Deal, deal
from brownfield.study.solves import Solves
from tests.commands import run
from tests.study.test_deal import one_sided, tiny

TINY = str(Path(__file__).parents[2] / "examples" / "tiny")


def test_a_deal_is_told_and_written(tmp_path: Path) -> None:
    page = tmp_path / "deal.html"
    done = run("deal", TINY, "--offer", "volt", "--gap", "0", "--volumes", "0", "--out", str(page))
    assert "There is room for a deal" in done.output
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>") and "<script" not in text and "http:" not in text.replace("http://www.w3.org", "")
    assert "€1,045 a car" in text


def test_a_deal_as_json_and_its_coalitions() -> None:
    done = run("deal", TINY, "--offer", "volt", "--gap", "0", "--volumes", "0", "--together", "--json")
    told = json.loads(done.output)
    assert told["zone"] == "open" and told["host"]["best"] == pytest.approx(869.618345)
    assert told["together"]["surplus"] == pytest.approx(told["struck"]["host_gain"] + told["struck"]["guest_gain"], rel=1e-6)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["deal", TINY, "--offer", "vlot at coro", "--json"], "BF090"),
        (["deal", TINY, "--offer", "volt", "--weight", "2", "--json"], "BF092"),
        (["frontier", TINY, "--heads", "0", "--json"], "BF093"),
        (["frontier", TINY, "--plant", "Albs", "--json"], "BF093"),
    ],
)
def test_what_cannot_be_asked(arguments: list[str], code: str) -> None:
    done = run(*arguments, status=2)
    assert json.loads(done.output)["problems"][0]["code"] == code


def test_a_frontier_is_told_and_its_plans_are_written(tmp_path: Path) -> None:
    plans, page = tmp_path / "plans", tmp_path / "frontier.html"
    run("frontier", TINY, "--gap", "0", "--heads", "50", "--plans", str(plans), "--out", str(page))
    folders = sorted(plans.iterdir())
    assert [folder.name for folder in folders] == ["plan-01", "plan-02", "plan-03"]
    assert read_plan(folders[0]).sites.height == 9
    assert "Plans that no other beats" in page.read_text(encoding="utf-8")


def test_plans_are_not_written_over_other_things(tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("mine")
    done = run("frontier", TINY, "--gap", "0", "--heads", "50", "--plans", str(tmp_path), status=2)
    assert "BF05" in done.output
    assert (tmp_path / "thesis" / "chapter.txt").read_text() == "mine"


@pytest.fixture(scope="module")
def empty() -> Deal:
    return deal(tiny(car_value=1200, state=True), "volt", solves=Solves(gap=0.0, workers=1), volumes=0)


def test_an_empty_zone_is_told_with_what_is_missing(empty: Deal) -> None:
    assert empty.width is not None and at_price(empty, -empty.width) in lead(empty)
    text = as_html(as_page(empty), empty.case)
    assert "No price at which both sides gain" in text and "What would open the zone" in text


@pytest.mark.parametrize(("rate", "patient", "when"), [(0.2, "Brava", "later rather than"), (0.03, "Voltera", "at signing rather")])
def test_the_patient_side_is_paid_late_and_pays_early(rate: float, patient: str, when: str) -> None:
    found = deal(tiny(rate=rate), "volt", solves=Solves(gap=0.0, workers=1), volumes=0)
    assert any(patient in sentence and when in sentence for sentence in sentences(found))


def test_one_side_is_told_as_one_side() -> None:
    found = deal(one_sided(), "volt", solves=Solves(gap=0.0, workers=1), volumes=0)
    assert "only the host's side is known" in sentences(found)[0]
    assert "Only one side is known" in as_html(as_page(found), found.case)
