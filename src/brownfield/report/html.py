"""The report as one HTML file: no scripts, nothing fetched, readable on a telephone and on paper."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from brownfield.report import tables, words
from brownfield.report.charts import pictures
from brownfield.report.checked import checked, run_facts, setting_facts
from brownfield.report.cited import cited
from brownfield.report.evidence import covered, grounds
from brownfield.report.figures import Figures
from brownfield.report.footnotes import Footnotes
from brownfield.report.numbers import DASH, money, share, whole
from brownfield.report.offers import offer_sentences
from brownfield.solve.outcome import Outcome

TEMPLATE = "report.html.j2"


@dataclass(frozen=True)
class Tile:
    """One figure at the top of the report."""

    words: str
    figure: str
    note: str = ""


def write_report(outcome: Outcome, path: str | Path) -> Path:
    """Write the report of an outcome as one HTML file; a file that is there is replaced only once the new one is whole."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    text = page(outcome)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return target


def page(outcome: Outcome) -> str:
    """The report as text."""
    return environment(outcome.case.settings.base_currency).get_template(TEMPLATE).render(**shown(outcome))


def shown(outcome: Outcome) -> dict[str, Any]:
    """All that the template shows, by the names it has there."""
    case = outcome.case
    figures = Figures.of(outcome) if outcome.has_plan else None
    named = _tables(outcome, figures)
    notes = Footnotes(case)
    return {
        **_told(outcome, figures),
        "name": case.settings.name,
        "heading": case.settings.title or case.settings.name,
        "first": case.calendar.names[0],
        "last": case.calendar.names[-1],
        "status": outcome.status,
        "status_words": words.badge(outcome),
        "version": version("brownfield"),
        "css": Markup(style()),
        "figures": figures,
        "pictures": pictures(outcome),
        "tables": named,
        "grounds": grounds(outcome),
        "notes": notes.found,
        "mark": notes.of,
        "marks": notes.marks,
        "digest": case.digest,
        "gap": f"{outcome.wanted_gap:g}",
        "repeatable": outcome.stopped_by == "work",
        "clock": " The clock cut this search short, so another run or machine may end with another plan." if outcome.by_clock else "",
        "contents": _contents(named, figures),
    }


def _told(outcome: Outcome, figures: Figures | None) -> dict[str, Any]:
    """What is said in words."""
    chapters = words.chapters(outcome)
    said = {"chapters": chapters, "verdict": [sentence for _, sentences in chapters for sentence in sentences]}
    said["evidence"] = words.evidence(outcome)[0] if figures else ""
    if figures is None:
        return {**said, "tiles": [], "people": [], "offers": [], "offer_sentences": [], "waiting": []}
    return {
        **said,
        "tiles": tiles(outcome, figures),
        "people": words.people(figures),
        "offers": tables.offers(figures),
        "offer_sentences": offer_sentences(figures),
        "waiting": words.waiting(figures),
    }


def tiles(outcome: Outcome, figures: Figures) -> list[Tile]:
    """The few figures that everybody asks for first."""
    base = figures.currency
    found = [Tile("worth of the plan today", money(figures.ledger.npv, base), _beaten(outcome))]
    if figures.heads:
        start, end = sum(figures.start_heads.values()), sum(heads[-1] for heads in figures.heads.values())
        found.append(Tile(f"people by the end of {figures.calendar.names[-1]}", whole(end - start), f"{whole(start)} to {whole(end)}"))
    frame = figures.ledger.cash
    if not frame.is_empty():
        low = frame.row(int(frame["cash"].arg_min() or 0), named=True)
        floor = f"floor {money(low['floor'], base)}" if low["floor"] is not None else "no floor"
        note = cited(f"{floor}; {low['period']}", ("companies", figures.case.owner, "liquidity_floor"))
        found.append(Tile("lowest cash", money(low["cash"], base, "down"), note))
    part = covered(outcome)
    if part is not None:
        found.append(Tile("of the money rests on a source", share(part), "the rest is assumption"))
    return found


def _beaten(outcome: Outcome) -> str:
    """The gap in a tile: how much better another plan could be at most."""
    if outcome.gap_money is None:
        return "not known how much better another could be"
    gap = words.gap_in_words(outcome)
    if outcome.status == "proved":
        return f"no plan is better{' by more than ' + gap if gap else ''}"
    return f"another could be better by up to {gap}"


def _tables(outcome: Outcome, figures: Figures | None) -> dict[str, Any]:
    found: dict[str, Any] = {"check": checked(outcome), "settings": setting_facts(outcome), "run": run_facts(outcome)}
    if figures is None:
        return {**found, "terms": None, "policies": None}
    return {
        **found,
        "glance": tables.glance(figures),
        "output": tables.output(figures),
        "launches": tables.launches(figures),
        "headcount": tables.headcount(figures),
        "comings": tables.comings(figures),
        "books": tables.books(figures),
        "details": tables.book_details(figures),
        "cash": tables.cash(figures),
        "terms": tables.terms(figures),
        "policies": tables.policies(figures),
    }


def _contents(named: dict[str, Any], figures: Figures | None) -> list[tuple[str, str]]:
    parts = [("evidence", "Evidence and conflicts"), ("check", "How this was checked"), ("appendix", "Appendix"), ("notes", "Sources")]
    if figures is None:
        return parts
    first = [("plants", "Plants"), ("builds", "Who builds what")]
    first += [("people", "People")] if figures.heads else []
    first += [("money", "Cash and money")]
    first += [("offers", "Offers")] if figures.offers else []
    first += [
        (key, words) for key, words, table in (("suppliers", "Suppliers", "terms"), ("policies", "Policies", "policies")) if named[table]
    ]
    return [*first, *parts]


@cache
def environment(currency: str) -> Environment:
    """The templates, with amounts in a currency."""
    loader = PackageLoader("brownfield.report", "templates")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["drawing"] = Markup
    environment.filters["money"] = lambda amount: DASH if amount is None else money(amount, currency)
    return environment


@cache
def style() -> str:
    """The look of every page."""
    return (Path(__file__).parent / "templates" / "style.css").read_text(encoding="utf-8")
