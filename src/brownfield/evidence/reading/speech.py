"""Who says it and how: speakers, hedges and denials of a sentence, and the standing that follows from them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEDGE = re.compile(
    r"\b(?:may|might|could|would|reportedly|allegedly|apparently|possibl[ey]|potential(?:ly)?|likely|unlikely|perhaps|roughly|"
    r"(?:about|around|some)(?=\s+(?:\W?[0-9]+|[A-Z]{1,3}\W?\s?[0-9]+|a\s+(?:third|quarter|fifth|hundred|thousand|million|dozen|year)|half|one|two|three|"
    r"four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+t(?:een|y))\b)|"
    r"nearly|almost|approximately|estimated?|expect(?:s|ed)?|plans? to|planned|considering|mulling|in talks|talks|is said to|"
    r"rumou?r(?:ed|s)?|"
    r"seen at|pegged at|aims? to|hopes? to|understood|if|can|up to|as many as|believed|speculation)\b",
    re.I,
)
_NOT_DENIED = re.compile(
    r"\b(?:did not|didn't|has not|hasn't|neither confirmed nor|not|never)\s+(?:\w+\s+)?(?:den(?:y|ied)|refuted?|rejected?)\b|"
    r"\bor den(?:y|ied)\b",
    re.I,
)
_DENIAL = re.compile(
    r"\b(?:den(?:y|ies|ied|ial)|refut(?:e|es|ed)|dismiss(?:es|ed)\s+(?:the\s+)?(?:reports?|claims?|rumou?rs?|talk)|"
    r"reject(?:s|ed)\s+(?:the\s+)?(?:reports?|claims?|rumou?rs?|suggestions?)|not true|untrue|groundless|baseless|unfounded|"
    r"incorrect|false|"
    r"no truth|made up|ruled? out|did not recogni[sz]e|not based on)\b",
    re.I,
)
_NAME = r"(?:[A-Z][\w&.’'-]*(?:\s+(?:of|de|and|&)\s+(?=[A-Z])|\s+)?){1,5}"
_SAYS = (
    r"(?:said|says?|told|tells|announced|confirmed|admitted|reported|reports|claims?|claimed|insists?|warned|wrote|writes|"
    r"stated|declared|denie[ds]|"
    r"found|showed|shows|believes|thinks|expects?|estimates?)"
)
_SPEAKERS = (
    re.compile(rf"\b[Aa]ccording to (?P<who>{_NAME}|[a-z][\w\s-]{{2,60}}?)(?=[,.;:]|$| (?:that|and|who|seen|the)\b)"),
    re.compile(rf"\b(?:with reference to|citing|quoting) (?P<who>{_NAME}|[\w\s-]{{3,40}}?)(?=[,.;:]|$)"),
    re.compile(rf"\b(?:reported|seen|told|first reported)(?: \w+)? (?:by|to) (?P<who>(?:the )?{_NAME})"),
    re.compile(
        r"\b(?P<who>(?:insider |industry |company |union |government |several |two |three |unnamed |investment banking )?"
        r"(?:sources?|insiders|people (?:familiar|with)[\w\s]{0,30}?|officials?|analysts?|executives?))(?: \w+){0,3} " + _SAYS + r"\b",
        re.I,
    ),
    re.compile(
        rf"(?P<who>(?:[Tt]he |[Aa] |[Ii]ts |[Ii]n a statement, )?(?:{_NAME})(?:spokes\w+|official|executive|union|plan|"
        rf"filing)?)\s*(?:has |had |also )?{_SAYS}\b"
    ),
    re.compile(
        rf"\b(?P<who>(?:the|a|its|an) (?:[\w’'-]+ ){{0,3}}?(?:company|carmaker|automaker|manufacturer|firm|group|union|"
        rf"government|ministry|management|"
        rf"spokes\w+|executive|official|works council|council|survey|filing|delegate|director|owner|president|minister|official))\s+"
        rf"(?:[\w.]+ ){{0,4}}?(?:has |had |also )?{_SAYS}\b",
        re.I,
    ),
    re.compile(rf"[”\"’']\s*,?\s*(?:{_SAYS})\s+(?P<who>{_NAME})"),
    re.compile(rf"[”\"’']\s*,?\s*(?P<who>(?:the |its |a |an )?[\w\s.’-]{{3,60}}?)\s+{_SAYS}\b", re.I),
)
_UNNAMED = re.compile(r"\b(?:sources?|insiders?|people (?:familiar|with)|unnamed|anonym|reportedly|is said|rumou?r|understood)", re.I)
_OFFICIAL = re.compile(
    r"\b(?:company|carmaker|automaker|manufacturer|firm|group|management|filing|regulatory|statement|chief executive|ceo|president|"
    r"managing director|announced|confirmed|ministry|government|stock exchanges?|declared by)\b",
    re.I,
)
_ESTIMATE = re.compile(
    r"\b(?:estimate[ds]?|analysts?|survey|brokerage|research firm|forecast|projected|values? the|pegged|seen at|consultan\w+)\b", re.I
)


@dataclass(frozen=True)
class Speech:
    """How a sentence says what it says."""

    who: str
    hedges: tuple[str, ...]
    denials: tuple[str, ...]
    standing: str


def speech(sentence: str, before: str = "") -> Speech:
    """Speaker, hedges, denials and standing of a sentence; `before` is the sentence before it, which may name the speaker."""
    who = _speaker(sentence)
    hedges = tuple(dict.fromkeys(match[0].lower() for match in _HEDGE.finditer(sentence) if match[0] != "May"))
    masked = _NOT_DENIED.sub(" ", sentence)
    denials = tuple(dict.fromkeys(match[0].lower() for match in _DENIAL.finditer(masked)))
    speaker = who or (_speaker(before) if sentence[:1] in "“\"'‘" or re.match(r"(?:It|He|She|They|This)\b", sentence) else "")
    return Speech(speaker, hedges, denials, _standing(sentence, speaker, bool(denials)))


def _speaker(sentence: str) -> str:
    """Who is named as saying it, nobody when nobody is."""
    for pattern in _SPEAKERS:
        if match := pattern.search(sentence):
            return " ".join(match["who"].split()).strip(" ,.'’\"“”")
    return ""


def _standing(sentence: str, speaker: str, denied: bool) -> str:
    """A guess at the standing of a claim: denied, an estimate, official, or reported."""
    if denied:
        return "denied"
    if _ESTIMATE.search(sentence):
        return "estimate"
    if _UNNAMED.search(sentence):
        return "reported"
    return "official" if speaker and _OFFICIAL.search(f"{speaker} {sentence}") else "reported"
