"""What is left to decide once a plan's decisions stand: who builds what, what is sold where, who is lost.

Sites, shift models, launches, people, contracts and payment terms are as planned. What remains is a linear program in which
only the buyers of a future and the cars that guests take change from future to future, and which falls apart into blocks:
periods, and regions that share neither line nor product. It is taken from the assembled model, without the rows that only
help to find a plan (their sizes come from demand as planned, and would clip futures with more of it), and without cash.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from brownfield.case.case import Case
from brownfield.case.tables import Policy
from brownfield.errors import CaseError, Problem, Where, one_of
from brownfield.model.assemble import Model, assemble
from brownfield.model.data import KILO, Data, position
from brownfield.model.given import columns_of
from brownfield.model.suppliers import bought
from brownfield.plan.plan import Plan

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

KEPT = ("shipped", "stages", "capacity", "served", "diverted")
"""Families of rows that bind what is built and sold; policies on cars come on top."""

CARS = ("makes", "lost_cars", "co2")
"""Measures of policies that hang on what is built and sold."""


@dataclass(frozen=True)
class Promise:
    """A hard policy on cars in one period: what is measured, as a sum of columns and of guests' cars, and its bounds."""

    policy: str
    t: int
    columns: Floats
    guests: Floats
    low: float
    high: float


@dataclass(frozen=True)
class Block:
    """Columns and rows that hang together, by place in the whole program."""

    columns: Ints
    rows: Ints


