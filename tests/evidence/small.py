"""A small case with the contradictions of the seed articles: plants that close (17, 7 or 10) and people (20,000)."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from brownfield.case.case import Case, Settings
from brownfield.case.parse import RawTable, parse
from brownfield.case.tables import fields

Rows = Sequence[Mapping[str, Any]]

SOURCES: Rows = [
    {"source": "plan", "title": "Recovery plan", "published": "2025-05-13", "kind": "filing"},
    {"source": "agency", "title": "Agency report", "published": "2025-05", "kind": "named press"},
    {"source": "paper", "title": "Seed B", "published": "2025-07-06", "kind": "named press", "derived_from": "agency"},
    {"source": "blog", "title": "Seed A", "published": "2025-07", "kind": "translation", "derived_from": "agency"},
    {"source": "business", "title": "Trade paper", "retrieved": "2025-08-01", "kind": "named press"},
    {"source": "undated", "title": "No date at all", "kind": "estimate"},
    {"source": "yearbook", "title": "Yearbook", "published": "2024", "kind": "company statement"},
]


def says(source: str, value: str, cell: str = "", **more: Any) -> dict[str, Any]:
    """A claim; `cell` is table/row/column."""
    table, row, column = cell.split("/") if cell else ("", "", "")
    base = {"subject": "Nissan", "property": "plants that close", "standing": "reported"}
    return {**base, "source": source, "value": value, "table": table, "row": row, "column": column, **more}


CLOSE = "policies/close_plants/value"
HEADS = "people/Oppama/headcount"
CLAIMS: Rows = [
    says("plan", "7", CLOSE, standing="official", rank="preferred", why="the plan itself", unit="plants", quote="from 17 to 10"),
    says("agency", "7", CLOSE, unit="plants"),
    says("blog", "17", CLOSE, unit="plants", quote="closure of 17 production sites"),
    says("business", "10", CLOSE, unit="plants"),
    says("paper", "7", property="plants that cut staff", unit="plants", quote="seven of 17 factories cut their workforce"),
    says("plan", "17", property="plants before the plan", unit="plants", standing="official"),
    says("paper", "20000", property="posts cut", unit="heads"),
    says("plan", "20000", property="posts cut", unit="heads", standing="official"),
    says("yearbook", "9000", property="posts cut", unit="heads", standing="official"),
    says("paper", "3900", HEADS, subject="Oppama", property="people", unit="heads", qualifier="the district", rank="preferred", why="most"),
    says("yearbook", "2400", HEADS, subject="Oppama", property="people", unit="heads", qualifier="the vehicle plant"),
    says("agency", "2400", "lines/A1/jph", subject="Oppama", property="jobs an hour", standing="denied"),
    says("business", "1961", "plants/Oppama/opened", subject="Oppama", property="opened", unit="year"),
    says("undated", "2028-03", "plants/Oppama/earliest_close", subject="Oppama", property="end", rank="preferred", why="the only one"),
    says("business", "90000", "demand/Note|Japan|/cars", subject="Note", property="demand", low=80000, high=95000),
]

TABLES: Mapping[str, Rows] = {
    "companies": [
        {"company": "Nissan", "role": "owner", "discount_rate": 0.07, "overhead": 100, "opening_cash": 500, "revolver_rate": 0.03},
        {"company": "Foxconn", "role": "guest"},
        {"company": "State", "role": "state"},
    ],
    "plants": [
        {"plant": "Oppama", "country": "JP", "decision": "may_close", "fixed_cost": 24.6, "closure_cost": 45, "opened": 1961,
         "earliest_close": "2028-03", "site_value": 35, "mothball_cost": 3},
        {"plant": "Smyrna", "country": "US", "currency": "USD", "fixed_cost": 200},
    ],
    "lines": [
        {"line": "A1", "plant": "Oppama", "jph": 60, "crew": 900, "fixed_cost": 2, "shift_now": "two"},
        {"line": "S1", "plant": "Smyrna", "jph": 60},
    ],
    "shift_models": [{"shift_model": "two", "hours_per_week": 80, "crews": 2, "change_cost": 1.5, "pay_premium": 0.1}],
    "products": [
        {"product": "Note", "material_cost": 1200000, "eop": "2030-01"},
        {"product": "Guest", "company": "Foxconn"},
    ],
    "routes": [
        {"product": "Note", "line": "A1", "variable_cost": 89000},
        {"product": "Note", "line": "S1", "variable_cost": 700, "currency": "USD", "state": "possible", "launch_cost": 150},
        {"product": "Guest", "line": "A1", "state": "possible", "launch_cost": 20000, "variable_cost": 80000},
    ],
    "markets": [{"market": "Japan", "country": "JP"}, {"market": "America", "country": "US", "currency": "USD"}],
    "demand": [
        {"product": "Note", "market": "Japan", "cars": 90000, "net_price": 1900000, "penalty": 10000},
        {"product": "Note", "market": "America", "cars": 10000, "net_price": 17000},
        {"product": "Note", "market": "America", "period": "2027", "cars": 9000, "net_price": 16000},
    ],
    "lanes": [{"plant": p, "market": m, "freight": 20000} for p in ("Oppama", "Smyrna") for m in ("Japan", "America")],
    "tariffs": [{"origin": "JP", "destination": "US", "duty": 0.15}],
    "people": [{"plant": "Oppama", "headcount": 3900, "indirect": 600, "cost_per_head": 9000000, "voluntary_pay": 12000000,
                "voluntary_cap": 300, "redundancy_cost": 20000000, "transfer_cost": 3000000, "hire_cost": 500000}],
    "suppliers": [{"supplier": "Keiretsu", "share": 0.6, "days_now": 60, "payables_now": 30}],
    "term_offers": [{"term": "longer", "supplier": "Keiretsu", "extra_days": 30, "price": 0.02, "agreed": "agreed"}],
    "offers": [
        {"offer": "Foxconn deal", "kind": "host", "company": "Foxconn", "product": "Guest", "fee_per_car": 250000, "fixed_fee": 1000,
         "price": 500, "volume_max": 80000, "launch_share": 0.5, "exit_fee": 100},
        {"offer": "Stay grant", "kind": "grant", "company": "State", "plant": "Oppama", "fixed_fee": 500, "people_min": 1000},
    ],
    "rates": [{"currency": "USD", "rate": 150}, {"currency": "USD", "period": "2027", "rate": 140}],
    "policies": [{"policy": "close_plants", "measure": "closures", "sense": "=", "value": 7, "kind": "priced", "price": 10}],
    "sources": SOURCES,
    "claims": CLAIMS,
}  # fmt: skip

SETTINGS = Settings(name="small", base_currency="JPY", start="2026-01", periods=("3 years",), terminal_years=2, discount_rate=0.05)


def frame(table: str, rows: Rows) -> tuple[pl.DataFrame, RawTable]:
    """Rows as the folder reader would read them from `<table>.csv`."""
    header = tuple(dict.fromkeys(name for row in rows for name in row)) or tuple(fields(table))
    cells = tuple([str(row.get(name, "")) for row in rows] for name in header)
    raw = RawTable(f"{table}.csv", header, cells, range(2, len(rows) + 2))
    parsed = parse(table, raw)
    assert not parsed.problems, parsed.problems
    return parsed.frame, raw


def build(**tables: Rows) -> Case:
    """The small case, with some of its tables replaced."""
    read = {name: frame(name, rows) for name, rows in {**TABLES, **tables}.items()}
    return Case(SETTINGS, {name: pair[0] for name, pair in read.items()}, {name: pair[1] for name, pair in read.items()})
