"""Workbooks that lie, are locked, damaged or odd: each is refused with its place, and the odd but right ones are read."""

import random
import tracemalloc
import zipfile

import pytest
import xlsxwriter

from brownfield.errors import CaseError
from brownfield.files import read_case, workbook, write_workbook
from brownfield.files.new import FIRST_CASE
from tests.files.grounds import codes, grid, problems, raw_workbook, small_sheets


@pytest.fixture
def path(tmp_path):
    return tmp_path / "case.xlsx"


def one(path, code):
    found = [problem for problem in problems(path) if problem.code == code]
    assert found, f"{code} is missing among {codes(path)}"
    return found[0]


def with_plants(path, body, **more):
    return raw_workbook(path, small_sheets() | {"plants": body}, **more)


def test_the_small_workbook_has_no_problem(path):
    case = read_case(raw_workbook(path, small_sheets()))
    assert case.table("demand").row(0, named=True)["net_price"] == 20000.5


def test_names_with_a_prefix_are_the_same_xml(path):
    sheets = {name: body.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:") for name, body in small_sheets().items()}
    assert read_case(raw_workbook(path, sheets, prefix="x")).table("plants").height == 1


@pytest.mark.parametrize(
    ("data", "code", "says"),
    [
        (b"", "BF042", "empty"),
        (b"plant,country\nA,JP\n", "BF042", "starts with"),
        (b"PK\x03\x04 and nothing more", "BF042", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "BF044", "97"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "BF044", "password"),
    ],
)
def test_what_is_no_workbook(path, data, code, says):
    path.write_bytes(data)
    assert says in one(path, code).found


def test_a_workbook_cut_off_anywhere(path, tmp_path):
    write_workbook(read_case(FIRST_CASE), path)
    whole = path.read_bytes()
    for share in (0.1, 0.5, 0.9, 0.999):
        path.write_bytes(whole[: int(len(whole) * share)])
        assert codes(path) == ["BF042"]


def test_any_zip_is_not_a_workbook(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert "missing" in one(path, "BF042").found


def test_bombs_are_refused_before_they_are_unpacked(path, monkeypatch):
    body = grid([("plant", "country"), ("A", "JP")])
    with_plants(path, body, extra={"xl/media/zeros.bin": b"\0" * (200 << 20)})
    tracemalloc.start()
    assert "209,7" in one(path, "BF043").found
    assert tracemalloc.get_traced_memory()[1] < 20 << 20
    tracemalloc.stop()
    with_plants(path, body)
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1000)
    assert one(path, "BF043").fix


def test_a_small_workbook_that_fills_the_memory_is_refused(path):
    body = grid([("plant", "country"), ("A", "JP")])
    count = "<si><t>plant</t></si>"
    with_plants(path, body, shared=count)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/sharedStrings.xml"] = parts["xl/sharedStrings.xml"].replace(b"<sst", b'<sst uniqueCount="1000000000000"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert "counts more texts" in one(path, "BF042").found
    cells = "".join(f'<row r="{i}"><c t="s"><v>0</v></c></row>' for i in range(3, 9000))
    with_plants(path, body.replace("</sheetData>", cells + "</sheetData>"), shared=f"<si><t>{'plant ' * 100_000}</t></si>")
    assert "more than a case holds" in one(path, "BF048").found


def test_too_many_bytes(path, monkeypatch):
    raw_workbook(path, small_sheets())
    monkeypatch.setattr(workbook, "MAX_BYTES", 100)
    assert one(path, "BF032").found


def test_entities_are_refused(path):
    raw_workbook(path, small_sheets())
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData/></worksheet>'
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in (parts | {"xl/worksheets/s2.xml": bomb}).items():
            archive.writestr(name, data)
    assert "entities" in one(path, "BF048").found


def test_formulas_without_values_are_named(path):
    body = """<sheetData><row r="1"><c r="A1" t="str"><v>plant</v></c><c r="B1" t="str"><v>country</v></c>
        <c r="C1" t="str"><v>site_value</v></c></row>
        <row r="2"><c r="A2" t="str"><v>A</v></c><c r="B2" t="str"><v>JP</v></c><c r="C2"><f>1+1</f></c></row>
        <row r="3"><c r="A3" t="str"><v>B</v></c><c r="B3" t="str"><v>JP</v></c><c r="C3"><f>1+1</f><v></v></c></row>
        <row r="4"><c r="A4" t="str"><v>C</v></c><c r="B4" t="str"><v>JP</v></c><c r="C4"><f>1+1</f><v>2</v></c></row>
        <row r="5"><c r="A5" t="str"><v>D</v></c><c r="B5" t="str"><v>JP</v></c><c r="C5" t="str"><f>""</f><v></v></c></row></sheetData>"""
    with_plants(path, body)
    assert [problem.where.cell for problem in problems(path)] == ["C2", "C3"]
    assert codes(path) == ["BF045"]


def test_error_values_are_named(path):
    body = grid([("plant", "country"), ("A", "JP")]).replace(
        "</row></sheetData>", '<c r="C2" t="e"><v>#N/A</v></c><c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row></sheetData>'
    )
    with_plants(path, body)
    found = problems(path)
    assert [(p.code, p.where.file, p.where.row, p.where.cell) for p in found] == [
        ("BF046", "plants", 2, "C2"), ("BF046", "plants", 2, "D2"),
    ]  # fmt: skip
    assert "#DIV/0!" in found[1].found


def test_error_values_of_any_kind_are_named(path):
    cells = '<c r="C2" t="e"><v>#SPILL!</v></c><c r="D2" t="e"><v>#N/A</v></c><c r="E2"><v>5</v><f>1+1</f></c></row></sheetData>'
    with_plants(path, grid([("plant", "country"), ("A", "JP")]).replace("</row></sheetData>", cells))
    assert [(p.code, p.where.cell) for p in problems(path)] == [("BF046", "C2"), ("BF046", "D2"), ("BF045", "E2")]


def test_cells_without_address_follow_each_other(path):
    body = grid([("plant", "country"), ("A", "JP")]).replace(
        "</sheetData>", '<row/><row><c t="e"><v>#N/A</v></c><c/><c><f>1</f></c></row></sheetData>'
    )
    assert [(p.code, p.where.cell) for p in problems(with_plants(path, body))] == [("BF046", "A4"), ("BF045", "C4")]


def test_merged_cells(path):
    body = grid([("plant", "country"), ("A", "JP")]) + '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'
    found = one(with_plants(path, body), "BF047")
    assert (found.where.row, found.where.cell) == (1, "A1:B1")


def test_bad_cells_have_their_address(path):
    body = grid([(None, "plant", None, "country", "site_value"), (), (None, "A", None, "Japan", "1,5")])
    found = {p.code: p.where for p in problems(with_plants(path, body))}
    assert (found["BF011"].row, found["BF011"].column, found["BF011"].cell) == (3, "country", "D3")
    assert found["BF005"].cell == "E3"
    assert str(found["BF005"]) == "plants, row 3, column site_value, cell E3"


def test_sheets_unknown_twice_and_missing(path):
    sheets = small_sheets()
    sheets["Sheet1"] = grid([("x",)])
    sheets["Notes and more"] = grid([("anything", "at all")])
    sheets["Plants"] = sheets["plants"]
    del sheets["lines"], sheets["settings"]
    raw_workbook(path, sheets)
    assert [(p.code, p.where.file) for p in problems(path)] == [
        ("BF023", "Sheet1"), ("BF024", "Plants"), ("BF025", "settings"), ("BF022", "lines"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "code", "row"),
    [
        ([("setting", "value"), ("nam", "x")], "BF027", 2),
        ([("setting", "value"), ("name", "x"), ("price_year", "soon")], "BF028", 3),
        ([("setting", "value"), ("name", "x"), ("name", "y")], "BF027", 3),
        ([("a", "b"), ("name", "x")], "BF025", 1),
    ],
)
def test_bad_settings(path, rows, code, row):
    found = one(raw_workbook(path, small_sheets() | {"settings": grid(rows)}), code)
    assert (found.where.file, found.where.row) == ("settings", row)


def test_dates_numbers_and_texts_as_excel_keeps_them(path):
    styles = """<numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd;@"/>
        <numFmt numFmtId="165" formatCode="#,##0.00 &quot;days&quot;"/>
        </numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="9"/></cellXfs>"""
    shared = "<si><t>plant</t></si>"
    shared += "<si><r><t>日産</t></r><r><t xml:space='preserve'> 追浜</t></r><rPh sb='0' eb='2'><t>ニッサン</t></rPh></si>"
    header = "".join(
        f'<c r="{letter}1" t="inlineStr"><is><t>{name}</t></is></c>'
        for letter, name in zip("BCDEF", ["country", "earliest_close", "earliest_open", "site_value", "fixed_cost"], strict=True)
    )
    body = f"""<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c>{header}</row><row r="2"><c r="A2" t="s"><v>1</v></c>
        <c r="B2" t="inlineStr"><is><r><t>J</t></r><r><t>P</t></r></is></c><c r="C2" s="1"><v>46113</v></c><c r="D2" s="2"><v>1</v></c>
        <c r="E2" s="3"><v>0.10000000000000001</v></c><c r="F2" s="4"><v>2.5E-1</v></c></row></sheetData>"""
    lines = grid([("line", "plant", "jph"), ("A1", "日産 追浜", 30)])
    raw_workbook(path, small_sheets() | {"plants": body, "lines": lines}, shared=shared, styles=styles)
    row = read_case(path).table("plants").row(0, named=True)
    assert row["plant"] == "日産 追浜"
    assert str(row["earliest_close"]) == "2026-04-01"
    assert str(row["earliest_open"]) == "1900-01-01"
    assert (row["site_value"], row["fixed_cost"]) == (0.1, 0.25)


@pytest.mark.parametrize(
    ("serial", "old", "day"),
    [
        (1, False, "1900-01-01"),
        (59, False, "1900-02-28"),
        (61, False, "1900-03-01"),
        (46113, False, "2026-04-01"),
        (44651, True, "2026-04-01"),
    ],
)
def test_serial_numbers_of_days(path, serial, old, day):
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    body = grid([("plant", "country", "earliest_close"), ("A", "JP", serial)]).replace('r="C2"', 'r="C2" s="1"')
    with_plants(path, body, styles=styles, properties='<workbookPr date1904="1"/>' if old else "")
    assert str(read_case(path).table("plants")["earliest_close"][0]) == day


def test_a_date_where_a_number_belongs(path):
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    body = grid([("plant", "country", "site_value"), ("A", "JP", 46113)]).replace('r="C2"', 'r="C2" s="1"')
    assert "2026-04-01" in one(with_plants(path, body, styles=styles), "BF005").found


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ('<row r="3000001"><c r="A3000001"><v>1</v></c></row>', "at most 2,000,000 rows"),
        ('<row r="3"><c r="XFD3"><v>1</v></c></row>', "far from any table"),
        ('<row r="3"><c r="ABCDE3"><v>1</v></c></row>', "address"),
        ('<row r="x"><c r="A3"><v>1</v></c></row>', "damaged"),
        ('<row r="3"><c r="A3" t="s"><v>7</v></c></row>', "index not found"),
        ('<row r="3"><c r="A3" t="s"><v>x</v></c></row>', "the shared text 'x' is not there"),
        ('<row r="3"><c r="A3">', "damaged in line"),
        ('<row r="3"><c r="A4"><v>1</v></c></row>', "address"),
        ('<row r="3"><c r="A3" t="e"><f>A4</f></c></row><row r="2"><c r="A2"><v>1</v></c></row>', "row 2 stands after row 3"),
        ('<row r="1048576"><c r="OJ1048576"><v>1</v></c></row>', "at most 50,000,000 cells"),
    ],
)
def test_odd_sheets(path, cell, says):
    body = grid([("plant", "country"), ("A", "JP")]).replace("</sheetData>", f"{cell}</sheetData>")
    assert says in one(with_plants(path, body), "BF048").found


