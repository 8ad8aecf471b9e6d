"""What sites and lines cost: upkeep, closing, opening, mothballing, shift changes, launches."""

from __future__ import annotations

import numpy as np

from brownfield.errors import LedgerError
from brownfield.plan.journal import Journal
from brownfield.plan.reading import Reading


def post_sites(reading: Reading, journal: Journal) -> None:
    """Upkeep of each site, and the one-off costs in the period where a new state begins."""
    for name, plant in reading.plants.items():
        rate = reading.case.rate(plant.currency)
        for t, state in enumerate(reading.state[name]):
            before = reading.before(name, t)
            years = float(reading.calendar.years[t])
            if state == "open":
                journal.post("site fixed cost", t, -plant.fixed_cost * years * rate[t], plant=name)
            elif state == "idle":
                journal.post("mothball upkeep", t, -(plant.mothball_cost or 0.0) * years * rate[t], plant=name)
            if state == "open" and before == "potential":
                journal.post("opening", t, -plant.opening_cost * rate[t], plant=name)
            elif state == "open" and before == "idle":
                journal.post("reopening", t, -plant.reopening_cost * rate[t], plant=name)
            elif state == "idle" and before in ("open", "leased"):
                journal.post("idling", t, -plant.idling_cost * rate[t], plant=name)
            elif state == "closed" and before != "closed":
                journal.post("closure", t, -plant.closure_cost * rate[t], plant=name)
                journal.post("site value", t, plant.site_value * rate[t], plant=name)


def post_lines(reading: Reading, journal: Journal) -> None:
    """Fixed cost of each staffed line, and the cost of changing to another shift model.

    A line that ran none in the period before pays for what it starts to run; in the first period nothing is
    paid when the case does not say what it ran.
    """
    for name, line in reading.lines.items():
        rate = reading.case.rate(line.currency)
        before = line.shift_now or ""
        for t, model in enumerate(reading.runs[name]):
            free = t == 0 and line.shift_now is None
            if model:
                shift = reading.shift_models[model]
                if shift.crews > 0:
                    cost = line.fixed_cost * float(reading.calendar.years[t])
                    journal.post("line fixed cost", t, -cost * rate[t], plant=line.plant, line=name)
                if model != before and not free:
                    cost = shift.change_cost * reading.case.rate(shift.currency)[t]
                    journal.post("shift change", t, -cost, plant=line.plant, line=name)
            before = model


def post_launches(reading: Reading, journal: Journal) -> None:
    """Launch cost of each route, spread evenly over its lead time."""
    for product, line, t in reading.launches:
        post_launch(reading, journal, "launch", product, line, t, 1.0, None)


def post_launch(
    reading: Reading, journal: Journal, item: str, product: str, line: str | None, first: int, share: float, offer: str | None
) -> None:
    """The owner's share of one launch in the periods of its lead time, each at that period's rate."""
    if line is None or (product, line) not in reading.routes:
        raise LedgerError(f"the plan cannot be booked: {product} is launched on {line or 'no line'} without a route there")
    route = reading.routes[product, line]
    spread = route.launch_cost * share * reading.calendar.lead_weights(first, route.launch_lead_months) * reading.case.rate(route.currency)
    for t in np.flatnonzero(spread):
        about = {"plant": reading.lines[line].plant, "line": line, "product": product, "offer": offer}
        journal.post(item, int(t), -float(spread[t]), **about)
