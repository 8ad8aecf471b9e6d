"""What a quantity may be about: a guess at subject, property and cell from the names of the case, with how sure it is."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

import polars as pl

from brownfield.case.case import Case
from brownfield.case.tables import facts
from brownfield.evidence.cells import Cell, typed
from brownfield.evidence.reading.candidates import Candidate

_KINDS = {"plants": "plant", "companies": "company", "products": "product", "suppliers": "supplier", "offers": "offer"}
"""Tables whose names can be a subject, and their columns."""

_THE_PLANT = re.compile(r"\b(?:the|this|its)\s+(?:[\w-]+\s+)?(?:plant|factory|site|works|enterprise|mill)\b", re.I)
_THE_COMPANY = re.compile(
    r"\b(?:(?:the|its?)\s+(?:\w+\s+)?(?:company|carmaker|automaker|manufacturer|group|firm)|(?:he|she|ceo|president|management))\b", re.I
)


class Property(NamedTuple):
    """A property that a quantity of some units may be, the words that say so, and the cell it would stand in."""

    units: str
    words: re.Pattern[str]
    name: str
    table: str = ""
    column: str = ""


def _property(units: str, words: str, name: str, table: str = "", column: str = "") -> Property:
    return Property(units, re.compile(words, re.I), name, table, column)


MONEY = "money"
"""Stands for any currency among the units of a property."""

PROPERTIES = (
    _property(
        "heads",
        r"\bcut|\bax(?:e|ing)|\bloss(?:es)?\b|\blose\b|redundan|lay(?:ing|s)? off|laid off|dismiss|\bshed|reduc|\bgo\b|eliminat",
        "people to go",
    ),
    _property("heads", r"employ|work(?:s|ers|force)?\b|staff|\bjobs?\b|people|saved", "people", "people", "headcount"),
    _property("plants", r"clos|shut|cease", "plants that close", "policies", "value"),
    _property("plants", r"plant|factor|site|works|facilit", "plants"),
    _property("cars cars/year", r"capacity|can (?:make|build|turn out|roll out)|designed", "capacity"),
    _property("cars cars/year", r"sold|\bsell|sales|market|demand", "cars sold"),
    _property("cars cars/year", r"produc|made|built|build|output|assembl|rolled|volume", "cars built"),
    _property("cars/hour", r".", "cars an hour", "lines", "jph"),
    _property("%", r"utili[sz]|operating rate|capacity", "utilisation"),
    _property("%", r"\bstake|of the shares", "stake"),
    _property("%", r"\bcut|reduc|los[st]|\bax", "share of people to go"),
    _property(MONEY, r"\bloss(?:es)?\b|\blost\b|\blosing\b|in the red", "loss"),
    _property(MONEY, r"\bprofit", "profit"),
    _property(MONEY, r"\bsav(?:e|es|ing|ings)\b|cut costs|cost cuts", "savings"),
    _property(
        MONEY,
        r"\bland\b|sale price|\bfetch|\bbuyer|\bbid\b|\bsell\b|site.{0,20}(?:worth|value)|asking price",
        "site value",
        "plants",
        "site_value",
    ),
    _property(
        MONEY,
        r"closure|closing|social plan|severance|restructuring|one-off|one-time|wind(?:ing)? down",
        "closure cost",
        "plants",
        "closure_cost",
    ),
    _property(MONEY, r"fixed cost|to keep it running|upkeep", "fixed cost", "plants", "fixed_cost"),
    _property(MONEY, r"\binvest", "investment"),
    _property(MONEY, r"\baid\b|subsid|grant|taxpayer|tax (?:credit|break)|incentive|state support", "public money"),
    _property(MONEY, r"\bdebt|\bowe|\bloan|creditor", "debt"),
    _property(MONEY, r"\bcash\b|liquidity", "cash"),
    _property(MONEY, r"buyout|pay-?off|redundancy pay|voluntary", "pay-off per head", "people", "voluntary_pay"),
    _property(MONEY, r"\bfee\b|per (?:car|vehicle)", "fee per car", "offers", "fee_per_car"),
    _property("date", r"\bopen(?:ed|s)\b|set up|\bsince\b|founded|inaugurat", "opened", "plants", "opened"),
    _property("date", r"clos|shut|\bend(?:s|ed|ing)?\b|cease|stop|wind down|idle", "end of production", "plants", "earliest_close"),
    _property("date", r"start|launch|began|begin|first", "start"),
    _property("days weeks months", r"payment|\bpay\b|suppliers?|\bterms?\b|\bdues\b", "time to pay"),
    _property("days weeks months years", r"\bnotice\b", "notice"),
    _property("days weeks months years", r"contract|lease|\bdeal\b|\bfor\b", "length"),
)
_OWN = 60
_FAR = 90
"""Characters from a quantity beyond which a word says nothing about it."""


@dataclass(frozen=True)
class Guess:
    """What a quantity may be about. A blank subject or property is for a person to fill in."""

    subject: str
    property: str
    cell: Cell | None
    sure: float


class Mention(NamedTuple):
    """A name of the case in a text: where, of which table, and the name."""

    place: int
    table: str
    name: str


class Names:
    """The names of a case that an article may mention, and who or what was mentioned last."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.kinds: dict[str, str] = {}
        for table, column in reversed(_KINDS.items()):
            self.kinds |= {str(name): table for name in case.table(table)[column].drop_nulls() if len(str(name)) > 2}

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        names = sorted(self.kinds, key=lambda name: (-len(name), name))
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)") if names else None

    def mentions(self, text: str) -> list[Mention]:
        """Everything of the case that a text names, in order."""
        found = self._pattern.finditer(text) if self._pattern else ()
        return [Mention(match.start(), self.kinds[match[0]], match[0]) for match in found]


