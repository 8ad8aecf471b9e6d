"""Rows of a table: a new one, checked while it is typed, and those that shall not count any longer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from nicegui import ui

from brownfield.app.frame import of_disk, words
from brownfield.app.grid import NOT_BY_HAND, Cell, cells_of, new_row

if TYPE_CHECKING:
    from brownfield.app.pages.levers import Bench
    from brownfield.case.case import Case

Chosen = Callable[[], Awaitable[list[dict[str, Any]]]]
"""Asks the grid which of its rows are ticked."""


def rows(
    bench: Bench, table: Callable[[], str], case: Callable[[], Awaitable[Case]], chosen: Chosen, added: Callable[[str], object]
) -> None:
    """What can be done with rows: leave out those that are ticked, take them in again, add one, like the ticked one if there is one."""

    async def left_out(out: bool) -> None:
        keys = [str(row["_key"]) for row in await chosen()]
        if not keys:
            ui.notify("Tick rows in the grid first.")
            return
        bench.change(lambda draft: draft.left_out(table(), keys, out))

    async def begin() -> None:
        ticked = await chosen()
        cells = await of_disk(cells_of, await case(), table())
        place.clear()
        with place:
            _form(bench, table(), cells, ticked[0] if ticked else {}, place.clear, added)

    with ui.element("div").classes("row-of"):
        ui.button("Add a row", on_click=begin).props("no-caps outline")
        ui.button("Leave out the ticked rows", on_click=lambda: left_out(True)).props("no-caps outline")
        ui.button("Take them in again", on_click=lambda: left_out(False)).props("no-caps outline")
    place = ui.element("div")


def _form(
    bench: Bench, table: str, cells: list[Cell], like: dict[str, Any], close: Callable[[], object], added: Callable[[str], object]
) -> None:
    """A new row, cell by cell."""
    with ui.element("section").classes("differences"):
        words("h3", f"A new row of {table}")
        if table in NOT_BY_HAND:
            words("p", "Rows of this table are not added here: brownfield read proposes them from an article.")
            return
        words("p", "A cell marked * must be filled; any other keeps its default when it is blank.", "note")
        with ui.element("div").classes("new-row"):
            fields = {cell.column: _field(cell, "" if cell.key else str(like.get(cell.column, ""))) for cell in cells}
        wrong = ui.label("").classes("wrong").props('role="alert"')

        def add() -> None:
            bad = [name for name, one in fields.items() if not one.validate()]
            if bad:
                wrong.text = f"Not added: look at {', '.join(bad)}"
                return
            edits = new_row(table, {name: str(one.value or "") for name, one in fields.items()})
            if found := bench.put(*edits):
                wrong.text = f"Not added: {found}"
                return
            close()
            added(str(edits[0]["row"]))

        with ui.element("div").classes("row-of"):
            ui.button("Add this row", on_click=add).props("no-caps")
            ui.button("Leave it", on_click=close).props("no-caps outline")


def _field(cell: Cell, value: str) -> Any:
    """A cell as a field that says what is wrong while it is typed."""
    made = ui.input(f"{cell.column}{' *' if cell.needed else ''}", value=value, autocomplete=list(cell.words)[:500], validation=cell.wrong)
    with made:
        ui.tooltip(cell.meaning)
    return made.props("outlined dense")
