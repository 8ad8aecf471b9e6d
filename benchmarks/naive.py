"""The model as a textbook would write it: one big-M link for each rule, and no row beyond what the rules need.

This is the baseline that the engine is measured against, so it must not move when the engine's formulation does. Columns
and families of rows are taken over by name, from the two lists below, and whatever the engine adds to its model stays out;
links between volumes and decisions, where formulations differ most, are written here again. For whole decisions it allows
the same plans and gives them the same worth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from brownfield.case.case import Case
from brownfield.model.assemble import Model, assemble
from brownfield.model.launches import ramp_shares, route_keys
from brownfield.model.lines import line_keys
from brownfield.model.program import Floats, Ints, Program

WHOLE = frozenset(("open", "idle", "closed", "opened", "runs", "launch", "builds", "starts", "exits", "term"))
"""Columns that are a yes or a no."""

AMOUNTS = frozenset(
    (
        "idles", "reopens", "changes", "makes", "ships", "lost", "diverted", "headcount", "hires", "attrition", "voluntary", "redundant",
        "moved", "transfers", "agreed", "extra", "cash", "revolver", "missed",
    )
)  # fmt: skip
"""Columns that are a quantity."""

KEPT = frozenset(
    (
        "one_state", "for_good", "opened_to_work", "must_close", "mothballing", "reopening", "starts_idle", "one_shift_model",
        "longest_run", "max_products", "launch_once", "launch_open", "shipped", "stages", "served", "diverted", "enough_people",
        "nobody_left", "headcount_moves", "natural_leaving", "voluntary_scheme", "hiring_limit", "redundancy_limit", "transfer_places",
        "arrivals_stay", "taken_over", "taken_from", "taken_up_once", "ended_once", "needs_open_plant", "agreed_least", "agreed_most",
        "guest_cars", "grant_kept", "one_term", "extra_owed", "extra_bought", "extra_whole", "hold_policies", "cash_balance",
        "liquidity_floor",
    )
)  # fmt: skip
"""Families of rows that are taken over: they only keep count, or any textbook would write them so."""


@dataclass(frozen=True)
class Baseline:
    """The naive program, with the engine's model that it was taken from and where each of its columns stands there."""

    model: Model
    program: Program
    column: Ints

    @property
    def gross(self) -> Floats:
        """What each column contributes to gross value."""
        return self.model.gross[self.column]

    def spread(self, solution: Floats) -> Floats:
        """A solution in the columns of the engine's model, zero in columns that only the engine has."""
        full = np.zeros(self.model.program.column_count)
        full[self.column] = solution
        return full


def naive(case: Case) -> Program:
    """The naive program of a case."""
    return baseline(case).program


def baseline(case: Case) -> Baseline:
    """The naive program of a case, and how it relates to the engine's model.

    ValueError when the engine's model has moved a part of the worth, or of a family that is kept, to columns that the
    baseline does not know: then it has to be written here again.
    """
    model = assemble(case)
    program = Program()
    column, new = _columns(model, program)
    _kept_rows(model.program, program, new)
    for link in (_changes, _capacity, _builds, _ramp_up):
        link(program, model, new)
    program.objective, program.constant = model.program.objective[column], model.program.constant
    if program.objective.astype(bool).sum() != model.program.objective.astype(bool).sum():
        raise ValueError("the worth of a plan depends on columns that the baseline does not know")
    return Baseline(model, program, column)


def _columns(model: Model, program: Program) -> tuple[Ints, Ints]:
    """Take over the known columns: where each stands in the old program, and the new number of each old one (-1: left out)."""
    old, makes = model.program, model.decisions.makes
    lower, upper = old.column_bounds()
    upper[makes[makes >= 0]] = model.data.full[makes >= 0]
    taken: list[npt.NDArray[np.int64]] = []
    for block in old.column_blocks:
        if block.name in WHOLE | AMOUNTS:
            at = slice(block.first, block.first + block.count)
            whole = block.name in WHOLE
            low, high = (0.0, 1.0) if whole else (lower[at], upper[at])
            program.columns(block.name, block.keys, np.ones(block.count, dtype=bool), low, high, integer=whole)
            taken.append(np.arange(block.first, block.first + block.count))
    column = np.concatenate(taken)
    new = np.full(old.column_count + 1, -1, dtype=np.int64)
    new[column] = np.arange(len(column))
    return column, new


