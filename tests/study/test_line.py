"""A study of a line: fits or not, what binds, what helps, at what pace, and what that says to the case."""

import datetime
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from bad_input.base import Draft, add, drop, put
from brownfield.case.case import Case
from brownfield.errors import CaseError
from brownfield.files import read_case
from brownfield.plan.plan import PLAN_TABLES, Plan
from brownfield.report.line import as_page, lead, moves_sheet, remedies_sheet, sentences
from brownfield.report.numbers import money
from brownfield.report.pages import as_html
from brownfield.shopfloor.inputs import Place
from brownfield.shopfloor.verify import verify
from brownfield.study.line import LineStudy, line_study, loads_of
from brownfield.study.line_cases import Asked, paced
from brownfield.study.line_claims import claims_of
from brownfield.study.line_remedies import Change

TODAY = (add("assignments", line="N1", task="seats", station="N1-2"), add("assignments", line="N1", task="hook", station="N1-3"))
BATTERY = (add("tasks", task="battery", zone="chassis"), add("task_times", product="Civet", task="battery", seconds="40"))


def case_of(folder: Path, *edits) -> Case:
    draft = Draft()
    for edit in edits:
        edit(draft)
    return read_case(draft.write(folder / "case"))


def studied(folder: Path, *edits, **more) -> LineStudy:
    return line_study(case_of(folder, *edits), "N1", "Tanuki", **{"shares": (0.5,), "cars": 40, "seconds": 10.0} | more)


@pytest.fixture(scope="module")
def fits(tmp_path_factory) -> LineStudy:
    return studied(tmp_path_factory.mktemp("fits"), *TODAY)


@pytest.fixture(scope="module")
def tight(tmp_path_factory) -> LineStudy:
    """The guest's battery has to be done in the chassis, at N1-3, where the axle is: 55 + 40 s on one car."""
    return studied(tmp_path_factory.mktemp("tight"), *TODAY, *BATTERY)


def test_a_car_that_fits_where_everything_is_today(fits: LineStudy) -> None:
    assert (fits.fits, fits.proved, fits.shortest, fits.remedies) == (True, True, None, ())
    assert (fits.takt, fits.share, fits.held) == (72, 0.25, True)
    assert fits.moves == () and moves_sheet(fits) is None
    assert lead(fits) == "Civet fits on N1 at 72 s a car, with every task where it is today."
    assert fits.load.mean == 1.0
    assert fits.max_rate == pytest.approx(0.5 * 50 * 0.9 * 80 * 48)


def test_a_car_that_does_not_fit(tight: LineStudy) -> None:
    """95 s on one car at N1-3, of which takt and a tenth of it are allowed: 95 / 1.1."""
    assert (tight.fits, tight.proved) == (False, True)
    assert tight.shortest is not None and tight.shortest.status == "proved"
    assert tight.takt == pytest.approx(95 / 1.1, abs=0.05)
    (bound,) = tight.binding
    assert (bound.place, bound.car, bound.seconds, bound.tasks) == (Place("N1-3"), "Civet", 95, ("axle", "battery"))
    assert not verify(tight.line, tight.chosen.assignment, tight.takt + 1e-5)
    assert [(move.task, move.new) for move in tight.moves if move.new] == [("battery", True)]
    assert "does not fit" in lead(tight)


def test_what_would_make_it_fit(tight: LineStudy) -> None:
    assert {remedy.changes for remedy in tight.remedies} == {(Change("person", "N1-3"),), (Change("station", "N1-3"),)}
    for remedy in tight.remedies:
        assert not verify(remedy.balance.line, remedy.balance.assignment, 72)
    costs = [remedy.cost for remedy in tight.remedies]
    assert costs == sorted(costs)
    assert any("one person more at N1-3" in words for words in sentences(tight))


def test_what_it_costs_beyond_today_and_how_to_ask_again(tight: LineStudy) -> None:
    """Shown are what binds in the balance that is drawn, the cost beyond today's, and the whole command."""
    assert tight.binding and all(load in loads_of(tight.chosen, tight.takt) for load in tight.binding)
    sheet = remedies_sheet(tight)
    assert sheet is not None and sheet.head[3:] == ("more", "cost")
    assert sheet.rows[0].cells[3] == money(tight.remedies[0].cost - tight.today.cost, tight.case.settings.base_currency)
    assert as_page(tight).again.endswith(f"--share 0.25 --shares 0,0.25,0.5 --cars {len(tight.order.cars)} --seed {tight.order.seed}")


