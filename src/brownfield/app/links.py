"""Links from a figure to where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from markupsafe import Markup


def mark_for(run: str) -> Callable[[object], Markup]:
    """What stands behind a figure of a run: a link to the cells that it comes from, and to who says so."""
    from brownfield.plan.ledger import ITEMS
    from brownfield.report.cited import cells_of

    def mark(text: object) -> Markup:
        cells = cells_of(text)
        if cells:
            asked = {"run": run, "cell": ["|".join((cell.table, cell.column, cell.row)) for cell in cells]}
        elif str(text) in ITEMS:
            asked = {"run": run, "item": str(text)}
        else:
            return Markup("")
        place = "/trace?" + urlencode(asked, doseq=True)
        return Markup('<a class="trace" href="{}" aria-label="where “{}” comes from">source</a>').format(place, text)

    return mark
