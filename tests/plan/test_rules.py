"""Each rule, broken alone: the smallest corruption of a plan (or change of the case) that breaks it, and what it says."""

import datetime

import polars as pl
import pytest

from brownfield.case.checks import check
from brownfield.plan.rules import RULES, broken

from .edits import add, change, drop, recase
from .works import case, plan

D = datetime.date


def test_the_case_is_sound_and_the_plan_obeys():
    assert check(case()) == []
    assert broken(case(), plan()) == []


def move(p, table, where, column, value):
    return change(p, table, where, **{column: value})


BY_PLAN = [
    # rules that break, all of them; corruption
    ({"columns_known"}, lambda p: p.with_table("sites2", p.sites)),
    ({"columns_known"}, lambda p: p.with_table("terms", p.terms.with_columns(pl.lit(1).alias("price")))),
    (
        {
            "columns_known",
            "leased_as_agreed",
            "sold_as_agreed",
            "one_shift_model",
            "moved_with_the_deal",
            "guest_only_while_it_runs",
            "policies_hold",
        },
        lambda p: p.with_table("contracts", p.contracts.drop("exit")),
    ),
    ({"names_known"}, lambda p: add(p, "sites", plant="Alien", period="2027", state="open")),
    ({"names_known"}, lambda p: add(p, "finance", period="2031", revolver=1.0)),
    ({"names_known"}, lambda p: add(p, "lost", product="Fox", market="Mars", period="2027", cars=1.0)),
    ({"names_known"}, lambda p: add(p, "terms", supplier=None, term="Steel+30", period="2029")),
    (
        {"names_known", "every_plant_has_a_state", "one_shift_model", "leased_line_open"},
        lambda p: move(p, "sites", {"plant": "Rest", "period": "2029"}, "state", "asleep"),
    ),
    ({"names_known", "leased_as_agreed", "moved_with_the_deal"}, lambda p: move(p, "contracts", {"offer": "Let_West"}, "exit", "2019")),
    ({"numbers_sound"}, lambda p: add(p, "finance", period="2028", revolver=-1.0)),
    ({"numbers_sound"}, lambda p: add(p, "finance", period="2028", revolver=float("inf"))),
    ({"numbers_sound"}, lambda p: add(p, "finance", period="2028", revolver=None)),
    ({"numbers_sound"}, lambda p: add(p, "lost", product="Hare", market="Home", period="2026H1", cars=-3.0)),
    ({"nothing_twice"}, lambda p: add(p, "ships", product="Hare", plant="East", market="Home", period="2027", cars=6000.0)),
    ({"nothing_twice"}, lambda p: add(p, "contracts", offer="Aid", line=None, start="2027", exit=None)),
    ({"every_plant_has_a_state"}, lambda p: drop(p, "sites", plant="West", period="2026H2")),
    ({"states_follow", "policies_hold"}, lambda p: move(p, "sites", {"plant": "South", "period": "2029"}, "state", "potential")),
    ({"states_follow", "mothballing_allowed"}, lambda p: move(p, "sites", {"plant": "South", "period": "2028"}, "state", "idle")),
    (
        {"states_follow", "closing_allowed", "leased_as_agreed"},
        lambda p: move(p, "sites", {"plant": "West", "period": "2028"}, "state", "closed"),
    ),
    ({"closing_allowed", "people_gone"}, lambda p: move(p, "sites", {"plant": "West", "period": "2029"}, "state", "closed")),
    (
        {"opening_allowed", "one_shift_model", "people_enough"},
        lambda p: move(p, "sites", {"plant": "East", "period": "2026H2"}, "state", "open"),
    ),
    (
        {"mothballing_allowed", "one_shift_model", "people_enough", "leased_line_open"},
        lambda p: move(p, "sites", {"plant": "Rest", "period": "2029"}, "state", "idle"),
    ),
    ({"mothballing_allowed", "one_shift_model"}, lambda p: move(p, "sites", {"plant": "East", "period": "2028"}, "state", "idle")),
    ({"leased_as_agreed", "people_gone"}, lambda p: move(p, "sites", {"plant": "West", "period": "2029"}, "state", "leased")),
    ({"leased_as_agreed", "people_enough"}, lambda p: move(p, "sites", {"plant": "West", "period": "2027"}, "state", "idle")),
    (
        {"states_follow", "closing_done", "mothballing_allowed", "sold_as_agreed", "policies_hold"},
        lambda p: move(p, "sites", {"plant": "Old", "period": "2029"}, "state", "idle"),
    ),
    ({"sold_as_agreed", "people_gone"}, lambda p: move(p, "sites", {"plant": "West", "period": "2029"}, "state", "sold")),
    ({"one_shift_model", "capacity"}, lambda p: drop(p, "shifts", line="R-asm", period="2029")),
    ({"one_shift_model"}, lambda p: add(p, "shifts", line="S-asm", period="2027", shift_model="off")),
    ({"one_shift_model"}, lambda p: add(p, "shifts", line="R-spare", period="2029", shift_model="off")),
    ({"longest_run"}, lambda p: move(p, "shifts", {"line": "N-asm", "period": "2029"}, "shift_model", "over")),
    ({"people_enough"}, lambda p: move(p, "shifts", {"line": "W-asm"}, "shift_model", "two")),
    ({"capacity"}, lambda p: move(p, "shifts", {"line": "N-asm", "period": "2027"}, "shift_model", "off")),
    ({"launch_possible"}, lambda p: add(p, "launches", product="Fox", line="N-asm", period="2027")),
    ({"launch_possible"}, lambda p: add(p, "launches", product="Hare", line="S-asm", period="2026H1")),
    ({"launch_possible"}, lambda p: add(p, "launches", product="Wolf", line="N-asm", period="2027")),
    ({"launch_once"}, lambda p: add(p, "launches", product="Hare", line="E-asm", period="2028")),
    ({"launch_in_time"}, lambda p: add(p, "launches", product="Hare", line="N-asm", period="2026H2")),
    ({"launch_open"}, lambda p: add(p, "launches", product="Fox", line="E-asm", period="2026H2")),
    ({"full_rate"}, lambda p: move(p, "launches", {}, "period", "2028")),
    ({"full_rate"}, lambda p: p.with_table("launches", p.launches.clear())),
    ({"lanes", "demand_met"}, lambda p: change(p, "ships", {"plant": "Old", "period": "2026H1"}, market="Away")),
    (
        {"shipped_what_is_built", "guests_sell_their_own", "demand_met"},
        lambda p: add(p, "ships", product="Wolf", plant="North", market="Home", period="2028", cars=9.0),
    ),
    ({"stages"}, lambda p: move(p, "makes", {"line": "N-body", "product": "Fox", "period": "2027"}, "cars", 20001.0)),
    ({"stages"}, lambda p: drop(p, "makes", line="N-body", product="Wolf", period="2028")),
    ({"shipped_what_is_built"}, lambda p: move(p, "makes", {"line": "E-asm", "period": "2029"}, "cars", 11999.0)),
    ({"shipped_what_is_built", "demand_met"}, lambda p: drop(p, "ships", plant="East", period="2029")),
    ({"nothing_twice", "shipped_what_is_built"}, lambda p: move(p, "makes", {"line": "S-asm", "period": "2026H1"}, "line", "W-asm")),
    ({"demand_met"}, lambda p: drop(p, "lost", product="Fox", market="Away", period="2026H2")),
    ({"demand_met"}, lambda p: move(p, "lost", {"product": "Fox", "market": "Away", "period": "2026H2"}, "cars", 1000.5)),
    ({"demand_met", "lost_within_demand"}, lambda p: add(p, "lost", product="Hare", market="Away", period="2029", cars=5.0)),
    ({"demand_met", "diversion"}, lambda p: move(p, "diverted", {}, "cars", 4500.0)),
    ({"demand_met"}, lambda p: move(p, "diverted", {}, "cars", 2999.0)),
    ({"people_balance"}, lambda p: move(p, "people", {"plant": "North", "period": "2029"}, "headcount", 341.0)),
    ({"people_balance"}, lambda p: move(p, "people", {"plant": "North", "period": "2026H1"}, "hires", 1.5)),
    ({"people_balance"}, lambda p: move(p, "transfers", {}, "heads", 44.0)),
    ({"people_enough"}, lambda p: drop(p, "people", plant="West", period="2029")),
    ({"people_balance", "people_enough"}, lambda p: change(p, "people", {"plant": "East", "period": "2029"}, headcount=59.0)),
    ({"people_balance", "people_gone"}, lambda p: change(p, "people", {"plant": "South", "period": "2027"}, headcount=1.0)),
    (
        {"people_balance", "hiring_limit"},
        lambda p: change(p, "people", {"plant": "North", "period": "2026H1"}, headcount=350.0, hires=12.0),
    ),
    ({"attrition_limit"}, lambda p: change(p, "people", {"plant": "South", "period": "2027"}, attrition=3.0, redundant=32.0)),
    ({"voluntary_in_all"}, lambda p: change(p, "people", {"plant": "South", "period": "2027"}, voluntary=31.0, redundant=24.0)),
    (
        {"voluntary_limit", "voluntary_in_all"},
        lambda p: change(p, "people", {"plant": "South", "period": "2027"}, voluntary=55.0, redundant=0.0),
    ),
    ({"people_balance", "transfer_allowed"}, lambda p: add(p, "transfers", plant="Old", to_plant="East", period="2028", heads=1.0)),
    ({"moved_with_the_deal"}, lambda p: change(p, "people", {"plant": "South", "period": "2027"}, voluntary=0.0, moved=20.0)),
    ({"moved_with_the_deal"}, lambda p: change(p, "people", {"plant": "Old", "period": "2028"}, attrition=0.0, moved=31.0)),
    ({"offer_in_its_window"}, lambda p: move(p, "contracts", {"offer": "Aid"}, "start", "2026H1")),
    (
        {"leased_as_agreed", "moved_with_the_deal", "offer_in_its_window"},
        lambda p: move(p, "contracts", {"offer": "Let_West"}, "start", "2028"),
    ),
    ({"offer_in_its_place"}, lambda p: move(p, "contracts", {"offer": "Aid"}, "line", "N-asm")),
    ({"one_shift_model", "offer_in_its_place"}, lambda p: move(p, "contracts", {"offer": "Let_line"}, "line", "R-asm")),
    ({"offer_ended_early", "guest_only_while_it_runs"}, lambda p: move(p, "contracts", {"offer": "Host"}, "exit", "2027")),
    ({"offer_ended_early"}, lambda p: move(p, "contracts", {"offer": "Buy_Old"}, "exit", "2029")),
    ({"offer_ended_early"}, lambda p: move(p, "contracts", {"offer": "Aid"}, "exit", "2029")),
    ({"guest_volume"}, lambda p: move(p, "contracts", {"offer": "Host"}, "exit", None)),
    ({"host_in_time", "guest_volume"}, lambda p: move(p, "contracts", {"offer": "Host"}, "start", "2026H2")),
    (
        {"guest_only_while_it_runs", "guest_made_and_paid"},
        lambda p: add(p, "guests", offer="Host", line="S-asm", period="2028", agreed=100.0, made=0.0, paid=0.0),
    ),
    ({"guest_made_and_paid"}, lambda p: move(p, "guests", {"period": "2028"}, "paid", 5701.0)),
    ({"guest_made_and_paid"}, lambda p: move(p, "guests", {"period": "2028"}, "agreed", 6001.0)),
    ({"guest_made_and_paid", "guest_cars_are_built"}, lambda p: move(p, "guests", {"period": "2028"}, "made", 5399.0)),
    (
        {"stages", "guest_cars_are_built"},
        lambda p: move(p, "makes", {"line": "N-asm", "product": "Wolf", "period": "2028"}, "cars", 5399.0),
    ),
    ({"stages", "guest_cars_are_built"}, lambda p: drop(p, "makes", line="N-asm", product="Wolf", period="2028")),
    ({"one_term", "terms_usable"}, lambda p: add(p, "terms", supplier="Steel", term="Steel+44", period="2028")),
    ({"one_term", "terms_usable"}, lambda p: move(p, "terms", {"term": "Glass+40"}, "supplier", "Steel")),
    ({"terms_usable"}, lambda p: move(p, "terms", {"term": "Steel+30", "period": "2028"}, "period", "2029")),
    ({"terms_usable"}, lambda p: move(p, "terms", {"term": "Steel+30", "period": "2027"}, "term", "Steel+40")),
    ({"terms_usable"}, lambda p: move(p, "terms", {"term": "Steel+30", "period": "2027"}, "term", "Steel+44")),
    ({"credit_within_limit"}, lambda p: move(p, "finance", {}, "revolver", 101.0)),
    ({"guest_only_while_it_runs", "policies_hold"}, lambda p: drop(p, "contracts", offer="Host")),
    (
        {"one_shift_model", "mothballing_allowed", "host_open"},
        lambda p: move(p, "sites", {"plant": "North", "period": "2028"}, "state", "idle"),
    ),
    ({"built_where_approved", "shipped_what_is_built"}, lambda p: move(p, "makes", {"line": "O-asm", "period": "2027"}, "product", "Hare")),
    ({"columns_known"}, lambda p: p.with_table("finance", pl.DataFrame())),
]


