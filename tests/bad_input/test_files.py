"""Files that are no case: broken, cut off, of another kind, far too large, or hostile. Each is refused with its code."""

import gzip
import io
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bad_input.base import TOML, Draft, Edit, drop, file, put, setting
from bad_input.test_bad_input import problems
from brownfield.errors import CaseError
from brownfield.files import read_case, write_workbook

LONG = b"x" * 200_000


def toml(text: str) -> Edit:
    """Another case.toml altogether."""
    return file("case.toml", text.encode())


FOLDERS: list[tuple[str, str, str, list[Edit]]] = [
    ("no settings", "BF025", "case.toml", [file("case.toml", None)]),
    ("settings that are no TOML", "BF026", "case.toml", [toml('name = "x\nperiods = [')]),
    ("a setting twice", "BF026", "case.toml", [toml(TOML + 'name = "again"\n')]),
    ("brackets without end", "BF026", "case.toml", [toml("name = " + "[" * 5000)]),
    ("settings in Latin-1", "BF034", "case.toml", [file("case.toml", 'name = "Aufräumen"\n'.encode("latin-1"))]),
    ("an unknown setting", "BF027", "case.toml", [setting("discount_rate", "discount")]),
    ("a table of settings", "BF027", "case.toml", [toml(TOML + "[solver]\ngap = 0.1\n")]),
    ("no name", "BF028", "case.toml", [setting('name = "base"', "")]),
    ("a discount rate in percent", "BF028", "case.toml", [setting("0.08", "8")]),
    ("a discount rate that is no number", "BF028", "case.toml", [setting("0.08", "nan")]),
    ("a currency in words", "BF028", "case.toml", [setting('"EUR"', '"Euro"')]),
    ("a start within a month", "BF108", "case.toml", [setting("2026-01-01", "2026-01-15")]),
    ("a start that is no day", "BF026", "case.toml", [setting("2026-01-01", "2026-13-01")]),
    ("no periods", "BF108", "case.toml", [setting('["4 quarters", "2 years"]', "[]")]),
    ("periods of weeks", "BF108", "case.toml", [setting("2 years", "100 weeks")]),
    ("a block of no periods", "BF108", "case.toml", [setting("2 years", "0 years")]),
    ("more periods than any plan has", "BF108", "case.toml", [setting("2 years", "401 months")]),
    ("periods beyond all time", "BF028", "case.toml", [setting("2026-01-01", "9990-01-01")]),
    ("periods as a number", "BF028", "case.toml", [setting('["4 quarters", "2 years"]', "6")]),
    ("yes for a number", "BF028", "case.toml", [setting("0.08", "true")]),
    ("no plants", "BF022", "plants.csv", [drop("plants"), file("plants.csv", None)]),
    ("no routes", "BF022", "routes.csv", [file("routes.csv", None)]),
    ("a misspelled table", "BF023", "plnts.csv", [file("plnts.csv", b"plant\nNorth\n")]),
    ("a table twice", "BF024", "plants.csv", [file("plants.CSV", b"plant,country\nX,JP\n")]),
    ("an empty file", "BF037", "lanes.csv", [file("lanes.csv", b"")]),
    ("blanks only", "BF037", "lanes.csv", [file("lanes.csv", b"\n \n,,\n")]),
    ("a column without a name", "BF037", "tariffs.csv", [file("tariffs.csv", b"origin,destination,duty,\nJP,DE,0.1,5\n")]),
    ("UTF-16", "BF034", "tariffs.csv", [file("tariffs.csv", lambda old: old.decode().encode("utf-16"))]),
    ("Latin-1", "BF034", "markets.csv", [file("markets.csv", lambda old: old.replace(b"Europe", "Görlitz".encode("latin-1")))]),
    ("bytes of no text", "BF034", "markets.csv", [file("markets.csv", lambda old: old + b"\xff\xfe\xfa")]),
    ("a NUL byte", "BF035", "markets.csv", [file("markets.csv", lambda old: old.replace(b"Europe", b"Eur\0pe"))]),
    ("a packed file", "BF035", "markets.csv", [file("markets.csv", gzip.compress(b"\0" * 99, mtime=0))]),
    ("semicolons", "BF038", "markets.csv", [file("markets.csv", lambda old: old.replace(b",", b";"))]),
    ("tabs", "BF038", "markets.csv", [file("markets.csv", lambda old: old.replace(b",", b"\t"))]),
    ("a quote that is never closed", "BF039", "markets.csv", [file("markets.csv", lambda old: old.replace(b"Japan", b'"Japan'))]),
    ("text after a quote", "BF039", "markets.csv", [file("markets.csv", lambda old: old.replace(b"Japan", b'"Ja"pan'))]),
    ("a cell without end", "BF040", "markets.csv", [file("markets.csv", lambda old: old.replace(b"Japan", LONG))]),
    ("a row too long", "BF036", "tariffs.csv", [file("tariffs.csv", lambda old: old + b"JP,CN,0.1,more\n")]),
    ("a row too short", "BF036", "tariffs.csv", [file("tariffs.csv", lambda old: old + b"JP,CN\n")]),
    ("a decimal comma without quotes", "BF036", "tariffs.csv", [file("tariffs.csv", lambda old: old.replace(b"0.1", b"0,1"))]),
    ("a page of the web", "BF001", "markets.csv", [file("markets.csv", b"<html>\n<body>404</body>\n")]),
]


