"""Checks of plants, lines, shift models, products, routes, markets, demand and lanes."""

from __future__ import annotations

import math
from collections.abc import Iterator

import polars as pl

from brownfield.case.checks_view import ROW, Draft, View, check_of, number
from brownfield.errors import one_of, shown

STATES = {
    "running": ("keep", "may_close", "must_close"),
    "idle": ("keep", "may_close", "must_close"),
    "closed": ("keep",),
    "potential": ("keep", "may_open"),
}
"""What may be decided about a plant, by what it is at the start."""


@check_of("BF111")
def decision_fits_state(view: View) -> Iterator[Draft]:
    """What may happen to a plant fits what it is at the start.

    A running or idle plant can be kept or closed, a potential one can be opened or left, and for a closed plant nothing is left
    to decide.
    """
    for row in view.each("plants"):
        allowed = STATES[row["state"]]
        if row["decision"] not in allowed:
            found = f"{row['plant']!r} is {row['state']} and {row['decision']}"
            fix = "change the decision, or the state at the start"
            yield view.says("plants", row, "decision", found, f"{one_of(allowed)} for a plant that is {row['state']}", fix)


@check_of("BF112", needs_calendar=True)
def can_close_in_time(view: View) -> Iterator[Draft]:
    """A plant that must close can close before the plan ends.

    The first period in which it may close starts on or after `earliest_close`, and at least `notice_months` after the start
    of the plan.
    """
    sold = set(view.active("offers").filter(pl.col("kind") == "sale")["plant"])
    for row in view.plants.filter(pl.col("decision") == "must_close").iter_rows(named=True):
        first = view.calendar.first_from(row["earliest_close"], row["notice_months"])
        if first == len(view.calendar) and row["plant"] not in sold:
            column = "earliest_close" if row["earliest_close"] else "notice_months"
            days = f"not before {row['earliest_close'] or 'the start'} and with {number(row['notice_months'])} months of notice"
            found = f"{row['plant']!r} must close, but {days}"
            fix = "let it close earlier, shorten the notice, or make it may_close"
            yield view.says("plants", row, column, found, f"a period that starts later in the plan, up to {view.calendar.names[-1]}", fix)


@check_of("BF113", needs_calendar=True)
def can_open_in_time(view: View) -> Iterator[Draft]:
    """A plant that may open can open before the plan ends."""
    for row in view.plants.filter(pl.col("decision") == "may_open").iter_rows(named=True):
        if view.calendar.first_from(row["earliest_open"]) == len(view.calendar):
            last = view.calendar.periods[-1].start
            found = f"{row['plant']!r} may open, but not before {row['earliest_open']}"
            fix = "let it open earlier, or make it keep: a potential plant that stays so"
            yield view.says("plants", row, "earliest_open", found, f"a day up to {last}, when the last period starts", fix)


@check_of("BF114")
def plant_without_line(view: View) -> Iterator[Draft]:
    """A plant of the owner that is not closed has a line."""
    with_line = set(view.active("lines")["plant"])
    for row in view.plants.filter((pl.col("state") != "closed") & ~pl.col("plant").is_in(sorted(with_line - {None}))).iter_rows(named=True):
        found = f"{row['plant']!r}, where no line stands"
        yield view.says("plants", row, "plant", found, "a line in lines.plant for each plant", "add its lines, or exclude the plant")


@check_of("BF115")
def place_on_the_map(view: View) -> Iterator[Draft]:
    """A place on the map is a latitude from -90 to 90 and a longitude from -180 to 180, or both are blank."""
    for row in view.each("plants", pl.col("latitude").is_not_null() | pl.col("longitude").is_not_null()):
        for column, most in (("latitude", 90), ("longitude", 180)):
            value = row[column]
            if value is None or not math.isfinite(value) or abs(value) > most:
                found = f"{row['plant']!r} has {'a blank' if value is None else value} for {column}"
                fix = "give it in degrees with decimals, or leave both latitude and longitude blank"
                yield view.says("plants", row, column, found, f"a number from -{most} to {most}", fix)


@check_of("BF116")
def line_can_work(view: View) -> Iterator[Draft]:
    """A line has a rate and an availability above 0, and may build at least one product.

    A line that can build nothing is best excluded; a line that is merely not staffed runs an idle shift model.
    """
    for column in ("jph", "availability", "max_products"):
        for row in view.each("lines", pl.col(column) == 0):
            found = f"{row['line']!r} has {column} 0, so it could never build a car"
            blank = ", or a blank for no limit" if column == "max_products" else ""
            yield view.says("lines", row, column, found, f"a value above 0{blank}", "give its true value, or exclude the line")


