"""A demand table of 200,000 rows: read, checked and made into a model."""

import tempfile
import time
from pathlib import Path

from benchmarks.common import Figure, peak_megabytes, show
from brownfield.files import read_case
from brownfield.model.assemble import assemble

PLANTS, PRODUCTS, MARKETS, YEARS = 10, 200, 100, 10


def write_case(folder: Path) -> None:
    """A case with one assembly line for each plant, twenty products on each line, every product in every market."""
    tables = {
        "plants.csv": ["plant,country,decision,fixed_cost,closure_cost", *(f"plant {i},JP,may_close,90,200" for i in range(PLANTS))],
        "lines.csv": ["line,plant,jph", *(f"line {i},plant {i},60" for i in range(PLANTS))],
        "products.csv": ["product,material_cost", *(f"product {k},14000" for k in range(PRODUCTS))],
        "routes.csv": ["product,line", *(f"product {k},line {k % PLANTS}" for k in range(PRODUCTS))],
        "markets.csv": ["market,country", *(f"market {m},JP" for m in range(MARKETS))],
        "demand.csv": [
            "product,market,period,cars,net_price",
            *(
                f"product {k},market {m},{2026 + t},{80 + (k * 7 + m * 3 + t) % 40},{20000 + k}"
                for k in range(PRODUCTS)
                for m in range(MARKETS)
                for t in range(YEARS)
            ),
        ],
    }
    for name, lines in tables.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "case.toml").write_text(f'name = "wide"\nstart = 2026-01-01\nperiods = ["{YEARS} years"]\n', encoding="utf-8")


def main() -> None:
    """Write the case, then measure."""
    with tempfile.TemporaryDirectory() as name:
        write_case(Path(name))
        begin = time.process_time()
        case = read_case(Path(name))
        read = time.process_time() - begin
        model = assemble(case)
        made = time.process_time() - begin - read
    show(
        "Reading a large table",
        f"{case.table('demand').height:,} rows of demand in a folder of CSV files; a model of"
        f" {model.program.column_count:,} columns. CPU seconds.",
        [
            Figure("read and checked", f"{read:.2f} s"),
            Figure("made into a model", f"{made:.2f} s"),
            Figure("together", f"{read + made:.2f} s", "under 5 s"),
            Figure("peak memory of the process", f"{peak_megabytes():.0f} MB"),
        ],
    )


if __name__ == "__main__":
    main()
