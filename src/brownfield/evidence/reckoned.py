"""The cells behind many postings at once: joins of whole tables, so that a long ledger takes a moment."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from brownfield.case.case import Case
from brownfield.case.cells import row_keys
from brownfield.case.tables import TABLES, facts, fields, keys
from brownfield.errors import nearest
from brownfield.evidence.cells import default
from brownfield.evidence.templates import TEMPLATES, From

ABOUT = ("plant", "line", "product", "market", "offer", "supplier", "policy")
"""Keys of a posting, besides its item and its period; blank where they do not apply."""

CELLS = {"posting": pl.UInt32, "table": pl.String, "row": pl.String, "column": pl.String}


class Reckoning:
    """Finds the cells from which the postings of one case's ledger were reckoned."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._views: dict[str, pl.DataFrame] = {}

    def cells(self, postings: pl.DataFrame) -> pl.DataFrame:
        """The cells behind each posting: `posting` (place in the frame), table, row, column; each cell once.

        ValueError for an item that no template knows.
        """
        numbered = self._with_places(postings)
        found = [pl.DataFrame(schema=CELLS)]
        for (item,), part in numbered.partition_by("item", as_dict=True, maintain_order=True).items():
            if item not in TEMPLATES:
                raise ValueError(f"no such item in a ledger: {item!r}. {nearest(str(item), TEMPLATES)}")
            for source in TEMPLATES[str(item)]:
                found += self._hits(part.filter(pl.col("t") == 0) if source.first else part, source)
        return pl.concat(found).unique(maintain_order=True)

    def _with_places(self, postings: pl.DataFrame) -> pl.DataFrame:
        """Postings with their place, period index, the plant of their line, and the countries of plant and market."""
        blank = [pl.lit(None, dtype=pl.String).alias(name) for name in (*ABOUT, "period") if name not in postings.columns]
        frame = postings.with_columns(blank).select("item", *(_none_if_blank(name) for name in (*ABOUT, "period")))
        frame = frame.with_row_index("posting")
        index = self.case.calendar.index
        times = pl.DataFrame({"period": list(index), "t": list(index.values())}, schema={"period": pl.String, "t": pl.Int64})
        lines = self.case.active("lines").select("line", pl.col("plant").alias("_plant")).unique("line", keep="first")
        plants = self.case.active("plants").select("plant", pl.col("country").alias("origin")).unique("plant", keep="first")
        markets = self.case.active("markets").select("market", pl.col("country").alias("destination")).unique("market", keep="first")
        frame = frame.join(times, on="period", how="left", maintain_order="left").join(lines, on="line", how="left", maintain_order="left")
        frame = frame.with_columns(pl.col("plant").fill_null(pl.col("_plant")))
        return frame.join(plants, on="plant", how="left", maintain_order="left").join(
            markets, on="market", how="left", maintain_order="left"
        )

    def _hits(self, part: pl.DataFrame, source: From) -> Iterable[pl.DataFrame]:
        """Cells of one table behind postings of one item. A key that a posting leaves blank does not narrow the rows."""
        view = self._view(source.table)
        if part.is_empty() or view.is_empty():
            return
        full = part.select(pl.col(name).is_not_null() for name in source.by)
        for pattern in full.unique(maintain_order=True).rows() if source.by else [()]:
            alike = part.filter(pl.all_horizontal(full[n] == f for n, f in zip(source.by, pattern, strict=True))) if pattern else part
            by = [name for name, known in zip(source.by, pattern, strict=True) if known]
            some = alike.select("posting", *{"t": None, **dict.fromkeys(by)})
            for column in source.columns:
                rows = view.filter(pl.col(column).is_not_null() if source.by else _filled(source.table, column))
                rows = rows if "t" in by else rows.drop("t", strict=False)
                hits = some.join(rows, on=by, how="inner") if by else some.join(rows, how="cross")
                yield _as_cells(hits, source.table, column)
                if _is_money(source.table, column):
                    yield self._rates(hits)

    def _rates(self, hits: pl.DataFrame) -> pl.DataFrame:
        """The exchange rates behind amounts in other currencies."""
        foreign = hits.filter(pl.col("currency").is_not_null() & (pl.col("currency") != self.case.settings.base_currency))
        rates = self._view("rates").select("t", pl.col("name").alias("currency"), "row")
        return _as_cells(foreign.select("posting", "t", "currency").join(rates, on=["t", "currency"], how="inner"), "rates", "rate")

    def _view(self, table: str) -> pl.DataFrame:
        if table not in self._views:
            self._views[table] = self._made(table)
        return self._views[table]

    def _made(self, table: str) -> pl.DataFrame:
        """A table ready for joining: `row` (its key), `currency` of its money, and the columns that pick its rows."""
        if table == "case":
            return self._settings()
        frame = self.case.by_period(table) if "period" in keys(table) else self.case.active(table)
        frame = frame.with_columns(row_keys(frame, table).alias("row"))
        if table in ("companies", "products"):
            frame = frame.filter(frame["company"].fill_null(self.case.owner) == self.case.owner)
        elif table == "term_offers":
            frame = frame.filter(pl.col("agreed") == "agreed")
        elif table == "rates":
            frame = frame.rename({"currency": "name"})
        elif table == "routes":
            frame = frame.join(self.case.active("lines").select("line", "plant"), on="line", how="left", maintain_order="left")
        elif table == "demand":
            frame = frame.join(self.case.active("markets").select("market", "currency"), on="market", how="left", maintain_order="left")
        return frame if "currency" in frame.columns else frame.with_columns(pl.lit(None, dtype=pl.String).alias("currency"))

    def _settings(self) -> pl.DataFrame:
        """The settings behind a terminal value: the years it goes on, and the case's rate when the owner has none of its own."""
        own = self._view("companies")["discount_rate"].drop_nulls()
        rate = None if len(own) else self.case.settings.discount_rate
        row = {"row": "", "currency": None, "discount_rate": rate, "terminal_years": self.case.settings.terminal_years}
        return pl.DataFrame([row], schema_overrides={"currency": pl.String, "discount_rate": pl.Float64})


