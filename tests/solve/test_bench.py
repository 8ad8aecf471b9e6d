"""The benchmark measures what it says: runs are told in full, and nothing wrong passes its report in silence."""

import json
import math

import pytest

from benchmarks.solver import SUITES, key, measure, read
from benchmarks.solver_report import groups, mean, page

ENGINES = ["brownfield", "highs-naive"]


def record(engine="brownfield", curve=((1.0, None, 110.0), (5.0, 90.0, 100.0), (9.0, 99.0, 99.5)), worth=99.0, **more):
    """The result of a run on a tiny case, made up."""
    job = {"engine": engine, "plants": 3, "products": 5, "quarters": 4, "seed": 1, "seconds": 20.0, "gap": 0.0001}
    checked = {"worth": worth, "gross": 1000.0, "broken": 0}
    told = {"job": job, "digest": "d", "ended": "time", "curve": [list(point) for point in curve], "checked": checked}
    return told | {"peak_megabytes": 1.0} | more


def runs(*records):
    return [run for group in groups(list(records)) for case in group.cases.values() for run in case]


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """The smallest case through two engines, each in a process of its own."""
    out = tmp_path_factory.mktemp("bench") / "results.jsonl"
    jobs = list(SUITES["tiny"].jobs(ENGINES, seeds=1))
    measure(jobs, out)
    return read(out)


def test_a_run_tells_everything(measured):
    assert [found["job"]["engine"] for found in measured] == ENGINES
    for found in measured:
        assert found["ended"] == "reached" and found["took"] > 0 and found["peak_megabytes"] > 10
        assert found["checked"]["broken"] == 0 and found["size"]["columns"] > 100
        seconds, plans, bounds = zip(*found["curve"], strict=True)
        assert list(seconds) == sorted(seconds)
        assert [plan for plan in plans if plan is not None] == sorted(plan for plan in plans if plan is not None)
        assert plans[-1] == pytest.approx(found["checked"]["worth"], rel=1e-6)
        assert bounds[-1] - plans[-1] <= 1e-4 * found["checked"]["gross"]


def test_engines_are_measured_on_the_same_case_and_agree(measured):
    assert len({found["digest"] for found in measured}) == 1
    one, other = (found["checked"] for found in measured)
    assert one["worth"] == pytest.approx(other["worth"], abs=1e-4 * one["gross"])
    assert [run.faults for run in runs(*measured)] == [[], []]


def test_time_to_a_gap_is_read_from_the_curve():
    (run,) = runs(record())
    assert (run.to(2.0), run.to(1.0), run.to(0.05), run.to(0.04)) == (5.0, 5.0, 9.0, math.inf)
    assert run.gap == pytest.approx(0.05)
    late = record(curve=((22.0, 99.0, 99.0),))
    assert runs(late)[0].to(1.0) == math.inf


def test_the_best_plan_of_any_engine_is_what_gaps_are_measured_against():
    ours, theirs = runs(record(), record("highs-naive", worth=99.4, curve=((2.0, 99.4, 120.0),)))
    assert ours.best == theirs.best and ours.best.worth == 99.4
    assert ours.off(99.0) == pytest.approx(-0.04)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (record(curve=((1.0, 90.0, 95.0),)), "WRONG BOUND 95.0000, below a plan worth 99.4000"),
        (record(worth=80.0), "claims a plan worth 99.0000; the books make it 80.0000"),
        (record(checked={"worth": 99.0, "gross": 1000.0, "broken": 2}), "breaks 2 rules"),
        (record(ended="failed", curve=(), checked={}), "the run failed"),
    ],
    ids=("bound", "claim", "rules", "failure"),
)
def test_what_must_not_happen_is_told_first(wrong, words):
    records = [wrong, record("highs-naive", worth=99.4, curve=((2.0, 99.4, 120.0),))]
    faults = [fault for run in runs(*records) for fault in run.faults]
    assert len(faults) == 1 and words in faults[0]
    assert page(records, faults).index(faults[0]) < page(records, faults).index("## tiny")


def test_a_case_without_a_plan_is_left_out_and_told():
    nothing = {"digest": "e", "ended": "HighsModelStatus.kInfeasible", "checked": {}, "curve": [[3.0, None, None]]}
    other = record("highs-naive") | nothing
    other["job"] = other["job"] | {"seed": 2}
    text = page([record(), record("highs-naive"), other], [])
    assert "there is no plan: seed 2 (by HiGHS, naive model)" in text and "| 3, 5, 4, 1 |" in text and "| 3, 5, 4, 2 |" not in text
    (group,) = groups([record(), record("highs-naive", **nothing | {"digest": "d"})])
    assert [fault for run in group.every[3, 5, 4, 1] for fault in run.faults] == [
        "HiGHS, naive model, 3 x 5 x 4, seed 1, 20 s: it says that there is no plan; Brownfield has one"
    ]


def test_a_lost_case_is_marked():
    slow = record(curve=((19.0, 99.0, 99.0),))
    text = page([slow, record("highs-naive", curve=((2.0, 99.0, 99.0),))], [])
    assert "**2.0 s** | **lost** |" in text and "| 19.0 s |" in text
    assert "**lost**" not in page([slow], [])


def test_what_was_not_reached_counts_as_the_time_limit():
    assert mean([math.inf, math.inf], 20.0) == pytest.approx(20.0)
    assert mean([0.0, math.inf], 30.0) == pytest.approx(10.0)


def test_of_two_results_of_one_run_the_later_one_counts(tmp_path):
    path = tmp_path / "results.jsonl"
    path.write_text("".join(json.dumps(record(worth=worth)) + "\n" for worth in (1.0, 2.0)))
    (kept,) = read(path)
    assert kept["checked"]["worth"] == 2.0 and key(kept) == key(record())
