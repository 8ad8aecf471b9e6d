"""Where the solves of a study run: in this process, each in a process of its own, or on a cluster. The results are the same.

An engine makes one solve at a time for each thread that asks it. What goes to another process is a `Job`; what comes back is the
outcome as the store would keep it, so that an outcome is the same wherever it was made.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing import connection, context, get_all_start_methods, get_context
from multiprocessing.process import BaseProcess
from typing import Any, Literal, Protocol

from brownfield.case.case import Case
from brownfield.errors import BrownfieldError, CaseError, LedgerError, Problem, Where
from brownfield.model.assemble import Model
from brownfield.plan.plan import Plan
from brownfield.solve import Outcome, Point, solve
from brownfield.study.store import Kept, build
from brownfield.study.stored import as_kept, as_outcome

Name = Literal["serial", "processes", "dask"]

ENGINES: tuple[Name, ...] = ("serial", "processes", "dask")

TRIES = 2
"""A solve whose process died is made once more; a second death is reported."""

LINGERS = 5.0
"""Seconds that a process may take to end after its answer."""

GIGA = 2**30

Heard = Callable[[Point], None]
Answer = tuple[str, Any]
"""What comes back of a job: `done` with the outcome, or what went wrong: `problems`, `ledger`, `memory`, `build`, `stopped`, `failed`."""


@dataclass(frozen=True)
class Job:
    """One solve with all it needs: the case, the settings, what to begin from and the kind of plan wanted."""

    name: str
    case: Case
    gap: float
    time_limit: float | None
    repeatable: bool
    start: Plan | None
    restrict: Callable[[Model], None] | None

    def packed(self) -> bytes:
        """The job for another process. ValueError when its rule cannot be sent there."""
        try:
            return pickle.dumps((build(), replace(self, case=replace(self.case, origins={}))))
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise ValueError(f"the rule of {self.name!r} cannot be sent to another process: {error}") from error

    def solved(self, heard: Heard) -> Outcome:
        """Make the solve here."""
        return solve(
            self.case,
            gap=self.gap,
            time_limit=self.time_limit,
            repeatable=self.repeatable,
            start=self.start,
            restrict=self.restrict,
            on_progress=heard,
        )


class Engine(Protocol):
    """What makes solves. slots: how many at once, None: as many as there are cores."""

    @property
    def slots(self) -> int | None:
        """How many solves run at once."""

    def solve(self, job: Job, heard: Heard) -> Outcome:
        """Make one solve, and tell of its progress."""

    def stop(self) -> None:
        """Ask the solves that run to stop with what they have."""

    def close(self) -> None:
        """Let go of every process; solves that run are given up."""


class Serial:
    """Every solve in this process, one after the other."""

    slots: int | None = 1

    def solve(self, job: Job, heard: Heard) -> Outcome:
        """Make one solve."""
        return job.solved(heard)

    def stop(self) -> None:
        """Ctrl-C reaches the solve by itself."""

    def close(self) -> None:
        """There is nothing to let go of."""


class GivenUpError(CaseError):
    """A solve of which there is no answer: the study cannot go on."""

    def __init__(self, problem: Problem) -> None:
        super().__init__([problem])
        self.args = (f"The study was given up. Solves that were finished are in the store, where one is named.\n\n{problem}",)


class DiedError(BrownfieldError):
    """The process of a solve ended without an answer."""


class Processes:
    """One process for each solve: with a limit on its memory, and one that dies takes nothing else with it.

    memory: bytes that a solve may use, None: this machine's memory shared among as many as run at once.
    """

    def __init__(self, memory: int | None = None, slots: int | None = None) -> None:
        self.slots = slots
        self.memory = memory or _memory() // (slots or os.cpu_count() or 1)
        self._context: context.ForkServerContext | context.SpawnContext = get_context("spawn")
        if "forkserver" in get_all_start_methods():  # a process then begins in milliseconds, with all that it needs at hand
            self._context = get_context("forkserver")
            self._context.set_forkserver_preload([__name__])
        self._running: dict[connection.Connection, BaseProcess] = {}
        self._lock = threading.RLock()  # Ctrl-C may come to the thread that has it
        self._stopping = False

    def solve(self, job: Job, heard: Heard) -> Outcome:
        """Make one solve in a process of its own; made again when the process dies, CaseError when it dies once more."""
        packed = job.packed()
        for last in (False, True):
            if self._stopping:
                raise KeyboardInterrupt
            try:
                return opened(self._once(packed, heard, job.name), job, self.memory)
            except DiedError as error:
                if last and not self._stopping:
                    fix = "look for what ended them, or for what used up the memory"
                    raise trouble("BF526", job.name, f"{TRIES} processes that died ({error})", "an answer", fix) from None
        raise KeyboardInterrupt

    def _once(self, packed: bytes, heard: Heard, name: str) -> Answer:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=work, args=(theirs, self.memory), name=f"brownfield {name}", daemon=True)
        process.start()
        theirs.close()
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError), self._lock:
                ours.send_bytes(packed)
                self._running[ours] = process
                if self._stopping:
                    ours.send("stop")
            found = self._listened(ours, process, heard)
            process.join(LINGERS)
            return found
        finally:
            with self._lock:
                self._running.pop(ours, None)
            ours.close()
            process.kill()
            process.join()

    def _listened(self, ours: connection.Connection, process: BaseProcess, heard: Heard) -> Answer:
        """What a process says until it has answered."""
        while True:
            try:
                kind, what = ours.recv()
            except (EOFError, OSError):
                process.join(LINGERS)
                raise DiedError(f"exit status {process.exitcode}") from None
            if kind != "point":
                return kind, what
            heard(what)

    def stop(self) -> None:
        """Ask every solve to stop and keep its best plan."""
        with self._lock:
            self._stopping = True
            for ours in self._running:
                with contextlib.suppress(OSError):
                    ours.send("stop")

    def close(self) -> None:
        """End every process."""
        with self._lock:
            self._stopping = True
            running = list(self._running.values())
        for process in running:
            process.kill()


def work(theirs: connection.Connection, memory: int) -> None:
    """The life of a process that makes one solve: read the job, tell of progress, answer."""
    if hasattr(os, "setsid"):
        os.setsid()  # Ctrl-C is for the study, which asks its solves to stop
    packed = theirs.recv_bytes()
    lock = threading.Lock()

    def send(kind: str, what: object) -> None:
        with lock:
            theirs.send((kind, what))

    threading.Thread(target=_obey, args=(theirs,), daemon=True).start()
    _limit(memory)
    send(*answer(packed, lambda point: send("point", point)))


def _obey(theirs: connection.Connection) -> None:
    """Stop when the study says so; end when there is no study any longer."""
    try:
        while True:
            theirs.recv()
            os.kill(os.getpid(), signal.SIGINT)
    except (EOFError, OSError):
        os._exit(1)


def answer(packed: bytes, heard: Heard) -> Answer:
    """Make the solve of a job, whatever comes of it."""
    try:
        theirs, job = pickle.loads(packed)
        if theirs != build():
            return "build", build()
        return "done", as_kept(job.solved(heard))
    except CaseError as error:
        return "problems", error.problems
    except LedgerError as error:
        return "ledger", str(error)
    except MemoryError:
        return "memory", None
    except KeyboardInterrupt:
        return "stopped", None
    except Exception as error:
        return "failed", f"{type(error).__name__}: {error}"


def opened(found: Answer, job: Job, memory: int | None = None) -> Outcome:
    """The outcome of a job from its answer, or what went wrong with it, raised."""
    kind, what = found
    if kind == "done":
        assert isinstance(what, Kept)
        return as_outcome(what, job.case)
    if kind == "problems":
        raise CaseError(what)
    if kind == "ledger":
        raise LedgerError(what)
    if kind == "stopped":
        raise KeyboardInterrupt
    if kind == "memory":
        limit = "the memory of its process" if memory is None else f"{memory / GIGA:.1f} GB, which is all that a solve may use"
        raise trouble("BF527", job.name, f"a solve that needs more than {limit}", "a solve that fits", "say --memory GB with more")
    if kind == "build":
        fix = "install the same version on every worker"
        raise trouble("BF530", job.name, f"a worker with {what}", f"workers with {build()}", fix)
    raise RuntimeError(f"{job.name}: {what}")


def trouble(code: str, name: str, found: str, expected: str, fix: str) -> CaseError:
    """The error for a solve of which there is no answer."""
    return GivenUpError(Problem(code, Where(f"solve {name!r}"), found, expected, fix))


def _limit(memory: int) -> None:
    """Take no more memory than this: what does not fit fails in this process, and leaves the machine alone."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    kind = resource.RLIMIT_DATA
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (memory if hard < 0 else min(memory, hard), hard))


def _memory() -> int:
    """Bytes of memory of this machine."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 8 * GIGA
