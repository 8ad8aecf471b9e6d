"""Whatever lies in a folder, the answer is a list of problems with their places, never a traceback."""

import os
import random

import pytest

from brownfield.errors import CaseError
from brownfield.files import cells, folder, read_case
from tests.files.grounds import codes, problems, small_case


@pytest.fixture
def case(tmp_path):
    return small_case(tmp_path / "case")


def one(path, code):
    found = [problem for problem in problems(path) if problem.code == code]
    assert found, f"{code} is missing among {codes(path)}"
    return found[0]


def test_the_worked_case_has_no_problem(case):
    assert read_case(case).table("plants").height == 3


@pytest.mark.parametrize(
    ("name", "code"),
    [("nowhere", "BF020"), ("case/case.toml", "BF021"), ("case/plants.csv", "BF021"), ("x" * 300, "BF029"), ("a\0b", "BF020")],
)
def test_what_is_no_case(tmp_path, case, name, code):
    assert codes(tmp_path / name) == [code]


@pytest.mark.parametrize("ending", [".xls", ".ods", ".zip", ""])
def test_other_kinds_of_file(tmp_path, ending):
    (tmp_path / f"case{ending}").write_bytes(b"something")
    assert codes(tmp_path / f"case{ending}") == ["BF021"]


def test_missing_table_and_settings_are_told_together(case):
    (case / "lines.csv").unlink()
    (case / "demand.csv").unlink()
    (case / "case.toml").unlink()
    assert [(p.code, p.where.file) for p in problems(case)] == [("BF025", "case.toml"), ("BF022", "lines.csv"), ("BF022", "demand.csv")]


def test_shift_models_may_be_left_to_the_default(case):
    (case / "shift_models.csv").unlink()
    (case / "lines.csv").write_text((case / "lines.csv").read_text().replace("shift_now", "notes"))
    assert read_case(case).active("shift_models").height == 4


def test_unknown_table_names_the_nearest_one(case):
    (case / "plant.csv").write_text("plant\nA\n")
    (case / "README.md").write_text("other files are nobody's business")
    (case / "datapackage.json").write_text("{")
    (case / "._plants.csv").write_bytes(b"\0\0")
    found = problems(case)
    assert [p.code for p in found] == ["BF023"]
    assert "did you mean 'plants'?" in found[0].fix


def test_names_of_files_in_capitals(case):
    (case / "plants.csv").rename(case / "Plants.CSV")
    assert read_case(case).table("plants").height == 3
    (case / "plants.csv").write_text("plant,country\nA,JP\n")
    assert "Plants.CSV and plants.csv" in one(case, "BF024").found


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ("name = 'x'\nbroken line\n", "BF026", 2),
        ("name = 'x'\ncurrency = 'EUR'\n", "BF027", 2),
        ("name = 'x'\n\ndiscount_rate = 'much'\n", "BF028", 3),
        ("name = 'x'\nprice_year = true\n", "BF028", 2),
        ("name = 'x'\nterminal_years = inf\n", "BF028", 2),
        ("title = 'x'\n", "BF028", None),
        ("[name]\na = 1\n", "BF028", 1),
        ("name = 'x'\nperiods = '5 years'\n", "BF028", 2),
        ("x = " + "[" * 5000, "BF026", None),
    ],
)
def test_bad_settings(case, text, code, row):
    (case / "case.toml").write_text(text)
    assert one(case, code).where.row == row


def test_settings_that_make_no_calendar(case):
    (case / "case.toml").write_text("name = 'x'\nstart = 2026-01-15\n")
    assert "BF108" in codes(case)


