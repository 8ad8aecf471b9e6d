"""Contradictions: about a value, several quantities in one cell, one number for several quantities."""

import pytest

from brownfield.evidence.cells import Cell
from brownfield.evidence.conflicts import agreements, conflicts, settled

from .small import CLOSE, HEADS, build, says


def about(found, nature):
    return [conflict for conflict in found if conflict.nature == nature]


def test_the_contradictions_of_the_seed_articles():
    assert [conflict.sentence() for conflict in conflicts(build())] == [
        "Different quantities are given for Oppama, people, the district (people / Oppama / headcount), in heads: 3900 (paper, 2025-07-06; "
        "reported, preferred, used); 2400 as Oppama, people, the vehicle plant (yearbook, 2024; reported, strongest). "
        "The case has 3900, the preferred version; the strongest claim says 2400.",
        "Sources disagree on Nissan, plants that close (policies / close_plants / value): 7 (plan, 2025-05-13, agency, 2025-05; official, "
        "preferred, strongest, used); 10 (business, read 2025-08-01; reported); 17 (blog, 2025-07; reported). "
        "The case has 7, the preferred version.",
        "Sources disagree on Nissan, posts cut, in heads: 20,000 (plan, 2025-05-13, paper, 2025-07-06; official, strongest); "
        "9000 (yearbook, 2024; official).",
        "One number stands for several quantities, in plants: 7 as Nissan, plants that close (plan, 2025-05-13, agency, 2025-05; official, "
        "preferred); 7 as Nissan, plants that cut staff (paper, 2025-07-06; reported).",
        "One number stands for several quantities, in plants: 17 as Nissan, plants before the plan (plan, 2025-05-13; official); "
        "17 as Nissan, plants that close (blog, 2025-07; reported).",
    ]


def test_a_policy_in_dispute_lists_its_versions_with_sources_and_dates():
    conflict = next(c for c in conflicts(build()) if c.cell == Cell("policies", "close_plants", "value"))
    assert conflict.used == "7"
    assert [(v.value, v.standing, v.independence, str(v.known), v.dates) for v in conflict.versions] == [
        ("7", "official", 2, "2025-05-13", ("2025-05-13", "2025-05")),
        ("10", "reported", 1, "2025-08-01", ("read 2025-08-01",)),
        ("17", "reported", 1, "2025-07-31", ("2025-07",)),
    ]


@pytest.mark.parametrize(
    ("value", "preferred", "position"),
    [
        (7, None, "The case has 7; no claim is preferred."),
        (10, None, "The case has 10; no claim is preferred; the strongest claim says 7."),
        (8, None, "The case has 8, which none of them says: an assumption; no claim is preferred; the strongest claim says 7."),
        (10, "10", "The case has 10, the preferred version; the strongest claim says 7."),
        (17, "10", "The case has 17; 10 is preferred; the strongest claim says 7."),
        (7, "7", "The case has 7, the preferred version."),
        (8, "7", "The case has 8, which none of them says: an assumption; 7 is preferred; the strongest claim says 7."),
    ],
)
def test_strongest_preferred_and_used_are_three_things(value, preferred, position):
    policies = [{"policy": "close_plants", "measure": "closures", "sense": "=", "value": value}]
    claims = [says("plan", "7", CLOSE, standing="official"), says("business", "10", CLOSE), says("blog", "17", CLOSE)]
    claims = [{**claim, "rank": "preferred", "why": "so"} if claim["value"] == preferred else claim for claim in claims]
    (conflict,) = conflicts(build(policies=policies, claims=claims))
    assert conflict.position() == position
    assert [version.value for version in conflict.versions if version.used] == ([str(value)] if value != 8 else [])


def test_a_value_within_the_span_of_a_version_follows_it():
    policies = [{"policy": "close_plants", "measure": "closures", "sense": "=", "value": 8}]
    claims = [says("plan", "7", CLOSE, high=9), says("business", "10", CLOSE)]
    (conflict,) = conflicts(build(policies=policies, claims=claims))
    assert [(version.value, version.used) for version in conflict.versions] == [("10", False), ("7", True)]
    assert conflict.position() == "The case has 8; no claim is preferred; the strongest claim says 10."


def test_sources_that_agree_are_listed_with_how_many_are_independent():
    claims = [says("paper", "7", CLOSE), says("blog", "7.0", CLOSE), says("plan", "3900", HEADS)]
    assert [conflict.sentence() for conflict in agreements(build(claims=claims))] == [
        "Sources agree on Nissan, plants that close (policies / close_plants / value): 7 (blog, 2025-07, paper, 2025-07-06; reported, "
        "strongest, used, 1 independent). The case has 7; no claim is preferred."
    ]
    assert agreements(build(claims=[says("plan", "7", CLOSE), says("blog", "17", CLOSE)])) == ()


