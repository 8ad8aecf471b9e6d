"""Two-stage plans: what to decide today when demand is known only once it is too late, and what it is worth to plan for that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from brownfield.case.case import Case
from brownfield.errors import CaseError, Problem, Where
from brownfield.model.assemble import assemble
from brownfield.model.data import Floats
from brownfield.model.given import columns_of
from brownfield.plan.ledger import Ledger
from brownfield.plan.plan import Plan
from brownfield.solve.highs import polish
from brownfield.solve.outcome import Outcome
from brownfield.solve.pieces import search
from brownfield.solve.progress import Watch
from brownfield.solve.recourse import Recourse
from brownfield.solve.run import checked, ctrl_c
from brownfield.solve.two_stage import EXPECTED, Measure, extensive
from brownfield.study.estimates import Estimate, mean, tail_mean
from brownfield.study.futures import Futures, futures, without_futures
from brownfield.study.limits import Limit, with_limits
from brownfield.study.risk import Risk, risk
from brownfield.study.solves import Solves, Task
from brownfield.study.stages import Staged, as_planned, staged
from brownfield.study.two_stage import Chosen, chosen

FRESH = 10_000
"""Futures on which plans are tried that were not made for them."""
ROUNDS = 12
"""Searches of all decisions in a repeatable search over the futures."""
OTHERS = 7919
"""Distance of the seeds of fresh futures from those that the plan was made for."""


@dataclass(frozen=True)
class Sample:
    """One row of the table on how many futures are enough.

    futures: how many the plan was made for. worth: what it is worth in them; bound: what no plan is worth more than in them.
    fresh: what it is worth in fresh futures.
    """

    futures: int
    seed: int
    worth: float
    bound: float
    fresh: Estimate


@dataclass(frozen=True, repr=False)
class Optimised:
    """A two-stage plan, and what it is worth beside the plan for demand as planned.

    futures: those it was made for; chosen: its decisions, their worth and the bound. plan, ledger: its decisions with cars as
    planned. single: the plan for demand as planned; single_worths: its worth in each of the futures, None where it is not
    allowed in one of them. single_fails: the chance of those. foresight: least and most worth in each future had it been known, None
    when not asked, or cut short. tried, single_tried: both plans in fresh futures; None when futures are listed. samples: other numbers
    of futures. stopped_by: what ended the search: a proof, the time limit, Ctrl-C, or the work that a repeatable search may do.
    """

    case: Case
    futures: Futures
    measure: Measure
    limits: tuple[Limit, ...]
    chosen: Chosen
    plan: Plan
    ledger: Ledger
    single: Outcome
    single_worths: Floats | None
    single_fails: float
    foresight: tuple[Floats, Floats] | None
    tried: Risk | None
    single_tried: Risk | None
    samples: tuple[Sample, ...]
    wanted_gap: float
    stopped_by: Literal["proof", "time", "user", "work"] = "proof"

    @property
    def worth(self) -> float:
        """What the plan is worth over its futures, by its measure."""
        return self.chosen.worth

    @cached_property
    def single_worth(self) -> float | None:
        """What the plan for demand as planned is worth over the futures, by the same measure; None where it is not allowed in all."""
        return None if self.single_worths is None else self.measure.of(self.single_worths, self.futures.weights)

    @property
    def value(self) -> float | None:
        """Value of the stochastic solution: by how much the two-stage plan is better than the plan for demand as planned."""
        return None if self.single_worth is None else self.worth - self.single_worth

    @cached_property
    def value_of_knowing(self) -> tuple[float, float] | None:
        """Expected value of perfect information, from and to: what it would be worth to know the future before deciding."""
        if self.foresight is None:
            return None
        low, high = (self.measure.of(worths, self.futures.weights) for worths in self.foresight)
        return max(0.0, low - self.chosen.bound), max(0.0, high - self.worth)

    @cached_property
    def better_in_fresh(self) -> Estimate | None:
        """By how much the two-stage plan is better on average in fresh futures, with its interval; both plans in the same futures."""
        if self.tried is None or self.single_tried is None:
            return None
        return mean(self.tried.npv - self.single_tried.npv, self.tried.weights, exact=False)

    @property
    def both_in_fresh(self) -> tuple[Estimate, Estimate] | None:
        """What the plan for demand as planned and the two-stage plan are worth in fresh futures, by the measure; None without any."""
        if self.tried is None or self.single_tried is None:
            return None
        return in_fresh(self.measure, self.single_tried), in_fresh(self.measure, self.tried)

    @property
    def proved(self) -> bool:
        """Whether no other plan is better by more than the wanted gap."""
        return self.chosen.gap <= max(self.wanted_gap, 1e-6)

    def __repr__(self) -> str:
        return f"Optimised({self.worth:,.1f} million over {len(self.futures):,} futures, at most {self.chosen.bound:,.1f})"


def optimised(
    case: Case,
    n: int = 100,
    seed: int = 0,
    *,
    drawn: Futures | None = None,
    measure: Measure = EXPECTED,
    limits: Sequence[Limit] = (),
    gap: float = 0.01,
    time_limit: float | None = None,
    repeatable: bool = False,
    fresh: int = FRESH,
    foresight: bool = False,
    samples: int = 0,
    solves: Solves | None = None,
) -> Optimised:
    """The best plan over many futures: its decisions of today stand in all of them, and the cars follow demand.

    measure: of worth over the futures, expected or with CVaR. limits: which may break, in what share of the futures; every other
    limit holds in every future. gap: stop when no other plan can be better by more than this share of gross value. time_limit: seconds
    for all; the best plan so far is kept, as it is on Ctrl-C. repeatable: limit work instead of time, so that any machine finds the same
    plan. fresh: futures on which the plan is tried in the end (0: none). foresight: also solve each future alone, for the value of
    knowing it. samples: plans to be made for a quarter, for half and for as many other futures, each so many times, to see whether the
    futures are enough. solves: where the plan for demand as planned is solved, and what hears of the search (None: here).
    CaseError when the case has no plan for demand as planned (BF564), or none was found that holds every limit in every future (BF565).
    """
    own = solves or Solves(gap=gap, time_limit=time_limit, repeatable=repeatable)
    some = drawn if drawn is not None else futures(case, n, seed)
    what = f"a plan for {len(some):,} futures"
    watch = Watch(np.zeros(0), gap, None if repeatable else time_limit, lambda point: own.heard(0, point, [what]))
    plain = without_futures(case)
    with_limits(as_planned(plain), limits)  # what is wrong with them is said before anything is solved
    single = own.solve(Task(plain, name="the plan for demand as planned"))
    if single.plan is None or single.ledger is None:
        if own.stopped:
            raise KeyboardInterrupt
        found_none = single.status == "no_plan"
        said = "no plan for demand as planned " + ("in the time that it had" if found_none else "that obeys every rule")
        fix = "give it more time: --time-limit" if found_none else "brownfield solve says what must give"
        raise CaseError([Problem("BF564", Where("case"), said, "a plan for demand as planned, to compare with", fix)])
    watch.stop = own.stopped
    with ctrl_c(watch):
        found = _searched(case, some, single, measure, limits, watch, work=ROUNDS if repeatable else None)
        if foresight:
            found = replace(found, foresight=_foresight(found, watch))
        found = replace(found, stopped_by=_stopped_by(found, watch))
        if fresh and some.method != "listed":
            own.heard(0, None, [f"both plans in {fresh:,} fresh futures"])
            other = futures(case, fresh, seed + OTHERS)
            found = replace(found, tried=risk(case, found.plan, drawn=other), single_tried=risk(case, single.plan, drawn=other))
            found = replace(found, samples=_samples(found, seed, samples, other, watch))
    own.ended(0)
    own.stopped = own.stopped or watch.stop
    return found


def _searched(
    case: Case, some: Futures, single: Outcome, measure: Measure, limits: Sequence[Limit], watch: Watch, *, work: int | None
) -> Optimised:
    """The best decisions over the futures, begun from those of the plan for demand as planned."""
    assert single.plan is not None and single.ledger is not None
    watch.tell(force=True)
    program = with_limits(staged(case, some), limits)
    start = decisions_of(program, single.plan)
    best = chosen(program, measure, watch, start=start, gap=watch.gap, gross=single.ledger.gross, work=work)
    if best is None:
        said = "no plan was found that does" + (" before it was stopped" if watch.out_of_time() else "")
        expected = "a plan that holds every limit in every future"
        fix = "let a limit break in some of them: --chance 'liquidity floor=0.05'"
        raise CaseError([Problem("BF565", Where("--optimise"), said, expected, fix)])
    plan, ledger = planned(single.case, program, best.decided)
    worths, fails = _tried(program, start)
    return Optimised(
        case, some, measure, tuple(limits), best, plan, ledger, single, worths, fails, None, None, None, (), watch.gap
    )  # fmt: skip


def _stopped_by(found: Optimised, watch: Watch) -> Literal["proof", "time", "user", "work"]:
    """What ended the search."""
    if found.proved:
        return "proof"
    return "user" if watch.stop else "time" if watch.out_of_time() or watch.by_clock else "work"


def in_fresh(measure: Measure, tried: Risk) -> Estimate:
    """What a plan is worth in futures that it was not made for, by a measure, with its interval."""
    one = tried.expected
    if measure.share == 0.0:
        return one
    worst = tail_mean(tried.npv, tried.weights, 1.0 - measure.alpha, exact=tried.exact)
    mixed = [(1.0 - measure.share) * getattr(one, end) + measure.share * getattr(worst, end) for end in ("value", "low", "high")]
    return Estimate(*mixed)


def decisions_of(program: Staged, plan: Plan) -> Floats:
    """Today's decisions of a plan as columns of the program; limits that may break do not."""
    model = program.model
    exact = polish(model.program, columns_of(model, plan).columns)
    assert exact is not None
    extra = len(program.program.today.worth) - len(program.now)
    return np.concatenate([exact[program.now], np.zeros(extra)])


