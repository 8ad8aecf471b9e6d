"""Rules of lines and launches, read a second time: who runs which shift model, how much a line carries, what comes when."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import numpy as np
import polars as pl

from brownfield.case.calendar import Floats
from brownfield.plan.amounts import ABSOLUTE, num, slack
from brownfield.plan.form import Found
from brownfield.plan.reading import Reading


def _at(reading: Reading, line: str, t: int, **more: str) -> dict[str, str]:
    return {"line": line, "plant": reading.lines[line].plant, "period": reading.name(t), **more}


def one_shift_model(reading: Reading) -> Iterator[Found]:
    """Every line of an open plant runs one shift model, unless the line is leased; all other lines run none."""
    for line, models in reading.runs.items():
        plant = reading.lines[line].plant
        for t, model in enumerate(models):
            works = reading.state[plant][t] == "open" and not reading.leased_lines[line][t]
            if works and not model:
                say = f"{line} at {plant} has no shift model in {reading.name(t)}, though {plant} is open"
                yield _at(reading, line, t), say, 1.0
            elif model and not works:
                why = "is leased" if reading.leased_lines[line][t] else f"stands in a plant that is {reading.is_now(plant, t)}"
                yield _at(reading, line, t), f"{line} runs {model} in {reading.name(t)}, but {why}", 1.0


def longest_run(reading: Reading) -> Iterator[Found]:
    """A shift model with a longest run is broken off before it has run for longer."""
    for line, models in reading.runs.items():
        for model, steps in groupby(range(reading.horizon), key=lambda t: models[t]):
            ts = list(steps)
            most = reading.shift_models[model].longest_run_months if model else None
            months = 12 * float(reading.calendar.years[ts].sum())
            if most is not None and months > most + 1e-6:
                say = f"{line} runs {model} from {reading.name(ts[0])} to {reading.name(ts[-1])}: "
                yield _at(reading, line, ts[-1]), say + f"{num(months)} months instead of at most {num(most)}", months - most


def capacity(reading: Reading) -> Iterator[Found]:
    """All cars on a line, each with its load, fit into what its shift model can carry; guests' cars included."""
    loads = reading.case.active("routes").select("product", "line", "load")
    used = reading.makes.join(loads, on=["product", "line"], how="left").with_columns(pl.col("load").fill_null(1.0))
    sums = used.group_by("line", "t").agg((pl.col("cars") * pl.col("load")).sum().alias("used")).sort("line", "t")
    for line, t, amount in sums.iter_rows():
        model = reading.runs[line][t]
        most = reading.capacity(line, t, model) if model else 0.0
        if amount > most + slack(amount, most):
            say = f"{line} at {reading.lines[line].plant} makes more cars than it can carry in {reading.name(t)}: "
            yield _at(reading, line, t), say + f"{num(amount)} line units instead of at most {num(most)}", amount - most


def max_products(reading: Reading) -> Iterator[Found]:
    """A line builds no more products in a period than it has room for."""
    built = reading.makes.filter(pl.col("cars") > 10 * ABSOLUTE)
    for line, t, count in built.group_by("line", "t").agg(pl.col("product").n_unique()).sort("line", "t").iter_rows():
        most = reading.lines[line].max_products
        if most is not None and count > most:
            say = f"{line} builds {count} products in {reading.name(t)}, instead of at most {most}"
            yield _at(reading, line, t), say, float(count - most)


def launch_possible(reading: Reading) -> Iterator[Found]:
    """Only a product whose route is possible, and not tooled yet, is launched; a guest's car comes with its offer."""
    for product, line, t in reading.launches:
        route = reading.routes.get((product, line))
        if route is None or route.state != "possible":
            why = "is tooled there already" if route else "has no route there"
            yield _at(reading, line, t, product=product), f"{product} is launched on {line} in {reading.name(t)}, but {why}", 1.0
        elif reading.is_guest(product) and reading.lines[line].kind == "assembly":
            say = f"{product} is launched on {line} in {reading.name(t)} by the owner, but a guest's car comes with its offer"
            yield _at(reading, line, t, product=product), say, 1.0