def _between(mentions: Sequence[Mention], start: int, end: int) -> Sequence[Mention]:
    """The mentions in a part of the text."""
    return mentions[bisect_left(mentions, start, key=itemgetter(0)) : bisect_left(mentions, end, key=itemgetter(0))]


def guess(names: Names, mentions: Sequence[Mention], text: str, one: Candidate) -> Guess:
    """Subject, property and cell of a candidate, with a confidence from 0 to 1. `text` is the article, `mentions` what it names."""
    about, near = _property_of(one, text)
    subject, sure = _subject(mentions, one, about)
    cell = None if about is None else _cell(names.case, about, subject, names.kinds.get(subject, ""), one)
    both = round(sure * near * one.quantity.sure, 2)
    return Guess(subject, about.name if about else "", cell, both)


def _property_of(one: Candidate, text: str) -> tuple[Property | None, float]:
    """The property whose words stand nearest to the quantity in its sentence, and how sure that is."""
    unit = MONEY if one.quantity.currency else one.unit
    bare = unit if unit in ("cars/year", "cars/hour") else unit.split("/")[0]
    start = max(one.sentence_start, one.start - 2 * _FAR)
    sentence = text[start : min(one.sentence_start + len(one.sentence) + 40, one.end + 2 * _FAR)]
    left, right = one.start - start, one.end - start
    best: tuple[float, int, Property] | None = None
    for order, about in enumerate(PROPERTIES):
        if bare not in about.units.split():
            continue
        for match in about.words.finditer(sentence):
            gap = max(match.start() - right, left - match.end(), 0)
            if left <= match.start() < right and about.units in ("heads", "plants"):
                gap = _OWN  # the noun that is counted says little: 250 jobs may be cut or kept
            between = sentence[min(right, match.start()) : max(left, match.end())]
            gap += 30 * len(re.findall(r"[,;]|\band\b|\bbut\b", between)) if gap and gap != _OWN else 0
            if gap <= _FAR and (best is None or (gap, order) < best[:2]):
                best = (gap, order, about)
    if best is None:
        return None, 0.5
    return best[2], 0.95 if best[0] <= 20 else 0.8 if best[0] <= 50 else 0.6


