"""What a plan is worth when demand turns out otherwise: its decisions stand, and the cars follow demand.

Sites, shift models, launches, people, contracts and payment terms stay as planned; in each future cars are built and sold for
the most worth, guests take what they take, and the credit line is drawn only as far as the floor of cash asks for.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_array, csr_array, vstack

from brownfield.case.case import Case
from brownfield.case.tables import Policy
from brownfield.model.answer import plan_of
from brownfield.model.data import KILO, MILLION, position
from brownfield.model.policies import policy_periods
from brownfield.plan.ledger import Ledger, keep_books
from brownfield.plan.plan import Plan
from brownfield.study.estimates import Estimate, chance, mean, tail_mean
from brownfield.study.futures import Futures, futures
from brownfield.study.recourse import CARS, Recourse, recourse, volumes_of
from brownfield.study.uses import uses

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TAIL = 0.05
"""The share of futures that the mean of the worst is taken over."""

MISSED = 1e-4
"""Millions, or cars a year, by which a floor or a policy may be missed: rounding, as in the second reading of the rules."""


@dataclass(frozen=True)
class GuestRisk:
    """What one guest takes: cars expected by the plan, cars taken and cars paid for over the whole plan, shape (futures,)."""

    offer: str
    expected: float
    taken: Floats
    paid: Floats
    saved: Floats
    """Discounted fees for cars that are paid for and not taken: what take-or-pay is worth in each future, millions."""

    @property
    def short(self) -> Floats:
        """Cars that the guest takes less than expected."""
        return np.maximum(self.expected - self.taken, 0.0)


@dataclass(frozen=True, repr=False)
class Risk:
    """A plan in many futures.

    npv: shape (futures,), millions. sold, lost: cars a year in each period, shape (futures, periods). busy: people kept at work by
    the cars of a future, shape (futures, plants, periods); headcount: people as planned, shape (plants, periods). cash, revolver:
    at the end of each period, shape (futures, periods); no columns where cash is not followed. floor: None without one. promises:
    how likely each hard policy on cars or liquidity is broken.
    """

    case: Case
    plan: Plan
    ledger: Ledger
    futures: Futures
    program: Recourse
    npv: Floats
    sold: Floats
    lost: Floats
    busy: Floats
    headcount: Floats
    cash: Floats
    revolver: Floats
    floor: float | None
    guests: tuple[GuestRisk, ...]
    broken: dict[str, npt.NDArray[np.bool_]]
    seconds: float

    @property
    def exact(self) -> bool:
        """Whether the futures are all there are, and not a sample."""
        return self.futures.method == "listed"

    @property
    def weights(self) -> Floats:
        """How likely each future is."""
        return self.futures.weights

    @cached_property
    def expected(self) -> Estimate:
        """Expected NPV."""
        return mean(self.npv, self.weights, exact=self.exact)

    @cached_property
    def worst(self) -> Estimate:
        """Mean NPV of the worst 5 % of the futures (CVaR)."""
        return tail_mean(self.npv, self.weights, TAIL, exact=self.exact)

    @cached_property
    def loses(self) -> Estimate:
        """How likely the NPV is below zero."""
        return chance(np.asarray(self.npv < 0), self.weights, exact=self.exact)

    @cached_property
    def breached(self) -> npt.NDArray[np.bool_]:
        """Futures and periods in which cash falls below the floor with the credit line drawn in full, shape (futures, periods)."""
        if self.floor is None or self.cash.shape[1] == 0:
            return np.zeros((len(self.npv), 0), dtype=bool)
        return np.asarray(self.cash < self.floor - MISSED)

    @cached_property
    def breach(self) -> Estimate | None:
        """How likely cash falls below the floor at least once; None where cash is not followed or has no floor."""
        if self.breached.shape[1] == 0:
            return None
        return chance(np.asarray(self.breached.any(axis=1)), self.weights, exact=self.exact)

    def __repr__(self) -> str:
        return f"Risk(npv {self.expected.value:,.1f} ± {self.expected.half:,.1f} million over {len(self.futures):,} futures)"


def risk(case: Case, plan: Plan, n: int = 10_000, seed: int = 0, *, drawn: Futures | None = None, compiled: bool | None = None) -> Risk:
    """What a plan comes to in many futures: `drawn`, or `n` drawn from the case with a seed.

    In each future the linear program that the plan leaves open is solved to its optimum. compiled: by the compiled kernel or by
    HiGHS (None: compiled where numba is installed). CaseError when the case says nothing about futures, or the plan is not for it.
    """
    started = time.monotonic()
    some = drawn if drawn is not None else futures(case, n, seed)
    program = recourse(case, plan)
    return _Count(case, plan, program, some).done(compiled, started)


class _Count:
    """The sums of a study of risk, block by block."""

    def __init__(self, case: Case, plan: Plan, program: Recourse, some: Futures) -> None:
        self.case, self.plan, self.program, self.futures = case, plan, program, some
        self.data = program.data
        self.ledger = keep_books(case, plan)
        self.taken, self.guests, self.fees, self.planned_taken, self.planned_fees = _guests(program, some)

    def done(self, compiled: bool | None, started: float) -> Risk:
        """Every figure of the study."""
        data, program, count = self.data, self.program, len(self.futures)
        outputs, guests = _outputs(program)
        sums = np.asarray((guests @ self.taken.T).T) if self.taken.shape[1] else np.zeros((count, outputs.shape[0]))
        worth = self.taken @ program.worth_of_guests + self.fees @ data.discount
        for columns, amounts in uses(program, self.futures, self.taken, compiled=compiled):
            worth += amounts @ program.worth[columns]
            part = csr_array(outputs[:, columns])
            hit = np.flatnonzero(np.diff(part.indptr))
            sums[:, hit] += (part[hit] @ amounts.T).T
        flow, sold, lost, busy, promised = np.split(sums, np.cumsum(_sizes(program))[:-1], axis=1)
        npv = worth + self._fixed_worth()
        cash, revolver, interest = self._cash(flow + self.fees)
        npv += interest @ data.discount
        broken = self._promises(promised, cash, revolver, npv)
        heads, base = _headcount(self.ledger, program)
        busy = KILO * busy.reshape(count, len(data.plants), data.horizon) + base
        return Risk(
            self.case, self.plan, self.ledger, self.futures, program, npv, sold, lost, busy, heads, cash, revolver, self._floor(),
            self.guests, broken, time.monotonic() - started,
        )  # fmt: skip

    def _fixed_worth(self) -> float:
        """What no future changes: the NPV of the plan without its cars, its guests' fees, interest and policies on cars."""
        program, data = self.program, self.data
        cars = float(volumes_of(program, self.plan) @ program.worth + self.planned_taken @ program.worth_of_guests)
        names = [row.policy for row in self.case.rows(Policy) if row.measure in (*CARS, "liquidity")]
        moves = (pl.col("item") == "interest") | ((pl.col("item") == "policy price") & pl.col("policy").is_in(names))
        other = float(self.ledger.postings.filter(moves)["discounted"].sum())
        return self.ledger.npv - cars - float(self.planned_fees @ data.discount) - other

    def _fixed_flow(self) -> Floats:
        """Cash that no future changes, in each period."""
        program, data = self.program, self.data
        interest = np.zeros(data.horizon)
        rows = self.ledger.postings.filter(pl.col("item") == "interest").group_by("period").agg(pl.col("amount").sum())
        for period, amount in rows.iter_rows():
            interest[data.periods.index(period)] = amount
        cars = program.flows @ volumes_of(program, self.plan) + program.flows_of_guests @ self.planned_taken
        return np.asarray(self.ledger.cash["flow"].to_numpy() - cars - self.planned_fees - interest)

    def _floor(self) -> float | None:
        owner = self.data.owner
        if owner is None or owner.opening_cash is None or owner.liquidity_floor is None:
            return None
        return owner.liquidity_floor * float(self.case.rate(owner.currency)[0])

    def _cash(self, moving: Floats) -> tuple[Floats, Floats, Floats]:
        """Cash, credit drawn and interest in each future and period: the line is drawn as late and as little as the floor allows.

        With net = cash − revolver before the period and flow without interest, cash >= floor asks for
        revolver · (1 − rate·Δ) >= floor − net − flow.
        """
        owner, data, count = self.data.owner, self.data, len(self.futures)
        if owner is None or owner.opening_cash is None:
            return np.zeros((count, 0)), np.zeros((count, 0)), np.zeros((count, data.horizon))
        rate, floor = float(self.case.rate(owner.currency)[0]), self._floor()
        net = np.full(count, (owner.opening_cash - owner.revolver_now) * rate)
        flow = moving + self._fixed_flow()
        cash, revolver, interest = (np.zeros((count, data.horizon)) for _ in range(3))
        for t in range(data.horizon):
            costs = owner.revolver_rate * float(data.years[t])
            asked = np.zeros(count) if floor is None else (floor - net - flow[:, t]) / max(1.0 - costs, 1e-9)
            revolver[:, t] = np.clip(asked, 0.0, owner.revolver_limit * rate)
            interest[:, t] = -costs * revolver[:, t]
            net = net + flow[:, t] + interest[:, t]
            cash[:, t] = net + revolver[:, t]
        return cash, revolver, interest

    def _promises(self, promised: Floats, cash: Floats, revolver: Floats, npv: Floats) -> dict[str, npt.NDArray[np.bool_]]:
        """Futures in which a hard policy on cars or liquidity is broken; the price of missing a priced one on liquidity is taken off."""
        broken: dict[str, npt.NDArray[np.bool_]] = {}
        for number, promise in enumerate(self.program.promises):
            value = promised[:, number]
            slack = MISSED + 1e-6 * np.abs(value)
            out = (value < promise.low - slack) | (value > promise.high + slack)
            broken[promise.policy] = broken.get(promise.policy, np.zeros(len(npv), dtype=bool)) | out
        owner = self.data.owner
        for policy in self.case.rows(Policy):
            if policy.measure != "liquidity" or owner is None or cash.shape[1] == 0:
                continue
            limit = owner.revolver_limit * float(self.case.rate(owner.currency)[0])
            for t in policy_periods(self.data, policy):
                miss = np.maximum(policy.value - (cash[:, t] + limit - revolver[:, t]), 0.0)
                if policy.kind == "priced":
                    npv -= policy.price * float(self.case.rate(policy.currency)[t] * self.data.discount[t]) * miss
                else:
                    broken[policy.policy] = broken.get(policy.policy, np.zeros(len(npv), dtype=bool)) | (miss > MISSED)
        return broken


