"""What every page has: the look, the way round, and problems said in full instead of a page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from nicegui import run, ui

from brownfield.app.desk import Desk
from brownfield.errors import CaseError

STYLE = Path(__file__).parent / "app.css"


def link(page: str, **asked: object) -> str:
    """The address of a page."""
    told = {name: value for name, value in asked.items() if value not in (None, "", [])}
    return page + (f"?{urlencode(told, doseq=True)}" if told else "")


@contextmanager
def frame(title: str, case: str = "", pages: Sequence[tuple[str, str]] = (), here: str = "") -> Iterator[None]:
    """A page: the head with the way round, and the place for what it shows."""
    ui.page_title(f"{title} - Brownfield")
    with ui.header(fixed=False, elevated=False).classes("top"):
        ui.link("Brownfield", "/").classes("brand")
        with ui.element("nav").props('aria-label="Pages"'):
            for page, words in pages:
                made = ui.link(words, link(page, case=case))
                if page == here:
                    made.props('aria-current="page"')
    with ui.element("div").classes("paper").props('id="content"'):
        yield


def words(tag: str, text: str, classes: str = "") -> Any:
    """A text in an element of its own; whatever it holds is shown as text."""
    element = ui.element(tag).classes(classes)
    with element:
        ui.html(_escaped(text), sanitize=False, tag="span")
    return element


def _escaped(text: str) -> str:
    from html import escape

    return escape(text)


def fragment(text: str) -> Any:
    """A section of a report, written by its templates, which escape all that comes from a case."""
    return ui.html(text, sanitize=False).classes("report")


def problems(found: Sequence[dict[str, Any]]) -> None:
    """Every problem with its place, what was found and expected, and how to mend it."""
    with ui.element("section").classes("problems").props('role="alert"'):
        words("h2", f"{len(found)} problem{'' if len(found) == 1 else 's'}: nothing was solved or written")
        with ui.element("ul"):
            for problem in found[:200]:
                place = ", ".join(
                    str(part)
                    for part in (
                        problem["file"],
                        f"row {problem['row']}" if problem["row"] is not None else "",
                        f"column {problem['column']}" if problem["column"] else "",
                        f"cell {problem['cell']}" if problem["cell"] else "",
                    )
                    if part
                )
                with ui.element("li"):
                    words("strong", f"{problem['code']} {place}")
                    words("p", f"Found {problem['found']}; expected {problem['expected']}. {problem['fix'].capitalize()}.")
        if len(found) > 200:
            words("p", f"and {len(found) - 200} more")


async def of_disk(call: Callable[..., Any], *given: Any) -> Any:
    """A call that reads or writes, beside the loop that serves the pages, so that other tabs go on."""
    return await run.io_bound(call, *given)


def told(build: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """A page that says its problems instead of failing."""
    from functools import wraps

    @wraps(build)
    async def page(*given: Any, **named: Any) -> None:
        try:
            await build(*given, **named)
        except CaseError as error:
            problems([problem.as_dict() for problem in error.problems])

    return page


__all__ = ["Desk", "asyncio", "fragment", "frame", "link", "of_disk", "problems", "told", "words"]
