"""What was asked of a piece of work, made again from what is on the disk: the case with its edits, scenario and day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brownfield.app.desk import STATE, Desk
from brownfield.errors import CaseError

if TYPE_CHECKING:
    from brownfield.case.case import Case


def base_of(desk: Desk, asked: Mapping[str, Any]) -> Case:
    """The case as it was when the work began: kept once for all work on the same case, whatever becomes of its files."""
    from brownfield.files.read import read_case

    digest = str(asked.get("base") or "")
    if digest.isalnum() and (_kept(desk, digest) / "case.toml").is_file():
        return read_case(_kept(desk, digest))
    case = desk.read(str(asked["case"]))
    keep_base(desk, case)
    return case


def keep_base(desk: Desk, case: Case) -> None:
    """Keep a case on which work begins, once."""
    from brownfield.files.folder import write_folder

    place = _kept(desk, case.digest)
    if not place.exists():
        try:
            write_folder(case, place)
        except CaseError:
            if not (place / "case.toml").is_file():  # else other work on the same case was faster
                raise


def _kept(desk: Desk, digest: str) -> Path:
    return desk.root / STATE / "kept" / digest


def case_of(base: Case, asked: Mapping[str, Any]) -> Case:
    """The case that was asked about: with the changes of a scenario, edits, and only what was known by a day."""
    from brownfield.case.changes import Edit, changed, scenario

    case, name, edits, day = base, asked.get("scenario"), asked.get("edits") or [], asked.get("as_of")
    if name:
        case = _titled(scenario(case, name), f"Scenario {name}")
    if edits:
        case = _titled(changed(case, [Edit(**edit) for edit in edits]), "With edits")
    if day:
        from brownfield.evidence.claims import as_of

        case = _titled(as_of(case, day), f"As known on {day}")
    return case


def _titled(case: Case, what: str) -> Case:
    title = f"{what}: {case.settings.title or case.settings.name}"
    return replace(case, settings=case.settings.model_copy(update={"title": title[:200]}))
