"""The tables of a case, one row class each: the only schema there is.

Validation, the dictionary page, the Excel template, JSON Schema, the data package and the forms of the
app are all made from these classes. Amounts of money are in millions of the row's `currency` (blank: the
base currency of the case); amounts per car or per head are in single units of it. Everything is in money
of the case's price year.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast

from pydantic.fields import FieldInfo

from brownfield.case.columns import (
    Amount,
    Count,
    Country,
    Currency,
    Date,
    Days,
    Months,
    Name,
    Names,
    Number,
    PartialDate,
    Rate,
    Share,
    Table,
    Text,
    col,
)
from brownfield.case.tables_futures import FUTURES_TABLES
from brownfield.case.tables_line import LINE_TABLES

BASE = "the base currency"


class Company(Table):
    """A company or public body with a stake: the owner of the plants, guests, suppliers, states."""

    company: Name = col("the company", key=True)
    role: Literal["owner", "guest", "supplier", "state"] = col("what it is in this case; exactly one owner")
    currency: Currency | None = col("currency of the row", default=None, blank=BASE)
    discount_rate: Rate | None = col("real discount rate a year", "share/year", default=None, blank="the case's", evidence=True)
    opening_cash: Number | None = col("cash at the start", "million", default=None, blank="cash is not followed", evidence=True)
    liquidity_floor: Number | None = col("cash never falls below this", "million", default=None, blank="no floor", evidence=True)
    revolver_limit: Amount = col("credit line that may be drawn", "million", default=0.0, evidence=True)
    revolver_now: Amount = col("part of the credit line drawn at the start", "million", default=0.0)
    revolver_rate: Rate = col("interest on the part drawn", "share/year", default=0.0, evidence=True)
    overhead: Number = col("costs outside the plants", "million/year", default=0.0, evidence=True)


class Plant(Table):
    """A site that makes cars, or could: what it costs, what may happen to it, and when."""

    plant: Name = col("the plant", key=True)
    company: Name | None = col("who owns it", default=None, ref="companies", blank="the owner")
    country: Country = col("ISO code of the country")
    region: Text = col("region, for reading and for the scope of policies", default="")
    latitude: float | None = col("latitude", "degrees", default=None, blank="not on the map")
    longitude: float | None = col("longitude", "degrees", default=None, blank="not on the map")
    opened: Count | None = col("year of opening", "year", default=None, blank="unknown", evidence=True)
    state: Literal["running", "idle", "closed", "potential"] = col("what it is at the start", default="running")
    decision: Literal["keep", "may_close", "must_close", "may_open"] = col(
        "what may happen: keep open, may close, must close within the plan, may open (a potential plant)", default="keep"
    )
    currency: Currency | None = col("currency of the row", default=None, blank=BASE)
    fixed_cost: Amount = col("cost of the site while it is open, without people", "million/year", default=0.0, evidence=True)
    mothball_cost: Amount | None = col(
        "upkeep while mothballed", "million/year", default=None, blank="may not be mothballed", evidence=True
    )
    idling_cost: Amount = col("one-off cost of mothballing", "million", default=0.0)
    reopening_cost: Amount = col("one-off cost of taking it out of mothballs", "million", default=0.0)
    closure_cost: Amount = col("one-off cost of closing, without people", "million", default=0.0, evidence=True)
    opening_cost: Amount = col("one-off cost of opening a potential plant", "million", default=0.0, evidence=True)
    site_value: Number = col("what the site fetches once closed (negative: clean-up)", "million", default=0.0, evidence=True)
    earliest_close: Date | None = col("not closed before this day", "date", default=None, blank="any time", evidence=True)
    earliest_open: Date | None = col("not opened before this day", "date", default=None, blank="any time")
    notice_months: Months = col("time from decision to closing", "months", default=0.0)
    co2_fixed: Amount = col("emissions while open, whatever is built", "tonnes/year", default=0.0)


class Line(Table):
    """A shared resource of a plant: body shop, paint shop or assembly line."""

    line: Name = col("the line", key=True)
    plant: Name = col("the plant it stands in", ref="plants")
    kind: Literal["assembly", "body", "paint"] = col("what it does", default="assembly")
    jph: Amount = col("cars an hour at full rate", "jobs/hour", evidence=True)
    availability: Share = col("share of planned hours it really runs", "share", default=1.0, evidence=True)
    crew: Amount = col("people of one crew", "heads", default=0.0, evidence=True)
    currency: Currency | None = col("currency of the row", default=None, blank=BASE)
    fixed_cost: Amount = col("cost of the line while it is staffed", "million/year", default=0.0, evidence=True)
    shift_now: Name | None = col(
        "shift model at the start", default=None, ref="shift_models", blank="the first shift model costs no change"
    )
    max_products: Count | None = col("most products it can build in one period", "products", default=None, blank="no limit")


class ShiftModel(Table):
    """A way to staff a line: idle, one shift, two shifts, overtime."""

    shift_model: Name = col("the shift model", key=True)
    hours_per_week: Amount = col("hours a week the line is planned to run", "hours/week")
    weeks_per_year: Amount = col("weeks a year it is worked", "weeks/year", default=48.0)
    crews: Amount = col("crews it takes", "crews")
    pay_premium: Share = col("extra pay on top of cost per head", "share", default=0.0)
    currency: Currency | None = col("currency of the row", default=None, blank=BASE)
    change_cost: Amount = col("one-off cost of changing a line to it", "million", default=0.0)
    longest_run_months: Months | None = col("longest time without a break", "months", default=None, blank="no limit")


class Product(Table):
    """A vehicle programme, of the owner or of a guest."""

    product: Name = col("the product", key=True)
    company: Name | None = col("whose car it is", default=None, ref="companies", blank="the owner")
    family: Text = col("platform family", default="")
    powertrain: Text = col("combustion, hybrid, electric", default="")
    sop: Date | None = col("start of production: not built before", "date", default=None, blank="already", evidence=True)
    eop: Date | None = col("end of production: not built from this day", "date", default=None, blank="no end", evidence=True)
    currency: Currency | None = col("currency of the row", default=None, blank=BASE)
    material_cost: Amount = col("bought material", "currency/car", default=0.0, evidence=True)


class Route(Table):
    """A product's approval on a line: tooled already, or possible at a launch cost."""

    product: Name = col("the product", key=True, ref="products")
    line: Name = col("the line", key=True, ref="lines")
    state: Literal["tooled", "possible"] = col("tooled already, or possible after a launch", default="tooled")
    currency: Currency | None = col("currency of the row", default=None, blank=BASE)
    launch_cost: Amount = col("tooling and launch, spread over the lead time", "million", default=0.0, evidence=True)
    launch_lead_months: Months = col("from the decision to the first car", "months", default=0.0)
    ramp_months: Months = col("from the first car to full rate, rising evenly", "months", default=0.0)
    load: Amount = col("line capacity one car takes", "line units/car", default=1.0, evidence=True)
    variable_cost: Amount = col("cost of building one car, without material and crews", "currency/car", default=0.0, evidence=True)
    max_rate: Amount | None = col("most cars a year on this line", "cars/year", default=None, blank="no limit")
    co2: Amount = col("emissions of building one car", "tonnes/car", default=0.0)


