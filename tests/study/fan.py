"""What the tests of store and engines send to other processes: rules that die, swallow memory or wait, and a study to be killed."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from brownfield.errors import CaseError, LedgerError, Problem, Where
from brownfield.study.fanout import Job, Serial
from brownfield.study.inputs import read_input
from brownfield.study.reading import read_verdict
from brownfield.study.solves import Solves, Task
from brownfield.study.store import Store

ROOT = Path(__file__).parents[2]
FEE = "offers.volt.fee_per_car"
SHARED = "plant Coro shared"


@dataclass(frozen=True)
class Dies:
    """A rule whose process is killed, the first `times` that it is read; each death leaves a file."""

    folder: Path
    times: int

    def __call__(self, model):
        if len(list(self.folder.glob("death-*"))) < self.times:
            (self.folder / f"death-{os.getpid()}").touch()
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Swallows:
    """A rule that wants a lot of memory."""

    size: int

    def __call__(self, model):
        np.ones(self.size, dtype=np.uint8)


@dataclass(frozen=True)
class Waits:
    """A rule that never ends, and says where it is."""

    file: Path

    def __call__(self, model):
        part = self.file.with_suffix(".part")
        part.write_text(str(os.getpid()))
        part.replace(self.file)
        while True:
            time.sleep(0.01)


@dataclass(frozen=True)
class Fails:
    """A rule that raises."""

    kind: str

    def __call__(self, model):
        if self.kind == "problems":
            raise CaseError([Problem("BF999", Where("here"), "this", "that", "mend it")])
        raise LedgerError("the books are wrong") if self.kind == "ledger" else ZeroDivisionError("by nothing")


@dataclass
class Logged(Serial):
    """Solves in this process, each with a line in a file when it begins."""

    file: Path

    def solve(self, job, heard):
        with self.file.open("a") as file:
            file.write(f"{job.case.digest} {job.name}\n")
        return super().solve(job, heard)


def job(case, restrict):
    """One solve with a rule."""
    return Job("one", case, 0.01, None, False, None, restrict)


def tasks(case, prices=(900.0, 1000.0)):
    """A small study: with and without the guest at some fees."""
    fee, verdict = read_input(case, FEE), read_verdict(case, SHARED)
    return [Task.forced(fee.at(case, price), verdict, truth, f"{price:g} {truth}") for price in prices for truth in (True, False)]


def study(case, store, log, answer):
    """The small study with a store; what it came to goes into a file when it is done."""
    solves = Solves(gap=0.0, store=Store.at(store), engine=Logged(log))
    text = "\n".join(figures(solves.solve(task)) for task in tasks(case))
    part = answer.with_suffix(".part")
    part.write_text(text)
    part.replace(answer)


def figures(outcome):
    """Status, worth, bound and plan of an outcome, with every digit."""
    plan = "" if outcome.plan is None else "".join(outcome.plan.table(name).write_csv() for name in outcome.plan.tables)
    return f"{outcome.status} {outcome.npv!r} {outcome.bound!r} {outcome.gap!r} {plan!r}"


def put(folder, start, count):
    """Record numbers, some of which another process records too."""
    from brownfield.study.store import Asked, Kept

    store = Store.at(folder)
    run = store.begin("numbers", {"start": start})
    for number in range(start, start + count):
        asked = Asked("none", "number", {"number": number}, "test")
        kept = store.record(asked, Kept({"number": number, "by": os.getpid()}, {"row": _row(number)}))
        store.note(run, asked, str(number), kept.told["by"] != os.getpid())
    store.end(run, "done")


def _row(number):
    import polars as pl

    return pl.DataFrame({"number": [number] * 50})
