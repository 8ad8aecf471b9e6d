"""Which paragraphs of a text are the article: headline and body, without menus, captions, teasers and notes to readers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from brownfield.evidence.reading.dates import dates

LONG = 25
"""Words of a paragraph that is an article again after a list of other headlines."""

PROBED = 2000
"""Characters of a paragraph that are looked at to tell what it is: of a longer one its beginning and end."""

_SECTION = re.compile(
    r"^\W*(?:recent posts?|related(?: (?:posts?|articles?|news|stories|content))?|read (?:more|also|next)|also read|"
    r"more on (?:the|this) \w+|"
    r"on the same (?:subject|topic)|(?:you may|you might) also like|most (?:read|viewed|popular)|trending(?: now)?|popular|recommended|"
    r"see also|more stories|more from|latest news|next story|other news|don'?t miss|top stories|follow us|comments?)\b(?P<rest>.*)",
    re.I,
)
_NO_ARTICLE = re.compile(
    r"\[/?caption|^\W*(?:caption|photo|picture|image|photo gallery|gallery|file photo|source photo|video|advertisement|categories|tags?|"
    r"contact|tel|phone|address|reporting by|editing by)\s*[:(–-]|\((?:picture|photo|image|reporting by|with inputs)\b|"
    r"©|ⓒ|&copy;|\bcopyright\b|all rights reserved|unauthori[sz]ed reproduction|sign up|subscribe|newsletter|got a story|follow us|"
    r"\b(?:min(?:ute)?s? read|reading time)\b|(?<![\w.])[\w.]{1,64}@[\w.]|\bcookies?\b.*\baccept\b|^\W*(?:read more|related|"
    r"also read)\s*:|"
    r"^\W*(?:share|tweet|comments?|facebook|whatsapp)\b.{0,30}$|registered office|\bcompany no\.|"
    r"^\W*by [A-Z][\w.]+(?: [A-Z][\w.]+){0,3}\W*$|"
    r"^\W*by [A-Z][\w.]+ [A-Z][\w.]+, [\w ]{3,40}$|\b(?:is seen|are seen|pictured|seen from)\b.{0,60}\bfile photo\b",
    re.I,
)
_STAMP = re.compile(r"\b(?:published|updated|posted|edited|input|last updated|last modified|date)\b\s*:?\s", re.I)
_SENTENCE_END = re.compile(r"[.!?。！？][\"'”’»)\]]*\s*$")
_CUT_SHORT = re.compile(r"(?:…|\.\.\.)\s*$")
_DATELINE = re.compile(r"^.{0,90}?(?:\([A-Z][\w .&'-]{1,30}\)\s*)?(?:--|—|–| - |\. {2,}|\s-\s)")


class Block(NamedTuple):
    """A paragraph or headline: its place in the text, and whether it is a headline."""

    start: int
    end: int
    headline: bool


@dataclass(frozen=True)
class Article:
    """The paragraphs of an article, its headline, and the day it gives for itself."""

    blocks: tuple[Block, ...]
    title: str
    published: str


def article(text: str) -> Article:
    """The parts of a text that are the article. A list of other headlines ends it, unless long paragraphs follow."""
    kept: list[Block] = []
    published, outside, title = "", False, ""
    for start, end in _lines(text):
        line = text[start:end] if end - start <= PROBED else text[start : start + PROBED // 2] + " " + text[end - PROBED // 2 : end]
        words, whole = len(line.split()), bool(_SENTENCE_END.search(line)) and not _CUT_SHORT.search(line)
        if _opens_other_part(line, words):
            outside = True
            continue
        if outside and (words < LONG or not whole):
            continue
        outside = False
        stamp = _day_of(line, words)
        published = published or stamp
        if stamp or _NO_ARTICLE.search(line):
            continue
        if not kept or (not whole and not any(not block.headline for block in kept)):
            title = title or line
            kept.append(Block(start, end, not whole))
        elif whole or words >= LONG or line[-1:] in ':;,”"#':
            first, day = _without_dateline(text, start, end) if all(block.headline for block in kept) else (start, "")
            published = published or day
            kept.append(Block(first, end, False))
    return Article(tuple(kept), " ".join(title.split()), published)


def _lines(text: str) -> list[tuple[int, int]]:
    """Places of the lines that are not blank, without the blanks around them."""
    return [(m.start(), m.end()) for m in re.finditer(r"\S(?:[^\n\r\u2028\u2029]*[^\s])?", text)]


def _opens_other_part(line: str, words: int) -> bool:
    """Whether a line is the title of a list of other headlines, or the first line of one."""
    found = _SECTION.match(line)
    if found is None or words > LONG:
        return False
    return not found["rest"].strip() or found["rest"].lstrip()[:1] in ":–-|[" or line.lstrip()[:1] == "["


def _day_of(line: str, words: int) -> str:
    """The day of the article, when the line says little else: `3 February 2025`, `Published: 14:32, 9 October 2024`."""
    found = [date for date in dates(line) if len(date.value) == 10]
    if not found or (_SENTENCE_END.search(line.replace("Jan.", "").replace("p.m.", "")) and not _STAMP.search(line)):
        return ""
    return found[0].value if words <= 8 or (words <= 20 and _STAMP.search(line)) else ""


def _without_dateline(text: str, start: int, end: int) -> tuple[int, str]:
    """Where the first paragraph begins after `Tokyo, Nov. 6, 2024 (Wire)--`, and the day named there."""
    found = _DATELINE.match(text[start:end])
    if found is None or len(found[0].split()) > 10 or not re.match(r"\W*(?:[A-Z\u00c0-\u00de][\w.'/]*|\(\w)", found[0]):
        return start, ""
    day = next((date.value for date in dates(found[0]) if len(date.value) == 10), "")
    has_day = bool(re.search(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", found[0], re.I))
    return (start + found.end(), day) if day or has_day or "(" in found[0] else (start, "")
