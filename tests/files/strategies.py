"""Cases of every allowed shape, for round trips: arbitrary numbers, names, dates, lists, blanks, excluded rows."""

import datetime
import math
import string
from typing import get_args

import polars as pl
from hypothesis import strategies as st

from brownfield.case.case import Case, Settings
from brownfield.case.columns import HUGE
from brownfield.case.parse import ERROR_VALUES, bounds, plain_type, schema
from brownfield.case.tables import TABLES, fields

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff")
NASTY = st.sampled_from([
    "=1+1", "+49", "-", "@me", "'quoted", '"', '""', "a,b", "a;b", "a\nb", "a\r\nb", "a\rb", "<script>alert(1)</script>", "_x0041_",
    "_x005F_", "007", "1e5", "0.30000000000000004", "TRUE", "nan", "#hash", "日産 追浜", "é̂", "🚗", "2026-01-01", "http://example.org",
    "&amp;", "{=1}", "\u2028x", "\x85y", "\x1b[31m", "a\tb", "x" * 4000,
])  # fmt: skip
TEXT = (st.text(CHARACTERS, max_size=30) | NASTY).map(str.strip).filter(lambda text: text not in ERROR_VALUES)
NAME_BAD = set(";|") | {chr(c) for c in (*range(0x20), 0x7F)}
NAMES = st.sampled_from(["<script>", "日産 追浜", "O'Hare, \"north\"", "007", "1e5", "TRUE", "_x0041_", "é̂", "2026", "a&b", "'x"]) | (
    st.text(CHARACTERS.filter(lambda c: c not in NAME_BAD), min_size=1, max_size=20).filter(
        lambda text: text.strip() == text and text[0] not in "=+-@" and text not in ERROR_VALUES
    )
)
PARTIAL = st.dates(datetime.date(1, 1, 1)).map(lambda day: day.isoformat()) | st.sampled_from(["2025", "2025-07", "1999-12-31"])
FIRST, LAST = datetime.date(1900, 1, 1), datetime.date(2200, 1, 1)


def cells(table, column):
    info = fields(table)[column]
    kind = plain_type(info.annotation)
    low, high = bounds(table, column)
    options = [arg for arg in get_args(info.annotation) if isinstance(arg, str)]
    text = f"{info.annotation} {info.metadata}"
    if options:
        found = st.sampled_from(options)
    elif kind is float:
        low = math.nextafter(low, math.inf) if low is not None and "gt=" in text else low
        found = st.floats(-HUGE if low is None else low, HUGE if high is None else high, allow_nan=False)
    elif kind is int:
        found = st.integers(low, high)
    elif kind is datetime.date:
        found = st.dates(FIRST, LAST)
    elif kind is tuple:
        found = st.lists(NAMES, max_size=3)
    elif "[A-Z]" in text:
        found = st.text(string.ascii_uppercase, min_size=3 if "{3}" in text else 2, max_size=3 if "{3}" in text else 2)
    elif "partial_date" in text:
        found = PARTIAL
    else:
        found = NAMES if "_name" in text else TEXT
    if info.is_required():
        return found.filter(lambda value: value != "")
    return found | st.none() if info.default is None else found


@st.composite
def frames(draw, table):
    rows = draw(st.lists(st.fixed_dictionaries({column: cells(table, column) for column in fields(table)}), min_size=1, max_size=3))
    return pl.DataFrame(rows, schema=schema(table))


SETTINGS = st.builds(
    Settings,
    name=st.text(CHARACTERS, min_size=1, max_size=20).filter(lambda text: text.strip() == text),
    title=TEXT.filter(lambda text: len(text) <= 200),
    base_currency=st.text(string.ascii_uppercase, min_size=3, max_size=3),
    price_year=st.integers(1990, 2100),
    discount_rate=st.floats(math.nextafter(-0.5, 1), 2),
    start=st.dates(FIRST, LAST),
    periods=st.lists(st.sampled_from(["8 quarters", "6 years", "1 month", "2 halves"]), min_size=1, max_size=3).map(tuple),
    terminal_years=st.floats(0, 50),
)

NEEDED = ("plants", "lines", "products", "routes", "markets", "demand")


@st.composite
def cases(draw):
    """Every needed table and a few others."""
    others = draw(st.sets(st.sampled_from([name for name in TABLES if name not in NEEDED]), max_size=4))
    return Case(draw(SETTINGS), {name: draw(frames(name)) for name in TABLES if name in NEEDED or name in others})
