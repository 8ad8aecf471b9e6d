"""The id of a claim: a hash of what it says, so that the same claim read twice is one claim."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

PARTS = ("source", "subject", "property", "table", "row", "column", "value", "low", "high", "qualifier", "quote")
"""The columns that make a claim what it is; who ranks it how, and why, may change without making another claim of it."""


def claim_id(row: Mapping[str, Any]) -> str:
    r"""The id of a claim, given as a row with named columns.

    The first 12 hex digits of the SHA-256 of its parts as text, joined by `\x1f`; a blank is the empty text, a
    number reads as Python writes it (`5.0`).
    """
    parts = ("" if row.get(name) is None else str(row[name]) for name in PARTS)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]
