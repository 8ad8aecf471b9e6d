"""The best choice of the enumeration written down as a plan, so that ledger and rules can look at it too."""

from __future__ import annotations

import polars as pl

from brownfield.case.case import Case
from brownfield.plan.plan import PLAN_TABLES, Plan

from .enumerate import Answer
from .facts import Facts
from .program import K, Terms
from .worth import Rest

WAYS = ("headcount", "hires", "attrition", "voluntary", "redundant", "moved")


def as_plan(case: Case, answer: Answer) -> Plan:
    """Cars and heads in single units, periods by name."""
    assert answer.combo is not None and answer.rest is not None
    facts, combo, values = Facts(case), answer.combo, answer.rest.values
    name = case.calendar.names
    rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in PLAN_TABLES}

    def amount(what: Terms) -> float:
        return max(0.0, sum(factor * (values[n] if n else 1.0) for n, factor in what.items())) * K

    rows["sites"] = [(i, name[t], s) for i, path in combo.states.items() for t, s in enumerate(path)]
    rows["shifts"] = [(n, name[t], s) for n, runs in combo.shifts.items() for t, s in enumerate(runs) if s is not None]
    rows["launches"] = [(k, n, name[t]) for (k, n), t in combo.launches.items()]
    rows["contracts"] = [(c.offer, c.line, name[c.start], None if c.exit is None else name[c.exit]) for c in combo.contracts]
    rows["terms"] = [(g, n, name[t]) for (g, t), n in combo.terms.items()]
    rows["makes"] = [(k, n, name[t], amount(made)) for (k, n, t), made in Rest(facts, combo).makes.items()]
    for (kind, *key), value in values.items():
        t = name[key[-1]]
        cars = max(0.0, value) * K
        if kind in ("ships", "lost", "diverted", "transfer"):
            table = {"transfer": "transfers"}.get(kind, kind)
            rows[table].append((*key[:-1], t, cars))
        elif kind == "agreed":
            offer = facts.offers[key[0]]
            share = offer.expected_take
            rows["guests"].append((*key[:-1], t, cars, cars * share, cars * max(share, offer.take_or_pay)))
        elif kind == "headcount":
            heads = [max(0.0, values[(way, *key)]) * K for way in WAYS]
            rows["people"].append((*key[:-1], t, *heads))
        elif kind == "revolver":
            rows["finance"].append((t, max(0.0, value)))
    frames = {table: pl.DataFrame(rows[table], schema=schema, orient="row") for table, schema in PLAN_TABLES.items()}
    return Plan(case.digest, frames)
