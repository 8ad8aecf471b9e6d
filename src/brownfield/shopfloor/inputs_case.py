"""A line as a case knows it: the tasks of the host's products and of a guest's, the stations, and who does what today."""

from __future__ import annotations

import numpy as np
import polars as pl

from brownfield.case.case import Case
from brownfield.errors import CaseError, Problem, Where, nearest, one_of
from brownfield.shopfloor.inputs import Line, Station


def line_of(case: Case, line: str, guest: str | None = None) -> Line:
    """A line with all products that it is tooled for, and with those that a guest could have built there.

    A product's cars are limited as they are without options, and with each one of its options; cars with several options are
    for the sequence to spread. The average car has every option as often as its share says. Products without any row of
    mixes for the line have equal shares. Raises CaseError when the case does not say what is needed.
    """
    row = _named(case, "lines", line)
    if guest is not None:
        _named(case, "companies", guest)
    products = products_on(case, line, guest)
    shares = _shares(case, line, products)
    kinds = dict(case.active("tasks").select("task", "kind").iter_rows())
    times = case.active("task_times").filter(pl.col("product").is_in(products))
    times = times.filter(pl.col("task").is_in([task for task, kind in kinds.items() if kind == row["kind"]]))
    tasks = [task for task in kinds if task in set(times["task"])]
    cars, seconds, mean = _times(case, times, tasks, products, shares)
    return _with_stations(case, row, tasks, cars, seconds, mean)


def _named(case: Case, table: str, name: str) -> dict[str, object]:
    """The row of a table with a name; CaseError when there is none."""
    column = "company" if table == "companies" else table.removesuffix("s")
    for row in case.active(table).filter(pl.col(column) == name).iter_rows(named=True):
        return row
    known = sorted(case.active(table)[column].drop_nulls())
    fix = nearest(name, known) + f"the case has {one_of(known)}"
    raise CaseError([Problem("BF054", Where(table, column=column), repr(name), f"a name in {table}", fix)])


def products_on(case: Case, line: str, guest: str | None) -> list[str]:
    """Products that the line is tooled for, then the guest's that it could be tooled for."""
    owners = dict(case.active("products").select("product", pl.col("company").fill_null(case.owner)).iter_rows())
    routes = case.active("routes").filter(pl.col("line") == line)
    hosts = [row["product"] for row in routes.iter_rows(named=True) if row["state"] == "tooled" and owners[row["product"]] != guest]
    guests = [product for product in routes["product"] if owners[product] == guest] if guest else []
    if guest and not guests:
        found = f"no product of {guest!r} has a route on {line!r}"
        raise CaseError([Problem("BF309", Where("routes"), found, "a route for the guest's product", "add the route")])
    if not hosts and not guests:
        found = f"no product is tooled on {line!r}"
        raise CaseError([Problem("BF309", Where("routes"), found, "a product to build", "add a route, or name another line")])
    return [*hosts, *guests]


def _shares(case: Case, line: str, products: list[str]) -> dict[str, float]:
    """Share of the cars on the line of each product; they add up to 1."""
    rows = case.active("mixes").filter((pl.col("line") == line) & pl.col("product").is_in(products))
    given = {row["product"]: float(row["share"]) for row in rows.iter_rows(named=True)}
    if not given:
        return dict.fromkeys(products, 1.0 / len(products))
    missing = [product for product in products if product not in given]
    if missing or not sum(given.values()):
        found = f"no share for {one_of(missing)}" if missing else "shares that are all 0"
        fix = f"add a row for {one_of(missing)} on {line!r}" if missing else "give the shares"
        raise CaseError([Problem("BF309", Where("mixes", column="share"), found, "a share of every product on the line", fix)])
    whole = sum(given.values())
    return {product: given[product] / whole for product in products}


def _times(
    case: Case, times: pl.DataFrame, tasks: list[str], products: list[str], shares: dict[str, float]
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Cars whose time is limited, seconds of each task on them, and on the average car."""
    place = {task: i for i, task in enumerate(tasks)}
    has = {(row["product"], row["option"]): float(row["share"]) for row in case.active("option_shares").iter_rows(named=True)}
    cars: list[str] = []
    columns: list[np.ndarray] = []
    mean = np.zeros(len(tasks))
    for product in products:
        own = times.filter(pl.col("product") == product)
        plain = np.zeros(len(tasks))
        extra: dict[str, np.ndarray] = {}
        for row in own.iter_rows(named=True):
            column = extra.setdefault(row["option"], np.zeros(len(tasks))) if row["option"] else plain
            column[place[row["task"]]] += row["seconds"]
        mean += shares[product] * (plain + sum(has.get((product, option), 0.0) * more for option, more in extra.items()))
        cars += [product, *(f"{product} with {option}" for option in extra)]
        columns += [plain, *(plain + more for more in extra.values())]
    return cars, np.stack(columns, axis=1), mean


def _with_stations(case: Case, row: dict[str, object], tasks: list[str], cars: list[str], seconds: np.ndarray, mean: np.ndarray) -> Line:
    """The line with its stations, today's places, groups and limits."""
    name = str(row["line"])
    place = {task: i for i, task in enumerate(tasks)}
    frame = case.active("stations").filter(pl.col("line") == name).sort("place")
    stations = tuple(
        Station(one["station"], one["zone"], frozenset(one["tools"] or ()), one["operators"]) for one in frame.iter_rows(named=True)
    )
    order = {station.name: i for i, station in enumerate(stations)}
    needs = {one["task"]: one for one in case.active("tasks").iter_rows(named=True)}
    today = {one["task"]: one for one in case.active("assignments").filter(pl.col("line") == name).iter_rows(named=True)}
    here = [today.get(task) for task in tasks]
    limits = next(case.active("line_limits").filter(pl.col("line") == name).iter_rows(named=True), {})
    pairs = [(place[a], place[b]) for a, b in case.active("precedence").select("before", "after").iter_rows() if a in place and b in place]
    groups = [
        (one["kind"], tuple(place[t] for t in one["tasks"] if t in place)) for one in case.active("task_groups").iter_rows(named=True)
    ]
    return Line(
        name, tuple(tasks), tuple(cars), seconds, mean,
        takt=float(limits.get("takt") or 3600 / float(str(row["jph"]))),
        pairs=tuple(pairs),
        overload=float(limits.get("overload") or 0.0),
        stations=stations,
        zone=tuple(needs[task]["zone"] for task in tasks),
        tool=tuple(needs[task]["tool"] for task in tasks),
        now=tuple(order.get(one["station"], -1) if one else -1 for one in here),
        held=tuple(bool(one and one["may_move"] == "no") for one in here),
        move_cost=tuple(float(one["move_cost"]) if one else 0.0 for one in here),
        together=tuple(group for kind, group in groups if kind == "together" and len(group) > 1),
        apart=tuple(group for kind, group in groups if kind == "apart" and len(group) > 1),
        station_cost=float(limits.get("station_cost") or 0.0),
        operator_cost=float(limits.get("operator_cost") or 0.0),
    )  # fmt: skip