def _kept_rows(old: Program, program: Program, new: Ints) -> None:
    start, index, value = old.matrix()
    matrix = csr_array((value, index, start), shape=(old.row_count, old.column_count))
    lower, upper = old.row_bounds()
    for block in old.row_blocks:
        if block.name in KEPT:
            at = slice(block.first, block.first + block.count)
            terms = matrix[at].tocoo()
            if (new[terms.col] < 0).any():
                raise ValueError(f"{block.name} uses columns that the baseline does not know")
            rows = program.rows(block.name, block.keys, lower[at], upper[at])
            program.terms(rows[terms.row], new[terms.col], terms.data)


def _changes(program: Program, model: Model, new: Ints) -> None:
    """changes[l,s,t] >= runs[l,s,t] - runs[l,s,t-1]; in the first period against the shift model of today, if one is known."""
    data, x = model.data, model.decisions
    known = np.array([row.shift_now is not None for row in data.lines], dtype=bool)
    now = np.array([[row.shift_now == name for name in data.shift_names] for row in data.lines], dtype=float)
    line, s, t = np.nonzero((x.changes >= 0) & (known[:, None, None] | (np.arange(data.horizon) > 0)))
    keys = {**line_keys(data, line, t), "shift_model": (data.shift_names, s)}
    rows = program.rows("changes", keys, np.where(t == 0, -now[line, s], 0.0) if len(line) else 0.0, np.inf)
    program.terms(rows, new[x.changes[line, s, t]], 1.0)
    program.terms(rows, new[x.runs[line, s, t]], -1.0)
    program.terms(rows, np.where(t > 0, new[x.runs[line, s, t - 1]], -1), 1.0)


def _capacity(program: Program, model: Model, new: Ints) -> None:
    """sum_k load[k,l] makes[k,l,t] <= sum_s C[l,s,t] runs[l,s,t]: the only link between volumes and shift models."""
    data, x = model.data, model.decisions
    line, t = (a.ravel() for a in np.indices((len(data.lines), data.horizon)))
    rows = program.rows("capacity", line_keys(data, line, t), -np.inf, 0.0)
    program.terms(rows[:, None], new[x.runs[line, :, t]], -data.capacity[line, :, t])
    r, period = np.nonzero(x.makes >= 0)
    load = np.array([route.load for route in data.routes])
    program.terms(rows[data.route_line[r] * data.horizon + period], new[x.makes[r, period]], load[r])


def _builds(program: Program, model: Model, new: Ints) -> None:
    """makes[k,l,t] <= full[k,l,t] builds[k,l,t], where a line has room for only so many products."""
    data, x = model.data, model.decisions
    r, t = np.nonzero(x.builds >= 0)
    rows = program.rows("builds", route_keys(data, r, t), -np.inf, 0.0)
    program.terms(rows, new[x.makes[r, t]], 1.0)
    program.terms(rows, new[x.builds[r, t]], -data.full[r, t])


def _ramp_up(program: Program, model: Model, new: Ints) -> None:
    """makes[k,l,t] <= full[k,l,t] sum_(tau <= t) ramp[tau,t] launch[k,l,tau] on routes that have to be launched."""
    data, x = model.data, model.decisions
    if not data.routes:
        return
    possible = np.array([route.state == "possible" for route in data.routes], dtype=bool) & data.own[data.route_product]
    r, t = np.nonzero((x.makes >= 0) & possible[:, None])
    rows = program.rows("ramp_up", route_keys(data, r, t), -np.inf, 0.0)
    program.terms(rows, new[x.makes[r, t]], 1.0)
    shares = {months: ramp_shares(data, months) for months in {route.ramp_months for route in data.routes}}
    for route in np.unique(r):
        mine = r == route
        share = shares[data.routes[route].ramp_months][:, t[mine]]
        program.terms(rows[mine][None, :], new[x.launch[route]][:, None], -share * data.full[route, t[mine]])
