"""Deals on the tiny case, whose numbers are worked out by hand in its README."""

from dataclasses import replace
from pathlib import Path

import pytest

from brownfield.case.case import Case
from brownfield.case.tables import Offer
from brownfield.errors import CaseError
from brownfield.files import read_case
from brownfield.solve import solve
from brownfield.study.deal import Deal, deal
from brownfield.study.deal_cases import frame_of, with_terms
from brownfield.study.deal_coalitions import coalitions
from brownfield.study.deal_terms import as_reservation
from brownfield.study.solves import Solves

TINY = Path(__file__).parents[2] / "examples" / "tiny"
ANNUITY = 1 / 1.05**3 + 1 / 1.05**5
"""Worth today of a euro in 2027 and one in 2028."""
PER_FEE = 0.0072 * ANNUITY
"""What a euro more for each car brings, in millions: 7,200 cars a year."""


def tiny(car_value: float = 2500, alternatives: tuple[dict[str, object], ...] = (), rate: float | None = None, state: bool = False) -> Case:
    """The tiny case with the guest's side, and its discount rate if it has one of its own."""
    case = read_case(TINY)
    case = case.with_table("guest_values", frame_of("guest_values", [{"offer": "Volt at Coro", "car_value": car_value}]))
    rows = [{"company": "Voltera", "product": "Volt", **row} for row in alternatives]
    case = case.with_table("alternatives", frame_of("alternatives", rows))
    companies: list[dict[str, object]] = [
        {"company": "Brava", "role": "owner"},
        {"company": "Voltera", "role": "guest", "discount_rate": rate},
    ]
    if state:
        companies.append({"company": "Region", "role": "state", "discount_rate": 0.1025})
    return case.with_table("companies", frame_of("companies", companies))


def one_sided() -> Case:
    """The tiny case, which says nothing of the guest's side."""
    return read_case(TINY).with_table("guest_values", frame_of("guest_values", []))


IMPORT = {"alternative": "Import", "cost_per_car": 1600}


def struck(case: Case, **options: object) -> Deal:
    return deal(case, "volt", solves=Solves(gap=0.0, workers=1), **{"volumes": 0, **options})  # type: ignore[arg-type]


def offer_of(case: Case) -> Offer:
    return case.rows(Offer)[0]


@pytest.fixture(scope="module")
def found() -> Deal:
    return struck(tiny(alternatives=(IMPORT,)), volumes=3)


def test_the_host_needs_what_staying_open_costs_more_than_closing(found: Deal) -> None:
    """Coro loses 6 a year or costs 10.8 to close; the guest brings its fees and 1.0 a year, less 2.88 to build and 2.0 of the launch."""
    stays = 6 * (1 / 1.05 + ANNUITY) + 2 / 1.05 - (1 - 2.88) * ANNUITY
    assert found.host.best == pytest.approx((stays - 10.8 / 1.05) / PER_FEE, rel=1e-7)
    assert found.host.exact


def test_the_guest_pays_what_its_alternative_costs(found: Deal) -> None:
    """A car imported costs 1,600 (2,500 a car are earned in any case); hosted cars cost the fee, 1.0 a year and 3.0 of the launch."""
    paid = (1600 * PER_FEE - ANNUITY - 3 / 1.05) / PER_FEE
    assert found.guest is not None
    assert found.guest.best == pytest.approx(paid, rel=1e-7)
    assert found.zone == "open"


def test_a_guest_without_alternative_pays_all_it_earns() -> None:
    one = struck(tiny())
    assert one.guest is not None
    assert one.guest_alone == 0.0
    assert one.guest.best == pytest.approx(2500 - (ANNUITY + 3 / 1.05) / PER_FEE, rel=1e-7)


def test_an_even_split_is_the_middle_of_the_zone_and_of_the_gain(found: Deal) -> None:
    assert found.guest is not None and found.host.best is not None and found.guest.best is not None and found.price is not None
    assert found.price == pytest.approx((found.host.best + found.guest.best) / 2, rel=1e-9)
    assert found.host_gain(found.price) == pytest.approx(found.guest_gain(found.price), rel=1e-6)


