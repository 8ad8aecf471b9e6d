"""The books of the plan of `works.py`, every item reckoned here by hand."""

import datetime

import polars as pl
import pytest

from brownfield.errors import LedgerError
from brownfield.plan.ledger import CONTRIBUTION, ITEMS, RUNNING, keep_books

from .edits import add, change, drop, recase
from .works import case, plan

MIDDLES = dict(zip(("2026H1", "2026H2", "2027", "2028", "2029"), (0.25, 0.75, 1.5, 2.5, 3.5), strict=True))
ANNUITY = sum(1.08 ** -(4 + j + 0.5) for j in range(4))

BY_HAND = [
    # (item, keys, period, amount)
    ("sales", {"plant": "North", "product": "Fox", "market": "Away"}, "2027", 5000 * 3.0 * 0.006),
    ("sales", {"plant": "North", "product": "Fox", "market": "Away"}, "2029", 5000 * 3.0 * 0.005),
    ("sales", {"plant": "North", "product": "Fox", "market": "Home"}, "2029", 15000 * 0.019),
    ("sales", {"plant": "East", "product": "Hare", "market": "Home"}, "2027", 6000 * 0.024),
    ("freight", {"plant": "West"}, "2026H1", -3000 * 90e-6 * 1.2),
    ("freight", {"plant": "North", "market": "Away"}, "2028", -6000 * 900e-6),
    ("duty", {"plant": "North", "market": "Away"}, "2029", -0.1 * 75),
    ("duty", {"plant": "West"}, "2026H1", -0.05 * 60),
    ("duty", {"plant": "South"}, "2026H1", 0.0),
    ("material", {"plant": "North", "product": "Fox"}, "2027", -240.0),
    ("material", {"product": "Wolf"}, "2027", 0.0),
    ("variable cost", {"line": "N-asm"}, "2027", -8.0),
    ("variable cost", {"line": "N-body"}, "2027", -2.0),
    ("guest variable cost", {"line": "N-asm", "product": "Wolf"}, "2027", -2700 * 300e-6),
    ("guest variable cost", {"line": "N-body", "product": "Wolf"}, "2027", -2700 * 80e-6),
    ("lost-sale penalty", {"product": "Fox", "market": "Home"}, "2027", -5.5),
    ("lost-sale penalty", {"product": "Fox", "market": "Away"}, "2027", -7000 * 0.02 * 0.006),
    ("lost-sale penalty", {"product": "Hare", "market": "Home"}, "2027", -(8000 - 3000) * 1e-3),
    ("site fixed cost", {"plant": "North"}, "2026H1", -15.0),
    ("site fixed cost", {"plant": "West"}, "2026H1", -8 * 0.5 * 1.2),
    ("site fixed cost", {"plant": "West"}, "2027", 0.0),
    ("mothball upkeep", {"plant": "West"}, "2026H2", -2 * 0.5 * 1.2),
    ("mothball upkeep", {"plant": "West"}, "2029", -2 * 1.2),
    ("mothball upkeep", {"plant": "Rest"}, "2027", 0.0),
    ("idling", {"plant": "West"}, "2026H2", -3.6),
    ("idling", {"plant": "West"}, "2029", -3.6),
    ("reopening", {"plant": "Rest"}, "2028", -7.0),
    ("closure", {"plant": "South"}, "2027", -40.0),
    ("closure", {"plant": "Old"}, "2028", 0.0),
    ("site value", {"plant": "South"}, "2027", 15.0),
    ("opening", {"plant": "East"}, "2027", -60.0),
    ("line fixed cost", {"line": "N-asm"}, "2026H1", -2.0),
    ("shift change", {"line": "W-asm"}, "2026H1", 0.0),
    ("shift change", {"line": "E-asm"}, "2027", -1.0),
    ("shift change", {"line": "N-asm"}, "2028", -0.5),
    ("shift change", {"line": "N-asm"}, "2029", -2.0),
    ("shift change", {"line": "R-spare"}, "2028", -1.0),
    ("launch", {"product": "Hare", "line": "E-asm"}, "2026H2", -20.0),
    ("guest launch", {"offer": "Host"}, "2026H1", -3.0),
    ("guest launch", {"offer": "Host"}, "2026H2", -3.0),
    ("pay", {"plant": "North"}, "2027", -17.0),
    ("pay", {"plant": "North"}, "2026H1", -8.5),
    ("shift premium", {"line": "N-asm"}, "2027", -0.05 * 0.1 * 200),
    ("shift premium", {"line": "N-asm"}, "2028", -0.05 * 0.2 * 200),
    ("shift premium", {"line": "E-asm"}, "2027", 0.0),
    ("hiring", {"plant": "East"}, "2027", -0.06),
    ("voluntary leave", {"plant": "South"}, "2027", -0.6),
    ("redundancy", {"plant": "South"}, "2027", -2.1),
    ("transfer", {"plant": "South"}, "2027", -0.36),
    ("guest fees", {"offer": "Host", "product": "Wolf"}, "2027", 2850 * 2e-3),
    ("guest fixed fees", {"offer": "Host"}, "2028", 3.0),
    ("guest fixed fees", {"offer": "Host"}, "2029", 0.0),
    ("signing payment", {"offer": "Host"}, "2027", 1.5),
    ("signing payment", {"offer": "Aid"}, "2026H2", 2.0),
    ("exit fee", {"offer": "Host"}, "2029", -7.0),
    ("rent", {"offer": "Let_West"}, "2028", 6.0),
    ("rent", {"offer": "Let_West"}, "2029", 0.0),
    ("rent", {"offer": "Let_line"}, "2029", 1.0),
    ("sale price", {"offer": "Buy_Old"}, "2028", 25.0),
    ("grant", {"offer": "Aid"}, "2026H2", 2.0),
    ("grant", {"offer": "Aid"}, "2028", 4.0),
    ("grant", {"offer": "Aid"}, "2029", 0.0),
    ("payables", {"supplier": "Steel"}, "2026H1", 0.4 * 168 / 0.5 * 45 / 365 - 10),
    ("payables", {"supplier": "Steel"}, "2027", 0.4 * 240 * 75 / 365 - 0.4 * 168 / 0.5 * 45 / 365),
    ("waiting", {"supplier": "Steel"}, "2027", -0.06 * 0.4 * 240 * 30 / 365),
    ("waiting", {"supplier": "Glass"}, "2028", 0.0),
    ("payables settled", {"supplier": "Steel"}, "2029", -0.4 * 240 * 45 / 365),
    ("payables settled", {"supplier": "Glass"}, "2029", -0.2 * (300 + 180) * 30 / 365),
    ("interest", {}, "2027", -1.0),
    ("overhead", {}, "2026H1", -5.0),
    ("policy price", {"policy": "few"}, "2027", -0.05),
    ("policy price", {"policy": "few"}, "2026H2", 0.0),
    ("policy price", {"policy": "green"}, "2029", -0.002 * (1000 + 10000 + 4000 + 2500 + 4800 + 150 + 1000 + 50 + 120 - 8000)),
    ("policy price", {"policy": "sites"}, "2029", -3.0),
    ("policy price", {"policy": "wolves"}, "2028", -0.6),
    ("policy price", {"policy": "buyers"}, "2027", -1.0),
    ("policy price", {"policy": "room"}, "2028", -0.45),
    ("terminal value", {"plant": "East"}, "2029", (288 - 1.44 - 180 - 8.4 - 10 - 3 - 2.7) * ANNUITY),
    ("terminal value", {"plant": "West"}, "2029", (-2.4 - 0.225) * ANNUITY),
]  # fmt: skip


