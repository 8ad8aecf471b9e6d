"""What was checked, how sure the result is, and how to get it again."""

from __future__ import annotations

from brownfield.plan.rules import RULES, broken
from brownfield.report.cited import cited
from brownfield.report.numbers import DASH, money, plain, share
from brownfield.report.tables import Row, Sheet
from brownfield.report.words import STATUS, gap_in_words, proof
from brownfield.solve.outcome import Outcome

STOPPED = {"proof": "the search came to its end", "time": "its time limit", "user": "a person", "work": "its work limit"}


def checked(outcome: Outcome) -> Sheet:
    """The check of the plan: its status, its gap, the rules it obeys, and whether the books agree with the solver."""
    rows = [("status", f"{STATUS[outcome.status]}. {proof(outcome)[0]}")]
    if outcome.gap_money is not None:
        rows.append(("gap", f"{gap_in_words(outcome) or 'none'}; wanted: {share(outcome.wanted_gap)}"))
    rows += _of_plan(outcome)
    rows.append(("stopped by", f"{STOPPED[outcome.stopped_by]}, after {plain(outcome.seconds)} seconds"))
    return Sheet("How this was checked", ("", ""), tuple(Row(row) for row in rows), 2)


def _of_plan(outcome: Outcome) -> list[tuple[str, str]]:
    if outcome.plan is None or outcome.ledger is None:
        return []
    wrong = broken(outcome.case, outcome.plan)
    obeyed = (
        f"all {len(RULES)} rules, read a second time from case and plan alone" if not wrong else f"{len(wrong)} broken: {wrong[0].sentence}"
    )
    off = abs(outcome.ledger.npv - (outcome.npv if outcome.npv is not None else outcome.ledger.npv))
    within = off <= 1e-6 * max(1.0, abs(outcome.ledger.gross))
    agree = (
        "the books, kept from case and plan alone, agree with the solver"
        if within
        else f"the books differ from the solver by {off:.6g} million"
    )
    base = outcome.case.settings.base_currency
    return [
        ("rules", obeyed),
        ("books", agree),
        ("worth (NPV)", money(outcome.ledger.npv, base)),
        ("gross value", f"{money(outcome.ledger.gross, base)}: what cars and fees contribute before fixed and one-off costs"),
        ("best possible", money(outcome.bound, base, "up") if outcome.bound is not None else DASH),
        ("postings in the books", f"{outcome.ledger.postings.height:,}"),
    ]


def setting_facts(outcome: Outcome) -> Sheet:
    """The settings of the case."""
    settings, case = outcome.case.settings, outcome.case
    rows = (
        ("case", settings.name),
        ("owner", case.owner),
        ("base currency", f"{settings.base_currency}, prices of {settings.price_year}"),
        ("discount rate", cited(f"{share(case.discount_rate)} a year", ("companies", case.owner, "discount_rate"))),
        ("periods", f"{', '.join(settings.periods)} from {settings.start:%d.%m.%Y}"),
        ("after the plan", f"the running cash flow of the last period goes on for {settings.terminal_years:g} years"),
        ("input hash", case.digest),
    )
    return Sheet("Settings", ("", ""), tuple(Row(row) for row in rows), 2)


def run_facts(outcome: Outcome) -> Sheet:
    """Versions, and the size of the problem that was solved."""
    rows = [(name, text) for name, text in sorted(outcome.versions.items())]
    rows += [(f"model: {name}", f"{count:,}") for name, count in outcome.size.items()]
    return Sheet("Versions and size", ("", ""), tuple(Row(row) for row in rows), 2)
