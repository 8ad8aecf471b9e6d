"""Rows of the program in plain text, so that a reader can check the maths by reading it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from brownfield.model.program import Program


def rows_of(program: Program, family: str) -> Iterator[str]:
    """Every row of one rule: `capacity[Line1, 2026Q1]: + 1 makes[Note, Line1, 2026Q1] - 38.4 runs[Line1, one_shift, 2026Q1] <= 0`."""
    start, index, value = program.matrix()
    low, high = program.row_bounds()
    for block in program.family(family):
        for row in range(block.first, block.first + block.count):
            span = slice(start[row], start[row + 1])
            terms = " ".join(_term(program, int(c), float(v)) for c, v in zip(index[span], value[span], strict=True))
            name = ", ".join(block.key(row).values())
            yield f"{family}[{name}]: {terms or '0'} {_bounds(float(low[row]), float(high[row]))}"


def _term(program: Program, column: int, value: float) -> str:
    block = next(b for b in program.column_blocks if b.first <= column < b.first + b.count)
    return f"{'-' if value < 0 else '+'} {abs(value):.6g} {block.name}[{', '.join(block.key(column).values())}]"


def _bounds(low: float, high: float) -> str:
    if low == high:
        return f"= {low:.6g}"
    if np.isinf(low):
        return f"<= {high:.6g}"
    return f">= {low:.6g}" if np.isinf(high) else f"in {low:.6g} .. {high:.6g}"
