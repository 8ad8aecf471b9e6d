"""The balance of published lines, side by side with what a planner could install instead.

    python -m benchmarks.line_balance                                    # 5 s for each line, then 60 s for those that need them
    python -m benchmarks.line_balance --suite otto --sample 10 --seconds 2 --engines brownfield,cabs,cp_sat
    python -m benchmarks.line_balance --report                           # the table, from what has been measured

Suites: scholl1 (269 lines, fewest stations), scholl2 (302, shortest takt), otto (those kept, fewest stations). Engines:
brownfield; cabs (DIDP's complete anytime beam search, the published model with its three bounds); cp_sat (the textbook model).
Each run is a process of its own, so that engines do not share memory; each row is written as soon as it is measured.

All seconds are CPU seconds, so that a machine with other work on it may be measured on: our own clock counts them, and the others
are ended by the system when theirs are used up, with the last line that they found.
"""

import argparse
import csv
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.__main__ import machine

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("BROWNFIELD_SHARED", HERE.parent.parent / "shared")) / "benchmarks" / "line" / "salbp"
RESULTS = HERE / "line_balance.csv"
PAGE = HERE / "line_balance.md"
FILES = {
    "Arcus1": "ARC83", "Arcus2": "ARC111", "Bowman": "BOWMAN8", "Heskiaoff": "HESKIA", "Kilbridge": "KILBRID", "Sawyer": "SAWYER30",
    "Tonge": "TONGE70",
}  # fmt: skip
"""Names of Scholl's graphs whose file has another name."""
SIZES = {"20": "small", "50": "medium", "100": "large", "1000": "verylarge"}
COLUMNS = ("suite", "instance", "engine", "seconds", "low", "high", "value", "bound", "cpu", "wall")
ENDED = (0, -signal.SIGXCPU)
"""How a run may end: by itself, or with its seconds used up."""


@dataclass(frozen=True)
class Published:
    """A line, what is known of its best value, and what is given: takt or stations."""

    suite: str
    instance: str
    path: Path
    given: int
    low: int
    high: int


def span(text: str) -> tuple[int, int]:
    """`26` or `[26,28]` as least and greatest value."""
    ends = [int(part) for part in text.strip("[] ").replace(";", ",").split(",")]
    return ends[0], ends[-1]


def rows(name: str) -> list[dict[str, str]]:
    """Rows of one of the tables of known values."""
    return list(csv.DictReader((SHARED / name).read_text(encoding="utf-8").splitlines()))


def published(suite: str) -> list[Published]:
    """The lines of a suite."""
    if suite == "otto":
        found = []
        for row in rows("otto_known_bounds.csv"):
            path = SHARED / "otto" / SIZES[row["n"]] / f"{row['filename']}.alb"
            found.append(Published(suite, row["filename"], path, 0, *span(row["optimum_or_range"])))
        return found
    given, known = ("cycle_time", "m_star") if suite == "scholl1" else ("stations", "c_star_or_range")
    table = rows(f"scholl_salbp{suite[-1]}_optima.csv")
    return [Published(suite, f"{row['graph']} {row[given]}", scholl(row["graph"]), int(row[given]), *span(row[known])) for row in table]


def scholl(graph: str) -> Path:
    """The file of one of Scholl's graphs."""
    return SHARED / "scholl" / f"{FILES.get(graph, graph.upper())}.IN2"


def run(line: Published, engine: str, seconds: float) -> dict[str, object]:
    """Balance one line in a process of its own."""
    asked = json.dumps({"path": str(line.path), "suite": line.suite, "given": line.given, "engine": engine, "seconds": seconds})
    begin = time.monotonic()
    done = subprocess.run([sys.executable, "-m", "benchmarks.line_balance_run", asked], capture_output=True, text=True, check=False)
    if done.returncode not in ENDED:
        raise RuntimeError(f"{line.instance}, {engine}: {done.stderr[-800:]}")
    got = dict(json.loads(done.stdout.splitlines()[-1]))
    if done.returncode:
        got["cpu"] = seconds
    return {**got, "wall": round(time.monotonic() - begin, 2)}


def settled(row: dict[str, object] | dict[str, str]) -> bool:
    """Whether more time can change nothing that is counted: it is proved, or the shortest takt is as short as the best published."""
    if row["value"] in ("", None):
        return False
    value, bound, low = (float(str(row[name])) for name in ("value", "bound", "low"))
    return value <= bound or (row["suite"] == "scholl2" and value <= low)