def _guests(program: Recourse, some: Futures) -> tuple[Floats, tuple[GuestRisk, ...], Floats, Floats, Floats]:
    """What guests take: thousand cars (futures, guests), by offer, fees in each period, and the first and third as planned.

    A guest takes at most what the plan expects of it, and pays for at least what it must:
    taken = expected take · min(1, factor) · agreed, paid = max(expected take · min(1, factor), take-or-pay) · agreed.
    """
    data, count = program.data, len(some)
    taken, planned = np.zeros((count, len(program.guests))), np.zeros(len(program.guests))
    fees, planned_fees = np.zeros((count, data.horizon)), np.zeros(data.horizon)
    offers = {offer.offer: offer for offer in data.offers}
    place = {(data.routes[r].product, data.routes[r].line, data.periods[t]): n for n, (r, t) in enumerate(program.guests)}
    factor = np.minimum(some.takes(), 1.0)
    at = {name: g for g, name in enumerate(some.guests)}
    found: dict[str, list[Floats]] = {}
    for name, line, period, agreed, made, paid in program.plan.table("guests").iter_rows():
        offer, t = offers[name], data.periods.index(period)
        share = factor[:, at[offer.product or ""], t]
        cars, pays = made * share, np.maximum(made * share, offer.take_or_pay * agreed)
        fee = offer.fee_per_car * float(data.case.rate(offer.currency)[t]) / MILLION
        number = place[offer.product or "", line, period]
        taken[:, number] += cars / KILO
        planned[number] += made / KILO
        fees[:, t] += fee * pays
        planned_fees[t] += fee * paid
        sums = found.setdefault(name, [np.zeros(count), np.zeros(count), np.zeros(count), np.zeros(1)])
        for total, more in zip(sums, (cars, pays, fee * data.discount[t] * (pays - cars), np.array([made])), strict=True):
            total += more
    each = tuple(GuestRisk(name, float(sums[3][0]), sums[0], sums[1], sums[2]) for name, sums in sorted(found.items()))
    return taken, each, fees, planned, planned_fees


