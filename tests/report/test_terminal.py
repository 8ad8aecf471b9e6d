from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from brownfield.report.terminal import show
from brownfield.report.words import verdict
from report.cases import outcome


def printed(width: int, **changes: object) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    show(outcome(**changes), console)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [36, 60, 80, 140])
def test_nothing_is_wider_than_the_console(width: int):
    assert max(cell_len(line) for line in printed(width).splitlines()) <= width


def test_it_says_what_the_report_says():
    text = printed(400)
    for sentence in verdict(outcome()):
        assert sentence in text


def test_plants_are_drawn_to_scale_and_markup_in_names_is_text():
    lines = printed(80).splitlines()
    strip = next(line.split()[-1] for line in lines if line.startswith("Tochigi "))
    assert strip == "1" * strip.count("1") + "x" * strip.count("x")
    assert strip.count("x") == 3 * strip.count("1")
    assert any(line.startswith("<script>alert(1)") for line in lines)


def test_a_result_without_a_plan_has_its_status_and_no_tables():
    text = printed(80, status="no_plan", stopped_by="time", plan=None, ledger=None, npv=None, bound=None, gap_money=None, gap=None)
    assert "No plan to show" in text
    assert "shifts worked" not in text
