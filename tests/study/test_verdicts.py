"""Verdicts: read, looked up in a plan, forced on the model; true and not true are complements."""

import math

import pytest

from brownfield.errors import CaseError
from brownfield.files import read_case
from brownfield.plan.rules import broken
from brownfield.solve import Outcome, solve
from brownfield.study.reading import read_verdict
from brownfield.study.solves import Solves, Task
from brownfield.study.verdicts import SITES, Forced, holds, plants_of
from tests.oracle.facts import Facts
from tests.oracle.program import INF
from tests.oracle.random_case import random_case
from tests.plan.works import case as works
from tests.plan.works import plan as works_plan
from tests.study.test_frontier import Brute


@pytest.fixture(scope="module")
def tiny(root):
    return read_case(root / "examples" / "tiny")


def of_everything(case):
    """Verdicts of every kind about what a case has."""
    last = case.calendar.names[-1]
    for plant in plants_of(case):
        yield from (f"plant {plant} {state} in {last}" for state in SITES)
        yield f"plant {plant} shared"
    yield from (f"offer {offer} accepted" for offer in case.active("offers")["offer"])
    yield from (f"product {product} made at {plants_of(case)[0]}" for product in case.active("products")["product"][:2])


def faults(case, free, text):
    """Where the best plans with and without a verdict are not what they should be: one of them is the best plan, each keeps to it."""
    verdict, worth, found = read_verdict(case, text), {}, []
    for truth in (True, False):
        outcome = Solves(gap=0.0).solve(Task.forced(case, verdict, truth))
        worth[truth] = outcome.npv if outcome.has_plan else -math.inf
        if outcome.has_plan:
            found += [f"{text} {truth}: {one.sentence}" for one in broken(case, outcome.plan)]
            if verdict.kind != "npv" and holds(verdict, outcome) != truth:  # a worth of exactly X is both
                found.append(f"{text} {truth}: does not hold of the plan")
    best = pytest.approx(free.npv, rel=1e-6, abs=1e-3)
    return found + [f"{text}: {worth}" for one in (max(worth.values()), worth[holds(verdict, free)]) if one != best]


@pytest.mark.parametrize("seed", range(3))
def test_forced_true_and_false_are_complements_and_hold(seed):
    case = random_case(seed)
    free = solve(case, gap=0)
    assert [fault for text in of_everything(case) for fault in faults(case, free, text)] == []


@pytest.mark.parametrize("text", ["headcount at least 650", "headcount at least 200 at Coro", "npv at least 70", "not plant Alba open"])
def test_numbers_are_complements_but_for_what_is_documented(tiny, text):
    assert faults(tiny, solve(tiny, gap=0), text) == []


@pytest.mark.parametrize("seed", (5, 16, 17, 18, 22, 26, 29, 33, 35, 36, 38, 50))
@pytest.mark.parametrize("part", (1.15, 1.6))
def test_more_people_than_there_is_work_for_may_be_asked_for(seed, part):
    """Against the enumeration: people who are hired for no work are paid, and they are no reason to call a plan impossible."""
    case = random_case(seed)
    facts = Facts(case)
    heads = part * sum(float(row.headcount) for row in facts.people.values()) + 10
    found = Solves(gap=0.0).solve(Task.forced(case, read_verdict(case, f"headcount at least {heads:.0f}"), True))
    worth = Brute(facts).best(round(heads), -INF)
    assert (found.npv is None) == (worth is None)
    if worth is not None:
        assert found.npv == pytest.approx(worth, rel=1e-6, abs=1e-5)
        assert found.plan.case_digest == case.digest and broken(case, found.plan) == []


def test_people_beyond_all_work_are_no_reason_to_call_a_plan_impossible(tiny):
    beyond = read_verdict(tiny, "headcount at least 500 at Coro")
    found = Solves(gap=0.0).solve(Task.forced(tiny, beyond, True))
    assert (found.status, holds(beyond, found)) == ("proved", True)
    with pytest.raises(ValueError, match="no room"):
        solve(tiny, gap=0, restrict=Forced(beyond))


HELD = {
    "plant South open in 2026": True, "plant South open": False, "plant South closed by 2027": True,
    "plant South closed in 2026H2": False,
    "plant West leased in 2028": True, "plant West idle in 2026H2": True, "plant Old sold in 2028": True, "plant Old closed": False,
    "plant North shared in 2027": True, "plant North shared in 2029": False, "offer Host accepted in 2027": True,
    "offer Host accepted in 2026": False, "offer Host accepted by 2028": True, "product Hare made at East in 2026": False,
    "product Hare made at East": True, "headcount at least 60 at East in 2028": True, "headcount at least 61 at East in 2028": False,
    "not plant South open": True, "not plant South not open": False,
}  # fmt: skip


def outcome_of(plan):
    """An outcome with a plan that nobody looked for."""
    return Outcome(works(), "feasible", plan, None, 1.0, None, None, None, 0.0, 0.0, "proof")


@pytest.mark.parametrize("text", HELD)
def test_what_holds_of_a_plan_written_by_hand(text):
    by_hand = outcome_of(works_plan())
    assert holds(read_verdict(works(), text), by_hand) == HELD[text]
    assert holds(read_verdict(works(), text).opposite, by_hand) != HELD[text]


WRONG = {
    "": ("BF080", 1), "plant": ("BF080", 6), "factory North open": ("BF080", 1), "plant Nroth open": ("BF081", 7),
    "plant North opne": ("BF080", 13), "plant North open in": ("BF080", 20), "plant North open in 2035": ("BF082", 21),
    "plant North open in 2027 please": ("BF080", 26), "plant Alien open": ("BF081", 7), "offer Hsot accepted": ("BF081", 7),
    "product Fox made at Nowhere": ("BF081", 21), "headcount at least many": ("BF080", 20), "headcount at least nan": ("BF080", 20),
    "npv at most 3": ("BF080", 8),
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_an_error_says_at_which_letter(text):
    with pytest.raises(CaseError) as caught:
        read_verdict(works(), text)
    problem = caught.value.problems[0]
    assert (problem.code, problem.where.column) == (WRONG[text][0], f"from letter {WRONG[text][1]}")


def test_near_names_are_suggested():
    with pytest.raises(CaseError, match="did you mean 'North'"):
        read_verdict(works(), "plant Nroth open")


def test_names_may_be_cut_short_quoted_or_of_several_words(tiny):
    full = read_verdict(tiny, "offer Volt at Coro accepted")
    assert read_verdict(tiny, "offer volt accepted") == full
    assert read_verdict(tiny, 'offer "Volt at Coro" is accepted') == full
    assert read_verdict(tiny, "plant alba open").name == "Alba"


def test_a_verdict_reads_as_a_sentence_both_ways(tiny):
    verdict = read_verdict(tiny, "plant Alba not open in 2027")
    assert str(verdict) == "not plant Alba open in 2027"
    assert (verdict.sentence(), verdict.sentence(False)) == ("Alba is not open in 2027", "Alba is open in 2027")
    assert read_verdict(tiny, str(verdict)) == verdict


def test_nothing_holds_without_a_plan():
    with pytest.raises(ValueError, match="no plan"):
        holds(read_verdict(works(), "plant North open"), outcome_of(None))
