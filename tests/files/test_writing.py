"""Nothing is overwritten unless asked, nothing is written by halves, and what is written explains itself."""

import json
import zipfile

import pytest

from brownfield.case.parse import letters
from brownfield.case.tables import NEEDED, TABLES, fields, keys
from brownfield.errors import CaseError
from brownfield.files import read_case, write_folder, write_workbook
from brownfield.files.build import parsed
from brownfield.files.datapackage import json_schema, package, write_datapackage, write_json_schema
from brownfield.files.new import FIRST_CASE, new_case
from brownfield.files.read import read_raw
from brownfield.files.swap import new_file, new_folder
from brownfield.files.template import write_template


@pytest.fixture(scope="module")
def case():
    return read_case(FIRST_CASE)


def listing(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_an_existing_target_is_left_alone(case, tmp_path):
    write_folder(case, tmp_path / "a")
    write_workbook(case, tmp_path / "a.xlsx")
    before = listing(tmp_path)
    for write, name in ((write_folder, "a"), (write_workbook, "a.xlsx"), (write_folder, "a.xlsx"), (write_workbook, "a")):
        with pytest.raises(CaseError, match="BF050"):
            write(case, tmp_path / name)
    assert listing(tmp_path) == before


def test_replacing_takes_away_old_tables_and_keeps_what_others_put_there(case, tmp_path):
    write_folder(case, tmp_path / "a")
    (tmp_path / "a" / "README.md").write_text("mine")
    (tmp_path / "a" / "old").mkdir()
    (tmp_path / "a" / "old" / "plants.csv").write_text("mine too")
    write_folder(case.with_table("offers", case.table("offers").clear()), tmp_path / "a", overwrite=True)
    assert not (tmp_path / "a" / "offers.csv").exists()
    assert (tmp_path / "a" / "README.md").read_text() == "mine"
    assert (tmp_path / "a" / "old" / "plants.csv").read_text() == "mine too"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_folder_of_somebody_else_is_never_replaced(case, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "plants.csv").write_text("x")
    with pytest.raises(CaseError, match="BF050"):
        write_folder(case, tmp_path / "photos", overwrite=True)
    assert listing(tmp_path) == {"photos/plants.csv": b"x"}


def test_a_failure_while_writing_leaves_everything_as_it_was(case, tmp_path):
    write_folder(case, tmp_path / "a")
    write_workbook(case, tmp_path / "a.xlsx")
    before = listing(tmp_path)

    def broken(part):
        (part / "case.toml" if part.is_dir() else part).write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        new_folder(tmp_path / "a", broken, str.strip, {"case.toml"}, overwrite=True)
    with pytest.raises(KeyboardInterrupt):
        new_file(tmp_path / "a.xlsx", broken, overwrite=True)
    assert listing(tmp_path) == before


def test_an_exchange_that_fails_half_way_is_put_back(case, tmp_path):
    write_folder(case, tmp_path / "a")
    (tmp_path / "a" / "zz").mkdir()
    (tmp_path / "a" / "zz" / "mine").write_text("x")
    before = listing(tmp_path)

    def writes(folder):
        (folder / "case.toml").write_text("new")
        (folder / "zz").write_text("collides with a folder that is not ours")

    with pytest.raises(CaseError, match="BF051"):
        new_folder(tmp_path / "a", writes, lambda name: name != "zz", {"case.toml"}, overwrite=True)
    assert listing(tmp_path) == before


def test_places_that_cannot_be_written(case, tmp_path):
    (tmp_path / "file").write_text("x")
    for write in (write_folder, write_workbook):
        with pytest.raises(CaseError, match="BF051"):
            write(case, tmp_path / "file" / "below")


def test_an_empty_folder_may_be_filled(case, tmp_path):
    (tmp_path / "a").mkdir()
    write_folder(case, tmp_path / "a")
    assert read_case(tmp_path / "a").digest == case.digest


def test_new_case_solves_nothing_away(tmp_path):
    new_case(tmp_path / "a" / "deep")
    assert read_case(tmp_path / "a" / "deep").table("plants").height == 3
    before = listing(tmp_path)
    for empty in (False, True):
        with pytest.raises(CaseError, match="BF052"):
            new_case(tmp_path / "a" / "deep", empty=empty)
    assert listing(tmp_path) == before


def test_new_empty_case_has_every_column_and_explains_its_settings(tmp_path):
    new_case(tmp_path / "a", empty=True)
    for table in TABLES:
        assert (tmp_path / "a" / f"{table}.csv").read_text() == ",".join(fields(table)) + "\n"
    assert "# real discount rate a year" in (tmp_path / "a" / "case.toml").read_text()
    with pytest.raises(CaseError) as caught:
        read_case(tmp_path / "a")
    assert {problem.code for problem in caught.value.problems} == {"BF106"}


def test_template_can_be_read_and_explains_every_column(tmp_path):
    write_template(tmp_path / "t.xlsx")
    raw = read_raw(tmp_path / "t.xlsx")
    assert raw.problems == []
    assert {name: raw.tables[name].header for name in TABLES} == {name: tuple(fields(name)) for name in TABLES}
    with zipfile.ZipFile(tmp_path / "t.xlsx") as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    comments = "".join(text for name, text in parts.items() if "comments" in name)
    shared = parts["xl/sharedStrings.xml"]
    for table in TABLES:
        for info in fields(table).values():
            words = info.description.replace("&", "&amp;").replace("'", "&apos;")
            assert words.replace("&apos;", "'") in comments.replace("&apos;", "'")
            assert info.description.replace("&", "&amp;") in shared
    routes = parts[f"xl/worksheets/sheet{2 + list(TABLES).index('routes')}.xml"]
    assert "'products'!$A$2:$A$5001" in routes
    assert '"tooled,possible"' in routes
    assert 'state="frozen"' in routes


def test_references_of_the_template_point_to_the_key(tmp_path):
    assert all(list(fields(table)).index(keys(table)[0]) < 26 for table in TABLES if table != "claims")
    assert letters(0) == "A"


def test_datapackage_describes_the_files_beside_it(case, tmp_path):
    write_datapackage(case, tmp_path / "a")
    told = json.loads((tmp_path / "a" / "datapackage.json").read_text())
    assert told == json.loads(json.dumps(package(case), default=str))
    for resource in told["resources"]:
        header = (tmp_path / "a" / resource["path"]).read_text().splitlines()[0]
        assert header == ",".join(field["name"] for field in resource["schema"]["fields"])
    demand = next(resource for resource in told["resources"] if resource["name"] == "demand")
    assert demand["schema"]["primaryKey"] == ["product", "market", "period"]
    assert {"fields": "market", "reference": {"resource": "markets", "fields": "market"}} in demand["schema"]["foreignKeys"]
    cars = next(field for field in demand["schema"]["fields"] if field["name"] == "cars")
    assert (cars["type"], cars["unit"], cars["constraints"]["required"]) == ("number", "cars/year", True)
    assert read_case(tmp_path / "a").digest == case.digest


def test_json_schema_of_every_table(tmp_path):
    write_json_schema(tmp_path / "s")
    assert len(list((tmp_path / "s").iterdir())) == len(TABLES)
    for table in TABLES:
        schema = json.loads((tmp_path / "s" / f"{table}.schema.json").read_text())
        assert schema == json_schema(table)
        assert schema["additionalProperties"] is False
        assert set(schema["properties"]) == set(fields(table))


def test_first_case_uses_every_kind_of_decision(case):
    filled = {name for name in TABLES if case.table(name).height}
    assert {*NEEDED, "people", "offers", "claims", "sources", "policies", "term_offers"} <= filled
    assert parsed(read_raw(FIRST_CASE))[1] == []
