"""Inner loops as machine code: compiled when they are first used, kept on disk for the next time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Loop = TypeVar("Loop", bound=Callable[..., Any])


def compiled(loop: Loop) -> Loop:
    """A function over arrays, compiled by numba; where nothing can be kept on disk it is compiled anew in each process."""
    try:
        return cast("Loop", njit(cache=True)(loop))
    except RuntimeError:
        return cast("Loop", njit(loop))


def inlined(loop: Loop) -> Loop:
    """A small function over arrays, compiled into each loop that calls it: no call, no copying of what it is given."""
    try:
        return cast("Loop", njit(cache=True, forceinline=True)(loop))
    except RuntimeError:
        return cast("Loop", njit(forceinline=True)(loop))
