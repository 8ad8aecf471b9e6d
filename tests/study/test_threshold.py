"""Thresholds: as bisection finds them, on both sides of the interval, and honest about what is not settled."""

import math
import random
from dataclasses import replace
from itertools import pairwise

import highspy
import pytest

from brownfield.case.changes import changed
from brownfield.case.edits import Edit
from brownfield.errors import LedgerError
from brownfield.files import read_case
from brownfield.model.assemble import assemble
from brownfield.report.threshold import as_page, between
from brownfield.study.inputs import read_input
from brownfield.study.reading import read_verdict
from brownfield.study.slopes import Line, same_but_for_worth
from brownfield.study.solves import Solves
from brownfield.study.threshold import threshold
from brownfield.study.trials import Known, Side, Trial
from brownfield.study.verdicts import Forced
from tests.model.groups import group

CASES = 100
STEPS = 12


@pytest.fixture(scope="module")
def tiny(root):
    return read_case(root / "examples" / "tiny")


def asked(case, text, address):
    return read_verdict(case, text), read_input(case, address)


class Alone:
    """W₁ and W₀ by the solver alone, another way than that of the study: one program, whose objective moves along a line."""

    def __init__(self, case, verdict, given):
        self.given = given
        ends = [assemble(given.at(case, given.low + part * (given.high - given.low))).program for part in (0.25, 0.75)]
        self.objectives = [(program.objective, program.constant) for program in ends]
        self.models = {}
        for truth in (True, False):
            self.models[truth] = assemble(case)
            Forced(verdict, truth)(self.models[truth])

    def worth(self, value, truth):
        share = ((value - self.given.low) / (self.given.high - self.given.low) - 0.25) / 0.5
        program = self.models[truth].program
        (first, one), (last, other) = self.objectives
        program.objective, program.constant = first + share * (last - first), one + share * (other - one)
        return solved(program)

    def lead(self, value):
        return self.worth(value, True) - self.worth(value, False)


def solved(program):
    """The best worth of a program, without anything of the study."""
    solver = highspy.Highs()
    for option, wanted in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0), ("mip_abs_gap", 1e-9)):
        solver.setOptionValue(option, wanted)
    program.pass_to(solver)
    solver.run()
    proved = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return solver.getInfo().objective_function_value if proved else -math.inf


def lead(case, verdict, given, value):
    """By how much W₁ is more than W₀, each program assembled anew."""
    worth = {}
    for truth in (True, False):
        model = assemble(given.at(case, value))
        Forced(verdict, truth)(model)
        worth[truth] = solved(model.program)
    return worth[True] - worth[False]


def drawn(seed):
    """A small group, a verdict about one of its plants, and an input that moves money alone."""
    rng = random.Random(seed)
    case = group(seed, plants=2, products=2, markets=1, periods=("2 years",))
    plant = rng.choice(["P0", "P1"])
    column = rng.choice(["plants.{}.fixed_cost", "plants.{}.closure_cost", "people.{}.cost_per_head", "people.{}.redundancy_cost"])
    return case, *asked(case, f"plant {plant} open in {rng.choice(['2026', '2027'])}", column.format(plant))


def test_newton_finds_what_bisection_finds():
    flipped = 0
    for seed in range(CASES):
        case, verdict, given = drawn(seed)
        found = threshold(case, verdict, given, Solves(gap=0.0), most=8)
        assert found.method == "newton"
        if found.status != "flips":
            continue
        flipped += 1
        low, high = found.known.pair(given.now)
        a, b, alone = low.value, high.value, Alone(case, verdict, given)
        for _ in range(STEPS):
            middle = (a + b) / 2
            a, b = (middle, b) if (alone.lead(middle) > 0) == low.state else (a, middle)
        slack = 1e-9 * (1 + abs(b))
        assert a <= found.high + slack
        assert b >= found.low - slack
    assert flipped >= 10


def test_w_is_convex_and_monotone_on_the_way(tiny):
    for text, address, sign in [
        ("plant Coro shared", "offers.volt.fee_per_car", 1),
        ("plant Alba open in 2027", "plants.Alba.closure_cost", -1),
        ("plant Alba open in 2027", "routes.Hatch|Brix line.launch_cost", -1),
    ]:
        found = threshold(tiny, *asked(tiny, text, address), Solves(gap=0.0))
        found.known.check()
        for truth in (True, False):
            sides = [trial.side(truth) for trial in found.known.trials]
            assert all(sign * side.line.slope >= -1e-9 for side in sides)
            assert all(sign * (other.low - one.low) >= -1e-6 for one, other in pairwise(sides))
            slopes = [side.line.slope for side in sides]
            assert all(other >= one - 1e-9 for one, other in pairwise(slopes))


def test_the_fee_at_which_the_guest_is_worth_having(tiny):
    """The guest is worth 1.07 million at 960 a car, and each euro of the fee 7,200 paid cars in two years."""
    verdict, given = asked(tiny, "plant Coro shared", "offers.volt.fee_per_car")
    found = threshold(tiny, verdict, given, Solves(gap=0.0))
    slope = 7200 / 1e6 * (1 / 1.05**3 + 1 / 1.05**5)
    expected = 960 - (70.18276384 - 69.11074530) / slope
    assert found.low <= expected <= found.high
    assert found.status == "flips"
    assert found.above is True
    assert found.verified
    assert found.solves <= 6
    assert found.change == pytest.approx(1 - expected / 960, abs=1e-4)