def launch_once(reading: Reading) -> Iterator[Found]:
    """A product is launched on a line at most once."""
    for (product, line), rows in groupby(reading.launches, key=lambda row: row[:2]):
        times = [reading.name(t) for _, _, t in rows]
        if len(times) > 1:
            say = f"{product} is launched on {line} more than once: {', '.join(times)}"
            yield {"product": product, "line": line}, say, float(len(times) - 1)


def launch_in_time(reading: Reading) -> Iterator[Found]:
    """A launch leaves time for its lead: tooling that takes a year is not there in the first year."""
    for product, line, t in reading.launches:
        route = reading.routes.get((product, line))
        first = reading.calendar.first_from(None, route.launch_lead_months) if route else 0
        if t < first:
            say = f"{product} is launched on {line} in {reading.name(t)}, before its lead time is over"
            yield _at(reading, line, t, product=product), say, float(first - t)


def launch_open(reading: Reading) -> Iterator[Found]:
    """A launch needs an open plant."""
    for product, line, t in reading.launches:
        plant = reading.lines[line].plant
        if reading.state[plant][t] != "open":
            say = f"{product} is launched on {line} in {reading.name(t)}, when {plant} is {reading.is_now(plant, t)}"
            yield _at(reading, line, t, product=product), say, 1.0


def _full(reading: Reading, product: str, line: str) -> Floats:
    """Full rate of a route: min(max_rate · Δ, C / load) · active share, C the most the line can do in any shift model."""
    route, row = reading.routes[product, line], reading.products[product]
    best = np.array([max(reading.capacity(line, t, model) for model in reading.shift_models) for t in range(reading.horizon)])
    most = best / route.load if route.load > 0 else np.full(reading.horizon, np.inf)
    if route.max_rate is not None:
        most = np.minimum(most, route.max_rate * reading.calendar.years)
    share = reading.calendar.active_share(row.sop, row.eop)
    return np.where(share > 0, most, 0.0) * np.where(share > 0, share, 1.0)


def _most(reading: Reading, product: str, line: str) -> Floats:
    """Most cars of a route in each period: its full rate, less before and while a launch ramps up."""
    full = _full(reading, product, line)
    route = reading.routes[product, line]
    by_offer = reading.is_guest(product) and reading.lines[line].kind == "assembly"
    if route.state == "tooled" or by_offer:
        return full
    starts = [t for p, at, t in reading.launches if (p, at) == (product, line)]
    if not starts:
        return np.zeros(reading.horizon)
    share = reading.calendar.ramp_share(min(starts), route.ramp_months)
    return np.where(share > 0, full, 0.0) * share


def built_where_approved(reading: Reading) -> Iterator[Found]:
    """A product is built only on lines with a route for it."""
    routes = reading.case.active("routes").select("product", "line")
    stray = reading.makes.filter(pl.col("cars") > ABSOLUTE).join(routes, on=["product", "line"], how="anti").sort("product", "line", "t")
    for product, line, cars, t in stray.select("product", "line", "cars", "t").iter_rows():
        yield _at(reading, line, t, product=product), f"{line} builds {num(cars)} {product} in {reading.name(t)} without a route", cars


def full_rate(reading: Reading) -> Iterator[Found]:
    """No more of a product than its full rate, nothing before its launch, less while it ramps up, nothing outside its life."""
    limits: dict[tuple[str, str], Floats] = {}
    for product, line, t, cars in reading.makes.select("product", "line", "t", "cars").sort("product", "line", "t").iter_rows():
        key = (product, line)
        if key not in reading.routes:
            continue
        if key not in limits:
            limits[key] = _most(reading, product, line)
        most = float(limits[key][t])
        if cars > most + slack(cars, most):
            say = f"{line} builds {num(cars)} {product} in {reading.name(t)}, instead of at most {num(most)}"
            yield _at(reading, line, t, product=product), say, cars - most


RULES = (
    one_shift_model,
    longest_run,
    capacity,
    max_products,
    launch_possible,
    launch_once,
    launch_in_time,
    launch_open,
    built_where_approved,
    full_rate,
)