def measure(suites: list[str], engines: list[str], limits: list[float], sample: int) -> None:
    """Every line of the suites by every engine, with each limit in turn for the lines that the one before did not settle."""
    rows = {(row["suite"], row["instance"], row["engine"]): row for row in best(measured())}
    new = not RESULTS.exists()
    with RESULTS.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if new:
            writer.writeheader()
        waiting = [(suite, line, engine) for suite in suites for line in published(suite)[sample // 2 :: sample] for engine in engines]
        for limit in limits:
            for suite, line, engine in waiting:
                row = rows.get((suite, line.instance, engine))
                if (row and (settled(row) or float(row["seconds"]) >= limit)) or (suite, engine) == ("scholl2", "cabs"):
                    continue
                told = {"suite": suite, "instance": line.instance, "engine": engine, "seconds": f"{limit:g}"}
                made = {
                    name: str(value) for name, value in {**told, "low": line.low, "high": line.high, **run(line, engine, limit)}.items()
                }
                rows[suite, line.instance, engine] = made
                writer.writerow(made)
                file.flush()
                print(*made.values(), flush=True)


def best(found: list[dict[str, str]]) -> list[dict[str, str]]:
    """The run of each line by each engine that had most time: short runs come first, and long ones where these settled nothing."""
    longest: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in found:
        key = (row["suite"], row["instance"], row["engine"])
        if key not in longest or float(row["seconds"]) >= float(longest[key]["seconds"]):
            longest[key] = row
    return list(longest.values())


def measured() -> list[dict[str, str]]:
    """What has been measured so far."""
    return list(csv.DictReader(RESULTS.read_text(encoding="utf-8").splitlines())) if RESULTS.exists() else []


HEAD = """# Lines balanced

Written by `make bench-line` from `line_balance.csv`. {machine}
Other work ran on the machine at the same time: all seconds are CPU seconds of one core. *Seconds*: what each line was given; lines that a
shorter run settled got no more, and lines that an earlier version of Brownfield settled were not measured again.
*As known*: no worse than the best value published; *outside*: a value or bound that contradicts what is published;
*within 1 %*: of its own bound; *CPU*: mean seconds of the run that counts, with reading. Suites are whole where *lines* says so (scholl1
has 269, scholl2 302, otto 336: 105 of 20, 50 and 100 tasks each, 21 of 1000); otherwise every n-th line of them was taken.

| suite | tasks | engine | seconds | lines | proved | as known | within 1 % | none found | outside | CPU |
|---|---|---|---|---|---|---|---|---|---|---|
"""


def report() -> str:
    """How many lines each engine proved, how its values stand to what was known; then every line where we are not there."""
    runs = best(measured())
    groups: dict[tuple[str, str, str], list[dict[str, str]]] = {}
    for row in runs:
        groups.setdefault((row["suite"], tasks_of(row), row["engine"]), []).append(row)
    text = HEAD.format(machine=machine())
    for (suite, tasks, engine), found in sorted(groups.items(), key=lambda item: (item[0][0], int(item[0][1] or 0), item[0][2])):
        text += f"| {suite} | {tasks} | {engine} | {counted(found)} |\n"
    ours = [row for row in runs if row["engine"] == "brownfield"]
    return text + side_by_side(runs) + long_lines(ours) + missed(ours)


def tasks_of(row: dict[str, str]) -> str:
    """How many tasks the lines of a group have, where all have as many."""
    return row["instance"].partition("=")[2].partition("_")[0] if row["suite"] == "otto" else ""


def counted(found: list[dict[str, str]]) -> str:
    """One row of the table."""
    have = [(float(r["value"]), float(r["bound"]), float(r["low"]), float(r["high"])) for r in found if r["value"]]
    proved = sum(value <= bound for value, bound, _, _ in have)
    good = sum(value <= high for value, _, _, high in have)
    near = sum(value <= 1.01 * bound for value, bound, _, _ in have)
    outside = sum(value < low or bound > high for value, bound, low, high in have)
    cpu = sum(float(row["cpu"]) for row in found) / len(found)
    limits = sorted({float(row["seconds"]) for row in found})
    most = f"{limits[0]:g}" if len(limits) == 1 else f"{limits[0]:g} to {limits[-1]:g}"
    return " | ".join(str(cell) for cell in (most, len(found), proved, good, near, len(found) - len(have), outside, f"{cpu:.1f}"))


def side_by_side(runs: list[dict[str, str]]) -> str:
    """The lines that all engines had, at the same limit: how many each proved."""
    by: dict[tuple[str, str], dict[str, dict[str, str]]] = {}
    for row in runs:
        by.setdefault((row["suite"], row["instance"]), {})[row["engine"]] = row
    shared = {key: found for key, found in by.items() if len(found) >= (2 if key[0] == "scholl2" else 3)}
    if not shared:
        return ""
    text = "\n## The same lines by all engines\n\n| suite | tasks | lines | engine | proved | as known | CPU |\n" + "|---" * 7 + "|\n"
    groups: dict[tuple[str, int, str], list[dict[str, str]]] = {}
    for found in shared.values():
        for engine, row in found.items():
            groups.setdefault((row["suite"], int(tasks_of(row) or 0), engine), []).append(row)
    for (suite, tasks, engine), rows_of in sorted(groups.items()):
        cells = counted(rows_of).split(" | ")
        text += f"| {suite} | {tasks or ''} | {len(rows_of)} | {engine} | {cells[2]} | {cells[3]} | {cells[7]} |\n"
    return text


LONG = """
## Lines of 1000 tasks

The aim is a balance within 1 % of our own bound for each of them: {near} of {all} have one{far}.
Hard are those whose tasks take about half of takt. A station holds two of them, seldom three, so the bound is the number of tasks less
the most pairs that can be had, and each task without a mate costs a whole station. Before tasks could walk between stations, the
balance of these lines stood 2.0 to 4.8 % above the bound. What is left may be either side's. A linear program over all loads that the
order of the tasks allows, solved once by column generation outside the package, raised the bound from 493 to 494 on 50 and not at all
on 275 (517) and 500 (535). It does not see stations that wait for one another in a circle: of nine such lines of 100 tasks the
best value is this bound on five, one station more on three where neither is proved, and proved to be two more on one.
"""


def long_lines(runs: list[dict[str, str]]) -> str:
    """How far the longest lines are from their bounds."""
    gaps = {row["instance"]: float(row["value"]) / float(row["bound"]) - 1 for row in runs if tasks_of(row) == "1000" and row["value"]}
    far = [f"{name} ({gap:.1%})" for name, gap in sorted(gaps.items(), key=lambda item: -item[1]) if gap > 0.01]
    return LONG.format(near=len(gaps) - len(far), all=len(gaps), far="; not yet " + ", ".join(far) if far else "") if gaps else ""


def missed(runs: list[dict[str, str]]) -> str:
    """Every line that we did not prove, or for the shortest takt did not do as well as is known."""
    text = "\n## Where we are not there\n\nLines not proved; of `scholl2`, those not as short as the best published.\n\n"
    text += "| suite | line | value | our bound | above it | published | seconds |\n|---|---|---|---|---|---|---|\n"
    for row in sorted(runs, key=lambda row: (row["suite"], len(row["instance"]), row["instance"])):
        value = float(row["value"]) if row["value"] else float("inf")
        there = value <= float(row["high"]) if row["suite"] == "scholl2" else value <= float(row["bound"] or 0)
        if not there:
            known = row["low"] if row["low"] == row["high"] else f"{row['low']} to {row['high']}"
            bound = f"{float(row['bound']):g}" if row["bound"] else ""
            above = f"{value / float(row['bound']) - 1:.1%}" if row["bound"] and row["value"] else ""
            text += f"| {row['suite']} | {row['instance']} | {value:g} | {bound} | {above} | {known} | {row['seconds']} |\n"
    return text


def main() -> None:
    """Measure what is asked for, or write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", default="scholl1,scholl2,otto")
    parser.add_argument("--engines", default="brownfield")
    parser.add_argument("--seconds", default="5,60", help="CPU seconds for each line, then for those that these did not settle")
    parser.add_argument("--sample", type=int, default=1, help="take one line of so many")
    parser.add_argument("--report", action="store_true")
    asked = parser.parse_args()
    if not asked.report:
        measure(asked.suite.split(","), asked.engines.split(","), [float(part) for part in asked.seconds.split(",")], asked.sample)
    PAGE.write_text(report(), encoding="utf-8")
    print(report())


if __name__ == "__main__":
    main()
