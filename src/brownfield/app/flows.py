"""The flows of a plan that was kept: cars a year of each product from each plant to each market."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

ALL = "all"


@dataclass(frozen=True)
class Flows:
    """What a plan ships."""

    frame: pl.DataFrame
    periods: list[str]
    plants: list[str]
    products: list[str]

    def rows(self, period: str, plant: str, product: str) -> list[tuple[str, str, str, float]]:
        """Product, plant, market and cars a year, the largest first; of all plants or products, or of one."""
        import polars as pl

        found = self.frame.filter(pl.col("period") == period)
        for column, name in (("plant", plant), ("product", product)):
            found = found.filter(pl.col(column) == name) if name != ALL else found
        return list(found.sort("cars", descending=True).select("product", "plant", "market", "cars").iter_rows())


def flows_of(folder: Path) -> Flows:
    """Read the flows of a plan."""
    import polars as pl

    from brownfield.plan.plan import read_plan

    plan = read_plan(folder)
    frame = plan.ships.filter(pl.col("cars") >= 0.5)
    periods = plan.sites["period"].unique(maintain_order=True).to_list()
    return Flows(frame, periods, sorted(set(frame["plant"])), sorted(set(frame["product"])))
