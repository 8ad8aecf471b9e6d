"""Small cases about which something is uncertain."""

from typing import Any

import polars as pl

from brownfield.case.case import Case
from brownfield.case.parse import empty
from brownfield.case.tables import TABLES

Rows = list[dict[str, Any]]


def table(name: str, rows: Rows) -> pl.DataFrame:
    """Rows as a table of a case."""
    return pl.DataFrame([TABLES[name].model_validate(row).model_dump() for row in rows], schema=empty(name).schema)


def uncertain(case: Case, **tables: Rows) -> Case:
    """A case with tables of futures."""
    for name, rows in tables.items():
        case = case.with_table(name, table(name, rows))
    return case


ECONOMY = {"uncertainty": "economy", "distribution": "normal", "spread": 0.2, "growth_spread": 0.05}
VOLT = {"uncertainty": "Volt takes", "product": "Volt", "distribution": "triangular", "low": 0.3, "high": 1.2}
HATCH = {"uncertainty": "Hatch", "product": "Hatch", "distribution": "lognormal", "spread": 0.3}
CRISIS = {"shock": "crisis", "chance": 0.2, "factor": 0.5, "length_months": 18}
