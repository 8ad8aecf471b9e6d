"""The store: results come back exactly, whole or not at all; killed, crowded, full, newer and damaged."""

import math
import multiprocessing
import random
import shutil
import sqlite3
import subprocess
import time
from dataclasses import replace

import polars as pl
import pytest

from brownfield.errors import LedgerError
from brownfield.files import read_case
from brownfield.solve import Conflict, Outcome, Point, solve
from brownfield.study import stored
from brownfield.study.opened import opened
from brownfield.study.solves import Solves, Task
from brownfield.study.store import FILE, FORMAT, RESULTS, Asked, Kept, Store, StoreError
from tests.study import fan

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["brownfield.study.fanout"])
NUMBER = Asked("none", "number", {"number": 7}, "test")


@pytest.fixture(scope="module")
def tiny(root):
    return read_case(root / "examples" / "tiny")


@pytest.fixture(scope="module")
def best(tiny):
    return solve(tiny, gap=0.0)


@pytest.fixture
def store(tmp_path):
    return Store.at(tmp_path / "store")


def same(one, other):
    """Every figure and every table of two outcomes, to the last digit."""
    tables = {"plan": None, "ledger": None}
    assert replace(one, **tables) == replace(other, **tables)
    assert (one.plan is None) == (other.plan is None) and (one.ledger is None) == (other.ledger is None)
    if one.plan is not None:
        assert one.plan.case_digest == other.plan.case_digest and list(one.plan.tables) == list(other.plan.tables)
        pairs = [(one.plan.table(name), other.plan.table(name)) for name in one.plan.tables]
        pairs += [(getattr(one.ledger, name), getattr(other.ledger, name)) for name in stored.BOOKS]
        assert all(a.equals(b) and a.schema == b.schema for a, b in pairs)
        assert (one.ledger.npv, one.ledger.gross) == (other.ledger.npv, other.ledger.gross)


def test_an_outcome_comes_back_exactly(tiny, best, store):
    asked = Asked(tiny.digest, "", {"gap": 0.0})
    assert stored.lookup(store, asked, tiny) is None
    assert stored.record(store, asked, best) is best
    same(best, stored.lookup(store, asked, tiny))
    assert stored.lookup(store, replace(asked, kind="other"), tiny) is None
    assert stored.lookup(store, replace(asked, settings={"gap": 0.01}), tiny) is None
    assert stored.lookup(store, replace(asked, version="another"), tiny) is None


def test_an_outcome_without_a_plan_comes_back_exactly(tiny, store):
    conflict = Conflict("site", {"plant": "Alba"}, "Alba has to stay", 1.5, "plants")
    points = (Point(0.1, None, None), Point(0.2, None, math.inf))
    none = Outcome(tiny, "infeasible", None, None, None, None, None, None, 0.01, 0.1 + 0.2, "proof")
    none = replace(none, conflicts=(conflict,), progress=points, reasons=("because",), kept=("that",))
    none = replace(none, versions={"a": "1"}, size={"rows": 3})
    asked = Asked(tiny.digest, "none")
    stored.record(store, asked, none)
    same(none, stored.lookup(store, asked, tiny))


def test_a_solve_that_was_stopped_by_hand_is_not_kept(tiny, best, store):
    asked = Asked(tiny.digest, "")
    stored.record(store, asked, replace(best, stopped_by="user"))
    assert store.lookup(asked) is None


def test_a_plan_that_breaks_a_rule_is_not_opened(tiny, best, store):
    asked, run = Asked(tiny.digest, ""), store.begin("solve", {})
    kept = stored.as_kept(best)
    sites = kept.tables["sites"].with_columns(state=pl.lit("open"))
    store.record(asked, Kept(kept.told, {**kept.tables, "sites": sites}), tiny)
    store.note(run, asked, "", found=False)
    with pytest.raises(LedgerError, match="not what it was"):
        opened(store, run)


def test_the_case_of_a_result_is_kept_and_shared_tables_once(tiny, best, store):
    changed = replace(tiny, settings=tiny.settings.model_copy(update={"discount_rate": 0.06}))
    for case in (tiny, changed):
        store.record(Asked(case.digest, ""), Kept({}), case)
        assert store.case(case.digest).digest == case.digest
    filled = sum(frame.height > 0 for frame in tiny.tables.values())
    with sqlite3.connect(store.folder / FILE) as base:
        assert base.execute("select count(*) from frames").fetchone()[0] <= filled
    base.close()


def test_who_comes_second_gets_what_is_there(store):
    first, second = Kept({"by": 1}), Kept({"by": 2}, {"row": pl.DataFrame({"a": [1]})})
    assert store.record(NUMBER, first) is first
    assert store.record(NUMBER, second).told == {"by": 1}


