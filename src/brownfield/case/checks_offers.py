"""Checks of offers: who offers, what it is about, when it can start, and whether its numbers mean anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from brownfield.case.checks_view import Draft, View, check_of, number
from brownfield.case.tables import fields
from brownfield.errors import one_of, shown

_START = ("earliest_start", "latest_start")
MEANT = {
    "host": {
        "product", "lines", "plant", "fee_per_car", "fixed_fee", "price", "volume_min", "volume_max", "expected_take", "take_or_pay",
        *_START, "length_months", "launch_share", "exit_fee",
    },
    "lease": {"plant", "lines", "fixed_fee", "price", *_START, "length_months", "exit_fee", "people_taken"},
    "sale": {"plant", "price", *_START, "people_taken"},
    "grant": {"plant", "fixed_fee", "price", *_START, "length_months", "exit_fee", "people_min"},
}  # fmt: skip
"""Columns that mean something for each kind of offer."""

ALWAYS = {"offer", "kind", "company", "currency", "status", "notes"}
"""Columns that mean something for every offer."""

ROLES = {"host": ("guest",), "lease": ("guest", "supplier", "state"), "sale": ("guest", "supplier", "state"), "grant": ("state",)}
"""Who can make each kind of offer."""


def _candidates(view: View, offer: dict[str, Any]) -> list[str]:
    """Lines on which an offer can run: those it names; for hosting without names every assembly line with a route."""
    if offer["lines"] or offer["kind"] != "host":
        return list(offer["lines"])
    routes = view.built_at.filter(pl.col("product").eq_missing(pl.lit(offer["product"])) & (pl.col("kind") == "assembly"))
    if offer["plant"] is not None:
        routes = routes.filter(pl.col("plant") == offer["plant"])
    return sorted(set(routes["line"]))


@check_of("BF150")
def host_needs_product(view: View) -> Iterator[Draft]:
    """An offer to host names the guest's product."""
    for row in view.each("offers", (pl.col("kind") == "host") & pl.col("product").is_null()):
        found = f"{row['offer']!r} is to host, but names no product"
        yield view.says("offers", row, "product", found, "the product to be built", "name a product of the guest, and add it to products")


@check_of("BF151")
def product_of_the_guest(view: View) -> Iterator[Draft]:
    """The product of an offer belongs to the company that offers."""
    makers = {row["product"]: row["company"] or view.case.owner for row in view.each("products")}
    for row in view.each("offers", pl.col("product").is_not_null()):
        maker = makers.get(row["product"])
        if maker is not None and maker != row["company"]:
            found = f"{row['product']!r} is a product of {maker!r}, but {row['company']!r} offers"
            yield view.says(
                "offers", row, "product", found, "a product of the company that offers", "correct offers.company or products.company"
            )


@check_of("BF152")
def route_on_each_line(view: View) -> Iterator[Draft]:
    """A guest's product has a route on every line that its offer names."""
    products = set(view.rows("products")["product"])
    have = set(view.active("routes").select("product", "line").iter_rows())
    lines = set(view.active("lines")["line"])
    for row in view.each("offers", (pl.col("kind") == "host") & pl.col("product").is_in(sorted(products))):
        for line in row["lines"]:
            if line in lines and (row["product"], line) not in have:
                found = f"{row['product']!r} has no route on {line!r}"
                fix = "add the route, with its launch cost, lead, ramp and load"
                yield view.says("offers", row, "lines", found, "a route on each candidate line", fix)


@check_of("BF153")
def lines_of_the_right_plant(view: View) -> Iterator[Draft]:
    """The lines of an offer stand in its plant, and in a plant of the owner; hosting needs assembly lines."""
    lines, known = {row["line"]: row for row in view.each("lines")}, view.names("plants")
    for row in view.each("offers", pl.col("lines").list.len() > 0):
        for name in row["lines"]:
            line = lines.get(name)
            if line is None or line["plant"] not in known:
                continue
            why = ""
            if row["kind"] == "host" and line["kind"] != "assembly":
                why = f"a {line['kind']} line"
            elif row["plant"] is not None and line["plant"] != row["plant"]:
                why = f"a line of {line['plant']!r}, not of {row['plant']!r}"
            elif line["plant"] not in view.own:
                why = f"a line of {line['plant']!r}, which is not the owner's"
            if why:
                expected = (
                    "assembly lines of the owner, of the plant of the offer if it names one"
                    if row["kind"] == "host"
                    else "lines of the plant"
                )
                yield view.says("offers", row, "lines", f"{name!r} is {why}", expected, "name other lines, or correct the plant")