BY_CASE = [
    # rules that the plan breaks when the case is another
    ({"closing_allowed"}, lambda c: recase(c, "plants", {"plant": "South"}, notice_months=13.0)),
    ({"closing_allowed"}, lambda c: recase(c, "plants", {"plant": "South"}, earliest_close=D(2027, 2, 1))),
    ({"closing_done"}, lambda c: recase(c, "plants", {"plant": "North"}, decision="must_close")),
    ({"opening_allowed"}, lambda c: recase(c, "plants", {"plant": "East"}, decision="keep")),
    ({"opening_allowed"}, lambda c: recase(c, "plants", {"plant": "East"}, earliest_open=D(2027, 1, 2))),
    ({"mothballing_allowed"}, lambda c: recase(c, "plants", {"plant": "West"}, mothball_cost=None)),
    ({"max_products"}, lambda c: recase(c, "lines", {"line": "N-asm"}, max_products=1)),
    ({"launch_possible"}, lambda c: recase(c, "routes", {"product": "Hare", "line": "E-asm"}, state="tooled")),
    ({"launch_in_time"}, lambda c: recase(c, "routes", {"product": "Hare", "line": "E-asm"}, launch_lead_months=13.0)),
    ({"full_rate"}, lambda c: recase(c, "routes", {"product": "Hare", "line": "E-asm"}, ramp_months=120.0)),
    ({"full_rate"}, lambda c: recase(c, "routes", {"product": "Fox", "line": "N-asm"}, max_rate=19999.0)),
    ({"full_rate", "demand_met", "lost_within_demand"}, lambda c: recase(c, "products", {"product": "Hare"}, eop=D(2029, 1, 1))),
    ({"capacity"}, lambda c: recase(c, "routes", {"product": "Wolf", "line": "N-asm"}, load=4.0)),
    ({"lanes"}, lambda c: c.with_table("lanes", c.table("lanes").filter(pl.col("plant") != "West"))),
    ({"diversion"}, lambda c: recase(c, "diversions", {}, share=0.3)),
    ({"diversion"}, lambda c: c.with_table("diversions", c.table("diversions").clear())),
    ({"people_where_known"}, lambda c: c.with_table("people", c.table("people").filter(pl.col("plant") != "West"))),
    ({"voluntary_limit"}, lambda c: recase(c, "people", {"plant": "South"}, voluntary_cap=19.0)),
    ({"redundancy_limit"}, lambda c: recase(c, "people", {"plant": "South"}, redundancy_cap=34.0)),
    ({"transfer_limit"}, lambda c: recase(c, "people", {"plant": "South"}, transfer_cap=44.0)),
    ({"hiring_limit"}, lambda c: recase(c, "people", {"plant": "North"}, hire_cap=3.0)),
    ({"attrition_limit"}, lambda c: recase(c, "people", {"plant": "Old"}, attrition=0.019)),
    ({"moved_with_the_deal"}, lambda c: recase(c, "offers", {"offer": "Let_West"}, people_taken=3.0)),
    ({"offer_in_its_window"}, lambda c: recase(c, "offers", {"offer": "Host"}, earliest_start=D(2027, 2, 1))),
    ({"sold_as_agreed", "moved_with_the_deal", "offer_in_its_place"}, lambda c: recase(c, "offers", {"offer": "Buy_Old"}, plant="Alien")),
    ({"offer_in_its_place"}, lambda c: recase(c, "offers", {"offer": "Host"}, lines=["S-asm"])),
    ({"offer_ended_early"}, lambda c: recase(c, "offers", {"offer": "Host"}, exit_fee=None)),
    ({"host_in_time"}, lambda c: recase(c, "routes", {"product": "Wolf", "line": "N-asm"}, launch_lead_months=13.0)),
    ({"guest_volume"}, lambda c: recase(c, "offers", {"offer": "Host"}, volume_max=5999.0)),
    ({"guest_made_and_paid"}, lambda c: recase(c, "offers", {"offer": "Host"}, take_or_pay=0.5)),
    ({"grant_keeps_people"}, lambda c: recase(c, "offers", {"offer": "Aid"}, people_min=341.0)),
    ({"terms_usable"}, lambda c: recase(c, "suppliers", {"supplier": "Steel"}, legal_cap=74.0)),
    ({"terms_usable"}, lambda c: recase(c, "suppliers", {"supplier": "Glass"}, financing_rate=0.035)),
    ({"terms_usable"}, lambda c: recase(c, "suppliers", {"supplier": "Glass"}, financing_rate=None)),
    ({"cash_above_floor"}, lambda c: recase(c, "companies", {"company": "Brio"}, liquidity_floor=270.0)),
    ({"credit_within_limit"}, lambda c: recase(c, "companies", {"company": "Brio"}, opening_cash=None)),
    ({"policies_hold"}, lambda c: recase(c, "policies", {"policy": "shut"}, value=3.0)),
    ({"policies_hold"}, lambda c: recase(c, "policies", {"policy": "stay"}, value=341.0)),
    ({"policies_hold"}, lambda c: recase(c, "policies", {"policy": "safe"}, value=364.0)),
    ({"policies_hold"}, lambda c: recase(c, "policies", {"policy": "wolves"}, kind="hard")),
    ({"policies_hold", "credit_within_limit"}, lambda c: without_cash(c)),
]


