"""Edits that are being tried on a case: on the disk as soon as they are made, undone and done again one by one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brownfield.errors import CaseError, Problem, Where, shown
from brownfield.files.swap import new_file

if TYPE_CHECKING:
    from brownfield.case.case import Case
    from brownfield.case.edits import Trouble

MOST = 300
"""Steps that can be undone."""

Told = Mapping[str, Any]
"""An edit as plain values: table, row, column, action, value."""


@dataclass(frozen=True)
class Draft:
    """The edits of a case, and the ways back and forth from them."""

    edits: tuple[Told, ...] = ()
    past: tuple[tuple[Told, ...], ...] = ()
    future: tuple[tuple[Told, ...], ...] = ()

    def now(self, edits: Sequence[Told]) -> Draft:
        """With other edits; the ones before can be had again."""
        return self if tuple(edits) == self.edits else Draft(tuple(edits), (*self.past, self.edits)[-MOST:])

    def put(self, edit: Told) -> Draft:
        """With one more edit, in the place of an earlier one that did the same to the same cell."""
        return self.now([*(one for one in self.edits if not _same_place(one, edit)), edit])

    def without(self, edit: Told) -> Draft:
        """Without what was done to a cell in one way."""
        return self.now([one for one in self.edits if not _same_place(one, edit)])

    def value(self, table: str, row: str, column: str, action: str) -> Any:
        """What an edit of a cell says now; None without one."""
        wanted = {"table": table, "row": row, "column": column, "action": action}
        return next((one["value"] for one in self.edits if _same_place(one, wanted)), None)

    def undone(self) -> Draft:
        """One step back."""
        return replace(self, edits=self.past[-1], past=self.past[:-1], future=(self.edits, *self.future)) if self.past else self

    def redone(self) -> Draft:
        """One step forth."""
        return replace(self, edits=self.future[0], past=(*self.past, self.edits), future=self.future[1:]) if self.future else self


def _same_place(one: Told, other: Told) -> bool:
    return all(one[name] == other[name] for name in ("table", "row", "column", "action"))


@dataclass(frozen=True)
class Drafts:
    """The drafts of an opened folder, a file for each case."""

    folder: Path

    def of(self, case: str) -> Draft:
        """The draft of a case as it stands on the disk."""
        try:
            told = json.loads(self._file(case).read_text(encoding="utf-8"))
            return Draft(tuple(told["edits"]), tuple(map(tuple, told["past"])), tuple(map(tuple, told["future"])))
        except FileNotFoundError:
            return Draft()

    def change(self, case: str, how: Callable[[Draft], Draft]) -> Draft:
        """Change a draft, and have it on the disk before anything else is done."""
        draft = how(self.of(case))
        text = json.dumps({"case": case, "edits": draft.edits, "past": draft.past, "future": draft.future})
        new_file(self._file(case), lambda target: target.write_text(text, encoding="utf-8"), overwrite=True)
        return draft

    def _file(self, case: str) -> Path:
        return self.folder / f"{hashlib.sha256(case.encode()).hexdigest()[:24]}.json"


def trouble(case: Case, edit: Told) -> Trouble | None:
    """What is wrong with one edit; None when the cell can be so."""
    from brownfield.case.edits import Edit, applied

    return next((found for _, found in applied(case, [Edit(**edit)])[1]), None)


def differences(case: Case, edits: Sequence[Told]) -> list[dict[str, str]]:
    """Edits as lines of a diff: the cell, what stands in it, what it becomes."""
    from brownfield.app.grid import cell_of
    from brownfield.case.cells import places, row_key

    lines = []
    for edit in edits:
        before = "every row"
        if edit["row"].strip() != "*":
            key = row_key(edit["row"])
            at = places(case, edit["table"], [key]).get(key)
            value = None if at is None else case.table(edit["table"])[edit["column"]][at]
            before = str(cell_of(value if value is None or not hasattr(value, "to_list") else value.to_list())) or "blank"
        sign = {"set": "", "multiply": "× ", "add": "+ "}[edit["action"]]
        after = f"{sign}{edit['value']}" if str(edit["value"]) else "blank"
        lines.append({"table": edit["table"], "row": edit["row"], "column": edit["column"], "before": before, "after": after})
    return lines


def save_scenario(path: Path, case: Case, name: str, meaning: str, edits: Sequence[Told]) -> None:
    """Write edits into a case on the disk as one of its scenarios. CaseError when they cannot be, or the name is taken."""
    from brownfield.case.changes import Edit, changed
    from brownfield.case.tables import Scenario
    from brownfield.files.append import append_rows

    names = [row.scenario for row in case.rows(Scenario)]
    if not name.strip() or name in names or not edits:
        found = "no edits" if not edits else "a name that is taken" if name in names else "no name"
        raise CaseError([Problem("BF507", Where("scenarios"), f"{found}: {shown(name)}", "a new name for edits", "give it another name")])
    changed(case, [Edit(**edit) for edit in edits])
    rows = [{"scenario": name, "change": f"{name} {i}", **{k: str(v) for k, v in edit.items()}} for i, edit in enumerate(edits, 1)]
    append_rows(path, {"scenarios": [{"scenario": name, "meaning": meaning}], "changes": rows})
