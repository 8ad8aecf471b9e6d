"""Plans side by side, reasons, scenarios, solves counted and not made twice, and what would have to be true."""

import math
from dataclasses import replace

import pytest

from brownfield.errors import CaseError
from brownfield.files import read_case
from brownfield.report.comparison import comparison_page, scenarios_page, why_lead, why_page
from brownfield.report.pages import as_html
from brownfield.report.scan import as_page as scan_page
from brownfield.report.scan import sheets as scan_sheets
from brownfield.solve import solve
from brownfield.study.compare import CENTS, compare
from brownfield.study.inputs import read_input
from brownfield.study.reading import read_verdict
from brownfield.study.scan import candidates, scan
from brownfield.study.scenarios import scenarios
from brownfield.study.solves import Solves, Task
from brownfield.study.why import why


@pytest.fixture(scope="module")
def tiny(root):
    return read_case(root / "examples" / "tiny")


@pytest.fixture(scope="module")
def solves():
    return Solves(gap=0.0)


def adds_up(both):
    """Every sum, to the cent."""
    assert both.cents[0] + sum(step.cents for step in both.steps) == both.cents[1]
    assert sum(step.cents for step in both.by_item()) == both.cents[1] - both.cents[0] == sum(step.cents for step in both.by_plant())
    for outcome, cents in zip((both.first, both.second), both.cents, strict=True):
        assert cents == round(math.fsum(outcome.ledger.postings["discounted"]) * CENTS)


def test_the_steps_between_two_plans_add_up_to_the_cent(tiny, solves):
    found = why(tiny, read_verdict(tiny, "plant Alba open in 2027"), solves)
    adds_up(found.comparison)
    assert {(change.kind, change.name) for change in found.comparison.changes} >= {("plant", "Alba"), ("launch", "Hatch on Brix line")}
    assert found.comparison.difference == pytest.approx(63.57915634 - 70.18276384, abs=1e-7)


def test_why_says_what_the_opposite_costs(tiny, solves):
    found = why(tiny, read_verdict(tiny, "plant Alba open in 2027"), solves)
    assert (found.truth, found.settled) == (False, True)
    assert why_lead(found) == "Alba is not open in 2027, because otherwise the best plan would be worth €6.6\u00a0million less."
    assert [found.least, found.most] == pytest.approx([6.6036075] * 2, abs=1e-6)
    text = as_html(why_page(found), tiny)
    assert "the fixed cost of plants (€19.8" in text
    assert "<script" not in text


def test_why_when_the_opposite_is_against_the_rules(tiny, solves):
    found = why(tiny, read_verdict(tiny, "plant Brix open"), solves)
    assert found.comparison is None
    assert found.settled
    assert "no plan in which Brix is not open at the end of the plan obeys every rule" in why_lead(found)
    as_html(why_page(found), tiny)


def test_scenarios_are_solved_and_compared_with_the_case_as_it_is(tiny, solves):
    found = scenarios(tiny, (), solves)
    assert found.names == ("as it is", "no guest", "Alba stays")
    assert [outcome.npv for outcome in found.outcomes] == pytest.approx([70.18276384, 69.11074530, 63.57915634], abs=1e-6)
    for pair in found.comparisons:
        adds_up(pair)
    assert found.comparisons[0].difference == 0
    assert "Voltera does not come" in as_html(scenarios_page(found), tiny)
    with pytest.raises(CaseError, match="did you mean 'no guest'"):
        scenarios(tiny, ["no gest"], solves)


def test_a_scenario_that_the_solves_cannot_tell_from_the_case_as_it_is(tiny, solves):
    found = scenarios(tiny, ["no guest", "Alba stays"], solves)
    assert "leave open" not in as_html(scenarios_page(found), tiny)
    base = replace(found.outcomes[0], bound=found.outcomes[0].npv + 0.5)
    near = replace(found.outcomes[1], bound=found.outcomes[1].npv + 2)
    pairs = (None, compare(base, near, ("as it is", "no guest")), compare(base, found.outcomes[2], ("as it is", "Alba stays")))
    said = as_html(scenarios_page(replace(found, comparisons=pairs)), tiny)
    assert "worth more or less than as it is with “no guest”." in said


def test_names_of_folders_stay_as_they_are(tiny, solves):
    one = solves.solve(Task(tiny))
    told = comparison_page(compare(one, one, ("planA", "plan-06"))).parts[-1].sentences
    assert [line.split(":")[0] for line in told] == ["planA", "plan-06"]


