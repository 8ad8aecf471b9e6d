"""Time: every share and factor against a slow but plain reckoning."""

import datetime

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from brownfield.case.calendar import EVER, Calendar, month_number
from case.small import quick

blocks = st.lists(st.tuples(st.integers(1, 6), st.sampled_from(["month", "quarter", "half", "year"])), min_size=1, max_size=4)
starts = st.builds(datetime.date, st.integers(2000, 2040), st.integers(1, 12), st.just(1))
months = st.one_of(st.just(0.0), st.integers(1, 60).map(float), st.floats(0.01, 60))
days = st.dates(datetime.date(1995, 1, 1), datetime.date(2080, 1, 1))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Calendars of unequal periods."""
    return Calendar.of(draw(starts), [f"{count} {unit}s" for count, unit in draw(blocks)])


def mean(share, begin: float, end: float, steps: int = 4_000) -> float:
    """Mean of a function over a span of months, by the midpoint rule."""
    at = begin + (np.arange(steps) + 0.5) * (end - begin) / steps
    return float(np.mean(share(at)))


def test_periods_follow_each_other() -> None:
    calendar = Calendar.of(datetime.date(2026, 1, 1), ["2 months", "1 quarter", "1 month", "1 half", "2 years"])
    assert calendar.names == ("2026-01", "2026-02", "2026-03+3m", "2026-06", "2026H2", "2027", "2028")
    assert calendar.years == pytest.approx([1 / 12, 1 / 12, 1 / 4, 1 / 12, 1 / 2, 1, 1])
    assert Calendar.of(datetime.date(2026, 4, 1), ["2 years", "1 quarter"]).names == ("FY2026", "FY2027", "2028Q2")


@quick
@given(calendars())
def test_there_is_no_hole_and_no_overlap(calendar: Calendar) -> None:
    assert [period.end for period in calendar.periods[:-1]] == [period.start for period in calendar.periods[1:]]
    assert calendar.ends[:-1] == pytest.approx(calendar.starts[1:])
    assert calendar.ends[-1] == pytest.approx(12 * calendar.years.sum())
    assert len(set(calendar.names)) == len(calendar)


@pytest.mark.parametrize(
    ("start", "periods"),
    [
        (datetime.date(2026, 1, 2), ["1 year"]), (datetime.date(2026, 1, 1), []), (datetime.date(2026, 1, 1), ["0 years"]),
        (datetime.date(2026, 1, 1), ["1 week"]), (datetime.date(2026, 1, 1), ["year"]), (datetime.date(2026, 1, 1), ["401 months"]),
        (datetime.date(2026, 1, 1), ["-1 years"]), (datetime.date(2026, 1, 1), ["1.5 years"]), (datetime.date(2026, 1, 1), ["1000 years"]),
    ],
)  # fmt: skip
def test_what_makes_no_calendar(start: datetime.date, periods: list[str]) -> None:
    with pytest.raises(ValueError, match=r"month|periods"):
        Calendar.of(start, periods)


def test_a_period_cell_means_the_periods_inside() -> None:
    calendar = Calendar.of(datetime.date(2026, 1, 1), ["2 quarters", "6 months", "1 year"])
    assert calendar.matching("") == (list(range(9)), EVER)
    assert calendar.matching("2026") == (list(range(8)), 12)
    assert calendar.matching("2026H2") == ([2, 3, 4, 5, 6, 7], 6)
    assert calendar.matching("2026Q2") == ([1], 3)
    assert calendar.matching("2026Q3") == ([2, 3, 4], 3)
    assert calendar.matching("2026-07") == ([2], 1)
    assert calendar.matching("2027") == ([8], 12)
    for nothing in ("2027H1", "2026-01", "2025", "2028", "FY2026", "soon", "2026Q5", "2026-13", " 2026"):
        assert calendar.matching(nothing)[0] == []


@quick
@given(calendars(), st.data())
def test_matching_is_being_inside(calendar: Calendar, data: st.DataObject) -> None:
    year = data.draw(st.integers(2000, 2060))
    text, first, length = data.draw(st.sampled_from([(f"{year}", 0, 12), (f"{year}H2", 6, 6), (f"{year}Q3", 6, 3), (f"{year}-09", 8, 1)]))
    assume(text not in calendar.index)
    begin = year * 12 + first
    inside = [
        t for t, period in enumerate(calendar.periods) if begin <= month_number(period.start) and month_number(period.end) <= begin + length
    ]
    assert calendar.matching(text)[0] == inside


@quick
@given(calendars(), months, st.data())
def test_the_ramp_is_the_mean_of_a_rising_rate(calendar: Calendar, months: float, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(calendar) - 1))
    share = calendar.ramp_share(first, months)
    zero = calendar.starts[first]
    for t in range(len(calendar)):
        expected = 0.0
        if t >= first:
            rate = lambda at: np.minimum((at - zero) / months, 1.0) if months > 0 else np.ones_like(at)  # noqa: E731
            expected = mean(rate, calendar.starts[t], calendar.ends[t])
        assert share[t] == pytest.approx(expected, abs=1e-3)


@quick
@given(calendars(), months, st.data())
def test_a_cost_spread_over_its_lead_is_spent_once(calendar: Calendar, months: float, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(calendar) - 1))
    weights = calendar.lead_weights(first, months)
    assert weights.sum() == pytest.approx(1.0)
    assert (weights >= 0).all()
    if months == 0 or first == 0:
        assert weights[first] == 1.0
    else:
        assert (weights[first:] == 0).all()
        spent = [t for t in range(first) if calendar.ends[t] > calendar.starts[first] - months + 1e-9]
        per_month = weights[spent] / np.minimum(12 * calendar.years[spent], calendar.ends[spent] - (calendar.starts[first] - months))
        assert per_month == pytest.approx(np.full(len(spent), per_month[0]))


@quick
@given(calendars(), st.floats(-0.1, 0.5))
def test_cash_is_discounted_from_the_middle(calendar: Calendar, rate: float) -> None:
    factors = calendar.discount(rate)
    for t, factor in enumerate(factors):
        middle = (calendar.starts[t] + calendar.ends[t]) / 24
        assert factor == pytest.approx((1 + rate) ** -middle)


@quick
@given(calendars(), st.floats(0.001, 0.5), st.integers(0, 30))
def test_an_annuity_goes_on_as_the_periods_would(calendar: Calendar, rate: float, years: int) -> None:
    assume(len(calendar) < 300)
    end = float(calendar.ends[-1]) / 12
    assert calendar.annuity(rate, years) == pytest.approx(sum((1 + rate) ** -(end + j + 0.5) for j in range(years)))
    assert calendar.annuity(rate, years + 0.5) - calendar.annuity(rate, years) == pytest.approx(0.5 * (1 + rate) ** -(end + years + 0.25))


@quick
@given(calendars(), st.one_of(st.none(), days), st.one_of(st.none(), days))
def test_life_is_the_share_between_start_and_end(calendar: Calendar, sop: datetime.date | None, eop: datetime.date | None) -> None:
    share = calendar.active_share(sop, eop)
    begin = calendar.offset(sop) if sop else -np.inf
    end = calendar.offset(eop) if eop else np.inf
    for t in range(len(calendar)):
        expected = mean(lambda at: (at >= begin) & (at < end), calendar.starts[t], calendar.ends[t])
        assert share[t] == pytest.approx(expected, abs=1e-3)


@quick
@given(calendars(), st.one_of(st.none(), days), months)
def test_the_first_and_the_last_period_of_a_window(calendar: Calendar, day: datetime.date | None, months: float) -> None:
    late = [t for t, p in enumerate(calendar.periods) if (day is None or p.start >= day) and calendar.starts[t] >= months]
    assert calendar.first_from(day, months) == (late[0] if late else len(calendar))
    early = [t for t, p in enumerate(calendar.periods) if day is None or p.start <= day]
    assert calendar.last_until(day) == (early[-1] if early else -1)


@quick
@given(calendars(), st.one_of(st.none(), months), st.data())
def test_a_contract_covers_periods_that_lie_in_it_by_half(calendar: Calendar, months: float | None, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(calendar) - 1))
    end = calendar.starts[first] + (np.inf if months is None else months)
    covered = [t for t in range(first, len(calendar)) if t == first or end - calendar.starts[t] >= 6 * calendar.years[t] - 1e-9]
    assert list(range(first, calendar.until(first, months))) == covered


def test_days_count_as_parts_of_their_month() -> None:
    calendar = Calendar.of(datetime.date(2026, 1, 1), ["1 year"])
    assert calendar.offset(datetime.date(2026, 2, 15)) == pytest.approx(1.5)
    assert calendar.offset(datetime.date(2025, 12, 1)) == -1
    assert calendar.active_share(datetime.date(2026, 7, 1), None) == pytest.approx([0.5])
