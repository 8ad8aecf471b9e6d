"""Names as people type them: whole, or as much of the beginning as only one name has."""

from __future__ import annotations

from collections.abc import Sequence


def meant(typed: str, names: Sequence[str]) -> str | None:
    """The one name that is meant: written alike, alike but for capitals, or the only one that begins so; None if there is none."""
    if typed in names:
        return typed
    low = typed.casefold()
    for alike in ([n for n in names if n.casefold() == low], [n for n in names if n.casefold().startswith(low)]):
        if len(alike) == 1:
            return alike[0]
    return None


def beginning_so(typed: str, names: Sequence[str]) -> list[str]:
    """Names that begin as typed, when more than one does."""
    found = [name for name in names if name.casefold().startswith(typed.casefold())]
    return found if len(found) > 1 else []
