"""Two-stage programs with whole decisions in the futures too: every future gets a copy of today's decisions, and prices pull them together.

That all copies agree is priced (Carøe and Schultz 1999): each future, alone, is a small program, and what all are worth together bounds
every plan. Prices are found by a model of that bound in a box around the best ones so far; the copies, put together, give decisions,
which are tried on every future as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array, csr_array

from brownfield.model.program import Floats
from brownfield.solve.pieces import Answer, Piece, relax, search
from brownfield.solve.progress import Watch
from brownfield.solve.two_stage import TwoStage, extensive

WIDER, NARROWER = 2.0, 0.5
"""How the box grows when the prices in it did what they promised, and shrinks when they did not."""
KEPT = 0.1
"""Part of its promise that new prices must keep to be the best so far."""
EVERY = 3
"""Rounds between two trials of decisions."""
SOME = 20
"""Futures for which decisions are made at a time."""
WORK = 60
"""Work for them."""
MENDED = 3
"""How often decisions are made better for what futures do with them, before they are tried again."""


@dataclass(frozen=True)
class Agreed:
    """The best decisions of today with whole decisions in the futures: worth, the bound on any, rounds and programs solved."""

    decided: Floats | None
    worth: float
    bound: float
    rounds: int
    programs: int
    history: tuple[tuple[float, float, float], ...]


class _Copies:
    """The futures, each with a copy of today's decisions, and what is known of their bound."""

    def __init__(self, program: TwoStage, watch: Watch, near: float) -> None:
        self.program, self.watch, self.near = program, watch, near
        self.columns = len(program.today.worth)
        self.pieces = [extensive(program.alone(s)) for s in range(len(program.futures))]
        self.best: Floats | None = None
        self.worth, self.bound = -np.inf, np.inf
        self.programs = 0
        self.known: list[list[tuple[float, Floats]]] = [[] for _ in program.futures]
        self.whole = extensive(program)
        self.middle = np.zeros(self.columns)

    def priced(self, price: Floats) -> tuple[float, list[Floats]]:
        """The bound at prices, shape (futures, today's columns), and the copies that each future would choose."""
        total, copies = 0.0, []
        for s, piece in enumerate(self.pieces):
            worth = piece.worth.copy()
            worth[: self.columns] += price[s]
            answer = search(replace(piece, worth=worth), self.watch, near=self.near)
            self.programs += 1
            if answer.solution is None:
                return np.inf, []
            copy = answer.solution[: self.columns]
            total += self.program.chance[s] * answer.bound
            self.middle = self.middle * (s > 0) + self.program.chance[s] * copy
            self.known[s].append((answer.worth - float(price[s] @ copy), copy))
            copies.append(copy)
        self.bound = min(self.bound, total)
        return total, copies

    def next_prices(self, around: Floats, box: float) -> tuple[Floats, float]:
        """Prices in a box with the least bound, as far as the copies seen so far tell, and that bound.

        A linear program: bound_s >= worth + price_s · copy for each copy seen, Σ chance · price = 0.
        """
        count, n = len(self.pieces), self.columns
        rows, cols, values, low = [], [], [], []
        row = 0
        for s, seen in enumerate(self.known):
            for value, copy in seen:
                at = np.flatnonzero(copy)
                rows.append(np.full(len(at) + 1, row))
                cols.append(np.concatenate([s * n + at, [count * n + s]]))
                values.append(np.concatenate([-copy[at], [1.0]]))
                low.append(value)
                row += 1
        for j in range(n):
            rows.append(np.full(count, row))
            cols.append(np.arange(count) * n + j)
            values.append(self.program.chance)
            row += 1
        width = count * n + count
        matrix = csr_array(coo_array((np.concatenate(values), (np.concatenate(rows), np.concatenate(cols))), shape=(row, width)))
        lower = np.concatenate([np.array(low), np.zeros(n)])
        upper = np.concatenate([np.full(len(low), np.inf), np.zeros(n)])
        worth = np.concatenate([np.zeros(count * n), -self.program.chance])
        flat = around.ravel()
        piece = Piece(
            worth, 0.0, np.concatenate([flat - box, np.full(count, -np.inf)]), np.concatenate([flat + box, np.full(count, np.inf)]),
            matrix, lower, upper, np.zeros(width, dtype=bool),
        )  # fmt: skip
        found = relax(piece, self.watch)
        if found is None:
            return around, np.inf
        weight = np.abs(found.price[: len(low)])
        of = np.concatenate([np.full(len(some), s) for s, some in enumerate(self.known)])
        share = np.bincount(of, weights=weight, minlength=count)
        weight *= (self.program.chance / np.maximum(share, 1e-12))[of]
        self.middle = weight @ np.array([copy for some in self.known for _, copy in some])
        newer = found.solution[: count * n].reshape(count, n)
        return newer - self.program.chance @ newer, -found.worth

    def try_some(self, turn: int) -> None:
        """Decisions made for some of the futures, others in each turn, then tried on all."""
        count = len(self.program.futures)
        step = max(1, count // SOME)
        chosen = [self.program.futures[s] for s in range(turn % step, count, step)]
        total = sum(future.chance for future in chosen)
        fewer = TwoStage(self.program.today, tuple(replace(future, chance=future.chance / total) for future in chosen))
        answer = search(extensive(fewer), self.watch, near=self.near, work=WORK)
        if answer.solution is not None:
            self.try_decided(answer.solution[: self.columns].copy())

    def try_together(self) -> None:
        """The mean of the copies, as the prices weigh them."""
        self.try_decided(self.middle.copy())

    def try_decided(self, decided: Floats) -> None:
        """Try decisions on all futures, whole ones rounded, then made better for what futures do with them, as long as that helps."""
        flags = self.program.today.whole
        decided[flags] = np.round(decided[flags])
        for _ in range(MENDED):
            found = self.tried(decided)
            if found is None:
                return
            worth, solution = found
            if worth > self.worth:
                self.worth, self.best = worth, decided
            mended = self._mended(solution)
            if mended is None or mended.worth <= worth + self.near:
                return
            decided = mended.solution[: self.columns].copy() if mended.solution is not None else decided
            decided[flags] = np.round(decided[flags])

    def tried(self, decided: Floats) -> tuple[float, Floats] | None:
        """The worth of decisions with every future at its best, and all columns; None when one can do nothing."""
        today = self.program.today
        moved = today.matrix @ decided
        if (moved < today.row_lower - 1e-7).any() or (moved > today.row_upper + 1e-7).any():
            decided_near = self._nearest(decided)
            if decided_near is None:
                return None
            decided[:] = decided_near
        total, parts = 0.0, [decided]
        for s, piece in enumerate(self.pieces):
            lower, upper = piece.lower.copy(), piece.upper.copy()
            lower[: self.columns] = upper[: self.columns] = decided
            answer = search(piece, self.watch, lower=lower, upper=upper, near=self.near)
            self.programs += 1
            if answer.solution is None:
                return None
            total += self.program.chance[s] * answer.worth
            parts.append(answer.solution[self.columns :])
        return total, np.concatenate(parts)

    def _nearest(self, decided: Floats) -> Floats | None:
        """Decisions that obey today's rows with the continuous ones of `decided` at most moved: whole ones are decided anew."""
        today = self.program.today
        lower = np.where(today.whole, today.lower, decided - 1e-9)
        upper = np.where(today.whole, today.upper, decided + 1e-9)
        answer = search(today, self.watch, lower=np.maximum(lower, today.lower), upper=np.minimum(upper, today.upper))
        return None if answer.solution is None else answer.solution

    def _mended(self, solution: Floats) -> Answer | None:
        """Today's decisions made better for what futures do with them: their whole decisions kept, all else anew."""
        piece = self.whole
        lower, upper = piece.lower.copy(), piece.upper.copy()
        kept = piece.whole.copy()
        kept[: self.columns] = False
        lower[kept] = upper[kept] = np.round(solution[kept])
        answer = search(piece, self.watch, lower=lower, upper=upper, near=self.near, work=20)
        return None if answer.solution is None else answer


def by_copies(program: TwoStage, watch: Watch, *, near: float, rounds: int = 60, box: float | None = None) -> Agreed:
    """The best decisions of today where futures have whole decisions too; what is open at the end is the price of that.

    near: how near its bound each future is searched. box: first size of the box of prices (None: half of the dearest of today's columns).
    """
    held = _Copies(program, watch, near)
    count = len(program.futures)
    price = np.zeros((count, held.columns))
    size = box if box is not None else 0.5 * float(np.abs(program.today.worth).max(initial=1.0))
    best, copies = held.priced(price)
    history: list[tuple[float, float, float]] = []
    done = 0
    for number in range(rounds):
        if not copies or watch.out_of_time():
            break
        done = number + 1
        if number % EVERY == 0:
            held.try_together()
            held.try_some(number // EVERY)
        history.append((watch.seconds, held.worth, held.bound))
        if held.bound - held.worth <= near:
            break
        newer, promise = held.next_prices(price, size)
        if best - promise <= 1e-6 * max(1.0, abs(best)):
            break
        found, copies = held.priced(newer)
        if best - found >= KEPT * (best - promise):
            price, best, size = newer, found, size * WIDER
        else:
            size *= NARROWER
    return Agreed(held.best, held.worth, held.bound, done, held.programs, tuple(history))
