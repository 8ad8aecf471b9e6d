"""Claims: which is in force, who knew what when, and a case as of a day."""

import datetime

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brownfield.case.case import Case
from brownfield.case.checks import check
from brownfield.case.tables import Source
from brownfield.evidence.cells import Cell, cell, typed
from brownfield.evidence.claims import Evidence, as_of, hindsight, in_force, known_by, known_from, last_day, live

from .small import CLAIMS, CLOSE, HEADS, SOURCES, build, says

POLICY = Cell("policies", "close_plants", "value")


def value(case: Case, table: str, column: str, row: int = 0):
    return case.table(table)[column][row]


@pytest.mark.parametrize(
    ("text", "day"), [("2025", "2025-12-31"), ("2025-02", "2025-02-28"), ("2024-02", "2024-02-29"), ("2025-07-06", "2025-07-06")]
)
def test_a_partial_date_counts_from_the_last_day_it_may_mean(text, day):
    assert last_day(text) == datetime.date.fromisoformat(day)


def test_a_source_without_publication_date_is_known_from_its_reading_and_without_any_date_never():
    sources = {source.source: source for source in build().rows(Source)}
    assert known_from(sources["business"]) == datetime.date(2025, 8, 1)
    assert known_by(sources["business"], "2025-08-01") and not known_by(sources["business"], "2025-07-31")
    assert not known_by(sources["undated"], "2199-12-31")
    assert known_by(sources["paper"], datetime.date(2025, 7, 6)) and not known_by(sources["paper"], datetime.date(2025, 7, 5))


def closing(value):
    """The policy with another number of plants in its cell."""
    return [{"policy": "close_plants", "measure": "closures", "sense": "=", "value": value, "kind": "priced", "price": 10}]


def test_preferred_is_in_force_before_everything_else():
    claims = [says("plan", "7", CLOSE, low=5, high=20), says("blog", "17", CLOSE, rank="preferred")]
    assert in_force(build(claims=claims, policies=closing(17)))["policies", "close_plants", "value"].source == "blog"
    assert live(build(claims=claims), POLICY)[0].source == "blog"


def test_a_claim_that_the_cell_does_not_follow_is_not_in_force_however_strong():
    claims = [says("plan", "7", CLOSE, standing="official"), says("business", "10", CLOSE), says("blog", "17", CLOSE)]
    assert in_force(build(claims=claims, policies=closing(10)))[POLICY].source == "business"
    nobody = build(claims=claims, policies=closing(8))
    assert POLICY not in in_force(nobody) and Evidence(nobody).disputed[POLICY].source == "plan"


def test_as_of_never_leaves_a_later_value_where_an_earlier_one_was_known():
    claims = [says("plan", "7", CLOSE, standing="official"), says("business", "10", CLOSE)]
    case = build(claims=claims, policies=closing(10))
    assert value(as_of(case, "2025-07-31"), "policies", "value") == 7.0
    assert value(as_of(case, "2025-08-01"), "policies", "value") == 10.0


def test_what_was_said_later_lends_no_witness_to_what_was_known():
    claims = [says("business", "5", CLOSE, rank="preferred", why="so"), says("paper", "17", CLOSE), says("yearbook", "9", CLOSE)]
    sources = [*SOURCES, {"source": "later", "title": "Later", "published": "2025-07-20", "kind": "named press"}]
    claims.append(says("later", "9", CLOSE))
    case = build(claims=claims, sources=sources, policies=closing(5))
    assert value(as_of(case, "2025-07-20"), "policies", "value") == 9.0
    assert value(as_of(case, "2025-07-10"), "policies", "value") == 9.0
    first_hand = [{**row, "derived_from": ""} if row["source"] == "paper" else row for row in sources]
    assert value(as_of(build(claims=claims, sources=first_hand, policies=closing(5)), "2025-07-10"), "policies", "value") == 17.0


@pytest.mark.parametrize(
    ("claims", "wins"),
    [
        (
            [
                says("plan", "7", CLOSE, standing="estimate"),
                says("agency", "10", CLOSE),
                says("business", "17", CLOSE, standing="official"),
            ],
            "17",
        ),
        ([says("paper", "10", CLOSE), says("blog", "10", CLOSE), says("plan", "8", CLOSE), says("business", "8", CLOSE)], "8"),
        ([says("blog", "10", CLOSE), says("plan", "8", CLOSE)], "8"),
        ([says("plan", "10", CLOSE), says("business", "8", CLOSE)], "8"),
        ([says("plan", "10", CLOSE), says("yearbook", "8", CLOSE)], "10"),
    ],
    ids=["standing", "independent witnesses", "first hand", "latest", "latest, other way"],
)
def test_among_normal_claims(claims, wins):
    for rows in (claims, claims[::-1]):
        evidence = Evidence(build(claims=rows))
        assert evidence.live(POLICY)[0].value == wins
        assert evidence.strongest(evidence.by_cell[POLICY], evidence.reading).value == wins


