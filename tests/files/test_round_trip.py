"""A case goes to disk and comes back without losing a digit, whichever form it takes."""

import zipfile

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from polars.testing import assert_frame_equal

from brownfield.case.case import Case, Settings
from brownfield.case.parse import schema
from brownfield.case.tables import TABLES, fields
from brownfield.errors import CaseError
from brownfield.files import read_case, write_folder, write_workbook
from brownfield.files.build import parsed
from brownfield.files.new import FIRST_CASE
from brownfield.files.read import read_raw
from tests.files.strategies import cases

SETUP = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""Failing cases are not shrunk: that takes minutes for tables of this size."""


def read(path):
    case, problems = parsed(read_raw(path))
    assert problems == []
    return case


def assert_same(one, other):
    assert one.settings == other.settings
    for name in TABLES:
        assert_frame_equal(one.table(name), other.table(name), check_exact=True)


@SETUP
@given(case=cases())
def test_folder_and_workbook_give_the_same_case(case, tmp_path):
    write_folder(case, tmp_path / "a", overwrite=True)
    from_folder = read(tmp_path / "a")
    assert_same(case, from_folder)
    write_workbook(from_folder, tmp_path / "a.xlsx", overwrite=True)
    from_workbook = read(tmp_path / "a.xlsx")
    assert_same(case, from_workbook)
    write_folder(from_workbook, tmp_path / "b", overwrite=True)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_worked_case_goes_round(tmp_path):
    case = read_case(FIRST_CASE)
    write_folder(case, tmp_path / "a")
    write_workbook(case, tmp_path / "a.xlsx")
    assert read_case(tmp_path / "a").digest == read_case(tmp_path / "a.xlsx").digest == case.digest


def test_same_case_gives_the_same_bytes(tmp_path):
    case = read_case(FIRST_CASE)
    write_workbook(case, tmp_path / "a.xlsx")
    write_workbook(case, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_numbers_that_excel_cannot_hold_are_text(tmp_path):
    values = [0.1 + 0.2, 1 / 3, 123456789.123456789, 5e-324, 1e12, -0.0]
    frame = pl.DataFrame({"plant": [f"P{i}" for i in range(6)], "country": ["JP"] * 6, "site_value": values})
    case = with_plants(frame)
    write_workbook(case, tmp_path / "a.xlsx")
    assert [repr(value) for value in read(tmp_path / "a.xlsx").table("plants")["site_value"]] == [repr(value) for value in values]


def test_text_never_becomes_a_formula(tmp_path):
    notes = ["=1+1", "+1", "-1", "@SUM(A1)", "<script>", "http://example.org"]
    frame = pl.DataFrame({"plant": [f"<script>{i}" for i in range(6)], "country": ["JP"] * 6, "notes": notes})
    write_workbook(with_plants(frame), tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                text = archive.read(name)
                assert b"<f>" not in text.replace(b"<formula1>", b"")
                assert b"<hyperlink" not in text
    assert read(tmp_path / "a.xlsx").table("plants")["notes"].to_list() == notes


def test_only_what_says_something_is_written(tmp_path):
    write_folder(with_plants(pl.DataFrame({"plant": ["A"], "country": ["JP"]})), tmp_path / "a")
    assert (tmp_path / "a" / "plants.csv").read_text() == "plant,country\nA,JP\n"
    assert sorted(file.name for file in (tmp_path / "a").iterdir()) == [
        "case.toml", "demand.csv", "lines.csv", "markets.csv", "plants.csv", "products.csv", "routes.csv",
    ]  # fmt: skip


def test_a_cell_too_long_for_excel_is_refused(tmp_path):
    many = [f"plant {i} {'x' * 100}" for i in range(400)]
    case = Case(Settings(name="x"), {"people": rows("people", plant=["A"], headcount=[1.0], transfer_to=[many])})
    with pytest.raises(CaseError, match="BF040"):
        write_workbook(case, tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []
    write_folder(case, tmp_path / "a")
    assert read(tmp_path / "a").table("people")["transfer_to"].to_list() == [many]


def rows(table, **columns):
    """A table with some columns given and the others at their defaults."""
    count = len(next(iter(columns.values())))
    whole = {
        name: columns.get(name, [None if info.is_required() or info.default is None else info.default] * count)
        for name, info in fields(table).items()
    }
    return pl.DataFrame(whole, schema=schema(table))


def with_plants(frame):
    return Case(Settings(name="x"), {"plants": rows("plants", **frame.to_dict(as_series=False))})
