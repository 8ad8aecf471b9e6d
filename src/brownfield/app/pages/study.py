"""What the pages of studies share: the question as a form, the answer as its report, the earlier answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nicegui import ui

from brownfield.app.desk import Desk
from brownfield.app.frame import fragment, frame, link, of_disk, sentence, words
from brownfield.app.pages.verdict import GAPS, LIMITS
from brownfield.app.running import about, choose, latest, runs_of, show, when

if TYPE_CHECKING:
    from brownfield.case.case import Case


@dataclass(frozen=True)
class Field:
    """One part of a question: a text with things to choose from, a choice, or a number."""

    name: str
    words: str
    value: Any = ""
    choices: Sequence[str] | Mapping[str, str] = ()
    free: bool = False
    least: float | None = None
    most: float | None = None
    step: float = 1.0


@dataclass(frozen=True)
class Question:
    """A study: its kind of work, what it answers, what it must be told. timed: whether it solves, and so has a gap and a limit."""

    kind: str
    title: str
    meaning: str
    fields: Sequence[Field] = field(default_factory=tuple)
    timed: bool = True


async def study(desk: Desk, page: str, title: str, case: str, run: str, questions: Sequence[Question], known: Case) -> None:
    """A page of studies: the latest answer, or the one asked for, and the questions."""
    runs = runs_of(desk)
    kinds = {question.kind for question in questions}
    found = [job for job in await of_disk(runs.all, case) if job.kind in kinds]
    job = runs.get(run) if run else latest(found)
    with frame(title, case, page):
        if job is None or not show(runs, job):
            if job is None:
                words("h1", f"{title}: {known.settings.title or known.settings.name}")
        else:
            fragment(job.section("body"))
            words("p", sentence(f"{about(job)}; asked {when(job)}"), "note")
            ui.link("Report of this study", link("/download/report", run=job.name)).props("download")
        choose(found, job, page, case)
        if job is None or job.over:
            for question in questions:
                if question.title:
                    form(desk, page, case, question, known)


def form(desk: Desk, page: str, case: str, question: Question, known: Case) -> None:
    """A question as a form."""
    from brownfield.case.tables import Scenario

    with ui.element("section").classes("question"):
        words("h2", question.title)
        words("p", question.meaning, "note")
        inputs: dict[str, Any] = {}
        with ui.element("div").classes("row-of"):
            for one in question.fields:
                inputs[one.name] = _input(one)
            if question.timed:
                names = {"": "the case as it is"} | {row.scenario: row.scenario for row in known.rows(Scenario)}
                if question.kind != "scenarios":
                    inputs["scenario"] = ui.select(names, value="", label="Of").props("outlined dense").classes("field")
                inputs["gap"] = ui.select(GAPS, value=0.01, label="How good").props("outlined dense").classes("field")
                inputs["time_limit"] = ui.select(LIMITS, value=0, label="Each solve at most").props("outlined dense").classes("field")

        def start() -> None:
            ui.navigate.to(link(page, case=case, run=runs_of(desk).start(question.kind, case, **_told(inputs)).name))

        ui.button(f"Ask: {question.title}", on_click=start).props("no-caps")


def _told(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, one in inputs.items() if (value := one.value) not in (None, "", 0, [])}


def _input(one: Field) -> Any:
    if one.free:
        made: Any = ui.input(one.words, value=str(one.value), autocomplete=list(one.choices)[:500]).classes("wide-field")
    elif isinstance(one.value, list):
        made = ui.select(list(one.choices), value=one.value, label=one.words, multiple=True).classes("wide-field").props("use-chips")
    elif one.choices:
        choices = dict(one.choices) if isinstance(one.choices, Mapping) else {name: name for name in one.choices}
        made = ui.select(choices, value=one.value or next(iter(choices)), label=one.words).classes("field")
    else:
        made = ui.number(one.words, value=one.value, min=one.least, max=one.most, step=one.step).classes("field")
    return made.props("outlined dense")


def verdicts_of(case: Case) -> list[str]:
    """Verdicts that can be asked about, to begin typing from."""
    last = case.calendar.names[-1]
    plants = [f'plant "{name}" open in {last}' for name in case.active("plants")["plant"]]
    offers = [f'offer "{name}" accepted' for name in case.active("offers")["offer"]]
    return [*offers, *plants]


def inputs_of(case: Case) -> list[str]:
    """Inputs that can be asked about, to begin typing from."""
    fees = [f"offers.{name}.fee_per_car" for name in case.active("offers").filter(case.active("offers")["kind"] == "host")["offer"]]
    costs = [f"plants.{name}.closure_cost" for name in case.active("plants")["plant"]]
    demand = [f"demand.{name}.cars" for name in case.active("products")["product"]]
    return [*fees, "demand.scale", *demand, *costs, "case.discount_rate"]
