"""The enumeration itself, on cases so small that a person can work them out."""

import datetime

import pytest

from brownfield.case.case import Case, Settings
from brownfield.solve import solve

from .draw import table
from .enumerate import Answer, best, choices
from .facts import Facts
from .random_case import random_case

START = datetime.date(2026, 1, 1)
Rows = list[dict[str, object]]


def tiny(years: int = 1, **tables: Rows) -> Case:
    """One plant, one line that runs one shift of 2,000 hours, one car sold at 20,000 of which 15,000 is material; no discounting."""
    rows: dict[str, Rows] = {
        "plants": [{"plant": "A", "country": "JP", "decision": "may_close", "fixed_cost": 100, "closure_cost": 30, "site_value": 10}],
        "lines": [{"line": "A1", "plant": "A", "jph": 10}],
        "shift_models": [{"shift_model": "one", "hours_per_week": 40, "weeks_per_year": 50, "crews": 1}],
        "products": [{"product": "K", "material_cost": 15_000}],
        "routes": [{"product": "K", "line": "A1"}],
        "markets": [{"market": "M", "country": "JP"}],
        "demand": [{"product": "K", "market": "M", "cars": 30_000, "net_price": 20_000}],
    }
    rows |= tables
    settings = Settings(name="tiny", discount_rate=0.0, start=START, periods=(f"{years} years",))
    return Case(settings, {name: table(name, found) for name, found in rows.items()})


def worth(case: Case) -> float | None:
    return best(case).npv


def states(answer: Answer) -> tuple[str, ...]:
    assert answer.combo is not None
    return answer.combo.states["A"]


def test_a_plant_that_cannot_live_is_closed_at_once() -> None:
    """Capacity 20,000 cars at 5,000 each earns 100 a year, which is what the site costs; with 110 to pay, 3 years lose 30."""
    case = tiny(3)
    assert worth(case) == pytest.approx(0.0)
    plant = {"plant": "A", "country": "JP", "decision": "may_close", "closure_cost": 30, "site_value": 10}
    dear = best(tiny(3, plants=[{**plant, "fixed_cost": 110}]))
    assert dear.npv == pytest.approx(-20.0)
    assert states(dear) == ("closed", "closed", "closed")
    assert worth(tiny(1, plants=[{**plant, "fixed_cost": 110}])) == pytest.approx(-10.0)
    late = best(tiny(3, plants=[{**plant, "fixed_cost": 120, "notice_months": 1}]))
    assert late.npv == pytest.approx(-40.0)
    assert states(late) == ("open", "closed", "closed")


def test_a_year_between_ups_and_downs_is_mothballed() -> None:
    plant = {"plant": "A", "country": "JP", "fixed_cost": 60, "mothball_cost": 5, "idling_cost": 2, "reopening_cost": 3}
    demand: Rows = [
        {"product": "K", "market": "M", "cars": 20_000, "net_price": 20_000},
        {"product": "K", "market": "M", "period": "2027", "cars": 1000, "net_price": 20_000},
    ]
    answer = best(tiny(3, plants=[plant], demand=demand))
    assert answer.npv == pytest.approx(40 + 40 - 5 - 2 - 3)
    assert states(answer) == ("open", "idle", "open")


def test_a_guest_pays_for_what_was_agreed() -> None:
    """Of 20,000 units the guest agrees to 10,000, takes 6,000 and pays for 8,000; the owner builds 14,000 of his own."""
    tables: dict[str, Rows] = {
        "companies": [{"company": "Me", "role": "owner"}, {"company": "G", "role": "guest"}],
        "products": [{"product": "K", "material_cost": 15_000}, {"product": "X", "company": "G"}],
        "routes": [{"product": "K", "line": "A1"}, {"product": "X", "line": "A1", "variable_cost": 500}],
        "offers": [
            {
                "offer": "O", "kind": "host", "company": "G", "product": "X", "fee_per_car": 6000, "fixed_fee": 3, "price": 4,
                "volume_max": 10_000, "expected_take": 0.6, "take_or_pay": 0.8,
            }
        ],
    }  # fmt: skip
    assert worth(tiny(1, **tables)) == pytest.approx(14 * 5 + 8 * 6 - 6 * 0.5 + 3 + 4 - 100)


def test_people_leave_by_themselves_before_anybody_is_dismissed() -> None:
    people: Rows = [
        {
            "plant": "A", "headcount": 1000, "indirect": 500, "cost_per_head": 10_000, "attrition": 0.2, "voluntary_cap": 100,
            "voluntary_pay": 5000, "redundancy_cost": 50_000, "redundancy_cap": 150,
        }
    ]  # fmt: skip
    answer = best(tiny(1, people=people))
    assert answer.npv == pytest.approx(0 - 700 * 0.01 - 100 * 0.005)
    free = best(tiny(1, people=[{**people[0], "redundancy_cost": 0}]))
    assert free.npv == pytest.approx(0 - 550 * 0.01 - 100 * 0.005)
    plants: Rows = [{"plant": "A", "country": "JP", "decision": "must_close"}]
    assert best(tiny(1, people=people, plants=plants)).npv is None