@pytest.fixture(scope="module")
def books():
    return keep_books(case(), plan())


@pytest.mark.parametrize(("item", "keys", "period", "amount"), BY_HAND, ids=lambda value: str(value) if isinstance(value, str) else "")
def test_each_item_by_hand(books, item, keys, period, amount):
    hit = (pl.col("item") == item) & (pl.col("period") == period)
    for column, value in keys.items():
        hit &= pl.col(column) == value
    assert books.postings.filter(hit)["amount"].sum() == pytest.approx(amount, abs=1e-9)


def test_every_item_happens_in_this_plan(books):
    assert set(books.postings["item"]) == set(ITEMS)
    assert {row[0] for row in BY_HAND} == set(ITEMS)


def test_worth_is_the_sum_of_discounted_postings(books):
    worth = 0.0
    for item, period, amount in books.postings.select("item", "period", "amount").iter_rows():
        worth += amount if item == "terminal value" else amount * 1.08 ** -MIDDLES[period]
    assert books.npv == pytest.approx(worth, rel=1e-12)
    assert books.postings["discounted"].sum() == pytest.approx(books.npv, rel=1e-12)


def test_gross_value_and_terminal_value(books):
    contribution = books.postings.filter(pl.col("item").is_in(CONTRIBUTION))
    assert books.gross == pytest.approx(sum(a * 1.08 ** -MIDDLES[p] for p, a in contribution.select("period", "amount").iter_rows()))
    running = books.postings.filter(pl.col("item").is_in(RUNNING) & (pl.col("period") == "2029"))["amount"].sum()
    assert books.postings.filter(pl.col("item") == "terminal value")["amount"].sum() == pytest.approx(running * ANNUITY)


def test_sums_add_up_whichever_way_they_are_cut(books):
    for cut in (books.by_item(), books.by_period(), books.by_plant()):
        assert cut["discounted"].sum() == pytest.approx(books.npv)
    assert books.by_period()["period"].to_list() == list(MIDDLES)
    assert books.by_item()["item"].to_list() == [item for item in ITEMS if item in set(books.postings["item"])]
    assert books.by_plant()["plant"].to_list() == ["East", "North", "Old", "Rest", "South", "West", None]


