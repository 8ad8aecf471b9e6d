"""Numbers as people write them: 3,900 and 3.900 and 3 900, 1.2mn, 4 lakh, three thousand nine hundred, two-thirds, 8 in 10."""

from __future__ import annotations

import re
from typing import NamedTuple

from brownfield.evidence.reading.units import LETTERS

SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "thou": 1e3,
    "tsd": 1e3,
    "k": 1e3,
    "lakh": 1e5,
    "lakhs": 1e5,
    "lac": 1e5,
    "million": 1e6,
    "millions": 1e6,
    "mn": 1e6,
    "mln": 1e6,
    "mio": 1e6,
    "mi": 1e6,
    "m": 1e6,
    "crore": 1e7,
    "crores": 1e7,
    "cr": 1e7,
    "billion": 1e9,
    "billions": 1e9,
    "bn": 1e9,
    "bln": 1e9,
    "b": 1e9,
    "milliard": 1e9,
    "mrd": 1e9,
    "trillion": 1e12,
    "trillions": 1e12,
    "tn": 1e12,
    "trn": 1e12,
}
"""What a word after a number multiplies it by."""

_SCALE = (
    r"(?:(?:(?i:hundred|thousand|thou|tsd|lakhs?|lac|millions?|mln|mio|mn|crores?|cr|billions?|bln|bn|milliard|mrd|trillions?|trn|tn|mi)|"
    r"[kKmMbB])(?![A-Za-z²])(?:(?<=[Tt]sd|[Mm]io|[Mm]rd)\.)?|M(?=(?:EUR|SEK|NOK|DKK|CHF|USD|GBP|PLN|CZK|HUF|RON|TRY|INR|CNY|JPY)\b))"
)
_SMALL = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {word: 10 * value for value, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)}
_WORD = "|".join(sorted([*_SMALL, *_TENS], key=len, reverse=True))
_BIG = "hundred|thousand|million|billion|trillion|dozen"
_MORE = rf"(?:(?:[\s-]+(?:and[\s-]+)?)(?:{_WORD}|{_BIG})\b|\s+and\s+a\s+(?:half|quarter)(?=\s+(?:{_BIG})))"
WORDS = re.compile(
    rf"\b(?:half an?|a quarter of an?|an?)\s+(?:{_BIG})\b{_MORE}*|"
    rf"\b(?:{_WORD})\b{_MORE}*(?:\s+(?:lakh|crore)\b)?",
    re.I,
)
"""Numbers in words."""

DIGITS = re.compile(
    rf"(?:(?<![A-Za-z0-9_#/])|{LETTERS})(?<![0-9][.,:/])(?<![A-Za-z]-)[-−+]?"
    r"(?P<digits>[0-9]{1,3}(?:[\s\u00a0\u2009\u202f'’][0-9]{3})+(?:[.,][0-9]{1,2})?(?![0-9])|"
    r"[0-9]{1,3}(?:[.,][0-9]{2,3})*(?:[.,][0-9]+)?|[0-9]+(?:[.,][0-9]+)?)"
    rf"(?![0-9:])(?P<scale>[\s\u00a0-]?{_SCALE}(?:\s+(?:crores?|million|billion)\b)?)?(?P<more>\+)?",
)
"""Numbers in digits, with the word that scales them."""

_SHARES = {"half": 0.5, "third": 1 / 3, "quarter": 0.25, "fifth": 0.2, "sixth": 1 / 6, "seventh": 1 / 7, "eighth": 0.125, "tenth": 0.1}
SHARE = re.compile(
    r"\b(?:(?P<top>one|two|three|four|five|a|an)[\s-]+)?(?P<part>half|halves|thirds?|quarters?|fifths?|sixths?|sevenths?|"
    r"eighths?|tenths?)\b",
    re.I,
)
"""Shares in words: a third, two-thirds, half."""

IN_TEN = re.compile(
    rf"\b(?P<top>[0-9]{{1,2}}|{_WORD})\s+(?:(?:in|out\s+of)(?:\s+every)?|of\s+every)\s+(?P<all>[0-9]{{1,3}}|{_WORD})\b", re.I
)
"""Shares as counts: 8 in 10, one in two."""


LARGEST = 1e18
"""A longer run of digits counts nothing."""


class Found(NamedTuple):
    """A number as it stands in a text."""

    start: int
    end: int
    value: float
    scaled: bool
    """Whether a word such as million multiplies it."""
    in_words: bool
    as_read: str
    """The digits alone, to be read again when the unit says that they count whole things."""


def comma_decimals(text: str) -> bool:
    """Whether a text writes 2,4 billion and 1.250 people, as on the European continent."""
    comma = len(re.findall(r"(?<![\d.,])\d{1,3}(?:\.\d{3})*,\d{1,2}(?![\d,.]\d|\d)", text))
    point = len(re.findall(r"(?<![\d.,])\d{1,3}(?:,\d{3})*\.\d{1,2}(?![\d,.]\d|\d)", text)) + len(
        re.findall(r"(?<![\d.,])\d{1,3},\d{3}(?![\d])", text)
    )
    return comma > point


