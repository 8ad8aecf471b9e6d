"""The tables of what could come: how demand could differ from what is planned, by distributions or by futures of one's own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from brownfield.case.columns import Amount, Date, Months, Name, Rate, Share, Table, Text, col

Correlated = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]


class Uncertainty(Table):
    """Something about demand that nobody knows: a factor on it, from a distribution. All that fit a demand row are multiplied."""

    uncertainty: Name = col("short name of it", key=True)
    product: Name | None = col(
        "the product it is about; a guest's: what the guest takes", default=None, ref="products", blank="every product of the owner"
    )
    market: Name | None = col("the market it is about", default=None, ref="markets", blank="every market")
    distribution: Literal["normal", "lognormal", "triangular", "uniform", "two-point", "certain"] = col("its shape", default="certain")
    middle: Amount = col("mean of the factor (triangular: the likeliest); 1 is demand as planned", "factor", default=1.0, evidence=True)
    spread: Amount | None = col("standard deviation of the factor", "factor", default=None, blank="not normal or lognormal", evidence=True)
    low: Amount | None = col(
        "least factor; normal, lognormal: none below it is drawn", "factor", default=None, blank="normal, lognormal: 0", evidence=True
    )
    high: Amount | None = col(
        "greatest factor; normal, lognormal: none above it is drawn", "factor", default=None, blank="no limit", evidence=True
    )
    chance: Share | None = col("two-point: how likely the high factor is", "share", default=None, blank="one half", evidence=True)
    growth: Rate = col("growth a year on top of the demand rows, in the mean", "share/year", default=0.0, evidence=True)
    growth_spread: Share = col("standard deviation of that growth", "share/year", default=0.0, evidence=True)


class Correlation(Table):
    """How two uncertainties go together; pairs that are not named are independent."""

    first: Name = col("one uncertainty", key=True, ref="uncertainties")
    second: Name = col("the other one", key=True, ref="uncertainties")
    correlation: Correlated = col("correlation of the two (of their normal scores)", evidence=True)


class Shock(Table):
    """Something that may happen once to demand, lasts some time, and passes."""

    shock: Name = col("short name of it", key=True)
    product: Name | None = col(
        "the product it hits; a guest's: what the guest takes", default=None, ref="products", blank="every product of the owner"
    )
    market: Name | None = col("the market it hits", default=None, ref="markets", blank="every market")
    chance: Share = col("how likely it begins within a year, as long as it has not", "share/year", evidence=True)
    factor: Amount = col("factor on demand while it lasts", "factor", evidence=True)
    length_months: Months | None = col("how long it lasts", "months", default=None, blank="to the end of the plan", evidence=True)
    earliest_start: Date | None = col("does not begin before this day", "date", default=None, blank="any time")


class Future(Table):
    """One way demand could turn out, with how likely it is: a scenario table of one's own instead of distributions."""

    future: Name = col("the future", key=True)
    meaning: Text = col("what it stands for", default="")
    probability: Share = col("how likely it is; all together 1", "share", evidence=True)


class FutureDemand(Table):
    """What demand is in a future, as a factor on the demand rows; where no row says otherwise it is as planned."""

    future: Name = col("the future", key=True, ref="futures")
    product: Name = col("the product; a guest's: what the guest takes", key=True, ref="products")
    market: Name | None = col("the market", key=True, default=None, ref="markets", blank="every market not named in another row")
    period: Text = col("a period, a calendar year, or blank", key=True, default="", blank="every period not named in another row")
    factor: Amount = col("factor on demand", "factor", evidence=True)


FUTURES_TABLES: dict[str, type[Table]] = {
    "uncertainties": Uncertainty,
    "correlations": Correlation,
    "shocks": Shock,
    "futures": Future,
    "future_demand": FutureDemand,
}
"""The tables of the futures by name, in the order of reading; a case may do without any of them."""
