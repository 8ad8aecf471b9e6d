"""Cases with futures, for tests."""

from collections.abc import Mapping

import polars as pl

from brownfield.case.case import Case
from brownfield.case.tables import TABLES
from brownfield.study.futures import Futures, futures


def with_rows(case: Case, name: str, rows: list[Mapping[str, object]]) -> Case:
    """A case with rows in a table, defaults filled in."""
    table, have = TABLES[name], case.table(name)
    filled = [table(**row).model_dump() for row in rows]
    return case.with_table(name, pl.DataFrame([[row[column] for column in have.columns] for row in filled], have.schema, orient="row"))


def uncertain(case: Case, spread: float = 0.3, **more: object) -> Case:
    """A case whose demand is uncertain: each product of the owner by itself."""
    names = [row["product"] for row in case.active("products").iter_rows(named=True) if row["company"] in (None, case.owner)]
    rows = [
        {"uncertainty": f"demand {name}", "product": name, "distribution": "normal", "middle": 1.0, "spread": spread, **more}
        for name in names
    ]
    return with_rows(case, "uncertainties", rows)


def listed(case: Case, factors: Mapping[str, Mapping[str, float]], chances: Mapping[str, float]) -> Futures:
    """Futures by name: factors on demand (or on what a guest takes) by product, and how likely each is."""
    rows = [{"future": name, "probability": chance} for name, chance in chances.items()]
    demand = [{"future": name, "product": product, "factor": factor} for name, some in factors.items() for product, factor in some.items()]
    return futures(with_rows(with_rows(case, "futures", rows), "future_demand", demand))
