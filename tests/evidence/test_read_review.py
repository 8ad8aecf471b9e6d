"""From an article to a case and back: the review table, what --accept takes, and what it refuses."""

import csv
import json
import random
import shutil

import pytest

from brownfield.evidence.reading.documents import document
from brownfield.evidence.reading.review import review_rows
from brownfield.evidence.reading.rows import QUOTED, propose
from brownfield.files import read_case
from brownfield.files.new import FIRST_CASE
from tests.commands import run

ARTICLE = """{plant} to lose people

{plant} will cut 900 jobs by March 2028, the company said. The {plant} plant employs 2,400 workers and was opened in 1961.
=HYPERLINK("http://x","2,000 jobs") and so on, sources say.
"""


@pytest.fixture
def here(here):
    """The same with an article about one of its plants."""
    plant = read_case("case").table("plants")["plant"][0]
    (here / "a.txt").write_text(ARTICLE.format(plant=plant), encoding="utf-8")
    return here


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def review(here, change=lambda rows: None):
    """A review with every row marked, after a change by hand."""
    run("read", "a.txt", "--case", "case", "--out", "r.csv", "--force")
    with (here / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row.update(accept="yes", subject=row["subject"] or "works", property=row["property"] or "people")
    change(rows)
    with (here / "r.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return rows


def test_reading_changes_nothing(here):
    before = files(here / "case")
    assert "900 heads" in run("read", "a.txt", "--case", "case", "--out", "r.csv").output
    found = json.loads(run("read", "a.txt", "--case", "case", "--json").stdout)["candidates"]
    assert [one["value"] for one in found] == ["900", "2028-03", "2400", "1961", "2000"]
    assert files(here / "case") == before
    assert (found[2]["table"], found[2]["column"]) == ("people", "headcount") and (found[3]["table"], found[3]["column"]) == (
        "plants",
        "opened",
    )
    assert found[0]["qualifier"] == "2028-03" and found[0]["place"].startswith("characters ")


def test_accepting_twice_changes_nothing(here):
    before = files(here / "case")
    rows = review(here)
    assert "Added 5 claims and 1 sources" in run("read", "--case", "case", "--accept", "r.csv").output
    after = files(here / "case")
    assert {name for name in after if after[name] != before.get(name)} == {"claims.csv", "sources.csv"}
    for name, count in (("claims.csv", len(rows)), ("sources.csv", 1)):
        old, new = (list(csv.DictReader(text[name].decode().splitlines())) for text in (before, after))
        assert [{column: row[column] for column in old[0]} for row in new[: len(old)]] == old and len(new) == len(old) + count
    assert "Added 0 claims and 0 sources" in run("read", "--case", "case", "--accept", "r.csv").output
    assert files(here / "case") == after
    assert all(one["held"] for one in json.loads(run("read", "a.txt", "--case", "case", "--json").stdout)["candidates"])


def test_what_the_case_says_already_in_other_words_is_told(here):
    rows = review(here)
    assert "of those added" not in run("read", "--case", "case", "--accept", "r.csv").output
    review(here, lambda again: [row.update(property="something else", subject="Brava") for row in again])
    done = run("read", "--case", "case", "--accept", "r.csv")
    assert f"{len(rows)} of those added say what a claim of the case says too" in done.output


def test_unmarked_rows_stay_outside(here):
    before = files(here / "case")
    review(here, lambda rows: [row.update(accept="no", value="") for row in rows])
    assert "Added 0 claims" in run("read", "--case", "case", "--accept", "r.csv").output
    assert files(here / "case") == before


def test_all_problems_at_once_at_their_cells_and_nothing_written(here):
    def spoil(rows):
        rows[0].update(accept="perhaps")
        rows[1].update(standing="rumour", title="Another")
        rows[2].update(low="lots")
        rows[3].update(quote="=1+1")

    review(here, spoil)
    before = files(here / "case")
    problems = json.loads(run("read", "--case", "case", "--accept", "r.csv", "--json", status=2).stdout)["problems"]
    assert {(one["code"], one["row"], one["column"]) for one in problems} >= {
        ("BF071", 2, "accept"), ("BF009", 3, "standing"), ("BF005", 4, "low"), ("BF073", 5, "quote"),
    }  # fmt: skip
    assert "BF072" in {one["code"] for one in problems} and {one["file"] for one in problems} == {"r.csv"}
    assert files(here / "case") == before


def test_rules_between_tables_are_told_at_the_review(here):
    review(here, lambda rows: rows[2].update(row="No such plant"))
    (problem,) = json.loads(run("read", "--case", "case", "--accept", "r.csv", "--json", status=2).stdout)["problems"]
    assert (problem["code"], problem["file"], problem["row"], problem["column"]) == ("BF189", "r.csv", 4, "row")


def test_a_review_without_its_columns_and_a_case_that_is_no_folder(here):
    (here / "r.csv").write_text("accept,value\nyes,3\n")
    assert "BF070" in run("read", "--case", "case", "--accept", "r.csv", status=2).stderr
    review(here)
    run("export", "case", "--xlsx", "case.xlsx")
    assert "BF074" in run("read", "--case", "case.xlsx", "--accept", "r.csv", status=2).stderr
    assert "BF060" in run("read", "--case", "case", "--accept", "none.csv", status=2).stderr
    run("read", "--case", "case", status=2)


def test_no_cell_is_a_formula_and_no_quote_is_long(here):
    case = read_case("case")
    long = document(
        "b.txt", "News\n\n=cmd() " + "word " * 60 + "cuts 2,000 jobs " + "and more " * 30 + ".\n\n+5 percent and -7 percent of jobs go.\n"
    )
    proposals = propose(case, [long], "2026-01-01")
    assert proposals and all(len(one.quote.split()) <= QUOTED for one in proposals)
    assert "2,000 jobs" in proposals[0].quote
    for row in review_rows(proposals):
        assert not any(
            cell[:1] in ("=", "+", "-", "@", "\t") and not cell.lstrip("+-").replace(".", "").isdigit() for cell in row if cell
        )


def test_a_claim_is_the_same_whatever_the_order(here):
    review(here)
    run("read", "--case", "case", "--accept", "r.csv")
    ids = set(column(here, "claim"))
    shutil.rmtree(here / "case")
    shutil.copytree(FIRST_CASE, here / "case")
    review(here, lambda rows: random.Random(1).shuffle(rows))
    run("read", "--case", "case", "--accept", "r.csv")
    assert set(column(here, "claim")) == ids


def column(here, name):
    from brownfield.evidence.claims import Evidence

    return [getattr(claim, name) for claim in Evidence(read_case(here / "case")).claims]


def test_a_day_yet_to_come_is_no_day_of_publication(here):
    text = "News\n\n3 February 2099\n\nThe works cuts 2,000 jobs."
    (one,) = propose(read_case("case"), [document("c.txt", text)], "2026-01-01")
    assert one.published == ""


def test_articles_that_repeat_each_other(here):
    body = "Nissan will close seven of its plants and cut 20,000 jobs around the world by the end of the plan, Reuters reported on Tuesday in Tokyo."  # noqa: E501
    case = read_case("case")
    first = document("one.txt", f"First paper\n\n3 March 2025\n\n{body}")
    second = document("two.txt", f"Second paper\n\n4 March 2025\n\n{body} The works council is angry.")
    rows = propose(case, [second, first], "2026-01-01")
    assert {row.derived_from for row in rows if row.article == "two.txt"} == {"First paper"}
    assert all("wording of one.txt" in row.derivation for row in rows if row.article == "two.txt")
    assert all("Reuters" in row.derivation for row in rows if row.article == "one.txt")