def test_what_is_half_written_or_damaged_is_not_seen_and_is_made_again(store):
    frame = pl.DataFrame({"a": [1.5, None], "b": ["x", ""]})
    left = store.folder / RESULTS / NUMBER.key  # as a process leaves it that dies before it can commit
    left.mkdir()
    (left / "row.parquet").write_bytes(b"half")
    assert store.lookup(NUMBER) is None
    store.record(NUMBER, Kept({"a": 1}, {"row": frame}))
    assert store.lookup(NUMBER).tables["row"].equals(frame)
    for damage in (lambda: (left / "row.parquet").write_bytes(b"other"), lambda: shutil.rmtree(left)):
        damage()
        assert store.lookup(NUMBER) is None
        store.record(NUMBER, Kept({"a": 2}, {"row": frame}))
        assert store.lookup(NUMBER).told == {"a": 2}


def code_of(call):
    with pytest.raises(StoreError) as caught:
        call()
    assert "BF" in str(caught.value) and "nothing was solved" not in str(caught.value)
    return caught.value.problems[0].code


def test_a_store_of_a_newer_version_is_refused_and_left_alone(store):
    base = sqlite3.connect(store.folder / FILE)
    base.execute(f"pragma user_version = {FORMAT + 1}")
    base.close()
    before = (store.folder / FILE).read_bytes()
    assert code_of(lambda: Store.at(store.folder)) == "BF520"
    assert (store.folder / FILE).read_bytes() == before


def test_what_is_no_store_is_refused(tmp_path):
    file, other, foreign, damaged = (tmp_path / name for name in ("file", "other", "foreign", "damaged"))
    file.write_text("mine")
    assert code_of(lambda: Store.at(file)) == "BF521"
    other.mkdir()
    (other / "notes.txt").write_text("mine")
    assert code_of(lambda: Store.at(other)) == "BF521"
    assert [entry.name for entry in other.iterdir()] == ["notes.txt"]
    assert code_of(lambda: Store.at(tmp_path / "nowhere", make=False)) == "BF521"
    foreign.mkdir()
    base = sqlite3.connect(foreign / FILE)
    base.execute("create table mine (a)")
    base.close()
    assert code_of(lambda: Store.at(foreign)) == "BF521"
    damaged.mkdir()
    (damaged / FILE).write_bytes(b"no database at all, whatever its name may be" * 99)
    assert code_of(lambda: Store.at(damaged)) == "BF524"


def limited(folder, size, kept_count):
    """Records until a file may not grow any longer; what is there then is counted by the test."""
    import resource


    store = Store.at(folder)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    code = filled(store)
    kept_count.value = code


def filled(store):
    """Records of some hundred kilobytes until there is no room: the number of those that were kept, or -1 without a clear error."""
    noise = random.Random(1)
    for number in range(100):
        frame = pl.DataFrame({"a": [noise.random() for _ in range(4000)]})
        try:
            store.record(Asked("none", "big", {"number": number}, "test"), Kept({"text": "x" * 20_000}, {"row": frame}))
        except StoreError as error:
            return number if error.problems[0].code == "BF522" and "make room" in str(error) else -1
    return -1


def whole(store, count):
    """Exactly so many results, each of them whole, and no folder that is none."""
    kept = [store.lookup(Asked("none", "big", {"number": number}, "test")) for number in range(count + 1)]
    assert [one is not None for one in kept] == [True] * count + [False]
    assert all(one.tables["row"].height == 4000 for one in kept[:-1])
    store.record(NUMBER, Kept({"a": 1}))  # there is room again


def test_a_full_disk_is_said_and_nothing_is_lost(tmp_path):
    count = CONTEXT.Value("i", -2)
    process = CONTEXT.Process(target=limited, args=(tmp_path / "store", 300_000, count))
    process.start()
    process.join()
    assert count.value > 0
    whole(Store.at(tmp_path / "store"), count.value)


def test_a_full_disk_for_real(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=700k", "tmpfs", str(disk)], capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be mounted by root only")
    try:
        store = Store.at(disk / "store")
        count = filled(store)
        assert count > 0
        subprocess.run(["mount", "-o", "remount,size=3m", str(disk)], check=True)
        whole(store, count)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_several_processes_make_and_fill_one_store(tmp_path):
    """They begin at the same time, and half of what each records is recorded by the next one too."""
    folder = tmp_path / "store"
    many = [CONTEXT.Process(target=fan.put, args=(folder, start, 12)) for start in (0, 6, 12, 18)]
    for process in many:
        process.start()
    for process in many:
        process.join()
        assert process.exitcode == 0
    store = Store.at(folder)
    runs = store.runs()
    assert sorted(run.asked["start"] for run in runs) == [0, 6, 12, 18]
    assert all((run.state, run.made + run.found) == ("done", 12) for run in runs)
    assert sum(run.made for run in runs) == 30, "each number was recorded by one process"
    assert len(list((folder / RESULTS).iterdir())) == 30
    for run in runs:
        assert [result.told["number"] for result in store.run(run.run)[1]] == list(range(run.asked["start"], run.asked["start"] + 12))