def without_cash(c):
    """Cash is not followed any more, but a policy that must hold is still about it."""
    blind = recase(c, "companies", {"company": "Brio"}, opening_cash=None)
    return blind.with_table("policies", blind.table("policies").filter(pl.col("policy") != "cushion"))


def twice(offer, **values):
    """A case with a second offer like one of its offers."""
    offers = case().table("offers")
    more = offers.filter(pl.col("offer") == offer).with_columns(pl.lit(f"{offer}_2").alias("offer"))
    return case().with_table("offers", pl.concat([offers, more]))


@pytest.mark.parametrize(
    ("offer", "line", "start"), [("Let_West", None, "2027"), ("Let_line", "R-spare", "2029"), ("Buy_Old", None, "2028")]
)
def test_nobody_shares_what_is_let_or_sold(offer, line, start):
    both = add(plan(), "contracts", offer=f"{offer}_2", line=line, start=start, exit=None)
    found = broken(twice(offer), both)
    assert {item.rule for item in found} == {"one_tenant"}
    assert f"both to {offer} and to {offer}_2" in found[0].sentence


@pytest.mark.parametrize(("expected", "corrupt"), BY_PLAN, ids=lambda value: "+".join(sorted(value)) if isinstance(value, set) else "")
def test_a_corrupt_plan_breaks_exactly_these_rules(expected, corrupt):
    assert {item.rule for item in broken(case(), corrupt(plan()))} == expected


