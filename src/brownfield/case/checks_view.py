"""What every check of a case works with: rows that know where they came from, and a way to say what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from inspect import getdoc
from itertools import islice
from typing import Any, TypeVar, cast

import polars as pl

from brownfield.case.calendar import Calendar
from brownfield.case.case import Case
from brownfield.case.parse import STOP_AFTER
from brownfield.case.scope import owned_plants
from brownfield.case.tables import TABLES, fields, keys
from brownfield.errors import Problem, Where, nearest

ROW = "_row"
"""Column that holds the place of a row in its table, from 0."""

SETTINGS = "settings"
"""Stands for a table where a problem lies in the settings of the case."""

HINTS = 50
"""Typing errors for which a near name is looked up: the search is slow, and nobody reads more hints."""

Made = TypeVar("Made")

Draft = tuple[Where, str, str, str]
"""A problem without its code: where, found, expected, fix."""


class View:
    """A case as the checks see it: rows that count, without those whose cells are already known to be bad."""

    def __init__(self, case: Case, known: Sequence[Problem] = ()) -> None:
        self.origins = case.origins
        self.case = replace(case, tables={name: case.table(name).with_row_index(ROW) for name in TABLES})
        self._spoiled = _spoiled(case, known)
        self._rows: dict[str, pl.DataFrame] = {}
        self._made: dict[str, object] = {}
        self._hints = 0

    def active(self, table: str) -> pl.DataFrame:
        """Rows that count, those with bad cells too."""
        frame = self.case.active(table)
        return frame if ROW in frame.columns else frame.with_columns(pl.lit(None, dtype=pl.UInt32).alias(ROW))

    def rows(self, table: str) -> pl.DataFrame:
        """Rows that count and in which every cell could be read."""
        if table not in self._rows:
            frame = self.active(table)
            needed = [name for name, info in fields(table).items() if info.is_required()]
            frame = frame.filter(pl.all_horizontal(pl.col(needed).is_not_null()))
            if bad := self._spoiled.get(table):
                frame = frame.filter(~pl.col(ROW).is_in(sorted(bad)).fill_null(False))
            self._rows[table] = frame
        return self._rows[table]

    def spoiled(self, table: str, row: int | None) -> bool:
        """Whether a cell of a row is already known to be bad."""
        return row in self._spoiled.get(table, ())

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """What several checks need, worked out for the first of them."""
        if name not in self._made:
            self._made[name] = make()
        return cast("Made", self._made[name])

    def each(self, table: str, wanted: pl.Expr | None = None) -> Iterator[dict[str, Any]]:
        """Rows of `rows(table)` one by one, those for which an expression holds."""
        frame = self.rows(table)
        return (frame if wanted is None else frame.filter(wanted)).iter_rows(named=True)

    def names(self, table: str) -> set[str]:
        """Every name that a table gives to a row, rows switched off included."""
        column = keys(table)[0]
        return (set(self.case.table(table)[column]) | set(self.case.active(table)[column])) - {None}

    @cached_property
    def plants(self) -> pl.DataFrame:
        """The owner's plants."""
        whole = self.rows("plants").select(ROW)
        return owned_plants(self.case).join(whole, on=ROW, how="semi")

    @cached_property
    def own(self) -> frozenset[str]:
        """Names of the owner's plants, and of those whose rows are bad, as far as anybody knows."""
        bad = self.active("plants").filter(pl.col(ROW).is_in(sorted(self._spoiled.get("plants", ()))))
        return frozenset(owned_plants(self.case)["plant"].drop_nulls()) | frozenset(bad["plant"].drop_nulls())

    @cached_property
    def built_at(self) -> pl.DataFrame:
        """Product, line, plant and kind of line of every route at a plant of the owner, those with bad cells too."""
        lines = self.active("lines").filter(pl.col("plant").is_in(sorted(self.own))).select("line", "plant", "kind")
        return self.active("routes").select("product", "line").join(lines, on="line")

    @cached_property
    def lines(self) -> pl.DataFrame:
        """Lines of the owner's plants."""
        return self.rows("lines").join(self.plants, on="plant", how="semi")

    @cached_property
    def routes(self) -> pl.DataFrame:
        """Routes on lines of the owner's plants, with the plant and kind of the line, and whose product it is."""
        lines = self.lines.select("line", "plant", "kind")
        products = self.rows("products").select("product", pl.col("company").fill_null(self.case.owner), "sop", "eop")
        return self.rows("routes").join(lines, on="line").join(products, on="product")

    @cached_property
    def guest_products(self) -> set[str]:
        """Products of companies other than the owner."""
        owner = self.case.owner
        return set(self.rows("products").filter(pl.col("company").fill_null(owner) != owner)["product"])

    @property
    def calendar(self) -> Calendar:
        """The periods of the plan."""
        return self.case.calendar

    def where(self, table: str, row: int | None, column: str = "") -> Where:
        """Address of a cell; a case that was not read from files is counted as a sheet with its header in row 1."""
        if table == SETTINGS:
            sheet = any(origin.sheet for origin in self.origins.values())
            return Where("settings" if sheet else "case.toml", column=column)
        origin = self.origins.get(table)
        if origin is not None and row is not None and row < len(origin.row_numbers):
            return origin.where(row, column)
        file = origin.file if origin else table
        return Where(file, None if row is None else row + 2, column)

    def says(self, table: str, row: Mapping[str, Any] | None, column: str, found: str, expected: str, fix: str) -> Draft:
        """A problem at one cell of a table (no row: at the table)."""
        return (self.where(table, None if row is None else row[ROW], column), found, expected, fix)

    def hint(self, word: str, names: Iterable[str]) -> str:
        """The name that was probably meant: `did you mean 'Oppama'? `, or nothing."""
        self._hints += 1
        if self._hints > HINTS:
            return ""
        known = sorted(names)
        folded = {name.casefold(): name for name in known}
        alike = folded.get(" ".join(word.split()).casefold())
        return f"did you mean {alike!r}? " if alike else nearest(word, known)


