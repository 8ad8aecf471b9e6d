"""The answer: what each plant, line and person does in each period, as tables, without a solver in it."""

from __future__ import annotations

import html
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from brownfield.case.formulas import harmless_frame, meant_frame
from brownfield.errors import CaseError, Problem, Where, nearest, one_of, shown

_S, _F = pl.String, pl.Float64

PLAN_TABLES: dict[str, dict[str, Any]] = {
    "sites": {"plant": _S, "period": _S, "state": _S},
    "shifts": {"line": _S, "period": _S, "shift_model": _S},
    "launches": {"product": _S, "line": _S, "period": _S},
    "makes": {"product": _S, "line": _S, "period": _S, "cars": _F},
    "ships": {"product": _S, "plant": _S, "market": _S, "period": _S, "cars": _F},
    "lost": {"product": _S, "market": _S, "period": _S, "cars": _F},
    "diverted": {"product": _S, "to_product": _S, "market": _S, "period": _S, "cars": _F},
    "people": {
        "plant": _S, "period": _S, "headcount": _F, "hires": _F, "attrition": _F, "voluntary": _F, "redundant": _F, "moved": _F,
    },
    "transfers": {"plant": _S, "to_plant": _S, "period": _S, "heads": _F},
    "contracts": {"offer": _S, "line": _S, "start": _S, "exit": _S},
    "guests": {"offer": _S, "line": _S, "period": _S, "agreed": _F, "made": _F, "paid": _F},
    "terms": {"supplier": _S, "term": _S, "period": _S},
    "finance": {"period": _S, "revolver": _F},
}  # fmt: skip
"""Columns of each table of a plan; docs/maths.md says what they mean."""


@dataclass(frozen=True, repr=False)
class Plan:
    """What is done, for one case (named by its digest). Read the tables as attributes: `plan.sites`."""

    case_digest: str
    tables: Mapping[str, pl.DataFrame]

    def __getattr__(self, name: str) -> pl.DataFrame:
        if name in PLAN_TABLES:
            return self.table(name)
        raise AttributeError(name)

    def table(self, name: str) -> pl.DataFrame:
        """One table of the plan, empty when nothing of the kind is done."""
        return self.tables[name] if name in self.tables else pl.DataFrame(schema=PLAN_TABLES[name])

    def with_table(self, name: str, frame: pl.DataFrame) -> Plan:
        """A new plan with one table replaced; the rules say whether it is still a plan."""
        return Plan(self.case_digest, {**self.tables, name: frame})

    @property
    def timeline(self) -> pl.DataFrame:
        """The state of each plant, a row for a plant and a column for a period."""
        sites = self.sites
        if not {"plant", "period", "state"} <= set(sites.columns):
            return pl.DataFrame(schema={"plant": pl.String})
        return sites.unique(["plant", "period"], keep="first", maintain_order=True).pivot("period", index="plant", values="state")

    def __repr__(self) -> str:
        filled = ", ".join(f"{name} {self.table(name).height}" for name in PLAN_TABLES if self.table(name).height)
        spans = [f"  {row[0]}: {_spans(self.timeline.columns[1:], row[1:])}" for row in self.timeline.iter_rows()]
        return "\n".join([f"Plan for case {self.case_digest} ({filled or 'nothing is done'})", *spans])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(str(name))}</th>" for name in self.timeline.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(str(cell or ''))}</td>" for cell in row) + "</tr>" for row in self.timeline.iter_rows()
        )
        return f"<p>Plan for case {html.escape(self.case_digest)}</p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _spans(periods: list[str], states: tuple[str | None, ...]) -> str:
    """States in a sentence: `open 2026 to 2028, closed 2029`."""
    parts: list[tuple[str, str, str]] = []
    for period, state in zip(periods, states, strict=True):
        if parts and parts[-1][0] == str(state):
            parts[-1] = (parts[-1][0], parts[-1][1], period)
        else:
            parts.append((str(state), period, period))
    return ", ".join(f"{state} {first}" + (f" to {last}" if last != first else "") for state, first, last in parts)


def write_plan(plan: Plan, folder: str | Path) -> None:
    """Write a plan as a folder of CSV tables, all of them, so that nothing of an older plan is left among them."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for name in PLAN_TABLES:
        harmless_frame(plan.table(name)).write_csv(target / f"{name}.csv")
    (target / "plan.toml").write_text(f'case_digest = "{plan.case_digest}"\n', encoding="utf-8")


def read_plan(folder: str | Path) -> Plan:
    """Read a plan that `write_plan` wrote; CaseError with every unreadable cell and its address.

    Whether the plan is allowed is another question: `rules.broken` answers it.
    """
    source = Path(folder)
    problems: list[Problem] = []
    digest = ""
    try:
        digest = str(tomllib.loads((source / "plan.toml").read_text(encoding="utf-8"))["case_digest"])
    except (OSError, KeyError, ValueError):
        fix = "name the folder that a plan was written to"
        problems.append(Problem("BF401", Where("plan.toml"), "no readable case_digest", "the digest of the case the plan is for", fix))
    for path in sorted(source.glob("*.csv")):
        if path.stem not in PLAN_TABLES:
            fix = nearest(path.stem, PLAN_TABLES) + f"the tables of a plan are {one_of(PLAN_TABLES, 20)}"
            problems.append(Problem("BF402", Where(path.name), "an unknown table", "a table of a plan", fix))
    tables = {name: _read(source / f"{name}.csv", name, problems) for name in PLAN_TABLES if (source / f"{name}.csv").exists()}
    if problems:
        raise CaseError(problems)
    return Plan(digest, tables)


def _read(path: Path, name: str, problems: list[Problem]) -> pl.DataFrame:
    wanted = PLAN_TABLES[name]
    try:
        text = meant_frame(pl.read_csv(path, infer_schema=False))
    except pl.exceptions.PolarsError as error:
        problems.append(Problem("BF403", Where(path.name), shown(str(error)), "a CSV table", "write the plan again"))
        return pl.DataFrame(schema=wanted)
    if set(text.columns) != set(wanted):
        found = f"columns {', '.join(text.columns)}"
        problems.append(Problem("BF404", Where(path.name), found, ", ".join(wanted), "use exactly these columns"))
        return pl.DataFrame(schema=wanted)
    frame = text.select(pl.col(column).cast(kind, strict=False) for column, kind in wanted.items())
    for column in wanted:
        for row in (frame[column].is_null() & text[column].is_not_null()).arg_true().to_list():
            where = Where(path.name, row + 2, column)
            problems.append(Problem("BF405", where, shown(text[column][row]), "a number", "write the digits alone"))
    return frame