@check_of("BF117")
def staffed_at_the_start(view: View) -> Iterator[Draft]:
    """A line of a plant that is not running at the start is not staffed at the start."""
    staffed = view.rows("shift_models").filter(pl.col("crews") > 0).select("shift_model")
    plants = view.plants.filter(pl.col("state") != "running").select("plant", "state")
    lines = view.lines.join(plants, on="plant").join(staffed, left_on="shift_now", right_on="shift_model", how="semi")
    for row in lines.iter_rows(named=True):
        found = f"{row['line']!r} runs {row['shift_now']!r}, but its plant {row['plant']!r} is {row['state']}"
        fix = "leave shift_now blank, or make the plant running"
        yield view.says("lines", row, "shift_now", found, "a blank or a shift model without crews", fix)


@check_of("BF118")
def week_is_long_enough(view: View) -> Iterator[Draft]:
    """A week has 168 hours and a year no more than 53 weeks."""
    for column, most in (("hours_per_week", 168), ("weeks_per_year", 53)):
        for row in view.each("shift_models", pl.col(column) > most):
            found = f"{row['shift_model']!r} has {column} {number(row[column])}"
            fix = "give the hours that the line is planned to run, not the hours of all people"
            yield view.says("shift_models", row, column, found, f"at most {most}", fix)


@check_of("BF119")
def crews_and_hours(view: View) -> Iterator[Draft]:
    """A shift model that takes crews runs, and one that runs takes crews where lines have any.

    A line counts as staffed when its shift model takes crews: without them neither pay nor the fixed cost of the line would be
    paid. Where no line has a crew or a fixed cost, as in a case without people, crews may be 0 throughout.
    """
    costly = view.rows("lines").filter((pl.col("crew") > 0) | (pl.col("fixed_cost") > 0)).height > 0
    for row in view.each("shift_models"):
        runs = row["hours_per_week"] > 0 and row["weeks_per_year"] > 0
        if (row["crews"] > 0 and not runs) or (runs and costly and row["crews"] == 0):
            column = "crews" if runs else "hours_per_week" if row["hours_per_week"] == 0 else "weeks_per_year"
            hours = row["hours_per_week"] * row["weeks_per_year"]
            found = f"{row['shift_model']!r} has {number(hours)} hours a year with crews {number(row['crews'])}"
            yield view.says("shift_models", row, column, found, "hours and crews, or neither", "give both, or 0 for both when it is idle")


@check_of("BF120", needs_calendar=True)
def run_long_enough(view: View) -> Iterator[Draft]:
    """The longest run of a shift model is at least as long as the shortest period of the plan, or it could never be used."""
    shortest = min(period.months for period in view.calendar.periods)
    for row in view.each("shift_models", pl.col("longest_run_months") < shortest):
        found = f"{row['shift_model']!r} may run for {number(row['longest_run_months'])} months without a break"
        fix = "use shorter periods, leave it blank for no limit, or exclude the shift model"
        yield view.says("shift_models", row, "longest_run_months", found, f"at least {shortest} months, the length of a period", fix)


@check_of("BF121")
def life_of_a_product(view: View) -> Iterator[Draft]:
    """The start of production of a product lies before its end."""
    for row in view.each("products", pl.col("sop") >= pl.col("eop")):
        found = f"{row['product']!r} is built from {row['sop']} until {row['eop']}"
        yield view.says("products", row, "eop", found, "a day after the start of production", "correct sop or eop")


@check_of("BF122")
def product_of_no_use(view: View) -> Iterator[Draft]:
    """A product has demand, or is what a guest offers to have built."""
    sold = set(view.active("demand")["product"])
    offered = set(view.active("offers")["product"])
    owner = view.case.owner
    for row in view.each("products"):
        guest = (row["company"] or owner) != owner
        if row["product"] not in (offered if guest else sold):
            what = f"of {row['company']!r}, which no offer is about" if guest else "without a row of demand"
            fix = "add an offer for it, or exclude it" if guest else "add its demand, or exclude it"
            expected = "a guest's product in offers.product" if guest else "demand for each product of the owner"
            yield view.says("products", row, "product", f"{row['product']!r} {what}", expected, fix)


@check_of("BF123")
def demand_for_a_guest(view: View) -> Iterator[Draft]:
    """Demand is for products of the owner: what a guest sells is no business of this plan."""
    for row in view.each("demand", pl.col("product").is_in(sorted(view.guest_products))):
        found = f"demand for {row['product']!r}, which is not the owner's product"
        fix = "exclude the row, or correct products.company; the volume a guest takes stands in offers"
        yield view.says("demand", row, "product", found, "a product of the owner", fix)