class Market(Table):
    """A place where cars are sold."""

    market: Name = col("the market", key=True)
    country: Country = col("ISO code of the country, for tariffs")
    currency: Currency | None = col("currency of its prices", default=None, blank=BASE)


class Demand(Table):
    """What a market would buy of a product in a period, and at what net price."""

    product: Name = col("the product", key=True, ref="products")
    market: Name = col("the market", key=True, ref="markets")
    period: Text = col("a period, a calendar year, or blank", key=True, default="", blank="every period not named in another row")
    cars: Amount = col("cars the market would buy", "cars/year", evidence=True)
    net_price: Amount = col("price after dealer margin and incentives, in the market's currency", "currency/car", evidence=True)
    penalty: Amount = col("cost of not serving a buyer, in the market's currency", "currency/car", default=0.0)


class Diversion(Table):
    """Buyers who take a sister model when theirs is not to be had."""

    product: Name = col("the product they came for", key=True, ref="products")
    to_product: Name = col("the product they take instead", key=True, ref="products")
    share: Share = col("share of lost buyers who do", "share", evidence=True)


class Lane(Table):
    """A way from a plant to a market. With no lanes at all, every plant reaches every market for nothing."""

    plant: Name = col("from", key=True, ref="plants")
    market: Name = col("to", key=True, ref="markets")
    currency: Currency | None = col("currency of the row", default=None, blank=BASE)
    freight: Amount = col("freight", "currency/car", default=0.0, evidence=True)
    co2: Amount = col("emissions of the transport", "tonnes/car", default=0.0)