def test_a_gap_widens_the_interval_and_never_moves_the_flip_out_of_it(tiny):
    verdict, given = asked(tiny, "plant Alba open in 2027", "plants.Alba.closure_cost")
    sharp = threshold(tiny, verdict, given, Solves(gap=0.0))
    rough = threshold(tiny, verdict, given, Solves(gap=0.05))
    assert rough.low <= sharp.low + 1e-6
    assert sharp.high <= rough.high + 1e-6


def test_an_input_that_cannot_flip_the_verdict_says_what_it_rests_on(tiny):
    rules = threshold(tiny, *asked(tiny, "plant Brix open", "offers.volt.fee_per_car"), Solves(gap=0.0))
    assert rules.status == "rules"
    assert "rests on its rules" in " ".join(as_page(rules).parts[0].sentences)
    stays = threshold(tiny, *asked(tiny, "plant Alba open in 2027", "plants.Coro.fixed_cost"), Solves(gap=0.0))
    assert (stays.status, stays.proved, stays.low, stays.high) == ("stays", True, None, None)
    assert "The opposite would cost €6.6" in " ".join(as_page(stays).parts[0].sentences)


def test_where_nothing_is_proved_the_interval_is_open(tiny, monkeypatch):
    """Solves that end without a bound, as a time limit can make them."""
    from brownfield.study import fanout as room

    real = room.solve

    def cut_short(case, **options):
        return replace(real(case, **options), bound=None, gap=None, gap_money=None, status="feasible", stopped_by="time", by_clock=True)

    monkeypatch.setattr(room, "solve", cut_short)
    found = threshold(tiny, *asked(tiny, "plant Coro shared", "offers.volt.fee_per_car"), Solves(gap=0.0), most=8)
    assert (found.status, found.now, found.low, found.high) == ("open", None, None, None)
    assert "not settled" in as_page(found).lead


def test_an_input_that_changes_what_is_possible_is_bracketed(tiny):
    verdict, given = asked(tiny, "plant Alba open in 2027", "demand.Hatch.cars")
    found = threshold(tiny, verdict, given.between(15000, 40000), Solves(gap=0.0), most=16)
    assert found.method == "bracketing"
    assert found.status == "flips"
    assert lead(tiny, verdict, given, found.low) < 0 < lead(tiny, verdict, given, found.high)


def test_a_worth_is_asked_for_with_one_solve_a_value(tiny):
    verdict, given = asked(tiny, "npv at least 75", "offers.volt.fee_per_car")
    found = threshold(tiny, verdict, given, Solves(gap=0.0))
    slope = 7200 / 1e6 * (1 / 1.05**3 + 1 / 1.05**5)
    assert found.low <= 960 + (75 - 70.18276384) / slope <= found.high
    assert found.solves == len(found.known.trials)


def test_whole_inputs_end_at_neighbours(tiny):
    policy = {"policy": "few", "measure": "closures", "sense": ">=", "value": 0.0}
    from tests.plan.works import table

    case = tiny.with_table("policies", table("policies", [policy]))
    found = threshold(case, *asked(case, "plant Coro open", "policies.few.value"), Solves(gap=0.0))
    assert (found.low, found.high, found.above) == (1.0, 2.0, False)


def test_the_range_ends_where_the_case_does_not_pass_its_checks(tiny):
    found = threshold(tiny, *asked(tiny, "plant Alba open in 2027", "offers.volt.volume_min"), Solves(gap=0.0), most=8)
    assert found.given.high <= 8000
    assert found.cut


def test_what_moves_only_worth_is_told_from_what_moves_more(tiny):
    assert same_but_for_worth(tiny, read_input(tiny, "offers.volt.fee_per_car"))
    assert not same_but_for_worth(tiny, read_input(tiny, "lines.Alba line.jph"))
    followed = changed(tiny, [Edit("companies", "Brava", "opening_cash", "set", 100.0)])
    assert not same_but_for_worth(followed, read_input(followed, "offers.volt.fee_per_car"))


def test_a_plan_above_a_proved_limit_is_a_defect():
    line = Line(0.0, 10.0, 1.0)
    low = Trial(0.0, Side(10.0, 10.0, None, line), Side(0.0, 0.0), 1e-6)
    high = Trial(5.0, Side(12.0, 12.0, None, Line(5.0, 12.0, 1.0)), Side(0.0, 0.0), 1e-6)
    with pytest.raises(LedgerError, match="defect"):
        Known((low, high), convex=True).check()
    Known((low, high), convex=False).check()


def test_an_interval_is_written_rounded_outwards(tiny):
    verdict, given = asked(tiny, "plant Coro shared", "offers.volt.fee_per_car")
    found = threshold(tiny, verdict, given, Solves(gap=0.0))
    words = between(replace(found, low=869.6161149, high=869.6205713))
    assert words == "between 869.61611 and 869.62058 EUR/car"
