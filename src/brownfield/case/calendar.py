"""Time: the periods of the plan, of unequal length, and everything that is reckoned from them.

Periods are cut by months. A period has a start, an end (the day after its last), a length in years and a
discount factor taken at its middle, because cash comes and goes all through a period.
"""

from __future__ import annotations

import calendar as days
import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LENGTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
EVER = 10_000
"""Months of the span of a blank period: longer than any plan."""

_BLOCK = re.compile(r"^(\d{1,3}) (month|quarter|half|year|halve)s?$")


@dataclass(frozen=True, slots=True)
class Period:
    """One period of the plan: its name, first day, the day after its last, length in years."""

    name: str
    start: datetime.date
    end: datetime.date
    months: int

    @property
    def years(self) -> float:
        """Length in years."""
        return self.months / 12


def month_number(day: datetime.date) -> float:
    """Months since year 0, with the day as a fraction of its month."""
    length = days.monthrange(day.year, day.month)[1]
    return day.year * 12 + day.month - 1 + (day.day - 1) / length


def _day(month: int) -> datetime.date:
    return datetime.date(month // 12, month % 12 + 1, 1)


def _name(start: int, length: int) -> str:
    year, month = divmod(start, 12)
    if length == 12:
        return str(year) if month == 0 else f"FY{year}"
    if length == 6 and month % 6 == 0:
        return f"{year}H{month // 6 + 1}"
    if length == 3 and month % 3 == 0:
        return f"{year}Q{month // 3 + 1}"
    return f"{year}-{month + 1:02d}" if length == 1 else f"{year}-{month + 1:02d}+{length}m"


def _span(text: str) -> tuple[int, int] | None:
    """First month and length of a named span of time: 2026, 2026H1, 2026Q3, 2026-07."""
    match = re.fullmatch(r"(\d{4})(?:(H)([12])|(Q)([1-4])|-(0[1-9]|1[0-2]))?", text)
    if not match:
        return None
    year, half, h, quarter, q, month = match.groups()
    if half:
        return int(year) * 12 + 6 * (int(h) - 1), 6
    if quarter:
        return int(year) * 12 + 3 * (int(q) - 1), 3
    if month:
        return int(year) * 12 + int(month) - 1, 1
    return int(year) * 12, 12


@dataclass(frozen=True)
class Calendar:
    """The periods of a plan in order, and the arithmetic of dates, lengths and discounting."""

    periods: tuple[Period, ...]

    @classmethod
    def of(cls, start: datetime.date, blocks: Sequence[str]) -> Calendar:
        """Periods from a first day and blocks such as `["8 quarters", "6 years"]`; ValueError when they make no sense."""
        month = start.year * 12 + start.month - 1
        if start.day != 1:
            raise ValueError("the plan starts on the first day of a month")
        periods = []
        for block in blocks:
            match = _BLOCK.match(block.strip())
            if not match or int(match[1]) == 0:
                raise ValueError(f"a block of periods reads like '8 quarters' or '6 years', not {block!r}")
            length = LENGTHS["half" if match[2] == "halve" else match[2]]
            for _ in range(int(match[1])):
                periods.append(Period(_name(month, length), _day(month), _day(month + length), length))
                month += length
        if not 1 <= len(periods) <= 400:
            raise ValueError("a plan has between 1 and 400 periods")
        return cls(tuple(periods))

    def __len__(self) -> int:
        return len(self.periods)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the periods in order."""
        return tuple(period.name for period in self.periods)

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each period by name."""
        return {name: t for t, name in enumerate(self.names)}

    @cached_property
    def years(self) -> Floats:
        """Lengths of the periods in years, shape (T,)."""
        return np.array([period.years for period in self.periods])

    @cached_property
    def starts(self) -> Floats:
        """Months from the start of the plan to the start of each period, shape (T,)."""
        lengths = np.array([period.months for period in self.periods], dtype=float)
        return np.concatenate(([0.0], np.cumsum(lengths)[:-1]))

    @cached_property
    def ends(self) -> Floats:
        """Months from the start of the plan to the end of each period, shape (T,)."""
        return self.starts + 12 * self.years

    def offset(self, day: datetime.date) -> float:
        """Months from the start of the plan to a day (negative before it)."""
        return month_number(day) - month_number(self.periods[0].start)

    def discount(self, rate: float) -> Floats:
        """Discount factors (1 + rate)^-m at the middle m (in years) of each period, shape (T,)."""
        return np.asarray((1 + rate) ** -((self.starts + self.ends) / 24), dtype=float)

    def annuity(self, rate: float, years: float) -> float:
        """Worth today of 1 a year for `years` years after the plan: sum of (1+r)^-(end + j - 1/2)."""
        end = float(self.ends[-1]) / 12
        whole = int(years)
        worth = sum((1 + rate) ** -(end + j + 0.5) for j in range(whole))
        rest = years - whole
        return float(worth + rest * (1 + rate) ** -(end + whole + rest / 2))

    def matching(self, text: str) -> tuple[list[int], int]:
        """Periods that a period cell means, and the length of its span in months (the shortest span wins).

        Blank means every period; a name means that period; a longer span (2026, 2026H1) means the periods
        wholly inside it. An empty list: no period of the plan lies inside.
        """
        if not text:
            return list(range(len(self))), EVER
        if text in self.index:
            t = self.index[text]
            return [t], self.periods[t].months
        span = _span(text)
        if span is None:
            return [], 0
        first, length = span
        begin = first - month_number(self.periods[0].start)
        inside = np.flatnonzero((self.starts >= begin - 1e-9) & (self.ends <= begin + length + 1e-9))
        return [int(t) for t in inside], length

    def active_share(self, sop: datetime.date | None, eop: datetime.date | None) -> Floats:
        """Share of each period that lies between start and end of production, shape (T,)."""
        begin = self.offset(sop) if sop else -np.inf
        end = self.offset(eop) if eop else np.inf
        inside = np.minimum(self.ends, end) - np.maximum(self.starts, begin)
        return np.clip(inside / (12 * self.years), 0.0, 1.0)

    def ramp_share(self, first: int, months: float) -> Floats:
        """Share of the full rate reached in each period after a start in period `first`, shape (T,).

        The rate rises evenly from nothing to full over `months`; the share is its mean over the period.
        """
        share = np.zeros(len(self))
        age_a = self.starts[first:] - self.starts[first]
        age_b = self.ends[first:] - self.starts[first]
        if months <= 0:
            share[first:] = 1.0
            return share

        def done(age: Floats) -> Floats:
            capped = np.minimum(age, months)
            return np.asarray(capped**2 / (2 * months) + np.maximum(age - months, 0.0))

        share[first:] = (done(age_b) - done(age_a)) / (age_b - age_a)
        return share

    def lead_weights(self, first: int, months: float) -> Floats:
        """Shares of a one-off cost that fall in each period when it is spread evenly over the `months` before
        the start of period `first`; with no lead all of it falls in that period. Shape (T,), sums to 1.
        """
        weights = np.zeros(len(self))
        if months <= 0:
            weights[first] = 1.0
            return weights
        end = self.starts[first]
        inside = np.minimum(self.ends, end) - np.maximum(self.starts, max(end - months, 0.0))
        weights = np.clip(inside, 0.0, None)
        return np.asarray(weights / weights.sum() if weights.sum() > 0 else np.eye(len(self))[first])

    def first_from(self, day: datetime.date | None, months: float = 0.0) -> int:
        """First period that starts on or after `day` and at least `months` after the start (T: none does)."""
        earliest = max(self.offset(day) if day else 0.0, months)
        return int(np.searchsorted(self.starts, earliest - 1e-9))

    def last_until(self, day: datetime.date | None) -> int:
        """Last period that starts on or before `day` (-1: none does; no day: the last period)."""
        return len(self) - 1 if day is None else int(np.searchsorted(self.starts, self.offset(day) + 1e-9)) - 1

    def until(self, first: int, months: float | None) -> int:
        """End (exclusive) of a contract of `months` that starts with period `first`: a period counts when at
        least half of it lies inside; a contract always covers its first period.
        """
        if months is None:
            return len(self)
        middle = (self.starts + self.ends) / 2
        return max(first + 1, int(np.searchsorted(middle, self.starts[first] + months + 1e-9)))
