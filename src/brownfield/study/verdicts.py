"""Verdicts: statements about the best plan, read from a line of text, looked up in a plan, or forced on the model.

A verdict reads like

    plant Oppama open in 2029            (open, idle, leased, closed, sold: in all the periods named; none named: at the end)
    plant Oppama shared                  (a guest's contract runs at it, at some time)
    offer Foxconn at Oppama accepted     (taken up at some time; `by 2027`: until then)
    product Note made at Kyushu in 2028  (one car or more)
    headcount at least 2000 at Oppama    (at the end of the period named; no plant: everywhere)
    npv at least 100000                  (million of the base currency)

with `not` before it or before its verb. `docs/guide/thresholds.md` shows them at work.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import polars as pl

from brownfield.case.case import Case
from brownfield.case.scope import owned_plants
from brownfield.model.assemble import Model
from brownfield.model.data import KILO
from brownfield.model.policies import heads_asked
from brownfield.plan.reading import AT_START, Reading
from brownfield.solve.outcome import Outcome
from brownfield.study.deal_cases import frame_of

Kind = Literal["site", "shared", "accepted", "made", "headcount", "npv"]

SITES = ("open", "idle", "leased", "closed", "sold")
"""States of a plant that a verdict can be about."""

HEAD = 1.0
"""Fewer than N people are at most N - 1: people are counted whole. The same for cars: none made is less than one."""

NEXT_TO = 1e-6
"""What is asked for and what is there may differ by this part of it, as far as a solver can tell."""

CRUMB = 0.01
"""People or cars by which a solver may miss a whole number."""

ASKED = "people asked for, for a verdict"
"""The policy that makes room for them."""


@dataclass(frozen=True)
class Verdict:
    """A statement about a plan: about what, of which name, in which periods. `text` is how it reads, without its `not`.

    kind: site (state of a plant in all the periods), shared, accepted, made (at some time in the periods), headcount (in the
    last of the periods), npv. least: the number of a headcount or an npv.
    """

    text: str
    kind: Kind
    name: str = ""
    state: str = ""
    product: str = ""
    least: float = 0.0
    periods: tuple[int, ...] = ()
    negated: bool = False
    words: tuple[str, str] = field(default=("", ""), compare=False)

    def __str__(self) -> str:
        return f"not {self.text}" if self.negated else self.text

    @property
    def opposite(self) -> Verdict:
        """What holds in exactly the other plans."""
        return replace(self, negated=not self.negated)

    def sentence(self, truth: bool = True) -> str:
        """The verdict, or its opposite, as people say it: `Oppama is open in FY2029`."""
        return self.words[0] if truth != self.negated else self.words[1]


def holds(verdict: Verdict, outcome: Outcome) -> bool:
    """Whether the verdict is true of the plan of an outcome, read from the plan alone. ValueError without a plan."""
    if outcome.plan is None or outcome.npv is None:
        raise ValueError("there is no plan of which anything could hold")
    if verdict.kind == "npv":
        true = outcome.npv >= verdict.least - NEXT_TO * max(1.0, abs(verdict.least))
    else:
        true = _measured(verdict, Reading(outcome.case, outcome.plan)) >= _need(verdict) * (1 - NEXT_TO) - CRUMB
    return true != verdict.negated


def _measured(verdict: Verdict, reading: Reading) -> float:
    """What of the verdict there is in a plan: periods, contracts, cars or people."""
    periods = verdict.periods
    if verdict.kind == "site":
        return float(sum(reading.state[verdict.name][t] == verdict.state for t in periods))
    if verdict.kind == "shared":
        hosts = [c for c in reading.contracts if c.offer.kind == "host" and c.plant == verdict.name]
        return float(sum(contract.runs(t) for contract in hosts for t in periods))
    if verdict.kind == "accepted":
        return float(sum(contract.offer.offer == verdict.name and contract.start in periods for contract in reading.contracts))
    if verdict.kind == "made":
        rows = reading.assembled.iter_rows(named=True)
        return float(sum(r["cars"] for r in rows if (r["product"], r["plant"]) == (verdict.product, verdict.name) and r["t"] in periods))
    return float(sum(reading.heads[plant]["headcount"][periods[-1]] for plant in reading.plants if verdict.name in ("", plant)))


def _need(verdict: Verdict) -> float:
    """How much there must be for the verdict to be true."""
    return {"site": float(len(verdict.periods)), "headcount": verdict.least, "npv": verdict.least}.get(verdict.kind, 1.0)


@dataclass(frozen=True)
class Forced:
    """A verdict as a rule: given to `solve(room(case), restrict=...)`, only plans of which it is true, or not true, are looked at.

    True and not true are exact complements for sites and offers. People and cars are counted whole (`HEAD`): a plan with
    between N - 1 and N people, which the mathematics allows, is in neither. A worth of exactly X is in both.
    """

    verdict: Verdict
    truth: bool = True

    @property
    def key(self) -> str:
        """What tells this rule from any other, for the same case."""
        v = self.verdict
        return repr(("verdict", v.kind, v.name, v.state, v.product, v.least, v.periods, self.positive))

    @property
    def positive(self) -> bool:
        """Whether at least as much is asked for as the verdict says, and not less."""
        return self.truth != self.verdict.negated

    def room(self, case: Case) -> Case:
        """The case to assemble: where people are asked for, with a policy that asks for as many.

        A program has no more people at a plant than are worth having there (``bounds.headcount_at_most``), and people without work
        are worth having only where a policy asks for them.
        """
        v = self.verdict
        if v.kind != "headcount" or not self.positive:
            return case
        about = {"policy": ASKED, "measure": "headcount", "scope": f"plant:{v.name}" if v.name else ""}
        row = about | {"period": case.calendar.names[v.periods[-1]], "sense": ">=", "value": v.least}
        return case.with_table("policies", pl.concat([case.table("policies"), frame_of("policies", [row])]))

    def __call__(self, model: Model) -> None:
        """Add the rule to a program, assembled from the case that `room` gives. ValueError where it has no room for the people."""
        columns, values, fixed = _columns(self.verdict, model)
        need = _need(self.verdict) - fixed
        if self.verdict.kind == "headcount" and self.positive:
            room = np.maximum(model.decisions.headcount_most, heads_asked(model.data))
            most = [heads for plant, heads in zip(model.data.plant_names, room, strict=True) if self.verdict.name in ("", plant)]
            if min(most, default=0.0) < need / KILO - NEXT_TO:
                raise ValueError("the program has no room for so many people: assemble it from Forced.room(case)")
        step = 0.0 if self.verdict.kind == "npv" else HEAD
        low, high = (need, np.inf) if self.positive else (-np.inf, need - step)
        scale = 1 / KILO if self.verdict.kind in ("made", "headcount") else 1.0
        row = model.program.rows("verdict", {}, low * scale, high * scale)
        model.program.terms(row, columns, values * scale)


def _columns(verdict: Verdict, model: Model) -> tuple[np.ndarray, np.ndarray, float]:
    """What `_measured` reads from a plan as columns of the program with their coefficients, and what no decision changes."""
    data, x, periods = model.data, model.decisions, list(verdict.periods)
    if verdict.kind == "npv":
        columns = np.flatnonzero(model.program.objective)
        return columns, model.program.objective[columns], model.program.constant
    if verdict.kind == "made":
        routes = [
            r
            for r, route in enumerate(data.routes)
            if route.product == verdict.product
            and data.plant_names[data.route_plant[r]] == verdict.name
            and data.assembly[data.route_line[r]]
        ]
        return _flat(x.makes[routes][:, periods], KILO)
    if verdict.kind == "headcount":
        plants = [i for i, name in enumerate(data.plant_names) if verdict.name in ("", name)]
        return _flat(x.headcount[plants, periods[-1]], KILO)
    if verdict.kind == "accepted":
        chosen = [n for n, o in enumerate(x.options) if data.offers[o.offer].offer == verdict.name and o.start in periods]
        return _flat(x.starts[chosen], 1.0)
    return _site_columns(verdict, model)


def _site_columns(verdict: Verdict, model: Model) -> tuple[np.ndarray, np.ndarray, float]:
    """Periods in which a plant is in a state, or in which a guest's contract runs at it."""
    data, x, periods = model.data, model.decisions, list(verdict.periods)
    i = data.plant_names.index(verdict.name)
    if verdict.state in ("open", "idle", "closed") and verdict.kind == "site":
        columns, values, _ = _flat(getattr(x, verdict.state)[i, periods], 1.0)
        at_start = AT_START[data.plants[i].state]
        return columns, values, float(len(periods)) if verdict.state == "closed" == at_start else 0.0
    columns_: list[int] = []
    values_: list[float] = []
    for n, option in enumerate(x.options):
        kind = data.offers[option.offer].kind
        if option.plant != i:
            continue
        if verdict.state == "sold" and kind == "sale":
            after = sum(t >= option.start for t in periods)
            columns_.append(int(x.starts[n]))
            values_.append(float(after))
        elif (verdict.state == "leased" and kind == "lease" and option.line < 0) or (verdict.kind == "shared" and kind == "host"):
            for t in periods:
                live, signs = x.live(n, t)
                columns_ += live
                values_ += signs
    return np.array(columns_, dtype=np.int64), np.array(values_, dtype=float), 0.0


def _flat(columns: np.ndarray, value: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Columns that exist, each with the same coefficient."""
    there = columns[columns >= 0].ravel()
    return there, np.full(len(there), value), 0.0


def plants_of(case: Case) -> list[str]:
    """The plants that a verdict can be about: the owner's."""
    return sorted(owned_plants(case)["plant"])
