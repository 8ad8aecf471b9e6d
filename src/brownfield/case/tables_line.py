"""The tables of the shop floor: what is done to a car on a line, where, in what order, and how fast the line moves."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from brownfield.case.columns import Amount, Count, Name, Names, Share, Table, Text, col

Seconds = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]


class LineLimits(Table):
    """How fast a line moves, and what is allowed there."""

    line: Name = col("the line", key=True, ref="lines")
    takt: Seconds | None = col("time between two cars", "seconds", default=None, blank="3600 / JPH of the line", evidence=True)
    overload: Share = col("time by which one car may be over takt at a station, while the average car is not", "share of takt", default=0.0)
    station_cost: Amount = col(
        "cost of a staffed station over all the years that the line is balanced for (moves cost once), in the base currency",
        "million",
        default=0.0,
    )
    operator_cost: Amount = col("cost of a person at work on the line over the same years, in the base currency", "million", default=0.0)
    colour_run: Count | None = col("most cars of one colour one after another", "cars", default=None, blank="no limit")


class Station(Table):
    """A place on a line where work is done: its order along the line, and what is there."""

    station: Name = col("the station", key=True)
    line: Name = col("the line it belongs to", ref="lines")
    place: Count = col("its place along the line, counted from where cars come in; no two alike on a line")
    zone: Text = col("part of the line it lies in, such as trim or chassis", default="")
    tools: Names = col("tools that stand there, separated by ;", default=(), blank="none")
    operators: Count = col("most people who can work there side by side", "heads", default=1)


class Task(Table):
    """A piece of work that is never split, wherever and on whatever car it is done."""

    task: Name = col("the task", key=True)
    kind: Literal["assembly", "body", "paint"] = col("the kind of line it is done on", default="assembly")
    zone: Text = col("the zone it must be done in", default="", blank="any zone")
    tool: Text = col("the tool it needs", default="", blank="no tool that stands still")


class TaskTime(Table):
    """How long a task takes on a product, or on the cars of it that have an option."""

    product: Name = col("the product", key=True, ref="products")
    task: Name = col("the task", key=True, ref="tasks")
    option: Text = col("the option that asks for it", key=True, default="", blank="done on every car of the product")
    seconds: Seconds = col("time it takes one person; with an option, time on top of that on every car", "seconds", evidence=True)


class Precedence(Table):
    """A task that has to be done before another one, on every car that has both."""

    before: Name = col("the earlier task", key=True, ref="tasks")
    after: Name = col("the later task", key=True, ref="tasks")


class TaskGroup(Table):
    """Tasks that belong to one station, or never to the same one."""

    group: Name = col("the group", key=True)
    kind: Literal["together", "apart"] = col("done by one person at one station, or no two of them at one station")
    tasks: Names = col("the tasks, two or more, separated by ;", default=(), ref="tasks", blank="none")


class Assignment(Table):
    """Where a task is done today on a line, and what it costs to move it."""

    line: Name = col("the line", key=True, ref="lines")
    task: Name = col("the task", key=True, ref="tasks")
    station: Name = col("the station where it is done today, or has to be done", ref="stations")
    may_move: Literal["yes", "no"] = col("whether it may be done at another station", default="yes")
    move_cost: Amount = col("one-off cost of moving it, in the base currency", "million", default=0.0)


class Mix(Table):
    """Which share of the cars on a line is of which product."""

    line: Name = col("the line", key=True, ref="lines")
    product: Name = col("the product", key=True, ref="products")
    share: Amount = col("its share of the cars; shares of a line are weighed against each other", "weight", evidence=True)


class Option(Table):
    """Equipment that some cars have, and how many of them a line can take one after another."""

    option: Name = col("the option", key=True)
    most: Count | None = col("most cars with it ...", "cars", default=None, blank="as many as come")
    among: Count | None = col("... among so many one after another", "cars", default=None, blank="as many as come")
    level: Literal["high", "low"] = col("how much it matters that the ratio holds", default="high")


class OptionShare(Table):
    """Which share of the cars of a product has an option."""

    product: Name = col("the product", key=True, ref="products")
    option: Name = col("the option", key=True, ref="options")
    share: Share = col("share of its cars that have the option", "share", evidence=True)


class Colour(Table):
    """A colour of cars, and the share of cars that have it."""

    colour: Name = col("the colour", key=True)
    share: Amount = col("its share of the cars; shares are weighed against each other", "weight")


class Buffer(Table):
    """Room for cars between a station and the next one."""

    station: Name = col("the station behind which it lies", key=True, ref="stations")
    places: Count = col("cars that can wait there", "cars")


class Breakdown(Table):
    """How often a station stands still, and for how long."""

    station: Name = col("the station", key=True, ref="stations")
    minutes_up: Amount = col("mean working time from a repair to the next breakdown", "minutes", evidence=True)
    minutes_down: Amount = col("mean time of a repair", "minutes", evidence=True)


LINE_TABLES: dict[str, type[Table]] = {
    "line_limits": LineLimits,
    "stations": Station,
    "tasks": Task,
    "options": Option,
    "option_shares": OptionShare,
    "task_times": TaskTime,
    "precedence": Precedence,
    "task_groups": TaskGroup,
    "assignments": Assignment,
    "mixes": Mix,
    "colours": Colour,
    "buffers": Buffer,
    "breakdowns": Breakdown,
}
"""The tables of the shop floor by name, in the order of reading; a case may do without any of them."""
