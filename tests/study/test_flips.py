"""Contested claims on the tiny case, whose numbers are worked out by hand in its README: fee, cost of closing, pay."""

import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest

from brownfield.case.case import Case
from brownfield.errors import CaseError
from brownfield.evidence.cells import Cell
from brownfield.files import read_case, write_folder
from brownfield.plan.ledger import keep_books
from brownfield.report.flips import sentences
from brownfield.report.unsettled import unsettled
from brownfield.solve import solve
from brownfield.study import fanout as fanout_module
from brownfield.study.contested import contests, read_as, read_weights, weights_table
from brownfield.study.deal_cases import frame_of
from brownfield.study.flips import flips
from brownfield.study.reading import read_verdict
from brownfield.study.readings import Flips, Tried
from brownfield.study.solves import Solves
from brownfield.study.store import Store
from tests.commands import run

TINY = Path(__file__).parents[2] / "examples" / "tiny"
SHARED = "plant Coro shared"
FEE = Cell("offers", "Volt at Coro", "fee_per_car")
CLOSING = Cell("plants", "Coro", "closure_cost")
IDLE = Cell("plants", "Brix", "closure_cost")
PAY = Cell("people", "Coro", "cost_per_head")
PER_FEE = 0.0072 * (1 / 1.05**3 + 1 / 1.05**5)
NOW, CLOSED = 70.18276384447861, 69.1107453023322
"""Worth of the best plan, and of the best one without the guest."""


def disputed(cells: dict[Cell, tuple[str, ...]], standings: tuple[str, ...] = ("official", "reported", "reported")) -> Case:
    """The tiny case with versions of some cells, each from a source of its own."""
    names = ("contract", "paper", "blog")
    claims = [
        {"source": source, "subject": cell.row, "property": cell.column, "standing": standing, "value": value}
        | {"table": cell.table, "row": cell.row, "column": cell.column}
        for cell, values in cells.items()
        for source, standing, value in zip(names, standings, values, strict=False)
    ]
    case = read_case(TINY).with_table("sources", frame_of("sources", [{"source": n, "title": n, "kind": "named press"} for n in names]))
    return case.with_table("claims", frame_of("claims", claims))


def study(case: Case, verdict: str = SHARED, gap: float = 0.0, store: Store | None = None, most: int | None = None, **options) -> Flips:
    return flips(case, read_verdict(case, verdict), Solves(gap=gap, workers=1, store=store), most=most, **options)


THREE = {FEE: ("960", "800"), CLOSING: ("6", "9"), IDLE: ("0", "5"), PAY: ("50000", "40000")}


@pytest.fixture(scope="module")
def found() -> Flips:
    return study(disputed(THREE))


def single(found: Flips, cell: Cell) -> Tried:
    return next(one for one in found.singles if one.reading[0].cell == cell)


def test_a_lower_fee_flips_the_verdict_and_costs_what_the_fees_lack(found: Flips) -> None:
    """At 800 euros today's plan loses 160 a car, and closing Coro is worth what it was."""
    one = single(found, FEE)
    kept = NOW - 160 * PER_FEE
    assert (one.effect, one.kept) == ("flips", pytest.approx(kept, rel=1e-9))
    assert one.regret == (pytest.approx(CLOSED - kept, rel=1e-6), pytest.approx(CLOSED - kept, rel=1e-6))


def test_the_case_as_it_is_has_no_regret(found: Flips) -> None:
    assert found.today is not None
    assert found.today.reading == ()
    assert found.today.regret == (0.0, pytest.approx(0.0, abs=1e-6))
    assert (found.now, found.today.kept) == (True, pytest.approx(NOW))


def test_no_regret_is_below_nothing_and_its_limits_are_in_order(found: Flips) -> None:
    tried = (*found.singles, *found.pairs, *found.more)
    assert len(tried) == 3 + 3 + 1
    assert all(one.regret is not None and 0 <= one.regret[0] <= one.regret[1] for one in tried)


def test_a_claim_on_what_nothing_hangs_on_costs_no_solve(found: Flips) -> None:
    """Brix is kept, so that what closing it costs is in no program; closing Coro dearer makes nothing better that is not done."""
    assert [contest.cell for contest in found.idle] == [IDLE]
    one = single(found, CLOSING)
    assert (one.solved, one.effect, one.regret) == (False, "stays", (0.0, pytest.approx(0.0, abs=1e-6)))
    assert single(found, PAY).effect == "stays"


def test_what_needs_no_solve_is_what_a_solve_says(found: Flips) -> None:
    one = single(found, CLOSING)
    outcome = solve(read_as(found.case, one.reading), gap=0)
    assert outcome.npv == pytest.approx(one.low, rel=1e-9)
    assert one.low <= one.high + 1e-9


