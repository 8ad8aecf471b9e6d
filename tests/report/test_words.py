from __future__ import annotations

from dataclasses import replace

import pytest

from brownfield.report.numbers import SPACE
from brownfield.report.words import STATUS, badge, chapters, proof, verdict
from brownfield.solve.outcome import Conflict, Outcome
from report.cases import NASTY, outcome


def said(given: Outcome) -> list[str]:
    return [sentence.replace(SPACE, " ") for sentence in verdict(given)]


def test_the_verdict_of_the_small_case_word_by_word():
    assert said(outcome()) == [
        "2 of 5 plants close or are sold: Tochigi and Chennai.",
        "Tochigi closes at the start of 2028; its Leaf moves to Kyushu, its Skyline ends.",
        "Chennai is sold to Renault at the start of 2027Q1 for ¥18 bn; its Note moves to Oppama.",
        f"{NASTY} is mothballed at the start of 2026Q3; its Juke ends.",
        "Oppama and Kyushu stay open throughout.",
        "No other plan is better by more than ¥5.96 bn (0.4 % of gross value); this is proved.",
        "The plan is worth ¥681 bn today, of which ¥204 bn come after 2033 (at 7 % a year, in prices of 2025).",
        "The hosting offer of Foxconn is accepted: 80,000 cars a year (Model B) on the line Oppama 1 from 2027Q3 to the end of the plan.",
        "The grant of Kanagawa for Tochigi is not taken up.",
        "3,829 people fewer by the end of 2033 (7,900 to 4,071): 149 leave by attrition, 2,275 take the voluntary scheme, "
        "605 are made redundant, 800 go over to a buyer or tenant; 171 move to another plant.",
        "At local suppliers about 4,350 people lose the work that goes with it and about 257 gain some elsewhere, "
        "by the ratios given in the case.",
        "Cash never falls below ¥1.48 tn (floor ¥900 bn); it is lowest at the end of 2026Q1.",
        "At most ¥50 bn of the credit line is drawn, in 2026Q2.",
        "751,000 of 2.99 million buyers (25 %) are not served.",
        "The suppliers “parts makers” wait 90 days for their money instead of 60, from 2026Q1 to 2027Q2, for 3.5 % interest a year.",
        "The policy “serve everybody” is missed, at a price of ¥987 million.",
        "5.9 % of the money in this plan rests on a source; the rest is assumption.",
    ]


def test_a_plan_that_is_not_proved_best_never_sounds_as_if_it_were():
    given = outcome(status="feasible", stopped_by="time", gap=0.12, gap_money=180_000.0)
    text = proof(given)[0].replace(SPACE, " ")
    assert text == (
        "This plan obeys every rule but is not proved best: the search was stopped by its time limit, "
        "and another plan could be better by up to ¥180 bn (12 % of gross value)."
    )
    assert badge(given) == "A plan, not proved best"
    unknown = outcome(status="feasible", stopped_by="user", gap=None, gap_money=None, bound=None)
    assert "how much better another could be is not known" in proof(unknown)[0]
    assert "stopped by hand" in proof(unknown)[0]


def test_a_gap_of_nothing_is_not_worded_as_an_amount():
    assert proof(outcome(gap=0.0, gap_money=0.0)) == ["No other plan is better; this is proved."]


def without_plan(status: str, **more: object) -> Outcome:
    return outcome(status=status, plan=None, ledger=None, npv=None, bound=None, gap_money=None, gap=None, **more)


def test_no_plan_because_the_rules_contradict_each_other():
    give = Conflict(
        "headcount", {"policy": "keep 3,000 in Japan"}, "policy 'keep 3,000 in Japan' must give by 412 heads in 2033", 412.0, "people"
    )
    given = without_plan("infeasible", conflicts=(give,), reasons=("Oppama must close, and its people may not move.",))
    assert verdict(given) == [
        "It is proved that no plan obeys every rule of this case.",
        "The cheapest way to allow a plan is to let these rules give:",
        "Policy 'keep 3,000 in Japan' must give by 412 heads in 2033.",
        "Oppama must close, and its people may not move.",
    ]


def test_stopped_before_any_plan_says_nothing_about_whether_there_is_one():
    text = verdict(without_plan("no_plan", stopped_by="time", seconds=60.0))[0]
    assert text.startswith("No plan was found: the search was stopped by its time limit after 60 seconds.")
    assert "does not mean that there is none" in text


def test_a_plan_that_cannot_be_shown_is_not_said_to_be_missing():
    given = without_plan("no_plan", stopped_by="work", seconds=1.0, reasons=("the last plan cannot be kept in this case",))
    assert [about for about, _ in chapters(given)] == ["Status", "Why"]
    assert "No plan was found" not in verdict(given)[0] and verdict(given)[1] == "the last plan cannot be kept in this case"


def test_the_four_statuses_are_worded_differently():
    assert len(set(STATUS.values())) == 4
    first = {verdict(outcome())[0], *(verdict(without_plan(status))[0] for status in ("infeasible", "no_plan"))}
    assert len(first) == 3


def test_every_plant_is_named_in_the_verdict():
    given = outcome()
    text = " ".join(verdict(given))
    assert all(plant in text for plant in given.case.active("plants")["plant"])


def test_no_chapter_is_empty_and_cash_is_silent_where_it_is_not_followed():
    given = outcome()
    assert given.ledger is not None
    quiet = replace(given, ledger=replace(given.ledger, cash=given.ledger.cash.clear()))
    assert "Cash" in dict(chapters(given))
    assert "Cash" not in dict(chapters(quiet))
    assert all(sentences for _, sentences in chapters(given))


@pytest.mark.parametrize("status", ["proved", "feasible", "infeasible", "no_plan"])
def test_the_badge_of_each_status_is_its_own(status: str):
    given = outcome(status=status) if status in ("proved", "feasible") else without_plan(status)
    assert badge(given).startswith(
        {"proved": "Proved to within ¥", "feasible": "A plan, not", "infeasible": "No plan", "no_plan": "No plan to show"}[status]
    )