def test_papers_that_repeat_one_agency_are_one_witness():
    claims = [says("paper", "17", CLOSE), says("blog", "17", CLOSE), says("plan", "7", CLOSE)]
    version = next(v for v in conflicts(build(claims=claims))[0].versions if v.value == "17")
    assert version.witnesses == ("agency",) and len(version.claims) == 2
    assert version.told("Nissan, plants that close") == "17 (blog, 2025-07, paper, 2025-07-06; reported, 1 independent)"


def test_claims_that_agree_are_no_conflict():
    assert conflicts(build(claims=[says("plan", "7", CLOSE), says("agency", "7.0", CLOSE)])) == ()


def test_a_contradiction_is_settled_when_only_one_version_is_left():
    claims = [says("plan", "7", CLOSE), says("blog", "17", CLOSE, rank="deprecated"), says("business", "10", CLOSE, standing="denied")]
    case = build(claims=claims)
    assert conflicts(case) == ()
    (closed,) = settled(case)
    assert [(version.value, version.live) for version in closed.versions] == [("7", True), ("17", False), ("10", False)]
    assert "17 (blog, 2025-07; reported, set aside)" in closed.sentence()


def test_a_scale_in_the_unit_is_no_contradiction():
    """4 bn GBP and 4,000,000,000 GBP are one sum; 5 bn GBP is another one."""
    loss = {"property": "loss", "qualifier": ""}
    one, same = says("paper", "4", unit="bn GBP", **loss), says("agency", "4000000000", unit="GBP", **loss)
    assert conflicts(build(claims=[one, same])) == ()
    (found,) = conflicts(build(claims=[says("paper", "5", unit="bn GBP", **loss), same]))
    assert sorted(version.value for version in found.versions) == ["4,000,000,000", "5,000,000,000"] and found.unit == "GBP"


def test_spans_that_meet_may_all_be_true():
    claims = [says("plan", "7", CLOSE, low=5, high=8), says("agency", "8", CLOSE), says("blog", "6", CLOSE, low=6, high=9)]
    assert conflicts(build(claims=claims))[0].compatible
    claims[1] = says("agency", "12", CLOSE)
    assert not conflicts(build(claims=claims))[0].compatible


def test_a_missing_qualifier_is_no_difference_in_meaning():
    one, other = says("plan", "7", CLOSE, qualifier="by March 2028"), says("agency", "10", CLOSE)
    assert conflicts(build(claims=[one, other]))[0].nature == "value"
    other["qualifier"] = "by March 2027"
    assert conflicts(build(claims=[one, other]))[0].nature == "quantity"


def test_equal_numbers_of_unrelated_things_are_not_linked():
    claims = [
        says("plan", "15", property="cut in staff", unit="%"),
        says("agency", "15", subject="Fuel", property="rise in price", unit="%"),
        says("paper", "2028", property="end", unit="year"),
        says("business", "2028", property="launch", unit="year"),
    ]
    assert about(conflicts(build(claims=claims)), "number") == []


def test_one_number_for_a_part_and_for_the_whole():
    claims = [
        says("plan", "3900", subject="Oppama district", property="people", unit="heads"),
        says("agency", "3900", subject="Oppama", property="People", unit="heads"),
    ]
    (conflict,) = conflicts(build(claims=claims))
    assert conflict.nature == "number" and conflict.cell is None and len(conflict.versions) == 2


def test_two_words_of_one_witness_are_not_a_confusion():
    claims = [says("paper", "7", property="plants that close", unit="plants"), says("agency", "7", property="plants kept", unit="plants")]
    assert conflicts(build(claims=claims)) == ()


def test_words_can_contradict_each_other_too():
    claims = [says("plan", "not based on its information", property="reply"), says("agency", "based on its information", property="Reply")]
    assert [c.nature for c in conflicts(build(claims=claims))] == ["value"]


def test_figures_of_different_years_do_not_contradict_each_other():
    years = (("671", "FY2024"), ("533", "FY2025"))
    loss = [says("plan", value, property="net loss", unit="bn JPY", qualifier=year) for value, year in years]
    assert conflicts(build(claims=loss)) == ()
    loss.append(says("business", "750", property="net loss", unit="bn JPY", qualifier="FY2024"))
    (conflict,) = conflicts(build(claims=loss))
    assert [version.value for version in conflict.versions] == ["750", "671"] and conflict.nature == "value"
    loss[2]["qualifier"] = ""
    assert len(conflicts(build(claims=loss))) == 2


def test_live_claims_about_one_cell_are_one_quantity_in_whatever_words():
    claims = [says("plan", "7", CLOSE, unit="plants"), says("business", "7", CLOSE, property="sites shut", unit="plants")]
    assert conflicts(build(claims=claims)) == ()
    claims[1] |= {"rank": "deprecated", "property": "sites that cut staff"}
    assert [conflict.nature for conflict in conflicts(build(claims=claims))] == ["number"]


def test_a_switched_off_row_shows_its_value_too():
    policies = [{"policy": "close_plants", "measure": "closures", "sense": "=", "value": 7, "status": "exclude"}]
    claims = [says("plan", "7", CLOSE), says("blog", "17", CLOSE)]
    assert conflicts(build(policies=policies, claims=claims))[0].used == "7"