def test_two_studies_share_one_store(tiny, tmp_path):
    """Two processes make the same study at the same time: both end with the same numbers, and nothing is there twice."""
    answers = [tmp_path / f"answer-{n}" for n in (1, 2)]
    many = [CONTEXT.Process(target=fan.study, args=(tiny, tmp_path / "store", tmp_path / f"log-{a.name}", a)) for a in answers]
    for process in many:
        process.start()
    for process in many:
        process.join()
    assert answers[0].read_text() == answers[1].read_text()
    assert len(list((tmp_path / "store" / RESULTS).iterdir())) == 4


def test_killed_fifty_times_nothing_is_lost_or_doubled(tiny, tmp_path):
    """Kill -9 at random moments; each time what was there is there, whole; what is resumed ends with the same numbers."""
    solves = Solves(gap=0.0)
    expected = "\n".join(fan.figures(solves.solve(task)) for task in fan.tasks(tiny))
    draw, kills, studies, span = random.Random(7), 0, 0, 0.0  # the first study runs to its end, to see how long it takes
    while kills < 50:
        studies += 1
        folder, log, answer = (tmp_path / f"{name}-{studies}" for name in ("store", "log", "answer"))
        known: dict[str, str] = {}
        while not answer.exists():
            process = CONTEXT.Process(target=fan.study, args=(tiny, folder, log, answer))
            begun, clock = len(log.read_text().splitlines()) if log.exists() else 0, time.monotonic()
            process.start()
            process.join(draw.uniform(0, span) if span else None)
            kills += process.is_alive()
            process.kill()
            process.join()
            known = held(folder, log, begun, known)
            span = span or time.monotonic() - clock
        assert answer.read_text() == expected
        assert len(known) == 4
    assert studies > 3


def held(folder, log, begun, known):
    """What the store holds: all that it held before, whole; and that no solve was begun again that was in it by then."""
    if not (folder / FILE).exists():
        assert not known
        return {}
    base = sqlite3.connect(folder / FILE)
    names = [name for (name,) in base.execute("select name from sqlite_master where name = 'results'")]
    rows = dict(base.execute("select key, case_digest || ' ' || kind from results")) if names else {}
    base.close()
    assert known.items() <= rows.items()
    store = Store.at(folder)
    assert all(store.result(key) is not None for key in rows)
    made = log.read_text().splitlines()[begun:] if log.exists() else []
    assert len(made) == len(set(made)) <= 4 - len(known)
    return rows


def test_a_run_is_opened_again_from_the_store_alone(tiny, best, store):
    run = store.begin("why", {"verdict": "plant Alba open"})
    solves = Solves(gap=0.0, store=store, number=run)
    solves.run([Task(tiny, name="as it is")])
    store.end(run, "done")
    again = opened(store, run)
    assert (again.npv, again.case.digest) == (best.npv, tiny.digest)
    assert code_of(lambda: opened(store, run, 2)) == code_of(lambda: opened(store, run + 1)) == "BF525"
    shutil.rmtree(next((store.folder / RESULTS).iterdir()))
    assert code_of(lambda: opened(store, run)) == "BF524"


def test_old_runs_go_with_what_only_they_have(store):
    for run, numbers in ((1, (1, 2)), (2, (2, 3))):
        assert store.begin("numbers", {}) == run
        for number in numbers:
            asked = Asked("none", "number", {"number": number}, "test")
            store.record(asked, Kept({"number": number}))
            store.note(run, asked, "", found=False)
    base = sqlite3.connect(store.folder / FILE)
    base.execute("update runs set begun = '2020-01-01' where run = 1")
    base.commit()
    base.close()
    (store.folder / RESULTS / ".left").mkdir()
    assert store.prune("2021-01-01")[:2] == (1, 1)
    assert [run.run for run in store.runs()] == [2]
    assert [result.told["number"] for result in store.run(2)[1]] == [2, 3]
    assert len(list((store.folder / RESULTS).iterdir())) == 2
    assert store.prune("", other_versions=True)[:2] == (0, 2)
    assert store.runs()[0].made == 0
