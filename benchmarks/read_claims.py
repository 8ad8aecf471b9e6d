"""A hundred thousand claims: read, checked, weighed against each other, and taken back to a day."""

import tempfile
import time
from itertools import pairwise
from pathlib import Path

from benchmarks.common import Figure, peak_megabytes, show
from brownfield.evidence.claims import as_of
from brownfield.evidence.conflicts import conflicts
from brownfield.evidence.coverage import coverage
from brownfield.files import read_case

CLAIMS, PLANTS, SOURCES = 100_000, 1000, 2000
CELLS = (("plants", "plant", "fixed_cost", 90), ("plants", "plant", "closure_cost", 200), ("lines", "line", "jph", 60))


def claim(k: int) -> str:
    """One claim: of each cell the first is preferred, the others say one of four values, by witnesses some of whom repeat others."""
    table, kind, column, value = CELLS[k % 3]
    plant, turn = (k // 3) % PLANTS, k // (3 * PLANTS)
    said = value + turn % 4
    rank = "preferred,first" if turn == 0 else "normal,"
    about = f"Plant {plant},{column},{table},{kind} {plant},{column}"
    return f"source {k % SOURCES},{about},{said},{said - 1},{said + 1},million,words {k} of the source,reported,{rank}"


def source(i: int) -> str:
    """One source; every third repeats the one before it."""
    repeats = f"source {i - 1}" if i % 3 == 1 else ""
    return f"source {i},Report {i},{2000 + i % 25}-0{1 + i % 9},named press,{repeats}"


def write_case(folder: Path) -> None:
    """A case of a thousand plants with thirty claims or so about each of three thousand cells."""
    tables = {
        "plants.csv": ["plant,country,decision,fixed_cost,closure_cost", *(f"plant {i},JP,may_close,90,200" for i in range(PLANTS))],
        "lines.csv": ["line,plant,jph", *(f"line {i},plant {i},60" for i in range(PLANTS))],
        "products.csv": ["product,material_cost", "car,14000"],
        "routes.csv": ["product,line", "car,line 0"],
        "markets.csv": ["market,country", "home,JP"],
        "demand.csv": ["product,market,cars,net_price", "car,home,100,20000"],
        "sources.csv": [
            "source,title,published,kind,derived_from",
            *(source(i) for i in range(SOURCES)),
        ],
        "claims.csv": [
            "source,subject,property,table,row,column,value,low,high,unit,quote,standing,rank,why",
            *(claim(k) for k in range(CLAIMS)),
        ],
    }
    for name, lines in tables.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "case.toml").write_text('name = "many claims"\nstart = 2026-01-01\nperiods = ["3 years"]\n', encoding="utf-8")


def main() -> None:
    """Write the case, then measure."""
    with tempfile.TemporaryDirectory() as name:
        write_case(Path(name))
        marks = [time.process_time()]
        case = read_case(Path(name))
        marks.append(time.process_time())
        for work in (coverage, conflicts, lambda known: as_of(known, "2010")):
            work(case)
            marks.append(time.process_time())
    read, covered, compared, back = (f"{end - begin:.2f} s" for begin, end in pairwise(marks))
    show(
        "Reading many claims",
        f"{CLAIMS:,} claims of {SOURCES:,} sources about {3 * PLANTS:,} cells, in a folder of CSV files. CPU seconds.",
        [
            Figure("read and checked", read, "under 5 s"),
            Figure("coverage", covered),
            Figure("every contradiction", compared),
            Figure("the case as of a day", back),
            Figure("peak memory of the process", f"{peak_megabytes():.0f} MB"),
        ],
    )


if __name__ == "__main__":
    main()
