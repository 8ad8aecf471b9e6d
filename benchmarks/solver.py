"""How fast a plan is found and proved: `make bench-solver`, or `python -m benchmarks.solver --help`.

Each run (one engine, one case, one time limit) is a process of its own on the same two cores, one after the other. Its results
are a line in a file of JSON lines; `--resume` leaves out what is already there, `--report` writes the pages from what is there.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import queue
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.__main__ import machine
from benchmarks.solver_run import ENGINES, Job

RESULTS = Path(__file__).parent / "solver.jsonl"
LOOK = 0.25
"""Seconds between two looks at the memory of a run."""
GRACE = 120.0
"""Seconds, beyond a quarter more than its time limit, after which a run is ended from outside."""


@dataclass(frozen=True)
class Suite:
    """Cases of one kind: sizes as plants, products, quarters (taken in turn by the seeds), time limit, gaps in per cent."""

    sizes: tuple[tuple[int, int, int], ...]
    seeds: int
    seconds: float
    gaps: tuple[float, ...]
    told: str

    def jobs(self, engines: list[str], seeds: int | None = None, seconds: float | None = None) -> Iterator[Job]:
        """Every run of the suite, case by case."""
        for seed in range(1, (seeds or self.seeds) + 1):
            for engine in engines:
                yield Job(engine, *self.sizes[(seed - 1) % len(self.sizes)], seed, seconds or self.seconds, self.gaps[-1] / 100)


USUAL = (5.0, 2.0, 1.0, 0.5)
SUITES = {
    "tiny": Suite(((3, 5, 4),), 2, 20, (1.0, 0.1, 0.01), "3 plants, 5 products, 4 quarters: only to see that everything runs"),
    "small": Suite(
        ((6, 13, 10), (7, 15, 11), (8, 18, 12)), 11, 180, (1.0, 0.1, 0.01), "6 to 8 plants, 13 to 18 products, 10 to 12 quarters"
    ),
    "group": Suite(((17, 45, 20),), 5, 600, USUAL, "17 plants, 45 products, 20 quarters"),
    "long": Suite(((17, 45, 40),), 5, 900, (10.0, 5.0, 3.0), "17 plants, 45 products, 40 quarters"),
    "large": Suite(((60, 150, 16),), 5, 1800, (10.0, 5.0), "60 plants, 150 products, 16 quarters"),
}
MEASURED = ("small", "group", "long", "large")


def key(record: dict[str, Any]) -> tuple[Any, ...]:
    """What makes two runs the same: all that was asked for."""
    return tuple(sorted(record["job"].items()))


def read(path: Path) -> list[dict[str, Any]]:
    """Results so far; of runs that were made twice the later one counts."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return list({key(record): record for record in map(json.loads, lines)}.values())


def run(job: Job) -> dict[str, Any]:
    """One run in a process of its own, watched from outside."""
    command = [sys.executable, "-m", "benchmarks.solver_run", json.dumps(asdict(job))]
    root = Path(__file__).parents[1]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    lines: queue.Queue[str] = queue.Queue()
    errors: list[str] = []
    readers = [
        threading.Thread(target=_pour, args=(process.stdout, lines.put), daemon=True),
        threading.Thread(target=_pour, args=(process.stderr, errors.append), daemon=True),
    ]
    for reader in readers:
        reader.start()
    record: dict[str, Any] = {"job": asdict(job), "ended": "failed", "curve": [], "peak_megabytes": 0.0}
    deadline = time.monotonic() + 1.25 * job.seconds + GRACE
    try:
        while process.poll() is None:
            if record["ended"] == "failed":  # while it searches; checking the plan is not what is measured
                record["peak_megabytes"] = max(record["peak_megabytes"], megabytes(process.pid))
            if time.monotonic() > deadline:
                record["ended"] = "ended from outside"
                break
            time.sleep(LOOK)
            _take(lines, record)
    finally:
        _end(process)
    for reader, pipe in zip(readers, (process.stdout, process.stderr), strict=True):
        reader.join(5.0)
        if pipe and not reader.is_alive():
            pipe.close()
    _take(lines, record)
    record["peak_megabytes"] = round(max(record["peak_megabytes"], record.pop("own_megabytes", 0.0)), 1)
    if process.returncode and record["ended"] != "ended from outside":
        record |= {"ended": "failed", "error": "".join(errors)[-2000:]}
    return record


def _pour(lines: Iterable[str], into: Callable[[str], None]) -> None:
    """Hand on line by line what a run writes."""
    for line in lines:
        into(line)


