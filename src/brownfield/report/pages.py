"""A page for the result of a study: one HTML file of sentences, figures, charts and tables, without scripts or anything fetched."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from brownfield.case.case import Case
from brownfield.report.drawing import Picture
from brownfield.report.tables import Sheet

TEMPLATE = "page.html.j2"


@dataclass(frozen=True)
class Fact:
    """One figure at the top of a page."""

    words: str
    figure: str
    note: str = ""


@dataclass(frozen=True)
class Part:
    """One section of a page: sentences first, then charts, then tables; `folded` ones are shown when asked for."""

    key: str
    heading: str
    sentences: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    folded: tuple[Sheet, ...] = ()


@dataclass(frozen=True)
class Page:
    """A page: what it is about, a badge with its colour (proved, feasible or infeasible), the answer in a sentence, the sections."""

    kind: str
    heading: str
    badge: str
    colour: str
    lead: str
    facts: tuple[Fact, ...]
    parts: tuple[Part, ...]
    again: str


def as_html(page: Page, case: Case) -> str:
    """A page as text."""
    return environment().get_template(TEMPLATE).render(**shown(page, case))


def shown(page: Page, case: Case) -> dict[str, Any]:
    """All that the template shows, by the names it has there."""
    return {
        "page": page,
        "css": Markup(style()),
        "version": version("brownfield"),
        "name": case.settings.name,
        "digest": case.digest,
        "first": case.calendar.names[0],
        "last": case.calendar.names[-1],
        "mark": lambda text: "",
        "marks": lambda claims: "",
    }


@cache
def environment() -> Environment:
    """The templates."""
    loader = PackageLoader("brownfield.report", "templates")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["drawing"] = Markup
    return environment


@cache
def style() -> str:
    """The look of every page."""
    return (Path(__file__).parent / "templates" / "style.css").read_text(encoding="utf-8")
