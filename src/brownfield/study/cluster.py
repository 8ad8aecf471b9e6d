"""Solves on a Dask cluster that is there already: each goes to a worker, and a worker that dies costs only its solve."""

from __future__ import annotations

import contextlib
import time
import uuid
from typing import Any

from brownfield.errors import CaseError, Problem, Where
from brownfield.solve import Outcome, Point
from brownfield.study.fanout import Answer, GivenUpError, Heard, Job, answer, opened, trouble
from brownfield.study.store import build

KNOCKS = 5.0
"""Seconds to wait for a scheduler."""

ALONE = 60.0
"""Seconds to wait for a worker when a cluster has lost all of them."""


class Dask:
    """Solves on the cluster of a scheduler, like tcp://10.0.0.5:8786. CaseError when it is not there, or cannot be used.

    Which solve goes where is left to the scheduler. When a worker dies, its solve goes to another one; a solve that has been
    with as many dying workers as the cluster allows is reported.
    """

    def __init__(self, scheduler: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            fix = "install brownfield[cluster]"
            raise self._refused("BF529", scheduler, "no Dask on this machine", "the package distributed", fix) from None
        try:
            self.client = Client(scheduler, timeout=KNOCKS, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            said = f"nothing that answers there ({type(error).__name__})"
            raise self._refused("BF528", scheduler, said, "a Dask scheduler", "start it, or mend the address: tcp://HOST:PORT") from None
        self.scheduler, self._stopping = scheduler, False
        self.slots: int | None = sum(int(worker["nthreads"]) for worker in self._workers().values())
        if not self.slots:
            self.close()
            raise self._refused("BF530", scheduler, "a cluster without workers", "one worker or more", "start workers: dask worker tcp://...")
        self._same_build()

    def _same_build(self) -> None:
        """Every worker must have this very Brownfield: another one could find another plan."""
        try:
            others = {found for found in self.client.run(build).values() if found != build()}
        except Exception as error:
            others = {f"no Brownfield that can be used ({type(error).__name__}: {error})"}
        if others:
            self.close()
            found, fix = f"workers with {' and '.join(sorted(others))}", "install the same version on every worker"
            raise self._refused("BF530", self.scheduler, found, f"workers with {build()}", fix)

    def solve(self, job: Job, heard: Heard) -> Outcome:
        """Make one solve on some worker."""
        from distributed import CancelledError
        from distributed.scheduler import KilledWorker

        topic = f"brownfield-{uuid.uuid4().hex}"
        self.client.subscribe_topic(topic, lambda event: heard(Point(*event[1])))
        future = self.client.submit(answer_on_worker, job.packed(), topic, key=topic, pure=False, retries=0)
        try:
            return opened(self._waited(future), job)
        except KilledWorker as error:
            found = f"workers that died, one after the other ({error.allowed_failures + 1} of them)"
            raise trouble("BF526", job.name, found, "an answer", "look for what ended them: is it their memory?") from None
        except CancelledError:
            problem = self._problem("BF528", self.scheduler, "a scheduler that went away", "a Dask scheduler", "start it again")
            raise GivenUpError(problem) from None
        finally:
            with contextlib.suppress(Exception):
                future.cancel()
                self.client.unsubscribe_topic(topic)

    def _waited(self, future: Any) -> Answer:
        """The answer of a job; given up when the cluster is without workers for a minute. Ctrl-C leaves every solve where it is."""
        alone = None
        while True:
            if self._stopping:
                raise KeyboardInterrupt
            try:
                return future.result(timeout=2)  # type: ignore[no-any-return]
            except TimeoutError:
                if self._workers() or self.client.status != "running":
                    alone = None
                    continue
                alone = alone or time.monotonic()
                if time.monotonic() - alone > ALONE:
                    found, fix = "a cluster that has lost all its workers", "start workers, and the study again"
                    raise GivenUpError(self._problem("BF530", self.scheduler, found, "one worker or more", fix)) from None

    def _workers(self) -> dict[str, Any]:
        return dict(self.client.scheduler_info(n_workers=-1)["workers"])

    def stop(self) -> None:
        """Wait for no solve any longer."""
        self._stopping = True

    def close(self) -> None:
        """Let go of the cluster; what runs there for this study is given up."""
        with contextlib.suppress(Exception):
            self.client.close(timeout=2)

    @staticmethod
    def _problem(code: str, scheduler: str, found: str, expected: str, fix: str) -> Problem:
        return Problem(code, Where(f"--scheduler {scheduler}"), found, expected, fix)

    def _refused(self, *said: str) -> CaseError:
        return CaseError([self._problem(*said)])


def answer_on_worker(packed: bytes, topic: str) -> Answer:
    """Make the solve of a job on a worker, which tells the study of its progress through the scheduler."""
    from distributed import get_worker

    worker = get_worker()
    return answer(packed, lambda point: worker.log_event(topic, (point.seconds, point.incumbent, point.bound)))
