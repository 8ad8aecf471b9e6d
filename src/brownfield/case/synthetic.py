"""Made-up groups of car plants, as ordinary cases of any size: for benchmarks, stress tests and first looks.

Everything is drawn from one seed, so the same wish gives the same case on any machine. The shape is that of a real volume
car maker in trouble: plants in four regions used to about 60 %, so that several closures pay; products that share
platforms within a region; launches ahead; duties and freight that keep most cars near their buyers; people who cannot
leave at once; a guest who looks for a line; suppliers who may wait; and cash that is short.
"""

from __future__ import annotations

import datetime

import numpy as np

from brownfield.case import synthetic_network as network
from brownfield.case import synthetic_parties as parties
from brownfield.case.case import Case, Settings
from brownfield.case.synthetic_draw import FIRST_YEAR, Draw, Size


def synthetic_case(plants: int = 17, products: int = 45, quarters: int = 20, seed: int = 7) -> Case:
    """A made-up group of car plants of the wanted size.

    plants: 3 to 200, with one or two lines each. products: 3 to 1,000. quarters: 1 to 80, the length of the plan. The same
    arguments give the same case. Raises ValueError when a size is out of range.
    """
    size = Size(plants, products, quarters, seed)
    draw = Draw(size, np.random.default_rng(seed))
    for part in (network.sites, network.lines, network.products, network.routes, network.markets, network.demand):
        part(draw)
    for part in (parties.people, parties.suppliers, parties.guests, parties.owner):
        part(draw)
    settings = {
        "name": f"group {plants}x{products}x{quarters} seed {seed}",
        "title": f"A made-up group: {plants} plants, {products} products, {quarters} quarters",
        "start": datetime.date(FIRST_YEAR, 1, 1),
        "periods": (f"{quarters} quarters",),
    }
    return Case(Settings.model_validate(settings), draw.tables)
