"""The model as a table of contents: every rule by name, in the order in which a planner would tell them."""

from __future__ import annotations

from dataclasses import dataclass

from brownfield.case.case import Case
from brownfield.model import cash, launches, lines, offers, people, policies, sites, suppliers, volumes
from brownfield.model.data import Data, Floats, read_data
from brownfield.model.decisions import Decisions, decide
from brownfield.model.objective import GROSS, Money, post_all
from brownfield.model.program import Program

RULES = (
    sites.one_state,
    sites.for_good,
    sites.opened_to_work,
    sites.must_close,
    sites.mothballing,
    sites.starts_idle,
    lines.one_shift_model,
    lines.changes,
    lines.longest_run,
    lines.capacity,
    lines.max_products,
    launches.launch_once,
    launches.launch_open,
    launches.ramp_up,
    launches.staffed_route,
    volumes.shipped,
    volumes.stages,
    volumes.served,
    volumes.diverted,
    volumes.ships_only_what_it_can,
    people.enough_people,
    people.nobody_left,
    people.headcount_moves,
    people.natural_leaving,
    people.voluntary_scheme,
    people.yearly_limits,
    people.transfer_places,
    people.arrivals_stay,
    people.taken_over,
    offers.taken_up_once,
    offers.needs_open_plant,
    offers.agreed_volume,
    offers.guest_cars,
    offers.grant_kept,
    suppliers.one_term,
    suppliers.extra_owed,
    cash.liquidity_floor,
)
"""Rules that need the data and the decisions."""

MONEY_RULES = (policies.hold_policies, cash.cash_balance)
"""Rules that also read or post money; prices of policies are posted before cash is reckoned."""


@dataclass(frozen=True)
class Model:
    """A program ready to solve, with what is needed to read its answer as a plan."""

    data: Data
    program: Program
    decisions: Decisions
    money: Money
    gross: Floats


def assemble(case: Case) -> Model:
    """The model of a case: decisions, rules, worth. The same case gives the same program, to the last bit (N7)."""
    data = read_data(case)
    program = Program()
    x = decide(program, data, policies.heads_asked(data))
    for rule in RULES:
        rule(program, data, x)
    money = post_all(data, x)
    for money_rule in MONEY_RULES:
        money_rule(program, data, x, money)
    program.objective = money.objective(program.column_count)
    program.constant = money.constant()
    return Model(data, program, x, money, money.objective(program.column_count, GROSS))
