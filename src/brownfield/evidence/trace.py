"""Where a number comes from: from one line of the ledger to the cells it was reckoned from, and to the words behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from brownfield.case.case import Case, Settings
from brownfield.case.tables import Claim, Source, fields
from brownfield.errors import Where
from brownfield.evidence.cells import Cell, Sheet, Value, measure_of, same, worded
from brownfield.evidence.claims import Evidence
from brownfield.evidence.reckoned import ABOUT, Reckoning
from brownfield.evidence.templates import RUNNING

SETTING_UNITS = {"discount_rate": "share/year", "terminal_years": "years"}


@dataclass(frozen=True)
class TracedCell:
    """One cell behind a number: what stands there, where, and who says so.

    claim: the claim that the cell follows; without one the cell is an assumption. chain: the source of that claim, the
    source it repeats, and so on. disputed: the claim it should rather follow, when it follows none. others: live claims of
    other values.
    """

    cell: Cell
    meaning: str
    value: Value
    unit: str
    where: Where
    claim: Claim | None = None
    chain: tuple[Source, ...] = ()
    disputed: Claim | None = None
    others: tuple[Claim, ...] = ()

    @property
    def assumption(self) -> bool:
        """Whether no source stands behind the cell."""
        return self.claim is None

    def sentence(self) -> str:
        """The cell in words: what it is, its value and address, who says so."""
        measure = f" {self.unit}" if self.unit else ""
        text = f"{self.meaning}: {worded(self.value)}{measure} ({self.where}) - {self._support()}"
        if self.others:
            text += "; other sources say " + ", ".join(f"{claim.value} ({claim.source})" for claim in self.others)
        return text + "."

    def _support(self) -> str:
        if self.claim is None:
            said = f"; {self.disputed.source} says {self.disputed.value}" if self.disputed else ""
            return f"an assumption: no source says so{said}"
        told = " repeating ".join(_cited(source) for source in self.chain) or self.claim.source
        quote = f": “{self.claim.quote}”" if self.claim.quote else ""
        place = f", {self.claim.place}" if self.claim.place else ""
        return f"{self.claim.standing}: {told}{place}{quote}"


@dataclass(frozen=True)
class Trace:
    """Where one line of the ledger comes from. `amount` is in millions of the base currency, None when it was not given."""

    item: str
    about: Mapping[str, str]
    period: str
    amount: float | None
    currency: str
    cells: tuple[TracedCell, ...] = field(default=())

    @property
    def assumptions(self) -> tuple[TracedCell, ...]:
        """The cells behind it without a source."""
        return tuple(traced for traced in self.cells if traced.assumption)

    def sentences(self) -> list[str]:
        """The trace for people: the line of the ledger first, then one sentence for each cell behind it."""
        about = "".join(f", {kind} {name}" for kind, name in self.about.items())
        amount = "" if self.amount is None else f": {self.amount:+,.6g} million {self.currency}"
        count = len(self.cells)
        source = "reckoned from no cell of the case" if not count else f"reckoned from {count} cell{'s' if count != 1 else ''}"
        lines = [f"{self.item}{about}, {self.period or 'all periods'}{amount}, {source}."]
        if self.item == "terminal value":
            lines.append(
                f"It carries on the running items of the last period ({', '.join(RUNNING)}): trace those for the cells behind them."
            )
        return [*lines, *(traced.sentence() for traced in self.cells)]


def trace(case: Case, posting: object) -> Trace:
    """From one line of the ledger to the cells it was reckoned from, each with its address and the claim behind it.

    `posting`: a mapping, an object with the fields of one (item, plant, line, product, market, offer, supplier,
    policy, period, amount) or a polars frame of one row. A key left out or blank stands for all. ValueError for an
    item that no ledger has.
    """
    row = _fields(posting)
    about = {name: str(row[name]) for name in ABOUT if row.get(name)}
    period = str(row.get("period") or "")
    frame = pl.DataFrame([{"item": row.get("item"), "period": period, **about}], schema_overrides={"item": pl.String})
    found = Reckoning(case).cells(frame)
    cells = traced(case, [Cell(*name) for name in found.select("table", "row", "column").iter_rows()])
    amount = row.get("amount")
    return Trace(str(row["item"]), about, period, None if amount is None else float(amount), case.settings.base_currency, cells)


def traced(case: Case, cells: Sequence[Cell]) -> tuple[TracedCell, ...]:
    """Cells of a case, each with its value, its address and the claims about it. KeyError for a cell that is none."""
    evidence, sheets = Evidence(case), {name: Sheet(case, name) for name in {cell.table for cell in cells} - {"case"}}
    return tuple(_traced(case, evidence, sheets, cell) for cell in cells)


def _fields(posting: object) -> Mapping[str, Any]:
    """A posting as a mapping, whatever it came as."""
    if isinstance(posting, pl.DataFrame):
        if posting.height != 1:
            raise ValueError(f"a trace starts from one line of the ledger, not {posting.height}")
        return posting.row(0, named=True)
    if isinstance(posting, Mapping):
        return posting
    return {name: getattr(posting, name, None) for name in ("item", *ABOUT, "period", "amount")}


def _traced(case: Case, evidence: Evidence, sheets: Mapping[str, Sheet], name: Cell) -> TracedCell:
    """One cell with its value, its address and the claims about it."""
    if name.table == "case":
        meaning = Settings.model_fields[name.column].description or name.column
        setting = getattr(case.settings, name.column)
        return TracedCell(name, meaning, setting, SETTING_UNITS[name.column], Where("case.toml", column=name.column))
    sheet = sheets[name.table]
    value = sheet.value(name.row, name.column)
    meaning = fields(name.table)[name.column].description or name.column
    claim, disputed = evidence.in_force.get(name), evidence.disputed.get(name)
    others = tuple(c for c in evidence.live(name) if c is not disputed and not same(evidence.reading(c), value))
    chain = tuple(evidence.sources[s] for s in evidence.chain(claim.source) if s in evidence.sources) if claim else ()
    unit = _unit(case, sheet, name)
    return TracedCell(name, f"{name.row}, {meaning}", value, unit, sheet.where(name.row, name.column), claim, chain, disputed, others)


def _unit(case: Case, sheet: Sheet, name: Cell) -> str:
    """The unit of a cell with the currency of its row in it: `million USD`, `JPY/car`."""
    unit = measure_of(name)
    if not unit.startswith(("million", "currency")):
        return unit
    currency: Value = None
    if "currency" in sheet.frame.columns:
        currency = sheet.value(name.row, "currency")
    elif name.table == "demand":
        markets = Sheet(case, "markets")
        currency = markets.value(str(sheet.value(name.row, "market")), "currency")
    money = str(currency or case.settings.base_currency)
    return unit.replace("currency", money) if unit.startswith("currency") else unit.replace("million", f"million {money}")


def _cited(source: Source) -> str:
    """A source as it is cited: its title, who published it and when."""
    when = source.published or (f"read {source.retrieved}" if source.retrieved else "no date")
    return f"{source.title} ({', '.join(part for part in (source.publisher, when) if part)})"
