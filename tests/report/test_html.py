from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from brownfield.plan.rules import RULES
from brownfield.report.html import page, write_report
from brownfield.solve.outcome import Conflict
from report.cases import NASTY, outcome


class Reader(HTMLParser):
    """Collects tags with their attributes, and the text outside of styles."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._style else data


@cache
def text_of_page() -> str:
    return page(outcome())


@cache
def read() -> Reader:
    reader = Reader()
    reader.feed(text_of_page())
    return reader


def test_nothing_is_fetched_and_nothing_runs():
    forbidden = {"script", "link", "iframe", "object", "embed", "img", "base", "form", "video", "audio", "source", "use", "image"}
    assert not forbidden & {tag for tag, _ in read().tags}
    for tag, attributes in read().tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        assert "src" not in attributes and "srcset" not in attributes and "xlink:href" not in attributes
        if tag != "a":
            assert "href" not in attributes
    policy = next(a for tag, a in read().tags if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    text = text_of_page()
    assert "@import" not in text and "url(http" not in text


def test_links_go_only_into_the_page_or_to_a_source_on_the_web():
    links = [attributes["href"] or "" for tag, attributes in read().tags if tag == "a"]
    assert all(link.startswith(("#", "https://", "http://")) for link in links)
    assert "https://example.com/nissan" in links
    ids = {attributes["id"] for _, attributes in read().tags if "id" in attributes}
    assert {link[1:] for link in links if link.startswith("#")} <= ids


def test_names_and_quotes_that_look_like_markup_stay_text():
    text = text_of_page()
    assert "<script" not in text
    assert "<b>production" not in text
    assert NASTY in read().text
    assert "3,900 workers <script>" in read().text


def test_every_plant_offer_policy_and_rule_count_is_there():
    given = outcome()
    for table, column in (("plants", "plant"), ("policies", "policy"), ("suppliers", "supplier")):
        assert all(name in read().text for name in given.case.active(table)[column])
    assert "The hosting offer of Foxconn" in read().text
    assert f"all {len(RULES)} rules" in read().text
    assert given.case.digest in read().text


def test_every_chart_has_a_role_a_label_and_a_caption():
    figures = [attributes for tag, attributes in read().tags if tag == "figure"]
    assert len(figures) == 9
    assert all(figure["role"] == "img" and figure["aria-label"] for figure in figures)
    assert len([tag for tag, _ in read().tags if tag == "figcaption"]) == 9


def test_evidence_is_shown_with_words_source_and_date_and_conflicts_side_by_side():
    text = read().text
    assert "“some 110,000 a year”" in text
    assert "A paper, 2025-07" in text
    assert "about 1,700 people work at the plant" in text and "1,700" in text and "3,900" in text
    assert "JPY/car" in text


def test_a_result_without_a_plan_has_a_report_too():
    give = Conflict("closures", {"policy": "close <two>"}, "policy 'close <two>' must give by 1 plants in 2033", 1.0, "plants")
    nothing = {"plan": None, "ledger": None, "npv": None, "bound": None, "gap_money": None, "gap": None}
    text = page(outcome(status="infeasible", conflicts=(give,), **nothing))
    assert "No plan obeys every rule" in text
    assert "Policy &#39;close &lt;two&gt;&#39; must give by 1 plants in 2033." in text
    assert "No plan to show" in page(outcome(status="no_plan", stopped_by="user", **nothing))


def test_writing_replaces_the_old_report_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    target = tmp_path / "new" / "report.html"
    assert write_report(outcome(), target) == target
    before = target.read_text(encoding="utf-8")

    def fails(_given: Any) -> str:
        raise RuntimeError("no room")

    monkeypatch.setattr("brownfield.report.html.page", fails)
    with pytest.raises(RuntimeError, match="no room"):
        write_report(outcome(), target)
    assert target.read_text(encoding="utf-8") == before
    assert [path.name for path in target.parent.iterdir()] == ["report.html"]


def test_the_report_is_the_same_each_time():
    assert page(outcome()) == text_of_page()


@pytest.mark.parametrize(("width", "scheme"), [(380, "light"), (380, "dark"), (1400, "light")])
def test_a_real_browser_shows_it_without_asking_for_anything(browser: Any, tmp_path: Path, width: int, scheme: str):
    path = tmp_path / "report.html"
    path.write_text(text_of_page(), encoding="utf-8")
    shown = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked: list[str] = []
    complaints: list[str] = []

    def only_the_file(route: Any) -> None:
        if route.request.url == path.as_uri():
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort()

    shown.route("**/*", only_the_file)
    shown.on("console", lambda message: complaints.append(message.text))
    shown.on("pageerror", lambda error: complaints.append(str(error)))
    shown.goto(path.as_uri())
    assert asked == []
    assert complaints == []
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    visible = shown.locator("#chart-plants svg:visible")
    assert visible.count() == 1
    box = visible.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width
    assert shown.locator("#chart-plants svg:visible text", has_text="Oppama").count() == 1
    shown.close()
