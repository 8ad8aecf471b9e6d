from pathlib import Path

import pytest

from brownfield.errors import CaseError
from brownfield.shopfloor.csplib import read_csplib
from brownfield.shopfloor.roadef import read_roadef

CSPLIB = """% three classes
4 2 3
1 1
2 3
0 2 1 0
1 1 0 1
2 1 1 1
"""

ROADEF = {
    "optimization_objectives.txt": (
        "rank;objective name;\n1;paint_color_batches;\n2;high_priority_level_and_easy_to_satisfy_ratio_constraints;"
    ),
    "paint_batch_limit.txt": "limitation;\n3;",
    "ratios.txt": "Ratio;Prio;Ident;\n1/2;1;H;\n2/3;0;L;\n",
    "vehicles.txt": "Date;SeqRank;Ident;Paint Color;H;L\nd1;9;a;1;1;0\nd2;2;c;2;0;0\nd2;1;b;1;1;1\n",
}


def folder(path: Path, **changed: str) -> Path:
    for name, text in ROADEF.items():
        (path / name).write_text(changed.get(name.partition(".")[0], text))
    return path


def test_csplib(tmp_path) -> None:
    (tmp_path / "x.txt").write_text(CSPLIB)
    day = read_csplib(tmp_path / "x.txt")
    assert day.cars == ("0/1", "0/2", "1/1", "2/1")
    assert day.has.tolist() == [[1, 0], [1, 0], [0, 1], [1, 1]]
    assert [(option.most, option.window) for option in day.options] == [(1, 2), (1, 3)]
    assert not day.past_end


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("4 2 3", "5 2 3", "BF454", 2),
        ("4 2 3", "4 2 4", "BF454", 2),
        ("4 2 3", "0 2 3", "BF455", 2),
        ("4 2 3", "99999999 2 3", "BF456", 2),
        ("4 2 3", "4 2", "BF451", 2),
        ("1 1\n2 3", "0 1\n2 3", "BF452", 4),
        ("1 1\n2 3", "1 4\n2 3", "BF452", 4),
        ("1 1\n2 3", "1\n2 3", "BF451", 3),
        ("0 2 1 0", "0 2 1 5", "BF452", 5),
        ("0 2 1 0", "0 -2 1 0", "BF452", 5),
        ("0 2 1 0", "0 2 1", "BF451", 5),
        ("0 2 1 0", "0 two 1 0", "BF451", 5),
        ("1 1 0 1", "0 1 0 1", "BF457", 6),
        (CSPLIB, "", "BF451", 1),
    ],
)
def test_bad_csplib_files_are_refused_with_their_line(tmp_path, old, new, code, line) -> None:
    (tmp_path / "x.txt").write_text(CSPLIB.replace(old, new))
    with pytest.raises(CaseError) as caught:
        read_csplib(tmp_path / "x.txt")
    first = caught.value.problems[0]
    assert (first.code, first.where.row, first.where.file) == (code, line, "x.txt")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"4 2\x00", None])
def test_files_that_are_no_text_are_refused(tmp_path, content) -> None:
    if content is not None:
        (tmp_path / "x.txt").write_bytes(content)
    with pytest.raises(CaseError, match="BF450"):
        read_csplib(tmp_path / "x.txt")


def test_roadef(tmp_path) -> None:
    day = read_roadef(folder(tmp_path))
    assert day.cars == ("b", "c")
    assert day.tail_has.tolist() == [[1, 0]]
    assert day.colours.tolist() == [1, 2]
    assert (day.batch_limit, day.colour_weight) == (3, 1_000_000)
    assert [option.weight for option in day.options] == [1_000, 0]


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "row"),
    [
        ("optimization_objectives", "paint_color_batches", "paint_colour_batches", "BF453", 2),
        ("optimization_objectives", "2;high", "9;high", "BF452", 3),
        ("optimization_objectives", "paint_color_batches", "high_priority_level_and_easy_to_satisfy_ratio_constraints", "BF457", 3),
        ("paint_batch_limit", "3;", "0;", "BF452", 2),
        ("paint_batch_limit", "3;", "", "BF451", 2),
        ("ratios", "1/2", "1:2", "BF451", 2),
        ("ratios", "1/2", "0/2", "BF452", 2),
        ("ratios", "1/2", "3/2", "BF452", 2),
        ("ratios", "1/2;1", "1/2;7", "BF452", 2),
        ("ratios", "0;L", "0;H", "BF457", 1),
        ("vehicles", "H;L", "H;M", "BF453", 1),
        ("vehicles", "d1;9", "d1;nine", "BF451", 2),
        ("vehicles", "c;2;0;0", "c;2;0;2", "BF452", 3),
        ("vehicles", "c;2;0;0", "c;-2;0;0", "BF451", 3),
        ("vehicles", "c;2;0;0", "c;2;0", "BF451", 3),
        ("vehicles", "2;c;2", "2;b;2", "BF457", None),
        ("vehicles", "d1;9;a;1;1;0\nd2;2;c;2;0;0\nd2;1;b;1;1;1\n", "", "BF455", 1),
    ],
)
def test_bad_roadef_files_are_refused_with_their_line(tmp_path, file, old, new, code, row) -> None:
    text = ROADEF[f"{file}.txt"].replace(old, new)
    with pytest.raises(CaseError) as caught:
        read_roadef(folder(tmp_path, **{file: text}))
    assert (caught.value.problems[0].code, caught.value.problems[0].where.row) == (code, row)


def test_a_folder_without_files_is_refused(tmp_path) -> None:
    with pytest.raises(CaseError, match="BF450"):
        read_roadef(tmp_path)