def test_what_xlsxwriter_and_a_person_make(path):
    with xlsxwriter.Workbook(str(path)) as book:
        for name, body in small_rows().items():
            sheet = book.add_worksheet(name.capitalize())
            for i, row in enumerate(body):
                sheet.write_row(i, 0, row)
        book.add_worksheet("notes on prices").write(0, 0, "=1/0")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Demand!$C$2:$C$2"})
        book.add_chartsheet("chart").set_chart(chart)
        book.get_worksheet_by_name("Lines").hide()
    case = read_case(path)
    assert case.settings.price_year == 2024
    assert case.settings.periods == ("4 quarters", "2 years")


def small_rows():
    return {
        "settings": [("setting", "value"), ("name", "mine"), ("price_year", 2024), ("periods", "4 quarters; 2 years")],
        "plants": [("plant", "country"), ("A", "JP")],
        "lines": [("line", "plant", "jph"), ("A1", "A", 30)],
        "products": [("product",), ("X",)],
        "routes": [("product", "line"), ("X", "A1")],
        "markets": [("market", "country"), ("M", "JP")],
        "demand": [("product", "market", "cars", "net_price"), ("X", "M", "1000", 20000)],
    }


def test_rubbish_never_ends_in_a_traceback(path):
    write_workbook(read_case(FIRST_CASE), path)
    good, dice = path.read_bytes(), random.Random(2)
    for _ in range(60):
        spoiled = bytearray(good)
        for _ in range(dice.randint(1, 20)):
            spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
        path.write_bytes(bytes(spoiled))
        try:
            read_case(path)
        except CaseError as error:
            assert all(problem.code.startswith("BF") and problem.fix for problem in error.problems)


def test_spoiled_xml_never_ends_in_a_traceback(path):
    write_workbook(read_case(FIRST_CASE), path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    dice = random.Random(3)
    chosen = ["xl/worksheets/sheet2.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"]
    for round_ in range(60):
        name = chosen[round_ % len(chosen)]
        spoiled = bytearray(parts[name])
        for _ in range(dice.randint(1, 4)):
            spoiled[dice.randrange(len(spoiled))] = dice.choice(b'0123456789rtsv"<> x')
        with zipfile.ZipFile(path, "w") as archive:
            for part, data in (parts | {name: bytes(spoiled)}).items():
                archive.writestr(part, data)
        try:
            read_case(path)
        except CaseError as error:
            assert error.problems
