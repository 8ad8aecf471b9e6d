"""Run measurements, each in a process of its own, and write benchmarks/results.md: `python -m benchmarks [NAME ...]`."""

import importlib.metadata
import os
import platform
import subprocess
import sys
from pathlib import Path

RUNS = ("build_model", "read_demand", "read_claims", "oppama", "published", "what_if", "futures")
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


def sections(text: str) -> dict[str, str]:
    """The measurements of a results page by their headings, in its order."""
    return {part.partition("\n")[0]: f"## {part.strip()}\n" for part in text.split("\n## ")[1:]}


def main() -> None:
    """All measurements to the results page; or those named on the command line, in the place of what it says of them."""
    found = sections(RESULTS.read_text(encoding="utf-8")) if sys.argv[1:] else {}
    for name in sys.argv[1:] or RUNS:
        print(f"{name} ...", flush=True)
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], stdout=subprocess.PIPE, text=True, check=True)
        print(done.stdout)
        found |= sections("\n" + done.stdout)
    head = f"# Measurements\n\nWritten by `make bench`. {machine()}\n"
    RESULTS.write_text("\n".join((head, *found.values())), encoding="utf-8")


if __name__ == "__main__":
    main()