@dataclass(frozen=True)
class Recourse:
    """The linear program of a future: maximise worth·x with low <= A x <= high, 0 <= x <= upper.

    whole: the plan's decisions as whole columns of the model. columns: numbers of the columns that are left. cell: the demand cell
    that bounds a column from above (-1: none). matrix: A by rows. Demand cell c is added to both bounds of row `served[c]`; a guest's
    cars (route, period as in `guests`) are taken off through `of_guests`. flows: cash of each column in each period;
    flows_of_guests the same for guests' cars. Thousand cars and millions of base currency.
    """

    model: Model
    plan: Plan
    whole: Floats
    columns: Ints
    worth: Floats
    upper: Floats
    cell: Ints
    matrix: csr_array
    low: Floats
    high: Floats
    served: Ints
    guests: tuple[tuple[int, int], ...]
    of_guests: csr_array
    worth_of_guests: Floats
    flows: csr_array
    flows_of_guests: csr_array
    promises: tuple[Promise, ...]

    @property
    def data(self) -> Data:
        """The numbers of the case."""
        return self.model.data

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The parts that hang together, in the order of their first column."""
        rows, columns = self.matrix.shape
        pattern = coo_array(self.matrix)
        links = coo_array((np.ones(pattern.nnz), (pattern.row, rows + pattern.col)), shape=(rows + columns, rows + columns))
        count, label = connected_components(links, directed=False)
        order = np.argsort(label, kind="stable")
        parts = np.split(order, np.cumsum(np.bincount(label, minlength=count))[:-1])
        found = [Block(part[part >= rows] - rows, part[part < rows]) for part in parts]
        return tuple(sorted((block for block in found if len(block.columns)), key=lambda block: int(block.columns[0])))

    @cached_property
    def cell_of_row(self) -> Ints:
        """The demand cell that is added to both bounds of a row, -1: none."""
        cells = np.full(self.matrix.shape[0], -1)
        cells[self.served] = np.arange(len(self.served))
        return cells


def recourse(case: Case, plan: Plan) -> Recourse:
    """What is left to decide in a future when the decisions of a plan stand.

    CaseError (BF548) when the plan decides something that the case does not know.
    """
    model = assemble(case)
    given = columns_of(model, plan)
    if given.left_out:
        found, fix = one_of(given.left_out, 4), "give the case that the plan is for, or make a plan: brownfield solve"
        raise CaseError([Problem("BF548", Where("--plan"), f"decisions that are none in this case: {found}", "a plan for this case", fix)])
    return _Builder(model, plan, given.columns).built()


class _Builder:
    """The program of a future, put together from the model."""

    def __init__(self, model: Model, plan: Plan, whole: Floats) -> None:
        self.model, self.plan, self.whole = model, plan, whole
        self.data, self.x, self.program = model.data, model.decisions, model.program
        start, index, value = self.program.matrix()
        self.all = csr_array((value, index, start), shape=(self.program.row_count, self.program.column_count))
        data = self.data
        guest = (~data.own[data.route_product] & data.assembly[data.route_line])[:, None] if data.routes else np.zeros((0, 1), dtype=bool)
        r, t = np.nonzero((self.x.makes >= 0) & guest)
        self.guests = tuple(zip(r.tolist(), t.tolist(), strict=True))
        self.guest_columns = self.x.makes[r, t]

    def built(self) -> Recourse:
        """The whole program."""
        upper, cell = self._bounds()
        policies = self._priced_policies(upper)
        free = np.flatnonzero(upper > 0)
        rows = np.concatenate([*(self._rows(family) for family in KEPT), policies])
        program = self.program
        whole = np.where(program.integer_columns(), self.whole, 0.0)
        shift = self.all[rows] @ whole
        low, high = program.row_bounds()
        low, high = low[rows] - shift, high[rows] - shift
        of_row = np.full(program.row_count, -1)
        of_row[rows] = np.arange(len(rows))
        served = of_row[self._rows("served")]
        low[served], high[served] = 0.0, 0.0
        worth, flows = self._money()
        return Recourse(
            model=self.model,
            plan=self.plan,
            whole=self.whole,
            columns=free,
            worth=worth[free],
            upper=upper[free],
            cell=cell[free],
            matrix=csr_array(self.all[rows][:, free]),
            low=low,
            high=high,
            served=served,
            guests=self.guests,
            of_guests=csr_array(self.all[rows][:, self.guest_columns]),
            worth_of_guests=worth[self.guest_columns],
            flows=csr_array(flows[:, free]),
            flows_of_guests=csr_array(flows[:, self.guest_columns]),
            promises=tuple(self._promises(free)),
        )

    def _rows(self, family: str) -> Ints:
        blocks = self.program.family(family)
        return np.concatenate([np.arange(b.first, b.first + b.count) for b in blocks]) if blocks else np.zeros(0, dtype=np.int64)

    def _bounds(self) -> tuple[Floats, Ints]:
        """Upper bound of each column that is left to decide (all others: 0), and the cell that bounds it besides."""
        data, x, count = self.data, self.x, self.program.column_count
        upper, cell = np.zeros(count), np.full(count, -1)
        most = self._makes_at_most()
        upper[x.makes[x.makes >= 0]] = most[x.makes >= 0]
        upper[self.guest_columns] = 0.0
        built = np.zeros((len(data.products), len(data.plants), data.horizon), dtype=bool)
        r, t = np.nonzero((most > 0) & (x.makes >= 0))
        final = data.assembly[data.route_line[r]] if len(r) else np.zeros(0, dtype=bool)
        built[data.route_product[r[final]], data.route_plant[r[final]], t[final]] = True
        ships = data.ships
        can = built[ships["k"].to_numpy(), ships["i"].to_numpy(), ships["t"].to_numpy()]
        upper[x.ships[can]] = np.inf
        upper[x.lost] = np.inf
        if x.diversions.height:
            upper[x.diverted] = np.inf
            taken = np.unique(x.diversions["to"].to_numpy())
            cell[x.lost[taken]] = taken
        return upper, cell

    def _makes_at_most(self) -> Floats:
        """Most thousand cars of each route and period under the plan's launches, shift models and crowded lines, shape (R, T)."""
        data, x = self.data, self.x
        if not data.routes:
            return data.full
        padded = np.append(self.whole, 0.0)
        runs = (padded[x.runs] * data.capacity).sum(axis=1)
        most = np.minimum(data.full, runs[data.route_line] / np.array([route.load for route in data.routes])[:, None])
        for r, route in enumerate(data.routes):
            if route.state == "possible" and data.own[data.route_product[r]]:
                begun = np.flatnonzero(padded[x.launch[r]] > 0.5)
                share = data.calendar.ramp_share(int(begun[0]), route.ramp_months) if len(begun) else np.zeros(data.horizon)
                most[r] = np.minimum(most[r], share * data.full[r])
        return np.asarray(np.where((x.builds >= 0) & (padded[x.builds] < 0.5), 0.0, most))

    def _money(self) -> tuple[Floats, csr_array]:
        """Worth of each column, and its cash in each period; what suppliers wait for longer is put on the cars that are built."""
        program, data, x = self.program, self.data, self.x
        columns, periods, amounts, _ = self.model.money.cash_flow()
        shape = (data.horizon, program.column_count)
        flows = csr_array(coo_array((amounts, (periods, columns)), shape=shape))
        extra, made, factor = [], [], []
        for number, (g, n) in enumerate(x.usable):
            built, t, cost = bought(data, g, x)
            chosen = (x.term[number, t] >= 0) & (np.append(self.whole, 0.0)[x.term[number, t]] > 0.5)
            extra.append(x.extra[number, t[chosen]])
            made.append(built[chosen])
            factor.append(cost[chosen] * data.terms[n].extra_days / 365 / data.years[t[chosen]])
        if extra:
            places = (np.concatenate(extra), np.concatenate(made))
            waits = csr_array(coo_array((np.concatenate(factor), places), shape=(program.column_count, program.column_count)))
            return program.objective + waits.T @ program.objective, csr_array(flows + flows @ waits)
        return program.objective, flows

    def _priced_policies(self, upper: Floats) -> Ints:
        """Rows of priced policies on cars; the columns by which they are missed become free."""
        missed = {b.first for b in self.program.column_blocks if b.name == "missed"}
        found = []
        for row, policy, _ in self._car_policies():
            if policy.kind == "priced":
                found.append(row)
                columns = self.all.indices[self.all.indptr[row] : self.all.indptr[row + 1]]
                upper[[int(c) for c in columns if int(c) in missed]] = np.inf
        return np.array(found, dtype=np.int64)

    def _car_policies(self) -> Iterator[tuple[int, Policy, int]]:
        """Policies on cars, hard and priced, with their row and period."""
        names = {row.policy: row for row in self.data.case.rows(Policy)}
        for block in self.program.family("hold_policies"):
            keys = block.key(block.first)
            if names[keys["policy"]].measure in CARS:
                yield block.first, names[keys["policy"]], self.data.periods.index(keys["period"])

    def _promises(self, free: Ints) -> list[Promise]:
        """Hard policies on cars."""
        found = []
        low, high = self.program.row_bounds()
        whole = np.where(self.program.integer_columns(), self.whole, 0.0)
        for row, policy, t in self._car_policies():
            if policy.kind == "hard":
                line = self.all[[row]]
                fixed = float((line @ whole)[0])
                parts = np.asarray(line[:, free].toarray())[0], np.asarray(line[:, self.guest_columns].toarray())[0]
                found.append(Promise(policy.policy, t, *parts, float(low[row]) - fixed, float(high[row]) - fixed))
        return found


