"""Made-up groups: the same from the same seed, and valid at every size."""

import pytest

from brownfield.case.checks import check
from brownfield.case.synthetic import synthetic_case

SIZES = [(3 + n % 6, 3 + 7 * n % 18, 1 + 5 * n % 12, 11 + n) for n in range(24)]
"""3 to 8 plants, 3 to 20 products, each number of quarters from 1 to 12 twice."""


@pytest.mark.parametrize("size", [*SIZES, (3, 3, 1, 1), (8, 20, 4, 2), (8, 8, 1, 2), (3, 4, 5, 1), (3, 60, 20, 1), (30, 3, 9, 1)], ids=str)
def test_every_size_is_a_valid_case(size):
    made = synthetic_case(*size)
    assert check(made) == []
    assert (made.table("plants").height, len(made.calendar.names)) == (size[0], size[2])
    assert sum("Guest" not in name for name in made.table("products")["product"]) == size[1]


@pytest.mark.parametrize(
    ("size", "digest"),
    [
        ((17, 45, 20, 7), "3dc2631a52081bb9"),
        ((17, 45, 20, 1), "78045c16b3ea80a9"),
        ((6, 13, 10, 1), "d9649a571932161e"),
        ((8, 18, 12, 9), "f8d1b93e8acacf26"),
    ],
    ids=str,
)
def test_measured_groups_stay_what_they_are(size, digest):
    assert synthetic_case(*size).digest == digest


def test_guests_come_only_when_the_plan_is_longer_than_their_launch():
    kinds = [synthetic_case(6, 13, quarters, 11).table("offers")["kind"].to_list() for quarters in (4, 5)]
    assert kinds == [["sale", "grant"], ["host", "sale", "grant"]]


def test_a_size_out_of_range_is_named():
    with pytest.raises(ValueError, match="plants must be from 3 to 200, not 2"):
        synthetic_case(plants=2)
