"""How far a number may stray before a rule calls it broken, and how numbers are written in a sentence."""

from __future__ import annotations

import math

RELATIVE = 1e-6
ABSOLUTE = 1e-4


def slack(*sizes: float) -> float:
    """Room left for the arithmetic of a solver: a millionth of the size of the quantity, and a ten-thousandth of a car or head."""
    return ABSOLUTE + RELATIVE * max((abs(size) for size in sizes if math.isfinite(size)), default=0.0)


def num(value: float) -> str:
    """A number as it stands in a sentence: 31,200 or 0.25, never -0."""
    if not math.isfinite(value):
        return str(value)
    if abs(value) >= 100 and abs(value - round(value)) < 5e-3:
        return f"{value:,.0f}"
    text = f"{value:,.2f}" if abs(value) >= 100 else f"{value:.4g}"
    return "0" if float(text.replace(",", "")) == 0 else text


def heads(value: float) -> str:
    """A number of people in words."""
    return f"{num(value)} {'person' if num(value) == '1' else 'people'}"
