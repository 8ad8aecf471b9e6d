"""Claims on their way through folder and workbook: nothing changes, no formula gets out, and an id depends on the claim alone."""

import csv
import json
import os
import shutil
import subprocess
import sys

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brownfield.case.checks import check
from brownfield.case.claim_id import claim_id
from brownfield.evidence.claims import Evidence
from brownfield.evidence.conflicts import conflicts
from brownfield.files import read_case, write_folder, write_workbook
from brownfield.files.new import FIRST_CASE

from .small import CLAIMS, CLOSE, build, says

NASTY = ['=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", "'=1", "''-x", "-5", "it's", "'quoted'", "a,b\nc", "é é", "１７", "=", "-"]

quotes = st.one_of(st.sampled_from(NASTY), st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12))
spoken = st.builds(
    lambda source, value, quote, property: says(source, str(value), CLOSE, quote=quote.strip(), property=property),
    st.sampled_from(["plan", "agency", "blog", "business"]),
    st.integers(1, 17),
    quotes,
    st.sampled_from(["plants that close", "-formula", "=sites"]),
)


def ids(case):
    return [claim.claim for claim in Evidence(case).claims]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(claims=st.lists(spoken, min_size=1, max_size=6))
def test_an_id_depends_on_the_claim_alone(claims):
    once, turned = build(claims=claims), build(claims=claims[::-1])
    assert ids(once) == ids(turned) == ids(build(claims=[*claims, *claims]))
    assert [c.sentence() for c in conflicts(once)] == [c.sentence() for c in conflicts(build(claims=[*claims, *claims]))]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(texts=st.lists(quotes, min_size=1, max_size=5))
def test_quotes_come_back_from_folder_and_workbook_and_are_no_formulas_on_the_way(texts, tmp_path):
    shutil.rmtree(tmp_path, ignore_errors=True)
    tmp_path.mkdir()
    case = read_case(FIRST_CASE)
    row = case.table("claims").row(0, named=True)
    blank = dict.fromkeys(("table", "row", "column"), "")
    rows = [{**row, **blank, "claim": "", "rank": "normal", "value": str(i), "quote": text.strip()} for i, text in enumerate(texts)]
    case = case.with_table("claims", pl.DataFrame(rows, schema=case.table("claims").schema))
    write_folder(case, tmp_path / "one")
    write_workbook(case, tmp_path / "one.xlsx")
    for back in (read_case(tmp_path / "one"), read_case(tmp_path / "one.xlsx")):
        assert back.table("claims")["quote"].to_list() == [row["quote"] for row in rows]
        assert ids(back) == ids(case) and back.digest == case.digest
    write_folder(read_case(tmp_path / "one.xlsx"), tmp_path / "two")
    assert (tmp_path / "one" / "claims.csv").read_bytes() == (tmp_path / "two" / "claims.csv").read_bytes()
    with (tmp_path / "one" / "claims.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for line in csv.reader(file) for cell in line]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@") and not cell.lstrip("+-").isdecimal()]


def test_reading_and_writing_claims_twice_changes_nothing(tmp_path):
    case = read_case(FIRST_CASE)
    for name in ("one", "two"):
        write_folder(case, tmp_path / name)
        case = read_case(tmp_path / name)
    assert [path.read_bytes() for path in sorted((tmp_path / "one").iterdir())] == [
        path.read_bytes() for path in sorted((tmp_path / "two").iterdir())
    ]


PRINTS_IDS = """if True:
    import json, sys
    from brownfield.case.claim_id import claim_id
    from brownfield.evidence.claims import Evidence
    from brownfield.evidence.conflicts import conflicts
    from brownfield.files import read_case
    case = read_case(sys.argv[1])
    rows = json.loads(sys.argv[2])
    print(json.dumps([[claim_id(row) for row in rows], [c.claim for c in Evidence(case).claims], [c.sentence() for c in conflicts(case)]]))
"""


def test_ids_and_order_are_the_same_in_any_locale_and_with_any_hash_seed():
    rows = json.dumps(list(CLAIMS[:8]))
    told = set()
    for locale, seed in (("C", "0"), ("C.UTF-8", "1"), ("de_DE.UTF-8", "4242")):
        env = {**os.environ, "LC_ALL": locale, "LANG": locale, "PYTHONHASHSEED": seed, "PYTHONUTF8": "0"}
        done = subprocess.run([sys.executable, "-c", PRINTS_IDS, str(FIRST_CASE), rows], env=env, capture_output=True, check=True)
        told.add(done.stdout)
    assert len(told) == 1
    assert json.loads(told.pop())[0] == [claim_id(row) for row in CLAIMS[:8]]


def test_the_small_case_passes_the_checks():
    assert check(build()) == []
