"""A status that cannot be misread, a plan that is kept, books that must agree, and what must give when nothing fits."""

import os
import signal
import subprocess
import sys
import threading

import numpy as np
import polars as pl
import pytest

from brownfield.case.case import Case
from brownfield.errors import LedgerError
from brownfield.model.data import KILO
from brownfield.plan.rules import broken
from brownfield.report.words import verdict
from brownfield.solve import solve
from brownfield.solve.progress import Watch
from brownfield.solve.run import AGREES
from tests.model.groups import group
from tests.plan.works import case, table


def with_rows(a_case, name, rows):
    return a_case.with_table(name, pl.concat([a_case.table(name), table(name, rows)]))


def test_proved_means_that_no_plan_is_better():
    outcome = solve(case(), gap=0)
    assert outcome.status == "proved" and outcome.stopped_by == "proof" and not outcome.by_clock
    assert outcome.gap_money == pytest.approx(outcome.bound - outcome.npv)
    assert outcome.gap <= AGREES
    assert outcome.npv == pytest.approx(outcome.ledger.npv)
    assert broken(outcome.case, outcome.plan) == []


def test_the_gap_is_money_over_gross_value():
    outcome = solve(case(), gap=0.5)
    assert outcome.status == "proved"
    assert outcome.gap == pytest.approx(outcome.gap_money / outcome.ledger.gross)
    assert 0 <= outcome.gap_money <= 0.5 * outcome.ledger.gross


def test_the_best_plan_lies_within_the_gap_of_every_proof():
    best = solve(case(), gap=0).npv
    for gap in (0.3, 0.1, 0.02):
        outcome = solve(case(), gap=gap)
        assert outcome.npv <= best + 1e-6 * outcome.ledger.gross
        assert outcome.bound >= best - 1e-6 * outcome.ledger.gross


def test_a_time_limit_keeps_a_checked_plan():
    outcome = solve(group(seed=1), gap=0, time_limit=3)
    assert outcome.status == "feasible" and outcome.stopped_by == "time" and outcome.by_clock
    assert outcome.gap_money > 0 and broken(outcome.case, outcome.plan) == []


def test_ctrl_c_after_the_search_keeps_the_plan(monkeypatch):
    run = sys.modules["brownfield.solve.run"]

    def asked_meanwhile(*args, plain=run.polish):
        os.kill(os.getpid(), signal.SIGINT)
        return plain(*args)

    monkeypatch.setattr(run, "polish", asked_meanwhile)
    assert solve(case(), gap=0).status == "proved"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize(("limit", "stop", "by_clock"), [(-1.0, False, True), (None, True, False), (-1.0, True, False)])
def test_whoever_is_out_of_time_by_the_clock_knows_it(limit, stop, by_clock):
    watch = Watch(np.zeros(0), 0.01, limit, stop=stop)
    assert watch.out_of_time() and watch.by_clock == by_clock
    assert not Watch(np.zeros(0), 0.01, 1e6).out_of_time()


@pytest.mark.parametrize("exact", [1, 0])
def test_a_plan_that_cannot_be_made_exact_is_told_or_replaced(exact, monkeypatch):
    """The settled plan is not exact: the one before it is shown, and where that is none either, that there was one is told."""
    run, given = sys.modules["brownfield.solve.run"], []
    monkeypatch.setattr(
        run, "polish", lambda *args, plain=run.polish: given.append(1) or (plain(*args) if len(given) == 2 * exact else None)
    )
    outcome = solve(case(), gap=0.05)
    assert len(given) == 2 and outcome.has_plan == bool(exact)
    assert outcome.reasons == (() if exact else (run.INEXACT,))
    assert exact or run.INEXACT in verdict(outcome)


def test_no_time_at_all_is_said_to_be_no_plan():
    outcome = solve(group(seed=1), gap=0, time_limit=0.0)
    assert outcome.status in ("no_plan", "feasible")
    assert (outcome.plan is None) == (outcome.status == "no_plan")


def test_ctrl_c_keeps_the_best_plan():
    sent = threading.Event()

    def press(point):
        if point.incumbent is not None and not sent.is_set():
            sent.set()
            os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    outcome = solve(group(seed=1), gap=0, time_limit=120, on_progress=press)
    assert sent.is_set() and outcome.stopped_by == "user"
    assert outcome.status == "feasible" and outcome.plan is not None
    assert signal.getsignal(signal.SIGINT) is before


def test_repeatable_solves_give_the_same_plan():
    one, other = (solve(group(seed=2), gap=0.02, repeatable=True) for _ in range(2))
    assert one.npv == other.npv
    assert all(one.plan.table(name).equals(other.plan.table(name)) for name in one.plan.tables)


def test_progress_never_gets_worse():
    points = solve(group(seed=1), gap=0.01, time_limit=6).progress
    plans = [p.incumbent for p in points if p.incumbent is not None]
    bounds = [p.bound for p in points if p.bound is not None]
    assert plans == sorted(plans) and bounds == sorted(bounds, reverse=True)
    assert all(p.bound >= p.incumbent - 1e-6 * abs(p.bound) for p in points if p.bound is not None and p.incumbent is not None)