def bearing(case: Case) -> pl.DataFrame:
    """Every cell that a claim should stand behind, filled in and not just the default: table, row, column, value as text."""
    found = [pl.DataFrame(schema={"table": pl.String, "row": pl.String, "column": pl.String, "value": pl.String})]
    for table in TABLES:
        frame = case.active(table)
        keyed = frame.with_columns(row_keys(frame, table).alias("_row")) if not frame.is_empty() else frame
        for column in fields(table):
            if facts(table, column).evidence and not frame.is_empty():
                rows = keyed.filter(_filled(table, column))
                found.append(
                    rows.select(
                        pl.lit(table).alias("table"),
                        pl.col("_row").alias("row"),
                        pl.lit(column).alias("column"),
                        pl.col(column).cast(pl.String).alias("value"),
                    )
                )
    return pl.concat(found)


def _filled(table: str, column: str) -> pl.Expr:
    """Rows in which a column holds something other than its default."""
    usual = default(table, column) if table in TABLES else None
    full = pl.col(column).is_not_null()
    return full if usual is None or isinstance(usual, tuple) else full & (pl.col(column) != pl.lit(usual))


def _none_if_blank(name: str) -> pl.Expr:
    text = pl.col(name).cast(pl.String)
    return pl.when(text != "").then(text).alias(name)


def _as_cells(hits: pl.DataFrame, table: str, column: str) -> pl.DataFrame:
    named = [pl.lit(table).alias("table"), pl.col("row"), pl.lit(column).alias("column")]
    return hits.select(pl.col("posting").cast(pl.UInt32), *named)


def _is_money(table: str, column: str) -> bool:
    return table in TABLES and facts(table, column).unit.startswith(("million", "currency"))
