"""Who builds what: each product on each line over time, and the flows from plants to markets."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from brownfield.app.desk import Desk
from brownfield.app.flows import ALL, flows_of
from brownfield.app.frame import fragment, frame, link, of_disk, table, told, words
from brownfield.app.running import choose, runs_of, show


def register(desk: Desk) -> None:
    """Give the page its address."""

    @ui.page("/builds", response_timeout=60)
    @told
    async def builds(case: str = ".", run: str = "") -> None:
        await of_disk(desk.path, case)
        runs = runs_of(desk)
        found = [job for job in await of_disk(runs.all, case, "solve") if job.state == "done" and job.section("builds")]
        job = runs.get(run) if run else next(iter(found), None)
        with frame("Who builds what", case, "/builds"):
            if job is None:
                words("h1", "Who builds what")
                words("p", "There is no plan yet.")
                ui.link("Solve the case first", link("/verdict", case=case))
            elif show(runs, job):
                words("h1", str(job.told["case"]["title"] or job.told["case"]["name"]))
                choose(found, job, "/builds", case)
                fragment(job.section("builds"))
                await _flows(job.folder / "plan")


async def _flows(folder: Any) -> None:
    """Flows of cars for one period, of one plant, of one product."""
    flows = await of_disk(flows_of, folder)
    with ui.element("section"):
        words("h2", "Flows from plants to markets")
        with ui.element("div").classes("row-of"):
            period = ui.select(flows.periods, value=flows.periods[-1], label="Period").props("outlined dense").classes("field")
            plant = ui.select([ALL, *flows.plants], value=ALL, label="Plant").props("outlined dense").classes("field")
            product = ui.select([ALL, *flows.products], value=ALL, label="Product").props("outlined dense").classes("field")
        chart = ui.echart({}).classes("flows").props('role="img" aria-label="Flows of cars; the same figures stand in the table below"')
        place = ui.element("div")

        def draw() -> None:
            rows = flows.rows(period.value, plant.value, product.value)
            chart.options.clear()
            chart.options.update(_sankey(rows))
            chart.update()
            place.clear()
            with place:
                _table(rows)

        for one in (period, plant, product):
            one.on_value_change(draw)
        draw()


def _sankey(rows: list[tuple[str, str, str, float]]) -> dict[str, Any]:
    """Flows as a picture. The kind stands in each name, so that a plant and a market of one name stay two."""
    links: dict[tuple[str, str], float] = {}
    for product, plant, market, cars in rows:
        for pair in ((f"{product}\u200b", f"{plant}\u200c"), (f"{plant}\u200c", f"{market}\u200d")):
            links[pair] = links.get(pair, 0.0) + cars
    names = dict.fromkeys(name for pair in links for name in pair)
    data = [{"source": a, "target": b, "value": round(cars)} for (a, b), cars in links.items()]
    label = {"color": "inherit", "fontSize": 12, "overflow": "truncate", "width": 130}
    series = {"type": "sankey", "left": 4, "right": "20%", "top": 10, "bottom": 10, "nodeGap": 10, "draggable": False, "label": label,
              "lineStyle": {"color": "gradient", "opacity": 0.45}, "data": [{"name": name} for name in names], "links": data}  # fmt: skip
    return {"animation": False, "color": COLOURS, "tooltip": {"renderMode": "richText", "trigger": "item"}, "series": [series]}


COLOURS = ["#332288", "#88ccee", "#117733", "#ddcc77", "#cc6677", "#aa4499", "#44aa99", "#999933", "#882255"]
"""Nine colours that people with any kind of colour vision tell apart."""

MOST = 200
"""Flows that are listed."""


def _table(rows: list[tuple[str, str, str, float]]) -> None:
    listed = [(product, plant, market, f"{cars:,.0f}") for product, plant, market, cars in rows[:MOST]]
    table("Cars a year from plants to markets", ("product", "plant", "market", "cars a year"), listed, 3)
    if len(rows) > MOST:
        words("p", f"and {len(rows) - MOST} smaller flows", "note")
