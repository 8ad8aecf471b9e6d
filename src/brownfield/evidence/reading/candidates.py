"""Candidate claims of one article: each quantity with its sentence, its place, who says it and how."""

from __future__ import annotations

from dataclasses import dataclass

from brownfield.evidence.reading import units
from brownfield.evidence.reading.documents import Document
from brownfield.evidence.reading.numbers import comma_decimals
from brownfield.evidence.reading.quantities import Quantity, quantities
from brownfield.evidence.reading.sentences import sentences
from brownfield.evidence.reading.speech import Speech, speech


@dataclass(frozen=True)
class Candidate:
    """A quantity in its sentence."""

    quantity: Quantity
    words: str
    sentence: str
    sentence_start: int
    before: str
    """The sentence before it in the same paragraph, where a plant or speaker may be named."""
    speech: Speech
    headline: bool

    @property
    def start(self) -> int:
        """Where its words begin in the text of the article."""
        return self.quantity.start

    @property
    def end(self) -> int:
        """Where its words end."""
        return self.quantity.end

    @property
    def value(self) -> float | str:
        """Its value, written out in full."""
        return self.quantity.value

    @property
    def unit(self) -> str:
        """Its unit, such as `heads` or `EUR/year`."""
        return self.quantity.unit

    @property
    def low(self) -> float | None:
        """Least value that its words allow."""
        return self.quantity.low

    @property
    def high(self) -> float | None:
        """Greatest value that its words allow."""
        return self.quantity.high


def _whole(document: Document) -> str:
    """The article from its headline to its end, with the place and day that it begins with."""
    return document.text[document.blocks[0].start : document.blocks[-1].end] if document.blocks else ""


def candidates(document: Document) -> list[Candidate]:
    """Every quantity of an article in the order of the text.

    Millions without a currency are in the one last named; before any is, in the only one that the article names.
    """
    found = _in_money(document, "")
    named = {one.quantity.currency for one in found} - {""}
    return _in_money(document, named.pop()) if len(named) == 1 else found


def _in_money(document: Document, money: str) -> list[Candidate]:
    """Every quantity of an article. `money`: the currency of millions before any is named."""
    text, commas, local = document.text, comma_decimals(document.body), units.local(_whole(document))
    found: list[Candidate] = []
    for block in document.blocks:
        before, counted = "", None
        for start, end in sentences(text, block.start, block.end):
            sentence = " ".join(text[start:end].split())
            how = None
            for item in quantities(text, start, end, commas, money, local, counted):
                money = item.currency or money
                counted = item if item.unit in ("heads", "cars", "cars/year") else counted
                how = how or speech(sentence, before)
                found.append(Candidate(item, " ".join(text[item.start : item.end].split()), sentence, start, before, how, block.headline))
            before = sentence
    return found
