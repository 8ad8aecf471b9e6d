"""Solves in processes of their own and on a cluster: the same results as in this process, and what dies costs only its solve."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from brownfield.errors import CaseError, LedgerError
from brownfield.files import read_case
from brownfield.study import cluster
from brownfield.study.cluster import Dask
from brownfield.study.fanout import GIGA, TRIES, GivenUpError, Processes, Serial, answer, opened
from brownfield.study.solves import Solves, Task
from brownfield.study.store import Store
from tests.model.groups import group
from tests.study import fan

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def tiny(root):
    return read_case(root / "examples" / "tiny")


@pytest.fixture(scope="module")
def expected(tiny):
    return [fan.figures(outcome) for outcome in Solves(gap=0.0, engine=Serial()).run(fan.tasks(tiny))]


@pytest.fixture
def processes():
    engine = Processes(slots=2)
    yield engine
    engine.close()


def code_of(call):
    with pytest.raises(CaseError) as caught:
        call()
    return caught.value.problems[0].code


def gone(pid):
    """Whether a process is no more, or will be within seconds."""
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def appeared(file):
    """The number in a file that another process writes."""
    while not file.exists():
        time.sleep(0.01)
    return int(file.read_text())


def in_thread(case, engine, file):
    """A solve that never ends, begun in a thread; called, what is returned waits for the code of its problem."""
    codes = []
    job = fan.job(case, fan.Waits(file))
    thread = threading.Thread(target=lambda: codes.append(code_of(lambda: engine.solve(job, lambda point: None))))
    thread.start()

    def code():
        thread.join()
        return codes[0]

    return code


def test_processes_find_what_this_process_finds(tiny, expected, processes):
    heard = []
    solves = Solves(gap=0.0, engine=processes, on_progress=heard.append)
    assert [fan.figures(outcome) for outcome in solves.run(fan.tasks(tiny))] == expected
    assert any(point is not None for standing in heard for _, point in standing.running)
    assert any(len(standing.running) == 2 for standing in heard)


def test_a_process_that_dies_is_replaced_once(tiny, tmp_path, processes):
    one = Solves(engine=processes).run([Task(tiny, "dies", fan.Dies(tmp_path, 1))])[0]
    assert one.has_plan
    assert len(list(tmp_path.glob("death-*"))) == 1


def test_a_process_that_dies_again_is_reported_and_costs_only_its_solve(tiny, tmp_path, processes):
    store = Store.at(tmp_path / "store")
    tasks = [Task(tiny, "dies", fan.Dies(tmp_path, 9), name="the sick one"), fan.tasks(tiny)[0]]
    with pytest.raises(GivenUpError, match=r"BF526(.|\n)*the sick one(.|\n)*exit status -9"):
        Solves(gap=0.0, engine=processes, store=store).run(tasks)
    assert len(list(tmp_path.glob("death-*"))) == TRIES
    again = Solves(gap=0.0, engine=processes, store=store)
    again.run(tasks[1:])
    assert again.found == 1


def test_a_process_that_is_killed_is_replaced(tiny, tmp_path, processes):
    """Killed from outside, while it waits: the second one is told to go on."""
    file = tmp_path / "pid"
    codes = in_thread(tiny, processes, file)
    for _ in range(TRIES):
        pid = appeared(file)
        file.unlink()
        os.kill(pid, signal.SIGKILL)
    assert codes() == "BF526"


def test_a_solve_has_its_own_limit_of_memory(tiny):
    engine = Processes(memory=GIGA // 2, slots=1)
    assert engine.solve(fan.job(tiny, fan.Swallows(GIGA // 20)), lambda point: None).has_plan
    assert code_of(lambda: engine.solve(fan.job(tiny, fan.Swallows(GIGA)), lambda point: None)) == "BF527"


def test_what_a_solve_raises_is_raised(tiny, processes):
    for kind, error in (("problems", CaseError), ("ledger", LedgerError), ("other", RuntimeError)):
        with pytest.raises(error, match=r"mend it|the books are wrong|by nothing"):
            Solves(engine=processes).run([Task(tiny, kind, fan.Fails(kind))])
    with pytest.raises(ValueError, match="cannot be sent"):
        Solves(engine=processes).run([Task(tiny, "here", lambda model: None)])


def test_another_version_is_not_answered(tiny, monkeypatch):
    packed = fan.job(tiny, None).packed()
    monkeypatch.setattr("brownfield.study.fanout.build", lambda: "brownfield 99")
    found = answer(packed, lambda point: None)
    assert found == ("build", "brownfield 99")
    assert code_of(lambda: opened(found, fan.job(tiny, None))) == "BF530"


def test_ctrl_c_reaches_a_solve_in_another_process_which_keeps_its_best_plan():
    sent = []

    def press(standing):
        if not sent and any(point is not None and point.incumbent is not None for _, point in standing.running):
            sent.append(1)
            os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    solves = Solves(gap=0.0, time_limit=120, engine=Processes(slots=2), on_progress=press)
    outcome = solves.solve(Task(group(seed=1)))
    assert (outcome.status, outcome.stopped_by, solves.stopped) == ("feasible", "user", True)
    assert signal.getsignal(signal.SIGINT) is before
    with pytest.raises(KeyboardInterrupt):
        solves.solve(Task(group(seed=2)))


STUDY = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
if __name__ == "__main__":
    from brownfield.files import read_case
    from brownfield.study.fanout import Processes
    from brownfield.study.solves import Solves, Task
    from tests.study import fan
    case = read_case(sys.argv[2])
    solves = Solves(engine=Processes(slots=2))
    try:
        solves.run([Task(case, str(n), fan.Waits(Path(sys.argv[3]) / f"pid-{n}")) for n in range(2)])
    except KeyboardInterrupt:
        sys.exit(130)
"""


