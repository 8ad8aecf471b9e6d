"""What owner and guests could do as one company: the worth of every coalition, and a fair share for each player.

A coalition without the owner is its guests, each by itself: they have no line to share. One with the owner is solved as one company
(`deal_cases.coalition_case`): no fees, no limits on volume, start or length, only the lines and their cost. All worths are
discounted at the owner's rate, for a worth of several companies together needs one purse; what a transfer is worth to a guest
with another rate is a question for the deal itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

from brownfield.case.case import Case
from brownfield.errors import CaseError, Problem, Where
from brownfield.solve.outcome import Outcome
from brownfield.study.deal_cases import Side, coalition_case, guest_case, offer_named, side_of
from brownfield.study.solves import Solves, Task

Members = frozenset[str]

MOST_GUESTS = 4
"""Guests that can be looked at together: each one more doubles the solves."""


@dataclass(frozen=True)
class Coalitions:
    """The worth of each coalition (million, None: no plan found), with what is proved of it, and the share of each player.

    shapley: each player's part of the worth of all together, by the mean of what it adds to those before it in every order.
    """

    owner: str
    guests: tuple[str, ...]
    worth: Mapping[Members, float | None]
    bound: Mapping[Members, float | None]
    shapley: Mapping[str, float]

    @property
    def everybody(self) -> Members:
        """Owner and all guests."""
        return frozenset((self.owner, *self.guests))

    @property
    def surplus(self) -> float | None:
        """What all together are worth more than each by itself: no contracts between them can bring more."""
        together, alone = self.worth[self.everybody], [self.worth[frozenset((player,))] for player in (self.owner, *self.guests)]
        if together is None or any(value is None for value in alone):
            return None
        return together - sum(value for value in alone if value is not None)

    def adds(self, player: str) -> float | None:
        """What a player adds to all the others: the most that they would pay it, and that it could ask."""
        together, rest = self.worth[self.everybody], self.worth[self.everybody - {player}]
        return None if together is None or rest is None else together - rest


def coalitions(case: Case, offers: Sequence[str], solves: Solves | None = None) -> Coalitions:
    """The worth of every coalition of the owner and the guests of some offers. CaseError when a guest's side is not known."""
    solver = solves or Solves()
    exactly = solver.exactly()
    sides = list({side.offer.offer: side for side in (_known(case, name) for name in offers)}.values())
    guests = sorted({side.offer.company for side in sides})
    if len(guests) > MOST_GUESTS:
        raise CaseError(
            [Problem("BF094", Where("--offer"), f"offers of {len(guests)} guests", f"at most {MOST_GUESTS}", "name fewer of them")]
        )
    of = {guest: [side for side in sides if side.offer.company == guest] for guest in guests}
    groups = [frozenset(some) for count in range(len(guests) + 1) for some in combinations(guests, count)]
    tasks = [Task(_together(case, group, of), name=" and ".join([case.owner, *sorted(group)])) for group in groups]
    outcomes = dict(zip(groups, solver.run(tasks), strict=True))
    alone = {guest: _alone(case, of[guest], exactly) for guest in guests}
    worth: dict[Members, float | None] = {}
    bound: dict[Members, float | None] = {}
    for group, outcome in outcomes.items():
        worth[group | {case.owner}], bound[group | {case.owner}] = outcome.npv, outcome.bound
        if group:
            values = [alone[guest] for guest in sorted(group)]
            worth[group] = None if any(value is None for value in values) else sum(value for value in values if value is not None)
            bound[group] = worth[group]
    return Coalitions(case.owner, tuple(guests), worth, bound, _shapley((case.owner, *guests), worth))


def _known(case: Case, name: str) -> Side:
    offer = offer_named(case, name)
    side = side_of(case, offer)
    if side is None:
        found, fix = f"{offer.offer!r}, of which the guest's side is not known", "add what a car is worth to the guest"
        raise CaseError([Problem("BF095", Where("--together"), found, "an offer to host with a row in guest_values", fix)])
    return side


def _together(case: Case, group: Iterable[str], of: Mapping[str, Sequence[Side]]) -> Case:
    inside = [side for guest in sorted(group) for side in of[guest]]
    outside = [side for guest in sorted(of) if guest not in set(group) for side in of[guest]]
    return coalition_case(case, inside, outside)


def _alone(case: Case, sides: Sequence[Side], exactly: Solves) -> float | None:
    """A guest's worth by itself, at the owner's discount rate."""
    if not any(side.alternatives for side in sides):
        return 0.0
    outcome: Outcome = exactly.solve(Task(guest_case(case, sides, case.discount_rate), name=sides[0].offer.company))
    return outcome.npv


def _shapley(players: Sequence[str], worth: Mapping[Members, float | None]) -> dict[str, float]:
    """The mean of what each player adds to those before it, over every order of them; nothing when a worth is not known."""
    values = {frozenset[str](): 0.0} | {members: value for members, value in worth.items() if value is not None}
    if len(values) < 2 ** len(players):
        return {}
    count = len(players)
    shares = {}
    for player in players:
        others = [other for other in players if other != player]
        shares[player] = sum(
            factorial(size)
            * factorial(count - size - 1)
            / factorial(count)
            * (values[frozenset((*some, player))] - values[frozenset(some)])
            for size in range(count)
            for some in combinations(others, size)
        )
    return shares
