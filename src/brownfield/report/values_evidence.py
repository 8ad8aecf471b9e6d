"""Contradictions between sources, and the cells behind a number, as plain values."""

from __future__ import annotations

from typing import Any

from brownfield.case.case import Case
from brownfield.evidence.conflicts import Conflict, Version, agreements, conflicts, settled
from brownfield.evidence.timeline import timeline
from brownfield.evidence.trace import TracedCell


def conflicts_dict(case: Case) -> dict[str, Any]:
    """All that `conflicts` shows, as plain values."""
    found = {"conflicts": conflicts(case), "settled": settled(case), "agreements": agreements(case)}
    told: dict[str, Any] = {kind: [_conflict_dict(one) for one in some] for kind, some in found.items()}
    told["timeline"] = [
        {
            "day": event.day.isoformat() if event.day else None,
            "date": event.date,
            "source": event.claim.source,
            "claim": event.claim.claim,
            "cell": event.cell._asdict() if event.cell else None,
            "quantity": event.quantity,
            "value": event.value,
            "effect": event.effect,
            "against": list(event.values),
            "live": event.live,
            "used": event.used,
        }
        for event in timeline(case)
    ]
    return told


def _conflict_dict(conflict: Conflict) -> dict[str, Any]:
    """A contradiction between sources as plain values."""
    cell = conflict.cell
    return {
        "nature": conflict.nature,
        "subject": conflict.subject,
        "quantity": conflict.quantity,
        "cell": None if cell is None else cell._asdict(),
        "used": conflict.used,
        "position": conflict.position(),
        "compatible": conflict.compatible,
        "versions": [_version_dict(version) for version in conflict.versions],
        "sentence": conflict.sentence(),
    }


def _version_dict(version: Version) -> dict[str, Any]:
    """One version of the story as plain values."""
    claims = [
        {"claim": c.claim, "source": c.source, "date": date, "standing": c.standing, "rank": c.rank, "quote": c.quote}
        for c, date in zip(version.claims, version.dates, strict=True)
    ]
    return {
        "value": version.value,
        "meaning": version.meaning,
        "sources": sorted({c.source for c in version.claims}),
        "independent": version.independence,
        "witnesses": list(version.witnesses),
        "known": version.known.isoformat() if version.known else None,
        **{name: getattr(version, name) for name in ("standing", "live", "strongest", "preferred", "used")},
        "claims": claims,
    }


def cell_dict(traced_cell: TracedCell) -> dict[str, Any]:
    """A cell behind a number as plain values."""
    claim = traced_cell.claim
    return {
        "table": traced_cell.cell.table,
        "row": traced_cell.cell.row,
        "column": traced_cell.cell.column,
        "value": traced_cell.value,
        "unit": traced_cell.unit,
        "where": str(traced_cell.where),
        "assumption": traced_cell.assumption,
        "source": claim.source if claim else None,
        "quote": claim.quote if claim else None,
        "sentence": traced_cell.sentence(),
    }
