"""What the app asks of the machine: its first page, and a lever moved on the Oppama case beside a solve from nothing.

    python -m benchmarks.app                      # a few minutes
    python -m benchmarks.app --gap 0.05 --case examples/tiny

The first page is measured as CPU seconds of the server from its start to the page being served, three times. The lever is the fee of
an offer, a tenth higher: solved from the plan of the case as it is, and from nothing, both in the process that the app uses.
"""

import argparse
import http.client
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from brownfield.app.runs import Run, Runs
from brownfield.files.new import new_case
from brownfield.files.read import read_case

ROOT = Path(__file__).parents[1]

LARGE = "plants=100,products=700,quarters=40,seed=7"
"""A made-up group of 100 plants with 210,661 rows of demand."""


def cpu_of(process: int) -> float:
    """CPU seconds of a process so far."""
    import os

    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def first_page(folder: Path, page: str) -> tuple[float, float]:
    """Start the app and ask for a page: CPU seconds and seconds."""
    began = time.monotonic()
    command = [sys.executable, "-m", "brownfield", "app", str(folder), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        link = server.stdout.readline().strip()
        host, _, key = link.removeprefix("http://").partition("/?key=")
        while True:
            try:
                connection = http.client.HTTPConnection(host, timeout=60)
                connection.request("GET", page, headers={"Cookie": f"brownfield_{host.partition(':')[2]}={key}"})
                answer = connection.getresponse()
                body = answer.read()
                break
            except ConnectionRefusedError:
                time.sleep(0.01)
        assert answer.status == 200, body[:200]
        found = cpu_of(server.pid), time.monotonic() - began
        connection.close()
        server.send_signal(signal.SIGKILL)
    return found


def solved(runs: Runs, case: str, gap: float, edits: list[dict], start: str | None) -> Run:
    """A solve as the app makes it, waited for."""
    name = runs.start("solve", case, gap=gap, edits=edits, start=start).name
    while not (job := runs.get(name)).over:
        time.sleep(0.1)
    assert job.state == "done", job.told
    return job


def told(words: str, job: Run) -> str:
    """A line of the answer: seconds of the solve, of everything up to the pages, CPU seconds of the whole process."""
    page = job.points()[-1]["at"]
    found = job.told
    gap = "no bound" if found["gap"] is None else f"proved within {100 * found['gap']:.2f} %"
    clock = f"{found['seconds']:8.1f} s  {page:8.1f} s with reading  {found['cpu']:8.1f} s of CPU"
    return f"{words:<42} {clock}  {found['status']:<9} {gap}  NPV {found['npv']:,.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", type=Path, default=ROOT / "examples" / "oppama")
    parser.add_argument("--gap", type=float, default=0.01)
    parser.add_argument("--pages-only", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shutil.copytree(given.case, folder / "case")
        new_case(folder / "large", synthetic=LARGE)
        for page in ("/", "/levers?case=case", "/levers?case=large"):
            runs = [first_page(folder, page) for _ in range(3)]
            print(f"first page {page:<22} {median(cpu for cpu, _ in runs):5.2f} s of CPU, {median(wall for _, wall in runs):5.2f} s")
        if given.pages_only:
            return
        case = read_case(folder / "case")
        offer = case.active("offers").filter(case.active("offers")["kind"] == "host").row(0, named=True)
        edit = {"table": "offers", "row": offer["offer"], "column": "fee_per_car", "action": "multiply", "value": 1.1}
        runs = Runs(folder / ".brownfield" / "runs")
        base = solved(runs, "case", given.gap, [], None)
        print(told("the case as it is, from nothing", base), flush=True)
        print(told("fee a tenth higher, from that plan", solved(runs, "case", given.gap, [edit], base.name)), flush=True)
        print(told("fee a tenth higher, from nothing", solved(runs, "case", given.gap, [edit], None)), flush=True)


if __name__ == "__main__":
    main()
