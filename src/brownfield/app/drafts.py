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

    def put(self, *edits: Told) -> Draft:
        """With more edits in one step, each in the place of an earlier one that did the same to the same cell."""
        return self.now([*(one for one in self.edits if not any(_same_place(one, edit) for edit in edits)), *edits])

    def without(self, edit: Told) -> Draft:
        """Without what was done to a cell in one way; without all of its row when that is a new one."""
        away = _same_row if edit["action"] == "insert" else _same_place
        return self.now([one for one in self.edits if not away(one, edit)])

    def inserts(self, table: str, row: str) -> Told | None:
        """The first of the edits that make a row; None when they make no such row."""
        wanted = {"table": table, "row": row}
        return next((one for one in self.edits if one["action"] == "insert" and _same_row(one, wanted)), None)

    def left_out(self, table: str, rows: Sequence[str], out: bool) -> Draft:
        """With rows that do not count any longer, or do again, in one step. A row that edits made is gone when it is left out."""
        edits = list(self.edits)
        for row in rows:
            place = {"table": table, "row": row, "column": "status", "action": "set"}
            new = self.inserts(table, row)
            edits = [one for one in edits if not (_same_row(one, place) if out and new else _same_place(one, place))]
            edits += [] if new else [{**place, "value": "exclude" if out else "include"}]
        return self.now(edits)

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


def _same_row(one: Told, other: Told) -> bool:
    return bool(one["table"] == other["table"] and one["row"] == other["row"])


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


def trouble(case: Case, new: Sequence[Told], before: Sequence[Told] = ()) -> Trouble | None:
    """What is wrong with new edits made after others; None when the cells can be so."""
    from brownfield.case.edits import Edit, applied

    wrong = applied(case, [Edit(**edit) for edit in [*before, *new]])[1]
    return next((found for number, found in wrong if number >= len(before)), None)


def standing(case: Case, edits: Sequence[Told]) -> list[Problem]:
    """What is wrong between the tables of a case with edits, such as a line at a plant that is not there."""
    from brownfield.case.changes import Edit, changed

    try:
        changed(case, [Edit(**edit) for edit in edits])
    except CaseError as error:
        return list(error.problems)
    return []


def differences(case: Case, edits: Sequence[Told]) -> list[dict[str, Any]]:
    """Edits as lines of a diff: the cell, what stands in it, what it becomes; a new row is one line. `edit`: what to take back."""
    from brownfield.app.grid import cell_of
    from brownfield.case.cells import places, row_key

    lines: list[dict[str, Any]] = []
    made: dict[tuple[str, str], dict[str, Any]] = {}
    for edit in edits:
        before, place = "every row", (edit["table"], edit["row"])
        if edit["action"] == "insert":
            line = made.get(place)
            if line is None:
                line = made[place] = {**edit, "column": "a new row", "before": "", "after": "", "edit": edit}
                lines.append(line)
            line["after"] += f"{', ' if line['after'] else ''}{edit['column']} {edit['value']}"
            continue
        if edit["row"].strip() != "*":
            key = row_key(edit["row"])
            at = places(case, edit["table"], [key]).get(key)
            value: Any = None if at is None else case.table(edit["table"])[edit["column"]][at]
            before = str(cell_of(value.to_list() if hasattr(value, "to_list") else value)) or "blank"
        sign = {"set": "", "multiply": "× ", "add": "+ "}[edit["action"]]
        after = f"{sign}{cell_of(edit['value'])}" if str(edit["value"]) else "blank"
        lines.append({**edit, "before": before, "after": after, "edit": edit})
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