def test_plans_in_two_currencies_or_without_a_plan_are_not_compared(tiny, root, solves):
    one = solves.solve(Task(tiny))
    none = solves.solve(Task.forced(tiny, read_verdict(tiny, "plant Brix open"), False))
    with pytest.raises(ValueError, match="must have a plan"):
        compare(one, none)
    other = solve(read_case(root / "examples" / "giant_motor"), gap=0.1)
    with pytest.raises(ValueError, match="EUR, the other in"):
        compare(one, other)
    assert "worth the same" in comparison_page(compare(one, one)).lead


def test_no_solve_is_made_twice_and_results_come_in_the_order_asked_for(tiny):
    heard = []
    solves = Solves(gap=0.0, workers=2, on_progress=heard.append)
    verdict = read_verdict(tiny, "plant Alba open in 2027")
    tasks = [Task.forced(tiny, verdict, truth, name=str(truth)) for truth in (True, False)]
    first = solves.run([*tasks, tasks[0], Task(tiny)])
    assert (solves.made, solves.spared) == (3, 1)
    assert first[0] == first[2]
    assert first[1].npv > first[0].npv
    alone = Solves(gap=0.0, workers=1).run([*tasks, Task(tiny)])
    assert [one.npv for one in alone] == [first[0].npv, first[1].npv, first[3].npv]
    assert [one.plan.sites.equals(other.plan.sites) for one, other in zip(alone, (first[0], first[1], first[3]), strict=True)] == [True] * 3
    solves.run(tasks)
    assert (solves.made, solves.spared) == (3, 3)
    assert any(len(standing.running) == 2 for standing in heard)


def test_a_failure_in_one_solve_reaches_the_caller(tiny):
    def wrong(model):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Solves(workers=2).run([Task(tiny), Task(tiny, "wrong", wrong)])


def test_ctrl_c_ends_the_study_with_what_is_known(tiny):
    def stop(model):
        raise KeyboardInterrupt

    solves = Solves(workers=1)
    with pytest.raises(KeyboardInterrupt):
        solves.run([Task(tiny, "stop", stop)])
    solves.stopped = True
    with pytest.raises(KeyboardInterrupt):
        solves.run([Task(tiny)])


def test_the_inputs_that_flip_a_verdict_are_ranked(tiny):
    found = scan(tiny, read_verdict(tiny, "plant Coro shared"), Solves(gap=0.0), top=4)
    changes = [one.change for one in found.flips]
    assert changes == sorted(changes)
    assert len(found.flips) + len(found.stays) + len(found.unsettled) == 4
    assert found.flips[0].change < 0.1
    assert all(one.standing == "assumption" for one in (flip.given for flip in found.flips))
    assert "What would have to be true" in as_html(scan_page(found), tiny)
    assert found.estimates
    for sheet in scan_sheets(found):
        assert sheet.head[-1] == "how it is known" and all(row.cells[-1].startswith("assumption") for row in sheet.rows)


def test_every_number_that_should_rest_on_a_claim_is_looked_at(tiny):
    addresses = {one.address for one in candidates(tiny)}
    assert {"plants.Alba.closure_cost", "offers.Volt at Coro.fee_per_car", "demand.Hatch|home.cars", "case.discount_rate"} <= addresses
    assert not any(address.startswith("plants.Brix.closure_cost") for address in addresses), "it is nothing now"


ADDRESSES = {
    "plants.Nope.fixed_cost": "BF083", "nope.Alba.fixed_cost": "BF083", "plants.Alba.fixed": "BF083", "plants": "BF083", "": "BF083",
    "plants.Alba.country": "BF084", "plants.Alba.earliest_close": "BF084", "case.name": "BF083", "plants.*.opening_cost": "BF084",
}  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_is_no_number_of_the_case(tiny, address):
    with pytest.raises(CaseError) as caught:
        read_input(tiny, address)
    assert caught.value.problems[0].code == ADDRESSES[address]


def test_an_input_can_be_a_cell_a_factor_or_a_setting(tiny):
    fee = read_input(tiny, "offers.volt.fee_per_car")
    assert (fee.address, fee.now, fee.unit, fee.standing) == ("offers.Volt at Coro.fee_per_car", 960, "EUR/car", "assumption")
    assert fee.at(tiny, 1000).active("offers")["fee_per_car"].to_list() == [1000]
    scale = read_input(tiny, "demand.scale")
    assert (scale.address, scale.now, len(scale.rows)) == ("demand.*.cars", 1.0, 3)
    assert scale.at(tiny, 0.5).active("demand")["cars"].to_list() == [7500, 9000, 5000]
    rate = read_input(tiny, "case.discount_rate")
    assert rate.at(tiny, 0.2).discount_rate == 0.2
    assert scale.at(tiny, 1.0) is tiny
    with pytest.raises(CaseError):
        fee.at(tiny, -5)
