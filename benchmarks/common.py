"""How a measurement is taken and shown."""

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """One measured number: what, how much, and what we want it to be (blank: nothing is wanted of it)."""

    what: str
    value: str
    wanted: str = ""


def cpu_seconds(work: Callable[[], object], times: int = 3) -> float:
    """Median CPU seconds of a piece of work; CPU, because the machine may be busy with other things."""
    taken = []
    for _ in range(times):
        begin = time.process_time()
        work()
        taken.append(time.process_time() - begin)
    return median(taken)


def command_seconds(command: list[str]) -> float:
    """CPU seconds of a command, with all it starts; RuntimeError when it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def peak_megabytes() -> float:
    """Most memory that this process has held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024**2 if sys.platform == "darwin" else peak / 1024


def show(title: str, told: str, figures: list[Figure]) -> None:
    """Print one section of the results."""
    print(f"## {title}\n\n{told}\n\n| what | measured | wanted |\n|---|---|---|")
    for figure in figures:
        print(f"| {figure.what} | {figure.value} | {figure.wanted} |")
    print()
