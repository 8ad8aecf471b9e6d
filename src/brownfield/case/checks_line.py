"""Checks of the shop floor: stations, tasks, their order, options and the mix of a line fit together."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from brownfield.case.checks_view import Draft, View, check_of, number


@check_of("BF201")
def place_of_a_station(view: View) -> Iterator[Draft]:
    """No two stations of a line have the same place: the order along the line is known."""
    first: dict[tuple[str, int], str] = {}
    for row in view.each("stations"):
        other = first.setdefault((row["line"], row["place"]), row["station"])
        if other != row["station"]:
            found = f"place {row['place']} for {row['station']!r} and for {other!r}"
            fix = "number the stations in the order of the line; people side by side are operators of one station"
            yield view.says("stations", row, "place", found, "each place once on a line", fix)


@check_of("BF202")
def somebody_works_there(view: View) -> Iterator[Draft]:
    """At a station somebody can work, and a limit on the cars of one colour lets one car through."""
    for table, column, what in (("stations", "operators", "people"), ("line_limits", "colour_run", "cars of one colour")):
        for row in view.each(table, pl.col(column) == 0):
            yield view.says(table, row, column, f"0 {what}", "1 or more", "give the true number, or exclude the row")


@check_of("BF203")
def option_of_a_product(view: View) -> Iterator[Draft]:
    """A task that only an option asks for names an option that some cars of the product have."""
    shares = {(row["product"], row["option"]) for row in view.active("option_shares").iter_rows(named=True)}
    for row in view.each("task_times", pl.col("option") != ""):
        if row["option"] not in view.names("options"):
            fix = view.hint(row["option"], view.names("options")) + "name a row of options, or add it there"
            yield view.says("task_times", row, "option", f"{row['option']!r}, which is in no row of options", "an option", fix)
        elif (row["product"], row["option"]) not in shares:
            found = f"{row['option']!r}, which no car of {row['product']!r} is said to have"
            fix = "add the share of its cars that have the option to option_shares"
            yield view.says("task_times", row, "option", found, "a row in option_shares", fix)


@check_of("BF204")
def order_of_tasks(view: View) -> Iterator[Draft]:
    """Tasks do not wait for one another in a circle."""
    rows = list(view.each("precedence"))
    waiting: dict[str, int] = {}
    after: dict[str, list[str]] = {}
    for row in rows:
        waiting[row["after"]] = waiting.get(row["after"], 0) + 1
        after.setdefault(row["before"], []).append(row["after"])
    ready = [task for task in after if not waiting.get(task)]
    while ready:
        for other in after.get(ready.pop(), ()):
            waiting[other] -= 1
            if waiting[other] == 0:
                ready.append(other)
    stuck = {task for task, count in waiting.items() if count}
    circle = _circle({row["after"]: row["before"] for row in rows if row["before"] in stuck and row["after"] in stuck})
    for row in rows:
        if len(circle) > 1 and row["before"] == circle[0] and row["after"] == circle[1]:
            found, fix = " → ".join(circle), "take out one of these relations"
            yield view.says("precedence", row, "after", found, "an order with a beginning", fix)


def _circle(before: dict[str, str]) -> list[str]:
    """A circle in which each task waits for the one before it, the first one again at the end; empty when there is none."""
    path: list[str] = []
    task = min(before, default="")
    while task in before and task not in path:
        path.append(task)
        task = before[task]
    return [task, *reversed(path[path.index(task) :])] if path else []


@check_of("BF205")
def station_of_the_line(view: View) -> Iterator[Draft]:
    """A task is done today at a station of the line it is assigned on."""
    lines = dict(view.active("stations").select("station", "line").iter_rows())
    for row in view.each("assignments"):
        if row["station"] in lines and lines[row["station"]] != row["line"]:
            found = f"{row['station']!r} of line {lines[row['station']]!r}"
            yield view.says("assignments", row, "station", found, f"a station of {row['line']!r}", "correct the station or the line")


@check_of("BF206")
def kind_of_the_task(view: View) -> Iterator[Draft]:
    """A task is assigned on a line of its kind."""
    kinds = dict(view.active("lines").select("line", "kind").iter_rows())
    tasks = dict(view.active("tasks").select("task", "kind").iter_rows())
    for row in view.each("assignments"):
        kind, wanted = kinds.get(row["line"]), tasks.get(row["task"])
        if kind and wanted and kind != wanted:
            found = f"{row['task']!r}, a task for a line of kind {wanted}, on {row['line']!r} of kind {kind}"
            yield view.says("assignments", row, "task", found, "a task of the kind of the line", "correct the task's kind, or the line")


@check_of("BF207")
def group_of_tasks(view: View) -> Iterator[Draft]:
    """A group has two tasks or more; one alone is neither together with anything nor apart from it."""
    for row in view.each("task_groups", pl.col("tasks").list.len() < 2):
        found = f"{len(row['tasks'])} task"
        yield view.says("task_groups", row, "tasks", found, "two tasks or more", "name the others, or exclude the group")


@check_of("BF208")
def ratio_of_an_option(view: View) -> Iterator[Draft]:
    """A ratio says at most p cars among q: both are given, p is at least 1 and no more than q, or both are blank."""
    for row in view.each("options", pl.col("most").is_not_null() | pl.col("among").is_not_null()):
        most, among = row["most"], row["among"]
        if most is None or among is None or not 1 <= most <= among:
            found = f"{'a blank' if most is None else most} among {'a blank' if among is None else among}"
            fix = "give both, or leave both blank when as many as come can be built"
            yield view.says("options", row, "among" if most else "most", found, "at most p cars among q, p no more than q", fix)


@check_of("BF209")
def product_of_the_mix(view: View) -> Iterator[Draft]:
    """A product in the mix of a line has a route on it."""
    routes = set(view.active("routes").select("product", "line").iter_rows())
    for row in view.each("mixes"):
        if (row["product"], row["line"]) not in routes:
            found = f"{row['product']!r} on {row['line']!r}, where it has no route"
            yield view.says("mixes", row, "product", found, "a product with a route on the line", "add the route, or exclude the row")


@check_of("BF210")
def mix_of_a_line(view: View) -> Iterator[Draft]:
    """The shares of the cars on a line are not all 0."""
    for line, rows in view.rows("mixes").group_by("line", maintain_order=True):
        if not rows["share"].sum():
            row = next(rows.iter_rows(named=True))
            yield view.says("mixes", row, "share", f"{number(0)} for every product on {line[0]!r}", "a share above 0", "give the shares")


@check_of("BF211")
def working_time_of_a_station(view: View) -> Iterator[Draft]:
    """A station that breaks down works for some time before it does."""
    for row in view.each("breakdowns", pl.col("minutes_up") == 0):
        found = f"{row['station']!r} works for 0 minutes"
        yield view.says("breakdowns", row, "minutes_up", found, "a time above 0", "give the mean time between breakdowns")
