"""The farmer of Birge and Louveaux: 500 acres of wheat, corn and sugar beets, sown before the weather is known."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from brownfield.solve.pieces import Piece
from brownfield.solve.two_stage import Future, TwoStage

ACRES = 500.0
SOWING = np.array([150.0, 230.0, 260.0])
YIELD = np.array([2.5, 3.0, 20.0])
FEED = (200.0, 240.0)
QUOTA = 6000.0


def farmer(weathers: Sequence[float] = (1.2, 1.0, 0.8)) -> TwoStage:
    """Today: acres of wheat, corn, beets. Each weather: wheat and corn bought and sold, beets sold within the quota and beyond it."""
    today = Piece(
        -SOWING,
        0.0,
        np.zeros(3),
        np.full(3, np.inf),
        csr_array(np.ones((1, 3))),
        np.array([-np.inf]),
        np.array([ACRES]),
        np.zeros(3, dtype=bool),
    )
    return TwoStage(today, tuple(weather(factor, 1.0 / len(weathers)) for factor in weathers))


def weather(factor: float, chance: float) -> Future:
    """One weather: harvests are this much of a mean year's."""
    worth = np.array([-238.0, -210.0, 170.0, 150.0, 36.0, 10.0])
    sown = np.zeros((4, 3))
    sown[[0, 1, 2], [0, 1, 2]] = YIELD * factor
    done = np.zeros((4, 6))
    done[0, [0, 2]] = done[1, [1, 3]] = 1.0, -1.0
    done[2, [4, 5]] = -1.0
    done[3, 4] = 1.0
    low, high = np.array([*FEED, 0.0, -np.inf]), np.array([np.inf, np.inf, np.inf, QUOTA])
    room = np.full(6, np.inf)
    return Future(
        chance,
        worth,
        0.0,
        np.zeros(6),
        room,
        np.zeros(6, dtype=bool),
        csr_array(sown),
        csr_array(done),
        low,
        high,
        np.zeros(4, dtype=bool),
        np.zeros(3),
    )
