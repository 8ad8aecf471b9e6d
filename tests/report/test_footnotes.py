"""Every figure that comes straight from a cell with a claim behind it leads to the words, who said them and when."""

from __future__ import annotations

import re
from functools import cache

import pytest

from brownfield.case.cells import row_keys
from brownfield.evidence.claims import Evidence, as_of
from brownfield.report import tables, words
from brownfield.report.checked import setting_facts
from brownfield.report.cited import cells_of, cited
from brownfield.report.evidence import grounds
from brownfield.report.figures import Figures
from brownfield.report.footnotes import Footnotes
from brownfield.report.html import page
from report.cases import case, outcome

MARK = re.compile(r'<a href="#note-(\d+)"(?: id="mark-(\d+)")? aria-label="source (\d+)">(\d+)</a>')


@cache
def text() -> str:
    return page(outcome())


def test_a_text_with_cells_is_a_text_to_everybody_else():
    assert cited("1,700", ("people", "Oppama", "headcount")) == "1,700"
    assert cells_of(cited("1,700", ("people", "Oppama", "headcount"))) == (("people", "Oppama", "headcount"),)
    assert cells_of("1,700") == ()


def test_marks_are_numbered_from_the_top_of_the_page_and_lead_to_their_note_and_back():
    marks = [found.groups() for found in MARK.finditer(text())]
    assert len(marks) > 5
    assert all(target == label == shown for target, _, label, shown in marks)
    assert [int(first) for _, first, _, _ in marks if first] == list(range(1, len({target for target, *_ in marks}) + 1))
    for target in {target for target, *_ in marks}:
        assert text().count(f'id="note-{target}"') == text().count(f'id="mark-{target}"') == text().count(f'href="#mark-{target}"') == 1
    assert text().rindex('aria-label="source') < text().index('<section id="notes">')


def test_a_note_has_the_words_the_source_and_the_date():
    (note,) = re.findall(r'<li id="note-1">(.*?)</li>', text())
    assert note.startswith("“about 1,700 people work at the plant” — Nissan to move Oppama &lt;b&gt;production&lt;/b&gt; to Kyushu")
    assert "Nissan, 2025-07-15 (official)" in note
    assert 'href="https://example.com/nissan"' in note
    assert "repeats nikkei" in text()


def test_a_sourced_figure_is_marked_in_every_table_where_it_stands():
    marked = re.findall(r'1,700<sup class="cite"><a href="#note-1"', text())
    assert len(marked) == 2, "plants at a glance, people by plant"
    assert re.search(r'<td>1,700 heads<sup class="cite"><a href="#note-1"', text()), "figures that rest on a source"


def test_an_assumption_has_no_mark():
    assert not re.search(r"2,000<sup", text())
    assert Footnotes(case()).of(cited("2,000", ("people", "Kyushu", "headcount"))) == ""


def test_what_names_cells_names_cells_that_are_there():
    given = outcome()
    figures = Figures.of(given)
    sheets = [tables.glance(figures), tables.launches(figures), tables.headcount(figures), tables.terms(figures), tables.policies(figures)]
    sheets += [terms for _, _, terms, _ in tables.offers(figures)] + [setting_facts(given)]
    texts = [cell for sheet in sheets if sheet for row in sheet.rows for cell in row.cells]
    texts += [sentence for _, sentences in words.chapters(given) for sentence in sentences]
    cells = {cell for text in texts for cell in cells_of(text)}
    assert {table for table, _, _ in cells} >= {"people", "routes", "suppliers", "term_offers", "policies", "offers", "companies"}
    for table, row, column in cells:
        frame = given.case.active(table)
        assert column in frame.columns
        assert (row_keys(frame, table) == row).sum() == 1, (table, row)


def test_what_was_known_only_later_stands_in_the_report():
    then = as_of(case(), "2025-07-06")
    told = grounds(outcome(case=then))
    assert told.known_on == "2025-07-06"
    assert [(fact.what.split(":")[0], later) for fact, later in told.late] == [("Note, Japan", "paper: “some 110,000 a year”")]
    shown = page(outcome(case=then))
    assert "Known only later, and used all the same (1)" in shown
    assert "Only what was known on 2025-07-06 is used, but for 1 figure that nobody had spoken of by then." in shown
    assert "Known only later" not in text() and "Only what was known on" not in text()


def test_every_contradiction_has_its_picture_and_the_three_marks():
    (conflict,) = grounds(outcome()).contradictions
    assert [(side.value, side.marks) for side in conflict.sides] == [("1,700", ("preferred", "strongest")), ("3,900", ())]
    assert [side.used for side in conflict.sides] == [True, False]
    assert conflict.picture is not None and "nikkei" in conflict.picture.wide and "3,900" in conflict.picture.narrow
    assert "The case has 1700, the preferred version." in conflict.position
    events = [(event.claim.source, event.effect) for event in grounds(outcome()).events]
    assert events == [("nikkei", "new"), ("nissan-2025-07", "settles")]


@pytest.mark.parametrize("table", ["claims", "sources"])
def test_a_case_without_evidence_has_a_report_without_notes(table):
    bare = case().with_table(table, case().table(table).clear()).with_table("claims", case().table("claims").clear())
    assert Evidence(bare).claims == ()
    shown = page(outcome(case=bare))
    assert 'id="notes"' not in shown and "source 1" not in shown