@pytest.mark.parametrize("weight", [0.0, 0.25, 1.0])
def test_the_weight_says_how_far_into_the_zone(weight: float) -> None:
    one = struck(tiny(), weight=weight)
    assert one.guest is not None and one.host.best is not None and one.guest.best is not None
    assert one.price == pytest.approx(one.host.best + weight * (one.guest.best - one.host.best), rel=1e-7)


def test_a_fee_is_not_worth_the_same_to_both_where_rates_differ() -> None:
    """The guest discounts at 21 %: the split stays in the middle of the zone, but not of the gain."""
    one = struck(tiny(rate=0.21))
    assert one.host.best is not None and one.guest is not None and one.guest.best is not None and one.price is not None
    at = one.at(one.price)
    assert at.per_host == pytest.approx(PER_FEE)
    assert at.per_guest == pytest.approx(0.0072 * (1 / 1.1**3 + 1 / 1.1**5))
    assert one.price == pytest.approx((one.host.best + one.guest.best) / 2, rel=1e-9)
    assert one.host_gain(one.price) / at.per_host == pytest.approx(float(one.guest_gain(one.price) or 0) / at.per_guest, rel=1e-6)


def test_what_the_sides_gain_together_does_not_depend_on_the_fee(found: Deal) -> None:
    """Where both discount alike a fee is a transfer: each fee shares out the same joint gain."""
    sums = [found.host_gain(fee) + float(found.guest_gain(fee) or 0.0) for fee in (0.0, 900.0, 1044.0, 3000.0)]
    assert sums == pytest.approx([sums[0]] * 4, rel=1e-9)


def test_an_empty_zone_says_by_how_much_and_what_grant_opens_it() -> None:
    case = tiny(car_value=1200, state=True)
    one = struck(case)
    assert one.zone == "empty" and one.width is not None and one.width < 0 and not one.split
    assert one.guest is not None and one.guest.best is not None
    grant = next(grant for grant in one.grants if grant.to == "Brava")
    lacking = -one.host_gain(one.guest.best)
    assert grant.amount == pytest.approx(lacking * 1.05**3, rel=1e-6)
    paid = with_terms(case, "Volt at Coro", fee_per_car=one.guest.best, price=grant.amount + 1e-3)
    outcome = solve(paid, gap=0)
    assert outcome.plan is not None
    assert outcome.plan.contracts["offer"].to_list() == ["Volt at Coro"]
    less = solve(with_terms(case, "Volt at Coro", fee_per_car=one.guest.best, price=grant.amount - 1e-3), gap=0)
    assert less.plan is not None
    assert less.plan.contracts.is_empty()


@pytest.mark.parametrize(("take", "pay"), [(0.9, 0.7), (0.9, 1.0), (0.5, 0.7), (0.7, 0.0), (0.0, 0.6)])
def test_take_or_pay_is_a_reservation_of_capacity(take: float, pay: float) -> None:
    terms = {"expected_take": take, "take_or_pay": pay, "volume_min": 8000.0, "volume_max": 8000.0, "fee_per_car": 1500.0}
    case = with_terms(read_case(TINY), "Volt at Coro", **terms)
    one, other = solve(case, gap=0), solve(as_reservation(case, offer_of(case)), gap=0)
    assert one.npv is not None and other.npv is not None
    assert one.npv == pytest.approx(other.npv, rel=1e-9)


