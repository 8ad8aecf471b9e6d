"""The sections of a report one by one, to stand in a page of somebody else, word for word as in the report."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from jinja2 import Template
from markupsafe import Markup

from brownfield.case.case import Case
from brownfield.report import html, pages
from brownfield.report.charts_map import site_map
from brownfield.report.drawing import Picture
from brownfield.solve.outcome import Outcome

Mark = Callable[[object], Markup]
"""What is put behind a figure or sentence: a link to where it comes from, or nothing."""


def of_outcome(outcome: Outcome, mark: Mark) -> tuple[str, dict[str, str]]:
    """The report of an outcome as one page, and its sections by name, with `mark` behind their figures instead of footnotes."""
    template = html.environment(outcome.case.settings.base_currency).get_template(html.TEMPLATE)
    shown = html.shown(outcome)
    whole = template.render(**shown)
    names = ["verdict", *(name for name, _ in shown["contents"] if name != "notes")]
    drawn = site_map(shown["figures"]) if shown["figures"] else None
    own = shown | {"mark": mark, "marks": lambda claims: Markup(""), "contents": []}
    sections = {name: _block(template, name, own) for name in names}
    return whole, sections | ({"map": _picture(drawn)} if drawn is not None else {})


def _picture(picture: Picture) -> str:
    """A chart by itself, as it stands in a page."""
    macros = pages.environment().get_template("macros.html.j2").make_module({"mark": lambda text: "", "marks": lambda claims: ""})
    return f'<section id="{picture.key}">{macros.figure(picture)}</section>'  # type: ignore[attr-defined]


def of_evidence(case: Case, mark: Mark) -> str:
    """What rests on which source in a case, and where sources contradict each other: the section of the report, without a plan."""
    none = Outcome(case, "no_plan", None, None, None, None, None, None, 0.0, 0.0, "user")
    template = html.environment(case.settings.base_currency).get_template(html.TEMPLATE)
    return _block(template, "evidence", html.shown(none) | {"mark": mark, "marks": lambda claims: Markup("")})


def of_page(page: pages.Page, case: Case) -> tuple[str, str]:
    """The report of a study as one page, and what is inside it."""
    template = pages.environment().get_template(pages.TEMPLATE)
    shown = pages.shown(page, case)
    return template.render(**shown), _block(template, "top", shown) + _block(template, "body", shown)


def _block(template: Template, name: str, shown: Mapping[str, Any]) -> str:
    return "".join(template.blocks[name](template.new_context(dict(shown))))


@cache
def style(scope: str) -> str:
    """The look of the report, for everything inside elements of one kind: `.report`."""
    text = re.sub(r"@page[^{]*\{[^}]*\}", "", html.style())
    text = re.sub(r"(?<![\w-])(:root|html|body)(?= \{)", "&", text)
    return f"{scope} {{\n{text}\n}}\n"