IMPOSSIBLE = [
    {"policy": "close none", "measure": "closures", "sense": "<=", "value": "0"},
    {"policy": "lose nothing", "measure": "lost_cars", "sense": "<=", "value": "0"},
    {"policy": "keep ten trillion", "measure": "liquidity", "sense": ">=", "value": "10000000"},
]


def test_what_could_give_instead_is_said_too():
    """Somebody must stay at a plant that must close: either may give."""
    rows = [{"policy": "nobody goes", "measure": "headcount", "sense": ">=", "value": "1", "period": "2029", "scope": "plant:Old"}]
    outcome = solve(case().with_table("policies", table("policies", rows)))
    assert outcome.status == "infeasible"
    said = [c.sentence for c in outcome.conflicts] + list(outcome.reasons)
    assert any("nobody goes" in sentence for sentence in said) and any("Old cannot be closed" in sentence for sentence in said)


def test_what_must_give_is_said_in_the_words_of_the_case():
    outcome = solve(with_rows(case(), "policies", IMPOSSIBLE))
    assert outcome.status == "infeasible" and outcome.plan is None and outcome.npv is None
    policies = {c.keys.get("policy") for c in outcome.conflicts}
    assert "keep ten trillion" in policies
    assert all(c.amount > 0 and c.sentence for c in outcome.conflicts)


def test_letting_the_named_rules_give_is_enough():
    impossible = with_rows(case(), "policies", IMPOSSIBLE)
    gone = [c.keys["policy"] for c in solve(impossible).conflicts if "policy" in c.keys]
    policies = impossible.table("policies")
    status = pl.when(pl.col("policy").is_in(gone)).then(pl.lit("exclude")).otherwise(pl.col("status"))
    assert solve(impossible.with_table("policies", policies.with_columns(status.alias("status")))).status == "proved"


def test_limits_give_when_promises_are_not_enough():
    """A plant that must be leased out of people faster than people may go."""
    rows = [{"policy": "no people", "measure": "headcount", "sense": "<=", "value": "0", "period": "2026H1"}]
    outcome = solve(with_rows(case(), "policies", rows))
    assert outcome.status == "infeasible" and outcome.conflicts


def test_books_that_disagree_fail_loudly(monkeypatch):
    import sys

    run = sys.modules["brownfield.solve.run"]
    honest = run.keep_books

    def crooked(a_case, plan):
        ledger = honest(a_case, plan)
        object.__setattr__(ledger, "npv", ledger.npv * (1 + 1e-4) + 1)
        return ledger

    monkeypatch.setattr(run, "keep_books", crooked)
    with pytest.raises(LedgerError, match="not shown"):
        solve(case())


def test_a_plan_that_breaks_a_rule_is_not_shown(monkeypatch):
    import sys

    run = sys.modules["brownfield.solve.run"]
    honest = run.plan_of
    monkeypatch.setattr(run, "plan_of", lambda model, x: honest(model, np.where(model.program.integer_columns(), x, x * (1 + 1e-3))))
    with pytest.raises(LedgerError):
        solve(case())


def test_a_bound_only_falls_and_infinite_ones_are_no_bounds():
    watch = Watch(np.zeros(1), 0.01, None)
    for bound in (np.inf, 5.0, 7.0, -1e200, 4.0):
        watch.bounded(bound)
    assert watch.bound == 4.0


def test_an_empty_market_is_still_a_plan():
    quiet = case()
    outcome = solve(Case(quiet.settings, {**quiet.tables, "demand": quiet.table("demand").clear()}), gap=0)
    assert outcome.status in ("proved", "infeasible")


def test_a_study_may_ask_for_the_best_plan_of_a_kind():
    small = group(2, plants=3, products=5, markets=2)
    free = solve(small, gap=0)
    half = 0.5 * free.plan.makes["cars"].sum()

    def not_as_many(model):
        program = model.program
        row = program.rows("less_made", {}, -np.inf, half / KILO)
        program.terms(row, model.decisions.makes, 1.0)

    def never(model):
        program = model.program
        program.terms(program.rows("never", {}, 1.0, 1.0), model.decisions.open, 0.0)

    forced = solve(small, gap=0, restrict=not_as_many)
    assert forced.status == "proved"
    assert forced.npv < free.npv
    assert forced.plan.makes["cars"].sum() <= half * (1 + 1e-6)
    none = solve(small, gap=0, restrict=never)
    assert (none.status, none.plan) == ("infeasible", None)


def test_a_program_that_has_used_highs_with_other_threads_can_still_solve(root):
    """HiGHS has one set of threads in a process: without care every solve of ours would end without a plan."""
    code = """if True:
        import sys
        import highspy
        from brownfield import read_case, solve
        theirs = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 3)):
            theirs.setOptionValue(option, value)
        theirs.addVar(0, 1)
        assert theirs.run() == highspy.HighsStatus.kOk
        for gap in (0.01, 0.0):
            outcome = solve(read_case(sys.argv[1]), gap=gap)
        print(outcome.status, round(outcome.npv, 6))"""
    ended = subprocess.run([sys.executable, "-c", code, str(root / "examples" / "tiny")], capture_output=True, text=True, check=False)
    assert (ended.stdout.split(), ended.stderr) == (["proved", "70.182764"], "")
