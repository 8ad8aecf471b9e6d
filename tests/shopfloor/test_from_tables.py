from collections import Counter

import numpy as np
import pytest

from brownfield.errors import CaseError
from brownfield.shopfloor.inputs import Place
from brownfield.shopfloor.sequence import sequence
from brownfield.shopfloor.sequence_inputs import day_of, flow_of, work_of
from brownfield.shopfloor.simulate import simulate
from case.small import TINY, case

LINE = {
    "line_limits": "line,takt,overload,colour_run\nN1,72,0.1,15",
    "stations": "station,line,place,operators\nlast,N1,9,1\nfirst,N1,1,2",
    "mixes": "line,product,share\nN1,Nova,3\nN1,Civet,1",
    "options": "option,most,among,level\nroof,1,3,high\ntowbar,2,5,low\nbadge,,,\nnever,1,2,high",
    "option_shares": "product,option,share\nNova,towbar,0.2\nNova,roof,0.3\nCivet,badge,1",
    "tasks": "task\nharness\nseats\naxle\nhook",
    "task_times": (
        "product,task,option,seconds\nNova,harness,,50\nNova,seats,,40\nNova,axle,,45\nNova,hook,towbar,30\nCivet,harness,,60\nCivet,axle,,55"
    ),
    "colours": "colour,share\nwhite,5\nred,1",
    "buffers": "station,places\nfirst,4\nlast,7",
    "breakdowns": "station,minutes_up,minutes_down\nlast,200,5",
}
ASSIGNMENT = {"harness": Place("first", 1), "seats": Place("first", 2), "axle": Place("last"), "hook": Place("last")}


def made(**changed: str):
    tables = {name: text for name, text in (TINY | LINE | changed).items() if text}
    return case({name: tables[name] for name in tables})


def test_a_day_has_the_mix_the_options_and_the_colours_of_the_line() -> None:
    day = day_of(made(), "N1", cars=80, assignment=ASSIGNMENT)
    assert Counter(name.split()[0] for name in day.cars) == {"Nova": 60, "Civet": 20}
    assert [(option.name, option.most, option.window, option.weight) for option in day.options] == [
        ("roof", 1, 3, 1_000_000), ("towbar", 2, 5, 1)]  # fmt: skip
    assert day.has.sum(axis=0).tolist() == [18, 12]
    assert sorted(Counter(day.colours.tolist()).values()) == [13, 67]
    assert (day.batch_limit, day.takt, day.lengths.tolist()) == (15, 720, [792, 792])


def test_work_at_a_station_is_that_of_its_busiest_person() -> None:
    day = day_of(made(), "N1", cars=80, assignment=ASSIGNMENT)
    assert day.stations == ("first", "last")
    for name, has, times in zip(day.cars, day.has, day.times, strict=True):
        assert times.tolist() == ([500, 450 + 300 * has[1]] if name.startswith("Nova") else [600, 550])


def test_the_same_seed_makes_the_same_day() -> None:
    one, again, other = (day_of(made(), "N1", cars=50, seed=seed) for seed in (1, 1, 2))
    assert one.cars == again.cars
    assert (one.has == again.has).all()
    assert not (one.has == other.has).all()


def test_from_tables_to_an_order_and_a_pace() -> None:
    known = made()
    day = day_of(known, "N1", cars=60, assignment=ASSIGNMENT)
    found = sequence(day, moves=200_000)
    assert (found.score.washes, found.score.ratios[0].excess) == (0, 0)
    assert found.score.total < found.planned.total
    flow = flow_of(known, "N1")
    assert [(station.name, station.seconds, station.mtbf, station.mttr) for station in flow.stations] == [
        ("first", 72, None, 0), ("last", 72, 12_000, 300)]  # fmt: skip
    assert flow.buffers == (4,)
    pace = simulate(flow, work=work_of(day, found.order), cars=2000, replications=10)
    steady = simulate(flow, cars=2000, replications=10)
    assert pace.jph.mean <= steady.jph.mean < 50


def test_a_line_without_limits_runs_at_its_jph() -> None:
    known = made(line_limits="", breakdowns="")
    assert flow_of(known, "N1").stations[0].seconds == 3600 / 50
    assert day_of(known, "N1").batch_limit is None
    assert simulate(flow_of(known, "N1"), cars=500, replications=2).jph.mean == pytest.approx(50)


def test_a_day_without_options_or_colours() -> None:
    day = day_of(made(options="", option_shares="", colours="", task_times=""), "N1", cars=10)
    assert day.options == ()
    assert sequence(day).score.total == 0


@pytest.mark.parametrize(
    ("line", "changed", "code"),
    [
        ("N9", {}, "BF054"),
        ("S1", {}, "BF455"),
        ("N1", {"mixes": "line,product,share\nN1,Nova,0"}, "BF455"),
        ("N1", {"line_limits": "", "lines": "line,plant,jph\nN1,North,0\nS1,South,40\nD1,Den,20"}, "BF452"),
    ],
)
def test_a_line_that_is_not_told_of_is_refused(line, changed, code) -> None:
    with pytest.raises(CaseError, match=code):
        day_of(made(**changed), line)


def test_a_flow_needs_stations() -> None:
    with pytest.raises(CaseError, match="BF455"):
        flow_of(made(), "S1")
    with pytest.raises(CaseError, match="BF054"):
        flow_of(made(), "N9")


def test_an_empty_day_is_refused() -> None:
    with pytest.raises(CaseError, match="BF455"):
        day_of(made(), "N1", cars=0)
    assert np.isfinite(day_of(made(), "N1", cars=1).has).all()