@check_of("BF154")
def offer_needs_plant(view: View) -> Iterator[Draft]:
    """A sale and a grant are about a plant of the owner, a lease about a plant or lines."""
    known = set(view.rows("plants")["plant"])
    for row in view.each("offers"):
        if row["plant"] is None and row["kind"] != "host" and not (row["kind"] == "lease" and row["lines"]):
            expected = "a plant, or the lines to be leased" if row["kind"] == "lease" else "a plant"
            yield view.says("offers", row, "plant", f"{row['offer']!r} is a {row['kind']} of nothing", expected, "name the plant")
        elif row["plant"] in known - view.own:
            found = f"{row['plant']!r}, which is not a plant of the owner"
            yield view.says("offers", row, "plant", found, "a plant of the owner", "correct the plant, or plants.company")


@check_of("BF155")
def means_nothing(view: View) -> Iterator[Draft]:
    """Only columns that mean something for the kind of offer are filled.

    A volume of a sale or an exit fee of it would be taken for a promise, and the plan would know nothing of it.
    """
    columns = {name: info for name, info in fields("offers").items() if name not in ALWAYS and not info.is_required()}
    for row in view.each("offers"):
        for name, info in columns.items():
            default = list(info.default) if isinstance(info.default, tuple) else info.default
            if name not in MEANT[row["kind"]] and row[name] != default:
                value = "; ".join(row[name]) if isinstance(row[name], list) else str(row[name])
                found = f"{shown(value)} for a {row['kind']}, where {name} means nothing"
                yield view.says("offers", row, name, found, "a blank", "leave it blank, or correct the kind of the offer")


@check_of("BF156")
def plant_is_there(view: View) -> Iterator[Draft]:
    """An offer is about a plant that is open, idle, or may open: nothing can be done with a closed one."""
    plants = {row["plant"]: row for row in view.plants.iter_rows(named=True)}
    at = {row["line"]: row["plant"] for row in view.each("lines")}
    for row in view.each("offers"):
        column = "plant" if row["plant"] is not None else "lines"
        for name in sorted({row["plant"]} if row["plant"] is not None else {at[line] for line in row["lines"] if line in at}):
            plant = plants.get(name)
            if plant and (plant["state"] == "closed" or (plant["state"] == "potential" and plant["decision"] != "may_open")):
                what = "closed" if plant["state"] == "closed" else "potential and may not open"
                fix = "correct the state of the plant, or exclude the offer"
                yield view.says("offers", row, column, f"{name!r} is {what}", "a plant that is open, idle or may open", fix)


def window(view: View, offer: dict[str, Any]) -> tuple[int, int]:
    """First and last period in which an offer may start; the first is after the last when there is none."""
    first = view.calendar.first_from(offer["earliest_start"])
    if offer["kind"] == "host":
        routes = view.routes.filter(pl.col("product").eq_missing(pl.lit(offer["product"])) & pl.col("line").is_in(_candidates(view, offer)))
        leads = [row["launch_lead_months"] if row["state"] == "possible" else 0.0 for row in routes.iter_rows(named=True)]
        first = max(first, view.calendar.first_from(None, min(leads, default=0.0)))
    return first, view.calendar.last_until(offer["latest_start"])


@check_of("BF157", needs_calendar=True)
def can_start(view: View) -> Iterator[Draft]:
    """An offer can start in some period of the plan.

    It starts with a period, on or after `earliest_start` and on or before `latest_start`, and when its product needs a launch not
    before the lead of the launch is over.
    """
    for row in view.each("offers"):
        first, last = window(view, row)
        if first > last:
            column = "latest_start" if row["latest_start"] else "earliest_start"
            found = f"{row['offer']!r} may start from {row['earliest_start'] or 'the start'} to {row['latest_start'] or 'the end'}"
            first_day, last_day = view.calendar.periods[0].start, view.calendar.periods[-1].start
            expected = f"the first day of a period in between ({first_day} to {last_day}), after the lead of the launch"
            yield view.says(
                "offers", row, column, found, expected, "widen the window, shorten the lead or the periods, or exclude the offer"
            )


@check_of("BF158")
def volumes_in_order(view: View) -> Iterator[Draft]:
    """The least volume of an offer is not above the most."""
    for row in view.each("offers", pl.col("volume_min") > pl.col("volume_max")):
        found = f"at least {number(row['volume_min'])} and at most {number(row['volume_max'])} cars a year"
        yield view.says("offers", row, "volume_min", found, "a least volume up to the most", "correct volume_min or volume_max")


@check_of("BF159")
def window_in_order(view: View) -> Iterator[Draft]:
    """The earliest start of an offer is not after the latest."""
    for row in view.each("offers", pl.col("earliest_start") > pl.col("latest_start")):
        found = f"from {row['earliest_start']} to {row['latest_start']}"
        yield view.says("offers", row, "earliest_start", found, "an earliest start up to the latest", "exchange or correct the two days")


@check_of("BF160")
def offer_of_a_fitting_company(view: View) -> Iterator[Draft]:
    """A guest has its car built; a state gives a grant; anyone but the owner can lease or buy."""
    roles = {row["company"]: row["role"] for row in view.each("companies")}
    for row in view.each("offers"):
        role = roles.get(row["company"])
        if role is not None and role not in ROLES[row["kind"]]:
            found = f"{row['company']!r}, a company with role {role}, makes an offer of kind {row['kind']}"
            expected = f"a company with role {one_of(ROLES[row['kind']])}"
            yield view.says("offers", row, "company", found, expected, "correct the company, its role, or the kind of the offer")


