"""What of the machine at hand can be used."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec


@cache
def compiled_here() -> bool:
    """Whether inner loops can be compiled here: numba is installed (the extra `risk`, and `line` has it too)."""
    return find_spec("numba") is not None
