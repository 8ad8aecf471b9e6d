"""Every way to spoil one entry of a plan: another number, name or period, a row too few or too many, two entries swapped."""

from __future__ import annotations

import polars as pl

from brownfield.case.case import Case
from brownfield.plan.form import KIND, known_names
from brownfield.plan.plan import PLAN_TABLES, Plan


def plain(plan: Plan) -> dict[str, list[tuple[object, ...]]]:
    """What a plan says, whatever the order of its rows, without rows that say nothing."""
    said = {}
    for name, schema in PLAN_TABLES.items():
        numbers = [column for column, kind in schema.items() if kind == pl.Float64]
        frame = plan.table(name)
        if numbers:
            frame = frame.filter(pl.any_horizontal(pl.col(numbers) != 0))
        said[name] = sorted(frame.with_columns(pl.col(pl.String).replace("", None)).rows(), key=repr)
    return said


def entries(plan: Plan) -> list[tuple[str, int, str]]:
    """Every entry: table, row, column."""
    return [(name, row, column) for name in PLAN_TABLES for row in range(plan.table(name).height) for column in PLAN_TABLES[name]]


def other_values(case: Case, table: str, column: str, value: object) -> list[object]:
    """What could stand in an entry instead."""
    if isinstance(value, float):
        return [other for other in (0.0, value / 2, value + 1, value * 1.01 + 0.01, value + 1000) if other != value]
    names: list[object] = [name for name in known_names(case)[KIND.get(column, column)] if name != value]
    return names + ([None] if value is not None else [])


def changed(plan: Plan, table: str, row: int, column: str, value: object) -> Plan:
    """The plan with one entry changed."""
    frame = plan.table(table)
    values = frame[column].to_list()
    values[row] = value
    return plan.with_table(table, frame.with_columns(pl.Series(column, values, dtype=frame.schema[column])))


def without(plan: Plan, table: str, row: int) -> Plan:
    """The plan with one row left out."""
    return plan.with_table(table, plan.table(table).with_row_index("n").filter(pl.col("n") != row).drop("n"))


def swapped(plan: Plan, table: str, row: int, other: int, column: str) -> Plan:
    """The plan with the entries of a column swapped between two rows."""
    values = plan.table(table)[column].to_list()
    return changed(changed(plan, table, row, column, values[other]), table, other, column, values[row])