def test_two_changes_where_one_is_not_enough(tmp_path: Path) -> None:
    """Axle, battery and pack have to be done in the chassis, and no two of them by one person: two people more, or stations."""
    pack = (add("tasks", task="pack", zone="chassis"), add("task_times", product="Civet", task="pack", seconds="60"))
    found = studied(tmp_path, *TODAY, *BATTERY, *pack, put("task_times", "Civet|battery|", seconds="60"))
    assert found.fits is False
    assert found.remedies and {len(remedy.changes) for remedy in found.remedies} == {2}
    for remedy in found.remedies:
        assert not verify(remedy.balance.line, remedy.balance.assignment, 72)
    assert any("one person more at N1-3 and one" in words for words in sentences(found))


def test_the_share_of_a_plan(tmp_path: Path) -> None:
    """The guest's part of the cars, over the periods in which the plan builds any of its cars on the line."""
    asked = Asked.of(case_of(tmp_path, *TODAY), "N1", "Tanuki")
    offer = asked.case.active("offers").filter(pl.col("company") == "Tanuki")["offer"][0]
    host = {"product": asked.hosts[0], "line": "N1"}
    makes = [host | {"period": period, "cars": cars} for period, cars in (("2026", 90_000.0), ("2027", 60_000.0), ("2028", 50_000.0))]
    makes.append({"product": asked.hosts[0], "line": "elsewhere", "period": "2027", "cars": 1e6})
    made = [{"offer": offer, "line": "N1", "period": period, "agreed": 0.0, "made": cars, "paid": 0.0} for period, cars in
            (("2026", 0.0), ("2027", 30_000.0), ("2028", 25_000.0))]  # fmt: skip
    tables = {name: pl.DataFrame(rows, schema=PLAN_TABLES[name]) for name, rows in (("makes", makes), ("guests", made))}
    assert asked.share_in(Plan("", tables)) == pytest.approx(55 / 165)
    with pytest.raises(CaseError, match="none of Tanuki's cars"):
        asked.share_in(Plan("", {}))


def test_pace_and_load_over_the_share(tight: LineStudy, fits: LineStudy) -> None:
    """A slower line makes fewer cars for all; the fewer of them are the guest's, the more each of these takes."""
    assert [point.share for point in tight.points] == [0, 0.25, 0.5]
    alone, quarter, half = tight.points
    assert alone.jph.mean > quarter.jph.mean > half.jph.mean
    assert quarter.jph.mean <= alone.jph.mean * 72 / tight.takt * 1.02
    assert quarter.load is not None and half.load is not None
    assert quarter.load.mean > half.load.mean > 1.2
    for point in (quarter, half):
        assert point.load is not None
        hours = 1 - point.share + point.share * point.load.mean
        assert hours == pytest.approx(alone.jph.mean / point.jph.mean, rel=0.01)
    assert len({point.jph.mean for point in fits.points}) == 1


def test_a_task_that_is_too_long_for_anybody(tmp_path: Path) -> None:
    found = studied(tmp_path, *TODAY, put("task_times", "Civet|axle|", seconds="90"))
    (long,) = found.too_long
    assert (long.tasks, long.car, long.seconds) == (("axle",), "Civet", 90)
    assert (found.fits, found.proved, found.remedies) == (False, True, ())
    assert "axle takes 90 s, and a car has 79.2 s, 10.8 s less" in lead(found)
    assert found.takt == pytest.approx(90 / 1.1, abs=0.05)


def test_places_that_are_not_told_are_no_moves(tmp_path: Path) -> None:
    found = studied(tmp_path)
    assert not found.held
    assert [(move.task, move.before, move.new) for move in found.moves] == [("seats", "", False), ("hook", "", False)]
    sheet = moves_sheet(found)
    assert sheet is not None and sheet.rows[0].cells[1] == "not told"


def test_the_mix_at_a_share_keeps_the_hosts_proportions(tmp_path: Path) -> None:
    asked = Asked.of(case_of(tmp_path), "N1", "Tanuki")
    shares = dict(asked.mixed(0.4).active("mixes").select("product", "share").iter_rows())
    assert shares == pytest.approx({"Nova": 0.6, "Civet": 0.4})
    assert asked.share_now() == 0.25
    limits = asked.mixed(0.4, 80.0).active("line_limits").filter(line="N1").row(0, named=True)
    assert (limits["takt"], limits["overload"], limits["colour_run"]) == (80, 0.1, 15)


