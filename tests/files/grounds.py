"""A small case on disk that tests can spoil, and workbooks of raw XML that no spreadsheet program would write."""

import shutil
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from brownfield.errors import CaseError
from brownfield.files import read_case
from brownfield.files.new import FIRST_CASE

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def small_case(folder: Path) -> Path:
    shutil.copytree(FIRST_CASE, folder)
    return folder


def problems(path):
    """What reading a case complains of: (code, row, text) of each problem."""
    with pytest.raises(CaseError) as caught:
        read_case(path)
    return caught.value.problems


def codes(path):
    return sorted({problem.code for problem in problems(path)})


def raw_workbook(
    path: Path, sheets: dict[str, str], *, shared: str = "", styles: str = "", prefix: str = "", properties: str = "", extra=None
) -> Path:
    """A workbook with the given XML inside each <worksheet>."""
    p = f"{prefix}:" if prefix else ""
    names = "".join(f'<{p}sheet name="{escape(name)}" sheetId="{i}" r:id="r{i}"/>' for i, name in enumerate(sheets, 1))
    relations = "".join(
        f'<Relationship Id="r{i}" Type="{RELATIONS}/worksheet" Target="worksheets/s{i}.xml"/>' for i, _ in enumerate(sheets, 1)
    )
    if shared:
        relations += f'<Relationship Id="rs" Type="{RELATIONS}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
    if styles:
        relations += f'<Relationship Id="rt" Type="{RELATIONS}/styles" Target="styles.xml"/>'
    space = f'xmlns{":" + prefix if prefix else ""}="{MAIN}" xmlns:r="{RELATIONS}"'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        top = f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{PACKAGE}">{top}</Relationships>')
        archive.writestr("xl/workbook.xml", f"<{p}workbook {space}>{properties}<{p}sheets>{names}</{p}sheets></{p}workbook>")
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>')
        if shared:
            archive.writestr("xl/sharedStrings.xml", f"<{p}sst {space}>{shared}</{p}sst>")
        if styles:
            archive.writestr("xl/styles.xml", f"<{p}styleSheet {space}>{styles}</{p}styleSheet>")
        for i, body in enumerate(sheets.values(), 1):
            archive.writestr(f"xl/worksheets/s{i}.xml", f"<{p}worksheet {space}>{body}</{p}worksheet>")
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return path


def grid(rows) -> str:
    """Rows of texts and numbers as <sheetData> with texts in the cells."""
    lines = []
    for i, row in enumerate(rows, 1):
        cells = []
        for j, value in enumerate(row):
            at = f"{chr(65 + j)}{i}"
            if isinstance(value, str):
                cells.append(f'<c r="{at}" t="inlineStr"><is><t>{escape(value)}</t></is></c>')
            elif value is not None:
                cells.append(f'<c r="{at}"><v>{value}</v></c>')
        lines.append(f'<row r="{i}">{"".join(cells)}</row>')
    return f"<sheetData>{''.join(lines)}</sheetData>"


def small_sheets() -> dict[str, str]:
    """The XML of the smallest case that has no problem."""
    tables = {
        "settings": [("setting", "value"), ("name", "small")],
        "plants": [("plant", "country"), ("A", "JP")],
        "lines": [("line", "plant", "jph"), ("A1", "A", 30)],
        "products": [("product",), ("X",)],
        "routes": [("product", "line"), ("X", "A1")],
        "markets": [("market", "country"), ("M", "JP")],
        "demand": [("product", "market", "cars", "net_price"), ("X", "M", 1000, 20000.5)],
    }
    return {name: grid(rows) for name, rows in tables.items()}
