"""Run every measurement in a process of its own and write benchmarks/results.md."""

import importlib.metadata
import os
import platform
import subprocess
import sys
from pathlib import Path

RUNS = ("build_model", "read_demand", "read_claims", "oppama", "published", "what_if")
RESULTS = Path(__file__).parent / "results.md"


def memory() -> str:
    """Memory of the machine, where it can be asked."""
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1024**3:.0f} GB of memory, "
    except (ValueError, OSError, AttributeError):
        return ""


def machine() -> str:
    """What it was measured on, without its name."""
    return (
        f"Measured on {platform.system()}, {platform.machine()}, {os.cpu_count()} cores, {memory()}"
        f"Python {platform.python_version()}, HiGHS {importlib.metadata.version('highspy')}, "
        f"Brownfield {importlib.metadata.version('brownfield')}."
    )


def main() -> None:
    """All measurements, or those named on the command line, to the results page."""
    runs = sys.argv[1:] or RUNS
    parts = ["# Measurements\n", f"Written by `make bench`. {machine()}\n"]
    for name in runs:
        print(f"{name} ...", flush=True)
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], stdout=subprocess.PIPE, text=True, check=True)
        print(done.stdout)
        parts.append(done.stdout.strip() + "\n")
    if tuple(runs) == RUNS:
        RESULTS.write_text("\n".join(parts).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