def _sizes(program: Recourse) -> list[int]:
    """How many sums there are of each kind: cash, cars sold, cars lost, people at work, promises."""
    data = program.data
    return [data.horizon, data.horizon, data.horizon, len(data.plants) * data.horizon, len(program.promises)]


def _outputs(program: Recourse) -> tuple[csr_array, csr_array]:
    """What is summed over the columns, and over guests' cars: rows in the order of `_sizes`."""
    data, x = program.data, program.model.decisions
    width = program.model.program.column_count
    years, heads = data.years, _heads_for_a_car(program)
    r, t = np.nonzero(x.makes >= 0)
    made = (2 * data.horizon + data.route_plant[r] * data.horizon + t, x.makes[r, t], heads[r, t]) if len(r) else None
    ships, demand, pairs = data.ships, data.demand, x.diversions
    parts = [
        (ships["t"].to_numpy(), x.ships, KILO / years[ships["t"].to_numpy()]),
        (data.horizon + demand["t"].to_numpy(), x.lost, KILO / years[demand["t"].to_numpy()]),
        (data.horizon + pairs["t"].to_numpy(), x.diverted, -KILO / years[pairs["t"].to_numpy()]) if pairs.height else None,
        made,
    ]
    kept = [part for part in parts if part is not None]
    places = (np.concatenate([row for row, _, _ in kept]), np.concatenate([column for _, column, _ in kept]))
    shape = (2 * data.horizon + len(data.plants) * data.horizon, width)
    sums = csr_array(coo_array((np.concatenate([value for _, _, value in kept]), places), shape=shape))
    promises = np.array([promise.columns for promise in program.promises]).reshape(len(program.promises), len(program.columns))
    guests = np.array([promise.guests for promise in program.promises]).reshape(len(program.promises), len(program.guests))
    numbers = np.array([x.makes[r, t] for r, t in program.guests], dtype=np.int64)
    return (
        csr_array(_stacked(program.flows, sums[:, program.columns], promises)),
        csr_array(_stacked(program.flows_of_guests, sums[:, numbers], guests)),
    )


