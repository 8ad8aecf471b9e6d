"""The verdict in the terminal: the same sentences, and small tables that fit the window."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from brownfield.report import words
from brownfield.report.drawing import blocks
from brownfield.report.figures import Figures
from brownfield.report.numbers import DASH, money, whole
from brownfield.report.offers import title
from brownfield.solve.outcome import Outcome

BADGES = {"proved": "bold green", "feasible": "bold yellow", "infeasible": "bold red", "no_plan": "bold red"}
LETTERS = {"idle": ("m", "dim"), "leased": ("L", "magenta"), "sold": ("s", "yellow"), "closed": ("x", "red"), "potential": (" ", "")}
MEANING = "0-3 shifts worked · m mothballed · L leased · s sold · x closed · underlined: shared with a guest"
BARS = "▁▂▃▄▅▆▇█"
LABEL = 20
"""Most letters of a plant's name in the strip."""


def show(outcome: Outcome, console: Console) -> None:
    """Print the verdict: sentences first, then plants over time, people, cash and offers. Never wider than the console."""
    settings = outcome.case.settings
    console.print(Rule(Text(settings.title or settings.name, style="bold"), align="left"))
    console.print(Text(words.badge(outcome), style=BADGES[outcome.status]))
    for about, sentences in words.chapters(outcome):
        console.print(Text(f"\n{about}", style="bold cyan"))
        for sentence in sentences:
            console.print(Padding(Text(sentence), (0, 0, 0, 2)))
    if not outcome.has_plan:
        return
    figures = Figures.of(outcome)
    console.print()
    console.print(_strip(figures, console.width))
    console.print(Text(MEANING, style="dim"))
    for part in (_people(figures), _cash(figures, console.width), _offers(figures)):
        if part is not None:
            console.print()
            console.print(part)


def _table(*columns: tuple[str, bool], caption: str = "") -> Table:
    table = Table(title=Text(caption, style="bold"), title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name, number in columns:
        table.add_column(Text(name), justify="right" if number else "left", no_wrap=number, overflow="fold")
    return table


def _edges(figures: Figures, room: int) -> list[int]:
    """Where each period begins and ends in a strip of so many letters: to scale, and a letter for each if there is room."""
    months = [period.months for period in figures.calendar.periods]
    unit = max(sum(months) / room, min(months) if sum(months) / min(months) <= room else 0.0)
    ends = [round(float(end) / unit) for end in figures.calendar.ends]
    return [0, *ends]


def _strip(figures: Figures, width: int) -> Table:
    """Plants over time: a letter for each stretch of time."""
    label = min(LABEL, max((len(plant) for plant in figures.plants), default=0), width // 3)
    edges = _edges(figures, max(8, width - label - 3))
    head = Text(" " * edges[-1])
    line = list(head.plain)
    for month, name in blocks(figures.calendar).items():
        at = next(edges[t] for t in figures.periods if round(float(figures.calendar.starts[t])) == month)
        if at + len(name) < len(line) and (at == 0 or line[at - 1] == " "):
            line[at : at + len(name)] = name
    table = _table(("", False), caption="Plants")
    table.add_column(Text("".join(line)), no_wrap=True)
    for plant in figures.plants:
        name = plant if len(plant) <= label else plant[: label - 1] + "…"
        table.add_row(Text(name), _cells(figures, plant, edges))
    return table


def _cells(figures: Figures, plant: str, edges: list[int]) -> Text:
    text = Text()
    for t in figures.periods:
        letter, style = LETTERS.get(figures.states[plant][t], (f"{figures.crews[plant][t]:.0f}", "blue"))
        if any(deal.first <= t < deal.end for deal in figures.guests_at(plant)):
            style += " underline"
        text.append(letter * (edges[t + 1] - edges[t]), style=style.strip())
    return text


def _people(figures: Figures) -> Table | None:
    if not figures.heads:
        return None
    last = figures.calendar.names[-1]
    table = _table(("people", False), ("start", True), (last, True), ("change", True))
    rows = {name: (figures.start_heads[name], heads[-1]) for name, heads in figures.heads.items()}
    rows["all"] = (sum(start for start, _ in rows.values()), sum(end for _, end in rows.values()))
    for name, (start, end) in rows.items():
        style = "bold" if name == "all" else ""
        table.add_row(Text(name), whole(start), whole(end), whole(round(end) - round(start)), style=style)
    return table


def _cash(figures: Figures, width: int) -> Table | None:
    frame = figures.ledger.cash
    if frame.is_empty():
        return None
    amounts = frame["cash"].to_list()
    low, high = min(0.0, *amounts), max(amounts)
    edges = _edges(figures, max(8, width - 34))
    bar = "".join(BARS[round(7 * (a - low) / ((high - low) or 1.0))] * (edges[t + 1] - edges[t]) for t, a in enumerate(amounts))
    table = _table(("cash", False), ("lowest", True), ("at the end", True))
    table.add_row(
        Text(bar, style="blue", no_wrap=True), money(min(amounts), figures.currency, "down"), money(amounts[-1], figures.currency)
    )
    return table


def _offers(figures: Figures) -> Table | None:
    if not figures.offers:
        return None
    table = _table(("offers", False), ("", False), ("brings, worth today", True))
    for name, offer in figures.offers.items():
        taken = name in figures.deals
        brings = money(sum(figures.offer_worth(name).values()), figures.currency) if taken else DASH
        table.add_row(Text(title(figures, offer)), Text("accepted" if taken else "not taken up", style="green" if taken else "dim"), brings)
    return table
