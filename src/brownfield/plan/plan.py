"""The answer: what each plant, line and person does in each period, as tables, without a solver in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

_S, _F = pl.String, pl.Float64

PLAN_TABLES: dict[str, dict[str, Any]] = {
    "sites": {"plant": _S, "period": _S, "state": _S},
    "shifts": {"line": _S, "period": _S, "shift_model": _S},
    "launches": {"product": _S, "line": _S, "period": _S},
    "makes": {"product": _S, "line": _S, "period": _S, "cars": _F},
    "ships": {"product": _S, "plant": _S, "market": _S, "period": _S, "cars": _F},
    "lost": {"product": _S, "market": _S, "period": _S, "cars": _F},
    "diverted": {"product": _S, "to_product": _S, "market": _S, "period": _S, "cars": _F},
    "people": {
        "plant": _S, "period": _S, "headcount": _F, "hires": _F, "attrition": _F, "voluntary": _F, "redundant": _F, "moved": _F,
    },
    "transfers": {"plant": _S, "to_plant": _S, "period": _S, "heads": _F},
    "contracts": {"offer": _S, "line": _S, "start": _S, "exit": _S},
    "guests": {"offer": _S, "line": _S, "period": _S, "agreed": _F, "made": _F, "paid": _F},
    "terms": {"supplier": _S, "term": _S, "period": _S},
    "finance": {"period": _S, "revolver": _F},
}  # fmt: skip
"""Columns of each table of a plan; docs/maths.md says what they mean."""


@dataclass(frozen=True)
class Plan:
    """What is done, for one case (named by its digest). Read the tables as attributes: `plan.sites`."""

    case_digest: str
    tables: Mapping[str, pl.DataFrame]

    def __getattr__(self, name: str) -> pl.DataFrame:
        if name in PLAN_TABLES:
            return self.table(name)
        raise AttributeError(name)

    def table(self, name: str) -> pl.DataFrame:
        """One table of the plan, empty when nothing of the kind is done."""
        return self.tables[name] if name in self.tables else pl.DataFrame(schema=PLAN_TABLES[name])
