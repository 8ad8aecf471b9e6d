"""Where a figure comes from: the lines of the ledger, the cells behind them, who says so and in which words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fastapi import Query
from nicegui import ui

from brownfield.app.asked import base_of, case_of
from brownfield.app.desk import Desk
from brownfield.app.frame import anchor, frame, link, of_disk, table, told, words
from brownfield.app.running import runs_of
from brownfield.app.runs import Run
from brownfield.errors import CaseError, Problem, Where, shown

if TYPE_CHECKING:
    from brownfield.evidence.trace import TracedCell

KEYS = ("plant", "line", "product", "market", "offer", "supplier", "policy", "period")

MOST = 100
"""Lines and cells that are shown at once."""


def register(desk: Desk) -> None:
    """Give the page its address."""

    @ui.page("/trace", response_timeout=60)
    @told
    async def trace(
        run: str, item: str = "", cell: list[str] = Query(default=[]), plant: str = "", line: str = "", product: str = "", market: str = "",  # noqa: B008
        offer: str = "", supplier: str = "", policy: str = "", period: str = "",
    ) -> None:  # fmt: skip
        job = runs_of(desk).get(run)
        given = (plant, line, product, market, offer, supplier, policy, period)
        about = {name: value for name, value in zip(KEYS, given, strict=True) if value}
        cells, lines = await of_disk(_behind, desk, job, item, about, cell)
        with frame("Where it comes from", str(job.asked["case"])):
            words("h1", f"Where it comes from: {item or 'one figure'}")
            words("p", ", ".join(f"{name} {value}" for name, value in about.items()) or ("all of it" if item else ""), "note")
            ui.link("Back to the verdict", link("/verdict", case=job.asked["case"], run=run))
            if lines:
                _ledger(job, item, about, lines)
            words("h2", f"{len(cells)} cell{'' if len(cells) == 1 else 's'} of the case" if cells else "Reckoned from no cell of the case")
            with ui.element("ol").classes("cells"):
                for one in cells[:MOST]:
                    _cell(one)
            if len(cells) > MOST:
                words("p", f"and {len(cells) - MOST} more: choose a line of the ledger above for those behind it", "note")


def _behind(
    desk: Desk, job: Run, item: str, about: dict[str, str], names: Sequence[str]
) -> tuple[Sequence[TracedCell], list[dict[str, Any]]]:
    """The cells behind a figure of a run, and the lines of its ledger."""
    from brownfield.evidence.cells import Cell
    from brownfield.evidence.trace import trace, traced
    from brownfield.plan.ledger import ITEMS

    if not job.told.get("base"):
        raise CaseError([Problem("BF505", Where("runs"), "a run without a result", "a run with one", "choose one on the page Runs")])
    case = case_of(base_of(desk, {**job.asked, "base": job.told["base"]}), job.asked)
    if names:
        parts = [name.split("|", 2) for name in names[:MOST]]
        try:
            return traced(case, [Cell(table, row, column) for table, column, row in parts]), []
        except (KeyError, ValueError):
            found = shown(", ".join(names))
            raise CaseError([Problem("BF508", Where("trace"), found, "cells of the case", "follow a link of the verdict")]) from None
    if item not in ITEMS:
        raise CaseError([Problem("BF508", Where("trace"), shown(item), "an item of the ledger", "follow a link of the verdict")])
    return trace(case, {"item": item, **about}).cells, _lines(job, item, about)


def _lines(job: Run, item: str, about: dict[str, str]) -> list[dict[str, Any]]:
    """Lines of the ledger as they were kept with the plan, the largest first."""
    import polars as pl

    file = job.folder / "plan" / "books" / "postings.csv"
    if not file.is_file():
        return []
    frame = pl.read_csv(file, schema_overrides=dict.fromkeys(KEYS, pl.String)).filter(pl.col("item") == item)
    for name, value in about.items():
        frame = frame.filter(pl.col(name) == value)
    return frame.sort(pl.col("amount").abs(), descending=True).to_dicts()


def _ledger(job: Run, item: str, about: dict[str, str], lines: list[dict[str, Any]]) -> None:
    """Lines of the ledger, each with a link to what is behind it alone."""
    used = [name for name in KEYS if any(line[name] for line in lines)]
    currency = job.told["case"]["currency"]
    total = sum(line["amount"] for line in lines)
    words("h2", f"{len(lines)} line{'' if len(lines) == 1 else 's'} of the ledger, {total:,.3f} million {currency} in all")
    rows = []
    for line in lines[:MOST]:
        alone = link("/trace", run=job.name, item=item, **{name: line[name] for name in used})
        rows.append([*(line[name] or "" for name in used), f"{line['amount']:,.3f}", anchor("this line", alone) if len(lines) > 1 else ""])
    table(f"Lines of the ledger: {item}", (*used, f"million {currency}", "trace"), rows, len(used))
    if len(lines) > MOST:
        words("p", f"and {len(lines) - MOST} smaller lines", "note")


def _cell(one: TracedCell) -> None:
    """A cell: what it is, its value and address, who says so, in which words, and what others say."""
    with ui.element("li"):
        words("strong", f"{one.meaning}: {one.value if one.value is not None else 'blank'} {one.unit}".strip())
        words("p", f"{one.where}", "note")
        if one.claim is None:
            words(
                "p",
                "An assumption: no source says so."
                if one.disputed is None
                else f"An assumption; {one.disputed.source} says {one.disputed.value}.",
            )
        else:
            if one.claim.quote:
                words("blockquote", f"“{one.claim.quote}”")
            said = " repeating ".join(
                f"{source.title or source.source}{f', {source.published}' if source.published else ''}" for source in one.chain
            )
            words("p", f"{one.claim.standing}: {said or one.claim.source}{f', {one.claim.place}' if one.claim.place else ''}")
        for claim in one.others:
            words("p", f"Another source, {claim.source}, says {claim.value}" + (f": “{claim.quote}”" if claim.quote else "."), "note")
