"""Reservation prices over volume and take-or-pay: the volume by solves, take-or-pay by arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from brownfield.case.tables import Offer
from brownfield.study.deal_prices import Price
from brownfield.study.deal_terms import paid_share


@dataclass(frozen=True)
class Cell:
    """Both reservation prices at one volume (cars a year agreed); None where no plan was found, or the side is not known."""

    volume: float
    host: Price | None
    guest: Price | None

    @property
    def width(self) -> float | None:
        """By how much the zone is open; negative: by how much it is empty."""
        if self.host is None or self.guest is None or self.host.best is None or self.guest.best is None:
            return None
        return self.guest.best - self.host.best


@dataclass(frozen=True)
class Mapped:
    """A map of reservation prices: `cells[s][v]` for each take-or-pay share and volume."""

    volumes: tuple[float, ...]
    shares: tuple[float, ...]
    cells: tuple[tuple[Cell, ...], ...]


def mapped(offer: Offer, row: Sequence[Cell], shares: Sequence[float]) -> Mapped:
    """The map, from one row of it: at the take-or-pay share of the offer.

    What passes is price · paid share · agreed volume, and nothing else depends on either, as long as the guest takes what is
    expected. So each reservation price times the paid share, max(expected take, take-or-pay), is the same at any share.
    """
    wanted = sorted({*shares, offer.take_or_pay})
    now = paid_share(offer)
    cells = tuple(tuple(_scaled(cell, now, paid_share(offer, share)) for cell in row) for share in wanted)
    return Mapped(tuple(cell.volume for cell in row), tuple(wanted), cells)


def _scaled(cell: Cell, now: float, then: float) -> Cell:
    return Cell(cell.volume, _times(cell.host, now, then), _times(cell.guest, now, then))


def _times(price: Price | None, now: float, then: float) -> Price | None:
    if price is None or not then:
        return None
    return Price(*(None if value is None else value * now / then for value in (price.best, price.low, price.high)))
