"""How futures are drawn: points spread evenly over all that could come, bent to the distributions of the case."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri
from scipy.stats import qmc

from brownfield.case.case import Case
from brownfield.case.nearest import root

Floats = npt.NDArray[np.float64]
Driver = dict[str, Any]

DIGITS = 9
"""Decimals of a factor: what lies beyond may differ from machine to machine."""

EDGE = 1e-12
"""Points stay this far from 0 and 1, where a normal distribution has no end."""


def draw_factors(case: Case, n: int, seed: int, method: Literal["sobol", "lhs"]) -> tuple[list[Driver], Floats]:
    """Every uncertainty and shock of a case by name, and its factor in each future and period, shape (drivers, n, periods)."""
    unsure = list(case.active("uncertainties").sort("uncertainty").iter_rows(named=True))
    shocks = list(case.active("shocks").sort("shock").iter_rows(named=True))
    points = unit_points(n, 2 * len(unsure) + len(shocks), seed, method)
    level = correlated(points[:, : len(unsure)], correlation_matrix(case, [row["uncertainty"] for row in unsure]))
    years = (case.calendar.starts + case.calendar.ends) / 24
    paths = np.empty((len(unsure) + len(shocks), n, len(case.calendar)))
    for d, row in enumerate(unsure):
        paths[d] = quantile(row, level[:, d])[:, None] * _growth(row, points[:, len(unsure) + d], years)
    for d, row in enumerate(shocks):
        paths[len(unsure) + d] = _shock(case, row, points[:, 2 * len(unsure) + d])
    return [*unsure, *shocks], np.round(paths, DIGITS)


def unit_points(n: int, dimensions: int, seed: int, method: Literal["sobol", "lhs"]) -> Floats:
    """N points spread over the unit cube of so many dimensions, strictly inside it, shape (n, dimensions)."""
    if dimensions == 0:
        return np.zeros((n, 0))
    if method == "lhs":
        points = qmc.LatinHypercube(dimensions, rng=np.random.default_rng(seed)).random(n)
    else:
        points = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed)).random_base2(max(n - 1, 0).bit_length())[:n]
    return np.asarray(np.clip(points, EDGE, 1 - EDGE))


def correlation_matrix(case: Case, names: list[str]) -> Floats:
    """Correlations of the uncertainties named; pairs that the case does not name are independent."""
    at = {name: i for i, name in enumerate(names)}
    matrix = np.eye(len(names))
    for first, second, value in case.active("correlations").select("first", "second", "correlation").iter_rows():
        matrix[at[first], at[second]] = matrix[at[second], at[first]] = value
    return matrix


def correlated(points: Floats, matrix: Floats) -> Floats:
    """Points whose normal scores have a correlation matrix, each column still evenly spread (a Gaussian copula)."""
    if not (matrix - np.eye(len(matrix))).any():
        return points
    return np.asarray(np.clip(ndtr(ndtri(points) @ root(matrix)), EDGE, 1 - EDGE))


def quantile(row: Driver, u: Floats) -> Floats:
    """The factor of an uncertainty that is not exceeded with probability u."""
    middle, spread, shape = row["middle"], row["spread"] or 0.0, row["distribution"]
    low, high = row["low"], row["high"]
    if shape == "two-point":
        return np.asarray(np.where(u < 1.0 - (0.5 if row["chance"] is None else row["chance"]), low, high), dtype=float)
    if shape == "uniform":
        return np.asarray(low + (high - low) * u)
    if shape == "triangular":
        share = (middle - low) / (high - low)
        rising = low + np.sqrt(u * (high - low) * (middle - low))
        return np.asarray(np.where(u < share, rising, high - np.sqrt((1 - u) * (high - low) * (high - middle))))
    if shape == "normal":
        return np.asarray(middle + spread * _within(u, (max(low or 0.0, 0.0) - middle) / spread, _end(high, middle, spread)))
    if shape == "lognormal":
        wide = np.sqrt(np.log1p((spread / middle) ** 2))
        centre = np.log(middle) - wide**2 / 2
        lowest = (np.log(low) - centre) / wide if low else -np.inf
        return np.asarray(np.exp(centre + wide * _within(u, lowest, _end(None if high is None else np.log(high), centre, wide))))
    return np.full(len(u), float(middle))


def _end(high: float | None, middle: float, spread: float) -> float:
    return np.inf if high is None else (high - middle) / spread


def _within(u: Floats, low: float, high: float) -> Floats:
    """Normal scores between two ends, shape of u."""
    first, last = ndtr(low), ndtr(high)
    return np.asarray(np.clip(ndtri(first + u * (last - first)), low, high))


def _growth(row: Driver, u: Floats, years: Floats) -> Floats:
    """Growth up to the middle of each period: (1 + growth)^years in the mean, shape (n, periods)."""
    wobble = row["growth_spread"] * years[None, :]
    return np.asarray((1.0 + row["growth"]) ** years[None, :] * np.exp(wobble * ndtri(u)[:, None] - wobble**2 / 2))


def _shock(case: Case, row: Driver, u: Floats) -> Floats:
    """A shock: 1 where it is not, its factor where it lasts, in between in periods that it covers in part, shape (n, periods).

    With a chance c a year it has begun within τ years with probability 1 − (1 − c)^τ.
    """
    calendar = case.calendar
    earliest = max(0.0, calendar.offset(row["earliest_start"])) if row["earliest_start"] else 0.0
    with np.errstate(divide="ignore"):
        wait = 12 * np.log1p(-u) / np.log1p(-row["chance"]) if 0 < row["chance"] < 1 else np.where(row["chance"] > 0, 0.0 * u, np.inf)
    begins = earliest + wait
    until = np.inf if row["length_months"] is None else begins + row["length_months"]
    starts, ends = calendar.starts[None, :], calendar.ends[None, :]
    overlap = np.minimum(ends, np.broadcast_to(until, begins.shape)[:, None]) - np.maximum(starts, begins[:, None])
    share = np.clip(overlap / (ends - starts), 0.0, 1.0)
    return np.asarray(1.0 + share * (row["factor"] - 1.0))
