"""What cars earn and cost: sales, freight, duty, material, building them, buyers who went away empty."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from brownfield.errors import LedgerError
from brownfield.plan.reading import MILLION, Reading


def post_cars(reading: Reading) -> Iterator[pl.DataFrame]:
    """All postings that go with single cars, as tables with `item`, their keys, `t` and `amount`."""
    yield from _sold(reading)
    yield _unserved(reading)
    yield reading.material.select(pl.lit("material").alias("item"), "plant", "product", "t", (-pl.col("spent")).alias("amount"))
    yield _built(reading)


def _sold(reading: Reading) -> Iterator[pl.DataFrame]:
    """Sales at the net price, freight of the lane, duty on the net price.

    sales = price · cars; freight = −freight · cars; duty = −duty · price · cars; price in the market's currency.
    """
    ships = reading.ships.filter(pl.col("cars") != 0).join(reading.demand, on=["product", "market", "t"], how="left", maintain_order="left")
    _none_blank(ships, "price", "sold where no demand row gives a price")
    ways = _ways(reading, ships)
    _none_blank(ways, "freight", "shipped where no lane leads")
    sales = pl.col("cars") * pl.col("price") / MILLION
    keys = ["plant", "product", "market", "t"]
    yield ways.select(pl.lit("sales").alias("item"), *keys, sales.alias("amount"))
    yield ways.select(pl.lit("duty").alias("item"), *keys, (-sales * pl.col("duty")).alias("amount"))
    freight = pl.col("cars") * pl.col("freight") * pl.col("rate") / MILLION
    yield reading.with_rate(ways).select(pl.lit("freight").alias("item"), *keys, (-freight).alias("amount"))


def _ways(reading: Reading, ships: pl.DataFrame) -> pl.DataFrame:
    """Ships with freight, its currency and the duty between the two countries beside them."""
    origins = pl.DataFrame([(p.plant, p.country) for p in reading.plants.values()], schema=["plant", "origin"], orient="row")
    tariffs = reading.case.active("tariffs").select("origin", pl.col("destination").alias("country"), "duty")
    ways = ships.join(origins, on="plant", how="left", maintain_order="left")
    ways = ways.join(tariffs, on=["origin", "country"], how="left", maintain_order="left").with_columns(pl.col("duty").fill_null(0.0))
    lanes = reading.case.active("lanes").select("plant", "market", "freight", "currency")
    if reading.lanes_free:
        return ways.with_columns(pl.lit(0.0).alias("freight"), pl.lit(None, dtype=pl.String).alias("currency"))
    return ways.join(lanes, on=["plant", "market"], how="left", maintain_order="left")


def _unserved(reading: Reading) -> pl.DataFrame:
    """Penalty for buyers who found neither their car nor a sister model: −penalty · (lost − diverted away)."""
    lost = reading.unserved.filter(pl.col("cars") != 0)
    rows = lost.join(reading.demand, on=["product", "market", "t"], how="left", maintain_order="left")
    _none_blank(rows, "penalty", "lost where no demand row asks for it")
    cost = -pl.col("cars") * pl.col("penalty") / MILLION
    return rows.select(pl.lit("lost-sale penalty").alias("item"), "product", "market", "t", cost.alias("amount"))


def _built(reading: Reading) -> pl.DataFrame:
    """Cost of building each car on each line it passes, the guests' cars apart: −variable cost · cars."""
    routes = reading.case.active("routes").select("product", "line", "variable_cost", "currency")
    built = reading.makes.filter(pl.col("cars") != 0).join(routes, on=["product", "line"], how="left", maintain_order="left")
    _none_blank(built, "variable_cost", "built without a route")
    item = pl.when("guest").then(pl.lit("guest variable cost")).otherwise(pl.lit("variable cost")).alias("item")
    cost = -pl.col("cars") * pl.col("variable_cost") * pl.col("rate") / MILLION
    return reading.with_rate(built).select(item, "plant", "line", "product", "t", cost.alias("amount"))


def _none_blank(frame: pl.DataFrame, column: str, what: str) -> None:
    """Refuse to book what has no price: a blank here would silently count as nothing."""
    bad = frame.filter(pl.col(column).is_null())
    if bad.height:
        first = bad.row(0, named=True)
        place = ", ".join(str(first[key]) for key in ("product", "plant", "line", "market") if key in first)
        raise LedgerError(f"the plan cannot be booked: {bad.height} times cars are {what}, first {place}")
