"""Everything that must hold between the tables of a case: the table of contents of the checks."""

from __future__ import annotations

from collections.abc import Sequence

from brownfield.case import checks_evidence as evidence
from brownfield.case import checks_futures as futures
from brownfield.case import checks_keys as keys
from brownfield.case import checks_line as line
from brownfield.case import checks_money as money
from brownfield.case import checks_network as network
from brownfield.case import checks_offers as offers
from brownfield.case import checks_people as people
from brownfield.case import checks_policies as policies
from brownfield.case.case import Case
from brownfield.case.checks_view import Check, View
from brownfield.errors import Problem

OF_FACTS: tuple[Check, ...] = (
    keys.key_twice,
    keys.names_alike,
    keys.name_of_nothing,
    keys.name_twice_in_list,
    keys.one_owner,
    keys.table_needed,
    keys.period_unknown,
    keys.calendar_makes_sense,
    keys.start_shift_switched_off,
    keys.plan_too_large,
    network.decision_fits_state,
    network.can_close_in_time,
    network.place_on_the_map,
    network.week_is_long_enough,
    network.crews_and_hours,
    network.life_of_a_product,
    network.demand_for_a_guest,
    network.route_elsewhere,
    network.guest_in_the_body_shop,
    network.car_takes_capacity,
    people.crew_without_people,
    people.people_of_no_plant,
    people.people_missing,
    people.move_to_nowhere,
    offers.host_needs_product,
    offers.product_of_the_guest,
    offers.route_on_each_line,
    offers.lines_of_the_right_plant,
    offers.offer_needs_plant,
    offers.means_nothing,
    offers.plant_is_there,
    offers.volumes_in_order,
    offers.window_in_order,
    offers.offer_of_a_fitting_company,
    offers.grant_without_people,
    offers.alternative_of_a_guest,
    offers.value_of_a_hosting_offer,
    money.rate_for_each_currency,
    money.base_currency_is_one,
    money.rate_above_zero,
    money.supplier_shares,
    money.diversion_shares,
    money.diverted_to_itself,
    money.term_within_a_year,
    money.financing_rate_above_zero,
    money.cash_above_floor,
    money.drawn_within_limit,
    money.cash_is_followed,
    policies.scope_is_known,
    policies.scope_fits_measure,
    policies.price_of_a_policy,
    policies.liquidity_needs_cash,
    line.place_of_a_station,
    line.somebody_works_there,
    line.option_of_a_product,
    line.order_of_tasks,
    line.station_of_the_line,
    line.kind_of_the_task,
    line.ratio_of_an_option,
    line.working_time_of_a_station,
    futures.numbers_of_a_distribution,
    futures.correlation_of_two,
    futures.correlations_hold_together,
    futures.probabilities_add_up,
    futures.futures_one_way,
)
"""What must hold for any case, changed ones too: contradictions, and questions that have no answer."""

OF_RECORD: tuple[Check, ...] = (
    network.can_open_in_time,
    network.plant_without_line,
    network.line_can_work,
    network.staffed_at_the_start,
    network.run_long_enough,
    network.product_of_no_use,
    network.demand_nobody_can_build,
    network.demand_outside_life,
    network.life_outside_plan,
    network.market_out_of_reach,
    network.plant_out_of_reach,
    network.route_never_used,
    network.route_without_assembly,
    network.no_shift_to_work,
    network.route_lets_cars_through,
    people.scheme_without_cap,
    offers.host_has_a_line,
    offers.can_start,
    offers.runs_some_time,
    offers.guest_car_is_alive,
    offers.offer_that_pays_nothing,
    offers.hosts_some_cars,
    money.term_can_be_used,
    money.term_is_longer,
    line.group_of_tasks,
    line.product_of_the_mix,
    line.mix_of_a_line,
    futures.demand_that_can_differ,
    futures.shock_that_can_happen,
    policies.weight_of_scenarios,
    policies.change_of_a_cell,
    policies.change_of_a_key,
    policies.change_of_a_number,
    policies.change_to_a_value,
    evidence.claim_about_a_cell,
    evidence.claim_of_a_value,
    evidence.preferred_equals_cell,
    evidence.one_preferred,
    evidence.denied_not_preferred,
    evidence.rank_has_a_reason,
    evidence.span_of_a_claim,
    evidence.short_quote,
    evidence.id_of_a_claim,
    evidence.source_repeats_itself,
    evidence.read_after_it_was_published,
    evidence.source_yet_to_come,
)
"""What must hold besides for a case as it is kept: rows that would have no effect, scenarios, and evidence.

A changed case is free of these: to ask what if a plant were gone, a fee nothing, a product ended early is to leave rows
without effect and cells without their claims on purpose.
"""

CHECKS: tuple[Check, ...] = tuple(sorted((*OF_FACTS, *OF_RECORD), key=lambda check: check.code))
"""Every check, by code."""


def check(case: Case, known: Sequence[Problem] = (), checks: Sequence[Check] = CHECKS) -> list[Problem]:
    """Every problem between the tables of a case, in the order of the checks.

    `known`: problems that are already known, from reading the cells. Rows with bad cells are left out, and so are rows
    whose names or periods mean nothing from the checks that come after, so that one mistake is not reported twice.
    """
    if keys.calendar_of(case) is None:
        checks = [one for one in checks if not one.needs_calendar]
    first, view = [one for one in checks if one.comes_first], View(case, known)
    found = [problem for one in first for problem in one.problems(view)]
    view = View(case, [*known, *found])
    return found + [problem for one in checks if not one.comes_first for problem in one.problems(view)]
