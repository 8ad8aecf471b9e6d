"""From each item of the ledger to the cells it is reckoned from: one dictionary, read by the trace and by coverage."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class From:
    """Cells of one table. `by` names the keys of the posting that pick the rows; without any, all rows with something
    in them count. `first`: only for postings of the first period.
    """

    table: str
    columns: tuple[str, ...]
    by: tuple[str, ...] = ()
    first: bool = False


_PRICED = From("demand", ("cars", "net_price"), ("product", "market", "t"))
_BUILT = From("routes", ("variable_cost",), ("product", "line", "plant"))
_LAUNCHED = From("routes", ("launch_cost", "launch_lead_months"), ("product", "line"))
_OWED = (From("suppliers", ("share", "days_now"), ("supplier",)), From("term_offers", ("extra_days",), ("supplier",)))
_BOUGHT = From("products", ("material_cost",))

TEMPLATES: dict[str, tuple[From, ...]] = {
    "sales": (_PRICED,),
    "freight": (From("lanes", ("freight",), ("plant", "market")),),
    "duty": (
        From("tariffs", ("duty",), ("origin", "destination")),
        From("demand", ("net_price",), ("product", "market", "t")),
    ),
    "material": (From("products", ("material_cost",), ("product",)),),
    "variable cost": (_BUILT,),
    "lost-sale penalty": (From("demand", ("cars", "penalty"), ("product", "market", "t")),),
    "site fixed cost": (From("plants", ("fixed_cost",), ("plant",)),),
    "mothball upkeep": (From("plants", ("mothball_cost",), ("plant",)),),
    "line fixed cost": (From("lines", ("fixed_cost",), ("line",)),),
    "pay": (From("people", ("headcount", "indirect", "cost_per_head"), ("plant",)), From("lines", ("crew",), ("plant",))),
    "shift premium": (
        From("people", ("cost_per_head",), ("plant",)),
        From("lines", ("crew",), ("line",)),
        From("shift_models", ("pay_premium",)),
    ),
    "overhead": (From("companies", ("overhead",)),),
    "guest fees": (From("offers", ("fee_per_car", "volume_min", "volume_max", "expected_take", "take_or_pay"), ("offer",)),),
    "guest fixed fees": (From("offers", ("fixed_fee",), ("offer",)),),
    "rent": (From("offers", ("fixed_fee",), ("offer",)),),
    "grant": (From("offers", ("fixed_fee", "people_min"), ("offer",)),),
    "sale price": (From("offers", ("price",), ("offer",)),),
    "signing payment": (From("offers", ("price",), ("offer",)),),
    "exit fee": (From("offers", ("exit_fee",), ("offer",)),),
    "guest variable cost": (_BUILT,),
    "closure": (From("plants", ("closure_cost",), ("plant",)),),
    "site value": (From("plants", ("site_value",), ("plant",)),),
    "opening": (From("plants", ("opening_cost",), ("plant",)),),
    "idling": (From("plants", ("idling_cost",), ("plant",)),),
    "reopening": (From("plants", ("reopening_cost",), ("plant",)),),
    "shift change": (From("shift_models", ("change_cost",)),),
    "launch": (_LAUNCHED,),
    "guest launch": (_LAUNCHED, From("offers", ("launch_share",), ("offer",))),
    "hiring": (From("people", ("hire_cost",), ("plant",)),),
    "voluntary leave": (From("people", ("voluntary_pay", "voluntary_cap", "voluntary_total"), ("plant",)),),
    "redundancy": (From("people", ("redundancy_cost", "redundancy_cap"), ("plant",)),),
    "transfer": (From("people", ("transfer_cost", "transfer_cap"), ("plant",)),),
    "waiting": (From("suppliers", ("share",), ("supplier",)), From("term_offers", ("extra_days", "price"), ("supplier",)), _BOUGHT),
    "payables": (*_OWED, From("suppliers", ("payables_now",), ("supplier",), first=True), _BOUGHT),
    "payables settled": (*_OWED, _BOUGHT),
    "interest": (From("companies", ("revolver_rate", "revolver_limit", "opening_cash", "liquidity_floor")),),
    "policy price": (From("policies", ("value", "price"), ("policy",)),),
    "terminal value": (From("companies", ("discount_rate",)), From("case", ("discount_rate", "terminal_years"))),
}
"""Ledger item -> the cells its amounts are reckoned from: the prices and rates it multiplies, and those that set its
quantities. Exchange rates are added to amounts of money in other currencies. Of an item that all shift models or
products may have caused (a supplier's terms, say), every one with something in the cell counts. `case` is the settings."""

RUNNING = (
    "sales", "freight", "duty", "material", "variable cost", "lost-sale penalty", "site fixed cost", "mothball upkeep",
    "line fixed cost", "pay", "shift premium", "overhead",
)  # fmt: skip
"""Items that go on after the last period: the terminal value is reckoned from those of the last period."""
