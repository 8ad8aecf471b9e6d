"""From the results of `benchmarks.solver` to its page, to the part of docs/solver.md that is measured, and to the chart.

Every gap is money over the gross value of the best plan that any run found for the case, so that engines can be compared.
Cases that Brownfield loses stay and are marked; a bound below a plan that exists, or a plan that is worth less than was
claimed, is told first of all and ends with status 1.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.solver import MEASURED, SUITES, Suite

PAGE = Path(__file__).parent / "solver.md"
DOCS = Path(__file__).parents[1] / "docs"
PART = re.compile(r"(<!-- measured: [^>]*-->\n).*?(<!-- end of what is measured -->)", re.S)
SHIFT = 10.0
"""Seconds added before the geometric mean and taken off after it: very short times count for little."""
WRONG = 1e-6
"""Share of gross value by which a bound may lie below a plan, or a claim above the books."""
OTHERS = 0.2
"""Part of a core that other work on the machine may take before it is told."""
NO_PLAN = ("proof", "infeasible", "HighsModelStatus.kInfeasible")
"""How a run ends that has proved something; with no plan at hand, that there is none."""
NAMES = {
    "brownfield": "Brownfield",
    "highs-naive": "HiGHS, naive model",
    "highs-tight": "HiGHS, Brownfield's model",
    "scip-naive": "SCIP, naive model",
}


@dataclass(frozen=True)
class Best:
    """The best checked plan of a case that any run found: its worth, its gross value, who found it."""

    worth: float
    gross: float
    engine: str


@dataclass(frozen=True)
class Run:
    """One result, measured against the best plan known."""

    record: dict[str, Any]
    best: Best | None

    @property
    def engine(self) -> str:
        """Name on the command line."""
        return str(self.record["job"]["engine"])

    @property
    def seconds(self) -> float:
        """Time limit."""
        return float(self.record["job"]["seconds"])

    @property
    def curve(self) -> list[tuple[float, float, float]]:
        """Seconds, plan and bound; minus or plus infinity where there is none yet."""
        points = self.record["curve"]
        return [(t, -math.inf if plan is None else plan, math.inf if bound is None else bound) for t, plan, bound in points]

    @property
    def in_time(self) -> list[tuple[float, float, float]]:
        """The curve up to the time limit, with a second for the clock to be looked at."""
        return [point for point in self.curve if point[0] <= self.seconds + 1.0]

    def off(self, value: float) -> float:
        """How far a plan or a bound lies from the best plan known, in per cent of gross value."""
        return 100 * (value - self.best.worth) / self.best.gross if self.best else math.inf

    @property
    def gap(self) -> float:
        """Bound less plan at the end, in per cent."""
        if not self.in_time or not self.best:
            return math.inf
        _, plan, bound = self.in_time[-1]
        return 100 * (bound - plan) / self.best.gross

    def to(self, gap: float) -> float:
        """Seconds until bound and plan were this close, in per cent; infinity when that did not happen in time."""
        if not self.best:
            return math.inf
        width = gap / 100 * self.best.gross
        return next((t for t, plan, bound in self.in_time if bound - plan <= width), math.inf)

    @property
    def none(self) -> bool:
        """Whether it says to have proved that there is no plan."""
        return self.record["ended"] in NO_PLAN and all(plan is None for _, plan, _ in self.record["curve"])

    @property
    def faults(self) -> list[str]:
        """What must never happen, in words."""
        job, found = self.record["job"], []
        name = f"{NAMES[self.engine]}, {job['plants']} x {job['products']} x {job['quarters']}, seed {job['seed']}, {job['seconds']:g} s"
        if self.record["ended"] == "failed":
            found.append(f"{name}: the run failed")
        if self.none and self.best:
            found.append(f"{name}: it says that there is no plan; {NAMES[self.best.engine]} has one")
        checked = self.record.get("checked") or {}
        if checked.get("broken"):
            found.append(f"{name}: its plan breaks {checked['broken']} rules, or cannot be made exact")
        if self.best and self.curve:
            _, plan, bound = self.curve[-1]
            room = WRONG * self.best.gross
            if bound < self.best.worth - room:
                found.append(f"{name}: WRONG BOUND {bound:,.4f}, below a plan worth {self.best.worth:,.4f} ({NAMES[self.best.engine]})")
            if checked.get("worth") is not None and plan > checked["worth"] + room:
                found.append(f"{name}: it claims a plan worth {plan:,.4f}; the books make it {checked['worth']:,.4f}")
        return found


@dataclass(frozen=True)
class Group:
    """All runs of one suite under one time limit: case (size and seed) -> its runs.

    every: all cases. cases: those that can have a plan at all.
    """

    name: str
    seconds: float
    every: dict[tuple[int, ...], list[Run]]

    @property
    def cases(self) -> dict[tuple[int, ...], list[Run]]:
        """Cases of which nobody has proved that there is no plan."""
        return {case: runs for case, runs in self.every.items() if not any(run.none for run in runs)}

    @property
    def suite(self) -> Suite:
        """What was asked for."""
        return SUITES[self.name]

    @property
    def engines(self) -> list[str]:
        """Engines with at least one run."""
        return [engine for engine in NAMES if any(run.engine == engine for runs in self.cases.values() for run in runs)]

    def of(self, engine: str) -> list[Run]:
        """The runs of one engine."""
        return [run for runs in self.cases.values() for run in runs if run.engine == engine]


def groups(records: list[dict[str, Any]]) -> list[Group]:
    """Results by suite and time limit, in the order of the suites."""
    best = best_plans(records)
    found: dict[tuple[str, float], dict[tuple[int, ...], list[Run]]] = {}
    for name, suite in SUITES.items():
        for record in records:
            job = record["job"]
            size = (job["plants"], job["products"], job["quarters"])
            if size in suite.sizes:
                cases = found.setdefault((name, job["seconds"]), {})
                cases.setdefault((*size, job["seed"]), []).append(Run(record, best.get(record.get("digest", ""))))
    return [Group(name, seconds, dict(sorted(cases.items(), key=lambda case: case[0][-1]))) for (name, seconds), cases in found.items()]


def best_plans(records: list[dict[str, Any]]) -> dict[str, Best]:
    """The best checked plan of each case, by the digest of the case."""
    best: dict[str, Best] = {}
    for record in records:
        checked = record.get("checked") or {}
        if checked.get("worth") is None or checked["broken"]:
            continue
        digest = record["digest"]
        if digest not in best or checked["worth"] > best[digest].worth:
            best[digest] = Best(checked["worth"], checked["gross"], record["job"]["engine"])
    return best


def mean(times: list[float], limit: float) -> float:
    """Shifted geometric mean; what was not reached counts as the time limit."""
    return math.exp(sum(math.log(min(t, limit) + SHIFT) for t in times) / len(times)) - SHIFT


def first(runs: list[Run], gap: float) -> Run | None:
    """Who comes first in a case: the finest gap soonest; when nobody reaches it, the smallest gap at the end; None without any."""
    best = min(runs, key=lambda run: (run.to(gap), run.gap))
    return best if math.isfinite(best.gap) else None


def percent(value: float) -> str:
    """A gap as it stands in a table."""
    if math.isinf(value):
        return "no proof"
    return f"{max(value, 0.0):.2f} %" if value < 100 else f"{value:,.0f} %"


def extent(group: Group) -> str:
    """How many cases under which time limit, and whether all of them have been run."""
    same = {len(group.of(engine)) for engine in group.engines} == {len(group.cases)}
    uneven = "" if same else " Not every engine has been run on every case yet: compare with care."
    by = {case: ", ".join(NAMES[run.engine] for run in runs if run.none) for case, runs in group.every.items()}
    without = "; ".join(f"seed {case[-1]} (by {who})" for case, who in by.items() if who)
    none = f" Left out, because it was proved that there is no plan: {without}." if without else ""
    few = "" if len(group.every) >= group.suite.seeds else f" Only {len(group.every)} of {group.suite.seeds} so far."
    return f"{count(group.cases)}, at most {group.seconds:g} s each.{uneven}{none}{few}"


def overview(group: Group) -> list[str]:
    """One line for each engine: mean time to each gap, gap at the end, memory."""
    gaps = group.suite.gaps
    lines = [
        f"| {group.suite.told} | {' | '.join(f'to {gap:g} %' for gap in gaps)} | gap at the end: median | worst | memory |",
        "|---" * (len(gaps) + 4) + "|",
    ]
    for engine in group.engines:
        runs = group.of(engine)
        cells = []
        for gap in gaps:
            times = [run.to(gap) for run in runs]
            reached = sum(map(math.isfinite, times))
            cells.append(f"{mean(times, group.seconds):.1f} s ({reached} of {len(runs)})" if reached else f"never (0 of {len(runs)})")
        ends = [run.gap for run in runs]
        memory = f"{max(run.record['peak_megabytes'] for run in runs):,.0f} MB"
        lines.append(f"| {NAMES[engine]} | {' | '.join(cells)} | {percent(median(ends))} | {percent(max(ends))} | {memory} |")
    return lines


def cases(group: Group) -> list[str]:
    """One line for each case: what every engine came to, who came first, and where Brownfield lost."""
    finest = group.suite.gaps[-1]
    lines = [
        f"| plants, products, quarters, seed | best plan known | {' | '.join(NAMES[engine] for engine in group.engines)} | |",
        "|---" * (len(group.engines) + 3) + "|",
    ]
    for case, runs in group.cases.items():
        winner, cells = first(runs, finest), []
        for engine in group.engines:
            mine = [run for run in runs if run.engine == engine]
            text = _cell(mine[0], finest) if mine else "not run"
            cells.append(f"**{text}**" if mine and mine[0] is winner else text)
        best = runs[0].best
        known = f"{best.worth:,.1f} ({NAMES[best.engine]})" if best else "none"
        lost = "nobody" if winner is None else "" if winner.engine == "brownfield" else "**lost**"
        lines.append(f"| {', '.join(map(str, case))} | {known} | {' | '.join(cells)} | {lost} |")
    return lines


def _cell(run: Run, finest: float) -> str:
    """What a run came to: the time to the finest gap, or plan and bound at the end, from the best plan known."""
    if math.isfinite(run.to(finest)):
        return f"{run.to(finest):.1f} s"
    if run.record["ended"] == "failed":
        return "failed"
    if not run.in_time:
        return "nothing"
    _, plan, bound = run.in_time[-1]
    ends = [f"plan {run.off(plan):.2f} %" if math.isfinite(plan) else "no plan"]
    if run.best or not math.isfinite(bound):
        ends.append(f"bound {run.off(bound):+.2f} %" if math.isfinite(bound) else "no bound")
    return ", ".join(ends)


def told(records: list[dict[str, Any]], faults: list[str]) -> list[str]:
    """What the tables mean, and everything that is wrong with them."""
    lines = ["**This must not happen:**", "", *(f"- {fault}" for fault in faults), ""] if faults else []
    machines = sorted({record["machine"] for record in records if "machine" in record})
    sources = {record.get("source") for record in records if record["job"]["engine"] == "brownfield"}
    lines += machines
    lines.append(
        f"Each run has a process and two cores to itself. Times are seconds by the clock from the case in memory to the first moment"
        f" at which the bound lies above the plan by no more than the gap; shifted geometric means over the cases (shift {SHIFT:g} s), with"
        " the time limit for a case in which the gap was not reached, and in how many it was. A gap is a share of the gross value of the"
        " best plan known. Memory is the largest peak, worker processes included."
    )
    disturbed = sum(record.get("others", 0.0) > OTHERS for record in records)
    if disturbed:
        lines.append(f"**During {disturbed} of {len(records)} runs the machine did other work too** (more than {OTHERS:g} of a core).")
    if len(sources) > 1:
        lines.append(f"The runs of Brownfield come from {len(sources)} different states of its source.")
    return lines


def page(records: list[dict[str, Any]], faults: list[str]) -> str:
    """The whole page, every case in it."""
    lines = ["# How fast a plan is found and proved", "", "Written by `make bench-solver`; [what it means](../docs/solver.md).", ""]
    lines += [*told(records, faults), ""] if records else ["Nothing has been measured yet."]
    for group in groups(records):
        lines += [f"## {group.name}: {group.suite.told}", "", extent(group), ""]
        lines += [*overview(group), "", *_each(group), *cases(group), ""]
    return "\n".join(lines).rstrip() + "\n"


def _each(group: Group) -> list[str]:
    return [
        f"Case by case: seconds to {group.suite.gaps[-1]:g} %, or else how far plan and bound were from the best plan known when time was"
        " up; in bold who came first.",
        "",
    ]


def summary(records: list[dict[str, Any]], faults: list[str]) -> str:
    """The part of docs/solver.md that is measured."""
    shown = published(groups(records))
    if not shown:
        return "Nothing yet: say `make bench-solver`.\n"
    lines = ["![Plan and bound over time, engine by engine](pictures/solver.svg)", "", *told(records, faults), ""]
    for group in shown:
        lines += [extent(group), "", *overview(group), "", lost(group), ""]
    return "\n".join(lines)


def published(everything: list[Group]) -> list[Group]:
    """The suites that are shown in docs: not the one that only says whether everything runs."""
    return [group for group in everything if group.name in MEASURED]


def lost(group: Group) -> str:
    """In how many cases Brownfield did not come first."""
    together = [runs for runs in group.cases.values() if {"brownfield"} < {run.engine for run in runs}]
    if not together:
        return "Nothing to compare."
    winners = [first(runs, group.suite.gaps[-1]) for runs in together]
    behind = [run for run in winners if run and run.engine != "brownfield"]
    won = sum(run is not None and run.engine == "brownfield" for run in winners)
    names = ", ".join(sorted({NAMES[run.engine] for run in behind}))
    nobody = f" In {len(together) - won - len(behind)} nobody has both plan and bound." if won + len(behind) < len(together) else ""
    lost = f" It **loses {len(behind)}** (to {names}); [which](../benchmarks/solver.md)." if behind else ""
    return f"Brownfield comes first in {won} of {count(together)}.{lost}{nobody}"


def count(cases: Collection[object]) -> str:
    """How many cases, in words."""
    return f"{len(cases)} case{'' if len(cases) == 1 else 's'}"


def write(records: list[dict[str, Any]]) -> int:
    """Write page, docs and chart; 1 when something is there that must not happen."""
    from benchmarks.solver_chart import chart

    everything = groups(records)
    faults = sorted({fault for group in everything for runs in group.every.values() for run in runs for fault in run.faults})
    for fault in faults:
        print(fault, file=sys.stderr)
    PAGE.write_text(page(records, faults), encoding="utf-8")
    guide = DOCS / "solver.md"
    text = PART.sub(lambda found: found[1] + summary(records, faults) + found[2], guide.read_text(encoding="utf-8"))
    guide.write_text(text, encoding="utf-8")
    if shown := published(everything):
        (DOCS / "pictures" / "solver.svg").write_text(chart(shown), encoding="utf-8")
    return 1 if faults else 0
