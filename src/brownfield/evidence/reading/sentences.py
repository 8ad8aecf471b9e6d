"""Sentences of a paragraph, with their places."""

from __future__ import annotations

import re

_SHORT = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|Nr|Co|Ltd|Inc|Corp|Rs|vs|approx|ca|c|est|e\.g|i\.e|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|pct|sq|"
    r"[A-Z]|U\.S|U\.K|a\.m|p\.m))\.$"
)
_END = re.compile(r"[.!?]+[\"'”’»)\]#]*\s+(?=[\"'“‘(\[«]*[A-Z0-9£$€¥₹₩])|[。！？]")


LONGEST = 1000
"""Characters of a sentence: a longer run of text without an end is cut, so that reading it stays quick."""


def sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Places of the sentences in a part of a text."""
    found, first = [], start
    for match in _END.finditer(text, start, end):
        if text[match.start()] == "." and _SHORT.search(text[max(start, match.start() - 8) : match.start() + 1]):
            continue
        found.append((first, match.end()))
        first = match.end()
    whole = [(a, a + len(text[a:b].rstrip())) for a, b in [*found, (first, end)] if text[a:b].strip()]
    return [piece for a, b in whole for piece in _cut(text, a, b)]


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A run of text in pieces that are not too long, cut at blanks where there are any."""
    pieces = []
    while end - start > LONGEST:
        blank = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        stop = blank if blank > 0 else start + LONGEST
        pieces.append((start, stop))
        start = stop + (blank > 0)
    return [*pieces, (start, end)]
