"""Cells by name: how a claim or a change says which row it means."""

from __future__ import annotations

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


def places(case: Case, table: str) -> dict[str, int]:
    """Row key -> place in `case.table(table)`; a row that counts wins over one that is switched off."""
    frame = case.table(table)
    place = {key: i for i, key in reversed(list(enumerate(row_keys(frame, table))))}
    here = frame.with_row_index("_place").filter(pl.col("status") == "include")
    rows = zip(row_keys(here, table), here["_place"], strict=True)
    return place | dict(reversed(list(rows)))
