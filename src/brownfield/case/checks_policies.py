"""Checks of policies and scenarios: what they speak of exists, and what they ask can be asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from brownfield.case.checks_view import Draft, View, check_of, number
from brownfield.case.edits import Trouble, applied, edits_of
from brownfield.case.scope import APPLIES, KINDS, Scope, known_names, parts
from brownfield.errors import one_of, shown


@check_of("BF179")
def scope_is_known(view: View) -> Iterator[Draft]:
    """Every part of a policy's scope is a kind and a name that exist: `country:JP; plant:Oppama`."""
    for row in view.each("policies", pl.col("scope") != ""):
        for part in Scope.of(view.case, row["scope"]).unknown:
            if part.kind not in KINDS:
                fix = f"{view.hint(part.kind, KINDS)}the kinds are {one_of(KINDS, 10)}"
                yield view.says("policies", row, "scope", f"{shown(str(part))}, which is of no known kind", "kind:name", fix)
                continue
            known = known_names(view.case, part.kind)
            fix = f"{view.hint(part.name, known)}the names of this kind are {one_of(known)}"
            found = f"{shown(str(part))}, which is in no row that counts"
            yield view.says("policies", row, "scope", found, f"a {part.kind} of the owner's plan", fix)


@check_of("BF180")
def scope_fits_measure(view: View) -> Iterator[Draft]:
    """The scope of a policy is of a kind that its measure knows, and leaves something to measure.

    Closures happen to plants, lost cars to products and markets; a part of another kind would change nothing.
    """
    for row in view.each("policies", pl.col("scope") != ""):
        scope, applies = Scope.of(view.case, row["scope"]), APPLIES[row["measure"]]
        known = [part for part in parts(row["scope"]) if part.kind in KINDS]
        stray = [part for part in known if KINDS[part.kind][0] not in applies]
        if stray:
            kinds = [kind for kind, (table, _) in KINDS.items() if table in applies]
            found = f"{shown(str(stray[0]))} for {row['measure']}"
            expected = f"parts of kind {one_of(kinds, 10)}" if kinds else "a blank: it is measured for the whole plan"
            yield view.says("policies", row, "scope", found, expected, "take the part out of the scope, or use another measure")
        elif not scope.unknown and any(not getattr(scope, table) for table in applies if any(KINDS[p.kind][0] == table for p in known)):
            found = f"{shown(row['scope'])}, which no row fits"
            yield view.says("policies", row, "scope", found, "something to measure", "parts of different kinds must all hold: take one out")


@check_of("BF181")
def price_of_a_policy(view: View) -> Iterator[Draft]:
    """A priced policy has a price, and one that must hold has none."""
    for row in view.each("policies", (pl.col("kind") == "priced") & (pl.col("price") == 0)):
        fix = "give what each unit of missing it costs, or make it hard"
        yield view.says("policies", row, "price", f"{row['policy']!r} is priced at 0", "a price above 0", fix)
    for row in view.each("policies", (pl.col("kind") == "hard") & (pl.col("price") > 0)):
        found = f"{row['policy']!r} must hold, and costs {number(row['price'])} million for each unit"
        yield view.says("policies", row, "price", found, "no price for a hard policy", "make it priced, or leave the price blank")


@check_of("BF182")
def liquidity_needs_cash(view: View) -> Iterator[Draft]:
    """A policy on liquidity needs the opening cash of the owner, or cash is not followed."""
    owner = view.active("companies").filter(pl.col("role") == "owner")
    unread = any(view.spoiled("companies", row) for row in owner["_row"])
    if not unread and owner["opening_cash"].null_count() == owner.height:
        for row in view.each("policies", pl.col("measure") == "liquidity"):
            found = f"{row['policy']!r} without opening_cash of the owner"
            yield view.says("policies", row, "measure", found, "opening cash in companies", "give the opening cash, or exclude the policy")


@check_of("BF183")
def weight_of_scenarios(view: View) -> Iterator[Draft]:
    """Scenarios together have some weight."""
    frame = view.rows("scenarios")
    if frame.height and frame["weight"].sum() == 0:
        row = next(view.each("scenarios"))
        yield view.says(
            "scenarios",
            row,
            "weight",
            "0 for every scenario",
            "a weight above 0 for at least one",
            "give the weights, or leave them blank: 1 each",
        )


def _troubles(view: View, code: str) -> Iterator[Draft]:
    """What is wrong with the changes of every scenario, of one kind."""
    for row, trouble in view.once("troubles", lambda: _all_troubles(view)):
        if trouble.code == code:
            yield view.says("changes", row, trouble.part, trouble.found, trouble.expected, trouble.fix)


def _all_troubles(view: View) -> list[tuple[dict[str, Any], Trouble]]:
    """Everything that is wrong with the changes, with their rows."""
    changes, found = view.rows("changes"), []
    for name in changes["scenario"].unique(maintain_order=True):
        rows = changes.filter(pl.col("scenario") == name)
        found += [(rows.row(place, named=True), trouble) for place, trouble in applied(view.case, edits_of(rows))[1]]
    return found


@check_of("BF185")
def change_of_a_cell(view: View) -> Iterator[Draft]:
    """A change names a table, a row and a column that exist."""
    yield from _troubles(view, "BF185")


@check_of("BF186")
def change_of_a_key(view: View) -> Iterator[Draft]:
    """A change leaves keys alone: a plant under another name would be another plant."""
    yield from _troubles(view, "BF186")


@check_of("BF187")
def change_of_a_number(view: View) -> Iterator[Draft]:
    """Only numbers are multiplied and added to, and only where there is one."""
    yield from _troubles(view, "BF187")


@check_of("BF188")
def change_to_a_value(view: View) -> Iterator[Draft]:
    """After a change the cell holds a value that it could have held in the table."""
    yield from _troubles(view, "BF188")
