"""Rules of the cars, read a second time: what is built is shipped, what is asked for is served, lost or diverted."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from brownfield.plan.amounts import ABSOLUTE, RELATIVE, num
from brownfield.plan.form import Found
from brownfield.plan.reading import Reading

_PLACE = ["product", "plant", "t"]
_SALE = ["product", "market", "t"]
KEYS: tuple[str, ...] = ("product", "to_product", "plant", "line", "market")


def _slack(*columns: str) -> pl.Expr:
    """The room that `amounts.slack` leaves, for whole columns."""
    return ABSOLUTE + RELATIVE * pl.max_horizontal([pl.col(column).abs() for column in columns])


def _sums(frame: pl.DataFrame, keys: list[str], name: str) -> pl.DataFrame:
    return frame.group_by(keys).agg(pl.col("cars").sum().alias(name))


def _beside(left: pl.DataFrame, right: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Two sums side by side, 0 where one of them has no row."""
    return left.join(right, on=keys, how="full", coalesce=True).with_columns(pl.selectors.float().fill_null(0.0)).sort(keys)


def _keys(reading: Reading, row: dict[str, object]) -> dict[str, str]:
    keys = {key: str(row[key]) for key in KEYS if key in row}
    keys["period"] = reading.name(int(str(row["t"])))
    return keys


def shipped_what_is_built(reading: Reading) -> Iterator[Found]:
    """Every car of the owner that leaves an assembly line is shipped in the same period, and nothing else is."""
    made = _sums(reading.assembled.filter(~pl.col("guest")), _PLACE, "made")
    both = _beside(made, _sums(reading.ships, _PLACE, "shipped"), _PLACE)
    for row in both.filter((pl.col("made") - pl.col("shipped")).abs() > _slack("made", "shipped")).iter_rows(named=True):
        keys = _keys(reading, row)
        say = f"{keys['plant']} finishes {num(row['made'])} {keys['product']} in {keys['period']}, but ships {num(row['shipped'])}"
        yield keys, say, abs(row["made"] - row["shipped"])


def guests_sell_their_own(reading: Reading) -> Iterator[Found]:
    """The owner does not ship or sell a guest's cars."""
    guests = [product for product in reading.products if reading.is_guest(product)]
    sold = reading.ships.filter(pl.col("product").is_in(guests) & (pl.col("cars") > ABSOLUTE)).sort(_PLACE)
    for row in sold.iter_rows(named=True):
        keys = _keys(reading, row)
        say = f"{num(row['cars'])} {keys['product']} are sold to {keys['market']} in {keys['period']}, but it is a guest's car"
        yield keys, say, row["cars"]


def lanes(reading: Reading) -> Iterator[Found]:
    """Cars travel only where a lane leads; with no lanes at all, anywhere."""
    if reading.lanes_free:
        return
    ways = reading.case.active("lanes").select("plant", "market")
    stray = reading.ships.filter(pl.col("cars") > ABSOLUTE).join(ways, on=["plant", "market"], how="anti").sort(_PLACE)
    for row in stray.iter_rows(named=True):
        keys = _keys(reading, row)
        say = f"{num(row['cars'])} {keys['product']} go from {keys['plant']} to {keys['market']} in {keys['period']}, where no lane leads"
        yield keys, say, row["cars"]


def stages(reading: Reading) -> Iterator[Found]:
    """A plant's body and paint shops build as many of a product as its assembly lines finish."""
    routes = pl.DataFrame(sorted(reading.routes), schema={"product": pl.String, "line": pl.String}, orient="row")
    shops = routes.join(reading.line_places, on="line").filter(pl.col("kind") != "assembly").select("product", "plant", "kind").unique()
    periods = pl.DataFrame({"t": range(reading.horizon)}, schema={"t": pl.Int64})
    built = _sums(reading.makes, ["product", "plant", "kind", "t"], "built")
    finished = _sums(reading.assembled, _PLACE, "finished")
    both = shops.join(periods, how="cross").join(built, on=["product", "plant", "kind", "t"], how="left")
    both = both.join(finished, on=_PLACE, how="left")
    both = both.with_columns(pl.col("built", "finished").fill_null(0.0)).sort(*_PLACE, "kind")
    for row in both.filter((pl.col("built") - pl.col("finished")).abs() > _slack("built", "finished")).iter_rows(named=True):
        keys = {**_keys(reading, row), "kind": row["kind"]}
        say = f"the {row['kind']} shops of {keys['plant']} build {num(row['built'])} {keys['product']} in {keys['period']}"
        yield keys, say + f", its assembly lines finish {num(row['finished'])}", abs(row["built"] - row["finished"])


