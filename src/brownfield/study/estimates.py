"""Figures drawn from many futures, each with the interval in which the true one lies in 19 cases out of 20."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SURE = 1.959963984540054
"""Standard errors on either side of an estimate: 95 %."""


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval; a figure from futures that are listed, not drawn, is exact and its interval is a point."""

    value: float
    low: float
    high: float

    @property
    def half(self) -> float:
        """Half the width of the interval."""
        return (self.high - self.low) / 2


def mean(values: Floats, weights: Floats, *, exact: bool) -> Estimate:
    """The expected value: Σ weight · value, ± 1.96 standard errors."""
    middle = float(weights @ values)
    if exact or len(values) < 2:
        return Estimate(middle, middle, middle)
    half = SURE * float(np.sqrt((weights**2) @ (values - middle) ** 2 * len(values) / (len(values) - 1)))
    return Estimate(middle, middle - half, middle + half)


def tail_mean(values: Floats, weights: Floats, share: float, *, exact: bool) -> Estimate:
    """The expected value in the worst share of all futures (CVaR): q − E[max(0, q − value)] / share, q the quantile there.

    Fewer than five futures in the tail say nothing of how sure it is: its interval has no ends then.
    """
    quantile = quantiles(values, weights, [share])[0]
    below = np.maximum(quantile - values, 0.0) / share
    found = mean(below, weights, exact=exact)
    if not exact and len(values) * share < 5:
        return Estimate(quantile - found.value, -np.inf, np.inf)
    return Estimate(quantile - found.value, quantile - found.high, quantile - found.low)


def chance(happened: npt.NDArray[np.bool_], weights: Floats, *, exact: bool) -> Estimate:
    """How likely something is, with Wilson's interval, which is never empty: what was never seen may still happen."""
    share = min(1.0, float(weights @ happened))
    if exact:
        return Estimate(share, share, share)
    size = 1.0 / float(weights @ weights)
    middle = (share + SURE**2 / (2 * size)) / (1 + SURE**2 / size)
    half = SURE / (1 + SURE**2 / size) * float(np.sqrt(share * (1 - share) / size + SURE**2 / (4 * size**2)))
    return Estimate(share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half)))


def quantiles(values: Floats, weights: Floats, shares: list[float]) -> list[float]:
    """The least values that are not exceeded with at least these probabilities."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    places = np.minimum(np.searchsorted(reached, np.asarray(shares) - 1e-12), len(values) - 1)
    return [float(value) for value in values[order][places]]