def planned(case: Case, program: Staged, decided: Floats) -> tuple[Plan, Ledger]:
    """The plan of some decisions with cars as planned, and its books: read a second time like any plan (N3)."""
    model = assemble(case)
    whole = model.program.integer_columns()
    columns = np.zeros(model.program.column_count)
    columns[program.now] = decided[: len(program.now)]
    agreed = model.decisions.agreed[model.decisions.agreed >= 0]
    if len(agreed):
        keys = {"agreed": ([str(n) for n in range(len(agreed))], np.arange(len(agreed)))}
        rows = model.program.rows("as_decided", keys, columns[agreed], columns[agreed])
        model.program.terms(rows, agreed, 1.0)
    columns[whole] = np.round(columns[whole])
    exact = polish(model.program, columns)
    if exact is None:
        said, fix = "decisions that break a limit when demand is as planned", "do not let that limit break"
        raise CaseError([Problem("BF566", Where("--chance"), said, "decisions that hold every limit as planned", fix)])
    return checked(model, exact)


def _tried(program: Staged, decided: Floats) -> tuple[Floats | None, float]:
    """What decisions are worth in each future, and the chance of those in which they are not allowed."""
    recourse, two = Recourse(program.program), program.program
    worths = [recourse.reply(number, decided).worth for number in range(len(two.futures))]
    fails = float(sum(c for c, worth in zip(two.chance, worths, strict=True) if worth is None))
    if fails > 0 or None in worths:
        return None, fails
    return np.array(worths, dtype=float) + two.worth_today(decided), 0.0