@pytest.mark.parametrize(("expected", "other"), BY_CASE, ids=lambda value: "+".join(sorted(value)) if isinstance(value, set) else "")
def test_a_plan_breaks_exactly_these_rules_of_another_case(expected, other):
    assert {item.rule for item in broken(other(case()), plan())} == expected


def test_nobody_is_moved_to_be_dismissed_elsewhere():
    """45 people move from South to East in 2027; let a hundred more do so, all of whom East dismisses at once."""
    moved = change(plan(), "transfers", {"plant": "South", "period": "2027"}, heads=1045.0)
    here = moved.people.filter((pl.col("plant") == "East") & (pl.col("period") == "2027")).row(0, named=True)
    corrupt = change(moved, "people", {"plant": "East", "period": "2027"}, redundant=here["redundant"] + 1000.0)
    assert "arrivals_stay" in {item.rule for item in broken(case(), corrupt)}
    assert "arrivals_stay" not in {item.rule for item in broken(case(), plan())}


def test_a_plan_whose_policies_cannot_be_measured_cannot_be_booked():
    """A priced policy on liquidity where cash is not followed, and nothing else wrong."""
    blind = recase(recase(case(), "companies", {"company": "Brio"}, opening_cash=None), "policies", {"policy": "safe"}, status="exclude")
    undrawn = plan().with_table("finance", plan().finance.clear())
    assert {item.rule for item in broken(blind, undrawn)} == {"can_be_booked"}