def volumes_of(program: Recourse, plan: Plan) -> Floats:
    """What a plan builds and sells, as the columns of its recourse, shape (columns,)."""
    data, x = program.data, program.model.decisions
    whole = np.zeros(program.model.program.column_count)
    k, i, m, t = (position(names) for names in (data.product_names, data.plant_names, data.market_names, data.periods))
    routes = {(route.product, route.line): r for r, route in enumerate(data.routes)}
    for product, line, period, cars in plan.table("makes").iter_rows():
        whole[x.makes[routes[product, line], t[period]]] = cars / KILO
    at = {key: n for n, key in enumerate(data.ships.select("k", "i", "m", "t").iter_rows())}
    for product, plant, market, period, cars in plan.table("ships").iter_rows():
        whole[x.ships[at[k[product], i[plant], m[market], t[period]]]] = cars / KILO
    cells = {key: n for n, key in enumerate(data.demand.select("k", "m", "t").iter_rows())}
    for product, market, period, cars in plan.table("lost").iter_rows():
        whole[x.lost[cells[k[product], m[market], t[period]]]] = cars / KILO
    pairs = {key: n for n, key in enumerate(x.diversions.select("j", "k", "m", "t").iter_rows())}
    for product, other, market, period, cars in plan.table("diverted").iter_rows():
        whole[x.diverted[pairs[k[product], k[other], m[market], t[period]]]] = cars / KILO
    return whole[program.columns]
