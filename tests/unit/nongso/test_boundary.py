"""An outline is taken when it encloses a field, and its area is that of the ground."""

import pytest

from nongso.boundary import BadBoundary, area_m2, checked

SQUARE = [(106.0, 10.0), (106.001, 10.0), (106.001, 10.001), (106.0, 10.001)]


def test_area_of_a_thousandth_of_a_degree_squared() -> None:
    # WGS 84 at 10°N: 110 608 m a degree of latitude, 109 639 m a degree of longitude (ellipsoid); the sphere is within 0.6 %.
    assert pytest.approx(110.608 * 109.639, rel=0.006) == area_m2(SQUARE)


def test_area_does_not_depend_on_direction() -> None:
    assert pytest.approx(area_m2(SQUARE)) == area_m2(SQUARE[::-1])


def test_closing_point_is_left_out() -> None:
    assert checked([*SQUARE, SQUARE[0]]) == SQUARE


@pytest.mark.parametrize(
    ("points", "reason"),
    [
        ([], "points"),
        (SQUARE[:2], "points"),
        ([*SQUARE, SQUARE[1]], "points"),
        ([(106.0, 10.0), (206.0, 10.0), (106.0, 11.0)], "range"),
        ([(106.0, 10.0), (107.0, 10.0), (106.0, 10.2)], "size"),
        ([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]], "crossing"),
        ([(106.0, 10.0), (106.001, 10.0), (106.002, 10.0)], "area"),
        ([(106.0, 10.0), (106.002, 10.0), (106.002, 10.001), (106.001, 10.0), (106.0, 10.001)], "crossing"),
        ([(float("nan"), 10.0), (106.002, 10.0), (106.002, 10.001)], "range"),
    ],
)
def test_nonsense_is_refused(points: list[tuple[float, float]], reason: str) -> None:
    with pytest.raises(BadBoundary) as caught:
        checked(points)

    assert {"reason": reason} == caught.value.values
