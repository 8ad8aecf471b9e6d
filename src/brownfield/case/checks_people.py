"""Checks of people: the headcount of a plant can be what its state, its lines and its schemes say."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from brownfield.case.checks_view import Draft, View, check_of, number


@check_of("BF140")
def crew_without_people(view: View) -> Iterator[Draft]:
    """A line with a crew stands in a plant that has a row of people, or nobody would be paid for the work."""
    staffed = set(view.active("people")["plant"])
    for row in view.lines.filter(pl.col("crew") > 0).iter_rows(named=True):
        if row["plant"] not in staffed:
            found = f"{row['line']!r} has a crew of {number(row['crew'])}, but {row['plant']!r} has no row in people"
            fix = f"add {row['plant']!r} to people, or set the crew to 0 when people are left out of this case"
            yield view.says("lines", row, "crew", found, "a row of people for each plant with crews", fix)


@check_of("BF141")
def people_of_no_plant(view: View) -> Iterator[Draft]:
    """A plant that is closed or only potential at the start has no people then."""
    states = view.plants.filter(pl.col("state").is_in(["closed", "potential"])).select("plant", pl.col("state").alias("_state"))
    for row in view.rows("people").filter(pl.col("headcount") > 0).join(states, on="plant").iter_rows(named=True):
        found = f"{number(row['headcount'])} people at {row['plant']!r}, which is {row['_state']}"
        fix = "set the headcount to 0, or correct the state of the plant"
        yield view.says("people", row, "headcount", found, "a headcount of 0 at the start", fix)


@check_of("BF142", needs_calendar=True)
def people_missing(view: View) -> Iterator[Draft]:
    """A plant that must stay open has enough people for the least it can run, or can hire them.

    Only a sure contradiction counts: the plant is running and to be kept, cannot be mothballed, sold or leased, nobody can
    be moved to it, and even with all hires of the first period it is short of its indirect people and smallest crews.
    """
    offered = set(view.active("offers")["plant"])
    helped = {name for names in view.active("people")["transfer_to"] for name in names}
    stuck = view.plants.filter((pl.col("state") == "running") & (pl.col("decision") == "keep") & pl.col("mothball_cost").is_null())
    stuck = stuck.filter(~pl.col("plant").is_in(sorted((offered | helped) - {None})))
    fewest = view.rows("shift_models")["crews"].min()
    crews = view.lines.group_by("plant").agg((pl.col("crew").sum() * (fewest or 0.0)).alias("_crews"))
    people = view.rows("people").join(stuck, on="plant", how="semi").join(crews, on="plant", how="left")
    hired = pl.col("hire_cap").fill_null(float("inf")) * view.calendar.periods[0].years
    needed = pl.col("indirect") + pl.col("_crews").fill_null(0.0)
    leased = bool(view.rows("offers").filter((pl.col("kind") == "lease") & (pl.col("lines").list.len() > 0)).height)
    for row in (
        people.with_columns(needed.alias("_needed")).filter(pl.col("headcount") + hired < pl.col("_needed") - 1e-6).iter_rows(named=True)
    ):
        if not leased:
            found = f"{number(row['headcount'])} people at {row['plant']!r}, which needs {number(row['_needed'])} in the first period"
            fix = "correct headcount, indirect or the crews, or let it hire"
            yield view.says("people", row, "headcount", found, "enough people, with all that can be hired in time", fix)


@check_of("BF143")
def move_to_nowhere(view: View) -> Iterator[Draft]:
    """People move to another plant of the owner that has people."""
    staffed = set(view.active("people")["plant"])
    own = view.own
    known = view.names("plants")
    for row in view.each("people", pl.col("transfer_to").list.len() > 0):
        for name in row["transfer_to"]:
            if name == row["plant"] or (name in known and (name not in own or name not in staffed)):
                why = "itself" if name == row["plant"] else "which has no row in people" if name in own else "which is not the owner's"
                fix = "take it off the list, or add it to people"
                yield view.says(
                    "people", row, "transfer_to", f"{row['plant']!r} to {name!r}, {why}", "another plant of the owner with people", fix
                )


@check_of("BF144")
def scheme_without_cap(view: View) -> Iterator[Draft]:
    """A voluntary scheme that says how many may take it in all also says how many a year."""
    for row in view.each("people", (pl.col("voluntary_total") > 0) & (pl.col("voluntary_cap") == 0)):
        found = f"{number(row['voluntary_total'])} people in all but none a year at {row['plant']!r}"
        yield view.says(
            "people", row, "voluntary_cap", found, "a cap a year above 0", "give the most people a year, or leave voluntary_total blank"
        )
