"""The cases behind a deal: with the offer at another price, without it, the guest's own, and several companies as one.

Every player is a company with a best plan of its own, found by the ordinary model. A guest's case is made of what it earns
with a car (`guest_values`) and of what it could do instead (`alternatives`); a coalition's case is the owner's case in which
the guests' products are own products, to be sold to their buyers, and their alternatives are plants that may open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from brownfield.case.calendar import Floats
from brownfield.case.case import Case
from brownfield.case.parse import empty, schema
from brownfield.case.tables import TABLES, Alternative, Company, GuestValue, Line, Offer, Product, Route, ShiftModel
from brownfield.errors import CaseError, Problem, Where, nearest, one_of, shown
from brownfield.model.assemble import Model
from brownfield.model.data import KILO

LEVERS = {"host": "fee_per_car", "lease": "fixed_fee", "sale": "price", "grant": "fixed_fee"}
"""The column in which each kind of offer has its price."""

NOWHERE = "XX"
"""Country of places that are on nobody's map: no duty leads there or away."""

GATE = "At the gate of the host"
"""The plant of a guest's case from which the cars come that the host builds for it."""


@dataclass(frozen=True)
class Side:
    """What is known of a guest: its offer, what a car is worth to it, how many it wants, and its alternatives."""

    offer: Offer
    value: GuestValue
    wanted: float
    alternatives: tuple[Alternative, ...]


def offer_named(case: Case, text: str) -> Offer:
    """The offer that is meant: its name, or a word that only one offer has in its name or company. CaseError with near names."""
    offers = {offer.offer: offer for offer in case.rows(Offer)}
    if text in offers:
        return offers[text]
    word = text.strip().casefold()
    found = [o for o in offers.values() if word and word in f"{o.offer} {o.company}".casefold()]
    if len(found) == 1:
        return found[0]
    off = [name for name in case.table("offers")["offer"] if name not in offers]
    if found:
        fix = "name one of them in full"
        raise _wrong(f"{shown(text)}, which {len(found)} offers have in their names: {one_of(o.offer for o in found)}", "one offer", fix)
    if any(name.casefold() == word for name in off):
        fix = "include its row and those it refers to, or say a --scenario that does"
        raise _wrong(f"{shown(text)}, which is switched off in this case", "an offer that counts", fix)
    listed = one_of(offers, 20) if offers else "none"
    raise _wrong(shown(text), "an offer of the case", f"{nearest(text, [*offers, *off])}the offers are: {listed}")


def _wrong(found: str, expected: str, fix: str, code: str = "BF090") -> CaseError:
    return CaseError([Problem(code, Where("--offer"), found, expected, fix)])


def can_be_taken_up(case: Case, offer: Offer) -> None:
    """CaseError when no plan can take the offer up: no line with a route for the guest's car, or no period to start in."""
    from brownfield.model.data import read_data
    from brownfield.model.decisions import offer_options

    data = read_data(case)
    if any(data.offers[option.offer].offer == offer.offer for option in offer_options(data)):
        return
    what = f"a line with a route of {offer.product!r}" if offer.kind == "host" else "a plant or line of the owner"
    fix = "add the route or the line, widen the days of the start, or shorten the lead of the launch"
    raise _wrong(f"{offer.offer!r}, for which there is no candidate", f"{what}, and a period to start in", fix, "BF091")


def with_terms(case: Case, offer: str, **terms: object) -> Case:
    """The case with other terms of one offer; not checked, for a study may look at any fee, a negative one too."""
    frame = case.table("offers")
    here = pl.col("offer") == offer
    new = [pl.when(here).then(pl.lit(value, frame.schema[name])).otherwise(pl.col(name)).alias(name) for name, value in terms.items()]
    return case.with_table("offers", frame.with_columns(new))


def without(case: Case, offers: Iterable[str]) -> Case:
    """The case in which these offers are not made."""
    frame = case.table("offers")
    gone = pl.col("offer").is_in(sorted(offers))
    return case.with_table("offers", frame.with_columns(status=pl.when(gone).then(pl.lit("exclude")).otherwise(pl.col("status"))))


def side_of(case: Case, offer: Offer) -> Side | None:
    """The guest's side of an offer to host; None when the case says nothing of it."""
    value = next((row for row in case.rows(GuestValue) if row.offer == offer.offer), None)
    if value is None or offer.kind != "host":
        return None
    wanted = offer.expected_take * offer.volume_max if value.cars_wanted is None else value.cars_wanted
    mine = tuple(row for row in case.rows(Alternative) if row.company == offer.company and row.product == offer.product)
    return Side(offer, value, wanted, mine)


