"""Published lines are read whole, or refused with what is wrong."""

from pathlib import Path

import pytest

from brownfield.errors import CaseError
from brownfield.shopfloor.readers import read_line

ALB = "<number of tasks>\r\n3\r\n\r\n<cycle time>\r\n10\r\n\r\n<order strength>\r\n0,333\r\n\r\n<task times>\r\n1 4\r\n2 5\r\n3 6\r\n\r\n"
ALB += "<precedence relations>\r\n1,3\r\n2,3\r\n\r\n<end>\r\n"
IN2 = "3\r\n4\r\n5\r\n6\r\n1,3\r\n2,3\r\n-1,-1\r\nremarks with \xe4 and 9,9\r\n\x1a"


def write(folder: Path, name: str, text: str) -> Path:
    place = folder / name
    place.write_bytes(text.encode("latin-1"))
    return place


def codes(path: Path, takt: float | None = None) -> list[str]:
    with pytest.raises(CaseError) as raised:
        read_line(path, takt)
    assert all(problem.where.file == path.name and problem.found and problem.fix for problem in raised.value.problems)
    return [problem.code for problem in raised.value.problems]


@pytest.mark.parametrize(("name", "text", "takt"), [("a.alb", ALB, None), ("A.IN2", IN2, 10)])
def test_both_formats_say_the_same(tmp_path: Path, name: str, text: str, takt: float | None) -> None:
    line = read_line(write(tmp_path, name, text), takt)
    assert (line.takt, line.tasks, line.seconds[:, 0].tolist(), line.pairs) == (10, ("1", "2", "3"), [4, 5, 6], ((0, 2), (1, 2)))


def test_a_byte_order_mark_is_no_number(tmp_path: Path) -> None:
    assert len(read_line(write(tmp_path, "a.IN2", "\xef\xbb\xbf" + IN2), 10).tasks) == 3


def test_a_takt_of_its_own_wins(tmp_path: Path) -> None:
    assert read_line(write(tmp_path, "a.alb", ALB), 12).takt == 12


BAD = [
    ("a.alb", ALB[:60], ["BF466"] * 3),
    ("a.alb", ALB.replace("<end>", ""), ["BF466"]),
    ("a.alb", ALB.replace("3 6\r\n", ""), ["BF466"]),
    ("a.alb", ALB.replace("2 5", "2 5.5"), ["BF463"]),
    ("a.alb", ALB.replace("2 5", "2 0"), ["BF463"]),
    ("a.alb", ALB.replace("2 5", "2 -5"), ["BF463"]),
    ("a.alb", ALB.replace("2 5", "1 5"), ["BF468"]),
    ("a.alb", ALB.replace("2,3", "2,4"), ["BF467"]),
    ("a.alb", ALB.replace("2,3", "2 3"), ["BF463"]),
    ("a.alb", ALB.replace("2,3", "1,3"), ["BF468"]),
    ("a.alb", ALB.replace("<end>", "<task times>\r\n<end>"), ["BF468"]),
    ("a.alb", ALB.replace("\r\n3\r\n", "\r\nthree\r\n", 1), ["BF463"]),
    ("a.alb", ALB.replace("\r\n3\r\n", "\r\n", 1), ["BF466"]),
    ("a.alb", ALB.replace("<cycle time>\r\n10\r\n", ""), ["BF465"]),
    ("a.IN2", IN2[:8], ["BF466"]),
    ("a.IN2", IN2.split("-1,-1")[0], ["BF466"]),
    ("a.IN2", IN2.replace("4\r\n5", "4\r\nfive"), ["BF463"]),
    ("a.IN2", IN2.replace("2,3", "2,33"), ["BF467"]),
    ("a.IN2", IN2.replace("2,3\r", "2,3,1\r"), ["BF463"]),
    ("a.IN2", "", ["BF463"]),
    ("a.IN2", "\xff\xfe3\x00", ["BF462"]),
    ("a.txt", ALB, ["BF464"]),
]


@pytest.mark.parametrize(("name", "text", "wanted"), BAD)
def test_a_bad_file_is_refused(tmp_path: Path, name: str, text: str, wanted: list[str]) -> None:
    assert codes(write(tmp_path, name, text), 10 if name.endswith("IN2") else None) == wanted


def test_a_file_that_is_not_there_or_has_no_takt(tmp_path: Path) -> None:
    assert codes(tmp_path / "nothing.alb") == ["BF460"]
    assert codes(write(tmp_path, "a.IN2", IN2)) == ["BF465"]
    assert codes(write(tmp_path, "b.IN2", "7" * 6_000_000), 10) == ["BF461"]
