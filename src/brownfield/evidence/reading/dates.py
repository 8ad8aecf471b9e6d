"""Dates as people write them: days, months, quarters, halves, years and fiscal years, each with its year."""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?:19[0-9]{2}|20[0-9]{2})"
_ORDINAL = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_QUARTER_OF = {"january": 1, "jan": 1, "april": 2, "apr": 2, "july": 3, "jul": 3, "october": 4, "oct": 4}

_FISCAL = r"(?:FY\s?|(?:fiscal|financial)\s+(?:year\s+)?)"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("quarter", re.compile(rf"\bQ([1-4])\s*(?:of\s+)?(FY\s?|fiscal\s+)?'?({_YEAR}|[0-9]{{2}})\b", re.I)),
    ("quarter", re.compile(rf"\b(first|second|third|fourth|1st|2nd|3rd|4th)[\s-]quarter\s+(?:of\s+)?(fiscal\s+(?:year\s+)?|"
        rf"FY\s?)?({_YEAR})\b", re.I)),
    ("months", re.compile(rf"\b({_MONTH})\s?(?:-|–|to)\s?{_MONTH}\s+(?:quarter|period)\s+(?:of\s+)?({_YEAR})\b", re.I)),
    ("half", re.compile(rf"\b(?:H([12])(?=\s?[0-9'])|(first|second)[\s-]half)\s*(?:of\s+)?'?({_YEAR}|(?<=[12]\s)[0-9]{{2}})\b", re.I)),
    ("fiscal", re.compile(rf"\b{_FISCAL}({_YEAR}|[0-9]{{2}})(?:\s?[-/–]\s?([0-9]{{2,4}}))?E?\b", re.I)),
    ("fiscal", re.compile(rf"\b({_YEAR})\s?[-/–]\s?([0-9]{{2}})\s+(?:fiscal|financial)\b", re.I)),
    ("iso", re.compile(rf"\b({_YEAR})[-./](0[1-9]|1[0-2])(?:[-./](0[1-9]|[12][0-9]|3[01]))?\b")),
    ("day", re.compile(rf"\b[0-9]{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}\b", re.I)),
    ("day", re.compile(rf"\b{_MONTH}\s+[0-9]{{1,2}}(?:st|nd|rd|th)?,?\s+{_YEAR}\b", re.I)),
    ("numeric", re.compile(rf"\b[0-9]{{1,2}}([./])[0-9]{{1,2}}\1{_YEAR}\b")),
    ("month", re.compile(rf"\b{_MONTH},?\s+(?:of\s+)?{_YEAR}\b", re.I)),
    ("year", re.compile(rf"(?<![\w.,/-]){_YEAR}(?![\w/]|[.,][0-9]|-[0-9]|\s?[%£$€])")),
    ("year", re.compile(rf"(?<=\b(?i:mid|pre)-){_YEAR}\b|(?<=\b(?i:post|late)-){_YEAR}\b|"
        rf"(?<=\b(?i:end)-){_YEAR}\b|(?<=\b(?i:early)-){_YEAR}\b")),
    ("year end", re.compile(rf"\bYE\s?'?({_YEAR}|[0-9]{{2}})E?\b")),
    ("years", re.compile(rf"(?<![\w.,/-])({_YEAR})\s?[-–]\s?({_YEAR})\b")),
)  # fmt: skip


class Date(NamedTuple):
    """A date as read: where it stands, and its value such as 2026, 2026-06, 2026-06-30, 2026-Q1, 2026-H1 or FY2026."""

    start: int
    end: int
    value: str
    kind: str


def dates(text: str) -> list[Date]:
    """All dates with a year, in order; of two that overlap the one whose pattern says more."""
    found: list[Date] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            if kind == "years":
                found += [Date(*match.span(1), match[1], "year"), Date(*match.span(2), match[2], "year")]
            elif value := _value(kind, match):
                found.append(Date(*match.span(), value, kind))
    return sorted(found)


def _value(kind: str, match: re.Match[str]) -> str:
    """The value of a date; nothing when it is no day of the calendar, or could be one of two days."""
    if kind == "quarter":
        number = match[1] if match[1].isdigit() else str(_ORDINAL[match[1].lower()])
        return f"{'FY' if match[2] else ''}{_full(match[3])}-Q{number}"
    if kind == "months":
        first = match[1].lower().rstrip(".")
        return f"{match[2]}-Q{_QUARTER_OF[first]}" if first in _QUARTER_OF else ""
    if kind == "half":
        return f"{_full(match[3])}-H{match[1] or _ORDINAL[match[2].lower()]}"
    if kind == "year end":
        return _full(match[1])
    if kind == "fiscal":
        return f"FY{_full(match[1])}"
    if kind == "iso":
        return _day("-".join(part for part in match.groups() if part)) if match[3] else f"{match[1]}-{match[2]}"
    if kind == "numeric" and (found := re.match(r"(\d+)[./](\d+)[./](\d+)", match[0])):
        first, second = int(found[1]), int(found[2])
        # 30.06.2026 has its day first; 6/7/2025 may be June or July, and is left alone
        clear = match[1] == "." or first > 12
        return _day(f"{found[3]}-{second:02}-{first:02}") if clear else _day(f"{found[3]}-{first:02}-{second:02}") if second > 12 else ""
    return match[0] if kind == "year" else _written(match[0], kind)


def _full(year: str) -> str:
    return year if len(year) == 4 else f"20{year}"


def _day(text: str) -> str:
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _written(text: str, kind: str) -> str:
    """A day or month with its name written out, such as `30 June 2026` or `Sept. 2026`."""
    from dateutil.parser import ParserError, parse

    try:
        day = parse(text.replace(" of ", " "), default=datetime.datetime(2000, 1, 1))
    except (ParserError, OverflowError):
        return ""
    return day.date().isoformat() if kind == "day" else f"{day.year:04}-{day.month:02}"