def _served(reading: Reading) -> pl.DataFrame:
    """What becomes of the buyers: product, market, t, wanted, asked (has a demand row), shipped, lost, came, went."""
    asked = reading.demand.select(*_SALE, "wanted", pl.lit(True).alias("asked"))
    diverted = reading.timed(reading.plan.diverted)
    came = diverted.select(pl.col("to_product").alias("product"), "market", "t", "cars")
    served = asked
    for name, frame in (("shipped", reading.ships), ("lost", reading.timed(reading.plan.lost)), ("came", came), ("went", diverted)):
        served = served.join(_sums(frame, _SALE, name), on=_SALE, how="full", coalesce=True)
    return served.with_columns(pl.col("asked").fill_null(False), pl.selectors.float().fill_null(0.0)).sort(_SALE)


def demand_met(reading: Reading) -> Iterator[Found]:
    """Every buyer is served, lost, or takes another product: shipped + lost = wanted + diverted to it."""
    served = _served(reading).with_columns((pl.col("shipped") + pl.col("lost") - pl.col("wanted") - pl.col("came")).alias("over"))
    for row in served.filter(pl.col("over").abs() > _slack("shipped", "lost", "wanted", "came")).iter_rows(named=True):
        keys = _keys(reading, row)
        say = f"{keys['market']} wants {num(row['wanted'] + row['came'])} {keys['product']} in {keys['period']}, "
        yield keys, say + f"but {num(row['shipped'])} are shipped and {num(row['lost'])} lost", abs(row["over"])


def lost_within_demand(reading: Reading) -> Iterator[Found]:
    """No more buyers are lost than there are."""
    for row in _served(reading).filter(pl.col("lost") > pl.col("wanted") + _slack("lost", "wanted")).iter_rows(named=True):
        keys = _keys(reading, row)
        say = f"{num(row['lost'])} buyers of {keys['product']} are lost in {keys['market']} in {keys['period']}, "
        yield keys, say + f"but only {num(row['wanted'])} came", row["lost"] - row["wanted"]


def diversion(reading: Reading) -> Iterator[Found]:
    """Of the buyers a product loses, at most the given share takes the sister model, where that is asked for at all."""
    shares = reading.case.active("diversions").select("product", "to_product", "share")
    lost = _sums(reading.timed(reading.plan.lost), _SALE, "lost")
    asked = reading.demand.select(pl.col("product").alias("to_product"), "market", "t", pl.lit(True).alias("asked"))
    rows = reading.timed(reading.plan.diverted).join(shares, on=["product", "to_product"], how="left").join(lost, on=_SALE, how="left")
    rows = rows.join(asked, on=["to_product", "market", "t"], how="left").with_columns(pl.col("share", "lost").fill_null(0.0))
    most = pl.when(pl.col("asked").fill_null(False)).then(pl.col("share") * pl.col("lost")).otherwise(0.0)
    rows = rows.with_columns(most.alias("most")).sort(*_SALE, "to_product")
    for row in rows.filter(pl.col("cars") > pl.col("most") + _slack("cars", "most")).iter_rows(named=True):
        keys = _keys(reading, row)
        say = f"{num(row['cars'])} buyers of {keys['product']} take {keys['to_product']} in {keys['market']} in {keys['period']}"
        yield keys, say + f", instead of at most {num(row['most'])}", row["cars"] - row["most"]


RULES = (
    shipped_what_is_built,
    guests_sell_their_own,
    lanes,
    stages,
    demand_met,
    lost_within_demand,
    diversion,
)
