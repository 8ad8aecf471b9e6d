"""How good an order is after a minute: `make bench-sequence`, or `python -m benchmarks.line_sequence --help`.

Each run (engine, day, seed) adds a line to a file of JSON lines at once; runs that are there already are left out, so that it can be
ended and begun again at any time. `--report` writes the page from what is there.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

from benchmarks.__main__ import machine
from benchmarks.line_days import KNOWN, days
from brownfield.shopfloor.sequence import sequence
from brownfield.shopfloor.sequence_day import Day
from brownfield.shopfloor.sequence_score import score
from brownfield.shopfloor.simulate import Flow, Station, simulate

RESULTS = Path(__file__).parent / "line_sequence.jsonl"
PAGE = Path(__file__).parent / "line_sequence.md"
KINDS = {
    "hard": "the nine hard days of CSPLib, 100 cars",
    "easy": "ten of the 70 days of CSPLib, 200 cars, all without a violation",
    "made_up": "70 made-up days like those, each with a hidden order without a violation",
    "roadef": "three days of Renault (ROADEF 2005, set A): marks of the challenge",
}


def run(kind: str, day: Day, engine: str, seconds: float, seed: int) -> dict[str, Any]:
    """One run, as a line of the results."""
    sequence(day, moves=1)  # compiles what is not compiled yet
    begin, reached = time.perf_counter(), [(0.0, math.inf)]

    def note(_: int, cost: int) -> None:
        if cost < reached[-1][1]:
            reached.append((time.perf_counter() - begin, cost))

    if engine == "search":
        result = sequence(day, seconds=seconds, seed=seed, on_progress=note)
        order, more = result.order, {"bound": result.bound, "moves": result.moves, "reached": round(reached[-1][0], 2)}
    else:
        from benchmarks.line_lns import by_lns

        order, more = by_lns(day, seconds, seed), {}
    found, planned = score(day, order), score(day, np.arange(len(day.cars)))
    windows = sum(ratio.windows for ratio in found.ratios)
    told = {"kind": kind, "day": day.name, "engine": engine, "seconds": seconds, "seed": seed}
    return told | {"total": found.total, "windows": windows, "washes": found.washes, "planned": planned.total} | more


def key(row: dict[str, Any]) -> tuple[Any, ...]:
    """What makes two runs the same."""
    return tuple(row[name] for name in ("kind", "day", "engine", "seconds", "seed"))


def measure(kinds: Iterable[str], seconds: float, sample: int, seeds: int, out: Path) -> None:
    """Every run that is not there yet; `sample`: only every n-th day of a kind."""
    rows = read(out)
    there = {key(row) for row in rows}
    for kind in kinds:
        engines = ("search", "lns") if kind == "roadef" else ("search",)
        for name, day in list(days(kind).items())[:: max(1, sample)]:
            for engine in engines:
                for seed in range(1, seeds + 1):
                    if (kind, day.name, engine, seconds, seed) in there:
                        continue
                    row = run(kind, day, engine, seconds, seed)
                    with out.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(row) + "\n")
                    print(f"{kind} {name} {engine} {seed}: {row['planned']} -> {row['total']}", flush=True)


def read(out: Path) -> list[dict[str, Any]]:
    """Runs that are there."""
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()] if out.is_file() else []


def report(rows: list[dict[str, Any]]) -> str:
    """The page: one table for each kind of day."""
    parts = ["# The order of a day, and the pace of a line\n", f"Written by `make bench-sequence`. {machine()}\n"]
    for kind, told in KINDS.items():
        if mine := [row for row in rows if row["kind"] == kind]:
            parts += [f"## {told[0].upper() + told[1:]}\n", *(table(kind, mine)), ""]
    return "\n".join([*parts, simulation()])


def table(kind: str, rows: list[dict[str, Any]]) -> list[str]:
    """A row for each day, or for each group of made-up days."""
    if kind == "roadef":
        lines = ["| day | seconds | planned | search (mean) | LNS with CP-SAT (mean) | no order is below |", "|---|---|---|---|---|---|"]
        for day, seconds in sorted({(row["day"], row["seconds"]) for row in rows}):
            mine = [row for row in rows if (row["day"], row["seconds"]) == (day, seconds)]
            by = {engine: [row["total"] for row in mine if row["engine"] == engine] for engine in ("search", "lns")}
            shown = [f"{mean(by[engine]):,.0f}" if by[engine] else "not run" for engine in ("search", "lns")]
            bound = next((f"{row['bound']:,}" for row in mine if "bound" in row), "")
            lines.append(f"| {day} | {seconds:g} | {mine[0]['planned']:,} | {shown[0]} | {shown[1]} | {bound} |")
        return lines
    heads = ("day", "seconds", "runs", "violations (excess)", "violated windows", "best known", "seconds to the best")
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for day, seconds in sorted({(row["day"], row["seconds"]) for row in rows}):
        mine = [row for row in rows if (row["day"], row["seconds"]) == (day, seconds)]
        excess, windows = sorted(row["total"] for row in mine), sorted(row["windows"] for row in mine)
        spread = [f"{low}" if low == high else f"{low} to {high}" for low, high in ((v[0], v[-1]) for v in (excess, windows))]
        slow = max(row["reached"] for row in mine)
        lines.append(f"| {day} | {seconds:g} | {len(mine)} | {spread[0]} | {spread[1]} | {KNOWN.get(day, 0)} | {slow} |")
    return lines


def simulation() -> str:
    """How long a simulation of a line of 30 stations takes, compiled and ready."""
    stations = tuple(Station(f"s{k}", 55 + k % 5, 4000 + 300 * k, 120) for k in range(30))
    flow = Flow("30 stations", stations, (2,) * 29)
    simulate(flow, cars=200, replications=2)
    begin = time.process_time()
    result = simulate(flow)
    spent = time.process_time() - begin
    return (
        "## The pace of a line\n\n"
        f"30 stations, 4,000 cars, 20 replications: {result.jph.mean:.2f} ± {result.jph.half:.2f} cars an hour in {spent:.2f} s. "
        "Exactness is a matter of the tests: two machines against the closed form, events against the recursion.\n"
    )


def main() -> None:
    """Measure, then write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", nargs="*", choices=[*KINDS], default=[*KINDS], help="kinds of days")
    parser.add_argument("--seconds", type=float, default=60.0, help="seconds of each run")
    parser.add_argument("--sample", type=int, default=1, help="only every n-th day of a kind")
    parser.add_argument("--seeds", type=int, default=1, help="runs of each day")
    parser.add_argument("--out", type=Path, default=RESULTS, help="file of results")
    parser.add_argument("--report", action="store_true", help="only write the page from what is there")
    asked = parser.parse_args()
    if not asked.report:
        measure(asked.kinds, asked.seconds, asked.sample, asked.seeds, asked.out)
    PAGE.write_text(report(read(asked.out)), encoding="utf-8")


if __name__ == "__main__":
    main()