class Tariff(Table):
    """Duty between two countries, on the net price."""

    origin: Country = col("country of the plant", key=True)
    destination: Country = col("country of the market", key=True)
    duty: Share = col("duty as a share of the net price", "share", evidence=True)


class People(Table):
    """The people of a plant: how many, what they cost, and how their number can change."""

    plant: Name = col("the plant", key=True, ref="plants")
    currency: Currency | None = col("currency of the row", default=None, blank=BASE)
    headcount: Amount = col("people at the start", "heads", evidence=True)
    indirect: Amount = col("people needed while open, whatever is built", "heads", default=0.0, evidence=True)
    mothballed_heads: Amount = col("people needed while mothballed", "heads", default=0.0)
    cost_per_head: Amount = col("pay with all on-costs", "currency/head/year", default=0.0, evidence=True)
    attrition: Share = col("share who leave by themselves; a post may be refilled for nothing", "share/year", default=0.0)
    voluntary_cap: Amount = col("most people a year who take the voluntary scheme", "heads/year", default=0.0, evidence=True)
    voluntary_total: Amount | None = col(
        "most people in all who take it", "heads", default=None, blank="no limit", evidence=True
    )
    voluntary_pay: Amount = col("pay-off in the voluntary scheme", "currency/head", default=0.0, evidence=True)
    redundancy_cap: Amount | None = col("most compulsory redundancies a year", "heads/year", default=None, blank="no limit")
    redundancy_cost: Amount = col("cost of a compulsory redundancy", "currency/head", default=0.0, evidence=True)
    hire_cap: Amount | None = col("most people hired a year", "heads/year", default=None, blank="no limit")
    hire_cost: Amount = col("cost of hiring and training", "currency/head", default=0.0)
    transfer_to: Names = col("plants to which people can move, separated by ;", default=(), ref="plants", blank="none")
    transfer_cap: Amount | None = col("most people a year who move away", "heads/year", default=None, blank="no limit")
    transfer_cost: Amount = col("cost of a move", "currency/head", default=0.0, evidence=True)
    supplier_jobs: Amount = col("local jobs at suppliers for each person here", "heads/head", default=0.0, evidence=True)


class Supplier(Table):
    """A group of suppliers with the same payment terms."""

    supplier: Name = col("the supplier group", key=True)
    plants: Names = col("plants it serves, separated by ;", default=(), ref="plants", blank="all plants")
    share: Share = col("share of those plants' material it delivers", "share", evidence=True)
    days_now: Days = col("payment term today", "days", evidence=True)
    legal_cap: Days | None = col("longest term the law allows", "days", default=None, blank="no limit", evidence=True)
    capital_rate: Rate = col("what waiting for money costs the supplier", "share/year", default=0.0, evidence=True)
    financing_rate: Rate | None = col(
        "rate at which a bank pays the supplier early at the buyer's credit", "share/year", default=None, blank="no such scheme"
    )
    currency: Currency | None = col("currency of the row", default=None, blank=BASE)
    payables_now: Amount = col("owed to the group at the start", "million", evidence=True)


class TermOffer(Table):
    """A longer payment term that a supplier group was asked for, or has agreed to."""

    term: Name = col("the term", key=True)
    supplier: Name = col("the supplier group", ref="suppliers")
    extra_days: Days = col("days on top of today's term", "days", evidence=True)
    price: Rate = col("interest paid to the supplier on the money it waits for", "share/year", default=0.0, evidence=True)
    from_date: Date | None = col("not before this day", "date", default=None, blank="at once")
    until_date: Date | None = col("not from this day on", "date", default=None, blank="no end")
    agreed: Literal["agreed", "asked", "refused"] = col("what the suppliers said; only an agreed term is used", evidence=True)


