"""Reading a verdict from text: every error says at which letter, and what could stand there."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from brownfield.case.case import Case
from brownfield.errors import CaseError, Problem, Where, nearest, one_of, shown
from brownfield.study.names import beginning_so, meant
from brownfield.study.verdicts import SITES, Verdict, plants_of

KINDS = ("plant", "offer", "product", "headcount", "npv")
EXAMPLES = {
    "plant": "plant NAME open in 2029",
    "offer": "offer NAME accepted",
    "product": "product NAME made at PLANT in 2029",
    "headcount": "headcount at least 2000 at PLANT in 2029",
    "npv": "npv at least 100000",
}
"""How each kind of verdict reads."""

_WORD = re.compile(r'"([^"]*)"|(\S+)')


@dataclass(frozen=True)
class Word:
    """A word of a verdict, or a name in quotes, with the letter at which it begins (the first is 1)."""

    text: str
    at: int
    end: int
    quoted: bool = False

    def means(self, *words: str) -> bool:
        """Whether it is one of these words of the language."""
        return not self.quoted and self.text.casefold() in words


def read_verdict(case: Case, text: str) -> Verdict:
    """A verdict from text, with its names looked up in the case. CaseError that says what is wrong at which letter."""
    return _Reader(case, text).verdict()


class _Reader:
    def __init__(self, case: Case, text: str) -> None:
        self.case, self.text = case, text
        self.words = [Word(m[2] if m[1] is None else m[1], m.start() + 1, m.end(), m[1] is not None) for m in _WORD.finditer(text)]
        self.next = 0

    # words

    def wrong(self, code: str, found: str, expected: str, fix: str, at: Word | None = None) -> CaseError:
        """The one problem that there is, and the letter at which it stands."""
        letter = at.at if at else len(self.text.rstrip()) + 1
        where = Where("--verdict", column=f"from letter {letter}")
        return CaseError([Problem(code, where, f"{found}, in {shown(self.text)}", expected, fix)])

    def peek(self) -> Word | None:
        """The next word."""
        return self.words[self.next] if self.next < len(self.words) else None

    def takes(self, *words: str) -> str:
        """Go past the next word if it is one of these, and say which; else an empty text."""
        word = self.peek()
        if word is None or not word.means(*words):
            return ""
        self.next += 1
        return word.text.casefold()

    def wants(self, *words: str, example: str) -> str:
        """Go past the next word, which must be one of these."""
        taken = self.takes(*words)
        if not taken:
            word = self.peek()
            found = shown(word.text) if word else "nothing more"
            raise self.wrong("BF080", found, one_of(words), (nearest(word.text, words) if word else "") + f"write it like: {example}", word)
        return taken

    def name(self, what: str, names: Sequence[str], ends: Sequence[str], example: str) -> str:
        """A name of the case: the longest that stands here, or all words up to one that may follow a name."""
        first = self.peek()
        if first is None:
            raise self.wrong("BF080", "nothing more", f"the name of {what}", f"write it like: {example}")
        if first.quoted:
            return self.known(what, first.text, names, first, self.next + 1)
        for stop in range(len(self.words), self.next, -1):
            typed = self.text[first.at - 1 : self.words[stop - 1].end]
            if any(typed.casefold() == name.casefold() for name in names):
                return self.known(what, typed, names, first, stop)
        stop = next((i for i in range(self.next + 1, len(self.words)) if self.words[i].means(*ends)), len(self.words))
        return self.known(what, self.text[first.at - 1 : self.words[stop - 1].end], names, first, stop)

    def known(self, what: str, typed: str, names: Sequence[str], at: Word, stop: int) -> str:
        """The name that was typed, looked up."""
        found = meant(typed, names)
        if found is None:
            several = beginning_so(typed, names)
            fix = f"say which: {one_of(several)}" if several else nearest(typed, names) + f"there is {one_of(names, 20)}"
            raise self.wrong("BF081", f"no {what.split()[-1]} {shown(typed)}", f"{what} of the case", fix, at)
        self.next = stop
        return found

    def number(self, example: str) -> float:
        """A number, thousands set apart by commas or not."""
        word = self.peek()
        try:
            value = float(word.text.replace(",", "")) if word else math.nan
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.wrong("BF080", shown(word.text) if word else "nothing more", "a number", f"write it like: {example}", word)
        self.next += 1
        return value

    def when(self, default: range) -> tuple[str, range | list[int]]:
        """`in` a period or a longer span, `by` its end, or nothing."""
        how = self.takes("in", "by")
        if not how:
            return "", default
        word = self.peek()
        if word is None:
            raise self.wrong("BF080", "nothing more", "a period", f"name a period: {one_of(self.case.calendar.names, 30)}")
        name, periods = self.periods(word)
        self.next += 1
        return f" {how} {name}", range(periods[-1] + 1) if how == "by" else periods

    def periods(self, word: Word) -> tuple[str, list[int]]:
        """The periods that a word means: a period, a longer span, or the financial year of that number."""
        calendar = self.case.calendar
        for name in (word.text, word.text.upper(), f"FY{word.text}"):
            if found := calendar.matching(name)[0]:
                return name, found
        fix = nearest(word.text, calendar.names) + f"the periods are {one_of(calendar.names, 30)}"
        raise self.wrong("BF082", shown(word.text), "a period of the plan, or a span with whole periods in it", fix, word)

    # verdicts

    def verdict(self) -> Verdict:
        """The whole text as one verdict."""
        negated = bool(self.takes("not"))
        kind = self.wants(*KINDS, example=EXAMPLES["plant"])
        made = {"plant": self.plant, "offer": self.offer, "product": self.product, "headcount": self.headcount, "npv": self.npv}[kind]()
        if (left := self.peek()) is not None:
            raise self.wrong("BF080", f"{shown(left.text)} after the end", "nothing more", f"write it like: {EXAMPLES[kind]}", left)
        return made.opposite if negated else made

    def verb(self, kind: str, *words: str) -> tuple[bool, str]:
        """The verb of a verdict, with or without `is` and `not` before it."""
        self.takes("is", "are")
        negated = bool(self.takes("not"))
        return negated, self.wants(*words, example=EXAMPLES[kind])

    def plant(self) -> Verdict:
        """`plant NAME open in 2029`."""
        name = self.name("a plant", plants_of(self.case), ("is", "not", *SITES, "shared"), EXAMPLES["plant"])
        negated, state = self.verb("plant", *SITES, "shared")
        horizon = len(self.case.calendar)
        if state == "shared":
            when, periods = self.when(range(horizon))
            words = (f"{name} is shared with a guest{when}", f"{name} is not shared with a guest{when}")
            return Verdict(f"plant {name} shared{when}", "shared", name, periods=tuple(periods), negated=negated, words=words)
        when, periods = self.when(range(horizon - 1, horizon))
        if when.startswith(" by"):
            periods = periods[-1:]
        told = when or " at the end of the plan"
        words = (f"{name} is {state}{told}", f"{name} is not {state}{told}")
        return Verdict(f"plant {name} {state}{when}", "site", name, state, periods=tuple(periods), negated=negated, words=words)

    def offer(self) -> Verdict:
        """`offer NAME accepted`."""
        names = sorted(self.case.active("offers")["offer"])
        name = self.name("an offer", names, ("is", "not", "accepted"), EXAMPLES["offer"])
        negated, _ = self.verb("offer", "accepted")
        when, periods = self.when(range(len(self.case.calendar)))
        words = (f"the offer “{name}” is accepted{when}", f"the offer “{name}” is not accepted{when}")
        return Verdict(f"offer {name} accepted{when}", "accepted", name, periods=tuple(periods), negated=negated, words=words)

    def product(self) -> Verdict:
        """`product NAME made at PLANT in 2029`."""
        product = self.name("a product", sorted(self.case.active("products")["product"]), ("is", "not", "made"), EXAMPLES["product"])
        negated, _ = self.verb("product", "made")
        self.wants("at", example=EXAMPLES["product"])
        name = self.name("a plant", plants_of(self.case), ("in", "by"), EXAMPLES["product"])
        when, periods = self.when(range(len(self.case.calendar)))
        words = (f"{product} is made at {name}{when}", f"{product} is not made at {name}{when}")
        text = f"product {product} made at {name}{when}"
        return Verdict(text, "made", name, product=product, periods=tuple(periods), negated=negated, words=words)

    def headcount(self) -> Verdict:
        """`headcount at least 2000 at PLANT in 2029`."""
        negated, least = self.at_least("headcount")
        name = ""
        if self.takes("at"):
            name = self.name("a plant", plants_of(self.case), ("in", "by"), EXAMPLES["headcount"])
        horizon = len(self.case.calendar)
        when, periods = self.when(range(horizon - 1, horizon))
        where, told = f" at {name}" if name else "", when or " at the end of the plan"
        words = (
            f"{least:,.12g} people or more are{where or ' left'}{told}",
            f"fewer than {least:,.12g} people are{where or ' left'}{told}",
        )
        text = f"headcount at least {least:.12g}{where}{when}"
        return Verdict(text, "headcount", name, least=least, periods=tuple(periods), negated=negated, words=words)

    def npv(self) -> Verdict:
        """`npv at least 100000`."""
        negated, least = self.at_least("npv")
        base = self.case.settings.base_currency
        words = (
            f"the plan is worth {least:,.12g} million {base} or more",
            f"the plan is worth less than {least:,.12g} million {base}",
        )
        return Verdict(f"npv at least {least:.12g}", "npv", least=least, negated=negated, words=words)

    def at_least(self, kind: str) -> tuple[bool, float]:
        """`at least N`, with or without `is` and `not` before it."""
        negated, _ = self.verb(kind, "at")
        self.wants("least", example=EXAMPLES[kind])
        return negated, self.number(EXAMPLES[kind])
