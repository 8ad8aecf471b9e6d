"""From the tables of a plan back to the columns of a program: a plan made for one case, said in the words of another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from brownfield.model.assemble import Model
from brownfield.model.data import Bools, Floats, Ints, position
from brownfield.plan.plan import Plan

Names = Mapping[str, int]


@dataclass(frozen=True)
class Given:
    """The whole decisions of a plan as columns, and in words what of the plan has no column in this model.

    columns: 0 or 1 for every whole column, 0 for all others, shape (columns,). said: whole columns of which the plan says
    something; not those of plants, lines and periods that are new. left_out: what has no column.
    """

    columns: Floats
    said: Bools
    left_out: tuple[str, ...]


def columns_of(model: Model, plan: Plan) -> Given:
    """The columns that say what a plan decides: sites, shift models, products on lines, launches, offers and terms.

    Matched by names, so that the plan may be of another case. What has no column here (a plant or an offer that is gone, a
    launch before its time) is left out and named. The amounts of a plan are not taken over: they follow from these.
    """
    reader = _Writer(model)
    for part in (_sites, _shifts, _products, _offers, _terms):
        part(reader, plan)
    return Given(reader.columns, model.program.integer_columns() & ~reader.unsaid, tuple(dict.fromkeys(reader.left_out)))


class _Writer:
    """Columns to be set, and words for those that are not there."""

    def __init__(self, model: Model) -> None:
        self.data, self.x = model.data, model.decisions
        self.columns = np.zeros(model.program.column_count)
        self.unsaid = np.zeros(model.program.column_count, dtype=bool)
        self.left_out: list[str] = []
        self.plants, self.lines = position(self.data.plant_names), position(self.data.line_names)
        self.periods = position(self.data.periods)
        self.routes = {(route.product, route.line): r for r, route in enumerate(self.data.routes)}

    def at(self, columns: Ints, places: Sequence[Names], names: Sequence[str]) -> int:
        """The column at names along the axes; -1 where there is none."""
        place = tuple(axis.get(name, -1) for axis, name in zip(places, names, strict=True))
        return -1 if min(place) < 0 else int(columns[place])

    def unknown(self, columns: Ints) -> None:
        """The plan says nothing of these columns."""
        self.unsaid[columns[columns >= 0]] = True

    def decided(self, column: int, words: str) -> None:
        """Set a column to 1, or say what could not be taken over."""
        if column < 0:
            self.left_out.append(words)
        else:
            self.columns[column] = 1.0


def _sites(to: _Writer, plan: Plan) -> None:
    """States; of a plant that was potential, that it is opened, from its first period of work on."""
    names, x = to.data.plant_names, to.x
    states = np.full((len(names), to.data.horizon), "", dtype=object)
    for plant, period, state in _rows(plan, "sites"):
        if plant not in to.plants or period not in to.periods:
            to.left_out.append(f"plant {plant}" if plant not in to.plants else f"period {period}")
            continue
        states[to.plants[plant], to.periods[period]] = state
    for state, columns in (("open", x.open), ("idle", x.idle)):
        for i, t in zip(*np.nonzero(states == state), strict=True):
            to.decided(int(columns[i, t]), f"{names[i]} {state} in {to.data.periods[t]}")
    dead = np.array([plant.state == "closed" for plant in to.data.plants], dtype=bool)
    for i, t in zip(*np.nonzero((states == "closed") & ~dead[:, None]), strict=True):
        to.decided(int(x.closed[i, t]), f"{names[i]} closed in {to.data.periods[t]}")
    potential = np.array([plant.state == "potential" for plant in to.data.plants], dtype=bool)
    working = np.logical_or.accumulate(np.isin(states, ("open", "idle")), axis=1)
    for i, t in zip(*np.nonzero(working & potential[:, None]), strict=True):
        to.decided(int(x.opened[i, t]), f"{names[i]} opened by {to.data.periods[t]}")
    for columns in (x.open, x.idle, x.closed, x.opened):
        to.unknown(columns[states == ""])


def _shifts(to: _Writer, plan: Plan) -> None:
    """Shift models; a line of an open plant without one is new (or leased: then the rules leave it none)."""
    data, runs = to.data, to.x.runs
    axes = (to.lines, position(data.shift_names), to.periods)
    padded = np.append(to.columns, 0.0)
    new = np.append(to.unsaid, False)[to.x.open] | (padded[to.x.open] > 0.5)
    silent = new[data.line_plant] if len(data.lines) else np.zeros((0, data.horizon), dtype=bool)
    for line, period, model in _rows(plan, "shifts"):
        column = to.at(runs, axes, (line, model, period))
        if column >= 0:
            silent[to.lines[line], to.periods[period]] = False
        to.decided(column, f"shift model {model} on {line} in {period}")
    to.unknown(runs.transpose(0, 2, 1)[silent])


def _products(to: _Writer, plan: Plan) -> None:
    """Launches, and on crowded lines which products are built; where a line is crowded no more it needs no decision."""
    for product, line, period in _rows(plan, "launches"):
        r, t = to.routes.get((product, line), -1), to.periods.get(period, -1)
        to.decided(int(to.x.launch[r, t]) if min(r, t) >= 0 else -1, f"launch of {product} on {line} in {period}")
    for product, line, period, _ in _rows(plan, "makes"):
        r, t = to.routes.get((product, line), -1), to.periods.get(period, -1)
        if min(r, t) >= 0 and to.x.builds[r, t] >= 0:
            to.columns[to.x.builds[r, t]] = 1.0


def _offers(to: _Writer, plan: Plan) -> None:
    data = to.data
    ways = {
        (data.offers[o.offer].offer, data.line_names[o.line] if o.line >= 0 else "", data.periods[o.start]): number
        for number, o in enumerate(to.x.options)
    }
    for offer, line, start, ended in _rows(plan, "contracts"):
        number = ways.get((offer, line or "", start), -1)
        words = f"offer {offer} from {start}"
        to.decided(int(to.x.starts[number]) if number >= 0 else -1, words)
        if ended and number >= 0:
            t = to.periods.get(ended, -1)
            to.decided(int(to.x.exits[number, t]) if t >= 0 else -1, f"end of offer {offer} in {ended}")


def _terms(to: _Writer, plan: Plan) -> None:
    data = to.data
    ways = {(data.suppliers[g].supplier, data.terms[n].term): number for number, (g, n) in enumerate(to.x.usable)}
    for supplier, term, period in _rows(plan, "terms"):
        number, t = ways.get((supplier, term), -1), to.periods.get(period, -1)
        to.decided(int(to.x.term[number, t]) if min(number, t) >= 0 else -1, f"term {term} with {supplier} in {period}")


def _rows(plan: Plan, table: str) -> Iterable[tuple]:  # type: ignore[type-arg]
    return plan.table(table).iter_rows()
