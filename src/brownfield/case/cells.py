"""Cells by name: how a claim or a change says which row it means."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from brownfield.case.case import Case
from brownfield.case.tables import keys


def row_key(text: str) -> str:
    """A row key however it was written: `Note | Japan |` is `Note|Japan` (blank last parts are left out)."""
    return "|".join(part.strip() for part in text.split("|")).rstrip("|")


def row_keys(frame: pl.DataFrame, table: str) -> pl.Series:
    """The key of every row of a table, as `row_key` would write it."""
    joined = pl.concat_str([pl.col(name).fill_null("") for name in keys(table)], separator="|")
    return frame.select(joined.str.strip_chars_end("|").alias("key"))["key"]


def places(case: Case, table: str, wanted: Iterable[str]) -> dict[str, int]:
    """Row key -> place in `case.table(table)`, for those of the keys wanted that are there.

    A row that counts wins over one that is switched off, the first of several over the others.
    """
    frame = case.table(table)
    found = frame.select(row_keys(frame, table), pl.int_range(pl.len()).alias("place"), "status")
    found = found.filter(pl.col("key").is_in(sorted(set(wanted)))).sort(pl.col("status") != "include", "place")
    return dict(found.unique("key", keep="first").select("key", "place").iter_rows())