def test_a_station_where_nobody_works_passes_cars_on(tmp_path: Path) -> None:
    asked = Asked.of(case_of(tmp_path, add("stations", station="N1-4", line="N1", place="4")), "N1", "Tanuki")
    places = {"harness": Place("N1-1"), "seats": Place("N1-2"), "glass": Place("N1-2"), "axle": Place("N1-3"), "hook": Place("N1-3")}
    _, run = paced(asked, 0.25, 72.0, places, cars=40, moves=100, seed=1)
    assert [use.station for use in run.stations] == ["N1-1", "N1-2", "N1-3", "N1-4"]
    assert run.jph.mean < 50


def test_loads_are_those_of_the_tasks(fits: LineStudy) -> None:
    found = {(load.place, load.car): load.seconds for load in loads_of(fits.chosen, 72)}
    work = sum(found[place, "Civet"] for place in set(fits.chosen.assignment.values()))
    assert work == 60 + 42 + 55
    assert max(seconds for (_, car), seconds in found.items() if not car) <= 72


@pytest.mark.parametrize(
    ("line", "guest", "edits", "more", "code", "words"),
    [
        ("N11", "Tanuki", [], {}, "BF054", "did you mean 'N1'"),
        ("N1", "Tanuky", [], {}, "BF054", "did you mean 'Tanuki'"),
        ("N1", "Aoi", [], {}, "BF096", "whose plan it is"),
        ("N1", "Bento", [], {}, "BF309", "no product of 'Bento'"),
        ("N1", "Tanuki", [drop("task_times", f"Civet|{task}|") for task in ("harness", "seats", "axle")], {}, "BF303", "no task of Civet"),
        ("D1", "Tanuki", [], {}, "BF309", "no product of the host"),
        ("N1", "Tanuki", [], {"share": 0.0}, "BF097", "a share above 0"),
        ("N1", "Tanuki", [], {"shares": (0.5, 1.5)}, "BF097", "shares from 0 to 1"),
        ("N1", "Tanuki", [], {"cars": 3}, "BF097", "5,000 cars"),
    ],
)
def test_what_cannot_be_asked(tmp_path: Path, line: str, guest: str, edits, more, code: str, words: str) -> None:
    if line == "D1":
        edits = [add("task_times", product="Civet", task="glass", seconds="10")]
    with pytest.raises(CaseError, match=words) as caught:
        line_study(case_of(tmp_path, *edits), line, guest, **more)
    assert caught.value.problems[0].code == code


def test_a_circle_of_tasks_is_shown(tmp_path: Path) -> None:
    case = case_of(tmp_path, *TODAY)
    rows = case.table("precedence")
    circle = rows.vstack(rows.head(1).with_columns(before=pl.lit("glass"), after=pl.lit("harness")))
    with pytest.raises(CaseError, match="harness → seats → glass"):
        line_study(case.with_table("precedence", circle), "N1", "Tanuki")


def test_the_page_stands_alone(tight: LineStudy) -> None:
    text = as_html(as_page(tight), tight.case)
    assert text.count("<figure") == 3
    assert "<script" not in text and "http:" not in text.replace("http://www.w3.org", "")
    assert "It does not fit at this takt" in text and "one person more at N1-3" in text


def test_claims_about_the_routes(tight: LineStudy) -> None:
    made = claims_of(tight, datetime.date(2026, 11, 22))
    assert [(row["row"], row["column"], row["rank"]) for row in made.claims] == [
        ("Civet|N1", "load", "preferred"), ("Civet|N1", "max_rate", "preferred")]  # fmt: skip
    assert float(made.claims[0]["value"]) == pytest.approx(tight.load.mean, abs=1e-4)
    assert float(made.claims[0]["low"]) <= float(made.claims[0]["value"]) <= float(made.claims[0]["high"])
    assert [cell[2] for cell in made.cells] == ["load", "max_rate"]
    assert made.sources[0]["source"] == made.claims[0]["source"]


def test_what_is_not_settled_makes_no_claim(tight: LineStudy) -> None:
    with pytest.raises(CaseError, match="not settled"):
        claims_of(replace(tight, fits=None), datetime.date(2026, 11, 22))


def test_the_solver_of_the_balance_stays_in_its_own_process(tight: LineStudy) -> None:
    assert "ortools" not in sys.modules