def _spoiled(case: Case, known: Sequence[Problem]) -> dict[str, set[int]]:
    """Places of rows in which a cell is already known to be bad, by table."""
    bad: dict[str, set[int]] = {}
    for problem in known:
        if problem.where.row is not None:
            bad.setdefault(problem.where.file, set()).add(problem.where.row)
    spoiled = {}
    for name in TABLES:
        origin = case.origins.get(name)
        if origin is None:
            spoiled[name] = {row - 2 for row in bad.get(name, ())}
        elif origin.file in bad:
            spoiled[name] = {i for i, number in enumerate(origin.row_numbers) if number in bad[origin.file]}
    return spoiled


@dataclass(frozen=True)
class Check:
    """One thing that must hold between the tables of a case, with its stable code."""

    code: str
    find: Callable[[View], Iterable[Draft]]
    needs_calendar: bool
    comes_first: bool

    @property
    def title(self) -> str:
        """What must hold, in one sentence."""
        return self.text.split("\n")[0]

    @property
    def text(self) -> str:
        """What must hold and why, as the page on problems says it."""
        return getdoc(self.find) or ""

    def problems(self, view: View) -> list[Problem]:
        """Everything in the case that breaks it, as far as anybody would read on."""
        return [Problem(self.code, *draft) for draft in islice(self.find(view), STOP_AFTER)]


def check_of(code: str, *, needs_calendar: bool = False, comes_first: bool = False) -> Callable[[Callable[[View], Iterable[Draft]]], Check]:
    """Make a check of a function: its docstring says what must hold, it finds what does not.

    `comes_first`: what it finds makes a row meaningless, so that nothing more need be said of it.
    """

    def made(find: Callable[[View], Iterable[Draft]]) -> Check:
        return Check(code, find, needs_calendar, comes_first)

    return made


def number(value: float) -> str:
    """A number as people read it in a message."""
    return f"{value:,.10g}"
