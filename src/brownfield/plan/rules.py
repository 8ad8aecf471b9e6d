"""Is a plan allowed? Every rule of the case, read a second time, from case and plan alone (N3).

One function for each rule, its first line in plain words; `RULES` is the table of contents. A rule reports and never
fails: whatever nonsense a plan contains, the answer is a list of what is broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from brownfield.case.case import Case
from brownfield.plan import rules_lines, rules_money, rules_offers, rules_people, rules_sites, rules_volumes
from brownfield.plan.form import Found
from brownfield.plan.plan import Plan
from brownfield.plan.reading import Reading
from brownfield.plan.rules_money import Checked

Rule = Callable[[Checked], Iterator[Found]]


@dataclass(frozen=True)
class Broken:
    """A rule that a plan breaks: which, where, in a sentence, and by how much (in the unit of the rule)."""

    rule: str
    keys: Mapping[str, str]
    sentence: str
    amount: float

    def __str__(self) -> str:
        return self.sentence


def columns_known(reading: Reading) -> Iterator[Found]:
    """The tables of a plan are those of a plan, with the columns they should have."""
    yield from reading.form.columns


def names_known(reading: Reading) -> Iterator[Found]:
    """A plan speaks only of plants of the owner and of things that the case knows, in periods of its calendar."""
    yield from reading.form.names


def numbers_sound(reading: Reading) -> Iterator[Found]:
    """Every number of a plan is there, finite, and not below zero."""
    yield from reading.form.numbers


def nothing_twice(reading: Reading) -> Iterator[Found]:
    """A plan says everything once; an offer is taken up at most once."""
    yield from reading.form.twice


RULES: tuple[Rule, ...] = (
    columns_known,
    names_known,
    numbers_sound,
    nothing_twice,
    *rules_sites.RULES,
    *rules_lines.RULES,
    *rules_volumes.RULES,
    *rules_people.RULES,
    *rules_offers.RULES,
    *rules_money.RULES,
    *rules_money.BOOKED_RULES,
)
"""Every rule that a plan must obey, in the order in which they are reported; the last only when no other is broken."""


def broken(case: Case, plan: Plan) -> list[Broken]:
    """Every rule that the plan breaks, and where; nothing for a plan that is allowed.

    A quantity may stray by a millionth of its size plus 0.0001 (cars, heads, millions). Rows that cannot be read are
    reported and left out, and the other rules go on without them.
    """
    reading = Checked(case, plan)
    *others, last = RULES
    found = [Broken(rule.__name__, *each) for rule in others for each in rule(reading)]
    return found or [Broken(last.__name__, *each) for each in last(reading)]
