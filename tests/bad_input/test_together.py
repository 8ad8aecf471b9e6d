"""Several mistakes at once are all reported, each once; and the commands refuse a bad case without solving or writing."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bad_input.base import Draft, add, head, put, setting
from bad_input.cases import CASES, Bad
from bad_input.test_bad_input import problems, spoiled
from brownfield.cli import app
from brownfield.errors import listing


def test_mistakes_in_many_tables_are_all_reported_at_once(tmp_path: Path) -> None:
    draft = Draft()
    for edit in (
        put("plants", "North", fixed_cost="sixty", state="open"),
        put("plants", "South", decision="may_open"),
        put("lines", "S1", plant="Suoth"),
        put("products", "Luna", material_cost="-1"),
        put("demand", "1", period="2035"),
        put("offers", "Sale", length_months="12"),
        put("rates", "JPY|2028", rate="0"),
        put("policies", "Nova stays", scope="plant:Nort"),
        put("changes", "Dear North", column="closing_cost"),
        put("claims", "1", row="Nrth"),
        head("tariffs", "duty", "duties"),
    ):
        edit(draft)
    found = problems(draft.write(tmp_path))
    codes = {(p.code, p.where.file) for p in found}
    assert {
        ("BF005", "plants.csv"), ("BF009", "plants.csv"), ("BF111", "plants.csv"), ("BF103", "lines.csv"), ("BF006", "products.csv"),
        ("BF107", "demand.csv"), ("BF155", "offers.csv"), ("BF168", "rates.csv"), ("BF179", "policies.csv"), ("BF185", "changes.csv"),
        ("BF189", "claims.csv"), ("BF001", "tariffs.csv"), ("BF003", "tariffs.csv"),
    } <= codes  # fmt: skip
    text = listing(found)
    assert text.startswith(f"{len(found)} problems - nothing was solved or written.")
    assert all(problem.fix in text for problem in found)


def test_a_cell_that_cannot_be_read_is_reported_once(tmp_path: Path) -> None:
    """Rows with a bad cell are left out of the checks between the tables, so nothing else is said because of them."""
    for edit in (
        put("plants", "North", fixed_cost="sixty"),
        put("companies", "Aoi", opening_cash="much"),
        put("routes", "Civet|N1", load="one"),
        put("rates", "JPY|", rate="little"),
        put("claims", "0", low="few"),
        put("plants", "North", closure_cost="dear"),
        put("people", "South", headcount="many"),
        put("lines", "E1", jph="fast"),
        put("offers", "Sale", price="good"),
        put("demand", "0", cars="lots"),
        put("products", "Civet", sop="soon"),
        put("term_offers", "Steel30", extra_days="some"),
    ):
        draft = Draft()
        edit(draft)
        found = problems(draft.write(tmp_path))
        assert [p.code for p in found] == ["BF005"], [str(p) for p in found]


def test_a_name_that_means_nothing_is_reported_once(tmp_path: Path) -> None:
    for number, edit in enumerate(
        (
            put("plants", "South", company="Aoii"),
            put("products", "Nova", company="Nobody"),
            put("offers", "Host", company="Tanuky"),
            put("lines", "S1", plant="Suoth"),
            put("suppliers", "Seats", plants="North; Sud"),
            add("plants", plant="SOUTH", country="JP"),
            add("plants", plant="South", country="JP", state="closed", decision="may_close"),
        )
    ):
        draft = Draft()
        edit(draft)
        found = problems(draft.write(tmp_path / str(number)))
        assert len(found) == 1 and found[0].code in ("BF101", "BF102", "BF103"), [str(p) for p in found]


def test_broken_settings_and_bad_cells_are_reported_together(tmp_path: Path) -> None:
    draft = Draft()
    for edit in (setting("2 years", "2 ages"), put("plants", "North", country="Japan"), put("lines", "S1", plant="Suoth")):
        edit(draft)
    assert {p.code for p in problems(draft.write(tmp_path))} == {"BF108", "BF011", "BF103"}


def test_rows_left_out_are_not_held_against_anybody(tmp_path: Path) -> None:
    draft = Draft()
    for edit in (
        add("plants", plant="Plan B", country="JP", state="closed", decision="may_close", status="exclude"),
        add("lines", line="N9", plant="Nowhere", jph="0", status="exclude"),
        add("demand", product="Nova", market="Japan", period="1999", cars="1", net_price="1", status="exclude"),
        add("offers", offer="None", kind="sale", company="Nobody", status="exclude"),
        add("plants", plant="North", country="JP", status="exclude"),
    ):
        edit(draft)
    assert problems(draft.write(tmp_path)) == ()


SAMPLE = [bad for bad in CASES if bad.name in ("line of no plant", "sale of a closed plant", "1e400", "claim about no row", "no lines")]


@pytest.mark.parametrize("bad", SAMPLE, ids=[bad.name for bad in SAMPLE])
def test_the_commands_refuse_it(bad: Bad, tmp_path: Path) -> None:
    folder = spoiled(bad).write(tmp_path / "case")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for command in (["check"], ["solve"], ["export", "--xlsx", str(tmp_path / "out.xlsx")]):
        result = CliRunner().invoke(app, [command[0], str(folder), *command[1:]])
        assert result.exit_code == 2, result.output
        assert bad.code in result.stderr
        assert "Traceback" not in result.output
        assert "nothing was solved or written" in result.stderr
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_the_commands_refuse_it_in_json(tmp_path: Path) -> None:
    folder = spoiled(SAMPLE[0]).write(tmp_path)
    result = CliRunner().invoke(app, ["check", str(folder), "--json"])
    assert result.exit_code == 2
    said = json.loads(result.stdout)["problems"]
    assert {"code", "file", "row", "column", "cell", "found", "expected", "fix"} == set(said[0])
    assert SAMPLE[0].code in {problem["code"] for problem in said}