class Offer(Table):
    """What somebody offers the owner: to host, to lease, to buy, or a grant."""

    offer: Name = col("the offer", key=True)
    kind: Literal["host", "lease", "sale", "grant"] = col("host a guest's car, lease or sell a plant, grant for jobs kept")
    company: Name = col("who offers", ref="companies")
    plant: Name | None = col("the plant it is about", default=None, ref="plants", blank="as the lines say (host, lease of a line)")
    lines: Names = col(
        "candidate lines, separated by ;", default=(), ref="lines", blank="host: every line with a route; lease: the whole plant"
    )
    product: Name | None = col("the guest's product (host)", default=None, ref="products", blank="not a hosting offer")
    currency: Currency | None = col("currency of the row", default=None, blank=BASE)
    fee_per_car: Amount = col("fee for each car paid for", "currency/car", default=0.0, evidence=True)
    fixed_fee: Amount = col("fee, rent or grant while it runs", "million/year", default=0.0, evidence=True)
    price: Amount = col("one-off payment at the start (price of a sale)", "million", default=0.0, evidence=True)
    volume_min: Amount = col("least volume that can be agreed", "cars/year", default=0.0, evidence=True)
    volume_max: Amount = col("most volume that can be agreed", "cars/year", default=0.0, evidence=True)
    expected_take: Share = col("share of the agreed volume the guest really takes", "share", default=1.0, evidence=True)
    take_or_pay: Share = col("share of the agreed volume that is paid for in any case", "share", default=0.0, evidence=True)
    earliest_start: Date | None = col("starts not before this day", "date", default=None, blank="any time", evidence=True)
    latest_start: Date | None = col("starts not after this day", "date", default=None, blank="any time", evidence=True)
    length_months: Months | None = col("how long it runs", "months", default=None, blank="to the end of the plan", evidence=True)
    launch_share: Share = col("share of the launch cost that the owner pays", "share", default=0.0, evidence=True)
    exit_fee: Amount | None = col(
        "what the owner pays to end it early", "million", default=None, blank="cannot be ended early", evidence=True
    )
    people_taken: Amount | None = col(
        "people the new operator takes over (lease, sale)", "heads", default=None, blank="all who are there", evidence=True
    )
    people_min: Amount = col("people who must stay while a grant runs", "heads", default=0.0, evidence=True)


class GuestValue(Table):
    """What an offer to host is worth to the guest: what it earns with a car, and how many cars it wants."""

    offer: Name = col("the offer to host", key=True, ref="offers")
    currency: Currency | None = col("currency of the row", default=None, blank=BASE)
    car_value: Amount = col("its price to the buyer less material and the way there, before any fee", "currency/car", evidence=True)
    cars_wanted: Amount | None = col("cars it can sell", "cars/year", default=None, blank="its take of the most volume", evidence=True)


class Alternative(Table):
    """What a guest could do instead of having its car built here: build it itself, go to another host, import it."""

    alternative: Name = col("the alternative", key=True)
    company: Name = col("whose alternative it is", ref="companies")
    product: Name = col("the product it would build or get", ref="products")
    kind: Literal["own plant", "other host", "import"] = col("what it is", default="import")
    currency: Currency | None = col("currency of the row", default=None, blank=BASE)
    cost_per_car: Amount = col("building it, or its fee or price, and what its way costs more than ours", "currency/car", evidence=True)
    fixed_cost: Amount = col("cost while it is open", "million/year", default=0.0, evidence=True)
    opening_cost: Amount = col("one-off cost of opening it", "million", default=0.0, evidence=True)
    cars_max: Amount | None = col("most cars", "cars/year", default=None, blank="no limit", evidence=True)
    earliest_open: Date | None = col("not before this day", "date", default=None, blank="any time")


class ExchangeRate(Table):
    """What a unit of a currency is worth in the base currency."""

    currency: Currency = col("the currency", key=True)
    period: Text = col("a period, a calendar year, or blank", key=True, default="", blank="every period not named in another row")
    rate: Amount = col("base currency for one unit", "base/currency", evidence=True)


class Policy(Table):
    """A requirement on the whole plan: a law, a promise, an agreement, a target."""

    policy: Name = col("the policy", key=True)
    measure: Literal[
        "closures", "open_plants", "headcount", "redundancies", "capacity", "makes", "lost_cars", "accepted", "liquidity", "co2"
    ] = col("what is measured")
    scope: Text = col("what it is about: `country:JP; plant:Oppama`", default="", blank="everything")
    period: Text = col("a period, a calendar year, or blank", default="", blank="every period (closures, accepted: by the end)")
    sense: Literal["<=", ">=", "="] = col("at most, at least, exactly")
    value: Number = col("the value that must hold", "as the measure", evidence=True)
    kind: Literal["hard", "priced"] = col("must hold, or costs money when it does not", default="hard")
    currency: Currency | None = col("currency of the row", default=None, blank=BASE)
    price: Amount = col("cost of each unit by which a priced policy is missed, in each period", "million/unit", default=0.0)


