"""Small changes to the tables of a plan or a case, for tests that break one thing at a time."""

from __future__ import annotations

import polars as pl

from brownfield.case.case import Case
from brownfield.plan.plan import PLAN_TABLES, Plan


def _is(frame: pl.DataFrame, where: dict[str, object]) -> pl.Expr:
    hit = pl.all_horizontal([pl.col(column).eq_missing(pl.lit(value)) for column, value in where.items()] or [pl.lit(True)])
    assert frame.filter(hit).height, f"no row {where}"
    return hit


def change(plan: Plan, table: str, where: dict[str, object], **values: object) -> Plan:
    """The plan with cells of some rows changed."""
    frame = plan.table(table)
    hit = _is(frame, where)
    cells = [pl.when(hit).then(pl.lit(v, dtype=frame.schema[c])).otherwise(pl.col(c)).alias(c) for c, v in values.items()]
    return plan.with_table(table, frame.with_columns(cells))


def drop(plan: Plan, table: str, **where: object) -> Plan:
    """The plan without some rows."""
    frame = plan.table(table)
    return plan.with_table(table, frame.filter(~_is(frame, where)))


def add(plan: Plan, table: str, **row: object) -> Plan:
    """The plan with one more row."""
    new = pl.DataFrame([row], schema=PLAN_TABLES[table])
    return plan.with_table(table, pl.concat([plan.table(table), new]))


def recase(case: Case, table: str, where: dict[str, object], **values: object) -> Case:
    """The case with cells of some rows changed."""
    frame = case.table(table)
    hit = _is(frame, where)
    cells = [pl.when(hit).then(pl.lit(v, dtype=frame.schema[c])).otherwise(pl.col(c)).alias(c) for c, v in values.items()]
    return case.with_table(table, frame.with_columns(cells))
