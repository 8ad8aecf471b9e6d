"""How numbers are written, everywhere: money with its currency and a sensible magnitude, people, cars, shares."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Literal

Rounding = Literal["nearest", "up", "down"]
"""up and down are for limits that must stay true once rounded: `by more than` goes up, `never below` goes down."""

SYMBOLS = {"JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "INR": "₹", "KRW": "₩", "BRL": "R$", "CNY": "CN¥", "MXN": "MX$"}
"""Currencies with a sign of their own; the others are written with their code."""

MINUS = "\N{MINUS SIGN}"
SPACE = "\N{NO-BREAK SPACE}"
DASH = "\N{EN DASH}"

_WAYS = {"nearest": ROUND_HALF_EVEN, "up": ROUND_CEILING, "down": ROUND_FLOOR}
_SCALES = ((1e6, "tn"), (1e3, "bn"), (1.0, "million"))


def significant(value: float, digits: int = 3, rounding: Rounding = "nearest") -> Decimal:
    """A number with at most so many significant digits; a hair's breadth (1e-9) beyond a limit does not count."""
    if value == 0:
        return Decimal(0)
    slack = {"nearest": 0.0, "up": -1e-9, "down": 1e-9}[rounding] * abs(value)
    number = Decimal(value + slack)
    step = Decimal(1).scaleb(number.adjusted() - digits + 1)
    return (number / step).quantize(Decimal(1), rounding=_WAYS[rounding]) * step


def plain(value: float, digits: int = 3, rounding: Rounding = "nearest") -> str:
    """A number with thousands separated and no idle zeros: `1,230`, `0.4`, `−38`."""
    number = significant(value, digits, rounding)
    text = f"{abs(number):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return MINUS + text if number < 0 else text


def _scaled(millions: float, rounding: Rounding) -> tuple[float, str]:
    for scale, word in _SCALES:
        if abs(significant(millions, 3, rounding)) >= Decimal(scale):
            return millions / scale, word
    return millions * 1e6, ""


def sign_of(currency: str) -> str:
    """What stands before an amount: `¥`, `€`, `SEK `."""
    return SYMBOLS.get(currency, currency + SPACE)


def money(millions: float, currency: str, rounding: Rounding = "nearest") -> str:
    """An amount in millions of a currency, in words of three significant digits at most: `¥38 bn`, `−€1.25 million`."""
    number, word = _scaled(millions, rounding)
    text = plain(number, 3, rounding)
    minus, text = (MINUS, text[1:]) if text.startswith(MINUS) else ("", text)
    return f"{minus}{sign_of(currency)}{text}" + (SPACE + word if word else "")


def price(amount: float, currency: str) -> str:
    """An amount in single units of a currency, such as a fee per car: `¥110,000`."""
    return money(amount / 1e6, currency) if abs(amount) >= 1e6 else f"{MINUS if amount < 0 else ''}{sign_of(currency)}{plain(abs(amount))}"


def whole(value: float) -> str:
    """A count of people or cars as a whole number: `3,150`."""
    number = round(value)
    return f"{MINUS if number < 0 else ''}{abs(number):,}"


def about(value: float) -> str:
    """A large count in words of three digits: `85,300`, `1.24 million`."""
    return f"{plain(value / 1e6)}{SPACE}million" if abs(significant(value)) >= 1_000_000 else whole(float(significant(value)))


def share(value: float, rounding: Rounding = "nearest") -> str:
    """A share in percent with two significant digits: `0.42 %`, `41 %`; `100 %` only when nothing is missing."""
    if rounding == "nearest" and 0.99 <= value < 1 - 1e-6:
        rounding = "down"
    percent = value * 100
    digits = 3 if abs(percent) >= 99 else 2
    return plain(percent, digits, rounding) + SPACE + "%"


def date(day: datetime.date | None) -> str:
    """A day as people write it: `1 April 2027`."""
    return f"{day.day} {day:%B %Y}" if day else ""


def several(number: int, one: str, many: str = "") -> str:
    """A count with its noun: `1 plant`, `7 plants`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def capital(text: str) -> str:
    """A text as it begins a sentence."""
    return text[:1].upper() + text[1:]


def listed(items: Iterable[str], last: str = "and") -> str:
    """Items in a sentence: `Note, Kicks and Leaf`."""
    names = list(items)
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" {last} " + names[-1] if names else ""


@dataclass(frozen=True)
class Scale:
    """The one unit in which all money of a table or chart is written, so that its cells can be compared and added."""

    divisor: float
    unit: str

    @classmethod
    def of(cls, amounts: Iterable[float], currency: str) -> Scale:
        """The largest unit that still leaves the largest amount at 200 or more, so that small ones are seen beside it."""
        largest = max((abs(a) for a in amounts), default=0.0)
        divisor, word = next(((s, w) for s, w in _SCALES if largest >= 200 * s), (1.0, "million"))
        return cls(divisor, f"{sign_of(currency).strip()} {word}")

    def cell(self, millions: float | None) -> str:
        """An amount as a cell; a dash where nothing is posted."""
        if millions is None:
            return DASH
        number = millions / self.divisor
        text = f"{abs(number):,.1f}"
        return MINUS + text if number < 0 and text.strip("0.,") else text


def digits(text: str) -> str:
    """The figure of a cell or a claim with its thousands set apart and all its digits kept; other words as they are."""
    try:
        return plain(float(text.replace(",", "")), 12)
    except ValueError:
        return text
