"""The line with everything that holds there: zones, tools, people side by side, groups, today's places; by CP-SAT."""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from math import ceil, isfinite
from typing import Any

from brownfield.errors import BrownfieldError
from brownfield.shopfloor.balance_form import PARTS, Form

MONEY = 1_000_000
"""Units of a million in which costs are reckoned: single coins."""

Places = list[tuple[int, int]]
"""Station and person of each block, from 0."""


@dataclass
class Answer:
    """What CP-SAT came to. end: proved, time, infeasible or user; value and bound in its own units."""

    end: str = ""
    places: Places | None = None
    value: int | None = None
    bound: int | None = None


def question(form: Form, aim: str, takt: int, bound: int, hint: Sequence[tuple[int, int] | None], budget: float | None) -> dict[str, Any]:
    """A line as CP-SAT is asked about it: whole numbers and lists."""
    line = form.line
    over = PARTS + round(line.overload * PARTS)
    moving = []
    for tasks, allowed in zip(form.members, form.allowed, strict=True):
        costs = {s: sum(round(line.move_cost[t] * MONEY) for t in tasks if line.now[t] >= 0 and line.now[t] != s) for s in allowed}
        moving.append({str(s): cost for s, cost in costs.items() if cost})
    return {
        "times": form.times.tolist(),
        "limits": form.limits(takt).tolist(),
        "factors": [PARTS if mean else over for mean in form.average],
        "parts": PARTS,
        "pairs": form.pairs.tolist(),
        "allowed": [list(allowed) for allowed in form.allowed],
        "people": [station.operators for station in line.stations] or [1] * len(line.places),
        "apart": [list(group) for group in form.apart],
        "moving": moving,
        "aim": aim,
        "takt": takt,
        "least": form.least_takt(),
        "bound": bound,
        "open_ended": not line.stations,
        "station_cost": round(line.station_cost * MONEY),
        "operator_cost": round(line.operator_cost * MONEY),
        "budget": None if budget is None else round(budget * MONEY),
        "hint": [None if place is None else list(place) for place in hint],
    }


class _Worker:
    """The process that CP-SAT runs in: started for the first line, kept for those that follow."""

    def __init__(self) -> None:
        self.child: subprocess.Popen[str] | None = None
        atexit.register(self.stop)

    def ready(self) -> subprocess.Popen[str]:
        """The process, started when it is not there."""
        if self.child is None or self.child.poll() is not None:
            command = [sys.executable, "-m", "brownfield.shopfloor.balance_worker"]
            pipe = subprocess.PIPE
            self.child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
        return self.child

    def stop(self) -> None:
        """End the process."""
        if self.child is not None:
            self.child.kill()
            self.child.communicate()
            self.child = None


_WORKER = _Worker()


def ask(asked: dict[str, Any], seconds: float, workers: int, better: Callable[[int, float], None]) -> Answer:
    """Let CP-SAT look for the best balance in a process of its own; Ctrl-C keeps the best so far."""
    if find_spec("ortools") is None:
        raise BrownfieldError("This line needs OR-Tools. Install it with: pip install 'brownfield[line]'")
    answer, child = Answer(), _WORKER.ready()
    assert child.stdin and child.stdout
    try:
        child.stdin.write(json.dumps({**asked, "seconds": seconds, "workers": workers}) + "\n")
        child.stdin.flush()
        while not answer.end:
            text = child.stdout.readline()
            if not text:
                raise BrownfieldError("CP-SAT stopped in the middle of its work; it may have run out of memory")
            _hear(answer, json.loads(text), better)
    except KeyboardInterrupt:
        answer.end = "user"
        _WORKER.stop()
    except BaseException:
        _WORKER.stop()
        raise
    return answer


def _hear(answer: Answer, told: dict[str, Any], better: Callable[[int, float], None]) -> None:
    """Take in one line of the answer."""
    bound = told.get("bound")
    if bound is not None and isfinite(bound):
        answer.bound = max(answer.bound or ceil(bound - 1e-6), ceil(bound - 1e-6))
    if "places" in told:
        answer.places, answer.value = [(s, o) for s, o in told["places"]], told["value"]
        better(told["value"], float(answer.bound or 0))
    answer.end = told.get("end", answer.end)
    if answer.end in ("invalid", "error"):
        trouble = told.get("trouble", "no valid model: its times or costs may be too large")
        raise BrownfieldError(f"CP-SAT cannot take this line: {trouble}")
