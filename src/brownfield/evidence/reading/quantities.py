"""Quantities of a sentence: numbers, ranges and dates with unit and currency, without share prices, names and telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from brownfield.evidence.reading import units
from brownfield.evidence.reading.dates import Date, dates
from brownfield.evidence.reading.numbers import Found, numbers, shares, value_of

COUNTS = ("heads", "plants", "lines", "shifts", "cars", "suppliers", "companies", "models")
"""Units of whole things: 1.250 of them are 1250 whatever the decimal mark."""

_AT_MOST = (
    r"nearly|almost|close to|just under|under|less than|fewer than|below|up to|as many as|as much as|at most|(?:no|"
    r"not) more than|a maximum of"
)
_AT_LEAST = (
    r"more than|over|at least|above|upwards of|exceed(?:s|ing|ed)?|in excess of|no (?:fewer|less) than|a minimum of|well over|just over"
)
_LIMIT = re.compile(rf"\b(?:(?P<most>{_AT_MOST})|(?P<least>{_AT_LEAST}))\s+(?:(?:about|around|some|a|the|its)\s+)?$", re.I)
_BETWEEN = re.compile(r"\bbetween\s+(?:about\s+|around\s+)?$", re.I)
_FROM = re.compile(r"\bfrom\s+(?:about\s+|around\s+|the\s+)?$", re.I)
_LINK = re.compile(r"^\s?(?:-|–|—|−)\s?$|^\s+(?:to|and|or|à|bis)\s+$", re.I)
_CHANGE = re.compile(
    r"\b(?:rais(?:e[sd]?|ing)|ris(?:e[sn]?|ing)|rose|f[ae]ll(?:en|s|ing)?|cut(?:s|ting)?|drop\w*|grow\w*|grew|"
    r"(?:in|de)creas\w*|reduc\w*|lower\w*|down|up|lift\w*|expand\w*|stretch\w*|shr[aiu]nk\w*|chang\w*|went|go(?:es)?)\b[^.;]{0,60}$",
    re.I,
)
_TRAILING = re.compile(r"\s+or\s+(?:(?P<least>more|above|over)|(?P<most>less|fewer|below))\b", re.I)
_YEARLY = re.compile(
    r"\b(?:annual|yearly|(?P<month>monthly))\s+(?:[\w-]+\s+){1,3}(?:(?:of|at|to|by|is|was|totals?|reached)\s+(?:[a-z]+\s+){0,2})?$", re.I
)
_MARKET = re.compile(
    r"\b(?:shares?|stocks?|adrs?|bonds?)\b(?:\s+price)?(?:\s+\w+){0,3}?\s+(?:fell|rose|lost|gained|slid|slipped|closed?s?|ended|"
    r"finished|hit|dropped|"
    r"jumped|climbed|sank|dipped|tumbled|traded?|were|was|edged|surged|plunged|fall|falls|rises?)\b|\btitle in the stock exchange\b|"
    r"\b(?:nikkei|kospi|dax|sensex|nifty|ftse|dow|nasdaq|index|hang seng)\b.{0,40}\b(?:closed|ended|finished|fell|rose|at|points)\b|"
    r"\b(?:dollar|euro|yen|pound|sterling|real|rand|lira|peso|rupee|won|yuan)\s+(?:closed|ended|"
    r"finished|traded|was trading|bought|stood)\b|"
    r"\btarget price\b|\b52-week (?:low|high)\b|\bmarket capitali[sz]ation\b|\bspread at\b",
    re.I,
)
_ACCOUNTED = re.compile(r"\s+(?:to|through|until|ended|ending)\s+(?:[A-Z]|[0-9])")
_CLAUSE = re.compile(r"(?<=[.!?;])\s+(?=[\"“”‘'(]?[A-Z])")
_WITNESS = re.compile(
    r"\s*(?:with (?:direct )?knowledge|familiar with|briefed on|close to the|who (?:asked|declined)|told\b|sources?\b|said\b)", re.I
)
_NAME = re.compile(
    r"(?:\b(?:No|Nr|Gate|Hall|Local|Route|Exit|Bloc|Level|Phase|Article|Section|Class|Tier|Euro|Model|Series|Room|Page|Type)\.?|#)\s?$"
)
_CAPITAL = re.compile(r"(?:^|[\s(“\"])(?P<word>[A-Z][\w’'-]*|[A-Z]+)\s?-?$")
_IN_YEAR = re.compile(
    r"\s+(?:of\s+them\s+)?(?:in|last|the)\s+"
    r"(?:19|20|FY|fiscal|year|the\s+(?:year|12|twelve|(?:previous|last|past)\s+(?:fiscal|year))\b)"
)
_THAT_YEAR = re.compile(r"\b(?:[Ii]n\s+(?:19|20)[0-9]{2}|[Ll]ast\s+year)\b[^,;.]{0,30}$")
_EMPLOYS = re.compile(r"\bemploy(?:s|ed|ing)?\s+(?:(?:about|around|some|nearly|almost|over|more than|just)\s+)?$", re.I)
_TO_PEOPLE = re.compile(
    r"\s+of\s+(?:us|you)\b|\s+(?:(?:has|have|had|was|were|are|will|would|to|be|been|so|far|already|now)\s+){1,4}"
    r"(?:made redundant|laid off|dismissed|let go|rehired|hired|recruited|retrained|retired|resigned|transferred|furloughed|"
    r"(?:put|handed) in (?:their|a)|signed up|volunteered)\b", re.I)  # fmt: skip
_WORKFORCE = re.compile(
    r"\b(?:number of (?:people|workers|employees|jobs|posts|positions|staff)|workforce|headcount|payroll|employment)\b[^.;%]{0,50}"
    r"\b(?:to|below|under|above)\s+(?:(?:about|around|some|nearly|almost|just)\s+)?$|\b(?:workforce|headcount|staff)(?::|\s+of)?\s+$",
    re.I,
)
_OUTPUT = re.compile(r"\b(?:output|production|deliveries|sales)\b[^.;]{0,40}(?:\bto|:)\s+(?:(?:about|around|some|nearly|just)\s+)?$", re.I)
_CAPACITY = re.compile(r"\bcapacity:?\s+(?:(?:[a-z-]+\s+){0,4}(?:of|to|at|for|is|was|from)\s+)?(?:(?:about|around|some|nearly)\s+)?$", re.I)
_SPAN = re.compile(
    r"\b(?P<top>half an?|an?|one|two|three|four|five|six)\s+(?P<unit>decade|year|month|week|day|hour)s?(?P<half>\s+and\s+a\s+half)?\b(?!-)",
    re.I,
)
_FEW = frozenset(
    ["plants", "lines", "shifts", "days", "weeks", "months", "years", "suppliers", "companies", "m2", "ft2", "ha", "acres"]
)
_FROM_TO = ("heads", "%", "hours", "days", "weeks", "months", "years")
"""Units in which `from 2 to 8` is a range, where nothing is said to change."""
_BARE = re.compile(
    r"\s*(?:[,.;:)”\"’]|$|(?:in|of|to|from|at|a|the|per|before|after|last|this|now|instead|are|is|were|was|will|would|have|has|had|and|or|"
    r"direct|indirect|permanent|temporary|agency|salaried|hourly|on|by|today|currently|through|cars|more|only|remain|made|signed|took|left|came|got|want|wanted|planned|promised|needed|expected)\b)"
)
"""What stands behind a number whose noun is left out."""
_MORE_OF = re.compile(r"\b(?:a further|another|the (?:other|remaining|first|last))\s+$", re.I)
"""What stands before such a number."""
_TIMES = ("year", "month", "day", "hour")
_MINUS = re.compile(r"\bminus\s$", re.I)
_PERCENT = re.compile(r"(?<![0-9])%\s?$")
_OF_MORE = re.compile(r"\s+of\s+(?:(?:its|the|their|[A-Z][\w]*[’']s)\s+)?[0-9]")
_AGE = re.compile(r",\s+(?:aged\s+)?[1-9][0-9](?:,|\s+and\b)")
_BEFORE_YEAR = re.compile(r"(?i)mid|early|late|summer|spring|autumn|winter|year|fy|sop|eop|output|production|sales|christmas|easter")
_PREPOSITION = frozenset(
    ["in", "since", "by", "from", "until", "till", "through", "before", "after", "around", "during", "for", "of", "to", "between", "and"]
)
_PRIOR_WORD = re.compile(r"([A-Za-z.’'-]+)[\s(]*$")


@dataclass(frozen=True)
class Quantity:
    """One number, range or date of a text, with its unit and what its words allow."""

    start: int
    end: int
    value: float | str
    unit: str
    currency: str = ""
    low: float | None = None
    high: float | None = None
    sure: float = 1.0
    """How sure the reading of value and unit is, from 0 to 1."""


def quantities(
    text: str,
    start: int,
    end: int,
    commas: bool,
    money: str = "",
    local: Mapping[str, str] = MappingProxyType({}),
    counted: Quantity | None = None,
) -> list[Quantity]:
    """Quantities that stand in a part of a text, in order.

    `commas`: the text writes decimal commas; `money`: the currency last named, which millions without any are in; `local`: what
    dollar, peso, krone and crown mean in it; `counted`: people or cars of the sentence before, which a bare number may go on about.
    """
    part = text[start:end]
    days = dates(part)
    spans = _spans(part)
    parts = [one for one in shares(part) if not any(one.start < other.end and other.start < one.end for other in spans)]
    taken = [(one.start, one.end) for one in days] + [(one.start, one.end) for one in parts] + [(one.start, one.end) for one in spans]
    plain = [one for one in numbers(part, commas) if not any(one.start < e and s < one.end for s, e in taken)]
    seen = _in_ranges([item for one in plain if (item := _counted(part, one, commas, local)) is not None], part)
    found = [_dated(one) for one in days if _is_date(part, one)] + spans
    found += [Quantity(one.start, one.end, one.value, "%") for one in parts]
    found += _with_units(seen, part, money, counted)
    kept = [_limited(one, part) for one in found if not _no_concern(one, part)]
    return sorted((replace(one, start=one.start + start, end=one.end + start) for one in kept), key=lambda one: one.start)


def _dated(date: Date) -> Quantity:
    return Quantity(date.start, date.end, date.value, "date", sure=0.9 if date.kind == "year" else 1.0)


def _spans(text: str) -> list[Quantity]:
    """Decades, in years, and times with a half behind them, such as a week and a half."""
    counts = {"half a": 0.5, "half an": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
    found = []
    for one in _SPAN.finditer(text):
        decade, count = one["unit"].lower() == "decade", counts[one["top"].lower()] + (0.5 if one["half"] else 0.0)
        if decade or one["half"] or count < 1:
            found.append(Quantity(*one.span(), 10.0 * count if decade else count, "years" if decade else f"{one['unit'].lower()}s"))
    return found


def _is_date(text: str, date: Date) -> bool:
    """Whether a year is one: not the last word of a name, as in Drive 2030, nor a count, as in 2000 workers."""
    if date.kind != "year":
        return True
    before, after = text[: date.start], text[date.end :]
    if (units.unit_after(text, date.end) or units.BEFORE.search(before) or units.AFTER.match(text, date.end)) and not re.match(
        r"\s*[A-Za-z]+ed\b", after
    ):
        prior = _PRIOR_WORD.search(before)
        return prior is not None and prior[1].lower() in _PREPOSITION and int(date.value) < 2100
    name = _CAPITAL.search(before)
    return not (
        name
        and name["word"].lower() not in _PREPOSITION
        and not _BEFORE_YEAR.match(name["word"])
    )


def _counted(text: str, number: Found, commas: bool, local: Mapping[str, str]) -> Quantity | None:
    """A number with the unit and currency around it; without a unit when it has none; nothing when it is part of a name."""
    before = text[: number.start]
    if _NAME.search(before):
        return None
    start, end, code, unit, sure = number.start, number.end, "", "", 1.0
    sign, named = units.BEFORE.search(before), units.AFTER.match(text, end)
    if sign:
        code, start = units.currency(sign, text, local), sign.start()
        if not code:
            return None  # the R of a name, as in R5
        if named and sign[0].strip() == "$":
            code, end = units.currency(named, text, local) or code, named.end()
    elif named:
        code = units.currency(named, text, local)
        end, sure, unit = named.end(), 1.0 if code else 0.5, "" if code else "money"
    if not code and not unit and (noun := units.unit_after(text, end)):
        unit, end = noun.unit, noun.end
    value = number.value
    if (unit in COUNTS or not (unit or code)) and number.as_read and not number.scaled:
        value = value_of(number.as_read, commas, whole=True)
        sure = min(sure, 1.0 if value == number.value else 0.8)
    if not code and not unit and (_EMPLOYS.search(before) or _WORKFORCE.search(before) or _TO_PEOPLE.match(text, end)):
        unit, sure = "heads", 0.8
    elif not code and not unit and value >= 1000 and _OUTPUT.search(before):
        unit, sure = "cars", 0.7
    if code and value > 0 and _MINUS.search(text[:start]):
        start, value = start - len("minus "), -value
    unit = code or unit
    if unit and (per := units.per_after(text, end)):
        # days for each year worked, or for each person, are days
        unit, end = unit if unit in ("%", "days", "weeks", "months") else f"{unit}/{per[0]}", per[1]
    elif unit in ("cars", code) and unit and (often := _YEARLY.search(text[:start])):
        unit = f"{unit}/{'month' if often['month'] else 'year'}"
    elif unit == "cars" and _CAPACITY.search(text[:start]):
        unit = "cars/year"
    elif not unit and (per := units.per_after(text, end)) and (100 if _CAPACITY.search(text[:start]) else 1000) <= value < 1e7:
        unit, end, sure = (f"cars/{per[0]}", per[1], 0.7) if per[0] in _TIMES else ("", end, sure)
    elif not unit and _PERCENT.search(before):
        unit = "%"
    capital = _CAPITAL.search(before)
    if not unit and capital and capital["word"].lower() not in _PREPOSITION and not _OF_MORE.match(text, end):
        return None
    return Quantity(start, end, value, unit, code, sure=sure)


def _in_ranges(items: list[Quantity], text: str) -> list[Quantity]:
    """Pairs such as 35-40 billion yen or between 8,000 and 10,000 jobs as one quantity with two ends."""
    made: list[Quantity] = []
    for item in items:
        last = made[-1] if made else None
        if last is not None and last.low is None and _LINK.match(text[last.end : item.start]):
            between = bool(_BETWEEN.search(text[: last.start]))
            word = text[last.end : item.start].strip().lower()
            rise = bool(_FROM.search(text[: last.start]))
            if rise and not last.unit and item.currency and _scale(text[last.start : last.end]) == 1:
                # from 412 to 297 million francs: the first number has the scale and the unit of the second
                value = float(last.value) * _scale(text[item.start : item.end])
                made[-1] = replace(last, value=value, unit=item.unit, currency=item.currency)
            kept = rise and (item.unit.split("/")[0] not in _FROM_TO or bool(_CHANGE.search(text[: last.start])))
            joined = None if (word == "and" and not between) or kept else _range(last, item, text)
            if joined is not None:
                made[-1] = joined
                continue
        made.append(item)
    return made


def _range(first: Quantity, second: Quantity, text: str) -> Quantity | None:
    """Two ends as one range; nothing when they do not make one. The first takes the scale and unit of the second."""
    unit = first.unit if first.unit.split("/")[0] == second.unit else second.unit or first.unit
    end = second.end
    if not second.unit and unit and "/" not in unit and (per := units.per_after(text, end)):
        unit, end = f"{unit}/{per[0]}", per[1]
    if not unit or (first.unit and second.unit and first.unit.split("/")[0] != second.unit.split("/")[0]):
        return None
    one, other = float(first.value), float(second.value)
    scale = _scale(text[second.start : second.end])
    if scale > 1 and one * scale <= other and _scale(text[first.start : first.end]) == 1:
        one *= scale
    if not one < other:
        return None
    low, high = float(f"{one:.12g}"), float(f"{other:.12g}")
    middle = float(f"{(low + high) / 2:.12g}")
    code = first.currency or second.currency
    return Quantity(first.start, end, middle, unit, code, low, high, min(first.sure, second.sure, 0.95))


def _scale(text: str) -> float:
    """What the words of a number multiply it by."""
    from brownfield.evidence.reading.numbers import SCALES

    word = re.search(r"\d[\s-]?([A-Za-z]+)", text)
    return SCALES.get(word[1].lower(), 1.0) if word else 1.0


def _with_units(items: list[Quantity], text: str, money: str, counted: Quantity | None) -> list[Quantity]:
    """Quantities with a unit; a number without one counts what the number before it in the sentence counts, if it may."""
    found: list[Quantity] = []
    for i, item in enumerate(items):
        if item.unit:
            found.append(item)
            continue
        near = [*reversed(found), *(other for other in items[i + 1 :] if other.unit)]
        lender = next((other for other in near if _may_lend(other, item, text)), None)
        if lender is None and counted is not None and _goes_on(counted, near, item, text):
            lender = counted
        if lender is not None:
            # what was made in a year that is named is a number of cars, not a rate
            past = _IN_YEAR.match(text, item.end) or _THAT_YEAR.search(text[: item.start])
            unit = lender.unit.removesuffix("/year") if past else lender.unit
            found.append(replace(item, unit=unit, currency=lender.currency, sure=0.6))
        elif money and float(item.value) >= 1e6 and re.search("[A-Za-z]", text[item.start : item.end]):
            found.append(replace(item, unit=money, currency=money, sure=0.5))
    return found


def _may_lend(lender: Quantity, item: Quantity, text: str) -> bool:
    """Whether a number without a unit may count the same as another: both in one sentence and of a like size."""
    gap = text[min(lender.end, item.end) : max(lender.start, item.start)]
    if re.search(r"[.!?;]\s+[A-Z]", gap) or len(gap) > 160:
        return False
    words = text[item.start : item.end]
    if not _BARE.match(text, item.end) and not _MORE_OF.search(text[: item.start]):
        return False
    one, other = abs(float(item.value)), abs(float(lender.value))
    if item.end < lender.start and _OF_MORE.match(text, item.end) and lender.start - item.end < 25:
        return lender.unit.split("/")[0] not in ("%", lender.currency) and one <= other
    if lender.unit.endswith(("/hour", "/day")):
        return bool(other) and 0.2 <= one / other <= 5
    if lender.unit.split("/")[0] in ("cars", "heads"):
        return (one >= 100 and bool(other) and 0.02 <= one / other <= 50) or (
            not words[:1].isdigit() and lender.unit == "heads" and one >= 10
        )
    if lender.unit in ("hours", "days", "weeks", "months", "years") and (len(gap) > 60 or item.start < lender.start):
        return False
    if lender.unit.split("/")[0] in _FEW:
        return bool(other) and 0.05 <= one / other <= 20 and float(one).is_integer()
    return (
        lender.unit != "%" and bool(lender.currency) and bool(re.search(r"[A-Za-z]", words)) and bool(other) and 0.01 <= one / other <= 100
    )


def _goes_on(counted: Quantity, near: list[Quantity], item: Quantity, text: str) -> bool:
    """Whether a bare number counts what was counted in the sentence before: of a like size, and its own sentence counts none."""
    one, other = float(item.value), abs(float(counted.value))
    own = any(kind.unit.split("/")[0] == counted.unit.split("/")[0] for kind in near)
    return not own and one >= 20 and _BARE.match(text, item.end) is not None and 0.02 * other <= one <= 5 * other


def _limited(item: Quantity, text: str) -> Quantity:
    """A quantity with the limit that its words give it: nearly 4,000 is 4,000 at most, more than 20,000 at least."""
    if item.low is not None or isinstance(item.value, str):
        return item
    limit = _LIMIT.search(text[: item.start])
    trailing = _TRAILING.match(text, item.end)
    if limit:
        return replace(item, start=limit.start(), low=item.value if limit["least"] else None, high=item.value if limit["most"] else None)
    if trailing:
        return replace(
            item, end=trailing.end(), low=item.value if trailing["least"] else None, high=item.value if trailing["most"] else None
        )
    return replace(item, low=item.value) if text[item.end - 1 : item.end + 1].endswith("+") else item


def _no_concern(item: Quantity, text: str) -> bool:
    """Whether a quantity is about share prices and indices, the people who tell the story, or an age."""
    bounds = [0, *(match.end() for match in _CLAUSE.finditer(text)), len(text)]
    left = max(bound for bound in bounds if bound <= item.start)
    right = min((bound for bound in bounds if bound >= item.end), default=len(text))
    if item.unit != "date" and _MARKET.search(text[left:right]):
        return True
    if item.unit == "heads" and float(item.value) < 20 and _WITNESS.match(text, item.end):
        return True
    if item.unit in ("years", "months", "weeks", "days") and re.match(r"\s+(?:ago|earlier)\b", text[item.end :]):
        return True
    if item.unit == "months" and re.search(r"(?i)\b(?:in|over|for) the first\s+$", text[: item.start]):
        return True
    if item.unit in ("months", "weeks") and _ACCOUNTED.match(text, item.end) and text[: item.start].endswith("the "):
        return True
    if item.unit == "years" and (re.match(r"[\s-]+old\b", text[item.end :]) or _AGE.search(text[left:right])):
        return True
    return item.value == 0
