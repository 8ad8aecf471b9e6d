"""Postings as they are written, one after another, before they become a table."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

KEYS = ("plant", "line", "product", "market", "offer", "supplier", "policy")
"""What a posting can be about, besides its item and its period."""

ENTRY = {"item": pl.String, **dict.fromkeys(KEYS, pl.String), "t": pl.Int64, "amount": pl.Float64}


@dataclass
class Journal:
    """Collects single postings; amounts in millions of base currency, + in, − out."""

    entries: list[dict[str, object]] = field(default_factory=list)

    def post(self, item: str, t: int, amount: float, **about: str | None) -> None:
        """Write one posting in period t; nothing is written for nothing."""
        if amount != 0:
            self.entries.append({"item": item, "t": t, "amount": float(amount), **about})

    def table(self) -> pl.DataFrame:
        """All postings so far: item, keys, t, amount."""
        return pl.DataFrame(self.entries, schema=ENTRY)