def test_every_rule_is_broken_by_some_test():
    tested = set().union({"one_tenant", "arrivals_stay", "can_be_booked"}, *(expected for expected, _ in BY_PLAN + BY_CASE))
    assert {rule.__name__ for rule in RULES} == tested


def test_every_rule_says_what_it_means():
    for rule in RULES:
        first = (rule.__doc__ or "").splitlines()[0]
        assert first.endswith(".") and len(first) < 140, rule.__name__
        assert "\n" not in (rule.__doc__ or "").strip(), rule.__name__


SENTENCES = [
    (lambda p: move(p, "shifts", {"line": "O-asm", "period": "2027"}, "shift_model", "off"),
     "O-asm at Old makes more cars than it can carry in 2027: 7,000 line units instead of at most 0", 7000.0),
    (lambda p: drop(p, "sites", plant="West", period="2026H2"), "West has no state in 2026H2", 1.0),
    (lambda p: move(p, "diverted", {}, "cars", 4500.0),
     "4,500 buyers of Hare take Fox in Home in 2027, instead of at most 4,000", 500.0),
    (lambda p: change(p, "people", {"plant": "East", "period": "2029"}, headcount=59.0), "East has 59 people in 2029, but needs 60", 1.0),
    (lambda p: move(p, "finance", {}, "revolver", 101.0),
     "101 million are drawn from the credit line in 2027, instead of at most 100", 1.0),
    (lambda p: drop(p, "contracts", offer="Host"), "deals asks for at least 1 (accepted) in 2029, and gets 0", 1.0),
    (lambda p: move(p, "terms", {"term": "Steel+30", "period": "2027"}, "term", "Steel+40"),
     "Steel is paid on Steel+40 in 2027, which is asked, not agreed", 1.0),
    (lambda p: move(p, "sites", {"plant": "South"}, "plant", "Sauth"),
     "In the plan's table sites, at Sauth, 2026H1: plant 'Sauth' names no plant of this plan", 1.0),
]  # fmt: skip