def test_cash_runs_on_all_money_but_the_settlement(books):
    cash = books.cash
    flow = dict(cash.select("period", "flow").iter_rows())
    for period in MIDDLES:
        no_cash = ["payables settled", "terminal value", "policy price"]
        rows = books.postings.filter((pl.col("period") == period) & ~pl.col("item").is_in(no_cash))
        assert flow[period] == pytest.approx(rows["amount"].sum())
    drawn = [0, 0, 20, 0, 0]
    before, was = 200.0, 5.0
    for row, now in zip(cash.iter_rows(named=True), drawn, strict=True):
        before += row["flow"] + now - was
        was = now
        assert row["cash"] == pytest.approx(before)
        assert (row["revolver"], row["floor"]) == (now, 50)


def test_a_priced_liquidity_weighs_but_moves_no_cash(books):
    paid = -books.postings.filter(pl.col("policy") == "cushion")["amount"].sum()
    liquidity = books.cash["cash"][0] + 100 - books.cash["revolver"][0]
    assert paid == pytest.approx(0.25 * (400 - liquidity))
    assert paid > 1
    dearer = keep_books(recase(case(), "policies", {"policy": "cushion"}, price=1.5), plan())
    assert dearer.cash.equals(books.cash)
    assert dearer.npv == pytest.approx(books.npv - 5 * paid * case().discount[0])


def test_liquidity_without_cash_is_refused():
    blind = recase(case(), "companies", {"company": "Brio"}, opening_cash=None)
    with pytest.raises(LedgerError, match="cash is not followed"):
        keep_books(blind, plan())
    blind = blind.with_table("policies", blind.table("policies").filter(pl.col("measure") != "liquidity"))
    assert keep_books(blind, plan()).cash.is_empty()


def test_headcount_table(books):
    rows = {(row["plant"], row["period"]): (row["needed"], row["headcount"]) for row in books.headcount.iter_rows(named=True)}
    assert rows["North", "2028"] == (340, 340)
    assert rows["West", "2026H2"] == (5, 10)
    assert rows["South", "2027"] == (0, 0)
    assert len(rows) == 6 * 5


def test_without_lanes_every_way_is_free_and_open():
    free = case().with_table("lanes", case().table("lanes").clear())
    assert keep_books(free, plan()).postings.filter(pl.col("item") == "freight").is_empty()


def test_a_line_that_ran_something_else_at_the_start_pays():
    other = recase(case(), "lines", {"line": "W-asm"}, shift_now="two")
    paid = keep_books(other, plan()).postings.filter((pl.col("line") == "W-asm") & (pl.col("item") == "shift change"))
    assert paid["amount"].to_list() == [-1.0]


def test_a_launch_without_lead_is_paid_when_it_happens():
    quick = recase(case(), "routes", {"product": "Hare", "line": "E-asm"}, launch_lead_months=0.0, currency="GBP")
    paid = keep_books(quick, plan()).postings.filter(pl.col("item") == "launch")
    assert paid.select("period", "amount").rows() == [("2027", -24.0)]


def test_a_guest_that_is_tooled_already_costs_no_launch():
    tooled = recase(case(), "routes", {"product": "Wolf", "line": "N-asm"}, state="tooled")
    assert keep_books(tooled, plan()).postings.filter(pl.col("item") == "guest launch").is_empty()


def test_the_end_of_a_lease_costs_nothing_when_the_plant_opens():
    opened = change(plan(), "sites", {"plant": "West", "period": "2029"}, state="open")
    items = set(keep_books(case(), opened).postings.filter((pl.col("plant") == "West") & (pl.col("period") == "2029"))["item"])
    assert not items & {"reopening", "opening", "idling"}


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda p: drop(p, "sites", plant="South", period="2027"), "South has no state in 2027"),
        (lambda p: change(p, "sites", {"plant": "South"}, plant="Nowhere"), "Nowhere"),
        (lambda p: add(p, "sites", plant="South", period="2027", state="closed"), "twice"),
        (lambda p: change(p, "makes", {"line": "S-asm"}, line="R-spare", product="Hare"), "without a route"),
        (lambda p: change(p, "ships", {"plant": "West"}, market="Away"), "no lane"),
        (lambda p: change(p, "ships", {"plant": "East"}, market="Away"), "no demand row"),
        (lambda p: change(p, "lost", {"product": "Hare"}, market="Away"), "no demand row"),
        (lambda p: change(p, "launches", {}, line="S-asm"), "without a route"),
        (lambda p: change(p, "contracts", {"offer": "Host"}, line=None), "no line"),
        (lambda p: change(p, "finance", {}, revolver=float("nan")), "nan"),
    ],
)
def test_what_cannot_be_booked_is_refused(wrong, says):
    with pytest.raises(LedgerError, match=says):
        keep_books(case(), wrong(plan()))


def test_a_plan_can_be_booked_for_another_case():
    later = recase(case(), "products", {"product": "Hare"}, sop=datetime.date(2027, 7, 1))
    assert keep_books(later, plan()).npv == pytest.approx(keep_books(case(), plan()).npv)


def test_many_lines_in_a_message_are_cut():
    bare = plan().with_table("sites", plan().sites.clear())
    with pytest.raises(LedgerError, match="and 25 more"):
        keep_books(case(), bare)


def test_show(books):
    assert repr(books).startswith("Ledger(npv ")
    assert "sales" in books._repr_html_()