@check_of("BF124")
def demand_nobody_can_build(view: View) -> Iterator[Draft]:
    """Every product with demand has a route on an assembly line of the owner.

    Without one its demand is lost in every plan, which is never what a case means to say.
    """
    built = set(view.built_at.filter(pl.col("kind") == "assembly")["product"])
    known = set(view.rows("products")["product"])
    wanted = view.rows("demand").filter(~pl.col("product").is_in(sorted((built | view.guest_products) - {None})))
    for row in wanted.unique("product", keep="first", maintain_order=True).iter_rows(named=True):
        if row["product"] in known:
            found = f"demand for {row['product']!r}, which no assembly line of the owner can build"
            yield view.says("demand", row, "product", found, "a route for each product with demand", "add a route, or exclude its demand")


@check_of("BF125", needs_calendar=True)
def demand_outside_life(view: View) -> Iterator[Draft]:
    """Demand that names periods is for periods in which the product is built.

    Cars wanted in a period that lies wholly before the start or after the end of production would be left out without a word.
    Demand of 0 and demand for every period are allowed.
    """
    for product in view.each("products", pl.col("sop").is_not_null() | pl.col("eop").is_not_null()):
        active = view.calendar.active_share(product["sop"], product["eop"]) > 0
        rows = view.rows("demand").filter((pl.col("product") == product["product"]) & (pl.col("period") != "") & (pl.col("cars") > 0))
        dead = []
        for text in rows["period"].unique().to_list():
            meant = view.calendar.matching(text)[0]
            if meant and not active[meant].any():
                dead.append(text)
        life = f"from {product['sop'] or 'the start'} until {product['eop'] or 'the end'}"
        for row in rows.filter(pl.col("period").is_in(dead)).iter_rows(named=True):
            found = f"{number(row['cars'])} cars a year of {row['product']!r} in {row['period']}, but it is built {life}"
            yield view.says("demand", row, "period", found, "a period between sop and eop", "exclude the row, or correct sop and eop")


@check_of("BF126", needs_calendar=True)
def life_outside_plan(view: View) -> Iterator[Draft]:
    """A product is built in some period of the plan."""
    last = view.calendar.periods[-1].end
    for row in view.each("products", (pl.col("sop") < pl.col("eop")) | pl.col("sop").is_null() | pl.col("eop").is_null()):
        if not view.calendar.active_share(row["sop"], row["eop"]).any():
            column = "eop" if row["eop"] and row["eop"] <= view.calendar.periods[0].start else "sop"
            found = f"{row['product']!r} is built from {row['sop'] or 'the start'} until {row['eop'] or 'the end'}"
            fix = "exclude the product, or correct sop and eop"
            yield view.says("products", row, column, found, f"some time from {view.calendar.periods[0].start} to {last}", fix)


@check_of("BF127")
def market_out_of_reach(view: View) -> Iterator[Draft]:
    """When there are lanes, each market with demand has one from a plant of the owner."""
    lanes = view.active("lanes")
    reached = set(lanes.filter(pl.col("plant").is_in(sorted(view.own)))["market"])
    wanted = set(view.active("demand")["market"])
    for row in view.each("markets") if lanes.height else ():
        if row["market"] in wanted - reached:
            found = f"{row['market']!r} has demand, but no lane leads there"
            fix = "add a lane, or exclude the market; with no lanes at all every plant reaches every market for nothing"
            yield view.says("markets", row, "market", found, "a lane to each market with demand", fix)


@check_of("BF128")
def plant_out_of_reach(view: View) -> Iterator[Draft]:
    """When there are lanes, each plant that builds products of the owner has one."""
    lanes = view.active("lanes")
    leaving = set(lanes["plant"])
    building = set(view.routes.filter((pl.col("kind") == "assembly") & ~pl.col("product").is_in(sorted(view.guest_products)))["plant"])
    for row in view.plants.iter_rows(named=True) if lanes.height else ():
        if row["plant"] in building - leaving:
            found = f"{row['plant']!r} has routes, but no lane leads away from it, so it could never build a car"
            yield view.says("plants", row, "plant", found, "a lane from each plant that builds cars", "add a lane, or exclude its routes")


