"""The deal: what each side needs, the zone between, who gains and who loses."""

from __future__ import annotations

from nicegui import ui

from brownfield.app.desk import Desk
from brownfield.app.frame import frame, of_disk, told, words
from brownfield.app.pages.study import Field, Question, study


def register(desk: Desk) -> None:
    """Give the page its address."""

    @ui.page("/deal", response_timeout=60)
    @told
    async def deal(case: str = ".", run: str = "") -> None:
        known = await of_disk(desk.read, case)
        offers = known.active("offers")["offer"].to_list()
        if not offers:
            with frame("Deal", case, "/deal"):
                words("h1", "Deal")
                words("p", "The case has no offer that counts: add a row to the table offers, or take one in on the page Levers.")
            return
        fields = (
            Field("offer", "Offer", choices=offers),
            Field("weight", "Bargaining weight of the host", 0.5, least=0, most=1, step=0.1),
            Field("volumes", "Volumes on the map (0: no map)", 0, least=0, most=20),
        )
        meaning = "Reservation prices of both sides, the zone of agreement, who gains and who loses."
        await study(desk, "/deal", "Deal", case, run, [Question("deal", "What is the deal worth to each side?", meaning, fields)], known)
