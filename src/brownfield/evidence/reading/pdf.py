"""The text of a PDF file: pages in order, lines of a paragraph joined, running heads left out."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter

from brownfield.errors import CaseError, Problem, Where

MOST_PAGES = 300
"""Pages of one article: more is a book or a report, of which the pages that matter should be kept."""

_ENDS = re.compile(r"[.!?:;”\"’)\]]\s*$")


def text_of_pdf(data: bytes, file: str) -> str:
    """The text of a PDF file; CaseError when it is locked, damaged or too long."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # small faults of a file are no news to the reader
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise _refused(file, "a locked PDF file", "one that opens without a password", "save it without the password")
        if len(reader.pages) > MOST_PAGES:
            raise _refused(file, f"{len(reader.pages):,} pages", f"at most {MOST_PAGES} pages", "keep the pages that matter")
        pages = [page.extract_text() for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OverflowError) as error:
        found = f"a damaged PDF file ({type(error).__name__})"
        raise _refused(file, found, "a PDF file that can be read", "print it to a new PDF file, or save the text") from error
    return "\n\n".join(_paragraphs(lines) for lines in _without_running_heads([page.splitlines() for page in pages]))


def _refused(file: str, found: str, expected: str, fix: str) -> CaseError:
    return CaseError([Problem("BF065", Where(file), found, expected, fix)])


def _without_running_heads(pages: list[list[str]]) -> list[list[str]]:
    """Pages without the lines that stand at the edge of at least three of them, page numbers aside."""
    edges = Counter(key for page in pages for key in {re.sub(r"\d+", "#", line.strip()) for line in page[:2] + page[-2:]} if key)
    return [[line for line in page if edges[re.sub(r"\d+", "#", line.strip())] < 3] for page in pages]


def _paragraphs(lines: list[str]) -> str:
    """Lines joined into paragraphs: a new one begins after a blank line, or after a short line that ends a sentence."""
    widest = max((len(line.strip()) for line in lines), default=0)
    text = ""
    for line in (line.strip() for line in lines):
        if not line:
            text = text.rstrip() + "\n\n"
            continue
        text += re.sub(r"(?<=[a-z])-$", "", line) if re.search(r"[a-z]-$", line) else line
        short = len(line) < 0.75 * widest
        text += "" if re.search(r"[a-z]-$", line) else "\n\n" if short and _ENDS.search(line) else "\n" if short else " "
    return text.strip()
