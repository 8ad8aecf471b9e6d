"""What is wrong with a line before anybody tries to balance it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from brownfield.errors import CaseError, Problem, Where, one_of
from brownfield.shopfloor.inputs import Line

MOST_TASKS = 20_000
"""Most tasks of one line."""

MOST_WITH_RULES = 2_000
"""Most tasks of a line where more holds than times and order: each task has a decision for each station."""


def usable(line: Line, *, any_takt: bool = False) -> Line:
    """The line itself when it can be balanced; CaseError with everything that is wrong otherwise. any_takt: takt is looked for."""
    found = problems(line, any_takt=any_takt)
    if found:
        raise CaseError(found)
    return line


def problems(line: Line, *, any_takt: bool = False) -> list[Problem]:
    """Everything that makes a line impossible to balance, or that cannot be meant."""
    found = list(_numbers(line))
    if found:
        return found
    circle = cycle(line)
    if circle:
        path = " → ".join(line.tasks[task] for task in circle)
        fix = "take out one of these precedence relations"
        return [_says("BF301", line, line.tasks[circle[0]], path, "an order with a beginning", fix)]
    found += [*_empty_products(line), *_homeless(line), *_groups(line), *dict.fromkeys(_held_order(line))]
    if not any_takt:
        found += _too_long(line)
    return found


def cycle(line: Line) -> list[int]:
    """Tasks that wait for one another in a circle, the first one again at the end; empty when there is none."""
    after: list[list[int]] = [[] for _ in line.tasks]
    waiting = [0] * len(line.tasks)
    for a, b in line.pairs:
        after[a].append(b)
        waiting[b] += 1
    ready = [task for task, count in enumerate(waiting) if count == 0]
    while ready:
        for other in after[ready.pop()]:
            waiting[other] -= 1
            if waiting[other] == 0:
                ready.append(other)
    stuck = {task for task, count in enumerate(waiting) if count > 0}
    before = {b: a for a, b in line.pairs if a in stuck and b in stuck}
    path, task = [], min(stuck, default=-1)
    while stuck and task not in path:
        path.append(task)
        task = before[task]
    return [task, *reversed(path[path.index(task) :])] if stuck else []


def _says(code: str, line: Line, task: str, found: str, expected: str, fix: str) -> Problem:
    if file := line.about.get("file"):
        return Problem(code, Where(file, column=task), found, expected, fix)
    return Problem(code, Where(f"line {line.name}, task {task}" if task else f"line {line.name}"), found, expected, fix)


def too_many(line: Line, most: int) -> Problem:
    """A line with more tasks than can be balanced."""
    fix = "balance parts of the line by themselves, or put tasks together"
    why = "" if most == MOST_TASKS else " where zones, tools, people side by side, groups, moves or costs count"
    return _says("BF306", line, "", f"{len(line.tasks):,} tasks", f"at most {most:,}{why}", fix)


def _numbers(line: Line) -> Iterator[Problem]:
    if not line.tasks:
        yield _says("BF303", line, "", "no task at all", "tasks with times", "give the tasks of the line")
    if len(line.tasks) > MOST_TASKS:
        yield too_many(line, MOST_TASKS)
    if not (np.isfinite(line.takt) and line.takt > 0):
        yield _says("BF305", line, "", f"a takt of {line.takt:g} s", "a takt above 0", "give the seconds between two cars")
    for station in line.stations:
        if station.operators < 1:
            found = f"{station.operators} people at station {station.name!r}"
            yield _says("BF305", line, "", found, "1 or more", "give the true number, or leave the station out")
    for task, name in enumerate(line.tasks):
        times = line.seconds[task]
        if not np.isfinite(times).all() or (times < 0).any() or times.max(initial=0.0) <= 0:
            found = f"{one_of(f'{time:g}' for time in times)} s"
            yield _says("BF305", line, name, found, "a time above 0 on some car, below 0 on none", "correct the time, or drop the task")


def _empty_products(line: Line) -> Iterator[Problem]:
    for k, product in enumerate(line.products):
        if not line.seconds[:, k].any():
            yield _says("BF303", line, "", f"{product} has no task here", "a time for some task of it", "give its times, or leave it out")


def _homeless(line: Line) -> Iterator[Problem]:
    for task, name in enumerate(line.tasks):
        if line.held[task] and line.now[task] < 0:
            yield _says("BF304", line, name, "held, but at no station", "the station where it is held", "name the station")
        elif not line.may_go(task):
            needs = " and ".join(
                part for part in (line.zone[task] and f"zone {line.zone[task]!r}", line.tool[task] and f"tool {line.tool[task]!r}") if part
            )
            fix = "add zone or tool to a station, or take it off the task"
            yield _says("BF304", line, name, f"no station has {needs}", "a station where it can be done", fix)


def _groups(line: Line) -> Iterator[Problem]:
    for group in line.together:
        common = set.intersection(*(set(line.may_go(task)) for task in group))
        names = one_of((line.tasks[task] for task in group), 5)
        if not common and all(line.may_go(task) for task in group):
            fix = "change the group, or where its tasks are held"
            yield _says("BF307", line, line.tasks[group[0]], f"no station where {names} can all be", "one for all of them", fix)
        for other in line.apart:
            both = sorted(set(group) & set(other))
            if len(both) > 1:
                found = f"{line.tasks[both[0]]} and {line.tasks[both[1]]} both together and apart"
                yield _says("BF307", line, line.tasks[both[0]], found, "one of the two", "change one of the groups")


def _held_order(line: Line) -> Iterator[Problem]:
    """Held tasks against what must come after them, directly or by way of others: the latest station held before each task."""
    after: list[list[int]] = [[] for _ in line.tasks]
    waiting = [0] * len(line.tasks)
    for a, b in line.pairs:
        after[a].append(b)
        waiting[b] += 1
    last = [(line.now[task], task) if line.held[task] else (-1, -1) for task in range(len(line.tasks))]
    ready = [task for task, count in enumerate(waiting) if count == 0]
    while ready:
        task = ready.pop()
        for other in after[task]:
            place, cause = last[task]
            if line.held[other] and place > line.now[other] >= 0:
                found = f"held at {line.places[line.now[other]]!r}, but {line.tasks[cause]!r}, held at {line.places[place]!r}, comes first"
                yield _says("BF304", line, line.tasks[other], found, "stations in the order of the tasks", "hold one of them elsewhere")
            elif place > last[other][0]:
                last[other] = last[task]
            waiting[other] -= 1
            if waiting[other] == 0:
                ready.append(other)


def too_long(line: Line) -> Iterator[tuple[int, float]]:
    """Tasks that are longer than anybody has time, and by how many seconds."""
    most = line.takt * (1 + line.overload)
    for task in range(len(line.tasks)):
        over = max(float(line.seconds[task].max()) - most, float(line.mean[task]) - line.takt)
        if over > 1e-9:
            yield task, over


def _too_long(line: Line) -> Iterator[Problem]:
    for task, over in too_long(line):
        longest = int(line.seconds[task].argmax())
        found = f"{line.seconds[task, longest]:g} s on {line.products[longest]}, {over:g} s more than a station has"
        fix = "split the task, allow a longer takt, or correct the time"
        yield _says("BF302", line, line.tasks[task], found, f"at most {line.takt * (1 + line.overload):g} s", fix)