def _subject(mentions: Sequence[Mention], one: Candidate, about: Property | None) -> tuple[str, float]:
    """Who or what the quantity is about: named in the sentence, or the plant or company that the sentence goes on about."""
    first = one.sentence_start
    inside = [(abs(at - one.start), table, name) for at, table, name in _between(mentions, first, first + len(one.sentence))]
    of_company = (one.unit == "plants" and float(one.value) > 1) or (
        about is not None and about.name in ("loss", "profit", "debt", "cash", "savings")
    )
    order = ("companies",) if of_company else ("plants", "products", "offers", "suppliers", "companies")
    earlier = _between(mentions, first - 6000, first)
    for table in order:
        found = sorted(item for item in inside if item[1] == table)
        if table == "companies" and not of_company and _THE_PLANT.search(one.sentence):
            plants = [name for _, kind, name in earlier if kind == "plants"]
            if plants:
                return plants[-1], 0.6
        if found:
            return found[0][2], 0.85 if len({item[2] for item in found}) == 1 else 0.6
    wanted = "companies" if of_company or _THE_COMPANY.search(one.sentence) else "plants" if _THE_PLANT.search(one.sentence) else ""
    last = [name for _, kind, name in earlier if not wanted or kind == wanted]
    if last:
        return last[-1], 0.5 if wanted else 0.3
    return "", 0.2


def _cell(case: Case, about: Property, subject: str, kind: str, one: Candidate) -> Cell | None:
    """The cell of the case for a property of a subject, when there is exactly one and the value could stand in it."""
    if not about.table or not subject:
        return None
    rows = _rows(case, about, subject, kind)
    if len(rows) != 1:
        return None
    cell = Cell(about.table, rows[0], about.column)
    return cell if typed(cell.table, cell.column, in_cell(case, cell, one.value, one.quantity.currency)) is not None else None


def _rows(case: Case, about: Property, subject: str, kind: str) -> list[str]:
    """Keys of the rows that a property of a subject may stand in."""
    if about.table == "policies":
        closures = (pl.col("measure") == "closures") & (pl.col("scope").fill_null("") == "")
        return [str(name) for name in case.table("policies").filter(closures)["policy"]]
    if about.table in ("plants", "people") and kind == "plants":
        return [subject] if subject in set(case.table(about.table)["plant"]) else []
    if about.table == "lines" and kind == "plants":
        return [str(name) for name in case.table("lines").filter(pl.col("plant") == subject)["line"]]
    if about.table == "offers":
        frame = case.table("offers").filter((pl.col("company") == subject) | (pl.col("plant") == subject) | (pl.col("offer") == subject))
        return [str(name) for name in frame["offer"]]
    return []


def in_cell(case: Case, cell: Cell, value: float | str | None, currency: str) -> str:
    """A value as text in the unit of a cell: money in millions where the cell holds millions; nothing in another currency."""
    if value is None or isinstance(value, str):
        return value or ""
    unit = facts(cell.table, cell.column).unit
    if unit.startswith(("million", "currency")):
        frame, key = case.table(cell.table), cell.row.split("|")[0]
        own = frame.filter(pl.col(frame.columns[0]) == key)["currency"].to_list() if "currency" in frame.columns else []
        if not currency or currency != ((own[0] if own else None) or case.settings.base_currency):
            return ""
        value = value / 1e6 if unit.startswith("million") else value
    elif unit.startswith("share") and not currency:
        value = value / 100
    return plain(value)


def plain(value: float) -> str:
    """A number as the cell of a table: 3900, 0.15, 4000000000."""
    value = float(f"{value:.12g}")
    return str(int(value)) if value.is_integer() else repr(value)
