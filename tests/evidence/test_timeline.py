"""What was known when: by publication date, what it repeated, contradicted and settled."""

import datetime

from brownfield.evidence.claims import as_of
from brownfield.evidence.timeline import timeline

from .small import CLOSE, HEADS, build, says


def told(case, **how):
    return [(event.claim.source, event.value, event.effect, event.values) for event in timeline(case, **how)]


def test_a_question_from_its_first_word_to_its_answer():
    claims = [
        says("agency", "10", CLOSE),
        says("paper", "10", CLOSE),
        says("blog", "17", CLOSE),
        says("business", "7", CLOSE, rank="preferred", why="the plan itself"),
    ]
    assert told(build(claims=claims)) == [
        ("agency", "10", "new", ()),
        ("paper", "10", "repeats", ()),
        ("blog", "17", "contradicts", ("10",)),
        ("business", "7", "settles", ("10", "17")),
    ]
    assert [event.used for event in timeline(build(claims=claims))] == [False, False, False, True]


def test_another_witness_confirms_and_another_quantity_differs():
    claims = [
        says("yearbook", "2400", HEADS, qualifier="the vehicle plant"),
        says("plan", "2400", HEADS, qualifier="the vehicle plant"),
        says("paper", "3900", HEADS, qualifier="the district"),
    ]
    assert [(effect, values) for _, _, effect, values in told(build(claims=claims))] == [
        ("new", ()), ("confirms", ()), ("differs", ("2400",)),
    ]  # fmt: skip
    sentence = timeline(build(claims=claims))[2].sentence()
    assert sentence == (
        "2025-07-06: Nissan, plants that close, the district (people / Oppama / headcount): 3900 (paper; reported, used), "
        "of another quantity than 2400."
    )


def test_only_what_was_ever_in_dispute_unless_all_is_asked_for():
    claims = [says("plan", "7", CLOSE), says("agency", "7", CLOSE), says("plan", "3900", HEADS)]
    case = build(claims=claims)
    assert timeline(case) == () and len(timeline(case, contested=False)) == 3
    claims[1] |= {"value": "17", "rank": "deprecated", "why": "a slip"}
    assert [(event.value, event.live) for event in timeline(build(claims=claims))] == [("7", True), ("17", False)]


def test_a_source_counts_from_the_last_day_it_may_mean_and_one_without_a_date_comes_last():
    claims = [says("undated", "9", CLOSE), says("business", "10", CLOSE), says("blog", "17", CLOSE), says("yearbook", "7", CLOSE)]
    assert [(event.claim.source, event.day, event.date) for event in timeline(build(claims=claims))] == [
        ("yearbook", datetime.date(2024, 12, 31), "2024"),
        ("blog", datetime.date(2025, 7, 31), "2025-07"),
        ("business", datetime.date(2025, 8, 1), "read 2025-08-01"),
        ("undated", None, ""),
    ]
    assert timeline(build(claims=claims))[-1].sentence().startswith("no date: Nissan")


def test_the_past_does_not_change_with_what_came_later():
    case = build()
    whole = [event for event in timeline(case, contested=False) if event.day and event.day <= datetime.date(2025, 5, 31)]
    then = timeline(as_of(case, "2025-05-31"), contested=False)
    assert {event.claim.claim for event in then} == {event.claim.claim for event in whole}
    assert [event.value for event in then] == [event.value for event in whole]


def test_the_order_of_the_table_makes_no_difference():
    claims = list(build().table("claims").iter_rows(named=True))
    rows = [{name: "" if value is None else value for name, value in row.items()} for row in claims]
    assert timeline(build(claims=rows)) == timeline(build(claims=rows[::-1]))