@check_of("BF129")
def route_elsewhere(view: View) -> Iterator[Draft]:
    """A route is on a line of the owner, or of the company whose car it is.

    The plants of other companies are not planned: a route of the owner's product there would never be used.
    """
    owner = view.case.owner
    plants = view.rows("plants").select("plant", pl.col("company").fill_null(owner).alias("_host"))
    lines = view.rows("lines").join(plants, on="plant").select("line", "plant", "_host")
    products = view.rows("products").select("product", pl.col("company").fill_null(owner).alias("_maker"))
    routes = view.rows("routes").join(lines, on="line").join(products, on="product")
    for row in routes.filter((pl.col("_host") != owner) & (pl.col("_host") != pl.col("_maker"))).sort(ROW).iter_rows(named=True):
        found = f"{row['product']!r} on {row['line']!r}, a line of {row['_host']!r}"
        yield view.says(
            "routes", row, "line", found, "a line of the owner or of the product's company", "exclude the route, or correct plants.company"
        )


@check_of("BF130")
def route_without_assembly(view: View) -> Iterator[Draft]:
    """A product that goes through a body or paint shop of a plant can be assembled there."""
    assembled = view.built_at.filter(pl.col("kind") == "assembly").select("product", "plant")
    stray = view.routes.filter(pl.col("kind") != "assembly").join(assembled, on=["product", "plant"], how="anti").sort(ROW)
    for row in stray.iter_rows(named=True):
        found = (
            f"{row['product']!r} has a route on the {row['kind']} line {row['line']!r}, but none on an assembly line of {row['plant']!r}"
        )
        yield view.says(
            "routes", row, "line", found, "a route on an assembly line of the same plant", "add that route, or exclude this one"
        )


@check_of("BF131")
def guest_in_the_body_shop(view: View) -> Iterator[Draft]:
    """A guest's product is tooled on the body and paint lines that it has routes on.

    An offer pays for the launch on the assembly line alone; nothing in it says who would pay for another one.
    """
    guests = sorted(view.guest_products)
    stray = view.routes.filter((pl.col("kind") != "assembly") & (pl.col("state") == "possible") & pl.col("product").is_in(guests))
    for row in stray.sort(ROW).iter_rows(named=True):
        found = f"{row['product']!r} is only possible on the {row['kind']} line {row['line']!r}"
        fix = "make it tooled and add its cost to the launch on the assembly line, or exclude the route when the stage is done elsewhere"
        yield view.says("routes", row, "state", found, "tooled, for a guest's product on a body or paint line", fix)


@check_of("BF132", needs_calendar=True)
def route_never_used(view: View) -> Iterator[Draft]:
    """A launch that is possible can come early enough to build a car within the plan.

    The first car comes at least `launch_lead_months` after the start of the plan, and before the end of production.
    """
    for row in view.routes.filter(pl.col("state") == "possible").sort(ROW).iter_rows(named=True):
        first = view.calendar.first_from(None, row["launch_lead_months"])
        alive = view.calendar.active_share(row["sop"], row["eop"])
        if alive.any() and not alive[first:].any():
            found = f"{row['product']!r} on {row['line']!r} needs {number(row['launch_lead_months'])} months before its first car"
            fix = "shorten the lead, exclude the route, or make the plan longer"
            yield view.says("routes", row, "launch_lead_months", found, "a first car before the plan and the product end", fix)


@check_of("BF133")
def car_takes_capacity(view: View) -> Iterator[Draft]:
    """A car takes some capacity of its line: with a load of 0 the line could build any number of them."""
    for row in view.each("routes", pl.col("load") == 0):
        found = f"load 0 for {row['product']!r} on {row['line']!r}"
        fix = "give its load: 1 for a car at the full rate of the line, 2 for one that takes twice as long"
        yield view.says("routes", row, "load", found, "a value above 0", fix)


@check_of("BF134")
def no_shift_to_work(view: View) -> Iterator[Draft]:
    """Some shift model runs a line."""
    frame = view.active("shift_models")
    if frame.height and not frame.filter((pl.col("hours_per_week") > 0) & (pl.col("weeks_per_year") > 0)).height:
        names = shown(", ".join(frame["shift_model"].drop_nulls()))
        fix = "add a shift model with hours and crews, or delete the table to get idle, one, two and three shifts"
        yield view.says("shift_models", None, "hours_per_week", f"only {names}, which run for no hours", "one that runs", fix)


@check_of("BF135")
def route_lets_cars_through(view: View) -> Iterator[Draft]:
    """A route lets at least some cars through."""
    for row in view.each("routes", pl.col("max_rate") == 0):
        found = f"max_rate 0 for {row['product']!r} on {row['line']!r}"
        yield view.says(
            "routes", row, "max_rate", found, "a value above 0, or a blank for no limit", "give its true value, or exclude the route"
        )
