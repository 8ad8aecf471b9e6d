"""Texts that a spreadsheet would run as a formula: written with an apostrophe before them, which reading drops again."""

from __future__ import annotations

import re

import polars as pl

SIGNS = "=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20"
"""How a text begins that a spreadsheet takes for a formula: the signs, blanks before which it drops, and the wide ones of East Asia."""

_FORMULA = re.compile(f"'*[{SIGNS}]")
_POLARS = f"^'*[{SIGNS}]"


def harmless(text: str) -> str:
    """A text as a cell that no spreadsheet runs; a number stays as it is."""
    if not _FORMULA.match(text):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def meant(cell: str) -> str:
    """The text that was written as a harmless cell."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell


def harmless_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """A table with all its texts harmless."""
    risky = [name for name, kind in frame.schema.items() if kind == pl.String and frame[name].str.contains(_POLARS).any()]
    return frame.with_columns(pl.col(risky).map_elements(harmless, return_dtype=pl.String)) if risky else frame


def meant_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """A table with the texts that were written as harmless cells."""
    return frame.with_columns(
        pl.when(pl.col(pl.String).str.contains(_POLARS)).then(pl.col(pl.String).str.strip_prefix("'")).otherwise(pl.col(pl.String))
    )
