"""Words that stand on cells of the case: they carry the names of the cells, so that a footnote can lead to who says so."""

from __future__ import annotations

from brownfield.evidence.cells import Cell


class Cited(str):
    """A figure or a sentence with the cells that it comes straight from. To everybody else it is a text."""

    cells: tuple[Cell, ...] = ()


def cited(text: str, *cells: tuple[str, str, str]) -> Cited:
    """A text that comes straight from cells, each named by table, key of the row and column."""
    found = Cited(text)
    found.cells = tuple(Cell(*cell) for cell in cells)
    return found


def cells_of(text: object) -> tuple[Cell, ...]:
    """The cells behind a text; none behind one that is only words."""
    return text.cells if isinstance(text, Cited) else ()