def _stacked(flows: csr_array, sums: csr_array, promises: Floats) -> csr_array:
    return csr_array(vstack([flows, csr_array(sums), csr_array(promises)]))


def _heads_for_a_car(program: Recourse) -> Floats:
    """Thousand people whom a thousand cars of each route keep at work: crews of the line times its load over its capacity, (R, T)."""
    data, x = program.data, program.model.decisions
    if not data.routes:
        return np.zeros((0, data.horizon))
    runs = np.append(program.whole, 0.0)[x.runs]
    capacity, crews = (runs * data.capacity).sum(axis=1), (runs * data.crews[:, :, None]).sum(axis=1)
    share = np.divide(crews, capacity, out=np.zeros_like(crews), where=capacity > 0)
    followed = np.array([int(i) in data.people for i in data.line_plant], dtype=float)
    return np.asarray((share * followed[:, None])[data.route_line] * np.array([route.load for route in data.routes])[:, None])


def _headcount(ledger: Ledger, program: Recourse) -> tuple[Floats, Floats]:
    """People as planned, and those whom no car keeps at work (indirect ones, caretakers), shape (plants, periods)."""
    data, shape = program.data, (len(program.data.plants), program.data.horizon)
    heads, base = np.zeros(shape), np.zeros(shape)
    plants, periods = position(data.plant_names), position(data.periods)
    for plant, period, needed, there in ledger.headcount.select("plant", "period", "needed", "headcount").iter_rows():
        heads[plants[plant], periods[period]], base[plants[plant], periods[period]] = there, needed
    runs = np.append(program.whole, 0.0)[program.model.decisions.runs]
    crews = (runs * data.crews[:, :, None]).sum(axis=1)
    followed = np.array([int(i) in data.people for i in data.line_plant], dtype=bool)
    np.subtract.at(base, data.line_plant[followed], KILO * crews[followed])
    return heads, base


def plan_in(found: Risk, number: int) -> tuple[Case, Plan]:
    """The case in one future, and the plan with what is built, sold and drawn in it: to be booked like any other."""
    program, data = found.program, found.program.data
    one = found.futures.only([number])
    taken, _, _, _, _ = _guests(program, one)
    values = np.zeros(program.model.program.column_count)
    for columns, amounts in uses(program, one, taken, compiled=False):
        values[program.columns[columns]] = amounts[0]
    values[[program.model.decisions.makes[r, t] for r, t in program.guests]] = taken[0]
    done = plan_of(program.model, values)
    tables = dict(found.plan.tables) | {name: done.table(name) for name in ("makes", "ships", "lost", "diverted")}
    takes = np.minimum(one.takes()[0], 1.0)
    tables["guests"] = _guest_rows(found, takes, one.guests)
    drawn = found.revolver[number] if found.revolver.shape[1] else np.zeros(data.horizon)
    tables["finance"] = pl.DataFrame({"period": list(data.periods), "revolver": drawn}).filter(pl.col("revolver") > 0)
    case = one.case(found.case, 0)
    return case, Plan(case.digest, tables)


def _guest_rows(found: Risk, takes: Floats, guests: tuple[str, ...]) -> pl.DataFrame:
    """What guests take and pay for in one future."""
    data = found.program.data
    offers = {offer.offer: offer for offer in data.offers}
    rows = []
    for name, line, period, agreed, made, _ in found.plan.table("guests").iter_rows():
        offer = offers[name]
        cars = made * float(takes[guests.index(offer.product or ""), data.periods.index(period)])
        rows.append((name, line, period, agreed, cars, max(cars, offer.take_or_pay * agreed)))
    return pl.DataFrame(rows, schema=found.plan.table("guests").schema, orient="row")
