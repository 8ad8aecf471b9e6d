"""What people cost: pay, shift premium, hiring, leaving, moving between plants."""

from __future__ import annotations

import numpy as np
import polars as pl

from brownfield.plan.journal import Journal
from brownfield.plan.reading import MILLION, Reading


def post_people(reading: Reading, journal: Journal) -> None:
    """Pay of everybody on the payroll, and what each coming and going costs; attrition and moves to a new operator are free."""
    for plant, row in reading.people.items():
        rate = reading.case.rate(row.currency) / MILLION
        heads = reading.heads[plant]
        pay = row.cost_per_head * heads["headcount"] * reading.calendar.years * rate
        costs = {
            "pay": pay,
            "hiring": row.hire_cost * heads["hires"] * rate,
            "voluntary leave": row.voluntary_pay * heads["voluntary"] * rate,
            "redundancy": row.redundancy_cost * heads["redundant"] * rate,
        }
        for item, amounts in costs.items():
            for when in np.flatnonzero(amounts):
                journal.post(item, int(when), -float(amounts[when]), plant=plant)
    for plant, _, t, heads_moved in reading.transfers:
        if plant in reading.people:
            row = reading.people[plant]
            journal.post("transfer", t, -row.transfer_cost * heads_moved * reading.case.rate(row.currency)[t] / MILLION, plant=plant)


def post_premiums(reading: Reading, journal: Journal) -> None:
    """Extra pay of the crews of each line's shift model: cost per head · premium · crew · crews · Δ."""
    for name, line in reading.lines.items():
        if line.plant not in reading.people:
            continue
        row = reading.people[line.plant]
        rate = reading.case.rate(row.currency) / MILLION
        for t, model in enumerate(reading.runs[name]):
            if model:
                shift = reading.shift_models[model]
                extra = row.cost_per_head * shift.pay_premium * line.crew * shift.crews * float(reading.calendar.years[t])
                journal.post("shift premium", t, -extra * rate[t], plant=line.plant, line=name)


def headcount_table(reading: Reading) -> pl.DataFrame:
    """People needed and people there, for each plant with people and each period."""
    rows = [
        (plant, reading.name(t), float(reading.needed[plant][t]), float(reading.heads[plant]["headcount"][t]))
        for plant in reading.people
        for t in range(reading.horizon)
    ]
    schema = {"plant": pl.String, "period": pl.String, "needed": pl.Float64, "headcount": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")
