"""How well the reading finds labelled quantities: precision, recall, and what was missed."""

from __future__ import annotations

import csv
import html
import math
from dataclasses import dataclass
from pathlib import Path

from brownfield.evidence.reading.candidates import candidates
from brownfield.evidence.reading.documents import read_document

HALVES = {
    "open": ("at hand while the rules were written", "-"),
    "set_aside": ("set aside before the first rule", "0.893, 0.956"),
    "set_aside_later": ("set aside before the misses of the above were mended", "0.882, 0.909"),
    "set_aside_third": ("written by somebody else, who had not read the rules that find quantities", "0.771, 0.889"),
    "set_aside_fourth": ("written after the misses of the third were mended", "0.870, 0.905"),
    "open_later": ("other styles, at hand while the rules were made wider", "-"),
    "set_aside_fifth": ("drawn by lot from the texts of these styles, before the first of them was read", "0.829, 0.968"),
    "set_aside_sixth": ("plain news, written last; no rule was changed after it was measured", "0.932, 0.976"),
}
"""Folders of labelled articles, what they are, and recall and precision when they were first measured."""

PAGE = Path(__file__).parents[2] / "docs" / "reading.md"
BEGIN, END = "<!-- measured -->\n", "<!-- end -->"

ARTICLES = Path(__file__).parent / "articles"


@dataclass(frozen=True)
class Label:
    file: str
    start: int
    end: int
    words: str
    value: str
    unit: str
    low: str
    high: str


@dataclass(frozen=True)
class Score:
    labels: int
    proposed: int
    right: int
    limits: int
    limits_right: int
    missed: tuple[str, ...]
    extra: tuple[str, ...]

    @property
    def recall(self) -> float:
        return self.right / self.labels if self.labels else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.proposed if self.proposed else 1.0


def labels(path: Path) -> list[Label]:
    with path.open(encoding="utf-8", newline="") as file:
        return [Label(row["file"], int(row["start"]), int(row["end"]), row["words"], row["value"], row["unit"], row["low"], row["high"])
                for row in csv.DictReader(file)]  # fmt: skip


def equal(one: object, other: str) -> bool:
    if one is None or other == "":
        return one is None and other == ""
    try:
        return math.isclose(float(str(one)), float(other), rel_tol=1e-9)
    except ValueError:
        return str(one) == other


def squeezed(text: str) -> str:
    return " ".join(html.unescape(text).split())


def matches(label: Label, item, page: bool) -> bool:
    """Value and unit (with currency) equal, at the same place; in a page, where tags shift places, in the same words."""
    if label.unit != item.unit:
        return False
    ranged = bool(label.low and label.high)
    if not (equal(item.low, label.low) and equal(item.high, label.high) if ranged else equal(item.value, label.value)):
        return False
    if page:
        return squeezed(label.words) in squeezed(item.words) or squeezed(item.words) in squeezed(label.words)
    return item.start < label.end and label.start < item.end


def score(paths: list[Path], wanted: list[Label]) -> Score:
    right = limits = limits_right = proposed = 0
    missed, extra = [], []
    for path in paths:
        open_labels = [label for label in wanted if label.file == path.name]
        for item in candidates(read_document(path)):
            proposed += 1
            label = next((one for one in open_labels if matches(one, item, path.suffix == ".html")), None)
            if label is None:
                extra.append(f"{path.name}: {item.words!r} = {item.value} {item.unit} [{item.low}, {item.high}]")
                continue
            open_labels.remove(label)
            right += 1
            if label.low or label.high:
                limits += 1
                limits_right += equal(item.low, label.low) and equal(item.high, label.high)
        missed += [f"{path.name}: {label.words!r} = {label.value} {label.unit}" for label in open_labels]
    return Score(len(wanted), proposed, right, limits, limits_right, tuple(missed), tuple(extra))


def half(name: str) -> Score:
    folder = ARTICLES / name
    return score(sorted(path for path in folder.iterdir() if path.suffix in (".txt", ".html")), labels(folder / "labels.csv"))


def table() -> str:
    """The evaluation as a table of the page."""
    lines = [
        "| articles | quantities | proposed | right | recall | precision | limits right | when first measured |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, (told, first) in HALVES.items():
        one = half(name)
        limits = f"{one.limits_right} of {one.limits}"
        lines.append(
            f"| `{name}/`: {told} | {one.labels} | {one.proposed} | {one.right} | {one.recall:.3f} | {one.precision:.3f} | {limits} | {first} |"  # noqa: E501
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}{table()}{END}{rest.split(END)[1]}", encoding="utf-8", newline="\n")
