from __future__ import annotations

import re
from functools import cache
from xml.etree import ElementTree

from brownfield.plan.ledger import ITEMS
from brownfield.report.charts import pictures
from brownfield.report.charts_money import GROUPS
from brownfield.report.drawing import Picture
from brownfield.solve.outcome import Point
from report.cases import NASTY, outcome

SVG = "{http://www.w3.org/2000/svg}"


@cache
def drawn() -> dict[str, Picture]:
    return pictures(outcome())


def words_in(svg: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_every_chart_is_there_with_a_finding_and_words_for_those_who_cannot_see_it():
    assert list(drawn()) == ["plants", "builds0", "people", "comings", "cash", "worth", "sales", "search"]
    for picture in drawn().values():
        assert picture.title.endswith((".", "proved."))
        assert len(picture.alt) > len(picture.title)


def test_drawings_are_well_formed_and_fetch_and_run_nothing():
    for picture in drawn().values():
        for svg in (picture.wide, picture.narrow):
            root = ElementTree.fromstring(svg)
            tags = {element.tag.removeprefix(SVG) for element in root.iter()}
            assert tags <= {"svg", "g", "path", "text", "line", "rect", "defs", "clipPath"}
            assert not re.search(r"(href|src|on\w+)\s*=", svg)


def test_a_name_that_looks_like_markup_is_drawn_as_text():
    assert "<script" not in drawn()["plants"].wide
    assert any(text.startswith("<script>alert(1)") for text in words_in(drawn()["plants"].wide))


def test_every_plant_and_route_has_its_row():
    names = words_in(drawn()["plants"].wide)
    assert all(plant in names for plant in ("Oppama", "Kyushu", "Tochigi", "Chennai"))
    rows = words_in(drawn()["builds0"].wide)
    assert {"Model B · Oppama 1", "Leaf · Kyushu 2", "Leaf · Tochigi 1"} <= set(rows)
    assert NASTY in drawn()["plants"].alt


def test_time_is_drawn_to_scale():
    """A year of four quarters is as wide as a year that is one period."""
    boxes = re.findall(r'<path d="M([\d.]+),[\d.]+h([\d.]+)v[\d.]+h-[\d.]+Z" fill="#(?:5b9bd0)"', drawn()["plants"].wide)
    widths = sorted({round(float(width), 1) for _, width in boxes})
    assert len(widths) == 2
    assert abs(widths[1] / widths[0] - 4) < 0.05


def test_ids_inside_drawings_do_not_clash_in_one_page():
    ids = [name for picture in drawn().values() for svg in (picture.wide, picture.narrow) for name in re.findall(r'\bid="([^"]+)"', svg)]
    assert len(ids) == len(set(ids))


def test_the_waterfall_leaves_out_no_ledger_item_and_counts_none_twice():
    steps = [item for items in GROUPS.values() for item in items]
    assert sorted(steps) == sorted(ITEMS)


def test_a_search_of_which_nothing_was_known_on_the_way_has_no_picture():
    """On a busy machine a solve without any plan can tell of itself several times before it knows anything."""
    none = {"status": "infeasible", "plan": None, "ledger": None, "npv": None, "bound": None, "gap": None, "gap_money": None}
    assert pictures(outcome(progress=(Point(0.0, None, None), Point(0.5, None, None)), **none)) == {}


def test_an_outcome_without_a_plan_still_shows_the_search():
    given = outcome(status="no_plan", plan=None, ledger=None, npv=None, bound=None, gap_money=None, gap=None)
    assert list(pictures(given)) == ["search"]
