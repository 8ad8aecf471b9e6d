"""Reading a case, whatever its form: a folder of tables or an Excel workbook."""

from __future__ import annotations

from pathlib import Path

from brownfield.case.case import Case
from brownfield.files.build import Read, built
from brownfield.files.folder import read_folder
from brownfield.files.swap import refused

_FORMS = "a folder with case.toml and tables, or an .xlsx workbook"


def read_case(path: str | Path) -> Case:
    """The case in a folder or workbook, checked; CaseError with every problem when there is any."""
    return built(read_raw(path))


def read_raw(path: str | Path) -> Read:
    """The settings and tables of a case as text, with their addresses and the problems of the files."""
    where = Path(path)
    try:
        if where.is_dir():
            return read_folder(where)
        if not where.exists():
            raise refused("BF020", where, "nothing there", _FORMS, "check the spelling of the path")
        if not where.is_file():
            raise refused("BF021", where, "neither a file nor a folder", _FORMS, _fix(where))
        if where.suffix.lower() in (".xlsx", ".xlsm"):
            from brownfield.files.workbook import read_workbook

            return read_workbook(where)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise refused("BF029", where, reason, _FORMS, "mend the file or its permissions") from error
    except ValueError as error:
        raise refused("BF020", where, str(error), _FORMS, "check the spelling of the path") from error
    raise refused("BF021", where, f"a file ending in {where.suffix or 'nothing'}", _FORMS, _fix(where))


def _fix(path: Path) -> str:
    """What to do with a file that is no case."""
    if path.name == "case.toml" or path.suffix.lower() == ".csv":
        return "give the folder that the file lies in"
    if path.suffix.lower() in (".xls", ".xlsb", ".ods", ".numbers"):
        return "save it as an Excel workbook (.xlsx)"
    return "give the folder or the workbook of a case; `brownfield new DIR` makes one to start from"