def test_a_launch_is_spread_and_ramps() -> None:
    """Lead of a year, ramp of two: a quarter of the full rate in the second year, three quarters in the third."""
    routes: Rows = [{"product": "K", "line": "A1", "state": "possible", "launch_cost": 20, "launch_lead_months": 12, "ramp_months": 24}]
    answer = best(tiny(3, routes=routes, plants=[{"plant": "A", "country": "JP", "fixed_cost": 1}]))
    assert answer.npv == pytest.approx((0.25 + 0.75) * 100 - 20 - 3)
    assert answer.combo is not None and answer.combo.launches == {("K", "A1"): 1}


def test_a_launch_may_come_before_the_start_of_production() -> None:
    """Launched in the first year with a ramp of a year, the line is at its full rate when the car starts in the second."""
    case = tiny(
        2,
        products=[{"product": "K", "material_cost": 15_000, "sop": "2027-01-01"}],
        plants=[{"plant": "A", "country": "JP", "fixed_cost": 1}],
        routes=[{"product": "K", "line": "A1", "state": "possible", "launch_cost": 5, "ramp_months": 12}],
    )  # fmt: skip
    assert worth(case) == pytest.approx(100 - 5 - 2)
    assert solve(case, gap=0).npv == pytest.approx(100 - 5 - 2)


def test_cash_that_runs_out_is_borrowed_or_ends_the_plan() -> None:
    plants: Rows = [{"plant": "A", "country": "JP", "fixed_cost": 110}]
    owner = {"company": "Me", "role": "owner", "opening_cash": 15, "liquidity_floor": 0, "revolver_rate": 0.1, "revolver_limit": 20}
    assert worth(tiny(1, plants=plants, companies=[owner])) == pytest.approx(-10)
    assert worth(tiny(2, plants=plants, companies=[owner])) == pytest.approx(-20 - 5 / 0.9 * 0.1)
    assert worth(tiny(2, plants=plants, companies=[{**owner, "revolver_limit": 4}])) is None


def test_a_term_is_used_when_it_pays_and_the_supplier_is_left_whole() -> None:
    """300 of material a year at 73 days is 60 owed; 73 days more at 10 % cost 6, and keep the cash above its floor."""
    group = {"supplier": "S", "share": 1, "days_now": 73, "capital_rate": 0.1, "payables_now": 60}
    term = {"term": "T", "supplier": "S", "extra_days": 73, "price": 0.1, "agreed": "agreed"}
    owner = {"company": "Me", "role": "owner", "opening_cash": 0, "liquidity_floor": 30}
    base: dict[str, Rows] = {"suppliers": [group], "companies": [owner]}
    assert worth(tiny(1, **base, term_offers=[term])) == pytest.approx(-6.0 - 60.0)
    for change in ({"agreed": "asked"}, {"price": 0.09}, {"from_date": "2026-02-01"}, {"until_date": "2026-01-01"}):
        assert worth(tiny(1, **base, term_offers=[{**term, **change}])) is None
    capped: Rows = [{**group, "legal_cap": 100}]
    assert worth(tiny(1, suppliers=capped, companies=[owner], term_offers=[term])) is None
    banked: Rows = [{**group, "financing_rate": 0.05}]
    assert worth(tiny(1, suppliers=banked, companies=[owner], term_offers=[{**term, "price": 0}])) == pytest.approx(-60.0)


def test_a_priced_policy_costs_its_miss_and_a_hard_one_rules() -> None:
    policy = {"policy": "P", "measure": "makes", "sense": ">=", "value": 25_000}
    assert worth(tiny(1, policies=[{**policy, "kind": "priced", "price": 0.001}])) == pytest.approx(-5.0)
    assert worth(tiny(1, policies=[policy])) is None
    closed = {"policy": "P", "measure": "closures", "sense": "=", "value": 1}
    assert worth(tiny(2, policies=[closed])) == pytest.approx(-20.0)


def test_the_same_seed_is_the_same_case() -> None:
    assert [random_case(7).digest, random_case(8).digest] == [random_case(7).digest, random_case(8).digest]
    assert random_case(7).digest != random_case(8).digest


def test_every_choice_is_different() -> None:
    """No discrete plan is tried twice."""
    for seed in range(5):
        seen = [repr(combo) for combo in choices(Facts(random_case(seed)))]
        assert len(seen) == len(set(seen))
