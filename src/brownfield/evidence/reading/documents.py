"""An article as text: from plain text, a saved page or a PDF file, with what is not the article marked as left out."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from brownfield.errors import CaseError, Problem, Where, shown
from brownfield.evidence.reading.blocks import Block, article

MOST_BYTES = 20 << 20
"""Bytes of one article (20 MiB): a saved page with its pictures inside is smaller."""

MOST_CHARACTERS = 400_000
"""Characters of the text of one article, about 65,000 words: more is a book or a mistake."""

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARED = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.I)
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|article|div|p|h1)\b", re.I)
_BINARY = {
    b"PK\x03\x04": "a zip file (a workbook or a document)",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a packed file",
    b"\xd0\xcf\x11\xe0": "an old office document",
}
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Document:
    """An article as read: its text, the parts of it that are the article, and what it says of itself."""

    file: str
    text: str
    blocks: tuple[Block, ...]
    """Headline and paragraphs, with their places in `text`; what lies between is left out as no part of the article."""
    title: str
    published: str = ""
    publisher: str = ""

    @property
    def body(self) -> str:
        """The article without what was left out."""
        return "\n".join(self.text[block.start : block.end] for block in self.blocks)

    @property
    def other_script(self) -> bool:
        """Whether much of the text is in a script that the rules cannot read, so that finding nothing means nothing."""
        letters = len(_LETTER.findall(self.text))
        return letters > 0 and len(_OTHER_SCRIPT.findall(self.text)) > 0.3 * letters


def read_documents(paths: list[Path], encoding: str | None = None) -> list[Document]:
    """Every article; CaseError with the problems of all that cannot be read."""
    documents: list[Document] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            documents.append(read_document(path, encoding))
        except CaseError as error:
            problems += error.problems
    if problems:
        raise CaseError(problems)
    return documents


def read_document(path: str | Path, encoding: str | None = None) -> Document:
    """One article, whatever its form; CaseError when it is empty, too large, no text, or in an encoding that is not known."""
    where = Path(path)
    data = _bytes(where)
    file = where.name
    if data.lstrip()[:5] == b"%PDF-":
        from brownfield.evidence.reading.pdf import text_of_pdf

        return document(file, text_of_pdf(data, file))
    text = _decoded(data, file, encoding)
    if _PAGE.search(text[:4000]) or where.suffix.lower() in (".html", ".htm", ".xhtml"):
        from brownfield.evidence.reading.page import read_page

        page = read_page(text, file)
        return document(file, page.text, {"title": page.title, "published": page.published, "publisher": page.publisher})
    return document(file, text)


def document(file: str, text: str, said: Mapping[str, str] | None = None) -> Document:
    """A text as an article; `said`: title, publisher and day where the page itself gives them."""
    if len(text) > MOST_CHARACTERS:
        found = f"{len(text):,} characters of text"
        raise _refused("BF062", file, found, f"at most {MOST_CHARACTERS:,}", "keep the article alone, or cut it into parts")
    if not text.strip():
        raise _refused("BF061", file, "no text", "an article", "save the article as text; a scanned page has to be recognised first")
    parts, said = article(text), said or {}
    title, published = said.get("title") or parts.title, said.get("published") or parts.published
    return Document(file, text, parts.blocks, title, published, said.get("publisher", ""))


def _bytes(path: Path) -> bytes:
    """The bytes of a file; anything but an ordinary file of a reasonable size is a problem."""
    expected, fix = "a file with an article in it", "check the spelling of the path"
    try:
        if not path.is_file():
            raise _refused("BF060", str(path), "a folder" if path.is_dir() else "nothing there", expected, fix)
        size = path.stat().st_size
        if size > MOST_BYTES:
            keep = "keep the article alone, or cut it into parts"
            raise _refused("BF062", path.name, f"{size:,} bytes", f"at most {MOST_BYTES:,} bytes", keep)
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = str(getattr(error, "strerror", None) or error).lower()
        raise _refused("BF060", str(path), reason, expected, "mend the file or its permissions") from error
    if not data.strip():
        raise _refused("BF061", path.name, "an empty file", "an article", "save the article again")
    return data


def _decoded(data: bytes, file: str, encoding: str | None) -> str:
    """Bytes as text: as told, by the mark at the beginning, by what the page declares, else as UTF-8."""
    kind = next((name for start, name in _BINARY.items() if data.startswith(start)), None)
    if kind:
        raise _refused("BF063", file, kind, "text, a saved page or a PDF file", "save the article as text or as a web page")
    by_mark = next((name for mark, name in _BOMS if data.startswith(mark)), None)
    if by_mark != "utf-16" and encoding is None and b"\0" in data:
        at = data.index(b"\0")
        raise _refused("BF063", file, f"a NUL byte at byte {at + 1}", "text, a saved page or a PDF file", "save the article as text")
    declared = _DECLARED.search(data[:4096])
    chosen = encoding or by_mark or (declared[1].decode("ascii") if declared else "utf-8")
    return _as_text(data, file, chosen, declared is not None and not (encoding or by_mark))


def _as_text(data: bytes, file: str, encoding: str, declared: bool) -> str:
    """Bytes in a named encoding as text; a page that declares the wrong one is read as UTF-8 if it is that."""
    expected, fix = "text in UTF-8", "say which it is, like --encoding windows-1252, or save it as UTF-8"
    try:
        codec = codecs.lookup(encoding)
        if not getattr(codec, "_is_text_encoding", True):
            raise LookupError
        return data.decode(encoding)
    except LookupError:
        raise _refused("BF064", file, f"the encoding {shown(encoding)}", "an encoding such as utf-8 or windows-1252", fix) from None
    except UnicodeDecodeError as error:
        if declared:
            return _as_text(data, file, "utf-8", declared=False)
        byte, line = error.object[error.start], data.count(b"\n", 0, error.start) + 1
        found = f"byte {error.start + 1} (0x{byte:02x}) is not {encoding}"
        raise CaseError([Problem("BF064", Where(file, line), found, expected, fix)]) from None


def _refused(code: str, file: str, found: str, expected: str, fix: str) -> CaseError:
    return CaseError([Problem(code, Where(file), found, expected, fix)])
