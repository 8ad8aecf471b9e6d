"""Several solves side by side: counted, never made twice, watched, each begun from what is known, in the order asked for."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import FrameType
from typing import Any

from brownfield.case.case import Case
from brownfield.model.assemble import Model
from brownfield.plan.plan import Plan
from brownfield.solve import Outcome, Point, what_if
from brownfield.study import stored
from brownfield.study.fanout import Engine, Job, Serial
from brownfield.study.store import Asked, Store
from brownfield.study.verdicts import Forced, Verdict

LARGE = 400
"""Lines times shift models times periods from which on a solve keeps two threads busy by itself."""


HERE = Serial()
"""Where solves run when no engine is named: in this process, in threads side by side."""


@dataclass(frozen=True)
class Task:
    """One solve to make: a case, and the kind of plan wanted of it, if only one kind is.

    kind: what tells `restrict` from any other for the same case; blank without one. start: a plan to begin from; without, a large
    case begins from the last plan that was found for the same kind. name: what is being asked, for progress.
    """

    case: Case
    kind: str = ""
    restrict: Callable[[Model], None] | None = None
    start: Plan | None = None
    name: str = ""

    @classmethod
    def forced(cls, case: Case, verdict: Verdict, truth: bool, name: str = "", start: Plan | None = None) -> Task:
        """The best plan of which a verdict is true, or is not."""
        rule = Forced(verdict, truth)
        return cls(case, rule.key, rule, start, name)

    @property
    def room(self) -> Case:
        """The case to assemble: with room for what is asked for, where the case as it is has none."""
        return self.restrict.room(self.case) if isinstance(self.restrict, Forced) else self.case


@dataclass(frozen=True)
class Standing:
    """Where the solves of a study stand: how many are done, what runs and how far each of those is."""

    seconds: float
    done: int
    running: tuple[tuple[str, Point | None], ...]


@dataclass
class Solves:
    """The solves of one study.

    gap, time_limit (seconds, for each solve), repeatable: as for `solve`. workers: how many solves run at once (None: one for
    each core, one for two cores where a solve keeps two busy). The results do not depend on how many run at once, nor on which
    ends first: a solve begins only from plans of earlier calls of `run`. store: where finished solves are kept, and looked for
    before one is made; number: of the run there. engine: where they run (None: in this process, side by side). made: solves
    so far, with those found in the store; found: those; spared: asked for again, and answered from memory. stopped: somebody
    pressed Ctrl-C; nothing more is begun then.
    """

    gap: float = 0.01
    time_limit: float | None = None
    repeatable: bool = False
    workers: int | None = None
    store: Store | None = None
    engine: Engine | None = None
    number: int | None = None
    on_progress: Callable[[Standing], None] | None = None
    made: int = 0
    found: int = 0
    spared: int = 0
    stopped: bool = False
    seconds: float = 0.0
    _known: dict[tuple[str, str], Outcome] = field(default_factory=dict)
    _last: dict[str, Plan] = field(default_factory=dict)
    _points: dict[int, Point | None] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _started: float = field(default_factory=time.monotonic)

    @contextmanager
    def as_run(self, command: str, asked: Mapping[str, Any]) -> Iterator[Solves]:
        """A run in the store, where there is one, which is marked in the end as what it came to."""
        if self.store is None:
            yield self
            return
        number, state = self.store.begin(command, asked), "failed"
        self.number = number
        try:
            yield self
            state = "stopped" if self.stopped else "done"
        except KeyboardInterrupt:
            state = "stopped"
            raise
        finally:
            self.store.end(number, state)

    def solve(self, task: Task) -> Outcome:
        """Make one solve."""
        return self.run([task])[0]

    def run(self, tasks: Sequence[Task]) -> list[Outcome]:
        """Make several solves side by side; the outcomes in the order of the tasks. KeyboardInterrupt once stopped by hand."""
        if self.stopped:
            raise KeyboardInterrupt
        keys = [(task.case.digest, task.kind) for task in tasks]
        fresh = {key: task for key, task in zip(keys, tasks, strict=True) if key not in self._known}
        self.spared += len(tasks) - len(fresh)
        begun = {key: replace(task, start=task.start or self._before(task)) for key, task in fresh.items()}
        outcomes = _Batch(self, list(begun.values())).run()
        for (key, task), outcome in zip(begun.items(), outcomes, strict=True):
            self.made += 1
            self.seconds += outcome.seconds
            self._known[key] = outcome
            if outcome.plan is not None:
                self._last[task.kind] = outcome.plan
        if any(outcome.stopped_by == "user" for outcome in outcomes):
            self.stopped = True
        return [replace(self._known[key], case=task.case) for key, task in zip(keys, tasks, strict=True)]

    def asked(self, case: Case, kind: str, start: Plan | None = None) -> Asked:
        """What the result of a solve hangs on."""
        limit = None if self.repeatable else self.time_limit
        begun = None if start is None else stored.name_of(start)
        return Asked(case.digest, kind, {"gap": self.gap, "time_limit": limit, "repeatable": self.repeatable, "start": begun})

    def looked_up(self, asked: Asked, case: Case, name: str) -> Outcome | None:
        """The outcome that is in the store, if there is one."""
        outcome = None if self.store is None else stored.lookup(self.store, asked, case)
        if outcome is not None:
            self._noted(asked, name, found=True)
        return outcome

    def recorded(self, asked: Asked, outcome: Outcome, name: str) -> Outcome:
        """The outcome, kept in the store where there is one."""
        if self.store is None or outcome.stopped_by == "user":
            return outcome
        outcome = stored.record(self.store, asked, outcome)
        self._noted(asked, name, found=False)
        return outcome

    def _noted(self, asked: Asked, name: str, *, found: bool) -> None:
        with self._lock:
            self.found += found
        if self.store is not None and self.number is not None:
            self.store.note(self.number, asked, name, found)

    def exactly(self) -> Solves:
        """Solves of the same study without a gap, one after the other, for programs that are small."""
        return Solves(gap=0.0, workers=1, store=self.store, number=self.number)

    def carry(self, plan: Plan, case: Case, name: str = "") -> Outcome:
        """A plan kept in another case, as `what_if` keeps it; made once."""
        if self.stopped:
            raise KeyboardInterrupt
        key = (case.digest, f"kept {stored.name_of(plan)}")
        if key not in self._known:
            self.heard(0, None, [name])
            asked = self.asked(case, key[1])
            found = self.looked_up(asked, case, name)
            if found is None:
                found = what_if(plan, case, time_limit=None if self.repeatable else self.time_limit)
                found = self.recorded(asked, found, name)
            self._known[key] = found
            self.ended(0)
        return replace(self._known[key], case=case)

    def _before(self, task: Task) -> Plan | None:
        """The last plan of the same kind, where carrying it over costs less than it saves."""
        return self._last.get(task.kind) if size(task.case) > LARGE else None

    def heard(self, number: int, point: Point | None, names: Sequence[str]) -> None:
        """Progress of one of the solves that run."""
        if self.on_progress is None:
            return
        with self._lock:
            self._points[number] = point
            running = tuple((names[i], at) for i, at in sorted(self._points.items()))
            self.on_progress(Standing(time.monotonic() - self._started, self.made, running))

    @contextmanager
    def reckoning(self, name: str) -> Iterator[Callable[[int], None]]:
        """Work without a solve, shown among those that run: what is given is to be told how much of it is done."""
        self.heard(0, None, [name])
        try:
            yield lambda done: self.heard(0, None, [f"{name}, {done:,} done"])
        finally:
            self.ended(0)

    def ended(self, number: int) -> None:
        """One of the solves is over."""
        with self._lock:
            self._points.pop(number, None)

    def at_once(self, tasks: Sequence[Task]) -> int:
        """How many of these solves run at once."""
        if self.engine is not None and self.engine.slots is not None:
            return max(1, min(self.engine.slots, len(tasks)))
        if self.workers is not None:
            return max(1, min(self.workers, len(tasks)))
        cores = os.cpu_count() or 1
        busy = max((size(task.case) for task in tasks), default=0) > LARGE
        return max(1, min(cores // 2 if busy else cores, len(tasks)))


def size(case: Case) -> int:
    """Roughly how many whole decisions a case has."""
    return case.active("lines").height * case.active("shift_models").height * len(case.calendar)


class _Batch:
    """Tasks that run side by side. The first worker is the caller's own thread, where a solve in this process hears Ctrl-C."""

    def __init__(self, solves: Solves, tasks: Sequence[Task]) -> None:
        self.solves, self.tasks = solves, tasks
        self.engine = solves.engine or HERE
        self.results: list[Outcome | BaseException | None] = [None] * len(tasks)
        self.names = [task.name for task in tasks]
        self.waiting = list(range(len(tasks)))
        self.lock = threading.RLock()  # Ctrl-C may come to the thread that has it

    def run(self) -> list[Outcome]:
        """All of them, in their order."""
        others = [threading.Thread(target=self.work, daemon=True) for _ in range(self.solves.at_once(self.tasks) - 1)]
        with self.ctrl_c():
            for thread in others:
                thread.start()
            self.work()
            for thread in others:
                thread.join()
        found = []
        for result in self.results:
            if isinstance(result, BaseException):
                raise result
            if result is None:
                raise KeyboardInterrupt
            found.append(result)
        return found

    @contextmanager
    def ctrl_c(self) -> Iterator[None]:
        """While solves run, Ctrl-C means: begin no more, and stop with the best plans so far. A second one ends them at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def asked(_number: int, _frame: FrameType | None) -> None:
            if self.solves.stopped:
                self.engine.close()
                raise KeyboardInterrupt
            self.solves.stopped = True
            with self.lock:
                self.waiting.clear()
            self.engine.stop()

        before = signal.signal(signal.SIGINT, asked)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def work(self) -> None:
        """Solve what is waiting until nothing is."""
        while True:
            with self.lock:
                if not self.waiting:
                    return
                number = self.waiting.pop(0)
            try:
                result = self.one(number)
                if result.stopped_by == "user":
                    with self.lock:
                        self.waiting.clear()
                self.results[number] = result
            except BaseException as error:  # handed on to the caller's thread
                self.results[number] = error
                with self.lock:
                    self.waiting.clear()
                return
            finally:
                self.solves.ended(number)

    def one(self, number: int) -> Outcome:
        """One solve."""
        task, solves = self.tasks[number], self.solves
        solves.heard(number, None, self.names)
        asked = solves.asked(task.case, task.kind, task.start)
        found = solves.looked_up(asked, task.case, task.name)
        if found is not None:
            return found
        room = task.room
        job = Job(task.name, room, solves.gap, solves.time_limit, solves.repeatable, task.start, task.restrict)
        outcome = self.engine.solve(job, lambda point: solves.heard(number, point, self.names))
        if room is not task.case:
            plan = None if outcome.plan is None else replace(outcome.plan, case_digest=task.case.digest)
            outcome = replace(outcome, case=task.case, plan=plan)
        return solves.recorded(asked, outcome, task.name)
