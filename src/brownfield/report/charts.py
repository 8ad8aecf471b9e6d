"""Every chart of an outcome, in the order in which the report shows them."""

from __future__ import annotations

from brownfield.report.charts_money import cash_chart, search, volumes, waterfall
from brownfield.report.charts_people import comings, headcount
from brownfield.report.charts_sites import builds, timeline
from brownfield.report.drawing import Picture
from brownfield.report.figures import Figures
from brownfield.solve.outcome import Outcome


def pictures(outcome: Outcome) -> dict[str, Picture]:
    """All charts that the outcome has something for, by key: plants, builds0.., people, comings, cash, worth, sales, search."""
    found: list[Picture | None] = []
    if outcome.has_plan:
        figures = Figures.of(outcome)
        found += [timeline(figures), *builds(figures), headcount(figures), comings(figures)]
        found += [cash_chart(figures), waterfall(figures), volumes(figures)]
    found.append(search(outcome))
    return {picture.key: picture for picture in found if picture is not None}
