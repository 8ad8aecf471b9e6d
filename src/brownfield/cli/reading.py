"""What `brownfield read` does: articles to a review table, and a marked review into the case."""

from __future__ import annotations

import datetime
import io
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from brownfield.cli.say import tell
from brownfield.errors import CaseError, Problem, Where

if TYPE_CHECKING:
    from brownfield.case.case import Case
    from brownfield.evidence.reading.documents import Document
    from brownfield.evidence.reading.rows import ReviewRow

NARROWEST = 100
"""Columns of a terminal below which the table would be no table: it is made as wide, and lines are wrapped."""


def proposed(case: Case, articles: Sequence[Path], encoding: str | None) -> list[ReviewRow]:
    """Candidate claims of articles; what the reading cannot judge is said."""
    from brownfield.evidence.reading.documents import read_documents
    from brownfield.evidence.reading.rows import propose

    documents = read_documents(list(articles), encoding)
    today = datetime.date.today().isoformat()
    for document in documents:
        _warn(document, today)
    return propose(case, documents, today)


def _warn(document: Document, today: str) -> None:
    """Say where an empty table would mean nothing, and where the article says of itself what cannot be."""
    if document.other_script:
        tell(f"{document.file}: much of it is in a script that the rules do not read; what they find is not all there is.", error=True)
    if document.published > today:
        tell(
            f"{document.file}: says that it was published on {document.published}, which is yet to come; the day is left blank.",
            error=True,
        )


def write_review(rows: Sequence[ReviewRow], path: Path, force: bool) -> None:
    """The review table as CSV, such that a spreadsheet opens it as UTF-8."""
    from brownfield.files.swap import new_file

    new_file(path, partial(_write_csv, rows), overwrite=force)


def _write_csv(rows: Sequence[ReviewRow], path: Path) -> None:
    import csv

    from brownfield.evidence.reading.review import review_rows
    from brownfield.evidence.reading.rows import COLUMNS

    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        writer.writerows(review_rows(rows))


def accept(case: Case, folder: Path, review: Path) -> tuple[int, int, int, int]:
    """Take the rows of a review that are marked into a case: claims and sources added, claims held already, and claims added
    although the case holds one that says the same.
    """
    from brownfield.evidence.reading.review import accepted
    from brownfield.files.append import append_rows
    from brownfield.files.folder import read_table

    problems: list[Problem] = []
    if not review.is_file():
        raise CaseError([Problem("BF060", Where(str(review)), "no such file", "a review table", "check the spelling of the path")])
    raw = read_table(review, review.parent, problems)
    if raw is None:
        raise CaseError(problems)
    taken = accepted(case, raw)
    append_rows(folder, {"sources": taken.sources, "claims": taken.claims})
    return len(taken.claims), len(taken.sources), taken.known, taken.alike


def show(rows: Sequence[ReviewRow]) -> None:
    """The review table on the terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_lines=False)
    for name in ("article", "quantity", "about", "cell", "sure", "standing, who", "words", "held or derived"):
        table.add_column(name, overflow="fold", no_wrap=name == "sure")
    for one in rows:
        span = f" ({one.low or '…'} to {one.high or '…'})" if one.low or one.high else ""
        about = ": ".join(part for part in (one.subject, one.property) if part)
        cell = " / ".join(part for part in (one.table, one.row, one.column) if part)
        said = ", ".join(part for part in (one.standing, one.who) if part)
        cells = (
            one.article,
            f"{one.value} {one.unit}{span}",
            about or "?",
            cell,
            one.confidence,
            said,
            one.quote,
            one.held or one.derivation,
        )
        table.add_row(*(Text(_plain(text)) for text in cells))
    out = io.StringIO()
    width = max(shutil.get_terminal_size((160, 40)).columns, NARROWEST)
    Console(file=out, width=width, color_system=None, legacy_windows=False).print(table)
    tell("\n".join(line.rstrip() for line in out.getvalue().splitlines()))


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
