import json
import os
import subprocess
import sys

import numpy as np
import pytest

from benchmarks import line_sequence
from benchmarks.line_days import made_up
from brownfield.shopfloor.sequence_score import score
from shopfloor.days import drawn_day


@pytest.mark.parametrize("use", [60, 90])
@pytest.mark.parametrize("seed", range(5))
def test_made_up_days_hide_an_order_without_a_violation(use, seed) -> None:
    day, order = made_up(use, seed)
    assert score(day, order).total == 0
    assert score(day, np.arange(200)).total > 0
    assert day.has.sum(axis=0).tolist() == [200 * p * use // (100 * q) for p, q in ((1, 2), (2, 3), (1, 3), (2, 5), (1, 5))]


COMPETE = """
import numpy as np
from benchmarks.line_lns import by_lns
from brownfield.shopfloor.sequence_score import score
from shopfloor.days import drawn_day

day = drawn_day(4, 40, tail=6, count="excess", batch_limit=40)
planned, found = score(day, np.arange(40)), score(day, by_lns(day, 2.0))
assert found.total < planned.total, (found.total, planned.total)
assert found.washes == planned.washes == 0
"""


def test_the_competitor_betters_the_planned_order(root) -> None:
    """In a process of its own: CP-SAT and HiGHS cannot share one, and other tests of this run need HiGHS."""
    paths = [str(root), str(root / "tests"), *sys.path]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}
    done = subprocess.run([sys.executable, "-c", COMPETE], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "ortools" not in sys.modules


def test_runs_are_kept_and_not_made_twice(tmp_path, monkeypatch) -> None:
    out = tmp_path / "runs.jsonl"
    monkeypatch.setattr(line_sequence, "days", lambda kind: {"one": drawn_day(2, 20, colours=0), "two": drawn_day(3, 20, colours=0)})
    line_sequence.measure(["made_up"], 0.1, 1, 1, out)
    first = out.read_text()
    line_sequence.measure(["made_up"], 0.1, 1, 1, out)
    assert out.read_text() == first
    rows = [json.loads(line) for line in first.splitlines()]
    assert [row["day"] for row in rows] == ["day 2", "day 3"]
    assert "| day 2 | 0.1 | 1 |" in line_sequence.report(rows)
