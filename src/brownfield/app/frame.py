"""What every page has: the look, the way round, and problems said in full instead of a page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup, escape
from nicegui import run, ui

from brownfield.errors import CaseError

STYLE = Path(__file__).parent / "app.css"

WAY = (
    ("/verdict", "Verdict"), ("/builds", "Who builds what"), ("/levers", "Levers"), ("/compare", "Scenarios"), ("/deal", "Deal"),
    ("/conditions", "What would have to be true"), ("/evidence", "Evidence"), ("/line", "Line"), ("/risk", "Risk"), ("/runs", "Runs"),
)  # fmt: skip
"""The pages of a case in the order of the way round."""


def link(page: str, **asked: object) -> str:
    """The address of a page."""
    told = {name: value for name, value in asked.items() if value not in (None, "", [])}
    return page + (f"?{urlencode(told, doseq=True)}" if told else "")


@contextmanager
def frame(title: str, case: str = "", here: str = "") -> Iterator[None]:
    """A page: the head with the way round, and the place for what it shows."""
    ui.page_title(f"{title} - Brownfield")
    with ui.header(fixed=False, elevated=False).classes("top"):
        ui.link("Brownfield", "/").classes("brand")
        with ui.element("nav").props('aria-label="Pages"'):
            for page, name in WAY if case else ():
                made = ui.link(name, link(page, case=case))
                if page == here:
                    made.props('aria-current="page"')
    with ui.element("div").classes("paper"):
        yield


def words(tag: str, text: str, classes: str = "") -> Any:
    """A text in an element of its own; whatever it holds is shown as text."""
    element = ui.element(tag).classes(classes)
    with element:
        ui.html(str(escape(text)), sanitize=False, tag="span")
    return element


def sentence(text: str) -> str:
    """A text with a capital first and one full stop last; the names in it stay as they are."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def fragment(text: str) -> Any:
    """A section of a report, written by its templates, which escape all that comes from a case."""
    return ui.html(text, sanitize=False).classes("report")


def problems(found: Sequence[dict[str, Any]], sheets: Sequence[dict[str, Any]] = ()) -> None:
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
                    words("p", f"Found {problem['found']}; expected {problem['expected']}. {sentence(problem['fix'])}")
        if len(found) > 200:
            words("p", f"and {len(found) - 200} more")
    for sheet in sheets:
        rows = [[row[0], *(_marked(cell, sheet["wrong"].get(f"{row[0]}|{i}")) for i, cell in enumerate(row[1:]))] for row in sheet["rows"]]
        table(f"Rows of {sheet['file']} with problems", ("row", *sheet["header"]), rows, 100)


def _marked(cell: str, wrong: str | None) -> object:
    """A cell of a table; one that is wrong is marked, and says why."""
    if wrong is None:
        return cell
    return Markup('<strong class="bad" title="{}">{}<span class="unseen"> ({})</span></strong>').format(wrong, cell or "blank", wrong)


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
            with ui.element("div").classes("paper"):
                problems([problem.as_dict() for problem in error.problems], getattr(error, "sheets", []))

    return page


def table(caption: str, head: Sequence[str], rows: Sequence[Sequence[object]], text_columns: int = 1) -> Any:
    """A table in the look of the report. Whatever is not Markup is shown as text."""
    tops = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(Markup(' class="words"') if i < text_columns else "", name)
        for i, name in enumerate(head)
    )
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                Markup("<td{}>{}</td>").format(Markup(' class="words"') if i < text_columns else "", cell) for i, cell in enumerate(row)
            )
        )
        for row in rows
    )
    return fragment(
        Markup(
            '<div class="scroll" tabindex="0" role="region" aria-label="{}"><table><caption>{}</caption>'
            "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
        ).format(caption, caption, tops, body)
    )


def anchor(text: str, place: str) -> Markup:
    """A link as a cell of a table."""
    return Markup('<a href="{}">{}</a>').format(place, text)
