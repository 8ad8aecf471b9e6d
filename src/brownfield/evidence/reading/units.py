"""What a number counts: currencies, people, plants, cars, shares, time, areas; and the `a year` or `per car` behind it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_SIGNS = {
    "R$": "BRL",
    "US$": "USD",
    "A$": "AUD",
    "C$": "CAD",
    "NT$": "TWD",
    "HK$": "HKD",
    "S$": "SGD",
    "NZ$": "NZD",
    "AU$": "AUD",
    "CA$": "CAD",
    "Mex$": "MXN",
    "MX$": "MXN",
    "$": "USD",
    "£": "GBP",
    "€": "EUR",
    "¥": "JPY",
    "₩": "KRW",
    "₹": "INR",
    "Rs.": "INR",
    "Rs": "INR",
    "RM": "MYR",
    "RMB": "CNY",
    "฿": "THB",
    "₺": "TRY",
    "₽": "RUB",
    "zł": "PLN",
    "Kč": "CZK",
    "TL": "TRY",
    "SFr.": "CHF",
    "SFr": "CHF",
    "Fr.": "CHF",
    "Ft": "HUF",
    "Rp": "IDR",
    "R": "ZAR",
}
_CODES = [
    "USD",
    "EUR",
    "GBP",
    "JPY",
    "KRW",
    "INR",
    "CNY",
    "CHF",
    "SEK",
    "NOK",
    "DKK",
    "CZK",
    "PLN",
    "HUF",
    "RON",
    "BRL",
    "MXN",
    "ARS",
    "ZAR",
    "THB",
    "TWD",
    "HKD",
    "AUD",
    "CAD",
    "TRY",
    "RUB",
    "MYR",
    "IDR",
    "VND",
    "EGP",
    "SGD",
    "NZD",
    "PHP",
    "CLP",
    "COP",
    "MAD",
    "SKK",
    "SAR",
    "AED",
    "QAR",
    "KWD",
    "ILS",
    "UAH",
    "KZT",
    "PKR",
    "BDT",
    "NGN",
    "KES",
    "RSD",
    "PEN",
]
_NAMES = {
    "euro": "EUR",
    "pound": "GBP",
    "dollar": "USD",
    "yen": "JPY",
    "won": "KRW",
    "yuan": "CNY",
    "renminbi": "CNY",
    "rupee": "INR",
    "reai": "BRL",
    "real": "BRL",
    "kronor": "SEK",
    "zloty": "PLN",
    "baht": "THB",
    "rand": "ZAR",
    "ruble": "RUB",
    "rouble": "RUB",
    "lira": "TRY",
    "forint": "HUF",
    "koruna": "CZK",
    "ringgit": "MYR",
    "dirham": "MAD",
    "lei": "RON",
    "franc": "CHF",
    "rupiah": "IDR",
    "dong": "VND",
}
_BY_PLACE = {
    "peso": (("MXN", r"Mexic"), ("ARS", r"Argentin|Buenos"), ("PHP", r"Philippin|Manila"), ("COP", r"Colombia"), ("CLP", r"Chile")),
    "krone": (("NOK", r"Norw|Oslo"), ("DKK", r"Danish|Denmark|Copenhagen")),
    "crown": (("CZK", r"Czech|Prague"), ("SEK", r"Swed|Stockholm|Gothenburg")),
}

_SIGN = "|".join(re.escape(sign) for sign in sorted([*_SIGNS, *_CODES], key=len, reverse=True))
BEFORE = re.compile(rf"(?:(?<![A-Za-z])(?P<sign>{_SIGN})\s?|(?P<odd>[£€¥₩₹$]))$")
"""A currency right before a number."""

LETTERS = "|".join(rf"(?<=\b{sign})" for sign in sorted({*_SIGNS, *_CODES}) if sign.isalpha() and sign.isascii())
"""Currencies in letters, which a number may follow without a blank: CHF38, R450."""

_NAME = "|".join([*_NAMES, *_BY_PLACE])
AFTER = re.compile(
    rf"[\s\u00a0-]?(?:of\s+)?(?:(?:(?P<whose>US|U\.S\.|British|Canadian|Australian|New Zealand|Mexican|Swedish|Czech|Japanese|"
    rf"South Korean|Singapore|Hong Kong|Taiwan)\s+)?(?P<name>{_NAME})s?\b|"
    rf"(?P<sign>[£€¥₩₹]|zł|Kč|TL\b|Ft\b)(?![0-9])|(?P<code>{'|'.join(_CODES)})\b)",
    re.I,
)
"""A currency right after a number."""


_OF_WHOM = {
    "canadian": "CAD", "australian": "AUD", "new zealand": "NZD", "singapore": "SGD", "hong kong": "HKD", "taiwan": "TWD",
}  # fmt: skip
_AMERICAN = re.compile(r"\bU\.?S\.?\s?\$|\bU\.?S\.? dollars?\b|\bUSD\b|\bAmerican dollars?\b")
_AMERICA = re.compile(r"\bU\.S\.|\bUS\b|\bUnited States\b|\bAmerica")
_CONVERTED = re.compile(r"\(\s?\$\s?1\s?=|[A-Z]\$[^()]{1,40}\(\s?\$")
_DOLLARS = (
    ("CAD", r"\bC(?:A|an)?\$|\bCAD\b|\bCanadian dollars?\b",
     r"\bCanad(?:a|ian)|\bOnt\.|\bOntario\b|\bToronto\b|\bOttawa\b|\bQu[eé]bec\b|\bAlberta\b"),
    ("AUD", r"\bAU?\$|\bAUD\b|\bAustralian dollars?\b",
     r"\bAustralia|\bCanberra\b|\bMelbourne\b|\bSydney\b|\bAdelaide\b|\bBrisbane\b"),
    ("NZD", r"\bNZ\$|\bNZD\b|\bNew Zealand dollars?\b", r"\bNew Zealand|\bAuckland\b"),
    ("MXN", r"\bMe?x\$|\bMX\$|\bMXN\b|\$\s?[\d.,]+(?:\s[a-z]+)?\s(?:Mexican\s)?pesos\b", r"(?!)"),
)  # fmt: skip
_SOUTH_AFRICA = re.compile(r"\bSouth Africa|\b[Rr]and\b|\bJohannesburg\b|\bPretoria\b|\bGauteng\b|\bDurban\b|\b(?:Eastern|Western) Cape\b")


def local(text: str) -> Mapping[str, str]:
    """What dollar, peso, krone, crown and R mean in an article that does not say with the sum: by the places and signs in it."""
    found = {name: next((code for code, place in places if re.search(place, text)), "") for name, places in _BY_PLACE.items()}
    return found | {"dollar": _dollar(text), "R": "ZAR" if _SOUTH_AFRICA.search(text) else ""}


def _dollar(text: str) -> str:
    """The dollar of an article: of the one country whose sign or places it names, when it sets American dollars apart or names
    that country more often than America; not where it gives plain dollars as what a sum in others comes to.
    """
    if _CONVERTED.search(text):
        return "USD"
    apart, america = bool(_AMERICAN.search(text)), len(_AMERICA.findall(text))
    marks = {code: (len(re.findall(sign, text)), len(re.findall(place, text))) for code, sign, place in _DOLLARS}
    code, (signs, places) = max(marks.items(), key=lambda item: (item[1][0] > 0, item[1][0] + item[1][1]))
    own = signs > 0 or (places > 0 and apart) or (places > 1 and places > america)
    return code if own else "USD"


def currency(match: re.Match[str], text: str, local: Mapping[str, str]) -> str:
    """The currency that a sign, code or name means in a text; nothing when the text does not say which peso or crown."""
    groups = match.groupdict()
    name = (groups.get("name") or "").lower()
    if name in _BY_PLACE:
        near = text[max(0, match.start() - 600) : match.end() + 600]
        return next((code for code, place in _BY_PLACE[name] if re.search(place, near)), local.get(name, ""))
    if name == "dollar" and (whose := (groups.get("whose") or "").lower()):
        return _OF_WHOM.get(whose, "USD")
    if name == "dollar":
        return local.get(name, "USD")
    if name:
        return _NAMES[name]
    sign = groups.get("sign") or groups.get("odd") or groups.get("code") or ""
    if sign in ("$", "R"):
        return local.get("dollar", "USD") if sign == "$" else local.get("R", "")
    if sign == "¥" and re.search(r"\byuan\b|\bRMB\b", text) and not re.search(r"\byen\b", text):
        return "CNY"
    return _SIGNS.get(sign) or sign.upper()


_NOUNS = {
    "heads": "jobs? [a-z]*workers? employees? people persons? staff staffers? posts? positions? roles? workforce labourers? laborers? "
    "workmen engineers? technicians? trainees? members headcount redundanc(?:y|ies) layoffs? dismissals? hands operators? temps? "
    "contractors? subcontractors? associates apprentices personnel assemblers? colleagues souls ftes?",
    "plants": "plants? factor(?:y|ies) sites? works facilit(?:y|ies) bases mills? shipyards?",
    "lines": "lines?",
    "shifts": "shifts?",
    "cars": "cars? vehicles? units? evs? suvs? sedans? trucks? pickups? vans? "
    "buses coaches cabs lorr(?:y|ies) utes? bakkies motors autos automobiles? minivans? hatchbacks? "
    "crossovers? wagons? saloons?",
    "suppliers": "suppliers? vendors?",
    "companies": "compan(?:y|ies) firms? buyers? bidders? investors? manufacturers? makers? carmakers? automakers? parties suitors?",
    "hours": "hours?",
    "days": "days?",
    "weeks": "weeks?",
    "months": "months?",
    "years": "years? yrs?",
    "ha": "hectares? ha",
    "acres": "acres?",
    "models": "models?",
}
_UNIT_OF = [(re.compile(rf"^(?:{'|'.join(words.split())})$", re.I), unit) for unit, words in _NOUNS.items()]
_PHRASES = (
    (re.compile(r"[\s\u00a0]?(?:%|percent\b|per\s?cent\b|pct\b|p\.c\.)(?:\s+points?\b)?", re.I), "%"),
    (re.compile(r"\s?(?:JPH|jobs\s+(?:per|an)\s+hour)\b", re.I), "cars/hour"),
    (re.compile(r"[\s-]?(?:square[\s-]?met(?:er|re)s?|sq\.?\s?m(?:et(?:er|re)s?)?|m²|m2|sqm)(?![A-Za-z])", re.I), "m2"),
    (re.compile(r"[\s-]?(?:square[\s-]?(?:feet|foot)|sq\.?\s?(?:ft|feet)|ft²)(?![A-Za-z])", re.I), "ft2"),
    (re.compile(r"\s+(?:auto\s+)?(?:components?|parts)[\s-](?:makers|manufacturers|producers|firms|companies)\b", re.I), "suppliers"),
    (re.compile(r"\s+(?:(?:additional|extra|gross|base|monthly)\s+)?(?:salar(?:y|ies)|wages?)\b(?!\s+[a-z]+s\b)", re.I), "months"),
    (re.compile(r"\s+(?:\w+\s+)?permanent\s+contracts\b", re.I), "heads"),
    (re.compile(r"\s+(?:monthly|months')\s+pay(?:ments?)?\b", re.I), "months"),
)
_STOP = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "to",
        "with",
        "and",
        "or",
        "but",
        "who",
        "whom",
        "which",
        "that",
        "this",
        "these",
        "those",
        "its",
        "their",
        "his",
        "her",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "has",
        "have",
        "had",
        "will",
        "would",
        "could",
        "may",
        "might",
        "can",
        "than",
        "as",
        "per",
        "each",
        "every",
        "since",
        "until",
        "after",
        "before",
        "under",
        "over",
        "into",
        "because",
        "while",
        "when",
        "if",
        "not",
        "no",
        "were",
        "about",
        "up",
        "down",
        "it",
        "they",
        "he",
        "she",
        "we",
        "would",
        "offered",
        "said",
        "says",
        "left",
        "built",
        "made",
        "worked",
        "employed",
        "lost",
        "went",
        "came",
        "last",
        "next",
        "this",
        "more",
        "less",
        "fewer",
        "worldwide",
        "globally",
        "including",
        "during",
        "between",
        "through",
        "against",
        "among",
        "directly",
    ]
)
_NEXT = re.compile(r"(?P<gap>[\s\u00a0]+|-)(?P<word>[^\W\d_][\w’'.-]*?)(?=[\s\u00a0]|[^\w’'-]|[’']s\b|-(?:old|long|a|per)\b|$)")
_PLURAL_FOLLOWS = re.compile(r"\s+(?!(?:is|was|has|as)\b)[a-z-]+s\b", re.I)
_PER = re.compile(
    r"[\s\u00a0-]*(?:,?\s*(?P<yearly>annually|per\s+annum|p\.a\.|yearly|(?:a|per|each|every|/)[\s-]?(?:year|yr)\b(?!\s+(?:later|earlier|ago|"
    r"before|after)|[\s-]on[\s-]year)|of\s+annual\s+(?:capacity|"
    r"output|production))|"
    r"\s+(?:of|in)\s+[^\d.;,]{1,40}?\s(?P<yearly_of>annually|(?:a|per|each|every)\s+year\b(?!\s+(?:later|earlier|ago|before|after)))|"
    r"(?P<monthly>(?:a|per|each|every)[\s-]month|monthly)\b|(?P<daily>(?:a|per|each)[\s-]day|daily)\b|(?P<hourly>(?:an|per|"
    r"each)[\s-]hour|/h\b)|"
    r"(?:a|an|per|(?:for|on)\s+(?:each|every)|each|/)[\s-]*(?:(?P<car>car|vehicle|unit)|"
    r"(?P<head>head|worker|employee|person|job|post)|(?P<acre>acre)|(?P<m2>square\s+met(?:er|re)|m2|m²))\b)",
    re.I,
)
_PERIODS = {"yearly": "year", "yearly_of": "year", "monthly": "month", "daily": "day", "hourly": "hour"}


_ONE_FOR_MANY = re.compile(r"^(?:.*s|people|staff|workforce|headcount|personnel|workmen|temps|fte|ha|acre|hectare)$", re.I)


class Unit(NamedTuple):
    """The unit behind a number and where its words end."""

    unit: str
    end: int


def unit_after(text: str, at: int) -> Unit | None:
    """The unit that follows a number: a percent sign, an area, or the noun that the number counts, up to four words on."""
    for pattern, unit in _PHRASES:
        if match := pattern.match(text, at):
            return Unit(unit, match.end())
    best: Unit | None = None
    place = at
    for _ in range(5):
        match = _NEXT.match(text, place)
        if match is None or match["word"].lower() in _STOP:
            break
        word = match["word"].rstrip(".'’")
        counted = next((unit for pattern, unit in _UNIT_OF if pattern.match(word)), "")
        if counted:
            many = match["gap"] == "-" or _ONE_FOR_MANY.match(word) or _PLURAL_FOLLOWS.match(text, match.end())
            best = Unit(counted, match.start("word") + len(word)) if many else best
            if best is not None and many and not word.lower().endswith("s") and (rest := _PLURAL_FOLLOWS.match(text, match.end())):
                return Unit(counted, rest.end()) if not _head_follows(text, match.end()) else unit_after(text, match.end()) or best
            if best is not None and many and word.lower().endswith("s") and word.lower() != "works" and not _head_follows(text, best.end):
                break
        elif best is not None and not _head_follows(text, match.start()):
            break
        place = match.end()
        if match["gap"] == "-" and counted in ("hours", "days", "weeks", "months", "years", "acres", "ha"):
            break
    return _paired(text, best) if best is not None else None


def _paired(text: str, unit: Unit) -> Unit:
    """A unit with a second noun of the same kind behind it, as in `buses and trucks`."""
    second = re.compile(r"\s+(?:and|or)\s+([a-z]+s)\b", re.I).match(text, unit.end)
    same = second is not None and any(pattern.match(second[1]) and kind == unit.unit for pattern, kind in _UNIT_OF)
    return Unit(unit.unit, second.end()) if second is not None and same else unit


def _head_follows(text: str, at: int) -> bool:
    """Whether the next word is still part of the thing counted, as in `job losses` or `plant workers`."""
    match = _NEXT.match(text, at)
    return match is not None and match["gap"] != "-" and any(pattern.match(match["word"].rstrip(".")) for pattern, _ in _UNIT_OF)


def per_after(text: str, at: int) -> tuple[str, int] | None:
    """What a rate is for: `a year`, `per car`; and where its words end."""
    match = _PER.match(text, at)
    if match is None:
        return None
    kind = next(name for name, value in match.groupdict().items() if value)
    return _PERIODS.get(kind, kind), match.end()
