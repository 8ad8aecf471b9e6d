"""The studies as work: each is one call of the room of studies and one page of the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from brownfield.app import history
from brownfield.app.asked import base_of, case_of
from brownfield.app.work import Result, Work

if TYPE_CHECKING:
    from brownfield.report.pages import Page
    from brownfield.solve.outcome import Outcome
    from brownfield.study.solves import Solves, Standing


def told_page(work: Work, page: Page) -> Result:
    """The page of a study, and its answer in a sentence."""
    from brownfield.report.fragments import of_page

    work.say(words="drawing the page")
    whole, body = of_page(page, work.case)
    told = {"badge": page.badge, "colour": page.colour, "lead": page.lead, "kind": page.kind, "case": {"name": work.case.settings.name}}
    return Result(told, {"body": body}, whole)


@contextmanager
def solves_of(work: Work) -> Iterator[Solves]:
    """Solves that say how far they are, and a run in the store that the commands list: what was stopped goes on where it was."""
    from brownfield.study.solves import Solves
    from brownfield.study.store import Store

    gap, limit, store = float(work.asked.get("gap", 0.01)), work.asked.get("time_limit"), Store.at(work.desk.store)
    solves = Solves(gap=gap, time_limit=limit, store=store, on_progress=lambda at: _heard(work, at))
    with solves.as_run(str(work.asked["kind"]), {**work.asked, "app": work.folder.name}):
        yield solves


def _heard(work: Work, at: Standing) -> None:
    names = "; ".join(name for name, _ in at.running if name)
    of, point = next(((name, point) for name, point in at.running if point is not None), ("", None))
    done = f"{at.done} solves done" if at.done != 1 else "1 solve done"
    if work.asked["kind"] == "solve":
        done = "looking for a better plan"
    work.say(
        words=f"{done}; now {names}" if names else done,
        incumbent=None if point is None else point.incumbent,
        bound=None if point is None else point.bound,
        of=of,
        currency=work.case.settings.base_currency,
        solve=at.done,
    )


def threshold(work: Work) -> Result:
    """At which value of an input a verdict flips."""
    from brownfield.report.threshold import as_page
    from brownfield.study.inputs import read_input
    from brownfield.study.reading import read_verdict
    from brownfield.study.threshold import threshold as searched

    verdict, given = read_verdict(work.case, _text(work, "verdict")), read_input(work.case, _text(work, "input"))
    with solves_of(work) as solves:
        return told_page(work, as_page(searched(work.case, verdict, given, solves)))


def scan(work: Work) -> Result:
    """Every input that could flip a verdict, the smallest change first."""
    from brownfield.report.scan import as_page
    from brownfield.study.reading import read_verdict
    from brownfield.study.scan import scan as searched

    verdict = read_verdict(work.case, _text(work, "verdict"))
    with solves_of(work) as solves:
        return told_page(work, as_page(searched(work.case, verdict, solves, top=int(work.asked.get("top") or 3))))


def why(work: Work) -> Result:
    """Why a verdict is as it is, and what the opposite would cost."""
    from brownfield.report.comparison import why_page
    from brownfield.study.reading import read_verdict
    from brownfield.study.why import why as asked

    verdict = read_verdict(work.case, _text(work, "verdict"))
    with solves_of(work) as solves:
        return told_page(work, why_page(asked(work.case, verdict, solves)))


def flips(work: Work) -> Result:
    """Which contested claims flip a verdict, and what to ask next."""
    from brownfield.report.flips import as_page
    from brownfield.study.flips import flips as searched
    from brownfield.study.reading import read_verdict

    verdict = read_verdict(work.case, _text(work, "verdict"))
    with solves_of(work) as solves:
        return told_page(work, as_page(searched(work.case, verdict, solves, most=int(work.asked.get("most") or 40))))


def frontier(work: Work) -> Result:
    """What it costs to keep more people, or more cash."""
    from brownfield.report.frontier import as_page
    from brownfield.study.frontier import frontier as searched

    with solves_of(work) as solves:
        return told_page(work, as_page(searched(work.case, solves=solves, levels=int(work.asked.get("levels") or 6))))


def deal(work: Work) -> Result:
    """What a deal is worth to each side."""
    from brownfield.report.deal import as_page
    from brownfield.study.deal import deal as struck
    from brownfield.study.deal_cases import offer_named

    offer = offer_named(work.case, _text(work, "offer")).offer
    weight, volumes = float(work.asked.get("weight", 0.5)), int(work.asked.get("volumes") or 0)
    with solves_of(work) as solves:
        return told_page(work, as_page(struck(work.case, offer, solves=solves, weight=weight, volumes=volumes)))


def line(work: Work) -> Result:
    """Can a guest's car be built on a line: who does what, in which order, how many an hour."""
    from brownfield.report.line import as_page
    from brownfield.study.line import line_study

    seconds = float(work.asked.get("seconds") or 20.0)
    found = line_study(work.case, _text(work, "line"), _text(work, "guest"), seconds=seconds, told=lambda words: work.say(words=words))
    return told_page(work, as_page(found))


def risk(work: Work) -> Result:
    """What a plan that was found comes to when demand turns out otherwise."""
    from brownfield.report.risk import as_page
    from brownfield.study.risk import risk as counted

    kept = _kept(work, _text(work, "of"))
    assert kept.plan is not None, "a run without a plan is not kept"
    work.say(words="what the plan comes to in each future")
    found = counted(kept.case, kept.plan, int(work.asked.get("futures") or 10_000))
    return told_page(replace(work, case=kept.case), as_page(found))


def flexibility(work: Work) -> Result:
    """What each possible route would add to expected sales when demand is uncertain."""
    from brownfield.report.flexibility import as_page
    from brownfield.study.flexibility import flexibility as tried

    work.say(words="trying each route")
    return told_page(work, as_page(tried(work.case, int(work.asked.get("futures") or 2_000), most=int(work.asked.get("steps") or 12))))


def scenarios(work: Work) -> Result:
    """The scenarios of a case side by side."""
    from brownfield.report.comparison import scenarios_page
    from brownfield.study.scenarios import scenarios as solved

    with solves_of(work) as solves:
        return told_page(work, scenarios_page(solved(work.case, list(work.asked.get("names") or []), solves)))


def compare(work: Work) -> Result:
    """Two finished solves side by side, and the waterfall between them."""
    from brownfield.report.comparison import comparison_page
    from brownfield.study.compare import compare as compared

    names: Sequence[str] = work.asked["names"]
    left, right = (_kept(work, run) for run in work.asked["runs"])
    return told_page(work, comparison_page(compared(left, right, (names[0], names[1]))))


def _kept(work: Work, run: str) -> Outcome:
    """The outcome of another run, read again under its checks."""
    from brownfield.app.runs import Runs

    job = Runs(work.folder.parent).get(run)
    case = case_of(base_of(work.desk, {**job.asked, "base": job.told["base"]}), job.asked)
    return history.recall(case, job.folder / "plan", job.told)


def _text(work: Work, name: str) -> str:
    return str(work.asked.get(name) or "")


STUDIES: Mapping[str, Callable[[Work], Any]] = {
    "threshold": threshold,
    "scan": scan,
    "why": why,
    "flips": flips,
    "frontier": frontier,
    "deal": deal,
    "line": line,
    "risk": risk,
    "flexibility": flexibility,
    "scenarios": scenarios,
    "compare": compare,
}
"""Kinds of work that are studies."""
