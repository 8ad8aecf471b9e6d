"""The cases behind a study of a line: the same line with more or fewer of the guest's cars, faster or slower, and its pace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from brownfield.case.case import Case
from brownfield.errors import CaseError, Problem, Where, nearest, one_of
from brownfield.plan.plan import Plan
from brownfield.shopfloor.inputs import Line, Place
from brownfield.shopfloor.inputs_case import line_of, products_on
from brownfield.shopfloor.sequence import Sequence, sequence
from brownfield.shopfloor.sequence_inputs import day_of, flow_of, work_of
from brownfield.shopfloor.simulate import Simulation, simulate


@dataclass(frozen=True)
class Asked:
    """What a study of a line is about: the case, the line, the guest, and the products of host and guest there."""

    case: Case
    line: str
    guest: str
    hosts: tuple[str, ...]
    guests: tuple[str, ...]

    @classmethod
    def of(cls, case: Case, line: str, guest: str) -> Asked:
        """CaseError when the case has no such line or guest, no route for the guest's car, or no tasks for a car of theirs."""
        line_of_names(case, line, guest)
        products = products_on(case, line, guest)
        owners = dict(case.active("products").select("product", pl.col("company").fill_null(case.owner)).iter_rows())
        timed = set(case.active("task_times")["product"])
        missing = [product for product in products if product not in timed]
        if missing:
            fix = "add the seconds of their tasks to task_times"
            found = f"no task of {one_of(missing)}"
            raise CaseError([Problem("BF303", Where("task_times", column="product"), found, "tasks of every product on the line", fix)])
        if not any(owners[product] != guest for product in products):
            found = f"no product of the host is tooled on {line!r}"
            fix = "name the host's line; a line with one company's cars has no guest"
            raise CaseError([Problem("BF309", Where("routes"), found, "a car that is built there today", fix)])
        hosts = tuple(product for product in products if owners[product] != guest)
        return cls(case, line, guest, hosts, tuple(product for product in products if owners[product] == guest))

    def share_now(self) -> float:
        """The guest's share of the cars in the mix of the case; 0.3 where the mix does not have it."""
        weights = self._weights()
        whole = sum(weights.values())
        part = sum(weights.get(product, 0.0) for product in self.guests)
        return part / whole if 0 < part < whole else 0.3

    def share_in(self, plan: Plan) -> float:
        """The guest's share of the cars that a plan builds on the line, over the periods in which it builds any of the guest's.

        CaseError BF097 when it builds none there.
        """
        offers = self.case.active("offers").filter(pl.col("company") == self.guest)["offer"].to_list()
        made = plan.guests.filter((pl.col("line") == self.line) & pl.col("offer").is_in(offers) & (pl.col("made") > 0))
        others = plan.makes.filter((pl.col("line") == self.line) & pl.col("period").is_in(made["period"].to_list()))
        others = others.filter(~pl.col("product").is_in(list(self.guests)))
        guests, hosts = float(made["made"].sum()), float(others["cars"].sum())
        if not guests:
            found = f"none of {self.guest}'s cars on {self.line!r}"
            fix = "name a plan that hosts the guest there, or say --share"
            raise CaseError([Problem("BF097", Where("--plan"), found, "a plan that builds some", fix)])
        return guests / (guests + hosts)

    def mixed(self, share: float, takt: float | None = None) -> Case:
        """The case with the guest at a share of the cars, the host's cars in proportion as before; at another takt if given."""
        weights = self._weights()
        rows: list[dict[str, Any]] = []
        for products, part in ((self.hosts, 1.0 - share), (self.guests, share)):
            given = [weights.get(product, 0.0) for product in products]
            given = given if sum(given) else [1.0] * len(products)
            rows += [
                {"line": self.line, "product": product, "share": part * weight / sum(given), "status": "include", "notes": ""}
                for product, weight in zip(products, given, strict=True)
            ]
        case = _with_rows(self.case, "mixes", pl.col("line") != self.line, rows)
        if takt is None:
            return case
        frame = case.active("line_limits").filter(pl.col("line") == self.line)
        limits = next(frame.iter_rows(named=True), {"line": self.line, "overload": 0.0, "station_cost": 0.0, "operator_cost": 0.0})
        return _with_rows(case, "line_limits", pl.col("line") != self.line, [limits | {"takt": takt, "status": "include"}])

    def line_at(self, share: float) -> Line:
        """The line with the guest at a share of the cars; at 0, with the host's cars alone."""
        return line_of(self.mixed(share), self.line, self.guest if share > 0 else None)

    def _weights(self) -> dict[str, float]:
        frame = self.case.active("mixes").filter(pl.col("line") == self.line)
        return {row["product"]: float(row["share"]) for row in frame.iter_rows(named=True)}


def line_of_names(case: Case, line: str, guest: str) -> None:
    """CaseError with near names when the case has no such line, or no such guest; both are said at once."""
    problems = []
    for table, column, name in (("lines", "line", line), ("companies", "company", guest)):
        known = sorted(case.active(table)[column])
        if name not in known:
            fix = nearest(name, known) + f"the case has {one_of(known)}"
            problems.append(Problem("BF054", Where(table, column=column), repr(name), f"a name in {table}", fix))
    if not problems and guest == case.owner:
        others = sorted(set(case.active("companies")["company"]) - {guest})
        fix = f"name one of the others: {one_of(others)}"
        problems.append(Problem("BF096", Where("companies", column="company"), f"{guest!r}, whose plan it is", "a guest", fix))
    if problems:
        raise CaseError(problems)


def _with_rows(case: Case, table: str, others: pl.Expr, rows: list[dict[str, Any]]) -> Case:
    """The case with some rows of a table in place of those that are not `others`."""
    frame = case.table(table)
    blank = dict.fromkeys(frame.columns) | ({"notes": ""} if "notes" in frame.columns else {})
    more = pl.DataFrame([blank | row for row in rows], schema=frame.schema)
    return case.with_table(table, pl.concat([frame.filter(others), more]))


def paced(
    asked: Asked, share: float, takt: float, places: Mapping[str, Place], *, cars: int, moves: int, seed: int
) -> tuple[Sequence, Simulation]:
    """The order of a day at a share of the guest, and how many cars an hour the line makes in that order.

    takt: at which the line moves. Stations where nobody works pass each car on in one takt.
    """
    case = asked.mixed(share, takt)
    day = day_of(case, asked.line, cars=cars, seed=seed, assignment=places)
    found = sequence(day, moves=moves * cars, seed=seed)
    flow = flow_of(case, asked.line)
    known = dict(zip(day.stations, work_of(day, found.order).T, strict=True))
    work = np.array([known.get(station.name, np.full(cars, station.seconds)) for station in flow.stations]).T
    return found, simulate(flow, work=work, seed=seed)
