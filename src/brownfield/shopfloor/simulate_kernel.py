"""Cars through stations in a row, compiled: when each car leaves each station, from the time that it keeps the station busy."""

from __future__ import annotations

from typing import Any

import numpy as np

from brownfield.shopfloor.compiled import compiled


@compiled
def flow_through(work: Any, repairs: Any, buffers: Any, before: bool, batch: int) -> tuple[Any, Any]:
    r"""When each car leaves the last station, and what the stations waited for, in batches of cars.

    With :math:`D_{k,i}` the time when car i leaves station k, :math:`T_{k,i}` its work and repairs there, :math:`B_k` the buffer
    behind station k:

    .. math:: D_{k,i} = \max(\max(D_{k-1,i}, D_{k,i-1}) + T_{k,i},\; D_{k+1,\,i-B_k-1})

    or, when a car is begun only when there is room behind, :math:`D_{k,i} = \max(D_{k-1,i}, D_{k,i-1}, D_{k+1,i-B_k-1}) + T_{k,i}`.
    Breakdowns happen at work only and work goes on where it stopped, so T does not depend on the waiting: the times are exact.

    Returns left[car] and waits[station, (starved, blocked, down), batch].
    """
    stations, cars = work.shape
    left = np.zeros((stations, cars))
    waits = np.zeros((stations, 3, -(-cars // batch)))
    for i in range(cars):
        ready = 0.0
        for k in range(stations):
            free = left[k, i - 1] if i > 0 else 0.0
            room = 0.0
            if k + 1 < stations and i - buffers[k] - 1 >= 0:
                room = left[k + 1, i - buffers[k] - 1]
            begin = max(ready, free)
            blocked = 0.0
            if before and room > begin:
                blocked = room - begin
                begin = room
            end = begin + work[k, i] + repairs[k, i]
            if room > end:
                blocked += room - end
                end = room
            waits[k, 0, i // batch] += max(0.0, ready - free)
            waits[k, 1, i // batch] += blocked
            waits[k, 2, i // batch] += repairs[k, i]
            left[k, i] = end
            ready = end
    return left[stations - 1], waits
