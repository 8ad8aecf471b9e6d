"""The model against the enumeration: on every small random case both find the same best worth, or both find none."""

import pytest

from brownfield.case.checks import check
from brownfield.plan.ledger import keep_books
from brownfield.plan.rules import broken
from brownfield.solve import solve

from .as_plan import as_plan
from .coverage import active, counts
from .enumerate import best
from .facts import Facts
from .random_case import random_case
from .witnesses import WITNESSES

CASES = 280
LEAST_ON = 3


@pytest.mark.parametrize("seed", range(CASES))
def test_best_plan(seed: int) -> None:
    case = random_case(seed)
    assert check(case) == []
    answer, outcome = best(case), solve(case, gap=0)
    wanted = {feature for feature, witness in WITNESSES.items() if witness == seed}
    assert wanted <= active(Facts(case), answer), "witnesses.py names a seed that makes no use of the feature any more"
    if answer.npv is None:
        assert outcome.status == "infeasible"
        return
    assert outcome.status == "proved"
    assert outcome.npv is not None and outcome.plan is not None and outcome.ledger is not None
    close = 1e-6 * max(1.0, outcome.ledger.gross)
    assert outcome.npv == pytest.approx(answer.npv, rel=0, abs=close), answer.combo
    assert outcome.ledger.npv == pytest.approx(outcome.npv, rel=0, abs=close)
    assert broken(case, outcome.plan) == []
    other = as_plan(case, answer)
    assert keep_books(case, other).npv == pytest.approx(answer.npv, rel=0, abs=close)
    assert broken(case, other) == []


def test_every_feature_is_switched_on_and_used() -> None:
    on = counts(range(CASES))
    on["infeasible"] = CASES
    table = "\n".join(f"{feature:30} {count:4}" for feature, count in sorted(on.items()))
    assert set(on) == set(WITNESSES), f"run oracle.coverage again\n{table}"
    assert min(on.values()) >= LEAST_ON, table
    missing = [feature for feature, seed in WITNESSES.items() if seed is None or seed >= CASES]
    assert not missing, f"no best plan makes use of {missing}\n{table}"
