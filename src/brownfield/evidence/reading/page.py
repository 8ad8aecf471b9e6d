"""A saved web page as text: the blocks a reader would read, without menus, scripts, captions and lists of links."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from brownfield.errors import CaseError, Problem, Where

DEEPEST = 1000
"""Levels of nesting of a page: more is a broken page or an attack."""

MOST_TAGS = 500_000
"""Tags of a page: more is no article."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_OPTIONAL = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "dt",
        "dd",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "tfoot",
        "option",
        "optgroup",
        "colgroup",
        "rt",
        "rp",
        "html",
        "head",
        "body",
    ]
)

_NEVER = (
    "script, style, noscript, template, svg, math, iframe, object, nav, footer, aside, form, button, select, "
    "figcaption, figure, video, audio, canvas, dialog, input, textarea"
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_WHOLE = frozenset(("html", "body", "main", "article"))
_OTHER_PART = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|gnb|footer|foot|related|recommend\w*|share|sharing|social|comments?|promo\w*|newsletter|"
    r"subscri\w*|cookie\w*|consent|banner|breadcrumbs?|sidebar|hot-?news|trending|popular|most-?(?:read|viewed)|advert\w*|ads?|"
    r"sponsor\w*|"
    r"caption|photo|gallery|paywall|outbrain|taboola|tags|toolbar|print|byline|dateline|meta|info|timestamp)(?:$|[\s_-])",
    re.I,
)


@dataclass(frozen=True)
class Page:
    """A page as read: its text, one paragraph to a line, and what it says of itself."""

    text: str
    title: str
    published: str
    publisher: str


def read_page(html: str, file: str) -> Page:
    """The text of a page and what its head says; CaseError when it is nested deeper than any page."""
    _no_bomb(html, file)
    tree = LexborHTMLParser(html)
    title, published, publisher = _head(tree)
    for node in tree.css(_NEVER):
        if node.tag not in _WHOLE:
            node.decompose()
    _without_other_parts(tree)
    heading = tree.css_first("h1") or tree.css_first("h2")
    return Page(_text(tree), (heading.text(separator=" ").strip() if heading else "") or title, published, publisher)


def _no_bomb(html: str, file: str) -> None:
    """Refuse, before it is parsed, a page whose elements are nested so deep or are so many that parsing would take minutes."""
    depth, deepest, count = 0, 0, 0
    for match in _TAG.finditer(html):
        count += 1
        if match[2].lower() not in _OPTIONAL:
            depth = max(depth - 1, 0) if match[1] else depth + 1
            deepest = max(deepest, depth)
    if deepest > DEEPEST or count > MOST_TAGS:
        found = f"elements nested {deepest:,} deep" if deepest > DEEPEST else f"{count:,} tags"
        expected = f"at most {DEEPEST:,} levels and {MOST_TAGS:,} tags"
        raise CaseError([Problem("BF066", Where(file), found, expected, "save the article as text")])


def _head(tree: LexborHTMLParser) -> tuple[str, str, str]:
    """Title, day and publisher from the head of the page."""
    meta: dict[str, str] = {}
    for node in tree.css("meta"):
        name = node.attributes.get("property") or node.attributes.get("name") or node.attributes.get("itemprop") or ""
        meta.setdefault(name.lower(), node.attributes.get("content") or "")
    stated = next((meta[name] for name in ("article:published_time", "datepublished", "date", "dc.date") if meta.get(name)), "")
    for node in [] if stated else tree.css('script[type="application/ld+json"]'):
        stated = stated or _from_json(node.text())
    day = re.match(r"\d{4}-\d{2}-\d{2}", stated)
    title = tree.css_first("title")
    return (title.text().strip() if title else ""), day[0] if day else "", meta.get("og:site_name", "")


def _from_json(text: str) -> str:
    """The day of publication in the data that a page carries for search engines."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    items = data if isinstance(data, list) else [data]
    return next((str(item["datePublished"]) for item in items if isinstance(item, dict) and "datePublished" in item), "")


def _without_other_parts(tree: LexborHTMLParser) -> None:
    """Take away elements whose class or id says that they are no part of the article, unless most of the text is in them."""
    whole = len(tree.body.text()) if tree.body else 0
    for node in tree.css("[class], [id], header"):
        if node.tag in _WHOLE:
            continue
        label = f"{node.attributes.get('class') or ''} {node.id or ''}"
        of_the_site = node.tag == "header" and node.css_first("h1") is None
        if (of_the_site or _OTHER_PART.search(label)) and len(node.text()) < 0.5 * whole:
            node.decompose()


def _text(tree: LexborHTMLParser) -> str:
    """Blocks of text in order; a block that is mostly links is a menu."""
    blocks: list[list[str]] = []
    linked: list[int] = []
    last, root = -1, tree.body or tree.root
    for node in [] if root is None else root.traverse(include_text=True):
        if node.tag == "br" and blocks:
            blocks[-1].append("\n")
        if node.tag != "-text":
            continue
        text = node.text_content or ""
        block, in_link = _home(node)
        if block != last:
            blocks.append([])
            linked.append(0)
            last = block
        blocks[-1].append(text)
        linked[-1] += len(text.strip()) if in_link else 0
    lines = []
    for parts, links in zip(blocks, linked, strict=True):
        text = (
            "\n".join(" ".join(line.split()) for line in "".join(parts).split("\n"))
            if "\n" in parts
            else " ".join("".join(parts).split())
        )
        if text.strip() and links <= 0.5 * len(text):
            lines.append(text.strip())
    return "\n\n".join(lines)


def _home(node: LexborNode) -> tuple[int, bool]:
    """The block in which a piece of text stands, and whether it is part of a link."""
    in_link, above = False, node.parent
    while above is not None and above.tag not in _BLOCKS:
        in_link, above = in_link or above.tag == "a", above.parent
    return (above.mem_id if above is not None else 0), in_link
