"""Correlation matrices: whether a matrix is one, the nearest one that is, and its square root."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LEAST = -1e-9
"""Eigenvalues down to this are rounding; a matrix with a smaller one is no correlation matrix."""

ROUNDS, ENOUGH = 2000, 1e-9
"""Rounds of projection at most, and the change at which they end."""


def is_correlation(matrix: Floats) -> bool:
    """Whether numbers could have these correlations: no eigenvalue lies below zero."""
    return len(matrix) == 0 or float(np.linalg.eigvalsh(matrix)[0]) >= LEAST


def root(matrix: Floats) -> Floats:
    """The symmetric square root of a correlation matrix: unlike eigenvectors, there is only one."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)


def nearest_correlation(matrix: Floats, named: npt.NDArray[np.bool_]) -> Floats:
    """The nearest correlation matrix in which only the pairs named differ from 0 (Higham 2002, with Dykstra's correction).

    matrix: symmetric, ones on the diagonal; named: which pairs may differ from 0, symmetric. Alternating projections onto the
    matrices without an eigenvalue below zero and onto those with ones on the diagonal and zeros where nothing is named.
    """
    found, correction = matrix.copy(), np.zeros_like(matrix)
    for _ in range(ROUNDS):
        before = found
        values, vectors = np.linalg.eigh(found - correction)
        inside = (vectors * np.maximum(values, 0.0)) @ vectors.T
        correction = inside - (found - correction)
        found = np.where(named, inside, 0.0)
        np.fill_diagonal(found, 1.0)
        if np.abs(found - before).max() < ENOUGH:
            break
    return _valid(np.clip(found, -1.0, 1.0))


def _valid(matrix: Floats) -> Floats:
    """Rounded to four decimals, and drawn towards independence until the rounded matrix is a correlation matrix."""
    shrink = 0.0
    while True:
        rounded = np.round((1 - shrink) * matrix + shrink * np.eye(len(matrix)), 4)
        if is_correlation(rounded):
            return rounded
        shrink = 2 * shrink + 1e-4
