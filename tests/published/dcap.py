"""Dynamic capacity acquisition and assignment (SIPLIB): instances in the SMPS format, read as two-stage programs."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.sparse import coo_array, csr_array

from brownfield.solve.pieces import Piece
from brownfield.solve.two_stage import Future, TwoStage


def read_dcap(folder: Path, name: str, most: int | None = None) -> TwoStage:
    """An instance, its costs turned into worth; of its futures the first `most`, with chances scaled to one."""
    rows, columns, cells, right, bounds, whole = _core(folder / f"{name}.cor")
    first_column, first_row = _time(folder / f"{name}.tim")
    names = list(columns)
    today, split = names.index(first_column), [row for row in rows if row != "obj"]
    border = split.index(first_row)
    place = {row: i for i, row in enumerate(split)}
    cost = np.array([cells.get((name, "obj"), 0.0) for name in names])
    low = np.array([bounds.get(name, (0.0, 1.0 if whole[name] else np.inf))[0] for name in names])
    high = np.array([bounds.get(name, (0.0, 1.0 if whole[name] else np.inf))[1] for name in names])
    flags = np.array([whole[name] for name in names])
    kind = np.array([rows[row] for row in split])
    value = np.array([right.get(row, 0.0) for row in split])
    row_low, row_high = np.where(kind == "L", -np.inf, value), np.where(kind == "G", np.inf, value)

    def matrix(changed: dict[tuple[str, str], float]) -> csr_array:
        known = {key: v for key, v in (cells | changed).items() if key[1] != "obj"}
        at = ([place[row] for _, row in known], [columns[column] for column, _ in known])
        return csr_array(coo_array((list(known.values()), at), shape=(len(split), len(names))))

    base = matrix({})
    piece = Piece(
        -cost[:today], 0.0, low[:today], high[:today], csr_array(base[:border, :today]), row_low[:border], row_high[:border], flags[:today]
    )
    futures = []
    for chance, changed in _futures(folder / f"{name}.sto", most):
        own = matrix({key: v for key, v in changed.items() if key[1] != "obj"})[border:]
        worth = -np.array([changed.get((name, "obj"), cells.get((name, "obj"), 0.0)) for name in names[today:]])
        futures.append((chance, worth, csr_array(own[:, :today]), csr_array(own[:, today:])))
    total = sum(chance for chance, *_ in futures)
    none, own, ends = np.zeros(len(split) - border, dtype=bool), flags[today:], (row_low[border:], row_high[border:])
    return TwoStage(piece, tuple(
        Future(chance / total, worth, 0.0, low[today:], high[today:], own, one, two, *ends, none, np.zeros(today))
        for chance, worth, one, two in futures
    ))  # fmt: skip


def _core(path: Path):
    rows, columns, cells, right, bounds, whole = {}, {}, {}, {}, {}, {}
    section, integer = "", False
    for line in path.read_text().splitlines():
        if not line.strip() or line.startswith("*"):
            continue
        words = line.split()
        if not line.startswith(" "):
            section = words[0]
        elif section == "ROWS":
            rows[words[1]] = words[0]
        elif section == "COLUMNS":
            if "'MARKER'" in words:
                integer = "'INTORG'" in words
                continue
            columns.setdefault(words[0], len(columns))
            whole[words[0]] = integer
            cells.update({(words[0], row): float(v) for row, v in zip(words[1::2], words[2::2], strict=True)})
        elif section == "RHS":
            right.update({row: float(v) for row, v in zip(words[1::2], words[2::2], strict=True)})
        elif section == "BOUNDS":
            low, high = bounds.get(words[2], (0.0, np.inf))
            kind, value = words[0], float(words[3]) if len(words) > 3 else 1.0
            bounds[words[2]] = (value if kind in ("LO", "FX") else low, value if kind in ("UP", "FX") else 1.0 if kind == "BV" else high)
            whole[words[2]] = whole[words[2]] or kind == "BV"
    return rows, columns, cells, right, bounds, whole


def _time(path: Path) -> tuple[str, str]:
    """First column and first row of the second stage."""
    periods = [line.split() for line in path.read_text().splitlines() if line.startswith(" ") and len(line.split()) == 3]
    return periods[1][0], periods[1][1]


def _futures(path: Path, most: int | None) -> Iterator[tuple[float, dict[tuple[str, str], float]]]:
    chance, changed, count = 0.0, {}, 0
    for line in path.read_text().splitlines():
        words = line.split()
        if words and words[0] == "SC":
            if count:
                yield chance, changed
            if count == most:
                return
            chance, changed, count = float(words[3]), {}, count + 1
        elif count and line.startswith(" ") and len(words) == 3:
            changed[words[0], words[1]] = float(words[2])
    if count:
        yield chance, changed