def _take(lines: queue.Queue[str], record: dict[str, Any]) -> None:
    """Put what a run has told into its record."""
    while not lines.empty():
        told = json.loads(lines.get())
        if "point" in told:
            record["curve"].append(told["point"])
        else:
            record |= told


def _end(process: subprocess.Popen[str]) -> None:
    """End a run that is still there, with every process that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def megabytes(session: int) -> float:
    """Memory held now by a process and all that it started, shared pages counted once; 0 where the system does not tell."""
    total = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session:
                rollup = (folder / "smaps_rollup").read_text()
                total += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024
        except (OSError, IndexError, ValueError):
            continue
    return total


def busy() -> float:
    """CPU seconds that all cores have worked since the machine was started; 0 where the system does not tell."""
    try:
        user, nice, system = map(int, Path("/proc/stat").read_text().split()[1:4])
    except (OSError, ValueError):
        return 0.0
    return (user + nice + system) / os.sysconf("SC_CLK_TCK")


def children() -> float:
    """CPU seconds of the runs that have ended, worker processes included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(jobs: list[Job], out: Path) -> None:
    """Run what is asked for, one after the other; every result is kept at once."""
    most = sum(job.seconds for job in jobs)
    tell(f"{len(jobs)} runs, at most {most / 3600:.1f} hours (every time limit reached); results go to {out}")
    for number, job in enumerate(jobs, 1):
        begin, before = time.monotonic(), (busy(), children())
        tell(f"[{number}/{len(jobs)}] {job.engine}, {job.plants} x {job.products} x {job.quarters}, seed {job.seed}, {job.seconds:g} s ...")
        record = run(job) | {"machine": machine()}
        others = (busy() - before[0] - (children() - before[1])) / (time.monotonic() - begin)
        record["others"] = round(max(others, 0.0), 2)
        with out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")
        _, plan, bound = record["curve"][-1] if record["curve"] else (None, None, None)
        shown = ", ".join("none" if value is None else f"{value:,.1f}" for value in (plan, bound))
        spent, most = time.monotonic() - begin, most - job.seconds
        tell(f"    {record['ended']} after {spent:.0f} s; plan, bound: {shown}; {record['peak_megabytes']:.0f} MB")
        tell(f"    at most {most / 3600:.1f} hours left")
        if "error" in record:
            tell(record["error"])


def tell(words: str) -> None:
    """Progress, for whoever waits."""
    print(words, file=sys.stderr, flush=True)


def asked() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.solver", description=__doc__)
    parser.add_argument("--suite", action="append", choices=SUITES, help=f"may be given more than once; blank: {', '.join(MEASURED)}")
    parser.add_argument("--engines", default=",".join(ENGINES), help="names with commas between them")
    parser.add_argument("--seconds", type=float, help="time limit of each run; blank: that of the suite")
    parser.add_argument("--seeds", type=int, help="number of cases; blank: that of the suite")
    parser.add_argument("--out", type=Path, default=RESULTS, help="file of results, one line of JSON for each run")
    parser.add_argument("--resume", action="store_true", help="leave out runs that are already in the file")
    parser.add_argument("--report", action="store_true", help="run nothing: write the pages and the chart from the file")
    return parser.parse_args()


def main() -> int:
    """Measure, or write the report; status 1 when a bound or a plan was wrong."""
    wanted = asked()
    if wanted.report:
        from benchmarks.solver_report import write

        return write(read(wanted.out))
    engines = wanted.engines.split(",")
    if unknown := set(engines) - set(ENGINES):
        raise SystemExit(f"no such engine: {', '.join(sorted(unknown))}; there are {', '.join(ENGINES)}")
    if "scip-naive" in engines and importlib.util.find_spec("pyscipopt") is None:
        tell("scip-naive is left out: pyscipopt is not installed (pip install '.[bench]')")
        engines.remove("scip-naive")
    jobs = [job for name in wanted.suite or MEASURED for job in SUITES[name].jobs(engines, wanted.seeds, wanted.seconds)]
    if wanted.resume:
        done = {key(record) for record in read(wanted.out) if record["ended"] != "failed"}
        jobs = [job for job in jobs if key({"job": asdict(job)}) not in done]
    elif wanted.out.exists():
        tell(f"{wanted.out} exists: new results are added to it, and count instead of older ones of the same run (--resume keeps those)")
    measure(jobs, wanted.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