@pytest.mark.parametrize(("name", "code", "where", "edits"), FOLDERS, ids=[row[0] for row in FOLDERS])
def test_a_broken_folder_is_refused(name: str, code: str, where: str, edits: list[Edit], tmp_path: Path) -> None:
    draft = Draft()
    for edit in edits:
        edit(draft)
    found = problems(draft.write(tmp_path))
    assert (code, where) in {(p.code, p.where.file) for p in found}, [str(p) for p in found]


def test_what_is_no_ordinary_file_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("origin,destination,duty\nJP,DE,0.1\n")
    makers: list[tuple[str, Callable[[Path], object]]] = [
        ("BF031", lambda path: path.symlink_to("../secret.csv")),
        ("BF030", lambda path: path.mkdir()),
        ("BF029", lambda path: path.symlink_to("gone.csv")),
        ("BF029", lambda path: path.symlink_to("tariffs.csv")),
    ]
    for number, (code, make) in enumerate(makers):
        folder = Draft().write(tmp_path / str(number))
        (folder / "tariffs.csv").unlink()
        make(folder / "tariffs.csv")
        found = problems(folder)
        assert (code, "tariffs.csv") in {(p.code, p.where.file) for p in found}
        assert "0.1" not in str(found), "nothing of the file outside is shown"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    folder = Draft().write(tmp_path)
    (folder / "tariffs.csv").unlink()
    os.mkfifo(folder / "tariffs.csv")
    assert [(p.code, p.where.file) for p in problems(folder)] == [("BF030", "tariffs.csv")]


def test_a_file_larger_than_any_case_is_not_read(tmp_path: Path) -> None:
    folder = Draft().write(tmp_path)
    with (folder / "notes.txt").open("wb") as other, (folder / "demand.csv").open("r+b") as demand:
        other.truncate(1 << 33)  # a file that is no table is none of our business
        demand.truncate(1 << 33)
    assert [(p.code, p.where.file) for p in problems(folder)] == [("BF032", "demand.csv")]


def test_more_rows_than_any_case_has_are_not_read_to_their_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("brownfield.files.folder.MAX_ROWS", 1000)
    folder = Draft().write(tmp_path)
    (folder / "demand.csv").write_text("product,market,cars,net_price\n" + "Nova,Japan,1,1\n" * 1001)
    assert [(p.code, p.where.file) for p in problems(folder)] == [("BF033", "demand.csv")]


def test_a_file_of_rubbish_is_not_listed_to_its_end(tmp_path: Path) -> None:
    folder = Draft().write(tmp_path)
    (folder / "demand.csv").write_text("product,market,cars,net_price\n" + "Nova,Japan,many,much\n" * 60_000)
    found = problems(folder)
    assert {p.code for p in found if p.where.file == "demand.csv"} == {"BF005", "BF101"}
    assert len(found) < 10_000


def test_a_million_rows_are_read_and_their_mistake_is_found(tmp_path: Path) -> None:
    folder = Draft().write(tmp_path)
    lines = "".join(f"Nova,Japan,2027,{number},1\n" for number in range(1_000_000))
    (folder / "demand.csv").write_text("product,market,period,cars,net_price\n" + lines)
    found = [p for p in problems(folder) if p.where.file == "demand.csv"]
    assert {p.code for p in found} == {"BF101"}
    assert found[0].where.row == 3


@pytest.mark.parametrize("path", ["nowhere", "../nowhere", "a\0b", "x" * 5000, "."])
def test_a_path_without_a_case(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CaseError) as error:
        read_case(path)
    assert error.value.problems[0].code in ("BF020", "BF022", "BF025", "BF029")


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The base case as a workbook."""
    place = tmp_path_factory.mktemp("workbook")
    path = write_workbook(read_case(Draft().write(place / "base")), place / "base.xlsx")
    assert problems(path) == ()
    return path.read_bytes()


def repacked(data: bytes, change: Callable[[str, bytes], bytes], more: dict[str, bytes] | None = None) -> bytes:
    """A workbook with other contents in its parts, and parts more."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return result.getvalue()