def table(case, text):
    (case / "plants.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return case


@pytest.mark.parametrize(
    ("text", "code", "row", "says"),
    [
        ("plant,country\nA,JP\n".encode("utf-16"), "BF034", None, "UTF-16"),
        ("plant,country\nA,JP\nMünster,DE\n".encode("latin-1"), "BF034", 3, "byte 21 is 0xfc"),
        (b"\xef\xbb\xbfplant,country\n\xff,JP\n", "BF034", 2, "byte 18 is 0xff"),
        (b"plant,country\nA\0B,JP\n", "BF035", 2, "byte 16"),
        ("plant,country\nA,JP\nB,JP,x\nC\n", "BF036", 3, "3 cells"),
        ("plant,,country\nA,b,JP\n", "BF037", 1, "no name over column B"),
        ("\n\n", "BF037", 1, "nothing"),
        ("", "BF037", 1, "nothing"),
        ("plant;country\nA;JP\n", "BF038", 1, "semicolons"),
        ("plant\tcountry\nA\tJP\n", "BF038", 1, "tabs"),
        ('plant,country\nA,JP\n"B,JP\nC,JP\n', "BF039", 3, "never closed"),
        ('plant,country\nA,JP\n"B"x,JP\n', "BF039", 3, "in the middle"),
        (f"plant,country\nA,JP\n{'x' * 200_000},JP\n", "BF040", 3, "131,072"),
        ("plant,country,plant\nA,JP,A\n", "BF002", 1, "twice"),
        ("plant,country,Closure cost\nA,JP,1\n", "BF001", 1, "Closure cost"),
        ("country\nJP\n", "BF003", 1, "no column 'plant'"),
        ("plant,country,site_value\nA,JP,#DIV/0!\n", "BF013", 2, "#DIV/0!"),
        ("plant,country\n#N/A,JP\n", "BF013", 2, "#N/A"),
        ("plant,country,site_value\nA,JP,1_000\n", "BF005", 2, "1_000"),
        ("plant,country,site_value\nA,JP,\uff11\uff12\n", "BF005", 2, "\uff11\uff12"),
        ('plant,country,site_value\nA,JP,"1,000"\n', "BF005", 2, "1,000"),
        ("plant,country,latitude\nA,JP,nan\n", "BF008", 2, "nan"),
        ("plant,country,latitude\nA,JP,-Infinity\n", "BF008", 2, "-Infinity"),
        ("plant,country,earliest_close\nA,JP,46113\n", "BF005", 2, "46113"),
        ("plant,country,earliest_close\nA,JP,0\n", "BF005", 2, "0"),
        ("plant,country,earliest_close\nA,JP,2026-02-30\n", "BF005", 2, "2026-02-30"),
        ("plant,country,earliest_close\nA,JP,2026-02-01 13:00:00\n", "BF005", 2, "13:00"),
        ("plant,country\n=1+1,JP\n", "BF012", 2, "=1+1"),
    ],
)
def test_bad_tables(case, text, code, row, says):
    found = one(table(case, text), code)
    assert found.where.file == "plants.csv"
    assert found.where.row == row
    assert says in found.found
    assert found.expected
    assert found.fix


def test_a_serial_number_for_a_date_is_recognised(case):
    found = one(table(case, "plant,country,earliest_close\nA,JP,46113\n"), "BF005")
    assert "2026-04-01" in found.fix


def test_what_is_allowed(case):
    text = "\ufeff\r\nplant,country,,notes\r\n\r\n Harbour , DE ,,<script>\r\nMeadow,ES,,\"two\nlines\"\r\n,,,\r\nRidge,FR,,,,\r\n"
    plants = read_case(table(case, text)).table("plants")
    assert plants["plant"].to_list() == ["Harbour", "Meadow", "Ridge"]
    assert plants["notes"].to_list() == ["<script>", "two\nlines", ""]


def test_rows_are_counted_as_a_spreadsheet_does(case):
    text = 'plant,country,notes\n\nA,JP,"two\nlines"\n\nB,Japan,\n'
    assert one(table(case, text), "BF011").where.row == 5


def test_all_problems_come_at_once(case):
    table(case, "plant,country,decision\nHarbour,DE,perhaps\nMeadow,Spain,keep\nRidge,FR,may_close\n")
    (case / "people.csv").write_text("plant;headcount\n")
    (case / "lanes.csv").write_text("plant,market\nHarbour,North,5\n")
    (case / "what.csv").write_text("")
    assert {"BF009", "BF011", "BF023", "BF036", "BF038"} <= set(codes(case))


def test_rules_between_tables_are_told_together_with_bad_cells(case):
    table(case, "plant,country,decision\nHarbour,DE,perhaps\nMeadow,ES,keep\n")
    assert {"BF009", "BF103"} <= set(codes(case))


def test_many_problems_are_listed_in_short(case):
    table(case, "plant,country,site_value\n" + "A,JP,x\n" * 50_000)
    with pytest.raises(CaseError) as caught:
        read_case(case)
    assert len(str(caught.value)) < 20_000


def test_a_folder_named_like_a_table(case):
    (case / "plants.csv").unlink()
    (case / "plants.csv").mkdir()
    assert one(case, "BF030").found == "a folder"


def test_a_pipe_named_like_a_table_is_not_waited_for(case):
    (case / "plants.csv").unlink()
    os.mkfifo(case / "plants.csv")
    assert one(case, "BF030").where.file == "plants.csv"


@pytest.mark.parametrize("name", ["plants.csv", "case.toml"])
def test_a_link_that_leads_out(case, tmp_path, name):
    (case / name).rename(tmp_path / name)
    (case / name).symlink_to(tmp_path / name)
    assert one(case, "BF031").where.file == name


def test_links_inside_the_folder_and_to_the_folder_are_fine(case, tmp_path):
    (case / "plants.csv").rename(case / "plants.v2")
    (case / "plants.csv").symlink_to("plants.v2")
    (tmp_path / "link").symlink_to(case)
    assert read_case(tmp_path / "link").table("plants").height == 3


def test_links_that_lead_nowhere_or_in_circles(case):
    for name in ("plants.csv", "lines.csv"):
        (case / name).unlink()
    (case / "plants.csv").symlink_to("gone.csv")
    (case / "lines.csv").symlink_to("lines.csv")
    assert {problem.where.file for problem in problems(case) if problem.code == "BF029"} == {"plants.csv", "lines.csv"}


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable for root")
def test_a_file_without_permission(case):
    (case / "plants.csv").chmod(0)
    assert one(case, "BF029").where.file == "plants.csv"


def test_tables_too_large(case, monkeypatch):
    monkeypatch.setattr(folder, "MAX_ROWS", 30)
    table(case, "plant,country\n" + "A,JP\n" * 31)
    assert "more than 30 rows" in one(case, "BF033").found
    table(case, "plant,country,notes\n" + 'A,JP,"a\nb"\n' * 31)
    assert "more than 30 rows" in one(case, "BF033").found
    table(case, "plant,country,notes\n" + 'A,JP,"a\nb"\n' * 30)
    assert "BF033" not in codes(case)
    table(case, "plant,country" + ",x" * 400 + "\n")
    assert "402 columns" in one(case, "BF033").found
    (case / "case.toml").write_text("name = 'x'\n" + "#" * 70_000)
    assert "70,011 bytes" in one(case, "BF032").found


def test_a_file_is_weighed_before_it_is_read(case):
    with (case / "plants.csv").open("wb") as file:
        file.truncate(cells.MAX_BYTES + 1)
    assert one(case, "BF032").where.file == "plants.csv"


def test_ragged_rows_are_not_listed_to_the_end(case):
    found = problems(table(case, "plant,country\n" + "A\n" * 10_000))
    assert len([problem for problem in found if problem.code == "BF036"]) == 2000


def test_rubbish_never_ends_in_a_traceback(case):
    dice = random.Random(1)
    good = (case / "offers.csv").read_bytes()
    for _ in range(60):
        spoiled = bytearray(good)
        for _ in range(dice.randint(1, 6)):
            spoiled[dice.randrange(len(spoiled))] = dice.choice(b'\0",;\n\r\xff\xfe=-9eE#_| \t')
        (case / "offers.csv").write_bytes(bytes(spoiled))
        try:
            read_case(case)
        except CaseError as error:
            assert all(problem.code.startswith("BF") and problem.fix for problem in error.problems)