@check_of("BF161")
def runs_some_time(view: View) -> Iterator[Draft]:
    """A contract runs for some time."""
    for row in view.each("offers", pl.col("length_months") == 0):
        fix = "give its months, or leave it blank: to the end of the plan"
        yield view.says("offers", row, "length_months", f"{row['offer']!r} runs for 0 months", "more than 0 months, or a blank", fix)


@check_of("BF162")
def grant_without_people(view: View) -> Iterator[Draft]:
    """A grant for people is about a plant that has a row of people."""
    staffed = set(view.active("people")["plant"])
    for row in view.each("offers", (pl.col("kind") == "grant") & (pl.col("people_min") > 0)):
        if row["plant"] in view.own - staffed:
            found = f"{number(row['people_min'])} people at {row['plant']!r}, which has no row in people"
            yield view.says("offers", row, "people_min", found, "a plant with people", "add the plant to people, or set people_min to 0")


@check_of("BF163", needs_calendar=True)
def guest_car_is_alive(view: View) -> Iterator[Draft]:
    """A guest's product is built in some period after the offer can start."""
    lives = {row["product"]: (row["sop"], row["eop"]) for row in view.each("products")}
    for row in view.each("offers", pl.col("kind") == "host"):
        first, last = window(view, row)
        if row["product"] not in lives or first > last:
            continue
        alive = view.calendar.active_share(*lives[row["product"]])
        if alive.any() and not np.any(alive[first:]):
            sop, eop = lives[row["product"]]
            found = f"{row['product']!r} is built from {sop or 'the start'} until {eop or 'the end'}, before the offer can start"
            yield view.says(
                "offers", row, "product", found, "a product built while the offer runs", "correct sop, eop or the window of the offer"
            )


@check_of("BF164")
def offer_that_pays_nothing(view: View) -> Iterator[Draft]:
    """A hosting offer pays for something: cars, time, or its start."""
    unpaid = (pl.col("fee_per_car") == 0) | ((pl.col("expected_take") == 0) & (pl.col("take_or_pay") == 0))
    free = unpaid & (pl.col("fixed_fee") == 0) & (pl.col("price") == 0)
    for row in view.each("offers", (pl.col("kind") == "host") & free):
        fix = "give a fee per car, a fixed fee or a price, and an expected take above 0"
        yield view.says("offers", row, "fee_per_car", f"{row['offer']!r} pays nothing", "a fee or a price", fix)


@check_of("BF165")
def hosts_some_cars(view: View) -> Iterator[Draft]:
    """A hosting offer is about some cars."""
    for row in view.each("offers", (pl.col("kind") == "host") & (pl.col("volume_max") == 0) & (pl.col("volume_min") == 0)):
        yield view.says("offers", row, "volume_max", f"{row['offer']!r} is to host 0 cars", "a volume above 0", "give the most cars a year")


@check_of("BF145")
def host_has_a_line(view: View) -> Iterator[Draft]:
    """A guest's product whose offer names no lines has a route on some assembly line of the owner."""
    products = set(view.rows("products")["product"])
    for row in view.each("offers", (pl.col("kind") == "host") & pl.col("product").is_in(sorted(products))):
        if not _candidates(view, row):
            found = f"{row['product']!r} has no route on an assembly line{' of ' + repr(row['plant']) if row['plant'] else ''}"
            fix = "add a route, with its launch cost, lead, ramp and load, or exclude the offer"
            yield view.says("offers", row, "product", found, "a route on at least one assembly line", fix)


@check_of("BF212")
def alternative_of_a_guest(view: View) -> Iterator[Draft]:
    """An alternative is that of a guest, for a product of its own."""
    makers = {row["product"]: row["company"] or view.case.owner for row in view.each("products")}
    for row in view.each("alternatives"):
        maker = makers.get(row["product"])
        if maker is not None and (maker != row["company"] or maker == view.case.owner):
            found = f"{row['product']!r} is a product of {maker!r}, and the alternative is one of {row['company']!r}"
            yield view.says("alternatives", row, "product", found, "a product of the guest", "correct the product or the company")


@check_of("BF213")
def value_of_a_hosting_offer(view: View) -> Iterator[Draft]:
    """What a car is worth to a guest is said of offers to host."""
    kinds = {row["offer"]: row["kind"] for row in view.each("offers")}
    for row in view.each("guest_values"):
        kind = kinds.get(row["offer"], "host")
        if kind != "host":
            found = f"{row['offer']!r}, an offer of kind {kind}"
            yield view.says("guest_values", row, "offer", found, "an offer of kind host", "name an offer to host, or exclude the row")
