"""The balance of published lines, side by side with what a planner could install instead.

    python -m benchmarks.line_balance --seconds 60                       # everything: many hours; say it again to go on
    python -m benchmarks.line_balance --seconds 60 --first 5             # 5 s for each line, then 60 s for those that need them
    python -m benchmarks.line_balance --suite otto --sample 10 --seconds 2 --engines brownfield,cabs,cp_sat
    python -m benchmarks.line_balance --report                           # the table, from what has been measured

Suites: scholl1 (269 lines, fewest stations), scholl2 (302, shortest takt), otto (those kept, fewest stations). Engines:
brownfield; cabs (DIDP's complete anytime beam search, the published model with its three bounds); cp_sat (the textbook model).
Each run is a process of its own, so that engines do not share memory; each row is written as soon as it is measured.

Our own seconds are CPU seconds, so that a machine with other work on it may be measured on. The others go by the clock on the wall:
a run of theirs that was given less than most of a core for its time is thrown away and repeated.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

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
COLUMNS = ("suite", "instance", "engine", "seconds", "allowed", "low", "high", "value", "bound", "cpu", "wall")
STARVED, TRIES = 0.9, 4
"""Share of a core below which a run by the clock does not count; how often it is repeated."""


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
    return [
        Published(suite, f"{row['graph']} {row[given]}", scholl(row["graph"]), int(row[given]), *span(row[known])) for row in table
    ]


def scholl(graph: str) -> Path:
    """The file of one of Scholl's graphs."""
    return SHARED / "scholl" / f"{FILES.get(graph, graph.upper())}.IN2"


def run(line: Published, engine: str, seconds: float) -> dict[str, object]:
    """Balance one line in a process of its own, again when the machine had no time for it."""
    asked = json.dumps({"path": str(line.path), "suite": line.suite, "given": line.given, "engine": engine, "seconds": seconds})
    for _ in range(TRIES):
        begin = time.monotonic()
        done = subprocess.run([sys.executable, "-m", "benchmarks.line_balance_run", asked], capture_output=True, text=True, check=False)
        wall = round(time.monotonic() - begin, 2)
        if done.returncode:
            raise RuntimeError(f"{line.instance}, {engine}: {done.stderr[-800:]}")
        got = dict(json.loads(done.stdout.splitlines()[-1]))
        if engine == "brownfield" or wall < seconds or got["cpu"] >= STARVED * wall:
            break
    return {**got, "wall": wall, "allowed": f"{seconds:g}"}


def settled(line: Published, got: dict[str, object]) -> bool:
    """Whether more time can change nothing that is counted: it is proved, or the shortest takt is as short as the best published."""
    if got["value"] in ("", None):
        return False
    value, bound = float(str(got["value"])), float(str(got["bound"]))
    return value <= bound or (line.suite == "scholl2" and value <= line.low)


def measure(suites: list[str], engines: list[str], seconds: float, first: float, sample: int) -> None:
    """Every line of the suites that has not been measured yet, by every engine."""
    known = {(row["suite"], row["instance"], row["engine"], row["seconds"]) for row in measured()}
    new = not RESULTS.exists()
    with RESULTS.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if new:
            writer.writeheader()
        waiting = [(suite, line, engine) for suite in suites for line in published(suite)[sample // 2 :: sample] for engine in engines]
        waiting = [one for one in waiting if one[0] != "scholl2" or one[2] != "cabs"]
        waiting = [one for one in waiting if (one[0], one[1].instance, one[2], f"{seconds:g}") not in known]
        for limit in (first, seconds) if first else (seconds,):
            left = []
            for suite, line, engine in waiting:
                got = run(line, engine, limit)
                print(suite, line.instance, engine, got, f"known {line.low}..{line.high}", flush=True)
                if limit < seconds and not settled(line, got):
                    left.append((suite, line, engine))
                    continue
                row = {"suite": suite, "instance": line.instance, "engine": engine, "seconds": f"{seconds:g}"}
                writer.writerow({**row, "low": line.low, "high": line.high, **got})
                file.flush()
            waiting = left


def measured() -> list[dict[str, str]]:
    """What has been measured so far."""
    return list(csv.DictReader(RESULTS.read_text(encoding="utf-8").splitlines())) if RESULTS.exists() else []


def report() -> str:
    """How many lines each engine proved, and how its values stand to what was known."""
    lines = [
        "# Lines balanced", "", "Written by `make bench-line` from `line_balance.csv`. *Seconds*: allowed for each line, on one core.",
        "*As known*: no worse than the best value published; *outside*: a value or bound that contradicts what is published;",
        "*within 1 %*: of its own bound; *CPU*: mean seconds.", "",
        "| suite | tasks | engine | seconds | lines | proved | as known | within 1 % | none found | outside | CPU |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    groups: dict[tuple[str, str, str, str], list[dict[str, str]]] = {}
    for row in measured():
        tasks = row["instance"].partition("=")[2].partition("_")[0] if row["suite"] == "otto" else ""
        groups.setdefault((row["suite"], tasks, row["engine"], row["seconds"]), []).append(row)
    for (suite, tasks, engine, seconds), found in sorted(groups.items(), key=lambda item: (item[0][0], int(item[0][1] or 0), item[0][2:])):
        have = [(float(r["value"]), float(r["bound"]), float(r["low"]), float(r["high"])) for r in found if r["value"]]
        proved = sum(value <= bound for value, bound, _, _ in have)
        good = sum(value <= high for value, _, _, high in have)
        near = sum(value <= 1.01 * bound for value, bound, _, _ in have)
        outside = sum(value < low or bound > high for value, bound, low, high in have)
        cpu = sum(float(row["cpu"]) for row in found) / len(found)
        lines.append(
            f"| {suite} | {tasks} | {engine} | {seconds} | {len(found)} | {proved} | {good} | {near} | {len(found) - len(have)} "
            f"| {outside} | {cpu:.1f} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure what is asked for, or write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", default="scholl1,scholl2,otto")
    parser.add_argument("--engines", default="brownfield")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--first", type=float, default=0, help="a shorter limit at first; only unsettled lines get all seconds")
    parser.add_argument("--sample", type=int, default=1, help="take one line of so many")
    parser.add_argument("--report", action="store_true")
    asked = parser.parse_args()
    if not asked.report:
        measure(asked.suite.split(","), asked.engines.split(","), asked.seconds, asked.first, asked.sample)
    PAGE.write_text(report(), encoding="utf-8")
    print(report())


if __name__ == "__main__":
    main()
