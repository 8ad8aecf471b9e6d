from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownfield.report.numbers import MINUS, SPACE, Scale, about, date, listed, money, plain, price, several, share, significant, whole


@pytest.mark.parametrize(
    ("millions", "currency", "words"),
    [
        (0, "JPY", "¥0"),
        (38_000, "JPY", "¥38 bn"),
        (1_234_567, "JPY", "¥1.23 tn"),
        (999.6, "EUR", "€1 bn"),
        (999.4, "EUR", "€999 million"),
        (-1.25, "USD", "−$1.25 million"),
        (0.85, "GBP", "£850,000"),
        (0.000003, "JPY", "¥3"),
        (500, "ZAR", "ZAR 500 million"),
        (1e9, "JPY", "¥1,000 tn"),
    ],
)
def test_money_has_its_currency_and_a_sensible_magnitude(millions: float, currency: str, words: str):
    assert money(millions, currency).replace(SPACE, " ") == words


def test_a_limit_stays_true_when_it_is_rounded():
    assert money(5_961.2, "JPY", "up").replace(SPACE, " ") == "¥5.97 bn"
    assert money(1_489_900, "JPY", "down").replace(SPACE, " ") == "¥1.48 tn"
    assert money(38_000.0000001, "JPY", "up").replace(SPACE, " ") == "¥38 bn"
    assert share(0.00401, "up").replace(SPACE, " ") == "0.41 %"


@given(st.floats(-1e12, 1e12).filter(lambda value: abs(value) > 1e-6))
def test_rounding_never_lies_about_the_side_it_is_on(value: float):
    slack = 2e-9 * abs(value)
    assert float(significant(value, 3, "up")) >= value - slack
    assert float(significant(value, 3, "down")) <= value + slack
    assert abs(float(significant(value)) - value) <= 0.005 * abs(value) + slack


@given(st.floats(-1e12, 1e12))
def test_money_never_has_more_than_three_significant_digits(millions: float):
    digits = "".join(c for c in money(millions, "EUR") if c.isdigit()).strip("0")
    assert len(digits) <= 3


def test_almost_all_is_not_all_and_counts_are_whole():
    assert share(0.9999).replace(SPACE, " ") == "99.9 %"
    assert share(1.0).replace(SPACE, " ") == "100 %"
    assert share(0.41).replace(SPACE, " ") == "41 %"
    assert whole(-3150.4) == f"{MINUS}3,150"
    assert about(1_239_000).replace(SPACE, " ") == "1.24 million"
    assert plain(-0.4) == f"{MINUS}0.4"
    assert price(110_000, "JPY") == "¥110,000"
    assert date(datetime.date(2027, 4, 1)) == "1 April 2027"
    assert several(1, "plant") == "1 plant"
    assert listed(["Note", "Kicks", "Leaf"]) == "Note, Kicks and Leaf"


def test_a_table_has_one_unit_in_which_small_amounts_are_still_seen():
    scale = Scale.of([6_300_000, -12.0], "JPY")
    assert scale.unit == "¥ bn"
    assert scale.cell(6_300_000) == "6,300.0"
    assert scale.cell(-12_000) == f"{MINUS}12.0"
    assert scale.cell(-12) == "0.0"
    assert scale.cell(None) == "–"