def _foresight(found: Optimised, watch: Watch) -> tuple[Floats, Floats] | None:
    """Least and most that each future is worth when it is known beforehand; None when there was no time for all of them."""
    assert found.single.ledger is not None
    program = with_limits(staged(found.case, found.futures), found.limits).program
    low, high = [], []
    for number in range(len(program.futures)):
        answer = search(extensive(program.alone(number)), watch, near=watch.gap * found.single.ledger.gross)
        if watch.out_of_time() or answer.solution is None:
            return None
        low.append(answer.worth)
        high.append(answer.bound)
    return np.array(low), np.array(high)


def _samples(found: Optimised, seed: int, times: int, other: Futures, watch: Watch) -> tuple[Sample, ...]:
    """Plans made for fewer futures, and for other ones, each tried on the same fresh ones."""
    rows: list[Sample] = []
    assert found.tried is not None and found.single.ledger is not None and found.single.plan is not None
    for count in (len(found.futures) // 4, len(found.futures) // 2, len(found.futures)) if times else ():
        for number in range(times):
            if watch.out_of_time():
                return tuple(rows)
            own = seed + 1 + number
            program = with_limits(staged(found.case, futures(found.case, max(1, count), own)), found.limits)
            start = decisions_of(program, found.single.plan)
            best = chosen(program, found.measure, watch, start=start, gap=found.wanted_gap, gross=found.single.ledger.gross)
            if best is None:
                continue
            plan, _ = planned(without_futures(found.case), program, best.decided)
            rows.append(Sample(max(1, count), own, best.worth, best.bound, in_fresh(found.measure, risk(found.case, plan, drawn=other))))
    return tuple(rows)