def test_denied_and_deprecated_claims_are_never_in_force():
    claims = [says("plan", "7", CLOSE, standing="denied"), says("blog", "17", CLOSE, rank="deprecated")]
    case = build(claims=claims)
    assert in_force(case) == {} and live(case, POLICY) == ()


def test_live_claims_of_a_cell_stand_best_first():
    assert [(claim.source, claim.value) for claim in live(build(), ("policies", " close_plants ", "value"))] == [
        ("plan", "7"), ("agency", "7"), ("business", "10"), ("blog", "17"),
    ]  # fmt: skip


def test_row_keys_may_leave_out_blank_last_parts():
    assert cell("demand", "Note | Japan |", "cars") == Cell("demand", "Note|Japan", "cars")
    assert in_force(build())["demand", "Note|Japan", "cars"].value == "90000"


def test_a_claim_is_read_as_its_column_is():
    assert typed("policies", "value", "7") == 7.0
    assert typed("plants", "earliest_close", "2028-03") == datetime.date(2028, 3, 1)
    assert typed("people", "transfer_to", "A; B") == ("A", "B")
    assert typed("policies", "value", "7 of 17") is None
    assert typed("lines", "availability", "1.5") is None
    assert typed("plants", "colour", "red") is None


def test_as_of_before_everything_leaves_assumptions():
    case = as_of(build(), "2024-12-30")
    assert case.table("claims").is_empty() and case.table("sources").is_empty()
    assert value(case, "policies", "value") == 7.0
    assert [" / ".join(found.cell) for found in hindsight(build(), "2024-12-30")] == [
        "demand / Note|Japan / cars", "people / Oppama / headcount", "plants / Oppama / earliest_close", "plants / Oppama / opened",
        "policies / close_plants / value",
    ]  # fmt: skip


def test_as_of_takes_the_best_claim_that_was_out():
    case = as_of(build(), "2025-05-31")
    assert value(case, "people", "headcount") == 2400.0
    claim = in_force(case)["people", "Oppama", "headcount"]
    assert (claim.source, claim.rank, claim.why) == ("yearbook", "preferred", "in force as of 2025-05-31")
    assert sorted(case.table("sources")["source"]) == ["agency", "plan", "yearbook"]
    assert Cell("people", "Oppama", "headcount") not in {found.cell for found in hindsight(build(), "2025-05-31")}


def test_a_case_as_of_a_day_says_so_and_keeps_what_it_uses_from_later():
    case = as_of(build(), "2025-08-01")
    assert (case.known_on, [late.cell for late in case.hindsight]) == (
        datetime.date(2025, 8, 1), [("plants", "Oppama", "earliest_close")],
    )  # fmt: skip
    earlier = as_of(case, "2024-12-30")
    assert earlier.known_on == datetime.date(2024, 12, 30) and as_of(earlier, "2026-01-01").known_on == earlier.known_on
    assert {late.cell for late in earlier.hindsight} == {found.cell for found in hindsight(build(), "2024-12-30")}
    assert build().hindsight == () and build().known_on is None


def test_as_of_a_later_day_leaves_the_case_as_it_is():
    case, then = build(), as_of(build(), "2025-08-01")
    assert value(then, "people", "headcount") == 3900.0
    assert [" / ".join(found.cell) for found in hindsight(case, "2025-08-01")] == ["plants / Oppama / earliest_close"]
    assert then.active("demand").equals(case.active("demand"))
    assert Cell("plants", "Oppama", "earliest_close") not in in_force(then)


def test_as_of_sets_dates_and_lists_too():
    claims = [
        says("paper", "2029-04", "plants/Oppama/earliest_close", rank="preferred"),
        says("plan", "2027-03", "plants/Oppama/earliest_close"),
        says("paper", "Smyrna", "people/Oppama/transfer_to", rank="preferred"),
        says("yearbook", "Smyrna; Tochigi", "people/Oppama/transfer_to"),
    ]
    plants = [dict(row) for row in build().table("plants").select("plant", "country").iter_rows(named=True)]
    plants[0]["earliest_close"] = "2029-04"
    plants.append({"plant": "Tochigi", "country": "JP"})
    people = [{"plant": "Oppama", "headcount": 1, "transfer_to": "Smyrna"}]
    people += [{"plant": one, "headcount": 1} for one in ("Smyrna", "Tochigi")]
    case = as_of(build(plants=plants, people=people, claims=claims), "2025-06-01")
    assert value(case, "plants", "earliest_close") == datetime.date(2027, 3, 1)
    assert value(case, "people", "transfer_to").to_list() == ["Smyrna", "Tochigi"]


def test_a_cell_that_a_scenario_changed_is_left_alone():
    case = build()
    changed = case.with_table("people", case.table("people").with_columns(pl.lit(5000.0).alias("headcount")))
    assert value(as_of(changed, "2025-05-31"), "people", "headcount") == 5000.0


