"""Cases written as text, for tests of the case."""

# ruff: noqa: E501 - tables are read across

import datetime
from collections.abc import Mapping, Sequence

from hypothesis import settings

from brownfield.case.case import Case, Settings
from brownfield.case.parse import RawTable, parse

quick = settings(deadline=None, max_examples=50)
"""How long to look for a counterexample here."""

START = datetime.date(2026, 1, 1)


def raw(table: str, text: str) -> RawTable:
    """A table from lines of cells separated by commas, the first line naming the columns."""
    header, *rows = [tuple(cell.strip() for cell in line.split(",")) for line in text.strip().split("\n")]
    columns = tuple(zip(*rows, strict=True)) if rows else ((),) * len(header)
    return RawTable(f"{table}.csv", header, columns, range(2, 2 + len(rows)))


def case(tables: Mapping[str, str], periods: Sequence[str] = ("2 years",), origins: bool = False, **settings: object) -> Case:
    """A case from texts; every cell must be good."""
    raws = {name: raw(name, text) for name, text in tables.items()}
    parsed = {name: parse(name, table) for name, table in raws.items()}
    assert [str(problem) for one in parsed.values() for problem in one.problems] == []
    made = Settings.model_validate({"name": "small", "start": START, "periods": tuple(periods), **settings})
    return Case(made, {name: one.frame for name, one in parsed.items()}, raws if origins else {})


TINY = {
    "companies": "company,role\nAoi,owner\nTanuki,guest",
    "plants": "plant,company,country,region,decision,fixed_cost\nNorth,,JP,Kanto,may_close,60\nSouth,Aoi,JP,Kyushu,keep,50\nDen,Tanuki,TW,,keep,5",
    "lines": "line,plant,jph,max_products\nN1,North,50,3\nS1,South,40,\nD1,Den,20,",
    "products": "product,company,family\nNova,,B\nLuna,,C\nCivet,Tanuki,B",
    "routes": "product,line\nNova,N1\nLuna,S1\nCivet,N1",
    "markets": "market,country\nJapan,JP\nEurope,DE",
    "demand": "product,market,period,cars,net_price\nNova,Japan,,100,20\nNova,Japan,2027,90,20\nLuna,Europe,,50,30",
    "offers": "offer,kind,company,plant,product,fee_per_car,volume_max\nHost,host,Tanuki,,Civet,9,1000\nSale,sale,Tanuki,North,,,",
    "scenarios": "scenario\nWeak\nGone",
    "changes": (
        "change,scenario,table,row,column,action,value\n"
        "a,Weak,demand,*,cars,multiply,0.5\nb,Weak,demand,Nova|Japan,cars,add,10\nc,Weak,plants,North,decision,set,keep\n"
        "d,Gone,plants,North,status,set,exclude"
    ),
}
"""A small case without a problem."""
