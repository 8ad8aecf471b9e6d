"""Every discrete plan of a small case, one after another: the slow way to the best plan, which needs no model.

A `Combo` fixes everything that is a yes or no: states of the sites, shift models, launches, contracts, terms, and
which products a line with `max_products` may build. What is left is a linear program (`worth.py`). The best of them all
is the best plan. Nothing of brownfield above the case layer is used, except the columns of a plan in `as_plan`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from typing import NamedTuple

from brownfield.case.case import Case

from .facts import BEFORE, Facts
from .program import Solution
from .worth import solve_rest


class Contract(NamedTuple):
    """An offer that is taken up: on which line, from which period, up to which (exclusive), ended early in which."""

    offer: str
    line: str | None
    start: int
    end: int
    exit: int | None

    def runs(self, t: int) -> bool:
        return self.start <= t < self.end


@dataclass(frozen=True)
class Combo:
    """One choice of everything discrete."""

    contracts: tuple[Contract, ...]
    states: dict[str, tuple[str, ...]]
    shifts: dict[str, tuple[str | None, ...]]
    launches: dict[tuple[str, str], int]
    terms: dict[tuple[str, int], str]
    built: dict[tuple[str, int], frozenset[str]]
    """Products that may be built, for the lines and periods where `max_products` leaves a choice."""


@dataclass(frozen=True)
class Answer:
    """The best plan of all: None when no choice is allowed."""

    npv: float | None
    combo: Combo | None
    rest: Solution | None
    tried: int


def best(case: Case) -> Answer:
    """Try every choice; ties go to the first."""
    facts = Facts(case)
    found: tuple[Combo, Solution] | None = None
    tried = 0
    for combo in choices(facts):
        tried += 1
        rest = solve_rest(facts, combo)
        if rest is not None and (found is None or rest.npv > found[1].npv):
            found = combo, rest
    if found is None:
        return Answer(None, None, None, tried)
    return Answer(found[1].npv, found[0], found[1], tried)


def choices(facts: Facts) -> Iterator[Combo]:
    """All choices that obey the rules on discrete things alone."""
    for contracts in product(*(_ways(facts, offer) for offer in facts.offers)):
        taken = tuple(c for c in contracts if c is not None)
        for path in product(*(list(_paths(facts, plant, taken)) for plant in facts.plants)):
            states = dict(zip(facts.plants, path, strict=True))
            if _sites_allowed(facts, states, taken):
                yield from _inside(facts, taken, states)


def _inside(facts: Facts, contracts: tuple[Contract, ...], states: dict[str, tuple[str, ...]]) -> Iterator[Combo]:
    launching = [key for key, route in facts.routes.items() if route.state == "possible" and key[0] in facts.mine]
    when = [
        [None, *(t for t in facts.launch_periods(*key) if states[facts.lines[key[1]].plant][t] == "open")] for key in launching
    ]
    spots = [(group, t) for group in facts.suppliers for t in range(facts.T)]
    which = [[None, *(n for n, x in facts.terms.items() if x.supplier == group and facts.usable(n, t))] for group, t in spots]
    for runs in product(*(list(_runs(facts, line, states, contracts)) for line in facts.lines)):
        shifts = dict(zip(facts.lines, runs, strict=True))
        if not _capacity_allowed(facts, shifts):
            continue
        for starts in product(*when):
            launches = {key: t for key, t in zip(launching, starts, strict=True) if t is not None}
            rooms, subsets = _subsets(facts, contracts, shifts, launches)
            for sets in product(*subsets):
                built = dict(zip(rooms, sets, strict=True))
                for terms in product(*which):
                    chosen = {spot: term for spot, term in zip(spots, terms, strict=True) if term is not None}
                    yield Combo(contracts, states, shifts, launches, chosen, built)


def _ways(facts: Facts, name: str) -> list[Contract | None]:
    """Not at all, or on which line, from when, and to when."""
    offer = facts.offers[name]
    window = range(
        facts.calendar.first_from(offer.earliest_start), facts.calendar.last_until(offer.latest_start) + 1
    )
    lines: list[str | None] = [None]
    if offer.kind == "host":
        named = offer.lines or tuple(n for n, x in facts.lines.items() if x.kind == "assembly")
        lines = [line for line in named if (offer.product, line) in facts.routes]
    elif offer.kind == "lease" and offer.lines:
        lines = list(offer.lines)
    ways: list[Contract | None] = [None]
    for line, start in product(lines, window):
        if offer.kind == "host" and line is not None and offer.product is not None:
            route = facts.routes[offer.product, line]
            if route.state == "possible" and start not in facts.launch_periods(offer.product, line):
                continue
        end = facts.T if offer.kind == "sale" else facts.calendar.until(start, offer.length_months)
        ways.append(Contract(name, line, start, end, None))
        if offer.exit_fee is not None and offer.kind != "sale":
            ways += [Contract(name, line, start, early, early) for early in range(start + 1, end)]
    return ways


def _paths(facts: Facts, plant: str, contracts: tuple[Contract, ...]) -> Iterator[tuple[str, ...]]:
    """Every sequence of states that a plant may go through, given the contracts."""
    site = facts.plants[plant]
    here = [c for c in contracts if facts.offers[c.offer].plant == plant]
    sales = [c.start for c in here if facts.offers[c.offer].kind == "sale"]
    leases = [c for c in here if facts.offers[c.offer].kind == "lease" and c.line is None]
    leased = [sum(c.runs(t) for c in leases) for t in range(facts.T)]
    if len(sales) > 1 or max(leased, default=0) > 1:
        return
    sold = sales[0] if sales else facts.T
    may_close = site.decision in ("may_close", "must_close")
    first_close = facts.calendar.first_from(site.earliest_close, site.notice_months)
    first_open = facts.calendar.first_from(site.earliest_open)

    def go_on(path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        t = len(path)
        if t == facts.T:
            if site.decision != "must_close" or path[-1] in ("closed", "sold"):
                yield path
            return
        before = path[-1] if path else BEFORE[site.state]
        for state in after(before, path, t):
            yield from go_on((*path, state))

    def after(before: str, path: tuple[str, ...], t: int) -> list[str]:
        if t > sold:
            return [] if leased[t] else ["sold"]
        if t == sold or leased[t]:
            if before in ("closed", "sold", "potential") or (t == sold and leased[t]):
                return []
            return ["sold"] if t == sold else ["leased"]
        if before in ("closed", "sold"):
            return [before]
        if before == "potential":
            return ["potential", "open"] if site.decision == "may_open" and t >= first_open else ["potential"]
        never_open = site.state == "idle" and "open" not in path
        states = ["open"]
        if site.mothball_cost is not None or never_open:
            states.append("idle")
        if may_close and t >= first_close:
            states.append("closed")
        return states

    yield from go_on(())


def _sites_allowed(facts: Facts, states: dict[str, tuple[str, ...]], contracts: tuple[Contract, ...]) -> bool:
    """Hosts and leases of a line need the plant open; hard policies on states and offers hold."""
    for contract in contracts:
        if contract.line is not None:
            path = states[facts.lines[contract.line].plant]
            if any(path[t] != "open" for t in range(contract.start, contract.end)):
                return False
    spoken_for = [
        (c.line, t) for c in contracts if facts.offers[c.offer].kind == "lease" and c.line for t in range(c.start, c.end)
    ]
    if len(spoken_for) != len(set(spoken_for)):
        return False
    return all(_hard(facts, name, counted(facts, name, t, states, contracts)) for name, t in facts.policy_periods)


def _capacity_allowed(facts: Facts, shifts: dict[str, tuple[str | None, ...]]) -> bool:
    return all(
        _hard(facts, name, capacity_a_year(facts, name, t, shifts))
        for name, t in facts.policy_periods
        if facts.policies[name].measure == "capacity"
    )


def counted(
    facts: Facts, policy: str, t: int, states: dict[str, tuple[str, ...]], contracts: tuple[Contract, ...]
) -> float | None:
    """What a policy measures when it counts plants or offers; None when it measures something else."""
    measure = facts.policies[policy].measure
    sites = [i for i in facts.plants if facts.in_scope(policy, plant=i)]
    if measure == "closures":
        at_work = [i for i in sites if facts.plants[i].state not in ("potential", "closed")]
        return float(sum(states[i][t] in ("closed", "sold") for i in at_work))
    if measure == "open_plants":
        return float(sum(states[i][t] == "open" for i in sites))
    if measure == "accepted":
        return float(sum(c.start <= t and facts.in_scope(policy, offer=c.offer) for c in contracts))
    return None


def capacity_a_year(facts: Facts, policy: str, t: int, shifts: dict[str, tuple[str | None, ...]]) -> float:
    total = 0.0
    for line, row in facts.lines.items():
        model = shifts[line][t]
        if model is not None and row.kind == "assembly" and facts.in_scope(policy, plant=row.plant):
            total += facts.capacity(line, model, t) / facts.years[t]
    return total


def _hard(facts: Facts, name: str, value: float | None) -> bool:
    policy = facts.policies[name]
    if value is None or policy.kind == "priced":
        return True
    slack = 1e-6 * max(1.0, abs(policy.value))
    enough = policy.sense == "<=" or value >= policy.value - slack
    return enough and (policy.sense == ">=" or value <= policy.value + slack)


def _runs(
    facts: Facts, line: str, states: dict[str, tuple[str, ...]], contracts: tuple[Contract, ...]
) -> Iterator[tuple[str | None, ...]]:
    """Every sequence of shift models of a line; None where the plant is not open or the line is leased."""
    path = states[facts.lines[line].plant]
    leased = {
        t for c in contracts if c.line == line and facts.offers[c.offer].kind == "lease" for t in range(c.start, c.end)
    }
    ways: list[list[str | None]] = [
        list(facts.models) if path[t] == "open" and t not in leased else [None] for t in range(facts.T)
    ]
    for runs in product(*ways):
        if not any(_too_long(facts, model, runs) for model in facts.models):
            yield runs


def _too_long(facts: Facts, model: str, runs: tuple[str | None, ...]) -> bool:
    limit = facts.models[model].longest_run_months
    if limit is None:
        return False
    months = 0.0
    for t, used in enumerate(runs):
        months = months + 12 * facts.years[t] if used == model else 0.0
        if months > limit + 1e-9:
            return True
    return False


def _subsets(
    facts: Facts,
    contracts: tuple[Contract, ...],
    shifts: dict[str, tuple[str | None, ...]],
    launches: dict[tuple[str, str], int],
) -> tuple[list[tuple[str, int]], list[list[frozenset[str]]]]:
    """Lines and periods on which more products could be built than `max_products`, and every largest choice of them."""
    rooms, subsets = [], []
    for line, t in product(facts.lines, range(facts.T)):
        most = facts.lines[line].max_products
        model = shifts[line][t]
        if most is None or model is None or facts.capacity(line, model, t) <= 0:
            continue
        can = [k for k in facts.products if _can_build(facts, k, line, t, contracts, launches)]
        if len(can) > most:
            rooms.append((line, t))
            subsets.append([frozenset(s) for s in combinations(can, most)])
    return rooms, subsets


def _can_build(
    facts: Facts, car: str, line: str, t: int, contracts: tuple[Contract, ...], launches: dict[tuple[str, str], int]
) -> bool:
    route = facts.routes.get((car, line))
    if route is None or facts.full(car, line, t) <= 0:
        return False
    if car in facts.mine:
        return route.state == "tooled" or launches.get((car, line), facts.T) <= t
    if facts.lines[line].kind != "assembly":
        return True
    return any(c.line == line and facts.offers[c.offer].product == car and c.runs(t) for c in contracts)
