"""When no plan obeys every rule: which promises must give, and by how little, in the user's words (N9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from brownfield.case.case import Case
from brownfield.case.scope import MEASURED, SENSES
from brownfield.case.tables import keys as keys_of
from brownfield.model.assemble import Model, assemble
from brownfield.model.program import Block, Keys
from brownfield.solve.highs import limited
from brownfield.solve.outcome import Conflict
from brownfield.solve.progress import Watch

PROMISES = ("hold_policies", "liquidity_floor", "must_close")
"""Rules that people made and can unmake; asked to give first."""

LIMITS = ("hiring_limit", "redundancy_limit", "transfer_places", "grant_kept", "agreed_least", "longest_run", "max_products")
"""Rules of contracts and agreements; asked to give only when letting the promises go is not enough."""

BRANCHES = 2000


def explain(model: Model, watch: Watch) -> tuple[Conflict, ...]:
    """The least that must give for a plan to exist: each rule with its table row, by how much, and the sentence.

    Misses are counted relative to what each rule asks for (a floor of a trillion and a cap of two plants weigh the same).
    Empty when even that leaves no plan: then the case contradicts itself in its hard facts.
    """
    for families in (PROMISES, PROMISES + LIMITS):
        missed = _least_misses(model, watch, families)
        if missed is not None:
            return _told_once(tuple(_conflict(model, block, number, amount) for block, number, amount in missed))
    return ()


def alternatives(model: Model, conflicts: tuple[Conflict, ...], watch: Watch) -> tuple[str, ...]:
    """Other single rules that would have to give instead, each with everything else kept: what people can trade off."""
    told = {(conflict.family, conflict.keys.get("policy", "")) for conflict in conflicts}
    found = []
    for family in PROMISES:
        names = {block.key(block.first).get("policy", "") for block in model.program.family(family)}
        for name in sorted(names):
            others = {(family, name)}
            if others == told:
                continue
            missed = _least_misses(model, watch, (family,), name)
            if missed:
                each = _told_once(tuple(_conflict(model, block, number, amount) for block, number, amount in missed))
                found += [f"or instead, with everything else kept: {conflict.sentence}" for conflict in each]
    return tuple(found)


def _told_once(conflicts: tuple[Conflict, ...]) -> tuple[Conflict, ...]:
    """One conflict for each rule and thing: the period in which most must give stands for all."""
    worst: dict[tuple[str, ...], Conflict] = {}
    count: dict[tuple[str, ...], int] = {}
    for conflict in conflicts:
        place = (conflict.family, *(name for kind, name in conflict.keys.items() if kind != "period"))
        count[place] = count.get(place, 0) + 1
        if place not in worst or conflict.amount > worst[place].amount:
            worst[place] = conflict
    others = {place: f"; less in {number - 1} other periods" if number > 1 else "" for place, number in count.items()}
    return tuple(replace(conflict, sentence=conflict.sentence + others[place]) for place, conflict in worst.items())


def _least_misses(model: Model, watch: Watch, families: tuple[str, ...], policy: str = "") -> list[tuple[Block, int, float]] | None:
    """Rules that must give and by how much; None when letting these families give is not enough.

    Each row of the families gets a slack for each of its bounds, priced at one over what the row asks for; the sum of the
    priced slacks is made least. HiGHS' own feasibility relaxation returned all-zero solutions for such programs.
    """
    elastic = assemble(model.data.case).program
    blocks = [block for family in families for block in elastic.family(family)]
    if policy:
        blocks = [block for block in blocks if block.key(block.first).get("policy") == policy]
    rows = np.concatenate([np.arange(b.first, b.first + b.count) for b in blocks]) if blocks else np.zeros(0, dtype=np.int64)
    low, high = (bound[rows] for bound in elastic.row_bounds())
    asked = np.maximum(np.where(np.isfinite(low), np.abs(low), np.abs(high)), 1.0)
    keys: Keys = {"row": ([str(row) for row in rows], np.arange(len(rows)))}
    short = elastic.columns("short", keys, np.isfinite(low))
    over = elastic.columns("over", keys, np.isfinite(high))
    elastic.terms(rows, short, 1.0)
    elastic.terms(rows, over, -1.0)
    elastic.objective = np.zeros(elastic.column_count)
    elastic.constant = 0.0
    for slack in (short, over):
        elastic.objective[slack[slack >= 0]] = -1.0 / asked[slack >= 0]
    solution = limited(elastic, gap=0.01, branches=BRANCHES, watch=watch)
    if solution is None:
        return None
    padded = np.append(solution, 0.0)
    miss = padded[short] + padded[over]
    found = [n for n in range(len(rows)) if miss[n] > 1e-6 * asked[n]]
    return [(next(b for b in blocks if b.first <= rows[n] < b.first + b.count), int(rows[n]), float(miss[n])) for n in found]


TABLE_OF = {
    "hold_policies": ("policies", "policy"),
    "must_close": ("plants", "plant"),
    "hiring_limit": ("people", "plant"),
    "redundancy_limit": ("people", "plant"),
    "transfer_places": ("people", "plant"),
    "grant_kept": ("people", "plant"),
    "agreed_least": ("offers", "offer"),
    "longest_run": ("shift_models", "shift_model"),
    "max_products": ("lines", "line"),
}
WORDS = {
    "must_close": ("plant {plant} cannot be closed by the end of the plan", 1.0, "plants"),
    "liquidity_floor": ("the liquidity floor must give in {period}", 1.0, "million"),
    "hiring_limit": ("more people must be hired at {plant} in {period}", 1000.0, "heads"),
    "redundancy_limit": ("more people must be made redundant at {plant} in {period}", 1000.0, "heads"),
    "transfer_places": ("more people must be moved from {plant} in {period}", 1000.0, "heads"),
    "grant_kept": ("the headcount behind the grant for {plant} cannot be kept in {period}", 1000.0, "heads"),
    "agreed_least": ("the least volume of offer {offer} cannot be built in {period}", 1000.0, "cars"),
    "longest_run": ("shift model {shift_model} must run longer on {line} up to {period}", 1.0, "periods"),
    "max_products": ("line {line} must build more products in {period}", 1.0, "products"),
}
UNITS = {
    "closures": "plants", "open_plants": "plants", "headcount": "heads", "redundancies": "heads a year", "capacity": "cars a year",
    "makes": "cars a year", "lost_cars": "cars a year", "accepted": "offers", "liquidity": "million", "co2": "tonnes a year",
}  # fmt: skip


def _conflict(model: Model, block: Block, number: int, miss: float) -> Conflict:
    keys = block.key(number)
    case = model.data.case
    if block.name == "hold_policies":
        row = case.active("policies").row(by_predicate=pl.col("policy") == keys["policy"], named=True)
        amount, unit = abs(miss), UNITS[row["measure"]]
        scope = f" ({row['scope']})" if row["scope"] else ""
        asks = f"{MEASURED[row['measure']]}{scope}: {SENSES[row['sense']]} {row['value']:,.10g}"
        sentence = f"policy {keys['policy']!r} ({asks}) must give by {_amount(amount, unit)} in {keys['period']}"
        return Conflict(block.name, keys, sentence + _address(case, block.name, keys), amount, unit)
    words, factor, unit = WORDS[block.name]
    amount = abs(miss) * factor
    sentence = f"{words.format(**keys)}: by {_amount(amount, unit)}"
    return Conflict(block.name, keys, sentence + _address(case, block.name, keys), amount, unit)


def _amount(amount: float, unit: str) -> str:
    """An amount with its unit, one of a thing in the singular."""
    text = f"{amount:,.0f}" if amount >= 1000 else f"{amount:,.4g}"
    first, _, rest = unit.partition(" ")
    return f"{text} {first.removesuffix('s') if text == '1' else first}{' ' + rest if rest else ''}"


def _address(case: Case, family: str, keys: Mapping[str, str]) -> str:
    """Where the rule stands in the case, when the case was read from files."""
    if family == "liquidity_floor":
        table, name = "companies", case.owner
    else:
        table, kind = TABLE_OF[family]
        name = keys[kind]
    rows = case.table(table)[keys_of(table)[0]].to_list()
    raw = case.origins.get(table)
    return f" ({raw.where(rows.index(name))})" if raw is not None and name in rows else ""
