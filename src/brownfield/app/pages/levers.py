"""Levers: move the main ones or edit any table, see what differs, undo it, solve it, and save it as a scenario."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nicegui import ui
from nicegui.element import Element

from brownfield.app.desk import Desk
from brownfield.app.drafts import Draft, Drafts, Told, differences, save_scenario, standing, trouble
from brownfield.app.frame import frame, link, of_disk, problems, sentence, told, words
from brownfield.app.levers import Lever, Switch, levers_of, switches_of
from brownfield.app.live import watch
from brownfield.app.pages.levers_grid import grid
from brownfield.app.pages.verdict import GAPS
from brownfield.app.running import outcome_words, runs_of, show
from brownfield.app.runs import Run
from brownfield.errors import CaseError

if TYPE_CHECKING:
    from brownfield.case.case import Case

LARGE = 20_000
"""Rows of a case up to which its tables are checked against each other after each edit."""


@dataclass
class Bench:
    """One page of levers: the case, its draft, who wants to know when the draft changes, the edits last asked about."""

    desk: Desk
    name: str
    case: Case
    heard: list[Callable[[], None]] = field(default_factory=list)
    asked: Draft | None = None

    @property
    def drafts(self) -> Drafts:
        """The drafts of the opened folder."""
        return Drafts(self.desk.state / "drafts")

    @property
    def draft(self) -> Draft:
        """The edits as they stand on the disk."""
        return self.drafts.of(self.name)

    def change(self, how: Callable[[Draft], Draft]) -> None:
        """Change the draft; it is on the disk before the page shows it."""
        self.drafts.change(self.name, how)
        for hear in self.heard:
            hear()

    def put(self, *edits: Told) -> str:
        """Make edits in one step if the cells can be so; else what is wrong with them."""
        wrong = trouble(self.case, edits, self.draft.edits)
        if wrong is not None:
            return f"found {wrong.found}; expected {wrong.expected}. {wrong.fix}"
        self.change(lambda draft: draft.put(*edits))
        return ""


def register(desk: Desk) -> None:
    """Give the page its address."""

    @ui.page("/levers", response_timeout=60)
    @told
    async def levers(case: str = ".", run: str = "") -> None:
        known = await of_disk(desk.read, case)
        bench = Bench(desk, case, known)
        with frame("Levers", case, "/levers"):
            words("h1", f"Levers: {known.settings.title or known.settings.name}")
            if run:
                _result(desk, case, runs_of(desk).get(run))
            _differences(bench)
            with ui.element("div").classes("levers"):
                for lever in await of_disk(levers_of, known):
                    _slider(bench, lever)
            switches = await of_disk(switches_of, known)
            if switches:
                with ui.element("details").classes("more"):
                    words("summary", "Offers and policies on the table")
                    with ui.element("div").classes("switches"):
                        for switch in switches:
                            _switch(bench, switch)
            grid(bench)


def _slider(bench: Bench, lever: Lever) -> None:
    """A lever with its words and its value, moved with the mouse or the arrow keys, or typed."""
    value = bench.draft.value(**lever.place)
    with ui.element("div").classes("lever"):
        words("label", f"{lever.words} ({lever.unit})")
        slider = ui.slider(min=lever.low, max=lever.high, step=lever.step, value=float(value) if value is not None else lever.now)
        slider.props(f'aria-label="{_quoted(lever.words)}"')
        number = ui.number(value=slider.value, min=lever.low, max=lever.high, step=lever.step).props("dense outlined")
        number.props(f'aria-label="{_quoted(lever.words)}, typed"')

    def moved(to: float | None) -> None:
        if to is None:
            return
        edit = {**lever.place, "value": float(f"{to:.10g}")}
        if abs(to - lever.now) <= 1e-9 * max(1.0, abs(lever.now)):
            bench.change(lambda draft: draft.without(edit))
        elif wrong := bench.put(edit):
            ui.notify(wrong)

    def follow() -> None:
        now = bench.draft.value(**lever.place)
        slider.value = number.value = float(now) if now is not None else lever.now

    slider.on("change", lambda: moved(slider.value))
    number.on("change", lambda: moved(number.value))
    slider.on_value_change(lambda: number.set_value(slider.value))
    bench.heard.append(follow)


def _quoted(text: str) -> str:
    """A text as it may stand in a property of an element."""
    return text.replace("\\", "").replace('"', "'")


def _switch(bench: Bench, switch: Switch) -> None:
    """An offer or policy that counts, or does not."""
    place = {"table": switch.table, "row": switch.row, "column": "status", "action": "set"}

    def stands() -> bool:
        value = bench.draft.value(**place)
        return switch.on if value is None else value == "include"

    box = ui.checkbox(switch.words, value=stands())
    busy: list[bool] = []

    def moved() -> None:
        if busy:
            return
        if box.value == switch.on:
            bench.change(lambda draft: draft.without(place))
        elif wrong := bench.put({**place, "value": "include" if box.value else "exclude"}):
            ui.notify(wrong)

    def follow() -> None:
        busy.append(True)
        box.value = stands()
        busy.clear()

    box.on_value_change(moved)
    bench.heard.append(follow)


def _differences(bench: Bench) -> None:
    """What differs from the case, with the ways back, on to a solve, and into a scenario."""
    with ui.element("section").classes("differences"):
        title = words("h2", "")
        place, trouble_place = ui.element("div"), ui.element("div").props('role="status"')
        with ui.element("div").classes("row-of"):
            undo = ui.button("Undo", on_click=lambda: bench.change(Draft.undone)).props("no-caps outline")
            redo = ui.button("Redo", on_click=lambda: bench.change(Draft.redone)).props("no-caps outline")
            clear = ui.button("As it is in the case", on_click=lambda: bench.change(lambda draft: draft.now([]))).props("no-caps outline")
        _solve(bench)
        with ui.element("details").classes("more"):
            words("summary", "Save as a scenario")
            _save(bench)

    def draw() -> None:
        draft = bench.draft
        lines = differences(bench.case, draft.edits)
        count = len(lines)
        title.clear()
        place.clear()
        with title:
            ui.label("Nothing differs from the case" if not count else f"{count} edit{'' if count == 1 else 's'}")
        with place:
            _lines(bench, lines)
        undo.set_enabled(bool(draft.past))
        redo.set_enabled(bool(draft.future))
        clear.set_enabled(bool(count))

        bench.asked = draft
        with trouble_place:
            ui.timer(0, lambda: _standing(bench, draft, trouble_place), once=True)

    bench.heard.append(draw)
    draw()


async def _standing(bench: Bench, draft: Draft, place: Element) -> None:
    """What must be mended before the case with its edits can be solved; of a very large case it is said when it is solved."""
    from brownfield.case.tables import TABLES

    small = sum(bench.case.table(name).height for name in TABLES) <= LARGE
    found = await of_disk(standing, bench.case, draft.edits) if draft.edits and small else []
    if bench.asked is not draft:
        return  # there were other edits meanwhile, of which this says nothing
    place.clear()
    with place:
        if found:
            words("h3", "Before this can be solved")
            with ui.element("ul"):
                for one in found[:10]:
                    words("li", f"{one.where}: found {one.found}; expected {one.expected}. {sentence(one.fix)}", "wrong")


def _lines(bench: Bench, lines: Sequence[Told]) -> None:
    """The edits as a diff, each with a way to take it back."""
    with ui.element("ul").classes("diff"):
        for line in lines:
            with ui.element("li"):
                words("span", f"{line['table']} / {line['row']} / {line['column']}: ")
                if line["before"]:
                    words("del", line["before"])
                    words("span", " → ")
                words("ins", line["after"])
                back = ui.button("take back", on_click=lambda edit=line["edit"]: bench.change(lambda draft: draft.without(edit)))
                back.props(f'flat dense no-caps aria-label="take back {_quoted(line["row"])} {line["column"]}"')


def _solve(bench: Bench) -> None:
    """Solve the case with the edits, from the last plan."""
    gap = None

    def start() -> None:
        runs = runs_of(bench.desk)
        last = next((job for job in runs.all(bench.name, "solve") if job.state == "done" and (job.folder / "plan").is_dir()), None)
        edits = list(bench.draft.edits)
        job = runs.start("solve", bench.name, edits=edits, gap=gap.value if gap else 0.01, start=last.name if last else None)
        ui.navigate.to(link("/levers", case=bench.name, run=job.name))

    with ui.element("div").classes("row-of"):
        gap = ui.select(GAPS, value=0.01, label="How good").props("outlined dense").classes("field")
        ui.button("Solve with these edits", on_click=start).props("no-caps")


def _save(bench: Bench) -> None:
    """Write the edits into the case as one of its scenarios."""
    with ui.element("div").classes("row-of"):
        name = ui.input("Name of the scenario").props("outlined dense").classes("field")
        meaning = ui.input("What it stands for").props("outlined dense").classes("wide-field")
    wrong = ui.element("div")

    async def save() -> None:
        wrong.clear()
        try:
            path = bench.desk.path(bench.name)
            await of_disk(save_scenario, path, bench.case, name.value.strip(), meaning.value.strip(), bench.draft.edits)
        except CaseError as error:
            with wrong:
                problems([problem.as_dict() for problem in error.problems])
            return
        bench.drafts.change(bench.name, lambda draft: draft.now([]))
        ui.navigate.to(link("/compare", case=bench.name))

    ui.button("Save", on_click=save).props("no-caps")


def _result(desk: Desk, case: str, job: Run) -> None:
    """The solve that was begun here: its progress, and then its verdict beside the one before."""
    if not job.over:
        with ui.element("section").classes("differences"):
            words("h2", "Solving with these edits")
            watch(runs_of(desk), job.name)
    elif show(runs_of(desk), job):
        with ui.element("section").classes("differences"):
            before = _before(desk, job)
            words("h2", str(job.told["verdict"][0]))
            words("p", f"{outcome_words(job)}: {_worth(job, before)}")
            if before:
                _changed(before["verdict"], job.told["verdict"])
            ui.link("The whole verdict", link("/verdict", case=case, run=job.name))


def _before(desk: Desk, job: Run) -> Told:
    """What was told of the plan that a solve was begun from; nothing when there was none."""
    try:
        return runs_of(desk).get(str(job.asked.get("start"))).told
    except CaseError:
        return {}


def _worth(job: Run, before: Told) -> str:
    """What the plan is worth, beside the plan before."""
    from brownfield.report.numbers import money

    told = job.told
    if told.get("npv") is None:
        return "no plan"
    text, currency = f"worth {money(told['npv'], told['case']['currency'])}", told["case"]["currency"]
    if before.get("npv") is None:
        return text
    more = told["npv"] - before["npv"]
    return f"{text}, {money(abs(more), currency)} {'more' if more >= 0 else 'less'} than the plan before"


def _changed(before: Sequence[str], now: Sequence[str]) -> None:
    """The sentences of the verdict that are new, and those that are gone."""
    gone, new = ([text for text in one if text not in other] for one, other in ((before, now), (now, before)))
    if not gone and not new:
        words("p", "Not a word of the verdict has changed.")
        return
    words("h3", "What has changed")
    with ui.element("ul").classes("news"):
        for tag, texts in (("ins", new), ("del", gone)):
            for text in texts:
                with ui.element("li"):
                    words(tag, text)