def test_the_worst_combination_is_the_worst_of_all_by_brute_force(found: Flips) -> None:
    options = [option for contest in found.contests for option in contest.others if contest.cell != IDLE]
    today = found.today.best.plan  # type: ignore[union-attr]
    regrets = {}
    for size in (1, 2, 3):
        for reading in itertools.combinations(options, size):
            case = read_as(found.case, reading)
            regrets[reading] = solve(case, gap=0).npv - keep_books(case, today).npv  # type: ignore[operator]
    assert found.method == "exact"
    assert found.worst is not None
    assert found.worst.badness[1] == pytest.approx(max(regrets.values()), abs=1e-6)
    by = {one.reading: one for one in (*found.singles, *found.pairs, *found.more)}
    assert set(by) == set(regrets)
    assert {reading: one.badness[1] for reading, one in by.items()} == pytest.approx(regrets, abs=1e-6)
    assert all(found.worst.badness >= pair.badness for pair in found.pairs)


def test_worth_of_finding_out_by_hand(found: Flips) -> None:
    """Official against reported is two to one: to keep the guest loses the regret in a third of all cases."""
    ask = found.asks[0]
    assert ask.contest.cell == FEE
    assert [option.weight for option in ask.contest.options] == [pytest.approx(2 / 3), pytest.approx(1 / 3)]
    assert ask.low == pytest.approx((CLOSED - NOW + 160 * PER_FEE) / 3, rel=1e-6)
    assert ask.high == pytest.approx(ask.low, abs=1e-6)
    assert all(ask.low <= other.low for other in [ask] for ask in found.asks[1:])  # type: ignore[operator]


@pytest.mark.parametrize(("now", "worth"), [(0.0, 0.0), (1.0, 0.0), (0.25, 0.25 * (NOW - CLOSED))])
def test_what_is_known_is_not_worth_asking(now: float, worth: float) -> None:
    """With weight on one version alone nothing is learned; where the other is likelier, closing is best before anybody knows."""
    case = disputed({FEE: ("960", "800")})
    one = study(case, weights={(FEE, "960"): now, (FEE, "800"): 1 - now})
    assert one.asks[0].low == pytest.approx(worth, abs=1e-6)


def test_few_solves_go_step_by_step_and_say_so() -> None:
    one = study(disputed({FEE: ("960", "800"), PAY: ("50000", "60000", "40000")}), most=8)
    assert one.method == "greedy"
    assert one.solves <= 8
    assert one.worst is not None
    assert all(one.worst.badness >= other.badness for other in (*one.singles, *one.pairs))
    none = study(one.case, most=2)
    assert len(none.waiting) == 3
    assert none.singles == ()
    assert not any(ask.complete for ask in none.asks)


def test_a_gap_leaves_limits_that_hold_the_truth(found: Flips) -> None:
    rough = study(disputed({FEE: ("960", "800")}), gap=0.2)
    one, exact = single(rough, FEE), single(found, FEE)
    assert one.low <= exact.low + 1e-6 <= one.high + 2e-6
    assert one.effect in ("open", "likely", "flips")


def test_what_is_not_settled_is_named_with_what_would_settle_it() -> None:
    """The gap that is named does settle it: the two plans found are the best ones here."""
    case = disputed({FEE: ("960", "800")})
    rough = study(case, gap=0.2)
    open_ones = unsettled(rough)
    assert {one.one.reading for one in open_ones} >= {single(rough, FEE).reading}
    assert all(one.overlap >= 0 and one.stopped == 0 for one in open_ones)
    said = " ".join(sentences(rough))
    assert "Not settled: " in said and "fee per car of Volt at Coro: 800" in said and "--gap" in said
    gaps = [one.gap for one in open_ones if one.gap is not None]
    assert gaps
    fine = study(case, gap=min(gaps) / 2)
    assert unsettled(fine) == () and "Not settled" not in " ".join(sentences(fine))


def test_solves_that_the_clock_ended_are_counted() -> None:
    case = disputed({FEE: ("960", "800")})
    rough = study(case, gap=0.2)
    first = rough.singles[0]
    assert first.best is not None

    def clocked(side):
        return replace(side, outcome=replace(side.outcome, stopped_by="time", status="feasible", seconds=30.0))

    late = replace(first, trial=replace(first.trial, true=clocked(first.trial.true), false=clocked(first.trial.false)))
    found = replace(rough, singles=(late,), pairs=(), more=())
    said = " ".join(sentences(found))
    assert "2 of their solves were ended by the clock, after 30 s at most." in said
    assert "--time-limit 300" in said and "--store FOLDER" in said


def test_a_plan_that_cannot_be_kept_is_said_to_be(found: Flips) -> None:
    """Alba closes in 2027: a paper that says it may only close after the plan breaks today's plan."""
    case = disputed({Cell("plants", "Alba", "decision"): ("may_close", "keep")})
    one = study(case).singles[0]
    assert (one.kept, one.regret, one.badness) == (None, None, (True, 0.0))
    assert one.why_not
    assert one.possible


