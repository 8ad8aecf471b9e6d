"""The illustrative line of the Oppama case: all of it is assumed, it works today, and the network plan does not read it."""

import pytest

from brownfield.case.tables_line import LINE_TABLES
from brownfield.files import read_case
from brownfield.model.assemble import assemble
from brownfield.shopfloor.inputs_case import line_of
from brownfield.shopfloor.inputs_check import problems


@pytest.fixture(scope="module")
def case(root):
    return read_case(root / "examples" / "oppama")


def test_every_row_of_the_line_says_that_it_is_an_assumption(case):
    filled = [name for name in LINE_TABLES if case.table(name).height]
    assert len(filled) >= 10
    for name in filled:
        assert all("assumption" in notes for notes in case.table(name)["notes"]), name
    assert not set(LINE_TABLES) & set(case.table("claims")["table"])


def test_the_guest_takes_tasks_away_and_brings_others(case):
    hosts, both = line_of(case, "Oppama"), line_of(case, "Oppama", "Foxconn")
    assert (len(hosts.tasks), len(both.tasks), len(both.stations)) == (42, 53, 22)
    assert not problems(both)
    guest = both.seconds[:, both.products.index("Foxconn EV")]
    times = dict(zip(both.tasks, guest, strict=True))
    assert times["engine and drive marriage"] == times["exhaust"] == times["fuel tank"] == 0
    assert {"battery marriage", "high-voltage insulation check"} <= set(both.tasks) - set(hosts.tasks)
    assert min(hosts.now) >= 0


def test_the_network_plan_does_not_read_the_line(case):
    without = case
    for name in LINE_TABLES:
        without = without.with_table(name, case.table(name).clear())
    one, other = assemble(case).program, assemble(without).program
    assert (one.objective == other.objective).all() and one.constant == other.constant
    assert [part.tobytes() for term in one._terms for part in term] == [part.tobytes() for term in other._terms for part in term]
    assert [part.tobytes() for row in one._rows for part in row] == [part.tobytes() for row in other._rows for part in row]
