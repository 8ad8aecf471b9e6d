"""What a made-up group is drawn with: its size, the regions of its world, and what has been drawn so far."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from pydantic_core import PydanticUndefined

from brownfield.case.calendar import Floats
from brownfield.case.parse import schema
from brownfield.case.tables import fields

REGIONS = {
    "Asia": (("JP", 1.0), ("TH", 0.35), ("IN", 0.25), ("CN", 0.4)),
    "Europe": (("GB", 1.0), ("ES", 0.8), ("FR", 1.05), ("PL", 0.55)),
    "North America": (("US", 1.25), ("MX", 0.35), ("CA", 1.1)),
    "South America": (("BR", 0.4), ("AR", 0.4)),
}
"""Countries of each region, with what a head costs there relative to 60,000 a year."""

WEIGHTS = {"Asia": 0.38, "Europe": 0.26, "North America": 0.28, "South America": 0.08}
"""Share of plants, products and buyers in each region."""

UTILISATION = 0.6
"""Demand as a share of what all lines can carry on two shifts."""
ABROAD = 0.15
"""Share of products that could also be built in another region."""
HOURS = 80.0 * 48.0
"""Hours a year of two shifts."""
FIRST_YEAR = 2026

LIMITS = {"plants": (3, 200), "products": (3, 1000), "quarters": (1, 80), "seed": (0, 2**31 - 1)}
"""Least and greatest value of each part of a size."""

@dataclass(frozen=True)
class Size:
    """How large a made-up group is."""

    plants: int = 17
    products: int = 45
    quarters: int = 20
    seed: int = 7

    def __post_init__(self) -> None:
        for name, (least, most) in LIMITS.items():
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{name} must be from {least} to {most}, not {getattr(self, name)}")

    @property
    def years(self) -> range:
        """Calendar years that the plan touches."""
        return range(FIRST_YEAR, FIRST_YEAR + -(-self.quarters // 4))

    @property
    def end(self) -> datetime.date:
        """First day after the plan."""
        return datetime.date(FIRST_YEAR + self.quarters // 4, 1 + 3 * (self.quarters % 4), 1)


@dataclass
class Draw:
    """What has been drawn so far; later tables look at earlier ones."""

    size: Size
    rng: np.random.Generator
    region: list[str] = field(default_factory=list)
    country: list[str] = field(default_factory=list)
    wage: list[float] = field(default_factory=list)
    line_plant: list[int] = field(default_factory=list)
    capacity: Floats = field(default_factory=lambda: np.zeros(0))
    line_family: list[set[int]] = field(default_factory=list)
    family: list[int] = field(default_factory=list)
    home: list[str] = field(default_factory=list)
    price: Floats = field(default_factory=lambda: np.zeros(0))
    alive: list[tuple[datetime.date, datetime.date]] = field(default_factory=list)
    routes: list[dict[str, Any]] = field(default_factory=list)
    markets: list[tuple[str, str, str]] = field(default_factory=list)
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)

    def plant(self, i: int) -> str:
        """Name of a plant: its country and number."""
        return f"{self.country[i]}{i + 1:02d}"

    def line(self, n: int) -> str:
        """Name of a line: its plant and a letter."""
        before = sum(1 for other in self.line_plant[:n] if other == self.line_plant[n])
        return f"{self.plant(self.line_plant[n])}-{'AB'[before]}"

    def product(self, k: int) -> str:
        """Name of a product: its platform and number."""
        return f"F{self.family[k]:02d}-{k + 1:03d}"

    def cost(self, low: float, high: float) -> float:
        """A cost between two values, to three digits."""
        return float(f"{self.rng.uniform(low, high):.3g}")

    def put(self, name: str, rows: list[dict[str, Any]]) -> None:
        """Add rows to a table; columns that they do not name have their defaults."""
        default = {f: None if info.default is PydanticUndefined else info.default for f, info in fields(name).items()}
        full = [{f: list(v) if isinstance(v := row.get(f, default[f]), tuple) else v for f in default} for row in rows]
        frame = pl.DataFrame(full, schema=schema(name), orient="row", strict=False)
        self.tables[name] = pl.concat([self.tables[name], frame]) if name in self.tables else frame


def spread(count: int) -> list[str]:
    """Regions of so many things in proportion to the weights, each region that gets one at least once, largest rest first."""
    wanted = {region: weight * count for region, weight in WEIGHTS.items()}
    given = {region: int(amount) for region, amount in wanted.items()}
    for region in sorted(wanted, key=lambda r: (given[r] - wanted[r], r))[: count - sum(given.values())]:
        given[region] += 1
    return [region for region in WEIGHTS for _ in range(given[region])]