@pytest.mark.parametrize(("corrupt", "sentence", "amount"), SENTENCES)
def test_what_people_read(corrupt, sentence, amount):
    found = {item.sentence: item for item in broken(case(), corrupt(plan()))}
    assert sentence in found
    assert found[sentence].amount == pytest.approx(amount)
    assert str(found[sentence]) == sentence


def test_what_a_solver_leaves_behind_is_no_fault():
    """Dust below a ten-thousandth of a car or a millionth of the quantity breaks nothing."""
    dusty = change(plan(), "makes", {"line": "N-body", "product": "Fox", "period": "2027"}, cars=20000.019)
    dusty = add(dusty, "lost", product="Hare", market="Home", period="2026H1", cars=-9e-5)
    assert broken(case(), dusty) == []


def test_nothing_at_all_is_reported_not_raised():
    from brownfield.plan.plan import Plan

    found = {item.rule for item in broken(case(), Plan("", {}))}
    assert "every_plant_has_a_state" in found


def test_any_rubbish_is_reported_not_raised():
    from brownfield.plan.plan import PLAN_TABLES

    for table in PLAN_TABLES:
        for rubbish in (
            pl.DataFrame({"x": [1]}),
            pl.DataFrame({column: [[1, 2]] for column in PLAN_TABLES[table]}),
            pl.DataFrame({column: [None, None] for column in PLAN_TABLES[table]}),
            pl.DataFrame({column: [3.5, float("nan")] for column in PLAN_TABLES[table]}),
            pl.DataFrame({column: ["Fox", ""] for column in PLAN_TABLES[table]}),
        ):
            assert broken(case(), plan().with_table(table, rubbish)), table
