"""Published numbers against ours: Giant Motor Company, and the warehouse instances where they are at hand."""

import csv
import os
import sys
from pathlib import Path

from benchmarks.common import Figure, show
from brownfield.case.changes import scenario
from brownfield.files import read_case
from brownfield.solve import solve

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "published"))

from orlib import PRICE, TOTAL_DEMAND, as_case, read_instance  # noqa: E402
from test_giant_motor import PUBLISHED  # noqa: E402
from test_orlib import NAMES  # noqa: E402


def giant_motor() -> None:
    """The six questions of the textbook case, in million dollars."""
    case = read_case(ROOT / "examples" / "giant_motor")
    figures = []
    for question, published in PUBLISHED.items():
        outcome = solve(scenario(case, question) if question else case, gap=0.0)
        figures.append(Figure(question or "the case itself", f"{outcome.npv:.3f}", f"{published:.3f}"))
    told = "`examples/giant_motor`: keep, retool or close; NPV in million dollars; wanted: as published."
    show("Published: Giant Motor Company", told, figures)


def warehouses() -> None:
    """The OR-Library instances with known optima, when their folder is at hand."""
    folder = Path(os.environ.get("BROWNFIELD_SHARED", ROOT.parent / "shared")) / "benchmarks" / "network" / "orlib_cap"
    if not folder.is_dir():
        return
    with (folder / "optima.csv").open(newline="") as lines:
        optima = {row["instance"]: float(row["published_optimum"]) for row in csv.DictReader(lines) if not row["capacity"]}
    worst, slowest, total = 0.0, 0.0, 0.0
    for name in NAMES:
        outcome = solve(as_case(read_instance(folder / f"{name}.txt"), name), gap=0.0)
        worst = max(worst, abs(PRICE * TOTAL_DEMAND - (outcome.npv or 0.0) - optima[name]))
        slowest, total = max(slowest, outcome.seconds), total + outcome.seconds
    show(
        "Published: OR-Library warehouses",
        f"{len(NAMES)} instances (cap41 to cap134) read as cases and solved without any gap; they are not part of the project.",
        [
            Figure("largest difference from the published optimum", f"{worst:.4f}", "at most 0.01"),
            Figure("slowest instance", f"{slowest:.1f} s"),
            Figure("all together", f"{total:.0f} s"),
        ],
    )


if __name__ == "__main__":
    giant_motor()
    warehouses()