@pytest.mark.parametrize(("number", "status"), [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_no_solve_outlives_its_study(root, tmp_path, number, status):
    """Killed or stopped, a study takes its processes with it; Ctrl-C twice, for these solves do not listen."""
    script = tmp_path / "script.py"
    script.write_text(STUDY)
    places = [str(root), str(root / "examples" / "tiny"), str(tmp_path)]
    study = subprocess.Popen([sys.executable, str(script), *places], stderr=subprocess.DEVNULL)
    solves = [appeared(tmp_path / f"pid-{n}") for n in range(2)]
    study.send_signal(number)
    if number == signal.SIGINT:
        time.sleep(0.5)
        study.send_signal(number)
    assert study.wait() == status
    assert all(gone(pid) for pid in solves)


def test_a_scheduler_that_is_not_there(monkeypatch):
    monkeypatch.setattr(cluster, "KNOCKS", 0.5)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        assert code_of(lambda: Dask(address)) == "BF528"
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert code_of(lambda: Dask(address)) == "BF529"


class Cluster:
    """A scheduler and workers of Dask as processes on this machine, like those of a real cluster."""

    def __init__(self, folder):
        self.folder, self.workers = folder, []
        file = folder / "scheduler.json"
        options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show", "--scheduler-file", str(file)]
        self.scheduler = self._begun("scheduler", options)
        while not file.exists() or '"address"' not in file.read_text():
            time.sleep(0.05)
        self.file = file

    @property
    def address(self):
        import json

        return json.loads(self.file.read_text())["address"]

    @property
    def alive(self):
        return [worker for worker in self.workers if worker.poll() is None]

    def hire(self, count):
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(self.folder), self.address]
        self.workers += [self._begun("worker", ["--host", "127.0.0.1", *options]) for _ in range(count)]

    def _begun(self, kind, options):
        path = os.pathsep.join([str(fan.ROOT), os.environ.get("PYTHONPATH", "")])
        command = [sys.executable, "-m", "dask", kind, *options]
        more = {"PYTHONPATH": path, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "2"}
        return subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=os.environ | more)

    def close(self):
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def dask(tmp_path_factory):
    made = Cluster(tmp_path_factory.mktemp("dask"))
    yield made
    made.close()


def joined(dask, count):
    """An engine on the cluster as soon as it has so many workers."""
    while True:
        try:
            engine = Dask(dask.address)
        except CaseError as error:
            assert error.problems[0].code == "BF530"
            time.sleep(1.0)
            continue
        if engine.slots == count:
            return engine
        engine.close()
        time.sleep(1.0)


def test_a_cluster_finds_what_this_process_finds_though_workers_are_killed(tiny, expected, dask, tmp_path):
    """Three workers; two are killed in the middle of a solve. The rest goes on, and every figure is as in this process."""
    assert code_of(lambda: Dask(dask.address)) == "BF530", "no workers yet"
    dask.hire(3)
    engine = joined(dask, 3)
    heard = []
    sick = [Task(tiny, f"dies {n}", fan.Dies(tmp_path, 2), name=f"sick {n}") for n in range(2)]
    solves = Solves(gap=0.0, engine=engine, on_progress=heard.append)
    found = solves.run([*sick, *fan.tasks(tiny)])
    engine.close()
    assert [fan.figures(outcome) for outcome in found[2:]] == expected
    assert len({fan.figures(outcome) for outcome in found[:2]}) == 1
    assert len(list(tmp_path.glob("death-*"))) == 2
    assert sum(worker.poll() is not None for worker in dask.workers) == 2
    assert any(point is not None for standing in heard for _, point in standing.running)


def test_a_solve_that_kills_every_worker_is_reported(tiny, dask, tmp_path):
    dask.hire(3 - len(dask.alive))
    engine = joined(dask, 3)
    with pytest.raises(GivenUpError, match=r"BF526(.|\n)*3 of them"):
        Solves(engine=engine).run([Task(tiny, "dies", fan.Dies(tmp_path, 99))])
    engine.close()


def test_a_cluster_that_loses_its_workers_or_its_scheduler(tiny, dask, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "ALONE", 1.0)
    for code in ("BF530", "BF528"):
        dask.hire(1 - len(dask.alive))
        engine = joined(dask, 1)
        found = in_thread(tiny, engine, tmp_path / code)
        appeared(tmp_path / code)
        for process in dask.alive if code == "BF530" else [dask.scheduler]:
            process.kill()
            process.wait()
        assert found() == code
        engine.close()