def rate_of(case: Case, company: str) -> float:
    """A company's discount rate: its own, or else the case's."""
    own = next((row.discount_rate for row in case.rows(Company) if row.company == company), None)
    return case.settings.discount_rate if own is None else own


def frame_of(name: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows of a table with its defaults where nothing is said."""
    return pl.DataFrame([TABLES[name].model_validate(row).model_dump() for row in rows], schema=schema(name)) if rows else empty(name)


def guest_case(case: Case, sides: Sequence[Side], rate: float, made: Mapping[str, Floats] | None = None) -> Case:
    """The case of guests alone, each with its alternatives; `made`: cars of an offer that come from the host in each period."""
    places = [place for side in sides for place in _places(case, side)]
    for side in sides:
        cars = None if made is None else made.get(side.offer.offer)
        if cars is not None and cars.any():
            limit = float(np.max(cars / case.calendar.years))
            name = _gate(side)
            places.append(_place(case, side, name, Alternative(**_free(side, name, limit)), limit))
    purse = sides[0].offer.company
    products = {side.offer.product: side for side in sides}
    tables = {name: case.table(name) for name in ("rates",)}
    tables |= {"shift_models": case.active("shift_models")}
    tables["companies"] = frame_of("companies", [{"company": purse, "role": "owner", "discount_rate": rate}])
    lives = {row.product: row for row in case.rows(Product)}
    tables["products"] = frame_of(
        "products",
        [{"product": name, "sop": _later(lives[str(name)].sop, side), "eop": lives[str(name)].eop} for name, side in products.items()],
    )
    for name in ("plants", "lines", "routes"):
        tables[name] = frame_of(name, [place[name] for place in places])
    tables["markets"] = frame_of("markets", [_market(side) for side in products.values()])
    tables["demand"] = frame_of("demand", [_demand(side) for side in products.values()])
    return Case(case.settings, tables)


def supplied(sides: Sequence[Side], made: Mapping[str, Floats]) -> Callable[[Model], None]:
    """The rule that no more cars come from the host than it builds, for `solve(..., restrict=...)`."""

    def rule(model: Model) -> None:
        data, x = model.data, model.decisions
        for side in sides:
            for r, route in enumerate(data.routes):
                if route.line == _gate(side) and route.product == side.offer.product:
                    rows = model.program.rows(
                        "supplied", {"period": (list(data.periods), np.arange(data.horizon))}, -np.inf, made[side.offer.offer] / KILO
                    )
                    model.program.terms(rows, x.makes[r], 1.0)

    return rule


def coalition_case(case: Case, sides: Sequence[Side], others: Sequence[Side] = ()) -> Case:
    """The owner and these guests as one company that knows no fees; offers of the `others` are not made.

    The guests' products become own ones, possible on the same lines, sold to their buyers at what a car is worth; their
    alternatives become plants. Purse, discount rate, cash and policies are the owner's; policies without a plant or product in
    their scope go on to be about the owner's plants and products only.
    """
    names = [side.offer.offer for side in (*sides, *others)]
    own = case.active("plants").filter(pl.col("company").is_null() | (pl.col("company") == case.owner))["plant"].to_list()
    cars = case.active("products").filter(pl.col("company").is_null() | (pl.col("company") == case.owner))["product"].to_list()
    merged = without(case, names)
    if not sides:
        return merged
    for name, made in _merged_tables(case, sides).items():
        merged = merged.with_table(name, pl.concat([merged.table(name), made]))
    ours = {str(side.offer.product): side for side in sides}
    products = merged.table("products").with_columns(
        company=pl.when(pl.col("product").is_in(list(ours))).then(None).otherwise(pl.col("company")),
        material_cost=pl.when(pl.col("product").is_in(list(ours))).then(0.0).otherwise(pl.col("material_cost")),
        sop=pl.when(pl.col("product").is_in(list(ours))).then(
            pl.col("product").replace_strict({name: _later(None, side) for name, side in ours.items()}, default=None, return_dtype=pl.Date)
        ).otherwise(pl.col("sop")),
    )  # fmt: skip
    return _scoped(merged.with_table("products", products), own, cars)


def _merged_tables(case: Case, sides: Sequence[Side]) -> dict[str, pl.DataFrame]:
    """Rows that guests bring into a coalition."""
    places = [place for side in sides for place in _places(case, side)]
    tables = {name: frame_of(name, [place[name] for place in places]) for name in ("plants", "lines", "routes")}
    tables["markets"] = frame_of("markets", [_market(side) for side in sides])
    tables["demand"] = frame_of("demand", [_demand(side) for side in sides])
    if case.active("lanes").height:
        at = {line.line: line.plant for line in case.rows(Line)}
        pairs = {(at[r.line], _buyers(side)) for side in sides for r in case.rows(Route) if r.product == side.offer.product}
        pairs |= {(place["plants"]["plant"], _buyers(side)) for side in sides for place in _places(case, side)}
        tables["lanes"] = frame_of("lanes", [{"plant": plant, "market": market} for plant, market in sorted(pairs)])
    return tables


def _scoped(case: Case, plants: list[str], products: list[str]) -> Case:
    """Policies that said nothing of plants or products are about the owner's, as before."""
    by_plant, by_product = ("open_plants", "capacity", "co2"), ("lost_cars",)

    def scope(row: dict[str, Any]) -> str:
        kinds = {part.partition(":")[0].strip() for part in row["scope"].split(";")}
        more = []
        if row["measure"] in by_plant and not kinds & {"plant", "country", "region"}:
            more = [f"plant:{name}" for name in plants]
        if row["measure"] in by_product and not kinds & {"product", "family", "company"}:
            more = [f"product:{name}" for name in products]
        return ";".join([part for part in [row["scope"].strip()] if part] + more)

    frame = case.table("policies")
    return case.with_table(
        "policies", frame.with_columns(pl.Series("scope", [scope(row) for row in frame.iter_rows(named=True)], dtype=pl.String))
    )


def _later(day: Any, side: Side) -> Any:
    """The guest sells its cars from the earliest start of its offer on."""
    days = [one for one in (day, side.offer.earliest_start) if one is not None]
    return max(days) if days else None


def _gate(side: Side) -> str:
    return f"{GATE} of {side.offer.offer}"[:120]


def _buyers(side: Side) -> str:
    return f"Buyers of {side.offer.product}"[:120]


def _market(side: Side) -> dict[str, Any]:
    return {"market": _buyers(side), "country": NOWHERE, "currency": side.value.currency}


def _demand(side: Side) -> dict[str, Any]:
    return {"product": side.offer.product, "market": _buyers(side), "cars": side.wanted, "net_price": side.value.car_value}


def _free(side: Side, name: str, limit: float) -> dict[str, Any]:
    return {"alternative": name, "company": side.offer.company, "product": side.offer.product, "cost_per_car": 0.0, "cars_max": limit}


def _places(case: Case, side: Side) -> list[dict[str, dict[str, Any]]]:
    """A plant, a line and a route for each alternative of a guest."""
    return [_place(case, side, f"Elsewhere: {row.alternative}"[:120], row, _most(row, side)) for row in side.alternatives]


def _most(row: Alternative, side: Side) -> float:
    return side.wanted if row.cars_max is None else row.cars_max


def _place(case: Case, side: Side, name: str, row: Alternative, limit: float) -> dict[str, dict[str, Any]]:
    """A place that builds at most so many cars a year, under the shift model that is cheapest to change to."""
    working = [s for s in case.rows(ShiftModel) if s.hours_per_week * s.weeks_per_year > 0]
    shift = min(working, key=lambda s: (s.change_cost, s.hours_per_week * s.weeks_per_year, s.shift_model))
    least = min(s.hours_per_week * s.weeks_per_year for s in working)
    ready = row.opening_cost == 0 and row.fixed_cost == 0 and row.earliest_open is None
    plant = {
        "plant": name, "country": NOWHERE, "state": "running" if ready else "potential", "decision": "keep" if ready else "may_open",
        "currency": row.currency, "fixed_cost": row.fixed_cost, "mothball_cost": 0.0, "opening_cost": row.opening_cost,
        "earliest_open": row.earliest_open,
    }  # fmt: skip
    line = {"line": name, "plant": name, "jph": limit / least, "shift_now": shift.shift_model if ready else None}
    route = {"product": side.offer.product, "line": name, "currency": row.currency, "variable_cost": row.cost_per_car, "max_rate": limit}
    return {"plants": plant, "lines": line, "routes": route}