def test_the_map_is_a_deal_at_each_place(found: Deal) -> None:
    """A volume and a take-or-pay share of the map have the prices that a deal on those terms has."""
    assert found.map is not None and found.map.volumes == (5000.0, 6500.0, 8000.0)
    place = found.map.cells[found.map.shares.index(1.0)][1]
    case = with_terms(tiny(alternatives=(IMPORT,)), "Volt at Coro", volume_min=6500.0, volume_max=6500.0, take_or_pay=1.0)
    case = case.with_table("guest_values", frame_of("guest_values", [{"offer": "Volt at Coro", "car_value": 2500, "cars_wanted": 7200}]))
    one = struck(case)
    assert place.host is not None and place.guest is not None and one.guest is not None
    assert place.host.best == pytest.approx(one.host.best, rel=1e-7)
    assert place.guest.best == pytest.approx(one.guest.best, rel=1e-7)


def test_who_gains_adds_up(found: Deal) -> None:
    by = {(gain.role, gain.measure): gain for gain in found.gains}
    assert by["workforce", "years of work"].change == pytest.approx(3 * 220)
    assert by["owner", "NPV"].change == pytest.approx(found.host_gain(float(found.price or 0)), rel=1e-7)
    assert by["guest", "NPV"].change == pytest.approx(found.guest_gain(float(found.price or 0)), rel=1e-7)


def test_only_one_side_is_known() -> None:
    one = struck(one_sided())
    assert one.zone == "unknown" and one.guest is None and one.host.exact
    assert "guest_values" in one.notes[0]


def test_a_gap_makes_an_interval() -> None:
    """With a gap of a tenth of gross value the interval is wide, and the exact price lies in it."""
    exact, rough = struck(tiny()), deal(tiny(), "volt", solves=Solves(gap=0.1, workers=1), volumes=0)
    assert rough.host.low is not None and rough.host.high is not None and exact.host.best is not None
    assert rough.host.low <= exact.host.best + 1e-6 and rough.host.high >= exact.host.best - 1e-6


def test_nothing_proved_is_an_open_interval(found: Deal) -> None:
    from brownfield.study.deal_prices import host_price

    unproved = [replace(one, bound=None) for one in found.found]
    price = host_price(unproved, replace(found.alone, bound=None), None, 0.0, cash=False)
    assert price.best == found.host.best and price.low is None and price.high is None


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [("vlot at coro", "BF090", "did you mean 'Volt at Coro'"), ("", "BF090", "an offer of the case"), ("a", "BF090", "Volt")],
)
def test_an_offer_that_is_not_there(name: str, code: str, says: str) -> None:
    case = tiny()
    if name == "a":
        rows = [offer_of(case).model_dump(), offer_of(case).model_dump() | {"offer": "Volt again"}]
        case = case.with_table("offers", frame_of("offers", rows))
    with pytest.raises(CaseError) as error:
        struck_named(case, name)
    assert error.value.problems[0].code == code
    assert says in str(error.value)


def struck_named(case: Case, name: str) -> Deal:
    return deal(case, name, solves=Solves(gap=0.0, workers=1), volumes=0)


def test_an_offer_that_nobody_can_take_up() -> None:
    case = tiny()
    routes = case.table("routes")
    with pytest.raises(CaseError) as error:
        struck(case.with_table("routes", routes.filter(routes["product"] != "Volt")))
    assert error.value.problems[0].code == "BF091"


def test_an_offer_that_is_switched_off() -> None:
    case = with_terms(tiny(), "Volt at Coro", status="exclude")
    with pytest.raises(CaseError, match="switched off"):
        struck_named(case, "volt at coro")


PLANT = {"alternative": "Own plant", "kind": "own plant", "cost_per_car": 500, "opening_cost": 5, "fixed_cost": 0.5}
GRANT = {"offer": "Region for Coro", "kind": "grant", "company": "Region", "plant": "Coro", "fixed_fee": 0.5, "people_min": 200}


@pytest.mark.parametrize("alternatives", [(), (IMPORT,), (PLANT,)], ids=["none", "import", "own plant"])
def test_all_together_are_worth_no_less_than_each_alone(alternatives: tuple[dict[str, object], ...]) -> None:
    found = coalitions(tiny(alternatives=alternatives), ["volt"], Solves(gap=0.0, workers=1))
    assert found.surplus is not None and found.surplus >= -1e-6
    assert sum(found.shapley.values()) == pytest.approx(found.worth[found.everybody])