def test_a_row_that_is_switched_off_is_as_of_the_day_too_but_no_hindsight_of_the_plan():
    off = [{"policy": "close_plants", "measure": "closures", "sense": "=", "value": 7, "status": "exclude"}]
    claims = [says("plan", "7", CLOSE, rank="preferred", why="the plan"), says("yearbook", "5", CLOSE)]
    assert value(as_of(build(policies=off, claims=claims), "2025-01-01"), "policies", "value") == 5.0
    case = build(policies=off, claims=claims[:1])
    assert value(as_of(case, "2025-01-01"), "policies", "value") == 7.0 and hindsight(case, "2025-01-01") == ()


def test_a_source_whose_origin_was_not_out_yet_does_not_become_a_second_witness():
    sources = [
        {"source": "wire", "title": "Wire", "kind": "named press"},
        {"source": "a", "title": "A", "kind": "named press", "published": "2025-01-02", "derived_from": "wire"},
        {"source": "b", "title": "B", "kind": "named press", "published": "2025-01-01", "derived_from": "wire"},
        {"source": "c", "title": "C", "kind": "named press", "published": "2025-01-03", "derived_from": "a"},
    ]
    case = as_of(build(sources=sources, claims=[says("a", "7", CLOSE)]), "2025-02-01")
    assert dict(case.table("sources").select("source", "derived_from").iter_rows()) == {"a": "b", "b": None, "c": "a"}
    assert {Evidence(case).root(name) for name in "abc"} == {"b"}


def test_a_chain_that_bites_its_tail_ends():
    sources = [
        {"source": "a", "title": "A", "kind": "named press", "derived_from": "b"},
        {"source": "b", "title": "B", "kind": "named press", "derived_from": "a"},
    ]
    assert Evidence(build(sources=sources, claims=[])).chain("a") == ("a", "b")


def test_importing_the_same_claims_twice_changes_nothing():
    once, twice = build(), build(claims=[*CLAIMS, *CLAIMS])
    assert Evidence(once).claims == Evidence(twice).claims
    assert in_force(once) == in_force(twice)
    assert as_of(once, "2025-07").table("claims").equals(as_of(twice, "2025-07").table("claims"))


def test_the_case_as_of_a_day_passes_the_checks():
    case = build()
    assert check(case) == []
    for date in ("2024-12-31", "2025-05-31", "2025-07-31", "2026-01-01"):
        assert check(as_of(case, date)) == []


DATES = st.dates(datetime.date(2024, 6, 1), datetime.date(2026, 6, 1))
PARTIAL = DATES.flatmap(lambda day: st.sampled_from(["", str(day.year), f"{day:%Y-%m}", day.isoformat()]))


@st.composite
def cases(draw):
    """Cases whose sources are out on any days, repeat any earlier one, and say anything of two cells."""
    sources, names = [], [source["source"] for source in SOURCES]
    for i, name in enumerate(names):
        published, repeats = draw(PARTIAL), draw(st.sampled_from(["", *names[:i]]))
        retrieved = "" if published else draw(PARTIAL)
        row = {"source": name, "title": name, "kind": "named press", "derived_from": repeats}
        sources.append({**row, "published": published, "retrieved": retrieved})
    claims = []
    for address, cells in ((CLOSE, ("7", "10", "17")), (HEADS, ("3900", "2400"))):
        for name in draw(st.lists(st.sampled_from(names), unique=True)):
            standing = draw(st.sampled_from(["official", "reported", "estimate", "denied"]))
            rank = draw(st.sampled_from(["normal", "normal", "deprecated"]))
            claims.append(says(name, draw(st.sampled_from(cells)), address, standing=standing, rank=rank, why="so it is"))
    first = next((claim for claim in claims if claim["value"] in ("7", "3900") and claim["standing"] != "denied"), None)
    if first is not None:
        first["rank"] = "preferred"
    return build(sources=sources, claims=claims)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases(), DATES, DATES)
def test_as_of_is_idempotent_and_a_later_day_knows_at_least_as_much(case, one, other):
    early, late = sorted((one, other))
    then, later = as_of(case, early), as_of(case, late)
    assert check(then) == check(later) == []
    again = as_of(then, early)
    assert {name: frame.to_dicts() for name, frame in again.tables.items()} == {
        name: frame.to_dicts() for name, frame in then.tables.items()
    }
    assert {found.cell for found in again.hindsight} == {found.cell for found in then.hindsight}
    assert set(then.table("sources")["source"]) <= set(later.table("sources")["source"])
    assert set(then.table("claims")["claim"]) <= set(later.table("claims")["claim"])
    assert {found.cell for found in hindsight(case, late)} <= {found.cell for found in hindsight(case, early)}
    assert as_of(later, early).table("claims")["claim"].to_list() == then.table("claims")["claim"].to_list()
    for claim in then.table("claims").filter(pl.col("rank") == "preferred").iter_rows(named=True):
        name = cell(claim["table"], claim["row"], claim["column"])
        assert typed(name.table, name.column, claim["value"]) == value(then, name.table, name.column)
