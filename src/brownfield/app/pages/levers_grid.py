"""Any table of a case as a grid: checked while it is typed, and again before it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nicegui import events, ui

from brownfield.app.frame import of_disk, words
from brownfield.app.grid import PAGE, columns_of, rows_of, tables_of, text_of
from brownfield.app.pages.levers_rows import rows

if TYPE_CHECKING:
    from brownfield.app.pages.levers import Bench
    from brownfield.case.case import Case


def grid(bench: Bench) -> None:
    """The choice of a table, the search in its keys, the rows page by page, and what is wrong with the last thing typed."""
    tables = tables_of(bench.case)
    with ui.element("section") as place:
        words("h2", "Every table")
        with ui.element("div").classes("row-of"):
            table = ui.select(tables, value="demand", label="Table").props("outlined dense").classes("field")
            search = ui.input("Rows whose key has").props("outlined dense clearable debounce=300").classes("field")
            back = ui.button("Earlier rows", on_click=lambda: turn(-1)).props("no-caps outline")
            on = ui.button("Later rows", on_click=lambda: turn(1)).props("no-caps outline")
            where = ui.label("").props('role="status"')
        wrong = ui.label("").classes("wrong").props('role="alert"')
        sheet = ui.aggrid(_options(), auto_size_columns=False).classes("sheet")
        rows(bench, lambda: str(table.value), lambda: of_disk(_with_edits, bench), sheet.get_selected_rows, search.set_value)
    at = {"page": 0, "height": 0, "drawn": 0}
    shown = [""]  # the table in the grid

    async def draw() -> None:
        at["drawn"] += 1
        this = at["drawn"]
        case, name = await of_disk(_with_edits, bench), str(table.value)
        found, height = await of_disk(rows_of, case, name, bench.draft.edits, search.value or "", at["page"])
        if this != at["drawn"]:  # what is drawn since then knows more
            return
        at["height"] = height
        if name == shown[0]:
            sheet.run_grid_method("setGridOption", "rowData", found)  # ticks, focus and scroll stay
        else:
            shown[:] = [name]
            sheet.options.update(columnDefs=columns_of(name), rowData=found)  # makes the grid anew
        first = at["page"] * PAGE
        where.text = f"rows {first + 1:,} to {first + len(found):,} of {at['height']:,}" if found else "no rows"
        back.set_enabled(at["page"] > 0)
        on.set_enabled(first + PAGE < at["height"])

    async def turn(pages: int) -> None:
        at["page"] = max(0, at["page"] + pages)
        await draw()

    async def chosen() -> None:
        at["page"] = 0
        wrong.text = ""
        await draw()

    async def typed(event: events.GenericEventArguments) -> None:
        told: dict[str, Any] = event.args
        row, column = str(told["data"]["_key"]), str(told["colId"])
        edit = {"table": table.value, "row": row, "column": column, "action": "set", "value": text_of(told["newValue"])}
        found = bench.put(edit)
        wrong.text = f"Not kept: {row}, {column}: {found}" if found else ""
        if found:
            await draw()

    table.on_value_change(chosen)
    search.on_value_change(chosen)
    sheet.on("cellValueChanged", typed)

    def again() -> None:
        with place:
            ui.timer(0, draw, once=True)

    bench.heard.append(again)
    ui.timer(0, chosen, once=True)


def _options() -> dict[str, Any]:
    return {
        "columnDefs": [],
        "rowData": [],
        "defaultColDef": {"width": 150, "resizable": True, "sortable": False},
        "rowSelection": {"mode": "multiRow", "checkboxes": True, "headerCheckbox": True, "enableClickSelection": False},
        "selectionColumnDef": {"pinned": "left", "width": 46},
        "stopEditingWhenCellsLoseFocus": True,
        "invalidEditValueMode": "block",
        "enableBrowserTooltips": True,
        "undoRedoCellEditing": False,
        "suppressFieldDotNotation": True,
        ":getRowId": "(params) => params.data._key",
    }


def _with_edits(bench: Bench) -> Case:
    """The case as the edits make it, nothing but their cells checked."""
    from brownfield.case.edits import Edit, applied

    return applied(bench.case, [Edit(**edit) for edit in bench.draft.edits])[0]
