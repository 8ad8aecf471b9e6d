"""One small golden text for each rule: the rows it makes for the case in which everything happens."""

import os
import re
from pathlib import Path

import pytest

from brownfield.model.assemble import MONEY_RULES, RULES, assemble
from brownfield.model.show import rows_of
from tests.plan.works import case

GOLDEN = Path(__file__).parent / "golden"
SHOWN = 12


@pytest.fixture(scope="module")
def program():
    return assemble(case()).program


FAMILIES = sorted({name for rule in (*RULES, *MONEY_RULES) for name in re.findall(r"``(\w+)\[", rule.__doc__)})


@pytest.mark.parametrize("family", FAMILIES)
def test_rows_are_as_written_down(program, family):
    rows = list(rows_of(program, family))
    assert rows, f"no row of {family}: the case in which everything happens does not show it"
    text = f"{len(rows)} rows\n" + "".join(row + "\n" for row in rows[:SHOWN])
    path = GOLDEN / f"{family}.txt"
    if os.environ.get("BROWNFIELD_WRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_every_family_of_rows_is_named_by_a_rule(program):
    assert {block.name for block in program.row_blocks} == set(FAMILIES)


def test_no_golden_text_is_left_over():
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(FAMILIES)