class Scenario(Table):
    """A named set of changes to the case."""

    scenario: Name = col("the scenario", key=True)
    meaning: Text = col("what it stands for", default="")
    weight: Amount = col("its weight among the scenarios", "weight", default=1.0)


class Change(Table):
    """One change that a scenario makes to one cell, or to a whole column."""

    change: Name = col("the change", key=True)
    scenario: Name = col("the scenario it belongs to", ref="scenarios")
    table: Name = col("the table")
    row: Text = col("key of the row, parts separated by |; * for every row")
    column: Name = col("the column")
    action: Literal["set", "multiply", "add", "insert"] = col("what is done; insert: set, in a new row", default="set")
    value: Text = col("the value")


class Source(Table):
    """A document that says something."""

    source: Name = col("short name of the source", key=True)
    title: Text = col("title")
    publisher: Text = col("who published it", default="")
    published: PartialDate | None = col("day, month or year of publication", "date", default=None, blank="unknown")
    retrieved: PartialDate | None = col("when it was read", "date", default=None, blank="unknown")
    kind: Literal["filing", "company statement", "named press", "anonymous press", "translation", "estimate"] = col("what it is")
    url: Text = col("where it is", default="")
    derived_from: Name | None = col("the source it repeats", default=None, ref="sources", blank="an independent witness")


class Claim(Table):
    """What one source says about one cell, or about the world around the case."""

    claim: Text = col("id; a hash of the claim itself", key=True, default="", blank="worked out from the row")
    source: Name = col("who says so", ref="sources")
    subject: Text = col("what it is about, in words")
    property: Text = col("what it says of it, in words")
    table: Text = col("table of the cell", default="", blank="about no cell: background")
    row: Text = col("key of the row, parts separated by |", default="")
    column: Text = col("column of the cell", default="")
    value: Text = col("the value, in the unit of the cell")
    low: Number | None = col("least value it allows", default=None, blank="as the value")
    high: Number | None = col("greatest value it allows", default=None, blank="as the value")
    unit: Text = col("unit of the original words", default="")
    qualifier: Text = col("what limits it: `by March 2028`", default="")
    original: Text = col("the figure as the source gives it", default="")
    quote: Text = col("the words of the source, under 25", default="")
    place: Text = col("where in the source the words stand", default="")
    standing: Literal["official", "reported", "denied", "estimate"] = col("how it is known")
    rank: Literal["preferred", "normal", "deprecated"] = col("preferred: in force, and equal to the cell", default="normal")
    why: Text = col("why it has its rank", default="")


TABLES: dict[str, type[Table]] = {
    "companies": Company,
    "plants": Plant,
    "lines": Line,
    "shift_models": ShiftModel,
    "products": Product,
    "routes": Route,
    "markets": Market,
    "demand": Demand,
    "diversions": Diversion,
    "lanes": Lane,
    "tariffs": Tariff,
    "people": People,
    "suppliers": Supplier,
    "term_offers": TermOffer,
    "offers": Offer,
    "guest_values": GuestValue,
    "alternatives": Alternative,
    "rates": ExchangeRate,
    "policies": Policy,
    **LINE_TABLES,
    **FUTURES_TABLES,
    "scenarios": Scenario,
    "changes": Change,
    "sources": Source,
    "claims": Claim,
}
"""Every table by name, in the order of reading."""

NEEDED = ("plants", "lines", "shift_models", "products", "routes", "markets", "demand")
"""The tables without which there is nothing to decide."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the schema says of a column besides its type."""

    unit: str = ""
    key: bool = False
    ref: str = ""
    blank: str = ""
    evidence: bool = False


@cache
def fields(table: str) -> dict[str, FieldInfo]:
    """Columns of a table in the order of reading: its own first, then the switch and the notes."""
    own = TABLES[table].model_fields
    common = Table.model_fields
    return {name: own[name] for name in (*[n for n in own if n not in common], *common)}


@cache
def facts(table: str, column: str) -> Facts:
    """Unit, key, reference, meaning of a blank, and whether a claim should stand behind the column."""
    return Facts(**cast("dict[str, Any]", TABLES[table].model_fields[column].json_schema_extra))


@cache
def keys(table: str) -> tuple[str, ...]:
    """The key columns of a table, in order."""
    return tuple(name for name in fields(table) if facts(table, name).key)


@cache
def refs(table: str) -> dict[str, str]:
    """Columns of a table that name rows of another: column -> table."""
    return {name: facts(table, name).ref for name in fields(table) if facts(table, name).ref}