def test_a_verdict_on_worth() -> None:
    one = study(disputed({FEE: ("960", "800")}), verdict="npv at least 70")
    assert (one.now, one.singles[0].effect, one.solves) == (True, "flips", 2)


def test_nothing_contested_costs_nothing() -> None:
    one = study(read_case(TINY))
    assert (one.contests, one.solves, one.today) == ((), 0, None)


BAD = {
    "negative": {(FEE, "960"): -1.0, (FEE, "800"): 1.0},
    "not every": {(FEE, "960"): 1.0},
    "all nothing": {(FEE, "960"): 0.0, (FEE, "800"): 0.0},
    "no such version": {(FEE, "960"): 1.0, (FEE, "800"): 1.0, (FEE, "700"): 1.0},
    "no such cell": {(PAY, "1"): 1.0},
    "no number": {(FEE, "960"): float("nan"), (FEE, "800"): 1.0},
}


@pytest.mark.parametrize("weights", BAD.values(), ids=BAD)
def test_bad_weights_are_refused_before_a_solve(weights) -> None:
    solves = Solves()
    case = disputed({FEE: ("960", "800")})
    with pytest.raises(CaseError) as error:
        flips(case, read_verdict(case, SHARED), solves, weights=weights)
    assert {problem.code for problem in error.value.problems} == {"BF087"}
    assert solves.made == 0


def test_weights_go_out_and_come_back(tmp_path: Path) -> None:
    case = disputed({FEE: ("960", "800"), PAY: ("50000", "40000")})
    file = tmp_path / "weights.csv"
    file.write_text(weights_table(contests(case)).replace("0.333333", "0.5"))
    back = contests(case, read_weights(case, file))
    assert [[round(option.weight, 3) for option in contest.options] for contest in back] == [[0.571, 0.429]] * 2
    for text in ("", "a,b\n", "table,row,column,value,weight\noffers,Volt at Coro,fee_per_car,960,much\n"):
        file.write_text(text)
        with pytest.raises(CaseError, match="BF087"):
            read_weights(case, file)


def test_a_run_that_was_cut_short_goes_on(tmp_path: Path, monkeypatch) -> None:
    """Solves kept in a folder are not made again, unless the settings are others or the file is damaged."""
    case, store = disputed({FEE: ("960", "800")}), Store.at(tmp_path / "kept")
    first = study(case, store=store)
    calls = []
    monkeypatch.setattr(fanout_module, "solve", lambda *a, **k: calls.append(1) or solve(*a, **k))
    again = study(case, store=store)
    assert not calls
    assert again.singles[0].regret == pytest.approx(first.singles[0].regret)
    assert again.asks[0].low == pytest.approx(first.asks[0].low)
    study(case, store=store, gap=0.01, most=2)
    assert len(calls) == 2
    for file in (tmp_path / "kept" / "results").glob("*/sites.parquet"):
        file.write_bytes(file.read_bytes()[:-40])
    study(case, store=store, most=2)
    assert len(calls) == 4


def test_the_command(tmp_path: Path) -> None:
    case, page, table = tmp_path / "case", tmp_path / "flips.html", tmp_path / "weights.csv"
    write_folder(disputed({FEE: ("960", "800"), IDLE: ("0", "5")}), case)
    options = ["flips", str(case), "--verdict", SHARED, "--gap", "0", "--store", str(tmp_path / "kept")]
    done = run(*options, "--out", str(page), "--write-weights", str(table), "--json")
    told = json.loads(done.output)
    assert (told["now"], told["method"]) == (True, "exact")
    assert told["singles"][0]["effect"] == "flips"
    assert told["ask"][0]["cell"] == list(FEE)
    assert told["idle"] == [list(IDLE)]
    text = page.read_text(encoding="utf-8")
    assert "fee per car of Volt at Coro" in text
    assert "<svg" in text
    assert "://" not in text.replace("http://www.w3.org", "")
    done = run(*options, "--weights", table)
    assert "1 contested claim flips the verdict" in done.output
    assert "What to ask next" in done.output
    table.write_text(table.read_text().replace("0.333333", "-1"))
    done = run(*options, "--weights", table, "--json", status=2)
    assert json.loads(done.output)["problems"][0]["code"] == "BF087"


def test_the_command_when_nothing_is_contested() -> None:
    done = run("flips", str(TINY), "--verdict", SHARED, "--json")
    told = json.loads(done.output)
    assert (told["contested"], told["solves"]) == (0, 0)
    assert "Nothing is contested" in told["sentences"][0]
    wrong = run("flips", str(TINY), "--verdict", "plant Abla shared", "--json", status=2)
    assert json.loads(wrong.output)["problems"][0]["code"] == "BF081"