def test_what_the_offer_brings_both_is_what_they_could_gain_as_one(found: Deal) -> None:
    """The offer's terms waste nothing here: both gains together are the surplus, and an even split is the Shapley share."""
    joint = coalitions(tiny(alternatives=(IMPORT,)), ["volt"], Solves(gap=0.0, workers=1))
    price = float(found.price or 0.0)
    gains = found.host_gain(price) + float(found.guest_gain(price) or 0.0)
    assert joint.surplus == pytest.approx(gains, rel=1e-7)
    assert joint.shapley["Brava"] == pytest.approx(float(found.alone.npv or 0.0) + found.host_gain(price), rel=1e-7)


def test_owner_guest_and_state_share_the_joint_gain() -> None:
    """A grant that the deal brings is a loss of the state: the three changes add up to what is gained as one without any grant."""
    case = tiny(alternatives=(IMPORT,), state=True)
    rows = [offer_of(case).model_dump(), frame_of("offers", [GRANT]).row(0, named=True)]
    one = struck(case.with_table("offers", frame_of("offers", rows)))
    by = {gain.role: gain.change for gain in one.gains if gain.measure in ("NPV", "grants paid")}
    assert by["state"] < -0.5
    joint = coalitions(case, ["volt"], Solves(gap=0.0, workers=1))
    assert sum(by.values()) == pytest.approx(joint.surplus, rel=1e-6)


def rivals() -> Case:
    """Two guests who want the same line, one of which earns more with a car."""
    case = tiny()
    offer = offer_of(case).model_dump()
    other = offer | {"offer": "Watt at Coro", "company": "Wattco", "product": "Watt", "fee_per_car": 900}
    frames = {
        "offers": [offer, other],
        "companies": [{"company": "Brava", "role": "owner"}, *({"company": name, "role": "guest"} for name in ("Voltera", "Wattco"))],
        "guest_values": [{"offer": "Volt at Coro", "car_value": 2500}, {"offer": "Watt at Coro", "car_value": 1500}],
        "products": [*case.table("products").iter_rows(named=True), {"product": "Watt", "company": "Wattco"}],
        "routes": [*case.table("routes").iter_rows(named=True), {**_route(case), "product": "Watt"}],
        "lines": [row | ({"jph": 8.5} if row["line"] == "Coro line" else {}) for row in case.table("lines").iter_rows(named=True)],
    }
    for name, rows in frames.items():
        case = case.with_table(name, frame_of(name, rows))
    return case


def _route(case: Case) -> dict[str, object]:
    return next(row for row in case.table("routes").iter_rows(named=True) if row["product"] == "Volt")


def test_a_rival_raises_what_the_owner_asks_for() -> None:
    """With another offer there to be taken up, the owner gives more up: its reservation price is no lower."""
    case = rivals()
    with_it = deal(case, "volt", solves=Solves(gap=0.0, workers=1), volumes=0)
    alone = deal(with_terms(case, "Watt at Coro", status="exclude"), "volt", solves=Solves(gap=0.0, workers=1), volumes=0)
    assert with_it.host.best is not None and alone.host.best is not None
    assert with_it.host.best >= alone.host.best - 1e-6
    found = coalitions(case, ["volt", "watt"], Solves(gap=0.0, workers=1))
    worth = {members: value for members, value in found.worth.items() if value is not None}
    assert len(worth) == 7
    for one in worth:
        for other in worth:
            if not one & other:
                assert worth[one | other] >= worth[one] + worth[other] - 1e-6


def test_the_guest_s_side_must_be_known_to_look_at_all_together() -> None:
    with pytest.raises(CaseError) as error:
        coalitions(one_sided(), ["volt"], Solves(gap=0.0, workers=1))
    assert error.value.problems[0].code == "BF095"