def value_of(digits: str, commas: bool, whole: bool = False) -> float:
    """Digits as a number. `commas`: the text has decimal commas; `whole`: the number counts whole things."""
    plain = re.sub(r"[\s\u00a0\u2009\u202f'’]", "", digits)
    if "," in plain and "." in plain:
        decimal = max(plain.rfind(","), plain.rfind("."))
        return float(re.sub(r"[.,]", "", plain[:decimal]) + "." + plain[decimal + 1 :])
    mark = "," if "," in plain else "."
    groups = plain.split(mark)
    grouped = len(groups) > 1 and len(groups[-1]) == 3 and all(1 <= len(part) <= 3 for part in groups[:-1]) and groups[0] != "0"
    if len(groups) > 2 or (grouped and (whole or (mark == ".") == commas)):
        return float("".join(groups))
    return float(plain.replace(",", "."))


def numbers(text: str, commas: bool) -> list[Found]:
    """All numbers of a text in digits or words, in order; what they count is another question."""
    found = []
    for match in DIGITS.finditer(text):
        scale = re.findall(r"[A-Za-z]+", match["scale"] or "")
        if scale == ["m"] and re.match(r"\s?(?:²|2\b|long|wide|high|tall|deep)", text[match.end() :]):
            scale = []
        factor = 1.0
        for word in scale:
            factor *= SCALES[word.lower()]
        sign = -1.0 if match[0][0] in "-−" and not re.search(r"[\w)]\s?$", text[: match.start()][-2:]) else 1.0
        end = match.end() if scale or not match["scale"] else match.end("digits")
        value = sign * value_of(match["digits"], commas) * factor
        if abs(value) > LARGEST:
            continue
        found.append(Found(match.start("digits") if sign > 0 else match.start(), end, _rounded(value), bool(scale), False, match["digits"]))
    for match in WORDS.finditer(text):
        spelt = _in_words(match[0])
        if spelt is not None and spelt <= LARGEST and not any(match.start() < other.end and other.start < match.end() for other in found):
            found.append(Found(*match.span(), spelt, False, True, ""))
    return sorted(found)


def _in_words(text: str) -> float | None:
    """The value of a number in words; nothing for a bare `one`, which mostly is an article."""
    words = [word for word in re.split(r"[\s-]+", text.lower()) if word not in ("and", "of")]
    factor = 1.0
    if words[0] == "half":
        factor, words = 0.5, words[1:]
    elif words[:2] == ["a", "quarter"]:
        factor, words = 0.25, words[2:]
    if words == ["one"]:
        return None
    total, part = 0.0, 0.0
    for word in words:
        if word in ("a", "an"):
            part = part or 1.0
        elif word in ("half", "quarter"):
            part += _SHARES[word]
        elif word in _SMALL or word in _TENS:
            part += _SMALL.get(word, 0) + _TENS.get(word, 0)
        elif word in ("hundred", "dozen"):
            part = (part or 1.0) * (100 if word == "hundred" else 12)
        else:
            total, part = total + (part or 1.0) * SCALES[word], 0.0
    return factor * (total + part)


def shares(text: str) -> list[Found]:
    """Shares in words, in percent."""
    found = []
    for match in IN_TEN.finditer(text):
        share, whole = (float(part) if part.isdigit() else float(_in_words(part) or 1) for part in match.groups())
        if 0 < share <= whole and whole in (2, 3, 4, 5, 6, 8, 10, 20, 100):
            found.append(Found(*match.span(), _rounded(100 * share / whole), False, True, ""))
    for match in SHARE.finditer(text):
        part, top = match["part"].lower(), (match["top"] or "").lower()
        one = _SHARES["half" if part == "halves" else part.removesuffix("s")]
        after, before = text[match.end() :], text[: match.start()]
        if re.match(
            r"[\s-]+(?:of\s+(?:the\s+)?(?:19|20)\d\d|(?:an?\s+)?(?:million|dozen|billion|thousand|hundred)\b|an?\s+year|of\s+an?\s+(?:million|billion))",
            after,
            re.I,
        ):
            continue  # the first quarter of 2026, half a million, a quarter of a million
        if part != "half" and not top:
            continue  # third shift, fourth quarter
        if part in ("half", "quarter", "third", "fifth") and top in ("", "a", "an") and not _is_share(before, after, part, top):
            continue
        times = {"": 1, "a": 1, "an": 1}.get(top) or _SMALL[top]
        found.append(Found(*match.span(), _rounded(100 * times * one), False, True, ""))
    return found


def _is_share(before: str, after: str, part: str, top: str) -> bool:
    """Whether half, a third or a quarter is a share of something: not the first half, half an hour, a third plant or a quarter ago."""
    if re.search(r"\b(?:first|second|last|each|every|this|next|and a|per)\s+$", before, re.I):
        return False
    if part == "half" or top == "":
        return not re.match(r"[\s-]+(?:an?\b|hour|year|time|way|day|price)", after, re.I)
    if re.match(
        r"\s+(?:of|or|less|more|lower|higher|fewer|below|above)\b|\s*[.,;:)”\"]|\s*$|\s+(?:to|from|in|on|last|this|since|by|at)\b",
        after,
        re.I,
    ):
        return part != "quarter" or not re.match(r"\s+(?:to|from|in|last|this)\b", after, re.I)
    return False


def _rounded(value: float) -> float:
    """A product of decimal numbers without the dust of binary ones: 1.15 billion is 1150000000."""
    return float(f"{value:.12g}")