def sheet(number: int, pattern: bytes, by: bytes) -> Callable[[bytes], bytes]:
    """Replace the first match of a pattern in one sheet."""

    def change(data: bytes) -> bytes:
        def part(name: str, content: bytes) -> bytes:
            if name != f"xl/worksheets/sheet{number}.xml":
                return content
            changed, count = re.subn(pattern, by, content, count=1)
            assert count == 1, content[:600]
            return changed

        return repacked(data, part)

    return change


def damaged(data: bytes) -> bytes:
    """A workbook with noise in the middle of its second sheet."""
    info = zipfile.ZipFile(io.BytesIO(data)).getinfo("xl/worksheets/sheet2.xml")
    middle = info.header_offset + 60 + info.compress_size // 2
    return data[:middle] + bytes(byte ^ 0xFF for byte in data[middle : middle + 20]) + data[middle + 20 :]


def in_part(name: str, old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Replace bytes in one part of a workbook."""

    def change(data: bytes) -> bytes:
        assert old in zipfile.ZipFile(io.BytesIO(data)).read(name)
        return repacked(data, lambda part, content: content.replace(old, new) if part == name else content)

    return change


BOOK = "xl/workbook.xml"
NUMBER = rb"<c r=\"([A-Z]+\d+)\"([^>]*)><v>([\d.]+)</v></c>"

WORKBOOKS: list[tuple[str, str, Callable[[bytes], bytes]]] = [
    ("empty", "BF042", lambda data: b""),
    ("text", "BF042", lambda data: b"plant,country\nNorth,JP\n"),
    ("noise", "BF042", lambda data: b"PK\x03\x04" + bytes(range(256)) * 40),
    ("an old one", "BF044", lambda data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + data),
    ("cut off at its end", "BF042", lambda data: data[:-40]),
    ("cut off in the middle", "BF042", lambda data: data[: len(data) // 2]),
    ("a few bytes wrong", "BF048", damaged),
    ("an archive of something else", "BF042", lambda data: repacked(data, lambda name, content: content).replace(b"xl/", b"zz/")),
    ("a bomb", "BF043", lambda data: repacked(data, lambda name, content: content, {"xl/media/big.bin": b"\0" * (40 << 20)})),
    ("a sheet that is a bomb", "BF043", lambda data: repacked(data, lambda name, part: part + b" " * (30 << 20) * ("sheet2" in name))),
    ("a formula without a value", "BF045", sheet(2, NUMBER, rb'<c r="\1"\2><f>1+1</f></c>')),
    ("an error for a value", "BF046", sheet(2, NUMBER, rb'<c r="\1" t="e"><v>#REF!</v></c>')),
    ("merged cells", "BF047", sheet(2, rb"</sheetData>", rb'</sheetData><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>')),
    ("a sheet of nothing known", "BF023", in_part(BOOK, b'name="tariffs"', b'name="tarifs"')),
    ("a sheet that is missing", "BF022", in_part(BOOK, b'name="plants"', b'name="notes on plants"')),
    ("no settings", "BF025", in_part(BOOK, b'name="settings"', b'name="notes on settings"')),
    ("a path that climbs", "BF048", in_part("xl/_rels/workbook.xml.rels", b"worksheets/sheet2.xml", b"../../../../etc/passwd")),
    ("markup that grows", "BF042", in_part(BOOK, b"<workbook", b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><workbook')),
]


@pytest.mark.parametrize(("name", "code", "change"), WORKBOOKS, ids=[row[0] for row in WORKBOOKS])
def test_a_broken_workbook_is_refused(name: str, code: str, change: Callable[[bytes], bytes], workbook: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.xlsx"
    path.write_bytes(change(workbook))
    found = problems(path)
    assert code in {p.code for p in found}, [str(p) for p in found]
    assert sorted(tmp_path.iterdir()) == [path], "nothing is unpacked"


def test_a_cell_of_a_workbook_has_its_address(workbook: bytes, tmp_path: Path) -> None:
    path = tmp_path / "spoiled.xlsx"
    path.write_bytes(in_part("xl/sharedStrings.xml", b">may_close<", b">may_clos<")(workbook))
    found = problems(path)
    assert [(p.code, p.where.file, p.where.row, p.where.column) for p in found] == [("BF009", "plants", 2, "decision")]
    assert re.fullmatch(r"[A-Z]+2", found[0].where.cell)


def test_a_mistake_between_tables_has_its_cell_in_a_workbook(workbook: bytes, tmp_path: Path) -> None:
    place = tmp_path / "base"
    draft = Draft()
    put("lines", "S1", plant="South")(draft)
    case = read_case(draft.write(place))
    frame = case.table("lines").with_columns(plant=case.table("lines")["plant"].replace("West", "Wst"))
    path = write_workbook(case.with_table("lines", frame), tmp_path / "spoiled.xlsx")
    found = problems(path)
    assert ("BF103", "lines", 6, "B6") in {(p.code, p.where.file, p.where.row, p.where.cell) for p in found}
